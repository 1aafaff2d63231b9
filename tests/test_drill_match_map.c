/* Numbers, timestamps and ports of a script, and those on the wire. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/matching.h"

/* ---- numbers ---- */

static void numbers_count_from_the_syns_and_those_of_a_syn_are_absolute(void **state)
{
	struct packet p;

	(void)state;
	p = script_says("S 100:100(0) win 1000 <mss 1460>");
	assert_int_equal(p.tcp.seq.v, 100);
	assert_int_equal(p.tcp.src_port, FIRST_REMOTE_PORT);
	assert_int_equal(p.tcp.dst_port, 8080);
	fits("S. 7:7(0) ack 101 <...>", "S. 4294967280:4294967280(0) ack 101 win 8000");
	p = script_says("P. 1:11(10) ack 1 win 1000");
	assert_int_equal(p.tcp.seq.v, 101);
	assert_int_equal(p.tcp.ack.v, machine_isn + 1);
	/* Across the end of the numbers. */
	fits("P. 1:101(100) ack 11", "P. 4294967281:85(100) ack 111 win 8000");
	/* One with a SYN says the machine's number as the script has it. */
	p = script_says("S. 100:100(0) ack 8 win 1000");
	assert_int_equal(p.tcp.seq.v, 100);
	assert_int_equal(p.tcp.ack.v, machine_isn + 1);
}

static void an_ack_before_any_syn_is_what_the_script_says(void **state)
{
	(void)state;
	assert_int_equal(script_says(". 5:5(0) ack 77 win 0").tcp.ack.v, 77);
	fits("R 77:77(0) win 0", "R 77:77(0) win 0");
}

static void blocks_of_sack_are_translated_both_ways(void **state)
{
	struct packet p;

	(void)state;
	shaken();
	p = script_says(". 1:1(0) ack 1 win 9 <nop,nop,sack 2 {1001:2001}{3001:4001}>");
	assert_int_equal(p.tcp.options.sack_count, 2);
	assert_int_equal(p.tcp.options.sack[0].left.v, machine_isn + 1001);
	assert_int_equal(p.tcp.options.sack[1].right.v, machine_isn + 4001);
	fits(". 1:1(0) ack 1 <nop,nop,sack 1 {1001:2001}>",
	     ". 4294967281:4294967281(0) ack 101 win 8 <nop,nop,sack 1 {1101:2101}>");
	differs(". 1:1(0) ack 1 <nop,nop,sack 1 {1001:2001}>",
		". 4294967281:4294967281(0) ack 101 win 8 <nop,nop,sack 1 {1101:2102}>",
		"the options are <nop,nop,sack 1001:2002>; the script expects "
		"<nop,nop,sack 1001:2001>");
}

/* ---- timestamps ---- */

static void an_echoed_timestamp_is_the_one_that_was_sent_in_its_place(void **state)
{
	(void)state;
	script_says("S 0:0(0) win 1000 <TS val 500 ecr 0,eol,eol>");
	fits("S. 0:0(0) ack 1 <TS val 10 ecr 500,eol,eol>",
	     "S. 9:9(0) ack 1 win 8 <TS val 777777 ecr 500,eol,eol>");
	fits(". 1:1(0) ack 1 <TS val 20 ecr 500,eol,eol>",
	     ". 10:10(0) ack 1 win 8 <TS val 888888 ecr 500,eol,eol>");
	assert_int_equal(
		script_says(". 1:1(0) ack 1 win 9 <TS val 501 ecr 10,eol,eol>").tcp.options.ts_ecr,
		777777);
	assert_int_equal(
		script_says(". 1:1(0) ack 1 win 9 <TS val 501 ecr 20,eol,eol>").tcp.options.ts_ecr,
		888888);
	/* One that was never sent is as far from the first as in the script. */
	assert_int_equal(
		script_says(". 1:1(0) ack 1 win 9 <TS val 501 ecr 13,eol,eol>").tcp.options.ts_ecr,
		777780);
	assert_int_equal(
		script_says(". 1:1(0) ack 1 win 9 <TS val 501 ecr 10,eol,eol>").tcp.options.ts_val,
		501);
}

