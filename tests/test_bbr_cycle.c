/* BBR on its own: which state follows when, and what each leaves behind.
 * draft-ietf-ccwg-bbr-06 §5.3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/bbr_alone.h"

/* An ACK `ms` later for what was sent when so much had been delivered. */
static void ack_sent_at(struct lone_flow *f, int ms, uint64_t prior_delivered)
{
	struct rate_sample sample = {.prior_delivered = prior_delivered,
				     .delivery_rate = 200000,
				     .delivered = 2000,
				     .rtt = nanos_from_ms(100),
				     .newly_acked = 2000};
	struct tcp t;

	f->now += nanos_from_ms(ms);
	t = bbr_turn(f);
	f->tcb.flight.delivered += 2000;
	cc_bbr.sampled(&t, &sample);
}

/* It ends no round. */
static void ack_amid(struct lone_flow *f, int ms)
{
	ack_sent_at(f, ms, 0);
}

/* It ends one. */
static void ack_round(struct lone_flow *f, int ms)
{
	ack_sent_at(f, ms, f->tcb.flight.delivered);
}

/* ---- the gains, §5.6.1 ---- */

static void each_state_has_its_gains(void **state)
{
	static const struct {
		enum bbr_state state;
		uint32_t pacing;
		uint32_t cwnd;
		bool probes_bw;
	} rows[] = {
		{BBR_STARTUP, 277, 200, false},        {BBR_DRAIN, 50, 200, false},
		{BBR_PROBE_BW_DOWN, 90, 200, true},    {BBR_PROBE_BW_CRUISE, 100, 200, true},
		{BBR_PROBE_BW_REFILL, 100, 200, true}, {BBR_PROBE_BW_UP, 125, 225, true},
		{BBR_PROBE_RTT, 100, 50, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bbr_variables bbr = {.state = (uint8_t)rows[i].state};

		assert_int_equal(bbr_pacing_gain(&bbr), rows[i].pacing);
		assert_int_equal(bbr_cwnd_gain(&bbr), rows[i].cwnd);
		assert_int_equal(bbr_is_in_probe_bw(&bbr), rows[i].probes_bw);
	}
}

/* ---- Startup and Drain ---- */

/* However many ACKs come in a round. */
static void only_whole_rounds_count_towards_a_full_pipe(void **state)
{
	struct lone_flow f = bbr_flow();

	(void)state;
	bbr_ack(&f, 20000, 200000, false);
	assert_int_equal(f.tcb.bbr.full_bw_count, 0);
	bbr_ack(&f, 20000, 200000, false);
	assert_int_equal(f.tcb.bbr.full_bw_count, 1);
	for (int i = 0; i < 5; i++)
		ack_amid(&f, 10);
	assert_int_equal(f.tcb.bbr.full_bw_count, 1);
}

static void a_pipe_that_was_found_full_is_not_measured_again(void **state)
{
	struct lone_flow f = bbr_flow();
	uint64_t full;

	(void)state;
	for (int i = 0; i < 4; i++)
		bbr_ack(&f, 20000, 200000, false);
	assert_true(f.tcb.bbr.full_bw_now);
	full = f.tcb.bbr.full_bw;
	bbr_ack(&f, 20000, 800000, false);
	assert_true(f.tcb.bbr.full_bw_now);
	assert_true(f.tcb.bbr.full_bw == full);
}

/* Though the queue has not become empty. */
static void drain_lasts_three_rounds_at_most(void **state)
{
	struct lone_flow f = bbr_flow();

	(void)state;
	bbr_until(&f, BBR_STARTUP);
	f.tcb.snd.nxt = seq_add(f.tcb.snd.una, 100000);
	for (int i = 0; i < 20 && f.tcb.bbr.state == BBR_STARTUP; i++)
		bbr_ack(&f, 20000, 200000, false);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(f.tcb.bbr.state, BBR_DRAIN);
		bbr_ack(&f, 20000, 200000, false);
	}
	assert_int_equal(f.tcb.bbr.state, BBR_DRAIN);
	bbr_ack(&f, 20000, 200000, false);
	assert_int_equal(f.tcb.bbr.state, BBR_PROBE_BW_DOWN);
}

/* ---- when to probe, §5.3.3.8 ---- */

static void flows_wait_two_to_three_seconds_each_as_chance_has_it(void **state)
{
	bool rounds[2] = {false};
	nanos least_wait = NANOS_NEVER;
	nanos most_wait = 0;

	(void)state;
	for (uint16_t port = 1; port <= 40; port++) {
		struct lone_flow f = bbr_flow();

		f.tcb.local.port = port;
		f.tcb.snd.nxt = seq_add(f.tcb.snd.una, 50000);
		bbr_until(&f, BBR_PROBE_BW_DOWN);
		assert_in_range(f.tcb.bbr.rounds_since_probe_up, 0, 1);
		rounds[f.tcb.bbr.rounds_since_probe_up] = true;
		least_wait = nanos_min(least_wait, f.tcb.bbr.bw_probe_wait);
		most_wait = nanos_max(most_wait, f.tcb.bbr.bw_probe_wait);
	}
	assert_true(rounds[0] && rounds[1]);
	assert_true(least_wait >= nanos_from_s(2) && least_wait < nanos_from_ms(2200));
	assert_true(most_wait <= nanos_from_s(3) && most_wait > nanos_from_ms(2800));
}

