/* calls.c — what an application asks for. RFC 9293 §3.10.1–3.10.6, in that order. */
#include "tcp/turn.h"

#include <assert.h>

const char *call_answer_text(enum call_answer answer)
{
	static const char *const texts[] = {
		[CALL_OK] = "ok",
		[CALL_NO_CONNECTION] = "connection does not exist",
		[CALL_EXISTS] = "connection already exists",
		[CALL_REMOTE_UNSPECIFIED] = "remote socket unspecified",
		[CALL_CLOSING] = "connection closing",
		[CALL_NO_ROOM] = "insufficient resources",
		[CALL_BAD_ADDRESS] = "the address cannot be spoken to",
	};

	assert(answer <= CALL_BAD_ADDRESS);
	return texts[answer];
}

/* 3.10.1 OPEN */

enum call_answer tcp_open_passive(struct tcp *t, const struct endpoint *local)
{
	if (t->tcb->state != CLOSED)
		return CALL_EXISTS;
	tcb_begin(t, local);
	t->tcb->passive = true;
	t->tcb->any_local = local->address.version == 0;
	set_state(t, LISTEN, RULE_OPEN_PASSIVE);
	return CALL_OK;
}

enum call_answer tcp_open_active(struct tcp *t, const struct endpoint *local,
				 const struct endpoint *remote)
{
	struct tcb *tcb = t->tcb;

	if (tcb->state != CLOSED && tcb->state != LISTEN)
		return CALL_EXISTS;
	if (remote->address.version == 0 || remote->port == 0)
		return CALL_REMOTE_UNSPECIFIED;
	if (address_is_unusable(&remote->address))
		return CALL_BAD_ADDRESS; /* MUST-46 */
	tcb_begin(t, local);             /* in LISTEN too: nothing was agreed on yet */
	tcb->remote = *remote;
	begin_sending(t, isn_select(t));
	set_state(t, SYN_SENT, RULE_OPEN_ACTIVE);
	return CALL_OK;
}

/* 3.10.2 SEND */

enum call_answer tcp_send(struct tcp *t, uint32_t len, unsigned flags, uint32_t *taken)
{
	struct tcb *tcb = t->tcb;
	uint32_t room;

	*taken = 0;
	switch ((enum tcp_state)tcb->state) {
	case CLOSED: return CALL_NO_CONNECTION;
	case LISTEN: return CALL_REMOTE_UNSPECIFIED;
	case SYN_SENT:
	case SYN_RECEIVED:
	case ESTABLISHED:
	case CLOSE_WAIT:
		if (tcb->snd.fin_queued)
			return CALL_CLOSING;
		break;
	default: return CALL_CLOSING;
	}

	room = tcb->snd.buffer > tcb_queued(tcb) ? tcb->snd.buffer - tcb_queued(tcb) : 0;
	*taken = len < room ? len : room;
	if ((flags & SEND_RECORD) && !marks_have_room(tcb))
		*taken = 0;
	if (*taken == 0 && len > 0) {
		note(t, RULE_SEND_FULL);
		return CALL_NO_ROOM;
	}
	congestion_check_app_limited(t);
	if (tcb->ecn.mode == ECN_ACCURATE) /* the switch may have been turned meanwhile */
		tcb->ecn.option = (uint8_t)t->profile->accecn_option;
	tcb->snd.end = seq_add(tcb->snd.end, *taken);
	note(t, RULE_SEND_QUEUED);
	if (*taken > 0 || (len == 0 && (flags & SEND_PUSH))) /* PUSH may come behind its text */
		mark_send(t, *taken, *taken < len ? flags & (SEND_PUSH | SEND_APART) : flags);
	if ((flags & SEND_URGENT) && *taken > 0) {
		tcb->snd.up = tcb->snd.end;
		tcb->snd.urgent = true;
		note(t, RULE_SEND_URGENT);
		/* The news of urgent data passes even a closed window (§3.8.5). */
		if (state_is_synchronized((enum tcp_state)tcb->state) && tcb->snd.wnd == 0)
			owe_ack(t, RULE_SEND_URGENT);
	}
	return CALL_OK;
}

/* SYN-SENT and SYN-RECEIVED have offered a window already, LISTEN has not. */
enum call_answer tcp_set_receive_buffer(struct tcp *t, uint32_t octets)
{
	struct receive_variables *rcv = &t->tcb->rcv;
	uint32_t before = rcv->buffer;

