/* cli.h — the commands: one function and one file each, which return the
 * program's exit status. */
#ifndef TCPLAB_VIZ_CLI_H
#define TCPLAB_VIZ_CLI_H

#include "viz/args.h"

enum status {
	STATUS_FINE,
	STATUS_FAILED,      /* an expectation */
	STATUS_BAD_INPUT,   /* the command line, or a file */
	STATUS_ENVIRONMENT, /* something is not there, such as a display */
};

int command_window(const struct args *args); /* without a command */
int command_run(const struct args *args);
int command_replay(const struct args *args);
int command_check(const struct args *args);
int command_export(const struct args *args);
int command_live(const struct args *args);
int command_watch(const struct args *args);
int command_drill(const struct args *args);

#endif