static void the_wait_must_have_passed(void **state)
{
	(void)state;
	for (int late = 0; late < 2; late++) {
		struct lone_flow f = bbr_flow();

		bbr_until(&f, BBR_PROBE_BW_CRUISE);
		f.tcb.bbr.rounds_since_probe_up = 0;
		f.tcb.bbr.cycle_stamp = f.now;
		f.tcb.bbr.bw_probe_wait = nanos_from_ms(10) - late;
		ack_amid(&f, 10);
		assert_int_equal(f.tcb.bbr.state, late ? BBR_PROBE_BW_REFILL : BBR_PROBE_BW_CRUISE);
		/* A round begins with it. */
		assert_int_equal(f.tcb.bbr.next_round_delivered == f.tcb.flight.delivered, late);
	}
}

/* 100 ms at 200000 octets a second are 20 segments: in so many rounds Reno would be there. */
static void reno_would_not_have_waited_longer(void **state)
{
	struct lone_flow f = bbr_flow();

	(void)state;
	bbr_until(&f, BBR_PROBE_BW_CRUISE);
	f.tcb.bbr.cycle_stamp = f.now;
	f.tcb.bbr.bw_probe_wait = nanos_from_s(100);
	f.tcb.bbr.rounds_since_probe_up = 18;
	ack_round(&f, 1);
	assert_int_equal(f.tcb.bbr.state, BBR_PROBE_BW_CRUISE);
	ack_round(&f, 1);
	assert_int_equal(f.tcb.bbr.state, BBR_PROBE_BW_REFILL);
}

/* ---- up, and down again ---- */

static void what_is_sent_upwards_is_the_sample_of_a_probe(void **state)
{
	struct lone_flow f = bbr_flow();

	(void)state;
	bbr_until(&f, BBR_PROBE_BW_REFILL);
	assert_false(f.tcb.bbr.is_bw_probe_sample);
	bbr_until(&f, BBR_PROBE_BW_UP);
	assert_true(f.tcb.bbr.is_bw_probe_sample);
}

/* A window of which the last segment is not used is none that limits. */
static void the_bound_rises_only_where_the_window_was_used(void **state)
{
	(void)state;
	for (uint32_t unused = 999; unused <= 1000; unused++) {
		struct lone_flow f = bbr_flow();

		bbr_until(&f, BBR_PROBE_BW_UP);
		f.tcb.bbr.inflight_longterm = 30000;
		f.tcb.bbr.cwnd = f.tcb.cc.cwnd = 30000;
		f.tcb.cc.most_used = 30000 - unused;
		f.tcb.bbr.probe_up_acked_per_inc = 1000;
		ack_amid(&f, 10);
		assert_int_equal(f.tcb.bbr.inflight_longterm, unused == 999 ? 32000 : 30000);
	}
}

static void each_round_upwards_is_twice_as_steep(void **state)
{
	struct lone_flow f = bbr_flow();

	(void)state;
	bbr_until(&f, BBR_PROBE_BW_UP);
	assert_int_equal(f.tcb.bbr.bw_probe_up_rounds, 1);
	for (unsigned round = 1; round <= 3; round++) {
		f.tcb.bbr.inflight_longterm = 30000;
		f.tcb.bbr.cwnd = f.tcb.cc.cwnd = 40000;
		f.tcb.cc.most_used = 40000;
		ack_amid(&f, 1);
		assert_int_equal(f.tcb.bbr.bw_probe_up_rounds, round);
		f.tcb.bbr.inflight_longterm = 30000;
		f.tcb.bbr.cwnd = f.tcb.cc.cwnd = 40000;
		ack_round(&f, 1);
		assert_int_equal(f.tcb.bbr.bw_probe_up_rounds, round + 1);
		assert_int_equal(f.tcb.bbr.probe_up_acked_per_inc, 40000 >> round);
	}
}

/* The probe before was too much: this one goes only as far, and another follows at once. */
static void a_probe_after_one_that_was_too_much_stops_at_its_bound(void **state)
{
	(void)state;
	for (uint32_t below = 0; below < 2; below++) {
		struct lone_flow f = bbr_flow();

		bbr_until(&f, BBR_PROBE_BW_UP);
		f.tcb.bbr.prev_probe_too_high = true;
		f.tcb.bbr.inflight_longterm = 30000;
		f.tcb.snd.nxt = seq_add(f.tcb.snd.una, 30000 - below);
		ack_amid(&f, 1);
		assert_int_equal(f.tcb.bbr.state, below ? BBR_PROBE_BW_UP : BBR_PROBE_BW_DOWN);
		assert_int_equal(f.tcb.bbr.prev_probe_too_high, below);
		assert_int_equal(f.tcb.bbr.prev_probe_precautionary, !below);
		if (below)
			continue;
		assert_true(f.tcb.bbr.next_round_delivered == f.tcb.flight.delivered);
		ack_round(&f, 1);
		assert_int_equal(f.tcb.bbr.state, BBR_PROBE_BW_REFILL);
		assert_false(f.tcb.bbr.prev_probe_precautionary);
	}
}

