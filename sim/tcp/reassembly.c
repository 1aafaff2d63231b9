/* reassembly.c — text in order, out of order, and again.
 * RFC 9293 §3.10.7.4, seventh; RFC 2018 §4; RFC 5681 §4.2.
 *
 * t->held lists what is there beyond RCV.NXT: sorted ranges with gaps
 * between. The octets themselves are with the caller, who is told in
 * t->parts what of a segment is new: the first copy of an octet counts. */
#include "tcp/turn.h"

/* Asks the caller to keep octets left … right−1 of the segment, except what
 * is held already. */
static void keep_text(struct tcp *t, struct seq text_start, struct seq left, struct seq right)
{
	const struct receive_variables *rcv = &t->tcb->rcv;

	for (unsigned i = 0; seq_lt(left, right); i++) {
		bool more = i < rcv->held_count;
		struct seq gap_end = more ? seq_min(t->held->ranges[i].left, right) : right;

		if (seq_lt(left, gap_end)) {
			t->parts[t->part_count++] =
				(struct text_part){.offset = tcb_receive_offset(t->tcb, left),
						   .skip = (uint32_t)seq_diff(left, text_start),
						   .len = (uint32_t)seq_diff(gap_end, left)};
		}
		if (!more)
			return;
		left = seq_max(left, t->held->ranges[i].right);
	}
}

/* BSD counts segments, unless one has more than a segment has. */
static RARE bool is_second_segment(const struct tcb *tcb)
{
	return tcb->ack_owed == ACK_DELAYED || tcb->unacked_text > tcb->snd.mss;
}

/* RFC 9293 §3.8.6.3, RFC 5681 §4.2: every second full segment at once, one
 * alone may wait. */
static void acknowledge_in_order(struct tcp *t)
{
	struct tcb *tcb = t->tcb;
	uint32_t full = least(tcb->largest_text, tcb->rcv.mss);

	if (tcb->ack_owed == ACK_NOW)
		return;
	if (t->profile->delayed_ack == 0) {
		owe_ack(t, RULE_ACK_AT_ONCE);
	} else if (t->profile->quick_acks > 0) {
		quick_acks_choose(t);
	} else if (tcb->unacked_text >= 2 * full) {
		owe_ack(t, RULE_ACK_EVERY_SECOND);
		note(t, RULE_ACK_EVERY_SECOND);
	} else if (t->profile->ack_segments && is_second_segment(tcb)) {
		owe_ack(t, RULE_ACK_SECOND_SEGMENT);
		note(t, RULE_ACK_SECOND_SEGMENT);
	} else if (tcb->ack_owed == ACK_NOT_OWED) {
		delay_ack(t, t->profile->delayed_ack, RULE_ACK_DELAYED);
	}
}

/* RCV.NXT moves to `right`, and over what is held behind it. */
static void advance_rcv_nxt(struct tcp *t, struct seq right)
{
	struct tcb *tcb = t->tcb;
	struct seq before = tcb->rcv.nxt;

	tcb->rcv.nxt_offset += seq_diff(right, tcb->rcv.nxt);
	tcb->rcv.nxt = right;
	if (tcb->rcv.held_count > 0)
		absorb_held(t);
	tcb->rcv.wnd = (uint32_t)seq_diff(tcb->rcv.edge, tcb->rcv.nxt);
	tcb->rcv.unread += (uint32_t)seq_diff(tcb->rcv.nxt, before);
	tcb->unacked_text += (uint32_t)seq_diff(tcb->rcv.nxt, before);
	notify(t, NOTICE_TEXT);
}

/* Its FIN has its turn next, and decides on the ACK of both. */
static bool fin_follows(const struct tcp *t, const struct segment *seg)
{
	const struct receive_variables *rcv = &t->tcb->rcv;

	return (seg->flags & FIN) && t->profile->quick_acks > 0 && t->tcb->state == ESTABLISHED &&
	       seq_eq(seq_add(rcv->nxt, 1), segment_end(seg)) && seq_lt(rcv->nxt, rcv->edge) &&
	       (!rcv->fin_seen || seq_eq(rcv->fin, rcv->nxt));
}

