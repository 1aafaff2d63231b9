/* steps.h — what happened at both ends of a captured connection, in order.
 *
 * The packets of a capture and those that it did not see, each with the times
 * at which it left one end and reached the other, or was lost between. The
 * order is that of the times; at one time, that of the capture.
 *
 * What goes to the far end takes at least the flight of vantage.h, and longer
 * where it waits in queues. An acknowledgment shows how long: a segment came
 * just before the far end sent the first ACK of it, unless that ACK is for this
 * segment alone and so late that it was delayed on purpose (RFC 9293 §3.8.6.3).
 * Packets do not overtake each other but where an ACK shows it. */
#ifndef TCPLAB_SOURCE_STEPS_H
#define TCPLAB_SOURCE_STEPS_H

#include "source/fates.h"

enum step_kind {
	STEP_SEND,
	STEP_LOSE,
	STEP_COPY, /* the packet appears a second time */
	STEP_ARRIVE,
};

struct step {
	nanos time;      /* since recording began */
	uint32_t place;  /* order at one time: a captured packet, … */
	uint32_t packet; /* captured; or, from captured->count on, unseen */
	uint8_t within;  /* … and what is squeezed in before it comes first */
	uint8_t kind;
};

struct steps {
	struct step *all;
	uint32_t count;
	uint32_t capacity;
	nanos epoch; /* what time 0 is, since 1970 */
};

/* steps_free() it. */
void steps_find(struct steps *out, const struct captured *captured, const struct fates *fates);
void steps_free(struct steps *steps);

#endif
