/* recording.c — writing a recording. reading.c reads. */
#include "record/recording.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "record/parts.h"

_Static_assert(sizeof(struct event) == 48, "no padding: events are hashed as bytes");

/* ---- beginning and end ---- */

/* Only the characters count: what lies behind a string's end must not make two equal
 * recordings differ. */
static void copy_string(char *out, size_t size, const char *in)
{
	size_t len = strnlen(in, size - 1);

	memset(out, 0, size);
	memcpy(out, in, len);
}

struct recording *recording_new(const struct recording_info *info)
{
	struct recording *r = memory_get(sizeof *r);

	*r = (struct recording){
		.hosts = pile_of(sizeof(struct host), 3),
		.conns = pile_of(sizeof(struct conn), 4),
		.events = events_new(),
		.packets = packed_new(),
		.loose_flow = UINT32_MAX,
	};
	r->info.seed = info->seed;
	r->info.epoch = info->epoch;
	r->info.inferred = info->inferred;
	copy_string(r->info.title, sizeof r->info.title, info->title);
	copy_string(r->info.look_for, sizeof r->info.look_for, info->look_for);
	copy_string(r->info.source, sizeof r->info.source, info->source);
	return r;
}

void recording_free(struct recording *r)
{
	if (r == NULL)
		return;
	for (uint32_t i = 0; i < r->conns.count; i++) {
		struct conn *conn = conn_at(r, i);

		stream_free(&conn->record.sent);
		history_free(&conn->history);
		carried_free(&conn->carried);
	}
	pile_free(&r->hosts);
	pile_free(&r->conns);
	events_free(&r->events);
	packed_free(&r->packets);
	heap_free(&r->texts);
	pool_free(&r->pool);
	free(r);
}

/* ---- hosts, connections, texts ---- */

uint8_t recording_add_host(struct recording *r, const struct host_record *host)
{
	assert(r->hosts.count < UINT8_MAX);

	struct host *new = pile_add(&r->hosts, &r->pool);

	copy_string(new->record.name, sizeof new->record.name, host->name);
	memcpy(new->record.addresses, host->addresses, sizeof new->record.addresses);
	new->newest_conn = EVENT_NONE;
	return (uint8_t)(r->hosts.count - 1);
}

uint32_t recording_add_conn(struct recording *r, uint8_t host, const struct endpoint *local,
			    const struct endpoint *remote)
{
	uint32_t number = r->conns.count;
	struct conn *conn = pile_add(&r->conns, &r->pool);

	assert(host < r->hosts.count);
	*conn = (struct conn){0};
	conn->record.local = *local;
	conn->record.remote = *remote;
	conn->record.first_event = r->events.rows.count;
	conn->record.peer = EVENT_NONE;
	conn->record.host = host;
	conn->record.inferred = r->info.inferred;
	for (int i = 0; i < TIMER_COUNT; i++)
		conn->timer_started[i] = EVENT_NONE;
	conn->flow = UINT32_MAX;
	conn->newest_arrived = EVENT_NONE;
	conn->older = host_at(r, host)->newest_conn;
	host_at(r, host)->newest_conn = number;
	return number;
}

struct stream *recording_stream(struct recording *r, uint32_t conn)
{
	return &conn_at(r, conn)->record.sent;
}

void recording_set_remote(struct recording *r, uint32_t conn, const struct endpoint *remote,
			  uint32_t peer)
{
	struct conn_record *record = &conn_at(r, conn)->record;

	record->remote = *remote;
	record->peer = peer;
}

void recording_set_inferred(struct recording *r, uint32_t conn, bool inferred)
{
	conn_at(r, conn)->record.inferred = inferred;
}

uint32_t recording_add_text(struct recording *r, const char *text)
{
	return heap_add(&r->texts, &r->pool, text, strlen(text) + 1);
}

/* ---- turns and causes ---- */

