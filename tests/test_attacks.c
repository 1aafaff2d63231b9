/* What a forger, a broken peer or a mirror can send, and how little it gets.
 * RFC 5961, RFC 9293 §3.9.2.3 and Appendix A.2, RFC 7323 §5. */
#include "tests/dialogue.h"

#include <stdio.h>
#include <string.h>

/* ---- RST ---- */

/* Its sequence number decides, not the text that it may carry (SHLD-2). */
static void rst_whose_text_reaches_into_the_window_is_dropped(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "P. 1:101(100) ack 1 win 65535");
	pass_ms(&d, 200);
	out(&d, ". 1:1(0) ack 101");
	in(&d, "R 51:151(100) win 0");
	silent(&d);
	in_state(&d, ESTABLISHED);
	in(&d, "R 101:201(100) win 0");
	in_state(&d, CLOSED);
	assert_int_equal(d.delivered, 100);
}

static void timestamp_of_a_rst_changes_nothing(void **state)
{
	struct dialogue d = established_with_timestamps();

	(void)state;
	d.profile.rfc1337 = true;
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, "F. 1:1(0) ack 2 win 65535 <nop,nop,TS val 71 ecr 0>");
	out(&d, ". 2:2(0) ack 2");
	in(&d, "R 2:2(0) win 0 <nop,nop,TS val 100000 ecr 0>");
	fired(&d, RULE_RST_IGNORED_TIME_WAIT);
	assert_int_equal(d.tcb.ts.recent, 71);
}

static void rst_of_an_abort_carries_a_timestamp(void **state)
{
	struct dialogue d = established_with_timestamps();

	(void)state;
	app_abort(&d);
	out(&d, "R 1:1(0) <nop,nop,TS val 1000 ecr 0>");
}

/* ---- SYN ---- */

/* RFC 5961 §4: at any sequence number the answer is an ACK, and the state stays. */
static void syn_anywhere_ends_no_connection(void **state)
{
	static const unsigned offsets[] = {0,     1,     2,          100,        65535, 65536,
					   65537, 70000, 0x7fffffff, 0x80000000, -1u};

	(void)state;
	for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
		for (int ack = 0; ack <= 1; ack++) {
			struct dialogue d = established();
			char line[80];

			snprintf(line, sizeof line,
				 ack ? "S. %u:%u(0) ack 1 win 9" : "S %u:%u(0) win 9", offsets[i],
				 offsets[i]);
			in(&d, line);
			out(&d, ". 1:1(0) ack 1");
			in_state(&d, ESTABLISHED);
		}
	}
}

static void syn_from_our_own_socket_is_ignored(void **state)
{
	struct dialogue d = listening();
	struct endpoint us = {.address = {.version = 4, .bytes = {10, 0, 0, 1}}, .port = 4000};
	struct segment syn = {.flags = SYN, .wnd = 3000};
	struct tcp t = dialogue_turn(&d);

	(void)state;
	tcp_arrives_in_listen(&t, &syn, &us, &us);
	in_state(&d, LISTEN);
	silent(&d);
}

static void syn_from_or_to_many_is_ignored(void **state)
{
	static const uint8_t bad[][4] = {
		{255, 255, 255, 255}, {224, 0, 0, 1}, {239, 1, 2, 3}, {0, 0, 0, 0}};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof bad / sizeof bad[0]; i++) {
		struct dialogue d = listening();
		struct endpoint from = {.address = {.version = 4, .bytes = {10, 0, 0, 2}},
					.port = 80};
		struct endpoint to = {.address = {.version = 4, .bytes = {10, 0, 0, 1}},
				      .port = 4000};
		struct segment syn = {.flags = SYN, .wnd = 3000};
		struct tcp t = dialogue_turn(&d);

		memcpy((i % 2 ? &from : &to)->address.bytes, bad[i / 2], 4);
		tcp_arrives_in_listen(&t, &syn, &from, &to);
		in_state(&d, LISTEN);
		silent(&d);
	}
}

/* ---- ACK ---- */

