/* Accurate ECN, RFC 9768: the counters and when they are told, and what is done
 * where the path garbles them. ACE is written as flags: A is 4, W is 2, E is 1;
 * 5 is "EA". */
#include "tests/ecn.h"

#include <stdio.h>
#include <string.h>

/* We opened; the SYN arrived as Not-ECT, and the SYN,ACK too. */
static struct dialogue agreed(void)
{
	struct dialogue d = dialogue_with_ecn(ECN_ACCURATE);

	app_connect(&d);
	out_as(&d, NOT_ECT, "SEWA 0:0(0)");
	in(&d, "S.W 0:0(0) ack 1 win 65535 <mss 1000,accecn0 e0b 1 ceb 0 e1b 1>");
	out_as(&d, NOT_ECT, ".W 1:1(0) ack 1 <accecn0 e0b 1 ceb 0 e1b 1>");
	assert_int_equal(d.tcb.ecn.mode, ECN_ACCURATE);
	memset(d.rules, 0, sizeof d.rules);
	return d;
}

/* The same, and the first text, which has an option for the path, is acknowledged. */
static struct dialogue under_way(void)
{
	struct dialogue d = agreed();

	app_send(&d, 100);
	out_as(&d, ECT0, "P.EA 1:101(100) ack 1 <accecn0 e0b 1 ceb 0 e1b 1>");
	in(&d, ".EA 1:1(0) ack 101 win 65535 <accecn0 e0b 101>");
	assert_int_equal(d.tcb.ecn.s.e0b, 101);
	assert_int_equal(d.tcb.ecn.s.cep, 5);
	return d;
}

/* ---- §3.2: the receiver ---- */

static void each_codepoint_has_its_counter(void **state)
{
	struct dialogue d = under_way();

	(void)state;
	in_as(&d, ECT0, ".EA 1:1001(1000) ack 101 win 65535");
	in_as(&d, ECT0, ".EA 1001:2001(1000) ack 101 win 65535");
	out(&d, ".EA 101:101(0) ack 2001 <accecn0 e0b 2001>");
	in_as(&d, CE, ".EA 2001:3001(1000) ack 101 win 65535");
	out(&d, ".WA 101:101(0) ack 3001 <accecn0 e0b 2001 ceb 1000>");
	fired(&d, RULE_ACCECN_CHANGE_ACK);
	in_as(&d, ECT1, ".EA 3001:4001(1000) ack 101 win 65535");
	pass_ms(&d, 200);
	out(&d, ".WA 101:101(0) ack 4001 <accecn0 e0b 2001 ceb 1000 e1b 1001>");
	in(&d, ".EA 4001:5001(1000) ack 101 win 65535"); /* Not-ECT has none */
	pass_ms(&d, 200);
	out(&d, ".WA 101:101(0) ack 5001");
	assert_int_equal(d.last.options.has & HAS_ACCECN, 0); /* nothing has changed */
}

static void where_only_ect1_arrives_the_other_order_is_shorter(void **state)
{
	struct dialogue d = under_way();

	(void)state;
	in_as(&d, ECT1, ".EA 1:1001(1000) ack 101 win 65535");
	pass_ms(&d, 200);
	out(&d, ".EA 101:101(0) ack 1001 <accecn1 e1b 1001>");
	in_as(&d, CE, ".EA 1001:2001(1000) ack 101 win 65535");
	out(&d, ".WA 101:101(0) ack 2001 <accecn1 e1b 1001 ceb 1000>");
}

/* §3.2.2.5.1 */
static void every_second_mark_brings_an_ack(void **state)
{
	struct dialogue d = under_way();

	(void)state;
	d.profile.delayed_ack = nanos_from_ms(400);
	in_as(&d, CE, ".EA 1:11(10) ack 101 win 65535");
	out(&d, ".WA 101:101(0) ack 11");
	in_as(&d, CE, ".EA 11:12(1) ack 101 win 65535");
	silent(&d);
	in_as(&d, CE, ".EA 12:13(1) ack 101 win 65535");
	out(&d, ". 101:101(0) ack 13"); /* 8 is 0 */
	fired(&d, RULE_ACCECN_INCREMENT_ACK);
}

