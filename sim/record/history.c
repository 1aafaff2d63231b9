#include "record/history.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

enum {
	WORD = 4,
	WORDS = sizeof(struct tcb) / WORD,
	RANGE_WORDS = sizeof(struct held_range) / WORD,
	ALL_WORDS = sizeof(struct tcb_words) / WORD,
	GONE = ALL_WORDS + 1,
	NUMBERS_MAX = 8, /* bytes of an entry beside its words: the first number and the last */
	WORD_MAX = 2 + WORD,
	ENTRY_MAX = NUMBERS_MAX + ALL_WORDS * WORD_MAX,
};

_Static_assert(sizeof(struct tcb) % WORD == 0, "whole words");
_Static_assert(ALL_WORDS == WORDS + HELD_MAX * RANGE_WORDS, "no padding");
_Static_assert(GONE *WORD < 1 << 14, "a word's number takes 2 bytes at most");

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

static inline uint32_t word_at(const uint8_t *bytes, uint32_t word)
{
	uint32_t value;

	memcpy(&value, bytes + word * WORD, WORD);
	return value;
}

/* Where an entry is being written, and the word after the last one in it. */
struct entry {
	uint8_t *end;
	uint32_t next;
};

/* put_number() of one with 14 bits, without a branch: its length is hard to foretell. */
static inline uint8_t *put_short_number(uint8_t *out, uint32_t n)
{
	unsigned more = n >= 0x80;

	out[0] = (uint8_t)(n | more << 7);
	out[1] = (uint8_t)(n >> 7);
	return out + 1 + more;
}

static inline void put_word(struct entry *entry, uint8_t *old, uint32_t value, uint32_t word)
{
	uint32_t len = WORD - (uint32_t)__builtin_clz(value ^ word_at(old, word)) / 8;

	entry->end = put_short_number(entry->end, (word - entry->next) * WORD + len - 1);
	for (unsigned i = 0; i < WORD; i++)
		entry->end[i] = (uint8_t)(value >> 8 * i);
	entry->end += len;
	entry->next = word + 1;
	memcpy(old + word * WORD, &value, WORD);
}

/* ---- which words differ: a bit for each, in masks of 64 ---- */

enum { MASKS = (WORDS + 63) / 64 };

static void compare_plainly(const uint8_t *old, const uint8_t *new, uint64_t masks[MASKS])
{
	for (uint32_t from = 0; from < WORDS; from += 64) {
		uint32_t count = WORDS - from < 64 ? WORDS - from : 64;
		uint64_t mask = 0;

		if (memcmp(old + from * WORD, new + from *WORD, (size_t)count * WORD) != 0) {
			for (uint32_t i = 0; i < count; i++)
				mask |= (uint64_t)(word_at(old, from + i) != word_at(new, from + i))
					<< i;
		}
		masks[from / 64] = mask;
	}
}

#ifdef __x86_64__
enum { BLOCK = 32 }; /* words */

/* Eight words: all bits set where they are equal. */
__attribute__((target("avx2"))) static inline __m256i equal(const uint8_t *old, const uint8_t *new)
{
	return _mm256_cmpeq_epi32(_mm256_loadu_si256((const __m256i *)old),
				  _mm256_loadu_si256((const __m256i *)new));
}

/* Packing puts the upper halves of all four behind the lower ones. */
__attribute__((target("avx2"))) static inline uint32_t compare_block(const uint8_t *old,
								     const uint8_t *new)
{
	const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
	__m256i low = _mm256_packs_epi32(equal(old, new), equal(old + 32, new + 32));
	__m256i high = _mm256_packs_epi32(equal(old + 64, new + 64), equal(old + 96, new + 96));
	__m256i all = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(low, high), order);

	return ~(uint32_t)_mm256_movemask_epi8(all);
}

/* Without branches, which would be mispredicted more often than not, and without a loop, which
 * is half as long again. Where blocks do not fill a TCB the last one begins within the one before.
 */
__attribute__((target("avx2"))) static void compare_at_once(const uint8_t *old, const uint8_t *new,
							    uint64_t masks[MASKS])
{
	enum { WHOLE = WORDS / BLOCK * BLOCK, LAST = WORDS - BLOCK, REST = WORDS - WHOLE };

	memset(masks, 0, MASKS * sizeof *masks);
#pragma GCC unroll 16
	for (uint32_t i = 0; i < WHOLE; i += BLOCK)
		masks[i / 64] |= (uint64_t)compare_block(old + i * WORD, new + i *WORD) << i % 64;
	if (REST > 0) {
		uint64_t mask = compare_block(old + LAST * WORD, new + LAST *WORD);

		masks[WHOLE / 64] |= mask >> (BLOCK - REST) << WHOLE % 64;
	}
}
#endif

/* A good part of the time of a recorded run goes by here. */
static void compare(const uint8_t *old, const uint8_t *new, uint64_t masks[MASKS])
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2")) {
		compare_at_once(old, new, masks);
		return;
	}
#endif
	compare_plainly(old, new, masks);
}

/* Ranges that are no longer there become 0. Most often there are none, before or after. */
static void put_held(struct entry *entry, uint8_t *old, unsigned before, const struct held *held,
		     unsigned count)
{
	for (uint32_t i = 0; i < (before > count ? before : count) * RANGE_WORDS; i++) {
		const uint8_t *ranges = (const uint8_t *)held;
		uint32_t value = i < count * RANGE_WORDS ? word_at(ranges, i) : 0;

		if (value != word_at(old, WORDS + i))
			put_word(entry, old, value, WORDS + i);
	}
}

