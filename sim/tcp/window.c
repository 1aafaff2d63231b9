/* window.c — the receive window, and the peer's. RFC 9293 §3.4, §3.8.6.
 *
 * rcv.edge is the right edge that we have advertised; it never moves back
 * (SHLD-14), also where the buffer has become smaller: what was offered is
 * still taken, and the window shrinks as it comes. RCV.WND is what is left of it: rcv.edge −
 * RCV.NXT. */
#include "tcp/turn.h"

bool is_in_window(const struct tcb *tcb, struct seq s)
{
	return seq_within(s, tcb->rcv.nxt, seq_add(tcb->rcv.nxt, tcb->rcv.wnd));
}

/* Table 6, the four cases. */
bool is_acceptable(const struct tcb *tcb, const struct segment *seg)
{
	uint32_t len = segment_len(seg);

	if (len == 0 && tcb->rcv.wnd == 0)
		return seq_eq(seg->seq, tcb->rcv.nxt);
	if (len == 0)
		return is_in_window(tcb, seg->seq);
	if (tcb->rcv.wnd == 0)
		return false;
	return is_in_window(tcb, seg->seq) || is_in_window(tcb, seq_add(seg->seq, len - 1));
}

/* The peer's SYN is here: our window begins after it. In a SYN the window
 * is never scaled (RFC 7323 §2.2). */
void begin_receive_window(struct tcp *t, const struct segment *syn)
{
	struct receive_variables *rcv = &t->tcb->rcv;

	rcv->irs = syn->seq;
	rcv->nxt = seq_add(syn->seq, 1);
	rcv->up = rcv->nxt;
	rcv->wnd = least(rcv->promised, UINT16_MAX);
	rcv->edge = seq_add(rcv->nxt, rcv->wnd);
	t->tcb->ts.last_ack_sent = rcv->nxt;
}

/* What the buffer has room for, as far as the window field can say it. */
static uint32_t room(const struct receive_variables *rcv)
{
	uint32_t free = rcv->buffer > rcv->unread ? rcv->buffer - rcv->unread : 0;

	return least(free, (uint32_t)UINT16_MAX << rcv->shift);
}

/* How far the right edge may go. Receiver's silly window avoidance,
 * §3.8.6.2.2: it stays until it can move by a useful amount (MUST-39). Systems that tell all
 * stay out of the syndrome by another way: a window smaller than a segment is told as it was. */
static struct seq right_edge(const struct tcb *tcb, uint32_t free)
{
	const struct receive_variables *rcv = &tcb->rcv;
	struct seq edge = seq_add(rcv->nxt, counts_memory(rcv) ? receive_memory_window(tcb) : free);
	int32_t gain = seq_diff(edge, rcv->edge);
	uint32_t segment = least(rcv->buffer / 2, rcv->mss);
	bool all = tcb->tells == TELLS_SILLY || counts_memory(rcv) ||
		   (tcb->tells == TELLS_ALL && free >= segment);
	int32_t useful = all ? 1 : (int32_t)segment;

	return gain >= useful ? edge : rcv->edge;
}

/* A buffer of less than a step would never be told at all. */
static bool rounds_down(const struct tcp *t, uint8_t shift)
{
	return t->profile->window_rounds_down && t->tcb->rcv.buffer >> shift > 0;
}

uint16_t advertise_window(const struct tcp *t, bool syn)
{
	const struct tcb *tcb = t->tcb;
	uint8_t shift = syn ? 0 : tcb->rcv.shift;
	uint32_t free = room(&tcb->rcv);
	uint32_t wnd;
	uint32_t field;

	if (tcb->state == SYN_SENT)
		return (uint16_t)least(initial_receive_window(t, false), UINT16_MAX);
	if (syn && counts_memory(&tcb->rcv))
		return (uint16_t)tcb->rcv.wnd;
	if (tcb->rcv.memory.exhausted)
		return 0;
	if (shift > 0 && counts_memory(&tcb->rcv) && t->profile->shrinks_window)
		return (uint16_t)(receive_memory_window_now(tcb) >> shift);
	wnd = (uint32_t)seq_diff(right_edge(tcb, free), tcb->rcv.nxt);
	field = wnd >> shift;
	/* Rounding down would take back what was offered. Rounding up may go beyond the
	 * buffer, but by less than one step in all; after that the offer shrinks by less
	 * than a step, and what was offered is still taken: RFC 7323 §2.4. */
	if (field << shift < least(wnd, free) && !rounds_down(t, shift))
		field++;
	return (uint16_t)least(field, UINT16_MAX);
}

/* A window that was nearly shut, or two segments' worth: less would answer every segment
 * twice. */
static bool is_news(const struct tcb *tcb, uint32_t gain)
{
	uint32_t useful = least(tcb->rcv.buffer / 2, 2u * tcb->rcv.mss);

	return tcb->rcv.wnd < tcb->rcv.mss || tcb->tells == TELLS_SILLY || gain >= useful;
}

