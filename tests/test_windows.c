/* Windows that close, shrink, move in small steps or are scaled.
 * RFC 9293 §3.8.6, RFC 7323 §2. */
#include "tests/dialogue.h"

#include <stdio.h>

static struct dialogue with_room_for(uint32_t octets)
{
	struct profile profile;

	assert_true(profile_named("plain", &profile));
	profile.receive_buffer = octets;
	return established_with(&profile);
}

/* Agreed on window scaling, by `shift` in both directions. */
static struct dialogue scaled(uint32_t buffer, uint32_t shift)
{
	struct dialogue d = dialogue_new();
	char line[80];

	d.profile.receive_buffer = buffer;
	d.profile.window_scaling = true;
	d.profile.window_scale = shift;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	snprintf(line, sizeof line, "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,wscale %u>", shift);
	in(&d, line);
	out(&d, ". 1:1(0) ack 1");
	return d;
}

/* ---- a window that is closed ---- */

static void window_that_closes_after_a_long_silence_is_probed_not_given_up(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 0");
	pass_ms(&d, 1000000);
	app_send(&d, 3000);
	pass_ms(&d, 1000);
	out(&d, ". 1:2(1) ack 1");
	in_state(&d, ESTABLISHED);
	not_fired(&d, RULE_R2_REACHED);
}

static void prober_whose_peer_is_silent_gives_up_after_r2(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 0");
	app_send(&d, 3000);
	silent(&d);
	while (d.tcb.state == ESTABLISHED) {
		pass_ms(&d, (tcp_next_deadline(&d.tcb) - d.now) / 1000000);
		if (d.tcb.state == ESTABLISHED)
			out(&d, ". 1:2(1) ack 1");
	}
	assert_int_equal(d.tcb.ending, ENDING_TIMED_OUT);
	assert_true(d.now - nanos_from_s(1) >= nanos_from_s(100));
}

/* What the peer has no room for is not in its window: an ACK that claims to
 * come after it would fall outside the window too, and be dropped unread. */
static void ack_of_a_prober_lies_inside_the_window_of_its_peer(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 0");
	app_send(&d, 3000);
	pass_ms(&d, 1000);
	out(&d, ". 1:2(1) ack 1");
	in(&d, "P. 1:101(100) ack 1 win 0");
	pass_ms(&d, 200);
	out(&d, ". 1:1(0) ack 101");
}

static void two_full_receivers_probe_each_other_in_peace(void **state)
{
	struct dialogue d = with_room_for(1000);

	(void)state;
	in(&d, ". 1:1001(1000) ack 1 win 0");
	app_send(&d, 3000);
	pass_ms(&d, 200);
	out(&d, ". 1:1(0) ack 1001 win 0");
	pass_ms(&d, 800);
	out(&d, ". 1:2(1) ack 1001 win 0");
	/* The peer, full too, probes us at the same time, and answers ours. */
	in(&d, ". 1001:1002(1) ack 1 win 0");
	out(&d, ". 1:1(0) ack 1001 win 0");
	in(&d, ". 1001:1001(0) ack 1 win 0");
	silent(&d);
	not_fired(&d, RULE_OUTSIDE_WINDOW);
}

/* The last octet went as a probe, and was taken: nothing is left to probe for. */
static void prober_with_nothing_left_rests(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 0");
	app_send(&d, 1);
	pass_ms(&d, 1000);
	out(&d, "P. 1:2(1) ack 1");
	in(&d, ". 1:1(0) ack 2 win 0");
	assert_int_equal(tcp_next_deadline(&d.tcb), NANOS_NEVER);
	pass_ms(&d, 300000);
	silent(&d);
	in_state(&d, ESTABLISHED);
	app_close(&d);
	pass_ms(&d, 1000);
	out(&d, "F. 2:2(0) ack 1");
	in(&d, ". 1:1(0) ack 3 win 0");
	pass_ms(&d, 300000);
	in_state(&d, FIN_WAIT_2);
}

/* The wait for a larger window was shorter than the one for a probe. */
static void window_that_closes_while_it_is_too_small_is_probed_after_rto(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 100");
	app_send(&d, 1000);
	silent(&d);
	pass_ms(&d, 100);
	in(&d, ". 1:1(0) ack 1 win 0");
	silent(&d);
	pass_ms(&d, 999);
	silent(&d);
	pass_ms(&d, 1);
	out(&d, ". 1:2(1) ack 1");
}