static void values_of_timestamps_are_compared_where_a_tick_is_said(void **state)
{
	(void)state;
	matching.settings.ts_tick = nanos_from_ms(1);
	script_says("S 0:0(0) win 1000 <TS val 500 ecr 0,eol,eol>");
	fits("S. 0:0(0) ack 1 <TS val 100 ecr 500,eol,eol>",
	     "S. 9:9(0) ack 1 win 8 <TS val 7000 ecr 500,eol,eol>");
	fits(". 1:1(0) ack 1 <TS val 200 ecr 500,eol,eol>",
	     ". 10:10(0) ack 1 win 8 <TS val 7104 ecr 500,eol,eol>");
	differs(". 1:1(0) ack 1 <TS val 200 ecr 500,eol,eol>",
		". 10:10(0) ack 1 win 8 <TS val 7105 ecr 500,eol,eol>",
		"the timestamp is 205; the script expects 200, and a tick is 1000 us");
}

static void what_is_echoed_is_compared_where_it_is_strict(void **state)
{
	(void)state;
	script_says("S 0:0(0) win 1000 <TS val 500 ecr 0,eol,eol>");
	fits("S. 0:0(0) ack 1 <TS val 100 ecr 500,eol,eol>",
	     "S. 9:9(0) ack 1 win 8 <TS val 7000 ecr 499,eol,eol>");
	matching.settings.strict = true;
	differs(". 1:1(0) ack 1 <TS val 100 ecr 500,eol,eol>",
		". 10:10(0) ack 1 win 8 <TS val 7000 ecr 499,eol,eol>",
		"the timestamp that is echoed is 499; the script expects 500");
}

static void room_that_was_offered_stays_where_it_is_strict(void **state)
{
	(void)state;
	script_says("S 0:0(0) win 1000 <wscale 2,eol>");
	fits("S. 0:0(0) ack 1 <...>", "S. 9:9(0) ack 1 win 1000 <wscale 3,eol>");
	fits(". 1:1(0) ack 1", ". 10:10(0) ack 1 win 125");
	fits(". 1:1(0) ack 1", ". 10:10(0) ack 1 win 120");
	matching.settings.strict = true;
	fits(". 1:1(0) ack 1", ". 10:10(0) ack 1 win 125");
	script_says("S 50:50(0) win 1000");
	fits(". 1:1(0) ack 8", ". 10:10(0) ack 8 win 124");
	fits(". 1:1(0) ack 1 win 100", ". 10:10(0) ack 1 win 100");
	differs(". 1:1(0) ack 9", ". 10:10(0) ack 9 win 98",
		"the window takes back 8 octets that were offered before; say \"win 98\" where "
		"that "
		"is meant");
}

static void more_room_than_there_was_is_not_offered_where_it_is_strict(void **state)
{
	(void)state;
	matching.settings.strict = true;
	script_says("S 0:0(0) win 1000 <wscale 2,eol>");
	match_receive_room(matching.match, 1000);
	fits("S. 0:0(0) ack 1 <...>", "S. 9:9(0) ack 1 win 1000 <wscale 3,eol>");
	fits(". 1:1(0) ack 9", ". 10:10(0) ack 9 win 125");
	fits(". 1:1(0) ack 10 win 200", ". 10:10(0) ack 10 win 200"); /* it is said */
	fits(". 1:1(0) ack 610", ". 10:10(0) ack 610 win 125");       /* what was offered stays */
	differs(". 1:1(0) ack 620", ". 10:10(0) ack 620 win 126",
		"the window offers 1008 octets, and the receive buffer never had room for more "
		"than 1000; say \"win 126\" where that is meant");
	matching.settings.strict = false;
	fits(". 1:1(0) ack 630", ". 10:10(0) ack 630 win 126");
}

/* ---- which connection ---- */

static struct system_call call_of(const char *name)
{
	return (struct system_call){.name = name};
}

static void a_connect_begins_a_connection_with_the_syn_that_follows(void **state)
{
	struct system_call connect = call_of("connect");

	(void)state;
	shaken();
	match_called(matching.match, &connect);
	/* The old one still sends. */
	assert_int_equal(held_against("S 0:0(0)",
				      machine_sends("F. 4294967281:4294967281(0) ack 101 win 8")),
			 MATCHING_OTHER);
	assert_int_equal(
		held_against("S 0:0(0)", machine_sends_between("S 555:555(0) win 8", 50000, 8080)),
		MATCHING);
	assert_int_equal(script_says("S. 9:9(0) ack 1 win 8").tcp.ack.v, 556);
	assert_int_equal(script_says(". 1:1(0) ack 1 win 8").tcp.src_port, 8080);
	assert_int_equal(script_says(". 1:1(0) ack 1 win 8").tcp.dst_port, 50000);
	assert_int_equal(script_says(". 1:1(0) ack 1 win 8").tcp.seq.v, 10);
	assert_int_equal(held_against(". 1:1(0) ack 1",
				      machine_sends("F. 4294967281:4294967281(0) ack 101 win 8")),
			 MATCHING_OTHER);
}