static bool is_what_a_link_does(uint8_t kind)
{
	return kind == EVENT_LOST || kind == EVENT_DUPLICATED || kind == EVENT_CORRUPTED ||
	       kind == EVENT_DELAYED || kind == EVENT_MARKED;
}

static bool begins_every_time(uint8_t kind)
{
	return kind == EVENT_CALL || kind == EVENT_ARRIVE || kind == EVENT_TIMER ||
	       kind == EVENT_CAPTION;
}

/* The packet whose fate a link decides: for a copy, the one it was copied from. */
static uint32_t sending_of(const struct recording *r, const struct event *event)
{
	const struct packed_slot *slot = packed_slot(&r->packets, event->packet);

	if (event->kind == EVENT_DUPLICATED)
		slot = packed_slot(&r->packets, slot->earlier);
	return slot->sent;
}

static uint32_t first_of_running(const struct recording *r)
{
	return event_turn(&r->events, r->running.turn)->first;
}

static bool is_running(const struct recording *r, nanos time)
{
	return r->events.turns.count > 0 && r->running.time == time;
}

/* Nobody's turn goes on where a link or the author of the scenario has begun one. */
static bool is_of_a_host(const struct running_turn *running)
{
	return running->kind != EVENT_CAPTION && !is_what_a_link_does(running->kind);
}

static bool joins_running_turn(const struct recording *r, const struct event *event)
{
	if (!is_running(r, event->time) || begins_every_time(event->kind))
		return false;
	if (is_what_a_link_does(event->kind))
		return event_row(&r->events, sending_of(r, event))->turn == r->running.turn;
	return event->host == r->running.host && is_of_a_host(&r->running);
}

static uint32_t cause_of(const struct recording *r, const struct event *event, uint32_t turn_first)
{
	switch (event->kind) {
	case EVENT_CALL:
	case EVENT_CAPTION: return EVENT_NONE;
	case EVENT_TIMER: return conn_at(r, event->conn)->timer_started[event->timer];
	case EVENT_ARRIVE: return packed_slot(&r->packets, event->packet)->sent;
	case EVENT_LOST:
	case EVENT_DUPLICATED:
	case EVENT_CORRUPTED:
	case EVENT_DELAYED:
	case EVENT_MARKED: return sending_of(r, event);
	default: return turn_first;
	}
}

/* ---- events ---- */

/* Late is what a packet of the same connection that was sent after it has overtaken. */
static void note_arrival(struct recording *r, uint32_t packet, uint32_t number)
{
	struct packed_slot *slot = packed_slot(&r->packets, packet);

	if (slot->arrived != EVENT_NONE)
		return;
	slot->arrived = number;
	if (slot->conn == EVENT_NONE)
		return;

	struct conn *conn = conn_at(r, slot->conn);

	if (conn->newest_arrived != EVENT_NONE && packet < conn->newest_arrived)
		slot->overtaken = true;
	else if (!slot->is_copy) /* a copy is not sent after the packet that it is a copy of */
		conn->newest_arrived = packet;
}

static void link_event(struct recording *r, const struct event *event, uint32_t number)
{
	switch (event->kind) {
	case EVENT_ARRIVE: note_arrival(r, event->packet, number); break;
	case EVENT_LOST: packed_slot(&r->packets, event->packet)->ended = number; break;
	case EVENT_TIMER_STARTED:
		conn_at(r, event->conn)->timer_started[event->timer] = number;
		break;
	default: break;
	}
}

uint32_t recording_add(struct recording *r, const struct event *event)
{
	uint32_t number = r->events.rows.count;

	assert(event->kind < EVENT_KIND_COUNT && event->host < r->hosts.count);
	assert(event->conn == EVENT_NONE || event->conn < r->conns.count);
	assert(event->packet == EVENT_NONE || event->packet < r->packets.slots.count);
	assert(event->cause == EVENT_NONE || event->cause < number);
	assert(number == 0 || event->time >= r->running.time);

	bool joins = joins_running_turn(r, event);
	uint32_t cause = event->cause;

	if (cause == EVENT_NONE)
		cause = cause_of(r, event, joins ? first_of_running(r) : EVENT_NONE);
	if (!joins)
		r->running = (struct running_turn){.time = event->time,
						   .turn = r->events.turns.count,
						   .conn = event->conn,
						   .host = event->host,
						   .kind = event->kind};
	events_add(&r->events, &r->pool, event, r->running.turn, cause);
	link_event(r, event, number);
	return number;
}

