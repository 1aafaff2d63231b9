/* state_heat.h — what of the state diagram matters at a position: the state
 * that is lit, and how warm each edge is. */
#ifndef TCPLAB_VIZ_STATE_HEAT_H
#define TCPLAB_VIZ_STATE_HEAT_H

#include "viz/scene.h"
#include "viz/state_diagram.h"

enum heat {
	HEAT_NONE,
	HEAT_NEXT, /* leads away from the current state */
	HEAT_LAST, /* taken before this step, and nothing since */
	HEAT_NOW,  /* taken in this step */
};

enum { DIAGRAM_EDGES_MAX = 48 };

struct diagram_heat {
	unsigned node; /* that is lit */
	bool inferred;
	enum heat heat[DIAGRAM_EDGES_MAX]; /* of diagram_edges() */
	const char *reason; /* why the connection went to CLOSED, where the figure does not say */
};

void diagram_heat_find(struct diagram_heat *h, const struct scene *s, enum side side);

#endif