/* Text that was next: what Linux makes of that, beside taking it. */
static void consider_arrival(struct tcp *t, const struct segment *seg)
{
	bool grew = counts_memory(&t->tcb->rcv) && receive_memory_takes(t, seg, true);

	if (t->profile->quick_acks > 0)
		quick_acks_text_arrived(t, seg, grew);
}

static void deliver(struct tcp *t, const struct segment *seg, struct seq right)
{
	bool gap = t->tcb->rcv.held_count > 0;

	advance_rcv_nxt(t, right);
	consider_arrival(t, seg);
	if (gap) {
		note(t, RULE_TEXT_FILLS_GAP);
		owe_ack(t, RULE_TEXT_FILLS_GAP);
	} else {
		note(t, RULE_TEXT_IN_ORDER);
		if (!fin_follows(t, seg))
			acknowledge_in_order(t);
	}
}

static void deliver_syn_text(struct tcp *t)
{
	struct receive_variables *rcv = &t->tcb->rcv;

	if (rcv->held_count == 0 || !seq_eq(t->held->ranges[0].left, rcv->nxt))
		return;
	advance_rcv_nxt(t, rcv->nxt);
	note(t, RULE_SYN_TEXT_DELIVERED);
	if (!t->profile->syn_text_waits || t->profile->delayed_ack == 0)
		owe_ack(t, RULE_SYN_TEXT_DELIVERED);
	else if (t->tcb->ack_owed == ACK_NOT_OWED)
		delay_ack(t, t->profile->delayed_ack, RULE_ACK_DELAYED);
}

/* Out of order, as far as there is a place to remember it. */
static RARE void keep_for_later(struct tcp *t, const struct segment *seg, struct seq left,
				struct seq right)
{
	bool wanted = !t->profile->drops_out_of_order;
	bool kept = wanted && hold(t, left, right);
	enum rule rule = kept ? RULE_TEXT_OUT_OF_ORDER : RULE_TEXT_HELD_FULL;

	if (!wanted)
		rule = RULE_TEXT_NOT_QUEUED;
	if (!kept)
		t->part_count = 0;
	else if (counts_memory(&t->tcb->rcv) && receive_memory_takes(t, seg, false))
		quick_acks_one_more(t);
	owe_ack(t, rule);
	note(t, rule);
}

/* Where text must end: at the window's edge, or at the FIN. */
static struct seq end_of_text(const struct receive_variables *rcv)
{
	return rcv->fin_seen ? seq_min(rcv->fin, rcv->edge) : rcv->edge;
}

/* Says what of the segment is not taken because it lies too far right. */
static bool is_cut(struct tcp *t, const struct segment *seg)
{
	const struct receive_variables *rcv = &t->tcb->rcv;
	struct seq text_end = seq_sub(segment_end(seg), (seg->flags & FIN) != 0);
	enum rule rule;

	if (rcv->fin_seen && seq_gt(text_end, rcv->fin))
		rule = RULE_TEXT_LATE;
	else if (seq_gt(segment_end(seg), rcv->edge))
		rule = RULE_TEXT_CUT;
	else
		return false;
	note(t, rule);
	owe_ack(t, rule);
	return true;
}

static void drop_what_waits_from(struct tcp *t, struct seq left, enum rule rule)
{
	uint32_t waited = waiting_text(t);

	drop_held_from(t, left);
	if (counts_memory(&t->tcb->rcv))
		receive_memory_frees(t, waited - waiting_text(t));
	t->tcb->rcv.fin_seen = false;
	note(t, rule);
	owe_ack(t, rule);
}

/* Segments are processed in the order of their numbers: one that is next has its turn before all
 * that waits. So nothing that waits follows its FIN, and no FIN that waits ends its text. */
