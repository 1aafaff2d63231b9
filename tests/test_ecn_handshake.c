/* Classic ECN, RFC 3168 §6.1.1: who asks for it, who agrees, and what paths do to SYNs that ask. */
#include "tests/ecn.h"

#include <stdio.h>
#include <string.h>

static void a_client_that_is_passive_does_not_ask(void **state)
{
	struct dialogue d = dialogue_with_ecn(ECN_CLASSIC);

	(void)state;
	d.profile.ecn_passive = true;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S.E 0:0(0) ack 1 win 65535"); /* nor does it agree to what it did not ask for */
	out(&d, ". 1:1(0) ack 1");
	assert_int_equal(d.tcb.ecn.mode, ECN_OFF);
	app_send(&d, 10);
	out_as(&d, NOT_ECT, "P. 1:11(10) ack 1");
}

/* "only the ECE flag set but the CWR flag not set". */
static void only_ece_alone_agrees(void **state)
{
	static const struct {
		const char *flags;
		enum ecn_mode mode;
	} rows[] = {{"S.", ECN_OFF}, {"S.W", ECN_OFF}, {"S.EW", ECN_OFF}, {"S.E", ECN_CLASSIC}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dialogue d = dialogue_with_ecn(ECN_CLASSIC);
		char line[60];

		app_connect(&d);
		out(&d, "SEW 0:0(0)");
		snprintf(line, sizeof line, "%s 0:0(0) ack 1 win 65535", rows[i].flags);
		in(&d, line);
		out(&d, ". 1:1(0) ack 1");
		assert_int_equal(d.tcb.ecn.mode, rows[i].mode);
		app_send(&d, 10);
		out_as(&d, rows[i].mode ? ECT0 : NOT_ECT, "P. 1:11(10) ack 1");
	}
}

static void a_server_agrees_only_where_it_was_asked(void **state)
{
	static const struct {
		const char *syn;
		const char *answer;
	} rows[] = {
		{"S 0:0(0) win 9000", "S. 0:0(0) ack 1"},
		{"SE 0:0(0) win 9000", "S. 0:0(0) ack 1"},
		{"SW 0:0(0) win 9000", "S. 0:0(0) ack 1"},
		{"SEW 0:0(0) win 9000", "S.E 0:0(0) ack 1"},
		{"SEWA 0:0(0) win 9000", "S.E 0:0(0) ack 1"}, /* RFC 9768 asks so, too */
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dialogue d = dialogue_with_ecn(ECN_CLASSIC);

		d.profile.ecn_passive = true;
		app_listen(&d);
		in(&d, rows[i].syn);
		out_as(&d, NOT_ECT, rows[i].answer);
		assert_int_equal(d.tcb.ecn.mode != ECN_OFF, strstr(rows[i].answer, "S.E") != NULL);
	}
}

static void a_host_without_ecn_does_not_answer_the_bits(void **state)
{
	struct dialogue d = dialogue_with_ecn(ECN_OFF);

	(void)state;
	app_listen(&d);
	in(&d, "SEW 0:0(0) win 9000");
	out(&d, "S. 0:0(0) ack 1");
	in_as(&d, CE, ". 1:11(10) ack 1 win 9000");
	pass_ms(&d, 200);
	out(&d, ". 1:1(0) ack 11");
}

/* §6.1.1.1: some paths lose such SYNs. */
static void the_third_syn_does_not_ask_and_then_nothing_is_sent_as_ect(void **state)
{
	struct dialogue d = dialogue_with_ecn(ECN_CLASSIC);

	(void)state;
	app_connect(&d);
	out(&d, "SEW 0:0(0)");
	pass_ms(&d, 1000);
	out(&d, "SEW 0:0(0)");
	not_fired(&d, RULE_ECN_NOT_ASKED_AGAIN);
	pass_ms(&d, 2000);
	out(&d, "S 0:0(0)");
	fired(&d, RULE_ECN_NOT_ASKED_AGAIN);
	/* The answer is to one of the first two: we echo marks, as agreed … */
	in(&d, "S.E 0:0(0) ack 1 win 65535");
	fired(&d, RULE_ECN_NOT_CAPABLE);
	out(&d, ". 1:1(0) ack 1");
	in_as(&d, CE, ". 1:1001(1000) ack 1 win 65535");
	pass_ms(&d, 200);
	out(&d, ".E 1:1(0) ack 1001");
	/* … but the peer may not. */
	app_send(&d, 10);
	out_as(&d, NOT_ECT, "P.E 1:11(10) ack 1001");
}

static void a_server_that_gets_a_second_syn_without_ecn_sends_no_ect(void **state)
{
	struct dialogue d = dialogue_with_ecn(ECN_CLASSIC);

	(void)state;
	app_listen(&d);
	in(&d, "SEW 0:0(0) win 9000");
	out(&d, "S.E 0:0(0) ack 1");
	in(&d, "S 0:0(0) win 9000");
	fired(&d, RULE_ECN_NOT_CAPABLE);
	out(&d, ". 1:1(0) ack 1");
	in(&d, ". 1:1(0) ack 1 win 9000");
	app_send(&d, 10);
	out_as(&d, NOT_ECT, "P. 1:11(10) ack 1");
}

