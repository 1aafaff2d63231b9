/* live_way.h — the way that a live run takes to the network, and the next one
 * where the kernel spoils it. */
#ifndef TCPLAB_VIZ_LIVE_WAY_H
#define TCPLAB_VIZ_LIVE_WAY_H

#include <limits.h>

#include "live/live.h"
#include "viz/args.h"

struct live_way {
	const struct args *args;
	struct gate_request request; /* the caller's: where to */
	char helper[PATH_MAX];
	char keeper[PATH_MAX];
};

/* Returns the exit status: where it is not fine, the complaint was made. *setup has the gate
 * then, and is whoever the gate says that we are. */
int live_way_open(struct live_way *way, struct live_setup *setup);

/* The run of *setup failed its trial: the next way, into *setup. False with a sentence where
 * there is none; otherwise the caller closes the gate that was there before. */
bool live_way_change(struct live_way *way, struct live_setup *setup, struct error *err);

#endif
