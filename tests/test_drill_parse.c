/* The language of drill scripts: what is read. Packets are in test_drill_packets.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "script/symbols.h"
#include "tests/script_read.h"

static const struct system_call *call(const char *text)
{
	const struct script_event *event = event_of(text);

	assert_int_equal(event->kind, EVENT_SYSTEM_CALL);
	return event->call;
}

/* ---- the head, comments, times ---- */

static void the_head_has_options_and_a_command(void **state)
{
	const struct script *script = script_of(
		"// about\n--ip_version=ipv4 --mtu=1500 /* x */ --dry_run\n"
		"--local_ip=fd3d:fa7b:d17d::1\n--non_fatal=packet,syscall\n"
		"--file=\"a \\\"b\"\n`./defaults.sh\n sysctl x=1`\n0 close(3) = 0\n`clean up`\n");

	(void)state;
	assert_int_equal(script->option_count, 6);
	assert_string_equal(script->options[0].name, "ip_version");
	assert_string_equal(script->options[0].value, "ipv4");
	assert_int_equal(script->options[0].place.line, 2);
	assert_int_equal(script->options[0].place.column, 1);
	assert_string_equal(script->options[1].value, "1500");
	assert_string_equal(script->options[2].name, "dry_run");
	assert_null(script->options[2].value);
	assert_string_equal(script->options[3].value, "fd3d:fa7b:d17d::1");
	assert_string_equal(script->options[4].value, "packet,syscall");
	assert_string_equal(script->options[5].value, "a \\\"b");
	assert_string_equal(script->initial, "./defaults.sh\n sysctl x=1");
	assert_int_equal(script->initial_place.line, 6);
	assert_int_equal(script->initial_place.column, 2);
	assert_string_equal(script->final, "clean up");
	assert_int_equal(script->final_place.line, 9);
	assert_int_equal(script->event_count, 1);
}

static void the_comment_that_a_script_opens_with_is_its_heading(void **state)
{
	const struct script *script;
	char line[SCRIPT_HEADING_MAX];
	char text[3 * sizeof line];

	(void)state;
	script = script_of(
		"\n//  What this shows. \n// tcplab: profile=rfc\n\n0 close(3) = 0 // no\n");
	assert_string_equal(script->heading, "What this shows.");
	script = script_of("// One line\n//\n//and one more.\n\n// not this\n0 close(3) = 0\n");
	assert_string_equal(script->heading, "One line and one more.");
	script = script_of("0 close(3) = 0\n// too late\n");
	assert_string_equal(script->heading, "");
	memset(line, 'x', sizeof line - 1);
	line[sizeof line - 1] = '\0';
	snprintf(text, sizeof text, "// %s\n// %s\n// y\n0 close(3) = 0\n", line, line);
	script = script_of(text);
	assert_int_equal(strlen(script->heading), SCRIPT_HEADING_MAX);
	assert_null(strchr(script->heading, 'y'));
}

static void a_definition_stands_for_its_value(void **state)
{
	const struct script *script =
		script_of("--define=PORT=8080\n--define=CC=\"reno\"\n--define=KIND=SOCK_STREAM\n"
			  "--define=CLEAN=`rm x`\n0 f(PORT, CC, KIND, OTHER) = 0\n0 CLEAN\n");
	const struct script_event *events = script->events;
	const struct expression *e = events[0].call->arguments;

	(void)state;
	assert_string_equal(script->options[1].value, "CC=\"reno\"");
	assert_int_equal(e->value, 8080);
	e = e->next;
	assert_int_equal(e->kind, EXPRESSION_STRING);
	assert_string_equal(e->text, "reno");
	e = e->next;
	assert_int_equal(e->kind, EXPRESSION_NUMBER);
	assert_int_equal(e->value, 1);
	e = e->next;
	assert_int_equal(e->kind, EXPRESSION_NAME);
	assert_string_equal(e->text, "OTHER");
	assert_int_equal(events[1].kind, EVENT_COMMAND);
	assert_string_equal(events[1].text, "rm x");
}

static void what_other_systems_are_to_do_is_passed_over(void **state)
{
	const struct script *script =
		script_of("#ifdef FreeBSD\n0 one() = 1\n#endif\n#ifdef linux 0 two() = 2\n#endif\n"
			  "0 three() = 3 #ifdef OpenBSD#endif");

	(void)state;
	assert_int_equal(script->event_count, 2);
	assert_string_equal(script->events[0].call->name, "two");
	assert_string_equal(script->events[1].call->name, "three");
	assert_int_equal(script->events[1].place.line, 6);
}

