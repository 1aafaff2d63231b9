/* defer_accept.c — a server that has nothing to say before its client has spoken need not hear of
 * a connection without text. No RFC has that; Linux does, by TCP_DEFER_ACCEPT: for some of the
 * times that the SYN,ACK would go again, an ACK without text is as good as none, except that the
 * SYN,ACK need not go again before the last of them. */
#include "tcp/turn.h"

/* The ACK of our SYN,ACK is not enough. */
bool accept_is_deferred(struct tcp *t, const struct segment *seg)
{
	struct tcb *tcb = t->tcb;

	if (!tcb->passive || tcb->rtt.transmissions_again >= t->profile->defer_accept ||
	    seg->len > 0 || (seg->flags & FIN) != 0)
		return false;
	tcb->rtt.bare_ack_came = true;
	return true;
}

/* Its time-out, which has been counted, sends no other one. */
bool syn_ack_is_spared(const struct tcp *t)
{
	const struct rtt_variables *rtt = &t->tcb->rtt;

	return rtt->bare_ack_came && rtt->transmissions_again < t->profile->defer_accept;
}
