#include "live/inlet.h"

#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>

#include "live/gate_inside.h"

void inlet_init(struct inlet *inlet)
{
	memset(inlet, 0, sizeof *inlet);
	inlet->cutter.over = true;
}

bool inlet_receive(struct inlet *inlet, struct gate *gate, const struct outlet *outlet,
		   bool (*is_wanted)(struct gate *gate, const struct arrival *arrival),
		   struct datagram *out)
{
	struct cutter *cutter = &inlet->cutter;
	struct arrival arrival;

	while (!cutter_next(cutter, &out->bytes, &out->len)) {
		do {
			if (!outlet_receive(outlet, inlet->buffer, sizeof inlet->buffer, &arrival))
				return false;
		} while (!is_wanted(gate, &arrival));
		gate->counts.merged += arrival.piece > 0;
		cutter_begin(cutter, arrival.bytes, arrival.len, arrival.piece, arrival.unsummed);
	}
	out->unverified = cutter->unsummed;
	out->was_merged = cutter->piece > 0;
	return true;
}

void inlet_count(struct gate *gate, const struct outlet *outlet)
{
	struct tpacket_stats stats;
	socklen_t len = sizeof stats;

	/* Asking sets it to 0. */
	if (getsockopt(outlet->in, SOL_PACKET, PACKET_STATISTICS, &stats, &len) == 0)
		gate->counts.lost += stats.tp_drops;
}
