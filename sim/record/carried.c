#include "record/carried.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

enum {
	BLOCK_MAX = 256,
	/* A segment that covers more old ranges than this (a capture can hold such) leaves the
	 * holes between the rest of them unmarked, so that the work stays bounded. */
	COVER_MAX = 64,
};

#define NO_PACKET UINT32_MAX

struct carried_block {
	struct carried_range *ranges;
	uint32_t count;
	uint32_t capacity;
};

/* A place among the ranges; block == count is the end. */
struct place {
	uint32_t block;
	uint32_t range;
};

void carried_free(struct carried *c)
{
	for (uint32_t i = 0; i < c->count; i++)
		free(c->blocks[i].ranges);
	free(c->blocks);
	*c = (struct carried){0};
}

static struct carried_range *range_at(const struct carried *c, struct place place)
{
	return place.block < c->count ? &c->blocks[place.block].ranges[place.range] : NULL;
}

static int64_t right_of(const struct carried_range *range)
{
	return range->left + range->len;
}

static struct carried_range range_of(int64_t left, int64_t right, uint32_t packet)
{
	return (struct carried_range){left, (uint32_t)(right - left), packet};
}

/* The first range that ends after `position`. */
static struct place find(const struct carried *c, int64_t position)
{
	uint32_t low = 0;
	uint32_t high = c->count;
	struct place place;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct carried_block *block = &c->blocks[middle];

		if (right_of(&block->ranges[block->count - 1]) <= position)
			low = middle + 1;
		else
			high = middle;
	}
	place = (struct place){.block = low};
	if (low == c->count)
		return place;
	high = c->blocks[low].count - 1;
	for (low = 0; low < high;) {
		uint32_t middle = low + (high - low) / 2;

		if (right_of(&c->blocks[place.block].ranges[middle]) <= position)
			low = middle + 1;
		else
			high = middle;
	}
	place.range = low;
	return place;
}

static struct carried_block *add_block(struct carried *c, uint32_t at)
{
	c->size -= c->capacity * sizeof *c->blocks;
	c->blocks = memory_grow(c->blocks, &c->capacity, c->count + 1, sizeof *c->blocks);
	c->size += c->capacity * sizeof *c->blocks;
	memmove(&c->blocks[at + 1], &c->blocks[at], (c->count - at) * sizeof *c->blocks);
	c->blocks[at] = (struct carried_block){0};
	c->count++;
	return &c->blocks[at];
}

static void grow_block(struct carried *c, struct carried_block *block, uint32_t needed)
{
	c->size -= block->capacity * sizeof *block->ranges;
	block->ranges = memory_grow(block->ranges, &block->capacity, needed, sizeof *block->ranges);
	c->size += block->capacity * sizeof *block->ranges;
}

/* A full block gives its upper half to a new one after it. */
static void split(struct carried *c, uint32_t at)
{
	struct carried_block *upper = add_block(c, at + 1);
	struct carried_block *lower = &c->blocks[at];
	uint32_t half = lower->count / 2;

	grow_block(c, upper, BLOCK_MAX);
	upper->count = lower->count - half;
	memcpy(upper->ranges, lower->ranges + half, upper->count * sizeof *upper->ranges);
	lower->count = half;
}

/* Puts a range before `place`, or at the very end. */
static void insert(struct carried *c, struct place place, struct carried_range range)
{
	struct carried_block *block;

	if (place.block == c->count) {
		if (c->count == 0 || c->blocks[c->count - 1].count == BLOCK_MAX)
			add_block(c, c->count);
		place = (struct place){c->count - 1, c->blocks[c->count - 1].count};
	} else if (c->blocks[place.block].count == BLOCK_MAX) {
		split(c, place.block);
		if (place.range > c->blocks[place.block].count) {
			place.range -= c->blocks[place.block].count;
			place.block++;
		}
	}
	block = &c->blocks[place.block];
	grow_block(c, block, block->count + 1);
	memmove(&block->ranges[place.range + 1], &block->ranges[place.range],
		(block->count - place.range) * sizeof range);
	block->ranges[place.range] = range;
	block->count++;
}

/* Marks left … right−1, which may touch ranges that are there already; these stay. */
static uint32_t cover(struct carried *c, int64_t left, int64_t right, uint32_t packet)
{
	uint32_t first = NO_PACKET;

	for (int i = 0; i < COVER_MAX && left < right; i++) {
		struct place place = find(c, left);
		const struct carried_range *next = range_at(c, place);
		int64_t hole = next != NULL && next->left < right ? next->left : right;

		if (next != NULL && next->left < right && first == NO_PACKET)
			first = next->packet;

		int64_t after = hole < right ? right_of(next) : right;

		if (left < hole)
			insert(c, place, range_of(left, hole, packet));
		left = after;
	}
	if (right > c->highest && left < right)
		insert(c, (struct place){.block = c->count},
		       (struct carried_range){left > c->highest ? left : c->highest, right,
					      packet});
	return first;
}

/* True for the first SYN,ACK after a SYN without ACK: it says more than the SYN did. */
static bool note_syn(struct carried *c, const struct segment *seg)
{
	if (c->has_syn && !seq_eq(c->syn, seg->seq))
		carried_free(c); /* another incarnation: its numbers begin anew */

	bool answers = (seg->flags & ACK) != 0;
	bool is_first_answer = c->has_syn && answers && !c->has_syn_ack;

	c->has_syn = true;
	c->has_syn_ack = c->has_syn_ack || answers;
	c->syn = seg->seq;
	return is_first_answer;
}

/* From now on it is this packet that carried the octet at `position`, alone in its range. */
static void carry_anew(struct carried *c, int64_t position, uint32_t packet)
{
	struct carried_range *range = range_at(c, find(c, position));

	if (range != NULL && range->left == position && range->len == 1)
		range->packet = packet;
}

uint32_t carried_add(struct carried *c, const struct segment *seg, uint32_t packet)
{
	bool is_first_answer = (seg->flags & SYN) != 0 && note_syn(c, seg);
	uint32_t len = segment_len(seg);

	if (len == 0)
		return NO_PACKET;
	if (c->count == 0) {
		c->highest = 0;
		c->wrap = seg->seq;
	}

	int64_t left = c->highest + seq_diff(seg->seq, c->wrap);
	int64_t right = left + len;

	if (left >= c->highest) {
		insert(c, (struct place){.block = c->count}, range_of(left, right, packet));
		c->highest = right;
		c->wrap = segment_end(seg);
		return NO_PACKET;
	}

	if (is_first_answer)
		carry_anew(c, left++, packet);

	uint32_t first = cover(c, left, right, packet);

	if (right > c->highest) {
		c->highest = right;
		c->wrap = segment_end(seg);
	}
	return first;
}
