/* bsd_closing.c — how BSD closes, beside RFC 9293 §3.10.7.4.
 *
 * The flags of a segment follow from the state: while our FIN is not acknowledged, what is sent
 * anyway has it once more. What answers an attack is made by itself.
 *
 * In TIME-WAIT, tcp_twcheck() of FreeBSD, a SYN opens the next connection where its number is
 * beyond all that the last one used; timestamps are not asked (RFC 6191 would). What lacks an ACK
 * is not answered at all. Anything else is, with one exception: the last ACK once more. */
#include "tcp/arrives.h"

/* Two FINs that both wait behind a gap would ask for each other's for ever. */
static bool peers_fin_waits(const struct tcb *tcb)
{
	return tcb->rcv.fin_seen && seq_le(tcb->rcv.nxt, tcb->rcv.fin);
}

bool ack_has_fin(const struct tcb *tcb)
{
	return !peers_fin_waits(tcb) && tcb->ack_rule != RULE_RST_CHALLENGE &&
	       tcb->ack_rule != RULE_SYN_CHALLENGE && our_fin_is_sent(tcb) &&
	       !our_fin_is_acked(tcb);
}

/* Where FINs cross, the ACK of ours comes with a FIN that has been here before. To answer it with
 * an ACK and read no further would let two such hosts repeat their FINs for ever. */
bool fin_again_is_read(struct tcp *t, const struct segment *seg)
{
	if ((seg->flags & (FIN | SYN | RST | ACK)) != (FIN | ACK) ||
	    !seq_eq(segment_end(seg), t->tcb->rcv.nxt))
		return false;
	owe_ack(t, RULE_FIN_AGAIN);
	note(t, RULE_FIN_AGAIN);
	return true;
}

/* The last thing that a peer says which has understood that all is over. */
static bool is_last_ack_again(const struct tcb *tcb, const struct segment *seg)
{
	return (seg->flags & (FIN | SYN | RST | PSH | ACK | URG)) == ACK && seg->len == 0 &&
	       seq_eq(seg->seq, tcb->rcv.nxt) && seq_eq(seg->ack, tcb->snd.nxt);
}

static bool may_reopen(const struct tcp *t, const struct segment *seg)
{
	const struct tcb *tcb = t->tcb;

	return tcb->passive && (seg->flags & (SYN | ACK)) == SYN && tcb->rcv.unread == 0 &&
	       !hangs_on_isns(t) && seq_gt(seg->seq, tcb->rcv.nxt);
}

enum verdict arrives_in_time_wait_of_bsd(struct tcp *t, const struct segment *seg)
{
	struct tcb *tcb = t->tcb;

	if (seg->flags & RST)
		return NEXT; /* the second paragraph ignores it: RFC 1337 */
	if (may_reopen(t, seg)) {
		reopen(t, seg);
		return DONE;
	}
	if (!(seg->flags & ACK))
		return drop(t, RULE_TIME_WAIT_NO_ACK);
	if (tcb->ts.on && !(seg->options.has & HAS_TIMESTAMPS) && !t->profile->ts_may_miss)
		return drop(t, RULE_TS_MISSING);
	if (is_last_ack_again(tcb, seg))
		return drop(t, RULE_TIME_WAIT_HEARS);
	if ((seg->flags & FIN) && seq_eq(segment_end(seg), tcb->rcv.nxt))
		restart_time_wait(t);
	owe_ack(t, RULE_TIME_WAIT_ANSWERS);
	return drop(t, RULE_TIME_WAIT_ANSWERS);
}
