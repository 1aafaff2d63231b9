/* Losses told by time: RACK. RFC 8985 §6. */
#include "tests/rack.h"

#include <stdio.h>

/* As with_rack(), with timestamps: segments have 988 octets, our clock is at 1100. */
static struct dialogue with_timestamps(void)
{
	struct dialogue d = dialogue_new();

	d.profile.sack = true;
	d.profile.rack = true;
	d.profile.timestamps = true;
	d.profile.initial_window = 10;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	pass_ms(&d, 100);
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,sackOK,TS val 70 ecr 0>");
	out(&d, ". 1:1(0) ack 1");
	return d;
}

/* `count` segments leave, each so many ms after the one before. */
static void send_apart(struct dialogue *d, int count, int64_t ms)
{
	for (int i = 0; i < count; i++) {
		if (i > 0)
			pass_ms(d, ms);
		app_send(d, 1000);
		assert_true(out_any(d));
	}
}

/* The same with our timestamp of `ms` echoed. */
static void in_ack_echo(struct dialogue *d, int ack, int64_t ms)
{
	char line[120];

	snprintf(line, sizeof line, ". 1:1(0) ack %d win 65535 <nop,nop,TS val 71 ecr %u>", ack,
		 (unsigned)(d->tcb.ts.offset + (uint32_t)ms));
	in(d, line);
}

static void in_sack_echo(struct dialogue *d, int ack, int left, int right, int64_t ms)
{
	char line[120];

	snprintf(line, sizeof line,
		 ". 1:1(0) ack %d win 65535 <nop,nop,TS val 71 ecr %u,nop,nop,sack 1 {%d:%d}>", ack,
		 (unsigned)(d->tcb.ts.offset + (uint32_t)ms), left, right);
	in(d, line);
}

/* ---- steps 1 to 3: what was delivered last ---- */

static void a_fresh_connection_has_seen_no_reordering(void **state)
{
	struct dialogue d = with_rack(100);

	(void)state;
	assert_false(d.tcb.rack.reordering_seen);
	assert_true(d.tcb.rack.min_rtt == nanos_from_ms(100));
	app_send(&d, 3000);
	out_rest(&d);
	pass_ms(&d, 100);
	in_ack(&d, 1001);
	in_ack(&d, 3001);
	assert_false(d.tcb.rack.reordering_seen);
}

/* The ACK of the first waited, and went with the block of the third. */
static void an_ack_that_waited_is_no_reordering(void **state)
{
	struct dialogue d = under_way(4000);

	(void)state;
	in_sack(&d, 1001, 2001, 3001);
	assert_false(d.tcb.rack.reordering_seen);
	not_fired(&d, RULE_RACK_REORDERING);
}

static void original_below_what_arrived_before_is_reordering(void **state)
{
	struct dialogue d = under_way(4000);

	(void)state;
	in_sack(&d, 1, 1001, 2001);
	in_ack(&d, 2001);
	fired(&d, RULE_RACK_REORDERING);
}

static void repaired_segment_is_no_reordering(void **state)
{
	struct dialogue d = under_way(4000);

	(void)state;
	in_sack(&d, 1, 1001, 4001);
	out(&d, ". 1:1001(1000) ack 1");
	pass_ms(&d, 100);
	in_ack(&d, 4001);
	not_fired(&d, RULE_RACK_REORDERING);
}

/* Step 2: faster than any round trip, it answers what was sent before. */
static void ack_that_comes_too_soon_after_a_repetition_is_not_measured(void **state)
{
	struct dialogue d = under_way(4000);

	(void)state;
	in_sack(&d, 1, 1001, 4001);
	out(&d, ". 1:1001(1000) ack 1");
	pass_ms(&d, 10);
	in_ack(&d, 4001);
	assert_true(d.tcb.rack.rtt == nanos_from_ms(100));
	assert_true(d.tcb.rack.min_rtt == nanos_from_ms(100));
}

/* Step 2 again: what is echoed was sent before the repetition, however late the
 * ACK comes. */
