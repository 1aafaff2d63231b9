/* dialogue_inside.h — what the files of dialogue.h share: one turn of the engine. */
#ifndef TCPLAB_TESTS_DIALOGUE_INSIDE_H
#define TCPLAB_TESTS_DIALOGUE_INSIDE_H

#include "tests/dialogue.h"

struct tcp dialogue_begins_turn(struct dialogue *d, struct journal *journal);
/* What it noted counts as fired, and its step as sound. */
void dialogue_ends_turn(struct dialogue *d, struct tcp *t);

#endif
