/* held.h — which octets have arrived ahead of a gap. RFC 9293 §3.10.7.4, seventh
 * (SHLD-31); RFC 2018.
 *
 * The ranges lie outside the TCB, in tcp.held, which the caller owns; how many
 * there are, tcb.rcv.held_count, is in the TCB. With the TCB they are the
 * connection: copy both. A connection that holds nothing needs none, so hand in
 * a spare one, and let the connection keep it when it holds something after
 * tcp_arrives() or tcp_arrives_in_listen(): nothing else adds a range.
 *
 * Without (tcp.held is NULL) text that comes ahead of a gap is not kept. */
#ifndef TCPLAB_TCP_HELD_H
#define TCPLAB_TCP_HELD_H

#include <stdint.h>

#include "base/seq.h"

struct tcp;

/* Out-of-order ranges kept; more is dropped, and noted. Where a queue overflows in slow start,
 * every second segment of a round trip may be missing: a receiver that cannot remember so many gaps
 * drops what has arrived, and the sender repairs more than was lost. */
enum { HELD_MAX = UINT8_MAX };

struct held_range {
	struct seq left;
	struct seq right; /* octets left … right−1 */
};

/* What lies behind tcb.rcv.held_count is of any value. */
struct held {
	struct held_range ranges[HELD_MAX]; /* sorted, apart, inside the window */
	uint8_t order[HELD_MAX];            /* their indices, the one that grew last first */
};

/* Asserts what holds of the ranges, as tcp_check() does of the TCB. */
void held_check(const struct tcp *t);

#endif
