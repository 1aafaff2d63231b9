/* command_run.c — tcplab run: scenarios and scripts, in the window or as text. */
#include "viz/cli.h"
#include "viz/output.h"
#include "viz/session.h"

int command_run(const struct args *args)
{
	struct session s = {.args = args, .files = args->files, .file_count = args->file_count};
	struct error err;

	for (size_t i = 0; i < args->file_count; i++) {
		if (is_scenario(args->files[i]) || is_script(args->files[i]) ||
		    is_kept_run(args->files[i]))
			continue;
		error_set(&err,
			  "%s: a scenario's name ends in .json, a kept run's in .live; a capture "
			  "is shown by: "
			  "tcplab replay %s",
			  args->files[i], args->files[i]);
		return complain(STATUS_BAD_INPUT, err.text);
	}
	return session_present(&s);
}
