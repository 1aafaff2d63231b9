/* packet.h — an IP datagram that carries TCP or an ICMP error, and back.
 *
 * RFC 791, RFC 8200, RFC 792, RFC 4443. Parsing is total: any bytes give a
 * packet or a named problem, never a read past `len`. */
#ifndef TCPLAB_WIRE_PACKET_H
#define TCPLAB_WIRE_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/address.h"
#include "wire/segment.h"

enum { PACKET_TCP, PACKET_ICMP_ERROR };
enum { IPV4_HEADER_MIN = 20, IPV6_HEADER = 40, PACKET_HEADER_MAX = 40 + 60 };

/* An ICMP message about one of our segments. */
struct icmp_error {
	uint8_t type;
	uint8_t code;
	uint16_t unused;
	uint32_t mtu;                /* of "too big" messages, otherwise 0 */
	struct endpoint quoted_src;  /* of the datagram that caused it */
	struct endpoint quoted_dst;
	struct seq quoted_seq;
};

struct packet {
	struct address src;
	struct address dst;
	uint8_t kind;          /* PACKET_TCP or PACKET_ICMP_ERROR */
	uint8_t traffic_class; /* DS field and ECN bits */
	uint8_t ttl;           /* hop limit */
	bool dont_fragment;    /* IPv4 only */
	uint16_t id;           /* IPv4 only */
	uint32_t flow_label;   /* IPv6 only */
	struct segment tcp;    /* where kind is PACKET_TCP */
	struct icmp_error icmp;
};

enum packet_problem {
	PACKET_OK,
	PACKET_SHORT,            /* bytes end inside a header */
	PACKET_BAD_VERSION,      /* neither 4 nor 6 */
	PACKET_BAD_IP_HEADER,    /* header length, total length or an extension header lies */
	PACKET_BAD_IP_CHECKSUM,
	PACKET_FRAGMENT,         /* a part of a datagram: not reassembled here */
	PACKET_NOT_TCP,          /* another protocol */
	PACKET_BAD_TCP_HEADER,
	PACKET_BAD_TCP_CHECKSUM, /* MUST-3; only where the whole text is at hand */
	PACKET_BAD_ICMP,         /* too short, or not an error about TCP */
};

enum { PACKET_VERIFY = 1 }; /* flag: check IP and TCP checksums */

/* Reads the datagram at `bytes`; `len` are at hand, `wire_len` were there on
 * the wire (equal, or more in a cut capture). On PACKET_OK for TCP, text is
 * at *text (inside bytes) and *text_len octets of it are at hand, while
 * p->tcp.len counts those on the wire. An IPv4 total length of 0 (left to
 * the network card) counts as wire_len. Bytes beyond the datagram (Ethernet
 * padding) are ignored. With PACKET_BAD_TCP_CHECKSUM and _BAD_IP_CHECKSUM
 * the packet is filled in all the same. */
enum packet_problem packet_parse(struct packet *p, const uint8_t *bytes, size_t len,
                                 size_t wire_len, unsigned flags,
                                 const uint8_t **text, size_t *text_len);

/* Writes headers and `text` to `out`, checksums right; returns the length,
 * or 0 where `size` does not suffice. IPv6 without extension headers. */
size_t packet_emit(const struct packet *p, const uint8_t *text, uint8_t *out, size_t size);

/* A short phrase for the problem, such as "the TCP checksum is wrong". */
const char *packet_problem_text(enum packet_problem problem);

/* The sum of the Internet checksum (RFC 1071) over `len` bytes, added to
 * `sum`; fold at the end. `len` must be even except for the last piece. */
uint64_t checksum_add(uint64_t sum, const uint8_t *bytes, size_t len);
uint16_t checksum_fold(uint64_t sum);

#endif
