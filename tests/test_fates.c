/* test_fates.c — what became of captured packets is inferred rightly, and the
 * order of what happened at both ends with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <stdio.h>

#include "source/steps.h"
#include "talk.h"

struct found {
	struct trace *trace;
	struct flows flows;
	struct captured captured;
	struct fates fates;
	struct steps steps;
};

static struct found find_in(struct trace *trace)
{
	struct found found = {.trace = trace};
	struct error err;

	if (!flows_find(&found.flows, trace, &err) ||
	    !captured_load(&found.captured, trace, &found.flows.all[0], &err))
		fail_msg("%s", err.text);
	fates_find(&found.fates, &found.captured);
	steps_find(&found.steps, &found.captured, &found.fates);
	return found;
}

/* Ends the talk. */
static struct found find_in_talk(struct talk *talk)
{
	struct trace *trace;
	struct error err;

	if (!trace_open_memory(&trace, talk->bytes, talk->len, &err))
		fail_msg("%s", err.text);
	return find_in(trace);
}

static struct found find_in_file(const char *name)
{
	const char *top = getenv("TOP");
	char path[4096];
	struct trace *trace;
	struct error err;

	snprintf(path, sizeof path, "%s/traces/%s", top != NULL ? top : ".", name);
	if (!trace_open(&trace, path, &err))
		fail_msg("%s", err.text);
	return find_in(trace);
}

static void end(struct found *found)
{
	steps_free(&found->steps);
	fates_free(&found->fates);
	captured_free(&found->captured);
	flows_free(&found->flows);
	trace_close(found->trace);
}

static void end_talk(struct found *found, struct talk *talk)
{
	end(found);
	talk_end(talk);
}

/* All packets that did not simply arrive: "3 lost, 7 overtaken, " by their
 * numbers in the capture; "-1000+1448 lost, " for what was not captured. */
static const char *odd_fates(const struct found *found)
{
	static const char *const names[] = {
		[FATE_ARRIVED] = "arrived",
		[FATE_LOST] = "lost",
		[FATE_COPY] = "copy",
		[FATE_OVERTAKEN] = "overtaken",
	};
	static char buf[1024];
	struct text out = text_in(buf, sizeof buf);

	for (uint32_t i = 0; i < found->captured.count; i++)
		if (found->fates.of[i].kind != FATE_ARRIVED)
			text_addf(&out, "%llu %s, ",
				  (unsigned long long)captured_at(&found->captured, i)->number,
				  names[found->fates.of[i].kind]);
	for (uint32_t i = 0; i < found->fates.unseen_count; i++) {
		const struct unseen *unseen = &found->fates.unseen[i];

		text_addf(&out, "unseen %u+%u %s, ", unseen->seq.v, unseen->len,
			  names[unseen->kind]);
	}
	return buf;
}

/* The order of what happened: "c>1 s<1 s>2 …", x for lost, + for a copy. */
static const char *order(const struct found *found)
{
	static char buf[2048];
	struct text out = text_in(buf, sizeof buf);

	for (uint32_t i = 0; i < found->steps.count; i++) {
		const struct step *step = &found->steps.all[i];
		bool seen = step->packet < found->captured.count;
		uint32_t unseen = step->packet - found->captured.count;
		unsigned side = seen ? captured_at(&found->captured, step->packet)->side
				     : found->fates.unseen[unseen].side;

		if (step->kind == STEP_ARRIVE)
			side = !side;
		text_addf(&out, "%s%c%c%s%u", i > 0 ? " " : "", side == CLIENT ? 'c' : 's',
			  ">x+<"[step->kind], seen ? "" : "u",
			  seen ? step->packet + 1 : unseen + 1);
	}
	return buf;
}

/* ---- captures of a real TCP, whose losses are known ---- */

static void losses_are_found_at_the_senders_side(void **state)
{
	struct found found = find_in_file("transfer.pcap");

	(void)state;
	assert_int_equal(found.fates.vantage.near, SERVER);
	assert_string_equal(odd_fates(&found), "32 lost, 35 lost, ");
	assert_int_equal(found.fates.of[31].evidence, EVIDENCE_PASSED);
	end(&found);
}

static void losses_are_found_at_the_receivers_side(void **state)
{
	struct found found = find_in_file("transfer-receiver.pcap");

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
	end(&found);
}

static void delays_are_told_from_losses(void **state)
{
	struct found found = find_in_file("reordered.pcap");

	(void)state;
	assert_string_equal(odd_fates(&found), "58 overtaken, 114 overtaken, ");
	end(&found);
}

