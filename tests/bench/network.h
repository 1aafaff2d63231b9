/* network.h — the network that the measurements run on: two hosts, and one
 * bottleneck between them.
 *
 *     struct network n = {.profile = profile, .rate = 100000000, …};
 *     int64_t octets = network_transfer(&n, seed);
 */
#ifndef TCPLAB_TESTS_BENCH_NETWORK_H
#define TCPLAB_TESTS_BENCH_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "net/world.h"

struct network {
	struct profile profile; /* of both hosts */
	int64_t rate;           /* of the bottleneck, bits a second */
	nanos delay;            /* one way */
	uint32_t queue;         /* packets */
	uint32_t loss;          /* of a million packets, from the client */
	nanos jitter;           /* this long … */
	uint32_t jittered;      /* … so many of a million are held back */
	nanos lasts;            /* of simulated time, at most */
	int64_t octets;         /* that the client sends; 0: without end */
	bool recorded;
	bool watched; /* reductions are counted */
	/* What came out: */
	uint64_t segments;
	uint64_t reductions; /* how often the client's ssthresh fell below cwnd */
	uint64_t hash;       /* of the recording */
	int64_t hashing;     /* CPU time that this took */
	nanos took;          /* until all had arrived */
};

/* Octets that reached the server's application. */
int64_t network_transfer(struct network *n, uint64_t seed);

/* CPU time of this process, user and system, in nanoseconds. */
int64_t cpu_time(void);

#endif
