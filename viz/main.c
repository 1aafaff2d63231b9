/* main.c — tcplab: reads the command line and hands over to its command. */
#include "viz/cli.h"
#include "viz/directory.h"
#include "viz/output.h"

static const char version[] = "tcplab 0.1\n";

static int (*const commands[VERB_COUNT])(const struct args *args) = {
	[VERB_NONE] = command_window,   [VERB_RUN] = command_run,
	[VERB_REPLAY] = command_replay, [VERB_CHECK] = command_check,
	[VERB_EXPORT] = command_export, [VERB_LIVE] = command_live,
	[VERB_WATCH] = command_watch,   [VERB_DRILL] = command_drill,
};

static int tell(const struct args *args)
{
	struct error err;

	if (args->help)
		args_help(stdout, args->verb);
	else
		fputs(version, stdout);
	return output_close(stdout, "-", &err) ? STATUS_FINE : complain(STATUS_BAD_INPUT, err.text);
}

int main(int argc, char **argv)
{
	struct args args;
	struct error err;
	int status;

	output_prepare();
	program_called(argv[0]);
	if (!args_read(&args, argc, argv, &err))
		status = complain(STATUS_BAD_INPUT, err.text);
	else if (args.help || args.version)
		status = tell(&args);
	else
		status = commands[args.verb](&args);
	args_free(&args);
	return status;
}
