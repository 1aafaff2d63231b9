/* Closing for good: what is not read is lost, and the peer is told.
 * RFC 9293 §3.6.1 (MAY-1, SHLD-3), RFC 2525 §2.17. */
#include "tests/dialogue.h"

static struct dialogue half_duplex(void)
{
	struct profile profile;

	assert_true(profile_named("plain", &profile));
	profile.mss = 1000;
	profile.half_duplex_close = true;
	profile.fin_wait_2 = nanos_from_s(60);
	return established_with(&profile);
}

static void close_does_not_end_reading_unless_the_profile_says_so(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "P. 1:11(10) ack 1 win 65535");
	app_close(&d);
	out(&d, "F. 1:1(0) ack 11");
	in(&d, "P. 11:21(10) ack 2 win 65535");
	app_receive(&d, 20);
	not_fired(&d, RULE_CLOSE_UNREAD);
	not_fired(&d, RULE_TEXT_AFTER_CLOSE);
	in_state(&d, FIN_WAIT_2);
}

/* shutdown() and then close(), as many systems have it. */
static void who_has_closed_may_stop_reading_later(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, ". 1:1(0) ack 2 win 65535");
	in_state(&d, FIN_WAIT_2);
	app_close_both(&d);
	fired(&d, RULE_CLOSE_READS_NO_MORE);
	app_refused(&d, CALL_CLOSING, tcp_close_both);
	in(&d, "P. 1:11(10) ack 2 win 65535");
	out(&d, "R 2:2(0)");
	fired(&d, RULE_TEXT_AFTER_CLOSE);
}

static void an_rst_acknowledges_where_the_system_does_so(void **state)
{
	struct dialogue d;
	struct profile profile;

	(void)state;
	assert_true(profile_named("plain", &profile));
	profile.rst_acks = true;
	d = established_with(&profile);
	in(&d, "P. 1:11(10) ack 1 win 65535");
	app_close_both(&d);
	out(&d, "R. 1:1(0) ack 11");
	d = established_with(&profile);
	app_abort(&d);
	out(&d, "R. 1:1(0) ack 1");
}

static void an_rst_tells_the_window_where_the_system_does_so(void **state)
{
	struct dialogue d;
	struct profile profile;

	(void)state;
	assert_true(profile_named("plain", &profile));
	d = established_with(&profile);
	app_abort(&d);
	out(&d, "R 1:1(0) win 0");
	not_fired(&d, RULE_RST_TELLS_WINDOW);
	profile.rst_acks = profile.rst_window = true;
	profile.receive_buffer = 4000;
	d = established_with(&profile);
	in(&d, "P. 1:11(10) ack 1 win 65535");
	app_abort(&d);
	out(&d, "R. 1:1(0) ack 11 win 3990");
	fired(&d, RULE_RST_TELLS_WINDOW);
	d = established_with(&profile);
	in(&d, "P. 1:11(10) ack 1 win 65535");
	app_close_both(&d);
	out(&d, "R. 1:1(0) ack 11 win 3990");
	fired(&d, RULE_RST_TELLS_WINDOW);
}

static void who_stops_reading_loses_what_came(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, "P. 1:11(10) ack 2 win 65535");
	app_close_both(&d);
	out(&d, "R 2:2(0)");
	in_state(&d, CLOSED);
}

static void a_close_of_both_directions_needs_no_profile(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_close_both(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, "P. 1:11(10) ack 2 win 65535");
	out(&d, "R 2:2(0)");
}

static void close_with_unread_text_sends_rst(void **state)
{
	struct dialogue d = half_duplex();

	(void)state;
	in(&d, "P. 1:11(10) ack 1 win 65535");
	app_receive(&d, 9);
	app_close(&d);
	out(&d, "R 1:1(0)");
	silent(&d);
	fired(&d, RULE_CLOSE_UNREAD);
	in_state(&d, CLOSED);
	assert_int_equal(d.tcb.ending, ENDING_ABORTED);
}

static void the_peers_fin_makes_no_difference(void **state)
{
	struct dialogue d = half_duplex();

	(void)state;
	in(&d, "FP. 1:11(10) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 12");
	in_state(&d, CLOSE_WAIT);
	app_close(&d);
	out(&d, "R 1:1(0)");
	in_state(&d, CLOSED);
}

static void rst_names_what_was_sent_before(void **state)
{
	struct dialogue d = half_duplex();

	(void)state;
	app_send(&d, 500);
	out(&d, "P. 1:501(500) ack 1");
	in(&d, "P. 1:11(10) ack 1 win 65535");
	app_close(&d);
	out(&d, "R 501:501(0)"); /* at SND.NXT, where the peer believes it */
}

static void close_after_reading_all_sends_fin(void **state)
{
	struct dialogue d = half_duplex();

	(void)state;
	in(&d, "P. 1:11(10) ack 1 win 65535");
	app_receive(&d, 10);
	app_close(&d);
	out(&d, "F. 1:1(0) ack 11");
	in_state(&d, FIN_WAIT_1);
	in(&d, "F. 11:11(0) ack 2 win 65535");
	out(&d, ". 2:2(0) ack 12");
	in_state(&d, TIME_WAIT);
}

static enum call_answer receive_ten(struct tcp *t)
{
	uint32_t taken;

	return tcp_receive(t, 10, &taken);
}

static void text_after_close_is_answered_with_rst(void **state)
{
	struct dialogue d = half_duplex();

	(void)state;
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	app_refused(&d, CALL_CLOSING, receive_ten);
	in(&d, ". 1:1(0) ack 2 win 65535");
	in_state(&d, FIN_WAIT_2);
	in(&d, "P. 1:11(10) ack 2 win 65535");
	out(&d, "R 2:2(0)");
	fired(&d, RULE_TEXT_AFTER_CLOSE);
	in_state(&d, CLOSED);
	assert_int_equal(d.delivered, 0);
	assert_false(d.notices & NOTICE_TEXT);
}

