/* quick_acks.c — when an ACK goes, as Linux chooses. RFC 9293 §3.8.6.3 and
 * RFC 5681 §4.2 let a receiver delay its ACKs; neither says that it must.
 *
 * A sender that has just begun, or begins anew after a pause, has a small
 * congestion window and lives on ACKs: the first ones go at once. Where the
 * application answers what it reads (ping-pong), an ACK can ride on the
 * answer, and is delayed: for about as long as segments are apart (ATO), and
 * longer where the answer did not come in time.
 *
 * More than one full segment is acknowledged at once, but only if the window
 * moves with it: otherwise the ACK waits for the application to read. */
#include "tcp/turn.h"

enum { QUICK_LEAST = 2 };

static uint32_t full_sized(const struct tcb *tcb)
{
	return tcb->largest_text > 0 ? least(tcb->largest_text, tcb->rcv.mss) : tcb->rcv.mss;
}

/* The window as it was told. */
static uint32_t told_window(const struct tcb *tcb)
{
	return (uint32_t)seq_diff(tcb->rcv.edge, tcb->ts.last_ack_sent);
}

/* Half of what the window has room for, in segments: more ACKs than the sender
 * has segments would be of no use. */
static uint32_t enough(const struct tcp *t)
{
	const struct tcb *tcb = t->tcb;
	uint32_t full = full_sized(tcb);
	uint32_t window = counts_memory(&tcb->rcv) ? told_window(tcb) : tcb->rcv.wnd;
	uint32_t segments = full > 0 ? window / (2 * full) : 0;

	if (segments < QUICK_LEAST)
		segments = QUICK_LEAST;
	return least(segments, t->profile->quick_acks);
}

static void begin(struct tcp *t)
{
	struct quick_ack_variables *quick = &t->tcb->quick;

	if (quick->left < enough(t))
		quick->left = (uint8_t)enough(t);
}

/* ---- text comes ---- */

/* Between segments that come fast, the wait tends to its least. */
static void follow_pace(struct tcp *t)
{
	struct quick_ack_variables *quick = &t->tcb->quick;
	nanos least_wait = t->profile->delayed_ack;
	nanos apart = t->now - quick->heard;

	if (quick->ato == 0) {
		begin(t);
		quick->ato = nanos_max(least_wait, 1);
	} else if (apart <= least_wait / 2) {
		quick->ato = quick->ato / 2 + least_wait / 2;
	} else if (apart < quick->ato) {
		quick->ato = nanos_min(quick->ato / 2 + apart, t->tcb->rtt.rto);
	} else if (apart > t->tcb->rtt.rto) {
		begin(t);
	}
}

void quick_acks_text_arrived(struct tcp *t, const struct segment *seg, bool window_grew)
{
	struct quick_ack_variables *quick = &t->tcb->quick;

	follow_pace(t);
	quick->heard = nanos_max(t->now, 1);
	if (seg->len < full_sized(t->tcb))
		quick->small = quick->small > 0 ? 2 : 1;
	else if ((seg->flags & PSH) && quick->small == 0)
		quick->small = 1;
	if (window_grew)
		quick_acks_one_more(t);
}

void quick_acks_one_more(struct tcp *t)
{
	if (t->profile->quick_acks > 0)
		t->tcb->quick.left |= 1;
}

void quick_acks_begin(struct tcp *t)
{
	struct quick_ack_variables *quick = &t->tcb->quick;

	if (t->profile->quick_acks == 0)
		return;
	begin(t);
	quick->pingpong = false;
	quick->ato = nanos_max(t->profile->delayed_ack, 1);
}

/* ---- its ACK ---- */

/* An answer is waited for no longer than a round trip. */
static nanos wait_of(const struct tcp *t)
{
	const struct tcb *tcb = t->tcb;
	const struct quick_ack_variables *quick = &tcb->quick;
	nanos least_wait = t->profile->delayed_ack;
	nanos most = nanos_from_ms(quick->pingpong || quick->small > 0 ? 200 : 500);

	if (quick->ato <= least_wait)
		return nanos_max(quick->ato, 1);
	if (tcb->rtt.srtt > 0)
		most = nanos_min(most, nanos_max(tcb->rtt.srtt, least_wait));
	return nanos_min(quick->ato, most);
}