static void the_third_marked_ack_is_answered(void **state)
{
	struct dialogue d = under_way();

	(void)state;
	in_as(&d, CE, ".EA 1:1(0) ack 101 win 65535");
	in_as(&d, CE, ".EA 1:1(0) ack 101 win 65535");
	silent(&d);
	in_as(&d, CE, ".EA 1:1(0) ack 101 win 65535");
	out(&d, ". 101:101(0) ack 1");
	fired(&d, RULE_ACCECN_ACK_OF_ACKS);
	assert_int_equal(d.tcb.ecn.r.cep, 8);
}

static void what_is_not_acceptable_is_not_counted(void **state)
{
	struct dialogue d = under_way();

	(void)state;
	in_as(&d, CE, ".EA 0:1(1) ack 101 win 65535");
	assert_true(out_any(&d));
	assert_int_equal(d.tcb.ecn.r.cep, 5);
}

/* ---- the sender ---- */

static struct dialogue twelve_under_way(void)
{
	struct dialogue d = under_way();
	char line[60];

	d.tcb.cc.cwnd = 12000;
	app_send(&d, 20000);
	for (unsigned i = 0; i < 12; i++) {
		snprintf(line, sizeof line, ".EA %u:%u(1000) ack 1", 1000 * i + 101,
			 1000 * i + 1101);
		out_as(&d, ECT0, line);
	}
	silent(&d);
	return d;
}

static void a_count_that_grew_reduces_the_window_once(void **state)
{
	struct dialogue d = twelve_under_way();

	(void)state;
	in(&d, ".WA 1:1(0) ack 1101 win 65535");
	assert_int_equal(d.tcb.ecn.s.cep, 6);
	fired(&d, RULE_ECN_REDUCES);
	assert_int_equal(d.tcb.cc.cwnd, 6000);
	in(&d, ".EWA 1:1(0) ack 2101 win 65535");
	assert_int_equal(d.tcb.ecn.s.cep, 7);
	fired(&d, RULE_ECN_REDUCED_ALREADY);
	in(&d, ". 1:1(0) ack 3101 win 65535");
	assert_int_equal(d.tcb.ecn.s.cep, 8);
	assert_int_equal(d.tcb.cc.cwnd, 6000);
	in(&d, ". 1:1(0) ack 7101 win 65535");
	assert_true(out_any(&d)); /* no CWR: it is a counter here */
	assert_int_equal(d.last.flags & (AE | CWR | ECE), AE | ECE);
}

static void an_ack_that_another_overtook_is_ignored(void **state)
{
	struct dialogue d = twelve_under_way();

	(void)state;
	in(&d, ".WA 1:1(0) ack 5101 win 65535");
	in(&d, ".EA 1:1(0) ack 1101 win 65535");
	assert_int_equal(d.tcb.ecn.s.cep, 6);
}

/* Appendix A.2.1: nine packets, two marks; ten packets, ten. */
static void the_safe_number_of_marks_is_the_largest_that_fits(void **state)
{
	static const struct {
		const char *ack;
		uint32_t cep;
	} rows[] = {{".EWA 1:1(0) ack 9101 win 65535", 7}, {".EWA 1:1(0) ack 10101 win 65535", 15}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct dialogue d = twelve_under_way();

		in(&d, rows[i].ack);
		assert_int_equal(d.tcb.ecn.s.cep, rows[i].cep);
	}
}

