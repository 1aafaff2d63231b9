/* clock.h — the time of live runs: it goes on evenly, whatever the calendar does. */
#ifndef TCPLAB_LIVE_CLOCK_H
#define TCPLAB_LIVE_CLOCK_H

#include "base/nanos.h"

nanos clock_now(void);       /* CLOCK_MONOTONIC */
nanos clock_calendar(void);  /* since 1970, UTC */
uint64_t clock_secret(void); /* that nobody can guess; not a time at all, but from outside, too */

#endif
