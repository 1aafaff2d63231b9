/* How long a datagram may be, by what probes find, and where long ones vanish
 * without a word: RFC 4821, RFC 2923 §2.1. */
#include "tests/dialogue.h"

/* MSS 1460 each way. */
static struct dialogue with(uint32_t plpmtud, uint32_t initial_window)
{
	struct dialogue d = dialogue_new();

	d.profile.mss = 0;
	d.profile.plpmtud = plpmtud;
	d.profile.initial_window = initial_window;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
	out(&d, ". 1:1(0) ack 1");
	return d;
}

/* search_low is 1024, search_high 1500. */
static struct dialogue searching(uint32_t initial_window)
{
	struct dialogue d = with(PLPMTUD_ALWAYS, initial_window);

	assert_int_equal(d.tcb.path.mtu, 1024);
	assert_int_equal(d.tcb.snd.mss, 984);
	return d;
}

static struct dialogue with_a_probe_out(void)
{
	struct dialogue d = searching(10);

	app_send(&d, 30000);
	out(&d, ". 1:1223(1222) ack 1"); /* 1262, half way */
	fired(&d, RULE_PATH_PROBE_SENT);
	out(&d, ". 1223:2207(984) ack 1");
	out_rest(&d);
	assert_int_equal(d.tcb.path.probe, 1262);
	return d;
}

static void a_probe_that_arrives_raises_the_path_mtu(void **state)
{
	struct dialogue d = with_a_probe_out();

	(void)state;
	in(&d, ". 1:1(0) ack 1223 win 65535");
	fired(&d, RULE_PATH_PROBE_ARRIVED);
	assert_int_equal(d.tcb.path.mtu, 1262);
	assert_int_equal(d.tcb.path.low, 1262);
	out(&d, ". 9095:10436(1341) ack 1"); /* the next: 1381 */
	out(&d, ". 10436:11658(1222) ack 1");
}

static void the_loss_of_a_probe_alone_is_no_congestion(void **state)
{
	struct dialogue d = with_a_probe_out();
	uint32_t cwnd = d.tcb.cc.cwnd;

	(void)state;
	for (int i = 0; i < 3; i++) {
		in(&d, ". 1:1(0) ack 1 win 65535");
		if (i < 2)
			assert_true(out_any(&d)); /* limited transmit */
	}
	fired(&d, RULE_PATH_PROBE_LOST);
	not_fired(&d, RULE_FAST_RETRANSMIT);
	assert_int_equal(d.tcb.cc.cwnd, cwnd);
	assert_int_equal(d.tcb.cc.ssthresh, UINT32_MAX);
	assert_int_equal(d.tcb.path.high, 1261);
	out(&d, ". 1:985(984) ack 1");
	out(&d, ". 985:1223(238) ack 1");
	/* More of the same say nothing new. */
	in(&d, ". 1:1(0) ack 1 win 65535");
	in(&d, ". 1:1(0) ack 1 win 65535");
	silent(&d);
}

/* §7.6.2: where no congestion control answers, losses must be rarer than it would allow. */
static void after_a_failed_probe_the_next_waits_as_many_round_trips_as_cwnd_has_segments(
	void **state)
{
	struct dialogue d = with_a_probe_out();
	int64_t rounds = d.tcb.cc.cwnd / d.tcb.snd.mss;

	(void)state;
	d.tcb.rtt.srtt = nanos_from_ms(10);
	for (int i = 0; i < 3; i++) {
		in(&d, ". 1:1(0) ack 1 win 65535");
		out_rest(&d);
	}
	fired(&d, RULE_PATH_PROBE_LOST);
	assert_int_equal(d.tcb.path.probe, 0);
	pass_ms(&d, 10 * rounds);
	in_ack(&d, d.tcb.snd.nxt.v - d.profile.isn);
	app_send(&d, 30000);
	out_rest(&d);
	assert_int_equal(d.tcb.path.probe, 0);
	pass_ms(&d, 1);
	in_ack(&d, d.tcb.snd.nxt.v - d.profile.isn);
	out_rest(&d);
	assert_in_range(d.tcb.path.probe, 1025, 1261);
}

