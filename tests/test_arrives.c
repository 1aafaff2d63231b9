/* What must not get through: RFC 9293 §3.10.7, RFC 5961, RFC 7323 §5, RFC 1337. */
#include "tests/dialogue.h"

#include <stdio.h>

static void closed_answers_with_a_rst_that_the_sender_believes(void **state)
{
	struct segment seg = {.src_port = 1, .dst_port = 2, .seq = {100}, .len = 10, .flags = SYN};
	struct segment reply;
	enum rule rule;

	(void)state;
	assert_true(tcp_arrives_in_closed(&seg, &reply, &rule));
	assert_int_equal(reply.flags, RST | ACK);
	assert_int_equal(reply.seq.v, 0);
	assert_int_equal(reply.ack.v, 111); /* SEG.SEQ+SEG.LEN, the SYN counted */
	assert_int_equal(reply.src_port, 2);
	assert_int_equal(reply.dst_port, 1);
	seg.flags = ACK;
	seg.ack = seq_of(777);
	assert_true(tcp_arrives_in_closed(&seg, &reply, &rule));
	assert_int_equal(reply.flags, RST);
	assert_int_equal(reply.seq.v, 777);
	seg.flags = RST | ACK;
	assert_false(tcp_arrives_in_closed(&seg, &reply, &rule));
	assert_int_equal(rule, RULE_CLOSED_RST);
}

static void listen_ignores_rst_and_answers_ack_with_rst(void **state)
{
	struct dialogue d = listening();

	(void)state;
	in(&d, "R 0:0(0) win 0");
	silent(&d);
	in(&d, ". 5:5(0) ack 7 win 100");
	out(&d, "R 7:7(0)");
	in(&d, "F 5:5(0) win 100");
	silent(&d);
	fired(&d, RULE_LISTEN_OTHER);
	in_state(&d, LISTEN);
}

static void syn_sent_refuses_an_ack_of_what_was_not_sent(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 5 win 100");
	out(&d, "R 5:5(0)");
	in(&d, "S. 0:0(0) ack 0 win 100");
	out(&d, "R 0:0(0)");
	in(&d, "R. 0:0(0) ack 9 win 0");
	in(&d, "R 0:0(0) win 0");
	in(&d, ". 0:0(0) ack 1 win 100");
	silent(&d);
	in_state(&d, SYN_SENT);
	in(&d, "R. 0:0(0) ack 1 win 0");
	in_state(&d, CLOSED);
	assert_int_equal(d.tcb.ending, ENDING_REFUSED);
}

/* RFC 5961 §3: of all RSTs in and around the window exactly one resets. */
static void only_rst_at_rcv_nxt_resets(void **state)
{
	static const struct {
		int seq;
		bool challenged;
	} offsets[] = {{-70000, false}, {-1, false},   {0, false},     {2, true},
		       {1000, true},    {65535, true}, {65536, false}, {130000, false}};

	(void)state;
	for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
		struct dialogue d = established();
		char line[60];

		snprintf(line, sizeof line, "R %u:%u(0) win 0", (unsigned)offsets[i].seq,
			 (unsigned)offsets[i].seq);
		in(&d, line);
		in_state(&d, ESTABLISHED);
		if (offsets[i].challenged)
			out(&d, ". 1:1(0) ack 1");
		silent(&d);
	}
	struct dialogue d = established();

	in(&d, "R 1:1(0) win 0");
	in_state(&d, CLOSED);
	assert_int_equal(d.tcb.ending, ENDING_RESET);
	fired(&d, RULE_RST_RESET);
}

static void any_rst_in_the_window_resets_without_rfc_5961(void **state)
{
	struct profile profile;
	struct dialogue d;

	(void)state;
	assert_true(profile_named("rfc793", &profile));
	d = established_with(&profile);
	in(&d, "R 30000:30000(0) win 0");
	in_state(&d, CLOSED);
}

