/* vantage.h — where a capture was taken.
 *
 * Seen from one place, the near end answers at once and the far end a round
 * trip later. The shortest time between a segment that passes towards an end
 * and the acknowledgment of it that passes back is that end's answer time;
 * half of the far end's is the flight from here to there. Times of the near
 * end are those of the capture. Those of the far end are inferred: what it
 * sends left one flight before it was captured, what it gets arrives one
 * flight after. As no answer took less than the answer time, nothing is ever
 * acknowledged before it arrived. */
#ifndef TCPLAB_SOURCE_VANTAGE_H
#define TCPLAB_SOURCE_VANTAGE_H

#include "source/captured.h"

enum { ANSWER_UNKNOWN = -1 };

struct vantage {
	nanos answer[SIDES]; /* the shortest, or ANSWER_UNKNOWN */
	nanos flight;        /* from the place of the capture to the far end */
	uint8_t near;        /* the end that it was taken at, or nearer to */
};

struct vantage vantage_of(const struct captured *captured);

/* When a packet that was captured at `time` left the end that sent it, and
 * when it reached the other. */
static inline nanos vantage_sent(const struct vantage *v, enum side sender, nanos time)
{
	return sender == v->near ? time : time - v->flight;
}

static inline nanos vantage_arrived(const struct vantage *v, enum side sender, nanos time)
{
	return sender == v->near ? time + v->flight : time;
}

#endif
