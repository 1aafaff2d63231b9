#include "wire/ip.h"

#include <string.h>

#include "base/bytes.h"

/* RFC 791 §3.1:
 *
 *    0 version, header length   1 type of service  2 total length
 *    4 identification           6 flags, fragment offset
 *    8 time to live             9 protocol        10 header checksum
 *   12 source address          16 destination address
 *   20 options */

enum {
	DONT_FRAGMENT = 0x4000,
	MORE_FRAGMENTS = 0x2000,
	FRAGMENT_OFFSET = 0x1fff,
};

enum ip_option {
	IP_OPTION_END = 0,
	IP_OPTION_NOP = 1,
	IP_OPTION_LOOSE_ROUTE = 131,
	IP_OPTION_STRICT_ROUTE = 137,
};

/* The last address of a source route that is not at its end, or NULL. An
 * option with a length that cannot be ends the search. */
static const uint8_t *end_of_route(const uint8_t *options, size_t len)
{
	size_t size;

	for (size_t at = 0; at < len && options[at] != IP_OPTION_END; at += size) {
		size = 1;
		if (options[at] == IP_OPTION_NOP)
			continue;
		if (len - at < 2)
			return NULL;
		size = options[at + 1];
		if (size < 2 || size > len - at)
			return NULL;
		if (options[at] != IP_OPTION_LOOSE_ROUTE && options[at] != IP_OPTION_STRICT_ROUTE)
			continue;
		/* Type, length, pointer (from 1) to the next stop, addresses. */
		if (size >= 7 && (size - 3) % 4 == 0 && options[at + 2] <= size)
			return options + at + size - 4;
	}
	return NULL;
}

enum packet_problem ipv4_parse(struct packet *p, const uint8_t *bytes, size_t len, size_t wire_len,
			       unsigned flags, struct ip_payload *payload)
{
	const uint8_t *dst = bytes + 16;
	size_t header_len;
	size_t total;
	uint16_t fragment;

	if (len < IPV4_HEADER_MIN)
		return PACKET_SHORT;
	header_len = 4u * (bytes[0] & 0xf);
	total = get_be16(bytes + 2);
	if (total == 0)
		total = wire_len;
	if (header_len < IPV4_HEADER_MIN || total < header_len || total > wire_len)
		return PACKET_BAD_IP_HEADER;
	if (len < header_len)
		return PACKET_SHORT;
	if (header_len > IPV4_HEADER_MIN) {
		const uint8_t *end =
			end_of_route(bytes + IPV4_HEADER_MIN, header_len - IPV4_HEADER_MIN);

		dst = end ? end : dst;
	}

	fragment = get_be16(bytes + 6);
	p->traffic_class = bytes[1];
	p->id = get_be16(bytes + 4);
	p->dont_fragment = (fragment & DONT_FRAGMENT) != 0;
	p->ttl = bytes[8];
	p->flow_label = 0;
	p->src = (struct address){.version = 4};
	p->dst = (struct address){.version = 4};
	memcpy(p->src.bytes, bytes + 12, 4);
	memcpy(p->dst.bytes, dst, 4);
	if (fragment & (MORE_FRAGMENTS | FRAGMENT_OFFSET))
		return PACKET_FRAGMENT;

	payload->protocol = bytes[9];
	payload->bytes = bytes + header_len;
	payload->wire_len = total - header_len;
	payload->len = (len < total ? len : total) - header_len;
	if ((flags & PACKET_VERIFY) && checksum_fold(checksum_add(0, bytes, header_len)) != 0)
		return PACKET_BAD_IP_CHECKSUM;
	return PACKET_OK;
}

void ipv4_emit(const struct packet *p, enum protocol protocol, size_t payload_len,
	       uint8_t out[IPV4_HEADER_MIN])
{
	size_t total = IPV4_HEADER_MIN + payload_len;

	out[0] = 4 << 4 | IPV4_HEADER_MIN / 4;
	out[1] = p->traffic_class;
	put_be16(out + 2, total <= UINT16_MAX ? (uint16_t)total : 0);
	put_be16(out + 4, p->id);
	put_be16(out + 6, p->dont_fragment ? DONT_FRAGMENT : 0);
	out[8] = p->ttl;
	out[9] = (uint8_t)protocol;
	put_be16(out + 10, 0);
	memcpy(out + 12, p->src.bytes, 4);
	memcpy(out + 16, p->dst.bytes, 4);
	put_be16(out + 10, checksum_fold(checksum_add(0, out, IPV4_HEADER_MIN)));
}
