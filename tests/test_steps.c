/* test_steps.c — the order of what happened at both ends, and what the capture missed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "found.h"

/* ---- times and order ---- */

static void the_far_end_is_half_its_answer_time_away(void **state)
{
	struct talk talk = talk_begins_at_distance(20000);
	struct found found = found_in_talk(&talk);

	(void)state;
	assert_int_equal(found.fates.vantage.answer[SERVER], 20000000);
	assert_int_equal(found.fates.vantage.answer[CLIENT], 10000);
	assert_int_equal(found.fates.vantage.flight, 10000000);
	assert_string_equal(found_order(&found), "c>1 s<1 s>2 c<2 c>3 s<3");
	assert_int_equal(found.steps.all[1].time, 10000000);
	assert_int_equal(found.steps.all[2].time, 10000000);
	assert_int_equal(found.steps.all[3].time, 20000000);
	found_ends_with(&found, &talk);
}

static void time_begins_with_what_left_first(void **state)
{
	struct talk talk = talk_begin();
	struct found found;

	(void)state;
	talk_says(&talk, 1000000, "< P. 301:401(100) ack 101 win 500");
	talk_says(&talk, 1000010, "> . 101:101(0) ack 401 win 500");
	talk_says(&talk, 1000020, "> P. 101:201(100) ack 401 win 500");
	talk_says(&talk, 1020020, "< . 401:401(0) ack 201 win 500");
	found = found_in_talk(&talk);
	assert_int_equal(found.steps.all[0].time, 0);
	assert_int_equal(found.steps.all[1].time, 10000000); /* it passes the capture */
	assert_true(found.steps.epoch == 1000000000 - 10000000);
	found_ends_with(&found, &talk);
}

/* The repetition hides how short the answer time really was. */
static void nothing_arrives_before_it_is_sent(void **state)
{
	struct talk talk = talk_begins_at_distance(20000);
	struct found found;

	(void)state;
	talk_says(&talk, 100000, "> . 101:201(100) ack 301 win 64240");
	talk_says(&talk, 100001, "> . 201:301(100) ack 301 win 64240");
	talk_says(&talk, 100002, "> . 101:201(100) ack 301 win 64240");
	talk_says(&talk, 100004, "< . 301:301(0) ack 301 win 65535");
	found = found_in_talk(&talk);
	assert_string_equal(found_order(&found),
			    "c>1 s<1 s>2 c<2 c>3 s<3 s>7 c>4 c>5 c>6 c<7 s<4 s<5 s<6");
	found_ends_with(&found, &talk);
}

static void answers_come_after_questions_in_every_capture(void **state)
{
	static const char *const files[] = {"fetch.pcapng", "transfer.pcap", "rto.pcap",
					    "transfer-receiver.pcap", "zero-window.pcap"};

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct found found = found_in_file(files[i]);
		struct seq arrived[SIDES]; /* after the highest octet that came to a side */
		bool any[SIDES] = {false, false};

		for (uint32_t n = 0; n < found.steps.count; n++) {
			const struct step *step = &found.steps.all[n];
			struct packet packet;
			enum side side;

			if (step->packet >= found.captured.count)
				continue;
			captured_packet(&found.captured, step->packet, &packet);
			side = (enum side)captured_at(&found.captured, step->packet)->side;
			if (step->kind == STEP_ARRIVE) {
				struct seq last = segment_end(&packet.tcp);

				side = other_side(side);
				arrived[side] = any[side] ? seq_max(arrived[side], last) : last;
				any[side] = true;
			} else if (step->kind == STEP_SEND && (packet.tcp.flags & ACK) != 0) {
				assert_true(any[side]);
				assert_true(seq_le(packet.tcp.ack, arrived[side]));
			}
		}
		found_end(&found);
	}
}

/* ---- what was not captured ---- */

static void a_gap_that_is_acknowledged_was_missed_by_the_capture(void **state)
{
	struct talk talk = talk_begins_at_distance(20000);
	struct found found;

	(void)state;
	talk_says(&talk, 100000, "> . 201:301(100) ack 301 win 64240");
	talk_says(&talk, 120000, "< . 301:301(0) ack 301 win 65535");
	found = found_in_talk(&talk);
	assert_string_equal(found_fates(&found), "unseen 101+100 arrived, ");
	assert_string_equal(found_order(&found),
			    "c>1 s<1 s>2 c<2 c>3 s<3 c>u1 c>4 s<u1 s<4 s>5 c<5");
	found_ends_with(&found, &talk);
}

