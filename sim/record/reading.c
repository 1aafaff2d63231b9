/* reading.c — reading a recording. recording.c writes. */
#include "record/recording.h"

#include <assert.h>
#include <string.h>

#include "record/parts.h"

const struct recording_info *recording_info(const struct recording *r)
{
	return &r->info;
}
uint32_t recording_events(const struct recording *r)
{
	return r->events.rows.count;
}
uint32_t recording_turns(const struct recording *r)
{
	return r->events.turns.count;
}
uint32_t recording_packets(const struct recording *r)
{
	return r->packets.slots.count;
}
uint32_t recording_conns(const struct recording *r)
{
	return r->conns.count;
}
uint32_t recording_hosts(const struct recording *r)
{
	return r->hosts.count;
}

struct event recording_event(const struct recording *r, uint32_t n)
{
	assert(n < r->events.rows.count);
	return events_at(&r->events, n);
}

void recording_packet(const struct recording *r, uint32_t n, struct packet_record *out)
{
	assert(n < r->packets.slots.count);
	packed_read(&r->packets, n, out);
}

int64_t recording_frame(const struct recording *r, const struct packet_record *packet)
{
	return packet->captured ? recording_event(r, packet->sent).value : 0;
}

const struct conn_record *recording_conn(const struct recording *r, uint32_t n)
{
	assert(n < r->conns.count);
	return &conn_at(r, n)->record;
}

const struct host_record *recording_host(const struct recording *r, uint32_t n)
{
	assert(n < r->hosts.count);
	return &host_at(r, n)->record;
}

const char *recording_text(const struct recording *r, uint32_t text)
{
	return (const char *)heap_at(&r->texts, text);
}

/* ---- turns ---- */

void recording_turn(const struct recording *r, uint32_t turn, uint32_t *first, uint32_t *count)
{
	assert(turn < r->events.turns.count);

	uint32_t last = turn + 1 < r->events.turns.count ? event_turn(&r->events, turn + 1)->first
							 : r->events.rows.count;

	*first = event_turn(&r->events, turn)->first;
	*count = last - *first;
}

/* ---- TCBs ---- */

bool recording_tcb(const struct recording *r, uint32_t conn, uint32_t n, struct tcb *out)
{
	assert(conn < r->conns.count && n < r->events.rows.count);
	struct tcb_walk walk;
	bool exists = history_at(&conn_at(r, conn)->history, n, &walk);

	*out = walk.now.tcb;
	return exists;
}

void recording_held(const struct recording *r, uint32_t conn, uint32_t n,
		    struct held_range out[HELD_MAX])
{
	struct tcb_walk walk;

	history_at(&conn_at(r, conn)->history, n, &walk);
	memcpy(out, walk.now.held, sizeof walk.now.held);
}

bool recording_tcb_settled(const struct recording *r, uint32_t conn, uint32_t n, struct tcb *out)
{
	const struct history *history = &conn_at(r, conn)->history;
	uint32_t turn = event_row(&r->events, n)->turn;
	struct tcb_walk walk;

	assert(conn < r->conns.count && n < r->events.rows.count);
	history_walk(&walk, history, n);
	while (tcb_walk_peek(&walk) < n)
		tcb_walk_next(&walk);

	uint32_t settled = tcb_walk_peek(&walk);

	if (settled < r->events.rows.count && event_row(&r->events, settled)->turn == turn) {
		while (tcb_walk_peek(&walk) == settled)
			tcb_walk_next(&walk);
	}
	*out = walk.now.tcb;
	return walk.exists;
}

void tcb_walk_start(struct tcb_walk *walk, const struct recording *r, uint32_t conn)
{
	assert(conn < r->conns.count);
	history_walk(walk, &conn_at(r, conn)->history, 0);
}

/* ---- who talks with whom ---- */

static bool has_address(const struct host_record *host, const struct address *address)
{
	for (int i = 0; i < 2; i++) {
		if (host->addresses[i].version != 0 && address_eq(&host->addresses[i], address))
			return true;
	}
	return false;
}

uint32_t recording_conn_at(const struct recording *r, uint8_t host, uint8_t remote_host, uint32_t n)
{
	const struct host_record *remote = recording_host(r, remote_host);
	uint32_t listens = EVENT_NONE;
	uint32_t conn = host_at(r, host)->newest_conn;
	struct tcb tcb;

	for (; conn != EVENT_NONE; conn = conn_at(r, conn)->older) {
		const struct conn_record *record = recording_conn(r, conn);

		if (record->first_event > n || !recording_tcb(r, conn, n, &tcb))
			continue;
		if (has_address(remote, &tcb.remote.address))
			return conn;
		if (tcb.state == LISTEN && listens == EVENT_NONE)
			listens = conn;
	}
	return listens;
}

/* ---- size and hash ---- */

size_t recording_size(const struct recording *r)
{
	size_t size = sizeof *r + r->pool.size;

	for (uint32_t i = 0; i < r->conns.count; i++) {
		const struct conn *conn = conn_at(r, i);

		size += history_size(&conn->history) + conn->carried.size +
			conn->record.sent.capacity * sizeof *conn->record.sent.pieces;
		for (unsigned k = 0; k < conn->record.sent.count; k++) {
			if (conn->record.sent.pieces[k].text != NULL)
				size += (size_t)conn->record.sent.pieces[k].len;
		}
	}
	return size;
}
