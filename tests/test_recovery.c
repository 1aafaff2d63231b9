/* Losses: the retransmission timer (RFC 6298), fast retransmit and fast
 * recovery (RFC 5681, RFC 6582), and giving up (RFC 9293 §3.8.3). */
#include "tests/dialogue.h"

/* A profile with room for many segments at once. */
static struct dialogue with_window_of(uint32_t segments)
{
	struct profile profile;

	assert_true(profile_named("plain", &profile));
	profile.initial_window = segments;
	return established_with(&profile);
}

static void timer_sends_the_earliest_segment_and_doubles(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 500);
	out(&d, "P. 1:501(500) ack 1");
	pass_ms(&d, 999);
	silent(&d);
	pass_ms(&d, 1);
	out(&d, "P. 1:501(500) ack 1");
	assert_int_equal(d.tcb.rtt.rto, nanos_from_s(2));
	pass_ms(&d, 2000);
	out(&d, "P. 1:501(500) ack 1");
	pass_ms(&d, 3999);
	silent(&d);
	pass_ms(&d, 1);
	out(&d, "P. 1:501(500) ack 1");
	fired(&d, RULE_RTO_FIRED);
}

static void lost_syn_is_sent_again_after_1_2_4_seconds(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	pass_ms(&d, 1000);
	out(&d, "S 0:0(0)");
	pass_ms(&d, 2000);
	out(&d, "S 0:0(0)");
	pass_ms(&d, 4000);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 5000 <mss 1000>");
	out(&d, ". 1:1(0) ack 1");
	/* RFC 6298 (5.7): at least 3 s when text begins without a measurement. */
	assert_true(d.tcb.rtt.rto >= nanos_from_s(3));
	fired(&d, RULE_RTO_AFTER_SYN);
}

static void lost_syn_ack_is_sent_again(void **state)
{
	struct dialogue d = listening();

	(void)state;
	in(&d, "S 0:0(0) win 5000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1 <mss 1000>");
	pass_ms(&d, 1000);
	out(&d, "S. 0:0(0) ack 1 <mss 1000>");
	in(&d, ". 1:1(0) ack 1 win 5000");
	in_state(&d, ESTABLISHED);
}

static void lost_fin_is_sent_again_with_the_same_number(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 100);
	app_close(&d);
	out(&d, "FP. 1:101(100) ack 1");
	in_ack(&d, 101);
	pass_ms(&d, 1000);
	out(&d, "F. 101:101(0) ack 1");
	pass_ms(&d, 2000);
	out(&d, "F. 101:101(0) ack 1");
	in_ack(&d, 102);
	in_state(&d, FIN_WAIT_2);
}

static void third_duplicate_ack_retransmits_at_once(void **state)
{
	struct dialogue d = with_window_of(6);

	(void)state;
	app_send(&d, 6000);
	out_full(&d, 1, 5);
	out(&d, "P. 5001:6001(1000) ack 1");
	in_ack(&d, 1);
	in_ack(&d, 1);
	silent(&d);
	in_ack(&d, 1);
	out(&d, ". 1:1001(1000) ack 1");
	fired(&d, RULE_FAST_RETRANSMIT);
	assert_int_equal(d.tcb.cc.ssthresh, 3000);
	assert_int_equal(d.tcb.cc.cwnd, 6000);
	in_ack(&d, 6001);
	fired(&d, RULE_FULL_ACK);
	assert_int_equal(d.tcb.cc.cwnd, 2000);
	assert_false(d.tcb.cc.fast_recovery);
}

static void two_losses_in_a_window_are_repaired_by_a_partial_ack(void **state)
{
	struct dialogue d = with_window_of(6);

	(void)state;
	app_send(&d, 6000);
	out_full(&d, 1, 5);
	out(&d, "P. 5001:6001(1000) ack 1");
	for (int i = 0; i < 3; i++)
		in_ack(&d, 1);
	out(&d, ". 1:1001(1000) ack 1");
	in_ack(&d, 2001);
	fired(&d, RULE_PARTIAL_ACK);
	out(&d, ". 2001:3001(1000) ack 1");
	assert_int_equal(d.tcb.cc.ssthresh, 3000);
	in_ack(&d, 6001);
	fired(&d, RULE_FULL_ACK);
}

