/* Packets of a script, and those on the wire. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "drill/match_inside.h"
#include "wire/line.h"

static const uint32_t isn = 0xfffffff0; /* that the machine chose */

static struct drill_settings settings;
static struct match *match;
static uint8_t bytes[DATAGRAM_MAX];
static struct error why;

static int set_up(void **state)
{
	(void)state;
	memset(&settings, 0, sizeof settings);
	assert_true(address_parse(&settings.addresses.local, "192.168.0.1"));
	assert_true(address_parse(&settings.addresses.remote, "192.0.2.1"));
	settings.addresses.bind_port = 8080;
	settings.addresses.connect_port = 8080;
	settings.tolerance = nanos_from_ms(4);
	match = match_new(&settings);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	match_free(match);
	return 0;
}

/* As a script has it, in the notation of a line. Without "win" any; "<...>": any options. */
static struct packet_spec spec(const char *line)
{
	struct packet_spec s = {.kind = SPEC_TCP, .icmp_mtu = -1};
	char copy[LINE_TEXT_MAX];
	char *any;

	snprintf(copy, sizeof copy, "%s", line);
	any = strstr(copy, "<...>");
	if (any != NULL)
		*any = '\0';
	s.any_options = any != NULL;
	s.no_window = strstr(copy, "win") == NULL;
	if (!line_parse(&s.tcp, copy, &why))
		fail_msg("%s: %s", line, why.text);
	return s;
}

/* The script's packet as it is on the wire. */
static struct packet composed(const struct packet_spec *s)
{
	struct packet p;
	const uint8_t *text;
	size_t text_len;
	size_t len = match_compose(match, s, bytes, sizeof bytes, &why);

	if (len == 0)
		fail_msg("%s", why.text);
	assert_int_equal(packet_parse(&p, bytes, len, len, PACKET_VERIFY, &text, &text_len),
			 PACKET_OK);
	for (size_t i = 0; i < text_len; i++)
		assert_int_equal(text[i], 0);
	return p;
}

static struct packet in(const char *line)
{
	struct packet_spec s = spec(line);

	return composed(&s);
}

/* What the machine sends, with numbers of the wire, from and to these ports. */
static size_t sent_between(const char *line, uint16_t local, uint16_t remote)
{
	static const uint8_t zeros[4000];
	struct packet p = {.kind = PACKET_TCP, .ttl = 64};

	p.src = settings.addresses.local;
	p.dst = settings.addresses.remote;
	if (!line_parse(&p.tcp, line, &why))
		fail_msg("%s: %s", line, why.text);
	p.tcp.src_port = local;
	p.tcp.dst_port = remote;
	return packet_emit(&p, zeros, bytes, sizeof bytes);
}

static size_t sent(const char *line)
{
	return sent_between(line, 8080, FIRST_REMOTE_PORT);
}

static enum matching out(const char *expected, size_t len)
{
	struct packet_spec s = spec(expected);

	why.text[0] = '\0';
	s.outbound = true;
	return match_outbound(match, &s, bytes, len, &why);
}

static void fits(const char *expected, const char *wire)
{
	if (out(expected, sent(wire)) != MATCHING)
		fail_msg("%s", why.text);
}

static void differs(const char *expected, const char *wire, const char *sentence)
{
	assert_int_equal(out(expected, sent(wire)), MATCHING_NOT);
	assert_string_equal(why.text, sentence);
}

/* The script's side counts from 100 in its SYN, the machine from isn. */
static void shaken(void)
{
	in("S 100:100(0) win 1000 <mss 1460>");
	fits("S. 0:0(0) ack 101 <...>", "S. 4294967280:4294967280(0) ack 101 win 8000 <mss 1460>");
	in(". 1:1(0) ack 1 win 1000");
}

/* ---- numbers ---- */

static void numbers_count_from_the_syns_and_those_of_a_syn_are_absolute(void **state)
{
	struct packet p;

	(void)state;
	p = in("S 100:100(0) win 1000 <mss 1460>");
	assert_int_equal(p.tcp.seq.v, 100);
	assert_int_equal(p.tcp.src_port, FIRST_REMOTE_PORT);
	assert_int_equal(p.tcp.dst_port, 8080);
	fits("S. 7:7(0) ack 101 <...>", "S. 4294967280:4294967280(0) ack 101 win 8000");
	p = in("P. 1:11(10) ack 1 win 1000");
	assert_int_equal(p.tcp.seq.v, 101);
	assert_int_equal(p.tcp.ack.v, isn + 1);
	/* Across the end of the numbers. */
	fits("P. 1:101(100) ack 11", "P. 4294967281:85(100) ack 111 win 8000");
	/* One with a SYN says the machine's number as the script has it. */
	p = in("S. 100:100(0) ack 8 win 1000");
	assert_int_equal(p.tcp.seq.v, 100);
	assert_int_equal(p.tcp.ack.v, isn + 1);
}

