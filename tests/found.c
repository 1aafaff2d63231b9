#include "found.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <stdio.h>

static struct found find_in(struct trace *trace)
{
	struct found found = {.trace = trace};
	struct error err;

	if (!flows_find(&found.flows, trace, &err) ||
	    !captured_load(&found.captured, trace, &found.flows.all[0], &err))
		fail_msg("%s", err.text);
	fates_find(&found.fates, &found.captured);
	steps_find(&found.steps, &found.captured, &found.fates);
	return found;
}

struct found found_in_talk(const struct talk *talk)
{
	struct trace *trace;
	struct error err;

	if (!trace_open_memory(&trace, talk->bytes, talk->len, &err))
		fail_msg("%s", err.text);
	return find_in(trace);
}

struct found found_in_file(const char *name)
{
	const char *top = getenv("TOP");
	char path[4096];
	struct trace *trace;
	struct error err;

	snprintf(path, sizeof path, "%s/traces/%s", top != NULL ? top : ".", name);
	if (!trace_open(&trace, path, &err))
		fail_msg("%s", err.text);
	return find_in(trace);
}

void found_end(struct found *found)
{
	steps_free(&found->steps);
	fates_free(&found->fates);
	captured_free(&found->captured);
	flows_free(&found->flows);
	trace_close(found->trace);
}

void found_ends_with(struct found *found, struct talk *talk)
{
	found_end(found);
	talk_end(talk);
}

const char *found_fates(const struct found *found)
{
	static const char *const names[] = {
		[FATE_ARRIVED] = "arrived",
		[FATE_LOST] = "lost",
		[FATE_COPY] = "copy",
		[FATE_OVERTAKEN] = "overtaken",
	};
	static char buf[1024];
	struct text out = text_in(buf, sizeof buf);

	for (uint32_t i = 0; i < found->captured.count; i++)
		if (found->fates.of[i].kind != FATE_ARRIVED)
			text_addf(&out, "%llu %s, ",
				  (unsigned long long)captured_at(&found->captured, i)->number,
				  names[found->fates.of[i].kind]);
	for (uint32_t i = 0; i < found->fates.unseen_count; i++) {
		const struct unseen *unseen = &found->fates.unseen[i];

		text_addf(&out, "unseen %u+%u %s, ", unseen->seq.v, unseen->len,
			  names[unseen->kind]);
	}
	return buf;
}

const char *found_order(const struct found *found)
{
	static char buf[2048];
	struct text out = text_in(buf, sizeof buf);

	for (uint32_t i = 0; i < found->steps.count; i++) {
		const struct step *step = &found->steps.all[i];
		bool seen = step->packet < found->captured.count;
		uint32_t unseen = step->packet - found->captured.count;
		unsigned side = seen ? captured_at(&found->captured, step->packet)->side
				     : found->fates.unseen[unseen].side;

		if (step->kind == STEP_ARRIVE)
			side = !side;
		text_addf(&out, "%s%c%c%s%u", i > 0 ? " " : "", side == CLIENT ? 'c' : 's',
			  ">x+<"[step->kind], seen ? "" : "u",
			  seen ? step->packet + 1 : unseen + 1);
	}
	return buf;
}
