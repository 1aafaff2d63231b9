/* BBR on a path: what it measures, what it makes of that, and the delivery
 * rate itself. draft-ietf-ccwg-bbr-06. */
#include "tests/dumbbell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "tcp/congestion.h"
#include "tcp/flight.h"

/* ---- the delivery rate, §4.1 ---- */

/* 10000 octets delivered, sent in `send_ms` and acknowledged in `ack_ms`. */
static uint64_t rate_of(int send_ms, int ack_ms, int min_rtt_ms)
{
	struct tcb tcb = {.flight = {.delivered = 30000, .lost_ever = 700},
			  .rack = {.min_rtt = nanos_from_ms(min_rtt_ms)}};
	struct tcp t = {.tcb = &tcb, .now = nanos_from_s(9)};
	struct rate_sample sample;

	t.ack = (struct ack_sample){.measured = true,
				    .prior_delivered = 20000,
				    .prior_lost = 200,
				    .prior_at = t.now - nanos_from_ms(ack_ms),
				    .send_elapsed = nanos_from_ms(send_ms),
				    .rtt = nanos_from_ms(ack_ms)};
	assert_true(rate_measure(&t, &sample));
	assert_int_equal(sample.delivered, 10000);
	assert_int_equal(sample.lost, 500);
	return sample.delivery_rate;
}

static void the_longer_of_both_times_makes_the_rate(void **state)
{
	(void)state;
	assert_int_equal(rate_of(50, 100, 40), 100000);
	assert_int_equal(rate_of(200, 100, 40), 50000);
}

static void less_than_a_round_trip_makes_no_rate(void **state)
{
	(void)state;
	assert_int_equal(rate_of(10, 20, 40), 0);
}

static void nothing_delivered_is_no_sample(void **state)
{
	struct tcb tcb = {.state = ESTABLISHED};
	struct tcp t = {.tcb = &tcb};
	struct rate_sample sample;

	(void)state;
	assert_false(rate_measure(&t, &sample));
}

/* ---- on a path of 10 Mb/s and 40 ms ---- */

static struct dumbbell_setup path(const char *control, unsigned flows)
{
	return (struct dumbbell_setup){.flows = flows,
				       .control = control,
				       .mbps = 10,
				       .delay_ms = 18,
				       .queue = 100,
				       .seed = 1,
				       .profile = dumbbell_profile()};
}

/* Of the 9.65 Mb/s of text that fit on it. */
static double share_used(const struct dumbbell_setup *setup, int from_s, int until_s)
{
	struct dumbbell d;
	uint64_t before;
	uint64_t after;

	dumbbell_begin(&d, setup);
	dumbbell_run(&d, nanos_from_s(from_s));
	before = d.delivered[0];
	dumbbell_run(&d, nanos_from_s(until_s));
	after = d.delivered[0];
	dumbbell_end(&d);
	return (double)(after - before) * 8 / (9.65e6 * (until_s - from_s));
}

static void the_model_is_the_path(void **state)
{
	struct dumbbell_setup setup = path("bbr", 1);
	struct dumbbell d;
	const struct tcb *tcb;

	(void)state;
	dumbbell_begin(&d, &setup);
	dumbbell_run(&d, nanos_from_s(4));
	tcb = dumbbell_tcb(&d, 0);
	/* Octets per second of text, a little more for the jitter of the ACKs. */
	assert_in_range(tcb->bbr.bw, 1200000, 1260000);
	assert_in_range(tcb->bbr.min_rtt, nanos_from_ms(40), nanos_from_ms(43));
	assert_in_range(tcb->bbr.state, BBR_PROBE_BW_DOWN, BBR_PROBE_BW_UP);
	/* About one bandwidth-delay product is under way, 34 segments, not the queue's 100. */
	assert_in_range(flight_pipe(tcb), 25 * 1448, 55 * 1448);
	assert_in_range(tcb->cc.cwnd, 60 * 1448, 90 * 1448);
	dumbbell_end(&d);
}

/* The mean from the fourth second to the twelfth. */
static nanos round_trip_of(const struct dumbbell_setup *setup)
{
	struct dumbbell d;
	nanos sum = 0;

	dumbbell_begin(&d, setup);
	for (int i = 0; i < 80; i++) {
		dumbbell_run(&d, nanos_from_s(4) + i * nanos_from_ms(100));
		sum += dumbbell_tcb(&d, 0)->rtt.srtt;
	}
	dumbbell_end(&d);
	return sum / 80;
}

static void the_link_is_used_without_filling_the_queue(void **state)
{
	struct dumbbell_setup bbr = path("bbr", 1);
	struct dumbbell_setup cubic = path("cubic", 1);

	(void)state;
	assert_true(share_used(&bbr, 2, 10) > 0.93);
	assert_true(round_trip_of(&bbr) < nanos_from_ms(60));
	assert_true(round_trip_of(&cubic) > nanos_from_ms(80));
}

