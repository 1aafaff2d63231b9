/* A time-out or a repetition that was not needed is found out and taken back,
 * once; a real loss never. RFC 5682, RFC 3522, RFC 3708, RFC 4015. */
#include "tests/dialogue.h"

#include <stdio.h>

/* Ten segments of 1000 are under way, and there is more to send. */
static struct dialogue ten_out(bool sack, bool frto, bool eifel)
{
	struct dialogue d = dialogue_new();

	d.profile.sack = sack;
	d.profile.frto = frto;
	d.profile.eifel = eifel;
	d.profile.initial_window = 10;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK>");
	app_send(&d, 40000);
	out_rest(&d);
	assert_int_equal(tcb_outstanding(&d.tcb), 10000);
	return d;
}

static void two_acks_that_advance_show_a_spurious_time_out(void **state)
{
	struct dialogue d = ten_out(false, true, false);

	(void)state;
	pass_ms(&d, 1000);
	out(&d, ". 1:1001(1000) ack 1");
	silent(&d); /* the rest waits for the verdict */
	in_ack(&d, 1001);
	out(&d, ". 10001:11001(1000) ack 1");
	out(&d, ". 11001:12001(1000) ack 1");
	silent(&d);
	in_ack(&d, 2001);
	fired(&d, RULE_FRTO_SPURIOUS);
	assert_false(d.tcb.cc.loss_recovery);
	assert_true(d.tcb.cc.ssthresh >= 10000);       /* RFC 4015: pipe_prev */
	assert_int_equal(d.tcb.cc.cwnd, 10000 + 1000); /* its (9), and slow start adds none */
	assert_true(seq_gt(d.tcb.snd.nxt, seq_add(d.tcb.snd.iss, 12000)));
	while (out_any(&d))
		assert_true(d.last.len == 0 || seq_ge(d.last.seq, seq_add(d.tcb.snd.iss, 12001)));
}

/* RFC 4015 §3.1 (11); Karn's way, so the first measurement is of what was sent after it. */
static void after_a_spurious_time_out_the_timer_learns_from_one_round_trip(void **state)
{
	(void)state;
	for (int adapts = 0; adapts < 2; adapts++) {
		struct dialogue d = ten_out(false, true, false);

		d.profile.rto_adapts = adapts;
		pass_ms(&d, 1000);
		out(&d, ". 1:1001(1000) ack 1");
		pass_ms(&d, 500);
		in_ack(&d, 1001);
		out_rest(&d);
		in_ack(&d, 2001);
		fired(&d, RULE_FRTO_SPURIOUS);
		out_rest(&d);
		in_ack(&d, 10001);
		out_rest(&d);
		not_fired(&d, RULE_RTO_ADAPTED);
		pass_ms(&d, 1500);
		in_ack(&d, 11001);
		if (adapts) {
			fired(&d, RULE_RTO_ADAPTED);
			assert_int_equal(d.tcb.rtt.srtt, nanos_from_ms(1500));
			assert_int_equal(d.tcb.rtt.rttvar, nanos_from_ms(750));
			assert_int_equal(d.tcb.rtt.rto, nanos_from_ms(4500));
		} else {
			not_fired(&d, RULE_RTO_ADAPTED);
			assert_true(d.tcb.rtt.srtt < nanos_from_ms(200));
		}
		out_rest(&d);
		pass_ms(&d, 100);
		in_ack(&d, d.tcb.snd.nxt.v - d.profile.isn); /* once */
		assert_true(d.tcb.rtt.srtt < nanos_from_ms(1500));
	}
}

/* It was right: the path is not slower, but loses. */
static void after_a_time_out_that_was_right_the_timer_is_as_before(void **state)
{
	struct dialogue d = ten_out(false, true, false);

	(void)state;
	d.profile.rto_adapts = true;
	pass_ms(&d, 1000);
	out(&d, ". 1:1001(1000) ack 1");
	in_ack(&d, 10001);
	out_rest(&d);
	pass_ms(&d, 400);
	in_ack(&d, 11001);
	not_fired(&d, RULE_FRTO_SPURIOUS);
	not_fired(&d, RULE_RTO_ADAPTED);
	assert_true(d.tcb.rtt.srtt < nanos_from_ms(100));
}

