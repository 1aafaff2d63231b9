#include "drill/run_inside.h"

#include <stdlib.h>
#include <string.h>

#include "machine/commands.h"
#include "record/memory.h"

/* ---- events ---- */

static bool look_up(void *who, const char *name, int64_t *value)
{
	struct run *run = who;

	return run->machine->info(run->machine->machine, run->now, name, value);
}

static bool run_code(struct run *run, const struct script_event *event, struct due due)
{
	enum { PRINTED_MAX = 4096 };
	char buf[PRINTED_MAX];
	struct text printed = text_in(buf, sizeof buf);
	struct error why;
	enum evaluation found;

	if (!run_wait_for_event(run, event, due))
		return false;
	run_tell_event(run, event);
	found = evaluate(run->evaluator, event->text, event->text_place, &printed, &why);
	if (printed.len > 0 && run->watcher != NULL && run->watcher->printed != NULL)
		run->watcher->printed(run->watcher->who, buf);
	if (found == EVALUATION_OK)
		return true;
	run_end(run, event, found == EVALUATION_FAILED ? DRILL_FAILED : DRILL_UNSUPPORTED, "");
	/* It has a place of its own, within the code. */
	return error_set(&run->result->sentence, "%s:%s", run->script->name, why.text);
}

static bool run_command(struct run *run, const struct script_event *event, struct due due)
{
	struct error why;

	if (!run_wait_for_event(run, event, due))
		return false;
	run_tell_event(run, event);
	switch (command_apply(run->settings, run->machine, run->now, event->text, &why)) {
	case SETTING_KNOWN: run_take_departures(run); return run_look_at_blocked(run);
	case SETTING_UNSUPPORTED: return run_end(run, event, DRILL_UNSUPPORTED, why.text);
	case SETTING_WRONG: return run_end(run, event, DRILL_FAILED, why.text);
	}
	return false;
}

static bool run_event(struct run *run, const struct script_event *event)
{
	struct due due = run_due(run, event);
	bool fine = false;

	switch ((enum script_event_kind)event->kind) {
	case EVENT_PACKET: fine = run_packet(run, event, due); break;
	case EVENT_SYSTEM_CALL: fine = run_call(run, event, due); break;
	case EVENT_CODE: fine = run_code(run, event, due); break;
	case EVENT_COMMAND: fine = run_command(run, event, due); break;
	}
	run->last = event;
	run->last_due = due.begin;
	return fine;
}

/* ---- the end ---- */

/* What left and was not expected: told, counted, and with --strict a mistake. */
static void count_left_over(struct run *run)
{
	char buf[DIALOGUE_LINE_MAX];
	struct text t = text_in(buf, sizeof buf);

	text_add(&t, "the script does not expect ");
	if (run->first != NULL)
		match_tell(run->match, run->first->datagram, run->first->len, true, &t);
	else
		text_addf(&t, "packets of other connections, and %u came", run->result->left_over);
	for (const struct departed *d = run->first; d != NULL; d = d->next) {
		run_tell_packet(run, d->time, 0, d->datagram, d->len, true);
		run->result->left_over++;
	}
	if (run->settings->strict && run->result->left_over > 0)
		run_end(run, run->last, DRILL_FAILED, buf);
}

/* The command behind the last event, that mostly restores what the first has set. */
static void do_final_command(struct run *run)
{
	const struct script_event last = {.place = run->script->final_place};
	struct error why;

	if (run->script->final == NULL)
		return;
	switch (command_apply(run->settings, run->machine, run->now, run->script->final, &why)) {
	case SETTING_KNOWN: break;
	case SETTING_UNSUPPORTED: run_end(run, &last, DRILL_UNSUPPORTED, why.text); break;
	case SETTING_WRONG: run_end(run, &last, DRILL_FAILED, why.text); break;
	}
}

static void finish(struct run *run)
{
	if (run->blocked != NULL && !run_wait_for_return(run))
		return;
	if (run_wait(run, run->now) && run->last != NULL)
		count_left_over(run);
	if (!run->ended)
		do_final_command(run);
}

/* ---- all of it ---- */

/* Headers between IP and TCP are not what a TCP is tested with. */
static bool is_supported(struct run *run)
{
	struct error why;

	for (uint32_t i = 0; i < run->script->event_count; i++) {
		const struct script_event *event = &run->script->events[i];

		if (event->kind != EVENT_PACKET || event->packet->encapsulation == NULL)
			continue;
		error_set(&why, "packets within others are not supported: %s",
			  event->packet->encapsulation);
		return run_end(run, event, DRILL_UNSUPPORTED, why.text);
	}
	if (run->script->beyond != NULL) {
		const struct script_event next = {.place = run->script->beyond_place};

		return run_end(run, &next, DRILL_UNSUPPORTED, run->script->beyond);
	}
	return true;
}

void drill_run_on(const struct script *script, struct drill_settings *settings,
		  const struct machine *machine, const struct drill_watcher *watcher,
		  struct drill_result *result)
{
	struct run *run = memory_get(sizeof *run);

	*result = (struct drill_result){.verdict = DRILL_PASSED};
	memset(run, 0, sizeof *run);
	run->script = script;
	run->settings = settings;
	run->machine = machine;
	run->watcher = watcher;
	run->result = result;
	run->match = match_new(settings);
	run->evaluator = evaluator_new(look_up, run);
	run->end = &run->first;
	if (is_supported(run)) {
		while (result->events < script->event_count &&
		       run_event(run, &script->events[result->events]))
			result->events++;
		if (!run->ended)
			finish(run);
	}
	result->ended = run->now;
	while (run->first != NULL) {
		struct departed *d = run->first;

		run->first = d->next;
		free(d);
	}
	evaluator_free(run->evaluator);
	match_free(run->match);
	free(run);
}
