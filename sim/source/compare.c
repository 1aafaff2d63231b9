#include "source/compare.h"

#include <stdlib.h>

#include "record/memory.h"

/* How many repetitions are looked through for one that matches. */
enum { CANDIDATES_MAX = 1024 };

/* ---- lists ---- */

void sent_add(struct sent_list *list, nanos time, int64_t number, const struct segment *seg)
{
	list->all = memory_grow(list->all, &list->capacity, list->count + 1, sizeof *list->all);
	list->all[list->count++] = (struct sent_segment){
		.time = time,
		.number = number,
		.seq = seg->seq,
		.ack = seg->ack,
		.len = seg->len,
		.flags = seg->flags,
		.wnd = seg->wnd,
		.has = seg->options.has,
		.mss = seg->options.mss,
		.window_scale = seg->options.window_scale,
		.verdict = VERDICT_ALONE,
		.match = SENT_NONE,
		.next = SENT_NONE,
		.matched = SENT_NONE,
		.last = SENT_NONE,
	};
}

void sent_free(struct sent_list *list)
{
	free(list->all);
	*list = (struct sent_list){.count = 0};
}

static uint32_t space_of(const struct sent_segment *s)
{
	return s->len + ((s->flags & SYN) != 0) + ((s->flags & FIN) != 0);
}

bool sent_is_ack(const struct sent_segment *s)
{
	return space_of(s) == 0 && (s->flags & RST) == 0;
}

/* Numbers that do not wrap; and whether a segment begins before the end of all
 * that was sent. */
static void place(struct sent_list *list, struct seq isn)
{
	int64_t highest = 0;

	for (uint32_t i = 0; i < list->count; i++) {
		struct sent_segment *s = &list->all[i];

		s->left = highest + seq_diff(s->seq, seq_add(isn, (uint32_t)highest));
		s->right = s->left + space_of(s);
		if (space_of(s) == 0 || (s->flags & RST) != 0)
			continue;
		s->again = s->left < highest;
		if (s->right > highest)
			highest = s->right;
	}
}

/* ---- what is different in two that match ---- */

static bool one_has(const struct sent_segment *a, const struct sent_segment *b, uint16_t option)
{
	return ((a->has ^ b->has) & option) != 0;
}

static uint16_t differences(const struct sent_segment *a, const struct sent_segment *b)
{
	uint16_t flags = a->flags ^ b->flags;
	uint16_t differs = 0;

	if ((flags & (SYN | FIN | RST | ACK | URG)) != 0)
		differs |= DIFFERS_FLAGS;
	if ((flags & PSH) != 0)
		differs |= DIFFERS_PSH;
	if ((a->flags & b->flags & ACK) != 0 && !seq_eq(a->ack, b->ack))
		differs |= DIFFERS_ACK;
	if (!seq_eq(a->seq, b->seq))
		differs |= DIFFERS_SEQ;
	if (one_has(a, b, HAS_MSS) || a->mss != b->mss)
		differs |= DIFFERS_MSS;
	if (one_has(a, b, HAS_WINDOW_SCALE) || a->window_scale != b->window_scale)
		differs |= DIFFERS_WINDOW_SCALE;
	if (one_has(a, b, HAS_SACK_PERMITTED))
		differs |= DIFFERS_SACK_PERMITTED;
	if (one_has(a, b, HAS_SACK))
		differs |= DIFFERS_SACK;
	if (one_has(a, b, HAS_TIMESTAMPS))
		differs |= DIFFERS_TIMESTAMPS;
	if (a->wnd != b->wnd)
		differs |= DIFFERS_WINDOW;
	return differs;
}

static void pair(struct sent_segment *a, struct sent_segment *b)
{
	a->differs = b->differs = differences(a, b);
	a->verdict = b->verdict =
		(a->differs & DIFFERS_COUNTED) != 0 ? VERDICT_DIFFERENT : VERDICT_SAME;
}

/* ---- matching ---- */

struct matcher {
	struct sent_list *ours;
	struct sent_list *theirs;
};

/* `from` names `to` as its match, if it has none yet. */
static void link(struct sent_list *from, uint32_t f, struct sent_list *to, uint32_t t)
{
	struct sent_segment *segment = &from->all[f];
	struct sent_segment *other = &to->all[t];

	if (segment->match != SENT_NONE)
		return;
	segment->match = t;
	if (other->matched == SENT_NONE)
		other->matched = f;
	else
		from->all[other->last].next = f;
	other->last = f;
}

static void match(struct matcher *m, uint32_t our, uint32_t their, bool whole)
{
	struct sent_segment *a = &m->ours->all[our];
	struct sent_segment *b = &m->theirs->all[their];

	if (whole)
		pair(a, b);
	else
		a->verdict = b->verdict = VERDICT_CUT;
	link(m->ours, our, m->theirs, their);
	link(m->theirs, their, m->ours, our);
}

static bool is_whole(const struct sent_segment *a, const struct sent_segment *b)
{
	return a->left == b->left && a->right == b->right;
}

typedef bool which_fn(const struct sent_segment *);

static bool is_first(const struct sent_segment *s)
{
	return !s->again && space_of(s) > 0 && (s->flags & RST) == 0;
}

static bool is_again(const struct sent_segment *s)
{
	return s->again;
}

