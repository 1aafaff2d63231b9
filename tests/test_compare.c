/* test_compare.c — what our engine sent is matched with what a captured host sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "source/compare.h"
#include "wire/line.h"

struct lists {
	struct sent_list ours;
	struct sent_list theirs;
};

static void add(struct sent_list *list, nanos time, int64_t number, const char *line)
{
	struct segment seg;
	struct error err;

	if (!line_parse(&seg, line, &err))
		fail_msg("%s: %s", line, err.text);
	sent_add(list, time, number, &seg);
}

static void we_send(struct lists *lists, const char *line)
{
	add(&lists->ours, 0, 0, line);
}

static void they_send(struct lists *lists, const char *line)
{
	add(&lists->theirs, 0, (int64_t)lists->theirs.count + 1, line);
}

/* Both lists' verdicts: "same cut(1) | same cut(1) alone": our match, their match. */
static const char *verdicts(struct lists *lists)
{
	static const char *const names[VERDICT_COUNT] = {
		[VERDICT_SAME] = "same",
		[VERDICT_DIFFERENT] = "different",
		[VERDICT_CUT] = "cut",
		[VERDICT_ALONE] = "alone",
	};
	static char buf[1024];
	struct text out = text_in(buf, sizeof buf);

	compare(&lists->ours, &lists->theirs, seq_of(100));
	for (uint32_t i = 0; i < lists->ours.count; i++)
		text_addf(&out, "%s ", names[lists->ours.all[i].verdict]);
	text_add(&out, "|");
	for (uint32_t i = 0; i < lists->theirs.count; i++)
		text_addf(&out, " %s", names[lists->theirs.all[i].verdict]);
	return buf;
}

static const char *told(struct lists *lists, uint32_t our)
{
	static char buf[400];
	struct text out = text_in(buf, sizeof buf);

	compare_tell(&lists->ours, &lists->theirs, our, &out);
	return buf;
}

static void end(struct lists *lists)
{
	sent_free(&lists->ours);
	sent_free(&lists->theirs);
}

static void equal_segments_are_the_same(void **state)
{
	struct lists lists = {.ours = {0}};

	(void)state;
	we_send(&lists, "S 100:100(0) win 64240 <mss 1460>");
	we_send(&lists, ". 101:101(0) ack 301 win 500");
	we_send(&lists, "P. 101:201(100) ack 301 win 500");
	we_send(&lists, "F. 201:201(0) ack 301 win 500");
	for (uint32_t i = 0; i < 4; i++) {
		static const char *const theirs[] = {
			"S 100:100(0) win 64240 <mss 1460>",
			". 101:101(0) ack 301 win 500",
			"P. 101:201(100) ack 301 win 500",
			"F. 201:201(0) ack 301 win 500",
		};

		they_send(&lists, theirs[i]);
	}
	assert_string_equal(verdicts(&lists), "same same same same | same same same same");
	assert_string_equal(told(&lists, 2), "Same as packet 3 of the capture.");
	assert_int_equal(sent_count(&lists.ours).same, 3);
	assert_int_equal(sent_count(&lists.ours).acks_same, 1);
	end(&lists);
}

static void windows_and_push_are_told_and_not_counted(void **state)
{
	struct lists lists = {.ours = {0}};

	(void)state;
	we_send(&lists, ". 101:201(100) ack 301 win 500 <nop,nop,TS val 1 ecr 2>");
	they_send(&lists, "P. 101:201(100) ack 301 win 501 <nop,nop,TS val 7 ecr 8>");
	assert_string_equal(verdicts(&lists), "same | same");
	assert_string_equal(told(&lists, 0),
			    "Same as packet 1 of the capture, but for: window (not counted) 500, "
			    "there 501; PSH (not counted) no, there yes.");
	assert_int_equal(sent_count(&lists.ours).windows, 1);
	assert_int_equal(sent_count(&lists.ours).pushes, 1);
	end(&lists);
}

static void what_counts_as_different_is_named_with_both_values(void **state)
{
	struct lists lists = {.ours = {0}};

	(void)state;
	we_send(&lists, "S 100:100(0) win 64240 <mss 1460,nop,wscale 7>");
	we_send(&lists, ". 101:201(100) ack 301 win 500");
	they_send(&lists, "S 100:100(0) win 64240 <mss 1400,sackOK,TS val 1 ecr 0,nop,wscale 8>");
	they_send(&lists, ". 101:201(100) ack 401 win 500");
	assert_string_equal(verdicts(&lists), "different different | different different");
	assert_string_equal(told(&lists, 0),
			    "Like packet 1 of the capture, but for: MSS 1460, there 1400; window "
			    "scale 7, there 8; SACK permitted no, there yes; timestamps no, there "
			    "yes.");
	assert_string_equal(told(&lists, 1), "Like packet 2 of the capture, but for: "
					     "acknowledgment 301, there 401.");
	end(&lists);
}

