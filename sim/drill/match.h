/* match.h — the packets of a script and those on the wire.
 *
 * A script leaves addresses and ports out, and counts as tcpdump does: in packets
 * with SYN its numbers are absolute, in all others they count from the SYN of the side
 * that they belong to. What the script's side sends has on the wire the numbers that
 * the script gives it; those of the machine are learned from the first SYN that it
 * sends. Timestamps are translated one by one. What is compared of an outbound
 * packet, and what is not:
 *
 *   flags, sequence numbers, ACK, length, urgent pointer   always
 *   the text                                               always: octets of 0
 *   options, their order and padding                       unless <...>
 *   the values of timestamps                               only with a tick
 *   "win", marks of the IP header                          where they are said
 *
 * Segments in a row that together have the length that is expected, as a network
 * card would merge them, are one: sequence number and CWR are those of the first, the
 * rest those of the last.
 *
 * A script speaks of one connection at a time: the one that it began last. Each
 * connect() begins one with the SYN that follows it, each listen() with the packet that
 * arrives next. Where a packet says its ports, it is of that connection. */
#ifndef TCPLAB_DRILL_MATCH_H
#define TCPLAB_DRILL_MATCH_H

#include "base/text.h"
#include "machine/machine.h"
#include "machine/settings.h"

struct match;

struct match *match_new(const struct drill_settings *settings); /* which outlive it */
void match_free(struct match *m);                               /* NULL: nothing */

/* The script is about to make this call. */
void match_called(struct match *m, const struct system_call *call);

/* Writes the datagram that an inbound packet of the script is. 0, and a sentence, where there
 * is none, such as before its connection is known. */
size_t match_compose(struct match *m, const struct packet_spec *spec, uint8_t *out, size_t size,
		     struct error *why);

/* So much the receive buffer of the connection at hand had room for, at most so far; 0: nobody
 * knows. A strict script holds windows that it does not say against it. */
void match_receive_room(struct match *m, uint32_t octets);

enum matching {
	MATCHING,        /* it is what the script expects */
	MATCHING_SO_FAR, /* a part of it: the next must follow */
	MATCHING_NOT,    /* `why` says what differs: "the window is 100; the script expects 200" */
	MATCHING_OTHER,  /* it belongs to a connection that the script does not speak of now */
};

/* One departure against the expected packet. */
enum matching match_outbound(struct match *m, const struct packet_spec *spec,
			     const uint8_t *datagram, size_t len, struct error *why);

/* As the script would write it: "> P. 1:1001(1000) ack 1 win 229 <nop,nop,TS val 1 ecr 2>". */
void match_tell(struct match *m, const uint8_t *datagram, size_t len, bool outbound,
		struct text *out);

/* Type and code of an ICMP message by the words of a script: "unreachable", "frag_needed", or
 * "type_3", "code_4". `code` may be NULL. False where this version of IP has no such message. */
bool icmp_named(uint8_t version, const char *type, const char *code, uint8_t numbers[2]);
/* And back; NULL where there is no word. */
const char *icmp_type_word(uint8_t version, uint8_t type);
const char *icmp_code_word(uint8_t version, uint8_t type, uint8_t code);

#endif
