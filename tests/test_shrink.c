/* The receive buffer changes its size while the connection stands.
 * RFC 9293 §3.8.6; SHLD-14, MUST-34. */
#include "tests/dialogue.h"

#include <stdio.h>

static struct dialogue with_room_for(uint32_t octets, bool shrinks)
{
	struct profile profile;

	assert_true(profile_named("plain", &profile));
	profile.receive_buffer = octets;
	profile.shrinks_window = shrinks;
	return established_with(&profile);
}

static void smaller_buffer_takes_nothing_back(void **state)
{
	struct dialogue d = with_room_for(4000, false);

	(void)state;
	app_receive_buffer(&d, 1000);
	fired(&d, RULE_BUFFER_SHRINKS);
	silent(&d);
	assert_int_equal(d.tcb.rcv.wnd, 4000);
	in(&d, ". 1001:2001(1000) ack 1 win 9000");
	out(&d, ". 1:1(0) ack 1 win 4000");
	in(&d, ". 1:1001(1000) ack 1 win 9000");
	out(&d, ". 1:1(0) ack 2001 win 2000"); /* the edge is where it was */
}

static void window_shrinks_as_text_arrives_and_is_read(void **state)
{
	struct dialogue d = with_room_for(4000, false);

	(void)state;
	app_receive_buffer(&d, 1000);
	for (int i = 0; i < 4; i++) {
		char line[80];

		snprintf(line, sizeof line, ". %d:%d(1000) ack 1 win 9000", 1 + i * 1000,
			 1001 + i * 1000);
		in(&d, line);
		app_receive(&d, 1000);
		out_rest(&d);
	}
	pass_ms(&d, 500);
	out_rest(&d);
	assert_int_equal(d.delivered, 4000);
	assert_int_equal(d.tcb.rcv.wnd, 1000);
}

static void all_that_was_offered_is_taken_though_it_exceeds_the_buffer(void **state)
{
	struct dialogue d = with_room_for(4000, false);

	(void)state;
	app_receive_buffer(&d, 1);
	in(&d, ". 1:4001(4000) ack 1 win 9000");
	out(&d, ". 1:1(0) ack 4001 win 0");
	assert_int_equal(d.tcb.rcv.unread, 4000);
	app_receive(&d, 3999);
	silent(&d); /* what is left fills the buffer of one */
	app_receive(&d, 1);
	out(&d, ". 1:1(0) ack 4001 win 1");
}

static void larger_buffer_is_told_at_once(void **state)
{
	struct dialogue d = with_room_for(2000, false);

	(void)state;
	app_receive_buffer(&d, 9000);
	fired(&d, RULE_BUFFER_GROWS);
	out(&d, ". 1:1(0) ack 1 win 9000");
	in(&d, ". 8001:9001(1000) ack 1 win 9000");
	assert_int_equal(d.delivered, 1000);
}

static void a_few_octets_more_are_not_worth_a_segment(void **state)
{
	struct dialogue d = with_room_for(8000, false);

	(void)state;
	app_receive_buffer(&d, 8900);
	silent(&d);
	assert_int_equal(d.tcb.rcv.wnd, 8000);
}

static void buffer_that_grows_reopens_a_closed_window(void **state)
{
	struct dialogue d = with_room_for(1000, false);

	(void)state;
	in(&d, ". 1:1001(1000) ack 1 win 9000");
	pass_ms(&d, 200);
	out(&d, ". 1:1(0) ack 1001 win 0");
	app_receive_buffer(&d, 3000);
	out(&d, ". 1:1(0) ack 1001 win 2000");
}

static void edge_moves_left_only_for_lessons(void **state)
{
	struct dialogue d = with_room_for(4000, true);

	(void)state;
	app_receive_buffer(&d, 1500);
	fired(&d, RULE_WINDOW_TAKEN_BACK);
	out(&d, ". 1:1(0) ack 1 win 1500");
	in(&d, ". 1:2001(2000) ack 1 win 9000"); /* it was under way */
	fired(&d, RULE_TEXT_CUT);
	out(&d, ". 1:1(0) ack 1501 win 0");
	assert_int_equal(d.delivered, 1500);
	in(&d, ". 2001:3001(1000) ack 1 win 9000");
	fired(&d, RULE_OUTSIDE_WINDOW);
	out(&d, ". 1:1(0) ack 1501 win 0");
}

