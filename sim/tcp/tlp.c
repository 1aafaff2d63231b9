/* tlp.c — tail loss probes. RFC 8985 §7.
 *
 * The last segments of a flight have none behind them whose SACK would tell
 * of their loss. So, after two round trips of silence, one more goes out: its
 * acknowledgment tells what became of the others, long before RTO. */
#include "tcp/turn.h"

#define WORST_DELAYED_ACK nanos_from_ms(200) /* TLP.max_ack_delay */

/* TLP_calc_PTO(), §7.2. */
static nanos probe_timeout(const struct tcp *t)
{
	const struct tcb *tcb = t->tcb;

	if (tcb->rtt.srtt == 0)
		return nanos_from_s(1);
	/* The peer's delay is slack enough. */
	if (tcb_outstanding(tcb) <= tcb->snd.mss)
		return in_path_ticks(t, 2 * tcb->rtt.srtt + WORST_DELAYED_ACK -
						t->profile->path_slack);
	return in_path_ticks(t, 2 * tcb->rtt.srtt);
}

static bool may_probe(const struct tcp *t)
{
	const struct tcb *tcb = t->tcb;

	return uses_rack(t) && !t->profile->no_tail_probe && tcb->snd.syn_acked &&
	       tcb_outstanding(tcb) > 0 && tcb->flight.sacked == 0 && !tcb->cc.fast_recovery &&
	       !tcb->cc.loss_recovery && !tcb->rack.probing && !tcb->snd.probing &&
	       tcb->snd.wnd > 0;
}

/* After new text was sent, or acknowledged. */
void tlp_schedule(struct tcp *t)
{
	struct tcb *tcb = t->tcb;
	nanos deadline;

	if (!may_probe(t)) {
		stop_timer(t, TIMER_TAIL_PROBE, RULE_TLP_STARTED);
		return;
	}
	/* In place of a time-out that would come sooner. */
	deadline = nanos_min(t->now + probe_timeout(t), tcb->timers[TIMER_RETRANSMISSION]);
	start_timer(t, TIMER_TAIL_PROBE, nanos_max(deadline, t->now), RULE_TLP_STARTED);
}

void tcp_probes_tail(struct tcp *t)
{
	struct tcb *tcb = t->tcb;
	struct seq last = seq_sub(tcb->snd.nxt, effective_send_mss(tcb));

	note(t, RULE_TLP_FIRED);
	tcb->rack.probe_due = true;
	send_again(t, seq_max(last, tcb->snd.una), tcb->snd.nxt, RULE_TLP_REPEATS);
}

/* TLP_send_probe(), §7.3: new text where there is some and the window takes
 * it, otherwise the last segment again. */
void tlp_timeout(struct tcp *t)
{
	struct tcb *tcb = t->tcb;
	struct seq limit = seq_add(tcb->snd.una, tcb->snd.wnd);
	struct seq last = seq_sub(tcb->snd.nxt, effective_send_mss(tcb));

	if (!may_probe(t))
		return;
	if (!tcb->rack.measured) {
		note(t, RULE_TLP_UNMEASURED);
		return;
	}
	note(t, RULE_TLP_FIRED);
	tcb->rack.probe_due = true;
	if (tcb->timers[TIMER_RETRANSMISSION] <= t->now)
		start_timer(t, TIMER_RETRANSMISSION, t->now + tcb->rtt.rto, RULE_TLP_FIRED);
	if (something_waits(tcb) && seq_lt(tcb->snd.nxt, limit))
		return;
	send_again(t, seq_max(last, tcb->snd.una), tcb->snd.nxt, RULE_TLP_REPEATS);
}

/* The probe has gone out: RTO counts from now. */
void tlp_sent(struct tcp *t, bool again)
{
	struct rack_variables *rack = &t->tcb->rack;
	const struct congestion_variables *cc = &t->tcb->cc;

	if (!rack->probe_due)
		return;
	rack->probe_due = false;
	/* A host that is followed may probe where we think that it repairs a loss. */
	rack->probing = !cc->fast_recovery && !cc->loss_recovery;
	rack->measured = false;
	rack->probe_repeats = again;
	rack->probe_end = t->tcb->snd.nxt;
	stop_timer(t, TIMER_TAIL_PROBE, RULE_TLP_FIRED);
	start_timer(t, TIMER_RETRANSMISSION, t->now + t->tcb->rtt.rto, RULE_TLP_FIRED);
}

/* §7.1: a loss is seen, and counts. What is repaired now would look like the work of a probe. */
void tlp_forget(struct tcp *t)
{
	t->tcb->rack.probing = false;
	t->tcb->rack.probe_due = false;
}

/* The probe repaired a loss that nothing else tells of: it counts as one. */
static void react_to_hidden_loss(struct tcp *t)
{
	struct congestion_variables *cc = &t->tcb->cc;

	note(t, RULE_TLP_REPAIRED);
	reduce_for_loss(t);
	cc->cwnd = least(cc->cwnd, cc->ssthresh);
	cc->acked = 0;
}

/* TLP_process_ack(), §7.4.2. */
void tlp_acked(struct tcp *t, const struct segment *seg)
{
	struct tcb *tcb = t->tcb;
	struct rack_variables *rack = &tcb->rack;
	bool twice = t->ack.is_dsack && seq_eq(t->ack.dsack_right, rack->probe_end);

	if (!rack->probing || seq_lt(tcb->snd.una, rack->probe_end))
		return;
	if (!rack->probe_repeats || twice) {
		rack->probing = false;
	} else if (seq_gt(tcb->snd.una, rack->probe_end)) {
		rack->probing = false;
		react_to_hidden_loss(t);
	} else if (is_duplicate_ack(tcb, seg) && !t->ack.is_sack) {
		rack->probing = false;
	}
}