static void wait_for_answer(struct tcp *t, enum rule rule)
{
	nanos length = wait_of(t);
	nanos due = t->tcb->timers[TIMER_DELAYED_ACK];

	if (t->tcb->ack_owed == ACK_NOT_OWED)
		delay_ack(t, length, rule);
	else if (due - t->now <= length / 4)
		owe_ack(t, RULE_DELAYED_ACK_FIRED);
	else if (t->now + length < due)
		delay_ack(t, length, rule);
}

/* More than one full segment waits, and the window is not what holds back. */
static bool many_wait(struct tcp *t, uint32_t fin)
{
	struct tcb *tcb = t->tcb;

	if (tcb->unacked_text + fin <= full_sized(tcb))
		return false;
	if (!counts_memory(&tcb->rcv))
		return true;
	if (receive_memory_is_short(tcb))
		tcb->quick.left = 0;
	return receive_memory_window(tcb) >= told_window(tcb);
}

static void choose(struct tcp *t, uint32_t fin, enum rule why_it_waits)
{
	const struct quick_ack_variables *quick = &t->tcb->quick;

	if (many_wait(t, fin)) {
		owe_ack(t, RULE_ACK_EVERY_SECOND);
		note(t, RULE_ACK_EVERY_SECOND);
	} else if (quick->left > 0 && !quick->pingpong) {
		owe_ack(t, RULE_QUICK_ACK);
		note(t, RULE_QUICK_ACK);
	} else {
		wait_for_answer(t, why_it_waits);
	}
}

void quick_acks_choose(struct tcp *t)
{
	choose(t, 0, RULE_ACK_DELAYED);
}

/* The application will probably close too, and its FIN take the ACK with it. */
void quick_acks_fin_arrived(struct tcp *t)
{
	t->tcb->quick.pingpong = true;
	if (t->tcb->ack_owed == ACK_NOW)
		return;
	if (t->profile->delayed_ack == 0)
		owe_ack(t, RULE_FIN_TO_CLOSE_WAIT);
	else
		choose(t, 1, RULE_FIN_ACK_WAITS);
}

/* The ACK was held back because the window did not move, or because more was
 * expected: the peer's application had no more, and ours has read it all. */
void quick_acks_was_read(struct tcp *t)
{
	struct tcb *tcb = t->tcb;
	const struct quick_ack_variables *quick = &tcb->quick;
	bool drained = tcb->rcv.unread == 0 && quick->small > quick->pingpong;

	if (tcb->ack_owed == ACK_DELAYED && (drained || tcb->unacked_text > full_sized(tcb)))
		owe_ack(t, RULE_ACK_AFTER_READ);
}

void quick_acks_waited(struct tcp *t)
{
	struct quick_ack_variables *quick = &t->tcb->quick;

	if (quick->pingpong)
		quick->ato = t->profile->delayed_ack;
	else
		quick->ato = nanos_min(2 * quick->ato, t->tcb->rtt.rto);
	quick->pingpong = false;
}

/* ---- what was sent ---- */

void quick_acks_ack_sent(struct tcp *t)
{
	struct quick_ack_variables *quick = &t->tcb->quick;

	quick->small = 0;
	if (quick->left == 0)
		return;
	if (t->tcb->unacked_text > 0 && --quick->left == 0)
		quick->ato = t->profile->delayed_ack;
	if (counts_memory(&t->tcb->rcv) && receive_memory_is_short(t->tcb))
		quick->left = 0;
}

/* Soon after text came, it is an answer. */
void quick_acks_text_sent(struct tcp *t)
{
	struct quick_ack_variables *quick = &t->tcb->quick;

	if (t->profile->quick_acks == 0 || quick->pingpong || quick->heard == 0 ||
	    t->now - quick->heard >= quick->ato)
		return;
	quick->pingpong = true;
	note(t, RULE_PINGPONG);
}
