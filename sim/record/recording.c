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
		.events = pile_of(sizeof(struct event), 10),
		.turns = pile_of(sizeof(uint32_t), 10),
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
	pile_free(&r->events);
	pile_free(&r->turns);
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
	conn->record.first_event = r->events.count;
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

static bool joins_running_turn(const struct recording *r, const struct event *event)
{
	const struct event *first = r->running;

	if (first == NULL || begins_every_time(event->kind) || event->time != first->time)
		return false;
	if (is_what_a_link_does(event->kind))
		return event_of(r, sending_of(r, event))->turn == first->turn;
	return event->host == first->host && first->kind != EVENT_CAPTION &&
	       !is_what_a_link_does(first->kind);
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
	uint32_t number = r->events.count;

	assert(event->kind < EVENT_KIND_COUNT && event->host < r->hosts.count);
	assert(event->conn == EVENT_NONE || event->conn < r->conns.count);
	assert(event->packet == EVENT_NONE || event->packet < r->packets.slots.count);
	assert(event->cause == EVENT_NONE || event->cause < number);
	assert(number == 0 || event->time >= event_of(r, number - 1)->time);

	bool joins = joins_running_turn(r, event);
	uint32_t cause = event->cause;

	if (cause == EVENT_NONE)
		cause = cause_of(r, event, joins ? r->first : EVENT_NONE);

	struct event *new = pile_add(&r->events, &r->pool);

	*new = *event;
	if (!joins) {
		*(uint32_t *)pile_add(&r->turns, &r->pool) = number;
		r->first = number;
		r->running = new;
	}
	new->turn = r->turns.count - 1;
	new->cause = cause;
	new->unused = 0;
	link_event(r, event, number);
	return number;
}

uint32_t recording_add_packet(struct recording *r, const struct packet_record *packet,
			      const struct event *event)
{
	uint32_t number = r->packets.slots.count;
	struct conn *conn = packet->conn != EVENT_NONE ? conn_at(r, packet->conn) : NULL;
	uint32_t again_of = EVENT_NONE;
	struct event made = *event;

	assert(packet->copy_of == EVENT_NONE ? event->kind == EVENT_SEND
					     : event->kind == EVENT_DUPLICATED);
	if (conn != NULL && packet->copy_of == EVENT_NONE && packet->packet.kind == PACKET_TCP)
		again_of = carried_add(&conn->carried, &packet->packet.tcp, number);

	struct packed_slot *slot = packed_add(&r->packets, &r->pool, packet,
					      conn != NULL ? &conn->flow : &r->loose_flow);

	slot->sent = r->events.count;
	slot->earlier = slot->is_copy ? packet->copy_of : again_of;
	made.packet = number;
	recording_add(r, &made);
	return number;
}

/* ---- TCBs ---- */

void recording_set_tcb(struct recording *r, uint32_t conn, const struct tcb *tcb,
		       const struct held *held)
{
	assert(r->events.count > 0);
	history_set(&conn_at(r, conn)->history, &r->pool, r->events.count - 1, tcb, held);
}

void recording_drop_tcb(struct recording *r, uint32_t conn)
{
	assert(r->events.count > 0);
	history_drop(&conn_at(r, conn)->history, &r->pool, r->events.count - 1);
}

/* ---- journals ---- */

static void fill_in_note(struct event *event, const struct note *note)
{
	static const uint8_t kinds[] = {
		[NOTE_DECISION] = EVENT_NOTE,
		[NOTE_TRANSITION] = EVENT_TRANSITION,
		[NOTE_TIMER_STARTED] = EVENT_TIMER_STARTED,
		[NOTE_TIMER_STOPPED] = EVENT_TIMER_STOPPED,
	};

	assert(note->kind < sizeof kinds);
	event->kind = kinds[note->kind];
	event->rule = note->rule;
	switch (note->kind) {
	case NOTE_TRANSITION:
		event->from = note->from;
		event->to = note->to;
		break;
	case NOTE_TIMER_STARTED: event->value = note->when; /* fall through */
	case NOTE_TIMER_STOPPED: event->timer = note->from; break;
	default: break;
	}
}

/* What holds for the first note, its turn and its cause, holds for all. */
void recording_add_journal(struct recording *r, nanos time, uint8_t host, uint32_t conn,
			   struct journal *journal)
{
	struct event event = event_at(time, host, EVENT_NOTE);
	uint32_t number = r->events.count;

	if (journal->count == 0)
		return;
	event.conn = conn;
	fill_in_note(&event, &journal->notes[0]);
	recording_add(r, &event);
	event.turn = r->turns.count - 1;
	event.cause = event_of(r, number)->cause;
	if (event.cause == EVENT_NONE)
		event.cause = number;
	for (unsigned i = 1; i < journal->count; i++) {
		struct event *new = pile_add(&r->events, &r->pool);

		*new = event;
		new->value = new->timer = new->from = new->to = 0;
		fill_in_note(new, &journal->notes[i]);
		if (new->kind == EVENT_TIMER_STARTED)
			conn_at(r, conn)->timer_started[new->timer] = number + i;
	}
	journal->count = 0;
}