static void a_listen_begins_one_with_what_arrives_next(void **state)
{
	struct system_call listen = call_of("listen");

	(void)state;
	shaken();
	assert_int_equal(script_says("S 100:100(0) win 8").tcp.src_port, FIRST_REMOTE_PORT);
	match_called(matching.match, &listen);
	assert_int_equal(script_says("S 100:100(0) win 8").tcp.src_port, FIRST_REMOTE_PORT + 1);
	assert_int_equal(script_says("S 100:100(0) win 8").tcp.src_port, FIRST_REMOTE_PORT + 1);
}

static void ports_that_are_said_are_those_on_the_wire(void **state)
{
	struct packet_spec s = spec_of("S 0:0(0) win 8");

	(void)state;
	s.tcp.src_port = 1111;
	s.tcp.dst_port = 2222;
	assert_int_equal(composed(&s).tcp.src_port, 1111);
	assert_int_equal(composed(&s).tcp.dst_port, 2222);
	s = spec_of("S. 0:0(0) ack 1");
	s.tcp.src_port = 2222;
	s.tcp.dst_port = 1111;
	assert_int_equal(match_outbound(matching.match, &s, matching.bytes,
					machine_sends("S. 5:5(0) ack 1 win 8"), &matching.why),
			 MATCHING_OTHER);
	assert_int_equal(match_outbound(matching.match, &s, matching.bytes,
					machine_sends_between("S. 5:5(0) ack 1 win 8", 2222, 1111),
					&matching.why),
			 MATCHING);
}

static void a_port_of_bind_is_where_packets_go(void **state)
{
	struct expression port = {.kind = EXPRESSION_NUMBER, .value = 7777};
	struct expression htons = {.kind = EXPRESSION_FUNCTION, .name = "sin_port", .first = &port};
	struct expression address = {.kind = EXPRESSION_STRUCT, .first = &htons};
	struct expression fd = {.kind = EXPRESSION_NUMBER, .value = 3, .next = &address};
	struct system_call bind = {.name = "bind", .arguments = &fd, .argument_count = 2};

	(void)state;
	match_called(matching.match, &bind);
	assert_int_equal(script_says("S 0:0(0) win 8").tcp.dst_port, 7777);
}

static void a_connection_that_begins_anew_is_counted_anew(void **state)
{
	(void)state;
	shaken();
	assert_int_equal(script_says("S 90000:90000(0) win 8").tcp.seq.v, 90000);
	fits("S. 0:0(0) ack 90001", "S. 4000:4000(0) ack 90001 win 8");
	assert_int_equal(script_says(". 1:1(0) ack 1 win 8").tcp.seq.v, 90001);
	assert_int_equal(script_says(". 1:1(0) ack 1 win 8").tcp.ack.v, 4001);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(numbers_count_from_the_syns_and_those_of_a_syn_are_absolute),
		CLAIM(an_ack_before_any_syn_is_what_the_script_says),
		CLAIM(blocks_of_sack_are_translated_both_ways),
		CLAIM(an_echoed_timestamp_is_the_one_that_was_sent_in_its_place),
		CLAIM(values_of_timestamps_are_compared_where_a_tick_is_said),
		CLAIM(what_is_echoed_is_compared_where_it_is_strict),
		CLAIM(room_that_was_offered_stays_where_it_is_strict),
		CLAIM(more_room_than_there_was_is_not_offered_where_it_is_strict),
		CLAIM(a_connect_begins_a_connection_with_the_syn_that_follows),
		CLAIM(a_listen_begins_one_with_what_arrives_next),
		CLAIM(ports_that_are_said_are_those_on_the_wire),
		CLAIM(a_port_of_bind_is_where_packets_go),
		CLAIM(a_connection_that_begins_anew_is_counted_anew),
	};

	return cmocka_run_group_tests_name("drill_match_map", tests, NULL, NULL);
}
