/* app_facts.c — the window's state in words, for the scripts' `expect`. */
#include "viz/app_state.h"

#include <string.h>

#include "record/explain.h"
#include "viz/commands.h"

static const char *yes_or_no(bool fact)
{
	return fact ? "yes" : "no";
}

static void add_step(const struct app *app, struct text *out)
{
	text_addf(out, "%u", app_step(app));
}

static void add_steps(const struct app *app, struct text *out)
{
	text_addf(out, "%u", app_steps(app));
}

/* Counts micro-steps too: the number of events that have happened. */
static void add_event(const struct app *app, struct text *out)
{
	struct cursor c = app->scene.cursor;

	text_addf(out, "%u", cursor_is_at_start(c) ? 0 : c.event + 1);
}

static void add_time(const struct app *app, struct text *out)
{
	text_add_seconds(out, cursor_time(app->scene.recording, app->scene.cursor), 3);
}

static void add_headline(const struct app *app, struct text *out)
{
	const struct recording *r = app->scene.recording;

	if (!cursor_is_at_start(app->scene.cursor))
		explain_what(r, recording_headline(r, cursor_turn(r, app->scene.cursor)), out);
}

static void add_theme(const struct app *app, struct text *out)
{
	text_add(out, app->palette == PALETTE_DARK ? "dark" : "light");
}

static void add_view(const struct app *app, struct text *out)
{
	text_add(out, app->blank ? "blank" : app->projector ? "projector" : "lesson");
}

static void add_overlay(const struct app *app, struct text *out)
{
	static const char *const names[] = {
		[OVERLAY_NONE] = "none",
		[OVERLAY_HELP] = "help",
		[OVERLAY_SEARCH] = "search",
		[OVERLAY_EXPORT] = "export",
		[OVERLAY_CONNECTIONS] = "connections",
	};

	text_add(out, names[app->overlay]);
}

static void add_playing(const struct app *app, struct text *out)
{
	text_add(out, yes_or_no(app->playing));
}

static void add_speed(const struct app *app, struct text *out)
{
	text_add(out, app_speed(app));
}

static void add_zoom(const struct app *app, struct text *out)
{
	text_addf(out, "%.0f%%", app->scene.zoom * 100);
}

static void add_selected(const struct app *app, struct text *out)
{
	if (app->scene.selected == EVENT_NONE)
		text_add(out, "none");
	else
		text_addf(out, "%u", app->scene.selected);
}

static void add_focus(const struct app *app, struct text *out)
{
	text_add(out, app->focused[0] != '\0' ? app->focused : "none");
}

static void add_hovered(const struct app *app, struct text *out)
{
	text_add(out, app->hovered[0] != '\0' ? app->hovered : "none");
}

static void add_relative(const struct app *app, struct text *out)
{
	text_add(out, yes_or_no(app->scene.relative));
}

/* Of the picture; a window under the least size shows a smaller picture of it. */
static void add_size(const struct app *app, struct text *out)
{
	if (app->picture != NULL)
		text_addf(out, "%.0fx%.0f", app->picture->width, app->picture->height);
}

static void add_predict(const struct app *app, struct text *out)
{
	text_add(out, yes_or_no(app->scene.hide_future));
}

static void add_what_if(const struct app *app, struct text *out)
{
	text_addf(out, "%u", app->what_ifs);
}

static void add_live(const struct app *app, struct text *out)
{
	text_add(out, !app->live.on      ? "no"
		      : app->live.ended  ? "ended"
		      : app_follows(app) ? "follows"
					 : "behind");
}

static void add_connections(const struct app *app, struct text *out)
{
	text_addf(out, "%u", app->choices.flows != NULL ? app->choices.flows->count : 0);
}

/* Numbers, as tcplab watch --list has them. */
static void add_connection(const struct app *app, struct text *out)
{
	text_addf(out, "%u", app->choices.shown);
}

static void add_marked(const struct app *app, struct text *out)
{
	text_addf(out, "%u", app->choices.marked);
}

static void add_by_hand(const struct app *app, struct text *out)
{
	text_add(out, app->by_hand.on ? app->by_hand.words : "");
}

static void add_notice(const struct app *app, struct text *out)
{
	text_add(out, app->notice);
}

static void add_search(const struct app *app, struct text *out)
{
	text_add(out, app->search);
}

static void add_file(const struct app *app, struct text *out)
{
	text_add(out, app->path);
}

static const struct {
	const char *name;
	void (*add)(const struct app *app, struct text *out);
} facts[] = {
	{"step", add_step},
	{"steps", add_steps},
	{"event", add_event},
	{"time", add_time},
	{"headline", add_headline},
	{"theme", add_theme},
	{"view", add_view},
	{"overlay", add_overlay},
	{"playing", add_playing},
	{"speed", add_speed},
	{"zoom", add_zoom},
	{"selected", add_selected},
	{"focus", add_focus},
	{"hovered", add_hovered},
	{"relative", add_relative},
	{"notice", add_notice},
	{"search", add_search},
	{"file", add_file},
	{"size", add_size},
	{"predict", add_predict},
	{"what-if", add_what_if},
	{"live", add_live},
	{"by-hand", add_by_hand},
	{"connections", add_connections},
	{"connection", add_connection},
	{"marked", add_marked},
};

enum { FACTS = sizeof facts / sizeof facts[0] };

bool app_fact(const struct app *app, const char *name, struct text *out)
{
	for (size_t i = 0; i < FACTS; i++) {
		if (strcmp(facts[i].name, name) != 0)
			continue;
		facts[i].add(app, out);
		return true;
	}
	return false;
}

const char *const *app_fact_names(void)
{
	static const char *names[FACTS + 1];

	for (size_t i = 0; i < FACTS; i++)
		names[i] = facts[i].name;
	return names;
}
