/* A segment as a line of text, and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/random_segment.h"
#include "wire/line.h"

static const char *line_of(const struct segment *seg)
{
	static char buf[LINE_TEXT_MAX];
	struct text t = text_in(buf, sizeof buf);

	line_add(&t, seg);
	assert_false(t.cut);
	return buf;
}

static struct segment segment_of(const char *line)
{
	struct error err = {""};
	struct segment seg;

	memset(&seg, 0xaa, sizeof seg);
	if (!line_parse(&seg, line, &err))
		fail_msg("%s: %s", line, err.text);
	return seg;
}

static void a_line_says_what_tcpdump_says(void **state)
{
	static const char *const lines[] = {
		"S 100:100(0) win 64240 <mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>",
		"S. 300:300(0) ack 101 win 65535",
		"P. 101:1101(1000) ack 301 win 502",
		"R 101:101(0) win 0",
		"- 0:0(0) win 0",
		"SFRP.UEWA124 1:1(0) ack 0 win 1 urg 0",
		"U 4294967295:9(10) win 1 urg 65535",
		". 1:1(0) ack 4294967295 win 0 <nop,nop,sack 2 {1:2}{4294967290:5}>",
		"S 1:1(0) ack 7 win 0 urg 9", /* fields that no flag announces */
		"S 1:1(0) win 0 <uto 90s,uto 32767m,tfo cookiereq,nop,nop>",
		"S 1:1(0) win 0 <tfo cookie 0x0102030405060708,nop,nop>",
		"S 1:1(0) win 0 <md5 0x000102030405060708090a0b0c0d0e0f,nop,nop>",
		"S 1:1(0) win 0 <ao 0x0102,accecn0,accecn1 0x0102,nop,nop>",
		". 1:1(0) ack 1 win 0 <accecn0 e0b 16777215 ceb 0 e1b 1,nop>",
		". 1:1(0) ack 1 win 0 <accecn1 e1b 1 ceb 2,accecn1 e1b 3,accecn1,nop>",
		"S 1:1(0) win 0 <unknown-253 0x0102,unknown-254,nop,nop>",
		"S 1:1(0) win 0 <wscale 7>", /* not padded yet */
		"S 1:1(0) win 0 <wscale 7,eol>",
		"S 1:1(0) win 0 <eol,eol,eol,padding 0xff00>",
		"S 1:1(0) win 0 <mss 1,malformed 0x020305b4>",
		"S 1:1(0) win 0 <malformed 0x08>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct segment seg = segment_of(lines[i]);

		assert_string_equal(line_of(&seg), lines[i]);
	}
}

static void the_numbers_go_where_they_belong(void **state)
{
	struct segment seg = segment_of("SP.U 100:110(10) ack 7 win 8 urg 9 <mss 1460,wscale 3>");

	(void)state;
	assert_int_equal(seg.src_port, 0);
	assert_int_equal(seg.dst_port, 0);
	assert_int_equal(seg.seq.v, 100);
	assert_int_equal(seg.len, 10);
	assert_int_equal(seg.ack.v, 7);
	assert_int_equal(seg.wnd, 8);
	assert_int_equal(seg.up, 9);
	assert_int_equal(seg.flags, SYN | PSH | ACK | URG);
	assert_int_equal(seg.options.has, HAS_MSS | HAS_WINDOW_SCALE);
	assert_int_equal(seg.options.mss, 1460);
	assert_int_equal(seg.options.window_scale, 3);
	seg = segment_of("- 1:1(0) <unknown-9 0xabcdefABCDEF0129>");
	assert_memory_equal(seg.options.bytes, "\x09\x0a\xab\xcd\xef\xab\xcd\xef\x01\x29", 10);
	assert_int_equal(segment_of("A 1:1(0)").flags, AE);
	assert_int_equal(segment_of("1 1:1(0)").flags, 0x200);
}

static void what_is_omitted_is_0(void **state)
{
	struct segment seg = segment_of("  .S 1:3(2) \n");
	struct segment expected = {.flags = SYN | ACK, .seq = {1}, .len = 2};

	(void)state;
	assert_memory_equal(&seg, &expected, sizeof seg);
}

static void what_is_written_is_read_back(void **state)
{
	struct random r = random_seeded(60, 0);

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		struct segment seg = random_segment(&r, UINT32_MAX - 1);
		struct segment read;

		seg.src_port = 0;
		seg.dst_port = 0;
		if (i % 4 == 0)
			seg.ack.v = seg.up = 0;
		read = segment_of(line_of(&seg));
		assert_memory_equal(&read, &seg, sizeof seg);
	}
}

