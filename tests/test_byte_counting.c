/* The window counts octets, not ACKs, and only those of a window that was in
 * use. RFC 3465, RFC 5681 §3.1; Savage and others 1999: a receiver that splits
 * its ACKs. */
#include "tests/dialogue.h"

#include <stdio.h>

#include "tcp/congestion.h"

static struct dialogue with(uint32_t initial_window, uint32_t limit, const char *control)
{
	struct profile profile;

	assert_true(profile_named("plain", &profile));
	profile.mss = 1000;
	profile.initial_window = initial_window;
	profile.byte_counting_limit = limit;
	profile.congestion_control = congestion_control_named(control);
	return established_with(&profile);
}

static void ack_more(struct dialogue *d, uint32_t octets)
{
	in_ack(d, d->tcb.snd.una.v - d->profile.isn + octets);
}

static uint32_t slow_start_adds(uint32_t limit, uint32_t octets)
{
	struct dialogue d = with(8, limit, "reno");

	app_send(&d, 20000);
	out_rest(&d);
	ack_more(&d, octets);
	fired(&d, d.tcb.cc.cwnd - 8000 > 1000 ? RULE_SLOW_START_COUNTS : RULE_SLOW_START);
	return d.tcb.cc.cwnd - 8000;
}

static void an_ack_adds_up_to_l_segments_in_slow_start(void **state)
{
	(void)state;
	assert_int_equal(slow_start_adds(1, 300), 300);
	assert_int_equal(slow_start_adds(1, 4000), 1000);
	assert_int_equal(slow_start_adds(2, 4000), 2000);
	assert_int_equal(slow_start_adds(2, 1500), 1500);
	assert_int_equal(slow_start_adds(0, 4000), 4000);
}

/* RFC 3465 §2.3: the ACK of what went again covers what had arrived long before. */
static void after_a_time_out_an_ack_adds_one_segment_whatever_l_is(void **state)
{
	struct dialogue d = with(10, 2, "reno");

	(void)state;
	app_send(&d, 20000);
	out_full(&d, 1, 10);
	pass_ms(&d, 1000);
	out(&d, ". 1:1001(1000) ack 1");
	in_ack(&d, 4001);
	assert_int_equal(d.tcb.cc.cwnd, 2000);
	fired(&d, RULE_SLOW_START);
	not_fired(&d, RULE_SLOW_START_COUNTS);
	out_rest(&d);
	in_ack(&d, 10001); /* the time-out is over */
	assert_int_equal(d.tcb.cc.cwnd, 3000);
	out_rest(&d);
	in_ack(&d, 13001);
	assert_int_equal(d.tcb.cc.cwnd, 5000);
}

static void split_acks_add_no_more_than_whole_ones_in_slow_start(void **state)
{
	struct dialogue d = with(8, 1, "reno");

	(void)state;
	app_send(&d, 20000);
	out_rest(&d);
	for (int i = 0; i < 1000; i++) {
		ack_more(&d, 1);
		out_rest(&d);
	}
	assert_int_equal(d.tcb.cc.cwnd, 9000);
}

/* Each segment is acknowledged octet by octet, for a round trip. */
static void split_in_avoidance(const char *control)
{
	struct dialogue d = with(8, 1, control);
	uint32_t cwnd;
	uint32_t end;

	app_send(&d, 60000);
	out_rest(&d);
	d.tcb.cc.ssthresh = 8000;
	cwnd = d.tcb.cc.cwnd;
	for (end = d.tcb.snd.nxt.v; d.tcb.snd.una.v != end;) {
		ack_more(&d, 1);
		out_rest(&d);
	}
	assert_in_range(d.tcb.cc.cwnd, cwnd, cwnd + 1000);
	assert_true(d.tcb.cc.cwnd > cwnd);
}

static void split_acks_add_a_segment_a_round_trip_in_avoidance(void **state)
{
	(void)state;
	split_in_avoidance("reno");
	split_in_avoidance("cubic");
}

/* A question and its answer at a time: the window is never in use. */
static void a_sender_with_little_to_say_gets_no_larger_window(void **state)
{
	static const char *const controls[] = {"reno", "cubic"};

	(void)state;
	for (unsigned c = 0; c < 2; c++) {
		struct dialogue d = with(4, 1, controls[c]);

		for (int i = 0; i < 100; i++) {
			app_send(&d, 2000);
			out_rest(&d);
			ack_more(&d, 2000);
		}
		assert_int_equal(d.tcb.cc.cwnd, 4000);
		fired(&d, RULE_CWND_UNUSED);
		not_fired(&d, RULE_SLOW_START);
	}
}

/* Slow start may go up to twice what was used, avoidance to a segment more. */
static void the_peers_window_bounds_cwnd_too(void **state)
{
	struct dialogue d = with(4, 1, "reno");

	(void)state;
	for (int i = 0; i < 100; i++) {
		char line[80];

		app_send(&d, 3000);
		out_rest(&d);
		while (d.tcb.snd.una.v != d.tcb.snd.nxt.v) {
			snprintf(line, sizeof line, ". 1:1(0) ack %u win 3000",
				 d.tcb.snd.una.v - d.profile.isn + 1000);
			in(&d, line);
		}
	}
	assert_in_range(d.tcb.cc.cwnd, 4000, 6000);
}

static void a_window_that_gets_full_grows_again(void **state)
{
	struct dialogue d = with(4, 1, "reno");

	(void)state;
	for (int i = 0; i < 3; i++) {
		app_send(&d, 1000);
		out_rest(&d);
		ack_more(&d, 1000);
	}
	assert_int_equal(d.tcb.cc.cwnd, 4000);
	app_send(&d, 10000);
	out_rest(&d);
	ack_more(&d, 1000);
	assert_int_equal(d.tcb.cc.cwnd, 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ack_adds_up_to_l_segments_in_slow_start),
		cmocka_unit_test(after_a_time_out_an_ack_adds_one_segment_whatever_l_is),
		cmocka_unit_test(split_acks_add_no_more_than_whole_ones_in_slow_start),
		cmocka_unit_test(split_acks_add_a_segment_a_round_trip_in_avoidance),
		cmocka_unit_test(a_sender_with_little_to_say_gets_no_larger_window),
		cmocka_unit_test(the_peers_window_bounds_cwnd_too),
		cmocka_unit_test(a_window_that_gets_full_grows_again),
	};

	return DIALOGUE_RUN("byte_counting", tests);
}
