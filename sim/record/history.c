#include "record/history.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
	WORD = 4,
	WORDS = sizeof(struct tcb) / WORD,
	GONE = WORDS + 1,
	ENTRY_MAX = 16 + WORDS * (2 + WORD),
};

_Static_assert(sizeof(struct tcb) % WORD == 0, "whole words");
_Static_assert(GONE < 1 << 14, "numbers of words take 2 bytes at most");

void history_free(struct history *h)
{
	free(h->pages);
	free(h->open);
	free(h->now);
	*h = (struct history){0};
}

size_t history_size(const struct history *h)
{
	return h->page_capacity * sizeof *h->pages + h->room +
	       (h->now != NULL ? sizeof *h->now : 0);
}

/* ---- writing ---- */

static uint8_t *put_number(uint8_t *out, uint32_t n)
{
	for (; n >= 0x80; n >>= 7)
		*out++ = (uint8_t)(n | 0x80);
	*out++ = (uint8_t)n;
	return out;
}

#ifdef __SSE2__
/* Four words from word `i` on: all bits set where they are equal. */
static inline __m128i equal(const uint8_t *old, const uint8_t *new, size_t i)
{
	return _mm_cmpeq_epi32(_mm_loadu_si128((const __m128i *)(old + i * WORD)),
			       _mm_loadu_si128((const __m128i *)(new + i *WORD)));
}
#endif

/* A bit for each of up to 64 words that differ. Without branches, which would be mispredicted
 * more often than not; a fifth of the time of a recorded run goes by here. */
static uint64_t differences(const uint8_t *old, const uint8_t *new, size_t words)
{
	uint64_t mask = 0;
	size_t i = 0;

#ifdef __SSE2__
	for (; i + 16 <= words; i += 16) {
		__m128i low = _mm_packs_epi32(equal(old, new, i), equal(old, new, i + 4));
		__m128i high = _mm_packs_epi32(equal(old, new, i + 8), equal(old, new, i + 12));

		mask |= (uint64_t)(~_mm_movemask_epi8(_mm_packs_epi16(low, high)) & 0xffff) << i;
	}
#endif
	for (; i < words; i++) {
		uint32_t a;
		uint32_t b;

		memcpy(&a, old + i * WORD, WORD);
		memcpy(&b, new + i *WORD, WORD);
		mask |= (uint64_t)(a != b) << i;
	}
	return mask;
}

/* Where an entry is being written, and the word after the last one in it. */
struct entry {
	uint8_t *end;
	uint32_t next;
};

/* Writes the words of `new` in bytes from … to−1 that differ from `old`, and makes them equal. */
static void put_changes(struct entry *entry, uint8_t *old, const uint8_t *new, size_t from,
			size_t to)
{
	for (; from < to; from += 64 * WORD) {
		size_t words = (to - from) / WORD;
		uint64_t mask = differences(old + from, new + from, words < 64 ? words : 64);

		for (; mask != 0; mask &= mask - 1) {
			uint32_t word = (uint32_t)(from / WORD) + (uint32_t)__builtin_ctzll(mask);

			entry->end = put_number(entry->end, word - entry->next);
			memcpy(entry->end, new + word *WORD, WORD);
			memcpy(old + word * WORD, new + word *WORD, WORD);
			entry->end += WORD;
			entry->next = word + 1;
		}
	}
}

/* The ranges that are held out of order are nearly half of a TCB, and seldom change. */
static uint8_t *put_all_changes(uint8_t *out, struct tcb *old, const struct tcb *new)
{
	enum { HELD = offsetof(struct tcb, rcv.held), AFTER = HELD + sizeof new->rcv.held };
	struct entry entry = {.end = out};

	put_changes(&entry, (uint8_t *)old, (const uint8_t *)new, 0, HELD);
	if (memcmp(old->rcv.held, new->rcv.held, sizeof new->rcv.held) != 0)
		put_changes(&entry, (uint8_t *)old, (const uint8_t *)new, HELD, AFTER);
	put_changes(&entry, (uint8_t *)old, (const uint8_t *)new, AFTER, sizeof *new);
	return put_number(entry.end, WORDS - entry.next);
}

static void begin_page(struct history *h, struct pool *pool, uint32_t event)
{
	if (h->page_count > 0) {
		struct history_page *full = &h->pages[h->page_count - 1];

		full->bytes = memcpy(pool_get(pool, full->len), h->open, full->len);
	}
	h->pages = memory_grow(h->pages, &h->page_capacity, h->page_count + 1, sizeof *h->pages);
	h->pages[h->page_count++] = (struct history_page){.bytes = h->open, .first_event = event};
	h->entries = 0;
	h->last_event = event;
	if (h->now != NULL)
		memset(h->now, 0, sizeof *h->now);
}