/* Its switches tell whose script it is; what is defined counts too. */
static void a_script_for_freebsd_is_read_as_freebsd_would(void **state)
{
	const struct script *script = script_of(
		"--define=STANDARD=1\n0 `sysctl -w net.inet.tcp.rfc1323=1`\n"
		"#ifdef Linux\n0 one() = 1\n#endif\n#ifdef FREEBSD\n0 two() = 2\n#endif\n"
		"#ifdef STANDARD\n0 three() = 3\n#endif\n#ifdef Other\n0 four() = 4\n#endif");

	(void)state;
	assert_int_equal(script->event_count, 3);
	assert_string_equal(script->events[1].call->name, "two");
	assert_string_equal(script->events[2].call->name, "three");
}

/* Scripts of Linux's suite name what those who run them define. */
static void what_every_suite_defines_is_known(void **state)
{
	const struct expression *e = call("0 f(CMSG_LEVEL_IP) = 0")->arguments;
	const struct packet_spec *p;

	(void)state;
	assert_int_equal(e->value, DRILL_SOL_IP);
	e = call("--ip_version=ipv6\n0 f(CMSG_LEVEL_IP, CMSG_TYPE_RECVERR) = 0")->arguments;
	assert_int_equal(e->value, DRILL_SOL_IPV6);
	assert_int_equal(e->next->value, DRILL_IPV6_RECVERR);
	assert_int_equal(packet_of("0 > S 1:1(0) <FO TFO_COOKIE,nop,nop>")->tcp.options.len, 12);
	p = packet_of("--define=TFO_COOKIE=01\n0 > S 1:1(0) <FO TFO_COOKIE,nop>");
	assert_int_equal(p->tcp.options.bytes[2], 1);
}

static void an_event_has_the_text_that_it_was_read_from(void **state)
{
	const struct script *script = script_of(
		"/* a\n * b */ 0 close(3) =\n\t0 // and now\r\n  +.5   > . 1:1(0) /* c */\n"
		"+0 `a` +0 %{ b }%");
	const struct script_event *events = script->events;

	(void)state;
	assert_int_equal(script->event_count, 4);
	assert_string_equal(events[0].source, "0 close(3) =\n\t0");
	assert_int_equal(events[0].place.line, 2);
	assert_int_equal(events[0].place.column, 9);
	assert_string_equal(events[1].source, "+.5   > . 1:1(0)");
	assert_int_equal(events[1].place.line, 4);
	assert_int_equal(events[1].place.column, 3);
	assert_int_equal(events[2].text_place.line, 5);
	assert_int_equal(events[2].text_place.column, 5);
	assert_int_equal(events[3].text_place.column, 13);
	assert_string_equal(events[3].text, " b ");
}

