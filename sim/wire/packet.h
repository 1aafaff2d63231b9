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
#include "wire/checksum.h"
#include "wire/segment.h"
#include "wire/source_route.h"

enum { PACKET_TCP, PACKET_ICMP_ERROR };
enum { IPV4_HEADER_MIN = 20, IPV6_HEADER = 40, PACKET_HEADER_MAX = 60 + 60 };

/* An ICMP message about one of our segments: unreachable, too big, time
 * exceeded, parameter problem, source quench. */
struct icmp_error {
	uint8_t type;
	uint8_t code;
	uint16_t quoted_len; /* of the datagram that caused it, as its IP header says, at least 40
				or 60 */
	uint32_t mtu;        /* of "too big" messages, otherwise 0; 16 bits in ICMPv4 */
	struct endpoint quoted_src; /* of the datagram that caused it */
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
	/* IPv4 only: the options as they are, whatever they mean. Where a source route among
	 * them is not at its end, its last address is `dst` and the header names `via`. */
	uint32_t ip_options_len; /* a multiple of 4 */
	uint8_t ip_options[IP_OPTIONS_MAX];
	uint8_t via[4];
	struct segment tcp; /* where kind is PACKET_TCP */
	struct icmp_error icmp;
};

/* Octets of the IP header that packet_emit() writes. */
static inline size_t packet_ip_len(const struct packet *p)
{
	return p->src.version == 4 ? IPV4_HEADER_MIN + p->ip_options_len : IPV6_HEADER;
}

enum packet_problem {
	PACKET_OK,
	PACKET_SHORT,         /* bytes end inside a header */
	PACKET_BAD_VERSION,   /* neither 4 nor 6 */
	PACKET_BAD_IP_HEADER, /* header length, total length or an extension header lies */
	PACKET_BAD_IP_CHECKSUM,
	PACKET_FRAGMENT, /* a part of a datagram: not reassembled here */
	PACKET_NOT_TCP,  /* another protocol */
	PACKET_BAD_TCP_HEADER,
	PACKET_BAD_TCP_CHECKSUM,  /* MUST-3; only where the whole text is at hand */
	PACKET_BAD_ICMP,          /* too short, or not an error about TCP */
	PACKET_BAD_ICMP_CHECKSUM, /* only where the whole message is at hand */
	PACKET_OPTIONS_CUT,       /* bytes end inside the TCP options: PACKET_TAKE_CUT */
};

/* Whether the packet was read, though a checksum may be wrong or an option missing. */
static inline bool packet_is_filled_in(enum packet_problem problem)
{
	return problem == PACKET_OK || problem == PACKET_BAD_IP_CHECKSUM ||
	       problem == PACKET_BAD_TCP_CHECKSUM || problem == PACKET_BAD_ICMP_CHECKSUM ||
	       problem == PACKET_OPTIONS_CUT;
}

enum {
	PACKET_VERIFY = 1,   /* flag: check the IP, TCP and ICMP checksums */
	PACKET_TAKE_CUT = 2, /* flag: take a TCP header whose options the capture cut off, with
				those that are whole and without text; else it is PACKET_SHORT */
};

/* Reads the datagram at `bytes`; `len` are at hand, `wire_len` were there on
 * the wire (equal, or more in a cut capture; less counts as equal). Where
 * the packet is TCP and filled in, text is at *text (inside bytes) and
 * *text_len octets of it are at hand, while p->tcp.len counts those on the
 * wire; otherwise they are NULL and 0. A length of 0 in the IP header (a
 * jumbogram, or left to the network card) counts as what was on the wire.
 * The packet is all 0 where it is not filled in.
 * Bytes beyond the datagram (Ethernet padding) are ignored, as are extension
 * headers of IPv6; but p->dst is the end of a source route. With more than one problem the lower
 * layer's is told, except that a wrong checksum yields to what leaves the packet unread. */
enum packet_problem packet_parse(struct packet *p, const uint8_t *bytes, size_t len,
				 size_t wire_len, unsigned flags, const uint8_t **text,
				 size_t *text_len);

/* The headers of a whole datagram, whatever its checksums are; false where it cannot be read. */
static inline bool packet_read(struct packet *p, const uint8_t *bytes, size_t len)
{
	const uint8_t *text;
	size_t text_len;

	return packet_is_filled_in(packet_parse(p, bytes, len, len, 0, &text, &text_len));
}

/* Writes headers and the p->tcp.len octets of `text` to `out`, checksums
 * right; returns the length, or 0 where `size` does not suffice. IPv6 is
 * without extension headers; an ICMP error quotes only the
 * IP header and eight bytes. Both addresses have one version, 4 or 6. A
 * datagram over 64 KiB gets length 0 in its IP header. The text may lie at
 * its place in `out` already. */
size_t packet_emit(const struct packet *p, const uint8_t *text, uint8_t *out, size_t size);

/* A short phrase for the problem, such as "the TCP checksum is wrong". */
const char *packet_problem_text(enum packet_problem problem);

#endif
