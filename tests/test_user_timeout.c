/* The user timeout, and telling the peer. RFC 9293 §3.9.1.1, §3.10.8; RFC 5482. */
#include "tests/dialogue.h"

static struct dialogue telling(void)
{
	struct profile profile;
	struct dialogue d;

	assert_true(profile_named("plain", &profile));
	profile.mss = 1000;
	profile.uto = true;
	d = dialogue_new();
	profile.isn_fixed = true;
	profile.isn = d.profile.isn;
	d.profile = profile;
	return d;
}

/* Both ends tell the five minutes that they have from their profiles. */
static struct dialogue told(void)
{
	struct dialogue d = telling();

	app_connect(&d);
	out(&d, "S 0:0(0) <mss 1000,uto 300s>");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,uto 300s>");
	out(&d, ". 1:1(0) ack 1 <uto 300s>");
	return d;
}

static int64_t seconds(nanos length)
{
	return length / nanos_from_s(1);
}

static void application_sets_it_for_one_connection(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_user_timeout(&d, 700);
	fired(&d, RULE_USER_TIMEOUT_SET);
	silent(&d); /* without the option the peer is not told */
	app_send(&d, 10);
	out(&d, "P. 1:11(10) ack 1");
	pass_ms(&d, 699);
	in_state(&d, ESTABLISHED);
	pass_ms(&d, 1);
	fired(&d, RULE_USER_TIMEOUT);
	in_state(&d, CLOSED);
	assert_int_equal(d.tcb.ending, ENDING_TIMED_OUT);
}

static void new_length_counts_for_what_is_under_way(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 10);
	out(&d, "P. 1:11(10) ack 1");
	pass_ms(&d, 500);
	app_user_timeout(&d, 800);
	pass_ms(&d, 299);
	in_state(&d, ESTABLISHED);
	pass_ms(&d, 1);
	in_state(&d, CLOSED);
}

static void a_length_that_is_over_already_ends_it_at_once(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 10);
	out(&d, "P. 1:11(10) ack 1");
	pass_ms(&d, 500);
	app_user_timeout(&d, 100);
	pass_ms(&d, 0);
	in_state(&d, CLOSED);
}

static void none_leaves_r2_alone(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 10);
	out(&d, "P. 1:11(10) ack 1");
	app_user_timeout(&d, 0);
	assert_int_equal(d.tcb.timers[TIMER_USER_TIMEOUT], NANOS_NEVER);
}

static void option_goes_on_the_syn_and_on_the_segment_after_it(void **state)
{
	struct dialogue d = told();

	(void)state;
	app_send(&d, 10);
	out(&d, "P. 1:11(10) ack 1");
	assert_int_equal(d.last.options.len, 0); /* and then no more */
	fired(&d, RULE_UTO_TOLD);
}

static void listener_tells_it_too(void **state)
{
	struct dialogue d = telling();

	(void)state;
	app_listen(&d);
	in(&d, "S 0:0(0) win 65535 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1 <mss 1000,uto 300s>");
	in(&d, ". 1:1(0) ack 1 win 65535");
	app_send(&d, 1000);
	out(&d, "P. 1:1001(1000) ack 1"); /* no room in a full segment */
	assert_int_equal(d.last.options.len, 0);
	in(&d, "P. 1:2(1) ack 1001 win 65535");
	pass_ms(&d, 200);
	out(&d, ". 1001:1001(0) ack 2 <uto 300s>");
}

static void off_nothing_is_told_or_taken(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	app_connect(&d);
	out(&d, "S 0:0(0) <mss 1000>");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,uto 600s>");
	out(&d, ". 1:1(0) ack 1");
	in(&d, ". 1:1(0) ack 1 win 65535 <uto 20m>");
	assert_int_equal(seconds(d.tcb.uto.user_timeout), 300);
	not_fired(&d, RULE_UTO_TAKEN);
}

static void the_larger_of_both_counts(void **state)
{
	struct dialogue d = told();

	(void)state;
	assert_int_equal(seconds(d.tcb.uto.user_timeout), 300);
	in(&d, ". 1:1(0) ack 1 win 65535 <uto 20m>");
	fired(&d, RULE_UTO_TAKEN);
	assert_int_equal(seconds(d.tcb.uto.user_timeout), 1200);
	in(&d, ". 1:1(0) ack 1 win 65535 <uto 10s>");
	assert_int_equal(seconds(d.tcb.uto.user_timeout), 300); /* ADV_UTO */
}