static void every_copy_but_the_last_was_lost(void **state)
{
	struct found found = find_in_file("rto.pcap");

	(void)state;
	assert_string_equal(odd_fates(&found), "13 lost, 21 lost, 22 lost, 23 lost, ");
	assert_int_equal(found.fates.of[12].evidence, EVIDENCE_REPEATED);
	end(&found);
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
		struct found found = find_in_file(files[i]);

		print_message("%s\n", files[i]);
		assert_string_equal(odd_fates(&found), "");
		end(&found);
	}
}

/* ---- times and order ---- */

static struct talk handshake(int64_t round_trip)
{
	struct talk talk = talk_begin();

	talk_says(&talk, 0, "> S 100:100(0) win 64240 <mss 1460,sackOK>");
	talk_says(&talk, round_trip, "< S. 300:300(0) ack 101 win 65535 <mss 1460,sackOK>");
	talk_says(&talk, round_trip + 10, "> . 101:101(0) ack 301 win 64240");
	return talk;
}

static void the_far_end_is_half_its_answer_time_away(void **state)
{
	struct talk talk = handshake(20000);
	struct found found = find_in_talk(&talk);

	(void)state;
	assert_int_equal(found.fates.vantage.answer[SERVER], 20000000);
	assert_int_equal(found.fates.vantage.answer[CLIENT], 10000);
	assert_int_equal(found.fates.vantage.flight, 10000000);
	assert_string_equal(order(&found), "c>1 s<1 s>2 c<2 c>3 s<3");
	assert_int_equal(found.steps.all[1].time, 10000000);
	assert_int_equal(found.steps.all[2].time, 10000000);
	assert_int_equal(found.steps.all[3].time, 20000000);
	end_talk(&found, &talk);
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
	found = find_in_talk(&talk);
	assert_int_equal(found.steps.all[0].time, 0);
	assert_int_equal(found.steps.all[1].time, 10000000); /* it passes the capture */
	assert_true(found.steps.epoch == 1000000000 - 10000000);
	end_talk(&found, &talk);
}

static void answers_come_after_questions_in_every_capture(void **state)
{
	static const char *const files[] = {"fetch.pcapng", "transfer.pcap", "rto.pcap",
					    "transfer-receiver.pcap", "zero-window.pcap"};

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct found found = find_in_file(files[i]);
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
		end(&found);
	}
}

/* ---- sent again ---- */

static void an_answer_that_came_too_early_is_for_the_first_copy(void **state)
{
	struct talk talk = handshake(20000);
	struct found found;

	(void)state;
	talk_says(&talk, 100000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 300000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 305000, "< . 301:301(0) ack 201 win 65535");
	found = find_in_talk(&talk);
	assert_string_equal(odd_fates(&found), "");
	end_talk(&found, &talk);
}

static void an_answer_in_time_is_for_the_second_copy(void **state)
{
	struct talk talk = handshake(20000);
	struct found found;

	(void)state;
	talk_says(&talk, 100000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 300000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 320000, "< . 301:301(0) ack 201 win 65535");
	found = find_in_talk(&talk);
	assert_string_equal(odd_fates(&found), "4 lost, ");
	end_talk(&found, &talk);
}

static void a_d_sack_says_that_the_first_copy_arrived(void **state)
{
	struct talk talk = handshake(20000);
	struct found found;

	(void)state;
	talk_says(&talk, 100000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 300000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 320000, "< . 301:301(0) ack 201 win 65535 <nop,nop,sack 1 {101:201}>");
	found = find_in_talk(&talk);
	assert_string_equal(odd_fates(&found), "");
	end_talk(&found, &talk);
}

static void a_late_d_sack_takes_a_loss_back(void **state)
{
	struct talk talk = handshake(20000);
	struct found found;

	(void)state;
	talk_says(&talk, 100000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 300000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 320000, "< . 301:301(0) ack 201 win 65535");
	talk_says(&talk, 330000, "< . 301:301(0) ack 201 win 65535 <nop,nop,sack 1 {101:201}>");
	found = find_in_talk(&talk);
	assert_string_equal(odd_fates(&found), "");
	end_talk(&found, &talk);
}

static void one_copy_may_repeat_two_segments(void **state)
{
	struct talk talk = handshake(20000);
	struct found found;

	(void)state;
	talk_says(&talk, 100000, "> . 101:201(100) ack 301 win 64240");
	talk_says(&talk, 100001, "> . 201:301(100) ack 301 win 64240");
	talk_says(&talk, 400000, "> P. 101:301(200) ack 301 win 64240");
	talk_says(&talk, 420000, "< . 301:301(0) ack 301 win 65535");
	found = find_in_talk(&talk);
	assert_string_equal(odd_fates(&found), "4 lost, 5 lost, ");
	end_talk(&found, &talk);
}