/* Appendix A.2.2: two marked packets of 1000 octets, not ten of 200. */
static void the_option_says_that_it_did_not_go_round(void **state)
{
	struct dialogue d = twelve_under_way();

	(void)state;
	in(&d, ".EWA 1:1(0) ack 10101 win 65535 <accecn0 e0b 8101 ceb 2000>");
	assert_int_equal(d.tcb.ecn.s.cep, 7);
	assert_int_equal(d.tcb.ecn.s.ceb, 2000);
	assert_int_equal(d.tcb.ecn.s.e0b, 8101);
	not_fired(&d, RULE_ACCECN_WENT_ROUND);
	/* Ten thousand octets are in no two packets. */
	d = twelve_under_way();
	in(&d, ".EWA 1:1(0) ack 10101 win 65535 <accecn0 e0b 101 ceb 10000>");
	assert_int_equal(d.tcb.ecn.s.cep, 15);
}

/* §3.2.3.1 */
static void counters_of_24_bits_go_round(void **state)
{
	struct dialogue d = twelve_under_way();

	(void)state;
	d.tcb.ecn.s.e0b = 0x2fffff0;
	in(&d, ".EA 1:1(0) ack 1101 win 65535 <accecn0 e0b 984>");
	assert_int_equal(d.tcb.ecn.s.e0b, 0x3000000 + 984);
}

/* ---- what the path does ---- */

static void a_first_count_of_zero_ends_ect_and_belief(void **state)
{
	struct dialogue d = agreed();

	(void)state;
	app_send(&d, 100);
	assert_true(out_any(&d));
	in(&d, ". 1:1(0) ack 101 win 65535");
	fired(&d, RULE_ACCECN_ZEROED);
	assert_false(sends_ect(&d));
	in(&d, ".WA 1:1(0) ack 111 win 65535");
	fired(&d, RULE_ACCECN_UNBELIEVED);
	not_fired(&d, RULE_ECN_REDUCES);
	/* We go on counting for the peer. */
	in_as(&d, CE, ". 1:11(10) ack 111 win 65535");
	out(&d, ".WA 111:111(0) ack 11");
}

static void a_later_zero_is_a_count_that_went_round(void **state)
{
	struct dialogue d = twelve_under_way();

	(void)state;
	in(&d, ". 1:1(0) ack 4101 win 65535");
	assert_int_equal(d.tcb.ecn.s.cep, 8);
	not_fired(&d, RULE_ACCECN_ZEROED);
}

static void an_option_that_begins_with_zero_is_not_read(void **state)
{
	struct dialogue d = dialogue_with_ecn(ECN_ACCURATE);

	(void)state;
	app_connect(&d);
	out(&d, "SEWA 0:0(0)");
	in(&d, "S.W 0:0(0) ack 1 win 65535 <mss 1000,accecn0 e0b 0 ceb 0 e1b 0>");
	fired(&d, RULE_ACCECN_OPTION_ZEROED);
	out(&d, ".W 1:1(0) ack 1");
	app_send(&d, 100);
	assert_true(out_any(&d));
	in(&d, ".EA 1:1(0) ack 101 win 65535 <accecn0 e0b 101 ceb 7>");
	assert_int_equal(d.tcb.ecn.s.e0b, 1);
	assert_int_equal(d.tcb.ecn.s.ceb, 0);
}

static void marked_octets_without_a_marked_packet_end_ect(void **state)
{
	struct dialogue d = under_way();

	(void)state;
	assert_true(sends_ect(&d));
	in(&d, ".EA 1:1(0) ack 111 win 65535 <accecn0 e0b 101 ceb 10>");
	fired(&d, RULE_ACCECN_INCONSISTENT);
	assert_false(sends_ect(&d));
}

/* The mark was told by an ACK without option; the octets come later. */
static void octets_that_are_told_late_are_no_contradiction(void **state)
{
	struct dialogue d = under_way();

	(void)state;
	d.profile.nagle = false;
	assert_true(sends_ect(&d));
	assert_true(sends_ect(&d));
	in(&d, ".WA 1:1(0) ack 111 win 65535");
	in(&d, ".WA 1:1(0) ack 121 win 65535 <accecn0 e0b 111 ceb 10>");
	not_fired(&d, RULE_ACCECN_INCONSISTENT);
	assert_int_equal(d.tcb.ecn.s.ceb, 10);
}

