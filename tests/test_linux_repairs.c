/* How Linux sees losses and repairs them, where that is not what the RFCs say: each is a
 * switch of its profile. */
#include "tests/dialogue.h"

/* SRTT and min_RTT are 100 ms, ten segments of 1000 octets may be under way. */
static struct dialogue with(const struct profile *profile)
{
	struct dialogue d = dialogue_new();

	d.profile = *profile;
	d.profile.isn_fixed = true;
	d.profile.mss = 1000;
	d.profile.initial_window = 10;
	app_connect(&d);
	out_any(&d);
	pass_ms(&d, 100);
	in(&d, profile->sack ? "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK>"
			     : "S. 0:0(0) ack 1 win 65535 <mss 1000>");
	out(&d, ". 1:1(0) ack 1");
	return d;
}

static struct profile plain(bool sack, bool rack)
{
	struct profile profile;

	assert_true(profile_named("plain", &profile));
	profile.sack = sack;
	profile.rack = rack;
	return profile;
}

/* ---- timers ---- */

static void waits_last_whole_ticks_and_some_slack(void **state)
{
	struct profile profile = plain(true, true);
	struct dialogue d;

	(void)state;
	profile.path_tick = nanos_from_ms(4);
	profile.path_slack = nanos_from_ms(2);
	d = with(&profile);
	app_send(&d, 3000);
	out_rest(&d);
	/* 2·SRTT + 2, rounded up to 4 */
	assert_true(d.tcb.timers[TIMER_TAIL_PROBE] == d.now + nanos_from_ms(204));
	pass_ms(&d, 100);
	in_sack(&d, 1, 2001, 3001);
	/* min_RTT/4 + 2, rounded up */
	assert_true(d.tcb.timers[TIMER_REORDERING] == d.now + nanos_from_ms(28));
}

static void a_lone_segment_has_slack_enough(void **state)
{
	struct profile profile = plain(true, true);
	struct dialogue d;

	(void)state;
	profile.path_tick = nanos_from_ms(4);
	profile.path_slack = nanos_from_ms(3);
	d = with(&profile);
	app_send(&d, 1000);
	out_rest(&d);
	assert_true(d.tcb.timers[TIMER_TAIL_PROBE] == d.now + nanos_from_ms(400));
}

/* ---- SACK ---- */

static void a_part_of_a_segment_has_not_arrived(void **state)
{
	struct profile profile = plain(true, false);
	struct dialogue d;

	(void)state;
	profile.sack_whole = true;
	d = with(&profile);
	app_send(&d, 4000);
	out_rest(&d);
	in_sack(&d, 1, 4000, 4001);
	fired(&d, RULE_SACK_OF_A_PART);
	assert_int_equal(d.tcb.flight.sacked, 0);
	in_sack(&d, 1, 1500, 3700);
	assert_int_equal(d.tcb.flight.sacked, 1000); /* 2001:3001 */
	in_sack(&d, 1, 1001, 3700);
	assert_int_equal(d.tcb.flight.sacked, 2000);
	in_sack(&d, 1, 1001, 4001);
	assert_int_equal(d.tcb.flight.sacked, 3000);
}

static void off_each_octet_counts(void **state)
{
	struct profile profile = plain(true, false);
	struct dialogue d = with(&profile);

	(void)state;
	app_send(&d, 4000);
	out_rest(&d);
	in_sack(&d, 1, 4000, 4001);
	not_fired(&d, RULE_SACK_OF_A_PART);
	assert_int_equal(d.tcb.flight.sacked, 1);
}

/* The end of the text is a small segment, and whole. */
static void a_short_segment_is_whole_too(void **state)
{
	struct profile profile = plain(true, false);
	struct dialogue d;

	(void)state;
	profile.sack_whole = true;
	profile.nagle = false;
	d = with(&profile);
	app_send(&d, 3500);
	out_rest(&d);
	in_sack(&d, 1, 3001, 3501);
	assert_int_equal(d.tcb.flight.sacked, 500);
	not_fired(&d, RULE_SACK_OF_A_PART);
}

/* ---- RACK.rtt ---- */

/* 1:1001 goes again; one ACK tells of it and of 1001:2001, which is the older. */
static nanos rack_rtt_of_a_mixed_ack(bool in_order)
{
	struct profile profile = plain(true, true);
	struct dialogue d;

	profile.rack_rtt_in_order = in_order;
	d = with(&profile);
	app_send(&d, 5000);
	out_rest(&d);
	pass_ms(&d, 100);
	in_sack(&d, 1, 2001, 5001);
	out(&d, ". 1:1001(1000) ack 1");
	out_rest(&d);
	pass_ms(&d, 120);
	in_ack(&d, 2001);
	return d.tcb.rack.rtt;
}

static void rack_measures_what_was_sent_last(void **state)
{
	(void)state;
	assert_true(rack_rtt_of_a_mixed_ack(false) == nanos_from_ms(120));
}

/* Two holes, of which only the first goes again at once: the second was sent once. */
static void rack_measures_what_is_last_in_sequence(void **state)
{
	struct dialogue d;
	nanos rtt[2];

	(void)state;
	for (int in_order = 0; in_order < 2; in_order++) {
		struct profile profile = plain(true, true);

		profile.rack_rtt_in_order = in_order != 0;
		profile.prr = true;
		profile.prr_careful = true;
		d = with(&profile);
		app_send(&d, 10000);
		out_rest(&d);
		pass_ms(&d, 100);
		in_sack(&d, 1, 1001, 3001);
		in_sack(&d, 1, 8001, 9001);
		out(&d, ". 1:1001(1000) ack 1");
		silent(&d);
		pass_ms(&d, 120);
		in(&d, ". 1:1(0) ack 4001 win 65535 <nop,nop,sack 1 {8001:9001}>");
		rtt[in_order] = d.tcb.rack.rtt;
	}
	assert_true(rtt[0] == nanos_from_ms(120));
	assert_true(rtt[1] == nanos_from_ms(220));
}

