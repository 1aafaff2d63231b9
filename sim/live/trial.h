/* trial.h — is the kernel quiet at our port?
 *
 * Beside the kernel's own TCP, a guard keeps it quiet (netd_raw.c). That has
 * been tried before, but not with this peer, nor behind this machine's firewall:
 * so the first connection is a trial. Until it came to stand, or came to nothing, and
 * a moment after that, no application is served: where the kernel sends a RST of
 * its own meanwhile, the run can begin again another way, and nobody notices. */
#ifndef TCPLAB_LIVE_TRIAL_H
#define TCPLAB_LIVE_TRIAL_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/nanos.h"

enum trial_verdict { TRIAL_PASSED, TRIAL_GOES_ON, TRIAL_FAILED };

struct trial {
	atomic_int verdict; /* the only thing that others read */
	nanos until;        /* NANOS_NEVER: nothing has come of a connection yet */
};

void trial_begin(struct trial *trial, bool is_needed);
/* A connection has come to stand, or has ended. */
void trial_decides(struct trial *trial, nanos now);
/* Whether applications have to wait. `resets`: of the kernel, until now. */
bool trial_holds(struct trial *trial, uint64_t resets, nanos now);
/* When to look again; NANOS_NEVER: when something comes. */
nanos trial_deadline(struct trial *trial, nanos now);

#endif
