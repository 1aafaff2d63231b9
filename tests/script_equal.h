/* script_equal.h — is an event of a drill script, written and read again, the same? */
#ifndef TCPLAB_TESTS_SCRIPT_EQUAL_H
#define TCPLAB_TESTS_SCRIPT_EQUAL_H

#include "script/script.h"

/* In all but the places where things stand and the text that they were read from. */
bool script_events_equal(const struct script_event *a, const struct script_event *b);

/* The script that the events of `script` are when they are written; the caller frees it. */
char *script_written(const struct script *script, size_t *len);

#endif
