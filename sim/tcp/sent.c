/* sent.c — taking note of what was sent: SND.NXT, the window that we offered,
 * the timers that guard what is under way. RFC 9293 §3.8, RFC 6298 §5.
 *
 * For our own segments, and for those of a host that is only followed. */
#include "tcp/turn.h"

#include <assert.h>

static void sent_ack(struct tcp *t, const struct segment *seg)
{
	struct tcb *tcb = t->tcb;
	uint8_t shift = seg->flags & SYN ? 0 : tcb->rcv.shift;
	struct seq edge = seq_add(seg->ack, (uint32_t)seg->wnd << shift);

	tcb->ack_owed = ACK_NOT_OWED;
	quick_acks_ack_sent(t);
	tcb->unacked_text = 0;
	tcb->rcv.dsack = false;
	tcb->rcv.memory.exhausted = false;
	tcb->rcv.twice = (struct held_range){0};
	stop_timer(t, TIMER_DELAYED_ACK, RULE_ACK_DELAYED);
	tcb->ts.last_ack_sent = seg->ack;
	tcb->rcv.edge = seq_max(tcb->rcv.edge, edge);
	tcb->rcv.wnd = (uint32_t)seq_diff(tcb->rcv.edge, tcb->rcv.nxt);
}

static void sent_again(struct tcp *t, struct seq end)
{
	struct send_variables *snd = &t->tcb->snd;

	rtt_forget(t);
	if (seq_lt(snd->rtx, end))
		snd->rtx = seq_min(end, snd->rtx_end);
	if (t->tcb->rtx_rule == RULE_RTO_FIRED) /* for the first; what follows, follows */
		t->tcb->rtx_rule = RULE_RTX_SEGMENT;
	if (snd->wnd > 0)
		snd->probing = false;
}

static void sent_new(struct tcp *t, const struct segment *seg, struct seq end)
{
	struct tcb *tcb = t->tcb;

	if (tcb_outstanding(tcb) == 0)
		tcb->rtt.since = t->now;
	tcb->snd.nxt = end;
	rtt_sent(t, end);
	tcb->snd.override = false;
	if (seg->len > 0) {
		tcb->cc.last_sent = t->now;
		quick_acks_text_sent(t);
	}
	if (tcb->state == CLOSE_WAIT && our_fin_is_sent(tcb))
		set_state(t, LAST_ACK, RULE_FIN_TO_LAST_ACK);
}

static void guard_outstanding(struct tcp *t)
{
	struct tcb *tcb = t->tcb;

	if (tcb->snd.probing) { /* the persist timer guards a probe */
		if (tcb->timers[TIMER_PERSIST] == NANOS_NEVER)
			start_timer(t, TIMER_PERSIST, t->now + probe_wait(t, tcb->rtt.rto),
				    RULE_PERSIST_STARTED);
		return;
	}
	stop_timer(t, TIMER_PERSIST, RULE_RTO_STARTED);
	if (tcb->timers[TIMER_RETRANSMISSION] == NANOS_NEVER)
		start_timer(t, TIMER_RETRANSMISSION, t->now + tcb->rtt.rto, RULE_RTO_STARTED);
	if (tcb->timers[TIMER_USER_TIMEOUT] == NANOS_NEVER)
		user_timeout_guard(t);
}

void tcp_sent(struct tcp *t, const struct segment *seg)
{
	struct tcb *tcb = t->tcb;
	struct seq end = segment_end(seg);
	bool again;

	assert(seq_le(end, queue_end(tcb)) || segment_len(seg) == 0);
	if (seg->flags & RST)
		return;
	ecn_sent(t, seg);
	/* A keep-alive lies outside the peer's window: its ACK is not read there. */
	if ((seg->flags & ACK) && seq_ge(seg->seq, tcb->snd.una))
		sent_ack(t, seg);
	if (segment_len(seg) == 0 || seq_le(end, tcb->snd.una)) /* nothing to guard */
		return;
	path_sent(t, seg);
	again = seq_lt(seg->seq, tcb->snd.nxt);
	flight_sent(t, seg->seq, end);
	if (again)
		sent_again(t, end);
	if (seq_gt(end, tcb->snd.nxt))
		sent_new(t, seg, end);
	if (seg->len > 0)
		congestion_sent(t, seg->len);
	guard_outstanding(t);
	recovery_sent(t, seg, again);
	if (!again)
		tlp_schedule(t);
}
