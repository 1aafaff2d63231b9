#include "viz/present.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "record/export.h"
#include "viz/cli.h"
#include "viz/output.h"
#include "viz/window_part.h"

/* ---- text ---- */

static bool wants_color(const struct args *args, bool terminal)
{
	const char *refused = getenv("NO_COLOR");

	if (args->color == COLOR_AUTO)
		return terminal && (refused == NULL || refused[0] == '\0');
	return args->color == COLOR_ALWAYS;
}

/* Of the terminal, where the text goes to one; 0: the usual width. */
static unsigned terminal_width(FILE *out)
{
	enum { LEAST = 80, MOST = 120 };
	const char *asked = getenv("COLUMNS");
	long columns = asked != NULL ? strtol(asked, NULL, 10) : 0;
	struct winsize size;

	if (!isatty(fileno(out)))
		return 0;
	if (columns <= 0 && ioctl(fileno(out), TIOCGWINSZ, &size) == 0)
		columns = size.ws_col;
	if (columns <= 0)
		return 0;
	return columns < LEAST ? LEAST : columns > MOST ? MOST : (unsigned)columns;
}

bool present_text_to(const struct recording *r, const struct args *args, FILE *out,
		     struct error *err)
{
	const struct ladder_style style = {
		.colour = wants_color(args, isatty(fileno(out))),
		.why = true,
		.width = terminal_width(out),
	};

	return args->json ? export_json_lines(r, out, err) : export_ladder(r, &style, out, err);
}

bool present_text(const struct recording *r, const struct args *args, const char *path,
		  struct error *err)
{
	FILE *out = output_open(path, err);

	return out != NULL && output_finish(out, path, present_text_to(r, args, out, err), err);
}

/* ---- the window ---- */

void present_as_asked(struct app *app, const struct args *args)
{
	app->palette = args->dark ? PALETTE_DARK : PALETTE_LIGHT;
	app->projector = args->projector;
	app->reduce_motion = args->reduce_motion;
}

int present_window(struct app *app, const struct args *args, struct window_options *options)
{
	struct error err;
	const struct window_part *part = window_part(&err);
	struct ui_script script;
	enum window_end end;

	if (part == NULL)
		return complain(STATUS_BAD_INPUT, err.text);
	options->width = args->width;
	options->height = args->height;
	if (args->ui_script != NULL) {
		bool fine = ui_script_read(&script, args->ui_script, &err);

		options->script = &script;
		if (!fine) {
			ui_script_free(&script);
			return complain(STATUS_BAD_INPUT, err.text);
		}
	}
	end = part->run(app, options, &err);
	if (options->script != NULL)
		ui_script_free(&script);
	if (end == WINDOW_CLOSED)
		return STATUS_FINE;
	return complain(end == WINDOW_NO_DISPLAY ? STATUS_ENVIRONMENT : STATUS_FAILED, err.text);
}
