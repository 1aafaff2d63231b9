/* route.c — which way a packet goes: whose address it bears, and the first
 * link of the shortest path there. Of two paths as short, the one whose
 * links were added first.
 *
 * A datagram under a source route goes from stop to stop; each stop is the
 * destination that its header names until it gets there. */
#include "net/world_inside.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

/* ---- addresses: open addressing, at most half full ---- */

static uint32_t slot_of(const struct world *w, const struct address *address)
{
	uint32_t parts[4]; /* as it was written: to read more at once waits until that is done */
	uint32_t mask = w->addresses_size - 1;
	uint64_t h = 0;
	uint32_t i;

	memcpy(parts, address->bytes, sizeof parts);
	for (int p = 0; p < 4; p++)
		h = h * 3 ^ parts[p];
	i = (uint32_t)((h * 0x9e3779b97f4a7c15u) >> 32) & mask;
	while (w->addresses[i].address.version != 0 &&
	       !address_eq(&w->addresses[i].address, address))
		i = (i + 1) & mask;
	return i;
}

struct address world_router_address(unsigned node, uint8_t version)
{
	struct address v4 = {{203, 0, 113, (uint8_t)(node + 1)}, 4};
	struct address v6 = {{0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff}, 6};

	v6.bytes[15] = (uint8_t)(node + 1);
	return version == 4 ? v4 : v6;
}

/* Where a host has a router's address, the host is meant. */
static void list_routers(struct world *w)
{
	for (uint16_t n = 0; n < w->node_count; n++) {
		struct address address = world_router_address(n, 4);
		struct address_slot *slot = &w->addresses[slot_of(w, &address)];

		if (w->nodes[n]->arrives == NULL && slot->address.version == 0)
			*slot = (struct address_slot){address, n};
	}
}

static void list_addresses(struct world *w)
{
	w->addresses_size = 8;
	while (w->addresses_size < 4u * w->node_count)
		w->addresses_size *= 2;
	w->addresses = memory_get(w->addresses_size * sizeof *w->addresses);
	memset(w->addresses, 0, w->addresses_size * sizeof *w->addresses);
	for (uint16_t n = 0; n < w->node_count; n++) {
		for (int i = 0; i < 2; i++) {
			const struct address *address = &w->nodes[n]->addresses[i];

			if (address->version != 0)
				w->addresses[slot_of(w, address)] =
					(struct address_slot){*address, n};
		}
	}
	if (w->everyone_else == WORLD_NODES_MAX)
		list_routers(w);
}

unsigned route_find(const struct world *w, const struct address *address)
{
	const struct address_slot *slot = &w->addresses[slot_of(w, address)];

	return slot->address.version != 0 ? slot->node : w->everyone_else;
}

unsigned route_destination(const struct world *w, const struct parcel *parcel)
{
	struct address to = {.version = parcel->bytes[0] >> 4};

	if (to.version == 4)
		memcpy(to.bytes, parcel->bytes + 16, 4);
	else
		memcpy(to.bytes, parcel->bytes + 24, 16);
	return route_find(w, &to);
}

/* ---- paths ---- */

/* Breadth first from `to` backwards: at each node, the way that leads there. */
static void find_paths_to(struct world *w, uint16_t to)
{
	uint16_t line[WORLD_NODES_MAX];
	uint32_t count = 1;

	line[0] = to;
	for (uint32_t done = 0; done < count; done++) {
		uint16_t here = line[done];

		if (here != to && w->nodes[here]->arrives != NULL)
			continue; /* only routers pass on what is not for them */
		for (uint32_t i = 0; i < 2 * w->link_count; i++) {
			struct way *way = &w->links[i / 2]->ways[i % 2];
			struct way **route = &w->routes[way->from * w->node_count + to];

			if (way->to != here || way->from == to || *route != NULL)
				continue;
			*route = way;
			line[count++] = way->from;
		}
	}
}

void routes_make(struct world *w)
{
	size_t size = (size_t)w->node_count * w->node_count * sizeof *w->routes;

	w->routes = memory_get(size);
	memset(w->routes, 0, size);
	list_addresses(w);
	for (uint16_t to = 0; to < w->node_count; to++)
		find_paths_to(w, to);
}

/* ---- source routes ---- */

const char *route_next_stop(struct world *w, unsigned router, struct parcel *parcel)
{
	struct address address = world_router_address(router, 4);
	const struct way *way;
	bool strict;
	unsigned to;

	if (!source_route_advance(parcel->bytes, parcel->len, &address, &strict))
		return "lost: it is addressed to a router, which speaks no TCP";
	to = route_destination(w, parcel);
	if (to == WORLD_NODES_MAX || to == router)
		return "lost: the next stop of its source route is nobody's address";
	way = w->routes[router * w->node_count + to];
	if (strict && (way == NULL || way->to != to))
		return "lost: the next stop of its strict source route is no neighbour";
	parcel->to = (uint16_t)to;
	return NULL;
}

void routes_free(struct world *w)
{
	free(w->routes);
	free(w->addresses);
	w->routes = NULL;
	w->addresses = NULL;
}
