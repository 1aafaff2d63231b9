/* Text: order, acknowledgments, windows. RFC 9293 §3.7, §3.8. */
#include "tests/dialogue.h"

#include <stdio.h>

static void full_segments_go_out_and_the_last_carries_push(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 2500);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, ". 1001:2001(1000) ack 1");
	silent(&d); /* Nagle keeps the rest */
	fired(&d, RULE_NAGLE_WAITS);
	in(&d, ". 1:1(0) ack 2001 win 65535");
	out(&d, "P. 2001:2501(500) ack 1");
}

static void nagle_can_be_switched_off(void **state)
{
	struct dialogue d = established();

	(void)state;
	d.profile.nagle = false;
	app_send(&d, 1500);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, "P. 1001:1501(500) ack 1");
	app_send(&d, 10);
	out(&d, "P. 1501:1511(10) ack 1");
}

static void full_segments_hold_nothing_back_where_minshall_is_followed(void **state)
{
	struct dialogue d = established();

	(void)state;
	d.profile.minshall = true;
	app_send(&d, 2500);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, ". 1001:2001(1000) ack 1");
	out(&d, "P. 2001:2501(500) ack 1");
	app_send(&d, 10);
	silent(&d); /* a small one is under way */
	fired(&d, RULE_MINSHALL_WAITS);
	in(&d, ". 1:1(0) ack 2001 win 65535");
	silent(&d);
	app_send(&d, 1000);
	out(&d, ". 2501:3501(1000) ack 1");
	silent(&d);
	in(&d, ". 1:1(0) ack 2501 win 65535");
	out(&d, "P. 3501:3511(10) ack 1");
	not_fired(&d, RULE_NAGLE_WAITS);
}

static void fin_lets_the_last_small_segment_go(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 1500);
	out(&d, ". 1:1001(1000) ack 1");
	app_close(&d);
	out(&d, "FP. 1001:1501(500) ack 1");
	fired(&d, RULE_SEND_TEXT_FIN);
}

static void single_segment_is_acknowledged_after_the_delay(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "P. 1:1001(1000) ack 1 win 65535");
	pass_ms(&d, 199);
	silent(&d);
	pass_ms(&d, 1);
	out(&d, ". 1:1(0) ack 1001");
	fired(&d, RULE_DELAYED_ACK_FIRED);
}

static void every_second_full_segment_is_acknowledged_at_once(void **state)
{
	struct dialogue d = established();

	(void)state;
	for (int i = 0; i < 3; i++) {
		char line[80];
		char ack[80];

		snprintf(line, sizeof line, ". %d:%d(1000) ack 1 win 65535", i * 2000 + 1,
			 i * 2000 + 1001);
		in(&d, line);
		silent(&d);
		snprintf(line, sizeof line, ". %d:%d(1000) ack 1 win 65535", i * 2000 + 1001,
			 i * 2000 + 2001);
		in(&d, line);
		snprintf(ack, sizeof ack, ". 1:1(0) ack %d", i * 2000 + 2001);
		out(&d, ack);
	}
}

static void ack_rides_on_text_that_goes_the_other_way(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "P. 1:101(100) ack 1 win 65535");
	app_send(&d, 50);
	out(&d, "P. 1:51(50) ack 101");
	pass_ms(&d, 500);
	silent(&d);
}

static void text_out_of_order_is_kept_and_answered_with_sack(void **state)
{
	struct profile profile;
	struct dialogue d;

	(void)state;
	assert_true(profile_named("plain", &profile));
	profile.sack = true;
	d = established_with(&profile);
	in(&d, ". 1001:2001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1 <nop,nop,sack 1 {1001:2001}>");
	in(&d, ". 3001:4001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1 <nop,nop,sack 2 {3001:4001}{1001:2001}>");
	in(&d, ". 1:1001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 2001 <nop,nop,sack 1 {3001:4001}>");
	in(&d, ". 2001:3001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 4001");
	fired(&d, RULE_TEXT_FILLS_GAP);
	assert_int_equal(d.delivered, 4000);
	assert_int_equal(d.tcb.rcv.held_count, 0);
}

