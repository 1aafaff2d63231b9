/* hystart.h — HyStart++: slow start that ends before it loses. RFC 9406.
 *
 * Slow start doubles the window until something is lost, and then half a
 * window is lost at once. But before a queue overflows it fills, and what
 * goes through it takes longer. So HyStart++ compares the shortest round trip
 * of each round with that of the round before; where it has grown by an
 * eighth (but at least 4 ms and at most 16 ms), Conservative Slow Start (CSS)
 * goes on at a quarter of the pace. If the round trips get shorter again, it
 * was a mistake and slow start resumes; after five rounds it was none, and
 * congestion avoidance begins.
 *
 * Only for the first slow start, while nothing is known of the path. */
#ifndef TCPLAB_TCP_HYSTART_H
#define TCPLAB_TCP_HYSTART_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "base/seq.h"

struct tcp;

struct hystart_variables {
	nanos last_min;        /* lastRoundMinRTT; 0: there is none */
	nanos current_min;     /* currentRoundMinRTT; 0: there is none yet */
	nanos baseline;        /* cssBaselineMinRtt; 0: not in CSS */
	struct seq window_end; /* the round is over when this is acknowledged */
	uint16_t samples;      /* rttSampleCount */
	uint8_t css_rounds;    /* that have begun */
	bool css;
};

void hystart_begin(struct tcp *t);
/* Whether this slow start is one for HyStart++. */
bool hystart_applies(const struct tcp *t);
void hystart_measured(struct tcp *t, nanos rtt);
/* What an ACK may add to cwnd, of the `step` that slow start would. */
uint32_t hystart_step(const struct tcp *t, uint32_t step);
/* After cwnd has grown: looks at the delay, and at the end of the round. */
void hystart_acked(struct tcp *t);

#endif
