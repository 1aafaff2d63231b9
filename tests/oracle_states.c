/* The paragraphs of RFC 9293 §3.10.7, as the oracle reads them. */
#include "tests/oracle_parts.h"

#include <string.h>

/* ---- 3.10.7.1 CLOSED STATE ---- */

void oracle_in_closed(struct arrival *a)
{
	if (!oracle_has(a, RST))
		oracle_send_reset(a);
}

/* ---- 3.10.7.2 LISTEN STATE ---- */

/* RFC 7323 §3.2, and §5.3 (R3) for later: what a SYN brings. */
static void take_syn(struct arrival *a)
{
	struct oracle *tcb = a->tcb;

	tcb->rcv_nxt = a->seg->seq.v + 1;
	tcb->rcv_wnd = tcb->buffer;
	tcb->last_ack_sent = tcb->rcv_nxt;
	tcb->stamped = tcb->stamps && (a->seg->options.has & HAS_TIMESTAMPS);
	if (tcb->stamped)
		tcb->ts_recent = a->seg->options.ts_val;
	tcb->unread = 0;
}

/* SND.WND <- SEG.WND, SND.WL1 <- SEG.SEQ, SND.WL2 <- SEG.ACK; a window in a
 * SYN is never scaled, and none is scaled here. */
static void take_window(struct arrival *a)
{
	struct oracle *tcb = a->tcb;

	tcb->wnd = a->seg->wnd;
	tcb->wl1 = a->seg->seq.v;
	tcb->wl2 = a->seg->ack.v;
	if (tcb->wnd > tcb->max_wnd)
		tcb->max_wnd = tcb->wnd;
}

static void take_urgent_pointer(struct arrival *a)
{
	uint32_t up = a->seg->seq.v + a->seg->up;

	if (!a->tcb->urgent || oracle_beyond(a->tcb->rcv_up, up) > 0)
		a->tcb->rcv_up = up;
	a->tcb->urgent = true;
}

/* "Any other control or text should be queued for processing later." */
static void queue_the_rest(struct arrival *a)
{
	enum oracle_reply reply = a->answer->reply;

	oracle_place_text(a);
	if (oracle_has(a, FIN))
		oracle_place_fin(a);
	if (oracle_has(a, URG))
		take_urgent_pointer(a);
	a->answer->reply = reply;
}

static void enter_syn_received(struct arrival *a)
{
	a->tcb->state = IN_SYN_RECEIVED;
	a->answer->reply = REPLY_SYN_ACK;
	take_syn(a);
	take_window(a);
	queue_the_rest(a);
}

void oracle_in_listen(struct arrival *a)
{
	/* First, check for a RST. */
	if (oracle_has(a, RST))
		return;
	/* Second, check for an ACK. */
	if (oracle_has(a, ACK)) {
		oracle_send_reset(a);
		return;
	}
	/* Third, check for a SYN. */
	if (oracle_has(a, SYN)) {
		a->answer->new_connection = true;
		enter_syn_received(a);
	}
	/* Fourth, other data or control: drop the segment. */
}

/* ---- 3.10.7.4, the paragraphs that SYN-SENT shares ---- */

static bool may_receive(const struct oracle *tcb)
{
	return tcb->state == IN_ESTABLISHED || tcb->state == IN_FIN_WAIT_1 ||
	       tcb->state == IN_FIN_WAIT_2;
}

/* Sixth, check the URG bit. */
static void sixth(struct arrival *a)
{
	struct oracle *tcb = a->tcb;
	uint32_t consumed = tcb->rcv_nxt - tcb->unread;
	bool was_ahead = tcb->urgent && oracle_beyond(consumed, tcb->rcv_up) > 0;
	uint32_t before = tcb->rcv_up;

	if (!oracle_has(a, URG) || !may_receive(tcb))
		return;
	take_urgent_pointer(a);
	/* Reading: urgent mode that is extended is told again, for the pointer moved. */
	if (oracle_beyond(consumed, tcb->rcv_up) > 0 &&
	    (!was_ahead || oracle_beyond(before, tcb->rcv_up) > 0))
		a->answer->signals |= SIGNAL_URGENT;
}