static void text_with_the_ack_of_our_fin_counts_as_text_after_close(void **state)
{
	struct dialogue d = half_duplex();

	(void)state;
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, "FP. 1:11(10) ack 2 win 65535");
	out(&d, "R 2:2(0)");
	in_state(&d, CLOSED);
}

static void text_that_was_read_before_is_only_acknowledged(void **state)
{
	struct dialogue d = half_duplex();

	(void)state;
	in(&d, "P. 1:11(10) ack 1 win 65535");
	app_receive(&d, 10);
	app_close(&d);
	out(&d, "F. 1:1(0) ack 11");
	in(&d, "P. 1:11(10) ack 1 win 65535"); /* once more: our ACK was lost */
	out(&d, ". 2:2(0) ack 11");
	in_state(&d, FIN_WAIT_1);
}

static void text_of_a_syn_is_lost_too(void **state)
{
	struct dialogue d = listening();

	(void)state;
	d.profile.half_duplex_close = true;
	in(&d, "S 0:10(10) win 65535 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, ". 11:11(0) ack 2 win 65535");
	out(&d, "R 2:2(0)");
	in_state(&d, CLOSED);
}

static void fin_wait_2_ends_where_nobody_waits(void **state)
{
	struct dialogue d = half_duplex();

	(void)state;
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, ". 1:1(0) ack 2 win 65535");
	pass_ms(&d, 59999);
	in_state(&d, FIN_WAIT_2);
	pass_ms(&d, 1);
	silent(&d);
	fired(&d, RULE_FIN_WAIT_2_OVER);
	in_state(&d, CLOSED);
	assert_int_equal(d.tcb.ending, ENDING_TIMED_OUT);
}

static void fin_wait_2_lasts_where_somebody_reads(void **state)
{
	struct dialogue d = established();

	(void)state;
	d.profile.fin_wait_2 = nanos_from_s(60);
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, ". 1:1(0) ack 2 win 65535");
	pass_ms(&d, 3600000);
	in_state(&d, FIN_WAIT_2);
}

static void fin_in_time_stops_the_limit(void **state)
{
	struct dialogue d = half_duplex();

	(void)state;
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, ". 1:1(0) ack 2 win 65535");
	pass_ms(&d, 59000);
	in(&d, "F. 1:1(0) ack 2 win 65535");
	out(&d, ". 2:2(0) ack 2");
	in_state(&d, TIME_WAIT);
	pass_ms(&d, 2000);
	in_state(&d, TIME_WAIT);
}

/* Its FIN is not acknowledged, and no application is there to give up. */
static void orphans_are_given_up_sooner(void **state)
{
	struct dialogue d = half_duplex();
	struct dialogue other = half_duplex();

	(void)state;
	d.profile.orphan_r2 = nanos_from_s(7);
	app_send(&other, 10);
	out(&other, "P. 1:11(10) ack 1");
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	for (int wait = 1; wait <= 2; wait *= 2) {
		pass_ms(&d, 1000 * wait);
		out(&d, "F. 1:1(0) ack 1");
		pass_ms(&other, 1000 * wait);
		out(&other, "P. 1:11(10) ack 1");
	}
	pass_ms(&d, 4000);
	fired(&d, RULE_R2_REACHED);
	in_state(&d, CLOSED);
	other.profile.orphan_r2 = nanos_from_s(7); /* nothing to one that is still read */
	pass_ms(&other, 4000);
	out(&other, "P. 1:11(10) ack 1");
	in_state(&other, ESTABLISHED);
}

static void time_wait_has_a_length_of_its_own(void **state)
{
	struct dialogue d = established();

	(void)state;
	d.profile.time_wait = nanos_from_s(60);
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, "F. 1:1(0) ack 2 win 65535");
	out(&d, ". 2:2(0) ack 2");
	pass_ms(&d, 59999);
	in_state(&d, TIME_WAIT);
	pass_ms(&d, 1);
	in_state(&d, CLOSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(close_does_not_end_reading_unless_the_profile_says_so),
		cmocka_unit_test(close_with_unread_text_sends_rst),
		cmocka_unit_test(the_peers_fin_makes_no_difference),
		cmocka_unit_test(rst_names_what_was_sent_before),
		cmocka_unit_test(close_after_reading_all_sends_fin),
		cmocka_unit_test(text_after_close_is_answered_with_rst),
		cmocka_unit_test(text_with_the_ack_of_our_fin_counts_as_text_after_close),
		cmocka_unit_test(text_that_was_read_before_is_only_acknowledged),
		cmocka_unit_test(text_of_a_syn_is_lost_too),
		cmocka_unit_test(who_has_closed_may_stop_reading_later),
		cmocka_unit_test(an_rst_acknowledges_where_the_system_does_so),
		cmocka_unit_test(an_rst_tells_the_window_where_the_system_does_so),
		cmocka_unit_test(who_stops_reading_loses_what_came),
		cmocka_unit_test(a_close_of_both_directions_needs_no_profile),
		cmocka_unit_test(fin_wait_2_ends_where_nobody_waits),
		cmocka_unit_test(fin_wait_2_lasts_where_somebody_reads),
		cmocka_unit_test(fin_in_time_stops_the_limit),
		cmocka_unit_test(orphans_are_given_up_sooner),
		cmocka_unit_test(time_wait_has_a_length_of_its_own),
	};

	return DIALOGUE_RUN("unread", tests);
}
