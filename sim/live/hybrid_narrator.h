/* hybrid_narrator.h — a hybrid run, told as a recording while it goes on: a
 * second world of the same scenario gets the inputs of the first, does the same,
 * and is recorded. */
#ifndef TCPLAB_LIVE_HYBRID_NARRATOR_H
#define TCPLAB_LIVE_HYBRID_NARRATOR_H

#include "live/inputs.h"
#include "source/scenario_real.h"

struct hybrid_narrator;

/* All are the caller's, who frees them later. `scenario` is parsed from the same text as that
 * of the run, and is not it. */
struct hybrid_narrator *hybrid_narrator_new(struct scenario *scenario, struct inputs *inputs,
					    struct recording *recording);
void hybrid_narrator_free(struct hybrid_narrator *n); /* NULL: nothing */

/* Tells what can be told by now. False where there was nothing new. */
bool hybrid_narrator_goes_on(struct hybrid_narrator *n);

/* False where the second world did not do what the first did: that is a mistake of ours. */
bool hybrid_narrator_agrees(const struct hybrid_narrator *n);

/* What an input is to a scenario. Its octets are not copied. */
struct outside outside_of(const struct input *input);

#endif
