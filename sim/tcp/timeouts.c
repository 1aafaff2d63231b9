/* timeouts.c — RFC 9293 §3.10.8, and the timers of §3.8. */
#include "tcp/syn_defence.h"

#include <string.h>

static bool take_if_due(struct tcp *t, enum timer timer)
{
	if (t->tcb->timers[timer] > t->now)
		return false;
	t->tcb->timers[timer] = NANOS_NEVER;
	return true;
}

static void give_up(struct tcp *t, enum rule rule)
{
	note(t, rule);
	if (t->tcb->path.error != ERROR_NONE)
		note(t, RULE_TIMEOUT_AFTER_ERROR);
	end_connection(t, ENDING_TIMED_OUT, rule);
}

/* What was closed for good has nobody left who could lose patience. */
static nanos r2_of_text(const struct tcp *t)
{
	bool orphan = t->tcb->reads_no_more && t->profile->orphan_r2 > 0;

	return orphan ? t->profile->orphan_r2 : t->profile->r2;
}

/* R1 and R2 of §3.8.3. R2 is a length of time since the last progress. */
static bool is_hopeless(struct tcp *t)
{
	struct rtt_variables *rtt = &t->tcb->rtt;
	bool syn = !t->tcb->snd.syn_acked;

	if (rtt->transmissions_again < UINT16_MAX)
		rtt->transmissions_again++;
	if (rtt->transmissions_again == t->profile->r1) {
		note(t, RULE_R1_REACHED);
		notify(t, NOTICE_R1);
	}
	return t->now - rtt->since >= (syn ? t->profile->syn_r2 : r2_of_text(t));
}

/* §3.8.6.1: one new octet, or the first of what is out beyond the window. The
 * intervals between probes double (SHLD-30); RTO itself, which is about
 * losses, stays as it is. */
static void probe_window(struct tcp *t)
{
	struct tcb *tcb = t->tcb;

	if (is_hopeless(t)) {
		give_up(t, RULE_R2_REACHED);
		return;
	}
	if (tcb_outstanding(tcb) == 0 && t->profile->empty_probes) {
		tcb->keepalive.due = true;
	} else if (tcb_outstanding(tcb) == 0) {
		tcb->snd.override = true;
	} else {
		tcb->snd.probing = true;
		send_again(t, tcb->snd.una, seq_add(tcb->snd.una, 1), RULE_PROBE_SENT);
	}
	tcb->snd.probe_after =
		nanos_min(2 * (tcb->snd.probe_after ? tcb->snd.probe_after : tcb->rtt.rto),
			  t->profile->rto_max);
	start_timer(t, TIMER_PERSIST, t->now + probe_wait(t, tcb->snd.probe_after),
		    RULE_PERSIST_STARTED);
}

/* Some give a SYN up when the time is over, others when it would go again after that. */
static nanos next_time_out(const struct tcp *t)
{
	const struct rtt_variables *rtt = &t->tcb->rtt;
	nanos next = t->now + rtt->rto;

	if (t->tcb->snd.syn_acked || !t->profile->syn_r2_exact)
		return next;
	return nanos_max(t->now, nanos_min(next, rtt->since + t->profile->syn_r2));
}

/* RETRANSMISSION TIMEOUT; (5.4)–(5.6) of RFC 6298. */
static void retransmission_timeout(struct tcp *t)
{
	struct tcb *tcb = t->tcb;

	if (tcb->snd.wnd == 0 && tcb->snd.syn_acked) {
		probe_window(t); /* MUST-35: it shrank to nothing; no sign of a loss */
		return;
	}
	if (is_hopeless(t)) {
		give_up(t, RULE_R2_REACHED);
		return;
	}
	if (t->tcb->state == SYN_SENT && tcb->rtt.transmissions_again <= t->profile->syn_linear)
		note(t, RULE_SYN_LINEAR);
	else
		rtt_back_off(t);
	note(t, RULE_RTO_FIRED);
	path_timed_out(t);
	fast_open_timed_out(t);
	if (!tcb->snd.syn_acked && syn_ack_is_spared(t))
		note(t, RULE_SYN_ACK_SPARED);
	else if (!tcb->snd.syn_acked) /* no congestion state yet */
		send_again(t, tcb->snd.una, fast_open_syn_end(tcb), RULE_RTO_FIRED);
	else
		recovery_timed_out(t);
	start_timer(t, TIMER_RETRANSMISSION, next_time_out(t), RULE_RTO_FIRED);
}

/* USER TIMEOUT: "for any state". */
static void user_timeout(struct tcp *t)
{
	give_up(t, RULE_USER_TIMEOUT);
}

/* TIME-WAIT TIMEOUT */
static void time_wait_timeout(struct tcp *t)
{
	end_connection(t, ENDING_CLOSED, RULE_TIME_WAIT_OVER);
}

/* §3.8.6.1: the window is closed, or (§3.8.6.2.1) too small for too long. */
static void persist_timeout(struct tcp *t)
{
	struct tcb *tcb = t->tcb;

	if (tcb->snd.wnd > 0 && !tcb->snd.probing) {
		tcb->snd.override = true;
		note(t, why_override(tcb));
		return;
	}
	probe_window(t);
}

void tcp_timeout(struct tcp *t)
{
	t->part_count = 0;
	memset(&t->ack, 0, sizeof t->ack);
	if (t->tcb->state == LISTEN) {
		syn_cache_timeout(t);
		return;
	}
	if (take_if_due(t, TIMER_TIME_WAIT)) {
		time_wait_timeout(t);
		return;
	}
	if (take_if_due(t, TIMER_USER_TIMEOUT)) {
		user_timeout(t);
		return;
	}
	if (take_if_due(t, TIMER_PACING))
		note(t, RULE_PACING_OVER);
	if (take_if_due(t, TIMER_FIN_WAIT_2)) {
		give_up(t, RULE_FIN_WAIT_2_OVER);
		return;
	}
	if (take_if_due(t, TIMER_KEEPALIVE)) {
		if (keepalive_is_hopeless(t)) {
			give_up(t, RULE_KEEPALIVE_GIVES_UP);
			return;
		}
		keepalive_ask(t);
	}
	if (take_if_due(t, TIMER_DELAYED_ACK)) {
		note(t, RULE_DELAYED_ACK_FIRED);
		if (t->profile->quick_acks > 0)
			quick_acks_waited(t);
		owe_ack(t, RULE_DELAYED_ACK_FIRED);
	}
	if (take_if_due(t, TIMER_TAIL_PROBE)) /* before a time-out at the same time */
		tlp_timeout(t);
	else if (take_if_due(t, TIMER_RETRANSMISSION))
		retransmission_timeout(t);
	else if (take_if_due(t, TIMER_REORDERING))
		rack_timeout(t);
	else if (take_if_due(t, TIMER_PERSIST))
		persist_timeout(t);
}

/* Asked in every turn, so without a loop: a third of the work. */
nanos tcp_next_deadline(const struct tcb *tcb)
{
	nanos next = NANOS_NEVER;

	if (tcb->state == CLOSED)
		return next;
#pragma GCC unroll 16
	for (int timer = 0; timer < TIMER_COUNT; timer++)
		next = nanos_min(next, tcb->timers[timer]);
	return next;
}
