/* late.h — a segment that comes after later ones: sent again, or overtaken?
 *
 * A capture shows only the order in which packets passed. What tells is what
 * the sender wrote into them: the IP identification, where a sender counts it
 * up, and the timestamp of RFC 7323. A copy that is sent again carries newer
 * numbers than the segments which overtook it, an overtaken original older
 * ones. The first that has an answer gives it. */
#ifndef TCPLAB_SOURCE_LATE_H
#define TCPLAB_SOURCE_LATE_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/packet.h"

enum lateness {
	LATE_UNKNOWN,   /* cannot tell */
	LATE_AGAIN,     /* sent after those that came before it */
	LATE_OVERTAKEN, /* sent before them */
	LATE_SAME,      /* the very packet that was seen before */
};

/* What a packet says about when it was sent. */
struct sending_mark {
	uint32_t ts_val;
	uint16_t id;
	bool has_ts;
	bool has_id;
};

/* Whether a sender counts its identifications up, learnt from segments in order. */
struct id_habit {
	uint16_t newest;
	uint16_t rising;  /* steps forward that were small; saturates */
	uint16_t jumping; /* all other steps */
	bool started;
};

struct sending_mark sending_mark_of(const struct packet *packet);

/* Call for each packet of one sender, in the order of the capture. */
void id_habit_learn(struct id_habit *habit, const struct packet *packet);

/* How `late` was sent relative to `before`, the packet that overtook it. */
enum lateness lateness(const struct id_habit *habit, const struct sending_mark *late,
		       const struct sending_mark *before);

#endif
