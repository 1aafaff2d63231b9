#include "live/acts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"
#include "source/replay.h"
#include "source/trace.h"

enum { CLIENTS_HOST = 0, TEXT_MOST = 1 << 28 };

/* ---- calls ---- */

/* When something last happened that the next call may have waited for. */
struct wait {
	int64_t heard;
	nanos since;
	bool ended;
};

static void add_act(struct acts *acts, const struct event *event, struct wait *wait)
{
	struct act act = {.kind = ACT_SEND,
			  .heard = wait->heard,
			  .ended = wait->ended,
			  .from = acts->text_len};

	act.delay = event->time - wait->since;
	wait->since = event->time;
	if (event->call == CALL_SEND)
		act.octets = event->value;
	else
		act.kind = event->call == CALL_CLOSE ? ACT_CLOSE : ACT_ABORT;
	acts->text_len += act.octets;
	acts->all = memory_grow(acts->all, &acts->capacity, acts->count + 1, sizeof *acts->all);
	acts->all[acts->count++] = act;
}

/* Whether more has been heard, or the connection now stands. */
static void look(const struct recording *r, uint32_t n, struct wait *wait)
{
	struct event event = recording_event(r, n);
	struct tcb tcb;
	int64_t heard;
	bool ended;

	if (!recording_tcb(r, event.conn, n, &tcb) || tcb.state == SYN_SENT)
		return;
	ended = tcb.state == CLOSE_WAIT || tcb.state == LAST_ACK || tcb.state == CLOSING ||
		tcb.state == TIME_WAIT;
	heard = seq_diff(tcb.rcv.nxt, tcb.rcv.irs) - 1 - ended;
	if (event.kind == EVENT_TRANSITION && event.to == ESTABLISHED)
		wait->since = event.time;
	if (tcb.state == CLOSED || (heard <= wait->heard && ended == wait->ended))
		return;
	wait->heard = heard;
	wait->ended = ended;
	wait->since = event.time;
}

static void find_calls(struct acts *acts, const struct recording *r)
{
	struct wait wait = {.heard = 0};

	for (uint32_t n = 0; n < recording_events(r); n++) {
		struct event event = recording_event(r, n);
		bool is_call = event.kind == EVENT_CALL &&
			       (event.call == CALL_SEND || event.call == CALL_CLOSE ||
				event.call == CALL_ABORT);

		if (event.host != CLIENTS_HOST || event.conn == EVENT_NONE)
			continue;
		if (is_call)
			add_act(acts, &event, &wait);
		else if (event.kind == EVENT_ARRIVE || event.kind == EVENT_TRANSITION)
			look(r, n, &wait);
	}
}

/* ---- the text ---- */

/* Where the text of packet `number` of the capture stands; −1: nowhere. */
static int64_t place_of(const struct recording *r, uint64_t number, uint32_t *at)
{
	struct packet_record packet;

	for (; *at < recording_packets(r); ++*at) {
		int64_t value;

		recording_packet(r, *at, &packet);
		value = recording_event(r, packet.sent).value;
		if (packet.host != CLIENTS_HOST || !packet.captured || value < (int64_t)number)
			continue;
		return value == (int64_t)number ? packet.offset : -1;
	}
	return -1;
}

static void put(struct acts *acts, uint8_t *known, int64_t at, const uint8_t *text, size_t len)
{
	for (size_t i = 0; i < len && at + (int64_t)i < acts->text_len; i++) {
		acts->text[at + (int64_t)i] = text[i];
		known[at + (int64_t)i] = 1;
	}
}

static bool find_text(struct acts *acts, const struct recording *r, const char *path,
		      struct error *err)
{
	struct trace_packet frame;
	uint8_t *known;
	struct trace *trace;
	uint32_t at = 0;

	if (acts->text_len > TEXT_MOST)
		return error_set(err, "%s: the client sent more than can be sent again here", path);
	if (!trace_open(&trace, path, err))
		return false;
	acts->text = memory_get((size_t)acts->text_len + 1);
	memset(acts->text, '.', (size_t)acts->text_len);
	known = memory_get((size_t)acts->text_len + 1);
	memset(known, 0, (size_t)acts->text_len);
	while (trace_next(trace, &frame)) {
		int64_t place = frame.bytes != NULL ? place_of(r, frame.number, &at) : -1;
		struct packet packet;
		const uint8_t *text;
		size_t len;

		if (place >= 0 && packet_is_filled_in(packet_parse(&packet, frame.bytes, frame.len,
								   frame.wire_len, 0, &text, &len)))
			put(acts, known, place, text, len);
	}
	trace_close(trace);
	for (int64_t i = 0; i < acts->text_len; i++)
		acts->unknown += !known[i];
	free(known);
	return true;
}

/* ---- what was sent ---- */

struct sent_list acts_sent(const struct recording *r)
{
	struct sent_list list = {.count = 0};
	struct seq own = seq_of(0);
	struct seq peers = seq_of(0);
	bool begun = false;

	for (uint32_t i = 0; i < recording_packets(r); i++) {
		struct packet_record p;
		struct segment seg;

		recording_packet(r, i, &p);
		if (p.packet.kind != PACKET_TCP)
			continue;
		seg = p.packet.tcp;
		if (p.host != CLIENTS_HOST) {
			peers = (seg.flags & SYN) != 0 ? seg.seq : peers;
			continue;
		}
		own = begun ? own : seg.seq;
		begun = true;
		seg.seq = seq_of(seg.seq.v - own.v);
		if ((seg.flags & ACK) != 0)
			seg.ack = seq_of(seg.ack.v - peers.v);
		sent_add(&list, recording_event(r, p.sent).time, recording_event(r, p.sent).value,
			 &seg);
	}
	return list;
}

/* ---- all of it ---- */

bool acts_find(struct acts *acts, const char *path, uint32_t number, struct error *err)
{
	const struct replay_options options = {.connection = number, .play = REPLAY_BOTH};
	struct recording *r;
	bool fine;

	*acts = (struct acts){.count = 0};
	if (strcmp(path, "-") == 0)
		return error_set(err, "a capture from standard input can't be read twice, for its "
				      "text: name a file");
	if (!replay_run(path, &options, &r, NULL, err))
		return false;
	find_calls(acts, r);
	acts->sent = acts_sent(r);
	fine = find_text(acts, r, path, err);
	recording_free(r);
	if (!fine)
		acts_free(acts);
	return fine;
}

void acts_free(struct acts *acts)
{
	free(acts->all);
	free(acts->text);
	sent_free(&acts->sent);
}
