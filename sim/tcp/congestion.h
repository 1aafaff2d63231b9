/* congestion.h — how fast to send: the interface of a congestion control.
 * RFC 5681.
 *
 * A control is one file (cc_….c) and one line in the table of congestion.c.
 * Its state is in tcb->cc, in octets. Detecting a loss and repairing it is
 * not its business: recovery.c does that, and asks. */
#ifndef TCPLAB_TCP_CONGESTION_H
#define TCPLAB_TCP_CONGESTION_H

#include <stdint.h>

struct tcp;

struct congestion_control {
	const char *name;
	/* The connection is ESTABLISHED: set cwnd and ssthresh. */
	void (*start)(struct tcp *t);
	/* `acked` new octets were acknowledged, outside recovery. */
	void (*acked)(struct tcp *t, uint32_t acked);
	/* A loss was seen: returns the new ssthresh. */
	uint32_t (*reduced)(const struct tcp *t);
};

const struct congestion_control *congestion_control(uint32_t index);
uint32_t congestion_control_count(void);

/* IW of RFC 5681 §3.1 (or the profile's), in octets. */
uint32_t congestion_initial_window(const struct tcp *t);

/* FlightSize of RFC 5681 §3.1, for equation (4). */
uint32_t congestion_flight_size(const struct tcp *t);

extern const struct congestion_control cc_reno;

#endif