/* MAY-12: of all 2³² only those from SND.UNA − MAX.SND.WND to SND.NXT. */
static void ack_must_lie_near_what_was_sent(void **state)
{
	static const struct {
		unsigned ack;
		bool believed;
	} acks[] = {{102, false},        {101, true},
		    {1, true},           {1 - 65535u, true},
		    {1 - 65536u, false}, {0x7fffffff, false},
		    {0x80000000, false}, {101 + (1u << 30), false}};

	(void)state;
	for (size_t i = 0; i < sizeof acks / sizeof acks[0]; i++) {
		struct dialogue d = established();
		char line[80];

		app_send(&d, 100);
		out(&d, "P. 1:101(100) ack 1");
		snprintf(line, sizeof line, "P. 1:11(10) ack %u win 65535", acks[i].ack);
		in(&d, line);
		assert_int_equal(d.delivered, acks[i].believed ? 10 : 0);
		out_any(&d);
	}
}

static void flood_of_pure_acks_gets_few_answers_but_text_gets_all(void **state)
{
	struct dialogue d = established();
	unsigned answers = 0;

	(void)state;
	for (int i = 0; i < 500; i++) {
		in(&d, i % 2 ? ". 4000000:4000000(0) ack 1 win 9" : ". 1:1(0) ack 5000 win 9");
		answers += out_any(&d);
	}
	assert_int_equal(answers, d.profile.challenge_limit);
	fired(&d, RULE_CHALLENGE_LIMITED);
	for (int i = 0; i < 50; i++) {
		in(&d, ". 0:1(1) ack 1 win 65535");
		out(&d, ". 1:1(0) ack 1");
	}
}

static void limit_of_answers_is_each_connections_own(void **state)
{
	struct dialogue flooded = established();
	struct dialogue other = established();

	(void)state;
	for (int i = 0; i < 100; i++) {
		in(&flooded, "R 500:500(0) win 0");
		out_any(&flooded);
	}
	for (unsigned i = 0; i < other.profile.challenge_limit; i++) {
		in(&other, "R 500:500(0) win 0");
		out(&other, ". 1:1(0) ack 1");
	}
}

/* RFC 5961 §7; whoever can count the answers that are missing learns of others. */
static void random_limit_cannot_be_counted(void **state)
{
	struct dialogue d = established();
	struct dialogue again = established();
	unsigned least = 1000;
	unsigned most = 0;

	(void)state;
	d.profile.challenge_limit = again.profile.challenge_limit = 20;
	d.profile.challenge_random = again.profile.challenge_random = true;
	for (int second = 0; second < 30; second++) {
		unsigned answers = 0;

		for (int i = 0; i < 40; i++) {
			bool answered;

			in(&d, "R 500:500(0) win 0");
			in(&again, "R 500:500(0) win 0");
			answered = out_any(&d);
			assert_int_equal(out_any(&again), answered); /* every run has the same */
			answers += answered;
		}
		least = answers < least ? answers : least;
		most = answers > most ? answers : most;
		pass_ms(&d, 1000);
		pass_ms(&again, 1000);
	}
	assert_in_range(least, 10, 14);
	assert_in_range(most, 25, 29);
}

/* ---- text ---- */

static void one_octet_in_every_second_place_takes_bounded_memory(void **state)
{
	struct dialogue d = established();

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		char line[80];

		snprintf(line, sizeof line, ". %u:%u(1) ack 1 win 65535", 3 + 2 * i, 4 + 2 * i);
		in(&d, line);
		out(&d, ". 1:1(0) ack 1");
	}
	fired(&d, RULE_TEXT_HELD_FULL);
	assert_int_equal(d.tcb.rcv.held_count, HELD_MAX);
	assert_int_equal(d.delivered, HELD_MAX);
	/* What is missing first is always taken. */
	in(&d, ". 1:1001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1001");
	assert_int_equal(d.delivered, 1000);
}

static void urgent_pointer_never_moves_text(void **state)
{
	(void)state;
	for (unsigned up = 0; up < 65536; up += 257) {
		struct dialogue d = established();
		char line[80];

		snprintf(line, sizeof line, "PU. 1:101(100) ack 1 win 65535 urg %u", up);
		in(&d, line);
		assert_int_equal(d.delivered, 100);
		assert_int_equal(tcb_urgent_left(&d.tcb), up);
		app_receive(&d, 100);
		assert_int_equal(tcb_urgent_left(&d.tcb), up > 100 ? up - 100 : 0);
		assert_int_equal(d.tcb.rcv.urgent, up > 100);
	}
}

