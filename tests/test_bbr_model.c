/* BBR on its own, ACK by ACK: what it makes of the path, and what becomes of cwnd and the
 * pacing rate. draft-ietf-ccwg-bbr-06. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/bbr_alone.h"

static void three_rounds_without_a_quarter_more_end_startup(void **state)
{
	struct lone_flow f = bbr_flow();

	(void)state;
	bbr_ack(&f, 10000, 100000, false);
	bbr_ack(&f, 10000, 200000, false);
	bbr_ack(&f, 10000, 249000, false);
	bbr_ack(&f, 10000, 249000, false);
	assert_int_equal(f.tcb.bbr.state, BBR_STARTUP);
	bbr_ack(&f, 10000, 249000, false);
	assert_true(f.tcb.bbr.full_bw_reached);
	assert_int_not_equal(f.tcb.bbr.state, BBR_STARTUP);
}

static void what_the_application_held_back_says_nothing(void **state)
{
	struct lone_flow f = bbr_flow();

	(void)state;
	bbr_ack(&f, 10000, 200000, false);
	for (int i = 0; i < 10; i++)
		bbr_ack(&f, 1000, 10000, true);
	assert_int_equal(f.tcb.bbr.state, BBR_STARTUP);
	assert_int_equal(f.tcb.bbr.bw, 200000);
	bbr_ack(&f, 1000, 300000, true); /* but for the better it does */
	assert_int_equal(f.tcb.bbr.bw, 300000);
}

static void cwnd_is_twice_the_product_of_rate_and_round_trip(void **state)
{
	struct lone_flow f = bbr_flow();

	(void)state;
	for (int i = 0; i < 40; i++)
		bbr_steady_round(&f);
	assert_true(bbr_is_in_probe_bw(&f.tcb.bbr));
	assert_int_equal(f.tcb.bbr.min_rtt, nanos_from_ms(100));
	assert_in_range(f.tcb.cc.cwnd, 40000, 47000); /* 225 % and two segments while it probes */
}

static void pacing_is_one_percent_below_the_rate(void **state)
{
	struct lone_flow f = bbr_flow();
	struct tcp t;

	(void)state;
	for (int i = 0; i < 10; i++)
		bbr_ack(&f, 20000, 200000, false);
	assert_true(bbr_is_in_probe_bw(&f.tcb.bbr));
	t = bbr_turn(&f);
	assert_int_equal(cc_bbr.pacing_rate(&t),
			 200000 / 100 * bbr_pacing_gain(&f.tcb.bbr) * 99 / 100);
}

static void a_round_with_loss_slows_it_down_by_three_tenths_at_most(void **state)
{
	struct lone_flow f = bbr_flow();
	struct tcp t;
	uint32_t cwnd;

	(void)state;
	bbr_until(&f, BBR_PROBE_BW_CRUISE);
	bbr_ack(&f, 5000, 50000, false);
	assert_int_equal(f.tcb.bbr.bw, 200000); /* without a loss a low rate means nothing */
	t = bbr_turn(&f);
	bbr_note_loss(&t);
	cwnd = f.tcb.bbr.cwnd;
	bbr_ack(&f, 5000, 50000, false);
	assert_int_equal(f.tcb.bbr.bw, 140000);
	assert_int_equal(f.tcb.bbr.inflight_shortterm, cwnd * 70 / 100);
}

static void a_mistaken_loss_in_startup_leads_back_to_it(void **state)
{
	struct lone_flow f = bbr_flow();
	struct tcp t;

	(void)state;
	bbr_ack(&f, 20000, 200000, false);
	t = bbr_turn(&f);
	cc_bbr.reduced(&t);
	f.tcb.bbr.undo_state = BBR_STARTUP; /* as CheckStartupHighLoss() does */
	f.tcb.bbr.full_bw_reached = true;
	bbr_ack(&f, 20000, 200000, false);
	assert_int_not_equal(f.tcb.bbr.state, BBR_STARTUP);
	f.tcb.bbr.undo_state = BBR_STARTUP;
	t = bbr_turn(&f);
	cc_bbr.undone(&t);
	assert_int_equal(f.tcb.bbr.state, BBR_STARTUP);
	assert_false(f.tcb.bbr.full_bw_reached);
}

static void a_time_out_leaves_a_segment_until_it_is_repaired(void **state)
{
	struct lone_flow f = bbr_flow();
	struct tcp t;
	uint32_t before;

	(void)state;
	for (int i = 0; i < 10; i++)
		bbr_ack(&f, 20000, 200000, false);
	before = f.tcb.cc.cwnd;
	t = bbr_turn(&f);
	cc_bbr.reduced(&t);
	f.tcb.cc.cwnd = 1000;
	f.tcb.cc.loss_recovery = true;
	cc_bbr.timed_out(&t);
	bbr_ack(&f, 1000, 10000, false);
	assert_int_equal(f.tcb.cc.cwnd, 2000);
	f.tcb.cc.loss_recovery = false;
	bbr_ack(&f, 1000, 10000, false);
	assert_in_range(f.tcb.cc.cwnd, before / 2, before + 1000);
}

