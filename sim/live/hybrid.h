/* hybrid.h — the kernel's own TCP in a virtual network, in real time.
 *
 * Some hosts of a scenario are real: each stands behind a gate, through which
 * its datagrams come into the world and go out of it. The world runs as the
 * clock does. What is due is served at its own time, however late: the run is a
 * function of its inputs alone, and how late it was is measured. Where that was
 * too late, the times that a real host saw are not those of the scenario, and
 * the run is called "timing invalid".
 *
 * Changes of links by hand are inputs too, at the time when they are taken.
 *
 * hybrid_narrator.h tells the run as a recording while it goes on. */
#ifndef TCPLAB_LIVE_HYBRID_H
#define TCPLAB_LIVE_HYBRID_H

#include "live/gate.h"
#include "live/inputs.h"
#include "source/scenario_real.h"

enum { HYBRID_GATES_MAX = 8 };

struct hybrid_setup {
	struct scenario *scenario; /* the caller's, and nobody else's while the run lasts */
	struct inputs *inputs;     /* the caller's */
	struct {
		struct gate *gate; /* the caller's */
		uint32_t host;     /* whose it is */
	} gates[HYBRID_GATES_MAX];
	unsigned gate_count;
	nanos late_bound;
	nanos until; /* since its beginning */
};

struct hybrid_lateness {
	nanos most;
	nanos sum;
	uint64_t count;    /* of instants at which something was due */
	uint64_t too_late; /* of these, later than the bound */
};

struct hybrid_result {
	struct hybrid_lateness late;
	int command;     /* what the first command that failed ended with; 0: none did */
	bool is_cut_off; /* a TUN device was deleted, which ended the run */
};

struct hybrid;

struct hybrid *hybrid_start(const struct hybrid_setup *setup);
/* A link is changed: everything but its time, which is that when it is taken. */
void hybrid_change(struct hybrid *h, const struct input *change);
/* The commands have ended and what they left is settled, or the time is up. */
bool hybrid_is_over(struct hybrid *h);
struct hybrid_lateness hybrid_lateness(struct hybrid *h);
/* Stops it, wherever it is. Frees it. */
struct hybrid_result hybrid_end(struct hybrid *h);

#endif