static void rst_is_believed_by_a_full_receiver(void **state)
{
	struct profile profile;
	struct dialogue d;

	(void)state;
	assert_true(profile_named("plain", &profile));
	profile.receive_buffer = 1000;
	d = established_with(&profile);
	in(&d, ". 1:1001(1000) ack 1 win 65535");
	pass_ms(&d, 200);
	out(&d, ". 1:1(0) ack 1001 win 0");
	in(&d, "R 1001:1001(0) win 0");
	in_state(&d, CLOSED);
}

static void syn_on_a_connection_is_challenged_never_obeyed(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "S 500:500(0) win 100");
	out(&d, ". 1:1(0) ack 1");
	fired(&d, RULE_SYN_CHALLENGE);
	in(&d, "S 4000000:4000000(0) win 100");
	out(&d, ". 1:1(0) ack 1");
	in_state(&d, ESTABLISHED);
}

static void syn_in_the_window_resets_without_rfc_5961(void **state)
{
	struct profile profile;
	struct dialogue d;
	char rst[80];

	(void)state;
	assert_true(profile_named("rfc793", &profile));
	d = established_with(&profile);
	in(&d, "S 500:500(0) win 100");
	snprintf(rst, sizeof rst, "R. %u:%u(0) ack 501", 0 - d.profile.isn, 0 - d.profile.isn);
	out(&d, rst); /* <SEQ=0><ACK=SEG.SEQ+SEG.LEN>, §3.5.2 */
	in_state(&d, CLOSED);
	fired(&d, RULE_SYN_RESETS);
	d = established_with(&profile);
	in(&d, "S. 500:500(0) ack 1 win 100");
	out(&d, "R 1:1(0)"); /* <SEQ=SEG.ACK> */
}

static void challenges_are_limited(void **state)
{
	struct dialogue d = established();

	(void)state;
	for (unsigned i = 0; i < d.profile.challenge_limit; i++) {
		in(&d, "S 500:500(0) win 100");
		out(&d, ". 1:1(0) ack 1");
	}
	in(&d, "S 500:500(0) win 100");
	silent(&d);
	fired(&d, RULE_CHALLENGE_LIMITED);
	pass_ms(&d, 1000);
	in(&d, "S 500:500(0) win 100");
	out(&d, ". 1:1(0) ack 1");
}

static void half_open_connection_is_found_out(void **state)
{
	struct dialogue d = dialogue_new();

	/* We rebooted and open the same pair of sockets; the peer still believes in
	 * the old connection and acknowledges that one (RFC 9293 Figure 9). */
	(void)state;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, ". 300:300(0) ack 100 win 1000");
	out(&d, "R 100:100(0)");
	fired(&d, RULE_SYN_SENT_BAD_ACK);
	in_state(&d, SYN_SENT);
	pass_ms(&d, 1000);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 1000");
	in_state(&d, ESTABLISHED);
	out(&d, ". 1:1(0) ack 1");
}

static void segment_without_ack_is_dropped(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "P 1:101(100) win 100");
	silent(&d);
	fired(&d, RULE_ACK_BIT_OFF);
	assert_int_equal(d.delivered, 0);
}

static void ack_far_in_the_past_is_not_believed(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "P. 1:101(100) ack 4294800000 win 100");
	out(&d, ". 1:1(0) ack 1");
	fired(&d, RULE_ACK_OUT_OF_RANGE);
	assert_int_equal(d.delivered, 0);
}

static void old_ack_does_not_hide_its_text(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 100);
	out(&d, "P. 1:101(100) ack 1");
	in(&d, ". 101:201(100) ack 101 win 65535");
	out(&d, ". 101:101(0) ack 1");
	in(&d, ". 1:101(100) ack 1 win 65535");
	out(&d, ". 101:101(0) ack 201");
	assert_int_equal(d.delivered, 200);
}

static void bad_ack_in_syn_received_is_reset(void **state)
{
	struct dialogue d = listening();

	(void)state;
	in(&d, "S 0:0(0) win 3000");
	out(&d, "S. 0:0(0) ack 1");
	in(&d, ". 1:1(0) ack 77 win 3000");
	out(&d, "R 77:77(0)");
	in_state(&d, SYN_RECEIVED);
}

/* With RFC 5961 too: each forgery costs one RST, which helps a half-open peer, and
 * the handshake goes on. */
