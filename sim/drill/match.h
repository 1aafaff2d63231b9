/* match.h — the packets of a script and those on the wire.
 *
 * A script counts sequence numbers from where it likes, and leaves addresses and
 * ports out. The first SYN of each side in the script and on the wire tell what
 * belongs to what; timestamps are translated one by one. What is compared of an
 * outbound packet, and what is not:
 *
 *   flags, sequence numbers, ACK, length, urgent pointer   always
 *   the text                                               always: octets of 0
 *   options, their order and padding                       unless <...>
 *   the values of timestamps                               only with a tick
 *   "win", marks of the IP header                          where they are said
 *
 * Segments in a row that together have the length that is expected, as a network
 * card would merge them, are one: flags are those of the last. */
#ifndef TCPLAB_DRILL_MATCH_H
#define TCPLAB_DRILL_MATCH_H

#include "drill/machine.h"
#include "drill/settings.h"
#include "base/text.h"

struct match;

struct match *match_new(const struct drill_settings *settings);
void match_free(struct match *m); /* NULL: nothing */

/* Writes the datagram that an inbound packet of the script is. 0, and a sentence, where there
 * is none, such as before its connection is known. */
size_t match_compose(struct match *m, const struct packet_spec *spec, uint8_t *out, size_t size,
		     struct error *why);

enum matching {
	MATCHING,        /* it is what the script expects */
	MATCHING_SO_FAR, /* a part of it: the next must follow */
	MATCHING_NOT,    /* `why` says what differs: "the window is 100; the script expects 200" */
};

/* One departure against the expected packet. */
enum matching match_outbound(struct match *m, const struct packet_spec *spec, nanos time,
			     const uint8_t *datagram, size_t len, struct error *why);

/* As the script would write it: "> P. 1:1001(1000) ack 1 win 229 <nop,nop,TS val 1 ecr 2>". */
void match_tell(struct match *m, const uint8_t *datagram, size_t len, bool outbound,
		struct text *out);

#endif
