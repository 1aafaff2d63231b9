/* player.h — our engine in the place of one end of a captured connection.
 *
 * A host of its own, with the captured end's addresses, ISN and profile. Its
 * application makes the calls that were inferred for the captured one, at their
 * times; it gets what the other end sent when that arrived there; and its timers
 * run. What it sends goes nowhere: it is kept in a list. So what it does depends
 * on nothing but the capture, and doing it again does the same. */
#ifndef TCPLAB_SOURCE_PLAYER_H
#define TCPLAB_SOURCE_PLAYER_H

#include "net/host.h"
#include "source/compare.h"
#include "source/replay_inside.h"

/* A call that the application makes just before a step. */
struct player_call {
	uint32_t step;
	uint8_t call;  /* enum call */
	uint8_t flags; /* of a SEND */
	int64_t value; /* octets */
};

struct player_calls {
	struct player_call *all;
	uint32_t count;
	uint32_t capacity;
};

struct player {
	const struct replay *replay;
	const struct player_calls *calls;
	struct host *host;
	struct recording *recording; /* or NULL */
	struct parcel_pool pool;
	struct sent_list sent;
	uint32_t *numbers; /* in the recording, of what was sent */
	uint32_t numbers_capacity;
	uint8_t *datagram; /* that is handed to the host */
	size_t datagram_size;
	uint32_t next_call;
	uint32_t conn; /* at the host, or EVENT_NONE */
	uint32_t echo; /* added to the timestamps that come back: from their clock to ours */
	uint8_t side;
	bool echo_known;
	/* Called when a segment has been sent; must not call the host. May be NULL. */
	void (*sent_one)(void *who, nanos now, uint32_t sent);
	void *who;
};

/* The engine's receive buffer is `buffer` octets; player_buffer() proposes one, the
 * largest window that the captured host ever offered. */
uint32_t player_buffer(const struct replay *replay, enum side side);
void player_begin(struct player *p, const struct replay *replay, enum side side, uint32_t buffer,
		  const struct player_calls *calls, struct recording *recording);
void player_end(struct player *p); /* frees all but `sent` */

/* Its next timer; NANOS_NEVER where none runs. */
nanos player_deadline(struct player *p);
/* Its timers run until `now`. */
void player_waits(struct player *p, nanos now);

/* Makes the calls that belong before step number `step`, at `now`. */
void player_calls_before(struct player *p, nanos now, uint32_t step);

/* What the other end sent arrives. `packet` counts like struct step's. */
void player_gets(struct player *p, nanos now, uint32_t packet);

#endif
