/* BBR on its own: what losses do to it, and which state follows. draft-ietf-ccwg-bbr-06. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/bbr_alone.h"

/* ---- losses ---- */

/* Six stretches lost in a round, more than 2 % of what was under way. */
static void lossy_round(struct lone_flow *f, bool repairing, unsigned stretches, uint32_t lost)
{
	struct rate_sample sample = {.delivery_rate = 300000,
				     .delivered = 30000,
				     .rtt = nanos_from_ms(100),
				     .newly_acked = 10000,
				     .lost = lost,
				     .tx_in_flight = 40000};
	struct tcp t = bbr_turn(f);

	f->tcb.sack_on = true;
	f->tcb.cc.fast_recovery = repairing;
	for (unsigned i = 0; i < stretches; i++)
		bbr_note_loss(&t);
	f->now += nanos_from_ms(100);
	t = bbr_turn(f);
	f->tcb.flight.delivered += 10000;
	sample.prior_delivered = f->tcb.flight.delivered;
	cc_bbr.sampled(&t, &sample);
}

static void startup_ends_with_six_losses_in_a_round_of_recovery(void **state)
{
	static const struct {
		bool repairing;
		unsigned stretches;
		uint32_t lost;
		bool ends;
	} rounds[] = {
		{true, 6, 900, true},
		{false, 6, 900, false},
		{true, 5, 900, false},
		{true, 6, 800, false}, /* 2 % is not more than 2 % */
	};

	(void)state;
	for (size_t i = 0; i < sizeof rounds / sizeof rounds[0]; i++) {
		struct lone_flow f = bbr_flow();

		bbr_ack(&f, 10000, 100000, false);
		bbr_ack(&f, 20000, 200000, false);
		lossy_round(&f, rounds[i].repairing, rounds[i].stretches, rounds[i].lost);
		assert_int_equal(f.tcb.bbr.full_bw_reached, rounds[i].ends);
		if (rounds[i].ends) /* and what it was driven out of is known */
			assert_int_equal(f.tcb.bbr.undo_state, BBR_STARTUP);
	}
}

static void a_new_cycle_has_lost_nothing_yet(void **state)
{
	struct lone_flow f = bbr_flow();
	struct tcp t = bbr_turn(&f);

	(void)state;
	bbr_note_loss(&t);
	bbr_note_loss(&t);
	assert_int_equal(f.tcb.bbr.losses_in_round, 2);
	bbr_reset_congestion_signals(&f.tcb.bbr);
	assert_int_equal(f.tcb.bbr.losses_in_round, 0);
}

/* InflightAtLoss(): 2 % of what was under way before it may be lost, then it is too much. */
static uint32_t bound_after_loss(uint32_t lost, uint32_t size)
{
	struct lone_flow f = bbr_flow();
	struct tcp t = bbr_turn(&f);
	struct sent_record record = {.right = seq_of(size), .tx_in_flight = 20000};

	f.tcb.flight.lost_ever = lost;
	f.tcb.bbr.is_bw_probe_sample = true;
	f.tcb.bbr.cwnd = 10000;
	cc_bbr.lost(&t, &record);
	return f.tcb.bbr.inflight_longterm;
}

static void the_bound_is_what_was_under_way_when_the_losses_were_too_many(void **state)
{
	(void)state;
	assert_int_equal(bound_after_loss(1000, 1000), 19000 + 380 * 100 / 98);
	assert_int_equal(bound_after_loss(1300, 1000), 19000 + 80 * 100 / 98);
	assert_int_equal(bound_after_loss(2000, 1000), 19000);
	assert_int_equal(bound_after_loss(400, 400), bbr_no_limit); /* 2 %: not too many */
}

static void the_bound_is_no_less_than_seven_tenths_of_cwnd(void **state)
{
	struct lone_flow f = bbr_flow();
	struct tcp t = bbr_turn(&f);

	(void)state;
	f.tcb.bbr.cwnd = 10000;
	f.tcb.bbr.min_rtt = nanos_from_ms(100);
	f.tcb.bbr.bw = 200000;
	bbr_inflight_was_too_high(&t, 0, false);
	assert_int_equal(f.tcb.bbr.inflight_longterm, 7000);
}

/* ---- the cycle ---- */

static void fifteen_percent_are_left_to_others(void **state)
{
	struct lone_flow f = bbr_flow();
	struct tcp t = bbr_turn(&f);

	(void)state;
	f.tcb.bbr.inflight_longterm = 100000;
	assert_int_equal(bbr_inflight_with_headroom(&t), 85000);
	f.tcb.bbr.inflight_longterm = 6000; /* at least a segment */
	assert_int_equal(bbr_inflight_with_headroom(&t), 5000);
	f.tcb.bbr.inflight_longterm = 4500; /* but four are always let through */
	assert_int_equal(bbr_inflight_with_headroom(&t), 4000);
}

