/* replay_inside.h — what the files of replay.h share. Not for callers. */
#ifndef TCPLAB_SOURCE_REPLAY_INSIDE_H
#define TCPLAB_SOURCE_REPLAY_INSIDE_H

#include "source/captured_profile.h"
#include "source/follower.h"
#include "source/replay.h"
#include "source/steps.h"

/* All that is known of a connection before its recording is made. */
struct replay {
	struct captured captured;
	struct fates fates;
	struct steps steps;
	struct captured_profile profiles[SIDES];
	struct recording *recording;
	struct follower followers[SIDES];
	uint8_t hosts[SIDES]; /* in the recording */
	uint32_t *recorded;   /* numbers in the recording: captured packets, then unseen ones */
};

/* replay_packets.c */

/* The headers of the packet of a step; those of one that was not captured are
 * made from what was sent beside it. */
void replay_packet(const struct replay *r, uint32_t packet, struct packet *out);
enum side replay_side(const struct replay *r, uint32_t packet); /* that sent it */

/* replay_both.c */

/* Plays the steps through the followers of both ends. */
void replay_both(struct replay *r);

/* What befell a packet on its way: LOSE, COPY. */
void replay_link_event(struct replay *r, const struct step *step);

/* The follower of `side` sends or gets the packet of a step. */
void replay_follow(struct replay *r, enum side side, const struct step *step);

/* Sets up both followers, and the ends that are there before the first packet. */
void replay_begin_following(struct replay *r);

/* replay_one.c */

void replay_one(struct replay *r, enum side side, struct replay_summary *summary, FILE *report);

#endif
