#include "net/connections.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"
#include "record/recording.h"

enum { INDEX_SIZE_MIN = 16 };

static const struct endpoint nobody;

struct connections connections_none(uint64_t key)
{
	return (struct connections){.key = key, .free = EVENT_NONE, .latest = EVENT_NONE};
}

static struct connection *at(const struct connections *all, uint32_t number)
{
	return &all->chunks[number / CHUNK][number % CHUNK];
}

void connections_free(struct connections *all)
{
	for (uint32_t i = 0; i < all->count; i++) {
		store_free(&at(all, i)->store);
		stream_free(&at(all, i)->stream);
		free(at(all, i)->records);
		free(at(all, i)->held);
		free(at(all, i)->profile);
	}
	for (uint32_t i = 0; i < all->chunk_count; i++)
		free(all->chunks[i]);
	free(all->chunks);
	free(all->index);
	free(all->due);
	*all = connections_none(all->key);
}

static void add_chunk(struct connections *all)
{
	all->chunks = memory_grow(all->chunks, &all->chunk_capacity, all->chunk_count + 1,
				  sizeof(struct connection *));
	all->chunks[all->chunk_count++] = memory_get(CHUNK * sizeof(struct connection));
}

struct connection *connections_add(struct connections *all)
{
	struct connection *c;
	uint32_t number = all->free;

	if (number == EVENT_NONE) {
		number = all->count++;
		if (number / CHUNK == all->chunk_count)
			add_chunk(all);
		c = at(all, number);
	} else {
		c = at(all, number);
		all->free = c->next;
	}
	*c = (struct connection){.number = number,
				 .recorded = EVENT_NONE,
				 .next = EVENT_NONE,
				 .backlog = EVENT_NONE,
				 .next_taken = EVENT_NONE,
				 .scheduled = NANOS_NEVER,
				 .used = true};
	return c;
}

struct connection *connections_get(const struct connections *all, uint32_t number)
{
	if (number >= all->count || !at(all, number)->used)
		return NULL;
	return at(all, number);
}

/* ---- the index: open addressing, at most half full ---- */

static uint64_t stir(uint64_t h, uint64_t word)
{
	h = (h ^ word) * 0x9e3779b97f4a7c15u;
	return h ^ (h >> 29);
}

static uint64_t stir_endpoint(uint64_t h, const struct endpoint *e)
{
	uint64_t word;

	memcpy(&word, e->address.bytes, sizeof word);
	h = stir(h, word);
	if (e->address.version == 6) {
		memcpy(&word, e->address.bytes + 8, sizeof word);
		h = stir(h, word);
	}
	return h ^ (uint64_t)e->port << 32;
}

static uint32_t hash_of(uint64_t key, const struct endpoint *local, const struct endpoint *remote)
{
	uint64_t h = stir_endpoint(stir_endpoint(key, local), remote);

	h = stir(h, local->port);
	return (uint32_t)(h >> 32);
}

static void put(struct connections *all, uint32_t hash, uint32_t number)
{
	uint32_t mask = all->index_size - 1;
	uint32_t i = hash & mask;

	while (all->index[i].number != EVENT_NONE)
		i = (i + 1) & mask;
	all->index[i] = (struct index_slot){hash, number};
}

static void grow_index(struct connections *all)
{
	struct index_slot *old = all->index;
	uint32_t old_size = all->index_size;

	all->index_size = old_size > 0 ? 2 * old_size : INDEX_SIZE_MIN;
	all->index = memory_get(all->index_size * sizeof *all->index);
	for (uint32_t i = 0; i < all->index_size; i++)
		all->index[i].number = EVENT_NONE;
	for (uint32_t i = 0; i < old_size; i++) {
		if (old[i].number != EVENT_NONE)
			put(all, old[i].hash, old[i].number);
	}
	free(old);
}

/* Takes a connection out and moves up those behind it which its place kept
 * from theirs, so that no search ends too early. */
