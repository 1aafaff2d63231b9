/* How long RACK waits for what may only be late: its reordering window, and the shortest round
 * trip of which it is a part. RFC 8985 §6.2. */
#include "tests/rack.h"

/* ---- the reordering window follows D-SACKs ---- */

static void d_sack_widens_the_window_once_in_a_round_trip(void **state)
{
	struct dialogue d = under_way(2000);

	(void)state;
	in_ack(&d, 2001);
	app_send(&d, 5000);
	out_rest(&d);
	in_sack(&d, 2001, 1, 1001);
	fired(&d, RULE_RACK_WAITS_LONGER);
	assert_int_equal(d.tcb.rack.reo_wnd_mult, 1); /* one more than the first */
	in_sack(&d, 2001, 1001, 2001);
	assert_int_equal(d.tcb.rack.reo_wnd_mult, 1);
	pass_ms(&d, 100);
	in_ack(&d, 7001);
	app_send(&d, 3000);
	out_rest(&d);
	in_sack(&d, 7001, 1001, 2001);
	assert_int_equal(d.tcb.rack.reo_wnd_mult, 2);
	d.tcb.rack.reordering_seen = true;
	pass_ms(&d, 100);
	in_sack(&d, 7001, 8001, 10001);
	assert_true(d.tcb.timers[TIMER_REORDERING] == d.now + nanos_from_ms(75));
}

static void window_is_never_more_than_srtt(void **state)
{
	struct dialogue d = with_rack(100);

	(void)state;
	d.tcb.rack.reordering_seen = true;
	d.tcb.rack.reo_wnd_mult = 15;
	app_send(&d, 3000);
	out_rest(&d);
	pass_ms(&d, 100);
	in_sack(&d, 1, 1001, 3001);
	assert_true(d.tcb.timers[TIMER_REORDERING] - d.now <= d.tcb.rtt.srtt);
}

/* A loss and its repair; returns after the recovery. */
static void recover_once(struct dialogue *d)
{
	int una = (int)(d->tcb.snd.una.v - d->profile.isn);

	d->tcb.cc.cwnd = 10000;
	app_send(d, 4000);
	out_rest(d);
	pass_ms(d, 100);
	in_sack(d, una, una + 1000, una + 4000);
	out_rest(d);
	pass_ms(d, 100);
	in_ack(d, una + 4000);
	assert_false(d->tcb.cc.fast_recovery);
}

static void sixteen_recoveries_without_d_sack_make_it_small_again(void **state)
{
	struct dialogue d = under_way(2000);

	(void)state;
	in_ack(&d, 2001);
	in_sack(&d, 2001, 1, 1001);
	assert_int_equal(d.tcb.rack.reo_wnd_mult, 1);
	for (int i = 0; i < 15; i++)
		recover_once(&d);
	assert_int_equal(d.tcb.rack.reo_wnd_mult, 1);
	recover_once(&d);
	assert_int_equal(d.tcb.rack.reo_wnd_mult, 0);
}

/* RACK either grows its window or counts a recovery. */
static void d_sack_with_the_last_ack_of_a_recovery_counts_no_recovery(void **state)
{
	struct dialogue d = under_way(2000);
	int una;

	(void)state;
	in_ack(&d, 2001);
	in_sack(&d, 2001, 1, 1001);
	for (int i = 0; i < 15; i++)
		recover_once(&d);
	assert_int_equal(d.tcb.rack.reo_wnd_persist, 1);
	una = (int)(d.tcb.snd.una.v - d.profile.isn);
	d.tcb.cc.cwnd = 10000;
	app_send(&d, 4000);
	out_rest(&d);
	pass_ms(&d, 100);
	in_sack(&d, una, una + 1000, una + 4000);
	out_rest(&d);
	pass_ms(&d, 100);
	in_sack(&d, una + 4000, una, una + 1000);
	assert_false(d.tcb.cc.fast_recovery);
	assert_int_equal(d.tcb.rack.reo_wnd_mult, 2);
	assert_int_equal(d.tcb.rack.reo_wnd_persist, 16);
}

/* ---- the shortest round trip is one of late ---- */

/* Segment after segment for so many seconds, each acknowledged after `rtt_ms`. */
static void talk_for(struct dialogue *d, int seconds, int rtt_ms)
{
	for (int i = 0; i < seconds / 10; i++) {
		pass_ms(d, 10000);
		app_send(d, 1000);
		assert_true(out_any(d));
		d->now += nanos_from_ms(rtt_ms);
		in_ack(d, d->tcb.snd.nxt.v - d->profile.isn);
	}
}

static void min_rtt_follows_a_path_that_has_become_longer(void **state)
{
	struct dialogue d = with_rack(100);

	(void)state;
	talk_for(&d, 140, 300);
	assert_true(d.tcb.rack.min_rtt == nanos_from_ms(100));
	talk_for(&d, 200, 300);
	assert_true(d.tcb.rack.min_rtt == nanos_from_ms(300));
	talk_for(&d, 10, 200); /* a shorter one counts at once, … */
	talk_for(&d, 140, 300);
	assert_true(d.tcb.rack.min_rtt == nanos_from_ms(200)); /* … and for a while */
}

static void min_rtt_from_before_a_long_silence_counts_no_more(void **state)
{
	struct dialogue d = with_rack(100);

	(void)state;
	pass_ms(&d, 299000);
	talk_for(&d, 10, 300);
	assert_true(d.tcb.rack.min_rtt == nanos_from_ms(300));
}

/* It went again before it came: only the D-SACK tells that it was overtaken. */
static void d_sack_of_a_repetition_shows_reordering(void **state)
{
	struct dialogue d = under_way(4000);

	(void)state;
	in_sack(&d, 1, 1001, 4001);
	out(&d, ". 1:1001(1000) ack 1");
	out_rest(&d);
	in_ack(&d, 4001); /* the original */
	assert_false(d.tcb.rack.reordering_seen);
	in_sack(&d, 4001, 1, 1001);
	assert_true(d.tcb.rack.reordering_seen);
	fired(&d, RULE_RACK_REORDERING);
}

static void the_window_widens_no_further_than_its_limit(void **state)
{
	struct dialogue d = with_rack(100);
	uint8_t most = 0;

	(void)state;
	for (uint32_t i = 0; i < 300; i++) {
		uint32_t next = d.tcb.snd.nxt.v - d.profile.isn;

		app_send(&d, 1000);
		out_rest(&d);
		in_ack(&d, next + 1000);
		in_sack(&d, next + 1000, next, next + 1000);
		out_rest(&d);
		assert_true(d.tcb.rack.reo_wnd_mult >= most);
		most = d.tcb.rack.reo_wnd_mult;
	}
	assert_int_equal(most, UINT8_MAX);
}
int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(d_sack_widens_the_window_once_in_a_round_trip),
		cmocka_unit_test(window_is_never_more_than_srtt),
		cmocka_unit_test(sixteen_recoveries_without_d_sack_make_it_small_again),
		cmocka_unit_test(d_sack_with_the_last_ack_of_a_recovery_counts_no_recovery),
		cmocka_unit_test(min_rtt_follows_a_path_that_has_become_longer),
		cmocka_unit_test(min_rtt_from_before_a_long_silence_counts_no_more),
		cmocka_unit_test(d_sack_of_a_repetition_shows_reordering),
		cmocka_unit_test(the_window_widens_no_further_than_its_limit),
	};

	return DIALOGUE_RUN("rack window", tests);
}
