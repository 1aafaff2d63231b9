#include "tcp/congestion.h"

#include <assert.h>

#include "tcp/tcp.h"

static const struct congestion_control *const controls[] = {
	&cc_reno,
};

const struct congestion_control *congestion_control(uint32_t index)
{
	assert(index < congestion_control_count());
	return controls[index];
}

uint32_t congestion_control_count(void)
{
	return sizeof controls / sizeof controls[0];
}

uint32_t congestion_initial_window(const struct tcp *t)
{
	uint32_t smss = t->tcb->snd.mss;

	if (t->profile->initial_window > 0)
		return t->profile->initial_window * smss;
	if (smss > 2190)
		return 2 * smss;
	if (smss > 1095)
		return 3 * smss;
	return 4 * smss;
}
