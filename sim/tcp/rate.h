/* rate.h — what one ACK says of the rate at which the path delivers.
 * draft-ietf-ccwg-bbr-06 §4.1. */
#ifndef TCPLAB_TCP_RATE_H
#define TCPLAB_TCP_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"

struct tcp;

/* Of the segment sent last among those that the ACK delivers. */
struct rate_sample {
	uint64_t delivery_rate;   /* octets per second; 0: no reliable sample */
	uint64_t delivered;       /* octets, from when it was sent until now */
	uint64_t prior_delivered; /* octets that had been delivered when it was sent */
	nanos rtt;                /* 0: not known, it was sent twice */
	uint32_t newly_acked;     /* octets, by this ACK */
	uint32_t lost;            /* octets, since it was sent */
	uint32_t tx_in_flight;    /* octets under way when it had been sent */
	bool app_limited;         /* the application had nothing more to send then */
};

/* From what this turn's acknowledgment told; false where it delivered nothing. */
bool rate_measure(const struct tcp *t, struct rate_sample *sample);

#endif
