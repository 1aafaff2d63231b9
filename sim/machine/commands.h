/* commands.h — what a script would have a shell do, by a table and never by a shell. */
#ifndef TCPLAB_MACHINE_COMMANDS_H
#define TCPLAB_MACHINE_COMMANDS_H

#include "machine/settings.h"

/* A shell command; several may be joined by ; or && or ||. What configures the machine goes
 * into settings->profile and, where `machine` is not NULL, at once into the machine; what asks
 * it something (sockstat | grep -c …) or does something to it needs the machine.
 * SETTING_UNSUPPORTED: some part is not in the table, `why` names it. SETTING_WRONG: the
 * command would end with another status than 0. */
enum setting command_apply(struct drill_settings *settings, const struct machine *machine,
			   nanos now, const char *text, struct error *why);

#endif