uint32_t recording_add_packet(struct recording *r, const struct packet_record *packet,
			      struct event *event)
{
	uint32_t number = r->packets.slots.count;
	struct conn *conn = packet->conn != EVENT_NONE ? conn_at(r, packet->conn) : NULL;
	uint32_t again_of = EVENT_NONE;

	assert(packet->copy_of == EVENT_NONE ? event->kind == EVENT_SEND
					     : event->kind == EVENT_DUPLICATED);
	if (conn != NULL && packet->copy_of == EVENT_NONE && packet->packet.kind == PACKET_TCP)
		again_of = carried_add(&conn->carried, &packet->packet.tcp, number);

	struct packed_slot *slot = packed_add(&r->packets, &r->pool, packet,
					      conn != NULL ? &conn->flow : &r->loose_flow);

	slot->sent = r->events.rows.count;
	slot->earlier = slot->is_copy ? packet->copy_of : again_of;
	event->packet = number;
	recording_add(r, event);
	return number;
}

/* ---- TCBs ---- */

void recording_set_tcb(struct recording *r, uint32_t conn, const struct tcb *tcb,
		       const struct held *held)
{
	assert(r->events.rows.count > 0);
	history_set(&conn_at(r, conn)->history, &r->pool, r->events.rows.count - 1, tcb, held);
}

void recording_drop_tcb(struct recording *r, uint32_t conn)
{
	assert(r->events.rows.count > 0);
	history_drop(&conn_at(r, conn)->history, &r->pool, r->events.rows.count - 1);
}

/* ---- journals ---- */

static struct event event_of_note(nanos time, uint8_t host, uint32_t conn, const struct note *note)
{
	static const uint8_t kinds[] = {
		[NOTE_DECISION] = EVENT_NOTE,
		[NOTE_TRANSITION] = EVENT_TRANSITION,
		[NOTE_TIMER_STARTED] = EVENT_TIMER_STARTED,
		[NOTE_TIMER_STOPPED] = EVENT_TIMER_STOPPED,
	};
	struct event event = event_at(time, host, (enum event_kind)kinds[note->kind]);

	event.conn = conn;
	event.rule = note->rule;
	switch ((enum note_kind)note->kind) {
	case NOTE_DECISION: break;
	case NOTE_TRANSITION:
		event.from = note->from;
		event.to = note->to;
		break;
	case NOTE_TIMER_STARTED: event.value = note->when; /* fall through */
	case NOTE_TIMER_STOPPED: event.timer = note->from; break;
	}
	return event;
}

/* At the connection with which the running turn began: there most journals are written. */
static bool is_at_running_turn(const struct recording *r, nanos time, uint8_t host, uint32_t conn)
{
	return is_running(r, time) && r->running.host == host && r->running.conn == conn &&
	       is_of_a_host(&r->running);
}

void recording_add_journal(struct recording *r, nanos time, uint8_t host, uint32_t conn,
			   struct journal *journal)
{
	bool joins = is_at_running_turn(r, time, host, conn);

	for (unsigned i = 0; i < journal->count; i++) {
		const struct note *note = &journal->notes[i];
		uint32_t number = r->events.rows.count;

		if (!joins || !events_add_note(&r->events, &r->pool, note)) {
			struct event event = event_of_note(time, host, conn, note);

			recording_add(r, &event);
			joins = is_at_running_turn(r, time, host, conn);
		} else if (note->kind == NOTE_TIMER_STARTED) {
			conn_at(r, conn)->timer_started[note->from] = number;
		}
	}
	journal->count = 0;
}
