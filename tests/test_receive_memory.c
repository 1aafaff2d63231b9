/* A receive buffer that is memory, as Linux has it: sim/tcp/receive_memory.c, and segments
 * that reach over its edge, sim/tcp/over_edge.c. Numbers are those of a kernel 6.18. */
#include "tests/dialogue.h"

#include <stdio.h>

static struct profile counting(uint32_t room)
{
	struct profile profile;

	assert_true(profile_named("plain", &profile));
	profile.receive_memory = MEMORY_MEASURED;
	profile.takes_whole = true;
	profile.receive_buffer = room;
	profile.window_updates = UPDATE_IF_DOUBLED;
	profile.quick_acks = 16;
	profile.delayed_ack = nanos_from_ms(40);
	return profile;
}

static void the_first_window_is_of_whole_segments(void **state)
{
	struct profile profile = counting(20000);
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile = profile;
	app_listen(&d);
	in(&d, "S 0:0(0) win 8000 <mss 1000>");
	assert_true(out_any(&d));
	assert_int_equal(d.last.wnd, 13 * 1460);
	assert_int_equal(d.tcb.rcv.memory.limit, 18540); /* one segment stays in reserve */
}

/* 20000 octets in one piece take 20736 of memory, so 246/256 of it can be text. */
static void a_full_segment_shows_what_share_is_text(void **state)
{
	struct profile profile = counting(20000);
	struct dialogue d;

	(void)state;
	profile.merged_mss = 1000;
	d = established_with(&profile);
	in(&d, "P. 1:20001(20000) ack 1 win 8000");
	fired(&d, RULE_MEMORY_MEASURED);
	fired(&d, RULE_TEXT_BEYOND_EDGE);
	assert_int_equal(d.tcb.rcv.memory.share, 246);
	assert_int_equal(d.tcb.rcv.memory.used, 20736);
	assert_int_equal(d.tcb.largest_text, 1000);
	silent(&d); /* the window does not move, and less than half of the memory is free */
	pass_ms(&d, 40);
	out(&d, ". 1:1(0) ack 20001 win 18000");
}

static void half_is_taken_for_granted_where_nothing_is_measured(void **state)
{
	struct profile profile = counting(20000);
	struct dialogue d;

	(void)state;
	profile.receive_memory = MEMORY_HALVED;
	d = established_with(&profile);
	in(&d, ". 1:1001(1000) ack 1 win 8000");
	not_fired(&d, RULE_MEMORY_MEASURED);
	assert_int_equal(d.tcb.rcv.memory.share, 128);
}

static void small_segments_take_more_memory_than_text(void **state)
{
	struct profile profile = counting(20000);
	struct dialogue d = established_with(&profile);

	(void)state;
	in(&d, "P. 1:2(1) ack 1 win 8000");
	assert_int_equal(d.tcb.rcv.memory.used, 960);
	app_receive(&d, 1);
	assert_int_equal(d.tcb.rcv.memory.used, 0);
}

static void a_window_stays_until_it_is_off_by_a_segment(void **state)
{
	struct profile profile = counting(10000);
	struct dialogue d;

	(void)state;
	profile.merged_mss = 1000;
	d = established_with(&profile);
	in(&d, "P. 1:4001(4000) ack 1 win 8000");
	out(&d, ". 1:1(0) ack 4001 win 5000");
	in(&d, "P. 4001:54001(50000) ack 1 win 8000"); /* over the edge, and text waits */
	out(&d, ". 1:1(0) ack 4001 win 5000");
	fired(&d, RULE_TEXT_OVER_EDGE);
	app_receive(&d, 4000);
	silent(&d); /* it is more than half of what it will ever be */
	in(&d, "P. 4001:54001(50000) ack 1 win 8000");
	out(&d, ". 1:1(0) ack 54001 win 0");
	fired(&d, RULE_MEMORY_EXHAUSTED);
}

