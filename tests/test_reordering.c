/* A path on which segments overtake each other: what arrives late once is waited
 * for from then on, and what is lost is still found. RFC 2883 §5.2, RFC 8985 §6.2. */
#include "tests/dialogue.h"

#include <stdio.h>

/* Twenty segments of 1000 are under way after 100 ms, and there is more to send. */
static struct dialogue twenty_out(void (*choose)(struct profile *))
{
	struct dialogue d = dialogue_new();

	d.profile.initial_window = 20;
	d.profile.send_buffer = 200000;
	d.profile.reordering_max = 300;
	choose(&d.profile);
	app_connect(&d);
	out(&d, "S 0:0(0)");
	pass_ms(&d, 100);
	in(&d, d.profile.timestamps ? "S. 0:0(0) ack 1 win 65535 <mss 1000,sackOK,TS val 70 ecr 0>"
				    : "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK>");
	app_send(&d, 150000);
	out_rest(&d);
	pass_ms(&d, 100);
	return d;
}

static void with_sack(struct profile *p)
{
	p->sack = true;
}

static void with_sack_and_undo(struct profile *p)
{
	p->sack = true;
	p->eifel = true;
}

static void with_timestamps(struct profile *p)
{
	p->timestamps = true;
}

static void with_rack(struct profile *p)
{
	p->sack = true;
	p->rack = true;
}

static void with_rack_that_jumps(struct profile *p)
{
	with_rack(p);
	p->rack_jumps = true;
}

/* Segment `n`, counted from 0, is missing while the `behind` after it arrive one by one. */
static void overtaken_by(struct dialogue *d, uint32_t n, uint32_t behind)
{
	uint32_t left = 1 + 1000 * n;

	for (uint32_t i = 1; i <= behind; i++) {
		in_sack(d, left, left + 1000, left + 1000 + 1000 * i);
		out_rest(d);
	}
}

/* The first comes late, behind four, after it has gone again; a D-SACK tells. */
static void first_is_late(struct dialogue *d)
{
	overtaken_by(d, 0, 4);
	fired(d, RULE_SACK_RECOVERY);
	in_ack(d, 5001);
	out_rest(d);
	in_sack(d, 5001, 1, 1001);
	out_rest(d);
	in_ack(d, 30001 < seq_diff(d->tcb.snd.nxt, d->tcb.snd.iss)
			  ? 30001
			  : (uint32_t)seq_diff(d->tcb.snd.nxt, d->tcb.snd.iss));
	out_rest(d);
}

static uint32_t first_missing(const struct dialogue *d)
{
	return (uint32_t)seq_diff(d->tcb.snd.una, seq_add(d->tcb.snd.iss, 1)) / 1000;
}

static void late_segment_reduces_once_and_no_second_time(void **state)
{
	struct dialogue d = twenty_out(with_sack_and_undo);
	uint32_t ssthresh;

	(void)state;
	first_is_late(&d);
	fired(&d, RULE_DSACK_UNDOES);
	fired(&d, RULE_REORDERING_MEASURED);
	assert_int_equal(d.tcb.cc.reordering, 10); /* it was the fifth to arrive */
	ssthresh = d.tcb.cc.ssthresh;
	overtaken_by(&d, first_missing(&d), 4);
	assert_false(d.tcb.cc.fast_recovery);
	in_ack(&d, 1 + 1000 * (first_missing(&d) + 5));
	assert_int_equal(d.tcb.cc.ssthresh, ssthresh);
}

static void it_is_learnt_without_taking_reductions_back(void **state)
{
	struct dialogue d = twenty_out(with_sack);

	(void)state;
	first_is_late(&d);
	not_fired(&d, RULE_DSACK_UNDOES);
	assert_int_equal(d.tcb.cc.reordering, 10);
}

static void without_the_switch_three_stay_three(void **state)
{
	struct dialogue d = twenty_out(with_sack_and_undo);

	(void)state;
	d.profile.reordering_max = 0;
	first_is_late(&d);
	assert_int_equal(d.tcb.cc.reordering, 0);
	overtaken_by(&d, first_missing(&d), 3);
	assert_true(d.tcb.cc.fast_recovery);
}

static void no_more_than_the_profile_says(void **state)
{
	struct dialogue d = twenty_out(with_sack);

	(void)state;
	d.profile.reordering_max = 7;
	first_is_late(&d);
	assert_int_equal(d.tcb.cc.reordering, 7);
}

