/* inlet.h — what arrives at a gate, as segments that were on the wire: the part
 * of receiving that all ways share which may get super-packets. */
#ifndef TCPLAB_LIVE_INLET_H
#define TCPLAB_LIVE_INLET_H

#include "live/arrival.h"
#include "live/cutter.h"
#include "live/gate.h"

struct inlet {
	struct cutter cutter; /* of what arrived last; over: nothing is left of it */
	uint8_t buffer[ARRIVAL_MAX];
};

void inlet_init(struct inlet *inlet);

/* The next segment, of the arrivals that `next` puts into the buffer; what is not for our TCP it
 * deals with itself. False where nothing waits. */
bool inlet_receive(struct inlet *inlet, struct gate *gate,
		   bool (*next)(struct gate *gate, struct arrival *out), struct datagram *out);

#endif