static void loss_by_chance_does_not_slow_it_down(void **state)
{
	struct dumbbell_setup bbr = path("bbr", 1);
	struct dumbbell_setup reno = path("reno", 1);

	(void)state;
	bbr.lost_per_million = reno.lost_per_million = 10000;
	assert_true(share_used(&bbr, 2, 14) > 0.75);
	assert_true(share_used(&reno, 2, 14) < 0.5);
}

static void flows_share(void **state)
{
	struct dumbbell_setup setup = path("bbr", 4);
	struct dumbbell d;
	uint64_t before[4];
	uint64_t got[4];

	(void)state;
	dumbbell_begin(&d, &setup);
	dumbbell_run(&d, nanos_from_s(15));
	memcpy(before, d.delivered, sizeof before);
	dumbbell_run(&d, nanos_from_s(40));
	for (unsigned i = 0; i < 4; i++)
		got[i] = d.delivered[i] - before[i];
	assert_true(jain_index(got, 4) > 0.9);
	dumbbell_end(&d);
}

/* ---- the states ---- */

enum { VISITS_MAX = 64 };

struct visits {
	struct dumbbell d;
	unsigned count;
	uint8_t states[VISITS_MAX];
	nanos begins[VISITS_MAX];
	uint32_t least_cwnd[VISITS_MAX];
};

static void watch(void *who, nanos now)
{
	struct visits *v = who;
	const struct tcb *tcb = dumbbell_tcb(&v->d, 0);

	if (tcb == NULL || tcb->state != ESTABLISHED || v->count == VISITS_MAX)
		return;
	if (v->count == 0 || v->states[v->count - 1] != tcb->bbr.state) {
		v->states[v->count] = tcb->bbr.state;
		v->begins[v->count] = now;
		v->least_cwnd[v->count++] = tcb->cc.cwnd;
	} else if (tcb->cc.cwnd < v->least_cwnd[v->count - 1]) {
		v->least_cwnd[v->count - 1] = tcb->cc.cwnd;
	}
}

static void states_follow_each_other_as_in_the_diagram(void **state)
{
	static const bool arrows[7][7] = {
		[BBR_STARTUP] = {[BBR_DRAIN] = true},
		[BBR_DRAIN] =
			{[BBR_PROBE_BW_DOWN] = true, [BBR_PROBE_BW_CRUISE] = true}, /* at once */
		[BBR_PROBE_BW_DOWN] = {[BBR_PROBE_BW_CRUISE] = true, [BBR_PROBE_BW_REFILL] = true},
		[BBR_PROBE_BW_CRUISE] = {[BBR_PROBE_BW_REFILL] = true},
		[BBR_PROBE_BW_REFILL] = {[BBR_PROBE_BW_UP] = true},
		[BBR_PROBE_BW_UP] = {[BBR_PROBE_BW_DOWN] = true},
		[BBR_PROBE_RTT] = {[BBR_PROBE_BW_CRUISE] = true},
	};
	struct dumbbell_setup setup = path("bbr", 1);
	struct visits v = {.count = 0};
	unsigned probed = 0;

	(void)state;
	dumbbell_begin(&v.d, &setup);
	world_watch(v.d.world, watch, &v);
	dumbbell_run(&v.d, nanos_from_s(9));
	assert_int_equal(v.states[0], BBR_STARTUP);
	for (unsigned i = 1; i < v.count; i++) {
		if (v.states[i] != BBR_PROBE_RTT) {
			assert_true(arrows[v.states[i - 1]][v.states[i]]);
			continue;
		}
		probed++;
		/* 5 s after the last shorter round trip, for 200 ms and a round trip, with
		 * half of the bandwidth-delay product. */
		assert_true(v.begins[i] > nanos_from_s(5));
		assert_true(v.begins[i + 1] - v.begins[i] > nanos_from_ms(200));
		assert_true(v.begins[i + 1] - v.begins[i] < nanos_from_ms(500));
		assert_in_range(v.least_cwnd[i], 4 * 1448, 20 * 1448);
	}
	assert_int_equal(probed, 1);
	assert_true(v.count > 8);
	/* 2 to 3 s from one probe to the next. */
	for (unsigned i = 0, last = 0; i < v.count; i++) {
		if (v.states[i] != BBR_PROBE_BW_UP)
			continue;
		if (last > 0)
			assert_in_range(v.begins[i] - v.begins[last], nanos_from_ms(1900),
					nanos_from_ms(4500));
		last = i;
	}
	dumbbell_end(&v.d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longer_of_both_times_makes_the_rate),
		cmocka_unit_test(less_than_a_round_trip_makes_no_rate),
		cmocka_unit_test(nothing_delivered_is_no_sample),
		cmocka_unit_test(the_model_is_the_path),
		cmocka_unit_test(the_link_is_used_without_filling_the_queue),
		cmocka_unit_test(loss_by_chance_does_not_slow_it_down),
		cmocka_unit_test(flows_share),
		cmocka_unit_test(states_follow_each_other_as_in_the_diagram),
	};

	return cmocka_run_group_tests_name("bbr", tests, NULL, NULL);
}
