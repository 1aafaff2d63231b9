#include "viz/formats.h"

#include <string.h>

#include "record/export.h"
#include "source/scenario.h"
#include "viz/output.h"
#include "viz/pictures.h"

/* ---- what is no picture ---- */

static bool write_text(const struct app *app, double width, double height, const char *path,
		       struct error *err)
{
	const struct ladder_style style = {.why = true};
	FILE *out = output_open(path, err);

	(void)width;
	(void)height;
	return out != NULL &&
	       output_finish(out, path, export_ladder(app->scene.recording, &style, out, err), err);
}

static bool write_json_lines(const struct app *app, double width, double height, const char *path,
			     struct error *err)
{
	FILE *out = output_open(path, err);

	(void)width;
	(void)height;
	return out != NULL &&
	       output_finish(out, path, export_json_lines(app->scene.recording, out, err), err);
}

static bool write_pcapng(const struct app *app, double width, double height, const char *path,
			 struct error *err)
{
	FILE *out = output_open(path, err);

	(void)width;
	(void)height;
	return out != NULL &&
	       output_finish(out, path, export_pcapng(app->scene.recording, EVERY_HOST, out, err),
			     err);
}

static bool write_scenario(const struct app *app, double width, double height, const char *path,
			   struct error *err)
{
	FILE *out;

	(void)width;
	(void)height;
	if (app->scenario == NULL)
		return error_set(err, "%s: only a scenario can be written as one, and this is none",
				 path);
	out = output_open(path, err);
	if (out == NULL)
		return false;
	scenario_write(app->scenario, out);
	return output_finish(out, path, true, err);
}

/* ---- the table ---- */

const struct format formats[] = {
	{"svg", "this step, as a drawing with real text", true, false, picture_write_svg},
	{"png", "this step, as an image", true, false, picture_write_png},
	{"pdf", "every step, a page each", false, false, picture_write_pdf},
	{"html", "every step, one file to share and step through", false, false,
	 picture_write_html},
	{"txt", "the ladder as text", false, false, write_text},
	{"jsonl", "every event as a line of JSON", false, false, write_json_lines},
	{"pcapng", "the packets, for other tools", false, false, write_pcapng},
	{"json", "the scenario, with all that was set and lost", false, true, write_scenario},
};

const size_t format_count = sizeof formats / sizeof formats[0];

bool format_fits(const struct format *format, const struct app *app)
{
	return !format->of_scenario || app->scenario != NULL;
}

const struct format *format_of_ending(const char *ending)
{
	for (size_t i = 0; i < format_count; i++)
		if (strcmp(formats[i].ending, ending) == 0)
			return &formats[i];
	return NULL;
}

const struct format *format_of_name(const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash != NULL ? slash : path, '.');
	const struct format *format = dot != NULL ? format_of_ending(dot + 1) : NULL;
	char list[128];
	struct text text = text_in(list, sizeof list);

	if (format != NULL)
		return format;
	for (size_t i = 0; i < format_count; i++)
		text_addf(&text, "%s.%s", i == 0 ? "" : ", ", formats[i].ending);
	text_add(&text, " or, of a file, .pkt");
	error_set(err, "%s: what to write follows from the ending, and that is to be %s", path,
		  list);
	return NULL;
}