static void add_entry(struct history *h, uint32_t event, const uint8_t *bytes, size_t len)
{
	struct history_page *page = &h->pages[h->page_count - 1];

	h->open = memory_grow(h->open, &h->room, page->len + (uint32_t)len, 1);
	memcpy(h->open + page->len, bytes, len);
	page->bytes = h->open;
	page->len += (uint32_t)len;
	h->entries++;
	h->last_event = event;
}

static void begin_page_where_due(struct history *h, struct pool *pool, uint32_t event)
{
	assert(h->page_count == 0 || event >= h->last_event);
	if (h->page_count == 0 || h->entries == HISTORY_PAGE_ENTRIES)
		begin_page(h, pool, event);
}

/* Nothing may have changed: the entry still tells where a call of the engine ended. */
void history_set(struct history *h, struct pool *pool, uint32_t event, const struct tcb *tcb)
{
	uint8_t entry[ENTRY_MAX];

	if (h->now != NULL && event == h->last_event && memcmp(h->now, tcb, sizeof *tcb) == 0)
		return;
	begin_page_where_due(h, pool, event);
	if (h->now == NULL) {
		h->now = memory_get(sizeof *h->now);
		memset(h->now, 0, sizeof *h->now);
	}

	uint8_t *end = put_number(entry, event - h->last_event);

	end = put_all_changes(end, h->now, tcb);
	add_entry(h, event, entry, (size_t)(end - entry));
}

void history_drop(struct history *h, struct pool *pool, uint32_t event)
{
	uint8_t entry[8];

	if (h->now == NULL)
		return;
	begin_page_where_due(h, pool, event);
	free(h->now);
	h->now = NULL;

	uint8_t *end = put_number(entry, event - h->last_event);

	end = put_number(end, GONE);
	add_entry(h, event, entry, (size_t)(end - entry));
}

/* ---- reading ---- */

static uint32_t get_number(const uint8_t **at)
{
	uint32_t n = 0;

	for (unsigned shift = 0;; shift += 7) {
		uint8_t byte = *(*at)++;

		n |= (uint32_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return n;
	}
}

void history_walk(struct tcb_walk *walk, const struct history *h, uint32_t event)
{
	uint32_t low = 0;
	uint32_t high = h->page_count;

	while (low < high) { /* the first page that starts after the event */
		uint32_t middle = low + (high - low) / 2;

		if (h->pages[middle].first_event <= event)
			low = middle + 1;
		else
			high = middle;
	}
	*walk = (struct tcb_walk){.history = h, .page = low > 0 ? low - 1 : 0};
	if (walk->page < h->page_count)
		walk->event = h->pages[walk->page].first_event;
}

uint32_t tcb_walk_peek(const struct tcb_walk *walk)
{
	const struct history *h = walk->history;

	if (walk->page >= h->page_count)
		return UINT32_MAX;

	const struct history_page *page = &h->pages[walk->page];
	const uint8_t *at = page->bytes + walk->at;

	if (walk->at < page->len)
		return walk->event + get_number(&at);
	return walk->page + 1 < h->page_count ? page[1].first_event : UINT32_MAX;
}

bool tcb_walk_next(struct tcb_walk *walk)
{
	const struct history *h = walk->history;

	if (tcb_walk_peek(walk) == UINT32_MAX)
		return false;
	if (walk->at == h->pages[walk->page].len) {
		walk->at = 0;
		walk->event = h->pages[++walk->page].first_event;
		memset(&walk->tcb, 0, sizeof walk->tcb);
	}

	const uint8_t *at = h->pages[walk->page].bytes + walk->at;

	walk->event += get_number(&at);

	uint32_t word = get_number(&at);

	walk->exists = word != GONE;
	if (!walk->exists)
		memset(&walk->tcb, 0, sizeof walk->tcb);
	while (word < WORDS) {
		memcpy((uint8_t *)&walk->tcb + word * WORD, at, WORD);
		at += WORD;
		word += 1 + get_number(&at);
	}
	walk->at = (size_t)(at - h->pages[walk->page].bytes);
	return true;
}

bool history_at(const struct history *h, uint32_t event, struct tcb *out)
{
	struct tcb_walk walk;

	history_walk(&walk, h, event);
	while (tcb_walk_peek(&walk) <= event && tcb_walk_next(&walk)) {
	}
	*out = walk.tcb;
	return walk.exists;
}
