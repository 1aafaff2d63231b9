/* session_present.c — a session as text, JSON, a file, or in the window. */
#include "viz/session.h"

#include <stdlib.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "record/export.h"
#include "viz/cli.h"
#include "viz/formats.h"
#include "viz/output.h"
#include "viz/window_part.h"

/* ---- text ---- */

static bool wants_color(const struct args *args)
{
	const char *refused = getenv("NO_COLOR");

	if (args->color == COLOR_AUTO)
		return args->output == NULL && isatty(STDOUT_FILENO) &&
		       (refused == NULL || refused[0] == '\0');
	return args->color == COLOR_ALWAYS;
}

/* Of the terminal, where the text goes to one; 0: the usual width. */
static unsigned terminal_width(const struct args *args)
{
	enum { LEAST = 80, MOST = 120 };
	const char *asked = getenv("COLUMNS");
	long columns = asked != NULL ? strtol(asked, NULL, 10) : 0;
	struct winsize size;

	if (args->output != NULL || !isatty(STDOUT_FILENO))
		return 0;
	if (columns <= 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		columns = size.ws_col;
	if (columns <= 0)
		return 0;
	return columns < LEAST ? LEAST : columns > MOST ? MOST : (unsigned)columns;
}

static bool print(const struct session *s, struct error *err)
{
	const struct ladder_style style = {
		.colour = wants_color(s->args),
		.why = true,
		.width = terminal_width(s->args),
	};
	const char *path = s->args->output != NULL ? s->args->output : "-";
	FILE *out = output_open(path, err);
	bool fine;

	if (out == NULL)
		return false;
	fine = s->args->json ? export_json_lines(s->now.recording, out, err)
			     : export_ladder(s->now.recording, &style, out, err);
	return output_finish(out, path, fine, err);
}

/* ---- opening ---- */

static bool open_first(struct session *s, const char *path, struct error *err)
{
	const struct settings settings = {s->args->settings, s->args->setting_count};

	if (s->captures)
		return opened_capture(&s->now, path, s->args, err);
	return opened_scenario(&s->now, path, s->args, &settings, err);
}

static void start_app(struct app *app, const struct session *s)
{
	const struct args *args = s->args;

	app_init(app, s->now.recording, s->now.path);
	app->file_count = (unsigned)s->file_count;
	app->palette = args->dark ? PALETTE_DARK : PALETTE_LIGHT;
	app->projector = args->projector;
	app->reduce_motion = args->reduce_motion;
	if (args->has_step)
		app_go_to_step(app, args->step);
	else if (s->now.has_step)
		app_go_to_step(app, s->now.step);
	app->motion.on = false;
}

/* ---- ways to show it ---- */

static int print_all(struct session *s)
{
	struct error err;
	bool fine = true;

	for (size_t i = 0; i < s->file_count && fine; i++) {
		if (i > 0) {
			opened_close(&s->now);
			if (!open_first(s, s->files[i], &err))
				return complain(STATUS_BAD_INPUT, err.text);
			fine = s->args->json || puts("") >= 0;
		}
		fine = fine && print(s, &err);
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
	struct ui_script script;
	struct window_options options = {
		.width = s->args->width,
		.height = s->args->height,
		.open = session_open,
		.lose = session_lose,
		.unlose = session_unlose,
		.who = s,
	};
	enum window_end end;
	struct error err;
	const struct window_part *part = window_part(&err);
	struct app app;

	if (part == NULL)
		return complain(STATUS_BAD_INPUT, err.text);
	if (s->args->ui_script != NULL) {
		bool fine = ui_script_read(&script, s->args->ui_script, &err);

		options.script = &script;
		if (!fine) {
			ui_script_free(&script);
			return complain(STATUS_BAD_INPUT, err.text);
		}
	}
	start_app(&app, s);
	end = part->run(&app, &options, &err);
	if (options.script != NULL)
		ui_script_free(&script);
	if (end == WINDOW_CLOSED)
		return STATUS_FINE;
	return complain(end == WINDOW_NO_DISPLAY ? STATUS_ENVIRONMENT : STATUS_FAILED, err.text);
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
