#include "tests/oracle_parts.h"

#include <string.h>

const char *oracle_state_name(enum oracle_state state)
{
	static const char *const names[ORACLE_STATES] = {
		"CLOSED",     "LISTEN",     "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1",
		"FIN-WAIT-2", "CLOSE-WAIT", "CLOSING",  "LAST-ACK",     "TIME-WAIT",
	};

	return names[state];
}

/* ---- §3.4: "all arithmetic dealing with sequence numbers must be performed
 * modulo 2**32" ---- */

int64_t oracle_beyond(uint32_t from, uint32_t number)
{
	int64_t way = (int64_t)number - (int64_t)from;

	if (way > INT64_C(2147483647))
		way -= INT64_C(4294967296);
	if (way < -INT64_C(2147483648))
		way += INT64_C(4294967296);
	return way;
}

bool oracle_has(const struct arrival *a, uint16_t flag)
{
	return (a->seg->flags & flag) == flag;
}

/* SEG.LEN: "the number of octets occupied by the data in the segment
 * (counting SYN and FIN)". */
uint32_t oracle_length(const struct segment *seg)
{
	uint32_t len = seg->len;

	if (seg->flags & SYN)
		len++;
	if (seg->flags & FIN)
		len++;
	return len;
}

/* ---- replies ---- */

/* <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>. All reasons for it together make one
 * (MUST-58), with the numbers as they are in the end. */
bool oracle_send_ack(struct arrival *a)
{
	a->answer->reply = REPLY_ACK;
	return true;
}

/* §3.5.2: <SEQ=SEG.ACK><CTL=RST>, or <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>. */
bool oracle_send_reset(struct arrival *a)
{
	a->answer->reply = REPLY_RST;
	if (oracle_has(a, ACK)) {
		a->answer->seq = a->seg->ack.v;
		a->answer->flags = RST;
	} else {
		a->answer->ack = a->seg->seq.v + oracle_length(a->seg);
		a->answer->flags = RST | ACK;
	}
	return true;
}

bool oracle_enter_closed(struct arrival *a, enum oracle_signal signal)
{
	a->tcb->state = IN_CLOSED;
	a->answer->signals |= signal;
	return true;
}

void oracle_enter_time_wait(struct arrival *a)
{
	a->tcb->state = IN_TIME_WAIT;
	a->answer->wait_restarts = true;
}

/* ---- the receive window ---- */

bool oracle_in_window(const struct oracle *tcb, uint32_t number)
{
	int64_t place = oracle_beyond(tcb->rcv_nxt, number);

	return place >= 0 && place < (int64_t)tcb->rcv_wnd;
}

static int64_t place_of(const struct arrival *a, uint32_t octet)
{
	uint32_t first = a->seg->seq.v + (oracle_has(a, SYN) ? 1 : 0);

	return oracle_beyond(a->tcb->rcv_nxt, first + octet);
}

static bool fin_is_placed_before(const struct oracle *tcb, int64_t place)
{
	for (int64_t i = 0; i < place; i++) {
		if (tcb->place[i] == PLACE_FIN)
			return true;
	}
	return false;
}

static bool text_is_placed_from(const struct oracle *tcb, int64_t place)
{
	for (int64_t i = place; i < ORACLE_WINDOW; i++) {
		if (tcb->place[i] == PLACE_TEXT)
			return true;
	}
	return false;
}

static void clear_from(struct oracle *tcb, int64_t place)
{
	for (; place < ORACLE_WINDOW; place++)
		tcb->place[place] = PLACE_EMPTY;
}

/* "Segments are processed in sequence" (§3.10.7.4): what is next has its turn before all that
 * waits. The FIN is the last that its sender sends (§3.6). Reading: nothing that waits is behind
 * the FIN of a segment that is next, and no FIN that waits ends its text. */
void oracle_let_next_count(struct arrival *a)
{
	struct oracle *tcb = a->tcb;
	int64_t end = place_of(a, a->text);
	int64_t fin = place_of(a, a->seg->len);

	if (place_of(a, 0) > 0)
		return;
	for (int64_t i = 0; i < end && i < (int64_t)tcb->rcv_wnd; i++) {
		if (tcb->place[i] == PLACE_FIN)
			clear_from(tcb, i);
	}
	if (a->fin && fin >= 0 && fin < (int64_t)tcb->rcv_wnd)
		clear_from(tcb, fin);
}

/* Puts into the window what lies in it and is new. Reading: of what waits, nothing is kept behind
 * a FIN, and no FIN before text that is there. */
void oracle_place_text(struct arrival *a)
{
	struct oracle *tcb = a->tcb;

	for (uint32_t octet = 0; octet < a->text; octet++) {
		int64_t place = place_of(a, octet);

		if (place < 0 || place >= (int64_t)tcb->rcv_wnd ||
		    tcb->place[place] != PLACE_EMPTY || fin_is_placed_before(tcb, place))
			continue;
		tcb->place[place] = PLACE_TEXT;
		a->answer->accepted[octet] = true;
	}
}

void oracle_place_fin(struct arrival *a)
{
	struct oracle *tcb = a->tcb;
	int64_t place = place_of(a, a->seg->len);

	if (place < 0 || place >= (int64_t)tcb->rcv_wnd)
		return;
	/* MAY-13 for what is not at the left edge. */
	if (place > 0)
		oracle_send_ack(a);
	if (tcb->place[place] == PLACE_EMPTY && !fin_is_placed_before(tcb, ORACLE_WINDOW) &&
	    !text_is_placed_from(tcb, place))
		tcb->place[place] = PLACE_FIN;
}

/* RCV.NXT moves over one place; "the total of RCV.NXT and RCV.WND should not
 * be reduced". */
void oracle_advance(struct oracle *tcb)
{
	memmove(&tcb->place[0], &tcb->place[1], (ORACLE_WINDOW - 1) * sizeof tcb->place[0]);
	tcb->place[ORACLE_WINDOW - 1] = PLACE_EMPTY;
	tcb->rcv_nxt++;
	tcb->rcv_wnd--;
}

struct oracle_answer oracle_arrives(const struct oracle *tcb, const struct segment *seg)
{
	struct oracle_answer answer;
	struct arrival a = {.seg = seg, .answer = &answer, .text = seg->len};

	memset(&answer, 0, sizeof answer);
	answer.tcb = *tcb;
	a.tcb = &answer.tcb;
	a.fin = oracle_has(&a, FIN);
	switch (tcb->state) {
	case IN_CLOSED: oracle_in_closed(&a); break;
	case IN_LISTEN: oracle_in_listen(&a); break;
	case IN_SYN_SENT: oracle_in_syn_sent(&a); break;
	default: oracle_in_other_states(&a); break;
	}
	if (answer.reply == REPLY_ACK || answer.reply == REPLY_SYN_ACK) {
		bool syn = answer.reply == REPLY_SYN_ACK;

		answer.flags = syn ? SYN | ACK : ACK;
		answer.seq = syn ? answer.tcb.iss : answer.tcb.nxt;
		answer.ack = answer.tcb.rcv_nxt;
	}
	return answer;
}
