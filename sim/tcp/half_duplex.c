/* half_duplex.c — a CLOSE that ends reading too. RFC 9293 §3.6.1 (MAY-1,
 * SHLD-3), RFC 2525 §2.17.
 *
 * CLOSE means "I have no more to send", and reading goes on: that is how
 * every profile begins. Many hosts have a second close, after which nobody
 * reads: the field half_duplex_close makes CLOSE that one. What arrived and
 * was not read, or arrives now, is lost, and an honest host says so with a
 * RST; an ACK would claim that the text was taken. Such a connection has
 * nobody to notice that the peer's FIN never comes, so it can have a timer. */
#include "tcp/turn.h"

/* Where nobody reads any more. New text: what was seen before is only acknowledged again. */
bool text_is_lost(const struct tcp *t, const struct segment *seg)
{
	const struct tcb *tcb = t->tcb;
	struct seq end = seq_add(seg->seq, seg->len);
	bool from_syn = tcb->rcv.held_count > 0 && seq_eq(t->held->ranges[0].left, tcb->rcv.nxt);

	return from_syn || (seg->len > 0 && seq_gt(end, tcb->rcv.nxt));
}

/* BSD has forgotten it, and says nothing. */
bool text_is_left(struct tcp *t)
{
	uint32_t *unread = &t->tcb->rcv.unread;

	if (*unread > 0 && t->profile->close_forgets) {
		note(t, RULE_CLOSE_FORGETS);
		*unread = 0;
	}
	return *unread > 0;
}

/* CLOSE, and something was not read: the connection is over, and the peer is told. */
void reset_for_unread_text(struct tcp *t)
{
	struct seq nxt = t->tcb->snd.nxt;

	note(t, RULE_CLOSE_UNREAD);
	end_connection(t, ENDING_ABORTED, RULE_CLOSE_UNREAD);
	reset_peer(t, nxt, RULE_CLOSE_UNREAD);
}

/* The same with text that comes later. It is the answer to a segment that has an ACK: its number
 * is the one that is expected next, and it needs none of its own (§3.10.7.1). */
void reset_for_late_text(struct tcp *t, const struct segment *seg)
{
	note(t, RULE_TEXT_AFTER_CLOSE);
	end_connection(t, ENDING_ABORTED, RULE_TEXT_AFTER_CLOSE);
	reply_with(t, seg->ack, seq_of(0), RST, RULE_TEXT_AFTER_CLOSE);
}

void start_fin_wait_2(struct tcp *t)
{
	if (t->tcb->reads_no_more && t->profile->fin_wait_2 > 0)
		start_timer(t, TIMER_FIN_WAIT_2, t->now + t->profile->fin_wait_2,
			    RULE_FIN_WAIT_2_STARTED);
}
