/* recovery.c — a loss is seen and repaired.
 * After duplicate ACKs: RFC 5681 §3.2; without SACK in newreno.c, with it in
 * scoreboard.c. After a time-out: RFC 5681 §3.1, RFC 6298 §5.
 *
 * What must go again lies in snd.rtx … snd.rtx_end, or is marked as lost in
 * the records of what is under way; output.c sends it. */
#include "tcp/turn.h"

#include "tcp/congestion.h"

void send_again(struct tcp *t, struct seq from, struct seq to, enum rule rule)
{
	t->tcb->snd.rtx = from;
	t->tcb->snd.rtx_end = to;
	t->tcb->rtx_rule = (uint16_t)rule;
}

/* One segment's worth from the front of the queue. */
void send_first_again(struct tcp *t, enum rule rule)
{
	struct send_variables *snd = &t->tcb->snd;
	struct seq end = seq_min(seq_add(snd->una, effective_send_mss(t->tcb)), snd->nxt);

	send_again(t, snd->una, end, rule);
}

/* ssthresh comes down; the caller says what becomes of cwnd. */
void enter_fast_recovery(struct tcp *t, enum rule rule)
{
	struct congestion_variables *cc = &t->tcb->cc;

	t->tcb->rtt.adapts = ADAPTS_NOT;
	undo_prepare(t);
	reduce_for_loss(t);
	cc->recover = t->tcb->snd.nxt;
	cc->remembers = true;
	cc->fast_recovery = true;
	cc->first_partial = false;
	cc->rescued = false;
	stop_timer(t, TIMER_TAIL_PROBE, rule);
	tlp_forget(t);
	note(t, rule);
}

/* The definition of RFC 5681 §2. The answers to window probes look the same
 * and say nothing of a loss. */
bool is_duplicate_ack(const struct tcb *tcb, const struct segment *seg)
{
	return !tcb->snd.probing && tcb_outstanding(tcb) > 0 && segment_len(seg) == 0 &&
	       seq_eq(seg->ack, tcb->snd.una) &&
	       (uint32_t)seg->wnd << tcb->snd.shift == tcb->snd.wnd;
}

/* With SACK a duplicate is an ACK that names octets not known to have arrived, whatever else
 * it carries, and no other (RFC 6675 §2). */
static bool tells_of_a_gap(const struct tcp *t, const struct segment *seg)
{
	return has_scoreboard(t) ? t->ack.is_sack : is_duplicate_ack(t->tcb, seg);
}

void consider_duplicate_ack(struct tcp *t, const struct segment *seg)
{
	struct tcb *tcb = t->tcb;

	if (tells_of_a_gap(t, seg)) {
		if (tcb->cc.dup_acks < UINT16_MAX)
			tcb->cc.dup_acks++;
		note(t, RULE_DUP_ACK);
	} else if (seq_lt(seg->ack, tcb->snd.una)) {
		note(t, RULE_ACK_OLD);
		return;
	} else if (!has_scoreboard(t) || (tcb_outstanding(tcb) == 0 && !t->ack.is_dsack)) {
		return; /* it tells nothing */
	}
	if (has_scoreboard(t))
		scoreboard_ack(t, 0, seg);
	else if (!frto_acked(t, 0, seg))
		newreno_duplicate_ack(t);
}

/* Each of the duplicates stood for a segment, as SACK would have told; at least one is news. */
static uint32_t less_duplicates(struct tcp *t, uint32_t acked, uint32_t duplicates)
{
	uint32_t smss = t->tcb->snd.mss;
	uint32_t told = duplicates * smss;

	if (!t->profile->dup_acks_deliver || duplicates == 0 || t->tcb->cc.fast_recovery)
		return acked;
	note(t, RULE_DUP_ACKS_COUNTED);
	return acked > told + smss ? acked - told : least(acked, smss);
}

/* SND.UNA has moved on by `acked` octets. */
void recovery_acked(struct tcp *t, uint32_t acked, const struct segment *seg)
{
	struct tcb *tcb = t->tcb;
	struct congestion_variables *cc = &tcb->cc;
	uint32_t duplicates = cc->dup_acks;

	cc->dup_acks = 0;
	if (!cc->fast_recovery && !cc->loss_recovery)
		cwv_acked(t);
	if (seq_gt(tcb->snd.una, cc->recover)) /* it grows stale: numbers go round */
		cc->remembers = false;
	if (cc->again_count > 0 && seq_lt(cc->recover, seq_sub(tcb->snd.una, tcb->snd.max_wnd)))
		repeats_forget(cc); /* no D-SACK that is so old is believed */
	if (has_scoreboard(t)) {
		scoreboard_ack(t, acked, seg);
		return;
	}
	if (seq_ge(tcb->snd.una, cc->recover))
		cc->loss_recovery = false;
	reordering_acked(t, acked);
	if (undo_if_spurious(t, acked, seg) || frto_acked(t, acked, seg))
		return;
	newreno_acked(t, less_duplicates(t, acked, duplicates));
}

/* RFC 6582 §3.2: where each partial ACK repairs one of many losses, the timer, which
 * counts from the first, fires although nothing that went again was lost. The window
 * was reduced for all of these losses; RFC 5681 §4.3 wants another reduction where a
 * repetition is lost, that is, where no partial ACK came. */
static bool was_impatience(const struct tcp *t)
{
	const struct congestion_variables *cc = &t->tcb->cc;

	return cc->fast_recovery && cc->first_partial && !has_scoreboard(t);
}

/* RFC 5681 §3.1: "the loss window". ssthresh only at the first of several
 * time-outs for the same segment (equation 4's note). */
void recovery_timed_out(struct tcp *t)
{
	struct tcb *tcb = t->tcb;
	struct congestion_variables *cc = &tcb->cc;
	bool first = tcb->rtt.transmissions_again == 1;

	cwv_reset(t); /* RFC 7661 §4.4: then all is as usual */
	tlp_forget(t);
	if (first) {
		rtt_timed_out(t);
		undo_prepare(t);
		if (was_impatience(t))
			note(t, RULE_IMPATIENT_TIMEOUT);
		else
			reduce_for_loss(t);
	}
	reordering_timed_out(t);
	cc->cwnd = tcb->snd.mss;
	cc->acked = 0;
	cc->dup_acks = 0;
	cc->remembers = true;
	cc->fast_recovery = false;
	cc->loss_recovery = true;
	cc->recover = tcb->snd.nxt;
	if (first && congestion_control(cc->control)->timed_out != NULL)
		congestion_control(cc->control)->timed_out(t);
	note(t, RULE_LOSS_WINDOW);
	if (has_scoreboard(t))
		scoreboard_timed_out(t);
	else
		send_again(t, tcb->snd.una, tcb->snd.nxt, RULE_RTO_FIRED);
	frto_begin(t, first);
}

/* A segment with text or FIN has gone out. */
void recovery_sent(struct tcp *t, const struct segment *seg, bool again)
{
	struct congestion_variables *cc = &t->tcb->cc;

	if (cc->fast_recovery || prr_glides(t))
		cc->prr_out += segment_len(seg);
	if (again) {
		undo_sent_again(t, seg);
		cwv_sent_again(t, seg->seq, seq_add(seg->seq, segment_len(seg)));
	} else if (cc->frto_lent > 0) {
		cc->frto_lent--;
	}
	tlp_sent(t, again);
}
