/* rate.c — the delivery rate. draft-ietf-ccwg-bbr-06 §4.1.
 *
 * Between the moment when a segment left and the moment when it is known to
 * have arrived, so much was delivered: that is a rate. ACKs may come in a
 * bunch, though, and then it looks as if the path were faster than it is; but
 * nothing is delivered faster than it was sent. So the longer of both times
 * counts, that of the ACKs and that of the sending. */
#include "tcp/rate.h"

#include "tcp/turn.h"

static const nanos second = 1000000000;

bool rate_measure(const struct tcp *t, struct rate_sample *sample)
{
	const struct ack_sample *ack = &t->ack;
	const struct flight_variables *flight = &t->tcb->flight;
	nanos interval = nanos_max(ack->send_elapsed, t->now - ack->prior_at);

	if (!ack->measured)
		return false;
	*sample = (struct rate_sample){
		.delivered = flight->delivered - ack->prior_delivered,
		.prior_delivered = ack->prior_delivered,
		.rtt = ack->repeated ? 0 : ack->rtt,
		.newly_acked = ack->delivered,
		.lost = (uint32_t)flight->lost_ever - ack->prior_lost,
		.tx_in_flight = ack->tx_in_flight,
		.app_limited = ack->app_limited,
	};
	/* Less than a round trip can only come of a segment that was sent twice, and
	 * whose first copy has arrived. */
	if (interval > 0 && interval >= t->tcb->rack.min_rtt)
		sample->delivery_rate = sample->delivered * (uint64_t)second / (uint64_t)interval;
	return true;
}
