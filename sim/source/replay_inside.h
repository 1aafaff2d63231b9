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
	/* A RST in a side's name before this captured packet is somebody else's: later, after
	 * what the other side said then, the side goes on. */
	uint32_t survives[SIDES];
	uint32_t *recorded; /* numbers in the recording: captured packets, then unseen ones */
};

/* Captured ones and those that were not. */
static inline uint32_t replay_packets(const struct replay *r)
{
	return r->captured.count + r->fates.unseen_count;
}

/* replay_packets.c */

/* The headers of the packet of a step; those of one that was not captured are
 * made from what was sent beside it. */
void replay_packet(const struct replay *r, uint32_t packet, struct packet *out);
enum side replay_side(const struct replay *r, uint32_t packet); /* that sent it */
void replay_find_survivors(struct replay *r);
bool replay_is_forged(const struct replay *r, uint32_t packet, const struct packet *p);

/* replay_both.c */

/* Plays the steps through the followers of both ends. `after`, where it is not
 * NULL, is called when each step is done. */
void replay_both(struct replay *r, void (*after)(void *who, uint32_t step), void *who);

/* The SYN by which `side` begins, captured or not; false where there is none. */
bool replay_find_syn(const struct replay *r, enum side side, struct packet *out);

/* Sets up the follower of one end, which listens if it will answer a SYN. */
void replay_begin_following(struct replay *r, enum side side);

/* The follower of `side` sends or gets the packet of a step. */
void replay_follow(struct replay *r, enum side side, const struct step *step);

/* What befell a packet on its way: LOSE, COPY, and a SEND that comes late. */
void replay_link_event(struct replay *r, const struct step *step);

/* replay_one.c */

void replay_one(struct replay *r, enum side side, struct replay_summary *summary, FILE *report);

#endif
