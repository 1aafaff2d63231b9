/* parts.h — what a recording is made of. For recording.c and reading.c
 * alone; everyone else reads recording.h. */
#ifndef TCPLAB_RECORD_PARTS_H
#define TCPLAB_RECORD_PARTS_H

#include "record/carried.h"
#include "record/events.h"
#include "record/history.h"
#include "record/memory.h"
#include "record/packed.h"
#include "record/recording.h"

/* A connection, and what is needed to link its events and packets. */
struct conn {
	struct conn_record record; /* what readers see */
	struct history history;
	struct carried carried;
	uint32_t timer_started[TIMER_COUNT]; /* the event that armed each, or EVENT_NONE */
	uint32_t flow;                       /* of its newest packet: see packed.h */
	uint32_t newest_arrived; /* of its packets, the highest that arrived; or EVENT_NONE */
	uint32_t older;          /* the host's connection before this one, or EVENT_NONE */
};

struct host {
	struct host_record record;
	uint32_t newest_conn; /* or EVENT_NONE */
};

/* The turn that runs, if there is one: what is asked of its first event. */
struct running_turn {
	nanos time;
	uint32_t turn;
	uint32_t conn;
	uint8_t host;
	uint8_t kind;
};

struct recording {
	struct recording_info info;
	struct pool pool;  /* that all piles and pages are cut from */
	struct pile hosts; /* of struct host */
	struct pile conns; /* of struct conn */
	struct events events;
	struct packed packets;
	struct heap texts;
	uint32_t loose_flow; /* of the newest packet without a connection */
	struct running_turn running;
};

static inline struct host *host_at(const struct recording *r, uint32_t n)
{
	return pile_at(&r->hosts, n);
}

static inline struct conn *conn_at(const struct recording *r, uint32_t n)
{
	return pile_at(&r->conns, n);
}

#endif
