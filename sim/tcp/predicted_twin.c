/* predicted_twin.c — whether header prediction (predicted.c) tells the truth.
 *
 * In thorough builds, which all tests use, what arrives as predicted is read the long way,
 * too, by a copy of the connection: TCB, notes, records of what is under way and the text
 * that the caller is to keep must come out the same. */
#include "tcp/arrives.h"

#include <assert.h>
#include <string.h>

enum { TWIN_RECORDS = 1024 }; /* who has more under way has no twin */

static bool same_notes(const struct journal *a, const struct journal *b)
{
	if (a->count != b->count)
		return false;
	for (unsigned i = 0; i < a->count; i++) {
		const struct note *x = &a->notes[i];
		const struct note *y = &b->notes[i];

		if (x->when != y->when || x->rule != y->rule || x->kind != y->kind ||
		    x->from != y->from || x->to != y->to)
			return false;
	}
	return true;
}

static bool same_records(const struct tcp *a, const struct tcp *b)
{
	return a->tcb->flight.count == 0 || memcmp(flight_at(a, 0), flight_at(b, 0),
						   a->tcb->flight.count * sizeof *a->records) == 0;
}

static bool same_text(const struct tcp *a, const struct tcp *b)
{
	return a->part_count == b->part_count &&
	       memcmp(a->parts, b->parts, a->part_count * sizeof a->parts[0]) == 0;
}

void arrives_beside_twin(struct tcp *t, const struct segment *seg)
{
	struct sent_record records[TWIN_RECORDS];
	struct journal journal = {.count = 0};
	struct tcb tcb = *t->tcb;
	struct tcp twin = *t;

	if (t->record_room > TWIN_RECORDS) {
		arrives_as_predicted(t, seg);
		return;
	}
	twin.tcb = &tcb;
	if (t->records != NULL) {
		memcpy(records, t->records, t->record_room * sizeof records[0]);
		twin.records = records;
	}
	if (t->journal != NULL) {
		journal = *t->journal;
		twin.journal = &journal;
	}
	arrives_as_predicted(t, seg);
	arrives_unpredicted(&twin, seg);
	assert(memcmp(t->tcb, &tcb, sizeof tcb) == 0 &&
	       "a segment that arrived as predicted made another TCB than 3.10.7.4");
	assert((t->journal == NULL || same_notes(t->journal, &journal)) &&
	       "a segment that arrived as predicted was noted otherwise than by 3.10.7.4");
	assert((t->records == NULL || same_records(t, &twin)) &&
	       "a segment that arrived as predicted left other records than 3.10.7.4");
	assert(same_text(t, &twin) &&
	       "of a segment that arrived as predicted other text is kept than by 3.10.7.4");
}
