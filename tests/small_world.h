/* small_world.h — two engines and the network between them as one value, for
 * exploring all that can happen to them (tests/explore.h).
 *
 * There is no time. What is under way arrives in any order; a timer that
 * runs may fire before anything arrives; only 2·MSL, by its purpose, waits
 * until nothing is under way. That allows more than any real network, so
 * what never happens here never happens. How often a segment is lost, comes
 * twice, or a retransmission timer fires is limited by the scene.
 *
 * A copy of the struct is a snapshot. Text is known by its octets: each is
 * told by its sender and its place in the stream, so that whatever is heard
 * can be held against it. */
#ifndef TCPLAB_TESTS_SMALL_WORLD_H
#define TCPLAB_TESTS_SMALL_WORLD_H

#include <stdio.h>

#include "tcp/flight.h"
#include "tcp/tcp.h"

enum {
	SMALL_TEXT = 16,
	SMALL_NET = 8,
	SMALL_CHUNKS = 3,
	SMALL_EVENTS = 64,
	SMALL_RECORDS = 12, /* far fewer are ever under way */
};

/* What is explored. Zero is the plain case. */
struct small_scene {
	const char *name;
	uint32_t mss;                    /* 0: as the MTU has it */
	uint32_t buffer;                 /* each end's receive buffer; 0: 40 octets */
	bool delayed_ack;                /* else every segment is acknowledged at once */
	bool simultaneous;               /* both open actively */
	bool established;                /* it begins after the handshake */
	bool old_syn;                    /* an old duplicate SYN is on its way to the server */
	bool slow_reader;                /* reading is an event of its own, else it is at once */
	bool closes_last[2];             /* closes only when it has heard the other's FIN */
	uint8_t chunks[2][SMALL_CHUNKS]; /* octets of each SEND */
	uint8_t capacity;                /* segments under way; one more gets lost */
	uint8_t losses;
	uint8_t copies;
	uint8_t timeouts; /* of each end: retransmission and persist together */
	uint8_t attacks;  /* segments that somebody else slips in, see small_world.c */
};

struct small_segment {
	uint32_t seq;
	uint32_t ack;
	int32_t offset; /* of its text in the sender's stream */
	uint16_t flags;
	uint16_t wnd;
	uint16_t len;
	uint16_t to;
	uint32_t zero; /* keeps it free of padding, and whole words */
};

struct small_end {
	struct tcb tcb;
	struct held held;
	struct sent_record records[SMALL_RECORDS];
	uint8_t heard[SMALL_TEXT]; /* by stream offset; 0: nothing yet */
	uint8_t sent;              /* chunks */
	uint8_t timeouts;          /* left */
	bool closed;
	bool heard_fin;
	bool babbles; /* one segment after the other, and no end */
};

struct small_world {
	struct small_end ends[2];            /* client and server */
	struct small_segment net[SMALL_NET]; /* sorted: the order says nothing */
	uint8_t under_way;
	uint8_t losses; /* left, as the next two */
	uint8_t copies;
	uint8_t attacks;
};

enum small_kind {
	SMALL_ARRIVES, /* index: in net */
	SMALL_LOST,
	SMALL_DOUBLED, /* it arrives, and is still under way */
	SMALL_TIMER,   /* index: which timer of `who` */
	SMALL_SEND,
	SMALL_READ,
	SMALL_CLOSE,
	SMALL_ATTACK, /* index: which */
};

struct small_event {
	uint8_t kind;
	uint8_t who;
	uint8_t index;
};

void small_begin(const struct small_scene *scene, struct small_world *world);

/* All that may happen next; returns how many. */
unsigned small_events(const struct small_scene *scene, const struct small_world *world,
		      struct small_event events[SMALL_EVENTS]);

/* Lets it happen. NULL, or what is wrong with that; `told` gets lines on it,
 * where it is not NULL. */
const char *small_step(const struct small_scene *scene, struct small_world *world,
		       struct small_event event, FILE *told);

/* The network heals, both applications finish, and time passes. NULL where
 * that leads to the clean end: both closed, neither by a reset, and every
 * octet heard. */
const char *small_heal(const struct small_scene *scene, struct small_world *world, FILE *told);

/* Two worlds with one key go on alike, as far as the protocol can tell: what
 * only measures time or paces the sender is left out. */
void small_key(const struct small_world *world, uint64_t key[2]);

/* ---- of the files small_*.c among themselves ---- */

extern const char *const small_names[2];
uint8_t small_octet(int who, int64_t offset);                   /* what a stream has there */
uint32_t small_total(const struct small_scene *scene, int who); /* octets in all */

/* NULL, or what is wrong with a step from the one to the other. */
const char *small_wrong(const struct small_scene *scene, const struct small_world *before,
			const struct small_world *after);

#endif
