/* export_calls.c — the system calls of a script that is written. A call of RFC 9293 §3.9.1
 * is one or more of those that sockets have. */
#include <inttypes.h>
#include <string.h>

#include "drill/export_inside.h"

enum { LISTENER = 3, BACKLOG = 1000 };

static void put_line(struct script_writer *w, nanos time, const char *line)
{
	script_put_time(w, time);
	fprintf(w->out, "%s\n", line);
}

/* ---- opening ---- */

static void put_passive(struct script_writer *w, nanos time)
{
	w->passive = true;
	w->socket = LISTENER;
	put_line(w, time, "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3");
	put_line(w, time, "setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0");
	put_line(w, time, "bind(3, ..., ...) = 0");
	script_put_time(w, time);
	fprintf(w->out, "listen(3, %d) = 0\n", BACKLOG);
}

static void open_socket(struct script_writer *w, nanos time)
{
	w->socket = LISTENER;
	put_line(w, time, "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3");
	put_line(w, time, "fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)");
	put_line(w, time, "fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0");
}

/* A SEND right after OPEN, before the SYN is sent, RFC 7413: how many octets, or 0. */
static int64_t text_for_the_syn(const struct script_writer *w, uint32_t n)
{
	for (uint32_t k = n + 1; k < recording_events(w->r); k++) {
		const struct event event = recording_event(w->r, k);

		if (event.conn != w->number)
			continue;
		if (event.kind == EVENT_CALL && event.call == CALL_SEND)
			return event.value;
		if (event.kind == EVENT_SEND || event.kind == EVENT_CALL)
			return 0;
	}
	return 0;
}

static void put_active(struct script_writer *w, uint32_t n, nanos time)
{
	int64_t octets = text_for_the_syn(w, n);

	open_socket(w, time);
	if (octets == 0) {
		put_line(w, time,
			 "connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)");
		return;
	}
	w->with_syn = true;
	script_put_time(w, time);
	fprintf(w->out, "sendto(3, ..., %" PRId64 ", MSG_FASTOPEN, ..., ...) = %" PRId64 "\n",
		octets, octets);
}

void script_put_accept(struct script_writer *w, nanos time)
{
	if (!w->passive || w->accepted)
		return;
	w->accepted = true;
	w->socket = LISTENER + 1;
	put_line(w, time, "accept(3, ..., ...) = 4");
}

/* ---- text ---- */

/* The last octet of what was queued is urgent. */
static bool was_urgent(const struct script_writer *w, uint32_t n)
{
	struct tcb tcb;

	return recording_tcb_settled(w->r, w->number, n, &tcb) && tcb.snd.urgent &&
	       tcb.snd.up.v == tcb.snd.end.v;
}

/* Of a capture a SEND is inferred for each segment. Those of one instant were one write, up to
 * the segment that is pushed. */
static int64_t octets_of_write(struct script_writer *w, uint32_t n, const struct event *send)
{
	int64_t octets = send->value;

	for (uint32_t k = n + 1; w->conn->inferred && k < recording_events(w->r); k++) {
		const struct event event = recording_event(w->r, k);
		struct packet_record record;

		if (event.conn != w->number)
			continue;
		if (event.time != send->time || event.kind == EVENT_ARRIVE)
			break;
		if (event.kind == EVENT_CALL && event.call != CALL_SEND)
			break;
		if (event.kind == EVENT_CALL) {
			octets += event.value;
			w->absorbed++;
		}
		if (event.kind != EVENT_SEND)
			continue;
		recording_packet(w->r, event.packet, &record);
		if (record.packet.kind == PACKET_TCP && (record.packet.tcp.flags & PSH))
			break;
	}
	return octets;
}

