/* quick_acks.c — acknowledging at once where the sender needs it most.
 * RFC 9293 §3.8.6.3 and RFC 5681 §4.2 let a receiver delay its ACKs; neither
 * says that it must. This is how Linux chooses.
 *
 * A sender that has just begun, or begins anew after a pause, has a small
 * congestion window and lives on ACKs: the first ones go at once. Where the
 * application answers what it reads (ping-pong), an ACK can ride on the
 * answer, and is delayed as usual. */
#include "tcp/turn.h"

enum { QUICK_LEAST = 2 };

/* Half of what the window has room for, in segments: more ACKs than the sender
 * has segments would be of no use. */
static uint32_t enough(const struct tcp *t)
{
	const struct tcb *tcb = t->tcb;
	uint32_t full = least(tcb->largest_text, tcb->rcv.mss);
	uint32_t segments = full > 0 ? tcb->rcv.wnd / (2 * full) : 0;

	if (segments < QUICK_LEAST)
		segments = QUICK_LEAST;
	return least(segments, t->profile->quick_acks);
}

/* Text has arrived in order: does its ACK go at once? */
bool quick_ack_is_due(struct tcp *t)
{
	struct tcb *tcb = t->tcb;
	struct quick_ack_variables *quick = &tcb->quick;
	bool begins = quick->heard == 0 || t->now - quick->heard > tcb->rtt.rto;

	quick->heard = nanos_max(t->now, 1);
	if (begins && quick->left < enough(t))
		quick->left = (uint8_t)enough(t);
	return quick->left > 0 && !quick->pingpong;
}

void quick_acks_ack_sent(struct tcp *t)
{
	struct quick_ack_variables *quick = &t->tcb->quick;

	if (quick->left > 0 && t->tcb->unacked_text > 0)
		quick->left--;
}

/* Within the time for which an ACK would have been delayed, it is an answer. */
void quick_acks_text_sent(struct tcp *t)
{
	struct quick_ack_variables *quick = &t->tcb->quick;

	if (t->profile->quick_acks == 0 || quick->pingpong || quick->heard == 0 ||
	    t->now - quick->heard >= t->profile->delayed_ack)
		return;
	quick->pingpong = true;
	note(t, RULE_PINGPONG);
}
