/* PSH on the last of what a network card cuts into segments, as Linux has it.
 * RFC 9293 §3.9.1.2 wants it where nothing more is queued. */
#include "tests/dialogue.h"

/* The round trip of the handshake decides how much is handed over as one. */
static struct dialogue bursting(uint32_t burst, uint32_t window, int64_t round_trip_ms)
{
	struct dialogue d = dialogue_new();

	assert_true(profile_named("plain", &d.profile));
	d.profile.isn_fixed = true;
	d.profile.mss = 1000;
	d.profile.burst = burst;
	d.profile.initial_window = window;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	pass_ms(&d, round_trip_ms);
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
	out(&d, ". 1:1(0) ack 1");
	return d;
}

static void without_it_only_the_last_octet_is_pushed(void **state)
{
	struct dialogue d = bursting(0, 4, 100);

	(void)state;
	app_send(&d, 4000);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, ". 1001:2001(1000) ack 1");
	out(&d, ". 2001:3001(1000) ack 1");
	out(&d, "P. 3001:4001(1000) ack 1");
	not_fired(&d, RULE_BURST_PUSHED);
}

static void on_a_long_path_two_segments_are_one(void **state)
{
	struct dialogue d = bursting(2, 5, 100);

	(void)state;
	app_send(&d, 9000);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, "P. 1001:2001(1000) ack 1");
	out(&d, ". 2001:3001(1000) ack 1");
	out(&d, "P. 3001:4001(1000) ack 1");
	out(&d, ". 4001:5001(1000) ack 1"); /* by itself: cwnd is full */
	silent(&d);
	fired(&d, RULE_BURST_PUSHED);
}

static void on_a_short_path_half_of_cwnd_is_one(void **state)
{
	struct dialogue d = bursting(2, 10, 0);

	(void)state;
	app_send(&d, 20000);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, ". 1001:2001(1000) ack 1");
	out(&d, ". 2001:3001(1000) ack 1");
	out(&d, ". 3001:4001(1000) ack 1");
	out(&d, "P. 4001:5001(1000) ack 1");
	out(&d, ". 5001:6001(1000) ack 1");
	out(&d, ". 6001:7001(1000) ack 1");
	out(&d, ". 7001:8001(1000) ack 1");
	out(&d, ". 8001:9001(1000) ack 1");
	out(&d, "P. 9001:10001(1000) ack 1");
	silent(&d);
}

/* Half of two is one, and one by itself is no burst. */
static void two_segments_of_cwnd_go_one_by_one(void **state)
{
	struct dialogue d = bursting(2, 2, 100);

	(void)state;
	app_send(&d, 9000);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, ". 1001:2001(1000) ack 1");
	silent(&d);
	not_fired(&d, RULE_BURST_PUSHED);
}

static void what_nagle_holds_back_is_no_part_of_it(void **state)
{
	struct dialogue d = bursting(4, 10, 100);

	(void)state;
	app_send(&d, 3500);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, ". 1001:2001(1000) ack 1");
	out(&d, "P. 2001:3001(1000) ack 1");
	silent(&d);
	in_ack(&d, 3001);
	out(&d, "P. 3001:3501(500) ack 1");
}

static void one_segment_alone_is_no_burst(void **state)
{
	struct dialogue d = bursting(2, 1, 100);

	(void)state;
	app_send(&d, 5000);
	out(&d, ". 1:1001(1000) ack 1");
	silent(&d);
	not_fired(&d, RULE_BURST_PUSHED);
	in_ack(&d, 1001);
	out(&d, ". 1001:2001(1000) ack 1");
	out(&d, ". 2001:3001(1000) ack 1");
	in_ack(&d, 2001);
	out(&d, ". 3001:4001(1000) ack 1");
	out(&d, "P. 4001:5001(1000) ack 1");
}

static void the_window_ends_it(void **state)
{
	struct dialogue d = bursting(4, 10, 100);

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 2000");
	app_send(&d, 5000);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, "P. 1001:2001(1000) ack 1");
	silent(&d);
}

/* ---- how many make one ---- */