static void text_that_only_its_ack_shows_was_missed_by_the_capture(void **state)
{
	struct talk talk = talk_begins_at_distance(20000);
	struct found found;

	(void)state;
	talk_says(&talk, 120000, "< . 301:301(0) ack 401 win 65535");
	found = found_in_talk(&talk);
	assert_string_equal(found_fates(&found), "unseen 101+300 arrived, ");
	assert_string_equal(found_order(&found), "c>1 s<1 s>2 c<2 c>3 s<3 c>u1 s<u1 s>4 c<4");
	found_ends_with(&found, &talk);
}

static void an_ack_captured_before_its_segment_is_put_behind_it(void **state)
{
	struct talk talk = talk_begins_at_distance(20000);
	struct found found;

	(void)state;
	talk_says(&talk, 120000, "< . 301:301(0) ack 201 win 65535");
	talk_says(&talk, 120004, "> P. 101:201(100) ack 301 win 64240");
	found = found_in_talk(&talk);
	assert_string_equal(found_fates(&found), "5 overtaken, ");
	assert_string_equal(found_order(&found), "c>1 s<1 s>2 c<2 c>3 s<3 c>5 s<5 s>4 c<4");
	found_ends_with(&found, &talk);
}

static void a_syn_that_was_not_captured_is_known_by_its_answer(void **state)
{
	struct talk talk = talk_begin();
	struct found found;

	(void)state;
	talk_says(&talk, 0, "< S. 300:300(0) ack 101 win 65535");
	talk_says(&talk, 10, "> . 101:101(0) ack 301 win 64240");
	found = found_in_talk(&talk);
	assert_string_equal(found_fates(&found), "unseen 100+0 arrived, ");
	assert_int_equal(found.fates.unseen[0].flags, SYN);
	assert_string_equal(found_order(&found), "c>u1 s<u1 s>1 c<1 c>2 s<2");
	found_ends_with(&found, &talk);
}

static void a_syn_ack_that_was_not_captured_is_known_by_its_ack(void **state)
{
	struct talk talk = talk_begin();
	struct found found;

	(void)state;
	talk_says(&talk, 0, "> S 100:100(0) win 64240");
	talk_says(&talk, 20000, "> . 101:101(0) ack 301 win 64240");
	talk_says(&talk, 20001, "> P. 101:201(100) ack 301 win 64240");
	found = found_in_talk(&talk);
	assert_string_equal(found_fates(&found), "unseen 300+0 arrived, ");
	assert_int_equal(found.fates.unseen[0].flags, SYN | ACK);
	assert_string_equal(found_order(&found), "c>1 s<1 s>u1 c<u1 c>2 s<2 c>3 s<3");
	found_ends_with(&found, &talk);
}

static void a_packet_captured_twice_was_sent_once(void **state)
{
	struct talk talk = talk_begins_at_distance(20000);
	struct found found;

	(void)state;
	talk_says_with_id(&talk, 100010, 1010, "> P. 101:201(100) ack 301 win 64240");
	talk_says_with_id(&talk, 100012, 1010, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 120010, "< . 301:301(0) ack 201 win 65535");
	found = found_in_talk(&talk);
	assert_string_equal(found_fates(&found), "5 copy, ");
	assert_int_equal(found.fates.of[4].other, 3);
	found_ends_with(&found, &talk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_far_end_is_half_its_answer_time_away),
		cmocka_unit_test(time_begins_with_what_left_first),
		cmocka_unit_test(nothing_arrives_before_it_is_sent),
		cmocka_unit_test(answers_come_after_questions_in_every_capture),
		cmocka_unit_test(a_gap_that_is_acknowledged_was_missed_by_the_capture),
		cmocka_unit_test(text_that_only_its_ack_shows_was_missed_by_the_capture),
		cmocka_unit_test(an_ack_captured_before_its_segment_is_put_behind_it),
		cmocka_unit_test(a_syn_that_was_not_captured_is_known_by_its_answer),
		cmocka_unit_test(a_syn_ack_that_was_not_captured_is_known_by_its_ack),
		cmocka_unit_test(a_packet_captured_twice_was_sent_once),
	};

	return cmocka_run_group_tests_name("steps", tests, NULL, NULL);
}
