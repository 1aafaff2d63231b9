/* The arrows of RFC 9293 Figure 5, each as a conversation. */
#include "tests/dialogue.h"

static void active_open_sends_syn_and_is_established_by_syn_ack(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	app_connect(&d);
	in_state(&d, SYN_SENT);
	out(&d, "S 0:0(0) win 65535 <mss 1000>");
	assert_int_equal(d.last_rule, RULE_OPEN_ACTIVE);
	assert_memory_equal(&d.tcb.remote, &d.peer, sizeof d.peer);
	in(&d, "S. 0:0(0) ack 1 win 2000 <mss 500>");
	in_state(&d, ESTABLISHED);
	out(&d, ". 1:1(0) ack 1 win 65535");
	fired(&d, RULE_SYN_SENT_ESTABLISHED);
	assert_true(d.notices & NOTICE_CONNECTED);
	assert_int_equal(d.tcb.snd.mss, 500);
	assert_int_equal(d.tcb.snd.wnd, 2000);
}

static void passive_open_answers_syn_and_is_established_by_ack(void **state)
{
	struct dialogue d = listening();

	(void)state;
	in_state(&d, LISTEN);
	in(&d, "S 0:0(0) win 3000 <mss 1000>");
	in_state(&d, SYN_RECEIVED);
	out(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
	in(&d, ". 1:1(0) ack 1 win 3000");
	in_state(&d, ESTABLISHED);
	fired(&d, RULE_SYN_RECEIVED_ESTABLISHED);
	assert_true(d.notices & NOTICE_CONNECTED);
	assert_memory_equal(&d.tcb.remote, &d.peer, sizeof d.peer);
	assert_int_equal(d.tcb.local.address.bytes[3], 1); /* LISTEN was on every address */
}

static void close_in_listen_and_syn_sent_deletes_the_tcb(void **state)
{
	struct dialogue d = listening();

	(void)state;
	app_close(&d);
	in_state(&d, CLOSED);

	d = dialogue_new();
	app_connect(&d);
	out(&d, "S 0:0(0)");
	app_close(&d);
	in_state(&d, CLOSED);
	silent(&d);
	fired(&d, RULE_CLOSE_SYN_SENT);
}

static void listen_becomes_active_by_open(void **state)
{
	struct dialogue d = listening();

	(void)state;
	app_connect(&d);
	in_state(&d, SYN_SENT);
	out(&d, "S 0:0(0)");
}

static void simultaneous_open_ends_in_one_connection(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S 0:0(0) win 3000 <mss 1000>");
	in_state(&d, SYN_RECEIVED);
	fired(&d, RULE_SYN_SENT_SIMULTANEOUS);
	out(&d, "S. 0:0(0) ack 1");
	/* The peer's SYN,ACK carries a sequence number that is old here: Table 6
	 * refuses it, and the ACK which answers it is what the peer waits for. */
	in(&d, "S. 0:0(0) ack 1 win 3000 <mss 1000>");
	out(&d, ". 1:1(0) ack 1");
	fired(&d, RULE_SYN_CROSSES);
	in(&d, ". 1:1(0) ack 1 win 3000");
	in_state(&d, ESTABLISHED);
}

static void rst_in_passive_syn_received_returns_to_listen(void **state)
{
	struct dialogue d = listening();

	(void)state;
	in(&d, "S 0:0(0) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	in(&d, "R 1:1(0) win 0");
	in_state(&d, LISTEN);
	fired(&d, RULE_RST_RETURNS_TO_LISTEN);
	in(&d, "S 0:0(0) win 3000 <mss 1000>");
	in_state(&d, SYN_RECEIVED);
	out(&d, "S. 0:0(0) ack 1");
}

static void what_the_application_chose_in_listen_outlives_a_handshake_that_failed(void **state)
{
	struct dialogue d = listening();

	(void)state;
	app_receive_buffer(&d, 3000);
	app_send_buffer(&d, 2000);
	app_nagle(&d, false);
	app_keepalive(&d, true);
	app_user_timeout(&d, 7000);
	in(&d, "S 0:0(0) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1 win 3000");
	in(&d, "R 1:1(0) win 0");
	in_state(&d, LISTEN);
	in(&d, "S 0:0(0) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1 win 3000");
	assert_int_equal(d.tcb.snd.buffer, 2000);
	assert_true(d.tcb.nagle_off);
	assert_true(d.tcb.keepalive.on);
	assert_int_equal(d.tcb.uto.user_timeout, nanos_from_ms(7000));
}

static void rst_in_active_syn_received_is_a_refusal(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S 0:0(0) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	in(&d, "R 1:1(0) win 0");
	in_state(&d, CLOSED);
	assert_int_equal(d.tcb.ending, ENDING_REFUSED);
}

static void active_close_goes_through_fin_wait_to_time_wait(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_close(&d);
	in_state(&d, FIN_WAIT_1);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, ". 1:1(0) ack 2 win 65535");
	in_state(&d, FIN_WAIT_2);
	in(&d, "F. 1:1(0) ack 2 win 65535");
	in_state(&d, TIME_WAIT);
	out(&d, ". 2:2(0) ack 2");
	pass_ms(&d, 239999);
	in_state(&d, TIME_WAIT);
	pass_ms(&d, 1);
	in_state(&d, CLOSED);
	fired(&d, RULE_TIME_WAIT_OVER);
	assert_int_equal(d.tcb.ending, ENDING_CLOSED);
}

static void passive_close_goes_through_close_wait_and_last_ack(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "F. 1:1(0) ack 1 win 65535");
	in_state(&d, CLOSE_WAIT);
	out(&d, ". 1:1(0) ack 2");
	assert_true(d.notices & NOTICE_CLOSING);
	app_close(&d);
	out(&d, "F. 1:1(0) ack 2");
	in_state(&d, LAST_ACK);
	in(&d, ". 2:2(0) ack 2 win 65535");
	in_state(&d, CLOSED);
	assert_int_equal(d.tcb.ending, ENDING_CLOSED);
}

