/* command_replay.c — tcplab replay: a capture, in the window or as text. */
#include <stdlib.h>

#include "viz/cli.h"
#include "viz/output.h"
#include "viz/session.h"

static int list(const char *path)
{
	struct error err;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	bool listed;

	if (out == NULL)
		return complain(STATUS_BAD_INPUT, "out of memory");
	listed = replay_list(path, out, &err);
	fclose(out);
	print_harmless(stdout, text);
	free(text);
	if (listed && output_close(stdout, "-", &err))
		return STATUS_FINE;
	return complain(STATUS_BAD_INPUT, err.text);
}

int command_replay(const struct args *args)
{
	struct session s = {
		.args = args,
		.files = args->files,
		.file_count = args->file_count,
		.captures = true,
	};
	struct error err;

	if (is_scenario(args->files[0])) {
		error_set(&err, "%s: is no capture but a scenario: tcplab run %s", args->files[0],
			  args->files[0]);
		return complain(STATUS_BAD_INPUT, err.text);
	}
	return args->list ? list(args->files[0]) : session_present(&s);
}
