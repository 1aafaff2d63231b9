#include "net/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

enum { STORE_SIZE_MIN = 4096 };

void store_free(struct store *s)
{
	free(s->ring);
	*s = (struct store){0};
}

void store_shrink(struct store *s)
{
	if (s->ring == NULL)
		return;
	free(s->ring);
	s->ring = NULL;
	s->size = 0;
}

/* Copies between the ring and a line of memory, around the ring's end. */
static void copy_in(uint8_t *ring, uint32_t size, int64_t offset, const uint8_t *from, uint32_t len)
{
	uint32_t at = (uint32_t)offset & (size - 1);
	uint32_t first = len < size - at ? len : size - at;

	memcpy(ring + at, from, first);
	if (first < len)
		memcpy(ring, from + first, len - first);
}

/* All of the old ring moves: which of it is meaningful, only the TCB knows. */
static void make_room(struct store *s, int64_t needed)
{
	uint32_t size = s->size > 0 ? s->size : STORE_SIZE_MIN;
	uint8_t *ring;

	assert(needed <= INT64_C(1) << 31);
	while (size < needed)
		size *= 2;
	ring = memory_get(size);
	if (s->size > 0) {
		uint32_t at = (uint32_t)s->taken & (s->size - 1);

		copy_in(ring, size, s->taken, s->ring + at, s->size - at);
		copy_in(ring, size, s->taken + (s->size - at), s->ring, at);
	}
	free(s->ring);
	s->ring = ring;
	s->size = size;
}

void store_put(struct store *s, int64_t offset, const uint8_t *octets, uint32_t len)
{
	int64_t needed = offset + len - s->taken;

	assert(offset >= s->taken);
	if (needed > s->size)
		make_room(s, needed);
	copy_in(s->ring, s->size, offset, octets, len);
}

void store_lend(struct store *s, const uint8_t *octets, uint32_t len)
{
	assert(s->lent_len == 0);
	s->lent = octets;
	s->lent_len = len;
}

void store_keep(struct store *s)
{
	uint32_t len = s->lent_len;

	s->lent_len = 0;
	if (len > 0)
		store_put(s, s->taken, s->lent, len);
}

const uint8_t *store_peek(const struct store *s, uint32_t max, uint32_t *len)
{
	uint32_t at = (uint32_t)s->taken & (s->size - 1);

	if (s->lent_len > 0) {
		*len = max < s->lent_len ? max : s->lent_len;
		return s->lent;
	}
	*len = max < s->size - at ? max : s->size - at;
	return s->ring + at;
}

void store_take(struct store *s, uint32_t len)
{
	if (s->lent_len > 0) {
		assert(len <= s->lent_len);
		s->lent += len;
		s->lent_len -= len;
	}
	s->taken += len;
}
