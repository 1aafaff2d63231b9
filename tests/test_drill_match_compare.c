/* What a machine sends, held against what a script expects: field by field, and segments
 * in a row as one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/matching.h"

/* ---- what is compared ---- */

static void each_field_that_differs_is_named(void **state)
{
	(void)state;
	shaken();
	differs("P. 1:101(100) ack 1", ". 4294967281:85(100) ack 101 win 8",
		"the flags are .; the script expects P.");
	differs(". 1:1(0) ack 1", ". 4294967282:4294967282(0) ack 101 win 8",
		"the sequence number is 2; the script expects 1");
	differs(". 1:1(0) ack 1", ". 4294967281:4294967281(0) ack 102 win 8",
		"ack is 2; the script expects 1");
	differs("P. 1:101(100) ack 1", "P. 4294967281:86(101) ack 101 win 8",
		"the length is 101; the script expects 100");
	differs(". 1:1(0) ack 1 win 9", ". 4294967281:4294967281(0) ack 101 win 8",
		"the window is 8; the script expects 9");
	differs(". 1:1(0) ack 1", ". 4294967281:4294967281(0) ack 101 win 8 urg 3",
		"the urgent pointer is 3; the script expects 0");
	differs("- 1:1(0)", "F. 4294967281:4294967281(0) ack 101 win 8",
		"the flags are F.; the script expects -");
}

static void options_have_their_order_and_padding(void **state)
{
	(void)state;
	script_says("S 0:0(0) win 1000");
	differs("S. 0:0(0) ack 1 <mss 1460,nop,wscale 7>",
		"S. 9:9(0) ack 1 win 8 <mss 1460,wscale 7,nop>",
		"the options are <mss 1460,wscale 7,nop>; the script expects "
		"<mss 1460,nop,wscale 7>");
	differs("S. 0:0(0) ack 1", "S. 9:9(0) ack 1 win 8 <mss 1460>",
		"the options are <mss 1460>; the script expects <>");
	fits("S. 0:0(0) ack 1 <...>", "S. 9:9(0) ack 1 win 8 <mss 1460>");
	/* Padding with 0 need not be said. */
	fits("S. 0:0(0) ack 1 <wscale 7>", "S. 9:9(0) ack 1 win 8 <wscale 7,eol>");
}

static void a_window_scale_may_be_left_open(void **state)
{
	struct packet_spec s = spec_of("S. 0:0(0) ack 1 <nop,wscale 0>");

	(void)state;
	script_says("S 0:0(0) win 1000");
	s.outbound = true;
	s.any_wscale = true;
	assert_int_equal(match_outbound(matching.match, &s, matching.bytes,
					machine_sends("S. 9:9(0) ack 1 win 8 <wscale 9,nop>"),
					&matching.why),
			 MATCHING_NOT);
	assert_int_equal(match_outbound(matching.match, &s, matching.bytes,
					machine_sends("S. 9:9(0) ack 1 win 8 <nop,wscale 9>"),
					&matching.why),
			 MATCHING);
}

static void push_may_be_left_out_of_the_comparison(void **state)
{
	(void)state;
	shaken();
	matching.settings.lax_push = true;
	fits("P. 1:101(100) ack 1", ". 4294967281:85(100) ack 101 win 8");
}

static void text_is_zeros(void **state)
{
	size_t len;

	(void)state;
	shaken();
	len = machine_sends("P. 4294967281:85(100) ack 101 win 8");
	matching.bytes[len - 1] = 1;
	matching.bytes[20 + 17] -= 1; /* and the checksum with it */
	assert_int_equal(held_against("P. 1:101(100) ack 1", len), MATCHING_NOT);
	assert_string_equal(matching.why.text, "its text is not the zeros that the script wrote");
}

static void a_wrong_checksum_is_a_difference(void **state)
{
	size_t len;

	(void)state;
	shaken();
	len = machine_sends(". 4294967281:4294967281(0) ack 101 win 8");
	matching.bytes[len - 1] ^= 1;
	assert_int_equal(held_against(". 1:1(0) ack 1", len), MATCHING_NOT);
	assert_string_equal(matching.why.text, "the TCP checksum is wrong");
}

static void marks_are_compared_where_they_are_said(void **state)
{
	struct packet_spec s;
	size_t len;

	(void)state;
	shaken();
	len = machine_sends(". 4294967281:4294967281(0) ack 101 win 8");
	s = spec_of(". 1:1(0) ack 1");
	s.mark = MARK_ECN;
	s.ecn = ECT0;
	assert_int_equal(match_outbound(matching.match, &s, matching.bytes, len, &matching.why),
			 MATCHING_NOT);
	assert_string_equal(matching.why.text, "it is marked Not-ECT; the script expects ECT(0)");
	s.mark = MARK_ECT01;
	assert_int_equal(match_outbound(matching.match, &s, matching.bytes, len, &matching.why),
			 MATCHING_NOT);
	s.mark = MARK_TOS;
	s.traffic_class = 0x10;
	assert_int_equal(match_outbound(matching.match, &s, matching.bytes, len, &matching.why),
			 MATCHING_NOT);
	assert_string_equal(matching.why.text,
			    "the type of service is 0x00; the script expects 0x10");
	s.mark = MARK_NONE;
	s.ttl = 63;
	assert_int_equal(match_outbound(matching.match, &s, matching.bytes, len, &matching.why),
			 MATCHING_NOT);
	assert_string_equal(matching.why.text, "the TTL is 64; the script expects 63");
	s.ttl = 64;
	assert_int_equal(match_outbound(matching.match, &s, matching.bytes, len, &matching.why),
			 MATCHING);
}

