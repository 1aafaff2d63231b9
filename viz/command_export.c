/* command_export.c — tcplab export: a file as another one. */
#include "drill/export_script.h"
#include <stdio.h>

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

/* What a SYN shows stays. */
static void configure_as(const char *name, struct profile *profile)
{
	struct profile seen = *profile;

	profile_named(name, profile);
	profile->mss = seen.mss;
	profile->receive_buffer = seen.receive_buffer;
	profile->window_scale = seen.window_scale;
}

/* A script tells of one end, and how that is configured. */
static bool find_end(const struct opened *o, const struct args *args, uint32_t *conn,
		     struct script_end *end, struct error *err)
{
	enum side side = args->side == PLAY_SERVER ? SERVER : CLIENT;
	bool several;
	uint32_t number = o->scenario != NULL && args->conn > 0 ? args->conn : 1;

	if (!export_script_find(o->recording, number, side, conn, &several, err))
		return false;
	if (several && o->scenario != NULL && args->conn == 0)
		fprintf(stderr,
			"tcplab: note: %s: this is the first of its connections; --conn "
			"chooses another\n",
			o->path);
	*end = (struct script_end){.seed = 1};
	if (o->scenario == NULL)
		end->profile = o->summary.profiles[side];
	else if (!scenario_host_setup(o->scenario, recording_conn(o->recording, *conn)->host,
				      &end->profile, &end->seed, &end->mtu))
		return error_set(err,
				 "that end is a real host: see it from the other, with --side");
	if (args->profile != NULL)
		configure_as(args->profile, &end->profile);
	return true;
}

static int write_script(const struct args *args)
{
	const char *path = args->files[0];
	struct script_end end;
	struct error why;
	struct error err;
	struct opened o;
	uint32_t conn;
	bool fine;
	FILE *out;

	if (is_script(path)) {
		error_set(&err, "%s: is a script already", path);
		return complain(STATUS_BAD_INPUT, err.text);
	}
	if (!opened_file(&o, path, args, &err))
		return complain(STATUS_BAD_INPUT, err.text);
	fine = find_end(&o, args, &conn, &end, &why);
	if (!fine) {
		error_set(&err, "%s: %s", path, why.text);
	} else {
		out = output_open(args->output, &err);
		fine = out != NULL &&
		       output_finish(out, args->output,
				     export_script(o.recording, conn, &end, out, &err), &err);
	}
	opened_close(&o);
	return fine ? STATUS_FINE : complain(STATUS_BAD_INPUT, err.text);
}

/* A picture of one step is of the end, where all can be seen; what has all steps begins at its
 * start. */
static uint32_t first_step(const struct args *args, const struct opened *o,
			   const struct format *format)
{
	if (args->has_step)
		return args->step;
	if (o->has_step)
		return o->step;
	return format->of_step ? UINT32_MAX : 0;
}

int command_export(const struct args *args)
{
	const char *path = args->files[0];
	struct error err;
	const struct format *format;
	struct opened o;
	struct app app;
	bool fine;

	if (output_is_input(args->output, path)) {
		error_set(&err, "%s: would be overwritten by its own export: give -o another name",
			  path);
		return complain(STATUS_BAD_INPUT, err.text);
	}
	if (args_want_script(args) && !args->text && !args->json)
		return write_script(args);
	if (args->side != PLAY_NOBODY || args->profile != NULL)
		return complain(
			STATUS_BAD_INPUT,
			"--side and --profile are for scripts: tcplab export FILE -o OUT.pkt");
	format = wanted_format(args, &err);
	if (format == NULL)
		return complain(STATUS_BAD_INPUT, err.text);
	if (!opened_file(&o, path, args, &err))
		return complain(STATUS_BAD_INPUT, err.text);
	if (!opened_has_step(&o, args, &err)) {
		opened_close(&o);
		return complain(STATUS_BAD_INPUT, err.text);
	}
	app_init(&app, o.recording, o.path);
	app.scenario = o.scenario;
	app.palette = args->dark ? PALETTE_DARK : PALETTE_LIGHT;
	app.projector = args->projector;
	app_go_to_step(&app, first_step(args, &o, format));
	fine = format->write(&app, args->width > 0 ? args->width : PICTURE_WIDTH,
			     args->height > 0 ? args->height : PICTURE_HEIGHT, args->output, &err);
	opened_close(&o);
	return fine ? STATUS_FINE : complain(STATUS_BAD_INPUT, err.text);
}