	if (t->tcb->state == CLOSED)
		return CALL_NO_CONNECTION;
	octets = receive_buffer_for(t->profile, octets);
	rcv->buffer = octets;
	rcv->memory.fixed = t->profile->receive_memory != MEMORY_NOT_COUNTED;
	if (t->tcb->state == LISTEN || rcv->promised < octets)
		rcv->promised = octets;
	note(t, octets < before ? RULE_BUFFER_SHRINKS : RULE_BUFFER_GROWS);
	switch ((enum tcp_state)t->tcb->state) {
	case ESTABLISHED:
	case FIN_WAIT_1:
	case FIN_WAIT_2: resize_receive_window(t, before); break;
	default: break; /* no text comes yet, or any more */
	}
	return CALL_OK;
}

enum call_answer tcp_set_send_buffer(struct tcp *t, uint32_t octets)
{
	if (t->tcb->state == CLOSED)
		return CALL_NO_CONNECTION;
	if (octets > t->tcb->snd.buffer)
		notify(t, NOTICE_ROOM);
	t->tcb->snd.buffer = octets > tcb_queued(t->tcb) ? octets : tcb_queued(t->tcb);
	return CALL_OK;
}

enum call_answer tcp_set_nagle(struct tcp *t, bool on)
{
	if (t->tcb->state == CLOSED)
		return CALL_NO_CONNECTION;
	t->tcb->nagle_off = !on;
	if (!on)
		marks_lift(t->tcb); /* who wants no delay wants none of what waits either */
	return CALL_OK;
}

enum call_answer tcp_set_cork(struct tcp *t, bool on)
{
	struct mark_variables *marks = &t->tcb->marks;

	if (t->tcb->state == CLOSED)
		return CALL_NO_CONNECTION;
	marks->corked = on;
	marks->more = marks->more && on;
	note(t, on ? RULE_CORK_SET : RULE_CORK_LIFTED);
	return CALL_OK;
}

/* 3.10.3 RECEIVE */

enum call_answer tcp_receive(struct tcp *t, uint32_t max, uint32_t *taken)
{
	struct tcb *tcb = t->tcb;

	*taken = 0;
	t->urgent_taken = 0;
	t->urgent = tcb_urgent_left(tcb) > 0;
	switch ((enum tcp_state)tcb->state) {
	case CLOSED: return CALL_NO_CONNECTION;
	case LISTEN:
	case SYN_SENT:
	case SYN_RECEIVED:
	case ESTABLISHED:
	case FIN_WAIT_1:
	case FIN_WAIT_2: break;
	case CLOSE_WAIT:
	case CLOSING:
	case LAST_ACK:
	case TIME_WAIT:
		/* What came before the FIN may still be taken. */
		if (tcb->rcv.unread == 0)
			return CALL_CLOSING;
		break;
	case STATE_COUNT: assert(false);
	}
	if (tcb->reads_no_more)
		return CALL_CLOSING;
	*taken = max < tcb->rcv.unread ? max : tcb->rcv.unread;
	if (*taken == 0)
		return CALL_OK;
	t->urgent_taken = least(*taken, tcb_urgent_left(tcb));
	tcb->rcv.unread -= *taken;
	t->urgent = tcb_urgent_left(tcb) > 0;
	note(t, RULE_RECEIVE_TAKEN);
	if (counts_memory(&tcb->rcv))
		receive_memory_was_read(t, *taken);
	if (t->profile->quick_acks > 0)
		quick_acks_was_read(t);
	if (tcb->rcv.urgent && tcb_urgent_left(tcb) == 0) {
		tcb->rcv.urgent = false;
		note(t, RULE_URGENT_OVER);
	}
	if (tcb->state == ESTABLISHED || tcb->state == FIN_WAIT_1 || tcb->state == FIN_WAIT_2)
		consider_window_update(t);
	return CALL_OK;
}

/* 3.9.1.1, 3.8.4: what OPEN and SEND have as parameters */

enum call_answer tcp_set_user_timeout(struct tcp *t, nanos length)
{
	if (t->tcb->state == CLOSED)
		return CALL_NO_CONNECTION;
	user_timeout_set(t, length);
	if (t->tcb->uto.tell && t->tcb->state >= ESTABLISHED && t->tcb->state != TIME_WAIT)
		owe_ack(t, RULE_UTO_TOLD); /* at once: a host that waits says nothing else */
	return CALL_OK;
}

