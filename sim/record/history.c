#include "record/history.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	WORD = 4,
	WORDS = sizeof(struct tcb) / WORD,
	GONE = WORDS + 1,
	ENTRY_MAX = 16 + WORDS * (2 + WORD),
};

_Static_assert(sizeof(struct tcb) % 8 == 0, "compared in steps of 8 bytes");
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

/* 1 where the words of 8 bytes at index `i` differ. */
static uint64_t differ(const uint8_t *old, const uint8_t *new, size_t i)
{
	uint64_t a;
	uint64_t b;

	memcpy(&a, old + i * 8, 8);
	memcpy(&b, new + i * 8, 8);
	return a != b;
}

/* A bit for each of up to 64 words of 8 bytes that differ; without branches, which would be
 * mispredicted more often than not. */
static uint64_t differences(const uint8_t *old, const uint8_t *new, size_t words)
{
	uint64_t mask = 0;
	size_t i = 0;

	for (; i + 4 <= words; i += 4)
		mask |= (differ(old, new, i) | differ(old, new, i + 1) << 1 |
			 differ(old, new, i + 2) << 2 | differ(old, new, i + 3) << 3)
			<< i;
	for (; i < words; i++)
		mask |= differ(old, new, i) << i;
	return mask;
}

/* Where an entry is being written, and the word after the last one in it. */
struct entry {
	uint8_t *end;
	uint32_t next;
};

static void put_word(struct entry *entry, uint8_t *old, const uint8_t *new, size_t at)
{
	if (memcmp(old + at, new + at, WORD) == 0)
		return;
	entry->end = put_number(entry->end, (uint32_t)(at / WORD) - entry->next);
	memcpy(entry->end, new + at, WORD);
	memcpy(old + at, new + at, WORD);
	entry->end += WORD;
	entry->next = (uint32_t)(at / WORD) + 1;
}

/* Writes the words of `new` that differ from `old`, and makes them equal. */
static uint8_t *put_changes(uint8_t *out, uint8_t *old, const uint8_t *new)
{
	struct entry entry = {.end = out};

	for (size_t from = 0; from < sizeof(struct tcb); from += 64 * 8) {
		size_t words = (sizeof(struct tcb) - from) / 8;
		uint64_t mask = differences(old + from, new + from, words < 64 ? words : 64);

		for (; mask != 0; mask &= mask - 1) {
			size_t at = from + (size_t)__builtin_ctzll(mask) * 8;

			put_word(&entry, old, new, at);
			put_word(&entry, old, new, at + WORD);
		}
	}
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

	begin_page_where_due(h, pool, event);
	if (h->now == NULL) {
		h->now = memory_get(sizeof *h->now);
		memset(h->now, 0, sizeof *h->now);
	}

	uint8_t *end = put_number(entry, event - h->last_event);

	end = put_changes(end, (uint8_t *)h->now, (const uint8_t *)tcb);
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