/* ---- without SACK ---- */

static uint32_t cwnd_after_two_duplicates(bool deliver)
{
	struct profile profile = plain(false, false);
	struct dialogue d;

	profile.dup_acks_deliver = deliver;
	profile.byte_counting_limit = 0;
	d = with(&profile);
	app_send(&d, 15000);
	out_rest(&d);
	pass_ms(&d, 100);
	in_ack(&d, 1);
	out(&d, ". 10001:11001(1000) ack 1");
	in_ack(&d, 1);
	out(&d, ". 11001:12001(1000) ack 1");
	in_ack(&d, 3001);
	if (deliver)
		fired(&d, RULE_DUP_ACKS_COUNTED);
	else
		not_fired(&d, RULE_DUP_ACKS_COUNTED);
	return d.tcb.cc.cwnd;
}

static void what_duplicates_told_does_not_grow_the_window(void **state)
{
	(void)state;
	assert_int_equal(cwnd_after_two_duplicates(false), 13000);
	assert_int_equal(cwnd_after_two_duplicates(true), 11000);
}

/* ---- marks ---- */

static struct dialogue marked(bool prr_marks)
{
	struct profile profile = plain(true, false);
	struct dialogue d = dialogue_new();

	profile.ecn = ECN_CLASSIC;
	profile.prr_marks = prr_marks;
	profile.prr_careful = true;
	profile.cut_cwnd = true;
	d.profile = profile;
	d.profile.isn_fixed = true;
	d.profile.mss = 1000;
	d.profile.initial_window = 10;
	app_connect(&d);
	out_any(&d);
	in(&d, "S.E 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK>");
	out(&d, ". 1:1(0) ack 1");
	app_send(&d, 10000);
	out_rest(&d);
	return d;
}

static void a_mark_takes_the_window_down_at_once(void **state)
{
	struct dialogue d = marked(false);

	(void)state;
	in(&d, ".E 1:1(0) ack 1001 win 65535");
	assert_int_equal(d.tcb.cc.ssthresh, 5000);
	assert_int_equal(d.tcb.cc.cwnd, 5000);
	not_fired(&d, RULE_PRR_PROPORTIONAL);
}

static void a_mark_takes_the_window_down_as_acks_arrive(void **state)
{
	struct dialogue d = marked(true);

	(void)state;
	in(&d, ".E 1:1(0) ack 1001 win 65535");
	assert_int_equal(d.tcb.cc.ssthresh, 5000);
	assert_int_equal(d.tcb.cc.cwnd, 10000); /* nine under way, and one segment may go */
	fired(&d, RULE_PRR_PROPORTIONAL);
	app_send(&d, 20000);
	out(&d, "W. 10001:11001(1000) ack 1");
	silent(&d);
	in(&d, ".E 1:1(0) ack 2001 win 65535"); /* half a segment for each */
	silent(&d);
	in(&d, ". 1:1(0) ack 3001 win 65535");
	out(&d, ". 11001:12001(1000) ack 1");
	silent(&d);
	in(&d, ". 1:1(0) ack 5001 win 65535");
	out(&d, ". 12001:13001(1000) ack 1");
	silent(&d);
	not_fired(&d, RULE_PRR_GLIDED);
	in(&d, ". 1:1(0) ack 10001 win 65535");
	out_rest(&d);
	not_fired(&d, RULE_PRR_GLIDED);
	in(&d, ". 1:1(0) ack 11001 win 65535"); /* beyond what was under way with the mark */
	fired(&d, RULE_PRR_GLIDED);
	assert_int_equal(d.tcb.cc.ssthresh, 5000);
	assert_in_range(d.tcb.cc.cwnd, 5000, 5999);
}

/* The loss is of the window that was marked: it goes down once, and on at the same pace. */
static void a_loss_meanwhile_goes_on_with_it(void **state)
{
	struct dialogue d = marked(true);
	uint32_t delivered;

	(void)state;
	in(&d, ".E 1:1(0) ack 1001 win 65535");
	delivered = d.tcb.cc.prr_delivered;
	assert_int_equal(delivered, 1000);
	in_sack(&d, 1001, 2001, 6001);
	assert_true(d.tcb.cc.fast_recovery);
	assert_int_equal(d.tcb.cc.ssthresh, 5000);
	assert_true(d.tcb.cc.prr_flight == 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_last_whole_ticks_and_some_slack),
		cmocka_unit_test(a_lone_segment_has_slack_enough),
		cmocka_unit_test(a_part_of_a_segment_has_not_arrived),
		cmocka_unit_test(off_each_octet_counts),
		cmocka_unit_test(a_short_segment_is_whole_too),
		cmocka_unit_test(rack_measures_what_was_sent_last),
		cmocka_unit_test(rack_measures_what_is_last_in_sequence),
		cmocka_unit_test(what_duplicates_told_does_not_grow_the_window),
		cmocka_unit_test(a_mark_takes_the_window_down_at_once),
		cmocka_unit_test(a_mark_takes_the_window_down_as_acks_arrive),
		cmocka_unit_test(a_loss_meanwhile_goes_on_with_it),
	};

	return DIALOGUE_RUN("linux_repairs", tests);
}
