#include "wire/packet.h"

#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "wire/ip.h"

/* What a capture has kept of it. */
static bool tcp_parse_cut(struct packet *p, const struct ip_payload *payload)
{
	size_t header_len;

	if (!segment_parse_cut(&p->tcp, payload->bytes, payload->len, &header_len) ||
	    payload->wire_len < header_len)
		return false;
	p->kind = PACKET_TCP;
	p->icmp = (struct icmp_error){0};
	p->tcp.len = (uint32_t)(payload->wire_len - header_len);
	return true;
}

static enum packet_problem tcp_parse(struct packet *p, const struct ip_payload *payload,
				     unsigned flags, const uint8_t **text, size_t *text_len)
{
	bool whole = payload->len == payload->wire_len;
	size_t header_len;

	switch (segment_parse(&p->tcp, payload->bytes, payload->len, &header_len)) {
	case SEGMENT_OK: break;
	case SEGMENT_SHORT:
		if (whole)
			return PACKET_BAD_TCP_HEADER;
		if ((flags & PACKET_TAKE_CUT) && tcp_parse_cut(p, payload))
			return PACKET_OPTIONS_CUT;
		return PACKET_SHORT;
	case SEGMENT_BAD_OFFSET: return PACKET_BAD_TCP_HEADER;
	}
	p->kind = PACKET_TCP;
	p->icmp = (struct icmp_error){0};
	p->tcp.len = (uint32_t)(payload->wire_len - header_len);
	*text = payload->bytes + header_len;
	*text_len = payload->len - header_len;
	if ((flags & PACKET_VERIFY) && whole &&
	    segment_checksum(&p->src, &p->dst, payload->bytes, payload->len) != 0)
		return PACKET_BAD_TCP_CHECKSUM;
	return PACKET_OK;
}

static enum packet_problem ip_parse(struct packet *p, const uint8_t *bytes, size_t len,
				    size_t wire_len, unsigned flags, struct ip_payload *payload)
{
	if (len == 0)
		return PACKET_SHORT;
	switch (bytes[0] >> 4) {
	case 4: return ipv4_parse(p, bytes, len, wire_len, flags, payload);
	case 6: return ipv6_parse(p, bytes, len, wire_len, payload);
	default: return PACKET_BAD_VERSION;
	}
}

/* The problem of a datagram that may have one in IP and one above it. */
static enum packet_problem worse(enum packet_problem ip, enum packet_problem above)
{
	return packet_is_filled_in(above) && ip != PACKET_OK ? ip : above;
}

enum packet_problem packet_parse(struct packet *p, const uint8_t *bytes, size_t len,
				 size_t wire_len, unsigned flags, const uint8_t **text,
				 size_t *text_len)
{
	struct ip_payload payload;
	enum packet_problem problem;

	*text = NULL;
	*text_len = 0;
	problem = ip_parse(p, bytes, len, wire_len < len ? len : wire_len, flags, &payload);
	if (packet_is_filled_in(problem)) {
		if (payload.protocol == PROTOCOL_TCP)
			problem = worse(problem, tcp_parse(p, &payload, flags, text, text_len));
		else if (payload.protocol ==
			 (p->src.version == 4 ? PROTOCOL_ICMPV4 : PROTOCOL_ICMPV6))
			problem = worse(problem, icmp_parse(p, &payload, flags));
		else
			problem = PACKET_NOT_TCP;
	}
	if (!packet_is_filled_in(problem))
		*p = (struct packet){0};
	return problem;
}

size_t packet_emit(const struct packet *p, const uint8_t *text, uint8_t *out, size_t size)
{
	bool v4 = p->src.version == 4;
	size_t ip_len = packet_ip_len(p);
	size_t header_len = p->kind == PACKET_TCP ? segment_header_len(&p->tcp) : icmp_len(p);
	size_t text_len = p->kind == PACKET_TCP ? p->tcp.len : 0;
	size_t payload_len = header_len + text_len;
	uint8_t *payload = out + ip_len;
	enum protocol protocol = PROTOCOL_TCP;

	assert((v4 || p->src.version == 6) && p->dst.version == p->src.version);
	if (ip_len + payload_len > size)
		return 0;
	if (p->kind == PACKET_ICMP_ERROR)
		protocol = v4 ? PROTOCOL_ICMPV4 : PROTOCOL_ICMPV6;
	if (v4)
		ipv4_emit(p, protocol, payload_len, out);
	else
		ipv6_emit(p, protocol, payload_len, out);
	if (p->kind == PACKET_ICMP_ERROR) {
		icmp_emit(p, payload);
		return ip_len + payload_len;
	}
	segment_emit(&p->tcp, payload);
	if (text_len > 0 && text != payload + header_len)
		memcpy(payload + header_len, text, text_len);
	put_be16(payload + 16, segment_checksum(&p->src, &p->dst, payload, payload_len));
	return ip_len + payload_len;
}

const char *packet_problem_text(enum packet_problem problem)
{
	switch (problem) {
	case PACKET_OK: return "nothing is wrong";
	case PACKET_SHORT: return "the bytes end inside a header";
	case PACKET_BAD_VERSION: return "the IP version is neither 4 nor 6";
	case PACKET_BAD_IP_HEADER: return "a length in the IP header is impossible";
	case PACKET_BAD_IP_CHECKSUM: return "the IP header checksum is wrong";
	case PACKET_FRAGMENT: return "only a fragment of a datagram";
	case PACKET_NOT_TCP: return "not TCP";
	case PACKET_BAD_TCP_HEADER: return "the TCP header's length is impossible";
	case PACKET_BAD_TCP_CHECKSUM: return "the TCP checksum is wrong";
	case PACKET_BAD_ICMP: return "an ICMP message that is not an error about TCP";
	case PACKET_BAD_ICMP_CHECKSUM: return "the ICMP checksum is wrong";
	case PACKET_OPTIONS_CUT: return "the bytes end inside the TCP options";
	}
	return "an unknown problem";
}
