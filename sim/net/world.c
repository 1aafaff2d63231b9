#include "net/world_inside.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/memory.h"

enum { HOPS_MAX = 64 };

/* Places of generators, apart from those of the ways. */
static const uint64_t host_place = UINT64_C(1) << 63;

struct world *world_new(uint64_t seed, struct recording *recording)
{
	struct world *w = memory_get(sizeof *w);

	*w = (struct world){.seed = seed,
			    .recording = recording,
			    .pool = parcel_pool_of(MTU_DEFAULT),
			    .everyone_else = WORLD_NODES_MAX};
	return w;
}

static void way_free(struct way *way)
{
	for (uint32_t i = 0; i < way->stage_count; i++)
		free(way->stages[i]);
	free(way->stages);
	free(way->hand);
}

void world_free(struct world *w)
{
	if (w == NULL)
		return;
	for (uint32_t i = 0; i < w->link_count; i++) {
		way_free(&w->links[i]->ways[0]);
		way_free(&w->links[i]->ways[1]);
		free(w->links[i]);
	}
	for (uint16_t i = 0; i < w->node_count; i++) {
		host_free(w->nodes[i]->host);
		free(w->nodes[i]);
	}
	free(w->links);
	routes_free(w);
	queue_free(&w->queue);
	parcel_pool_free(&w->pool);
	free(w);
}

/* ---- nodes ---- */

static struct node *add_node(struct world *w, const char *name)
{
	struct node *node = memory_get(sizeof *node);

	assert(w->node_count < WORLD_NODES_MAX && w->routes == NULL);
	assert(strlen(name) < sizeof node->name);
	*node = (struct node){.world = w, .timer_at = NANOS_NEVER, .number = w->node_count};
	memcpy(node->name, name, strlen(name));
	w->nodes[w->node_count++] = node;
	return node;
}

static void host_transmits(void *link, nanos now, struct parcel *parcel);
static void host_wants_to_wake(void *link, nanos when);
static void host_turned(void *link, nanos now);

static void arrives_at_host(void *who, nanos now, struct parcel *parcel)
{
	struct node *node = who;

	host_arrives(node->host, now, parcel->bytes, parcel->len, parcel->packet);
	parcel_give_back(&node->world->pool, parcel);
}

uint64_t world_host_seed(uint64_t seed, unsigned node)
{
	struct random chance = random_seeded(seed, host_place + node);

	return random_next(&chance);
}

unsigned world_add_host(struct world *w, const struct host_setup *setup)
{
	struct node *node = add_node(w, setup->name);
	struct host_setup own = *setup;
	struct host_link link = {.link = node,
				 .transmit = host_transmits,
				 .wake = host_wants_to_wake,
				 .turned = host_turned,
				 .pool = &w->pool};

	own.recording = w->recording;
	own.seed = world_host_seed(w->seed, node->number);
	memcpy(node->addresses, setup->addresses, sizeof node->addresses);
	node->host = host_new(&own);
	node->recorded_as = host_recorded_as(node->host);
	node->arrives = arrives_at_host;
	node->who = node;
	host_set_link(node->host, &link);
	return node->number;
}

unsigned world_add_router(struct world *w, const char *name)
{
	return add_node(w, name)->number;
}

unsigned world_add_node(struct world *w, const char *name, const struct address *addresses,
			uint8_t recorded_as,
			void (*arrives)(void *who, nanos now, struct parcel *parcel), void *who)
{
	struct node *node = add_node(w, name);

	if (addresses != NULL)
		memcpy(node->addresses, addresses, sizeof node->addresses);
	else
		w->everyone_else = node->number;
	node->recorded_as = recorded_as;
	node->arrives = arrives;
	node->who = who;
	return node->number;
}

/* ---- links ---- */

static void begin_way(struct world *w, struct way *way, const struct way_setup *setup,
		      unsigned from, unsigned to, uint32_t number)
{
	*way = (struct way){.world = w,
			    .setup = *setup,
			    .from = (uint16_t)from,
			    .to = (uint16_t)to,
			    .number = number};
	if (way->setup.mtu == 0)
		way->setup.mtu = MTU_DEFAULT;
	if (way->setup.mtu > w->pool.size) {
		assert(w->pool.made == 0);
		w->pool = parcel_pool_of(way->setup.mtu);
	}
	if (w->nodes[from]->host != NULL)
		host_set_mtu(w->nodes[from]->host, (uint16_t)way->setup.mtu);
}

struct link *world_add_link(struct world *w, unsigned a, unsigned b, const struct way_setup *there,
			    const struct way_setup *back)
{
	struct link *link = memory_get(sizeof *link);
	uint32_t number = w->link_count;

	assert(a < w->node_count && b < w->node_count && a != b && w->routes == NULL);
	begin_way(w, &link->ways[0], there, a, b, 2 * number);
	begin_way(w, &link->ways[1], back, b, a, 2 * number + 1);
	w->links = memory_grow(w->links, &w->link_capacity, number + 1, sizeof *w->links);
	w->links[w->link_count++] = link;
	return link;
}

/* ---- packets ---- */

