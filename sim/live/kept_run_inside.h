/* kept_run_inside.h — the words of a file that keeps a live run. Not for callers. */
#ifndef TCPLAB_LIVE_KEPT_RUN_INSIDE_H
#define TCPLAB_LIVE_KEPT_RUN_INSIDE_H

#include "live/kept_run.h"

enum { KEPT_EDITION = 1, KEPT_PROFILE_MAX = 4000, KEPT_HASH_DIGITS = 16 };

/* By enum input_kind, which has more at its end. */
extern const char *const kept_kinds[];
enum { KEPT_KINDS = INPUT_ABORT + 1 };

#endif
