/* run_tell.c — the dialogue of a run, and its verdict. */
#include "drill/run_inside.h"

#include <string.h>

void run_tell(struct run *run, nanos time, uint32_t line, const char *text)
{
	char *buf = run->dialogue[run->dialogue_count++ % DIALOGUE_LINES];
	struct text t = text_in(buf, DIALOGUE_LINE_MAX);

	if (line > 0)
		text_addf(&t, "%5u  ", line);
	else
		text_add(&t, "       ");
	text_add_seconds(&t, time, 6);
	text_addf(&t, "  %.*s", (int)strcspn(text, "\n"), text);
	if (run->watcher != NULL && run->watcher->line != NULL)
		run->watcher->line(run->watcher->who, time, buf);
}

void run_tell_event(struct run *run, const struct script_event *event)
{
	run_tell(run, run->now, event->place.line, event->source);
}

void run_tell_packet(struct run *run, nanos time, uint32_t line, const uint8_t *datagram,
		     size_t len, bool outbound)
{
	char buf[DIALOGUE_LINE_MAX];
	struct text t = text_in(buf, sizeof buf);

	match_tell(run->match, datagram, len, outbound, &t);
	run_tell(run, time, line, buf);
}

static void keep_dialogue(const struct run *run)
{
	struct text t = text_in(run->result->dialogue, sizeof run->result->dialogue);
	uint32_t first =
		run->dialogue_count > DIALOGUE_LINES ? run->dialogue_count - DIALOGUE_LINES : 0;

	for (uint32_t i = first; i < run->dialogue_count; i++)
		text_addf(&t, "%s\n", run->dialogue[i % DIALOGUE_LINES]);
}

bool run_end(struct run *run, const struct script_event *event, enum verdict verdict,
	     const char *sentence)
{
	struct drill_result *result = run->result;

	if (run->ended)
		return false;
	run->ended = true;
	result->verdict = (uint8_t)verdict;
	result->line = event->place.line;
	error_set(&result->sentence, "%s:%u: %s", run->script->name, event->place.line, sentence);
	keep_dialogue(run);
	return false;
}