static void simultaneous_close_goes_through_closing(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, "F. 1:1(0) ack 1 win 65535");
	in_state(&d, CLOSING);
	out(&d, ". 2:2(0) ack 2");
	in(&d, ". 2:2(0) ack 2 win 65535");
	in_state(&d, TIME_WAIT);
	fired(&d, RULE_FIN_ACKED_TIME_WAIT);
}

static void fin_that_acknowledges_ours_leads_straight_to_time_wait(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, "F. 1:1(0) ack 2 win 65535");
	in_state(&d, TIME_WAIT);
	out(&d, ". 2:2(0) ack 2");
}

static void close_in_syn_received_sends_fin_after_the_handshake(void **state)
{
	struct dialogue d = listening();

	(void)state;
	in(&d, "S 0:0(0) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	app_close(&d);
	in_state(&d, FIN_WAIT_1);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, ". 1:1(0) ack 2 win 3000");
	in_state(&d, FIN_WAIT_2);
}

static void repeated_fin_in_time_wait_is_acknowledged_and_restarts_the_wait(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, "F. 1:1(0) ack 2 win 65535");
	out(&d, ". 2:2(0) ack 2");
	pass_ms(&d, 200000);
	in(&d, "F. 1:1(0) ack 2 win 65535");
	out(&d, ". 2:2(0) ack 2");
	fired(&d, RULE_FIN_AGAIN);
	pass_ms(&d, 239999);
	in_state(&d, TIME_WAIT);
	pass_ms(&d, 1);
	in_state(&d, CLOSED);
}

static void half_closed_connection_still_receives(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, ". 1:1(0) ack 2 win 65535");
	in(&d, "P. 1:501(500) ack 2 win 65535");
	in(&d, "P. 501:1001(500) ack 2 win 65535");
	out(&d, ". 2:2(0) ack 1001");
	assert_int_equal(d.delivered, 1000);
	in_state(&d, FIN_WAIT_2);
}

static void abort_sends_rst_at_snd_nxt(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 100);
	out(&d, "P. 1:101(100) ack 1");
	app_abort(&d);
	in_state(&d, CLOSED);
	out(&d, "R 101:101(0)");
	silent(&d);
	fired(&d, RULE_ABORT_CALLED);
}

static void new_syn_in_time_wait_reopens(void **state)
{
	struct dialogue d = listening();

	(void)state;
	in(&d, "S 0:0(0) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	in(&d, ". 1:1(0) ack 1 win 3000");
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, "F. 1:1(0) ack 2 win 3000");
	out(&d, ". 2:2(0) ack 2");
	in_state(&d, TIME_WAIT);
	in(&d, "S 100000:100000(0) win 3000 <mss 1000>");
	in_state(&d, SYN_RECEIVED);
	fired(&d, RULE_SYN_REOPENS);
	/* Its ISN lies beyond all old numbers. */
	assert_true(seq_gt(d.tcb.snd.iss, seq_of(d.profile.isn + 2)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(active_open_sends_syn_and_is_established_by_syn_ack),
		cmocka_unit_test(passive_open_answers_syn_and_is_established_by_ack),
		cmocka_unit_test(close_in_listen_and_syn_sent_deletes_the_tcb),
		cmocka_unit_test(listen_becomes_active_by_open),
		cmocka_unit_test(simultaneous_open_ends_in_one_connection),
		cmocka_unit_test(rst_in_passive_syn_received_returns_to_listen),
		cmocka_unit_test(
			what_the_application_chose_in_listen_outlives_a_handshake_that_failed),
		cmocka_unit_test(rst_in_active_syn_received_is_a_refusal),
		cmocka_unit_test(active_close_goes_through_fin_wait_to_time_wait),
		cmocka_unit_test(passive_close_goes_through_close_wait_and_last_ack),
		cmocka_unit_test(simultaneous_close_goes_through_closing),
		cmocka_unit_test(fin_that_acknowledges_ours_leads_straight_to_time_wait),
		cmocka_unit_test(close_in_syn_received_sends_fin_after_the_handshake),
		cmocka_unit_test(repeated_fin_in_time_wait_is_acknowledged_and_restarts_the_wait),
		cmocka_unit_test(half_closed_connection_still_receives),
		cmocka_unit_test(abort_sends_rst_at_snd_nxt),
		cmocka_unit_test(new_syn_in_time_wait_reopens),
	};

	return DIALOGUE_RUN("states", tests);
}
