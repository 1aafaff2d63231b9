/* How FreeBSD ends connections: FINs that cross, late RSTs, its TIME-WAIT, a close that forgets. */
#include "tests/freebsd.h"

/* The FINs cross. */
static struct dialogue in_closing(void)
{
	struct profile profile = freebsd();
	struct dialogue d;

	profile.timestamps = false;
	d = established_with(&profile);
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, "F. 1:1(0) ack 1 win 65535");
	out(&d, "F. 1:1(0) ack 2");
	return d;
}

static void an_ack_has_the_fin_with_it(void **state)
{
	struct dialogue d = in_closing();

	(void)state;
	fired(&d, RULE_FIN_WITH_ACK);
	in_state(&d, CLOSING);
	/* What answers an attack does not. */
	in(&d, "R 3:3(0) win 0");
	out(&d, ". 2:2(0) ack 2");
	in(&d, ". 2:2(0) ack 2 win 65535");
	silent(&d);
	in_state(&d, TIME_WAIT);
}

/* Else two such hosts would repeat their FINs for ever. */
static void the_ack_beside_a_fin_that_has_been_is_read(void **state)
{
	struct dialogue d = in_closing();

	(void)state;
	in(&d, "F. 1:1(0) ack 2 win 65535");
	fired(&d, RULE_FIN_AGAIN);
	out(&d, ". 2:2(0) ack 2");
	in_state(&d, TIME_WAIT);
	in(&d, ". 2:2(0) ack 2 win 65535");
	silent(&d);
}

static void a_late_rst_is_told(void **state)
{
	struct profile profile = plain();
	struct dialogue d;

	(void)state;
	for (int i = 0; i < 2; i++) {
		profile.rst_is_told = i == 1;
		d = established_with(&profile);
		in(&d, "F. 1:1(0) ack 1 win 65535");
		out(&d, ". 1:1(0) ack 2");
		app_close(&d);
		out(&d, "F. 1:1(0) ack 2");
		in_state(&d, LAST_ACK);
		in(&d, "R 2:2(0) win 0");
		in_state(&d, CLOSED);
		assert_int_equal(d.tcb.ending, i == 1 ? ENDING_RESET : ENDING_CLOSED);
	}
	fired(&d, RULE_RST_TOLD_LATE);
}

static void time_wait_of_bsd_answers_who_knows_the_connection(void **state)
{
	struct profile profile = plain();
	struct dialogue d;

	(void)state;
	profile.time_wait_bsd = profile.rfc1337 = true;
	d = in_time_wait(&profile);
	in(&d, "S 2:2(0) win 65535");
	silent(&d);
	fired(&d, RULE_TIME_WAIT_NO_ACK);
	in(&d, ". 2:2(0) ack 2 win 65535");
	silent(&d);
	fired(&d, RULE_TIME_WAIT_HEARS);
	in(&d, ". 3:3(0) ack 2 win 65535");
	out(&d, ". 2:2(0) ack 2");
	fired(&d, RULE_TIME_WAIT_ANSWERS);
	in(&d, "R 2:2(0) win 0");
	silent(&d);
	in_state(&d, TIME_WAIT);
}

static void the_fin_again_restarts_time_wait_of_bsd(void **state)
{
	struct profile profile = plain();
	struct dialogue d;
	nanos over;

	(void)state;
	profile.time_wait_bsd = true;
	d = in_time_wait(&profile);
	over = d.tcb.timers[TIMER_TIME_WAIT];
	pass_ms(&d, 1000);
	in(&d, "F. 1:1(0) ack 2 win 65535");
	out(&d, ". 2:2(0) ack 2");
	assert_int_equal(d.tcb.timers[TIMER_TIME_WAIT], over + nanos_from_s(1));
}

/* A SYN whose number is new opens the next connection, unless the last one's text is unread. */
static void a_syn_reopens_where_nothing_waits_to_be_read(void **state)
{
	(void)state;
	for (int unread = 0; unread < 2; unread++) {
		struct dialogue d = listening();

		d.profile.time_wait_bsd = true;
		in(&d, "S 0:0(0) win 65535 <mss 1000>");
		out(&d, "S. 0:0(0) ack 1");
		in(&d, ". 1:1(0) ack 1 win 65535");
		app_close(&d);
		out(&d, "F. 1:1(0) ack 1");
		in(&d, unread ? "F. 1:2(1) ack 2 win 65535" : "F. 1:1(0) ack 2 win 65535");
		assert_true(out_any(&d));
		in_state(&d, TIME_WAIT);
		in(&d, "S 1000:1000(0) win 65535 <mss 1000>");
		in_state(&d, unread ? TIME_WAIT : SYN_RECEIVED);
		out_rest(&d);
	}
}

static void close_forgets_what_was_not_read(void **state)
{
	struct profile profile = plain();
	struct dialogue d;

	(void)state;
	profile.close_forgets = true;
	for (int i = 0; i < 2; i++) {
		profile.half_duplex_close = i == 1;
		d = established_with(&profile);
		in(&d, ". 1:11(10) ack 1 win 65535");
		if (i == 1)
			app_close(&d);
		else
			app_close_both(&d);
		out(&d, "F. 1:1(0) ack 11");
		in_state(&d, FIN_WAIT_1);
		fired(&d, RULE_CLOSE_FORGETS);
		assert_int_equal(d.tcb.rcv.unread, 0);
		/* What comes now is lost, and that is said. */
		in(&d, ". 11:21(10) ack 2 win 65535");
		out(&d, "R 2:2(0)");
		in_state(&d, CLOSED);
	}
	profile.half_duplex_close = false;
	d = established_with(&profile);
	in(&d, ". 1:11(10) ack 1 win 65535");
	app_close(&d);
	out(&d, "F. 1:1(0) ack 11");
	assert_int_equal(d.tcb.rcv.unread, 10); /* it may still be read … */
	app_close_both(&d);
	assert_int_equal(d.tcb.rcv.unread, 0); /* … until now */
	in_state(&d, FIN_WAIT_1);
	d = established_with(&profile);
	app_close_both(&d);
	not_fired(&d, RULE_CLOSE_FORGETS); /* all was read */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ack_has_the_fin_with_it),
		cmocka_unit_test(the_ack_beside_a_fin_that_has_been_is_read),
		cmocka_unit_test(a_late_rst_is_told),
		cmocka_unit_test(time_wait_of_bsd_answers_who_knows_the_connection),
		cmocka_unit_test(the_fin_again_restarts_time_wait_of_bsd),
		cmocka_unit_test(a_syn_reopens_where_nothing_waits_to_be_read),
		cmocka_unit_test(close_forgets_what_was_not_read),
	};

	return DIALOGUE_RUN("freebsd closing", tests);
}