static void limits_bind_the_peer(void **state)
{
	struct dialogue d = telling();

	(void)state;
	d.profile.user_timeout = nanos_from_s(5);
	app_connect(&d);
	out(&d, "S 0:0(0) <mss 1000,uto 5s>");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,uto 1s>");
	out(&d, ". 1:1(0) ack 1 <uto 5s>");
	assert_int_equal(seconds(d.tcb.uto.user_timeout), 100); /* L_LIMIT */
	in(&d, ". 1:1(0) ack 1 win 65535 <uto 30000m>");
	assert_int_equal(seconds(d.tcb.uto.user_timeout), 3600); /* U_LIMIT */
}

static void taken_length_is_the_one_that_ends_it(void **state)
{
	struct dialogue d = telling();

	(void)state;
	d.profile.user_timeout = nanos_from_s(5);
	d.profile.uto_lower = nanos_from_ms(1);
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,uto 6s>");
	out(&d, ". 1:1(0) ack 1");
	app_send(&d, 10);
	out(&d, "P. 1:11(10) ack 1");
	pass_ms(&d, 1000);
	out(&d, "P. 1:11(10) ack 1");
	pass_ms(&d, 2000);
	out(&d, "P. 1:11(10) ack 1");
	pass_ms(&d, 2999);
	in_state(&d, ESTABLISHED);
	pass_ms(&d, 1);
	fired(&d, RULE_USER_TIMEOUT);
}

static void what_the_application_set_is_not_changed_by_the_peer(void **state)
{
	struct dialogue d = told();

	(void)state;
	app_user_timeout(&d, 90000);
	out(&d, ". 1:1(0) ack 1 <uto 90s>"); /* a change is told at once */
	in(&d, ". 1:1(0) ack 1 win 65535 <uto 20m>");
	fired(&d, RULE_UTO_NOT_TAKEN);
	assert_int_equal(seconds(d.tcb.uto.user_timeout), 90);
}

static void set_before_the_handshake_it_goes_with_the_syn(void **state)
{
	struct dialogue d = telling();

	(void)state;
	app_listen(&d);
	app_user_timeout(&d, 45000);
	silent(&d);
	in(&d, "S 0:0(0) win 65535 <mss 1000,uto 200s>");
	out(&d, "S. 0:0(0) ack 1 <mss 1000,uto 45s>");
	assert_int_equal(seconds(d.tcb.uto.user_timeout), 45);
}

static void long_ones_are_told_in_minutes_rounded_up(void **state)
{
	struct dialogue d = told();

	(void)state;
	app_user_timeout(&d, 32767000);
	out(&d, ". 1:1(0) ack 1 <uto 32767s>");
	app_user_timeout(&d, 32768000);
	out(&d, ". 1:1(0) ack 1 <uto 547m>");
	app_user_timeout(&d, 1);
	out(&d, ". 1:1(0) ack 1 <uto 1s>");
}

static void zero_is_reserved(void **state)
{
	struct dialogue d = told();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 65535 <uto 0s>");
	fired(&d, RULE_UTO_RESERVED);
	in(&d, ". 1:1(0) ack 1 win 65535 <uto 0m>");
	assert_int_equal(seconds(d.tcb.uto.user_timeout), 300);
	app_user_timeout(&d, 0);
	silent(&d); /* nor is it ever sent */
}

static enum call_answer set_a_minute(struct tcp *t)
{
	return tcp_set_user_timeout(t, nanos_from_s(60));
}

static void there_must_be_a_connection(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	app_refused(&d, CALL_NO_CONNECTION, set_a_minute);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(application_sets_it_for_one_connection),
		cmocka_unit_test(new_length_counts_for_what_is_under_way),
		cmocka_unit_test(a_length_that_is_over_already_ends_it_at_once),
		cmocka_unit_test(none_leaves_r2_alone),
		cmocka_unit_test(option_goes_on_the_syn_and_on_the_segment_after_it),
		cmocka_unit_test(listener_tells_it_too),
		cmocka_unit_test(off_nothing_is_told_or_taken),
		cmocka_unit_test(the_larger_of_both_counts),
		cmocka_unit_test(limits_bind_the_peer),
		cmocka_unit_test(taken_length_is_the_one_that_ends_it),
		cmocka_unit_test(what_the_application_set_is_not_changed_by_the_peer),
		cmocka_unit_test(set_before_the_handshake_it_goes_with_the_syn),
		cmocka_unit_test(long_ones_are_told_in_minutes_rounded_up),
		cmocka_unit_test(zero_is_reserved),
		cmocka_unit_test(there_must_be_a_connection),
	};

	return DIALOGUE_RUN("user timeout", tests);
}