static void overlapping_text_is_delivered_once(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 501:1501(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
	in(&d, ". 1:1001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1501");
	in(&d, ". 1001:2001(1000) ack 1 win 65535");
	assert_int_equal(d.delivered, 2000);
	in(&d, ". 1:2001(2000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 2001");
	fired(&d, RULE_OUTSIDE_WINDOW);
	assert_int_equal(d.delivered, 2000);
}

static void fin_ahead_of_missing_text_is_remembered(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "FP. 1001:2001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
	in_state(&d, ESTABLISHED);
	fired(&d, RULE_FIN_AHEAD);
	in(&d, ". 1:1001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 2002");
	in_state(&d, CLOSE_WAIT);
}

static void second_fin_elsewhere_is_ignored(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "F. 1001:1001(0) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
	in(&d, "F. 501:501(0) ack 1 win 65535");
	fired(&d, RULE_FIN_MOVED);
	out(&d, ". 1:1(0) ack 1");
	in(&d, ". 1:501(500) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 501"); /* part of a gap is filled: RFC 5681 §4.2 */
	in(&d, ". 501:1001(500) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1002");
	in_state(&d, CLOSE_WAIT);
}

static void text_beyond_the_window_is_cut_off(void **state)
{
	struct profile profile;
	struct dialogue d;

	(void)state;
	assert_true(profile_named("plain", &profile));
	profile.receive_buffer = 1500;
	d = established_with(&profile);
	in(&d, ". 1:1001(1000) ack 1 win 65535");
	in(&d, ". 1001:2001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1501 win 0");
	assert_int_equal(d.delivered, 1500);
}

static void window_reopens_only_by_a_useful_amount(void **state)
{
	struct profile profile;
	struct dialogue d;

	(void)state;
	assert_true(profile_named("plain", &profile));
	profile.mss = 1000;
	profile.receive_buffer = 2000;
	d = established_with(&profile);
	in(&d, ". 1:1001(1000) ack 1 win 65535");
	in(&d, ". 1001:2001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 2001 win 0");
	app_receive(&d, 500);
	silent(&d);
	app_receive(&d, 500);
	out(&d, ". 1:1(0) ack 2001 win 1000");
	fired(&d, RULE_WINDOW_REOPENS);
}

static void right_edge_never_moves_back(void **state)
{
	struct profile profile;
	struct dialogue d;
	struct seq edge;

	(void)state;
	assert_true(profile_named("plain", &profile));
	profile.window_scaling = true;
	profile.window_scale = 7;
	d = established_with(&profile);
	d.tcb.rcv.scaling = true;
	d.tcb.rcv.shift = 7;
	edge = d.tcb.rcv.edge;
	in(&d, "P. 1:2(1) ack 1 win 65535");
	in(&d, "P. 2:3(1) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 3");
	assert_true(seq_ge(d.tcb.rcv.edge, edge));
}

static void nothing_is_sent_beyond_the_window(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 1500");
	app_send(&d, 4000);
	out(&d, ". 1:1001(1000) ack 1");
	silent(&d);
	in(&d, ". 1:1(0) ack 1001 win 1500");
	out(&d, ". 1001:2001(1000) ack 1");
	silent(&d);
}

static void closed_window_is_probed_with_growing_intervals(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 0");
	fired(&d, RULE_WINDOW_CLOSED);
	app_send(&d, 3000);
	silent(&d);
	pass_ms(&d, 1000);
	out(&d, ". 1:2(1) ack 1");
	fired(&d, RULE_PROBE_SENT);
	in(&d, ". 1:1(0) ack 1 win 0");
	pass_ms(&d, 2000);
	out(&d, ". 1:2(1) ack 1");
	in(&d, ". 1:1(0) ack 1 win 0");
	pass_ms(&d, 3999);
	silent(&d);
	pass_ms(&d, 1);
	out(&d, ". 1:2(1) ack 1");
	assert_int_equal(d.tcb.rtt.rto, nanos_from_s(1));
	/* The octet of the probe goes again with those that follow. */
	in(&d, ". 1:1(0) ack 1 win 65535");
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, ". 1001:2001(1000) ack 1");
	out(&d, "P. 2001:3001(1000) ack 1");
	in(&d, ". 1:1(0) ack 3001 win 65535");
	silent(&d);
}

