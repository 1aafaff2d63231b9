/* run_time.c — when events are due, and how time goes on until then. */
#include "drill/run_inside.h"

#include <string.h>

#include "record/memory.h"

static bool is_inbound(const struct script_event *event)
{
	return event->kind == EVENT_PACKET && !event->packet->outbound;
}

/* Inbound packets in a row come when the first one's time says, whatever handling one
 * of them takes. */
static nanos base_of(const struct run *run, const struct script_event *event)
{
	bool in_a_row = run->last != NULL && is_inbound(run->last) && is_inbound(event);

	return in_a_row ? run->last_due : run->now;
}

struct due run_due(const struct run *run, const struct script_event *event)
{
	struct due due = {.base = base_of(run, event), .tolerance = run->settings->tolerance};
	bool relative =
		event->time_kind == TIME_RELATIVE || event->time_kind == TIME_RELATIVE_RANGE;
	bool range =
		event->time_kind == TIME_ABSOLUTE_RANGE || event->time_kind == TIME_RELATIVE_RANGE;

	if (event->time_kind == TIME_ANY) {
		due.any = true;
		due.begin = run->now;
		due.end = NANOS_NEVER;
		return due;
	}
	due.begin = event->time + (relative ? due.base : 0);
	due.end = range ? event->time_end + (relative ? due.base : 0) : due.begin;
	due.tolerance = nanos_max(due.tolerance, (due.begin - run->last_due) / 8);
	return due;
}

static void add_span(struct text *t, const struct due *due)
{
	text_add_seconds(t, due->begin, 6);
	text_add(t, " s");
	if (due->end == due->begin)
		return;
	text_add(t, " to ");
	text_add_seconds(t, due->end, 6);
	text_add(t, " s");
}

bool run_is_due(struct run *run, const struct script_event *event, struct due due, nanos time,
		const char *what, struct error *why)
{
	nanos off = time < due.begin ? due.begin - time : time > due.end ? time - due.end : 0;
	struct text t;

	if (due.any)
		return true;
	if (off <= due.tolerance) {
		if (off > run->result->deviation) {
			run->result->deviation = off;
			run->result->deviation_line = event->place.line;
		}
		return true;
	}
	t = text_in(why->text, sizeof why->text);
	text_addf(&t, "%s at ", what);
	text_add_seconds(&t, time, 6);
	text_add(&t, " s; the script expects it at ");
	add_span(&t, &due);
	text_add(&t, ", with a tolerance of ");
	text_add_seconds(&t, due.tolerance, 6);
	text_add(&t, " s");
	return false;
}

/* ---- what leaves the machine ---- */

void run_take_departures(struct run *run)
{
	struct departure left;

	while (run->machine->departed(run->machine->machine, &left)) {
		struct departed *d = memory_get(sizeof *d + left.len);

		d->next = NULL;
		d->time = left.time;
		d->len = left.len;
		memcpy(d->datagram, left.datagram, left.len);
		*run->end = d;
		run->end = &d->next;
	}
}

/* ---- time goes on ---- */

/* Something has happened, or it is `until`. NANOS_NEVER: nothing ever will. */
static nanos step(struct run *run, nanos until)
{
	nanos then = run->machine->wait(run->machine->machine, run->now, until);

	if (then != NANOS_NEVER)
		run->now = nanos_max(run->now, then);
	run_take_departures(run);
	return then;
}

bool run_wait(struct run *run, nanos until)
{
	nanos then;

	do {
		then = step(run, until);
		if (!run_look_at_blocked(run))
			return false;
	} while (then < until);
	run->now = nanos_max(run->now, until);
	return true;
}

/* What comes from outside at the same instant at which a timer is due comes first: what the
 * timer does then, the script expects further down. */
static bool is_from_outside(const struct script_event *event)
{
	return is_inbound(event) || event->kind == EVENT_SYSTEM_CALL;
}

bool run_wait_for_departure(struct run *run, nanos until)
{
	while (run->first == NULL) {
		nanos then = step(run, until);

		if (!run_look_at_blocked(run))
			return false;
		if (then >= until)
			break;
	}
	return true;
}

bool run_wait_for_return(struct run *run)
{
	const struct script_event *blocked = run->blocked;
	nanos then = run->now;

	while (run->blocked != NULL && then != NANOS_NEVER) {
		then = step(run, NANOS_NEVER);
		if (!run_look_at_blocked(run))
			return false;
	}
	if (run->blocked == NULL)
		return true;
	return run_end(run, blocked, DRILL_FAILED, "this call blocks, and nothing ever ends that");
}

bool run_wait_for_event(struct run *run, const struct script_event *event, struct due due)
{
	struct error why;

	if (due.begin > run->now) {
		if (!run_wait(run, due.begin - is_from_outside(event)))
			return false;
		run->now = nanos_max(run->now, due.begin);
		return true;
	}
	if (!run_is_due(run, event, due, run->now, "it is its turn", &why))
		return run_end(run, event, DRILL_FAILED, why.text);
	return true;
}