static void limited_transmit_sends_new_text_on_the_first_duplicates(void **state)
{
	struct dialogue d = with_window_of(3);

	(void)state;
	app_send(&d, 8000);
	out_full(&d, 1, 3);
	silent(&d);
	in_ack(&d, 1);
	out(&d, ". 3001:4001(1000) ack 1");
	fired(&d, RULE_LIMITED_TRANSMIT);
	in_ack(&d, 1);
	out(&d, ". 4001:5001(1000) ack 1");
	in_ack(&d, 1);
	out(&d, ". 1:1001(1000) ack 1");
	fired(&d, RULE_FAST_RETRANSMIT);
}

static void text_or_a_new_window_makes_no_duplicate_ack(void **state)
{
	struct dialogue d = with_window_of(3);

	(void)state;
	app_send(&d, 3000);
	out_full(&d, 1, 2);
	out(&d, "P. 2001:3001(1000) ack 1");
	in(&d, ". 1:1(0) ack 1 win 65000");
	in(&d, ". 1:1(0) ack 1 win 64000");
	in(&d, ". 1:1(0) ack 1 win 63000");
	in(&d, "P. 1:11(10) ack 1 win 63000");
	silent(&d);
	not_fired(&d, RULE_DUP_ACK);
}

static void acks_of_nothing_are_no_duplicates(void **state)
{
	struct dialogue d = established();

	(void)state;
	for (int i = 0; i < 4; i++)
		in_ack(&d, 1);
	not_fired(&d, RULE_DUP_ACK);
	app_send(&d, 2000);
	out_full(&d, 1, 1);
	out(&d, "P. 1001:2001(1000) ack 1");
	in_ack(&d, 1);
	in_ack(&d, 1);
	silent(&d);
}

static void timeout_starts_over_with_one_segment(void **state)
{
	struct dialogue d = with_window_of(4);

	(void)state;
	app_send(&d, 8000);
	out_full(&d, 1, 4);
	pass_ms(&d, 1000);
	out(&d, ". 1:1001(1000) ack 1");
	silent(&d);
	assert_int_equal(d.tcb.cc.cwnd, 1000);
	assert_int_equal(d.tcb.cc.ssthresh, 2000);
	fired(&d, RULE_LOSS_WINDOW);
	in_ack(&d, 1001);
	out_full(&d, 1001, 2);
	fired(&d, RULE_RTX_SEGMENT);
	in_ack(&d, 4001); /* the rest had arrived after all */
	out_full(&d, 4001, 2);
}

static void ack_after_timeout_carries_snd_nxt(void **state)
{
	struct dialogue d = with_window_of(4);

	(void)state;
	app_send(&d, 4000);
	out_full(&d, 1, 3);
	out(&d, "P. 3001:4001(1000) ack 1");
	pass_ms(&d, 1000);
	out(&d, ". 1:1001(1000) ack 1");
	in(&d, "P. 1:101(100) ack 1 win 65535");
	pass_ms(&d, 200);
	out(&d, ". 4001:4001(0) ack 101");
}

static void slow_start_doubles_and_avoidance_adds_one(void **state)
{
	struct dialogue d = with_window_of(2);

	(void)state;
	d.tcb.cc.ssthresh = 4000;
	app_send(&d, 30000);
	out_full(&d, 1, 2);
	in_ack(&d, 1001);
	out_full(&d, 2001, 2);
	in_ack(&d, 2001);
	out_full(&d, 4001, 2);
	assert_int_equal(d.tcb.cc.cwnd, 4000);
	for (int i = 0; i < 3; i++) {
		in_ack(&d, 3001 + i * 1000);
		out_full(&d, 6001 + i * 1000, 1);
	}
	assert_int_equal(d.tcb.cc.cwnd, 4000);
	in_ack(&d, 6001);
	assert_int_equal(d.tcb.cc.cwnd, 5000);
	fired(&d, RULE_CONGESTION_AVOIDANCE);
	out_full(&d, 9001, 2);
}

static void split_acks_do_not_speed_slow_start_up(void **state)
{
	struct dialogue d = with_window_of(2);

	(void)state;
	app_send(&d, 2000);
	out_full(&d, 1, 1);
	out(&d, "P. 1001:2001(1000) ack 1");
	for (int i = 1; i <= 100; i++)
		in_ack(&d, 1 + i * 10);
	assert_int_equal(d.tcb.cc.cwnd, 3000);
}

