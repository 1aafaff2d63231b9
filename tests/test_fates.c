/* test_fates.c — which captured packets arrived, and which were lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "found.h"

/* These packets of it did not simply arrive. */
static void ends_with_fates(struct talk *talk, const char *fates)
{
	struct found found = found_in_talk(talk);

	assert_string_equal(found_fates(&found), fates);
	found_ends_with(&found, talk);
}

/* ---- captures of a real TCP, whose losses are known ---- */

static void losses_are_found_at_the_senders_side(void **state)
{
	struct found found = found_in_file("transfer.pcap");

	(void)state;
	assert_int_equal(found.fates.vantage.near, SERVER);
	assert_string_equal(found_fates(&found), "32 lost, 35 lost, ");
	assert_int_equal(found.fates.of[31].evidence, EVIDENCE_PASSED);
	found_end(&found);
}

static void losses_are_found_at_the_receivers_side(void **state)
{
	struct found found = found_in_file("transfer-receiver.pcap");

	(void)state;
	assert_int_equal(found.fates.vantage.near, CLIENT);
	assert_int_equal(found.fates.unseen_count, 2);
	for (unsigned i = 0; i < 2; i++) {
		const struct unseen *unseen = &found.fates.unseen[i];
		int32_t offset = seq_diff(unseen->seq, found.flows.all[0].ways[SERVER].isn) - 1;

		assert_int_equal(unseen->kind, FATE_LOST);
		assert_int_equal(unseen->len, 1448);
		assert_int_equal(offset, i == 0 ? 28960 : 31856);
	}
	found_end(&found);
}

static void delays_are_told_from_losses(void **state)
{
	struct found found = found_in_file("reordered.pcap");

	(void)state;
	assert_string_equal(found_fates(&found), "58 overtaken, 114 overtaken, ");
	found_end(&found);
}

static void every_copy_but_the_last_was_lost(void **state)
{
	struct found found = found_in_file("rto.pcap");

	(void)state;
	assert_string_equal(found_fates(&found), "13 lost, 21 lost, 22 lost, 23 lost, ");
	assert_int_equal(found.fates.of[12].evidence, EVIDENCE_REPEATED);
	found_end(&found);
}

static void where_nothing_was_lost_nothing_is_found_lost(void **state)
{
	static const char *const files[] = {
		"fetch.pcapng",    "ipv6.pcapng",      "refused.pcap", "reset.pcap",
		"half-close.pcap", "cooked.pcap",      "many.pcap",    "simultaneous-open.pcap",
		"loopback.pcap",   "zero-window.pcap",
	};

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct found found = found_in_file(files[i]);

		print_message("%s\n", files[i]);
		assert_string_equal(found_fates(&found), "");
		found_end(&found);
	}
}

/* ---- sent again ---- */

static void an_answer_that_came_too_early_is_for_the_first_copy(void **state)
{
	struct talk talk = talk_begins_at_distance(20000);

	(void)state;
	talk_says(&talk, 100000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 300000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 305000, "< . 301:301(0) ack 201 win 65535");
	ends_with_fates(&talk, "");
}

static void an_answer_in_time_is_for_the_second_copy(void **state)
{
	struct talk talk = talk_begins_at_distance(20000);

	(void)state;
	talk_says(&talk, 100000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 300000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 320000, "< . 301:301(0) ack 201 win 65535");
	ends_with_fates(&talk, "4 lost, ");
}

static void a_d_sack_says_that_the_first_copy_arrived(void **state)
{
	struct talk talk = talk_begins_at_distance(20000);

	(void)state;
	talk_says(&talk, 100000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 300000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 320000, "< . 301:301(0) ack 201 win 65535 <nop,nop,sack 1 {101:201}>");
	ends_with_fates(&talk, "");
}

static void a_late_d_sack_takes_a_loss_back(void **state)
{
	struct talk talk = talk_begins_at_distance(20000);

	(void)state;
	talk_says(&talk, 100000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 300000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 320000, "< . 301:301(0) ack 201 win 65535");
	talk_says(&talk, 330000, "< . 301:301(0) ack 201 win 65535 <nop,nop,sack 1 {101:201}>");
	ends_with_fates(&talk, "");
}

static void a_fin_came_with_the_text_that_sack_reports(void **state)
{
	struct talk talk = talk_begins_at_distance(20000);

	(void)state;
	talk_says(&talk, 30000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 30010, "> FP. 201:301(100) ack 301 win 64240");
	talk_says(&talk, 50010, "< . 301:301(0) ack 101 win 65535 <nop,nop,sack 1 {201:301}>");
	talk_says(&talk, 60000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 60010, "> F. 301:301(0) ack 301 win 64240");
	talk_says(&talk, 90000, "< . 301:301(0) ack 302 win 65535");
	ends_with_fates(&talk, "4 lost, ");
}

static void one_copy_may_repeat_two_segments(void **state)
{
	struct talk talk = talk_begins_at_distance(20000);

	(void)state;
	talk_says(&talk, 100000, "> . 101:201(100) ack 301 win 64240");
	talk_says(&talk, 100001, "> . 201:301(100) ack 301 win 64240");
	talk_says(&talk, 400000, "> P. 101:301(200) ack 301 win 64240");
	talk_says(&talk, 420000, "< . 301:301(0) ack 301 win 65535");
	ends_with_fates(&talk, "4 lost, 5 lost, ");
}

static void syns_that_nobody_answers_were_lost(void **state)
{
	struct talk talk = talk_begin();
	struct found found;

	(void)state;
	talk_says(&talk, 0, "> S 100:100(0) win 64240");
	talk_says(&talk, 1000000, "> S 100:100(0) win 64240");
	found = found_in_talk(&talk);
	assert_string_equal(found_fates(&found), "1 lost, 2 lost, ");
	assert_int_equal(found.fates.of[1].evidence, EVIDENCE_NO_ANSWER);
	found_ends_with(&found, &talk);
}