static void let_what_is_next_count(struct tcp *t, const struct segment *seg)
{
	const struct receive_variables *rcv = &t->tcb->rcv;
	bool has_fin = (seg->flags & FIN) != 0;
	struct seq end = seq_sub(segment_end(seg), has_fin);
	struct seq waits;

	if ((rcv->held_count == 0 && !rcv->fin_seen) || seq_gt(seg->seq, rcv->nxt) ||
	    seq_lt(end, rcv->nxt))
		return;
	if (rcv->fin_seen && seq_gt(seq_min(end, rcv->edge), rcv->fin))
		drop_what_waits_from(t, rcv->fin, RULE_TEXT_PASSES_FIN);
	if (!has_fin || seq_ge(end, rcv->edge))
		return;
	waits = rcv->held_count > 0 ? t->held->ranges[rcv->held_count - 1].right : end;
	if (rcv->fin_seen ? !seq_eq(rcv->fin, end) : seq_gt(waits, end))
		drop_what_waits_from(t, end, RULE_FIN_ENDS_TEXT);
}

/* Octets left … right−1 of the segment, which are news and lie in the window. */
void take_text(struct tcp *t, const struct segment *seg, struct seq left, struct seq right)
{
	struct receive_variables *rcv = &t->tcb->rcv;
	struct seq start = seq_add(seg->seq, (seg->flags & SYN) != 0);

	if (counts_memory(rcv) && !receive_memory_has_room(t, seg))
		return;
	if (seg->len > t->tcb->largest_text && !counts_memory(rcv))
		t->tcb->largest_text = seg->len;
	keep_text(t, start, left, right);
	if (seq_eq(left, rcv->nxt))
		deliver(t, seg, right);
	else
		keep_for_later(t, seg, left, right);
}

void process_text(struct tcp *t, const struct segment *seg)
{
	struct receive_variables *rcv = &t->tcb->rcv;
	struct seq start = seq_add(seg->seq, (seg->flags & SYN) != 0);
	struct seq left;
	struct seq right;
	bool cut;

	deliver_syn_text(t);
	let_what_is_next_count(t, seg);
	if (seg->len == 0)
		return;
	cut = is_cut(t, seg);
	note_what_came_twice(t, start, segment_end(seg));
	left = seq_max(start, rcv->nxt);
	right = seq_min(seq_add(start, seg->len), end_of_text(rcv));
	if (seq_ge(left, right)) {
		if (!cut)
			note(t, RULE_TEXT_DUPLICATE);
		if (!cut && !fin_follows(t, seg)) {
			owe_ack(t, RULE_TEXT_DUPLICATE);
			quick_acks_begin(t);
		}
		return;
	}
	take_text(t, seg, left, right);
}

/* Text that came with a SYN waits, as if out of order, for ESTABLISHED. */
void hold_syn_text(struct tcp *t, const struct segment *seg)
{
	struct receive_variables *rcv = &t->tcb->rcv;
	struct seq right = seq_min(seq_add(rcv->nxt, seg->len), rcv->edge);

	if (seq_le(right, rcv->nxt))
		return;
	keep_text(t, rcv->nxt, rcv->nxt, right);
	if (!hold(t, rcv->nxt, right)) {
		t->part_count = 0; /* it comes again */
		return;
	}
	if (counts_memory(rcv))
		receive_memory_takes(t, seg, false);
	note(t, RULE_SYN_TEXT_HELD);
}

/* RFC 7413 §4.2.2: it counts before the handshake is done. */
void deliver_text_of_syn(struct tcp *t, const struct segment *seg)
{
	struct receive_variables *rcv = &t->tcb->rcv;
	struct seq right = seq_min(seq_add(rcv->nxt, seg->len), rcv->edge);
	uint32_t window = rcv->wnd;

	if (seq_le(right, rcv->nxt))
		return;
	keep_text(t, rcv->nxt, rcv->nxt, right);
	advance_rcv_nxt(t, right);
	if (counts_memory(rcv)) {
		receive_memory_takes(t, seg, true);
		rcv->wnd = window; /* it has room besides: Linux's SYN,ACK tells all of it */
		rcv->edge = seq_add(rcv->nxt, window);
	}
	note(t, RULE_FAST_OPEN_TAKEN);
}