static void put_send(struct script_writer *w, uint32_t n, const struct event *event)
{
	const char *answer = event->text != EVENT_NONE ? recording_text(w->r, event->text) : NULL;
	int64_t octets;

	if (w->absorbed > 0) {
		w->absorbed--;
		return;
	}
	if (w->with_syn) { /* it is sendto() that has been written */
		w->with_syn = false;
		return;
	}
	octets = octets_of_write(w, n, event);
	script_put_time(w, event->time);
	if (was_urgent(w, n))
		fprintf(w->out, "send(%u, ..., %" PRId64 ", MSG_OOB) = ", (unsigned)w->socket,
			octets);
	else
		fprintf(w->out, "write(%u, ..., %" PRId64 ") = ", (unsigned)w->socket, octets);
	if (answer == NULL)
		fprintf(w->out, "%" PRId64 "\n", octets);
	else if (strcmp(answer, call_answer_text(CALL_CLOSING)) == 0)
		fputs("-1 EPIPE (Broken pipe)\n", w->out);
	else
		fputs("-1\n", w->out);
}

void script_put_reads(struct script_writer *w, nanos time, int64_t taken)
{
	if (taken <= w->taken || (w->passive && !w->accepted))
		return;
	script_put_time(w, time);
	fprintf(w->out, "read(%u, ..., %" PRId64 ") = %" PRId64 "\n", (unsigned)w->socket,
		taken - w->taken, taken - w->taken);
	w->taken = taken;
}

/* ---- the end ---- */

/* A CLOSE says that we send no more; what arrives is still taken, unless the profile has it
 * otherwise. That is shutdown(). */
static void put_close(struct script_writer *w, uint32_t n, nanos time)
{
	struct tcb tcb;
	bool talks = n > 0 && recording_tcb(w->r, w->number, n - 1, &tcb) &&
		     state_is_synchronized((enum tcp_state)tcb.state);

	script_put_time(w, time);
	if (talks && !w->end->profile.half_duplex_close)
		fprintf(w->out, "shutdown(%u, SHUT_WR) = 0\n", (unsigned)w->socket);
	else
		fprintf(w->out, "close(%u) = 0\n", (unsigned)w->socket);
}

static void put_abort(struct script_writer *w, nanos time)
{
	script_put_time(w, time);
	fprintf(w->out, "setsockopt(%u, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0\n",
		(unsigned)w->socket);
	script_put_time(w, time);
	fprintf(w->out, "close(%u) = 0\n", (unsigned)w->socket);
}

static void put_option(struct script_writer *w, nanos time, const char *level, const char *name,
		       int64_t value)
{
	script_put_time(w, time);
	fprintf(w->out, "setsockopt(%u, %s, %s, [%" PRId64 "], 4) = 0\n", (unsigned)w->socket,
		level, name, value);
}

/* ---- all of them ---- */

void script_put_call(struct script_writer *w, uint32_t n, const struct event *event)
{
	nanos time = event->time;

	if (event->call != CALL_OPEN_PASSIVE && event->call != CALL_OPEN_ACTIVE)
		script_put_accept(w, time);
	switch ((enum call)event->call) {
	case CALL_OPEN_PASSIVE: put_passive(w, time); break;
	case CALL_OPEN_ACTIVE: put_active(w, n, time); break;
	case CALL_SEND: put_send(w, n, event); break;
	case CALL_RECEIVE: script_put_reads(w, time, w->taken + event->value); break;
	case CALL_CLOSE: put_close(w, n, time); break;
	case CALL_ABORT: put_abort(w, time); break;
	case CALL_USER_TIMEOUT:
		put_option(w, time, "SOL_TCP", "TCP_USER_TIMEOUT", event->value);
		break;
	case CALL_KEEPALIVE: put_option(w, time, "SOL_SOCKET", "SO_KEEPALIVE", event->value); break;
	case CALL_RECEIVE_BUFFER:
		put_option(w, time, "SOL_SOCKET", "SO_RCVBUF", event->value);
		break;
	case CALL_SEND_BUFFER: put_option(w, time, "SOL_SOCKET", "SO_SNDBUF", event->value); break;
	case CALL_NAGLE: put_option(w, time, "SOL_TCP", "TCP_NODELAY", !event->value); break;
	case CALL_CORK: put_option(w, time, "SOL_TCP", "TCP_CORK", event->value); break;
	case CALL_REBOOT: break;
	}
}
