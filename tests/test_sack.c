/* What a receiver tells of text beyond a gap. RFC 2018 §3, §4. */
#include "tests/dialogue.h"

#include <stdio.h>
#include <string.h>

static struct dialogue with_sack(bool timestamps)
{
	struct dialogue d = dialogue_new();

	d.profile.sack = true;
	d.profile.timestamps = timestamps;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, timestamps ? "S. 0:0(0) ack 1 win 65535 <mss 1000,sackOK,TS val 70 ecr 0>"
			  : "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK>");
	out(&d, ". 1:1(0) ack 1");
	return d;
}

/* The repetition has come first, with a newer timestamp. */
static void what_paws_refuses_is_told_where_it_came_twice(void **state)
{
	struct dialogue d = with_sack(true);

	(void)state;
	d.profile.dsack = true;
	in(&d, ". 101:201(100) ack 1 win 65535 <nop,nop,TS val 72 ecr 0>");
	out(&d, ". 1:1(0) ack 1 <nop,nop,sack 1 {101:201}>");
	in(&d, ". 1:101(100) ack 1 win 65535 <nop,nop,TS val 90 ecr 0>");
	out(&d, ". 1:1(0) ack 201 <nop,nop,TS val 1000 ecr 90>");
	in(&d, ". 1:101(100) ack 1 win 65535 <nop,nop,TS val 71 ecr 0>");
	out(&d, ". 1:1(0) ack 201 <nop,nop,sack 1 {1:101}>");
	fired(&d, RULE_PAWS);
	fired(&d, RULE_DSACK_SENT);
	/* What is not here yet did not come twice. */
	in(&d, ". 201:301(100) ack 1 win 65535 <nop,nop,TS val 71 ecr 0>");
	out(&d, ". 1:1(0) ack 201 <nop,nop,TS val 1000 ecr 90>");
}

/* Segment number `n` of 100 octets arrives, from 1 on. */
static void in_segment(struct dialogue *d, int n)
{
	char line[80];

	snprintf(line, sizeof line, ". %d:%d(100) ack 1 win 65535", 1 + 100 * n, 101 + 100 * n);
	in(d, line);
}

static void blocks_that_were_reported_last_come_first(void **state)
{
	struct dialogue d = with_sack(false);

	(void)state;
	in_segment(&d, 5);
	out(&d, ". 1:1(0) ack 1 <nop,nop,sack 1 {501:601}>");
	in_segment(&d, 1);
	out(&d, ". 1:1(0) ack 1 <nop,nop,sack 2 {101:201}{501:601}>");
	in_segment(&d, 3);
	out(&d, ". 1:1(0) ack 1 <nop,nop,sack 3 {301:401}{101:201}{501:601}>");
	in_segment(&d, 9);
	out(&d, ". 1:1(0) ack 1 <nop,nop,sack 4 {901:1001}{301:401}{101:201}{501:601}>");
	in_segment(&d, 7);
	out(&d, ". 1:1(0) ack 1 <nop,nop,sack 4 {701:801}{901:1001}{301:401}{101:201}>");
	/* An old one grows, and is the newest. */
	in_segment(&d, 6);
	out(&d, ". 1:1(0) ack 1 <nop,nop,sack 4 {501:801}{901:1001}{301:401}{101:201}>");
	in_segment(&d, 2);
	out(&d, ". 1:1(0) ack 1 <nop,nop,sack 3 {101:401}{501:801}{901:1001}>");
	/* What comes twice is reported first again. */
	in_segment(&d, 9);
	out(&d, ". 1:1(0) ack 1 <nop,nop,sack 3 {901:1001}{101:401}{501:801}>");
	in_segment(&d, 0);
	out(&d, ". 1:1(0) ack 401 <nop,nop,sack 2 {901:1001}{501:801}>");
	in_segment(&d, 4);
	out(&d, ". 1:1(0) ack 801 <nop,nop,sack 1 {901:1001}>");
	in_segment(&d, 8);
	out(&d, ". 1:1(0) ack 1001");
}

static void with_timestamps_there_is_room_for_three(void **state)
{
	struct dialogue d = with_sack(true);

	(void)state;
	for (int n = 1; n <= 9; n += 2) {
		char line[100];

		snprintf(line, sizeof line,
			 ". %d:%d(100) ack 1 win 65535 <nop,nop,TS val 71 ecr 0>", 1 + 100 * n,
			 101 + 100 * n);
		in(&d, line);
		if (n < 9)
			out_any(&d);
	}
	out(&d, ". 1:1(0) ack 1"); /* the option's numbers are compared below */
	assert_int_equal(d.tcb.rcv.held_count, 5);
	assert_int_equal(d.last.options.sack_count, 3);
	assert_int_equal(d.last.options.len, 40);
}

