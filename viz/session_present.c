/* session_present.c — a session as text, JSON, a file, or in the window. */
#include "viz/session.h"

#include <stdlib.h>
#include <stdio.h>

#include "viz/cli.h"
#include "viz/formats.h"
#include "viz/output.h"
#include "viz/present.h"
#include "viz/window_part.h"

/* ---- opening ---- */

static bool open_first(struct session *s, const char *path, struct error *err)
{
	const struct settings settings = {s->args->settings, s->args->setting_count};

	if (s->captures)
		return opened_capture(&s->now, path, s->args, err);
	if (is_script(path))
		return opened_script(&s->now, path, s->args, err);
	if (is_kept_run(path))
		return opened_kept_run(&s->now, path, err);
	return opened_scenario(&s->now, path, s->args, &settings, err);
}

static void start_app(struct app *app, const struct session *s)
{
	const struct args *args = s->args;

	app_init(app, s->now.recording, s->now.path);
	app->scenario = s->now.scenario;
	session_list(s, app);
	app->file_count = (unsigned)s->file_count;
	present_as_asked(app, args);
	if (args->has_step)
		app_go_to_step(app, args->step);
	else if (s->now.has_step)
		app_go_to_step(app, s->now.step);
	app->motion.on = false;
}

/* ---- ways to show it ---- */

static int print_all(struct session *s)
{
	const char *path = s->args->output != NULL ? s->args->output : "-";
	struct error err;
	bool fine = true;

	for (size_t i = 0; i < s->file_count && fine; i++) {
		if (i > 0) {
			opened_close(&s->now);
			if (!open_first(s, s->files[i], &err))
				return complain(STATUS_BAD_INPUT, err.text);
			fine = s->args->json || puts("") >= 0;
		}
		fine = fine && present_text(s->now.recording, s->args, path, &err);
	}
	opened_close(&s->now);
	return fine ? STATUS_FINE : complain(STATUS_BAD_INPUT, err.text);
}

static bool write_as_named(const struct session *s, struct error *err)
{
	const struct format *format = format_of_name(s->args->output, err);
	struct app app;

	if (format == NULL)
		return false;
	start_app(&app, s);
	return format->write(&app, s->args->width > 0 ? s->args->width : PICTURE_WIDTH,
			     s->args->height > 0 ? s->args->height : PICTURE_HEIGHT,
			     s->args->output, err);
}

static bool describe(const struct session *s, struct error *err)
{
	const struct window_part *part = window_part(err);
	struct app app;

	if (part == NULL)
		return false;
	start_app(&app, s);
	return part->describe(&app, s->args->width, s->args->height, stdout, err) &&
	       output_close(stdout, "-", err);
}

static int show_window(struct session *s)
{
	struct window_options options = {
		.open = session_open,
		.lose = session_lose,
		.unlose = session_unlose,
		.choose = session_choose,
		.who = s,
	};
	struct app app;

	start_app(&app, s);
	return present_window(&app, s->args, &options);
}

static bool overwrites(const struct session *s, struct error *err)
{
	for (size_t i = 0; s->args->output != NULL && i < s->file_count; i++)
		if (output_is_input(s->args->output, s->files[i]))
			return !error_set(err,
					  "%s: would be overwritten by its own result: "
					  "give -o another name",
					  s->files[i]);
	return false;
}

static int done(struct session *s, bool fine, const struct error *err)
{
	opened_close(&s->now);
	return fine ? STATUS_FINE : complain(STATUS_BAD_INPUT, err->text);
}

int session_present(struct session *s)
{
	const struct args *args = s->args;
	struct error err;
	int status;

	if (overwrites(s, &err) || !open_first(s, s->files[0], &err))
		return complain(STATUS_BAD_INPUT, err.text);
	if (!opened_has_step(&s->now, args, &err))
		return done(s, false, &err);
	if (s->now.summary.report != NULL)
		print_harmless(stderr, s->now.summary.report);
	if (args->text || args->json)
		return print_all(s);
	if (args->output != NULL)
		return done(s, write_as_named(s, &err), &err);
	if (args->dump_ui)
		return done(s, describe(s, &err), &err);
	if (!window_is_possible() && args->ui_script == NULL) {
		fputs("tcplab: there is no display for a window: this is the ladder as text\n",
		      stderr);
		return print_all(s);
	}
	status = show_window(s);
	opened_close(&s->now);
	return status;
}
