/* fin.c — the peer's FIN, RFC 9293 §3.10.7.4, "Eighth": where it lies, and that it counts.
 *
 * It takes a sequence number, the last. A FIN that comes ahead of text which is missing waits
 * with what else waits, so that the gap is all that must come again. The first one that came is
 * believed: one at another number, or before text that we have, is not. */
#include "tcp/arrives.h"

/* There is one FIN, and no text behind it. Of what waits, what came first counts. */
static enum rule why_fin_cannot_be(const struct tcp *t, struct seq fin)
{
	const struct receive_variables *rcv = &t->tcb->rcv;

	if (rcv->fin_seen)
		return seq_eq(fin, rcv->fin) ? RULE_NONE : RULE_FIN_MOVED;
	if (rcv->held_count > 0 && seq_gt(t->held->ranges[rcv->held_count - 1].right, fin))
		return RULE_FIN_BEFORE_TEXT;
	return RULE_NONE;
}

/* What waits beyond a gap is acknowledged each time that it comes. */
static void fin_came_again(struct tcp *t, const struct segment *seg)
{
	struct receive_variables *rcv = &t->tcb->rcv;

	if (seq_eq(rcv->fin, rcv->nxt))
		return;
	if (seg->len == 0)
		note_what_came_twice(t, rcv->fin, seq_add(rcv->fin, 1));
	owe_ack(t, RULE_FIN_AHEAD);
}

void remember_fin(struct tcp *t, const struct segment *seg)
{
	struct receive_variables *rcv = &t->tcb->rcv;
	struct seq fin = seq_sub(segment_end(seg), 1);
	enum rule refused = why_fin_cannot_be(t, fin);

	if (refused != RULE_NONE) {
		note(t, refused);
		if (!rcv->fin_seen || seq_ge(rcv->fin, rcv->nxt))
			owe_ack(t, refused); /* it is out of order: RFC 5681 §4.2 */
		return;
	}
	if (seq_lt(fin, rcv->nxt) || seq_ge(fin, rcv->edge))
		return;
	if (rcv->fin_seen) {
		fin_came_again(t, seg);
		return;
	}
	if (t->profile->drops_out_of_order && !seq_eq(fin, rcv->nxt)) {
		owe_ack(t, RULE_TEXT_NOT_QUEUED);
		return;
	}
	rcv->fin_seen = true;
	rcv->fin = fin;
	if (!seq_eq(fin, rcv->nxt)) {
		hold(t, fin, seq_add(fin, 1));
		note(t, RULE_FIN_AHEAD);
		owe_ack(t, RULE_FIN_AHEAD);
	}
}

void take_fin(struct tcp *t)
{
	struct tcb *tcb = t->tcb;

	tcb->rcv.nxt = seq_add(tcb->rcv.nxt, 1);
	tcb->rcv.nxt_offset++;
	tcb->rcv.wnd = (uint32_t)seq_diff(tcb->rcv.edge, tcb->rcv.nxt);
	notify(t, NOTICE_CLOSING);
}
