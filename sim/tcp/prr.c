/* prr.c — Proportional Rate Reduction. RFC 6937 §3.
 *
 * Instead of falling silent until half of the window has arrived, a sender in
 * recovery sends in proportion to what arrives: so cwnd glides to ssthresh.
 *
 * With profile.prr_marks a mark (ecn.c) is answered in the same way, as Linux does in
 * its state CWR: cwnd glides until what was under way then is acknowledged. */
#include "tcp/turn.h"

void prr_begin(struct tcp *t)
{
	struct congestion_variables *cc = &t->tcb->cc;

	cc->prr_delivered = 0;
	cc->prr_out = 0;
	/* RecoverFS; Linux, which takes ssthresh from cwnd, takes that too. */
	cc->prr_flight = t->profile->cut_cwnd ? cc->cwnd : tcb_outstanding(t->tcb);
}

/* CEIL(prr_delivered * ssthresh / RecoverFS) - prr_out. Linux counts in segments, so that
 * the part of one that is due lets a whole one go. */
static int64_t proportional(const struct tcp *t)
{
	const struct congestion_variables *cc = &t->tcb->cc;
	uint64_t product = (uint64_t)cc->prr_delivered * cc->ssthresh;
	uint64_t flight = cc->prr_flight > 0 ? cc->prr_flight : 1;
	uint64_t due = (product + flight - 1) / flight;
	uint32_t smss = t->tcb->snd.mss;

	if (t->profile->prr_careful)
		due = (due + smss - 1) / smss * smss;
	return (int64_t)due - cc->prr_out;
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
	bool first = entering || (t->profile->prr_careful && cc->prr_out == 0);
	int64_t count;

	if (t->ack.delivered == 0 && !entering)
		return;
	cc->prr_delivered += t->ack.delivered;
	count = proportionally ? proportional(t) : bounded(t, pipe, moved);
	if (count < 0)
		count = 0;
	if (first && count < t->tcb->snd.mss)
		count = t->tcb->snd.mss; /* the fast retransmit is not held back */
	cc->cwnd = cwnd_add(pipe, (uint32_t)count);
	note(t, proportionally ? RULE_PRR_PROPORTIONAL : RULE_PRR_BOUNDED);
}

/* What arrived with the mark and after it is acknowledged: the reduction is over. */
void prr_glided(struct tcp *t)
{
	t->tcb->cc.cwnd = t->tcb->cc.ssthresh;
	note(t, RULE_PRR_GLIDED);
}