/* ---- §3.2.3: what else is in the header ---- */

static void what_goes_again_has_the_newest_count_no_option_and_no_ect(void **state)
{
	struct dialogue d = agreed();

	(void)state;
	app_send(&d, 100);
	out_as(&d, ECT0, "P.EA 1:101(100) ack 1 <accecn0 e0b 1 ceb 0 e1b 1>");
	in_as(&d, CE, ".EA 1:11(10) ack 1 win 65535");
	out(&d, ".WA 101:101(0) ack 11 <accecn0 e0b 1 ceb 10>");
	pass_ms(&d, 1000);
	out_as(&d, NOT_ECT, "P.WA 1:101(100) ack 11");
	assert_int_equal(d.last.options.has & HAS_ACCECN, 0);
}

static void the_option_takes_its_room_from_the_text(void **state)
{
	struct dialogue d = agreed();

	(void)state;
	app_send(&d, 3000);
	out(&d, ".EA 1:989(988) ack 1 <accecn0 e0b 1 ceb 0 e1b 1>");
	out(&d, ".EA 989:1989(1000) ack 1");
}

/* §3.2.3.3: two SACK blocks come before it, a third does not. */
static void two_sack_blocks_go_before_the_option(void **state)
{
	struct dialogue d = dialogue_with_ecn(ECN_ACCURATE);

	(void)state;
	d.profile.sack = true;
	d.profile.timestamps = true;
	app_connect(&d);
	out(&d, "SEWA 0:0(0)");
	in(&d, "S.W 0:0(0) ack 1 win 65535 <mss 1000,sackOK,TS val 9 ecr 0>");
	assert_true(out_any(&d));
	for (unsigned i = 1; i <= 3; i++) {
		char line[80];

		snprintf(line, sizeof line, ".EA %u:%u(10) ack 1 win 65535 <TS val 9 ecr 0>",
			 100 * i, 100 * i + 10);
		in_as(&d, i == 3 ? CE : ECT0, line);
		assert_true(out_any(&d));
	}
	assert_int_equal(d.last.options.sack_count, 2);
	assert_int_equal(d.last.options.accecn_fields, ACCECN_E0B | ACCECN_CEB);
	assert_int_equal(d.last.options.len, 40);
}

/* Its count is of the past: Appendix A.1. */
static void an_older_ack_tells_of_no_marks(void **state)
{
	struct dialogue d = under_way();

	(void)state;
	d.tcb.cc.cwnd = 8000;
	app_send(&d, 4000);
	out_rest(&d);
	in(&d, ".WA 1:1(0) ack 3101 win 65535"); /* one mark */
	fired(&d, RULE_ECN_REDUCES);
	assert_int_equal(d.tcb.ecn.s.cep, 6);
	d.tcb.ecn.reduced = false; /* as in the next window of data */
	memset(d.rules, 0, sizeof d.rules);
	in(&d, ".EA 1:1(0) ack 1101 win 65535"); /* none yet, when this was sent */
	assert_int_equal(d.tcb.ecn.s.cep, 6);
	not_fired(&d, RULE_ECN_REDUCES);
	not_fired(&d, RULE_ACCECN_MARKS_TOLD);
}

/* ---- §3.2.3.3: the room beside timestamps and blocks ---- */

/* With timestamps; a segment behind a gap has arrived, so that the next ACK has a block. */
static struct dialogue with_a_gap(bool timestamps)
{
	struct dialogue d = dialogue_with_ecn(ECN_ACCURATE);

	d.profile.sack = true;
	d.profile.dsack = true;
	d.profile.timestamps = timestamps;
	app_connect(&d);
	out(&d, "SEWA 0:0(0)");
	in(&d, timestamps ? "S.W 0:0(0) ack 1 win 65535 <mss 1000,sackOK,TS val 9 ecr 0>"
			  : "S.W 0:0(0) ack 1 win 65535 <mss 1000,sackOK>");
	assert_true(out_any(&d));
	in_as(&d, ECT0,
	      timestamps ? ".EA 101:111(10) ack 1 win 65535 <TS val 9 ecr 0>"
			 : ".EA 101:111(10) ack 1 win 65535");
	assert_true(out_any(&d));
	assert_int_equal(d.last.options.sack_count, 1);
	return d;
}

