/* rate.h — what one ACK says of the rate at which the path delivers.
 * draft-ietf-ccwg-bbr §4.1. */
#ifndef TCPLAB_TCP_RATE_H
#define TCPLAB_TCP_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"

struct rate_sample {
	uint64_t delivery_rate;   /* octets per second; 0: no reliable sample */
	uint64_t delivered;       /* octets, over `interval` */
	uint64_t prior_delivered; /* `delivered` of the connection when the newest of them was sent
				   */
	nanos interval;
	nanos rtt;             /* of the newest; −1: unknown, it was sent twice */
	uint32_t newly_acked;  /* octets, by this ACK */
	uint32_t newly_lost;   /* octets, marked by this ACK */
	uint32_t lost;         /* octets, since the newest was sent */
	uint32_t tx_in_flight; /* octets under way when the newest had been sent */
	uint32_t in_flight;    /* octets under way before this ACK */
	bool app_limited;
};

#endif