static void the_same_octets_may_be_cut_differently(void **state)
{
	struct lists lists = {.ours = {0}};

	(void)state;
	we_send(&lists, ". 101:201(100) ack 301 win 500");
	we_send(&lists, "F. 201:301(100) ack 301 win 500");
	we_send(&lists, ". 302:302(0) ack 301 win 500");
	they_send(&lists, ". 101:151(50) ack 301 win 500");
	they_send(&lists, "P. 151:301(150) ack 301 win 500");
	they_send(&lists, "F. 301:301(0) ack 301 win 500");
	assert_string_equal(verdicts(&lists), "cut cut alone | cut cut cut");
	assert_string_equal(told(&lists, 1), "Octets of packet 2 of the capture, cut differently: "
					     "100 here, there 150.");
	assert_int_equal(lists.theirs.all[1].matched, 1);
	assert_int_equal(lists.theirs.all[2].match, 1);
	end(&lists);
}

static void repetitions_match_repetitions(void **state)
{
	struct lists lists = {.ours = {0}};

	(void)state;
	we_send(&lists, ". 101:201(100) ack 301 win 500");
	we_send(&lists, ". 201:301(100) ack 301 win 500");
	we_send(&lists, ". 101:201(100) ack 301 win 500");
	they_send(&lists, ". 101:201(100) ack 301 win 500");
	they_send(&lists, ". 201:301(100) ack 301 win 500");
	they_send(&lists, ". 201:301(100) ack 301 win 500");
	they_send(&lists, ". 101:201(100) ack 301 win 500");
	assert_string_equal(verdicts(&lists), "same same same | same same alone same");
	assert_int_equal(lists.ours.all[2].match, 3);
	end(&lists);
}

static void more_or_fewer_segments_stand_alone(void **state)
{
	struct lists lists = {.ours = {0}};

	(void)state;
	we_send(&lists, ". 101:201(100) ack 301 win 500");
	we_send(&lists, ". 201:301(100) ack 301 win 500");
	they_send(&lists, ". 101:201(100) ack 301 win 500");
	they_send(&lists, "R. 201:201(0) ack 301 win 0");
	assert_string_equal(verdicts(&lists), "same alone | same alone");
	assert_string_equal(told(&lists, 1),
			    "Sent by our engine only: the capture holds no such segment.");
	end(&lists);
}

static void acks_alone_match_by_number_and_order(void **state)
{
	struct lists lists = {.ours = {0}};

	(void)state;
	we_send(&lists, ". 101:101(0) ack 301 win 500");
	we_send(&lists, ". 101:101(0) ack 501 win 500");
	we_send(&lists, ". 101:101(0) ack 501 win 400");
	they_send(&lists, ". 101:101(0) ack 301 win 500");
	they_send(&lists, ". 101:101(0) ack 401 win 500");
	they_send(&lists, ". 101:101(0) ack 501 win 500");
	assert_string_equal(verdicts(&lists), "same same alone | same alone same");
	assert_int_equal(sent_count(&lists.ours).alone, 0);
	assert_int_equal(sent_count(&lists.ours).acks_alone, 1);
	assert_int_equal(sent_count(&lists.theirs).acks_alone, 1);
	end(&lists);
}

static void order_holds_across_the_wrap_of_sequence_numbers(void **state)
{
	struct lists lists = {.ours = {0}};

	(void)state;
	we_send(&lists, ". 4294967200:0(96) ack 301 win 500");
	we_send(&lists, ". 0:100(100) ack 301 win 500");
	they_send(&lists, ". 4294967200:0(96) ack 301 win 500");
	they_send(&lists, ". 0:100(100) ack 301 win 500");
	compare(&lists.ours, &lists.theirs, seq_of(4294967199u));
	assert_int_equal(lists.ours.all[1].verdict, VERDICT_SAME);
	assert_int_equal(lists.ours.all[1].left, 97);
	assert_false(lists.ours.all[1].again);
	end(&lists);
}

static void only_times_worth_it_are_told(void **state)
{
	struct lists lists = {.ours = {0}};

	(void)state;
	add(&lists.ours, nanos_from_ms(230), 0, ". 101:201(100) ack 301 win 500");
	add(&lists.ours, nanos_from_ms(300), 0, ". 201:301(100) ack 301 win 500");
	add(&lists.theirs, nanos_from_ms(200), 1, ". 101:201(100) ack 301 win 500");
	add(&lists.theirs, nanos_from_ms(300) + 999999, 0, ". 201:301(100) ack 301 win 500");
	compare(&lists.ours, &lists.theirs, seq_of(100));
	assert_string_equal(told(&lists, 0), "Same as packet 1 of the capture, 0.030 s later.");
	assert_string_equal(told(&lists, 1), "Same as a packet that the capture missed.");
	end(&lists);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_segments_are_the_same),
		cmocka_unit_test(windows_and_push_are_told_and_not_counted),
		cmocka_unit_test(what_counts_as_different_is_named_with_both_values),
		cmocka_unit_test(the_same_octets_may_be_cut_differently),
		cmocka_unit_test(repetitions_match_repetitions),
		cmocka_unit_test(more_or_fewer_segments_stand_alone),
		cmocka_unit_test(acks_alone_match_by_number_and_order),
		cmocka_unit_test(order_holds_across_the_wrap_of_sequence_numbers),
		cmocka_unit_test(only_times_worth_it_are_told),
	};

	return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