static void ack_that_echoes_an_earlier_timestamp_is_not_measured(void **state)
{
	struct dialogue d = with_timestamps();

	(void)state;
	app_send(&d, 3952);
	out_rest(&d);
	pass_ms(&d, 100);
	in_sack_echo(&d, 1, 989, 3953, 1100);
	assert_true(out_any(&d)); /* 1:989 again */
	pass_ms(&d, 150);
	in_ack_echo(&d, 3953, 1100);
	assert_true(d.tcb.rack.rtt == nanos_from_ms(100));
}

static void ack_that_echoes_the_repetition_is_measured(void **state)
{
	struct dialogue d = with_timestamps();

	(void)state;
	app_send(&d, 3952);
	out_rest(&d);
	pass_ms(&d, 100);
	in_sack_echo(&d, 1, 989, 3953, 1100);
	assert_true(out_any(&d));
	pass_ms(&d, 150);
	in_ack_echo(&d, 3953, 1200);
	assert_true(d.tcb.rack.rtt == nanos_from_ms(150));
}

/* ---- steps 4 and 5: what is lost ---- */

/* Options make them shorter than the MSS. */
static void three_segments_with_timestamps_are_three(void **state)
{
	struct dialogue d = with_timestamps();

	(void)state;
	app_send(&d, 4940);
	out_rest(&d);
	pass_ms(&d, 100);
	in_sack_echo(&d, 1, 989, 2965, 1100);
	silent(&d);
	in_sack_echo(&d, 1, 989, 3953, 1100);
	assert_true(out_any(&d));
	assert_int_equal(seq_diff(d.last.seq, seq_add(d.tcb.snd.iss, 1)), 0);
	fired(&d, RULE_RACK_LOST);
}

static void three_small_segments_are_three(void **state)
{
	struct dialogue d = with_rack(100);

	(void)state;
	d.tcb.nagle_off = true;
	for (int i = 0; i < 5; i++) {
		app_send(&d, 100);
		assert_true(out_any(&d));
	}
	pass_ms(&d, 100);
	in_sack(&d, 1, 101, 301);
	silent(&d);
	in_sack(&d, 1, 101, 401);
	out(&d, ". 1:101(100) ack 1");
	fired(&d, RULE_RACK_LOST);
}

/* Two blocks that meet in the middle of a segment, and one that ends there. */
static void parts_of_a_segment_are_one(void **state)
{
	struct dialogue d = under_way(9000);

	(void)state;
	in_sack(&d, 1, 1001, 2001);
	in_sack(&d, 1, 3001, 3501);
	assert_int_equal(d.tcb.flight.segments, 2);
	silent(&d);
	in_ack(&d, 3201);
	assert_int_equal(d.tcb.flight.segments, 1);
}

static void without_reordering_three_segments_beyond_mean_a_loss_at_once(void **state)
{
	struct dialogue d = under_way(5000);

	(void)state;
	in_sack(&d, 1, 1001, 3001);
	silent(&d);
	in_sack(&d, 1, 1001, 4001);
	out(&d, ". 1:1001(1000) ack 1");
	fired(&d, RULE_RACK_LOST);
}

static void fewer_than_three_wait_a_quarter_of_the_shortest_round_trip(void **state)
{
	struct dialogue d = under_way(3000);

	(void)state;
	in_sack(&d, 1, 1001, 2001);
	assert_true(d.tcb.timers[TIMER_REORDERING] == d.now + nanos_from_ms(25));
	pass_ms(&d, 24);
	silent(&d);
	pass_ms(&d, 1);
	out(&d, ". 1:1001(1000) ack 1");
	fired(&d, RULE_RACK_TIMER_FIRED);
}

static void where_reordering_was_seen_three_segments_wait_too(void **state)
{
	struct dialogue d = with_rack(100);

	(void)state;
	d.tcb.rack.reordering_seen = true;
	app_send(&d, 5000);
	out_rest(&d);
	pass_ms(&d, 100);
	in_sack(&d, 1, 1001, 5001);
	silent(&d);
	pass_ms(&d, 25);
	out(&d, ". 1:1001(1000) ack 1");
}