enum call_answer tcp_set_keepalive(struct tcp *t, bool on)
{
	if (t->tcb->state == CLOSED)
		return CALL_NO_CONNECTION;
	if (t->tcb->state == TIME_WAIT)
		return CALL_CLOSING;
	note(t, on ? RULE_KEEPALIVE_ON : RULE_KEEPALIVE_OFF);
	keepalive_switch(t, on);
	return CALL_OK;
}

/* 3.10.4 CLOSE */

static enum call_answer queue_fin(struct tcp *t, bool both)
{
	t->tcb->snd.fin_queued = true;
	t->tcb->reads_no_more = both;
	return CALL_OK;
}

static enum call_answer close_connection(struct tcp *t, bool both)
{
	struct tcb *tcb = t->tcb;
	bool lossy = both && text_is_left(t);

	switch ((enum tcp_state)tcb->state) {
	case CLOSED: return CALL_NO_CONNECTION;
	case LISTEN: end_connection(t, ENDING_CLOSED, RULE_CLOSE_LISTEN); return CALL_OK;
	case SYN_SENT: end_connection(t, ENDING_CLOSED, RULE_CLOSE_SYN_SENT); return CALL_OK;
	case SYN_RECEIVED:
		if (tcb->snd.fin_queued)
			return CALL_CLOSING;
		if (tcb_queued(tcb) > 0)
			note(t, RULE_CLOSE_WAITS);
		else
			set_state(t, FIN_WAIT_1, RULE_CLOSE_SENDS_FIN);
		return queue_fin(t, both);
	case ESTABLISHED:
		if (lossy)
			break;
		set_state(t, FIN_WAIT_1, RULE_CLOSE_SENDS_FIN);
		return queue_fin(t, both);
	case CLOSE_WAIT:
		if (tcb->snd.fin_queued)
			return CALL_CLOSING;
		if (lossy)
			break;
		/* LAST-ACK is entered when the FIN is sent: output.c. */
		note(t, RULE_CLOSE_SENDS_FIN);
		return queue_fin(t, both);
	default: return CALL_CLOSING;
	}
	reset_for_unread_text(t);
	return CALL_OK;
}

enum call_answer tcp_close(struct tcp *t)
{
	return close_connection(t, t->profile->half_duplex_close);
}

/* MAY-1: a CLOSE was called, and now the application goes too. */
static enum call_answer read_no_more(struct tcp *t)
{
	struct tcb *tcb = t->tcb;

	if (tcb->reads_no_more)
		return CALL_CLOSING;
	if (text_is_left(t)) {
		reset_for_unread_text(t);
		return CALL_OK;
	}
	note(t, RULE_CLOSE_READS_NO_MORE);
	tcb->reads_no_more = true;
	if (tcb->state == FIN_WAIT_2)
		start_fin_wait_2(t);
	return CALL_OK;
}

enum call_answer tcp_close_both(struct tcp *t)
{
	switch ((enum tcp_state)t->tcb->state) {
	case SYN_RECEIVED:
	case CLOSE_WAIT:
		if (!t->tcb->snd.fin_queued)
			return close_connection(t, true);
		return read_no_more(t);
	case FIN_WAIT_1:
	case FIN_WAIT_2:
	case CLOSING:
	case LAST_ACK: return read_no_more(t);
	default: return close_connection(t, true);
	}
}

/* 3.10.5 ABORT */

enum call_answer tcp_abort(struct tcp *t)
{
	struct tcb *tcb = t->tcb;
	struct seq nxt = tcb->snd.nxt;

	switch ((enum tcp_state)tcb->state) {
	case CLOSED: return CALL_NO_CONNECTION;
	case SYN_RECEIVED:
	case ESTABLISHED:
	case FIN_WAIT_1:
	case FIN_WAIT_2:
	case CLOSE_WAIT:
		end_connection(t, ENDING_ABORTED, RULE_ABORT_CALLED);
		reset_peer(t, nxt, RULE_ABORT_CALLED);
		return CALL_OK;
	default: end_connection(t, ENDING_ABORTED, RULE_ABORT_SILENT); return CALL_OK;
	}
}

/* 3.10.6 STATUS: the TCB itself is the answer. */

enum notice tcp_next_notice(struct tcb *tcb)
{
	uint16_t lowest = tcb->notices & (uint16_t)-tcb->notices;

	tcb->notices &= (uint16_t)~lowest;
	return (enum notice)lowest;
}

uint16_t tcp_take_notices(struct tcb *tcb)
{
	uint16_t all = tcb->notices;

	tcb->notices = 0;
	return all;
}