static void an_ack_before_any_syn_is_what_the_script_says(void **state)
{
	(void)state;
	assert_int_equal(in(". 5:5(0) ack 77 win 0").tcp.ack.v, 77);
	fits("R 77:77(0) win 0", "R 77:77(0) win 0");
}

static void blocks_of_sack_are_translated_both_ways(void **state)
{
	struct packet p;

	(void)state;
	shaken();
	p = in(". 1:1(0) ack 1 win 9 <nop,nop,sack 2 {1001:2001}{3001:4001}>");
	assert_int_equal(p.tcp.options.sack_count, 2);
	assert_int_equal(p.tcp.options.sack[0].left.v, isn + 1001);
	assert_int_equal(p.tcp.options.sack[1].right.v, isn + 4001);
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
	in("S 0:0(0) win 1000 <TS val 500 ecr 0,eol,eol>");
	fits("S. 0:0(0) ack 1 <TS val 10 ecr 500,eol,eol>",
	     "S. 9:9(0) ack 1 win 8 <TS val 777777 ecr 500,eol,eol>");
	fits(". 1:1(0) ack 1 <TS val 20 ecr 500,eol,eol>",
	     ". 10:10(0) ack 1 win 8 <TS val 888888 ecr 500,eol,eol>");
	assert_int_equal(in(". 1:1(0) ack 1 win 9 <TS val 501 ecr 10,eol,eol>").tcp.options.ts_ecr,
			 777777);
	assert_int_equal(in(". 1:1(0) ack 1 win 9 <TS val 501 ecr 20,eol,eol>").tcp.options.ts_ecr,
			 888888);
	/* One that was never sent is as far from the first as in the script. */
	assert_int_equal(in(". 1:1(0) ack 1 win 9 <TS val 501 ecr 13,eol,eol>").tcp.options.ts_ecr,
			 777780);
	assert_int_equal(in(". 1:1(0) ack 1 win 9 <TS val 501 ecr 10,eol,eol>").tcp.options.ts_val,
			 501);
}

static void values_of_timestamps_are_compared_where_a_tick_is_said(void **state)
{
	(void)state;
	settings.ts_tick = nanos_from_ms(1);
	in("S 0:0(0) win 1000 <TS val 500 ecr 0,eol,eol>");
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
	in("S 0:0(0) win 1000 <TS val 500 ecr 0,eol,eol>");
	fits("S. 0:0(0) ack 1 <TS val 100 ecr 500,eol,eol>",
	     "S. 9:9(0) ack 1 win 8 <TS val 7000 ecr 499,eol,eol>");
	settings.strict = true;
	differs(". 1:1(0) ack 1 <TS val 100 ecr 500,eol,eol>",
		". 10:10(0) ack 1 win 8 <TS val 7000 ecr 499,eol,eol>",
		"the timestamp that is echoed is 499; the script expects 500");
}

static void room_that_was_offered_stays_where_it_is_strict(void **state)
{
	(void)state;
	in("S 0:0(0) win 1000 <wscale 2,eol>");
	fits("S. 0:0(0) ack 1 <...>", "S. 9:9(0) ack 1 win 1000 <wscale 3,eol>");
	fits(". 1:1(0) ack 1", ". 10:10(0) ack 1 win 125");
	fits(". 1:1(0) ack 1", ". 10:10(0) ack 1 win 120");
	settings.strict = true;
	fits(". 1:1(0) ack 1", ". 10:10(0) ack 1 win 125");
	in("S 50:50(0) win 1000");
	fits(". 1:1(0) ack 8", ". 10:10(0) ack 8 win 124");
	fits(". 1:1(0) ack 1 win 100", ". 10:10(0) ack 1 win 100");
	differs(". 1:1(0) ack 9", ". 10:10(0) ack 9 win 98",
		"the window takes back 8 octets that were offered before; say \"win 98\" where "
		"that "
		"is meant");
}

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
	in("S 0:0(0) win 1000");
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
	struct packet_spec s = spec("S. 0:0(0) ack 1 <nop,wscale 0>");

	(void)state;
	in("S 0:0(0) win 1000");
	s.outbound = true;
	s.any_wscale = true;
	assert_int_equal(match_outbound(match, &s, bytes,
					sent("S. 9:9(0) ack 1 win 8 <wscale 9,nop>"), &why),
			 MATCHING_NOT);
	assert_int_equal(match_outbound(match, &s, bytes,
					sent("S. 9:9(0) ack 1 win 8 <nop,wscale 9>"), &why),
			 MATCHING);
}

