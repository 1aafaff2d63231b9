#include "record/story.h"

bool story_is_growth(enum rule rule)
{
	return rule == RULE_SLOW_START || rule == RULE_SLOW_START_COUNTS ||
	       rule == RULE_CONGESTION_AVOIDANCE || rule == RULE_FAST_RECOVERY_INFLATES;
}

static bool cwnd_changed(const struct recording *r, uint32_t n)
{
	uint32_t conn = recording_event(r, n).conn;
	struct tcb before;
	struct tcb after;

	return n > 0 && conn != EVENT_NONE && recording_tcb(r, conn, n - 1, &before) &&
	       recording_tcb_settled(r, conn, n, &after) && before.cc.cwnd != after.cc.cwnd;
}

enum story_weight story_weight(const struct recording *r, uint32_t n)
{
	struct event event = recording_event(r, n);
	enum rule rule = (enum rule)event.rule;
	bool moves = event.kind == EVENT_TRANSITION;

	if (event.kind == EVENT_LOST || event.kind == EVENT_MARKED)
		return STORY_STRONG;
	if (rule == RULE_NONE)
		return STORY_NOTHING;
	if (story_is_growth(rule))
		return cwnd_changed(r, n) ? STORY_NORMAL : STORY_NOTHING;
	switch (rule_info(rule)->weight) {
	case WEIGHT_STRONG: return moves ? STORY_STRONG_TRANSITION : STORY_STRONG;
	case WEIGHT_NORMAL: return moves ? STORY_NORMAL_TRANSITION : STORY_NORMAL;
	default: return rule == RULE_KARN ? STORY_ASIDE : STORY_NOTHING;
	}
}

/* The same would be said of both. */
static bool are_alike(struct event a, struct event b)
{
	return a.rule == b.rule && (a.rule != RULE_NONE || a.kind == b.kind);
}

static bool is_in(const struct recording *r, const uint32_t *events, unsigned count, uint32_t n)
{
	for (unsigned i = 0; i < count; i++) {
		if (are_alike(recording_event(r, events[i]), recording_event(r, n)))
			return true;
	}
	return false;
}

/* The heaviest event of a turn that weighs `least` or more and is not among those found
 * already, the first of equals; EVENT_NONE where there is none. */
static uint32_t heaviest(const struct recording *r, uint32_t turn, enum story_weight least,
			 const uint32_t *found, unsigned found_count)
{
	uint32_t best = EVENT_NONE;
	uint32_t first;
	uint32_t count;

	recording_turn(r, turn, &first, &count);
	for (uint32_t n = first; n < first + count; n++) {
		enum story_weight weight;

		if (is_in(r, found, found_count, n))
			continue;
		weight = story_weight(r, n);
		if (weight >= least) {
			best = n;
			least = weight + 1;
		}
	}
	return best;
}

uint32_t recording_headline(const struct recording *r, uint32_t turn)
{
	uint32_t headline = heaviest(r, turn, STORY_NORMAL, NULL, 0);
	uint32_t first;
	uint32_t count;

	recording_turn(r, turn, &first, &count);
	return headline != EVENT_NONE ? headline : first;
}

unsigned recording_story(const struct recording *r, uint32_t turn, uint32_t events[STORY_MAX])
{
	unsigned count = 1;

	events[0] = recording_headline(r, turn);
	while (count < STORY_MAX) {
		uint32_t next = heaviest(r, turn, STORY_ASIDE, events, count);

		if (next == EVENT_NONE)
			break;
		events[count++] = next;
	}
	return count;
}
