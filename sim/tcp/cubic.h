/* cubic.h — what CUBIC remembers. RFC 9438 §4.1. Windows in octets. */
#ifndef TCPLAB_TCP_CUBIC_H
#define TCPLAB_TCP_CUBIC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"

/* Which of its three curves the window follows, §4.2. */
enum cubic_region { CUBIC_NONE, CUBIC_RENO_FRIENDLY, CUBIC_CONCAVE, CUBIC_CONVEX };

/* What a reduction changes, and undoing it brings back (§4.9.2). */
struct cubic_epoch {
	uint32_t w_max;      /* W_max: the plateau of the curve */
	uint32_t w_est;      /* W_est: what Reno's window would be */
	uint32_t cwnd_prior; /* cwnd before the last reduction */
	uint8_t region;      /* enum cubic_region */
	bool begun;          /* the stage of congestion avoidance */
	uint8_t zero[2];
	nanos k; /* K: how long the curve takes from the stage's beginning to W_max */
	nanos t; /* t: how long the stage lasts, without times in which cwnd was not used */
};

struct cubic_variables {
	struct cubic_epoch epoch;
	struct cubic_epoch undo;
	nanos counted;       /* until when `epoch.t` has been counted */
	uint64_t cwnd_rest;  /* of the divisions: parts of an octet, by cwnd */
	uint64_t w_est_rest; /* the same, by 17 · cwnd */
};

#endif
