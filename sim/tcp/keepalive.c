/* keepalive.c — asking a peer that says nothing whether it is still there.
 * RFC 9293 §3.8.4.
 *
 * Off unless the application or the profile says otherwise (MUST-25). The
 * timer runs from the last segment that arrived. When it ends and nothing is
 * under way (MUST-26), a segment with SEG.SEQ = SND.NXT−1 goes out: it lies
 * outside the peer's window, and the first check makes the peer answer. ACKs
 * can be lost, so one that is missing means nothing (MUST-29): only several
 * in a row end the connection. */
#include "tcp/turn.h"

void keepalive_heard(struct tcp *t)
{
	struct keepalive_variables *keepalive = &t->tcb->keepalive;

	if (!keepalive->on || !t->tcb->snd.syn_acked)
		return;
	if (keepalive->unanswered > 0)
		note(t, RULE_KEEPALIVE_ANSWERED);
	keepalive->unanswered = 0;
	keepalive->due = false;
	start_timer(t, TIMER_KEEPALIVE, t->now + t->profile->keepalive_idle,
		    RULE_KEEPALIVE_STARTED);
}

bool keepalive_is_hopeless(const struct tcp *t)
{
	return t->tcb->keepalive.unanswered >= t->profile->keepalive_count;
}

void keepalive_ask(struct tcp *t)
{
	struct tcb *tcb = t->tcb;

	/* What is under way, or waits for a window, has timers of its own. */
	if (tcb_outstanding(tcb) > 0 || something_waits(tcb)) {
		tcb->keepalive.unanswered = 0;
		start_timer(t, TIMER_KEEPALIVE, t->now + t->profile->keepalive_idle,
			    RULE_KEEPALIVE_NOT_IDLE);
		return;
	}
	tcb->keepalive.unanswered++;
	tcb->keepalive.due = true;
	start_timer(t, TIMER_KEEPALIVE, t->now + t->profile->keepalive_interval,
		    RULE_KEEPALIVE_SENT);
}

void keepalive_switch(struct tcp *t, bool on)
{
	struct keepalive_variables *keepalive = &t->tcb->keepalive;

	*keepalive = (struct keepalive_variables){.on = on};
	if (on)
		keepalive_heard(t);
	else
		stop_timer(t, TIMER_KEEPALIVE, RULE_KEEPALIVE_OFF);
}