static void it_cruises_when_no_more_than_the_path_holds_is_under_way(void **state)
{
	(void)state;
	for (uint32_t under_way = 20000; under_way <= 20100; under_way += 100) {
		struct lone_flow f = bbr_flow();

		bbr_until(&f, BBR_PROBE_BW_CRUISE);
		f.tcb.bbr.state = BBR_PROBE_BW_DOWN;
		f.tcb.bbr.cycle_stamp = f.now;
		f.tcb.bbr.rounds_since_probe_up = 0;
		f.tcb.snd.nxt = seq_add(f.tcb.snd.una, under_way);
		bbr_ack(&f, 20000, 200000, false);
		assert_int_equal(f.tcb.bbr.state,
				 under_way == 20000 ? BBR_PROBE_BW_CRUISE : BBR_PROBE_BW_DOWN);
	}
}

static void a_probe_begins_with_acks_of_what_went_before_it(void **state)
{
	struct lone_flow f = bbr_flow();

	(void)state;
	bbr_until(&f, BBR_PROBE_BW_UP);
	assert_int_equal(f.tcb.bbr.ack_phase, BBR_ACKS_PROBE_STARTING);
}

static void the_bound_rises_only_where_the_window_is_at_it(void **state)
{
	(void)state;
	for (int below = 0; below < 2; below++) {
		struct lone_flow f = bbr_flow();

		bbr_until(&f, BBR_PROBE_BW_UP);
		f.tcb.bbr.inflight_longterm = 30000;
		f.tcb.bbr.cwnd = f.tcb.cc.cwnd = below ? 29000 : 30000;
		f.tcb.cc.most_used = f.tcb.cc.cwnd;
		f.tcb.bbr.probe_up_acked_per_inc = 5000;
		bbr_ack(&f, 20000, 200000, false);
		assert_int_equal(f.tcb.bbr.inflight_longterm, below ? 30000 : 34000);
	}
}

/* After 200 ms and a round trip, with whichever ACK then comes. */
static void probe_rtt_ends_with_an_ack_amid_a_round_too(void **state)
{
	struct lone_flow f = bbr_flow();

	(void)state;
	bbr_until(&f, BBR_PROBE_BW_CRUISE);
	f.tcb.bbr.probe_rtt_min_stamp = f.now - nanos_from_s(6);
	bbr_ack(&f, 20000, 200000, false);
	assert_int_equal(f.tcb.bbr.state, BBR_PROBE_RTT);
	bbr_ack(&f, 2000, 200000, false); /* a round */
	for (int i = 0; i < 3; i++) {
		struct rate_sample amid = {.delivery_rate = 200000,
					   .delivered = 2000,
					   .rtt = nanos_from_ms(100),
					   .newly_acked = 2000};
		struct tcp t;

		f.now += nanos_from_ms(100);
		t = bbr_turn(&f);
		f.tcb.flight.delivered += 2000;
		cc_bbr.sampled(&t, &amid);
	}
	assert_int_not_equal(f.tcb.bbr.state, BBR_PROBE_RTT);
}

/* What a repair made of cwnd is not what it was good for. */
static void a_loss_during_a_repair_keeps_the_cwnd_from_before_it(void **state)
{
	struct lone_flow f = bbr_flow();
	struct tcp t;

	(void)state;
	bbr_until(&f, BBR_PROBE_BW_CRUISE);
	f.tcb.bbr.prior_cwnd = 30000;
	f.tcb.bbr.cwnd = 9000;
	f.tcb.cc.fast_recovery = true;
	t = bbr_turn(&f);
	bbr_save_state_upon_loss(&t);
	assert_int_equal(f.tcb.bbr.prior_cwnd, 30000);
	f.tcb.cc.fast_recovery = false;
	bbr_save_state_upon_loss(&t);
	assert_int_equal(f.tcb.bbr.prior_cwnd, 9000);
}

static void after_a_probe_that_was_too_much_a_new_count_begins(void **state)
{
	struct lone_flow f = bbr_flow();
	struct tcp t;

	(void)state;
	bbr_until(&f, BBR_PROBE_BW_UP);
	t = bbr_turn(&f);
	bbr_note_loss(&t);
	bbr_inflight_was_too_high(&t, 20000, false);
	assert_int_equal(f.tcb.bbr.state, BBR_PROBE_BW_DOWN);
	assert_int_equal(f.tcb.bbr.losses_in_round, 0);
	assert_int_equal(f.tcb.bbr.bw_latest, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(startup_ends_with_six_losses_in_a_round_of_recovery),
		cmocka_unit_test(a_new_cycle_has_lost_nothing_yet),
		cmocka_unit_test(the_bound_is_what_was_under_way_when_the_losses_were_too_many),
		cmocka_unit_test(the_bound_is_no_less_than_seven_tenths_of_cwnd),
		cmocka_unit_test(fifteen_percent_are_left_to_others),
		cmocka_unit_test(it_cruises_when_no_more_than_the_path_holds_is_under_way),
		cmocka_unit_test(a_probe_begins_with_acks_of_what_went_before_it),
		cmocka_unit_test(the_bound_rises_only_where_the_window_is_at_it),
		cmocka_unit_test(probe_rtt_ends_with_an_ack_amid_a_round_too),
		cmocka_unit_test(a_loss_during_a_repair_keeps_the_cwnd_from_before_it),
		cmocka_unit_test(after_a_probe_that_was_too_much_a_new_count_begins),
	};

	return cmocka_run_group_tests_name("bbr_states", tests, NULL, NULL);
}
