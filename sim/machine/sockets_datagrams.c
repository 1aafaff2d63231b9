/* sockets_datagrams.c — sockets of UDP: RFC 768, and RFC 1122 §4.1.3.3 for the errors that
 * ICMP tells of. A datagram is known by its length: its text is zeros. */
#include "machine/sockets_inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "record/memory.h"
#include "wire/ip.h"

enum { UDP_HEADER = 8, PROTOCOL_UDP = 17, UDP_MOST = 65507, TTL_USUAL = 64, ICMP_QUOTES_AT = 8 };

/* ---- out ---- */

/* What the message says goes before what the socket says. */
static struct packet header_of(const struct attempt *a, const struct socket *s,
			       const struct endpoint *to)
{
	struct packet p = {.src = a->all->addresses.local, .dst = to->address, .ttl = TTL_USUAL};
	enum socket_option class = s->version == 6 ? OPTION_IPV6_TCLASS : OPTION_IP_TOS;

	if (a->hops_said != 0)
		p.ttl = a->hops_said;
	else if (socket_hop_limit(s) != 0)
		p.ttl = socket_hop_limit(s);
	if (a->class_said >= 0)
		p.traffic_class = (uint8_t)a->class_said;
	else if (s->option_set[class] && s->option[class] > 0)
		p.traffic_class = (uint8_t)s->option[class];
	return p;
}

static void emit(struct attempt *a, const struct socket *s, const struct endpoint *to, uint32_t len)
{
	struct sockets *all = a->all;
	size_t payload = UDP_HEADER + (size_t)len;
	struct packet p = header_of(a, s, to);
	uint8_t *bytes = memory_get(IPV6_HEADER + payload);
	size_t header = packet_ip_len(&p);
	uint8_t *udp = bytes + header;
	uint64_t sum;
	uint16_t folded;

	memset(udp, 0, payload);
	put_be16(udp, s->local.port);
	put_be16(udp + 2, to->port);
	put_be16(udp + 4, (uint16_t)payload);
	sum = checksum_pseudo_header(&p.src, &p.dst, (enum protocol)PROTOCOL_UDP, payload);
	folded = checksum_fold(checksum_add(sum, udp, payload));
	put_be16(udp + 6, folded != 0 ? folded : UINT16_MAX);
	if (p.src.version == 4)
		ipv4_emit(&p, (enum protocol)PROTOCOL_UDP, payload, bytes);
	else
		ipv6_emit(&p, (enum protocol)PROTOCOL_UDP, payload, bytes);
	all->setup.send(all->setup.who, a->now, bytes, header + payload);
	free(bytes);
}

void datagram_sends(struct attempt *a, struct socket *s, int64_t len, const struct expression *to)
{
	struct endpoint remote = s->remote;
	bool unspecified;

	if (remote.port == 0) {
		remote.address = a->all->addresses.remote;
		remote.port = to != NULL ? a->all->addresses.connect_port : 0;
	}
	if (to != NULL && !address_of(a, to, &remote, &remote, &unspecified))
		return;
	if (s->error != 0)
		fails(a, socket_take_error(s));
	else if (remote.port == 0)
		fails(a, DRILL_EDESTADDRREQ);
	else if (len > UDP_MOST)
		fails(a, DRILL_EMSGSIZE);
	else if (!s->bound && !socket_finds_port(a->all, s))
		fails(a, DRILL_EADDRINUSE);
	else {
		emit(a, s, &remote, (uint32_t)len);
		returns(a, len);
	}
}

/* ---- in ---- */

void datagram_connects(struct attempt *a, struct socket *s, const struct endpoint *remote)
{
	s->remote = *remote;
	s->phase = SOCKET_CONNECTED;
	if (!s->bound && !socket_finds_port(a->all, s))
		fails(a, DRILL_EADDRINUSE);
	else
		returns(a, 0);
}

int64_t datagram_length(const struct socket *s)
{
	return s->datagram_count > 0 ? s->datagrams[0].len : 0;
}

void datagram_reads(struct attempt *a, struct socket *s, int64_t len, int64_t flags,
		    const struct expression *from)
{
	struct datagram first;

	if (s->error != 0) {
		fails(a, socket_take_error(s));
		return;
	}
	if (s->datagram_count == 0) {
		if (s->shut_read)
			returns(a, 0);
		else if (waits_not(a, s, flags) ||
			 !blocks(a, patience_of(s->option[OPTION_SO_RCVTIMEO])))
			fails(a, DRILL_EAGAIN);
		return;
	}
	first = s->datagrams[0];
	if (!(flags & DRILL_MSG_PEEK))
		memmove(s->datagrams, s->datagrams + 1, --s->datagram_count * sizeof *s->datagrams);
	a->datagram = first;
	if (first.len > len)
		a->message_flags |= DRILL_MSG_TRUNC;
	hands_back_address(a, from, "the sender's address", &first.from);
	returns(a, first.len > len && !(flags & DRILL_MSG_TRUNC) ? len : first.len);
}