/* Malformed options too: bytes of every sort. */
static void any_bytes_as_options_are_read_back(void **state)
{
	struct random r = random_seeded(61, 0);

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		uint8_t bytes[OPTIONS_LEN_MAX];
		size_t len = i % (OPTIONS_LEN_MAX + 1);
		struct segment seg = {0};
		struct segment read;

		random_bytes(&r, bytes, len);
		for (size_t at = 0; at < len; at++) {
			if (random_chance(&r, 700000))
				bytes[at] %= 36;
		}
		options_parse(&seg.options, bytes, len);
		read = segment_of(line_of(&seg));
		assert_memory_equal(&read, &seg, sizeof seg);
	}
}

static void the_longest_line_fits(void **state)
{
	struct segment seg = {
		.seq = {UINT32_MAX},
		.ack = {UINT32_MAX},
		.len = UINT32_MAX,
		.wnd = UINT16_MAX,
		.up = UINT16_MAX,
		.flags = 0xfff,
	};

	(void)state;
	while (options_put_fast_open(&seg.options, NULL, 0))
		continue;
	assert_int_equal(seg.options.len, OPTIONS_LEN_MAX);
	assert_true(strlen(line_of(&seg)) < LINE_TEXT_MAX);
}

static void a_line_is_cut_where_the_buffer_ends(void **state)
{
	struct segment seg = segment_of("S 100:100(0) win 64240 <mss 1460,sackOK>");

	(void)state;
	for (size_t size = 1; size <= sizeof "S 100:100(0) win 64240 <mss 1460,sackOK>"; size++) {
		char *buf = malloc(size);
		struct text t = text_in(buf, size);

		line_add(&t, &seg);
		assert_int_equal(t.cut, size < sizeof "S 100:100(0) win 64240 <mss 1460,sackOK>");
		assert_memory_equal(buf, line_of(&seg), size - 1);
		free(buf);
	}
}

