/* ip.h — the IP headers below a segment, for packet.c and icmp.c alone.
 *
 * RFC 791 and RFC 8200. Parsing reads a header into the fields of a packet
 * that IP has, and finds what it carries. */
#ifndef TCPLAB_WIRE_IP_H
#define TCPLAB_WIRE_IP_H

#include <stddef.h>
#include <stdint.h>

#include "wire/packet.h"

/* What follows the IP header, and the extension headers of IPv6. */
struct ip_payload {
	const uint8_t *bytes;
	size_t len;      /* at hand */
	size_t wire_len; /* on the wire, at least `len` */
	uint8_t protocol;
};

/* Each reads the header at `bytes`, of which `len` are at hand and `wire_len`
 * were sent (SIZE_MAX: not known). `payload` is set with PACKET_OK and
 * PACKET_BAD_IP_CHECKSUM only. p->dst becomes the datagram's last
 * destination, where a source route says that the header's is but a stop on
 * the way: that one is TCP's (RFC 9293 §3.9.2.1) and the checksum's. */
enum packet_problem ipv4_parse(struct packet *p, const uint8_t *bytes, size_t len, size_t wire_len,
			       unsigned flags, struct ip_payload *payload);
enum packet_problem ipv6_parse(struct packet *p, const uint8_t *bytes, size_t len, size_t wire_len,
			       struct ip_payload *payload);

/* Each writes the header, packet_ip_len() octets, before `payload_len` bytes of `protocol`. A total
 * that 16 bits cannot say is written as 0, as network cards are told it. */
void ipv4_emit(const struct packet *p, enum protocol protocol, size_t payload_len, uint8_t *out);
void ipv6_emit(const struct packet *p, enum protocol protocol, size_t payload_len,
	       uint8_t out[IPV6_HEADER]);

/* An ICMP message: RFC 792, RFC 4443. Emitting writes icmp_len(). */
enum packet_problem icmp_parse(struct packet *p, const struct ip_payload *payload, unsigned flags);
size_t icmp_len(const struct packet *p);
void icmp_emit(const struct packet *p, uint8_t *out);

#endif
