/* memory.h — memory for what only grows.
 *
 * Plain allocations that never fail; a pool, whose pieces are freed all at
 * once; a pile of equal items and a heap of byte strings, both cut from a
 * pool. What is put on a pile or a heap stays where it is, so pointers to it
 * hold as long as the pool. Running out of memory ends
 * the program with a line on stderr: we are a lab, not a database. */
#ifndef TCPLAB_RECORD_MEMORY_H
#define TCPLAB_RECORD_MEMORY_H

#include <stddef.h>
#include <stdint.h>

void *memory_get(size_t size);
void *memory_resize(void *old, size_t size); /* `old` may be NULL */

/* Room for at least `needed` items of an array that grows by doubling. */
void *memory_grow(void *items, uint32_t *capacity, uint32_t needed, size_t item);

/* Pieces of memory that live equally long. */
struct pool {
	void **blocks;
	uint32_t count;
	uint32_t capacity;
	size_t used; /* of the last block */
	size_t room; /* of the last block */
	size_t size; /* of all blocks */
};

void pool_free(struct pool *pool);
void *pool_get(struct pool *pool, size_t size); /* aligned to 16 bytes */

/* Items of one size, in chunks of 2^shift. Begin with pile_of(). */
struct pile {
	uint8_t **chunks;
	uint8_t *next; /* of the last chunk: for the next item, where there is room */
	uint32_t chunk_count;
	uint32_t chunk_capacity;
	uint32_t count;
	uint32_t item;
	uint32_t shift;
};

static inline struct pile pile_of(size_t item, unsigned shift)
{
	return (struct pile){.item = (uint32_t)item, .shift = shift};
}

void pile_free(struct pile *p);
static inline void *pile_at(const struct pile *p, uint32_t n)
{
	return p->chunks[n >> p->shift] + (size_t)(n & ((1u << p->shift) - 1)) * p->item;
}

void pile_grow(struct pile *p, struct pool *pool); /* by a chunk */

/* One more item, not yet set. */
static inline void *pile_add(struct pile *p, struct pool *pool)
{
	if ((p->count & ((1u << p->shift) - 1)) == 0)
		pile_grow(p, pool);

	void *item = p->next;

	p->next += p->item;
	p->count++;
	return item;
}

/* Byte strings, found again by the number that heap_add() returned. */
enum { HEAP_PAGE = 1 << 16 }; /* a number is that of a page times this, and the place in it */

struct heap_page {
	uint8_t *bytes;
	size_t len; /* used */
};

struct heap {
	struct heap_page *pages;
	uint32_t page_count;
	uint32_t page_capacity;
};

void heap_free(struct heap *h);
uint32_t heap_add(struct heap *h, struct pool *pool, const void *bytes, size_t len);
/* Room for `len` bytes, which the caller writes; its number is in *number. */
uint8_t *heap_take(struct heap *h, struct pool *pool, size_t len, uint32_t *number);

static inline const uint8_t *heap_at(const struct heap *h, uint32_t number)
{
	return h->pages[number / HEAP_PAGE].bytes + number % HEAP_PAGE;
}

#endif