/* RFC 4653: a loss waits for half of what is under way, new segments included. */
static void loss_is_found_when_half_of_the_flight_has_arrived(void **state)
{
	struct dialogue d = twenty_out(with_sack);
	uint32_t missing;
	uint32_t flight;

	(void)state;
	first_is_late(&d);
	d.tcb.cc.reordering = 300;
	missing = first_missing(&d);
	flight = tcb_outstanding(&d.tcb) / 1000;
	for (uint32_t i = 1; !d.tcb.cc.fast_recovery; i++) {
		assert_in_range(i, 1, flight);
		in_sack(&d, 1 + 1000 * missing, 1001 + 1000 * missing, 1001 + 1000 * (missing + i));
		flight = tcb_outstanding(&d.tcb) / 1000;
		if (d.tcb.cc.fast_recovery)
			assert_int_equal(i, flight / 2);
		out_rest(&d);
	}
}

/* Each duplicate lends a segment, as long as it is waited for. */
static void without_sack_a_timestamp_tells_and_new_text_goes_on(void **state)
{
	struct dialogue d = twenty_out(with_timestamps);
	uint32_t ecr = d.tcb.ts.offset + 1100;
	char line[120];

	(void)state;
	snprintf(line, sizeof line, ". 1:1(0) ack 1 win 65535 <nop,nop,TS val 71 ecr %u>", ecr);
	for (int i = 0; i < 4; i++) {
		in(&d, line);
		out_rest(&d);
	}
	fired(&d, RULE_FAST_RETRANSMIT);
	/* The original, behind four. */
	snprintf(line, sizeof line, ". 1:1(0) ack 4941 win 65535 <nop,nop,TS val 72 ecr %u>", ecr);
	in(&d, line);
	fired(&d, RULE_REORDERING_MEASURED);
	assert_int_equal(d.tcb.cc.reordering, 10);
	out_rest(&d);
	/* All of it arrives, and what follows it. */
	for (int i = 0; i < 2; i++) {
		snprintf(line, sizeof line, ". 1:1(0) ack %u win 65535 <nop,nop,TS val 73 ecr %u>",
			 (uint32_t)seq_diff(d.tcb.snd.nxt, d.tcb.snd.iss), ecr + 100);
		in(&d, line);
		d.tcb.cc.cwnd = 20000;
		out_rest(&d);
	}
	assert_false(d.tcb.cc.fast_recovery);
	d.rules[RULE_FAST_RETRANSMIT] = false;
	for (int i = 0; i < 4; i++) {
		in(&d, line);
		assert_true(out_any(&d));
		assert_int_equal(d.last_rule, RULE_LIMITED_TRANSMIT);
	}
	not_fired(&d, RULE_FAST_RETRANSMIT);
}

static void time_out_after_duplicates_forgets_it(void **state)
{
	struct dialogue d = twenty_out(with_sack);

	(void)state;
	first_is_late(&d);
	overtaken_by(&d, first_missing(&d), 4);
	assert_int_equal(d.tcb.cc.reordering, 10);
	pass_ms(&d, 1000);
	fired(&d, RULE_RTO_FIRED);
	fired(&d, RULE_REORDERING_FORGOTTEN);
	assert_int_equal(d.tcb.cc.reordering, 0);
}

/* RACK waits for a time: what was sent once comes late and shows how late. */
static void original_that_comes_late_shows_the_distance(void **state)
{
	struct dialogue d = twenty_out(with_rack);

	(void)state;
	d.tcb.rack.reordering_seen = true;
	overtaken_by(&d, 0, 6);
	assert_false(d.tcb.cc.fast_recovery);
	in_ack(&d, 7001);
	fired(&d, RULE_REORDERING_MEASURED);
	assert_int_equal(d.tcb.cc.reordering, 7);
}

/* The first is late by 60 ms of 100, its repetition was for nothing. */
static void late_by_60_ms(struct dialogue *d)
{
	d->tcb.rack.reordering_seen = true;
	overtaken_by(d, 0, 4);
	assert_false(d->tcb.cc.fast_recovery);
	pass_ms(d, 25);
	out_rest(d);
	assert_true(d->tcb.cc.fast_recovery);
	pass_ms(d, 35);
	in_ack(d, 5001);
	out_rest(d);
	in_sack(d, 5001, 1, 1001);
	out_rest(d);
}

