#include "viz/watch_window.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viz/present.h"
#include "viz/window_part.h"

void watch_window_wake(void *unused)
{
	struct error err;
	const struct window_part *part = window_part(&err);

	(void)unused;
	if (part != NULL)
		part->wake();
}

/* ---- what is shown ---- */

/* Before there is a connection. */
static struct recording *blank(const struct watch_window *w)
{
	static const struct host_record hosts[] = {{.name = "Client"}, {.name = "Server"}};
	struct recording_info info = {.inferred = true};
	struct recording *r;

	snprintf(info.title, sizeof info.title, "%.60s: no connection yet", w->interface);
	snprintf(info.look_for, sizeof info.look_for,
		 "The first connection that begins on %.60s now will show here.", w->interface);
	snprintf(info.source, sizeof info.source, "%.60s", w->interface);
	r = recording_new(&info);
	recording_add_host(r, &hosts[0]);
	recording_add_host(r, &hosts[1]);
	return r;
}

static void forget_shown(struct watch_window *w)
{
	recording_free(w->shown.recording);
	free(w->shown.summary.report);
}

/* A longer recording of the same connection, or another connection's. */
static void show(struct watch_window *w, struct app *app, const struct watched *next)
{
	if (next->number == w->shown.number) {
		app_grow(app, next->recording);
	} else {
		app_show(app, next->recording, w->interface);
		app_go_to_step(app, app_steps(app));
		app->motion.on = false;
	}
	forget_shown(w);
	w->shown = *next;
	app->choices.shown = next->number;
}

/* What is not there to be seen. */
static void note(struct app *app, const struct watch_state *state)
{
	char buf[LIVE_MAX];
	struct text text = text_in(buf, sizeof buf);

	if (state->save_failed)
		text_add(&text, "cannot be saved");
	else if (state->seen.without_room > 0)
		text_addf(&text, "memory is full: %" PRIu64 " packets not kept",
			  state->seen.without_room);
	else if (state->lost > 0)
		text_addf(&text, "%" PRIu64 " lost in the capture", state->lost);
	if (strcmp(buf, app->live.note) == 0)
		return;
	memcpy(app->live.note, buf, sizeof app->live.note);
	app->changed = true;
}

static void take_end(struct watch_window *w, struct app *app, const struct watch_state *state)
{
	if (w->told || !state->ended)
		return;
	w->told = true;
	app->live.ended = true;
	app->changed = true;
	if (state->why[0] != '\0')
		app_notice(app, "%s is not watched any more: %s", w->interface, state->why);
}

/* Whoever looks back, or at a list, is not taken to another connection. */
static void keep_to_what_is_read(const struct watch_window *w, const struct app *app)
{
	if (w->chosen == 0 && w->shown.number != 0 &&
	    (!app_follows(app) || app->overlay != OVERLAY_NONE))
		watch_follow(w->watch, w->shown.number);
}

/* ---- what there is to choose from ---- */

static uint64_t joined_packets(const struct flows *flows)
{
	uint64_t joined = 0;

	for (uint32_t i = 0; i < flows->count; i++)
		joined += (uint64_t)flows->all[i].ways[CLIENT].joined +
			  flows->all[i].ways[SERVER].joined;
	return joined;
}

static void describe(struct choices *choices, const char *interface,
		     const struct watch_state *state)
{
	const struct seen_counts *seen = &state->seen;
	uint64_t joined = joined_packets(choices->flows);
	struct text words = text_in(choices->words, sizeof choices->words);

	text_addf(&words, "%.40s: %" PRIu64 " packets, %" PRIu64 " lost in the capture", interface,
		  seen->frames, state->lost);
	if (joined > 0)
		text_addf(&words, ", %" PRIu64 " joined by the network card", joined);
	if (seen->forgotten_connections > 0)
		text_addf(&words, "; %" PRIu64 " old connections forgotten",
			  seen->forgotten_connections);
}

/* What was there half a second ago is good enough. Returns when to look again. */
static nanos list_connections(struct watch_window *w, struct app *app,
			      const struct watch_state *state)
{
	const nanos pause = nanos_from_ms(500);
	const uint32_t before = w->flows.numbered;

	if (state->seen.frames == w->frames_listed)
		return NANOS_NEVER;
	if (app->now < w->listed + pause && w->frames_listed > 0)
		return w->listed + pause;
	flows_free(&w->flows);
	watch_flows(w->watch, &w->flows);
	w->listed = app->now;
	w->frames_listed = state->seen.frames;
	app->changed |= w->flows.numbered != before || app->overlay == OVERLAY_CONNECTIONS;
	app->choices.flows = &w->flows;
	describe(&app->choices, w->interface, state);
	return NANOS_NEVER;
}

static bool choose(void *who, struct app *app, uint32_t number, struct error *err)
{
	struct watch_window *w = who;

	(void)app;
	(void)err;
	w->chosen = number;
	watch_follow(w->watch, number);
	return true;
}

/* ---- as time goes on ---- */

static nanos grow(void *who, struct app *app)
{
	struct watch_window *w = who;
	struct watch_state state;
	struct watched next;

	if (app->now >= w->ends) {
		watch_stop(w->watch);
		w->ends = NANOS_NEVER;
	}
	keep_to_what_is_read(w, app);
	if (watch_take(w->watch, &next))
		show(w, app, &next);
	watch_state(w->watch, &state);
	note(app, &state);
	take_end(w, app, &state);
	return nanos_min(w->ends, list_connections(w, app, &state));
}

/* The first time that it is called, it knows what time it is. */
static nanos begin(void *who, struct app *app)
{
	struct watch_window *w = who;

	if (w->args->for_seconds > 0 && w->ends == 0)
		w->ends = app->now + nanos_from_s(w->args->for_seconds);
	else if (w->ends == 0)
		w->ends = NANOS_NEVER;
	return grow(who, app);
}

static bool no_other(void *who, struct app *app, uint32_t packet, struct error *err)
{
	(void)who;
	(void)app;
	(void)packet;
	return error_set(err, "What is watched is what it is: only a scenario can run again.");
}

static bool nothing_to_take_back(void *who, struct app *app, struct error *err)
{
	return no_other(who, app, 0, err);
}

int watch_window_present(struct watch_window *w)
{
	struct window_options options = {
		.lose = no_other,
		.unlose = nothing_to_take_back,
		.choose = choose,
		.grow = begin,
		.who = w,
	};
	struct app app;
	int status;

	w->ends = 0;
	w->shown = (struct watched){.recording = blank(w)};
	app_init(&app, w->shown.recording, w->interface);
	app.live.on = true;
	present_as_asked(&app, w->args);
	status = present_window(&app, w->args, &options);
	watch_stop(w->watch);
	forget_shown(w);
	flows_free(&w->flows);
	return status;
}