static void both_ends_may_open_at_once(void **state)
{
	struct dialogue d = dialogue_with_ecn(ECN_CLASSIC);

	(void)state;
	app_connect(&d);
	out(&d, "SEW 0:0(0)");
	in(&d, "SEW 0:0(0) win 9000");
	out(&d, "S.E 0:0(0) ack 1");
	in(&d, ". 1:1(0) ack 1 win 9000");
	in_state(&d, ESTABLISHED);
	app_send(&d, 10);
	out_as(&d, ECT0, "P. 1:11(10) ack 1");
}

/* §6.1.1, of a SYN during TIME-WAIT: what was agreed on is forgotten. */
static void a_connection_anew_out_of_time_wait_agrees_anew(void **state)
{
	struct dialogue d = dialogue_with_ecn(ECN_CLASSIC);

	(void)state;
	app_listen(&d);
	in(&d, "SEW 0:0(0) win 9000");
	out(&d, "S.E 0:0(0) ack 1");
	in(&d, ". 1:1(0) ack 1 win 9000");
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, "F. 1:1(0) ack 2 win 9000");
	out(&d, ". 2:2(0) ack 2");
	in_state(&d, TIME_WAIT);
	in(&d, "S 100:100(0) win 9000");
	in_state(&d, SYN_RECEIVED);
	assert_int_equal(d.tcb.ecn.mode, ECN_OFF);
	assert_true(out_any(&d));
	assert_int_equal(d.last.flags, SYN | ACK);
}

/* RFC 5562. */
static void a_syn_ack_may_be_ect_the_first_time(void **state)
{
	struct dialogue d = dialogue_with_ecn(ECN_CLASSIC);

	(void)state;
	d.profile.ecn_control = ECN_CONTROL_SYN_ACK;
	app_listen(&d);
	in(&d, "SEW 0:0(0) win 65535 <mss 1000>");
	out_as(&d, ECT0, "S.E 0:0(0) ack 1");
	fired(&d, RULE_ECN_SYN_ACK_CAPABLE);
	pass_ms(&d, 1000);
	out_as(&d, NOT_ECT, "S.E 0:0(0) ack 1");
	in(&d, ". 1:1(0) ack 1 win 65535");
	app_send(&d, 10);
	out_as(&d, ECT0, "P. 1:11(10) ack 1");
	pass_ms(&d, 3000);
	out_as(&d, NOT_ECT, "P. 1:11(10) ack 1"); /* again */
	d = dialogue_with_ecn(ECN_CLASSIC);
	d.profile.ecn_control = ECN_CONTROL_SYN_ACK;
	app_listen(&d);
	in(&d, "S 0:0(0) win 65535 <mss 1000>"); /* does not ask */
	out_as(&d, NOT_ECT, "S. 0:0(0) ack 1");
	not_fired(&d, RULE_ECN_SYN_ACK_CAPABLE);
}

/* RFC 8311 §4.3 allows the experiment. */
static void everything_may_be_ect_from_the_syn_on(void **state)
{
	struct dialogue d = dialogue_with_ecn(ECN_CLASSIC);

	(void)state;
	d.profile.ecn_control = ECN_CONTROL_ALL;
	app_connect(&d);
	out_as(&d, ECT0, "SEW 0:0(0)");
	fired(&d, RULE_ECN_SYN_CAPABLE);
	in_as(&d, ECT0, "S.E 0:0(0) ack 1 win 65535 <mss 1000>");
	out_as(&d, ECT0, ". 1:1(0) ack 1");
	app_send(&d, 10);
	out_as(&d, ECT0, "P. 1:11(10) ack 1");
	pass_ms(&d, 1000);
	out_as(&d, ECT0, "P. 1:11(10) ack 1"); /* again */
	in(&d, ". 1:1(0) ack 11 win 65535");
	app_close(&d);
	out_as(&d, ECT0, "F. 11:11(0) ack 1");
}

static void nothing_is_ect_where_the_peer_does_not_agree(void **state)
{
	struct dialogue d = dialogue_with_ecn(ECN_CLASSIC);

	(void)state;
	d.profile.ecn_control = ECN_CONTROL_ALL;
	app_connect(&d);
	out_as(&d, ECT0, "SEW 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
	out_as(&d, NOT_ECT, ". 1:1(0) ack 1");
	app_send(&d, 10);
	out_as(&d, NOT_ECT, "P. 1:11(10) ack 1");
	d = dialogue_with_ecn(ECN_CLASSIC);
	d.profile.ecn_passive = true;
	d.profile.ecn_control = ECN_CONTROL_ALL;
	app_connect(&d);
	out_as(&d, NOT_ECT, "S 0:0(0)"); /* it does not ask */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_that_is_passive_does_not_ask),
		cmocka_unit_test(only_ece_alone_agrees),
		cmocka_unit_test(a_server_agrees_only_where_it_was_asked),
		cmocka_unit_test(a_host_without_ecn_does_not_answer_the_bits),
		cmocka_unit_test(the_third_syn_does_not_ask_and_then_nothing_is_sent_as_ect),
		cmocka_unit_test(a_server_that_gets_a_second_syn_without_ecn_sends_no_ect),
		cmocka_unit_test(both_ends_may_open_at_once),
		cmocka_unit_test(a_connection_anew_out_of_time_wait_agrees_anew),
		cmocka_unit_test(a_syn_ack_may_be_ect_the_first_time),
		cmocka_unit_test(everything_may_be_ect_from_the_syn_on),
		cmocka_unit_test(nothing_is_ect_where_the_peer_does_not_agree),
	};

	return DIALOGUE_RUN("ecn handshake", tests);
}
