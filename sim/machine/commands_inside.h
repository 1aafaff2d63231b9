/* commands_inside.h — what the files about commands share. */
#ifndef TCPLAB_MACHINE_COMMANDS_INSIDE_H
#define TCPLAB_MACHINE_COMMANDS_INSIDE_H

#include <stdarg.h>
#include <stdio.h>

#include "machine/commands.h"
#include "machine/shell.h"
#include "machine/sysctl.h"

/* A command that is being answered. */
struct asking {
	struct drill_settings *settings;
	const struct machine *machine; /* or NULL */
	nanos now;
	struct error *why;
};

/* SETTING_UNSUPPORTED, with a sentence that names what is. */
enum setting not_a_command(struct asking *a, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* commands_state.c: "ss -tan | grep -c ESTAB | grep 1" */
bool asks_about_connections(const char *name);
enum setting answer_about_connections(struct asking *a, const struct shell_command *command);

#endif