static void syns_that_nobody_answers_were_lost(void **state)
{
	struct talk talk = talk_begin();
	struct found found;

	(void)state;
	talk_says(&talk, 0, "> S 100:100(0) win 64240");
	talk_says(&talk, 1000000, "> S 100:100(0) win 64240");
	found = find_in_talk(&talk);
	assert_string_equal(odd_fates(&found), "1 lost, 2 lost, ");
	assert_int_equal(found.fates.of[1].evidence, EVIDENCE_NO_ANSWER);
	end_talk(&found, &talk);
}

static void what_a_reset_leaves_open_counts_as_arrived(void **state)
{
	struct talk talk = handshake(20000);
	struct found found;

	(void)state;
	talk_says(&talk, 100000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 120000, "< R 301:301(0) win 0");
	found = find_in_talk(&talk);
	assert_string_equal(odd_fates(&found), "");
	end_talk(&found, &talk);
}

static void what_later_packets_ignore_was_lost(void **state)
{
	struct talk talk = handshake(20000);
	struct found found;

	(void)state;
	talk_says(&talk, 100000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 900000, "< P. 301:401(100) ack 101 win 65535");
	talk_says(&talk, 900010, "> . 201:201(0) ack 401 win 64240");
	found = find_in_talk(&talk);
	assert_string_equal(odd_fates(&found), "4 lost, ");
	assert_int_equal(found.fates.of[3].evidence, EVIDENCE_IGNORED);
	end_talk(&found, &talk);
}

static void a_probe_of_a_closed_window_is_not_lost(void **state)
{
	struct talk talk = handshake(20000);
	struct found found;

	(void)state;
	talk_says(&talk, 100000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 120000, "< . 301:301(0) ack 201 win 0");
	talk_says(&talk, 400000, "> . 201:202(1) ack 301 win 64240");
	talk_says(&talk, 420000, "< . 301:301(0) ack 201 win 0");
	talk_says(&talk, 900000, "> . 201:202(1) ack 301 win 64240");
	talk_says(&talk, 920000, "< . 301:301(0) ack 202 win 500");
	found = find_in_talk(&talk);
	assert_string_equal(odd_fates(&found), "");
	end_talk(&found, &talk);
}

/* ---- ACKs ---- */

static void an_ack_was_lost_if_its_segment_comes_again(void **state)
{
	struct talk talk = handshake(20000);
	struct found found;

	(void)state;
	talk_says(&talk, 1020000, "< S. 300:300(0) ack 101 win 65535 <mss 1460,sackOK>");
	talk_says(&talk, 1020010, "> . 101:101(0) ack 301 win 64240");
	found = find_in_talk(&talk);
	assert_string_equal(odd_fates(&found), "3 lost, ");
	assert_int_equal(found.fates.of[2].evidence, EVIDENCE_ASKED_AGAIN);
	end_talk(&found, &talk);
}

static void a_keep_alive_does_not_ask_for_a_lost_ack(void **state)
{
	struct talk talk = handshake(20000);
	struct found found;

	(void)state;
	talk_says(&talk, 100000, "< P. 301:401(100) ack 101 win 65535");
	talk_says(&talk, 100010, "> . 101:101(0) ack 401 win 64240");
	talk_says(&talk, 7300000000, "< . 400:401(1) ack 101 win 65535");
	talk_says(&talk, 7300000010, "> . 101:101(0) ack 401 win 64240");
	found = find_in_talk(&talk);
	assert_string_equal(odd_fates(&found), "");
	end_talk(&found, &talk);
}

/* ---- what was not captured ---- */

static void a_gap_that_is_acknowledged_was_missed_by_the_capture(void **state)
{
	struct talk talk = handshake(20000);
	struct found found;

	(void)state;
	talk_says(&talk, 100000, "> . 201:301(100) ack 301 win 64240");
	talk_says(&talk, 120000, "< . 301:301(0) ack 301 win 65535");
	found = find_in_talk(&talk);
	assert_string_equal(odd_fates(&found), "unseen 101+100 arrived, ");
	assert_string_equal(order(&found), "c>1 s<1 s>2 c<2 c>3 s<3 c>u1 c>4 s<u1 s<4 s>5 c<5");
	end_talk(&found, &talk);
}

static void text_that_only_its_ack_shows_was_missed_by_the_capture(void **state)
{
	struct talk talk = handshake(20000);
	struct found found;

	(void)state;
	talk_says(&talk, 120000, "< . 301:301(0) ack 401 win 65535");
	found = find_in_talk(&talk);
	assert_string_equal(odd_fates(&found), "unseen 101+300 arrived, ");
	assert_string_equal(order(&found), "c>1 s<1 s>2 c<2 c>3 s<3 c>u1 s<u1 s>4 c<4");
	end_talk(&found, &talk);
}

