/* command_export.c — tcplab export: a file as another one. */
#include "viz/cli.h"
#include "viz/formats.h"
#include "viz/opened.h"
#include "viz/output.h"

static const struct format *wanted_format(const struct args *args, struct error *err)
{
	if (args->text)
		return format_of_ending("txt");
	if (args->json)
		return format_of_ending("jsonl");
	return format_of_name(args->output, err);
}

int command_export(const struct args *args)
{
	const char *path = args->files[0];
	struct error err;
	const struct format *format = wanted_format(args, &err);
	struct opened o;
	struct app app;
	bool fine;

	if (format == NULL)
		return complain(STATUS_BAD_INPUT, err.text);
	if (output_is_input(args->output, path)) {
		error_set(&err, "%s: would be overwritten by its own export: give -o another name",
			  path);
		return complain(STATUS_BAD_INPUT, err.text);
	}
	if (!opened_file(&o, path, args, &err))
		return complain(STATUS_BAD_INPUT, err.text);
	if (!opened_has_step(&o, args, &err)) {
		opened_close(&o);
		return complain(STATUS_BAD_INPUT, err.text);
	}
	app_init(&app, o.recording, o.path);
	app.palette = args->dark ? PALETTE_DARK : PALETTE_LIGHT;
	app.projector = args->projector;
	app_go_to_step(&app, args->has_step ? args->step : o.has_step ? o.step : UINT32_MAX);
	fine = format->write(&app, args->width > 0 ? args->width : PICTURE_WIDTH,
			     args->height > 0 ? args->height : PICTURE_HEIGHT, args->output, &err);
	opened_close(&o);
	return fine ? STATUS_FINE : complain(STATUS_BAD_INPUT, err.text);
}
