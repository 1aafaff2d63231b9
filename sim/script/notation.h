/* notation.h — packets as a script writes them: what script_parse() reads.
 *
 *     > P. 1:1001(1000) ack 1 win 229 <nop,nop,TS val 1 ecr 2>
 *     < [ect0] . 1:1(0) ack 1001 win 8192 <sack 2001:3001>
 *     < icmp unreachable frag_needed mtu 1400 [1:1461(1460)]
 *
 * Sequence numbers and timestamps are written as they are: whoever has a packet
 * of the wire translates them first. */
#ifndef TCPLAB_SCRIPT_NOTATION_H
#define TCPLAB_SCRIPT_NOTATION_H

#include "base/text.h"
#include "wire/packet.h"

/* RFC 6994: experiments share an option, and their first two octets tell which it is. */
enum { OPTION_EXPERIMENT = 254, EXPERIMENT_FAST_OPEN = 0xf989 };

/* Flags to options, without direction, marks and newline. */
void notation_add_segment(struct text *t, const struct segment *seg);

/* "SEW", "P.", or "-" for none. */
void notation_add_flags(struct text *t, uint16_t flags);

/* The one at o->bytes[at]; answers how many octets it takes, or, where it is malformed, all that
 * are left. */
unsigned notation_add_option(struct text *t, const struct options *o, unsigned at);

/* "nop,nop,TS val 1 ecr 2", without the brackets. */
void notation_add_options(struct text *t, const struct options *o);

/* "[ect0]" with a space behind, of the ECN bits of a traffic class. */
void notation_add_ecn(struct text *t, uint8_t traffic_class);

/* Of an ICMP error of this version of IP: "icmp unreachable frag_needed mtu 1400 [1:1461(1460)]".
 * False where scripts have no word for it. */
bool notation_add_icmp(struct text *t, const struct icmp_error *icmp, uint8_t version);

#endif