/* PMTU was raised in between. */
/* §5.6.4.7 bounds cwnd in any case: with SND.UNA waiting for what was lost twice, much new text
 * may be acknowledged before the repair ends. */
static void while_a_time_out_is_repaired_the_bounds_hold(void **state)
{
	struct lone_flow f = bbr_flow();
	struct tcp t;

	(void)state;
	bbr_until(&f, BBR_PROBE_BW_CRUISE);
	f.tcb.bbr.inflight_longterm = 10000;
	t = bbr_turn(&f);
	f.tcb.cc.loss_recovery = true;
	f.tcb.cc.cwnd = f.tcb.snd.mss;
	cc_bbr.timed_out(&t);
	for (int i = 0; i < 40; i++) {
		bbr_ack(&f, 1000, 200000, false);
		assert_true(f.tcb.bbr.timed_out);
		assert_true(f.tcb.cc.cwnd <= 10000);
	}
	assert_true(f.tcb.cc.cwnd >= 4 * f.tcb.snd.mss);
}

static void after_a_time_out_a_segment_that_has_grown_still_fits(void **state)
{
	struct lone_flow f = bbr_flow();
	struct tcp t = bbr_turn(&f);

	(void)state;
	f.tcb.snd.mss = 100;
	f.tcb.cc.cwnd = 100;
	f.tcb.cc.loss_recovery = true;
	cc_bbr.timed_out(&t);
	f.tcb.snd.mss = 1000;
	bbr_ack(&f, 100, 1000, false);
	assert_int_equal(f.tcb.cc.cwnd, 1000);
}

/* Nothing can be measured: then it grows as Reno does. */
static void without_records_it_is_reno(void **state)
{
	struct lone_flow f = bbr_flow();
	struct tcp t = bbr_turn(&f);
	uint32_t before = f.tcb.cc.cwnd;

	(void)state;
	t.records = NULL;
	f.tcb.cc.most_used = before;
	cc_bbr.acked(&t, 1000);
	assert_int_equal(f.tcb.cc.cwnd, before + 1000);
	assert_int_equal(cc_bbr.pacing_rate(&t), 0);
}

static bool said(const struct lone_flow *f, enum rule rule)
{
	for (unsigned i = 0; i < f->journal.count; i++) {
		if (f->journal.notes[i].rule == rule)
			return true;
	}
	return false;
}

/* Its application sends little, so the path was never full: after ProbeRTT it is
 * still to be found out what the path takes. */
static void after_probe_rtt_startup_goes_on_where_the_pipe_was_never_full(void **state)
{
	struct lone_flow f = bbr_flow();
	bool probed = false;
	bool began = false;

	(void)state;
	for (int i = 0; i < 80; i++) {
		bbr_ack(&f, 2000, 20000, true);
		probed |= said(&f, RULE_BBR_PROBE_RTT);
		began |= said(&f, RULE_BBR_STARTUP);
		assert_true(probed || !began);
	}
	assert_true(began);
	assert_false(f.tcb.bbr.full_bw_reached);
}

/* NoteLoss() saves the bounds before it lowers them, and a mistake gives them back. */
static void a_mistaken_loss_gives_the_bounds_back(void **state)
{
	struct lone_flow f = bbr_flow();
	struct tcp t;

	(void)state;
	bbr_until(&f, BBR_PROBE_BW_CRUISE);
	f.tcb.bbr.bw_shortterm = 190000;
	f.tcb.bbr.inflight_shortterm = 21000;
	f.tcb.bbr.inflight_longterm = 22000;
	t = bbr_turn(&f);
	bbr_note_loss(&t);
	assert_int_equal(f.tcb.bbr.undo_bw_shortterm, 190000);
	f.tcb.bbr.bw_shortterm = 100000;
	f.tcb.bbr.inflight_shortterm = 10000;
	f.tcb.bbr.inflight_longterm = 11000;
	cc_bbr.undone(&t);
	assert_int_equal(f.tcb.bbr.bw_shortterm, 190000);
	assert_int_equal(f.tcb.bbr.inflight_shortterm, 21000);
	assert_int_equal(f.tcb.bbr.inflight_longterm, 22000);
}

/* ---- the shortest round trip ---- */

static void for_a_while(struct lone_flow *f, int until_ms, int rtt_ms)
{
	while (f->now + nanos_from_ms(100) <= nanos_from_ms(until_ms))
		bbr_ack_after(f, 1000, 100000, true, rtt_ms);
}

static void a_shorter_round_trip_counts_at_once_and_a_longer_one_not(void **state)
{
	struct lone_flow f = bbr_flow();

	(void)state;
	bbr_ack_after(&f, 1000, 100000, true, 100);
	assert_int_equal(f.tcb.bbr.min_rtt, nanos_from_ms(100));
	bbr_ack_after(&f, 1000, 100000, true, 60);
	assert_int_equal(f.tcb.bbr.min_rtt, nanos_from_ms(60));
	bbr_ack_after(&f, 1000, 100000, true, 80);
	assert_int_equal(f.tcb.bbr.min_rtt, nanos_from_ms(60));
}