/* ---- mirrors ---- */

/* All that is sent comes back, as over a wire that ends where it began. */
static unsigned until_quiet(struct dialogue *d)
{
	struct tcp t = dialogue_turn(d);
	struct segment seg;
	int64_t offset;
	enum rule rule;
	unsigned count = 0;

	while (d->tcb.state != CLOSED && tcp_next_segment(&t, &seg, &offset, &rule)) {
		assert_true(++count < 100);
		tcp_arrives(&t, &seg);
	}
	tcp_check(&d->tcb, &d->profile, d->now);
	return count;
}

static void connection_to_itself_opens_talks_and_closes(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	app_connect(&d);
	assert_true(until_quiet(&d) < 8);
	in_state(&d, ESTABLISHED);
	app_send(&d, 100);
	assert_true(until_quiet(&d) < 8);
	assert_int_equal(d.tcb.rcv.unread, 100);
	app_close(&d);
	assert_true(until_quiet(&d) < 8);
	assert_true(d.tcb.state == TIME_WAIT || d.tcb.state == CLOSING);
}

static void two_who_disagree_come_to_rest(void **state)
{
	struct dialogue a = established();
	unsigned count = 0;

	(void)state;
	/* The mirror answers each of our ACKs with one that we cannot accept. */
	in(&a, ". 4000000:4000000(0) ack 1 win 9");
	while (out_any(&a) && count++ < 1000)
		in(&a, ". 4000000:4000000(0) ack 1 win 9");
	assert_int_equal(count, a.profile.challenge_limit);
}

/* RFC 9293 appendix A.2: as long as they disagree, so many segments a second. */
static void two_who_go_on_disagreeing_do_so_slowly(void **state)
{
	struct dialogue a = established();
	unsigned count = 0;

	(void)state;
	for (int second = 0; second < 10; second++) {
		in(&a, ". 4000000:4000000(0) ack 1 win 9");
		while (out_any(&a) && count++ < 100000)
			in(&a, ". 4000000:4000000(0) ack 1 win 9");
		pass_ms(&a, 1000);
	}
	assert_int_equal(count, 10 * a.profile.challenge_limit);
	in_state(&a, ESTABLISHED);
}

static void tiny_mss_still_leaves_room_for_text(void **state)
{
	(void)state;
	for (unsigned mss = 0; mss <= 64; mss++) {
		struct dialogue d = dialogue_new();
		char line[100];

		d.profile.timestamps = true;
		d.profile.sack = true;
		app_connect(&d);
		out(&d, "S 0:0(0)");
		snprintf(line, sizeof line,
			 "S. 0:0(0) ack 1 win 65535 <mss %u,sackOK,TS val 1 ecr 0>", mss);
		in(&d, line);
		out(&d, ". 1:1(0) ack 1");
		app_send(&d, 1000);
		for (int i = 0; i < 4; i++)
			assert_true(out_any(&d));
		assert_in_range(tcb_outstanding(&d.tcb), 4 * 24, 4 * 64);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rst_whose_text_reaches_into_the_window_is_dropped),
		cmocka_unit_test(timestamp_of_a_rst_changes_nothing),
		cmocka_unit_test(rst_of_an_abort_carries_a_timestamp),
		cmocka_unit_test(syn_anywhere_ends_no_connection),
		cmocka_unit_test(syn_from_our_own_socket_is_ignored),
		cmocka_unit_test(syn_from_or_to_many_is_ignored),
		cmocka_unit_test(ack_must_lie_near_what_was_sent),
		cmocka_unit_test(flood_of_pure_acks_gets_few_answers_but_text_gets_all),
		cmocka_unit_test(limit_of_answers_is_each_connections_own),
		cmocka_unit_test(random_limit_cannot_be_counted),
		cmocka_unit_test(one_octet_in_every_second_place_takes_bounded_memory),
		cmocka_unit_test(urgent_pointer_never_moves_text),
		cmocka_unit_test(connection_to_itself_opens_talks_and_closes),
		cmocka_unit_test(two_who_disagree_come_to_rest),
		cmocka_unit_test(two_who_go_on_disagreeing_do_so_slowly),
		cmocka_unit_test(tiny_mss_still_leaves_room_for_text),
	};

	return DIALOGUE_RUN("attacks", tests);
}