/* Two segments arrive before anything is sent. */
static void probe_is_guarded_when_the_window_opens_and_closes_at_once(void **state)
{
	struct dialogue d = established();
	struct segment seg = {.flags = ACK, .wnd = 1000};
	struct tcp t = dialogue_turn(&d);

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 0");
	app_send(&d, 3000);
	pass_ms(&d, 1000);
	out(&d, ". 1:2(1) ack 1");
	t.now = d.now;
	seg.seq = d.tcb.rcv.nxt;
	seg.ack = d.tcb.snd.una;
	tcp_arrives(&t, &seg);
	seg.wnd = 0;
	tcp_arrives(&t, &seg);
	assert_true(out_any(&d));
	silent(&d);
	assert_true(d.tcb.timers[TIMER_PERSIST] != NANOS_NEVER);
}

/* A window that is just full has not shrunk, and SND.NXT is what an ACK tells. */
static void window_that_is_just_full_is_nothing_special(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 1000");
	app_send(&d, 1000);
	out(&d, "P. 1:1001(1000) ack 1");
	in(&d, "P. 1:11(10) ack 1 win 1000");
	pass_ms(&d, 200);
	out(&d, ". 1001:1001(0) ack 11");
	in(&d, ". 11:11(0) ack 1 win 2000");
	in(&d, ". 11:11(0) ack 1 win 1000");
	not_fired(&d, RULE_WINDOW_SHRUNK);
	in(&d, ". 11:11(0) ack 1 win 999");
	fired(&d, RULE_WINDOW_SHRUNK);
}

/* ---- a window that shrinks ---- */

static void window_that_shrinks_to_zero_is_probed_and_no_loss(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 8000);
	out_full(&d, 1, 4);
	in(&d, ". 1:1(0) ack 1001 win 0");
	fired(&d, RULE_WINDOW_CLOSED);
	pass_ms(&d, 1000);
	out(&d, ". 1001:1002(1) ack 1");
	fired(&d, RULE_PROBE_SENT);
	not_fired(&d, RULE_LOSS_WINDOW);
	in(&d, ". 1:1(0) ack 1001 win 0");
	/* All that lay beyond goes again as soon as there is room. */
	in(&d, ". 1:1(0) ack 1001 win 65535");
	fired(&d, RULE_WINDOW_OPENED);
	assert_int_equal(d.tcb.timers[TIMER_PERSIST], NANOS_NEVER);
	assert_int_equal(d.tcb.cc.cwnd, 5000);
	out_full(&d, 1001, 5);
	assert_true(d.tcb.timers[TIMER_RETRANSMISSION] != NANOS_NEVER);
	in(&d, ". 1:1(0) ack 6001 win 65535");
	out_full(&d, 6001, 1);
	out(&d, "P. 7001:8001(1000) ack 1");
}

static void window_that_shrinks_with_each_ack_is_survived(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 20000);
	out_rest(&d);
	for (unsigned wnd = 9000; wnd <= 9000; wnd -= 900) {
		struct seq limit = seq_add(d.tcb.snd.una, wnd);
		struct seq before = d.tcb.snd.nxt;
		char line[60];

		snprintf(line, sizeof line, ". 1:1(0) ack %u win %u",
			 d.tcb.snd.una.v - d.profile.isn, wnd);
		in(&d, line);
		out_rest(&d);
		assert_true(seq_le(d.tcb.snd.nxt, seq_max(before, limit))); /* SHLD-15 */
		pass_ms(&d, 50);
	}
	in_state(&d, ESTABLISHED);
	in(&d, ". 1:1(0) ack 1 win 65535");
	assert_true(out_any(&d) || tcp_next_deadline(&d.tcb) != NANOS_NEVER);
}

/* SHLD-16: what goes again keeps to the window, too. */
static void window_that_reopens_a_little_takes_only_that_much(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 8000);
	out_full(&d, 1, 4);
	in(&d, ". 1:1(0) ack 1 win 0");
	pass_ms(&d, 1000);
	out(&d, ". 1:2(1) ack 1");
	in(&d, ". 1:1(0) ack 1 win 1500");
	out_full(&d, 1, 1);
	out(&d, ". 1001:1501(500) ack 1");
	silent(&d);
	in(&d, ". 1:1(0) ack 1501 win 65535");
	out_full(&d, 1501, 1);
}