static void duplicate_ack_confirms_the_time_out(void **state)
{
	struct dialogue d = ten_out(false, true, false);

	(void)state;
	pass_ms(&d, 1000);
	out(&d, ". 1:1001(1000) ack 1");
	in_ack(&d, 1001);
	out(&d, ". 10001:11001(1000) ack 1");
	out(&d, ". 11001:12001(1000) ack 1");
	in_ack(&d, 1001);
	fired(&d, RULE_FRTO_CONFIRMED);
	not_fired(&d, RULE_FRTO_SPURIOUS);
	out(&d, ". 1001:2001(1000) ack 1");
	assert_true(d.tcb.cc.cwnd <= 3000); /* step 3a */
}

static void with_sack_only_originals_show_a_spurious_time_out(void **state)
{
	struct dialogue late = ten_out(true, true, false);
	struct dialogue lost = ten_out(true, true, false);

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct dialogue *d = i == 0 ? &late : &lost;

		pass_ms(d, 1000);
		out(d, ". 1:1001(1000) ack 1");
		in_ack(d, 1001);
		out(d, ". 10001:11001(1000) ack 1");
		out(d, ". 11001:12001(1000) ack 1");
	}
	in_sack(&late, 1001, 3001, 4001); /* sent once, before the time-out */
	fired(&late, RULE_FRTO_SPURIOUS);
	in_sack(&lost, 1001, 10001, 11001); /* sent after it */
	not_fired(&lost, RULE_FRTO_SPURIOUS);
	fired(&lost, RULE_FRTO_CONFIRMED);
}

static void second_time_out_ends_the_detection(void **state)
{
	struct dialogue d = ten_out(false, true, false);

	(void)state;
	pass_ms(&d, 1000);
	out(&d, ". 1:1001(1000) ack 1");
	pass_ms(&d, 2000);
	out(&d, ". 1:1001(1000) ack 1");
	assert_int_equal(d.tcb.cc.frto, FRTO_OFF);
	in_ack(&d, 1001);
	out(&d, ". 1001:2001(1000) ack 1");
	not_fired(&d, RULE_FRTO_LENDS);
}

/* Two went again; the reduction stands until both have come twice. */
static void d_sack_of_each_repetition_takes_the_reduction_back(void **state)
{
	struct dialogue d = ten_out(true, false, true);
	uint32_t before = d.tcb.cc.cwnd;

	(void)state;
	in_sack(&d, 1, 2001, 6001);
	out(&d, ". 1:1001(1000) ack 1");
	in_sack(&d, 1, 2001, 8001);
	out_rest(&d);
	assert_int_equal(d.tcb.cc.undo_repeats, 2000);
	assert_true(d.tcb.cc.cwnd < before);
	in_sack(&d, 10001, 1, 1001);
	not_fired(&d, RULE_DSACK_UNDOES);
	out_rest(&d);
	in_sack(&d, 10001, 1001, 2001);
	fired(&d, RULE_DSACK_UNDOES);
	assert_true(d.tcb.cc.ssthresh >= 10000);
	/* Once: another duplicate has nothing more to undo. */
	assert_false(d.tcb.cc.undoable);
}

static void loss_that_was_real_is_not_undone(void **state)
{
	struct dialogue d = ten_out(true, true, true);
	uint32_t ssthresh;

	(void)state;
	in_sack(&d, 1, 1001, 5001);
	out(&d, ". 1:1001(1000) ack 1");
	ssthresh = d.tcb.cc.ssthresh;
	in_ack(&d, 10001);
	out_rest(&d);
	assert_int_equal(d.tcb.cc.ssthresh, ssthresh);
	not_fired(&d, RULE_DSACK_UNDOES);
	not_fired(&d, RULE_EIFEL_UNDOES);
}

/* RFC 7323 §4: also what went again, as its echo tells which one arrived. */
static void timestamps_measure_what_went_again(void **state)
{
	struct dialogue d = dialogue_new();
	nanos srtt;
	char line[120];

	(void)state;
	d.profile.timestamps = true;
	app_connect(&d);
	out_rest(&d);
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,TS val 70 ecr 1000>");
	out_rest(&d);
	srtt = d.tcb.rtt.srtt;
	app_send(&d, 100);
	out_rest(&d);
	pass_ms(&d, 1000);
	assert_true(out_any(&d));
	d.now += nanos_from_ms(400);
	snprintf(line, sizeof line, ". 1:1(0) ack 101 win 65535 <nop,nop,TS val 90 ecr %u>",
		 d.last.options.ts_val);
	in(&d, line);
	/* 1/8 of 400 ms, not of 1400. */
	assert_in_range(d.tcb.rtt.srtt, srtt * 7 / 8 + nanos_from_ms(49),
			srtt * 7 / 8 + nanos_from_ms(51));
}

