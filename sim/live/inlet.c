#include "live/inlet.h"

#include <string.h>

#include "live/gate_inside.h"

void inlet_init(struct inlet *inlet)
{
	memset(inlet, 0, sizeof *inlet);
	inlet->cutter.over = true;
}

bool inlet_receive(struct inlet *inlet, struct gate *gate,
		   bool (*next)(struct gate *gate, struct arrival *out), struct datagram *out)
{
	struct cutter *cutter = &inlet->cutter;
	struct arrival arrival;

	while (!cutter_next(cutter, &out->bytes, &out->len)) {
		if (!next(gate, &arrival))
			return false;
		gate->counts.merged += arrival.piece > 0;
		cutter_begin(cutter, arrival.bytes, arrival.len, arrival.piece, arrival.unsummed);
	}
	out->unverified = cutter->unsummed;
	out->was_merged = cutter->piece > 0;
	return true;
}
