/* How much of its room a receiver tells, and when reading is worth a segment: RFC 9293
 * §3.8.6.2.2, and what systems do. */
#include "tests/dialogue.h"

static struct dialogue with(uint32_t updates)
{
	struct profile profile;

	assert_true(profile_named("plain", &profile));
	profile.mss = 1000;
	profile.receive_buffer = 10000;
	profile.window_updates = updates;
	profile.delayed_ack = 0;
	return established_with(&profile);
}

static void a_careful_receiver_moves_the_edge_by_segments(void **state)
{
	struct dialogue d = with(UPDATE_AS_RFC);

	(void)state;
	in(&d, "P. 1:501(500) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 501 win 9500");
	app_receive(&d, 500);
	in(&d, "P. 501:601(100) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 601 win 9400");
}

static void systems_tell_all_there_is_with_what_they_send_anyway(void **state)
{
	struct dialogue d = with(UPDATE_AS_BSD);

	(void)state;
	in(&d, "P. 1:501(500) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 501 win 9500");
	app_receive(&d, 500);
	silent(&d);
	in(&d, "P. 501:601(100) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 601 win 9900");
}

static void less_than_a_segment_is_not_told(void **state)
{
	struct dialogue d = with(UPDATE_IF_DOUBLED);

	(void)state;
	in(&d, "P. 1:2001(2000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 2001 win 8000");
	in(&d, "P. 2001:10001(8000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 10001 win 0");
	app_receive(&d, 900);
	silent(&d);
	app_receive(&d, 100);
	out(&d, ". 1:1(0) ack 10001 win 1000");
}

static void two_segments_are_news_for_a_careful_peer(void **state)
{
	struct dialogue d = with(UPDATE_AS_RFC);

	(void)state;
	in(&d, "P. 1:3001(3000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 3001 win 7000");
	app_receive(&d, 1999);
	silent(&d);
	app_receive(&d, 1);
	out(&d, ". 1:1(0) ack 3001 win 9000");
	fired(&d, RULE_WINDOW_REOPENS);
}

static void bsd_waits_for_a_quarter_of_the_buffer(void **state)
{
	struct dialogue d = with(UPDATE_AS_BSD);

	(void)state;
	in(&d, "P. 1:3001(3000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 3001 win 7000");
	app_receive(&d, 2499);
	silent(&d);
	app_receive(&d, 1);
	out(&d, ". 1:1(0) ack 3001 win 9500");
}

static void linux_waits_until_the_window_has_doubled(void **state)
{
	struct dialogue d = with(UPDATE_IF_DOUBLED);

	(void)state;
	in(&d, "P. 1:3001(3000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 3001 win 7000");
	app_receive(&d, 3000);
	silent(&d);
	in(&d, "P. 3001:10001(7000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 10001 win 3000");
	app_receive(&d, 2999);
	silent(&d);
	app_receive(&d, 1);
	out(&d, ". 1:1(0) ack 10001 win 6000");
}

static void bsd_rounds_its_buffers_up_to_whole_segments(void **state)
{
	struct profile profile;
	struct dialogue d;

	(void)state;
	assert_true(profile_named("plain", &profile));
	profile.mss = 1460;
	profile.whole_buffers = true;
	profile.receive_buffer = 50000;
	profile.send_buffer = 2500;
	d = established_with(&profile);
	assert_int_equal(d.tcb.rcv.buffer % d.tcb.snd.mss, 0);
	assert_true(d.tcb.rcv.buffer >= 50000 && d.tcb.rcv.buffer < 50000u + d.tcb.snd.mss);
	assert_int_equal(d.tcb.snd.buffer, 3000);
}

static enum call_answer send_one(struct tcp *t)
{
	uint32_t taken;

	return tcp_send(t, 1, 0, &taken);
}

static void a_send_buffer_keeps_what_is_in_it(void **state)
{
	struct dialogue d = with(UPDATE_AS_RFC);

	(void)state;
	app_send(&d, 3000);
	app_send_buffer(&d, 2000);
	assert_int_equal(d.tcb.snd.buffer, 3000);
	app_send_buffer(&d, 4000);
	app_send(&d, 1000);
	app_refused(&d, CALL_NO_ROOM, send_one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_careful_receiver_moves_the_edge_by_segments),
		cmocka_unit_test(systems_tell_all_there_is_with_what_they_send_anyway),
		cmocka_unit_test(less_than_a_segment_is_not_told),
		cmocka_unit_test(two_segments_are_news_for_a_careful_peer),
		cmocka_unit_test(bsd_waits_for_a_quarter_of_the_buffer),
		cmocka_unit_test(linux_waits_until_the_window_has_doubled),
		cmocka_unit_test(bsd_rounds_its_buffers_up_to_whole_segments),
		cmocka_unit_test(a_send_buffer_keeps_what_is_in_it),
	};

	return DIALOGUE_RUN("window updates", tests);
}
