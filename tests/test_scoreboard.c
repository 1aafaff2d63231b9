/* Repairing losses with SACK, without RACK. RFC 6675. */
#include "tests/dialogue.h"

static struct dialogue ten_under_way(void)
{
	struct dialogue d = dialogue_new();

	d.profile.sack = true;
	d.profile.initial_window = 10;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK>");
	out(&d, ". 1:1(0) ack 1");
	app_send(&d, 10000);
	for (int i = 0; i < 10; i++)
		assert_true(out_any(&d));
	return d;
}

/* IsLost(): "more than (DupThresh - 1) * SMSS bytes". */
static void two_full_segments_beyond_are_not_enough_an_octet_more_is(void **state)
{
	struct dialogue d = ten_under_way();

	(void)state;
	in_sack(&d, 1, 1001, 3001);
	silent(&d);
	in_sack(&d, 1, 1001, 3002);
	out(&d, ". 1:1001(1000) ack 1");
	fired(&d, RULE_SACK_RECOVERY);
}

/* IsLost(): "DupThresh discontiguous SACKed sequences". */
static void three_small_stretches_are_enough(void **state)
{
	struct dialogue d = ten_under_way();

	(void)state;
	in_sack(&d, 1, 1101, 1201);
	in_sack(&d, 1, 1301, 1401);
	silent(&d);
	in_sack(&d, 1, 1501, 1601);
	out(&d, ". 1:1001(1000) ack 1");
}

static void there_is_one_reduction_for_one_window(void **state)
{
	struct dialogue d = ten_under_way();

	(void)state;
	in_sack(&d, 1, 1001, 5001);
	assert_int_equal(d.tcb.cc.ssthresh, 5000);
	assert_true(out_any(&d));
	in_sack(&d, 1, 6001, 10001);
	assert_int_equal(d.tcb.cc.ssthresh, 5000);
}

static void d_sack_marks_nothing(void **state)
{
	struct dialogue d = ten_under_way();

	(void)state;
	in(&d, ". 1:1(0) ack 4001 win 65535");
	for (int i = 0; i < 5; i++)
		in_sack(&d, 4001, 1, 1001);
	assert_int_equal(d.tcb.flight.sacked, 0);
	assert_int_equal(d.tcb.flight.lost, 0);
	assert_false(d.tcb.cc.fast_recovery);
	silent(&d);
}

static void blocks_of_what_was_never_sent_are_not_believed(void **state)
{
	struct dialogue d = ten_under_way();

	(void)state;
	in_sack(&d, 1, 9001, 10002);
	fired(&d, RULE_SACK_UNBELIEVABLE);
	assert_int_equal(d.tcb.flight.sacked, 0);
}

/* RFC 6675 §2: an ACK that names no octets beyond those known is no duplicate. */
static void acks_without_news_begin_no_recovery(void **state)
{
	struct dialogue d = ten_under_way();

	(void)state;
	for (int i = 0; i < 4; i++) {
		in(&d, ". 1:1(0) ack 1 win 65535");
		in_sack(&d, 1, 20001, 21001);
		in_sack(&d, 1, 9001, 9501);
	}
	assert_int_equal(d.tcb.cc.dup_acks, 1);
	assert_false(d.tcb.cc.fast_recovery);
	silent(&d);
}

/* RFC 6937 §3. Two duplicates let a segment out each, the third the one that is
 * missing; then ten go for every 22 that arrive: ssthresh, and what was under way. */
static void prr_sends_in_proportion_to_what_arrives(void **state)
{
	static const unsigned sent[] = {1, 1, 1, 0, 0, 0, 1, 0, 1, 0};
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile.sack = true;
	d.profile.prr = true;
	d.profile.initial_window = 20;
	app_connect(&d);
	out_rest(&d);
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK>");
	out_rest(&d);
	app_send(&d, 60000);
	out_full(&d, 1, 20);
	silent(&d);
	for (unsigned i = 0; i < sizeof sent / sizeof sent[0]; i++) {
		unsigned count = 0;

		in_sack(&d, 1, 1001, 2001 + 1000 * i);
		while (out_any(&d))
			count++;
		if (count != sent[i])
			fail_msg("after %u blocks %u are sent", i + 1, count);
	}
	assert_int_equal(d.tcb.cc.ssthresh, 10000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_full_segments_beyond_are_not_enough_an_octet_more_is),
		cmocka_unit_test(three_small_stretches_are_enough),
		cmocka_unit_test(there_is_one_reduction_for_one_window),
		cmocka_unit_test(d_sack_marks_nothing),
		cmocka_unit_test(blocks_of_what_was_never_sent_are_not_believed),
		cmocka_unit_test(acks_without_news_begin_no_recovery),
		cmocka_unit_test(prr_sends_in_proportion_to_what_arrives),
	};

	return DIALOGUE_RUN("scoreboard", tests);
}