static void ack_of_what_was_never_sent_changes_nothing(void **state)
{
	struct dialogue d = established();
	struct seq una = d.tcb.snd.una;

	(void)state;
	app_send(&d, 100);
	out(&d, "P. 1:101(100) ack 1");
	in_ack(&d, 102);
	out(&d, ". 101:101(0) ack 1");
	fired(&d, RULE_ACK_OF_UNSENT);
	assert_true(seq_eq(d.tcb.snd.una, una));
}

static void silent_peer_is_given_up_after_r2(void **state)
{
	struct dialogue d = established();
	int again = 0;

	(void)state;
	app_send(&d, 100);
	out(&d, "P. 1:101(100) ack 1");
	while (d.tcb.state == ESTABLISHED && again < 20) {
		pass_ms(&d, (tcp_next_deadline(&d.tcb) - d.now) / 1000000);
		if (d.tcb.state == ESTABLISHED)
			out(&d, "P. 1:101(100) ack 1");
		again++;
	}
	in_state(&d, CLOSED);
	assert_int_equal(d.tcb.ending, ENDING_TIMED_OUT);
	assert_true(d.notices & NOTICE_R1);
	/* 1+2+4+8+16+32+60 s: the first time-out at or after 100 s. */
	assert_int_equal(again, 7);
	assert_int_equal(d.now, nanos_from_s(1 + 123));
}

static void syn_is_tried_for_at_least_three_minutes(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	while (d.tcb.state == SYN_SENT) {
		pass_ms(&d, (tcp_next_deadline(&d.tcb) - d.now) / 1000000);
		if (d.tcb.state == SYN_SENT)
			out(&d, "S 0:0(0)");
	}
	assert_true(d.now - nanos_from_s(1) >= nanos_from_s(180));
	assert_int_equal(d.tcb.ending, ENDING_TIMED_OUT);
}

static void user_timeout_aborts(void **state)
{
	struct profile profile;
	struct dialogue d;

	(void)state;
	assert_true(profile_named("plain", &profile));
	profile.user_timeout = nanos_from_s(5);
	d = established_with(&profile);
	app_send(&d, 100);
	out(&d, "P. 1:101(100) ack 1");
	pass_ms(&d, 1000);
	out(&d, "P. 1:101(100) ack 1");
	pass_ms(&d, 2000);
	out(&d, "P. 1:101(100) ack 1");
	pass_ms(&d, 1999);
	in_state(&d, ESTABLISHED);
	pass_ms(&d, 1);
	in_state(&d, CLOSED);
	fired(&d, RULE_USER_TIMEOUT);
}

static void window_restarts_after_a_long_silence(void **state)
{
	struct dialogue d = with_window_of(2);

	(void)state;
	app_send(&d, 2000);
	out_full(&d, 1, 1);
	out(&d, "P. 1001:2001(1000) ack 1");
	in_ack(&d, 2001);
	d.tcb.cc.cwnd = 20000;
	pass_ms(&d, 5000);
	app_send(&d, 5000);
	out_full(&d, 2001, 2);
	silent(&d);
	fired(&d, RULE_RESTART_AFTER_IDLE);
}

static void old_duplicates_after_a_timeout_bring_no_second_reduction(void **state)
{
	struct dialogue d = with_window_of(6);

	(void)state;
	app_send(&d, 6000);
	out_full(&d, 1, 5);
	out(&d, "P. 5001:6001(1000) ack 1");
	pass_ms(&d, 1000);
	out(&d, ". 1:1001(1000) ack 1");
	for (int i = 0; i < 4; i++)
		in_ack(&d, 1);
	silent(&d);
	fired(&d, RULE_NO_SECOND_REDUCTION);
	not_fired(&d, RULE_FAST_RETRANSMIT);
}

/* Of `octets` twenty segments were sent, the first was lost, and so many duplicates came. */
static struct dialogue after_duplicates(uint32_t octets, int duplicates)
{
	struct dialogue d = dialogue_new();

	d.profile.initial_window = 20;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
	app_send(&d, octets);
	out_rest(&d);
	for (int i = 0; i < duplicates; i++) {
		in_ack(&d, 1);
		out_rest(&d);
	}
	assert_int_equal(d.tcb.cc.ssthresh, 10000);
	return d;
}

