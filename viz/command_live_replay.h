/* command_live_replay.h — tcplab live replay: our TCP and a captured client's
 * application, against a real server. */
#ifndef TCPLAB_VIZ_COMMAND_LIVE_REPLAY_H
#define TCPLAB_VIZ_COMMAND_LIVE_REPLAY_H

#include "live/acts.h"
#include "live/live.h"

struct live_replay {
	struct acts acts;
	struct reenactment *reenactment;
};

/* For struct live_setup; `who` is the live_replay. */
bool live_replay_plug(void *who, const struct endpoint *peer, struct plug *out);
/* For struct live_session: the run is over, and this is its recording. */
void live_replay_compare(void *who, const struct recording *r);
/* When the run is over, and its descriptors are closed. Frees the acts. */
void live_replay_end(struct live_replay *replay);

#endif
