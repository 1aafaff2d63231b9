/* match_datagram.c — UDP and ICMP, for which there is no TCP header to be mapped:
 * RFC 768, RFC 792, RFC 4443. ICMP quotes the IP header of a packet that the
 * machine sent and eight octets behind it. */
#include "drill/match_inside.h"

#include <string.h>

#include "base/bytes.h"

enum {
	UDP_HEADER = 8,
	ICMP_HEADER = 8,
	QUOTED_OCTETS = 8,
	PROTOCOL_UDP = 17,
	PROTOCOL_RAW = 255,
	IPV4_MOST = 65535,
};

static uint8_t protocol_of_icmp(uint8_t version)
{
	return version == 4 ? PROTOCOL_ICMPV4 : PROTOCOL_ICMPV6;
}

static size_t ip_header_len(uint8_t version)
{
	return version == 4 ? IPV4_HEADER_MIN : IPV6_HEADER;
}

/* ---- writing ---- */

static void put_ip(const struct packet *p, uint8_t protocol, size_t payload, uint8_t *out)
{
	size_t address = p->src.version == 4 ? 4 : 16;
	size_t header = ip_header_len(p->src.version);

	memset(out, 0, header);
	if (p->src.version == 4) {
		out[0] = 0x45;
		out[1] = p->traffic_class;
		put_be16(out + 2, (uint16_t)(header + payload));
		out[8] = p->ttl;
		out[9] = protocol;
	} else {
		put_be32(out,
			 6u << 28 | (uint32_t)p->traffic_class << 20 | (p->flow_label & 0xfffff));
		put_be16(out + 4, (uint16_t)payload);
		out[6] = protocol;
		out[7] = p->ttl;
	}
	memcpy(out + header - 2 * address, p->src.bytes, address);
	memcpy(out + header - address, p->dst.bytes, address);
	if (p->src.version == 4)
		put_be16(out + 10, checksum_fold(checksum_add(0, out, header)));
}

/* Of UDP and ICMPv6, over the pseudo-header too. */
static uint16_t sum_of(const struct packet *p, uint8_t protocol, const uint8_t *payload, size_t len)
{
	uint64_t sum = 0;

	if (protocol != PROTOCOL_ICMPV4)
		sum = checksum_pseudo_header(&p->src, &p->dst, (enum protocol)protocol, len);
	return checksum_fold(checksum_add(sum, payload, len));
}

static bool fits(size_t needed, size_t size, struct error *why)
{
	return (needed <= size && needed <= IPV4_MOST) ||
	       error_set(why, "the packet is longer than IP can have it");
}

/* ---- UDP ---- */

static struct mapping *udp_mapping(struct match *m, const struct packet_spec *spec)
{
	uint16_t local = spec->tcp.dst_port != 0 ? spec->tcp.dst_port : m->bind_port;
	uint16_t remote = spec->tcp.src_port != 0 ? spec->tcp.src_port : m->connect_port;

	if (m->current != NULL && spec->tcp.src_port == 0 && spec->tcp.dst_port == 0)
		return m->current;
	return mapping_add(m, local, remote);
}

size_t compose_udp(struct match *m, const struct packet_spec *spec, uint8_t *out, size_t size,
		   struct error *why)
{
	struct packet p = packet_of_spec(m, spec);
	const struct mapping *map = udp_mapping(m, spec);
	size_t header = ip_header_len(p.src.version);
	size_t len = UDP_HEADER + (size_t)spec->udp_len;
	uint8_t *udp = out + header;
	uint16_t sum;

	if (!fits(header + len, size, why))
		return 0;
	put_ip(&p, PROTOCOL_UDP, len, out);
	memset(udp, 0, len);
	put_be16(udp, map->remote_port);
	put_be16(udp + 2, map->local_port);
	put_be16(udp + 4, (uint16_t)len);
	sum = sum_of(&p, PROTOCOL_UDP, udp, len);
	put_be16(udp + 6, sum != 0 ? sum : 0xffff);
	return header + len;
}

