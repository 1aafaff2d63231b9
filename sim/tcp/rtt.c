/* rtt.c — the round-trip time and the retransmission timeout. RFC 6298. */
#include "tcp/turn.h"

void rtt_begin(struct tcp *t)
{
	t->tcb->rtt = (struct rtt_variables){.rto = t->profile->rto_initial};
}

/* Begins a measurement with a segment that ends before `end`, unless one
 * runs. One at a time, of segments sent once: Karn (§3). */
void rtt_sent(struct tcp *t, struct seq end)
{
	struct rtt_variables *rtt = &t->tcb->rtt;

	if (rtt->timing)
		return;
	rtt->timing = true;
	rtt->timed = end;
	rtt->timed_at = t->now;
}

/* The SYN,ACK that the TCB has just counted as sent went at `when`, before there
 * was a TCB. It can be timed where that is known, and it was sent once. */
void rtt_syn_was_sent(struct tcp *t, nanos when, unsigned times)
{
	struct rtt_variables *rtt = &t->tcb->rtt;

	rtt->timing = times == 1;
	rtt->timed_at = rtt->timing ? when : 0;
	rtt->transmissions_again = (uint16_t)(times > 1 ? times - 1 : 0);
}

/* Something was sent again: the running measurement would be ambiguous. */
void rtt_forget(struct tcp *t)
{
	if (!t->tcb->rtt.timing)
		return;
	if (t->profile->rto_1981)
		return;
	t->tcb->rtt.timing = false;
	note(t, RULE_KARN);
}

/* (5.7): the SYN had to be sent again, so there is no good measurement. */
void rtt_syn_was_repeated(struct tcp *t)
{
	if (t->profile->rto_initial >= nanos_from_s(3))
		return;
	t->tcb->rtt.rto = nanos_min(nanos_from_s(3), t->profile->rto_max);
	note(t, RULE_RTO_AFTER_SYN);
}

static nanos absolute(nanos a)
{
	return a < 0 ? -a : a;
}

/* RFC 793 §3.7: ALPHA 7/8, BETA 2. */
static void measure_as_in_1981(struct tcp *t, nanos sample)
{
	struct rtt_variables *rtt = &t->tcb->rtt;

	rtt->srtt = rtt->srtt == 0 ? sample : (7 * rtt->srtt + sample) / 8;
	rtt->rto = nanos_max(2 * rtt->srtt, t->profile->rto_min);
	rtt->rto = nanos_min(rtt->rto, t->profile->rto_max);
	note(t, RULE_RTT_1981);
}

/* RTO of (2.2) and (2.3), within (2.4) and (2.5). */
static void compute_rto(struct tcp *t)
{
	struct rtt_variables *rtt = &t->tcb->rtt;

	rtt->rto = rtt->srtt + nanos_max(t->profile->rto_variance_min, 4 * rtt->rttvar);
	rtt->rto = nanos_max(rtt->rto, t->profile->rto_min) + t->profile->rto_slop;
	rtt->rto = nanos_min(rtt->rto, t->profile->rto_max);
}

void rtt_recall(struct tcp *t, nanos srtt, nanos rttvar)
{
	t->tcb->rtt.srtt = srtt;
	t->tcb->rtt.rttvar = rttvar;
	compute_rto(t);
}

/* ---- a time-out that was a mistake: RFC 4015 ---- */

/* (0), before anything is reduced. */
void rtt_timed_out(struct tcp *t)
{
	struct rtt_variables *rtt = &t->tcb->rtt;

	rtt->srtt_prev = rtt->srtt + 2 * t->profile->rto_variance_min;
	rtt->rttvar_prev = rtt->rttvar;
	rtt->new_from = t->tcb->snd.nxt;
	rtt->adapts = t->profile->rto_adapts ? ADAPTS_IF_SPURIOUS : ADAPTS_NOT;
}

void rtt_was_spurious(struct tcp *t)
{
	if (t->tcb->rtt.adapts == ADAPTS_IF_SPURIOUS)
		t->tcb->rtt.adapts = ADAPTS_TO_NEXT;
}

/* (11): the first round trip of something new counts as if there had been none before. */
static bool adapts_to(struct tcp *t, nanos sample)
{
	struct rtt_variables *rtt = &t->tcb->rtt;

	if (rtt->adapts != ADAPTS_TO_NEXT || seq_le(t->tcb->snd.una, rtt->new_from))
		return false;
	rtt->adapts = ADAPTS_NOT;
	rtt->srtt = nanos_max(rtt->srtt_prev, sample);
	rtt->rttvar = nanos_max(rtt->rttvar_prev, sample / 2);
	compute_rto(t);
	note(t, RULE_RTO_ADAPTED);
	return true;
}

static void smooth(struct tcp *t, nanos sample)
{
	struct rtt_variables *rtt = &t->tcb->rtt;
	bool first = rtt->srtt == 0;

	if (first) { /* (2.2) */
		rtt->srtt = sample;
		rtt->rttvar = sample / 2;
	} else { /* (2.3) */
		rtt->rttvar = (3 * rtt->rttvar + absolute(rtt->srtt - sample)) / 4;
		rtt->srtt = (7 * rtt->srtt + sample) / 8;
	}
	compute_rto(t);
	if (first && t->profile->rto_recalled_late)
		sharing_recall_rto(t);
	note(t, first ? RULE_RTT_FIRST : RULE_RTT_NEXT);
}

static void measure(struct tcp *t, nanos sample)
{
	sample = nanos_max(sample, 1);
	t->tcb->rack.measured = true;
	if (t->profile->rto_1981) {
		measure_as_in_1981(t, sample);
		return;
	}
	if (t->tcb->rtt.adapts == ADAPTS_NOT || !adapts_to(t, sample))
		smooth(t, sample);
	if (t->records == NULL) /* else each ACK brings a finer one */
		congestion_measured(t, sample);
}

/* A coarse clock sees only its ticks. */
static nanos as_ticks(const struct tcp *t, nanos time)
{
	nanos tick = t->profile->slow_tick;

	return tick > 0 ? time - time % tick : time;
}

/* SND.UNA has moved to seg->ack. A timed segment is the finer measure; a
 * timestamp (RFC 7323 §4) also serves when segments were sent again. */
void rtt_acked(struct tcp *t, const struct segment *seg)
{
	struct rtt_variables *rtt = &t->tcb->rtt;

	if (t->ack.measured && !t->ack.repeated)
		congestion_measured(t, t->ack.rtt);
	if (rtt->timing) {
		if (seq_lt(seg->ack, rtt->timed))
			return;
		rtt->timing = false;
		measure(t, as_ticks(t, t->now) - as_ticks(t, rtt->timed_at));
	} else if (t->tcb->ts.on && (seg->options.has & HAS_TIMESTAMPS) && seg->options.ts_ecr) {
		int32_t ticks = (int32_t)(timestamp_now(t) - seg->options.ts_ecr);

		if (ticks >= 0)
			measure(t, nanos_from_ms(ticks));
	}
}

/* (5.5); kept until a measurement of a fresh segment (§5, last paragraphs). */
void rtt_back_off(struct tcp *t)
{
	struct rtt_variables *rtt = &t->tcb->rtt;
	nanos slop = t->profile->rto_slop;

	if (t->profile->rto_1981)
		return;
	/* What is added for good measure does not double; a SYN's first time-out is without. */
	if (slop > 0 && (t->tcb->snd.syn_acked || rtt->transmissions_again > 1))
		rtt->rto -= nanos_min(slop, rtt->rto);
	rtt->rto = nanos_min(2 * rtt->rto + slop, t->profile->rto_max);
}