/* What is missing lies before the probe: that is a loss like any other. */
static void a_loss_beside_the_probe_is_congestion(void **state)
{
	struct dialogue d = searching(10);

	(void)state;
	app_send(&d, 2952);
	out_rest(&d);
	app_send(&d, 20000);
	out(&d, ". 2953:4175(1222) ack 1");
	out_rest(&d);
	for (int i = 0; i < 3; i++) {
		in(&d, ". 1:1(0) ack 1 win 65535");
		out_any(&d);
	}
	fired(&d, RULE_FAST_RETRANSMIT);
	not_fired(&d, RULE_PATH_PROBE_LOST);
	/* What goes again is none of the probe's octets: that may still arrive. */
	not_fired(&d, RULE_PATH_PROBE_UNCLEAR);
	assert_int_equal(d.tcb.path.probe, 1262);
	in_ack(&d, 4175);
	fired(&d, RULE_PATH_PROBE_ARRIVED);
}

static void a_router_may_refuse_the_probe(void **state)
{
	struct dialogue d = with_a_probe_out();

	(void)state;
	icmp(&d, 3, 4, 1200, 1);
	fired(&d, RULE_PATH_PROBE_REFUSED);
	assert_int_equal(d.tcb.path.high, 1200);
	assert_int_equal(d.tcb.path.mtu, 1024);
	out(&d, ". 1:985(984) ack 1");
	out(&d, ". 985:1223(238) ack 1");
}

static void without_enough_text_behind_it_no_probe_goes(void **state)
{
	struct dialogue d = searching(10);

	(void)state;
	app_send(&d, 4173);
	out(&d, ". 1:985(984) ack 1");
	out_rest(&d);
	not_fired(&d, RULE_PATH_PROBE_SENT);
}

/* With shorter segments in between, a window that is always full would never have room. */
static void text_waits_until_the_peers_window_has_room_for_a_probe(void **state)
{
	struct dialogue d = searching(10);

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 5000");
	app_send(&d, 984);
	out(&d, "P. 1:985(984) ack 1");
	app_send(&d, 20000);
	silent(&d);
	fired(&d, RULE_PATH_PROBE_WAITS);
	in(&d, ". 1:1(0) ack 985 win 5000");
	out(&d, ". 985:2207(1222) ack 1");
	fired(&d, RULE_PATH_PROBE_SENT);
}

static void a_small_congestion_window_lets_no_probe_go(void **state)
{
	struct dialogue d = searching(4);

	(void)state;
	app_send(&d, 20000);
	out(&d, ". 1:985(984) ack 1");
}

static void the_search_ends_near_enough_and_is_not_over_for_ever(void **state)
{
	struct dialogue d = searching(10);

	(void)state;
	d.profile.pmtu_raise = nanos_from_s(1);
	for (int i = 0; i < 40 && d.tcb.path.high > 0; i++) {
		app_send(&d, 10000);
		while (out_any(&d)) /* where the search ends, no probe goes */
			assert_true(d.last.len > 1);
		in_ack(&d, d.tcb.snd.nxt.v - d.profile.isn);
	}
	out_rest(&d);
	fired(&d, RULE_PATH_SEARCH_ENDS);
	assert_in_range(d.tcb.path.mtu, 1493, 1500);
	assert_true(d.tcb.path.raise_at > d.now);
}

/* ---- RFC 2923 §2.1: black holes ---- */

static struct dialogue in_a_black_hole(uint32_t plpmtud)
{
	struct dialogue d = with(plpmtud, 4);

	app_send(&d, 4380);
	out(&d, ". 1:1461(1460) ack 1");
	out_rest(&d);
	pass_ms(&d, 1000);
	out(&d, ". 1:1461(1460) ack 1");
	pass_ms(&d, 2000);
	out(&d, ". 1:1461(1460) ack 1");
	pass_ms(&d, 4000);
	return d;
}

