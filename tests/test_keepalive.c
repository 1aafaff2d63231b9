/* Keep-alives. RFC 9293 §3.8.4. */
#include "tests/dialogue.h"

#include <string.h>

enum { TWO_HOURS_MS = 7200000, INTERVAL_MS = 75000, LONG_MS = 86400000 };

static void profile_with(struct profile *profile)
{
	assert_true(profile_named("plain", profile));
	profile->mss = 1000;
	profile->keepalive = true;
}

static struct dialogue asking(void)
{
	struct profile profile;

	profile_with(&profile);
	return established_with(&profile);
}

static void off_unless_asked_for(void **state)
{
	static const char *const names[] = {"rfc", "plain", "linux", "rfc793"};
	struct dialogue d = established();

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct profile profile;

		assert_true(profile_named(names[i], &profile));
		assert_false(profile.keepalive);                           /* MUST-25 */
		assert_true(profile.keepalive_idle >= nanos_from_s(7200)); /* MUST-28 */
		assert_true(profile.keepalive_count >= 2);
	}
	pass_ms(&d, LONG_MS);
	silent(&d);
	in_state(&d, ESTABLISHED);
}

static void probe_has_the_number_before_snd_nxt_and_no_text(void **state)
{
	struct dialogue d = asking();

	(void)state;
	pass_ms(&d, TWO_HOURS_MS - 1);
	silent(&d);
	pass_ms(&d, 1);
	out(&d, ". 0:0(0) ack 1"); /* SHLD-12 */
	fired(&d, RULE_KEEPALIVE_SENT);
	assert_int_equal(d.tcb.rtt.timing, 0);
	assert_int_equal(d.tcb.timers[TIMER_RETRANSMISSION], NANOS_NEVER);
}

static void probe_after_text_repeats_the_last_number(void **state)
{
	struct dialogue d = asking();

	(void)state;
	app_send(&d, 300);
	out(&d, "P. 1:301(300) ack 1");
	in(&d, ". 1:1(0) ack 301 win 65535");
	pass_ms(&d, TWO_HOURS_MS);
	out(&d, ". 300:300(0) ack 1");
}

static void probe_can_carry_an_octet_of_garbage(void **state)
{
	struct profile profile;
	struct dialogue d;

	(void)state;
	profile_with(&profile);
	profile.keepalive_garbage = true;
	d = established_with(&profile);
	pass_ms(&d, TWO_HOURS_MS);
	out(&d, "P. 0:1(1) ack 1"); /* MAY-6 */
	silent(&d);
	in(&d, ". 1:1(0) ack 1 win 65535");
	fired(&d, RULE_KEEPALIVE_ANSWERED);
	assert_true(seq_eq(d.tcb.snd.nxt, seq_add(d.tcb.snd.iss, 1)));
	pass_ms(&d, TWO_HOURS_MS);
	out(&d, "P. 0:1(1) ack 1");
}

/* The CLOSE leads to FIN-WAIT-1, and the peer's ACK of our SYN finds us there. */
static void runs_after_a_close_before_the_handshake_was_over(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile.keepalive = true;
	app_listen(&d);
	in(&d, "S 0:0(0) win 65535");
	out(&d, "S. 0:0(0) ack 1");
	app_close(&d);
	assert_int_equal(d.tcb.timers[TIMER_KEEPALIVE], NANOS_NEVER);
	out_any(&d);
	in(&d, ". 1:1(0) ack 1 win 65535");
	out_any(&d);
	assert_int_equal(d.tcb.timers[TIMER_KEEPALIVE], d.now + d.profile.keepalive_idle);
}

static void an_answer_begins_the_silence_anew(void **state)
{
	struct dialogue d = asking();

	(void)state;
	for (int i = 0; i < 30; i++) {
		pass_ms(&d, TWO_HOURS_MS);
		out(&d, ". 0:0(0) ack 1");
		in(&d, ". 1:1(0) ack 1 win 65535");
		silent(&d);
		assert_int_equal(d.tcb.keepalive.unanswered, 0);
	}
	in_state(&d, ESTABLISHED);
}

static void any_segment_is_a_sign_of_life(void **state)
{
	struct dialogue d = asking();

	(void)state;
	pass_ms(&d, TWO_HOURS_MS - 1000);
	in(&d, "P. 1:11(10) ack 1 win 65535");
	pass_ms(&d, 200);
	out(&d, ". 1:1(0) ack 11");
	pass_ms(&d, TWO_HOURS_MS - 201);
	silent(&d);
	pass_ms(&d, 1);
	out(&d, ". 0:0(0) ack 11");
}

