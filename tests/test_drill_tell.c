/* Events of drill scripts are written as they were read; and the constants of scripts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script/symbols.h"
#include "tests/script_equal.h"
#include "tests/script_read.h"

static void an_event_is_written_as_it_is_read(void **state)
{
	static const char *const events[] = {
		"0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3",
		"+0.1 bind(3, {sa_family=AF_INET, sin_port=htons(8080), "
		"sin_addr=inet_addr(\"192.0.2.1\")}, ...) = 0",
		"+0...0.25 poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLIN}], 1, -1) = 1",
		"1.5 recvmsg(4, {msg_name(...)=..., msg_iov(2)=[{..., 5}, {..., 6}], msg_flags=0}, "
		"MSG_PEEK) = 1~11",
		"0 write(4, \"a\\\"b\\\\\\001\"..., 10) = -1 EPIPE (Broken pipe)",
		"0 f((1|2)~3, ~(1|2), !x, [], {}, g(1)) = 0 (note)",
		"+0 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>",
		"+0~+0.002 > S. 0:0(0) ack 1 win 65535 <mss 1460,nop,nop,sackOK,nop,wscale 8>",
		"* > [ect0] P. 1:1001(1000) ack 1 <...>",
		"1~2 > FEWAPU. ...(5) ack 7 urg 3",
		"0 > [dscp 0x0a, ecn ect01, flowlabel 0x1, ttl 9] 80 > 81 P.5 1:1(0)! ack 0",
		"0 > [tos 0x13] - 1:1(0) <nop,nop,TS val ... ecr 5!>",
		"0 > S 0:0(0) <FO 00112233,nop,nop,FOEXP 0011,nop,nop,unknown-253 01,nop>",
		"0 > S 0:0(0) <nop,wscale *>",
		"0 > S 0:0(0) <TS val 1 ecr 5!,TS val 2 ecr 6!>",
		"0 > S 0:0(0) <mss 1,ECN e1b 1 ceb 2 e0b 3,nop,malformed 02030405>",
		"0 < icmp unreachable frag_needed mtu 1300 [1:1001(1000)]",
		"0 > icmp echo_request id 9",
		"0 < 5 > 6 udp (1000)",
		"0 < ipv4 1.1.1.1 > 2.2.2.2: gre: [ce] . 1:1(0) ack 1 win 1",
		"0 `sysctl -q net.ipv4.tcp_sack=0`",
		"0 %{\nassert tcpi_rtt == 1\n}%",
	};

	(void)state;
	for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
		char buffer[512];
		struct text text = text_in(buffer, sizeof buffer);

		script_tell(event_of(events[i]), &text);
		assert_string_equal(buffer, events[i]);
	}
}

static void what_is_written_is_read_to_the_same(void **state)
{
	const struct script *script = script_of(
		"--define=N=5\n+.5  > (ect1)   SU 4294967295:0(1) win  0 <eol,eol,nop,nop>\n"
		"0 > . 1:1(0) <uto 90s,md5 0011,AccECN0,nop,nop>\n* > .0 1:1(0)\n"
		"0 f(0x10, N, NULL, \"\" \"\\xff\", {a(1)=b|c, d=[e]}) = (1|2) ENOENT\n");
	size_t len;
	char *text = script_written(script, &len);
	struct error err;
	struct script *again = script_parse("again", text, len, &err);

	(void)state;
	assert_non_null(again);
	assert_int_equal(again->event_count, 4);
	for (uint32_t i = 0; i < 4; i++)
		assert_true(script_events_equal(&script->events[i], &again->events[i]));
	assert_false(script_events_equal(&script->events[0], &script->events[1]));
	script_free(again);
	free(text);
}

/* The next block of code of a text, from ``` to ```, and where the text goes on behind it. */
static const char *next_block(const char *at, size_t *len, const char **behind)
{
	const char *begin = strstr(at, "\n```\n");
	const char *end = begin ? strstr(begin + 5, "\n```\n") : NULL;

	if (!end)
		return NULL;
	*len = (size_t)(end - begin) - 5;
	*behind = end + 5;
	return begin + 5;
}

static void the_scripts_of_the_page_about_the_language_are_read(void **state)
{
	static char page[32768];
	FILE *in = fopen("docs/drill-language.md", "rb");
	const char *behind = page;
	const char *block;
	size_t len;
	int blocks = 0;

	(void)state;
	assert_non_null(in);
	len = fread(page, 1, sizeof page - 1, in);
	fclose(in);
	assert_true(len < sizeof page - 1);
	while ((block = next_block(behind, &len, &behind))) {
		struct error err = {""};
		struct script *read = script_parse("page", block, len, &err);

		if (!read)
			fail_msg("%s", err.text);
		script_free(read);
		blocks++;
	}
	assert_int_equal(blocks, 4);
}

static void a_long_script_is_read(void **state)
{
	enum { EVENTS = 20000, LINE = 64 };

	const struct script *script;
	char *text = malloc(EVENTS * LINE);
	size_t len = 0;

	(void)state;
	for (int i = 0; i < EVENTS; i++)
		len += (size_t)snprintf(text + len, LINE, "+0 > . %d:%d(1000) ack 1 <...>\n", i,
					i + 1000);
	script = script_of(text);
	assert_int_equal(script->event_count, EVENTS);
	assert_int_equal(script->events[EVENTS - 1].place.line, EVENTS);
	free(text);
}

static void constants_are_sorted_and_found(void **state)
{
	static const char *const names[] = {
#define SYMBOL(name, number) #name,
#include "script/symbols.def"
#undef SYMBOL
	};
	int64_t value;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		assert_true(i == 0 || strcmp(names[i - 1], names[i]) < 0);
		assert_true(symbol_value(names[i], &value));
	}
	assert_false(symbol_value("SO_NOTHING", &value));
	assert_true(symbol_value("TCP_NOPUSH", &value));
	assert_int_equal(value, DRILL_TCP_CORK);
	assert_string_equal(symbol_errno(11), "EAGAIN");
	assert_string_equal(symbol_errno(95), "EOPNOTSUPP");
	assert_string_equal(symbol_errno(1), "EPERM");
	assert_null(symbol_errno(9999));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_written_as_it_is_read),
		cmocka_unit_test(what_is_written_is_read_to_the_same),
		cmocka_unit_test(the_scripts_of_the_page_about_the_language_are_read),
		cmocka_unit_test(a_long_script_is_read),
		cmocka_unit_test(constants_are_sorted_and_found),
	};

	return cmocka_run_group_tests_name("drill_tell", tests, NULL, script_goes);
}
