/* shrink.h — the smallest world that still fails in the same way. */
#ifndef TCPLAB_TESTS_SOAK_SHRINK_H
#define TCPLAB_TESTS_SOAK_SHRINK_H

#include "tests/soak/plan.h"

/* How a plan fails: each is tried in a process of its own, as it may end it. */
struct failure {
	bool failed;
	char what[400]; /* of a failed assertion: its line */
	char sort[120]; /* the same for failures of one kind */
};

void plan_try(const struct plan *plan, struct failure *failure);

/* Leaves out and halves what it can while `plan` fails as `failure` says. */
void plan_shrink(struct plan *plan, struct failure *failure);

/* What a plan's world is held to. */
struct run_limits;
struct run_limits plan_limits(const struct plan *plan);

#endif
