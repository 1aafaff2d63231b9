/* PUSH, text that waits for more, and records. RFC 9293 §3.9.1.2. */
#include "tests/dialogue.h"

/* Heeds the PUSH flag; Nagle's algorithm is Minshall's. */
static struct dialogue heeding(void)
{
	struct dialogue d = established();

	d.profile.push_marks = true;
	d.profile.minshall = true;
	return d;
}

static void a_segment_that_goes_again_has_the_psh_it_had(void **state)
{
	struct dialogue d = heeding();

	(void)state;
	app_send(&d, 1000);
	out(&d, "P. 1:1001(1000) ack 1");
	app_send(&d, 1000);
	out(&d, "P. 1001:2001(1000) ack 1");
	pass_ms(&d, 1000);
	out(&d, "P. 1:1001(1000) ack 1");
}

static void without_push_flags_psh_is_where_nothing_more_is_queued(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 1000);
	out(&d, "P. 1:1001(1000) ack 1");
	app_send(&d, 1000);
	out(&d, "P. 1001:2001(1000) ack 1");
	pass_ms(&d, 1000);
	out(&d, ". 1:1001(1000) ack 1");
}

static void text_that_joins_what_waits_takes_its_mark_away(void **state)
{
	struct dialogue d = heeding();

	(void)state;
	in_ack(&d, 1);
	app_send(&d, 10);
	out(&d, "P. 1:11(10) ack 1");
	app_send(&d, 500); /* waits for the small one */
	app_send(&d, 1000);
	out(&d, ". 11:1011(1000) ack 1");
	in_ack(&d, 11);
	out(&d, "P. 1011:1511(500) ack 1");
}

static void what_more_follows_waits_for_more(void **state)
{
	struct dialogue d = heeding();

	(void)state;
	app_send_as(&d, 400, SEND_MORE);
	silent(&d);
	fired(&d, RULE_MORE_WAITS);
	app_send_as(&d, 700, SEND_MORE);
	out(&d, ". 1:1001(1000) ack 1");
	silent(&d);
	app_send(&d, 100);
	out(&d, "P. 1001:1201(200) ack 1");
}

static void push_may_come_behind_its_text(void **state)
{
	struct dialogue d = heeding();

	(void)state;
	app_send_as(&d, 400, SEND_MORE);
	silent(&d);
	app_send_as(&d, 0, SEND_PUSH);
	out(&d, "P. 1:401(400) ack 1");
}

static void what_arrives_sends_what_waits_for_more_without_psh(void **state)
{
	struct dialogue d = heeding();

	(void)state;
	app_send_as(&d, 1400, SEND_MORE);
	out(&d, ". 1:1001(1000) ack 1");
	silent(&d);
	in_ack(&d, 1001);
	out(&d, ". 1001:1401(400) ack 1");
}

static void a_timer_sends_what_waits_for_more_with_psh(void **state)
{
	struct dialogue d = heeding();

	(void)state;
	d.profile.override = 0; /* as long as RTO */
	app_send_as(&d, 40, SEND_MORE);
	pass_ms(&d, 999);
	silent(&d);
	pass_ms(&d, 1);
	out(&d, "P. 1:41(40) ack 1");
	fired(&d, RULE_CORK_OVERRIDE);
}

static void a_cork_stays_in_when_an_ack_comes(void **state)
{
	struct dialogue d = heeding();

	(void)state;
	app_cork(&d, true);
	app_send(&d, 1400);
	out(&d, ". 1:1001(1000) ack 1");
	in_ack(&d, 1001);
	silent(&d);
	fired(&d, RULE_CORK_WAITS);
	app_cork(&d, false);
	out(&d, "P. 1001:1401(400) ack 1");
}

static void a_fin_takes_corked_text_along(void **state)
{
	struct dialogue d = heeding();

	(void)state;
	app_cork(&d, true);
	app_send(&d, 400);
	silent(&d);
	app_close(&d);
	out(&d, "FP. 1:401(400) ack 1");
}

static void who_wants_no_delay_lets_corked_text_go_once(void **state)
{
	struct dialogue d = heeding();

	(void)state;
	app_cork(&d, true);
	app_send(&d, 400);
	silent(&d);
	app_nagle(&d, false);
	out(&d, "P. 1:401(400) ack 1");
	app_send(&d, 10);
	silent(&d);
}

