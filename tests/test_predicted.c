/* What is as foretold goes a shorter way (sim/tcp/predicted.c). That this comes to the same
 * is seen to by the twins; here is which segments do, and of each that does not what it
 * brings that the shorter way knows nothing of. */
#include "tests/ecn.h"

static void as_foretold(struct dialogue *d, const char *line)
{
	in(d, line);
	assert_true(d->predicted);
}

static void otherwise(struct dialogue *d, const char *line)
{
	in(d, line);
	assert_false(d->predicted);
}

/* ---- as foretold ---- */

static void text_that_is_next_is_foretold(void **state)
{
	struct dialogue d = established();

	(void)state;
	as_foretold(&d, ". 1:1001(1000) ack 1 win 65535");
	as_foretold(&d, "P. 1001:2001(1000) ack 1 win 60000");
	out(&d, ". 1:1(0) ack 2001");
	assert_int_equal(d.delivered, 2000);
	assert_int_equal(d.tcb.snd.wnd, 60000);
	fired(&d, RULE_TEXT_IN_ORDER);
	fired(&d, RULE_WINDOW_UPDATED);
}

static void an_ack_of_text_is_foretold(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 4000);
	out_full(&d, 1, 3);
	out(&d, "P. 3001:4001(1000) ack 1");
	pass_ms(&d, 70);
	as_foretold(&d, ". 1:1(0) ack 2001 win 65535");
	fired(&d, RULE_RTT_NEXT);
	fired(&d, RULE_SLOW_START);
	as_foretold(&d, ". 1:1(0) ack 4001 win 65535");
	fired(&d, RULE_RTO_STOPPED);
}

static void text_that_brings_an_ack_is_foretold(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 1000);
	out(&d, "P. 1:1001(1000) ack 1");
	as_foretold(&d, "P. 1:501(500) ack 1001 win 65535");
	assert_int_equal(d.delivered, 500);
	assert_int_equal(tcb_outstanding(&d.tcb), 0);
}

static void timestamps_that_go_on_are_foretold(void **state)
{
	struct dialogue d = established_with_timestamps();

	(void)state;
	as_foretold(&d, ". 1:11(10) ack 1 win 65535 <nop,nop,TS val 80 ecr 1000>");
	assert_int_equal(d.tcb.ts.recent, 80);
}

static void an_ack_in_a_recovery_is_foretold(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 4000);
	out_full(&d, 1, 3);
	out(&d, "P. 3001:4001(1000) ack 1");
	pass_ms(&d, 1000);
	out(&d, ". 1:1001(1000) ack 1");
	as_foretold(&d, ". 1:1(0) ack 4001 win 65535");
	assert_false(d.tcb.cc.loss_recovery);
}

/* ---- what it is otherwise ---- */

static void other_states_are_not(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	otherwise(&d, ". 1:1(0) ack 2 win 65535");
	in_state(&d, FIN_WAIT_2);
}

static void other_flags_are_not(void **state)
{
	struct dialogue d = established();

	(void)state;
	otherwise(&d, "U. 1:11(10) ack 1 win 65535 urg 10");
	assert_true(d.notices & NOTICE_URGENT);
	otherwise(&d, "P 11:21(10) win 65535");
	fired(&d, RULE_ACK_BIT_OFF);
	otherwise(&d, "F. 11:21(10) ack 1 win 65535");
	in_state(&d, CLOSE_WAIT);
	out(&d, ". 1:1(0) ack 22");
}

static void text_beyond_a_gap_is_not_nor_what_fills_it(void **state)
{
	struct dialogue d = established();

	(void)state;
	otherwise(&d, ". 1001:2001(1000) ack 1 win 65535");
	fired(&d, RULE_TEXT_OUT_OF_ORDER);
	out(&d, ". 1:1(0) ack 1");
	otherwise(&d, ". 1:501(500) ack 1 win 65535");
	fired(&d, RULE_TEXT_FILLS_GAP);
	out(&d, ". 1:1(0) ack 501");
}

/* What waits brought no window then, and the text that is next is as new as the last. */
static void text_before_what_came_with_an_old_ack_is_not(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 1000);
	out(&d, "P. 1:1001(1000) ack 1");
	as_foretold(&d, ". 1:1(0) ack 1001 win 65535");
	otherwise(&d, ". 1001:2001(1000) ack 1 win 65535");
	out(&d, ". 1001:1001(0) ack 1");
	otherwise(&d, ". 1:1001(1000) ack 1001 win 65535");
	fired(&d, RULE_TEXT_FILLS_GAP);
	out(&d, ". 1001:1001(0) ack 2001");
}

static void text_that_came_already_is_not(void **state)
{
	struct dialogue d = established();

	(void)state;
	as_foretold(&d, ". 1:1001(1000) ack 1 win 65535");
	otherwise(&d, ". 501:1501(1000) ack 1 win 65535");
	assert_int_equal(d.delivered, 1500);
	out_rest(&d);
}

static void text_before_a_fin_that_waits_is_not(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "F. 11:11(0) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
	otherwise(&d, ". 1:11(10) ack 1 win 65535");
	in_state(&d, CLOSE_WAIT);
	out(&d, ". 1:1(0) ack 12");
}

static void options_are_not(void **state)
{
	struct dialogue d = established_with_timestamps();

	(void)state;
	otherwise(&d, ". 1:11(10) ack 1 win 65535");
	fired(&d, RULE_TS_MISSING);
	otherwise(&d, ". 1:11(10) ack 1 win 65535 <nop,nop,TS val 69 ecr 1000>");
	fired(&d, RULE_PAWS);
	out(&d, ". 1:1(0) ack 1");
	assert_int_equal(d.delivered, 0);
}

