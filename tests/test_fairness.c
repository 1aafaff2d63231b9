/* What congestion control is for: the link is used, and shared alike; and the
 * window answers to loss as the theory has it. */
#include "tests/dumbbell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <math.h>
#include <cmocka.h>

/* Octets of each flow from `from` to `until`. */
static void run(const struct dumbbell_setup *setup, nanos from, nanos until, uint64_t *octets)
{
	struct dumbbell d;

	dumbbell_begin(&d, setup);
	dumbbell_run(&d, from);
	for (unsigned i = 0; i < setup->flows; i++)
		octets[i] = d.delivered[i];
	dumbbell_run(&d, until);
	for (unsigned i = 0; i < setup->flows; i++)
		octets[i] = d.delivered[i] - octets[i];
	dumbbell_end(&d);
}

static void share(const char *control, unsigned flows)
{
	struct dumbbell_setup setup = {.flows = flows,
				       .control = control,
				       .mbps = 2.0 * flows,
				       .delay_ms = 10,
				       .queue = 10 * flows,
				       .seed = 1,
				       .profile = dumbbell_profile()};
	uint64_t octets[FLOWS_MAX];
	uint64_t sum = 0;
	double used;

	run(&setup, nanos_from_s(20), nanos_from_s(40), octets);
	for (unsigned i = 0; i < flows; i++)
		sum += octets[i];
	used = (double)sum * 8 / (setup.mbps * 1e6 * 20);
	if (getenv("TCPLAB_SHOW"))
		printf("%s %u flows: Jain %.4f, used %.3f\n", control, flows,
		       jain_index(octets, flows), used);
	if (jain_index(octets, flows) < 0.95 || used < 0.85)
		fail_msg("%s, %u flows: Jain %.3f, %.3f of the link used", control, flows,
			 jain_index(octets, flows), used);
}

static void flows_of_reno_share_alike(void **state)
{
	(void)state;
	share("reno", 2);
	share("reno", 4);
	share("reno", 8);
}

static void flows_of_cubic_share_alike(void **state)
{
	(void)state;
	share("cubic", 2);
	share("cubic", 4);
	share("cubic", 8);
}

/* In slow start more is lost than is repaired in a round trip, and repetitions
 * among it. What has gathered beyond the gap meanwhile must not count as under
 * way, or ssthresh rises with each time-out. */
static void one_flow_recovers_from_the_end_of_slow_start(void **state)
{
	struct dumbbell_setup setup = {.flows = 1,
				       .control = "cubic",
				       .mbps = 10,
				       .delay_ms = 18,
				       .queue = 100,
				       .seed = 1,
				       .profile = dumbbell_profile()};
	uint64_t octets;

	(void)state;
	run(&setup, nanos_from_s(4), nanos_from_s(12), &octets);
	assert_true((double)octets * 8 > 0.93 * 10e6 * 8);
}

/* Mathis, Semke, Mahdavi, Ott 1997: MSS/RTT · √(3/2)/√p where each segment is
 * acknowledged. */
static void mathis(const char *control, uint32_t lost_per_million, int seconds)
{
	struct dumbbell_setup setup = {.flows = 1,
				       .control = control,
				       .delay_ms = 48,
				       .lost_per_million = lost_per_million,
				       .seed = 3,
				       .profile = dumbbell_profile()};
	double expected = 1460 / 0.1 * sqrt(1.5) / sqrt(lost_per_million / 1e6);
	uint64_t octets;
	double rate;

	setup.profile.delayed_ack = 0;
	run(&setup, nanos_from_s(20), nanos_from_s(20 + seconds), &octets);
	rate = (double)octets / seconds;
	if (getenv("TCPLAB_SHOW"))
		printf("%s at %u ppm: %.0f octets/s, %.2f of the formula\n", control,
		       lost_per_million, rate, rate / expected);
	if (rate < 0.6 * expected || rate > 1.5 * expected)
		fail_msg("%s at %u ppm: %.0f octets/s and not %.0f", control, lost_per_million,
			 rate, expected);
}

static void reno_is_as_fast_as_the_square_root_of_loss_allows(void **state)
{
	(void)state;
	mathis("reno", 1000, 100);
	mathis("reno", 10000, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flows_of_reno_share_alike),
		cmocka_unit_test(flows_of_cubic_share_alike),
		cmocka_unit_test(one_flow_recovers_from_the_end_of_slow_start),
		cmocka_unit_test(reno_is_as_fast_as_the_square_root_of_loss_allows),
	};

	return cmocka_run_group_tests_name("fairness", tests, NULL, NULL);
}