static void at_r1_long_segments_become_short(void **state)
{
	struct dialogue d = in_a_black_hole(PLPMTUD_AFTER_BLACK_HOLE);

	(void)state;
	fired(&d, RULE_BLACK_HOLE);
	out(&d, ". 1:985(984) ack 1");
	assert_int_equal(d.tcb.path.low, 1024);
	assert_int_equal(d.tcb.path.high, 1500);
	pass_ms(&d, 8000);
	out(&d, ". 1:473(472) ack 1"); /* 1024 did not pass either: half of it */
	in(&d, ". 1:1(0) ack 473 win 65535");
	out(&d, ". 473:945(472) ack 1");
}

static void without_plpmtud_they_stay_long(void **state)
{
	struct dialogue d = in_a_black_hole(PLPMTUD_OFF);

	(void)state;
	not_fired(&d, RULE_BLACK_HOLE);
	out(&d, ". 1:1461(1460) ack 1");
}

static void short_segments_that_time_out_are_no_black_hole(void **state)
{
	struct dialogue d = with(PLPMTUD_AFTER_BLACK_HOLE, 4);

	(void)state;
	app_send(&d, 900);
	out(&d, "P. 1:901(900) ack 1");
	for (int64_t wait = 1000; wait <= 16000; wait *= 2) {
		pass_ms(&d, wait);
		out(&d, "P. 1:901(900) ack 1");
	}
	not_fired(&d, RULE_BLACK_HOLE);
}

/* RFC 8200 §5: every link takes 1280. */
static void the_search_begins_higher_in_ipv6(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	over_ipv6(&d);
	d.profile.mss = 0;
	d.profile.plpmtud = PLPMTUD_ALWAYS;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1440>");
	out(&d, ". 1:1(0) ack 1");
	assert_int_equal(d.tcb.path.mtu, 1280);
}

/* §7.7: where the usual base vanishes too, half of it, down to what the profile believes. */
static void a_black_hole_below_the_base_halves_it(void **state)
{
	struct dialogue d = searching(10);
	static const unsigned mtus[] = {512, 256, 200};

	(void)state;
	d.profile.r1 = 1;
	d.profile.pmtu_least = 200;
	app_send(&d, 5000);
	out_rest(&d);
	for (int i = 0; i < 3; i++) {
		pass_ms(&d, d.tcb.timers[TIMER_RETRANSMISSION] / 1000000 - d.now / 1000000);
		out_rest(&d);
		assert_int_equal(d.tcb.path.mtu, mtus[i]);
	}
}

/* ---- how much there must be ---- */

/* A segment of the probe's length and three more: 1222 + 3 · 984. */
static void exactly_enough_lets_a_probe_go(void **state)
{
	(void)state;
	for (int less = 0; less <= 1; less++) {
		for (int of = 0; of < 3; of++) {
			struct dialogue d = searching(10);
			uint32_t enough = 4174 - (uint32_t)less;

			d.tcb.snd.wnd = of == 0 ? enough : 65535;
			d.tcb.cc.cwnd = of == 1 ? enough : 65535;
			app_send(&d, of == 2 ? enough : 30000);
			assert_true(out_any(&d));
			assert_int_equal(d.last.len, less == 0 ? 1222 : 984);
			out_rest(&d);
		}
	}
}

static void who_never_raises_the_path_mtu_ends_the_search_for_good(void **state)
{
	struct dialogue d = searching(10);

	(void)state;
	d.profile.pmtu_raise = 0;
	d.tcb.path.low = 1495;
	app_send(&d, 10000);
	out_rest(&d);
	fired(&d, RULE_PATH_SEARCH_ENDS);
	assert_true(d.tcb.path.raise_at == 0);
	assert_int_equal(d.tcb.path.high, 0);
}

