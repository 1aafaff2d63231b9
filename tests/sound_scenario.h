/* sound_scenario.h — a scenario without mistakes, and what is said when a setting,
 * like those of --set, brings one in. */
#ifndef TCPLAB_TESTS_SOUND_SCENARIO_H
#define TCPLAB_TESTS_SOUND_SCENARIO_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "source/scenario.h"

/* Two hosts, "client" and "server", a link, a connection and an expectation. */
extern const char sound_scenario[];

/* Any text, as file "a.json", with a setting or NULL. */
bool scenario_with(const char *text, const char *setting, struct scenario **out, struct error *err);

/* With this setting the sound one is refused with this sentence, which begins
 * with the setting. */
void refused(const char *setting, const char *sentence);
/* The same where another place than the setting's is at fault. */
void refused_at(const char *setting, const char *sentence);
void accepted(const char *setting);

#endif
