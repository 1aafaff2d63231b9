#include "source/unacked.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { RANGES_MAX = 16384, SEQ_JUMP_MAX = 1 << 30 };

void unacked_free(struct unacked *u)
{
	free(u->ranges);
	free(u->carriers);
	*u = (struct unacked){.begun = false};
}

void unacked_begin(struct unacked *u, struct seq seq)
{
	if (u->begun)
		return;
	u->begun = true;
	u->base = seq;
}

bool unacked_position(const struct unacked *u, struct seq seq, int64_t *out)
{
	int32_t from_highest = seq_diff(seq, unacked_seq(u, u->highest));

	*out = u->highest + from_highest;
	return u->begun && from_highest < SEQ_JUMP_MAX && from_highest > -SEQ_JUMP_MAX;
}

/* Room for one more range behind the others. */
static void make_room(struct unacked *u)
{
	if (u->first + u->count < u->capacity)
		return;
	/* Those dropped in front make room, if they are more than the others. */
	if (u->first > u->count) {
		memmove(u->ranges, unacked_at(u, 0), u->count * sizeof *u->ranges);
		u->first = 0;
		return;
	}
	u->ranges =
		memory_grow(u->ranges, &u->capacity, u->first + u->count + 1, sizeof *u->ranges);
}

static struct unacked_range *add_range(struct unacked *u, int64_t right)
{
	struct unacked_range *range;

	assert(right > u->highest);
	if (u->count == RANGES_MAX)
		unacked_drop_first(u);
	make_room(u);
	range = unacked_at(u, u->count++);
	*range = (struct unacked_range){.left = u->highest, .right = right, .newest = COPY_NONE};
	u->highest = right;
	return range;
}

void unacked_add(struct unacked *u, int64_t right, uint32_t packet)
{
	add_range(u, right);
	unacked_carry(u, u->count - 1, packet, true);
}

void unacked_add_gap(struct unacked *u, int64_t right, uint32_t jump)
{
	add_range(u, right)->jump = jump;
}

uint32_t unacked_find(const struct unacked *u, int64_t position)
{
	uint32_t low = 0;
	uint32_t high = u->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (unacked_at(u, middle)->right > position)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

bool unacked_cut(struct unacked *u, uint32_t n, int64_t position)
{
	struct unacked_range *range;

	assert(position > unacked_at(u, n)->left && position < unacked_at(u, n)->right);
	if (u->count == RANGES_MAX)
		return false;
	make_room(u);
	range = unacked_at(u, n);
	memmove(range + 1, range, (u->count - n) * sizeof *range);
	u->count++;
	range[0].right = position;
	range[1].left = position;
	return true;
}

void unacked_carry(struct unacked *u, uint32_t n, uint32_t packet, bool begins)
{
	struct unacked_range *range = unacked_at(u, n);

	u->carriers = memory_grow(u->carriers, &u->carrier_capacity, u->carrier_count + 1,
				  sizeof *u->carriers);
	u->carriers[u->carrier_count] = (struct carrier){
		.packet = packet,
		.older = range->newest,
		.begins = begins,
		.passed = u->reported >= range->right,
	};
	range->newest = u->carrier_count++;
}

void unacked_drop_first(struct unacked *u)
{
	assert(u->count > 0);
	u->first++;
	if (--u->count == 0) {
		u->first = 0;
		u->carrier_count = 0; /* nobody refers to one any more */
	}
}
