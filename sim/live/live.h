/* live.h — our own TCP on a real network, in real time.
 *
 * A thread waits at the gate, at the applications' descriptors, and for the
 * next timer; what comes is an input of our host, at the time when it came. A
 * timer that is served late has fired at its time all the same: what the run
 * does depends on its inputs alone, and how late things were is only counted.
 *
 * An application is a pair of descriptors: what can be read from `in` is sent,
 * and its end is a CLOSE; what arrives is written to `out`, as fast as that
 * takes it, and the window tells the peer so. */
#ifndef TCPLAB_LIVE_LIVE_H
#define TCPLAB_LIVE_LIVE_H

#include "live/actor.h"
#include "live/gate.h"
#include "live/inputs.h"
#include "live/trial.h"

/* Closed by the run; may be the same twice. −1: it sends nothing; it reads nothing, and what
 * arrives is taken and forgotten. */
struct plug {
	int in;
	int out;
};

struct live_setup {
	struct actor_setup actor;
	struct gate *gate;      /* the caller's */
	struct inputs *inputs;  /* the caller's; NULL: the run will not be told */
	struct endpoint local;  /* of the OPEN: passive without a remote endpoint */
	struct endpoint remote; /* version 0: whoever comes */
	unsigned most;          /* connections that are served before the run is over; 0: no end */
	bool on_trial;          /* see trial.h */
	/* A connection is established (or, an active one, begun): false turns it away. In the
	 * run's thread. */
	bool (*plug)(void *who, const struct endpoint *peer, struct plug *out);
	void *who;
};

struct live_result {
	uint64_t octets_sent; /* by the applications */
	uint64_t octets_received;
	unsigned connections; /* that came to stand */
	unsigned failed;      /* refused, reset, timed out, unreachable */
	enum ending ending;   /* of the last one that ended */
	int unread;      /* errno, where an application's `in` could not be read to its end; 0 */
	int unwritten;   /* … where its `out` did not take all that came */
	bool is_cut_off; /* the network interface was taken away, which ended the run */
	nanos late_most; /* after its time that a timer was served */
	nanos late_sum;
	uint64_t late_count;
};

struct live_run;

/* Makes the OPEN, and goes on by itself. NULL with a sentence where it may not be made. */
struct live_run *live_start(const struct live_setup *setup, struct error *err);
bool live_is_over(struct live_run *live);
/* Until it is over by itself; it can then only be ended. */
void live_wait(struct live_run *live);
/* TRIAL_FAILED: the kernel speaks at our port, and the run waits. End it, and begin another
 * elsewhere; or it goes on in spite of that. */
enum trial_verdict live_trial(struct live_run *live);
void live_goes_on_anyway(struct live_run *live);
/* Stops it, wherever it is: what is still open is ABORTed. Frees it. */
struct live_result live_end(struct live_run *live);

#endif