/* "SACK options SHOULD be included in all ACKs which do not ACK the highest
 * sequence number": so in text, too, and then there is less room for it. */
static void text_carries_sack_and_leaves_room_for_it(void **state)
{
	struct dialogue d = with_sack(false);

	(void)state;
	app_send(&d, 3000);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, ". 1001:2001(1000) ack 1");
	out(&d, "P. 2001:3001(1000) ack 1");
	in(&d, ". 101:201(100) ack 1001 win 65535");
	app_send(&d, 2000);
	out(&d, ". 3001:3989(988) ack 1 <nop,nop,sack 1 {101:201}>");
	out(&d, ". 3989:4977(988) ack 1 <nop,nop,sack 1 {101:201}>");
	in(&d, ". 1:101(100) ack 4977 win 65535");
	out(&d, "P. 4977:5001(24) ack 201");
	in(&d, ". 201:301(100) ack 5001 win 65535");
	app_send(&d, 1000);
	out(&d, "P. 5001:6001(1000) ack 301");
}

/* With a small MSS, text keeps half of the segment. */
static void sack_takes_no_more_than_half_of_a_small_segment(void **state)
{
	static const struct {
		unsigned mss;
		unsigned blocks;
	} cases[] = {{48, 2}, {55, 2}, {56, 3}, {71, 3}, {72, 4}, {1000, 4}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dialogue d = dialogue_new();
		char line[80];

		d.profile.sack = true;
		app_connect(&d);
		out(&d, "S 0:0(0)");
		snprintf(line, sizeof line, "S. 0:0(0) ack 1 win 65535 <mss %u,nop,nop,sackOK>",
			 cases[i].mss);
		in(&d, line);
		out_any(&d);
		for (int n = 1; n <= 9; n += 2) {
			in_segment(&d, n);
			out_any(&d);
		}
		app_send(&d, 5000);
		assert_true(out_any(&d));
		assert_int_equal(d.last.options.sack_count, cases[i].blocks);
		assert_int_equal(d.last.len, cases[i].mss - 4 - 8 * cases[i].blocks);
	}
}

static void nothing_is_told_to_a_peer_that_did_not_permit_it(void **state)
{
	struct dialogue d = established();

	(void)state;
	d.profile.sack = true;
	in_segment(&d, 1);
	out(&d, ". 1:1(0) ack 1");
	assert_int_equal(d.last.options.len, 0);
}