static bool is_news_for_bsd(const struct tcb *tcb, uint32_t gain)
{
	uint32_t buffer = tcb->rcv.buffer;
	uint32_t segments = 2u * tcb->rcv.mss;
	bool narrow = room(&tcb->rcv) <= buffer / 8 || buffer <= 4 * segments;

	return gain >= buffer / 2 || (gain >= segments && (gain >= buffer / 4 || narrow));
}

/* More than half of what it will ever be: no update for its own sake. */
static bool is_wide(const struct receive_variables *rcv)
{
	return counts_memory(rcv) && 2 * (uint64_t)rcv->wnd > rcv->memory.clamp;
}

/* The application has taken text: is the news worth a segment? */
void consider_window_update(struct tcp *t)
{
	struct tcb *tcb = t->tcb;
	uint32_t gain = (uint32_t)seq_diff(right_edge(tcb, room(&tcb->rcv)), tcb->rcv.edge);
	bool news = false;

	switch ((enum window_updates)t->profile->window_updates) {
	case UPDATE_AS_RFC: news = is_news(tcb, gain); break;
	case UPDATE_AS_BSD: news = is_news_for_bsd(tcb, gain); break;
	case UPDATE_IF_DOUBLED: news = gain >= tcb->rcv.wnd && !is_wide(&tcb->rcv); break;
	}
	/* An ACK that is owed already brings the news, and keeps its own reason. */
	if (gain > 0 && news && tcb->ack_owed != ACK_NOW)
		owe_ack(t, RULE_WINDOW_REOPENS);
}

/* What a receiver should not do, and a sender must survive (MUST-34). What is held
 * beyond the gap stays: it may have been told of, and throwing it away would be
 * worse (RFC 2018 §8). Nor does the edge go over a FIN that is here. */
static bool move_edge_left(struct tcp *t, struct seq edge)
{
	struct receive_variables *rcv = &t->tcb->rcv;

	if (rcv->held_count > 0)
		edge = seq_max(edge, t->held->ranges[rcv->held_count - 1].right);
	if (rcv->fin_seen)
		edge = seq_max(edge, seq_add(rcv->fin, 1));
	if (seq_ge(edge, rcv->edge))
		return false;
	rcv->edge = edge;
	rcv->wnd = (uint32_t)seq_diff(edge, rcv->nxt);
	return true;
}

static void take_room_back(struct tcp *t)
{
	const struct receive_variables *rcv = &t->tcb->rcv;

	if (!move_edge_left(t, seq_add(rcv->nxt, room(rcv))))
		return;
	note(t, RULE_WINDOW_TAKEN_BACK);
	owe_ack(t, RULE_WINDOW_TAKEN_BACK);
}

void shut_window(struct tcp *t)
{
	move_edge_left(t, t->tcb->rcv.nxt);
}

/* The application wants another buffer while the connection stands. */
void resize_receive_window(struct tcp *t, uint32_t before)
{
	struct receive_variables *rcv = &t->tcb->rcv;

	if (t->profile->receive_memory != MEMORY_NOT_COUNTED)
		receive_memory_resized(t);
	if (rcv->buffer < before && t->profile->shrinks_window && !counts_memory(rcv))
		take_room_back(t);
	consider_window_update(t);
}

bool window_is_fresh(const struct tcb *tcb, const struct segment *seg)
{
	return seq_lt(tcb->snd.wl1, seg->seq) ||
	       (seq_eq(tcb->snd.wl1, seg->seq) && seq_le(tcb->snd.wl2, seg->ack));
}

static void note_change_of_window(struct tcp *t, uint32_t before)
{
	struct send_variables *snd = &t->tcb->snd;

	if (snd->wnd == before)
		return;
	if (snd->wnd == 0)
		note(t, RULE_WINDOW_CLOSED);
	else if (seq_lt(seq_add(snd->una, snd->wnd), snd->nxt))
		note(t, RULE_WINDOW_SHRUNK);
	else
		note(t, RULE_WINDOW_UPDATED);
}

void take_window(struct tcp *t, const struct segment *seg)
{
	struct send_variables *snd = &t->tcb->snd;
	uint32_t before = snd->wnd;

	snd->wnd = (uint32_t)seg->wnd << (seg->flags & SYN ? 0 : snd->shift);
	snd->wl1 = seg->seq;
	snd->wl2 = seg->ack;
	if (snd->wnd > snd->max_wnd)
		snd->max_wnd = snd->wnd;
	note_change_of_window(t, before);
	/* A wait for a larger window (§3.8.6.2.1) goes on, whatever comes meanwhile. */
	if ((snd->wnd == 0) != (before == 0))
		stop_timer(t, TIMER_PERSIST, RULE_WINDOW_UPDATED);
	if (snd->wnd > 0)
		snd->probe_after = 0;
	/* What was probed with was not taken: it goes again, with what follows. */
	if (snd->wnd > 0 && snd->probing) {
		note(t, RULE_WINDOW_OPENED);
		send_again(t, snd->una, snd->nxt, RULE_WINDOW_OPENED);
	}
}
