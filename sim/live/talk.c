#include "live/talk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "record/memory.h"

enum { PIECE = 1 << 16 }; /* octets that are moved at once */

void talk_begin(struct talk *talk, uint32_t conn, const struct plug *plug)
{
	*talk = (struct talk){.plug = *plug, .conn = conn, .used = true};
	talk->buffer = memory_grow(NULL, &talk->size, PIECE, 1);
	talk->said_all = plug->in < 0;
}

static void close_out(struct talk *talk)
{
	/* The same descriptor may still be read from: a socket is closed in one direction. */
	if (talk->plug.out >= 0 && talk->plug.out != talk->plug.in)
		close(talk->plug.out);
	else if (talk->plug.out >= 0)
		shutdown(talk->plug.out, SHUT_WR);
	talk->plug.out = -1;
}

void talk_end(struct talk *talk)
{
	if (talk->plug.out >= 0 && talk->plug.out != talk->plug.in)
		close(talk->plug.out);
	if (talk->plug.in >= 0)
		close(talk->plug.in);
	free(talk->buffer);
	*talk = (struct talk){.used = false};
}

void talk_inherits(struct talk *talk, const uint8_t *octets, uint32_t len)
{
	talk->buffer = memory_grow(talk->buffer, &talk->size, talk->have + len, 1);
	memcpy(talk->buffer + talk->have, octets, len);
	talk->have += len;
}

/* ---- from the application ---- */

/* In SYN-SENT it waits: its end would be a CLOSE, which deletes the TCB there (RFC 9293 §3.10.4),
 * and what it has said with it. */
static bool may_send(const struct tcb *tcb)
{
	return tcb->state == SYN_RECEIVED || tcb->state == ESTABLISHED || tcb->state == CLOSE_WAIT;
}

static uint32_t room(const struct tcb *tcb)
{
	uint32_t queued = tcb_queued(tcb);

	return may_send(tcb) && queued < tcb->snd.buffer ? tcb->snd.buffer - queued : 0;
}

static void call(struct live_run *live, const struct talk *talk, nanos now, enum input_kind kind)
{
	const struct input input = {.time = now, .conn = talk->conn, .kind = (uint8_t)kind};

	live_input(live, &input, NULL);
}

static void listen_to_application(struct live_run *live, struct talk *talk, nanos now)
{
	const struct tcb *tcb = live_tcb(live, talk->conn);
	struct input input = {.time = now, .conn = talk->conn, .kind = INPUT_SEND};
	uint8_t piece[PIECE];
	uint32_t most;
	ssize_t got;

	while (!talk->said_all && tcb != NULL && (most = room(tcb)) > 0) {
		got = read(talk->plug.in, piece, most < PIECE ? most : PIECE);
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (got <= 0) {
			if (got < 0)
				live_result(live)->unread = errno;
			talk->said_all = true;
			call(live, talk, now, INPUT_CLOSE);
			return;
		}
		input.octets = piece;
		input.len = (uint32_t)got;
		live_result(live)->octets_sent += live_input(live, &input, NULL).taken;
		tcb = live_tcb(live, talk->conn);
	}
}

/* An application that ends with its socket hears nothing any more either: it waits for the
 * peer's FIN no longer than the profile says. */
static void look_after_application(struct live_run *live, struct talk *talk, nanos now)
{
	struct pollfd socket = {.fd = talk->plug.in};

	if (!talk->said_all || talk->gone || talk->plug.in < 0 || talk->plug.in != talk->plug.out)
		return;
	if (poll(&socket, 1, 0) <= 0 || !(socket.revents & POLLHUP))
		return;
	talk->gone = true;
	call(live, talk, now, INPUT_CLOSE_BOTH);
}

/* ---- to the application ---- */

/* False where nobody reads any more. */
static bool write_out(struct talk *talk)
{
	while (talk->at < talk->have && talk->plug.out >= 0) {
		ssize_t put = write(talk->plug.out, talk->buffer + talk->at, talk->have - talk->at);

		if (put < 0 && (errno == EAGAIN || errno == EINTR))
			return true;
		if (put < 0)
			return false;
		talk->at += (uint32_t)put;
	}
	talk->at = 0;
	talk->have = 0;
	return true;
}

static void tell_application(struct live_run *live, struct talk *talk, nanos now)
{
	struct input input = {.time = now, .conn = talk->conn, .kind = INPUT_RECEIVE, .len = PIECE};
	const struct tcb *tcb;

	while (write_out(talk)) {
		tcb = live_tcb(live, talk->conn);
		if (talk->have > 0 || tcb == NULL || tcb->rcv.unread == 0)
			return;
		talk->have = live_input(live, &input, talk->buffer).taken;
		live_result(live)->octets_received += talk->have;
	}
	live_result(live)->unwritten = errno;
	close_out(talk);
	call(live, talk, now, INPUT_ABORT);
}

void talk_goes_on(struct live_run *live, struct talk *talk, nanos now)
{
	listen_to_application(live, talk, now);
	look_after_application(live, talk, now);
	tell_application(live, talk, now);
	if (talk->heard_all && talk->have == 0 && talk->plug.out >= 0)
		close_out(talk);
}

/* ---- waiting ---- */

/* With nothing to be read or written, an end in both directions is told all the same. */
void talk_awaits(struct live_run *live, const struct talk *talk, struct pollfd fds[2])
{
	const struct tcb *tcb = live_tcb(live, talk->conn);
	bool listens = !talk->said_all && tcb != NULL && room(tcb) > 0;
	bool looks = talk->said_all && !talk->gone && talk->plug.in == talk->plug.out;

	fds[0] = (struct pollfd){.fd = listens || looks ? talk->plug.in : -1,
				 .events = listens ? POLLIN : 0};
	fds[1] = (struct pollfd){.fd = talk->have > 0 ? talk->plug.out : -1, .events = POLLOUT};
}

bool talk_is_over(struct live_run *live, const struct talk *talk)
{
	const struct tcb *tcb = live_tcb(live, talk->conn);

	if (talk->have > 0 && talk->plug.out >= 0)
		return false;
	return talk->ended || tcb == NULL || tcb->state == CLOSED || tcb->state == TIME_WAIT;
}