static void bad_acks_in_syn_received_do_not_end_the_handshake(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile.rfc5961 = true;
	app_listen(&d);
	in(&d, "S 0:0(0) win 3000");
	out(&d, "S. 0:0(0) ack 1");
	for (int i = 0; i < 50; i++) {
		in(&d, ". 1:1(0) ack 77 win 3000");
		out(&d, "R 77:77(0)");
		silent(&d);
	}
	in(&d, ". 1:1(0) ack 1 win 3000");
	in_state(&d, ESTABLISHED);
}

static void rst_in_time_wait_is_ignored_with_rfc_1337(void **state)
{
	struct profile profile;
	struct dialogue d;

	(void)state;
	assert_true(profile_named("plain", &profile));
	for (int ignore = 0; ignore <= 1; ignore++) {
		profile.rfc1337 = ignore;
		d = established_with(&profile);
		app_close(&d);
		out(&d, "F. 1:1(0) ack 1");
		in(&d, "F. 1:1(0) ack 2 win 100");
		out(&d, ". 2:2(0) ack 2");
		in(&d, "R 2:2(0) win 0");
		in_state(&d, ignore ? TIME_WAIT : CLOSED);
	}
}

static void mss_option_decides_and_536_is_the_default(void **state)
{
	struct dialogue d = listening();

	(void)state;
	in(&d, "S 0:0(0) win 3000");
	out(&d, "S. 0:0(0) ack 1 <mss 1000>");
	assert_int_equal(d.tcb.snd.mss, 536);
	d = listening();
	in(&d, "S 0:0(0) win 3000 <mss 0>");
	out(&d, "S. 0:0(0) ack 1 <mss 1000>");
	assert_int_equal(d.tcb.snd.mss, 48);
}

static void options_are_answered_only_where_offered(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	assert_true(profile_named("rfc", &d.profile));
	d.profile.isn_fixed = true;
	d.profile.isn = 0;
	app_listen(&d);
	in(&d, "S 0:0(0) win 3000 <mss 1000,nop,nop,sackOK,nop,wscale 3>");
	out(&d, "S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,nop,wscale 0>");
	in(&d, ". 1:1(0) ack 1 win 3000");
	assert_int_equal(d.tcb.snd.wnd, 24000);
	assert_true(d.tcb.sack_on);
	assert_false(d.tcb.ts.on);
}

static void window_in_a_syn_is_not_scaled_and_shift_is_14_at_most(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile.window_scaling = true;
	app_listen(&d);
	in(&d, "S 0:0(0) win 3000 <mss 1000,nop,wscale 15>");
	out(&d, "S. 0:0(0) ack 1");
	assert_int_equal(d.tcb.snd.wnd, 3000);
	in(&d, ". 1:1(0) ack 1 win 3");
	assert_int_equal(d.tcb.snd.wnd, 3 << 14);
}

static void calls_on_a_connection_in_the_wrong_state_are_refused(void **state)
{
	struct dialogue d = established();
	struct tcp t = dialogue_turn(&d);
	struct endpoint nobody = {.port = 80};
	struct tcb none = {.state = CLOSED};
	struct tcp closed = {.tcb = &none, .profile = &d.profile, .now = d.now};
	uint32_t taken;

	(void)state;
	assert_int_equal(tcp_open_active(&t, &d.tcb.local, &d.tcb.remote), CALL_EXISTS);
	assert_int_equal(tcp_open_passive(&t, &d.tcb.local), CALL_EXISTS);
	assert_int_equal(tcp_open_active(&closed, &d.tcb.local, &nobody), CALL_REMOTE_UNSPECIFIED);
	nobody.address.version = 4;
	nobody.address.bytes[0] = 224;
	assert_int_equal(tcp_open_active(&closed, &d.tcb.local, &nobody), CALL_BAD_ADDRESS);
	assert_int_equal(tcp_send(&closed, 1, 0, &taken), CALL_NO_CONNECTION);
	assert_int_equal(tcp_receive(&closed, 1, &taken), CALL_NO_CONNECTION);
	assert_int_equal(tcp_close(&closed), CALL_NO_CONNECTION);
	assert_int_equal(tcp_abort(&closed), CALL_NO_CONNECTION);
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	assert_int_equal(tcp_send(&t, 1, 0, &taken), CALL_CLOSING);
	assert_int_equal(tcp_close(&t), CALL_CLOSING);
}

