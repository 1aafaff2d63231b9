/* congestion.h — how fast to send: the interface of a congestion control.
 * RFC 5681.
 *
 * A control is one file (cc_….c) and one line in the table of congestion.c.
 * Its state is in the TCB, in octets. Detecting a loss and repairing it is
 * not its business: recovery.c does that, and asks.
 *
 *     start ── acked … acked ── reduced ── acked …          a loss, repaired
 *                            ── reduced, timed_out ── …     the timer fired
 *                            ── …, undone ── acked …        it was no loss
 *
 * Arithmetic is on integers of 64 bits; where a value is a fraction, its
 * scale stands beside it. */
#ifndef TCPLAB_TCP_CONGESTION_H
#define TCPLAB_TCP_CONGESTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "tcp/rate.h"

struct sent_record;
struct tcp;

struct congestion_control {
	const char *name;
	/* The connection is about to be ESTABLISHED: set cwnd and ssthresh. */
	void (*start)(struct tcp *t);
	/* `acked` new octets were acknowledged, outside recovery. */
	void (*acked)(struct tcp *t, uint32_t acked);
	/* A loss was seen, cwnd is still as before: returns the new ssthresh. */
	uint32_t (*reduced)(struct tcp *t);

	/* Those below may be NULL. */

	/* The retransmission timer fired; cwnd is one segment by now. For the first of
	 * several time-outs in a row, after reduced(). */
	void (*timed_out)(struct tcp *t);
	/* The last reduction was for nothing. recovery.c has put cwnd and ssthresh back; what
	 * else reduced() and timed_out() changed is put back here. */
	void (*undone)(struct tcp *t);
	/* A round trip was measured. */
	void (*measured)(struct tcp *t, nanos rtt);
	/* `len` octets of text are about to be sent, for the first time or again. */
	void (*sends)(struct tcp *t, uint32_t len);
	/* What this record holds is taken for lost. */
	void (*lost)(struct tcp *t, const struct sent_record *record);
	/* An ACK delivered something, in recovery or outside, after all else that it does. */
	void (*sampled)(struct tcp *t, const struct rate_sample *sample);
	/* How fast to send, in octets per second; 0: not known yet. A control that has
	 * this is always paced. */
	uint64_t (*pacing_rate)(const struct tcp *t);
};

const struct congestion_control *congestion_control(uint32_t index);
uint32_t congestion_control_count(void);
uint32_t congestion_control_named(const char *name); /* the count where there is none */

struct tcb;
/* Which member of the union of what controls remember counts. */
bool congestion_is_bbr(const struct tcb *tcb);

/* IW of RFC 5681 §3.1 (or the profile's), in octets. */
uint32_t congestion_initial_window(const struct tcp *t);

/* FlightSize of RFC 5681 §3.1, for equation (4). */
uint32_t congestion_flight_size(const struct tcp *t);
/* What a loss takes its share of. */
uint32_t congestion_to_cut(const struct tcp *t);

/* cwnd without what duplicate ACKs add to it in a fast recovery without SACK. */
uint32_t congestion_window_alone(const struct tcp *t);

/* Whether the window was used, so that an ACK may make it larger: in slow start
 * half of it is enough, as the ACKs of that half could double it. */
bool congestion_window_is_used(const struct tcp *t);

/* One ACK's step of slow start, with HyStart++ where the profile has it. */
void congestion_slow_start(struct tcp *t, uint32_t acked);

extern const struct congestion_control cc_reno;
extern const struct congestion_control cc_cubic;
extern const struct congestion_control cc_bbr;

#endif
