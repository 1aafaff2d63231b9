/* command_run.c — tcplab run: scenarios and scripts, in the window or as text. */
#include "viz/cli.h"
#include "viz/directory.h"
#include "viz/output.h"
#include "viz/session.h"

static bool can_be_run(const char *file, struct error *err)
{
	if (directory_is(file))
		return error_set(err,
				 "%s: is a directory: name a scenario in it, such as %s/*.json",
				 file, file);
	return is_scenario(file) || is_script(file) || is_kept_run(file) ||
	       error_set(err,
			 "%s: a scenario's name ends in .json, a kept run's in .live; a capture is "
			 "shown by: tcplab replay %s",
			 file, file);
}

int command_run(const struct args *args)
{
	struct session s = {.args = args, .files = args->files, .file_count = args->file_count};
	struct error err;

	for (size_t i = 0; i < args->file_count; i++)
		if (!can_be_run(args->files[i], &err))
			return complain(STATUS_BAD_INPUT, err.text);
	return session_present(&s);
}
