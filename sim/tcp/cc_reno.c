/* cc_reno.c — slow start and congestion avoidance. RFC 5681 §3.1. */
#include "tcp/congestion.h"
#include "tcp/turn.h"

static void reno_start(struct tcp *t)
{
	struct congestion_variables *cc = &t->tcb->cc;

	cc->cwnd = congestion_initial_window(t);
	/* "arbitrarily high", so that slow start runs until the network says stop. */
	cc->ssthresh = UINT32_MAX;
	cc->acked = 0;
}

static void reno_acked(struct tcp *t, uint32_t acked)
{
	struct congestion_variables *cc = &t->tcb->cc;
	uint32_t smss = t->tcb->snd.mss;

	if (!congestion_window_is_used(t)) {
		note(t, RULE_CWND_UNUSED);
		return;
	}
	if (cc->cwnd < cc->ssthresh) {
		congestion_slow_start(t, acked);
		return;
	}
	cc->acked += acked;
	if (cc->acked < cc->cwnd)
		return;
	cc->acked -= cc->cwnd;
	cc->cwnd = cwnd_add(cc->cwnd, smss);
	note(t, RULE_CONGESTION_AVOIDANCE);
}

/* Equation (4) halves FlightSize, not cwnd: a sender held back by its
 * application must not keep credit that it never used. */
static uint32_t reno_reduced(struct tcp *t)
{
	uint32_t half = congestion_to_cut(t) / 2;
	uint32_t least = 2u * t->tcb->snd.mss;

	return half > least ? half : least;
}

const struct congestion_control cc_reno = {
	.name = "reno",
	.start = reno_start,
	.acked = reno_acked,
	.reduced = reno_reduced,
};