/* The socket at this port that speaks with `remote`, or with anyone. */
static struct socket *socket_of_udp(struct sockets *all, uint16_t port,
				    const struct endpoint *remote)
{
	for (uint32_t i = 0; i < all->count; i++) {
		struct socket *s = all->table[i];

		if (s->kind == SOCKET_DATAGRAM && s->users > 0 && s->bound &&
		    s->local.port == port &&
		    (s->remote.port == 0 || endpoint_eq(&s->remote, remote)))
			return s;
	}
	return NULL;
}

static void udp_arrives(struct sockets *all, const struct packet *p,
			const struct ip_payload *payload)
{
	struct endpoint from = {.address = p->src};
	struct socket *s;

	if (payload->len < UDP_HEADER)
		return;
	from.port = get_be16(payload->bytes);
	s = socket_of_udp(all, get_be16(payload->bytes + 2), &from);
	if (s == NULL)
		return;
	s->datagrams = memory_grow(s->datagrams, &s->datagram_capacity, s->datagram_count + 1,
				   sizeof *s->datagrams);
	s->datagrams[s->datagram_count++] = (struct datagram){
		.from = from,
		.len = (uint32_t)(get_be16(payload->bytes + 4) - UDP_HEADER),
		.ttl = p->ttl,
		.traffic_class = p->traffic_class,
	};
}

/* The error is told to who is connected, and to others only if they asked for it. */
static void icmp_arrives(struct sockets *all, uint8_t version, const struct ip_payload *payload)
{
	struct icmp_error icmp = {.type = payload->bytes[0], .code = payload->bytes[1]};
	const uint8_t *quoted = payload->bytes + ICMP_QUOTES_AT;
	struct endpoint to = {.port = 0};
	struct ip_payload udp;
	struct packet p = {.ttl = 0};
	struct socket *s;
	int32_t error;
	size_t len = payload->len - ICMP_QUOTES_AT;
	enum packet_problem problem = version == 4 ? ipv4_parse(&p, quoted, len, SIZE_MAX, 0, &udp)
						   : ipv6_parse(&p, quoted, len, SIZE_MAX, &udp);

	if (problem != PACKET_OK && problem != PACKET_BAD_IP_CHECKSUM)
		return;
	if (udp.protocol != PROTOCOL_UDP || udp.len < 4)
		return;
	to.address = p.dst;
	to.port = get_be16(udp.bytes + 2);
	icmp.quoted_src.address = p.src; /* tells which version of ICMP it is */
	s = socket_of_udp(all, get_be16(udp.bytes), &to);
	error = error_of_network(tcp_icmp_means(&icmp));
	if (s == NULL || (s->remote.port == 0 && !errors_are_asked_for(s)))
		return;
	s->error = error;
	if (error == DRILL_EMSGSIZE)
		icmp.mtu =
			version == 4 ? get_be16(payload->bytes + 6) : get_be32(payload->bytes + 4);
	if (errors_are_asked_for(s))
		errors_add_icmp(s, error, &icmp,
				udp.len > UDP_HEADER ? (uint32_t)udp.len - UDP_HEADER : 0);
}

void sockets_datagram_arrives(struct sockets *all, nanos now, const uint8_t *bytes, size_t len)
{
	struct packet p = {.ttl = 0};
	struct ip_payload payload;
	uint8_t version = len > 0 ? bytes[0] >> 4 : 0;
	enum packet_problem problem;

	(void)now;
	if (version != 4 && version != 6)
		return;
	problem = version == 4 ? ipv4_parse(&p, bytes, len, len, PACKET_VERIFY, &payload)
			       : ipv6_parse(&p, bytes, len, len, &payload);
	if (problem != PACKET_OK)
		return;
	if (payload.protocol == PROTOCOL_UDP)
		udp_arrives(all, &p, &payload);
	else if ((payload.protocol == PROTOCOL_ICMPV4 || payload.protocol == PROTOCOL_ICMPV6) &&
		 payload.len > ICMP_QUOTES_AT)
		icmp_arrives(all, version, &payload);
}
