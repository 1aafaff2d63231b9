/* prr.c — Proportional Rate Reduction. RFC 6937 §3.
 *
 * Instead of falling silent until half of the window has arrived, a sender in
 * recovery sends in proportion to what arrives: so cwnd glides to ssthresh. */
#include "tcp/turn.h"

void prr_begin(struct tcp *t)
{
	struct congestion_variables *cc = &t->tcb->cc;

	cc->prr_delivered = 0;
	cc->prr_out = 0;
	cc->prr_flight = tcb_outstanding(t->tcb);
}

/* CEIL(prr_delivered * ssthresh / RecoverFS) - prr_out */
static int64_t proportional(const struct congestion_variables *cc)
{
	uint64_t product = (uint64_t)cc->prr_delivered * cc->ssthresh;
	uint64_t flight = cc->prr_flight > 0 ? cc->prr_flight : 1;

	return (int64_t)((product + flight - 1) / flight) - cc->prr_out;
}

/* Slow start reduction bound: as much as arrived, and a segment more, until
 * `pipe` is at ssthresh. Linux is more careful: the segment more is only for an ACK that moves
 * SND.UNA and tells of no new loss, and without it this is the conservative bound. */
static int64_t bounded(const struct tcp *t, uint32_t pipe, bool moved)
{
	const struct congestion_variables *cc = &t->tcb->cc;
	int64_t limit = (int64_t)cc->prr_delivered - cc->prr_out;

	if (limit < t->ack.delivered)
		limit = t->ack.delivered;
	if (!t->profile->prr_careful || (moved && t->ack.lost == 0))
		limit += t->tcb->snd.mss;
	return (int64_t)cc->ssthresh - pipe < limit ? (int64_t)cc->ssthresh - pipe : limit;
}

void prr_acked(struct tcp *t, bool entering, bool moved)
{
	struct congestion_variables *cc = &t->tcb->cc;
	uint32_t pipe = flight_pipe(t->tcb);
	bool proportionally = pipe > cc->ssthresh;
	int64_t count;

	if (t->ack.delivered == 0 && !entering)
		return;
	cc->prr_delivered += t->ack.delivered;
	count = proportionally ? proportional(cc) : bounded(t, pipe, moved);
	if (count < 0)
		count = 0;
	if (entering && count < t->tcb->snd.mss)
		count = t->tcb->snd.mss; /* the fast retransmit is not held back */
	cc->cwnd = cwnd_add(pipe, (uint32_t)count);
	note(t, proportionally ? RULE_PRR_PROPORTIONAL : RULE_PRR_BOUNDED);
}