static void deliver(struct arrival *a)
{
	struct oracle *tcb = a->tcb;

	if (tcb->place[0] != PLACE_TEXT)
		return;
	a->answer->signals |= SIGNAL_TEXT;
	oracle_send_ack(a);
	while (tcb->place[0] == PLACE_TEXT) {
		oracle_advance(tcb);
		tcb->unread++;
	}
}

/* Seventh, process the segment text. */
static void seventh(struct arrival *a)
{
	if (!may_receive(a->tcb))
		return;
	deliver(a); /* what came with the SYN */
	oracle_let_next_count(a);
	oracle_place_text(a);
	if (a->text > 0)
		oracle_send_ack(a);
	deliver(a);
}

/* Eighth, check the FIN bit. A FIN ahead of RCV.NXT was held and has its turn
 * when the text before it is there. */
static void eighth(struct arrival *a)
{
	struct oracle *tcb = a->tcb;

	if (a->fin)
		oracle_place_fin(a);
	if (tcb->place[0] != PLACE_FIN)
		return;
	a->answer->signals |= SIGNAL_CLOSING;
	oracle_advance(tcb);
	tcb->fin_received = true;
	oracle_send_ack(a);
	switch (tcb->state) {
	case IN_SYN_RECEIVED:
	case IN_ESTABLISHED: tcb->state = IN_CLOSE_WAIT; break;
	case IN_FIN_WAIT_1:
		if (tcb->fin_sent && tcb->una == tcb->nxt)
			oracle_enter_time_wait(a);
		else
			tcb->state = IN_CLOSING;
		break;
	case IN_FIN_WAIT_2: oracle_enter_time_wait(a); break;
	case IN_TIME_WAIT: a->answer->wait_restarts = true; break;
	default: break; /* "remain" */
	}
}

/* ---- 3.10.7.3 SYN-SENT STATE ---- */

void oracle_in_syn_sent(struct arrival *a)
{
	struct oracle *tcb = a->tcb;

	/* First, check the ACK bit. */
	if (oracle_has(a, ACK) && (oracle_beyond(tcb->iss, a->seg->ack.v) <= 0 ||
				   oracle_beyond(tcb->nxt, a->seg->ack.v) > 0)) {
		if (!oracle_has(a, RST))
			oracle_send_reset(a);
		return;
	}
	/* Second, check the RST bit. Reading: there is no RCV.NXT yet that RFC 5961
	 * could compare with. */
	if (oracle_has(a, RST)) {
		if (oracle_has(a, ACK))
			oracle_enter_closed(a, SIGNAL_RESET);
		return;
	}
	/* Fifth: neither SYN nor RST. */
	if (!oracle_has(a, SYN))
		return;
	/* Fourth, check the SYN bit. */
	if (!oracle_has(a, ACK)) {
		enter_syn_received(a);
		return;
	}
	take_syn(a);
	tcb->una = a->seg->ack.v;
	tcb->state = IN_ESTABLISHED;
	a->answer->signals |= SIGNAL_CONNECTED;
	oracle_send_ack(a);
	sixth(a);
	seventh(a);
	eighth(a);
}

/* ---- 3.10.7.4 Other States ---- */

/* §3.6.1: MAY-2, and where there are timestamps RFC 6191 (SHLD-4). A SYN is
 * new when its timestamp is, or when its number is larger than the last that
 * was seen, the FIN's. True where the segment is dealt with. */
