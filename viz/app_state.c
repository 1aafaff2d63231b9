#include "viz/app_state.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* How long a step is shown while playing. */
static const struct {
	const char *name;
	nanos dwell;
} speeds[SPEED_COUNT] = {
	{"0.25x", 6000000000}, {"0.5x", 3000000000}, {"1x", 1500000000},
	{"2x", 750000000},     {"4x", 375000000},
};

enum { NOTICE_SECONDS = 5 };

/* Motion takes half of a step's time, but nobody waits longer than this. */
static const nanos motion_most = 500000000;

void app_init(struct app *app, const struct recording *r, const char *path)
{
	memset(app, 0, sizeof *app);
	app->speed = SPEED_NORMAL;
	app->file_count = 1;
	app->toolbar = true;
	app->pointer = at(-1, -1);
	app_show(app, r, path);
}

void app_show(struct app *app, const struct recording *r, const char *path)
{
	bool hide_future = app->scene.hide_future;

	app->scene = scene_of(r);
	app->scene.hide_future = hide_future;
	/* Numbers of a capture are as large as chance made them. */
	app->scene.relative = recording_info(r)->inferred;
	app->path = path;
	app->live.events = recording_events(r);
	app->what_ifs = 0;
	app->scenario = NULL;
	app->playing = false;
	app->motion.on = false;
	app->dragging = false;
	app->has_bookmark = false;
	app->overlay = OVERLAY_NONE;
	app->hovered[0] = '\0';
	app->search[0] = '\0';
	app->changed = true;
}

void app_replace(struct app *app, const struct recording *r, const char *path)
{
	struct scene before = app->scene;

	app->path = path;
	app->scene = scene_of(r);
	app->scene.relative = before.relative;
	app->scene.zoom = before.zoom;
	app->scene.hide_future = before.hide_future;
	app->playing = false;
	app->motion.on = false;
	app->has_bookmark = false;
	app->hovered[0] = '\0';
	app->changed = true;
}

/* ---- position ---- */

uint32_t app_steps(const struct app *app)
{
	return recording_turns(app->scene.recording);
}

uint32_t app_step(const struct app *app)
{
	struct cursor c = app->scene.cursor;

	return cursor_is_at_start(c) ? 0 : cursor_turn(app->scene.recording, c) + 1;
}

static bool is_one_step_on(const struct app *app, struct cursor to)
{
	return to.event == cursor_forward(app->scene.recording, app->scene.cursor, STEP_TURN).event;
}

void app_go(struct app *app, struct cursor to)
{
	nanos half = speeds[app->speed].dwell / 2;

	app->scene.look_at = EVENT_NONE;
	app->scene.scroll = 0;
	app->changed = true;
	app->arrived = app->now;
	if (to.event == app->scene.cursor.event)
		return;
	/* Motion shows how time passes from a step to the next; a jump has none. */
	app->motion = (struct motion){
		.on = !app->reduce_motion && is_one_step_on(app, to),
		.from = app->scene.cursor,
		.began = app->now,
		.length = nanos_min(half, motion_most),
	};
	app->scene.cursor = to;
}

void app_go_to_step(struct app *app, uint32_t step)
{
	const struct recording *r = app->scene.recording;

	if (step == 0)
		app_go(app, cursor_start());
	else if (step >= app_steps(app))
		app_go(app, cursor_end(r));
	else
		app_go(app, cursor_after_turn(r, step - 1));
}

/* ---- time ---- */

static nanos next_step(const struct app *app)
{
	return app->arrived + speeds[app->speed].dwell;
}

void app_tick(struct app *app, nanos now)
{
	const struct recording *r = app->scene.recording;

	app->now = now;
	if (app->motion.on && now >= app->motion.began + app->motion.length) {
		app->motion.on = false;
		app->changed = true;
	}
	if (app->notice[0] != '\0' && now >= app->notice_ends) {
		app->notice[0] = '\0';
		app->changed = true;
	}
	if (!app->playing)
		return;
	/* One step, however late the tick comes. */
	if (now >= next_step(app))
		app_go(app, cursor_forward(r, app->scene.cursor, STEP_TURN));
	if (cursor_is_at_end(r, app->scene.cursor)) {
		app->playing = false;
		app->changed = true;
	}
}

nanos app_deadline(const struct app *app)
{
	nanos deadline = NANOS_NEVER;

	if (app->playing)
		deadline = next_step(app);
	if (app->notice[0] != '\0')
		deadline = nanos_min(deadline, app->notice_ends);
	return deadline;
}

double app_motion_share(const struct app *app)
{
	double share;

	if (!app->motion.on || app->motion.length <= 0)
		return 1;
	share = (double)(app->now - app->motion.began) / (double)app->motion.length;
	return share < 0 ? 0 : share > 1 ? 1 : share;
}

nanos app_moment(const struct app *app)
{
	const struct recording *r = app->scene.recording;
	nanos from;
	nanos to;

	if (!app->motion.on)
		return -1;
	from = cursor_time(r, app->motion.from);
	to = cursor_time(r, app->scene.cursor);
	return from + (nanos)((double)(to - from) * app_motion_share(app));
}

/* ---- words ---- */

const char *app_speed(const struct app *app)
{
	return speeds[app->speed].name;
}

void app_notice(struct app *app, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(app->notice, sizeof app->notice, format, args);
	va_end(args);
	app->notice_ends = app->now + nanos_from_s(NOTICE_SECONDS);
	app->changed = true;
}

void app_link(const struct app *app, struct text *out)
{
	text_addf(out, "%s#step=%u", app->path, app_step(app));
}
