#include "record/memory.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { EXIT_NO_MEMORY = 3 }; /* the environment lacks something */

static void out_of_memory(size_t size)
{
	fprintf(stderr, "tcplab: out of memory: %zu bytes more are needed\n", size);
	exit(EXIT_NO_MEMORY);
}

void *memory_resize(void *old, size_t size)
{
	void *p = realloc(old, size > 0 ? size : 1);

	if (p == NULL)
		out_of_memory(size);
	return p;
}

void *memory_get(size_t size)
{
	return memory_resize(NULL, size);
}

void *memory_grow(void *items, uint32_t *capacity, uint32_t needed, size_t item)
{
	uint64_t room = *capacity > 0 ? *capacity : 4;

	if (needed <= *capacity)
		return items;
	while (room < needed)
		room *= 2;
	if (room > UINT32_MAX)
		room = UINT32_MAX;
	*capacity = (uint32_t)room;
	return memory_resize(items, (size_t)room * item);
}

/* ---- pool ---- */

enum { BLOCK_MIN = 1 << 16, BLOCK_MAX = 1 << 21, PIECE = 16 };

void pool_free(struct pool *pool)
{
	for (uint32_t i = 0; i < pool->count; i++)
		free(pool->blocks[i]);
	free(pool->blocks);
	*pool = (struct pool){0};
}

/* All of a block will be written to. To have its pages at once takes the kernel about half as long
 * as to find one by one that they are missing, which it does where it does not know this call. */
static void get_pages(void *block, size_t size)
{
#ifdef MADV_POPULATE_WRITE
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t first = ((uintptr_t)block + page - 1) / page * page;
	uintptr_t end = ((uintptr_t)block + size) / page * page;

	if (first < end)
		madvise((void *)first, end - first, MADV_POPULATE_WRITE);
#else
	(void)block;
	(void)size;
#endif
}

/* Blocks double in size up to BLOCK_MAX. Huge pages are not asked for: they come five times as
 * fast as small ones where the machine has some at hand, but as slowly as that again where a
 * virtual machine must first have them back from its host. */
static void add_block(struct pool *pool, size_t needed)
{
	size_t room = pool->count == 0 ? BLOCK_MIN : pool->room * 2;

	if (room > BLOCK_MAX)
		room = BLOCK_MAX;
	if (room < needed)
		room = needed;
	pool->blocks =
		memory_grow(pool->blocks, &pool->capacity, pool->count + 1, sizeof *pool->blocks);
	pool->blocks[pool->count++] = memory_get(room);
	get_pages(pool->blocks[pool->count - 1], room);
	pool->room = room;
	pool->used = 0;
	pool->size += room;
}

void *pool_get(struct pool *pool, size_t size)
{
	size = (size + PIECE - 1) / PIECE * PIECE;
	if (pool->room - pool->used < size)
		add_block(pool, size);

	void *piece = (uint8_t *)pool->blocks[pool->count - 1] + pool->used;

	pool->used += size;
	return piece;
}

/* ---- pile ---- */

void pile_free(struct pile *p)
{
	free(p->chunks);
	*p = pile_of(p->item, p->shift);
}

void pile_grow(struct pile *p, struct pool *pool)
{
	/* The highest number means "none". */
	assert(p->chunk_count < UINT32_MAX >> p->shift);
	p->chunks =
		memory_grow(p->chunks, &p->chunk_capacity, p->chunk_count + 1, sizeof *p->chunks);
	p->next = p->chunks[p->chunk_count++] = pool_get(pool, (size_t)p->item << p->shift);
}

/* ---- heap ---- */

void heap_free(struct heap *h)
{
	free(h->pages);
	*h = (struct heap){0};
}

/* A string that is longer than a page gets a page of its own, on which nothing follows. */
static struct heap_page *page_for(struct heap *h, struct pool *pool, size_t len)
{
	struct heap_page *last = h->page_count > 0 ? &h->pages[h->page_count - 1] : NULL;

	if (last != NULL && last->len < HEAP_PAGE && last->len + len <= HEAP_PAGE)
		return last;
	assert(h->page_count < UINT32_MAX / HEAP_PAGE);
	h->pages = memory_grow(h->pages, &h->page_capacity, h->page_count + 1, sizeof *h->pages);
	last = &h->pages[h->page_count++];
	*last = (struct heap_page){.bytes = pool_get(pool, len > HEAP_PAGE ? len : HEAP_PAGE)};
	return last;
}

uint8_t *heap_take(struct heap *h, struct pool *pool, size_t len, uint32_t *number)
{
	struct heap_page *page = page_for(h, pool, len);
	uint8_t *bytes = page->bytes + page->len;

	*number = (h->page_count - 1) * HEAP_PAGE + (uint32_t)page->len;
	page->len += len;
	return bytes;
}

uint32_t heap_add(struct heap *h, struct pool *pool, const void *bytes, size_t len)
{
	uint32_t number;

	memcpy(heap_take(h, pool, len, &number), bytes, len);
	return number;
}
