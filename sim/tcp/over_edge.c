/* over_edge.c — segments that reach beyond the window, as Linux has them since 6.17.
 * RFC 9293 §3.10.7.4 cuts off what lies beyond and takes the rest.
 *
 * A segment that was merged of several by a network card, or that an honest peer sent
 * before a window shrank, is taken whole or not at all: whole where nothing waits to be
 * read, for a receiver that is empty can have no reason to refuse; otherwise it comes
 * again, when there is room. */
#include "tcp/turn.h"

static void move_edge(struct tcp *t, struct seq edge)
{
	struct receive_variables *rcv = &t->tcb->rcv;
	uint32_t may_wait = rcv->unread + (uint32_t)seq_diff(edge, rcv->nxt);

	rcv->edge = edge;
	rcv->wnd = (uint32_t)seq_diff(edge, rcv->nxt);
	if (rcv->promised < may_wait)
		rcv->promised = may_wait;
}

/* A FIN that lies just beyond is no reason to refuse. */
enum verdict refuse_over_edge(struct tcp *t, const struct segment *seg)
{
	const struct receive_variables *rcv = &t->tcb->rcv;

	if (seq_le(seq_add(seg->seq, seg->len), rcv->edge) || (seg->flags & (RST | SYN)) ||
	    rcv->unread == 0 || !peer_may_send(t->tcb))
		return NEXT;
	return answer_with_ack(t, seg, RULE_TEXT_OVER_EDGE);
}

void reach_over_edge(struct tcp *t, const struct segment *seg)
{
	if (seq_le(segment_end(seg), t->tcb->rcv.edge) || (seg->flags & SYN))
		return;
	move_edge(t, segment_end(seg));
	note(t, RULE_TEXT_BEYOND_EDGE);
}

/* Some hosts send it beyond a window that is shut. It takes no room, and whoever refuses it
 * gets it again and again. */
bool fin_at_edge_counts(struct tcp *t, const struct segment *seg)
{
	const struct tcb *tcb = t->tcb;

	if (!t->profile->takes_whole || seg->len > 0 || !(seg->flags & FIN) ||
	    !peer_may_send(tcb) || tcb->rcv.fin_seen)
		return false;
	if (counts_memory(&tcb->rcv))
		receive_memory_has_room(t, seg); /* if not, its ACK says so at once */
	move_edge(t, segment_end(seg));
	note(t, RULE_FIN_AT_EDGE);
	return true;
}