static void an_ack_captured_before_its_segment_is_put_behind_it(void **state)
{
	struct talk talk = handshake(20000);
	struct found found;

	(void)state;
	talk_says(&talk, 120000, "< . 301:301(0) ack 201 win 65535");
	talk_says(&talk, 120004, "> P. 101:201(100) ack 301 win 64240");
	found = find_in_talk(&talk);
	assert_string_equal(odd_fates(&found), "5 overtaken, ");
	assert_string_equal(order(&found), "c>1 s<1 s>2 c<2 c>3 s<3 c>5 s<5 s>4 c<4");
	end_talk(&found, &talk);
}

static void a_syn_that_was_not_captured_is_known_by_its_answer(void **state)
{
	struct talk talk = talk_begin();
	struct found found;

	(void)state;
	talk_says(&talk, 0, "< S. 300:300(0) ack 101 win 65535");
	talk_says(&talk, 10, "> . 101:101(0) ack 301 win 64240");
	found = find_in_talk(&talk);
	assert_string_equal(odd_fates(&found), "unseen 100+0 arrived, ");
	assert_int_equal(found.fates.unseen[0].flags, SYN);
	assert_string_equal(order(&found), "c>u1 s<u1 s>1 c<1 c>2 s<2");
	end_talk(&found, &talk);
}

static void a_syn_ack_that_was_not_captured_is_known_by_its_ack(void **state)
{
	struct talk talk = talk_begin();
	struct found found;

	(void)state;
	talk_says(&talk, 0, "> S 100:100(0) win 64240");
	talk_says(&talk, 20000, "> . 101:101(0) ack 301 win 64240");
	talk_says(&talk, 20001, "> P. 101:201(100) ack 301 win 64240");
	found = find_in_talk(&talk);
	assert_string_equal(odd_fates(&found), "unseen 300+0 arrived, ");
	assert_int_equal(found.fates.unseen[0].flags, SYN | ACK);
	assert_string_equal(order(&found), "c>1 s<1 s>u1 c<u1 c>2 s<2 c>3 s<3");
	end_talk(&found, &talk);
}

static void a_packet_captured_twice_was_sent_once(void **state)
{
	struct talk talk = handshake(20000);
	struct found found;

	(void)state;
	for (int i = 0; i < 4; i++)
		talk_says(&talk, 100000 + i, "> . 101:101(0) ack 301 win 64240");
	talk_says_with_id(&talk, 100010, 1010, "> P. 101:201(100) ack 301 win 64240");
	talk_says_with_id(&talk, 100012, 1010, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 120010, "< . 301:301(0) ack 201 win 65535");
	found = find_in_talk(&talk);
	assert_string_equal(odd_fates(&found), "9 copy, ");
	assert_int_equal(found.fates.of[8].other, 7);
	end_talk(&found, &talk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(losses_are_found_at_the_senders_side),
		cmocka_unit_test(losses_are_found_at_the_receivers_side),
		cmocka_unit_test(delays_are_told_from_losses),
		cmocka_unit_test(every_copy_but_the_last_was_lost),
		cmocka_unit_test(where_nothing_was_lost_nothing_is_found_lost),
		cmocka_unit_test(the_far_end_is_half_its_answer_time_away),
		cmocka_unit_test(time_begins_with_what_left_first),
		cmocka_unit_test(answers_come_after_questions_in_every_capture),
		cmocka_unit_test(an_answer_that_came_too_early_is_for_the_first_copy),
		cmocka_unit_test(an_answer_in_time_is_for_the_second_copy),
		cmocka_unit_test(a_d_sack_says_that_the_first_copy_arrived),
		cmocka_unit_test(a_late_d_sack_takes_a_loss_back),
		cmocka_unit_test(one_copy_may_repeat_two_segments),
		cmocka_unit_test(syns_that_nobody_answers_were_lost),
		cmocka_unit_test(what_a_reset_leaves_open_counts_as_arrived),
		cmocka_unit_test(what_later_packets_ignore_was_lost),
		cmocka_unit_test(a_probe_of_a_closed_window_is_not_lost),
		cmocka_unit_test(an_ack_was_lost_if_its_segment_comes_again),
		cmocka_unit_test(a_keep_alive_does_not_ask_for_a_lost_ack),
		cmocka_unit_test(a_gap_that_is_acknowledged_was_missed_by_the_capture),
		cmocka_unit_test(text_that_only_its_ack_shows_was_missed_by_the_capture),
		cmocka_unit_test(an_ack_captured_before_its_segment_is_put_behind_it),
		cmocka_unit_test(a_syn_that_was_not_captured_is_known_by_its_answer),
		cmocka_unit_test(a_syn_ack_that_was_not_captured_is_known_by_its_ack),
		cmocka_unit_test(a_packet_captured_twice_was_sent_once),
	};

	return cmocka_run_group_tests_name("fates", tests, NULL, NULL);
}
