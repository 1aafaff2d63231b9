/* narrator.h — a live run, told as a recording while it goes on.
 *
 * A second host of ours gets the inputs of the run and does what the first has
 * done; what it sends goes into the recording. At the other end of each
 * connection is a follower, as in a replay: its TCB is inferred from what the
 * peer is seen to send.
 *
 * Seen from here, a datagram of the peer leaves it before it arrives: the story
 * is told so much later than it happens. How long datagrams are under way
 * nobody says. Half of the shortest round trip is taken for it, and the lines of
 * the ladder slope by that. */
#ifndef TCPLAB_LIVE_NARRATOR_H
#define TCPLAB_LIVE_NARRATOR_H

#include "live/actor.h"
#include "live/inputs.h"

struct narrator;

/* `recording` and `inputs` are the caller's, who frees them later. */
struct narrator *narrator_new(const struct actor_setup *setup, struct inputs *inputs,
			      struct recording *recording);
void narrator_free(struct narrator *n);

/* Tells what can be told by now; all of it, where the run is over. False where
 * there was nothing new. */
bool narrator_goes_on(struct narrator *n, bool over);

/* False where the second host did not do what the first did: that is a mistake of ours. */
bool narrator_agrees(const struct narrator *n);
/* Of a run that is over and told: also that it sent as much. */
bool narrator_agrees_to_the_end(const struct narrator *n);

#endif