/* ---- with SACK ---- */

static struct dialogue with_sack_and_a_probe_out(void)
{
	struct dialogue d = dialogue_new();

	d.profile.mss = 0;
	d.profile.sack = true;
	d.profile.plpmtud = PLPMTUD_ALWAYS;
	d.profile.initial_window = 10;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1460,nop,nop,sackOK>");
	out(&d, ". 1:1(0) ack 1");
	app_send(&d, 984);
	out(&d, "P. 1:985(984) ack 1");
	app_send(&d, 9000);
	out(&d, ". 985:2207(1222) ack 1");
	out_rest(&d);
	assert_int_equal(d.tcb.path.probe, 1262);
	return d;
}

static void with_sack_too_the_loss_of_a_probe_alone_is_no_congestion(void **state)
{
	struct dialogue d = with_sack_and_a_probe_out();

	(void)state;
	in_sack(&d, 985, 2207, 6143);
	fired(&d, RULE_PATH_PROBE_LOST);
	not_fired(&d, RULE_SACK_RECOVERY);
	assert_int_equal(d.tcb.cc.ssthresh, UINT32_MAX);
	out(&d, ". 985:1969(984) ack 1");
	out(&d, ". 1969:2207(238) ack 1");
}

static void with_sack_a_loss_before_the_probe_is_congestion(void **state)
{
	struct dialogue d = with_sack_and_a_probe_out();

	(void)state;
	in_sack(&d, 1, 985, 6143);
	not_fired(&d, RULE_PATH_PROBE_LOST);
	fired(&d, RULE_SACK_RECOVERY);
	assert_int_equal(d.tcb.path.probe, 1262);
}

static void with_sack_a_loss_of_the_probe_and_of_the_next_is_congestion(void **state)
{
	struct dialogue d = with_sack_and_a_probe_out();

	(void)state;
	in_sack(&d, 985, 3191, 7127);
	not_fired(&d, RULE_PATH_PROBE_LOST);
	fired(&d, RULE_SACK_RECOVERY);
	out_rest(&d);
	/* The probe's octets go again in pieces: what arrives tells nothing of its length. */
	fired(&d, RULE_PATH_PROBE_UNCLEAR);
	assert_int_equal(d.tcb.path.probe, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_probe_that_arrives_raises_the_path_mtu),
		cmocka_unit_test(the_loss_of_a_probe_alone_is_no_congestion),
		cmocka_unit_test(
			after_a_failed_probe_the_next_waits_as_many_round_trips_as_cwnd_has_segments),
		cmocka_unit_test(a_loss_beside_the_probe_is_congestion),
		cmocka_unit_test(a_router_may_refuse_the_probe),
		cmocka_unit_test(without_enough_text_behind_it_no_probe_goes),
		cmocka_unit_test(text_waits_until_the_peers_window_has_room_for_a_probe),
		cmocka_unit_test(a_small_congestion_window_lets_no_probe_go),
		cmocka_unit_test(the_search_ends_near_enough_and_is_not_over_for_ever),
		cmocka_unit_test(at_r1_long_segments_become_short),
		cmocka_unit_test(without_plpmtud_they_stay_long),
		cmocka_unit_test(short_segments_that_time_out_are_no_black_hole),
		cmocka_unit_test(the_search_begins_higher_in_ipv6),
		cmocka_unit_test(a_black_hole_below_the_base_halves_it),
		cmocka_unit_test(exactly_enough_lets_a_probe_go),
		cmocka_unit_test(who_never_raises_the_path_mtu_ends_the_search_for_good),
		cmocka_unit_test(with_sack_too_the_loss_of_a_probe_alone_is_no_congestion),
		cmocka_unit_test(with_sack_a_loss_before_the_probe_is_congestion),
		cmocka_unit_test(with_sack_a_loss_of_the_probe_and_of_the_next_is_congestion),
	};

	return DIALOGUE_RUN("path probes", tests);
}
