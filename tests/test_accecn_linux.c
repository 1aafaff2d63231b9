/* The AccECN option as Linux sends it, and what else it does otherwise with accurate ECN: each
 * is a switch that RFC 9768 leaves open. ACE is written as flags: A is 4, W is 2, E is 1. */
#include "tests/dialogue.h"

#include <stdio.h>

static struct dialogue as_linux(bool sack, bool timestamps)
{
	struct dialogue d = dialogue_new();

	d.profile.ecn = ECN_ACCURATE;
	d.profile.accecn_option = ACCECN_OPTION_ALWAYS;
	d.profile.ecn_generalized = true;
	d.profile.accecn_thinned = true;
	d.profile.sack = sack;
	d.profile.timestamps = timestamps;
	d.profile.delayed_ack = 0;
	d.profile.initial_window = 10;
	return d;
}

/* What was sent last has no options. */
static void bare(const struct dialogue *d)
{
	assert_int_equal(d->last.options.len, 0);
}

/* The client's connection stands; the SYN,ACK had an option, or none. */
static struct dialogue connected(bool option)
{
	struct dialogue d = as_linux(true, false);

	app_connect(&d);
	out(&d, "SEWA 0:0(0) <mss 1000,nop,nop,sackOK>");
	in(&d, option ? "S.W 0:0(0) ack 1 win 65535 <mss 1000,accecn0 e0b 1 ceb 0 e1b "
			"1,nop,nop,nop,sackOK>"
		      : "S.W 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK>");
	return d;
}

static void it_is_sent_to_who_has_sent_one(void **state)
{
	struct dialogue d = connected(true);

	(void)state;
	out_as(&d, ECT0, ".W 1:1(0) ack 1 <accecn1 e1b 1 ceb 0 e0b 1,nop>");
	app_send(&d, 2000);
	out_as(&d, ECT0, ".EA 1:989(988) ack 1 <accecn1 e1b 1 ceb 0 e0b 1,nop>");
	out_as(&d, ECT0, ".EA 989:1977(988) ack 1 <accecn1 e1b 1 ceb 0 e0b 1,nop>");
	pass_ms(&d, 1000);
	out_as(&d, ECT0, ".EA 1:989(988) ack 1 <accecn1 e1b 1 ceb 0 e0b 1,nop>"); /* again, too */
	fired(&d, RULE_ACCECN_OPTION_SENT);
}

static void it_is_not_sent_to_who_has_not(void **state)
{
	struct dialogue d = connected(false);

	(void)state;
	out_as(&d, ECT0, ".W 1:1(0) ack 1");
	bare(&d);
	app_send(&d, 1000);
	out_as(&d, ECT0, "P.EA 1:1001(1000) ack 1");
	bare(&d);
	in(&d, ".EA 1:1(0) ack 1001 win 65535 <accecn0 e0b 1001 ceb 0 e1b 1,nop>");
	app_send(&d, 500);
	out_as(&d, ECT0, "P.EA 1001:1501(500) ack 1 <accecn1 e1b 1 ceb 0 e0b 1,nop>");
}

static void in_a_syn_ack_it_stands_where_linux_has_it(void **state)
{
	struct dialogue d;

	(void)state;
	d = as_linux(true, false);
	app_listen(&d);
	in(&d, "SEWA 0:0(0) win 65535 <mss 1000,nop,nop,sackOK>");
	out_as(&d, NOT_ECT,
	       "S.W 0:0(0) ack 1 <mss 1000,accecn1 e1b 1 ceb 0 e0b 1,nop,nop,nop,sackOK>");
	pass_ms(&d, 1000);
	out_as(&d, NOT_ECT, "S.W 0:0(0) ack 1 <mss 1000,nop,nop,sackOK>");
	d = as_linux(true, true);
	app_listen(&d);
	in(&d, "SEWA 0:0(0) win 65535 <mss 1000,sackOK,TS val 1 ecr 0>");
	assert_true(out_any(&d));
	assert_true(d.last.options.bytes[4] == OPTION_SACK_PERMITTED);
	assert_true(d.last.options.bytes[16] == OPTION_ACCECN1);
	assert_true(d.last.options.bytes[27] == OPTION_NOP);
}

/* 12 octets of timestamps and two blocks leave 8: two fields. */
/* Beside an MD5 digest not all has a place. The scale was agreed on, and must be told. */
static void in_a_signed_syn_ack_the_scale_comes_first(void **state)
{
	struct dialogue d = as_linux(true, false);

	(void)state;
	d.profile.window_scaling = true;
	d.profile.window_scale = 7;
	d.signing = (struct signing){.kind = SIGNATURE_MD5, .finding = SIGNATURE_MATCHES};
	app_listen(&d);
	in(&d, "SEWA 0:0(0) win 65535 <mss 1000,nop,nop,sackOK,nop,wscale 7>");
	assert_true(out_any(&d));
	assert_true(d.tcb.rcv.scaling && d.tcb.sack_on);
	assert_true(d.last.options.has & HAS_WINDOW_SCALE);
	assert_true(d.last.options.has & HAS_SACK_PERMITTED);
	assert_false(d.last.options.has & HAS_ACCECN);
}

