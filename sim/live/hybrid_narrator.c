#include "live/hybrid_narrator.h"

#include <stdlib.h>

#include "record/memory.h"

struct hybrid_narrator {
	struct scenario_run *run;
	struct inputs *inputs;
	struct recording *recording;
	uint32_t next; /* input */
	uint32_t sent;
	bool agrees;
};

struct outside outside_of(const struct input *input)
{
	struct outside out = {.time = input->time,
			      .octets = input->octets,
			      .len = input->len,
			      .from = input->conn,
			      .link = input->link,
			      .value = input->value,
			      .kind = OUTSIDE_DATAGRAM};

	if (input->kind == INPUT_LOSE_NEXT)
		out.kind = OUTSIDE_LOSE_NEXT;
	else if (input->kind == INPUT_DELAY)
		out.kind = OUTSIDE_DELAY;
	else if (input->kind == INPUT_LOSS)
		out.kind = OUTSIDE_LOSS;
	return out;
}

static void leaves(void *who, nanos now, uint32_t host, const uint8_t *octets, size_t len)
{
	struct hybrid_narrator *n = who;

	(void)now;
	(void)host;
	n->agrees = n->agrees && inputs_agree(n->inputs, n->sent++, octets, len);
}

struct hybrid_narrator *hybrid_narrator_new(struct scenario *scenario, struct inputs *inputs,
					    struct recording *recording)
{
	struct hybrid_narrator *n = memory_get(sizeof *n);
	const struct scenario_outlet outlet = {.leaves = leaves, .who = n};

	*n = (struct hybrid_narrator){.inputs = inputs, .recording = recording, .agrees = true};
	n->run = scenario_begin(scenario, recording, &outlet);
	return n;
}

void hybrid_narrator_free(struct hybrid_narrator *n)
{
	if (n == NULL)
		return;
	scenario_end(n->run);
	free(n);
}

/* The horizon is asked for first: what is added later is no earlier. */
bool hybrid_narrator_goes_on(struct hybrid_narrator *n)
{
	nanos horizon = inputs_horizon(n->inputs);
	uint32_t count = inputs_count(n->inputs);
	uint32_t before = recording_events(n->recording);
	nanos told = 0;

	for (; n->next < count; n->next++) {
		struct input input;
		struct outside what;

		inputs_at(n->inputs, n->next, &input);
		what = outside_of(&input);
		scenario_takes(n->run, &what);
		told = what.time;
	}
	if (horizon > told)
		scenario_waits(n->run, horizon);
	return recording_events(n->recording) > before;
}

bool hybrid_narrator_agrees(const struct hybrid_narrator *n)
{
	return n->agrees;
}
