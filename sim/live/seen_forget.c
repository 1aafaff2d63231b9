/* seen_forget.c — which connections are forgotten when the memory is full. */
#include <stdlib.h>
#include <string.h>

#include "live/seen_inside.h"
#include "record/memory.h"

struct candidate {
	nanos ended; /* its newest packet */
	uint32_t at;
	bool done;
};

void kept_free(struct kept *kept)
{
	struct chunk *next;

	for (struct chunk *chunk = kept->first; chunk != NULL; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
}

static int first_to_go(const void *a, const void *b)
{
	const struct candidate *one = a;
	const struct candidate *two = b;

	if (one->done != two->done)
		return one->done ? -1 : 1;
	if (one->ended != two->ended)
		return one->ended < two->ended ? -1 : 1;
	return one->at < two->at ? -1 : one->at > two->at;
}

/* The followed one stays, and with it whatever came later on its ports: its
 * packets would otherwise be taken for the followed one's. */
static bool stays(const struct seen *seen, uint32_t at)
{
	const struct flow *all = seen->flows.all;

	for (; at != FLOW_NONE; at = all[at].older)
		if (all[at].number == seen->followed)
			return true;
	return false;
}

static uint32_t find_candidates(const struct seen *seen, struct candidate *out)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < seen->flows.count; i++) {
		const struct flow *flow = &seen->flows.all[i];

		if (!stays(seen, i))
			out[count++] = (struct candidate){flow->ended, i, flow_is_done(flow)};
	}
	qsort(out, count, sizeof *out, first_to_go);
	return count;
}

static void forget(struct seen *seen, uint32_t at)
{
	struct kept *kept = &seen->kept[at];

	seen->memory -= kept->memory + CONNECTION_MEMORY;
	seen->counts.forgotten += kept->frames;
	seen->counts.forgotten_connections++;
	kept_free(kept);
}

void seen_make_room(struct seen *seen)
{
	uint32_t count = seen->flows.count;
	struct candidate *candidates = memory_get((count + 1) * sizeof *candidates);
	bool *goes = memory_get((count + 1) * sizeof *goes);
	uint32_t found = find_candidates(seen, candidates);
	uint32_t left = 0;

	memset(goes, 0, count * sizeof *goes);
	for (uint32_t i = 0; i < found; i++) {
		if (seen->memory <= seen->memory_max / 8 * 7)
			break;
		goes[candidates[i].at] = true;
		forget(seen, candidates[i].at);
	}
	for (uint32_t i = 0; i < count; i++)
		if (!goes[i])
			seen->kept[left++] = seen->kept[i];
	seen->kept_count = left;
	flows_forget(&seen->flows, goes);
	free(goes);
	free(candidates);
}
