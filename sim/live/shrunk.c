#include "live/shrunk.h"

#include "live/route.h"
#include "wire/packet.h"

enum { TTL = 64 };

/* From ourselves: no router has seen the datagram. */
static struct packet too_big(const struct packet *about, size_t len, uint16_t mtu)
{
	bool v4 = about->src.version == 4;

	return (struct packet){
		.src = about->src,
		.dst = about->src,
		.kind = PACKET_ICMP_ERROR,
		.ttl = TTL,
		.icmp = {.type = v4 ? 3 : 2,
			 .code = v4 ? 4 : 0,
			 .mtu = mtu,
			 .quoted_len = (uint16_t)(len < UINT16_MAX ? len : UINT16_MAX),
			 .quoted_src = {.address = about->src, .port = about->tcp.src_port},
			 .quoted_dst = {.address = about->dst, .port = about->tcp.dst_port},
			 .quoted_seq = about->tcp.seq}};
}

size_t shrunk_report(const char *interface, const uint8_t *datagram, size_t len,
		     uint8_t out[SHRUNK_MAX])
{
	uint16_t mtu = interface[0] != '\0' ? interface_mtu(interface) : 0;
	struct packet about;
	struct packet message;
	const uint8_t *text;
	size_t text_len;

	if (mtu == 0 || len <= mtu ||
	    packet_parse(&about, datagram, len, len, 0, &text, &text_len) != PACKET_OK ||
	    about.kind != PACKET_TCP)
		return 0;
	message = too_big(&about, len, mtu);
	return packet_emit(&message, NULL, out, SHRUNK_MAX);
}