static bool new_connection_in_time_wait(struct arrival *a)
{
	struct oracle *tcb = a->tcb;
	bool stamp = tcb->stamps && (a->seg->options.has & HAS_TIMESTAMPS);
	bool is_newer = oracle_beyond(tcb->rcv_nxt - 1, a->seg->seq.v) > 0;

	if (tcb->state != IN_TIME_WAIT || !oracle_has(a, SYN) || oracle_has(a, ACK) ||
	    oracle_has(a, RST))
		return false;
	if (stamp && !tcb->stamped)
		is_newer = true;
	if (stamp && tcb->stamped && a->seg->options.ts_val != tcb->ts_recent)
		is_newer = oracle_beyond(tcb->ts_recent, a->seg->options.ts_val) > 0;
	if (!is_newer) /* "Silently drop"; else the ordinary way, which answers */
		return stamp && tcb->stamped;
	memset(tcb->place, 0, sizeof tcb->place);
	tcb->fin_sent = false;
	tcb->fin_received = false;
	tcb->urgent = false;
	tcb->max_wnd = 0;
	a->answer->new_connection = true;
	enter_syn_received(a);
	return true;
}

/* RFC 7323 §3.2 and §5.3 (R1). */
static bool timestamps_refuse(struct arrival *a)
{
	const struct oracle *tcb = a->tcb;

	if (!tcb->stamped || oracle_has(a, RST))
		return false;
	if (!(a->seg->options.has & HAS_TIMESTAMPS))
		return true; /* "silently drop" */
	if (oracle_beyond(tcb->ts_recent, a->seg->options.ts_val) >= 0)
		return false;
	return oracle_send_ack(a);
}

/* RFC 7323 §5.3 (R3). */
static void record_timestamp(struct arrival *a)
{
	struct oracle *tcb = a->tcb;

	if (tcb->stamped && !oracle_has(a, RST) &&
	    oracle_beyond(tcb->ts_recent, a->seg->options.ts_val) >= 0 &&
	    oracle_beyond(tcb->last_ack_sent, a->seg->seq.v) <= 0 &&
	    (a->seg->options.has & HAS_TIMESTAMPS))
		tcb->ts_recent = a->seg->options.ts_val;
}

/* Table 6. */
static bool is_acceptable(const struct oracle *tcb, const struct segment *seg)
{
	uint32_t len = oracle_length(seg);

	if (len == 0 && tcb->rcv_wnd == 0)
		return seg->seq.v == tcb->rcv_nxt;
	if (len == 0)
		return oracle_in_window(tcb, seg->seq.v);
	if (tcb->rcv_wnd == 0)
		return false;
	return oracle_in_window(tcb, seg->seq.v) || oracle_in_window(tcb, seg->seq.v + len - 1);
}

/* First, check sequence number. */
static bool first(struct arrival *a)
{
	struct oracle *tcb = a->tcb;

	if (is_acceptable(tcb, a->seg)) {
		record_timestamp(a);
		return false;
	}
	/* "If the RCV.WND is zero, no segments will be acceptable, but special
	 * allowance should be made to accept valid ACKs, URGs, and RSTs." Reading:
	 * of a segment at RCV.NXT, whose text and FIN find no room; it is still
	 * answered as the unacceptable segment that it is. */
	if (tcb->rcv_wnd == 0 && a->seg->seq.v == tcb->rcv_nxt &&
	    (!oracle_has(a, SYN) || oracle_has(a, RST))) {
		record_timestamp(a);
		a->text = 0;
		a->fin = false;
		if (!oracle_has(a, RST))
			oracle_send_ack(a);
		return false;
	}
	if (!oracle_has(a, RST))
		oracle_send_ack(a);
	return true;
}

/* Second, check the RST bit. */
static bool second(struct arrival *a)
{
	struct oracle *tcb = a->tcb;

	if (!oracle_has(a, RST))
		return false;
	/* RFC 1337 §3 (F1). */
	if (tcb->state == IN_TIME_WAIT && tcb->rfc1337)
		return true;
	if (tcb->rfc5961 && a->seg->seq.v != tcb->rcv_nxt) {
		if (oracle_in_window(tcb, a->seg->seq.v)) /* check 3), otherwise check 1) */
			oracle_send_ack(a);
		return true;
	}
	switch (tcb->state) {
	case IN_SYN_RECEIVED:
		if (!tcb->passive)
			return oracle_enter_closed(a, SIGNAL_REFUSED);
		tcb->state = IN_LISTEN;
		return true;
	case IN_ESTABLISHED:
	case IN_FIN_WAIT_1:
	case IN_FIN_WAIT_2:
	case IN_CLOSE_WAIT: return oracle_enter_closed(a, SIGNAL_RESET);
	default: return oracle_enter_closed(a, SIGNAL_OVER); /* CLOSING, LAST-ACK, TIME-WAIT */
	}
}