/* What follows the IP header; NULL where it is not of that protocol. */
static const uint8_t *payload_of(const uint8_t *datagram, size_t len, uint8_t protocol,
				 size_t *left)
{
	uint8_t version = len > 0 ? datagram[0] >> 4 : 0;
	size_t header = version == 4 ? (datagram[0] & 15u) * 4u : IPV6_HEADER;

	if ((version != 4 && version != 6) || len < header + UDP_HEADER ||
	    datagram[version == 4 ? 9 : 6] != protocol)
		return NULL;
	*left = len - header;
	return datagram + header;
}

/* Marks of the header alone, of a datagram that is no TCP. */
static struct packet marks_of(const uint8_t *datagram)
{
	bool v4 = datagram[0] >> 4 == 4;
	struct packet p = {.traffic_class = datagram[1], .ttl = datagram[v4 ? 8 : 7]};

	p.src.version = v4 ? 4 : 6;
	if (!v4)
		p.traffic_class = (uint8_t)(get_be16(datagram) >> 4);
	return p;
}

enum matching match_udp(struct match *m, const struct packet_spec *spec, const uint8_t *datagram,
			size_t len, struct error *why)
{
	size_t left;
	const uint8_t *udp = payload_of(datagram, len, PROTOCOL_UDP, &left);
	struct packet p;

	if (udp == NULL)
		return MATCHING_OTHER;
	p = marks_of(datagram);
	if (m->current == NULL || m->awaited == AWAITED_OUTBOUND)
		mapping_add(m, get_be16(udp), get_be16(udp + 2));
	if (left - UDP_HEADER != spec->udp_len) {
		error_set(why, "the length is %zu; the script expects %u", left - UDP_HEADER,
			  spec->udp_len);
		return MATCHING_NOT;
	}
	return compare_marks(spec, &p, m->current, why) ? MATCHING : MATCHING_NOT;
}

/* ---- ICMP ---- */

/* The eight octets of TCP or UDP that a message quotes. */
static void put_quote(const struct match *m, const struct packet_spec *spec, uint8_t *out)
{
	const struct mapping *map = m->current;
	uint8_t version = m->settings->addresses.local.version;
	bool tcp = spec->quoted == SPEC_TCP;
	bool raw = spec->quoted == SPEC_RAW;
	struct packet quoted = {
		.src = m->settings->addresses.local,
		.dst = m->settings->addresses.remote,
		.ttl = 1,
	};
	size_t len = raw   ? spec->udp_len
		     : tcp ? TCP_HEADER_MIN + (size_t)spec->tcp.len
			   : UDP_HEADER + (size_t)spec->udp_len;
	uint8_t *transport = out + ip_header_len(version);

	put_ip(&quoted, raw ? PROTOCOL_RAW : tcp ? PROTOCOL_TCP : PROTOCOL_UDP, len, out);
	memset(transport, 0, QUOTED_OCTETS);
	if (raw)
		return;
	put_be16(transport, map != NULL ? map->local_port : m->bind_port);
	put_be16(transport + 2, map != NULL ? map->remote_port : m->connect_port);
	if (tcp)
		put_be32(transport + 4,
			 map != NULL ? map_local(map, spec->tcp.seq).v : spec->tcp.seq.v);
	else
		put_be16(transport + 4, (uint16_t)len);
}

static bool says_mtu(uint8_t version, const uint8_t numbers[2])
{
	return version == 4 ? numbers[0] == 3 && numbers[1] == 4 : numbers[0] == 2;
}

static bool is_echo(const char *type)
{
	return strncmp(type, "echo_", 5) == 0;
}

static bool icmp_numbers(const struct match *m, const struct packet_spec *spec, uint8_t numbers[2],
			 struct error *why)
{
	uint8_t version = m->settings->addresses.local.version;