static unsigned fields_of(const struct dialogue *d)
{
	unsigned fields = d->last.options.accecn_fields;

	return (fields & 1) + (fields >> 1 & 1) + (fields >> 2 & 1);
}

static void a_duplicate_s_block_takes_room_from_the_option(void **state)
{
	struct dialogue d = with_a_gap(true);

	(void)state;
	in_as(&d, ECT1, ".EA 201:211(10) ack 1 win 65535 <TS val 9 ecr 0>");
	assert_true(out_any(&d));
	assert_int_equal(d.last.options.sack_count, 2);
	assert_int_equal(fields_of(&d), 1); /* 8 octets are left: for what is news */

	d = with_a_gap(true);
	in_as(&d, ECT1, ".EA 101:111(10) ack 1 win 65535 <TS val 9 ecr 0>");
	assert_true(out_any(&d));
	assert_int_equal(d.last.options.sack_count, 2); /* D-SACK, and what is held */
	assert_int_equal(fields_of(&d), 1);
}

static void beside_one_block_and_timestamps_three_fields_have_room(void **state)
{
	struct dialogue d = with_a_gap(true);

	(void)state;
	in_as(&d, ECT1, ".EA 111:121(10) ack 1 win 65535 <TS val 9 ecr 0>");
	assert_true(out_any(&d));
	assert_int_equal(d.last.options.sack_count, 1);
	assert_int_equal(fields_of(&d), 3);
}

static void without_timestamps_two_blocks_and_three_fields_have_room(void **state)
{
	struct dialogue d = with_a_gap(false);

	(void)state;
	in_as(&d, ECT1, ".EA 201:211(10) ack 1 win 65535");
	assert_true(out_any(&d));
	assert_int_equal(d.last.options.sack_count, 2);
	assert_int_equal(fields_of(&d), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_codepoint_has_its_counter),
		cmocka_unit_test(where_only_ect1_arrives_the_other_order_is_shorter),
		cmocka_unit_test(every_second_mark_brings_an_ack),
		cmocka_unit_test(the_third_marked_ack_is_answered),
		cmocka_unit_test(what_is_not_acceptable_is_not_counted),
		cmocka_unit_test(a_count_that_grew_reduces_the_window_once),
		cmocka_unit_test(an_ack_that_another_overtook_is_ignored),
		cmocka_unit_test(the_safe_number_of_marks_is_the_largest_that_fits),
		cmocka_unit_test(the_option_says_that_it_did_not_go_round),
		cmocka_unit_test(counters_of_24_bits_go_round),
		cmocka_unit_test(a_first_count_of_zero_ends_ect_and_belief),
		cmocka_unit_test(a_later_zero_is_a_count_that_went_round),
		cmocka_unit_test(an_option_that_begins_with_zero_is_not_read),
		cmocka_unit_test(marked_octets_without_a_marked_packet_end_ect),
		cmocka_unit_test(octets_that_are_told_late_are_no_contradiction),
		cmocka_unit_test(what_goes_again_has_the_newest_count_no_option_and_no_ect),
		cmocka_unit_test(the_option_takes_its_room_from_the_text),
		cmocka_unit_test(two_sack_blocks_go_before_the_option),
		cmocka_unit_test(an_older_ack_tells_of_no_marks),
		cmocka_unit_test(a_duplicate_s_block_takes_room_from_the_option),
		cmocka_unit_test(beside_one_block_and_timestamps_three_fields_have_room),
		cmocka_unit_test(without_timestamps_two_blocks_and_three_fields_have_room),
	};

	return DIALOGUE_RUN("accecn", tests);
}