static void rack_steps_to_the_lateness_where_it_may_not_jump(void **state)
{
	struct dialogue d = twenty_out(with_rack);

	(void)state;
	late_by_60_ms(&d);
	not_fired(&d, RULE_RACK_JUMPS);
	assert_int_equal(d.tcb.rack.reo_wnd_mult, 1);
}

static void rack_jumps_to_the_lateness_that_it_saw(void **state)
{
	struct dialogue d = twenty_out(with_rack_that_jumps);

	(void)state;
	late_by_60_ms(&d);
	fired(&d, RULE_RACK_JUMPS);
	/* 25 ms for each, and the first: 100 ms are enough for 60. */
	assert_in_range(d.tcb.rack.reo_wnd_mult, 2, 4);
}

static void what_overtakes_by_less_takes_nothing_back(void **state)
{
	struct dialogue d = twenty_out(with_rack);

	(void)state;
	d.tcb.rack.reordering_seen = true;
	overtaken_by(&d, 0, 6);
	in_ack(&d, 7001);
	assert_int_equal(d.tcb.cc.reordering, 7);
	out_rest(&d);
	in_sack(&d, 7001, 8001, 12001);
	out_rest(&d);
	in_ack(&d, 12001);
	assert_int_equal(d.tcb.cc.reordering, 7);
}

/* Three wait in any case. */
static void an_overtaking_by_three_is_nothing_new(void **state)
{
	struct dialogue d = twenty_out(with_rack);

	(void)state;
	d.tcb.rack.reordering_seen = true;
	overtaken_by(&d, 0, 2);
	in_ack(&d, 3001);
	not_fired(&d, RULE_REORDERING_MEASURED);
	assert_int_equal(d.tcb.cc.reordering, 0);
}

static void time_out_without_duplicates_leaves_it(void **state)
{
	struct dialogue d = twenty_out(with_sack);

	(void)state;
	first_is_late(&d);
	assert_int_equal(d.tcb.cc.reordering, 10);
	pass_ms(&d, 1000);
	fired(&d, RULE_RTO_FIRED);
	not_fired(&d, RULE_REORDERING_FORGOTTEN);
	assert_int_equal(d.tcb.cc.reordering, 10);
}

static void rack_never_jumps_back(void **state)
{
	struct dialogue d = twenty_out(with_rack_that_jumps);

	(void)state;
	d.tcb.rack.min_rtt = nanos_from_ms(100);
	d.tcb.rack.reordering_seen = true;
	overtaken_by(&d, 0, 4);
	pass_ms(&d, 25);
	out_rest(&d);
	d.tcb.rack.reo_wnd_mult = 12;
	pass_ms(&d, 35);
	in_ack(&d, 5001);
	out_rest(&d);
	in_sack(&d, 5001, 1, 1001);
	not_fired(&d, RULE_RACK_JUMPS);
	assert_true(d.tcb.rack.reo_wnd_mult >= 12);
}

/* RFC 2883 §4.2: a first block inside the second is one that came twice. */
static void a_block_inside_the_next_is_a_d_sack(void **state)
{
	struct dialogue d = twenty_out(with_rack);

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 65535 <nop,nop,sack 2 {2001:3001}{1001:4001}>");
	fired(&d, RULE_RACK_WAITS_LONGER);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(late_segment_reduces_once_and_no_second_time),
		cmocka_unit_test(it_is_learnt_without_taking_reductions_back),
		cmocka_unit_test(without_the_switch_three_stay_three),
		cmocka_unit_test(no_more_than_the_profile_says),
		cmocka_unit_test(loss_is_found_when_half_of_the_flight_has_arrived),
		cmocka_unit_test(without_sack_a_timestamp_tells_and_new_text_goes_on),
		cmocka_unit_test(time_out_after_duplicates_forgets_it),
		cmocka_unit_test(original_that_comes_late_shows_the_distance),
		cmocka_unit_test(rack_steps_to_the_lateness_where_it_may_not_jump),
		cmocka_unit_test(rack_jumps_to_the_lateness_that_it_saw),
		cmocka_unit_test(what_overtakes_by_less_takes_nothing_back),
		cmocka_unit_test(an_overtaking_by_three_is_nothing_new),
		cmocka_unit_test(time_out_without_duplicates_leaves_it),
		cmocka_unit_test(rack_never_jumps_back),
		cmocka_unit_test(a_block_inside_the_next_is_a_d_sack),
	};

	return DIALOGUE_RUN("reordering", tests);
}