	if (!icmp_named(version, spec->icmp_type, spec->icmp_code, numbers))
		return error_set(why, "ICMP of IPv%u has no message \"%s%s%s\"", version,
				 spec->icmp_type, spec->icmp_code != NULL ? " " : "",
				 spec->icmp_code != NULL ? spec->icmp_code : "");
	if (spec->icmp_mtu >= 0 && !says_mtu(version, numbers))
		return error_set(why, "this ICMP message has no MTU");
	return true;
}

size_t compose_icmp(struct match *m, const struct packet_spec *spec, uint8_t *out, size_t size,
		    struct error *why)
{
	struct packet p = packet_of_spec(m, spec);
	uint8_t version = p.src.version;
	uint8_t protocol = protocol_of_icmp(version);
	size_t header = ip_header_len(version);
	bool echo = is_echo(spec->icmp_type);
	size_t len = ICMP_HEADER + (echo ? spec->udp_len : header + QUOTED_OCTETS);
	uint8_t *icmp = out + header;
	uint8_t numbers[2];

	if (!icmp_numbers(m, spec, numbers, why) || !fits(header + len, size, why))
		return 0;
	put_ip(&p, protocol, len, out);
	memset(icmp, 0, len);
	icmp[0] = numbers[0];
	icmp[1] = numbers[1];
	if (echo)
		put_be16(icmp + 4, (uint16_t)spec->icmp_id);
	else
		put_quote(m, spec, icmp + ICMP_HEADER);
	if (spec->icmp_mtu >= 0 && version == 4)
		put_be16(icmp + 6, (uint16_t)spec->icmp_mtu);
	else if (spec->icmp_mtu >= 0)
		put_be32(icmp + 4, (uint32_t)spec->icmp_mtu);
	put_be16(icmp + 2, sum_of(&p, protocol, icmp, len));
	return header + len;
}

enum matching match_icmp(struct match *m, const struct packet_spec *spec, const uint8_t *datagram,
			 size_t len, struct error *why)
{
	size_t left;
	const uint8_t *icmp = payload_of(
		datagram, len, protocol_of_icmp(m->settings->addresses.local.version), &left);
	uint8_t numbers[2];
	struct packet p;

	if (icmp == NULL)
		return MATCHING_OTHER;
	p = marks_of(datagram);
	if (!icmp_numbers(m, spec, numbers, why))
		return MATCHING_NOT;
	if (icmp[0] != numbers[0] || icmp[1] != numbers[1]) {
		error_set(why, "it has type %u, code %u; the script expects %u and %u", icmp[0],
			  icmp[1], numbers[0], numbers[1]);
		return MATCHING_NOT;
	}
	return compare_marks(spec, &p, m->current, why) ? MATCHING : MATCHING_NOT;
}

/* ---- telling ---- */

static void tell_icmp(uint8_t version, const uint8_t *icmp, struct text *out)
{
	const char *type = icmp_type_word(version, icmp[0]);
	const char *code = icmp_code_word(version, icmp[0], icmp[1]);

	text_add(out, "icmp ");
	if (type != NULL)
		text_add(out, type);
	else
		text_addf(out, "type_%u", icmp[0]);
	if (code != NULL)
		text_addf(out, " %s", code);
	else if (icmp[1] != 0)
		text_addf(out, " code_%u", icmp[1]);
	if (says_mtu(version, icmp))
		text_addf(out, " mtu %u", version == 4 ? get_be16(icmp + 6) : get_be32(icmp + 4));
}

bool tell_datagram(const uint8_t *datagram, size_t len, struct text *out)
{
	uint8_t version = len > 0 ? datagram[0] >> 4 : 0;
	size_t left;
	const uint8_t *payload = payload_of(datagram, len, PROTOCOL_UDP, &left);

	if (payload != NULL) {
		text_addf(out, "udp (%zu)", left - UDP_HEADER);
		return true;
	}
	payload = payload_of(datagram, len, protocol_of_icmp(version), &left);
	if (payload == NULL)
		return false;
	tell_icmp(version, payload, out);
	return true;
}
