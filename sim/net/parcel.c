#include "net/parcel.h"

#include <assert.h>
#include <stdlib.h>

#include "record/memory.h"

/* Parcels begin where a line of the cache does: then what is asked of one on its way is in one. */
enum { PARCELS_A_SLAB = 64, LINE = 64 };

struct slab {
	struct slab *next;
};

struct parcel_pool parcel_pool_of(uint32_t size)
{
	uint32_t each = (uint32_t)sizeof(struct parcel) + size;

	return (struct parcel_pool){.size = (each + LINE - 1) / LINE * LINE -
					    (uint32_t)sizeof(struct parcel)};
}

void parcel_pool_free(struct parcel_pool *pool)
{
	struct slab *slab = pool->slabs;

	while (slab != NULL) {
		struct slab *next = slab->next;

		free(slab);
		slab = next;
	}
	*pool = parcel_pool_of(pool->size);
}

static void add_slab(struct parcel_pool *pool)
{
	size_t each = sizeof(struct parcel) + pool->size;
	struct slab *slab = memory_get(2 * LINE + PARCELS_A_SLAB * each);
	unsigned char *at = (unsigned char *)slab + 2 * LINE - (uintptr_t)slab % LINE;

	slab->next = pool->slabs;
	pool->slabs = slab;
	for (unsigned i = PARCELS_A_SLAB; i-- > 0;) {
		struct parcel *parcel = (struct parcel *)(void *)(at + i * each);

		parcel->next = pool->free;
		pool->free = parcel;
	}
	pool->made += PARCELS_A_SLAB;
}

struct parcel *parcel_take(struct parcel_pool *pool)
{
	struct parcel *parcel;

	if (pool->free == NULL)
		add_slab(pool);
	parcel = pool->free;
	pool->free = parcel->next;
	parcel->next = NULL;
	parcel->hop = 0;
	pool->out++;
	return parcel;
}

void parcel_give_back(struct parcel_pool *pool, struct parcel *parcel)
{
	assert(pool->out > 0);
	pool->out--;
	parcel->next = pool->free;
	pool->free = parcel;
}