static void copied_tcb_goes_on_alike(void **state)
{
	struct dialogue a = established();
	struct dialogue b;

	(void)state;
	app_send(&a, 5000);
	out(&a, ". 1:1001(1000) ack 1");
	b = a;
	for (int i = 0; i < 2; i++) {
		struct dialogue *d = i ? &b : &a;

		out(d, ". 1001:2001(1000) ack 1");
		out(d, ". 2001:3001(1000) ack 1");
		out(d, ". 3001:4001(1000) ack 1");
		in(d, ". 1:1(0) ack 4001 win 65535");
		out(d, "P. 4001:5001(1000) ack 1");
	}
	assert_memory_equal(&a.tcb, &b.tcb, sizeof a.tcb);
}

static void isn_grows_with_time_and_differs_between_connections(void **state)
{
	struct profile profile;
	struct isn_secret secret = {{3, 4}};
	struct endpoint local = {.port = 1000};
	struct endpoint remote = {.port = 80};
	uint32_t isn[3];
	uint32_t ts_offset[3];

	(void)state;
	assert_true(profile_named("rfc", &profile));
	local.address.version = 4;
	remote.address.version = 4;
	remote.address.bytes[0] = 10;
	for (int i = 0; i < 3; i++) {
		struct tcb tcb = {.state = CLOSED};
		struct tcp t = {.tcb = &tcb,
				.profile = &profile,
				.secret = &secret,
				.now = i == 1 ? nanos_from_ms(4) : 0};

		local.port = i == 2 ? 1001 : 1000;
		assert_int_equal(tcp_open_active(&t, &local, &remote), CALL_OK);
		isn[i] = tcb.snd.iss.v;
		ts_offset[i] = tcb.ts.offset;
	}
	assert_int_equal(isn[1] - isn[0], 1000); /* 4 ms are 1000 ticks of 4 µs */
	assert_int_not_equal(isn[2], isn[0]);
	assert_int_not_equal(ts_offset[2], ts_offset[0]); /* RFC 7323 §5.4 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closed_answers_with_a_rst_that_the_sender_believes),
		cmocka_unit_test(listen_ignores_rst_and_answers_ack_with_rst),
		cmocka_unit_test(syn_sent_refuses_an_ack_of_what_was_not_sent),
		cmocka_unit_test(only_rst_at_rcv_nxt_resets),
		cmocka_unit_test(any_rst_in_the_window_resets_without_rfc_5961),
		cmocka_unit_test(rst_is_believed_by_a_full_receiver),
		cmocka_unit_test(syn_on_a_connection_is_challenged_never_obeyed),
		cmocka_unit_test(syn_in_the_window_resets_without_rfc_5961),
		cmocka_unit_test(challenges_are_limited),
		cmocka_unit_test(half_open_connection_is_found_out),
		cmocka_unit_test(segment_without_ack_is_dropped),
		cmocka_unit_test(ack_far_in_the_past_is_not_believed),
		cmocka_unit_test(old_ack_does_not_hide_its_text),
		cmocka_unit_test(bad_ack_in_syn_received_is_reset),
		cmocka_unit_test(bad_acks_in_syn_received_do_not_end_the_handshake),
		cmocka_unit_test(rst_in_time_wait_is_ignored_with_rfc_1337),
		cmocka_unit_test(mss_option_decides_and_536_is_the_default),
		cmocka_unit_test(options_are_answered_only_where_offered),
		cmocka_unit_test(window_in_a_syn_is_not_scaled_and_shift_is_14_at_most),
		cmocka_unit_test(calls_on_a_connection_in_the_wrong_state_are_refused),
		cmocka_unit_test(copied_tcb_goes_on_alike),
		cmocka_unit_test(isn_grows_with_time_and_differs_between_connections),
	};

	return DIALOGUE_RUN("arrives", tests);
}
