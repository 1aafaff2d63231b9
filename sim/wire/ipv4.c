#include "wire/ip.h"

#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "wire/source_route.h"

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

/* The destination: the header names but a stop where a source route goes on. */
static const uint8_t *take_options(struct packet *p, const uint8_t *bytes)
{
	const uint8_t *end;

	memcpy(p->ip_options, bytes + IPV4_HEADER_MIN, p->ip_options_len);
	end = source_route_end(p->ip_options, p->ip_options_len);
	if (end == NULL)
		return bytes + 16;
	memcpy(p->via, bytes + 16, 4);
	return end;
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
	p->ip_options_len = (uint32_t)(header_len - IPV4_HEADER_MIN);
	memset(p->ip_options, 0, sizeof p->ip_options);
	memset(p->via, 0, sizeof p->via);
	if (p->ip_options_len > 0)
		dst = take_options(p, bytes);

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

static void emit_options(const struct packet *p, uint8_t *out)
{
	if (source_route_end(p->ip_options, p->ip_options_len) != NULL)
		memcpy(out + 16, p->via, 4);
	memcpy(out + IPV4_HEADER_MIN, p->ip_options, p->ip_options_len);
}

void ipv4_emit(const struct packet *p, enum protocol protocol, size_t payload_len, uint8_t *out)
{
	size_t header_len = packet_ip_len(p);
	size_t total = header_len + payload_len;

	assert(p->ip_options_len <= IP_OPTIONS_MAX && p->ip_options_len % 4 == 0);
	out[0] = (uint8_t)(4 << 4 | header_len / 4);
	out[1] = p->traffic_class;
	put_be16(out + 2, total <= UINT16_MAX ? (uint16_t)total : 0);
	put_be16(out + 4, p->id);
	put_be16(out + 6, p->dont_fragment ? DONT_FRAGMENT : 0);
	out[8] = p->ttl;
	out[9] = (uint8_t)protocol;
	put_be16(out + 10, 0);
	memcpy(out + 12, p->src.bytes, 4);
	memcpy(out + 16, p->dst.bytes, 4);
	if (p->ip_options_len > 0)
		emit_options(p, out);
	put_be16(out + 10, checksum_fold(checksum_add(0, out, header_len)));
}
