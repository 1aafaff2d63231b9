/* Segments at even distances: pacing.c. */
#include "tests/dialogue.h"

static struct dialogue paced(void)
{
	struct profile profile;
	struct dialogue d;

	assert_true(profile_named("plain", &profile));
	profile.mss = 1000;
	profile.initial_window = 10;
	profile.pacing = true;
	d = established_with(&profile);
	d.tcb.rtt.srtt = nanos_from_ms(100);
	return d;
}

/* Twice 10000 octets in 100 ms: a segment each 5 ms. */
static void segments_leave_at_the_pace_of_the_window(void **state)
{
	struct dialogue d = paced();

	(void)state;
	app_send(&d, 10000);
	out(&d, ". 1:1001(1000) ack 1");
	silent(&d);
	fired(&d, RULE_PACING_WAITS);
	assert_int_equal(d.tcb.cc.pacing_rate, 200000);
	for (int i = 1; i < 4; i++) {
		pass_ms(&d, 4);
		silent(&d);
		pass_ms(&d, 1);
		assert_true(out_any(&d));
		assert_int_equal(d.last.seq.v - d.profile.isn, i * 1000 + 1);
	}
	fired(&d, RULE_PACING_OVER);
}

/* 6/5 of the window in a round trip once it is not to double any more. */
static void avoidance_is_paced_more_closely(void **state)
{
	struct dialogue d = paced();

	(void)state;
	d.tcb.cc.ssthresh = 10000;
	app_send(&d, 10000);
	assert_true(out_any(&d));
	assert_int_equal(d.tcb.cc.pacing_rate, 120000);
}

static void an_ack_does_not_wait_for_the_pace(void **state)
{
	struct dialogue d = paced();

	(void)state;
	app_send(&d, 2000);
	assert_true(out_any(&d));
	in(&d, ". 1:1001(1000) ack 1 win 65535");
	in(&d, ". 1001:2001(1000) ack 1 win 65535");
	out(&d, ". 1001:1001(0) ack 2001");
	silent(&d);
	pass_ms(&d, 5);
	out(&d, "P. 1001:2001(1000) ack 2001");
}

static void after_a_pause_the_first_goes_at_once(void **state)
{
	struct dialogue d = paced();

	(void)state;
	app_send(&d, 1000);
	out(&d, "P. 1:1001(1000) ack 1");
	assert_true(d.tcb.timers[TIMER_PACING] == NANOS_NEVER); /* nobody waits */
	in(&d, ". 1:1(0) ack 1001 win 65535");
	pass_ms(&d, 500);
	app_send(&d, 1000);
	out(&d, "P. 1001:2001(1000) ack 1");
}

static void unpaced_is_as_fast_as_the_window_allows(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 4000);
	for (int i = 0; i < 4; i++)
		assert_true(out_any(&d));
	not_fired(&d, RULE_PACING_WAITS);
	assert_int_equal(d.tcb.cc.pacing_rate, 0);
}

static void where_nothing_waits_no_timer_runs(void **state)
{
	struct dialogue d = paced();

	(void)state;
	app_send(&d, 1000);
	out(&d, "P. 1:1001(1000) ack 1");
	silent(&d);
	assert_true(d.tcb.cc.next_send > d.now);
	assert_true(d.tcb.timers[TIMER_PACING] == NANOS_NEVER);
	not_fired(&d, RULE_PACING_WAITS);
}

/* Below half of ssthresh cwnd doubles in a round trip. */
static void the_pace_changes_at_half_of_ssthresh(void **state)
{
	(void)state;
	for (uint32_t cwnd = 4000; cwnd <= 5000; cwnd += 1000) {
		struct dialogue d = paced();

		d.tcb.cc.ssthresh = 10000;
		d.tcb.cc.cwnd = cwnd;
		app_send(&d, 10000);
		assert_true(out_any(&d));
		assert_int_equal(d.tcb.cc.pacing_rate, cwnd == 4000 ? 80000 : 60000);
	}
}

static void without_a_round_trip_there_is_no_pace(void **state)
{
	struct dialogue d = paced();

	(void)state;
	d.tcb.rtt.srtt = 0;
	app_send(&d, 10000);
	assert_true(out_any(&d));
	assert_int_equal(d.tcb.cc.pacing_rate, 0);
	assert_true(out_any(&d));
}

/* What a probe of a shut window carried goes again when that opens; meanwhile no other timer
 * than that of the pace need run. */
static void what_goes_again_waits_for_the_pace_alone(void **state)
{
	struct dialogue d = paced();

	(void)state;
	app_send(&d, 1000);
	assert_true(out_any(&d));
	pass_ms(&d, 10);
	in(&d, ". 1:1(0) ack 1001 win 0");
	app_send(&d, 1000);
	silent(&d);
	pass_ms(&d, (d.tcb.timers[TIMER_PERSIST] - d.now) / 1000000);
	out(&d, ". 1001:1002(1) ack 1");
	d.tcb.cc.next_send = d.now + nanos_from_ms(5);
	in(&d, ". 1:1(0) ack 1001 win 2000");
	silent(&d);
	pass_ms(&d, 5);
	assert_true(out_any(&d));
	assert_true(d.tcb.timers[TIMER_RETRANSMISSION] != NANOS_NEVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(segments_leave_at_the_pace_of_the_window),
		cmocka_unit_test(avoidance_is_paced_more_closely),
		cmocka_unit_test(an_ack_does_not_wait_for_the_pace),
		cmocka_unit_test(after_a_pause_the_first_goes_at_once),
		cmocka_unit_test(unpaced_is_as_fast_as_the_window_allows),
		cmocka_unit_test(where_nothing_waits_no_timer_runs),
		cmocka_unit_test(the_pace_changes_at_half_of_ssthresh),
		cmocka_unit_test(without_a_round_trip_there_is_no_pace),
		cmocka_unit_test(what_goes_again_waits_for_the_pace_alone),
	};

	return DIALOGUE_RUN("pacing", tests);
}