static void times_are_absolute_relative_ranges_or_any(void **state)
{
	static const struct {
		const char *text;
		uint8_t kind;
		nanos time;
		nanos end;
	} times[] = {
		{"0", TIME_ABSOLUTE, 0, 0},
		{"1.5", TIME_ABSOLUTE, 1500000000, 0},
		{".000001", TIME_ABSOLUTE, 1000, 0},
		{"0.1234567899", TIME_ABSOLUTE, 123456789, 0},
		{"1000000000", TIME_ABSOLUTE, 1000000000000000000, 0},
		{"+.1", TIME_RELATIVE, 100000000, 0},
		{"+ 2", TIME_RELATIVE, 2000000000, 0},
		{"1~2.5", TIME_ABSOLUTE_RANGE, 1000000000, 2500000000},
		{"+0~+.25", TIME_RELATIVE_RANGE, 0, 250000000},
		{"*", TIME_ANY, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		const struct script_event *event;
		char text[64];

		snprintf(text, sizeof text, "%s > . 1:1(0)", times[i].text);
		event = event_of(text);
		assert_int_equal(event->time_kind, times[i].kind);
		assert_int_equal(event->time, times[i].time);
		assert_int_equal(event->time_end, times[i].end);
	}
}

static void a_call_that_blocks_has_an_end(void **state)
{
	const struct script_event *event;

	(void)state;
	assert_false(call("0 read(3, ..., 1) = 1")->blocks);
	event = event_of("+0...0.25 read(3, ..., 1) = 1");
	assert_true(event->call->blocks);
	assert_int_equal(event->call->until, 250000000);
	assert_int_equal(event->time_kind, TIME_RELATIVE);
	event = event_of("0.5...1 accept(3, ..., ...) = 4");
	assert_int_equal(event->call->until, 1000000000);
	assert_int_equal(event->time, 500000000);
}

/* ---- system calls ---- */

static void a_call_has_arguments_a_result_an_error_and_a_note(void **state)
{
	const struct system_call *c = call("0 connect(3, ..., 0x1f) = -1 EINPROGRESS (Not (yet)");

	(void)state;
	assert_string_equal(c->name, "connect");
	assert_int_equal(c->argument_count, 3);
	assert_int_equal(c->arguments->value, 3);
	assert_int_equal(c->arguments->next->kind, EXPRESSION_ANY);
	assert_int_equal(c->arguments->next->next->value, 31);
	assert_int_equal(c->arguments->next->next->place.column, 19);
	assert_null(c->arguments->next->next->next);
	assert_int_equal(c->result->value, -1);
	assert_string_equal(c->error, "EINPROGRESS");
	assert_string_equal(c->note, "Not (yet");
	c = call("0 fcntl(3, F_GETFL) = 2050 (flags O_RDWR|O_NONBLOCK)");
	assert_null(c->error);
	assert_string_equal(c->note, "flags O_RDWR|O_NONBLOCK");
	c = call("0 f() = 1~5");
	assert_int_equal(c->argument_count, 0);
	assert_null(c->arguments);
	assert_int_equal(c->result->kind, EXPRESSION_RANGE);
	assert_int_equal(c->result->first->value, 1);
	assert_int_equal(c->result->first->next->value, 5);
}

static void names_of_constants_are_their_numbers(void **state)
{
	const struct expression *e = call("0 f(SO_REUSEADDR, EPOLLET, nothing) = 0")->arguments;

	(void)state;
	assert_int_equal(e->kind, EXPRESSION_NUMBER);
	assert_int_equal(e->value, 2);
	assert_string_equal(e->text, "SO_REUSEADDR");
	assert_int_equal(e->next->value, 0x80000000);
	assert_int_equal(e->next->next->kind, EXPRESSION_NAME);
	assert_string_equal(e->next->next->text, "nothing");
}

static void strings_have_their_escapes_resolved_and_are_joined(void **state)
{
	const struct expression *e =
		call("0 f(\"a\\n\\x41\\0\\101\\\"\\q\", \"ab\" \"\" \"cd\", \"x\"...) = 0")
			->arguments;

	(void)state;
	assert_int_equal(e->kind, EXPRESSION_STRING);
	assert_int_equal(e->length, 7);
	assert_memory_equal(e->text, "a\nA\0A\"q", 8);
	assert_string_equal(e->next->text, "abcd");
	assert_false(e->next->open);
	assert_true(e->next->next->open);
}

static void values_are_joined_listed_negated_and_named(void **state)
{
	const struct expression *e =
		call("0 f(A|B|3, [], [1, [2]], ~1, !x, {onoff=1, linger=0}, "
		     "{msg_name(...)=..., msg_iov(2)=[{..., 5}]}, inet_addr(\"1.2.3.4\"), (1)) = 0")
			->arguments;

	(void)state;
	assert_int_equal(e->kind, EXPRESSION_OR);
	assert_int_equal(e->first->next->next->value, 3);
	e = e->next;
	assert_int_equal(e->kind, EXPRESSION_LIST);
	assert_null(e->first);
	e = e->next;
	assert_int_equal(e->first->next->first->value, 2);
	e = e->next;
	assert_int_equal(e->kind, EXPRESSION_NOT);
	assert_int_equal(e->value, '~');
	assert_int_equal(e->next->value, '!');
	e = e->next->next;
	assert_int_equal(e->kind, EXPRESSION_STRUCT);
	assert_string_equal(e->first->name, "onoff");
	assert_int_equal(e->first->value, 1);
	assert_string_equal(e->first->next->name, "linger");
	e = e->next;
	assert_string_equal(e->first->name, "msg_name");
	assert_int_equal(e->first->kind, EXPRESSION_ANY);
	assert_int_equal(e->first->next->name_argument->value, 2);
	assert_int_equal(e->first->next->first->first->next->value, 5);
	e = e->next;
	assert_int_equal(e->kind, EXPRESSION_FUNCTION);
	assert_string_equal(e->text, "inet_addr");
	assert_string_equal(e->first->text, "1.2.3.4");
	assert_int_equal(e->next->kind, EXPRESSION_NUMBER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_head_has_options_and_a_command),
		cmocka_unit_test(the_comment_that_a_script_opens_with_is_its_heading),
		cmocka_unit_test(a_definition_stands_for_its_value),
		cmocka_unit_test(what_other_systems_are_to_do_is_passed_over),
		cmocka_unit_test(a_script_for_freebsd_is_read_as_freebsd_would),
		cmocka_unit_test(what_every_suite_defines_is_known),
		cmocka_unit_test(an_event_has_the_text_that_it_was_read_from),
		cmocka_unit_test(times_are_absolute_relative_ranges_or_any),
		cmocka_unit_test(a_call_that_blocks_has_an_end),
		cmocka_unit_test(a_call_has_arguments_a_result_an_error_and_a_note),
		cmocka_unit_test(names_of_constants_are_their_numbers),
		cmocka_unit_test(strings_have_their_escapes_resolved_and_are_joined),
		cmocka_unit_test(values_are_joined_listed_negated_and_named),
	};

	return cmocka_run_group_tests_name("drill_parse", tests, NULL, script_goes);
}