static void no_segment_goes_across_the_end_of_a_record(void **state)
{
	struct dialogue d = heeding();

	(void)state;
	d.profile.dup_ack_threshold = 0;
	app_send_as(&d, 100, SEND_PUSH | SEND_RECORD);
	out(&d, "P. 1:101(100) ack 1");
	app_send_as(&d, 300, SEND_PUSH | SEND_RECORD);
	app_send(&d, 1000);
	out(&d, "P. 101:401(300) ack 1"); /* nothing can fill it any more */
	out(&d, "P. 401:1401(1000) ack 1");
	pass_ms(&d, 1000);
	out(&d, "P. 1:101(100) ack 1"); /* nor when it goes again */
	out(&d, "P. 101:401(300) ack 1");
}

/* PUSH that comes behind its text is of the same place. */
static void a_push_behind_a_record_leaves_one_mark(void **state)
{
	struct dialogue d = heeding();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 0");
	app_send_as(&d, 100, SEND_RECORD);
	app_send_as(&d, 0, SEND_PUSH);
	app_send_as(&d, 0, SEND_PUSH);
	assert_int_equal(d.tcb.marks.count, 1);
	app_send(&d, 50);
	in(&d, ". 1:1(0) ack 1 win 1000");
	out(&d, "P. 1:101(100) ack 1");
	in(&d, ". 1:1(0) ack 101 win 1000");
	out(&d, "P. 101:151(50) ack 1");
}

static void records_that_cannot_be_remembered_find_no_room(void **state)
{
	struct dialogue d = heeding();
	struct tcp t = dialogue_turn(&d);
	uint32_t taken;

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 0");
	for (unsigned i = 0; i < MARKS_MAX; i++)
		app_send_as(&d, 10, SEND_PUSH | SEND_RECORD);
	assert_int_equal(tcp_send(&t, 10, SEND_PUSH | SEND_RECORD, &taken), CALL_NO_ROOM);
	assert_int_equal(taken, 0);
	in(&d, ". 1:1(0) ack 1 win 50");
	out(&d, "P. 1:11(10) ack 1");
	out_rest(&d);
	app_send_as(&d, 10, SEND_PUSH | SEND_RECORD); /* one was sent */
}

static void marks_that_are_too_many_cost_a_psh_and_nothing_else(void **state)
{
	struct dialogue d = heeding();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 0");
	for (unsigned i = 0; i < MARKS_MAX + 4; i++)
		app_send_as(&d, 1000, SEND_PUSH | SEND_APART);
	in(&d, ". 1:1(0) ack 1 win 65535");
	out(&d, "P. 1:1001(1000) ack 1");
	while (out_any(&d))
		;
	assert_true(d.tcb.marks.count <= MARKS_MAX);
}

static void a_closed_window_is_probed_without_text(void **state)
{
	struct dialogue d = established();

	(void)state;
	d.profile.empty_probes = true;
	in(&d, ". 1:1(0) ack 1 win 0");
	app_send(&d, 10);
	silent(&d);
	pass_ms(&d, 1000);
	out(&d, ". 0:0(0) ack 1");
	fired(&d, RULE_PROBE_EMPTY);
	in(&d, ". 1:1(0) ack 1 win 0");
	pass_ms(&d, 1999);
	silent(&d);
	pass_ms(&d, 1);
	out(&d, ". 0:0(0) ack 1");
	not_fired(&d, RULE_PROBE_SENT);
	in(&d, ". 1:1(0) ack 1 win 1000");
	out(&d, "P. 1:11(10) ack 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_segment_that_goes_again_has_the_psh_it_had),
		cmocka_unit_test(without_push_flags_psh_is_where_nothing_more_is_queued),
		cmocka_unit_test(text_that_joins_what_waits_takes_its_mark_away),
		cmocka_unit_test(what_more_follows_waits_for_more),
		cmocka_unit_test(push_may_come_behind_its_text),
		cmocka_unit_test(what_arrives_sends_what_waits_for_more_without_psh),
		cmocka_unit_test(a_timer_sends_what_waits_for_more_with_psh),
		cmocka_unit_test(a_cork_stays_in_when_an_ack_comes),
		cmocka_unit_test(a_fin_takes_corked_text_along),
		cmocka_unit_test(who_wants_no_delay_lets_corked_text_go_once),
		cmocka_unit_test(no_segment_goes_across_the_end_of_a_record),
		cmocka_unit_test(a_push_behind_a_record_leaves_one_mark),
		cmocka_unit_test(records_that_cannot_be_remembered_find_no_room),
		cmocka_unit_test(marks_that_are_too_many_cost_a_psh_and_nothing_else),
		cmocka_unit_test(a_closed_window_is_probed_without_text),
	};

	return DIALOGUE_RUN("push", tests);
}