static void a_missing_answer_or_two_mean_nothing(void **state)
{
	struct dialogue d = asking();

	(void)state;
	pass_ms(&d, TWO_HOURS_MS);
	out(&d, ". 0:0(0) ack 1");
	for (unsigned i = 1; i < d.profile.keepalive_count; i++) {
		pass_ms(&d, INTERVAL_MS);
		out(&d, ". 0:0(0) ack 1");
		in_state(&d, ESTABLISHED); /* MUST-29 */
	}
	pass_ms(&d, INTERVAL_MS - 1);
	in(&d, ". 1:1(0) ack 1 win 65535");
	fired(&d, RULE_KEEPALIVE_ANSWERED);
	pass_ms(&d, TWO_HOURS_MS - 1);
	silent(&d);
	not_fired(&d, RULE_KEEPALIVE_GIVES_UP);
}

static void many_missing_answers_end_the_connection(void **state)
{
	struct dialogue d = asking();

	(void)state;
	pass_ms(&d, TWO_HOURS_MS);
	for (unsigned i = 0; i < d.profile.keepalive_count; i++) {
		out(&d, ". 0:0(0) ack 1");
		pass_ms(&d, INTERVAL_MS);
	}
	fired(&d, RULE_KEEPALIVE_GIVES_UP);
	in_state(&d, CLOSED);
	assert_int_equal(d.tcb.ending, ENDING_TIMED_OUT);
	assert_true(d.notices & NOTICE_ENDED);
}

static void one_missing_answer_can_never_be_enough(void **state)
{
	unsigned count;
	const struct profile_field *fields = profile_fields(&count);

	(void)state;
	for (unsigned i = 0; i < count; i++) {
		if (strcmp(fields[i].name, "keepalive_count") == 0) {
			assert_true(fields[i].min >= 2); /* MUST-29 */
			return;
		}
	}
	fail();
}

static void restarted_peer_answers_with_rst(void **state)
{
	struct dialogue d = asking();

	(void)state;
	pass_ms(&d, TWO_HOURS_MS);
	out(&d, ". 0:0(0) ack 1");
	in(&d, "R 1:1(0) win 0");
	in_state(&d, CLOSED);
	assert_int_equal(d.tcb.ending, ENDING_RESET);
}

static void outstanding_text_is_not_asked_about(void **state)
{
	struct profile profile;
	struct dialogue d;

	(void)state;
	profile_with(&profile);
	profile.keepalive_idle = nanos_from_ms(900);
	d = established_with(&profile);
	app_send(&d, 10);
	out(&d, "P. 1:11(10) ack 1");
	pass_ms(&d, 999);
	silent(&d); /* MUST-26 */
	fired(&d, RULE_KEEPALIVE_NOT_IDLE);
	pass_ms(&d, 1);
	out(&d, "P. 1:11(10) ack 1");
	not_fired(&d, RULE_KEEPALIVE_SENT);
}

static void text_behind_a_closed_window_is_probed_by_the_persist_timer_alone(void **state)
{
	struct profile profile;
	struct dialogue d;

	(void)state;
	profile_with(&profile);
	profile.keepalive_idle = nanos_from_ms(900);
	d = established_with(&profile);
	in(&d, ". 1:1(0) ack 1 win 0");
	app_send(&d, 10);
	pass_ms(&d, 1000);
	out(&d, ". 1:2(1) ack 1");
	not_fired(&d, RULE_KEEPALIVE_SENT);
}

static void application_turns_them_on_and_off(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_keepalive(&d, true); /* MUST-24 */
	fired(&d, RULE_KEEPALIVE_ON);
	pass_ms(&d, TWO_HOURS_MS);
	out(&d, ". 0:0(0) ack 1");
	app_keepalive(&d, false);
	fired(&d, RULE_KEEPALIVE_OFF);
	pass_ms(&d, LONG_MS);
	silent(&d);
	in_state(&d, ESTABLISHED);
}

static void switch_waits_for_the_handshake(void **state)
{
	struct dialogue d = listening();

	(void)state;
	app_keepalive(&d, true);
	in(&d, "S 0:0(0) win 65535 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	assert_int_equal(d.tcb.timers[TIMER_KEEPALIVE], NANOS_NEVER);
	in(&d, ". 1:1(0) ack 1 win 65535");
	pass_ms(&d, TWO_HOURS_MS);
	out(&d, ". 0:0(0) ack 1");
}

static void half_closed_connections_are_asked_too(void **state)
{
	struct dialogue d = asking();

	(void)state;
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, ". 1:1(0) ack 2 win 65535");
	in_state(&d, FIN_WAIT_2);
	pass_ms(&d, TWO_HOURS_MS);
	out(&d, ". 1:1(0) ack 1"); /* the FIN's number */
	in(&d, "F. 1:1(0) ack 2 win 65535");
	out(&d, ". 2:2(0) ack 2");
	in_state(&d, TIME_WAIT);
	assert_int_equal(d.tcb.timers[TIMER_KEEPALIVE], NANOS_NEVER);
}