static void acks_of_a_probe_end_with_a_round_and_only_those(void **state)
{
	static const enum bbr_ack_phase phases[] = {BBR_ACKS_PROBE_STOPPING, BBR_ACKS_INIT,
						    BBR_ACKS_REFILLING};

	(void)state;
	for (size_t i = 0; i < sizeof phases / sizeof phases[0]; i++) {
		struct lone_flow f = bbr_flow();

		bbr_until(&f, BBR_PROBE_BW_CRUISE);
		f.tcb.bbr.ack_phase = (uint8_t)phases[i];
		f.tcb.bbr.is_bw_probe_sample = true;
		ack_amid(&f, 1);
		assert_true(f.tcb.bbr.is_bw_probe_sample);
		ack_round(&f, 1);
		assert_int_equal(f.tcb.bbr.is_bw_probe_sample, i > 0);
	}
}

/* ---- ProbeRTT, §5.3.4 ---- */

static struct lone_flow probing_rtt(uint32_t under_way)
{
	struct lone_flow f = bbr_flow();

	bbr_until(&f, BBR_PROBE_BW_CRUISE);
	f.tcb.bbr.probe_rtt_min_stamp = f.now - nanos_from_s(6);
	f.tcb.bbr.probe_rtt_round_done = true; /* that of the last time */
	f.tcb.snd.nxt = seq_add(f.tcb.snd.una, under_way);
	bbr_ack(&f, 20000, 200000, false);
	assert_int_equal(f.tcb.bbr.state, BBR_PROBE_RTT);
	return f;
}

static void it_lasts_two_hundred_milliseconds_and_gives_cwnd_back(void **state)
{
	struct lone_flow f = probing_rtt(0);
	uint32_t before = f.tcb.bbr.prior_cwnd;

	(void)state;
	assert_int_equal(f.tcb.cc.cwnd, 10000); /* half of 100 ms at 200000 octets a second */
	assert_true(before > 20000);
	for (int ms = 20; ms <= 200; ms += 20) {
		ack_round(&f, 20);
		assert_int_equal(f.tcb.bbr.state, BBR_PROBE_RTT);
		assert_int_equal(f.tcb.cc.cwnd, 10000);
	}
	ack_amid(&f, 1);
	assert_int_equal(f.tcb.bbr.state, BBR_PROBE_BW_CRUISE);
	assert_true(f.tcb.cc.cwnd >= before);
	assert_true(f.tcb.bbr.probe_rtt_min_stamp == f.now);
}

/* From when no more is under way than its window lets through. */
static void it_lasts_a_round_that_began_when_the_window_was_reached(void **state)
{
	struct lone_flow f = probing_rtt(30000);

	(void)state;
	ack_amid(&f, 300);
	assert_true(f.tcb.bbr.probe_rtt_done_stamp == 0);
	f.tcb.snd.nxt = seq_add(f.tcb.snd.una, 10000);
	ack_amid(&f, 1);
	assert_true(f.tcb.bbr.probe_rtt_done_stamp == f.now + nanos_from_ms(200));
	assert_true(f.tcb.bbr.next_round_delivered == f.tcb.flight.delivered);
	assert_false(f.tcb.bbr.probe_rtt_round_done);
	ack_amid(&f, 300);
	assert_int_equal(f.tcb.bbr.state, BBR_PROBE_RTT);
	ack_round(&f, 1);
	assert_int_equal(f.tcb.bbr.state, BBR_PROBE_BW_CRUISE);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_state_has_its_gains),
		cmocka_unit_test(only_whole_rounds_count_towards_a_full_pipe),
		cmocka_unit_test(a_pipe_that_was_found_full_is_not_measured_again),
		cmocka_unit_test(drain_lasts_three_rounds_at_most),
		cmocka_unit_test(flows_wait_two_to_three_seconds_each_as_chance_has_it),
		cmocka_unit_test(the_wait_must_have_passed),
		cmocka_unit_test(reno_would_not_have_waited_longer),
		cmocka_unit_test(what_is_sent_upwards_is_the_sample_of_a_probe),
		cmocka_unit_test(the_bound_rises_only_where_the_window_was_used),
		cmocka_unit_test(each_round_upwards_is_twice_as_steep),
		cmocka_unit_test(a_probe_after_one_that_was_too_much_stops_at_its_bound),
		cmocka_unit_test(acks_of_a_probe_end_with_a_round_and_only_those),
		cmocka_unit_test(it_lasts_two_hundred_milliseconds_and_gives_cwnd_back),
		cmocka_unit_test(it_lasts_a_round_that_began_when_the_window_was_reached),
	};

	return cmocka_run_group_tests_name("bbr_cycle", tests, NULL, NULL);
}