static void the_limit_grows_with_full_segments(void **state)
{
	struct profile profile = counting(65536);
	struct dialogue d;
	uint32_t before;

	(void)state;
	profile.sack = true;
	profile.window_scaling = true;
	profile.window_scale = 7;
	d = established_with(&profile);
	before = d.tcb.rcv.memory.limit;
	in(&d, ". 1:1461(1460) ack 1 win 8000");
	app_receive(&d, 1460);
	assert_true(d.tcb.rcv.memory.limit > before);
	assert_true(d.tcb.rcv.memory.limit <= before + 2 * 1460);
}

/* Twice what was read in a round trip, when that becomes more. */
static void the_buffer_follows_an_application_that_keeps_up(void **state)
{
	struct profile profile = counting(32768);
	struct dialogue d;
	char line[80];

	(void)state;
	profile.receive_buffer_max = 1 << 20;
	d = established_with(&profile);
	for (unsigned i = 0; i < 200; i++) {
		snprintf(line, sizeof line, ". %u:%u(1000) ack 1 win 8000", 1 + 1000 * i,
			 1001 + 1000 * i);
		in(&d, line);
		app_receive(&d, 1000);
		out_any(&d);
		pass_ms(&d, 1);
	}
	fired(&d, RULE_BUFFER_FOLLOWS);
	assert_true(d.tcb.rcv.buffer > 32768);
	assert_true(d.tcb.rcv.buffer <= 1 << 20);
}

static void a_buffer_that_was_chosen_stays(void **state)
{
	struct profile profile = counting(32768);
	struct dialogue d;

	(void)state;
	profile.receive_buffer_max = 1 << 20;
	d = established_with(&profile);
	assert_int_equal(
		tcp_set_receive_buffer(&(struct tcp){.tcb = &d.tcb, .profile = &profile}, 16384),
		CALL_OK);
	in(&d, ". 20001:21001(1000) ack 1 win 8000");
	not_fired(&d, RULE_BUFFER_FOLLOWS);
	assert_int_equal(d.tcb.rcv.buffer, 16384);
}

static void tiny_segments_are_copied_together_before_any_is_dropped(void **state)
{
	struct profile profile = counting(20000);
	struct dialogue d;
	char line[80];

	(void)state;
	profile.delayed_ack = 0;
	d = established_with(&profile);
	for (unsigned i = 0; i < 1000; i++) { /* of 960 octets each, in 40000 */
		snprintf(line, sizeof line, ". %u:%u(1) ack 1 win 8000", 1 + i, 2 + i);
		in(&d, line);
		out_any(&d);
	}
	not_fired(&d, RULE_MEMORY_EXHAUSTED);
	assert_int_equal(d.tcb.rcv.unread, 1000);
	assert_true(d.tcb.rcv.memory.used <= 40000);
}

static void a_fin_beyond_a_closed_window_is_taken(void **state)
{
	struct profile profile = counting(20000);
	struct dialogue d;

	(void)state;
	d = established_with(&profile);
	in(&d, "P. 1:60001(60000) ack 1 win 8000");
	out(&d, ". 1:1(0) ack 60001 win 0");
	in(&d, "F. 60001:60001(0) ack 1 win 8000");
	out(&d, ". 1:1(0) ack 60002 win 0");
	fired(&d, RULE_FIN_AT_EDGE);
	not_fired(&d, RULE_ZERO_WINDOW_PROBED);
	assert_int_equal(d.tcb.state, CLOSE_WAIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_window_is_of_whole_segments),
		cmocka_unit_test(a_full_segment_shows_what_share_is_text),
		cmocka_unit_test(half_is_taken_for_granted_where_nothing_is_measured),
		cmocka_unit_test(small_segments_take_more_memory_than_text),
		cmocka_unit_test(a_window_stays_until_it_is_off_by_a_segment),
		cmocka_unit_test(the_limit_grows_with_full_segments),
		cmocka_unit_test(the_buffer_follows_an_application_that_keeps_up),
		cmocka_unit_test(a_buffer_that_was_chosen_stays),
		cmocka_unit_test(tiny_segments_are_copied_together_before_any_is_dropped),
		cmocka_unit_test(a_fin_beyond_a_closed_window_is_taken),
	};

	return DIALOGUE_RUN("receive_memory", tests);
}