static void probed_connection_stays_while_the_peer_answers(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 0");
	app_send(&d, 1000);
	for (int i = 0; i < 60; i++) {
		silent(&d);
		pass_ms(&d, (tcp_next_deadline(&d.tcb) - d.now) / 1000000);
		out(&d, ". 1:2(1) ack 1");
		in(&d, ". 1:1(0) ack 1 win 0");
		in_state(&d, ESTABLISHED);
	}
}

static void lost_window_update_is_found_by_the_probe_being_accepted(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 0");
	app_send(&d, 1001);
	pass_ms(&d, 1000);
	out(&d, ". 1:2(1) ack 1");
	in(&d, ". 1:1(0) ack 2 win 65535");
	out(&d, "P. 2:1002(1000) ack 1");
}

static void full_receiver_reads_the_ack_of_a_probe(void **state)
{
	struct profile profile;
	struct dialogue d;

	(void)state;
	assert_true(profile_named("plain", &profile));
	profile.receive_buffer = 1000;
	d = established_with(&profile);
	app_send(&d, 100);
	out(&d, "P. 1:101(100) ack 1");
	in(&d, ". 1:1001(1000) ack 1 win 65535");
	pass_ms(&d, 200);
	out(&d, ". 101:101(0) ack 1001 win 0");
	in(&d, ". 1001:1002(1) ack 101 win 65535");
	out(&d, ". 101:101(0) ack 1001 win 0");
	fired(&d, RULE_ZERO_WINDOW_PROBED);
	assert_int_equal(seq_diff(d.tcb.snd.nxt, d.tcb.snd.una), 0);
}

static void small_window_is_used_after_the_override_time(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 100");
	app_send(&d, 1000);
	silent(&d);
	fired(&d, RULE_SWS_WAITS);
	pass_ms(&d, 199);
	silent(&d);
	pass_ms(&d, 1);
	out(&d, ". 1:101(100) ack 1");
	assert_int_equal(d.last_rule, RULE_SWS_OVERRIDE);
}

/* §3.8.6.2.1 (3): half of the largest window is worth a segment. */
static void half_of_the_largest_window_is_used_at_once(void **state)
{
	(void)state;
	for (int wnd = 499; wnd <= 500; wnd++) {
		struct dialogue d = dialogue_new();
		char line[60];

		app_connect(&d);
		out(&d, "S 0:0(0)");
		in(&d, "S. 0:0(0) ack 1 win 1000 <mss 1000>");
		out(&d, ". 1:1(0) ack 1");
		snprintf(line, sizeof line, ". 1:1(0) ack 1 win %d", wnd);
		in(&d, line);
		app_send(&d, 2000);
		assert_int_equal(out_any(&d), wnd == 500);
	}
}

static void shrunk_window_is_survived(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 5000);
	for (int i = 0; i < 4; i++) {
		char line[60];

		snprintf(line, sizeof line, ". %d:%d(1000) ack 1", i * 1000 + 1, i * 1000 + 1001);
		out(&d, line);
	}
	in(&d, ". 1:1(0) ack 1001 win 500");
	fired(&d, RULE_WINDOW_SHRUNK);
	silent(&d);
	in(&d, ". 1:1(0) ack 4001 win 65535");
	out(&d, "P. 4001:5001(1000) ack 1");
}

