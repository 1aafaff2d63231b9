/* explore.h — all that can happen in a small world, one step at a time.
 *
 * Breadth first, so that what is found wrong is found on a shortest way. A
 * world that was seen before (small_key) is not gone on from. Then every
 * world that was seen must still have a way to the clean end: among those
 * that were explored, or else when the network heals (small_heal). In
 * temporal logic: AG EF clean end.
 *
 * Whatever is wrong is told as that shortest way, segment by segment; also
 * when an assertion of the engine's ends the program. */
#ifndef TCPLAB_TESTS_EXPLORE_H
#define TCPLAB_TESTS_EXPLORE_H

#include "tests/small_world.h"

struct explored {
	unsigned states;
	unsigned transitions;
	unsigned depth;    /* steps to the farthest */
	unsigned healed;   /* ends of ways, from where the network had to heal */
	bool cut;          /* there were more than `states_max`: the rest is not explored */
	const char *wrong; /* NULL: nothing; else it was told */
};

struct explored explore(const struct small_scene *scene, unsigned states_max, FILE *told);

#endif
