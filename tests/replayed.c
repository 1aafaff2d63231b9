#include "replayed.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <stdio.h>

#include "base/text.h"
#include "source/trace.h"

const char *replayed_path(const char *name)
{
	const char *top = getenv("TOP");
	static char path[4096];

	snprintf(path, sizeof path, "%s/traces/%s", top != NULL ? top : ".", name);
	return path;
}

struct replayed replayed_file(const char *name, enum replay_play play)
{
	const struct replay_options options = {.play = (uint8_t)play};
	struct replayed replayed = {.r = NULL};
	struct error err;

	if (!replay_run(replayed_path(name), &options, &replayed.r, &replayed.summary, &err))
		fail_msg("%s", err.text);
	return replayed;
}

struct replayed replayed_talk(const struct talk *talk, enum replay_play play)
{
	const struct replay_options options = {.play = (uint8_t)play};
	struct replayed replayed = {.r = NULL};
	struct trace *trace;
	struct error err;

	if (!trace_open_memory(&trace, talk->bytes, talk->len, &err) ||
	    !replay_trace(trace, &options, &replayed.r, &replayed.summary, &err))
		fail_msg("%s", err.text);
	trace_close(trace);
	return replayed;
}

void replayed_end(struct replayed *replayed)
{
	recording_free(replayed->r);
	free(replayed->summary.report);
}

const char *replayed_states(const struct replayed *replayed, unsigned host)
{
	static char buf[2][1024];
	struct text out = text_in(buf[host], sizeof buf[host]);

	for (uint32_t n = 0; n < recording_events(replayed->r); n++) {
		struct event event = recording_event(replayed->r, n);

		if (event.kind == EVENT_TRANSITION && event.host == host)
			text_addf(&out, "%s%s", out.len > 0 ? " " : "",
				  state_name((enum tcp_state)event.to));
	}
	return buf[host];
}

/* The connection of a host, of which a replay has one or none. */
static uint32_t conn_of(const struct replayed *replayed, unsigned host)
{
	for (uint32_t i = 0; i < recording_conns(replayed->r); i++)
		if (recording_conn(replayed->r, i)->host == host)
			return i;
	fail_msg("host %u has no connection", host);
	return EVENT_NONE;
}

/* What a turn has as its last event. */
static uint32_t end_of_turn(const struct recording *r, uint32_t event)
{
	uint32_t first;
	uint32_t count;

	recording_turn(r, recording_event(r, event).turn, &first, &count);
	return first + count - 1;
}

const char *replayed_states_after(const struct replayed *replayed, int64_t packet)
{
	static char buf[80];
	struct text out = text_in(buf, sizeof buf);
	uint32_t at = EVENT_NONE;

	for (uint32_t n = 0; n < recording_events(replayed->r) && at == EVENT_NONE; n++) {
		struct event event = recording_event(replayed->r, n);
		struct packet_record record;

		if (event.kind != EVENT_SEND || event.value != packet)
			continue;
		recording_packet(replayed->r, event.packet, &record);
		at = record.arrived != EVENT_NONE ? record.arrived : record.ended;
	}
	if (at == EVENT_NONE)
		fail_msg("packet %" PRId64 " is not in the recording", packet);
	at = end_of_turn(replayed->r, at);
	for (unsigned host = CLIENT_HOST; host <= SERVER_HOST; host++) {
		struct tcb tcb;
		bool there = recording_tcb(replayed->r, conn_of(replayed, host), at, &tcb);

		text_addf(&out, "%s%s", host > 0 ? " " : "",
			  there ? state_name((enum tcp_state)tcb.state) : "-");
	}
	return buf;
}

struct tcb replayed_tcb(const struct replayed *replayed, unsigned host)
{
	struct tcb tcb;

	if (!recording_tcb(replayed->r, conn_of(replayed, host), recording_events(replayed->r) - 1,
			   &tcb))
		fail_msg("host %u has no TCB", host);
	return tcb;
}

unsigned replayed_count(const struct replayed *replayed, unsigned host, enum event_kind kind)
{
	unsigned count = 0;

	for (uint32_t n = 0; n < recording_events(replayed->r); n++) {
		struct event event = recording_event(replayed->r, n);

		count += event.kind == kind && event.host == host;
	}
	return count;
}

uint32_t replayed_first(const struct replayed *replayed, unsigned host, enum event_kind kind)
{
	for (uint32_t n = 0; n < recording_events(replayed->r); n++) {
		struct event event = recording_event(replayed->r, n);

		if (event.kind == kind && event.host == host)
			return n;
	}
	return EVENT_NONE;
}

const char *replayed_text(const struct replayed *replayed, uint32_t event)
{
	struct event e = recording_event(replayed->r, event);

	return e.text != EVENT_NONE ? recording_text(replayed->r, e.text) : "";
}

const char *replayed_calls(const struct replayed *replayed, unsigned host)
{
	static const char *const names[] = {
		[CALL_OPEN_PASSIVE] = "LISTEN", [CALL_OPEN_ACTIVE] = "OPEN", [CALL_SEND] = "SEND",
		[CALL_RECEIVE] = "RECEIVE",     [CALL_CLOSE] = "CLOSE",      [CALL_ABORT] = "ABORT",
	};
	static char buf[2][1024];
	struct text out = text_in(buf[host], sizeof buf[host]);

	for (uint32_t n = 0; n < recording_events(replayed->r); n++) {
		struct event event = recording_event(replayed->r, n);

		if (event.kind != EVENT_CALL || event.host != host)
			continue;
		text_addf(&out, "%s%s", out.len > 0 ? " " : "", names[event.call]);
		if (event.call == CALL_SEND || event.call == CALL_RECEIVE)
			text_addf(&out, " %" PRId64, event.value);
	}
	return buf[host];
}
