#include "net/world_inside.h"
#include "wire/packet.h"

/* One octet changes: of the text where there is some, else of the TCP header.
 * The Internet checksum finds any change within one octet (RFC 1071). */
static void corrupt(struct stage *stage, nanos now, struct parcel *parcel)
{
	bool v4 = parcel->bytes[0] >> 4 == 4;
	size_t ip_len = v4 ? 4u * (parcel->bytes[0] & 0xf) : IPV6_HEADER;
	size_t start = ip_len;
	size_t at;

	if (parcel->len > ip_len + TCP_HEADER_MIN) {
		size_t text = ip_len + 4u * (parcel->bytes[ip_len + 12] >> 4);

		start = text < parcel->len ? text : ip_len;
	}
	at = start + random_below(&stage->chance, parcel->len - start);
	parcel->bytes[at] ^= (uint8_t)(1 + random_below(&stage->chance, 255));
	stage_record(stage, now, EVENT_CORRUPTED, parcel, "one octet changed");
	stage_pass(stage, now, parcel);
}

const struct stage_kind stage_corrupt = {
	.name = "corrupt",
	.meaning = "one octet of the packet changes on the way",
	.act = corrupt,
};