static void the_shortest_holds_for_ten_seconds_from_when_it_was_seen(void **state)
{
	struct lone_flow f = bbr_flow();

	(void)state;
	for_a_while(&f, 7000, 100);
	bbr_ack_after(&f, 1000, 100000, true, 50); /* at 7.1 s */
	for_a_while(&f, 17000, 100);
	assert_int_equal(f.tcb.bbr.min_rtt, nanos_from_ms(50));
	for_a_while(&f, 17300, 100);
	assert_int_equal(f.tcb.bbr.min_rtt, nanos_from_ms(100));
}

static void one_as_short_as_the_shortest_does_not_prolong_it(void **state)
{
	struct lone_flow f = bbr_flow();

	(void)state;
	for_a_while(&f, 7000, 100);
	bbr_ack_after(&f, 1000, 100000, true, 50);
	for_a_while(&f, 12100, 100);
	bbr_ack_after(&f, 1000, 100000, true, 50);
	for_a_while(&f, 17000, 100);
	f.now += nanos_from_ms(600); /* the ten seconds and those of the other are over at once */
	bbr_ack_after(&f, 1000, 100000, true, 100);
	assert_int_equal(f.tcb.bbr.min_rtt, nanos_from_ms(100));
}

/* ---- aggregation ---- */

static uint32_t cwnd_with_extra(uint32_t this_stretch, uint32_t last_stretch)
{
	struct lone_flow f = bbr_flow();

	bbr_until(&f, BBR_PROBE_BW_CRUISE);
	f.tcb.bbr.cwnd = 400000;
	f.tcb.bbr.extra_acked_round = f.tcb.bbr.round_count;
	f.tcb.bbr.extra_acked[0] = this_stretch;
	f.tcb.bbr.extra_acked[1] = last_stretch;
	bbr_ack(&f, 1000, 200000, false);
	return f.tcb.cc.cwnd;
}

static void what_came_at_once_in_either_stretch_of_rounds_widens_the_window(void **state)
{
	uint32_t least = cwnd_with_extra(0, 0);

	(void)state;
	assert_true(cwnd_with_extra(60000, 0) >= least + 30000);
	assert_int_equal(cwnd_with_extra(0, 60000), cwnd_with_extra(60000, 0));
	assert_int_equal(cwnd_with_extra(60000, 50000), cwnd_with_extra(60000, 0));
}

static uint32_t most_extra(const struct lone_flow *f)
{
	const uint32_t *extra = f->tcb.bbr.extra_acked;

	return extra[0] > extra[1] ? extra[0] : extra[1];
}

static void what_came_at_once_is_forgotten_after_twenty_rounds(void **state)
{
	struct lone_flow f = bbr_flow();

	(void)state;
	bbr_until(&f, BBR_PROBE_BW_CRUISE);
	bbr_ack(&f, 40000, 200000, false);
	f.now += nanos_from_s(2); /* then nothing for as long as that lasts, and longer */
	for (int i = 0; i < 8; i++)
		bbr_ack(&f, 20000, 200000, false);
	assert_true(most_extra(&f) >= 40000);
	for (int i = 0; i < 20; i++)
		bbr_ack(&f, 20000, 200000, false);
	assert_int_equal(most_extra(&f), 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_rounds_without_a_quarter_more_end_startup),
		cmocka_unit_test(what_the_application_held_back_says_nothing),
		cmocka_unit_test(cwnd_is_twice_the_product_of_rate_and_round_trip),
		cmocka_unit_test(pacing_is_one_percent_below_the_rate),
		cmocka_unit_test(a_round_with_loss_slows_it_down_by_three_tenths_at_most),
		cmocka_unit_test(a_mistaken_loss_in_startup_leads_back_to_it),
		cmocka_unit_test(a_time_out_leaves_a_segment_until_it_is_repaired),
		cmocka_unit_test(while_a_time_out_is_repaired_the_bounds_hold),
		cmocka_unit_test(after_a_time_out_a_segment_that_has_grown_still_fits),
		cmocka_unit_test(without_records_it_is_reno),
		cmocka_unit_test(after_probe_rtt_startup_goes_on_where_the_pipe_was_never_full),
		cmocka_unit_test(a_mistaken_loss_gives_the_bounds_back),
		cmocka_unit_test(a_shorter_round_trip_counts_at_once_and_a_longer_one_not),
		cmocka_unit_test(the_shortest_holds_for_ten_seconds_from_when_it_was_seen),
		cmocka_unit_test(one_as_short_as_the_shortest_does_not_prolong_it),
		cmocka_unit_test(what_came_at_once_in_either_stretch_of_rounds_widens_the_window),
		cmocka_unit_test(what_came_at_once_is_forgotten_after_twenty_rounds),
	};

	return cmocka_run_group_tests_name("bbr_model", tests, NULL, NULL);
}