static void push_may_be_left_out_of_the_comparison(void **state)
{
	(void)state;
	shaken();
	settings.lax_push = true;
	fits("P. 1:101(100) ack 1", ". 4294967281:85(100) ack 101 win 8");
}

static void text_is_zeros(void **state)
{
	size_t len;

	(void)state;
	shaken();
	len = sent("P. 4294967281:85(100) ack 101 win 8");
	bytes[len - 1] = 1;
	bytes[20 + 17] -= 1; /* and the checksum with it */
	assert_int_equal(out("P. 1:101(100) ack 1", len), MATCHING_NOT);
	assert_string_equal(why.text, "its text is not the zeros that the script wrote");
}

static void a_wrong_checksum_is_a_difference(void **state)
{
	size_t len;

	(void)state;
	shaken();
	len = sent(". 4294967281:4294967281(0) ack 101 win 8");
	bytes[len - 1] ^= 1;
	assert_int_equal(out(". 1:1(0) ack 1", len), MATCHING_NOT);
	assert_string_equal(why.text, "the TCP checksum is wrong");
}

static void marks_are_compared_where_they_are_said(void **state)
{
	struct packet_spec s;
	size_t len;

	(void)state;
	shaken();
	len = sent(". 4294967281:4294967281(0) ack 101 win 8");
	s = spec(". 1:1(0) ack 1");
	s.mark = MARK_ECN;
	s.ecn = ECT0;
	assert_int_equal(match_outbound(match, &s, bytes, len, &why), MATCHING_NOT);
	assert_string_equal(why.text, "it is marked Not-ECT; the script expects ECT(0)");
	s.mark = MARK_ECT01;
	assert_int_equal(match_outbound(match, &s, bytes, len, &why), MATCHING_NOT);
	s.mark = MARK_TOS;
	s.traffic_class = 0x10;
	assert_int_equal(match_outbound(match, &s, bytes, len, &why), MATCHING_NOT);
	assert_string_equal(why.text, "the type of service is 0x00; the script expects 0x10");
	s.mark = MARK_NONE;
	s.ttl = 63;
	assert_int_equal(match_outbound(match, &s, bytes, len, &why), MATCHING_NOT);
	assert_string_equal(why.text, "the TTL is 64; the script expects 63");
	s.ttl = 64;
	assert_int_equal(match_outbound(match, &s, bytes, len, &why), MATCHING);
}

static void marks_are_sent_as_they_are_said(void **state)
{
	struct packet_spec s = spec("S 0:0(0) win 9");

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
	s = spec(". 1:1(0) ack 1");
	s.ace_said = true;
	s.tcp.flags |= AE | ECE; /* 5 */
	assert_int_equal(match_outbound(match, &s, bytes,
					sent("W. 4294967281:4294967281(0) ack 101 win 8"), &why),
			 MATCHING_NOT);
	assert_string_equal(why.text, "the flags are .2; the script expects .5");
	assert_int_equal(match_outbound(match, &s, bytes,
					sent("EA. 4294967281:4294967281(0) ack 101 win 8"), &why),
			 MATCHING);
}

/* ---- merging ---- */

static void segments_in_a_row_are_one(void **state)
{
	static const char expected[] = "FP. 1:2501(2500) ack 1";

	(void)state;
	shaken();
	assert_int_equal(out(expected, sent(". 4294967281:985(1000) ack 101 win 8")),
			 MATCHING_SO_FAR);
	assert_int_equal(out(expected, sent(". 985:1985(1000) ack 101 win 8")), MATCHING_SO_FAR);
	assert_int_equal(out(expected, sent("FP. 1985:2485(500) ack 101 win 8")), MATCHING);
}