static void marks_are_sent_as_they_are_said(void **state)
{
	struct packet_spec s = spec_of("S 0:0(0) win 9");

	(void)state;
	assert_int_equal(composed(&s).ttl, 255);
	s.mark = MARK_ECN;
	s.ecn = CE;
	s.ttl = 7;
	assert_int_equal(composed(&s).traffic_class, CE);
	assert_int_equal(composed(&s).ttl, 7);
	s.mark = MARK_TOS;
	s.traffic_class = 0x28;
	assert_int_equal(composed(&s).traffic_class, 0x28);
}

static void the_counter_of_accecn_is_a_number(void **state)
{
	struct packet_spec s;

	(void)state;
	shaken();
	s = spec_of(". 1:1(0) ack 1");
	s.ace_said = true;
	s.tcp.flags |= AE | ECE; /* 5 */
	assert_int_equal(match_outbound(matching.match, &s, matching.bytes,
					machine_sends("W. 4294967281:4294967281(0) ack 101 win 8"),
					&matching.why),
			 MATCHING_NOT);
	assert_string_equal(matching.why.text, "the flags are .2; the script expects .5");
	assert_int_equal(match_outbound(matching.match, &s, matching.bytes,
					machine_sends("EA. 4294967281:4294967281(0) ack 101 win 8"),
					&matching.why),
			 MATCHING);
}

/* ---- merging ---- */

static void segments_in_a_row_are_one(void **state)
{
	static const char expected[] = "FP. 1:2501(2500) ack 1";

	(void)state;
	shaken();
	assert_int_equal(
		held_against(expected, machine_sends(". 4294967281:985(1000) ack 101 win 8")),
		MATCHING_SO_FAR);
	assert_int_equal(held_against(expected, machine_sends(". 985:1985(1000) ack 101 win 8")),
			 MATCHING_SO_FAR);
	assert_int_equal(held_against(expected, machine_sends("FP. 1985:2485(500) ack 101 win 8")),
			 MATCHING);
}

static void the_last_of_them_has_the_flags(void **state)
{
	static const char expected[] = ". 1:2001(2000) ack 1";

	(void)state;
	shaken();
	assert_int_equal(
		held_against(expected, machine_sends(". 4294967281:985(1000) ack 101 win 8")),
		MATCHING_SO_FAR);
	differs(expected, "P. 985:1985(1000) ack 101 win 8",
		"the flags are P.; the script expects .");
	/* And the first CWR. */
	assert_int_equal(held_against("WP. 1:2001(2000) ack 1",
				      machine_sends("W. 4294967281:985(1000) ack 101 win 8")),
			 MATCHING_SO_FAR);
	assert_int_equal(held_against("WP. 1:2001(2000) ack 1",
				      machine_sends("P. 985:1985(1000) ack 101 win 8")),
			 MATCHING);
}

static void what_does_not_continue_them_is_a_difference(void **state)
{
	static const char expected[] = "P. 1:3001(3000) ack 1";
	static const char sentence[] = "after 1000 octets of the 3000 that the script expects "
				       "comes a segment that does not continue them";

	(void)state;
	shaken();
	for (int i = 0; i < 3; i++) {
		assert_int_equal(
			held_against(expected,
				     machine_sends(". 4294967281:985(1000) ack 101 win 8")),
			MATCHING_SO_FAR);
		differs(expected,
			i == 0   ? ". 986:1986(1000) ack 101 win 8"
			: i == 1 ? ". 985:1985(1000) ack 102 win 8"
				 : ". 985:1885(900) ack 101 win 8",
			sentence);
	}
	differs(expected, ". 985:1985(1000) ack 101 win 8",
		"the sequence number is 1001; the script expects 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(each_field_that_differs_is_named),
		CLAIM(options_have_their_order_and_padding),
		CLAIM(a_window_scale_may_be_left_open),
		CLAIM(push_may_be_left_out_of_the_comparison),
		CLAIM(text_is_zeros),
		CLAIM(a_wrong_checksum_is_a_difference),
		CLAIM(marks_are_compared_where_they_are_said),
		CLAIM(marks_are_sent_as_they_are_said),
		CLAIM(the_counter_of_accecn_is_a_number),
		CLAIM(segments_in_a_row_are_one),
		CLAIM(the_last_of_them_has_the_flags),
		CLAIM(what_does_not_continue_them_is_a_difference),
	};

	return cmocka_run_group_tests_name("drill_match_compare", tests, NULL, NULL);
}
