/* play.h — what the files of replay_one.c share. Not for callers. */
#ifndef TCPLAB_SOURCE_PLAY_H
#define TCPLAB_SOURCE_PLAY_H

#include "source/player.h"

enum { PLAY_TEXT_MAX = 400 };

struct play {
	struct replay *replay;
	enum side side; /* that we play */
	struct player_calls calls;
	uint32_t events_before; /* of the recording, before a step */
	struct sent_list theirs;
	struct sent_list ours; /* of the rehearsal */
	uint32_t *their_of;    /* by packet, as in struct step: its number in `theirs` */
	uint32_t *packet_of;   /* the other way round */
	uint32_t buffer;       /* the engine's receive buffer */
	struct player player;  /* who performs */
	uint32_t performed;    /* segments of ours that were dealt with */
	uint32_t *late;        /* of theirs: they are due, and ours are yet to be sent */
	uint32_t late_count;
	uint32_t late_capacity;
};

/* When the last curtain falls: after the last packet there is time for a
 * delayed ACK, and none for a retransmission. */
static inline nanos play_end(const struct play *play)
{
	const struct steps *steps = &play->replay->steps;

	return steps->count > 0 ? steps->all[steps->count - 1].time + nanos_from_ms(100) : 0;
}

static inline bool play_arrives_at_us(const struct play *play, const struct step *step)
{
	return step->kind == STEP_ARRIVE && replay_side(play->replay, step->packet) != play->side;
}

/* perform.c: the rehearsal again, recorded, with what becomes of our segments. */
void play_perform(struct play *play);

#endif
