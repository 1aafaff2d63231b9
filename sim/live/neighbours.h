/* neighbours.h — the neighbours of an address of our own: who is where on the
 * link, and the answers that others get who look for us.
 *
 * Keeps no clock. What cannot be sent yet waits, one datagram for each
 * neighbour (RFC 1122 §2.3.2.2); TCP repeats the rest. */
#ifndef TCPLAB_LIVE_NEIGHBOURS_H
#define TCPLAB_LIVE_NEIGHBOURS_H

#include "base/nanos.h"
#include "live/neighbour.h"

enum {
	NEIGHBOURS_MAX = 64, /* the one that was not used for longest makes room */
	WAITING_MAX = 2048,
};

struct neighbour {
	struct address address; /* version 0: a free place */
	uint8_t mac[MAC_LEN];
	bool is_known;
	uint64_t used;
	nanos heard_at; /* the last word from that station */
	nanos asked_at; /* when we looked for it once more */
	size_t waiting_len;
	uint8_t waiting[WAITING_MAX];
};

struct neighbours {
	struct address ours;
	uint8_t mac[MAC_LEN];
	uint64_t uses;
	struct neighbour all[NEIGHBOURS_MAX];
};

void neighbours_init(struct neighbours *n, const struct address *ours, const uint8_t mac[MAC_LEN]);

/* The place of that one; a new one where it has none. */
struct neighbour *neighbours_at(struct neighbours *n, const struct address *address);

enum heard {
	HEARD_NOTHING,  /* that concerns us */
	HEARD_QUESTION, /* for us */
	HEARD_ANSWER,   /* *who is known now */
	HEARD_CONFLICT, /* another station says that our address is its own, or is about to */
};
enum heard neighbours_hear(struct neighbours *n, const struct neighbour_message *message,
			   struct neighbour **who);

#endif
