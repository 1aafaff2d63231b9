/* cwv.h — how much of cwnd has proved itself: congestion window validation.
 * RFC 7661.
 *
 * An application that now and then has little to send uses a part of cwnd
 * only. That the path carries the rest is then something of the past. RFC
 * 5681 goes back to the initial window after a pause; here cwnd stays for five
 * minutes, but it does not grow, and a loss brings it down to what was used.
 *
 *     pipeACK >= cwnd/2, or not known yet    validated: all as usual
 *     pipeACK <  cwnd/2                      not validated
 *
 * pipeACK is the most that was acknowledged in one round trip of late. */
#ifndef TCPLAB_TCP_CWV_H
#define TCPLAB_TCP_CWV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "base/seq.h"

struct tcp;

enum { CWV_SLOTS = 4 }; /* parts of the sampling period, each with its largest sample */

struct cwv_variables {
	nanos slot_since[CWV_SLOTS]; /* the newest first */
	nanos since;                 /* of the non-validated period */
	uint32_t slot_most[CWV_SLOTS];
	uint32_t pipe_ack;  /* pipeACK, where it is defined */
	uint32_t loss_used; /* max(pipeACK, LossFlightSize); 0: the loss found cwnd validated */
	uint32_t repeated;  /* R: octets that went again in this recovery, each counted once */
	struct seq repeated_to;
	struct seq from;  /* the sample counts from here … */
	struct seq until; /* … until this is acknowledged */
	uint8_t slots;    /* that are filled */
	bool sampling;
	bool defined;
	bool non_validated;
	uint32_t zero;
};

/* Whether the profile and the control want it. */
bool cwv_applies(const struct tcp *t);
/* Text goes out; SND.NXT has moved. */
void cwv_sent(struct tcp *t);
/* SND.UNA has moved, outside of any recovery: before cwnd may grow. */
void cwv_acked(struct tcp *t);
/* New text is about to go: looks at the clock. */
void cwv_before_sending(struct tcp *t);
bool cwv_lets_grow(const struct tcp *t);
/* What ssthresh becomes at a sign of congestion, where the control says `usual`. */
uint32_t cwv_reduced(struct tcp *t, uint32_t usual);
/* left … right−1 went again. */
void cwv_sent_again(struct tcp *t, struct seq left, struct seq right);
/* Fast recovery has ended: cwnd is what the control wants. */
void cwv_recovered(struct tcp *t);
/* pipeACK is not defined, and nothing of the past counts. */
void cwv_reset(struct tcp *t);

#endif
