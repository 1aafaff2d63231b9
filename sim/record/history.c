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

/* Compiled for the processor that the caller is compiled for. */
#define INLINED __attribute__((always_inline)) static inline

/* Writes the word, which is another than in `now`, and makes it equal there. */
INLINED struct entry put_word(struct entry entry, struct tcb_words *now, uint32_t word,
			      uint32_t value)
{
	uint8_t *old = (uint8_t *)now + word * WORD;
	uint32_t changed = value ^ word_at(old, 0);
	uint32_t less = (31 - (uint32_t)__builtin_clz(changed)) / 8; /* its length − 1 */

	entry.end = put_short_number(entry.end, (word - entry.next) * WORD + less);
	for (unsigned i = 0; i < WORD; i++)
		entry.end[i] = (uint8_t)(value >> 8 * i);
	entry.end += 1 + less;
	entry.next = word + 1;
	memcpy(old, &value, WORD);
	return entry;
}

/* Ranges that are no longer there become 0. Most often there are none, before or after. */
static struct entry put_held(struct entry entry, struct tcb_words *now, unsigned before,
			     const struct held *held, unsigned count)
{
	for (uint32_t i = 0; i < (before > count ? before : count) * RANGE_WORDS; i++) {
		uint32_t value = i < count * RANGE_WORDS ? word_at((const uint8_t *)held, i) : 0;

		if (value != word_at((const uint8_t *)now, WORDS + i))
			entry = put_word(entry, now, WORDS + i, value);
	}
	return entry;
}

/* ---- which words differ: a bit for each of a block ---- */

enum { BLOCK = 32 }; /* words */

/* Writes the words from `first` on that differ from `now` where `mask` says so, and makes `now`
 * equal. */
INLINED struct entry put_block(struct entry entry, struct tcb_words *now, const struct tcb *tcb,
			       uint32_t first, uint32_t mask)
{
	for (; mask != 0; mask &= mask - 1) {
		uint32_t word = first + (uint32_t)__builtin_ctz(mask);

		entry = put_word(entry, now, word, word_at((const uint8_t *)tcb, word));
	}
	return entry;
}

static struct entry put_plainly(struct entry entry, struct tcb_words *now, const struct tcb *tcb)
{
	for (uint32_t first = 0; first < WORDS; first += BLOCK) {
		const uint8_t *old = &((const uint8_t *)now)[first * WORD];
		const uint8_t *new = &((const uint8_t *)tcb)[first * WORD];
		uint32_t count = WORDS - first < BLOCK ? WORDS - first : BLOCK;
		uint32_t mask = 0;

		if (memcmp(old, new, (size_t)count * WORD) == 0)
			continue;
		for (uint32_t i = 0; i < count; i++)
			mask |= (uint32_t)(word_at(old, i) != word_at(new, i)) << i;
		entry = put_block(entry, now, tcb, first, mask);
	}
	return entry;
}

#ifdef __x86_64__
#define AT_ONCE __attribute__((target("avx2,bmi")))

/* Eight words: all bits set where they are equal. */
AT_ONCE static inline __m256i equal(const uint8_t *old, const uint8_t *new)
{
	return _mm256_cmpeq_epi32(_mm256_loadu_si256((const __m256i *)old),
				  _mm256_loadu_si256((const __m256i *)new));
}

/* Packing puts the upper halves of all four behind the lower ones. */
AT_ONCE static inline uint32_t compare_block(const struct tcb_words *now, const struct tcb *tcb,
					     uint32_t first)
{
	const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
	const uint8_t *old = &((const uint8_t *)now)[first * WORD];
	const uint8_t *new = &((const uint8_t *)tcb)[first * WORD];
	__m256i low = _mm256_packs_epi32(equal(old, new), equal(old + 32, new + 32));
	__m256i high = _mm256_packs_epi32(equal(old + 64, new + 64), equal(old + 96, new + 96));
	__m256i all = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(low, high), order);

	return ~(uint32_t)_mm256_movemask_epi8(all);
}

/* Without a loop, which is half as long again. Where blocks do not fill a TCB the last one begins
 * within the one before. */
AT_ONCE static struct entry put_at_once(struct entry entry, struct tcb_words *now,
					const struct tcb *tcb)
{
	enum { LAST = WORDS - BLOCK };

#pragma GCC unroll 16
	for (uint32_t i = 0; i < LAST; i += BLOCK)
		entry = put_block(entry, now, tcb, i, compare_block(now, tcb, i));
	return put_block(entry, now, tcb, LAST, compare_block(now, tcb, LAST));
}
#endif

/* A good part of the time of a recorded run goes by here. */
static struct entry put_tcb(struct entry entry, struct tcb_words *now, const struct tcb *tcb)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi"))
		return put_at_once(entry, now, tcb);
#endif
	return put_plainly(entry, now, tcb);
}

/* Writes what of `tcb` and `held` differs from `now`, and makes `now` equal. */
static uint8_t *put_changes(uint8_t *out, struct tcb_words *now, const struct tcb *tcb,
			    const struct held *held)
{
	unsigned before = now->tcb.rcv.held_count;
	struct entry entry = put_tcb((struct entry){.end = out}, now, tcb);

	if ((before | tcb->rcv.held_count) != 0)
		entry = put_held(entry, now, before, held, tcb->rcv.held_count);
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

static uint32_t count_changes(const struct tcb_words *now, const struct tcb *tcb)
{
	uint32_t changed = 0;

	for (uint32_t i = 0; i < WORDS; i++)
		changed += word_at((const uint8_t *)now, i) != word_at((const uint8_t *)tcb, i);
	return changed;
}

/* Where there is room for the longest entry nothing is counted. A connection that does little
 * has less, though: there may be many of them. */
static uint32_t len_of_changes(const struct history *h, const struct tcb *tcb)
{
	unsigned before = h->now->tcb.rcv.held_count;
	unsigned held = before > tcb->rcv.held_count ? before : tcb->rcv.held_count;
	uint32_t len = NUMBERS_MAX + held * RANGE_WORDS * WORD_MAX;

	if (h->room - h->pages[h->page_count - 1].len >= len + WORDS * WORD_MAX)
		return len + WORDS * WORD_MAX;
	return len + count_changes(h->now, tcb) * WORD_MAX;
}

/* Nothing may have changed: the entry still tells where a call of the engine ended. */
void history_set(struct history *h, struct pool *pool, uint32_t event, const struct tcb *tcb,
		 const struct held *held)
{
	uint8_t *end;

	if (h->now != NULL && event == h->last_event && is_the_same(h->now, tcb, held))
		return;
	begin_page_where_due(h, pool, event);
	if (h->now == NULL) {
		h->now = memory_get(sizeof *h->now);
		memset(h->now, 0, sizeof *h->now);
	}
	end = begin_entry(h, event, len_of_changes(h, tcb));
	end_entry(h, event, put_changes(end, h->now, tcb, held));
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