/* The window that duplicates inflate was never in the network. */
static void time_out_in_fast_recovery_halves_what_is_not_inflated(void **state)
{
	struct dialogue d = after_duplicates(60000, 30);

	(void)state;
	assert_true(d.tcb.cc.cwnd > 30000);
	pass_ms(&d, 1000);
	fired(&d, RULE_RTO_FIRED);
	not_fired(&d, RULE_IMPATIENT_TIMEOUT);
	assert_int_equal(d.tcb.cc.ssthresh, 5000); /* a repetition was lost: RFC 5681 §4.3 */
}

/* RFC 6582 §3.2: the timer counts from the first of the partial ACKs. */
static void time_out_between_partial_acks_is_no_second_reduction(void **state)
{
	struct dialogue d = after_duplicates(20000, 8);

	(void)state;
	for (uint32_t ack = 1001; ack <= 9001; ack += 1000) {
		in_ack(&d, ack);
		out_rest(&d);
		if (ack == 9001)
			break;
		d.now += nanos_from_ms(120);
	}
	pass_ms(&d, 50);
	fired(&d, RULE_RTO_FIRED);
	fired(&d, RULE_IMPATIENT_TIMEOUT);
	assert_int_equal(d.tcb.cc.cwnd, 1000);
	assert_int_equal(d.tcb.cc.ssthresh, 10000);
}

/* Congestion avoidance counts from the loss on. */
static void what_was_counted_before_a_loss_counts_no_more(void **state)
{
	struct dialogue late = established();
	struct dialogue lost = established();

	(void)state;
	app_send(&late, 1000);
	out_rest(&late);
	late.tcb.cc.acked = 900;
	pass_ms(&late, 1000);
	fired(&late, RULE_RTO_FIRED);
	assert_int_equal(late.tcb.cc.acked, 0);

	lost.tcb.cc.cwnd = 10000;
	app_send(&lost, 8000);
	out_rest(&lost);
	lost.tcb.cc.acked = 900;
	for (int i = 0; i < 3; i++) {
		in_ack(&lost, 1);
		out_rest(&lost);
	}
	assert_true(lost.tcb.cc.fast_recovery);
	in_ack(&lost, lost.tcb.snd.nxt.v - lost.profile.isn);
	assert_false(lost.tcb.cc.fast_recovery);
	assert_int_equal(lost.tcb.cc.acked, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timer_sends_the_earliest_segment_and_doubles),
		cmocka_unit_test(lost_syn_is_sent_again_after_1_2_4_seconds),
		cmocka_unit_test(lost_syn_ack_is_sent_again),
		cmocka_unit_test(lost_fin_is_sent_again_with_the_same_number),
		cmocka_unit_test(third_duplicate_ack_retransmits_at_once),
		cmocka_unit_test(two_losses_in_a_window_are_repaired_by_a_partial_ack),
		cmocka_unit_test(limited_transmit_sends_new_text_on_the_first_duplicates),
		cmocka_unit_test(text_or_a_new_window_makes_no_duplicate_ack),
		cmocka_unit_test(acks_of_nothing_are_no_duplicates),
		cmocka_unit_test(timeout_starts_over_with_one_segment),
		cmocka_unit_test(ack_after_timeout_carries_snd_nxt),
		cmocka_unit_test(slow_start_doubles_and_avoidance_adds_one),
		cmocka_unit_test(split_acks_do_not_speed_slow_start_up),
		cmocka_unit_test(ack_of_what_was_never_sent_changes_nothing),
		cmocka_unit_test(silent_peer_is_given_up_after_r2),
		cmocka_unit_test(syn_is_tried_for_at_least_three_minutes),
		cmocka_unit_test(user_timeout_aborts),
		cmocka_unit_test(window_restarts_after_a_long_silence),
		cmocka_unit_test(old_duplicates_after_a_timeout_bring_no_second_reduction),
		cmocka_unit_test(time_out_in_fast_recovery_halves_what_is_not_inflated),
		cmocka_unit_test(time_out_between_partial_acks_is_no_second_reduction),
		cmocka_unit_test(what_was_counted_before_a_loss_counts_no_more),
	};

	return DIALOGUE_RUN("recovery", tests);
}