void world_send_on(struct world *w, unsigned from, nanos now, struct parcel *parcel)
{
	struct way *way = w->routes[from * w->node_count + parcel->to];

	if (way == NULL) {
		char buf[EVENT_TEXT_MAX];
		struct text text = text_in(buf, sizeof buf);

		text_addf(&text, "lost: no link leads from %s to %s", w->nodes[from]->name,
			  w->nodes[parcel->to]->name);
		way_lose(w, now, parcel, buf);
		return;
	}
	way_enter(way, now, parcel);
}

void world_transmit(struct world *w, unsigned from, struct parcel *parcel)
{
	unsigned to;

	if (w->routes == NULL)
		routes_make(w);
	to = route_destination(w, parcel);
	parcel->from = (uint16_t)from;
	parcel->to = (uint16_t)to;
	if (to == WORLD_NODES_MAX || to == from)
		way_lose(w, w->now, parcel,
			 to == from ? "lost: it is addressed to its sender"
				    : "lost: nobody has the address that it goes to");
	else
		world_send_on(w, from, w->now, parcel);
}

static void host_transmits(void *link, nanos now, struct parcel *parcel)
{
	const struct node *node = link;

	(void)now;
	world_transmit(node->world, node->number, parcel);
}

static void pass_on(struct world *w, unsigned router, nanos now, struct parcel *parcel)
{
	const char *why = NULL;

	if (++parcel->hop > HOPS_MAX)
		why = "lost: it passed too many routers";
	else if (parcel->to == router)
		why = route_next_stop(w, router, parcel);
	if (why != NULL)
		way_lose(w, now, parcel, why);
	else
		world_send_on(w, router, now, parcel);
}

void world_node_arrives(struct world *w, unsigned node, nanos now, struct parcel *parcel)
{
	if (w->nodes[node]->arrives != NULL)
		w->nodes[node]->arrives(w->nodes[node]->who, now, parcel);
	else
		pass_on(w, node, now, parcel);
}

/* ---- time ---- */

void world_at(struct world *w, nanos time, void (*what)(void *who, nanos now, uint64_t arg),
	      void *who, uint64_t arg)
{
	struct happening happening = {.time = time,
				      .serial = queue_draw(&w->queue),
				      .what = what,
				      .who = who,
				      .arg = arg};

	assert(time >= w->now);
	queue_add(&w->queue, &happening);
}

static void host_turned(void *link, nanos now)
{
	const struct world *w = ((const struct node *)link)->world;

	if (w->watch != NULL)
		w->watch(w->watcher, now);
}

void world_watch(struct world *w, void (*watch)(void *who, nanos now), void *who)
{
	w->watch = watch;
	w->watcher = who;
}

static void host_wakes(void *who, nanos now, uint64_t arg)
{
	struct node *node = who;

	(void)arg;
	if (node->timer_at != now) {
		node->world->idle = true; /* it has been woken earlier instead */
		return;
	}
	node->timer_at = NANOS_NEVER;
	node->world->idle = host_next_deadline(node->host) > now;
	host_timeouts(node->host, now);
}

static void host_wants_to_wake(void *link, nanos when)
{
	struct node *node = link;

	node->timer_at = when;
	world_at(node->world, when, host_wakes, node, 0);
}

bool world_step(struct world *w)
{
	struct happening next;

	if (!queue_take(&w->queue, &next))
		return false;
	w->at_once = next.time == w->now ? w->at_once + 1 : 0;
	w->now = next.time;
	w->idle = false;
	next.what(next.who, next.time, next.arg);
	w->happenings++;
	if (!w->idle)
		w->last = w->now;
	return true;
}

enum world_end world_run(struct world *w, nanos until)
{
	w->stopped = false;
	w->at_once = 0;
	while (!w->stopped && w->at_once < LIVELOCK_MAX) {
		const struct happening *next = queue_first(&w->queue);

		if (next == NULL) {
			w->now = w->last;
			return WORLD_QUIET;
		}
		if (next->time > until) {
			w->now = until;
			return WORLD_TIME_UP;
		}
		world_step(w);
	}
	return w->stopped ? WORLD_STOPPED : WORLD_LIVELOCK;
}

void world_stop(struct world *w)
{
	w->stopped = true;
}

nanos world_next(const struct world *w)
{
	const struct happening *next = queue_first(&w->queue);

	return next != NULL ? next->time : NANOS_NEVER;
}

nanos world_now(const struct world *w)
{
	return w->now;
}

/* ---- looking ---- */

unsigned world_nodes(const struct world *w)
{
	return w->node_count;
}

struct host *world_host(const struct world *w, unsigned node)
{
	return w->nodes[node]->host;
}

unsigned world_node_named(const struct world *w, const char *name)
{
	for (unsigned i = 0; i < w->node_count; i++) {
		if (strcmp(w->nodes[i]->name, name) == 0)
			return i;
	}
	return WORLD_NODES_MAX;
}

unsigned world_node_at(struct world *w, const struct address *address)
{
	if (w->routes == NULL)
		routes_make(w);
	return route_find(w, address);
}

struct parcel_pool *world_pool(struct world *w)
{
	return &w->pool;
}

struct recording *world_recording(const struct world *w)
{
	return w->recording;
}

uint64_t world_happenings(const struct world *w)
{
	return w->happenings;
}
