/* More requirements of RFC 9293, by their tags: what an application can tell
 * and choose, default values, and options wherever they stand. */
#include "tests/dialogue.h"

#include <stdio.h>
#include <string.h>

/* MUST-12 */
static void application_can_tell_an_end_from_an_abort(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "F. 1:1(0) ack 1 win 9000");
	out(&d, ". 1:1(0) ack 2");
	assert_true(d.notices & NOTICE_CLOSING);
	app_close(&d);
	out(&d, "F. 1:1(0) ack 2");
	in(&d, ". 2:2(0) ack 2 win 9000");
	assert_true(d.notices & NOTICE_ENDED);
	assert_int_equal(d.tcb.ending, ENDING_CLOSED);

	d = established();
	in(&d, "R 1:1(0) win 0");
	assert_true(d.notices & NOTICE_ENDED);
	assert_false(d.notices & NOTICE_CLOSING);
	assert_int_equal(d.tcb.ending, ENDING_RESET);
}

static enum call_answer nagle_off(struct tcp *t)
{
	return tcp_set_nagle(t, false);
}

/* MUST-17: for one connection, though the profile has it on. */
static void nagle_is_off_for_who_asks(void **state)
{
	struct dialogue d = established();
	struct tcp t = {.tcb = &d.tcb, .profile = &d.profile, .now = d.now};

	(void)state;
	assert_true(d.profile.nagle);
	app_send(&d, 10);
	out(&d, "P. 1:11(10) ack 1");
	app_send(&d, 10);
	silent(&d);
	assert_int_equal(tcp_set_nagle(&t, false), CALL_OK);
	out(&d, "P. 11:21(10) ack 1");
	app_send(&d, 10);
	out(&d, "P. 21:31(10) ack 1");
	assert_int_equal(tcp_set_nagle(&t, true), CALL_OK);
	app_send(&d, 10);
	silent(&d);
	d = dialogue_new();
	app_refused(&d, CALL_NO_CONNECTION, nagle_off);
}

/* MUST-23, MUST-25, MUST-28, MUST-40, SHLD-10, SHLD-11 */
static void defaults_are_those_of_the_rfc(void **state)
{
	struct profile rfc;

	(void)state;
	assert_true(profile_named("rfc", &rfc));
	assert_false(rfc.keepalive);
	assert_true(rfc.keepalive_idle >= nanos_from_s(2 * 3600));
	assert_true(rfc.r1 >= 3);
	assert_true(rfc.r2 >= nanos_from_s(100));
	assert_true(rfc.syn_r2 >= nanos_from_s(180));
	assert_true(rfc.delayed_ack > 0 && rfc.delayed_ack < nanos_from_ms(500));
	assert_int_equal(rfc.msl, nanos_from_s(120));
	assert_true(rfc.nagle);
}

/* MUST-64: at every offset from a word's beginning; MUST-4, MUST-14 */
static void options_are_read_at_any_alignment(void **state)
{
	(void)state;
	for (unsigned nops = 0; nops < 8; nops++) {
		struct dialogue d = listening();
		char line[120] = "S 0:0(0) win 9000 <";

		d.profile.window_scaling = true;
		for (unsigned i = 0; i < nops; i++)
			strcat(line, "nop,");
		strcat(line, "mss 700,wscale 3,unknown-77 0x010203>");
		in(&d, line);
		assert_int_equal(d.tcb.snd.mss, 700);
		assert_int_equal(d.tcb.snd.shift, 3);
		assert_true(out_any(&d));
		assert_true(d.last.options.has & HAS_MSS);
	}
}

/* MUST-14, MUST-15, SHLD-5, MAY-3 */
static void mss_is_told_always_and_536_or_1220_without_it(void **state)
{
	const struct endpoint us = {.address = {{0xfd, [15] = 1}, 6}, .port = 4000};
	const struct endpoint them = {.address = {{0xfd, [15] = 2}, 6}, .port = 80};
	struct dialogue d = dialogue_new();
	struct tcp t;

	(void)state;
	d.profile.mss = 536; /* as the default would be */
	app_connect(&d);
	out(&d, "S 0:0(0) <mss 536>");

	d = dialogue_new();
	d.profile.mss = 0;
	app_connect(&d);
	out(&d, "S 0:0(0) <mss 1460>");
	in(&d, "S. 0:0(0) ack 1 win 65535");
	assert_int_equal(d.tcb.snd.mss, 536);

	d = dialogue_new();
	d.profile.mss = 0;
	t = dialogue_turn(&d);
	assert_int_equal(tcp_open_active(&t, &us, &them), CALL_OK);
	out(&d, "S 0:0(0) <mss 1440>");
	in(&d, "S. 0:0(0) ack 1 win 65535");
	assert_int_equal(d.tcb.snd.mss, 1220);
}

/* MAY-8: for an hour, and for as long as the peer asks. */
static void window_may_stay_shut(void **state)
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
	for (int minute = 0; minute < 60; minute++) {
		pass_ms(&d, 60000);
		in(&d, ". 1001:1002(1) ack 1 win 65535");
		out(&d, ". 1:1(0) ack 1001 win 0");
	}
	in_state(&d, ESTABLISHED);
	app_receive(&d, 1000);
	out(&d, ". 1:1(0) ack 1001 win 1000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(application_can_tell_an_end_from_an_abort),
		cmocka_unit_test(nagle_is_off_for_who_asks),
		cmocka_unit_test(defaults_are_those_of_the_rfc),
		cmocka_unit_test(options_are_read_at_any_alignment),
		cmocka_unit_test(mss_is_told_always_and_536_or_1220_without_it),
		cmocka_unit_test(window_may_stay_shut),
	};

	return DIALOGUE_RUN("requirements of the engine", tests);
}