/* SHLD-17, MUST-37. */
static void connection_survives_a_shrunk_window_while_the_peer_answers(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 3000);
	out_full(&d, 1, 2);
	out(&d, "P. 2001:3001(1000) ack 1");
	in(&d, ". 1:1(0) ack 1 win 0");
	for (int i = 0; i < 40; i++) {
		pass_ms(&d, (tcp_next_deadline(&d.tcb) - d.now) / 1000000);
		out(&d, ". 1:2(1) ack 1");
		in(&d, ". 1:1(0) ack 1 win 0");
		in_state(&d, ESTABLISHED);
	}
	assert_int_equal(d.tcb.snd.probe_after, d.profile.rto_max);
}

static void window_that_shrinks_to_one_takes_one_octet(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 3000);
	out_full(&d, 1, 2);
	out(&d, "P. 2001:3001(1000) ack 1");
	in(&d, ". 1:1(0) ack 1001 win 1");
	fired(&d, RULE_WINDOW_SHRUNK);
	silent(&d);
	app_send(&d, 1000);
	silent(&d); /* SHLD-15: nothing new */
	pass_ms(&d, 1000);
	out(&d, ". 1001:2001(1000) ack 1"); /* MAY-7 */
	in(&d, ". 1:1(0) ack 1002 win 0");
	pass_ms(&d, 2000); /* RTO, still doubled: Karn */
	out(&d, ". 1002:1003(1) ack 1");
}

/* The update that reopens a window may be lost: the next probe finds out. */
static void lost_reopening_is_found_by_the_next_probe(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 2000);
	out_full(&d, 1, 1);
	out(&d, "P. 1001:2001(1000) ack 1");
	in(&d, ". 1:1(0) ack 1 win 0");
	pass_ms(&d, 1000);
	out(&d, ". 1:2(1) ack 1");
	in(&d, ". 1:1(0) ack 2 win 65535");
	out(&d, ". 2:1002(1000) ack 1");
	out(&d, "P. 1002:2001(999) ack 1");
}

/* ---- a window that moves in small steps ---- */

static void override_time_passes_though_the_peer_keeps_talking(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 100");
	app_send(&d, 1000);
	silent(&d);
	for (int i = 0; i < 3; i++) {
		char line[80];

		pass_ms(&d, 50);
		snprintf(line, sizeof line, "P. %d:%d(10) ack 1 win 100", 1 + i * 10, 11 + i * 10);
		in(&d, line);
		if (i == 1)
			out(&d, ". 1:1(0) ack 21");
	}
	pass_ms(&d, 50);
	out(&d, ". 1:101(100) ack 31");
	fired(&d, RULE_SWS_OVERRIDE);
}

static void reader_of_a_large_buffer_sends_no_needless_updates(void **state)
{
	struct dialogue d = with_room_for(200000); /* more than 16 bits can say */

	(void)state;
	for (int i = 0; i < 4; i += 2) {
		char line[80];

		snprintf(line, sizeof line, ". %d:%d(1000) ack 1 win 65535", 1 + i * 1000,
			 1001 + i * 1000);
		in(&d, line);
		app_receive(&d, 1000);
		silent(&d);
		not_fired(&d, RULE_WINDOW_REOPENS);
		snprintf(line, sizeof line, ". %d:%d(1000) ack 1 win 65535", 1001 + i * 1000,
			 2001 + i * 1000);
		in(&d, line);
		snprintf(line, sizeof line, ". 1:1(0) ack %d win 65535", 2001 + i * 1000);
		out(&d, line);
		app_receive(&d, 1000);
		silent(&d);
	}
}

/* An update for each segment that is read would answer every segment twice. */
static void window_update_waits_for_two_segments(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1:1001(1000) ack 1 win 65535");
	in(&d, ". 1001:2001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 2001 win 63535");
	app_receive(&d, 1999);
	silent(&d);
	app_receive(&d, 1);
	out(&d, ". 1:1(0) ack 2001 win 65535");
	fired(&d, RULE_WINDOW_REOPENS);
}

/* RFC 7323 §2.4: the field counts in steps, the buffer does not. The edge may
 * be rounded up, but not again and again. */
