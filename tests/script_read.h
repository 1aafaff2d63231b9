/* script_read.h — the drill script that a test reads from a text. There is one at a time: it goes
 * with the next. */
#ifndef TCPLAB_TESTS_SCRIPT_READ_H
#define TCPLAB_TESTS_SCRIPT_READ_H

#include "script/script.h"

/* The test fails where it cannot be read. */
const struct script *script_of(const char *text);
/* The first event of it. */
const struct script_event *event_of(const char *text);
/* The first event, which is a packet. */
const struct packet_spec *packet_of(const char *text);

/* The last one goes: what a group of tests ends with. */
int script_goes(void **state);

#endif