static void reordered_segment_that_comes_in_time_is_not_repeated(void **state)
{
	struct dialogue d = with_rack(100);

	(void)state;
	d.tcb.rack.reordering_seen = true;
	app_send(&d, 5000);
	out_rest(&d);
	pass_ms(&d, 100);
	in_sack(&d, 1, 1001, 5001);
	pass_ms(&d, 20);
	in_ack(&d, 5001);
	assert_true(d.tcb.timers[TIMER_REORDERING] == NANOS_NEVER);
	assert_false(d.tcb.cc.fast_recovery);
	silent(&d);
}

/* By the time of sending, not by number: a repetition that was lost is found again. */
static void lost_repetition_is_found_by_what_was_sent_after_it(void **state)
{
	struct dialogue d = under_way(5000);

	(void)state;
	in_sack(&d, 1, 1001, 5001);
	out(&d, ". 1:1001(1000) ack 1");
	pass_ms(&d, 10);
	app_send(&d, 1000);
	out(&d, "P. 5001:6001(1000) ack 1");
	pass_ms(&d, 100);
	in_sack(&d, 1, 1001, 6001);
	out(&d, ". 1:1001(1000) ack 1"); /* in recovery nothing is waited for */
}

static void what_was_sent_later_than_the_newest_delivery_is_not_lost(void **state)
{
	struct dialogue d = with_rack(100);

	(void)state;
	send_apart(&d, 4, 10);
	pass_ms(&d, 70);
	in_sack(&d, 1, 1001, 2001);
	pass_ms(&d, 40);
	out(&d, ". 1:1001(1000) ack 1");
	assert_int_equal(d.tcb.flight.lost, 0); /* the third and fourth left after the second */
	silent(&d);
}

static void each_late_segment_has_its_own_time(void **state)
{
	struct dialogue d = with_rack(100);

	(void)state;
	d.tcb.rack.reordering_seen = true;
	send_apart(&d, 3, 10);
	pass_ms(&d, 80); /* 100 since the first, 80 since the third left */
	d.now += nanos_from_ms(20);
	in_sack(&d, 1, 2001, 3001); /* RACK.rtt 100 ms: the first is late by 20, the second by 10 */
	silent(&d);
	pass_ms(&d, 15); /* the timer is for the last of them */
	assert_true(d.tcb.flight.lost > 0 || d.tcb.cc.fast_recovery);
}

/* ---- §9.3: what went again is lost as well ---- */

/* In recovery: the first has gone again, and so have three new ones behind it. */
static struct dialogue repairing(bool prr)
{
	struct dialogue d = with_rack(100);

	d.profile.prr = prr;
	app_send(&d, 20000);
	out_rest(&d);
	pass_ms(&d, 100);
	in_sack(&d, 1, 1001, 4001);
	out(&d, ". 1:1001(1000) ack 1");
	pass_ms(&d, 10);
	in_sack(&d, 1, 1001, 10001);
	out_rest(&d);
	assert_true(d.tcb.cc.fast_recovery);
	assert_true(d.tcb.snd.nxt.v - d.profile.isn >= 13001);
	return d;
}

static void lost_repetition_slows_down_once_more(void **state)
{
	struct dialogue d = repairing(false);
	uint32_t before = d.tcb.cc.ssthresh;

	(void)state;
	assert_int_equal(before, 5000);
	pass_ms(&d, 100);
	in_sack(&d, 1, 1001, 13001);
	fired(&d, RULE_RACK_LOST_AGAIN);
	assert_int_equal(d.tcb.cc.ssthresh, 2500);
	assert_int_equal(d.tcb.cc.cwnd, 2500);
	out(&d, ". 1:1001(1000) ack 1");
	out_rest(&d);
}

