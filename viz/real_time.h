/* real_time.h — showing what goes on by itself, in real time. */
#ifndef TCPLAB_VIZ_REAL_TIME_H
#define TCPLAB_VIZ_REAL_TIME_H

#include <stdbool.h>

#include "base/nanos.h"

/* So often the story goes on: a step that one sees as such. */
#define GROWS_EVERY nanos_from_ms(50)

/* Calls it so often, until it says that it is over. ^C ends that too, and what there is to be
 * told of the run until then can be told. */
void real_time_follow(bool (*goes_on)(void *who), void *who);

/* The same more often, and without ^C: until there is something to be shown. */
void real_time_await(bool (*goes_on)(void *who), void *who);

#endif
