/* world.h — a network in which time is a number: hosts, links between them,
 * and a queue of what will happen.
 *
 * Things happen in the order of their time; of those at one instant, what
 * was scheduled first happens first. Chance comes from generators that are
 * each seeded by the world's seed and their place. So a world is a pure
 * function of its set-up, and running it twice gives the same recording.
 *
 *     struct world *w = world_new(seed, recording);
 *     unsigned client = world_add_host(w, &setup);
 *     unsigned server = world_add_host(w, &other);
 *     world_add_link(w, client, server, &way, &way);
 *     …calls at world_host(w, client), world_at() …
 *     world_run(w, nanos_from_s(10));
 *
 * Nodes are numbered from 0 in the order in which they are added. A node is
 * a host, a router, or a function of the caller's that takes datagrams (the
 * peer of a replayed trace, a live interface). Hosts that are not neighbours
 * reach each other through routers, by the fewest links.
 *
 * The world owns its hosts and links, not the recording. */
#ifndef TCPLAB_NET_WORLD_H
#define TCPLAB_NET_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "net/host.h"
#include "net/link.h"
#include "net/parcel.h"
#include "record/recording.h"

enum { WORLD_NODES_MAX = 250 };

struct world;

struct world *world_new(uint64_t seed, struct recording *recording);
void world_free(struct world *w);

/* The setup's recording, mtu and link are the world's affair. */
unsigned world_add_host(struct world *w, const struct host_setup *setup);
/* The seed of the host that is node number `node` of a world with this seed. */
uint64_t world_host_seed(uint64_t seed, unsigned node);
unsigned world_add_router(struct world *w, const char *name);
/* Of a router: under it ICMP errors come, and source routes name it. 203.0.113.0/24 of RFC 5737
 * and 2001:db8::/32 of RFC 3849 are for examples. */
struct address world_router_address(unsigned node, uint8_t version);

/* `arrives` gets the parcel for good (parcel_give_back() to world_pool()). Parcels
 * are sent from such a node by world_transmit(). `addresses` as of a host, two;
 * NULL: all that no other node has. The caller says how the node is numbered in the recording, if
 * at all. */
unsigned world_add_node(struct world *w, const char *name, const struct address *addresses,
			uint8_t recorded_as,
			void (*arrives)(void *who, nanos now, struct parcel *parcel), void *who);
void world_transmit(struct world *w, unsigned node, struct parcel *parcel);

/* A link, from `a` to `b` as `there` says and back as `back` says. All links
 * and routers must be there before the first packet is sent. */
struct link *world_add_link(struct world *w, unsigned a, unsigned b, const struct way_setup *there,
			    const struct way_setup *back);

/* ---- time ---- */

nanos world_now(const struct world *w);

/* what(who, now, arg) happens at `time`, which must not have passed. */
void world_at(struct world *w, nanos time, void (*what)(void *who, nanos now, uint64_t arg),
	      void *who, uint64_t arg);

enum world_end {
	WORLD_QUIET,    /* nothing will happen any more */
	WORLD_TIME_UP,  /* something would happen later than `until` */
	WORLD_STOPPED,  /* world_stop() was called */
	WORLD_LIVELOCK, /* LIVELOCK_MAX things at one instant: time would never go on */
};

enum { LIVELOCK_MAX = 4000000 };

/* All that happens up to and including `until`; then the time is `until`, or
 * that of the last thing where the world fell quiet. */
enum world_end world_run(struct world *w, nanos until);
/* One thing; false where nothing is left. */
bool world_step(struct world *w);
/* When the next thing happens, NANOS_NEVER: none will. */
nanos world_next(const struct world *w);
void world_stop(struct world *w);

/* watch(who, now) is called after every turn of a host: to look, to add a caption to the
 * recording, or to stop. */
void world_watch(struct world *w, void (*watch)(void *who, nanos now), void *who);

/* ---- looking ---- */

unsigned world_nodes(const struct world *w);
struct host *world_host(const struct world *w, unsigned node);          /* NULL: not a host */
unsigned world_node_named(const struct world *w, const char *name);     /* or WORLD_NODES_MAX */
unsigned world_node_at(struct world *w, const struct address *address); /* the same */
struct parcel_pool *world_pool(struct world *w);
struct recording *world_recording(const struct world *w);
uint64_t world_happenings(const struct world *w); /* so far */

#endif