/* Two repetitions of one window are one piece of news. */
static void repetitions_of_one_window_slow_down_once(void **state)
{
	struct dialogue d = with_rack(100);

	(void)state;
	app_send(&d, 20000);
	out_rest(&d);
	pass_ms(&d, 100);
	in_sack(&d, 1, 2001, 5001);
	out(&d, ". 1:1001(1000) ack 1");
	pass_ms(&d, 1);
	in_sack(&d, 1, 2001, 7001);
	out(&d, ". 1001:2001(1000) ack 1");
	in_sack(&d, 1, 2001, 10001);
	out_rest(&d); /* 10001:14001 */
	pass_ms(&d, 99);
	in_sack(&d, 1, 2001, 12001); /* 100 ms after the first, 99 after the second */
	fired(&d, RULE_RACK_LOST_AGAIN);
	assert_int_equal(d.tcb.cc.ssthresh, 2500);
	d.rules[RULE_RACK_LOST_AGAIN] = false;
	out(&d, ". 1:1001(1000) ack 1");
	pass_ms(&d, 1);
	in_sack(&d, 1, 2001, 13001);
	assert_int_equal(d.tcb.flight.lost, 1000);
	not_fired(&d, RULE_RACK_LOST_AGAIN);
	assert_int_equal(d.tcb.cc.ssthresh, 2500);
}

static void with_prr_a_lost_repetition_changes_nothing(void **state)
{
	struct dialogue d = repairing(true);

	(void)state;
	pass_ms(&d, 100);
	in_sack(&d, 1, 1001, 13001);
	not_fired(&d, RULE_RACK_LOST_AGAIN);
	assert_int_equal(d.tcb.cc.ssthresh, 5000);
}

/* ---- §6.3 ---- */

static void time_out_marks_the_first_and_what_is_late_but_not_what_is_young(void **state)
{
	struct dialogue d = with_rack(100);

	(void)state;
	d.profile.frto = false;
	send_apart(&d, 2, 10);
	pass_ms(&d, 200); /* a tail loss probe has gone */
	out_rest(&d);
	pass_ms(&d, 500);
	d.tcb.timers[TIMER_RETRANSMISSION] = d.now + nanos_from_ms(50);
	app_send(&d, 1000);
	out_rest(&d);
	pass_ms(&d, 50);
	fired(&d, RULE_RTO_FIRED);
	assert_true(d.tcb.cc.loss_recovery);
	/* What left 50 ms ago may well be under way. */
	assert_int_equal(d.records[d.tcb.flight.first + d.tcb.flight.count - 1].fate,
			 FLIGHT_UNKNOWN);
	assert_int_equal(d.tcb.cc.cwnd, 1000);
}
int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lost_repetition_slows_down_once_more),
		cmocka_unit_test(repetitions_of_one_window_slow_down_once),
		cmocka_unit_test(with_prr_a_lost_repetition_changes_nothing),
		cmocka_unit_test(ack_that_echoes_an_earlier_timestamp_is_not_measured),
		cmocka_unit_test(ack_that_echoes_the_repetition_is_measured),
		cmocka_unit_test(three_segments_with_timestamps_are_three),
		cmocka_unit_test(three_small_segments_are_three),
		cmocka_unit_test(parts_of_a_segment_are_one),
		cmocka_unit_test(a_fresh_connection_has_seen_no_reordering),
		cmocka_unit_test(an_ack_that_waited_is_no_reordering),
		cmocka_unit_test(original_below_what_arrived_before_is_reordering),
		cmocka_unit_test(repaired_segment_is_no_reordering),
		cmocka_unit_test(ack_that_comes_too_soon_after_a_repetition_is_not_measured),
		cmocka_unit_test(without_reordering_three_segments_beyond_mean_a_loss_at_once),
		cmocka_unit_test(fewer_than_three_wait_a_quarter_of_the_shortest_round_trip),
		cmocka_unit_test(where_reordering_was_seen_three_segments_wait_too),
		cmocka_unit_test(reordered_segment_that_comes_in_time_is_not_repeated),
		cmocka_unit_test(lost_repetition_is_found_by_what_was_sent_after_it),
		cmocka_unit_test(what_was_sent_later_than_the_newest_delivery_is_not_lost),
		cmocka_unit_test(each_late_segment_has_its_own_time),
		cmocka_unit_test(time_out_marks_the_first_and_what_is_late_but_not_what_is_young),
	};

	return DIALOGUE_RUN("rack", tests);
}