static void take_out(struct connections *all, struct connection *c)
{
	uint32_t mask = all->index_size - 1;
	uint32_t hole = c->hash & mask;

	while (all->index[hole].number != c->number)
		hole = (hole + 1) & mask;
	for (uint32_t i = (hole + 1) & mask; all->index[i].number != EVENT_NONE;
	     i = (i + 1) & mask) {
		uint32_t home = all->index[i].hash & mask;

		if (((i - home) & mask) >= ((i - hole) & mask)) {
			all->index[hole] = all->index[i];
			hole = i;
		}
	}
	all->index[hole].number = EVENT_NONE;
	all->indexed--;
	c->indexed = false;
}

void connections_unindex(struct connections *all, struct connection *c)
{
	if (c->indexed)
		take_out(all, c);
	if (all->latest == c->number)
		all->latest = EVENT_NONE;
}

void connections_index(struct connections *all, struct connection *c)
{
	connections_unindex(all, c);
	c->listens = c->tcb.state == LISTEN;
	if (c->tcb.state == CLOSED)
		return;
	if (2 * (all->indexed + 1) > all->index_size)
		grow_index(all);
	c->hash = hash_of(all->key, &c->tcb.local, c->listens ? &nobody : &c->tcb.remote);
	put(all, c->hash, c->number);
	all->indexed++;
	c->indexed = true;
}

static bool is_between(const struct connection *c, const struct endpoint *local,
		       const struct endpoint *remote)
{
	return endpoint_eq(&c->tcb.local, local) &&
	       endpoint_eq(c->listens ? &nobody : &c->tcb.remote, remote);
}

struct connection *connections_find(struct connections *all, const struct endpoint *local,
				    const struct endpoint *remote)
{
	uint32_t mask = all->index_size - 1;
	uint32_t hash;

	if (all->indexed == 0)
		return NULL;
	if (all->latest != EVENT_NONE && is_between(at(all, all->latest), local, remote))
		return at(all, all->latest);
	hash = hash_of(all->key, local, remote);
	for (uint32_t i = hash & mask; all->index[i].number != EVENT_NONE; i = (i + 1) & mask) {
		if (all->index[i].hash != hash)
			continue;
		if (is_between(at(all, all->index[i].number), local, remote)) {
			all->latest = all->index[i].number;
			return at(all, all->latest);
		}
	}
	return NULL;
}

struct connection *connections_listener(struct connections *all, const struct endpoint *local)
{
	struct endpoint anywhere = {.port = local->port};
	struct connection *c = connections_find(all, local, &nobody);

	return c != NULL ? c : connections_find(all, &anywhere, &nobody);
}

/* ---- deadlines ---- */

static bool before(const struct due *a, const struct due *b)
{
	return a->when != b->when ? a->when < b->when : a->number < b->number;
}

void connections_schedule(struct connections *all, struct connection *c, nanos deadline)
{
	struct due due = {.when = deadline, .number = c->number};
	uint32_t i = all->due_count;

	if (deadline >= c->scheduled)
		return;
	c->scheduled = deadline;
	all->due = memory_grow(all->due, &all->due_capacity, ++all->due_count, sizeof *all->due);
	while (i > 0 && before(&due, &all->due[(i - 1) / 2])) {
		all->due[i] = all->due[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	all->due[i] = due;
}

nanos connections_next(const struct connections *all)
{
	return all->due_count > 0 ? all->due[0].when : NANOS_NEVER;
}

struct connection *connections_due(struct connections *all)
{
	struct due first = all->due[0];
	struct due last;
	struct connection *c = at(all, first.number);
	uint32_t i = 0;

	assert(all->due_count > 0);
	last = all->due[--all->due_count];
	for (uint32_t child; (child = 2 * i + 1) < all->due_count; i = child) {
		if (child + 1 < all->due_count && before(&all->due[child + 1], &all->due[child]))
			child++;
		if (!before(&all->due[child], &last))
			break;
		all->due[i] = all->due[child];
	}
	all->due[i] = last;
	if (!c->used || c->scheduled != first.when)
		return NULL;
	c->scheduled = NANOS_NEVER;
	return c;
}

void connections_remove(struct connections *all, struct connection *c)
{
	connections_unindex(all, c);
	store_free(&c->store);
	stream_free(&c->stream);
	free(c->records);
	c->records = NULL;
	c->record_room = 0;
	free(c->held);
	c->held = NULL;
	free(c->profile);
	c->profile = NULL;
	c->used = false;
	c->scheduled = NANOS_NEVER;
	c->next = all->free;
	all->free = c->number;
}