/* Writes the words of `tcb`, which differ from `now` where `masks` say so, and of `held` that
 * do, and makes `now` equal. */
static uint8_t *put_changes(uint8_t *out, const uint64_t masks[MASKS], struct tcb_words *now,
			    const struct tcb *tcb, const struct held *held)
{
	struct entry entry = {.end = out};
	unsigned before = now->tcb.rcv.held_count;
	uint8_t *old = (uint8_t *)now;
	const uint8_t *new = (const uint8_t *)tcb;

	for (uint32_t i = 0; i < MASKS; i++) {
		for (uint64_t mask = masks[i]; mask != 0; mask &= mask - 1) {
			uint32_t word = i * 64 + (uint32_t)__builtin_ctzll(mask);

			put_word(&entry, old, word_at(new, word), word);
		}
	}
	put_held(&entry, old, before, held, tcb->rcv.held_count);
	return put_short_number(entry.end, (ALL_WORDS - entry.next) * WORD);
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

/* Entries are written where they stay: to copy what was just written in small pieces is slow. */
static uint8_t *begin_entry(struct history *h, uint32_t event, uint32_t len_max)
{
	struct history_page *page = &h->pages[h->page_count - 1];

	h->open = memory_grow(h->open, &h->room, page->len + len_max, 1);
	page->bytes = h->open;
	return put_number(h->open + page->len, event - h->last_event);
}

static void end_entry(struct history *h, uint32_t event, const uint8_t *end)
{
	h->pages[h->page_count - 1].len = (uint32_t)(end - h->open);
	h->entries++;
	h->last_event = event;
}

static inline void begin_page_where_due(struct history *h, struct pool *pool, uint32_t event)
{
	assert(h->page_count == 0 || event >= h->last_event);
	if (h->page_count == 0 || h->entries == HISTORY_PAGE_ENTRIES)
		begin_page(h, pool, event);
}

static bool is_the_same(const struct tcb_words *now, const struct tcb *tcb, const struct held *held)
{
	return memcmp(&now->tcb, tcb, sizeof *tcb) == 0 &&
	       (tcb->rcv.held_count == 0 ||
		memcmp(now->held, held->ranges, tcb->rcv.held_count * sizeof *now->held) == 0);
}

/* Where there is room for the longest entry nothing is counted. A connection that does little
 * has less, though: there may be many of them. */
static uint32_t len_of_changes(const struct history *h, const uint64_t masks[MASKS],
			       const struct tcb *tcb)
{
	unsigned before = h->now->tcb.rcv.held_count;
	unsigned held = before > tcb->rcv.held_count ? before : tcb->rcv.held_count;
	uint32_t words = held * RANGE_WORDS;

	if (h->room - h->pages[h->page_count - 1].len >= ENTRY_MAX)
		return ENTRY_MAX;
	for (uint32_t i = 0; i < MASKS; i++)
		words += (uint32_t)__builtin_popcountll(masks[i]);
	return NUMBERS_MAX + words * WORD_MAX;
}

/* Nothing may have changed: the entry still tells where a call of the engine ended. */
void history_set(struct history *h, struct pool *pool, uint32_t event, const struct tcb *tcb,
		 const struct held *held)
{
	uint64_t masks[MASKS];
	uint8_t *end;

	if (h->now != NULL && event == h->last_event && is_the_same(h->now, tcb, held))
		return;
	begin_page_where_due(h, pool, event);
	if (h->now == NULL) {
		h->now = memory_get(sizeof *h->now);
		memset(h->now, 0, sizeof *h->now);
	}
	compare((const uint8_t *)h->now, (const uint8_t *)tcb, masks);
	end = begin_entry(h, event, len_of_changes(h, masks, tcb));
	end_entry(h, event, put_changes(end, masks, h->now, tcb, held));
}

void history_drop(struct history *h, struct pool *pool, uint32_t event)
{
	uint8_t *end;

	if (h->now == NULL)
		return;
	begin_page_where_due(h, pool, event);
	free(h->now);
	h->now = NULL;
	end = begin_entry(h, event, NUMBERS_MAX);
	end_entry(h, event, put_short_number(end, GONE * WORD));
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

/* The low `len` bytes of a word, of which the others stay as they are. */
static const uint8_t *get_word(const uint8_t *at, uint32_t len, uint8_t *word)
{
	uint32_t value = word_at(word, 0);

	for (unsigned i = 0; i < len; i++)
		value = (value & ~(0xffu << 8 * i)) | (uint32_t)at[i] << 8 * i;
	memcpy(word, &value, WORD);
	return at + len;
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
		memset(&walk->now, 0, sizeof walk->now);
	}

	const uint8_t *at = h->pages[walk->page].bytes + walk->at;

	walk->event += get_number(&at);

	uint32_t number = get_number(&at);
	uint32_t word = number / WORD;

	walk->exists = word != GONE;
	if (!walk->exists)
		memset(&walk->now, 0, sizeof walk->now);
	while (word < ALL_WORDS) {
		at = get_word(at, number % WORD + 1, (uint8_t *)&walk->now + word * WORD);
		number = get_number(&at);
		word += 1 + number / WORD;
	}
	walk->at = (size_t)(at - h->pages[walk->page].bytes);
	return true;
}

bool history_at(const struct history *h, uint32_t event, struct tcb_walk *walk)
{
	history_walk(walk, h, event);
	while (tcb_walk_peek(walk) <= event && tcb_walk_next(walk)) {
	}
	return walk->exists;
}