static void mistakes_are_named_with_their_column(void **state)
{
	static const struct {
		const char *line, *sentence;
	} rows[] = {
		{"",
		 "column 1: expected flags (of S F R P . U E W A, or - for none), found the end"},
		{"X 1:1(0)", "column 1: expected flags (of S F R P . U E W A, or - for none), "
			     "found \"X\""},
		{"S abcdefghijklmnopqrstuvwxyz", "column 3: expected a number, found "
						 "\"abcdefghijklmnop\""},
		{"SS 1:1(0)", "column 2: the flag S is there twice"},
		{"S", "column 2: expected a number, found the end"},
		{"S x:1(0)", "column 3: expected a number, found \"x:1(0)\""},
		{"S 1-1(0)", "column 4: expected \":\", found \"-1(0)\""},
		{"S 1:1", "column 6: expected \"(\", found the end"},
		{"S 1:1(0", "column 8: expected \")\", found the end"},
		{"S 1:2(0)", "column 3: 1:2 is a length of 1, not 0"},
		{"S 4294967296:1(0)", "column 3: the number is more than 4294967295"},
		{"S 1:1(0) win 65536", "column 14: the number is more than 65535"},
		{"S 1:1(0) win", "column 13: expected a number, found the end"},
		{"S 1:1(0) win -1", "column 14: expected a number, found \"-1\""},
		{"S 1:1(0) win 5 ack 1", "column 16: expected ack, win, urg or <options>, in this "
					 "order, found \"ack\""},
		{"S 1:1(0) win 5 <>", "column 17: expected an option such as mss, sackOK or "
				      "unknown-253, found \">\""},
		{"S 1:1(0) <mss>", "column 14: expected a number, found \">\""},
		{"S 1:1(0) <mss 1 2>", "column 17: expected \",\" or \">\" after an option, "
				       "found \"2>\""},
		{"S 1:1(0) <nopnop>", "column 11: expected an option such as mss, sackOK or "
				      "unknown-253, found \"nopnop>\""},
		{"S 1:1(0) <nop> x", "column 16: expected the end of the line, found \"x\""},
		{"S 1:1(0) <wscale 256>", "column 18: the number is more than 255"},
		{"S 1:1(0) <sack 0>", "column 16: a sack option has 1 to 4 blocks"},
		{"S 1:1(0) <sack 5 {1:2}>", "column 16: the number is more than 4"},
		{"S 1:1(0) <sack 2 {1:2}>", "column 23: expected \"{\", found \">\""},
		{"S 1:1(0) <TS val 1>", "column 19: expected \"ecr\", found \">\""},
		{"S 1:1(0) <uto>", "column 14: expected a number, found \">\""},
		{"S 1:1(0) <uto 5h>", "column 16: expected s for seconds or m for minutes, "
				      "found \"h>\""},
		{"S 1:1(0) <tfo>", "column 14: expected \"cookie\", found \">\""},
		{"S 1:1(0) <unknown-x>", "column 19: expected a number, found \"x>\""},
		{"S 1:1(0) <unknown-1 0x00>", "column 19: kinds 0 and 1 have no data: write eol or "
					      "nop"},
		{"S 1:1(0) <unknown-253 0x012>", "column 27: half a byte: give each two digits"},
		{"S 1:1(0) <unknown-253 0x>",
		 "column 25: expected a hexadecimal digit, found \">\""},
		{"S 1:1(0) <malformed>", "column 20: expected bytes such as 0x0102, found \">\""},
		{"S 1:1(0) <sack 4 {1:1}{1:1}{1:1}{1:1},mss 1,nop,wscale 1>",
		 "column 49: the options take more than 40 bytes"},
		{"S 1:1(0) <unknown-9 "
		 "0x01020304050607080910111213141516171819202122232425262728293031"
		 "32333435363738,eol>",
		 "column 100: the options take more than 40 bytes"},
		{"S 1:1(0) <unknown-9 "
		 "0x01020304050607080910111213141516171819202122232425262728293031"
		 "3233343536373839>",
		 "column 11: the options take more than 40 bytes"},
		{"S 1:1(0) \033[31m", "column 10: expected ack, win, urg or <options>, in this "
				      "order, found byte 0x1b"},
		{"S 1:1(0) <nop,\xff>", "column 15: expected an option such as mss, sackOK or "
					"unknown-253, found byte 0xff"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct segment before = {.wnd = 7};
		struct segment seg = before;
		struct error err = {""};

		assert_false(line_parse(&seg, rows[i].line, &err));
		assert_string_equal(err.text, rows[i].sentence);
		assert_memory_equal(&seg, &before, sizeof seg);
	}
}

static void every_cut_and_every_wrong_letter_has_an_answer(void **state)
{
	static const char whole[] =
		"SFRP.UEWA124 1:11(10) ack 5 win 9 urg 3 <mss 1,wscale 2,sackOK,uto 9m,"
		"unknown-253 0x0102,tfo cookie 0x01020304,sack 1 {1:2},nop>";
	struct error err;
	struct segment seg;

	(void)state;
	segment_of(whole);
	for (size_t len = 0; len < sizeof whole; len++) {
		char *line = malloc(len + 1);

		memcpy(line, whole, len);
		line[len] = '\0';
		line_parse(&seg, line, &err);
		for (size_t at = 0; at < len; at++) {
			line[at] = (char)(line[at] + 1);
			line_parse(&seg, line, &err);
			line[at] = whole[at];
		}
		free(line);
	}
}

static void flags_have_names_for_people(void **state)
{
	static const struct {
		uint16_t flags;
		const char *names;
	} rows[] = {
		{0, "none"},
		{SYN, "SYN"},
		{SYN | ACK, "SYN,ACK"},
		{FIN | PSH | ACK, "FIN,PSH,ACK"},
		{RST, "RST"},
		{URG | ECE | CWR | AE, "URG,ECE,CWR,AE"},
		{0xe00, "reserved-1,reserved-2,reserved-4"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char buf[100];
		struct text t = text_in(buf, sizeof buf);

		flags_add(&t, rows[i].flags);
		assert_string_equal(buf, rows[i].names);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_says_what_tcpdump_says),
		cmocka_unit_test(the_numbers_go_where_they_belong),
		cmocka_unit_test(what_is_omitted_is_0),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(any_bytes_as_options_are_read_back),
		cmocka_unit_test(the_longest_line_fits),
		cmocka_unit_test(a_line_is_cut_where_the_buffer_ends),
		cmocka_unit_test(mistakes_are_named_with_their_column),
		cmocka_unit_test(every_cut_and_every_wrong_letter_has_an_answer),
		cmocka_unit_test(flags_have_names_for_people),
	};

	return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}
