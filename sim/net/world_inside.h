/* world_inside.h — what the files of the world and its links share. Not for
 * callers. */
#ifndef TCPLAB_NET_WORLD_INSIDE_H
#define TCPLAB_NET_WORLD_INSIDE_H

#include "base/random.h"
#include "net/queue.h"
#include "net/world.h"

enum { STAGE_WORDS_MAX = 120, EVENT_TEXT_MAX = 240 };

struct stage {
	const struct stage_kind *kind;
	struct way *way;
	struct victims victims;
	nanos by;
	struct random chance;
	struct random copies; /* chance for copies, so that these do not reshuffle the rest */
	uint64_t seen;        /* packets so far that were of the victims' kind */
	uint64_t *hits;       /* counts what it was done to, or NULL */
	uint32_t place;       /* on its way, from 0 */
	char words[STAGE_WORDS_MAX];
	const char *const *each;          /* words for each of victims.nth, or NULL … */
	uint32_t packet[VICTIMS_NTH_MAX]; /* … which were these in the recording */
};

/* What is done to a way by hand. */
struct hand {
	struct random chance;
	uint32_t lose_next; /* so many */
	uint32_t loss;      /* so many in a million */
};

/* One direction of a link. What has left the stages stands in line, first
 * to last: `waiting` on, it is still on this side of the transmitter. */
struct way {
	struct world *world;
	struct stage **stages;
	uint32_t stage_count;
	uint32_t stage_capacity;
	struct parcel *first;
	struct parcel *last;
	struct parcel *waiting; /* the one that is being sent, or NULL */
	uint32_t waiting_count;
	uint32_t waiting_octets;
	nanos free_at; /* when the transmitter has sent all that waits */
	struct way_setup setup;
	struct hand *hand; /* NULL: nobody's was on it */
	uint16_t from;     /* nodes */
	uint16_t to;
	uint32_t number; /* among all ways of the world */
};

struct link {
	struct way ways[2];
};

struct node {
	struct world *world;
	struct host *host; /* NULL: not a host */
	void (*arrives)(void *who, nanos now, struct parcel *parcel);
	void *who;
	struct address addresses[2];
	char name[32];
	nanos timer_at; /* when its timers are due next */
	uint16_t number;
	uint8_t recorded_as;
};

struct address_slot {
	struct address address;
	uint16_t node;
};

struct world {
	struct queue queue;
	nanos now;
	nanos last; /* when something last happened, idle wake-ups apart */
	uint64_t happenings;
	uint64_t at_once; /* of these, at this instant */
	uint64_t seed;
	struct recording *recording;
	struct parcel_pool pool;
	struct node *nodes[WORLD_NODES_MAX];
	struct link **links;
	uint32_t link_count;
	uint32_t link_capacity;
	struct way **routes; /* [from · nodes + to], NULL before the first packet */
	struct address_slot *addresses;
	uint32_t addresses_size; /* a power of two */
	uint16_t node_count;
	uint16_t everyone_else; /* the node for unknown addresses, or WORLD_NODES_MAX */
	void (*watch)(void *who, nanos now);
	void *watcher;
	bool stopped;
	bool idle; /* what is happening turns out to be nothing */
};

/* way.c */
void way_enter(struct way *way, nanos now, struct parcel *parcel);
/* A parcel goes on behind stage `stage`. */
void stage_pass(struct stage *stage, nanos now, struct parcel *parcel);
void way_enter_copy(struct stage *stage, nanos now, struct parcel *copy);
/* A parcel ends here; `why` says so, or is NULL where nobody needs to know. */
void way_lose(struct world *w, nanos now, struct parcel *parcel, const char *why);
/* too_long.c: it ends here, and a router tells its sender. */
void way_too_long(struct way *way, nanos now, struct parcel *parcel);
/* Something that happens to a packet, as an event with a sentence: its number. */
uint32_t way_record(const struct world *w, nanos now, enum event_kind kind,
		    const struct parcel *parcel, const char *words);
/* "lost by rule 1: the first SYN from client" */
void stage_record(const struct stage *stage, nanos now, enum event_kind kind,
		  const struct parcel *parcel, const char *what);

/* hand.c: true where the parcel ends here. */
bool hand_takes(struct way *way, nanos now, struct parcel *parcel);

/* stage.c, and one file each */
#define STAGE(name) extern const struct stage_kind stage_##name;
#include "net/stages.def"
#undef STAGE
bool stage_picks(struct stage *stage, nanos now, const struct parcel *parcel);
bool stage_picks_copy(struct stage *stage, nanos now, const struct parcel *parcel);

/* route.c */
void routes_make(struct world *w);
void routes_free(struct world *w);
/* The node with the address that the datagram goes to, or WORLD_NODES_MAX. */
unsigned route_destination(const struct world *w, const struct parcel *parcel);
/* The datagram has come to the router that its header names. NULL: parcel->to is the next stop
 * of its source route. Otherwise why it ends here. */
const char *route_next_stop(struct world *w, unsigned router, struct parcel *parcel);
unsigned route_find(const struct world *w, const struct address *address);

/* world.c */
/* A parcel goes on from node `from` towards the one that it is addressed to. */
void world_send_on(struct world *w, unsigned from, nanos now, struct parcel *parcel);
void world_node_arrives(struct world *w, unsigned node, nanos now, struct parcel *parcel);

#endif
