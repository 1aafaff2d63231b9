/* arena.h — two engines, the segments between them, and an attacker who sees
 * all their numbers: a list of bytes says what happens.
 *
 * Any bytes mean something. The first ARENA_HEAD choose the profiles; then
 * each ARENA_RECORD is one thing: a segment in the air arrives, in order or
 * not, once or twice, or is lost; a call; time; a segment of the attacker's,
 * with numbers relative to its victim's TCB. So a few bytes reach every state.
 *
 * What must hold after each thing is asserted: tcp_check(), flight_check(),
 * numbers that only move forward, text that is kept once and at its place,
 * few answers. At the end the network is well: where there was no attacker,
 * all text arrives and everything comes to rest. */
#ifndef TCPLAB_TESTS_ARENA_H
#define TCPLAB_TESTS_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "tcp/tcp.h"

enum {
	ARENA_HEAD = 16,
	ARENA_RECORD = 8,
	ARENA_RECORDS_MAX = 300,
	ARENA_AIR_MAX = 256,
	ARENA_KEPT_MAX = 1 << 16,
	ARENA_SENT_RECORDS = 64,
};

struct arena_house {
	struct tcb tcb;
	struct held held;
	struct sent_record records[ARENA_SENT_RECORDS];
};

struct arena_end {
	struct tcb *tcb; /* in one of its houses */
	struct sent_record *records;
	struct held *held;
	struct arena_house houses[2];
	struct profile profile;
	uint32_t queued; /* octets that its SENDs took */
	uint32_t kept_count;
	uint8_t kept[ARENA_KEPT_MAX / 8];
};

struct arena_flying {
	struct segment seg;
	int64_t offset;
	uint8_t to;
};

struct arena {
	struct arena_end ends[2];
	struct arena_flying air[ARENA_AIR_MAX]; /* oldest first */
	unsigned in_the_air;
	nanos now;
	uint64_t said; /* a hash of all that was sent, and when */
	bool forged;   /* the attacker has done something */
	bool aborted;  /* or an application was rude */
	bool moving;   /* each connection moves to another place after every thing */
	void (*transition)(int from, int event, int to); /* is told, or NULL */
};

/* What led to a transition: the flags of a segment, or: */
enum { ARENA_CALL = 64, ARENA_TIMEOUT = 72, ARENA_EVENTS = 80 };

/* Runs it all; returns the hash of what was said. */
uint64_t arena_run(struct arena *a, const uint8_t *data, size_t size);

/* A connection that goes from one state to the other has numbers and streams of its own. */
bool arena_begins_anew(int from, int to);

/* arena_bytes.c — what bytes mean, to whoever plays with them. Eight are a profile, … */
struct profile arena_profile(const uint8_t *head);
/* … and they say which of its switches are turned, of those that end no connection. */
void arena_flip_switches(struct profile *profile, const uint8_t *head);
/* A segment with numbers relative to the victim's; `first` is the sender's first, for a
 * victim that knows none of its numbers yet. */
struct segment arena_forged(const struct tcb *victim, const struct held *held, struct seq first,
			    nanos now, const uint8_t *record);
nanos arena_while(const uint8_t *record);

#endif
