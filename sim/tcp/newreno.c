/* newreno.c — fast retransmit and fast recovery where ACKs tell nothing but
 * SEG.ACK. RFC 5681 §3.2; with profile.newreno the partial ACKs of RFC 6582. */
#include "tcp/turn.h"

#include "tcp/congestion.h"

/* RFC 6582 §3.2 step 2. */
static void begin(struct tcp *t)
{
	struct tcb *tcb = t->tcb;

	enter_fast_recovery(t, RULE_FAST_RETRANSMIT);
	tcb->cc.cwnd = cwnd_add(tcb->cc.ssthresh, 3u * tcb->snd.mss);
	send_first_again(t, RULE_FAST_RETRANSMIT);
}

void newreno_duplicate_ack(struct tcp *t)
{
	struct tcb *tcb = t->tcb;
	struct congestion_variables *cc = &tcb->cc;

	if (cc->fast_recovery) {
		cc->cwnd = cwnd_add(cc->cwnd, tcb->snd.mss);
		note(t, RULE_FAST_RECOVERY_INFLATES);
	} else if (cc->dup_acks == dup_threshold(t)) {
		/* RFC 6582 §3.2 step 1: unless the ACK covers more than `recover`, the
		 * duplicates may come from segments that were sent twice. */
		if (cc->remembers)
			note(t, RULE_NO_SECOND_REDUCTION);
		else if (!path_probe_is_what_was_lost(t))
			begin(t);
	}
}

static void leave(struct tcp *t, uint32_t cwnd, enum rule rule)
{
	struct congestion_variables *cc = &t->tcb->cc;

	cc->cwnd = least(cwnd, cc->ssthresh);
	cwv_recovered(t);
	cc->fast_recovery = false;
	cc->acked = 0;
	note(t, rule);
}

/* RFC 6582 §3.2 step 3; RFC 5681 §3.2 (6). */
static void acked_in_fast_recovery(struct tcp *t, uint32_t acked)
{
	struct tcb *tcb = t->tcb;
	struct congestion_variables *cc = &tcb->cc;
	uint32_t smss = tcb->snd.mss;
	uint32_t flight = tcb_outstanding(tcb);

	if (!t->profile->newreno) {
		leave(t, cc->ssthresh, RULE_RENO_LEAVES);
		return;
	}
	if (seq_ge(tcb->snd.una, cc->recover)) {
		leave(t, (flight > smss ? flight : smss) + smss, RULE_FULL_ACK);
		return;
	}
	cc->cwnd = cc->cwnd > acked ? cc->cwnd - acked : 0;
	if (acked >= smss || cc->cwnd < smss)
		cc->cwnd = cwnd_add(cc->cwnd, smss);
	cc->first_partial = true;
	note(t, RULE_PARTIAL_ACK);
	send_first_again(t, RULE_PARTIAL_ACK);
}

void newreno_acked(struct tcp *t, uint32_t acked)
{
	struct congestion_variables *cc = &t->tcb->cc;

	if (cc->fast_recovery)
		acked_in_fast_recovery(t, acked);
	else if (!t->profile->congestion_off && !t->ecn_echoed)
		congestion_control(cc->control)->acked(t, acked);
}
