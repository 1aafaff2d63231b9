/* scenario_run_inside.h — a run of a scenario, while it goes on. Not for callers. */
#ifndef TCPLAB_SOURCE_SCENARIO_RUN_INSIDE_H
#define TCPLAB_SOURCE_SCENARIO_RUN_INSIDE_H

#include "source/peer.h"
#include "source/scenario_inside.h"
#include "source/scenario_real.h"

/* Where what a real host gets leaves the world. */
struct real_end {
	struct scenario_run *run;
	uint32_t host;
};

struct scenario_run {
	struct scenario *scenario;
	struct world *world;
	struct recording *recording;
	struct script *scripts[WORLD_NODES_MAX];
	struct link **links; /* as the scenario lists them */
	uint32_t scanned;    /* events of the recording that captions have seen */
	bool too_long;
	enum world_end end;
	struct scenario_outlet outlet;
	struct peers peers; /* real hosts, as the recording shows them */
	struct real_end reals[WORLD_NODES_MAX];
};

/* The real host is node number `host` of the world. */
void scenario_add_real(struct scenario_run *run, uint32_t host);

#endif
