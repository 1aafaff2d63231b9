/* Urgent data. RFC 9293 §3.8.5, §3.9.1.3; RFC 6093. */
#include "tests/dialogue.h"

static const struct isn_secret secret;

/* One RECEIVE, whose answer says of how much of it is urgent. */
static struct tcp receive(struct dialogue *d, uint32_t max, uint32_t *taken)
{
	struct tcp t = {.tcb = &d->tcb, .profile = &d->profile, .secret = &secret, .now = d->now};

	assert_int_equal(tcp_receive(&t, max, taken), CALL_OK);
	return t;
}

static void receive_says_where_the_urgent_data_ends(void **state)
{
	struct dialogue d = established();
	struct tcp t;
	uint32_t taken;

	(void)state;
	in(&d, "PU. 1:101(100) ack 1 win 65535 urg 60");
	t = receive(&d, 40, &taken);
	assert_int_equal(taken, 40);
	assert_int_equal(t.urgent_taken, 40);
	assert_true(t.urgent); /* 20 more */
	t = receive(&d, 100, &taken);
	assert_int_equal(taken, 60);
	assert_int_equal(t.urgent_taken, 20); /* the boundary is marked: §3.9.1.3 */
	assert_false(t.urgent);
}

static void urgent_mode_begins_before_the_octets_are_there(void **state)
{
	struct dialogue d = established();
	struct tcp t;
	uint32_t taken;

	(void)state;
	in(&d, "U. 1:1(0) ack 1 win 65535 urg 500");
	assert_true(d.notices & NOTICE_URGENT); /* MUST-32 */
	t = receive(&d, 100, &taken);
	assert_int_equal(taken, 0);
	assert_true(t.urgent); /* MUST-33 */
	in(&d, "P. 1:501(500) ack 1 win 65535");
	t = receive(&d, 500, &taken);
	assert_int_equal(t.urgent_taken, 500);
	assert_false(t.urgent);
	t = receive(&d, 1, &taken);
	assert_false(t.urgent);
}

/* A FIN takes a number, but is no octet that could be read. */
static void a_fin_behind_them_makes_no_octets_less_urgent(void **state)
{
	struct dialogue d = established();
	struct tcp t;
	uint32_t taken;

	(void)state;
	in(&d, "FPU. 1:11(10) ack 1 win 65535 urg 9");
	out(&d, ". 1:1(0) ack 12");
	t = receive(&d, 4, &taken);
	assert_int_equal(t.urgent_taken, 4);
	assert_true(t.urgent);
	t = receive(&d, 100, &taken);
	assert_int_equal(taken, 6);
	assert_int_equal(t.urgent_taken, 5);
	assert_false(t.urgent);
	d = established();
	in(&d, "FPU. 1:2(1) ack 1 win 65535 urg 1");
	out(&d, ". 1:1(0) ack 3");
	t = receive(&d, 100, &taken);
	assert_int_equal(t.urgent_taken, 1);
	assert_false(t.urgent);
}

static void plain_text_is_not_urgent(void **state)
{
	struct dialogue d = established();
	struct tcp t;
	uint32_t taken;

	(void)state;
	in(&d, "P. 1:101(100) ack 1 win 65535");
	t = receive(&d, 100, &taken);
	assert_int_equal(t.urgent_taken, 0);
	assert_false(t.urgent);
}

static void pointer_names_the_octet_after_unless_the_profile_says_otherwise(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send_urgent(&d, 5);
	out(&d, "PU. 1:6(5) ack 1 urg 5"); /* MUST-62 */
	d = established();
	d.profile.urgent_at_last = true;
	app_send_urgent(&d, 5);
	out(&d, "PU. 1:6(5) ack 1 urg 4");
	in(&d, ". 1:1(0) ack 6 win 65535");
	app_send_urgent(&d, 1);
	out(&d, "PU. 6:7(1) ack 1 urg 0");
}

/* The two readings of one pointer differ by an octet: RFC 6093 §2. */
static void who_reads_the_pointer_the_other_way_is_off_by_one(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "PU. 1:101(100) ack 1 win 65535 urg 60");
	assert_int_equal(tcb_urgent_left(&d.tcb), 60);
	d = established();
	d.profile.urgent_at_last = true;
	in(&d, "PU. 1:101(100) ack 1 win 65535 urg 60");
	assert_int_equal(tcb_urgent_left(&d.tcb), 61);
}

static void an_update_in_urgent_mode_moves_the_end(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "U. 1:101(100) ack 1 win 65535 urg 60");
	in(&d, "U. 101:201(100) ack 1 win 65535 urg 50");
	assert_int_equal(tcb_urgent_left(&d.tcb), 150);
	out(&d, ". 1:1(0) ack 201");
	in(&d, "U. 201:301(100) ack 1 win 65535 urg 0"); /* urgent up to its first octet */
	assert_int_equal(tcb_urgent_left(&d.tcb), 200);
	app_receive(&d, 200);
	fired(&d, RULE_URGENT_OVER);
	assert_int_equal(tcb_urgent_left(&d.tcb), 0);
	assert_false(d.tcb.rcv.urgent);
}

static void urgent_pointer_names_the_octet_after_the_urgent_data(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 10);
	out(&d, "P. 1:11(10) ack 1");
	app_send_urgent(&d, 5);
	in(&d, ". 1:1(0) ack 11 win 65535");
	out(&d, "PU. 11:16(5) ack 1 urg 5");
	in(&d, ". 1:1(0) ack 16 win 65535");
	app_send(&d, 5);
	out(&d, "P. 16:21(5) ack 1");
}

static void urgent_news_passes_a_closed_window(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 0");
	app_send_urgent(&d, 5);
	out(&d, "U. 1:1(0) ack 1 urg 5");
}

static void application_hears_when_the_urgent_pointer_advances(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "U. 1:101(100) ack 1 win 65535 urg 50");
	assert_true(d.notices & NOTICE_URGENT);
	assert_int_equal(seq_diff(d.tcb.rcv.up, d.tcb.rcv.irs), 51);
	d.notices = 0;
	in(&d, "U. 11:111(100) ack 1 win 65535 urg 40");
	pass_ms(&d, 200);
	out(&d, ". 1:1(0) ack 111");
	assert_false(d.notices & NOTICE_URGENT);
	in(&d, "U. 111:121(10) ack 1 win 65535 urg 5");
	assert_true(d.notices & NOTICE_URGENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(receive_says_where_the_urgent_data_ends),
		cmocka_unit_test(urgent_mode_begins_before_the_octets_are_there),
		cmocka_unit_test(a_fin_behind_them_makes_no_octets_less_urgent),
		cmocka_unit_test(plain_text_is_not_urgent),
		cmocka_unit_test(pointer_names_the_octet_after_unless_the_profile_says_otherwise),
		cmocka_unit_test(who_reads_the_pointer_the_other_way_is_off_by_one),
		cmocka_unit_test(an_update_in_urgent_mode_moves_the_end),
		cmocka_unit_test(urgent_pointer_names_the_octet_after_the_urgent_data),
		cmocka_unit_test(urgent_news_passes_a_closed_window),
		cmocka_unit_test(application_hears_when_the_urgent_pointer_advances),
	};

	return DIALOGUE_RUN("urgent", tests);
}
