#include "wire/ip.h"

#include <string.h>

#include "base/bytes.h"

/* RFC 8200 §3:
 *
 *    0 version (4 bits), traffic class (8), flow label (20)
 *    4 payload length           6 next header      7 hop limit
 *    8 source address          24 destination address
 *
 * Extension headers (§4) begin with the next header's number and, but for
 * the fragment header, their length in units of 8 bytes less one. */

enum extension_header {
	HOP_BY_HOP_OPTIONS = 0,
	ROUTING = 43,
	FRAGMENT = 44,
	DESTINATION_OPTIONS = 60,
};

enum routing_type {
	ROUTING_SOURCE_ROUTE = 0, /* RFC 5095: deprecated */
	ROUTING_MOBILE = 2,       /* RFC 6275 §6.4 */
	ROUTING_SEGMENTS = 4,     /* RFC 8754 §2 */
};

enum {
	EXTENSION_UNIT = 8,
	FRAGMENT_OFFSET_AND_MORE = 0xfff9,
	FLOW_LABEL = 0xfffff,
};

/* A routing header with segments left: the last of its addresses is where
 * the datagram goes. Segment routing lists them from the end. */
static void take_route(struct packet *p, const uint8_t *header, size_t size)
{
	uint8_t type = header[2];
	uint8_t segments_left = header[3];

	if (segments_left == 0 || size < 8 + 16)
		return;
	if (type == ROUTING_SOURCE_ROUTE || type == ROUTING_MOBILE)
		memcpy(p->dst.bytes, header + size - 16, 16);
	else if (type == ROUTING_SEGMENTS)
		memcpy(p->dst.bytes, header + 8, 16);
}

/* Moves `payload` behind the extension headers. Each takes 8 bytes or more,
 * so the walk is over after len / 8 of them, whatever they say. */
static enum packet_problem skip_extension_headers(struct packet *p, struct ip_payload *payload)
{
	for (;;) {
		const uint8_t *header = payload->bytes;
		size_t size = EXTENSION_UNIT;

		switch (payload->protocol) {
		case HOP_BY_HOP_OPTIONS:
		case ROUTING:
		case FRAGMENT:
		case DESTINATION_OPTIONS: break;
		default: return PACKET_OK;
		}
		if (payload->wire_len < EXTENSION_UNIT)
			return PACKET_BAD_IP_HEADER;
		if (payload->len < EXTENSION_UNIT)
			return PACKET_SHORT;
		if (payload->protocol != FRAGMENT)
			size += (size_t)EXTENSION_UNIT * header[1];
		if (payload->wire_len < size)
			return PACKET_BAD_IP_HEADER;
		if (payload->len < size)
			return PACKET_SHORT;
		/* An atomic fragment (RFC 6946) is the whole datagram. */
		if (payload->protocol == FRAGMENT &&
		    (get_be16(header + 2) & FRAGMENT_OFFSET_AND_MORE))
			return PACKET_FRAGMENT;
		if (payload->protocol == ROUTING)
			take_route(p, header, size);
		payload->protocol = header[0];
		payload->bytes += size;
		payload->len -= size;
		payload->wire_len -= size;
	}
}

enum packet_problem ipv6_parse(struct packet *p, const uint8_t *bytes, size_t len, size_t wire_len,
			       struct ip_payload *payload)
{
	size_t payload_len;

	if (len < IPV6_HEADER)
		return PACKET_SHORT;
	payload_len = get_be16(bytes + 4);
	/* 0 is a jumbogram (RFC 2675), or a length left to the network card. */
	if (payload_len == 0)
		payload_len = wire_len - IPV6_HEADER;
	if (payload_len > wire_len - IPV6_HEADER)
		return PACKET_BAD_IP_HEADER;

	p->traffic_class = (uint8_t)(get_be16(bytes) >> 4);
	p->flow_label = get_be32(bytes) & FLOW_LABEL;
	p->ip_options_len = 0;
	memset(p->ip_options, 0, sizeof p->ip_options);
	memset(p->via, 0, sizeof p->via);
	p->ttl = bytes[7];
	p->id = 0;
	p->dont_fragment = false;
	p->src.version = 6;
	p->dst.version = 6;
	memcpy(p->src.bytes, bytes + 8, 16);
	memcpy(p->dst.bytes, bytes + 24, 16);

	payload->protocol = bytes[6];
	payload->bytes = bytes + IPV6_HEADER;
	payload->wire_len = payload_len;
	payload->len = len - IPV6_HEADER < payload_len ? len - IPV6_HEADER : payload_len;
	return skip_extension_headers(p, payload);
}

void ipv6_emit(const struct packet *p, enum protocol protocol, size_t payload_len,
	       uint8_t out[IPV6_HEADER])
{
	put_be32(out, 6u << 28 | (uint32_t)p->traffic_class << 20 | (p->flow_label & FLOW_LABEL));
	put_be16(out + 4, payload_len <= UINT16_MAX ? (uint16_t)payload_len : 0);
	out[6] = (uint8_t)protocol;
	out[7] = p->ttl;
	memcpy(out + 8, p->src.bytes, 16);
	memcpy(out + 24, p->dst.bytes, 16);
}
