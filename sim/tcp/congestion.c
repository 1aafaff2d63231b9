#include "tcp/congestion.h"

#include <assert.h>

#include "tcp/turn.h"

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

/* RFC 5681 §3.1: then the window begins with one segment. RFC 6928, where it
 * begins with more than RFC 5681 allows, forgives the first loss: an RTO of
 * 1 s may just have been too short. */
void congestion_syn_was_repeated(struct tcp *t, uint16_t times)
{
	uint16_t forgiven = t->profile->initial_window > 0;

	if (times <= forgiven)
		return;
	t->tcb->cc.cwnd = t->tcb->snd.mss;
	note(t, RULE_WINDOW_AFTER_SYN);
}

/* What limited transmit sent on the first duplicates, beyond cwnd, does not
 * count: RFC 5681 §3.2 (2). */
uint32_t congestion_flight_size(const struct tcp *t)
{
	const struct congestion_variables *cc = &t->tcb->cc;
	uint32_t flight = tcb_outstanding(t->tcb);
	bool lent = cc->dup_acks > 0 && !cc->fast_recovery && !cc->remembers;

	return lent && flight > cc->cwnd ? cc->cwnd : flight;
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