/* Segments of 1000 octets up to the first that is pushed, where cwnd and the times are these. */
static unsigned in_one(uint32_t cwnd, uint32_t ssthresh, nanos srtt, nanos shortest)
{
	struct dialogue d = bursting(1, 10, 100);
	unsigned count = 0;

	d.tcb.cc.cwnd = cwnd;
	d.tcb.cc.ssthresh = ssthresh;
	d.tcb.rtt.srtt = srtt;
	d.tcb.rack.min_rtt = shortest;
	app_send(&d, 60000);
	do {
		assert_true(out_any(&d));
		count++;
	} while (!(d.last.flags & PSH) && count < 100);
	return count;
}

/* 120 % of 102400 octets in 20 ms are 6144 in a 1000th, and 5999.9 in a 1024th of a second. */
static void it_is_what_a_millisecond_of_the_pace_takes(void **state)
{
	nanos srtt = nanos_from_ms(20);

	(void)state;
	assert_int_equal(in_one(100000, UINT32_MAX, srtt, srtt),
			 9); /* slow start: twice the rate */
	assert_int_equal(in_one(102400, 102400, srtt, srtt), 5);
	assert_int_equal(in_one(102403, 102400, srtt, srtt), 6);
	assert_int_equal(in_one(102403, 2 * 102403, srtt, srtt),
			 6); /* half of ssthresh is reached */
	assert_int_equal(in_one(102403, 2 * 102404, srtt, srtt), 10);
}

static void each_halving_of_a_short_round_trip_doubles_it(void **state)
{
	nanos srtt = nanos_from_s(1); /* the pace alone would take 195 octets */

	(void)state;
	assert_int_equal(in_one(100000, UINT32_MAX, srtt, 5 * 512000), 2);
	assert_int_equal(in_one(100000, UINT32_MAX, srtt, 4 * 512000), 4);
	assert_int_equal(in_one(100000, UINT32_MAX, srtt, 4 * 512000 - 1), 8);
}

/* Before a round trip was measured the largest that a card takes, but half of cwnd. */
static void without_a_round_trip_half_of_cwnd_is_one(void **state)
{
	(void)state;
	assert_int_equal(in_one(40000, UINT32_MAX, 0, 0), 20);
}

static void no_more_go_as_one_than_a_card_takes(void **state)
{
	struct dialogue d = bursting(1, 10, 100);
	unsigned count = 0;

	(void)state;
	d.tcb.cc.cwnd = 200000;
	d.tcb.snd.mss = 500;
	d.tcb.path.mss = 500;
	d.tcb.rack.min_rtt = 1;
	app_send(&d, 65535);
	do {
		assert_true(out_any(&d));
		count++;
	} while (!(d.last.flags & PSH));
	assert_int_equal(count, 130); /* 65215 octets; the window has room for 131 */
	assert_true(out_any(&d));
}

/* Where what was begun was not ended at once, a later one counts anew. */
static void what_was_begun_at_another_time_is_no_part_of_it(void **state)
{
	struct dialogue d = bursting(3, 10, 100);

	(void)state;
	d.tcb.burst_sent = 2;
	d.tcb.burst_end = 3;
	d.tcb.cc.last_sent = d.now - 1;
	app_send(&d, 6000);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, ". 1001:2001(1000) ack 1");
	out(&d, "P. 2001:3001(1000) ack 1");
	out_rest(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_it_only_the_last_octet_is_pushed),
		cmocka_unit_test(on_a_long_path_two_segments_are_one),
		cmocka_unit_test(on_a_short_path_half_of_cwnd_is_one),
		cmocka_unit_test(two_segments_of_cwnd_go_one_by_one),
		cmocka_unit_test(what_nagle_holds_back_is_no_part_of_it),
		cmocka_unit_test(one_segment_alone_is_no_burst),
		cmocka_unit_test(the_window_ends_it),
		cmocka_unit_test(it_is_what_a_millisecond_of_the_pace_takes),
		cmocka_unit_test(each_halving_of_a_short_round_trip_doubles_it),
		cmocka_unit_test(without_a_round_trip_half_of_cwnd_is_one),
		cmocka_unit_test(no_more_go_as_one_than_a_card_takes),
		cmocka_unit_test(what_was_begun_at_another_time_is_no_part_of_it),
	};

	return DIALOGUE_RUN("bursts", tests);
}