static void beside_two_blocks_and_timestamps_two_fields_have_room(void **state)
{
	struct dialogue d = as_linux(true, true);
	static const struct {
		enum ecn_codepoint codepoint;
		unsigned fields;
		unsigned blocks;
	} rows[] = {{ECT1, 3, 1}, {ECT1, 2, 2}, {CE, 2, 2}, {ECT0, 0, 3}};

	(void)state;
	app_listen(&d);
	in(&d, "SEWA 0:0(0) win 65535 <mss 1000,sackOK,TS val 1 ecr 0>");
	assert_true(out_any(&d));
	in(&d,
	   ".W 1:1(0) ack 1 win 65535 <nop,nop,TS val 2 ecr 1000,accecn0 e0b 1 ceb 0 e1b 1,nop>");
	for (unsigned i = 0; i < 4; i++) {
		char line[120];
		unsigned count = 0;

		snprintf(line, sizeof line,
			 "P.EA %u:%u(100) ack 1 win 65535 <nop,nop,TS val 3 ecr 1000>",
			 101 + 200 * i, 201 + 200 * i);
		in_as(&d, rows[i].codepoint, line);
		assert_true(out_any(&d));
		for (unsigned f = d.last.options.accecn_fields; f != 0; f >>= 1)
			count += f & 1;
		assert_int_equal(count, rows[i].fields);
		assert_int_equal(d.last.options.sack_count, rows[i].blocks);
	}
}

static void off_there_is_none_at_all(void **state)
{
	struct dialogue d = as_linux(true, false);

	(void)state;
	d.profile.accecn_option = ACCECN_OPTION_OFF;
	app_listen(&d);
	in(&d, "SEWA 0:0(0) win 65535 <mss 1000,nop,nop,sackOK>");
	out(&d, "S.W 0:0(0) ack 1 <mss 1000,nop,nop,sackOK>");
	in(&d, ".W 1:1(0) ack 1 win 65535 <accecn0 e0b 1 ceb 0 e1b 1,nop>");
	in_as(&d, CE, "P.EA 1:101(100) ack 1 win 65535");
	out(&d, ".WA 1:1(0) ack 101");
	bare(&d);
}

static void turned_off_meanwhile_text_is_as_long_as_without(void **state)
{
	struct dialogue d = connected(true);

	(void)state;
	out(&d, ".W 1:1(0) ack 1 <accecn1 e1b 1 ceb 0 e0b 1,nop>");
	d.profile.accecn_option = ACCECN_OPTION_OFF;
	app_send(&d, 1000);
	out(&d, "P.EA 1:1001(1000) ack 1");
	bare(&d);
}

/* ---- ACE goes round ---- */

static struct dialogue ten_out(void)
{
	struct dialogue d = as_linux(true, false);

	d.profile.accecn_option = ACCECN_OPTION_OFF;
	app_connect(&d);
	out_any(&d);
	in(&d, "S.W 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK>");
	app_send(&d, 10000);
	out_rest(&d);
	return d;
}

static void an_ack_of_ten_where_all_are_so_tells_no_more_than_it_says(void **state)
{
	struct dialogue d = ten_out();

	(void)state;
	in(&d, ".WA 1:1(0) ack 10001 win 65535"); /* 5 + 1 */
	assert_int_equal(d.tcb.ecn.s.cep, 6);
	fired(&d, RULE_ACCECN_THINNED);
	not_fired(&d, RULE_ACCECN_WENT_ROUND);
}

static void an_ack_of_nine_after_one_of_one_may_have_gone_round(void **state)
{
	struct dialogue d = ten_out();

	(void)state;
	in(&d, ".EA 1:1(0) ack 1001 win 65535");
	in(&d, ".EA 1:1(0) ack 10001 win 65535");
	assert_int_equal(d.tcb.ecn.s.cep, 5 + 8);
	fired(&d, RULE_ACCECN_WENT_ROUND);
	not_fired(&d, RULE_ACCECN_THINNED);
}

static void without_the_switch_it_may_have_gone_round_at_once(void **state)
{
	struct dialogue d = ten_out();

	(void)state;
	d.profile.accecn_thinned = false;
	in(&d, ".WA 1:1(0) ack 10001 win 65535");
	assert_int_equal(d.tcb.ecn.s.cep, 6 + 8);
}

static void off_acks_and_what_goes_again_are_not_ect(void **state)
{
	struct dialogue d = as_linux(true, false);

	(void)state;
	d.profile.ecn_generalized = false;
	app_connect(&d);
	out_any(&d);
	in(&d, "S.W 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK>");
	out_as(&d, NOT_ECT, ".W 1:1(0) ack 1");
	app_send(&d, 1000);
	out_as(&d, ECT0, "P.EA 1:1001(1000) ack 1");
	pass_ms(&d, 1000);
	out_as(&d, NOT_ECT, "P.EA 1:1001(1000) ack 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_sent_to_who_has_sent_one),
		cmocka_unit_test(it_is_not_sent_to_who_has_not),
		cmocka_unit_test(in_a_syn_ack_it_stands_where_linux_has_it),
		cmocka_unit_test(in_a_signed_syn_ack_the_scale_comes_first),
		cmocka_unit_test(beside_two_blocks_and_timestamps_two_fields_have_room),
		cmocka_unit_test(off_there_is_none_at_all),
		cmocka_unit_test(turned_off_meanwhile_text_is_as_long_as_without),
		cmocka_unit_test(an_ack_of_ten_where_all_are_so_tells_no_more_than_it_says),
		cmocka_unit_test(an_ack_of_nine_after_one_of_one_may_have_gone_round),
		cmocka_unit_test(without_the_switch_it_may_have_gone_round_at_once),
		cmocka_unit_test(off_acks_and_what_goes_again_are_not_ect),
	};

	return DIALOGUE_RUN("accecn_linux", tests);
}
