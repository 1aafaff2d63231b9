/* run_call.c — a system call of the script, what it answers, and when. */
#include "drill/run_inside.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "script/symbols.h"

/* ---- what is expected of the result ---- */

/* False where there is no telling what the script means. */
static bool range_of(const struct expression *e, int64_t *least, int64_t *most)
{
	if (e->kind == EXPRESSION_RANGE)
		return e->first != NULL && e->first->next != NULL &&
		       expression_number(e->first, least) &&
		       expression_number(e->first->next, most);
	if (!expression_number(e, least))
		return false;
	*most = *least;
	return true;
}

static void add_answer(struct text *t, int64_t result, int32_t error)
{
	const char *name = error != 0 ? symbol_errno(error) : NULL;

	text_addf(t, "%" PRId64, result);
	if (name != NULL)
		text_addf(t, " %s", name);
	else if (error != 0)
		text_addf(t, " errno %d", error);
}

static bool answers(struct run *run, const struct script_event *event,
		    const struct call_outcome *outcome)
{
	const struct system_call *call = event->call;
	int64_t least = 0;
	int64_t most = 0;
	int64_t error = 0;
	struct error why;
	struct text t;

	if (outcome->wrong.text[0] != '\0')
		return run_end(run, event, outcome->unsupported ? DRILL_UNSUPPORTED : DRILL_FAILED,
			       outcome->wrong.text);
	if (call->result == NULL || call->result->kind == EXPRESSION_ANY)
		return true;
	if (!range_of(call->result, &least, &most) ||
	    (call->error != NULL && !symbol_value(call->error, &error))) {
		error_set(&why, "what %s() should answer is not understood here", call->name);
		return run_end(run, event, DRILL_UNSUPPORTED, why.text);
	}
	if (outcome->result >= least && outcome->result <= most &&
	    (call->error == NULL || outcome->error == error))
		return true;
	t = text_in(why.text, sizeof why.text);
	text_addf(&t, "%s() answers ", call->name);
	add_answer(&t, outcome->result, outcome->error);
	text_add(&t, "; the script expects ");
	add_answer(&t, least, (int32_t)error);
	if (most != least)
		text_addf(&t, " to %" PRId64, most);
	if (run->settings->non_fatal_call) {
		run->result->forgiven++;
		run_tell(run, run->now, event->place.line, why.text);
		return true;
	}
	text_addf(&t, "\n  %s", event->source);
	return run_end(run, event, DRILL_FAILED, why.text);
}

/* ---- calls that block ---- */

/* "t...t2": when it should return. */
static struct due due_to_return(const struct run *run, const struct script_event *event,
				struct due due)
{
	bool relative = event->time_kind == TIME_RELATIVE;
	struct due until = {.base = due.base, .begin = event->call->until};

	if (relative)
		until.begin += due.base;
	until.end = until.begin;
	until.tolerance = nanos_max(run->settings->tolerance, (until.begin - due.begin) / 8);
	return until;
}

static bool returned(struct run *run, const struct script_event *event, struct due until,
		     nanos when, const struct call_outcome *outcome)
{
	char what[96];
	struct error why;

	if (!answers(run, event, outcome))
		return false;
	if (!event->call->blocks)
		return true;
	snprintf(what, sizeof what, "%s() returned", event->call->name);
	return run_is_due(run, event, until, when, what, &why) ||
	       run_end(run, event, DRILL_FAILED, why.text);
}

bool run_look_at_blocked(struct run *run)
{
	const struct script_event *event = run->blocked;
	struct call_outcome outcome;
	nanos when = run->now;
	char line[DIALOGUE_LINE_MAX];

	if (event == NULL)
		return !run->ended;
	outcome = run->machine->pending(run->machine->machine, &when);
	run_take_departures(run);
	if (outcome.blocked)
		return true;
	run->blocked = NULL;
	snprintf(line, sizeof line, "%s() returns %" PRId64, event->call->name, outcome.result);
	run_tell(run, when, event->place.line, line);
	return returned(run, event, run->blocked_until, when, &outcome);
}

bool run_call(struct run *run, const struct script_event *event, struct due due)
{
	struct due until = due_to_return(run, event, due);
	struct call_outcome outcome;

	if (!run_wait_for_event(run, event, due))
		return false;
	/* Only one call waits at a time: another one that does waits for it. */
	if (event->call->blocks && run->blocked != NULL && !run_wait_for_return(run))
		return false;
	match_called(run->match, event->call);
	run_tell_event(run, event);
	outcome = run->machine->call(run->machine->machine, run->now, event->call);
	run_take_departures(run);
	if (!outcome.blocked)
		return returned(run, event, until, run->now, &outcome);
	run->blocked = event;
	run->blocked_until = until;
	/* A call that is not said to block holds up what follows. */
	return event->call->blocks || run_wait_for_return(run);
}