/* Fourth, check the SYN bit; the third is about security. */
static bool fourth(struct arrival *a)
{
	struct oracle *tcb = a->tcb;

	if (!oracle_has(a, SYN))
		return false;
	if (tcb->state == IN_SYN_RECEIVED && tcb->passive) {
		tcb->state = IN_LISTEN;
		return true;
	}
	if (tcb->rfc5961)
		return oracle_send_ack(a);
	oracle_send_reset(a);
	return oracle_enter_closed(a, SIGNAL_RESET);
}

static bool fifth_in_syn_received(struct arrival *a)
{
	struct oracle *tcb = a->tcb;
	uint32_t consumed = tcb->rcv_nxt - tcb->unread;

	if (oracle_beyond(tcb->una, a->seg->ack.v) <= 0 ||
	    oracle_beyond(tcb->nxt, a->seg->ack.v) > 0)
		return oracle_send_reset(a);
	tcb->state = IN_ESTABLISHED;
	tcb->una = a->seg->ack.v;
	a->answer->signals |= SIGNAL_CONNECTED;
	take_window(a);
	/* Urgent data that came with the SYN was queued until now. */
	if (tcb->urgent && oracle_beyond(consumed, tcb->rcv_up) > 0)
		a->answer->signals |= SIGNAL_URGENT;
	return false;
}

/* "In addition to the processing for the ESTABLISHED state …" */
static bool fifth_in_established(struct arrival *a)
{
	struct oracle *tcb = a->tcb;
	const struct segment *seg = a->seg;
	bool is_fresh = oracle_beyond(tcb->wl1, seg->seq.v) > 0 ||
			(tcb->wl1 == seg->seq.v && oracle_beyond(tcb->wl2, seg->ack.v) >= 0);

	if (oracle_beyond(tcb->nxt, seg->ack.v) > 0)
		return oracle_send_ack(a);
	if (oracle_beyond(tcb->una, seg->ack.v) > 0)
		tcb->una = seg->ack.v;
	/* Here SND.UNA =< SEG.ACK means that it is SND.UNA now. */
	if (oracle_beyond(tcb->una, seg->ack.v) >= 0 && is_fresh)
		take_window(a);
	return false;
}

/* Fifth, check the ACK field. */
static bool fifth(struct arrival *a)
{
	struct oracle *tcb = a->tcb;

	if (!oracle_has(a, ACK))
		return true;
	if (tcb->rfc5961 && (oracle_beyond(tcb->una, a->seg->ack.v) < -(int64_t)tcb->max_wnd ||
			     oracle_beyond(tcb->nxt, a->seg->ack.v) > 0))
		return oracle_send_ack(a);
	if (tcb->state == IN_SYN_RECEIVED)
		return fifth_in_syn_received(a);
	if (fifth_in_established(a))
		return true;
	if (!tcb->fin_sent || tcb->una != tcb->nxt)
		return false;
	switch (tcb->state) { /* our FIN is acknowledged */
	case IN_FIN_WAIT_1: tcb->state = IN_FIN_WAIT_2; return false;
	case IN_CLOSING: oracle_enter_time_wait(a); return true;
	case IN_LAST_ACK: return oracle_enter_closed(a, SIGNAL_OVER);
	default: return false;
	}
}

void oracle_in_other_states(struct arrival *a)
{
	if (new_connection_in_time_wait(a) || timestamps_refuse(a) || first(a) || second(a) ||
	    fourth(a) || fifth(a))
		return;
	sixth(a);
	seventh(a);
	eighth(a);
}
