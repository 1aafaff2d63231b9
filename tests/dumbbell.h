/* dumbbell.h — flows that share one narrow link, each from a host of its own:
 *
 *     sender 0 ──╮                        ╭── receiver
 *     sender 1 ──┤ 1 ms … ── r1 ═══ r2 ───╯
 *     sender 2 ──╯            the bottleneck
 *
 * Nothing is recorded; tcp_check() is called after every turn, unless `unchecked`. */
#ifndef TCPLAB_TESTS_DUMBBELL_H
#define TCPLAB_TESTS_DUMBBELL_H

#include "net/world.h"

enum { FLOWS_MAX = 100 };

struct dumbbell_setup {
	unsigned flows;
	const char *control;
	double mbps;    /* of the bottleneck; 0: no limit */
	int delay_ms;   /* one way, of the bottleneck; the rest adds 2 ms */
	uint32_t queue; /* packets */
	uint32_t lost_per_million;
	uint64_t seed;
	bool unchecked;
	struct profile profile; /* of the senders, but for the control */
};

struct dumbbell {
	struct world *world;
	unsigned flows;
	unsigned sender[FLOWS_MAX];
	uint32_t conn[FLOWS_MAX];
	uint64_t delivered[FLOWS_MAX]; /* octets, in order */
	uint64_t lost;                 /* packets, by chance */
};

/* Profile "rfc", with buffers and a window scale that no path here fills. */
struct profile dumbbell_profile(void);
/* All flows begin to send for ever, 10 ms one after the other. */
void dumbbell_begin(struct dumbbell *d, const struct dumbbell_setup *setup);
void dumbbell_run(struct dumbbell *d, nanos until);
const struct tcb *dumbbell_tcb(const struct dumbbell *d, unsigned flow);
void dumbbell_end(struct dumbbell *d);
/* Jain's index of these: (Σx)² / (n·Σx²). 1: all have the same; 1/n: one has all. */
double jain_index(const uint64_t *x, unsigned n);

#endif