/* On the circle its end lies behind RCV.NXT, or behind what is held. */
static void text_half_the_circle_ahead_did_not_come_before(void **state)
{
	struct dialogue d = with_sack(false);

	(void)state;
	d.profile.dsack = true;
	in(&d, ". 2147483648:2147484648(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
	in_segment(&d, 1);
	out(&d, ". 1:1(0) ack 1 <nop,nop,sack 1 {101:201}>");
	in(&d, ". 2147483748:2147484748(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1 <nop,nop,sack 1 {101:201}>");
	not_fired(&d, RULE_DSACK_SENT);
}

/* Whatever comes in whatever order: each range is reported, none twice, all
 * lie beyond RCV.NXT, and the first has what came last. */
static void order_is_kept_through_every_merge(void **state)
{
	unsigned chance = 1;

	(void)state;
	for (int round = 0; round < 40; round++) {
		struct dialogue d = with_sack(false);

		for (int i = 0; i < 120; i++) {
			const struct receive_variables *rcv = &d.tcb.rcv;
			uint64_t seen = 0;
			int n;

			chance = chance * 1103515245 + 12345;
			n = (int)(chance >> 16) % 90 + (i < 40);
			in_segment(&d, n);
			out_any(&d);
			for (unsigned k = 0; k < rcv->held_count; k++) {
				assert_in_range(d.held.order[k], 0, rcv->held_count - 1);
				seen |= 1ull << d.held.order[k];
			}
			assert_int_equal(seen, (1ull << rcv->held_count) - 1);
			if (!d.rules[RULE_TEXT_HELD_FULL] &&
			    seq_ge(seq_of(d.peer_isn + 1 + 100 * (unsigned)n), rcv->nxt)) {
				const struct held_range *newest = &d.held.ranges[d.held.order[0]];
				struct seq came = seq_of(d.peer_isn + 1 + 100 * (unsigned)n);

				assert_true(seq_le(newest->left, came) &&
					    seq_lt(came, newest->right));
			}
		}
	}
}

/* The FIN has a number like an octet, and waits like one. */
/* A queue that overflows in slow start loses every second segment of a round trip. */
static void every_second_segment_of_a_round_trip_is_kept(void **state)
{
	enum { LOST = 200 };
	struct dialogue d = with_sack(false);

	(void)state;
	for (int n = 1; n < 2 * LOST; n += 2) {
		in_segment(&d, n);
		out(&d, ". 1:1(0) ack 1");
	}
	not_fired(&d, RULE_TEXT_HELD_FULL);
	for (int n = 0; n < 2 * LOST; n += 2) {
		in_segment(&d, n);
		out_any(&d);
		assert_int_equal(d.delivered, 100 * (LOST + n / 2 + 1));
	}
	assert_int_equal(d.tcb.rcv.nxt.v - d.peer_isn, 1 + 100 * 2 * LOST);
}

static void fin_that_waits_is_reported_with_the_text_before_it(void **state)
{
	struct dialogue d = with_sack(false);

	(void)state;
	in(&d, "F. 101:201(100) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1 <nop,nop,sack 1 {101:202}>");
	fired(&d, RULE_FIN_AHEAD);
	in_segment(&d, 0);
	out(&d, ". 1:1(0) ack 202");
	in_state(&d, CLOSE_WAIT);
	assert_int_equal(d.delivered, 200);
	assert_int_equal(d.tcb.rcv.unread, 200);
	assert_int_equal(d.tcb.rcv.held_count, 0);
}

static void fin_alone_is_a_block_that_text_joins(void **state)
{
	struct dialogue d = with_sack(false);

	(void)state;
	in(&d, "F. 301:301(0) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1 <nop,nop,sack 1 {301:302}>");
	in_segment(&d, 1);
	out(&d, ". 1:1(0) ack 1 <nop,nop,sack 2 {101:201}{301:302}>");
	in_segment(&d, 2);
	out(&d, ". 1:1(0) ack 1 <nop,nop,sack 1 {101:302}>");
	in_segment(&d, 0);
	out(&d, ". 1:1(0) ack 302");
	in_state(&d, CLOSE_WAIT);
	assert_int_equal(d.delivered, 300);
}

/* RFC 5681 §4.2, RFC 2883 §4. */
static void fin_that_waits_and_comes_again_is_answered(void **state)
{
	struct dialogue d = with_sack(false);

	(void)state;
	d.profile.dsack = true;
	in(&d, "F. 101:101(0) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1 <nop,nop,sack 1 {101:102}>");
	in(&d, "F. 101:101(0) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1 <nop,nop,sack 2 {101:102}{101:102}>");
	in(&d, "F. 51:101(50) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1 <nop,nop,sack 2 {101:102}{51:102}>");
	in(&d, "F. 51:101(50) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1 <nop,nop,sack 2 {51:102}{51:102}>");
}

/* The other side of it. */
static void fin_that_was_reported_is_not_sent_again(void **state)
{
	struct dialogue d = with_sack(false);

	(void)state;
	app_send(&d, 4000);
	for (int i = 0; i < 4; i++)
		assert_true(out_any(&d));
	app_close(&d);
	out(&d, "F. 4001:4001(0) ack 1");
	in(&d, ". 1:1(0) ack 1 win 65535 <nop,nop,sack 1 {1001:4002}>");
	out(&d, ". 1:1001(1000) ack 1");
	silent(&d);
	in(&d, ". 1:1(0) ack 4002 win 65535");
	in_state(&d, FIN_WAIT_2);
	silent(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_paws_refuses_is_told_where_it_came_twice),
		cmocka_unit_test(blocks_that_were_reported_last_come_first),
		cmocka_unit_test(with_timestamps_there_is_room_for_three),
		cmocka_unit_test(text_carries_sack_and_leaves_room_for_it),
		cmocka_unit_test(sack_takes_no_more_than_half_of_a_small_segment),
		cmocka_unit_test(nothing_is_told_to_a_peer_that_did_not_permit_it),
		cmocka_unit_test(order_is_kept_through_every_merge),
		cmocka_unit_test(every_second_segment_of_a_round_trip_is_kept),
		cmocka_unit_test(fin_that_waits_is_reported_with_the_text_before_it),
		cmocka_unit_test(fin_alone_is_a_block_that_text_joins),
		cmocka_unit_test(text_half_the_circle_ahead_did_not_come_before),
		cmocka_unit_test(fin_that_waits_and_comes_again_is_answered),
		cmocka_unit_test(fin_that_was_reported_is_not_sent_again),
	};

	return DIALOGUE_RUN("sack", tests);
}
