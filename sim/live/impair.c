#include "live/impair.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "record/memory.h"

enum { OVERTAKEN_BY = 3, MILLION = 1000000 };

struct piece {
	uint8_t *bytes;
	uint32_t len;
	uint64_t due; /* when so many have gone out */
};

struct impair {
	struct impair_setup setup;
	struct random chance;
	struct piece *queue;
	uint32_t count;
	uint32_t capacity;
	uint64_t gone; /* went out so far */
	struct piece out;
};

struct impair *impair_new(const struct impair_setup *setup, uint64_t way)
{
	struct impair *impair = memory_get(sizeof *impair);

	*impair = (struct impair){.setup = *setup, .chance = random_seeded(setup->seed, way)};
	return impair;
}

void impair_free(struct impair *impair)
{
	if (impair == NULL)
		return;
	for (uint32_t i = 0; i < impair->count; i++)
		free(impair->queue[i].bytes);
	free(impair->queue);
	free(impair->out.bytes);
	free(impair);
}

static bool happens(struct impair *impair, uint32_t per_million)
{
	return per_million > 0 && random_below(&impair->chance, MILLION) < per_million;
}

static void add(struct impair *impair, const uint8_t *datagram, size_t len, uint64_t due)
{
	struct piece *piece;

	impair->queue = memory_grow(impair->queue, &impair->capacity, impair->count + 1,
				    sizeof *impair->queue);
	piece = &impair->queue[impair->count++];
	*piece = (struct piece){.bytes = memory_get(len), .len = (uint32_t)len, .due = due};
	memcpy(piece->bytes, datagram, len);
}

void impair_put(struct impair *impair, const uint8_t *datagram, size_t len)
{
	bool held = happens(impair, impair->setup.reordering);
	bool twice = happens(impair, impair->setup.duplication);

	if (happens(impair, impair->setup.loss))
		return;
	add(impair, datagram, len, held ? impair->gone + OVERTAKEN_BY : 0);
	if (twice)
		add(impair, datagram, len, 0);
}

/* The first that is due; where nothing else comes, the first of all. */
static uint32_t next(const struct impair *impair, bool idle)
{
	uint32_t i = 0;

	while (i < impair->count && impair->queue[i].due > impair->gone)
		i++;
	return i == impair->count && idle ? 0 : i;
}

bool impair_take(struct impair *impair, bool idle, const uint8_t **datagram, size_t *len)
{
	uint32_t i = next(impair, idle);

	if (i >= impair->count)
		return false;
	free(impair->out.bytes);
	impair->out = impair->queue[i];
	impair->count--;
	memmove(impair->queue + i, impair->queue + i + 1,
		(impair->count - i) * sizeof *impair->queue);
	impair->gone++;
	*datagram = impair->out.bytes;
	*len = impair->out.len;
	return true;
}