static bool is_rst(const struct sent_segment *s)
{
	return (s->flags & RST) != 0;
}

/* The first segment from `at` on that `which` holds for; the count if none. */
static uint32_t next_of(const struct sent_list *list, uint32_t at, which_fn *which)
{
	while (at < list->count && !which(&list->all[at]))
		at++;
	return at;
}

/* First sendings, which both lists have in the order of the sequence space. */
static void match_first(struct matcher *m)
{
	uint32_t our = next_of(m->ours, 0, is_first);
	uint32_t their = next_of(m->theirs, 0, is_first);

	while (our < m->ours->count && their < m->theirs->count) {
		const struct sent_segment *a = &m->ours->all[our];
		const struct sent_segment *b = &m->theirs->all[their];
		int64_t end = a->right < b->right ? a->right : b->right;
		bool our_done = a->right == end;
		bool their_done = b->right == end;

		if (a->left < b->right && b->left < a->right)
			match(m, our, their, is_whole(a, b) && a->match == SENT_NONE);
		if (our_done)
			our = next_of(m->ours, our + 1, is_first);
		if (their_done)
			their = next_of(m->theirs, their + 1, is_first);
	}
}

/* Our repetitions, by their numbers. */
struct repetitions {
	uint32_t *all;
	uint32_t count;
	uint32_t capacity;
	uint32_t first; /* that has no match yet */
};

static struct repetitions repetitions_of(const struct sent_list *list)
{
	struct repetitions r = {.count = 0};

	for (uint32_t i = next_of(list, 0, is_again); i < list->count;
	     i = next_of(list, i + 1, is_again)) {
		r.all = memory_grow(r.all, &r.capacity, r.count + 1, sizeof *r.all);
		r.all[r.count++] = i;
	}
	return r;
}

/* The first of ours that is left and the same, or else one that carries some of
 * its octets; SENT_NONE if there is none. */
static uint32_t repetition_for(const struct matcher *m, const struct repetitions *r,
			       const struct sent_segment *their)
{
	uint32_t partly = SENT_NONE;

	for (uint32_t i = r->first; i < r->count && i - r->first < CANDIDATES_MAX; i++) {
		const struct sent_segment *our = &m->ours->all[r->all[i]];

		if (our->match != SENT_NONE)
			continue;
		if (is_whole(our, their))
			return r->all[i];
		if (partly == SENT_NONE && our->left < their->right && their->left < our->right)
			partly = r->all[i];
	}
	return partly;
}

static void match_again(struct matcher *m)
{
	struct repetitions r = repetitions_of(m->ours);

	for (uint32_t their = next_of(m->theirs, 0, is_again); their < m->theirs->count;
	     their = next_of(m->theirs, their + 1, is_again)) {
		uint32_t our = repetition_for(m, &r, &m->theirs->all[their]);

		if (our != SENT_NONE)
			match(m, our, their, is_whole(&m->ours->all[our], &m->theirs->all[their]));
		while (r.first < r.count && m->ours->all[r.all[r.first]].match != SENT_NONE)
			r.first++;
	}
	free(r.all);
}

/* ACKs alone: in order, and by their number. */
static void match_acks(struct matcher *m)
{
	uint32_t our = next_of(m->ours, 0, sent_is_ack);
	uint32_t their = next_of(m->theirs, 0, sent_is_ack);

	while (our < m->ours->count && their < m->theirs->count) {
		int32_t ahead = seq_diff(m->ours->all[our].ack, m->theirs->all[their].ack);

		if (ahead == 0)
			match(m, our, their, true);
		if (ahead <= 0)
			our = next_of(m->ours, our + 1, sent_is_ack);
		if (ahead >= 0)
			their = next_of(m->theirs, their + 1, sent_is_ack);
	}
}

static void match_rsts(struct matcher *m)
{
	uint32_t our = next_of(m->ours, 0, is_rst);
	uint32_t their = next_of(m->theirs, 0, is_rst);

	while (our < m->ours->count && their < m->theirs->count) {
		match(m, our, their, true);
		our = next_of(m->ours, our + 1, is_rst);
		their = next_of(m->theirs, their + 1, is_rst);
	}
}

void compare(struct sent_list *ours, struct sent_list *theirs, struct seq isn)
{
	struct matcher m = {.ours = ours, .theirs = theirs};

	place(ours, isn);
	place(theirs, isn);
	match_first(&m);
	match_again(&m);
	match_acks(&m);
	match_rsts(&m);
}

/* ---- counting ---- */

struct sent_counts sent_count(const struct sent_list *list)
{
	struct sent_counts counts = {.same = 0};

	for (uint32_t i = 0; i < list->count; i++) {
		const struct sent_segment *s = &list->all[i];

		counts.windows += (s->differs & DIFFERS_WINDOW) != 0;
		counts.pushes += (s->differs & DIFFERS_PSH) != 0;
		if (sent_is_ack(s)) {
			counts.acks_same += s->verdict != VERDICT_ALONE;
			counts.acks_alone += s->verdict == VERDICT_ALONE;
			continue;
		}
		switch ((enum verdict_kind)s->verdict) {
		case VERDICT_SAME: counts.same++; break;
		case VERDICT_DIFFERENT: counts.different++; break;
		case VERDICT_CUT: counts.cut++; break;
		default: counts.alone++; break;
		}
	}
	return counts;
}
