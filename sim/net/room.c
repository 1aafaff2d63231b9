/* room.c — where the engine keeps its records of what is under way, and what arrived ahead
 * of a gap. A connection has such room while it needs it; in between it is the host's, for
 * the next that does. */
#include "net/host_inside.h"

#include <stdlib.h>

#include "record/memory.h"

static bool has_something_to_send(const struct tcb *tcb)
{
	return tcb->flight.count > 0 || !tcb->snd.syn_acked ||
	       seq_lt(tcb->snd.nxt, seq_add(tcb->snd.end, tcb->snd.fin_queued));
}

static void hand_in_records(struct turn *turn)
{
	static struct sent_record none;
	const struct connection *c = turn->c;

	turn->tcp.records = c->records != NULL ? c->records : &none;
	turn->tcp.record_room = c->record_room;
}

/* A connection that sends now and then has others' records, or its own again. */
static void take_spare_records(struct host *host, struct connection *c)
{
	c->records = host->spare;
	c->record_room = host->spare_room;
	host->spare = NULL;
	host->spare_room = 0;
}

/* The engine finds room for its records of what is under way; with half of it
 * free it seldom has to move them. */
void room_grow_records(struct turn *turn)
{
	struct connection *c = turn->c;
	uint32_t needed = records_needed(c);

	if (!has_something_to_send(&c->tcb))
		return;
	if (c->records == NULL)
		take_spare_records(turn->host, c);
	c->records = memory_grow(c->records, &c->record_room, needed, sizeof *c->records);
	hand_in_records(turn);
}

static void free_records_of_the_idle(struct host *host, struct connection *c)
{
	/* One that listens needs them with the next SYN: it asks for no memory then. */
	if (c->tcb.flight.count > 0 || c->records == NULL || c->tcb.state == LISTEN)
		return;
	free(host->spare);
	host->spare = c->records;
	host->spare_room = c->record_room;
	c->records = NULL;
	c->record_room = 0;
}

/* Room for what comes ahead of a gap is the host's until something does. */
static void hand_in_held(struct turn *turn)
{
	struct host *host = turn->host;

	if (turn->c->held == NULL && host->spare_held == NULL)
		host->spare_held = memory_get(sizeof *host->spare_held);
	turn->tcp.held = turn->c->held != NULL ? turn->c->held : host->spare_held;
}

void room_keep_held(struct turn *turn)
{
	struct connection *c = turn->c;

	if (c->tcb.rcv.held_count == 0 || c->held != NULL)
		return;
	c->held = turn->host->spare_held;
	turn->host->spare_held = NULL;
}

static void give_back_held(struct host *host, struct connection *c)
{
	if (c->tcb.rcv.held_count > 0 || c->held == NULL)
		return;
	if (host->spare_held == NULL)
		host->spare_held = c->held;
	else
		free(c->held);
	c->held = NULL;
}

void room_hand_in(struct turn *turn)
{
	hand_in_records(turn);
	hand_in_held(turn);
}

void room_give_back(struct turn *turn)
{
	free_records_of_the_idle(turn->host, turn->c);
	give_back_held(turn->host, turn->c);
}