static void rounding_of_a_scaled_window_never_exceeds_the_buffer_by_a_step(void **state)
{
	struct dialogue d = scaled(20000, 7);
	unsigned seq = 1;

	(void)state;
	while (d.tcb.rcv.wnd > 0 && seq < 40000) {
		char line[80];
		unsigned len = 1 + seq % 3;

		snprintf(line, sizeof line, "P. %u:%u(%u) ack 1 win 1000", seq, seq + len, len);
		in(&d, line);
		if (d.tcb.ack_owed == ACK_NOW) {
			snprintf(line, sizeof line, ". 1:1(0) ack %u",
				 (unsigned)(d.tcb.rcv.nxt.v - d.peer_isn));
			out(&d, line);
		}
		seq = d.tcb.rcv.nxt.v - d.peer_isn;
		assert_true(d.tcb.rcv.unread < 20000 + 128);
	}
	assert_true(d.tcb.rcv.unread >= 20000);
}

static void what_was_offered_is_taken_though_the_field_was_rounded_down(void **state)
{
	struct dialogue d = scaled(1280, 8);
	struct seq edge = d.tcb.rcv.edge;

	(void)state;
	in(&d, "P. 1:101(100) ack 1 win 1000");
	in(&d, "P. 101:201(100) ack 1 win 1000");
	out(&d, ". 1:1(0) ack 201");
	assert_true(seq_ge(d.tcb.rcv.edge, edge));
	in(&d, "P. 201:1281(1080) ack 1 win 1000");
	assert_int_equal(d.delivered, 1280);
	not_fired(&d, RULE_TEXT_CUT);
}

/* The waits between probes grow; they begin anew when the window was open. */
static void a_window_that_closes_again_is_probed_as_soon_as_the_first_time(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 3000);
	out_rest(&d);
	in(&d, ". 1:1(0) ack 1001 win 0");
	app_send(&d, 1000);
	in(&d, ". 1:1(0) ack 3001 win 0");
	pass_ms(&d, 1000);
	out(&d, ". 3001:3002(1) ack 1");
	in(&d, ". 1:1(0) ack 3001 win 0");
	pass_ms(&d, 1999);
	silent(&d);
	pass_ms(&d, 1);
	out(&d, ". 3001:3002(1) ack 1");
	in(&d, ". 1:1(0) ack 3001 win 500");
	out_rest(&d);
	in(&d, ". 1:1(0) ack 3501 win 0");
	pass_ms(&d, 999);
	silent(&d);
	pass_ms(&d, 1);
	out(&d, ". 3501:3502(1) ack 1");
	in(&d, ". 1:1(0) ack 3501 win 0");
	pass_ms(&d, 2000);
	out(&d, ". 3501:3502(1) ack 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(window_that_closes_after_a_long_silence_is_probed_not_given_up),
		cmocka_unit_test(prober_whose_peer_is_silent_gives_up_after_r2),
		cmocka_unit_test(ack_of_a_prober_lies_inside_the_window_of_its_peer),
		cmocka_unit_test(two_full_receivers_probe_each_other_in_peace),
		cmocka_unit_test(window_that_closes_while_it_is_too_small_is_probed_after_rto),
		cmocka_unit_test(probe_is_guarded_when_the_window_opens_and_closes_at_once),
		cmocka_unit_test(prober_with_nothing_left_rests),
		cmocka_unit_test(window_that_is_just_full_is_nothing_special),
		cmocka_unit_test(window_that_shrinks_to_zero_is_probed_and_no_loss),
		cmocka_unit_test(window_that_shrinks_with_each_ack_is_survived),
		cmocka_unit_test(window_that_reopens_a_little_takes_only_that_much),
		cmocka_unit_test(connection_survives_a_shrunk_window_while_the_peer_answers),
		cmocka_unit_test(window_that_shrinks_to_one_takes_one_octet),
		cmocka_unit_test(lost_reopening_is_found_by_the_next_probe),
		cmocka_unit_test(override_time_passes_though_the_peer_keeps_talking),
		cmocka_unit_test(reader_of_a_large_buffer_sends_no_needless_updates),
		cmocka_unit_test(window_update_waits_for_two_segments),
		cmocka_unit_test(rounding_of_a_scaled_window_never_exceeds_the_buffer_by_a_step),
		cmocka_unit_test(what_was_offered_is_taken_though_the_field_was_rounded_down),
		cmocka_unit_test(a_window_that_closes_again_is_probed_as_soon_as_the_first_time),
	};

	return DIALOGUE_RUN("windows", tests);
}