static void what_is_held_beyond_a_gap_holds_the_edge(void **state)
{
	struct dialogue d = with_room_for(4000, true);

	(void)state;
	in(&d, ". 2001:2501(500) ack 1 win 9000");
	out(&d, ". 1:1(0) ack 1 win 4000");
	app_receive_buffer(&d, 1000);
	out(&d, ". 1:1(0) ack 1 win 2500");
	assert_int_equal(d.tcb.rcv.held_count, 1);
	in(&d, ". 1:2001(2000) ack 1 win 9000");
	out(&d, ". 1:1(0) ack 2501 win 0");
	assert_int_equal(d.delivered, 2500);
}

static void fin_that_is_here_holds_the_edge(void **state)
{
	struct dialogue d = with_room_for(4000, true);

	(void)state;
	in(&d, "F. 2001:2001(0) ack 1 win 9000");
	out_any(&d);
	app_receive_buffer(&d, 1000);
	out(&d, ". 1:1(0) ack 1 win 2001");
	in(&d, ". 1:2001(2000) ack 1 win 9000");
	in_state(&d, CLOSE_WAIT);
}

static void each_state_takes_the_call(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	app_listen(&d);
	app_receive_buffer(&d, 500);
	in(&d, "S 0:0(0) win 9000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1 win 500");
	app_receive_buffer(&d, 100);
	in(&d, ". 1:1(0) ack 1 win 9000");
	in(&d, ". 1:501(500) ack 1 win 9000"); /* the SYN,ACK offered it */
	assert_int_equal(d.delivered, 500);
	d = dialogue_new();
	d.profile.receive_buffer = 2000;
	app_connect(&d);
	out(&d, "S 0:0(0) win 2000");
	app_receive_buffer(&d, 100);
	in(&d, "S. 0:0(0) ack 1 win 9000 <mss 1000>");
	out(&d, ". 1:1(0) ack 1 win 2000");
	in(&d, "F. 1:1(0) ack 1 win 9000");
	out_any(&d);
	app_receive_buffer(&d, 9000);
	in_state(&d, CLOSE_WAIT);
}

static enum call_answer of_one(struct tcp *t)
{
	return tcp_set_receive_buffer(t, 1);
}

static void there_is_no_buffer_without_a_connection(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	app_refused(&d, CALL_NO_CONNECTION, of_one);
}

/* The FIN is here, though what precedes it is not: it has its place in the window. */
static void the_edge_does_not_go_over_a_fin_that_came(void **state)
{
	struct dialogue d = with_room_for(4000, true);

	(void)state;
	in(&d, "F. 1001:1001(0) ack 1 win 9000");
	out(&d, ". 1:1(0) ack 1 win 4000");
	app_receive_buffer(&d, 100);
	out(&d, ". 1:1(0) ack 1 win 1001");
	in(&d, ". 1:1001(1000) ack 1 win 9000");
	in_state(&d, CLOSE_WAIT);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(smaller_buffer_takes_nothing_back),
		cmocka_unit_test(window_shrinks_as_text_arrives_and_is_read),
		cmocka_unit_test(all_that_was_offered_is_taken_though_it_exceeds_the_buffer),
		cmocka_unit_test(larger_buffer_is_told_at_once),
		cmocka_unit_test(a_few_octets_more_are_not_worth_a_segment),
		cmocka_unit_test(buffer_that_grows_reopens_a_closed_window),
		cmocka_unit_test(edge_moves_left_only_for_lessons),
		cmocka_unit_test(what_is_held_beyond_a_gap_holds_the_edge),
		cmocka_unit_test(fin_that_is_here_holds_the_edge),
		cmocka_unit_test(each_state_takes_the_call),
		cmocka_unit_test(there_is_no_buffer_without_a_connection),
		cmocka_unit_test(the_edge_does_not_go_over_a_fin_that_came),
	};

	return DIALOGUE_RUN("shrink", tests);
}
