/* ladder_text.h — a recording's ladder as text, for tests. */
#ifndef TCPLAB_TESTS_LADDER_TEXT_H
#define TCPLAB_TESTS_LADDER_TEXT_H

#include "record/export.h"
#include "tests/recorder.h"

/* Frees the run. The caller frees the text. */
char *ladder_text(struct run run, struct ladder_style style);

#endif