static void the_last_of_them_has_the_flags(void **state)
{
	static const char expected[] = ". 1:2001(2000) ack 1";

	(void)state;
	shaken();
	assert_int_equal(out(expected, sent(". 4294967281:985(1000) ack 101 win 8")),
			 MATCHING_SO_FAR);
	differs(expected, "P. 985:1985(1000) ack 101 win 8",
		"the flags are P.; the script expects .");
	/* And the first CWR. */
	assert_int_equal(
		out("WP. 1:2001(2000) ack 1", sent("W. 4294967281:985(1000) ack 101 win 8")),
		MATCHING_SO_FAR);
	assert_int_equal(out("WP. 1:2001(2000) ack 1", sent("P. 985:1985(1000) ack 101 win 8")),
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
		assert_int_equal(out(expected, sent(". 4294967281:985(1000) ack 101 win 8")),
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
	match_called(match, &connect);
	/* The old one still sends. */
	assert_int_equal(out("S 0:0(0)", sent("F. 4294967281:4294967281(0) ack 101 win 8")),
			 MATCHING_OTHER);
	assert_int_equal(out("S 0:0(0)", sent_between("S 555:555(0) win 8", 50000, 8080)),
			 MATCHING);
	assert_int_equal(in("S. 9:9(0) ack 1 win 8").tcp.ack.v, 556);
	assert_int_equal(in(". 1:1(0) ack 1 win 8").tcp.src_port, 8080);
	assert_int_equal(in(". 1:1(0) ack 1 win 8").tcp.dst_port, 50000);
	assert_int_equal(in(". 1:1(0) ack 1 win 8").tcp.seq.v, 10);
	assert_int_equal(out(". 1:1(0) ack 1", sent("F. 4294967281:4294967281(0) ack 101 win 8")),
			 MATCHING_OTHER);
}

static void a_listen_begins_one_with_what_arrives_next(void **state)
{
	struct system_call listen = call_of("listen");

	(void)state;
	shaken();
	assert_int_equal(in("S 100:100(0) win 8").tcp.src_port, FIRST_REMOTE_PORT);
	match_called(match, &listen);
	assert_int_equal(in("S 100:100(0) win 8").tcp.src_port, FIRST_REMOTE_PORT + 1);
	assert_int_equal(in("S 100:100(0) win 8").tcp.src_port, FIRST_REMOTE_PORT + 1);
}

static void ports_that_are_said_are_those_on_the_wire(void **state)
{
	struct packet_spec s = spec("S 0:0(0) win 8");

	(void)state;
	s.tcp.src_port = 1111;
	s.tcp.dst_port = 2222;
	assert_int_equal(composed(&s).tcp.src_port, 1111);
	assert_int_equal(composed(&s).tcp.dst_port, 2222);
	s = spec("S. 0:0(0) ack 1");
	s.tcp.src_port = 2222;
	s.tcp.dst_port = 1111;
	assert_int_equal(match_outbound(match, &s, bytes, sent("S. 5:5(0) ack 1 win 8"), &why),
			 MATCHING_OTHER);
	assert_int_equal(match_outbound(match, &s, bytes,
					sent_between("S. 5:5(0) ack 1 win 8", 2222, 1111), &why),
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
	match_called(match, &bind);
	assert_int_equal(in("S 0:0(0) win 8").tcp.dst_port, 7777);
}

static void a_connection_that_begins_anew_is_counted_anew(void **state)
{
	(void)state;
	shaken();
	assert_int_equal(in("S 90000:90000(0) win 8").tcp.seq.v, 90000);
	fits("S. 0:0(0) ack 90001", "S. 4000:4000(0) ack 90001 win 8");
	assert_int_equal(in(". 1:1(0) ack 1 win 8").tcp.seq.v, 90001);
	assert_int_equal(in(". 1:1(0) ack 1 win 8").tcp.ack.v, 4001);
}

/* ---- ICMP and UDP ---- */

static void icmp_quotes_what_the_machine_sent(void **state)
{
	struct packet_spec s = {.kind = SPEC_ICMP,
				.icmp_type = "unreachable",
				.icmp_code = "frag_needed",
				.icmp_mtu = 1200,
				.quotes = true,
				.quoted = SPEC_TCP};
	struct packet p;

	(void)state;
	shaken();
	s.tcp.seq = seq_of(1);
	s.tcp.len = 1460;
	p = composed(&s);
	assert_int_equal(p.kind, PACKET_ICMP_ERROR);
	assert_int_equal(p.icmp.type, 3);
	assert_int_equal(p.icmp.code, 4);
	assert_int_equal(p.icmp.mtu, 1200);
	assert_int_equal(p.icmp.quoted_seq.v, isn + 1);
	assert_int_equal(p.icmp.quoted_len, 1500);
	assert_int_equal(p.icmp.quoted_src.port, 8080);
	assert_int_equal(p.icmp.quoted_dst.port, FIRST_REMOTE_PORT);
	assert_true(address_eq(&p.icmp.quoted_src.address, &settings.addresses.local));
}

static void icmp_of_ipv6_has_numbers_of_its_own(void **state)
{
	struct packet_spec s = {.kind = SPEC_ICMP,
				.icmp_type = "packet_too_big",
				.icmp_mtu = 1280,
				.quotes = true,
				.quoted = SPEC_TCP};
	struct packet p;

	(void)state;
	assert_true(address_parse(&settings.addresses.local, "fd3d::1"));
	assert_true(address_parse(&settings.addresses.remote, "fd3d::2"));
	p = composed(&s);
	assert_int_equal(p.icmp.type, 2);
	assert_int_equal(p.icmp.mtu, 1280);
	s.icmp_type = "source_quench";
	assert_int_equal(match_compose(match, &s, bytes, sizeof bytes, &why), 0);
	assert_string_equal(why.text, "ICMP of IPv6 has no message \"source_quench\"");
}

static void icmp_has_words_and_numbers(void **state)
{
	uint8_t numbers[2];

	(void)state;
	assert_true(icmp_named(4, "unreachable", "port_unreachable", numbers));
	assert_int_equal(numbers[0], 3);
	assert_int_equal(numbers[1], 3);
	assert_true(icmp_named(4, "type_3", "code_9", numbers));
	assert_int_equal(numbers[1], 9);
	assert_true(icmp_named(6, "unreachable", "port_unreachable", numbers));
	assert_int_equal(numbers[0], 1);
	assert_int_equal(numbers[1], 4);
	assert_false(icmp_named(4, "unreachable", "no_route", numbers));
	assert_false(icmp_named(4, "type_256", NULL, numbers));
	assert_string_equal(icmp_code_word(4, 3, 4), "frag_needed");
	assert_null(icmp_type_word(6, 200));
}

static void udp_has_ports_and_a_length(void **state)
{
	struct packet_spec s = {.kind = SPEC_UDP, .udp_len = 100, .icmp_mtu = -1};
	size_t len = match_compose(match, &s, bytes, sizeof bytes, &why);

	(void)state;
	assert_int_equal(len, 20 + 8 + 100);
	assert_int_equal(bytes[9], 17);
	assert_int_equal(get_be16(bytes + 20), 8080);
	assert_int_equal(get_be16(bytes + 24), 108);
	s.udp_len = 99;
	assert_int_equal(match_outbound(match, &s, bytes, len, &why), MATCHING_NOT);
	assert_string_equal(why.text, "the length is 100; the script expects 99");
	s.udp_len = 100;
	assert_int_equal(match_outbound(match, &s, bytes, len, &why), MATCHING);
}

/* ---- telling ---- */

static const char *told(size_t len, bool outbound)
{
	static char buf[400];
	struct text t = text_in(buf, sizeof buf);

	match_tell(match, bytes, len, outbound, &t);
	return buf;
}

static void a_packet_is_told_in_numbers_of_the_script(void **state)
{
	size_t len;

	(void)state;
	shaken();
	len = sent("P. 4294967281:85(100) ack 101 win 8 <nop,nop,sack 1 {1101:2101}>");
	assert_string_equal(told(len, true), "> P. 1:101(100) ack 1 win 8 "
					     "<nop,nop,sack 1001:2001>");
	len = sent_between("R 5:5(0) win 0", 8080, 9);
	assert_string_equal(told(len, true), "> 8080 > 9: R 5:5(0) win 0");
	assert_string_equal(told(0, true), "> 0 octets: the bytes end inside a header");
}

static void a_packet_that_is_too_long_is_none(void **state)
{
	struct packet_spec s = spec("P. 1:65501(65500) ack 1 win 8");

	(void)state;
	assert_int_equal(match_compose(match, &s, bytes, 65535, &why), 0);
	assert_string_equal(why.text,
			    "a packet with 65500 octets of text is longer than IP can have it");
}

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

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
		CLAIM(a_connect_begins_a_connection_with_the_syn_that_follows),
		CLAIM(a_listen_begins_one_with_what_arrives_next),
		CLAIM(ports_that_are_said_are_those_on_the_wire),
		CLAIM(a_port_of_bind_is_where_packets_go),
		CLAIM(a_connection_that_begins_anew_is_counted_anew),
		CLAIM(icmp_quotes_what_the_machine_sent),
		CLAIM(icmp_of_ipv6_has_numbers_of_its_own),
		CLAIM(icmp_has_words_and_numbers),
		CLAIM(udp_has_ports_and_a_length),
		CLAIM(a_packet_is_told_in_numbers_of_the_script),
		CLAIM(a_packet_that_is_too_long_is_none),
	};

	return cmocka_run_group_tests_name("drill_match", tests, NULL, NULL);
}
