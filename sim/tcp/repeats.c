/* repeats.c — what went again since the last reduction. RFC 3708 §3.
 *
 * A D-SACK block tells that octets arrived twice. Only where we sent them twice does that
 * speak of a repetition for nothing; else the network made the copy, which says nothing
 * of losses (A.4). And what was told once is not counted again. So the stretches that went
 * again are kept, apart from each other and sorted, and what comes twice is taken out. There is
 * room for a few: where one more would be needed, the two that are nearest become one, and
 * octets in between would count.
 *
 * Linux keeps a number instead, and believes a D-SACK between SND.UNA at the reduction
 * and what it was before the ACK. The RFC wants to know of each segment. */
#include "tcp/turn.h"

#include <string.h>

static void remove_at(struct congestion_variables *cc, unsigned i)
{
	cc->again_count--;
	memmove(&cc->again[i], &cc->again[i + 1], (cc->again_count - i) * sizeof cc->again[0]);
	memset(&cc->again[cc->again_count], 0, sizeof cc->again[0]); /* equal TCBs, equal octets */
}

static void insert_at(struct congestion_variables *cc, unsigned i, struct seq left,
		      struct seq right)
{
	memmove(&cc->again[i + 1], &cc->again[i], (cc->again_count - i) * sizeof cc->again[0]);
	cc->again[i] = (struct repeated){left, right};
	cc->again_count++;
}

static void make_room(struct congestion_variables *cc)
{
	unsigned nearest = 0;

	for (unsigned i = 1; i + 1 < cc->again_count; i++) {
		if (seq_diff(cc->again[i + 1].left, cc->again[i].right) <
		    seq_diff(cc->again[nearest + 1].left, cc->again[nearest].right))
			nearest = i;
	}
	cc->again[nearest].right = cc->again[nearest + 1].right;
	remove_at(cc, nearest + 1);
}

void repeats_forget(struct congestion_variables *cc)
{
	memset(cc->again, 0, sizeof cc->again);
	cc->again_count = 0;
}

void repeats_add(struct congestion_variables *cc, struct seq left, struct seq right)
{
	unsigned i = 0;

	while (i < cc->again_count && seq_lt(cc->again[i].right, left))
		i++;
	while (i < cc->again_count && seq_le(cc->again[i].left, right)) {
		left = seq_min(left, cc->again[i].left);
		right = seq_max(right, cc->again[i].right);
		remove_at(cc, i);
	}
	if (cc->again_count == REPEATS_MAX) {
		make_room(cc);
		repeats_add(cc, left, right);
		return;
	}
	insert_at(cc, i, left, right);
}

uint32_t repeats_take(struct congestion_variables *cc, struct seq left, struct seq right)
{
	uint32_t octets = 0;

	for (unsigned i = 0; i < cc->again_count;) {
		struct repeated was = cc->again[i];
		struct seq from = seq_max(was.left, left);
		struct seq to = seq_min(was.right, right);

		if (seq_ge(from, to)) {
			i++;
			continue;
		}
		octets += (uint32_t)seq_diff(to, from);
		remove_at(cc, i);
		if (seq_lt(was.left, from))
			insert_at(cc, i++, was.left, from);
		if (seq_lt(to, was.right) && cc->again_count < REPEATS_MAX)
			insert_at(cc, i++, to, was.right);
	}
	return octets;
}