static void what_a_reset_leaves_open_counts_as_arrived(void **state)
{
	struct talk talk = talk_begins_at_distance(20000);

	(void)state;
	talk_says(&talk, 100000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 120000, "< R 301:301(0) win 0");
	ends_with_fates(&talk, "");
}

static void what_later_packets_ignore_was_lost(void **state)
{
	struct talk talk = talk_begins_at_distance(20000);
	struct found found;

	(void)state;
	talk_says(&talk, 100000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 900000, "< P. 301:401(100) ack 101 win 65535");
	talk_says(&talk, 900010, "> . 201:201(0) ack 401 win 64240");
	found = found_in_talk(&talk);
	assert_string_equal(found_fates(&found), "4 lost, ");
	assert_int_equal(found.fates.of[3].evidence, EVIDENCE_IGNORED);
	found_ends_with(&found, &talk);
}

static void a_probe_of_a_closed_window_is_not_lost(void **state)
{
	struct talk talk = talk_begins_at_distance(20000);

	(void)state;
	talk_says(&talk, 100000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 120000, "< . 301:301(0) ack 201 win 0");
	talk_says(&talk, 400000, "> . 201:202(1) ack 301 win 64240");
	talk_says(&talk, 420000, "< . 301:301(0) ack 201 win 0");
	talk_says(&talk, 900000, "> . 201:202(1) ack 301 win 64240");
	talk_says(&talk, 920000, "< . 301:301(0) ack 202 win 500");
	ends_with_fates(&talk, "");
}

static void a_syn_ack_where_both_open_repeats_no_syn(void **state)
{
	struct talk talk = talk_begin();
	struct found found;

	(void)state;
	talk_says(&talk, 0, "> S 100:100(0) win 64240");
	talk_says(&talk, 50000, "< S 300:300(0) win 64240");
	talk_says(&talk, 50010, "> S. 100:100(0) ack 301 win 64240");
	talk_says(&talk, 100000, "< S. 300:300(0) ack 101 win 64240");
	found = found_in_talk(&talk);
	assert_string_equal(found_fates(&found), "");
	assert_int_equal(found.fates.vantage.answer[SERVER], 100000000);
	found_ends_with(&found, &talk);
}

static void a_syn_was_lost_if_only_the_syn_ack_behind_it_is_answered(void **state)
{
	struct talk talk = talk_begin();

	(void)state;
	talk_says(&talk, 0, "> S 100:100(0) win 64240");
	talk_says(&talk, 50000, "< S 300:300(0) win 64240");
	talk_says(&talk, 50010, "> S. 100:100(0) ack 301 win 64240");
	talk_says(&talk, 100000, "< . 301:301(0) ack 101 win 64240");
	ends_with_fates(&talk, "1 lost, ");
}

/* ---- ACKs ---- */

static void an_ack_was_lost_if_its_segment_comes_again(void **state)
{
	struct talk talk = talk_begins_at_distance(20000);
	struct found found;

	(void)state;
	talk_says(&talk, 1020000, "< S. 300:300(0) ack 101 win 65535 <mss 1460,sackOK>");
	talk_says(&talk, 1020010, "> . 101:101(0) ack 301 win 64240");
	found = found_in_talk(&talk);
	assert_string_equal(found_fates(&found), "3 lost, ");
	assert_int_equal(found.fates.of[2].evidence, EVIDENCE_ASKED_AGAIN);
	found_ends_with(&found, &talk);
}

static void a_keep_alive_does_not_ask_for_a_lost_ack(void **state)
{
	struct talk talk = talk_begins_at_distance(20000);

	(void)state;
	talk_says(&talk, 100000, "< P. 301:401(100) ack 101 win 65535");
	talk_says(&talk, 100010, "> . 101:101(0) ack 401 win 64240");
	talk_says(&talk, 7300000000, "< . 400:401(1) ack 101 win 65535");
	talk_says(&talk, 7300000010, "> . 101:101(0) ack 401 win 64240");
	ends_with_fates(&talk, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(losses_are_found_at_the_senders_side),
		cmocka_unit_test(losses_are_found_at_the_receivers_side),
		cmocka_unit_test(delays_are_told_from_losses),
		cmocka_unit_test(every_copy_but_the_last_was_lost),
		cmocka_unit_test(where_nothing_was_lost_nothing_is_found_lost),
		cmocka_unit_test(an_answer_that_came_too_early_is_for_the_first_copy),
		cmocka_unit_test(an_answer_in_time_is_for_the_second_copy),
		cmocka_unit_test(a_d_sack_says_that_the_first_copy_arrived),
		cmocka_unit_test(a_fin_came_with_the_text_that_sack_reports),
		cmocka_unit_test(a_late_d_sack_takes_a_loss_back),
		cmocka_unit_test(one_copy_may_repeat_two_segments),
		cmocka_unit_test(syns_that_nobody_answers_were_lost),
		cmocka_unit_test(what_a_reset_leaves_open_counts_as_arrived),
		cmocka_unit_test(what_later_packets_ignore_was_lost),
		cmocka_unit_test(a_probe_of_a_closed_window_is_not_lost),
		cmocka_unit_test(a_syn_ack_where_both_open_repeats_no_syn),
		cmocka_unit_test(a_syn_was_lost_if_only_the_syn_ack_behind_it_is_answered),
		cmocka_unit_test(an_ack_was_lost_if_its_segment_comes_again),
		cmocka_unit_test(a_keep_alive_does_not_ask_for_a_lost_ack),
	};

	return cmocka_run_group_tests_name("fates", tests, NULL, NULL);
}