static enum call_answer turn_on(struct tcp *t)
{
	return tcp_set_keepalive(t, true);
}

static void there_must_be_a_connection(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	app_refused(&d, CALL_NO_CONNECTION, turn_on);
	d = established();
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, "F. 1:1(0) ack 2 win 65535");
	out(&d, ". 2:2(0) ack 2");
	app_refused(&d, CALL_CLOSING, turn_on);
}

/* The peer drops what lies outside its window, and with it the ACK there. */
static void ack_on_a_keepalive_does_not_count(void **state)
{
	struct profile profile;
	struct dialogue d;

	(void)state;
	profile_with(&profile);
	profile.keepalive_idle = nanos_from_ms(50);
	d = established_with(&profile);
	in(&d, ". 1:11(10) ack 1 win 65535");
	pass_ms(&d, 50);
	out(&d, ". 0:0(0) ack 11");
	pass_ms(&d, 150);
	out(&d, ". 1:1(0) ack 11");
	assert_int_equal(d.last_rule, RULE_DELAYED_ACK_FIRED);
}

static void what_the_peer_says_by_itself_answers_nothing(void **state)
{
	struct dialogue d = asking();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 65535");
	not_fired(&d, RULE_KEEPALIVE_ANSWERED);
	app_send(&d, 10);
	assert_true(out_any(&d));
	d.tcb.timers[TIMER_KEEPALIVE] = d.now + nanos_from_ms(1); /* something is under way */
	pass_ms(&d, 1);
	fired(&d, RULE_KEEPALIVE_NOT_IDLE);
	in(&d, ". 1:1(0) ack 11 win 65535");
	not_fired(&d, RULE_KEEPALIVE_ANSWERED);
}

static void what_comes_in_the_same_moment_makes_the_probe_needless(void **state)
{
	struct dialogue d = asking();
	struct segment seg = {
		.seq = d.tcb.rcv.nxt, .ack = d.tcb.snd.nxt, .flags = ACK, .wnd = UINT16_MAX};
	struct tcp t;

	(void)state;
	pass_ms(&d, TWO_HOURS_MS);
	fired(&d, RULE_KEEPALIVE_SENT);
	t = dialogue_turn(&d); /* before it has gone out */
	tcp_arrives(&t, &seg);
	silent(&d);
}

static void what_was_not_answered_counts_no_more_where_something_is_under_way(void **state)
{
	struct dialogue d = asking();

	(void)state;
	d.tcb.keepalive.unanswered = 3;
	app_send(&d, 10);
	assert_true(out_any(&d));
	d.tcb.timers[TIMER_KEEPALIVE] = d.now + nanos_from_ms(1);
	pass_ms(&d, 1);
	fired(&d, RULE_KEEPALIVE_NOT_IDLE);
	assert_int_equal(d.tcb.keepalive.unanswered, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ack_on_a_keepalive_does_not_count),
		cmocka_unit_test(off_unless_asked_for),
		cmocka_unit_test(probe_has_the_number_before_snd_nxt_and_no_text),
		cmocka_unit_test(probe_after_text_repeats_the_last_number),
		cmocka_unit_test(probe_can_carry_an_octet_of_garbage),
		cmocka_unit_test(runs_after_a_close_before_the_handshake_was_over),
		cmocka_unit_test(an_answer_begins_the_silence_anew),
		cmocka_unit_test(any_segment_is_a_sign_of_life),
		cmocka_unit_test(a_missing_answer_or_two_mean_nothing),
		cmocka_unit_test(many_missing_answers_end_the_connection),
		cmocka_unit_test(one_missing_answer_can_never_be_enough),
		cmocka_unit_test(restarted_peer_answers_with_rst),
		cmocka_unit_test(outstanding_text_is_not_asked_about),
		cmocka_unit_test(text_behind_a_closed_window_is_probed_by_the_persist_timer_alone),
		cmocka_unit_test(application_turns_them_on_and_off),
		cmocka_unit_test(switch_waits_for_the_handshake),
		cmocka_unit_test(half_closed_connections_are_asked_too),
		cmocka_unit_test(there_must_be_a_connection),
		cmocka_unit_test(what_the_peer_says_by_itself_answers_nothing),
		cmocka_unit_test(what_comes_in_the_same_moment_makes_the_probe_needless),
		cmocka_unit_test(what_was_not_answered_counts_no_more_where_something_is_under_way),
	};

	return DIALOGUE_RUN("keepalive", tests);
}
