/* inlet.h — what arrives through an outlet, as segments that were on the wire:
 * the part of receiving that raw sockets and an address of our own share. */
#ifndef TCPLAB_LIVE_INLET_H
#define TCPLAB_LIVE_INLET_H

#include "live/cutter.h"
#include "live/outlet.h"

struct inlet {
	struct cutter cutter; /* of what arrived last; over: nothing is left of it */
	uint8_t buffer[ARRIVAL_MAX];
};

void inlet_init(struct inlet *inlet);

/* The next segment, of those arrivals that `is_wanted` takes; what it does not take is its own to
 * deal with. False where nothing waits. */
bool inlet_receive(struct inlet *inlet, struct gate *gate, const struct outlet *outlet,
		   bool (*is_wanted)(struct gate *gate, const struct arrival *arrival),
		   struct datagram *out);

/* Adds to the gate's count what the capture had no room for. */
void inlet_count(struct gate *gate, const struct outlet *outlet);

#endif