static void sack_blocks_are_not(void **state)
{
	struct profile profile = {0};
	struct dialogue d;

	(void)state;
	profile_named("rfc", &profile);
	d = established_with(&profile);
	app_send(&d, 4000);
	out_full(&d, 1, 3);
	out(&d, "P. 3001:4001(1000) ack 1");
	in_sack(&d, 1001, 2001, 3001);
	assert_false(d.predicted);
	fired(&d, RULE_SACK_ARRIVES);
	assert_int_equal(d.tcb.flight.sacked, 1000);
}

static void an_ack_without_news_is_not(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 2000);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, "P. 1001:2001(1000) ack 1");
	otherwise(&d, ". 1:1(0) ack 1 win 65535");
	fired(&d, RULE_DUP_ACK);
	otherwise(&d, "P. 1:11(10) ack 1 win 65535"); /* with text it is no duplicate */
	otherwise(&d, ". 11:11(0) ack 2002 win 65535");
	fired(&d, RULE_ACK_OF_UNSENT);
	out(&d, ". 2001:2001(0) ack 11");
	as_foretold(&d, ". 11:11(0) ack 2001 win 65535");
	otherwise(&d, "P. 11:21(10) ack 1001 win 65535");
	fired(&d, RULE_ACK_OLD);
}

static void a_window_of_nothing_is_not(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 1000);
	out(&d, "P. 1:1001(1000) ack 1");
	otherwise(&d, ". 1:1(0) ack 1001 win 0");
	fired(&d, RULE_WINDOW_CLOSED);
}

static void a_window_of_an_older_segment_is_not(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 11:11(0) ack 1 win 5000"); /* overtook the text before it */
	assert_int_equal(d.tcb.snd.wnd, 5000);
	otherwise(&d, "P. 1:11(10) ack 1 win 65535");
	fired(&d, RULE_WINDOW_OLD);
	assert_int_equal(d.tcb.snd.wnd, 5000);
}

static void text_beyond_our_window_is_not(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_receive_buffer(&d, 2000);
	d.tcb.rcv.edge = seq_add(d.tcb.rcv.nxt, 500);
	d.tcb.rcv.wnd = 500;
	d.before = d.tcb;
	otherwise(&d, ". 1:1001(1000) ack 1 win 65535");
	fired(&d, RULE_TEXT_CUT);
	assert_int_equal(d.delivered, 500);
	out_rest(&d);
}

static void the_answer_to_a_probe_is_not(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 0");
	app_send(&d, 1000);
	pass_ms(&d, 1000);
	out(&d, ". 1:2(1) ack 1");
	otherwise(&d, ". 1:1(0) ack 2 win 65535");
	out(&d, "P. 2:1001(999) ack 1");
}

static void keep_alives_are_not(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_keepalive(&d, true);
	pass_ms(&d, 7200 * 1000);
	out(&d, ". 0:0(0) ack 1");
	otherwise(&d, "P. 1:11(10) ack 1 win 65535");
	fired(&d, RULE_KEEPALIVE_ANSWERED);
}

static void marks_are_not(void **state)
{
	struct dialogue d = dialogue_with_ecn(ECN_CLASSIC);

	(void)state;
	app_connect(&d);
	out(&d, "SEW 0:0(0)");
	in(&d, "S.E 0:0(0) ack 1 win 65535 <mss 1000>");
	out(&d, ". 1:1(0) ack 1");
	in_as(&d, CE, "P. 1:11(10) ack 1 win 65535");
	assert_false(d.predicted);
	assert_true(d.tcb.ecn.echo);
}

static void signed_segments_are_not(void **state)
{
	struct dialogue d = established();

	(void)state;
	d.tcb.signature = SIGNATURE_MD5;
	d.signing = (struct signing){.kind = SIGNATURE_MD5, .finding = SIGNATURE_LACKING};
	otherwise(&d, "P. 1:11(10) ack 1 win 65535");
	fired(&d, RULE_SIGNATURE_MISSING);
	assert_int_equal(d.delivered, 0);
}

static void what_came_by_a_source_route_is_not(void **state)
{
	struct dialogue d = established();

	(void)state;
	comes_by(&d, "192.0.2.1");
	otherwise(&d, "P. 1:11(10) ack 1 win 65535");
	fired(&d, RULE_ROUTE_NOT_ASKED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_that_is_next_is_foretold),
		cmocka_unit_test(an_ack_of_text_is_foretold),
		cmocka_unit_test(text_that_brings_an_ack_is_foretold),
		cmocka_unit_test(timestamps_that_go_on_are_foretold),
		cmocka_unit_test(an_ack_in_a_recovery_is_foretold),
		cmocka_unit_test(other_states_are_not),
		cmocka_unit_test(other_flags_are_not),
		cmocka_unit_test(text_beyond_a_gap_is_not_nor_what_fills_it),
		cmocka_unit_test(text_before_what_came_with_an_old_ack_is_not),
		cmocka_unit_test(text_that_came_already_is_not),
		cmocka_unit_test(text_before_a_fin_that_waits_is_not),
		cmocka_unit_test(options_are_not),
		cmocka_unit_test(sack_blocks_are_not),
		cmocka_unit_test(an_ack_without_news_is_not),
		cmocka_unit_test(a_window_of_nothing_is_not),
		cmocka_unit_test(a_window_of_an_older_segment_is_not),
		cmocka_unit_test(text_beyond_our_window_is_not),
		cmocka_unit_test(the_answer_to_a_probe_is_not),
		cmocka_unit_test(keep_alives_are_not),
		cmocka_unit_test(marks_are_not),
		cmocka_unit_test(signed_segments_are_not),
		cmocka_unit_test(what_came_by_a_source_route_is_not),
	};

	return DIALOGUE_RUN("predicted", tests);
}
