#include "wire/ip.h"

#include <assert.h>
#include <string.h>

#include "base/bytes.h"

/* RFC 792 and RFC 4443 §2.1: type, code, checksum, four bytes that depend on
 * these (the MTU of "too big": RFC 1191 §4, RFC 4443 §3.2), then as much of
 * the datagram that caused the message as the sender cared to quote. TCP
 * wants its first eight bytes: ports and sequence number (RFC 5927 §3). */

enum { ICMP_HEADER = 8, QUOTED_TCP = 8 };

/* RFC 1122 §3.2.2. Of its errors, a redirect is between hosts and routers. */
enum icmpv4_type {
	ICMPV4_UNREACHABLE = 3,
	ICMPV4_SOURCE_QUENCH = 4,
	ICMPV4_TIME_EXCEEDED = 11,
	ICMPV4_PARAMETER_PROBLEM = 12,
};

enum { ICMPV4_FRAGMENTATION_NEEDED = 4 }; /* a code of "unreachable" */

enum icmpv6_type {
	ICMPV6_UNREACHABLE = 1,
	ICMPV6_TOO_BIG = 2,
	ICMPV6_TIME_EXCEEDED = 3,
	ICMPV6_PARAMETER_PROBLEM = 4,
};

static bool is_error_type(uint8_t version, uint8_t type)
{
	if (version == 4)
		return type == ICMPV4_UNREACHABLE || type == ICMPV4_SOURCE_QUENCH ||
		       type == ICMPV4_TIME_EXCEEDED || type == ICMPV4_PARAMETER_PROBLEM;
	return type == ICMPV6_UNREACHABLE || type == ICMPV6_TOO_BIG ||
	       type == ICMPV6_TIME_EXCEEDED || type == ICMPV6_PARAMETER_PROBLEM;
}

static bool says_too_big(uint8_t version, const struct icmp_error *icmp)
{
	if (version == 4)
		return icmp->type == ICMPV4_UNREACHABLE &&
		       icmp->code == ICMPV4_FRAGMENTATION_NEEDED;
	return icmp->type == ICMPV6_TOO_BIG;
}

static uint16_t icmp_checksum(const struct packet *p, const uint8_t *bytes, size_t len)
{
	uint64_t sum = 0;

	if (p->src.version == 6)
		sum = checksum_pseudo_header(&p->src, &p->dst, PROTOCOL_ICMPV6, len);
	return checksum_fold(checksum_add(sum, bytes, len));
}

/* The shortest datagram with a segment in it. */
static uint32_t least_quoted(uint8_t version)
{
	return (version == 4 ? IPV4_HEADER_MIN : IPV6_HEADER) + TCP_HEADER_MIN;
}

/* RFC 1191 §5 guesses from it where a router does not tell its MTU. A router that
 * has it wrong does not make the segment shorter than its header. */
static uint16_t quoted_len(const uint8_t *ip)
{
	uint8_t version = ip[0] >> 4;
	uint32_t len = version == 4 ? get_be16(ip + 2) : IPV6_HEADER + get_be16(ip + 4);

	if (len < least_quoted(version))
		len = least_quoted(version);
	return (uint16_t)(len < UINT16_MAX ? len : UINT16_MAX);
}

/* Whose segment the message is about; false where the quote does not say. */
static bool take_quote(struct icmp_error *icmp, uint8_t version, const uint8_t *bytes, size_t len)
{
	struct packet quoted;
	struct ip_payload tcp;
	enum packet_problem problem;

	if (len == 0 || bytes[0] >> 4 != version)
		return false;
	if (version == 4)
		problem = ipv4_parse(&quoted, bytes, len, SIZE_MAX, 0, &tcp);
	else
		problem = ipv6_parse(&quoted, bytes, len, SIZE_MAX, &tcp);
	if (problem != PACKET_OK || tcp.protocol != PROTOCOL_TCP || tcp.len < QUOTED_TCP)
		return false;
	icmp->quoted_src.address = quoted.src;
	icmp->quoted_dst.address = quoted.dst;
	icmp->quoted_src.port = get_be16(tcp.bytes);
	icmp->quoted_dst.port = get_be16(tcp.bytes + 2);
	icmp->quoted_seq = seq_of(get_be32(tcp.bytes + 4));
	icmp->quoted_len = quoted_len(bytes);
	return true;
}

enum packet_problem icmp_parse(struct packet *p, const struct ip_payload *payload, unsigned flags)
{
	const uint8_t *bytes = payload->bytes;
	bool whole = payload->len == payload->wire_len;
	struct icmp_error icmp = {0};

	if (payload->len < ICMP_HEADER)
		return whole ? PACKET_BAD_ICMP : PACKET_SHORT;
	icmp.type = bytes[0];
	icmp.code = bytes[1];
	if (!is_error_type(p->src.version, icmp.type))
		return PACKET_BAD_ICMP;
	if (says_too_big(p->src.version, &icmp))
		icmp.mtu = p->src.version == 4 ? get_be16(bytes + 6) : get_be32(bytes + 4);
	if (!take_quote(&icmp, p->src.version, bytes + ICMP_HEADER, payload->len - ICMP_HEADER))
		return whole ? PACKET_BAD_ICMP : PACKET_SHORT;
	p->kind = PACKET_ICMP_ERROR;
	p->tcp = (struct segment){0};
	p->icmp = icmp;
	if ((flags & PACKET_VERIFY) && whole && icmp_checksum(p, bytes, payload->len) != 0)
		return PACKET_BAD_ICMP_CHECKSUM;
	return PACKET_OK;
}

size_t icmp_len(const struct packet *p)
{
	size_t quoted_header = p->src.version == 4 ? IPV4_HEADER_MIN : IPV6_HEADER;

	return ICMP_HEADER + quoted_header + QUOTED_TCP;
}

/* At least a TCP header followed the IP header that is quoted. */
static size_t quoted_payload(const struct packet *p)
{
	size_t header = p->src.version == 4 ? IPV4_HEADER_MIN : IPV6_HEADER;
	size_t least = least_quoted(p->src.version);

	return (p->icmp.quoted_len > least ? p->icmp.quoted_len : least) - header;
}

void icmp_emit(const struct packet *p, uint8_t *out)
{
	const struct icmp_error *icmp = &p->icmp;
	struct packet quoted = {
		.src = icmp->quoted_src.address,
		.dst = icmp->quoted_dst.address,
		.ttl = 1,
	};
	uint8_t *tcp = out + icmp_len(p) - QUOTED_TCP;

	assert(quoted.src.version == p->src.version && quoted.dst.version == p->src.version);
	memset(out, 0, ICMP_HEADER);
	out[0] = icmp->type;
	out[1] = icmp->code;
	if (p->src.version == 4) {
		assert(icmp->mtu <= UINT16_MAX);
		put_be16(out + 6, says_too_big(4, icmp) ? (uint16_t)icmp->mtu : 0);
		ipv4_emit(&quoted, PROTOCOL_TCP, quoted_payload(p), out + ICMP_HEADER);
	} else {
		put_be32(out + 4, says_too_big(6, icmp) ? icmp->mtu : 0);
		ipv6_emit(&quoted, PROTOCOL_TCP, quoted_payload(p), out + ICMP_HEADER);
	}
	put_be16(tcp, icmp->quoted_src.port);
	put_be16(tcp + 2, icmp->quoted_dst.port);
	put_be32(tcp + 4, icmp->quoted_seq.v);
	put_be16(out + 2, icmp_checksum(p, out, icmp_len(p)));
}
