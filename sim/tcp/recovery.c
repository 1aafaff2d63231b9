/* recovery.c — noticing a loss and repairing it.
 * Fast retransmit and fast recovery: RFC 5681 §3.2, RFC 6582 (NewReno).
 * After a time-out: RFC 5681 §3.1, RFC 6298 §5.
 *
 * What must go again lies in snd.rtx … snd.rtx_end; output.c sends it. */
#include "tcp/turn.h"

#include "tcp/congestion.h"

void send_again(struct tcp *t, struct seq from, struct seq to, enum rule rule)
{
	t->tcb->snd.rtx = from;
	t->tcb->snd.rtx_end = to;
	t->tcb->rtx_rule = (uint16_t)rule;
}

/* One segment's worth from the front of the queue. */
static void send_first_again(struct tcp *t, enum rule rule)
{
	struct send_variables *snd = &t->tcb->snd;
	struct seq end = seq_min(seq_add(snd->una, effective_send_mss(t->tcb)), snd->nxt);

	send_again(t, snd->una, end, rule);
}

/* RFC 6582 §3.2 step 2. */
static void enter_fast_recovery(struct tcp *t)
{
	struct tcb *tcb = t->tcb;
	struct congestion_variables *cc = &tcb->cc;

	cc->ssthresh = congestion_control(cc->control)->reduced(t);
	cc->cwnd = cwnd_add(cc->ssthresh, 3u * tcb->snd.mss);
	cc->recover = tcb->snd.nxt;
	cc->remembers = true;
	cc->fast_recovery = true;
	cc->first_partial = false;
	note(t, RULE_FAST_RETRANSMIT);
	send_first_again(t, RULE_FAST_RETRANSMIT);
}

/* The definition of RFC 5681 §2. The answers to window probes look the same
 * and say nothing of a loss. */
static bool is_duplicate_ack(const struct tcb *tcb, const struct segment *seg)
{
	return !tcb->snd.probing && tcb_outstanding(tcb) > 0 && segment_len(seg) == 0 &&
	       seq_eq(seg->ack, tcb->snd.una) &&
	       (uint32_t)seg->wnd << tcb->snd.shift == tcb->snd.wnd;
}

void consider_duplicate_ack(struct tcp *t, const struct segment *seg)
{
	struct tcb *tcb = t->tcb;
	struct congestion_variables *cc = &tcb->cc;

	if (!is_duplicate_ack(tcb, seg)) {
		if (seq_lt(seg->ack, tcb->snd.una))
			note(t, RULE_ACK_OLD);
		return;
	}
	if (cc->dup_acks < UINT16_MAX)
		cc->dup_acks++;
	note(t, RULE_DUP_ACK);
	if (cc->fast_recovery) {
		cc->cwnd = cwnd_add(cc->cwnd, tcb->snd.mss);
		note(t, RULE_FAST_RECOVERY_INFLATES);
	} else if (cc->dup_acks == t->profile->dup_ack_threshold) {
		/* RFC 6582 §3.2 step 1: unless the ACK covers more than `recover`, the
		 * duplicates may come from segments that were sent twice. */
		if (cc->remembers)
			note(t, RULE_NO_SECOND_REDUCTION);
		else
			enter_fast_recovery(t);
	}
}

/* RFC 6582 §3.2 step 3. */
static void acked_in_fast_recovery(struct tcp *t, uint32_t acked)
{
	struct tcb *tcb = t->tcb;
	struct congestion_variables *cc = &tcb->cc;
	uint32_t smss = tcb->snd.mss;

	if (seq_ge(tcb->snd.una, cc->recover)) {
		uint32_t flight = tcb_outstanding(tcb);
		uint32_t cwnd = (flight > smss ? flight : smss) + smss;

		cc->cwnd = cwnd < cc->ssthresh ? cwnd : cc->ssthresh;
		cc->fast_recovery = false;
		cc->acked = 0;
		note(t, RULE_FULL_ACK);
		return;
	}
	cc->cwnd = cc->cwnd > acked ? cc->cwnd - acked : 0;
	if (acked >= smss || cc->cwnd < smss)
		cc->cwnd = cwnd_add(cc->cwnd, smss);
	cc->first_partial = true;
	note(t, RULE_PARTIAL_ACK);
	send_first_again(t, RULE_PARTIAL_ACK);
}

/* SND.UNA has moved on by `acked` octets. */
void recovery_acked(struct tcp *t, uint32_t acked)
{
	struct tcb *tcb = t->tcb;
	struct congestion_variables *cc = &tcb->cc;

	cc->dup_acks = 0;
	if (seq_gt(tcb->snd.una, cc->recover)) /* it grows stale: numbers go round */
		cc->remembers = false;
	if (cc->fast_recovery) {
		acked_in_fast_recovery(t, acked);
		return;
	}
	if (!t->profile->congestion_off)
		congestion_control(cc->control)->acked(t, acked);
}

/* RFC 5681 §3.1: "the loss window". ssthresh only at the first of several
 * time-outs for the same segment (equation 4's note). */
void recovery_timed_out(struct tcp *t)
{
	struct tcb *tcb = t->tcb;
	struct congestion_variables *cc = &tcb->cc;

	if (tcb->rtt.transmissions_again == 1)
		cc->ssthresh = congestion_control(cc->control)->reduced(t);
	cc->cwnd = tcb->snd.mss;
	cc->acked = 0;
	cc->dup_acks = 0;
	cc->fast_recovery = false;
	cc->remembers = true;
	cc->recover = tcb->snd.nxt;
	note(t, RULE_LOSS_WINDOW);
	send_again(t, tcb->snd.una, tcb->snd.nxt, RULE_RTO_FIRED);
}