/* Step 2b has to send new segments: where the window has no room, or no text is
 * left, RFC 5682 falls back to what goes again. */
static void without_room_for_new_text_the_time_out_stands(void **state)
{
	(void)state;
	for (int full = 0; full < 2; full++) {
		struct dialogue d = dialogue_new();

		d.profile.frto = true;
		d.profile.initial_window = 10;
		app_connect(&d);
		out(&d, "S 0:0(0)");
		in(&d, full ? "S. 0:0(0) ack 1 win 10000 <mss 1000>"
			    : "S. 0:0(0) ack 1 win 65535 <mss 1000>");
		app_send(&d, full ? 40000 : 10000);
		out_rest(&d);
		assert_int_equal(tcb_outstanding(&d.tcb), 10000);
		pass_ms(&d, 1000);
		out(&d, ". 1:1001(1000) ack 1");
		in(&d, full ? ". 1:1(0) ack 1001 win 9000" : ". 1:1(0) ack 1001 win 65535");
		not_fired(&d, RULE_FRTO_LENDS);
		fired(&d, RULE_FRTO_CONFIRMED);
		out(&d, ". 1001:2001(1000) ack 1");
	}
}

/* What the time-out took for lost is under way: nothing of it goes again. */
static void what_was_taken_for_lost_is_not_any_more(void **state)
{
	struct dialogue d = ten_out(true, true, false);

	(void)state;
	pass_ms(&d, 1000);
	out(&d, ". 1:1001(1000) ack 1");
	in_ack(&d, 1001);
	out_rest(&d);
	in_sack(&d, 1001, 3001, 4001);
	fired(&d, RULE_FRTO_SPURIOUS);
	assert_int_equal(d.tcb.flight.lost, 0);
	assert_true(seq_eq(d.tcb.snd.rtx, d.tcb.snd.rtx_end));
}

static void a_loss_begins_with_no_distance_seen(void **state)
{
	struct dialogue d = ten_out(true, false, true);

	(void)state;
	d.tcb.cc.overtaken = 7;
	in_sack(&d, 1, 2001, 6001);
	fired(&d, RULE_SACK_RECOVERY);
	assert_int_equal(d.tcb.cc.overtaken, 0);
}

/* A full segment of new text is what step 2b needs: no more. */
static void room_for_one_segment_is_enough_to_lend(void **state)
{
	(void)state;
	for (unsigned less = 0; less < 2; less++) {
		struct dialogue d = ten_out(false, true, false);
		char line[80];

		pass_ms(&d, 1000);
		out(&d, ". 1:1001(1000) ack 1");
		snprintf(line, sizeof line, ". 1:1(0) ack 1001 win %u", 10000 - less);
		in(&d, line);
		if (less > 0)
			fired(&d, RULE_FRTO_CONFIRMED);
		else
			fired(&d, RULE_FRTO_LENDS);
		out_rest(&d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_acks_that_advance_show_a_spurious_time_out),
		cmocka_unit_test(after_a_spurious_time_out_the_timer_learns_from_one_round_trip),
		cmocka_unit_test(after_a_time_out_that_was_right_the_timer_is_as_before),
		cmocka_unit_test(duplicate_ack_confirms_the_time_out),
		cmocka_unit_test(with_sack_only_originals_show_a_spurious_time_out),
		cmocka_unit_test(second_time_out_ends_the_detection),
		cmocka_unit_test(d_sack_of_each_repetition_takes_the_reduction_back),
		cmocka_unit_test(loss_that_was_real_is_not_undone),
		cmocka_unit_test(timestamps_measure_what_went_again),
		cmocka_unit_test(without_room_for_new_text_the_time_out_stands),
		cmocka_unit_test(what_was_taken_for_lost_is_not_any_more),
		cmocka_unit_test(a_loss_begins_with_no_distance_seen),
		cmocka_unit_test(room_for_one_segment_is_enough_to_lend),
	};

	return DIALOGUE_RUN("undo", tests);
}