static void window_from_an_older_segment_is_not_taken(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 101:201(100) ack 1 win 3000");
	out(&d, ". 1:1(0) ack 1");
	assert_int_equal(d.tcb.snd.wnd, 3000);
	in(&d, ". 1:101(100) ack 1 win 100");
	fired(&d, RULE_WINDOW_OLD);
	out(&d, ". 1:1(0) ack 201");
	assert_int_equal(d.tcb.snd.wnd, 3000);
}

static void send_buffer_refuses_what_does_not_fit(void **state)
{
	struct dialogue d = established();
	struct tcp t = dialogue_turn(&d);
	uint32_t taken;

	(void)state;
	assert_int_equal(tcp_send(&t, 70000, SEND_PUSH, &taken), CALL_OK);
	assert_int_equal(taken, 65536);
	assert_int_equal(tcp_send(&t, 1, SEND_PUSH, &taken), CALL_NO_ROOM);
	assert_int_equal(taken, 0);
}

static void text_on_a_syn_waits_for_the_handshake(void **state)
{
	struct dialogue d = listening();

	(void)state;
	in(&d, "S 0:10(10) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	assert_int_equal(d.tcb.rcv.unread, 0);
	assert_false(d.notices & NOTICE_TEXT);
	in(&d, ". 11:11(0) ack 1 win 3000");
	out(&d, ". 1:1(0) ack 11");
	assert_int_equal(d.tcb.rcv.unread, 10);
	assert_int_equal(d.delivered, 10);
}

static void a_larger_send_buffer_is_room_that_is_told(void **state)
{
	struct dialogue d = established();

	(void)state;
	d.notices = 0;
	app_send_buffer(&d, d.tcb.snd.buffer);
	assert_false(d.notices & NOTICE_ROOM);
	app_send_buffer(&d, d.tcb.snd.buffer + 1);
	assert_true(d.notices & NOTICE_ROOM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(full_segments_go_out_and_the_last_carries_push),
		cmocka_unit_test(nagle_can_be_switched_off),
		cmocka_unit_test(full_segments_hold_nothing_back_where_minshall_is_followed),
		cmocka_unit_test(fin_lets_the_last_small_segment_go),
		cmocka_unit_test(single_segment_is_acknowledged_after_the_delay),
		cmocka_unit_test(every_second_full_segment_is_acknowledged_at_once),
		cmocka_unit_test(ack_rides_on_text_that_goes_the_other_way),
		cmocka_unit_test(text_out_of_order_is_kept_and_answered_with_sack),
		cmocka_unit_test(overlapping_text_is_delivered_once),
		cmocka_unit_test(fin_ahead_of_missing_text_is_remembered),
		cmocka_unit_test(second_fin_elsewhere_is_ignored),
		cmocka_unit_test(text_beyond_the_window_is_cut_off),
		cmocka_unit_test(window_reopens_only_by_a_useful_amount),
		cmocka_unit_test(right_edge_never_moves_back),
		cmocka_unit_test(nothing_is_sent_beyond_the_window),
		cmocka_unit_test(closed_window_is_probed_with_growing_intervals),
		cmocka_unit_test(probed_connection_stays_while_the_peer_answers),
		cmocka_unit_test(lost_window_update_is_found_by_the_probe_being_accepted),
		cmocka_unit_test(full_receiver_reads_the_ack_of_a_probe),
		cmocka_unit_test(small_window_is_used_after_the_override_time),
		cmocka_unit_test(half_of_the_largest_window_is_used_at_once),
		cmocka_unit_test(shrunk_window_is_survived),
		cmocka_unit_test(window_from_an_older_segment_is_not_taken),
		cmocka_unit_test(send_buffer_refuses_what_does_not_fit),
		cmocka_unit_test(text_on_a_syn_waits_for_the_handshake),
		cmocka_unit_test(a_larger_send_buffer_is_room_that_is_told),
	};

	return DIALOGUE_RUN("transfer", tests);
}
