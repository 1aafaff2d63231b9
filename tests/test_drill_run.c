/* A script is run: when its events are due, and what a difference is called. The
 * machine is one that does what the test says, at the time that it says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "drill/run.h"
#include "wire/line.h"
#include "wire/packet.h"

enum { PLANNED_MAX = 16, LOCAL_PORT = 8080, REMOTE_PORT = 40001 };

/* Something that it sends, in numbers of the wire. */
struct planned {
	nanos time;
	const char *line;
};

static struct {
	struct planned planned[PLANNED_MAX];
	unsigned planned_count;
	unsigned sent;  /* of them */
	unsigned taken; /* of those */
	nanos now;
	/* what every call answers */
	struct call_outcome outcome;
	nanos returns; /* where it blocks */
	unsigned calls;
	unsigned injected;
	nanos last_injected;
	uint8_t datagram[2000];
} fake;

static struct drill_settings settings;
static struct drill_result result;
static char told[8000];

static struct call_outcome call(void *machine, nanos now, const struct system_call *c)
{
	(void)machine;
	(void)c;
	fake.now = now;
	fake.calls++;
	return fake.outcome;
}

static struct call_outcome pending(void *machine, nanos *returned)
{
	struct call_outcome outcome = fake.outcome;

	(void)machine;
	outcome.blocked = fake.now < fake.returns;
	*returned = fake.returns;
	return outcome;
}

static void inject(void *machine, nanos now, const uint8_t *datagram, size_t len)
{
	(void)machine;
	(void)datagram;
	(void)len;
	fake.now = now;
	fake.last_injected = now;
	fake.injected++;
}

static nanos wait_for(void *machine, nanos now, nanos until)
{
	nanos next = until;

	(void)machine;
	if (fake.sent < fake.planned_count)
		next = nanos_min(next, nanos_max(now, fake.planned[fake.sent].time));
	if (fake.returns > now)
		next = nanos_min(next, fake.returns);
	if (fake.sent < fake.planned_count && fake.planned[fake.sent].time <= next)
		fake.sent++;
	if (next != NANOS_NEVER)
		fake.now = next;
	return next;
}

static bool departed(void *machine, struct departure *out)
{
	static const uint8_t zeros[2000];
	struct packet p = {.kind = PACKET_TCP, .ttl = 64};
	struct error why;

	(void)machine;
	if (fake.taken == fake.sent)
		return false;
	p.src = settings.addresses.local;
	p.dst = settings.addresses.remote;
	if (!line_parse(&p.tcp, fake.planned[fake.taken].line, &why))
		fail_msg("%s", why.text);
	p.tcp.src_port = LOCAL_PORT;
	p.tcp.dst_port = REMOTE_PORT;
	out->len = packet_emit(&p, zeros, fake.datagram, sizeof fake.datagram);
	out->datagram = fake.datagram;
	out->time = fake.planned[fake.taken++].time;
	out->number = UINT32_MAX;
	return true;
}

static bool info(void *machine, nanos now, const char *name, int64_t *value)
{
	(void)machine;
	(void)now;
	*value = 10;
	return strcmp(name, "tcpi_snd_cwnd") == 0;
}

static int64_t count_in_state(void *machine, const char *state)
{
	(void)machine;
	(void)state;
	return 0;
}

static bool drop_those(void *machine, nanos now, const char *state)
{
	(void)machine;
	(void)now;
	(void)state;
	return true;
}

static bool configure(void *machine, const struct profile *profile)
{
	(void)machine;
	(void)profile;
	return true;
}

static int set_up(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof fake);
	memset(&settings, 0, sizeof settings);
	assert_true(address_parse(&settings.addresses.local, "192.168.0.1"));
	assert_true(address_parse(&settings.addresses.remote, "192.0.2.1"));
	settings.addresses.bind_port = LOCAL_PORT;
	settings.tolerance = nanos_from_ms(4);
	told[0] = '\0';
	return 0;
}

static void sends(int64_t us, const char *line)
{
	fake.planned[fake.planned_count++] = (struct planned){nanos_from_us(us), line};
}

static void tell(void *who, nanos now, const char *line)
{
	size_t len = strlen(told);

	(void)who;
	(void)now;
	snprintf(told + len, sizeof told - len, "%s\n", line);
}

static enum verdict run(const char *text)
{
	const struct machine machine = {
		.call = call,
		.pending = pending,
		.inject = inject,
		.wait = wait_for,
		.departed = departed,
		.info = info,
		.count_in_state = count_in_state,
		.drop = drop_those,
		.configure = configure,
	};
	const struct drill_watcher watcher = {.line = tell};
	struct error why;
	struct script *script = script_parse("x.pkt", text, strlen(text), &why);

	if (script == NULL)
		fail_msg("%s", why.text);
	drill_run_on(script, &settings, &machine, &watcher, &result);
	script_free(script);
	return (enum verdict)result.verdict;
}

static void passes(const char *text)
{
	if (run(text) != DRILL_PASSED)
		fail_msg("%s", result.sentence.text);
}

static void fails(const char *text, const char *sentence)
{
	assert_int_equal(run(text), DRILL_FAILED);
	assert_string_equal(result.sentence.text, sentence);
}

/* ---- packets ---- */

static void a_packet_is_expected_when_it_is_due(void **state)
{
	(void)state;
	sends(100000, "S. 9:9(0) ack 1 win 100");
	passes("0 < S 0:0(0) win 1000\n"
	       "+.1 > S. 0:0(0) ack 1\n"
	       "+0 < . 1:1(0) ack 1 win 1000\n");
	assert_int_equal(result.events, 3);
	assert_int_equal(fake.injected, 2);
	assert_int_equal(fake.last_injected, nanos_from_ms(100));
	assert_int_equal(result.ended, nanos_from_ms(100));
	assert_int_equal(result.deviation, 0);
}

static void the_tolerance_is_4_ms_or_an_eighth_of_the_time_since_the_event_before(void **state)
{
	(void)state;
	sends(4000, "S. 9:9(0) ack 1 win 100");
	sends(1128000, "S. 9:9(0) ack 1 win 100");
	passes("0 < S 0:0(0) win 1000\n"
	       "+0 > S. 0:0(0) ack 1\n"
	       "+1 > S. 0:0(0) ack 1\n");
	assert_int_equal(result.deviation, nanos_from_ms(124));
	assert_int_equal(result.deviation_line, 3);
	set_up(NULL);
	sends(4001, "S. 9:9(0) ack 1 win 100");
	fails("0 < S 0:0(0) win 1000\n"
	      "+0 > S. 0:0(0) ack 1\n",
	      "x.pkt:2: this packet left at 0.004001 s; the script expects it at 0.000000 s, with "
	      "a tolerance of 0.004000 s\n"
	      "  expected  +0 > S. 0:0(0) ack 1\n"
	      "  came      > S. 0:0(0) ack 1 win 100  at 0.004001 s");
}

static void a_packet_may_not_come_too_early(void **state)
{
	(void)state;
	sends(100000, "S. 9:9(0) ack 1 win 100");
	assert_int_equal(run("0 < S 0:0(0) win 1000\n"
			     "+1 > S. 0:0(0) ack 1\n"),
			 DRILL_FAILED);
	assert_int_equal(result.line, 2);
	assert_non_null(strstr(result.sentence.text, "left at 0.100000 s"));
}

static void a_range_is_widened_by_the_tolerance(void **state)
{
	(void)state;
	sends(304000, "S. 9:9(0) ack 1 win 100");
	passes("0 < S 0:0(0) win 1000\n"
	       "+.3~+.303 > S. 0:0(0) ack 1\n");
	assert_int_equal(result.deviation, nanos_from_ms(1));
	set_up(NULL);
	sends(400000, "S. 9:9(0) ack 1 win 100");
	fails("0 < S 0:0(0) win 1000\n"
	      "+.3~+.303 > S. 0:0(0) ack 1\n",
	      "x.pkt:2: this packet left at 0.400000 s; the script expects it at 0.300000 s to "
	      "0.303000 s, with a tolerance of 0.037500 s\n"
	      "  expected  +.3~+.303 > S. 0:0(0) ack 1\n"
	      "  came      > S. 0:0(0) ack 1 win 100  at 0.400000 s");
}

static void any_time_has_no_end_but_that_nothing_ever_comes(void **state)
{
	(void)state;
	sends(3600000000, "S. 9:9(0) ack 1 win 100");
	passes("0 < S 0:0(0) win 1000\n"
	       "* > S. 0:0(0) ack 1\n");
	set_up(NULL);
	fails("0 < S 0:0(0) win 1000\n"
	      "* > S. 0:0(0) ack 1\n",
	      "x.pkt:2: this packet did not come\n"
	      "  expected  * > S. 0:0(0) ack 1");
}

static void a_packet_that_does_not_come_is_told_with_what_was_said(void **state)
{
	(void)state;
	fails("0 < S 0:0(0) win 1000\n"
	      "+.5 > S. 0:0(0) ack 1\n",
	      "x.pkt:2: this packet did not come; the script expects it at 0.500000 s, and now it "
	      "is 2.562500 s\n"
	      "  expected  +.5 > S. 0:0(0) ack 1");
	assert_string_equal(result.dialogue, "    1  0.000000  0 < S 0:0(0) win 1000\n");
}

static void a_packet_that_differs_is_told_beside_what_was_expected(void **state)
{
	(void)state;
	sends(0, "S. 9:9(0) ack 1 win 100");
	fails("0 < S 0:0(0) win 1000\n"
	      "+0 > S. 0:0(0) ack 1 win 200 // a remark\n",
	      "x.pkt:2: the window is 100; the script expects 200\n"
	      "  expected  +0 > S. 0:0(0) ack 1 win 200\n"
	      "  came      > S. 0:0(0) ack 1 win 100  at 0.000000 s");
	assert_string_equal(result.dialogue, "    1  0.000000  0 < S 0:0(0) win 1000\n"
					     "    2  0.000000  > S. 0:0(0) ack 1 win 100\n");
}

static void what_is_not_fatal_is_told_and_counted(void **state)
{
	(void)state;
	settings.non_fatal_packet = true;
	sends(0, "S. 9:9(0) ack 1 win 100");
	passes("0 < S 0:0(0) win 1000\n"
	       "+0 > S. 0:0(0) ack 1 win 200\n");
	assert_int_equal(result.forgiven, 1);
	assert_non_null(strstr(told, "the window is 100; the script expects 200"));
}

static void what_is_left_over_is_counted_and_strictly_a_mistake(void **state)
{
	static const char script[] = "0 < S 0:0(0) win 1000\n"
				     "+0 > S. 0:0(0) ack 1\n";

	(void)state;
	sends(0, "S. 9:9(0) ack 1 win 100");
	sends(0, ". 10:10(0) ack 1 win 100");
	passes(script);
	assert_int_equal(result.left_over, 1);
	set_up(NULL);
	settings.strict = true;
	sends(0, "S. 9:9(0) ack 1 win 100");
	sends(0, ". 10:10(0) ack 1 win 100");
	fails(script, "x.pkt:2: the script does not expect > . 1:1(0) ack 1 win 100");
}

/* ---- times ---- */

static void packets_in_a_row_come_when_the_first_ones_time_says(void **state)
{
	(void)state;
	sends(4000, "S. 9:9(0) ack 1 win 100");
	passes("0 < S 0:0(0) win 1000\n"
	       "+0 > S. 0:0(0) ack 1\n"      /* comes at 4 ms … */
	       "+0 < . 1:1(0) ack 1 win 9\n" /* … from which these count */
	       "+.01 < . 1:1(0) ack 1 win 9\n"
	       "+.01 < . 1:1(0) ack 1 win 9\n");
	assert_int_equal(fake.last_injected, nanos_from_ms(24));
}

static void an_absolute_time_that_has_passed_is_a_mistake(void **state)
{
	(void)state;
	sends(500000, "S. 9:9(0) ack 1 win 100");
	fails("0 < S 0:0(0) win 1000\n"
	      "0.5 > S. 0:0(0) ack 1\n"
	      "0.1 < . 1:1(0) ack 1 win 9\n",
	      "x.pkt:3: it is its turn at 0.500000 s; the script expects it at 0.100000 s, with a "
	      "tolerance of 0.004000 s");
}

/* ---- calls ---- */

static void a_result_that_differs_is_told(void **state)
{
	(void)state;
	fake.outcome = (struct call_outcome){.result = -1, .error = 11};
	fails("0 read(4, ..., 100) = 5\n",
	      "x.pkt:1: read() answers -1 EAGAIN; the script expects 5\n"
	      "  0 read(4, ..., 100) = 5");
	fails("0 read(4, ..., 100) = -1 EPIPE (Broken pipe)\n",
	      "x.pkt:1: read() answers -1 EAGAIN; the script expects -1 EPIPE\n"
	      "  0 read(4, ..., 100) = -1 EPIPE (Broken pipe)");
	passes("0 read(4, ..., 100) = -1 EAGAIN (Resource temporarily unavailable)\n");
	passes("0 read(4, ..., 100) = -1\n");
	settings.non_fatal_call = true;
	passes("0 read(4, ..., 100) = 5\n");
	assert_int_equal(result.forgiven, 1);
}

static void what_is_wrong_or_unsupported_with_a_call_is_said(void **state)
{
	(void)state;
	error_set(&fake.outcome.wrong, "revents is POLLIN; the script expects 0");
	fails("0 poll(...) = 0\n", "x.pkt:1: revents is POLLIN; the script expects 0");
	fake.outcome.unsupported = true;
	assert_int_equal(run("0 poll(...) = 0\n"), DRILL_UNSUPPORTED);
}

static void a_call_that_blocks_returns_when_the_script_says(void **state)
{
	(void)state;
	fake.outcome = (struct call_outcome){.blocked = true, .result = 7};
	fake.returns = nanos_from_ms(300);
	passes("0...0.3 read(4, ..., 100) = 7\n"
	       "+.1 < . 1:1(0) ack 1 win 9\n"
	       "+.3 < . 1:1(0) ack 1 win 9\n");
	assert_non_null(strstr(told, "read() returns 7"));
	fails("0...0.2 read(4, ..., 100) = 7\n"
	      "+.5 < . 1:1(0) ack 1 win 9\n",
	      "x.pkt:1: read() returned at 0.300000 s; the script expects it at 0.200000 s, with a "
	      "tolerance of 0.025000 s");
	fails("0...0.3 read(4, ..., 100) = 8\n", "x.pkt:1: read() answers 7; the script expects 8\n"
						 "  0...0.3 read(4, ..., 100) = 8");
}

static void a_call_that_is_not_said_to_block_holds_up_what_follows(void **state)
{
	(void)state;
	fake.outcome = (struct call_outcome){.blocked = true, .result = 0};
	fake.returns = nanos_from_ms(50);
	passes("0 close(4) = 0\n"
	       "+0 < . 1:1(0) ack 1 win 9\n");
	assert_int_equal(fake.last_injected, nanos_from_ms(50));
	fake.returns = NANOS_NEVER;
	fails("0 close(4) = 0\n", "x.pkt:1: this call blocks, and nothing ever ends that");
}

/* ---- code and commands ---- */

static void code_sees_the_machine(void **state)
{
	(void)state;
	passes("0 %{ assert tcpi_snd_cwnd == 10 }%\n");
	assert_int_equal(run("0 %{ assert tcpi_snd_cwnd == 11 }%\n"), DRILL_FAILED);
	assert_int_equal(result.line, 1);
	assert_int_equal(run("0 %{ import os }%\n"), DRILL_UNSUPPORTED);
}

static void an_unknown_command_is_unsupported(void **state)
{
	(void)state;
	assert_int_equal(run("0 `frobnicate the kernel`\n"), DRILL_UNSUPPORTED);
}

static void packets_within_others_are_unsupported(void **state)
{
	(void)state;
	assert_int_equal(run("0 < ipv4 1.1.1.1 > 2.2.2.2: S 0:0(0) win 9\n"), DRILL_UNSUPPORTED);
	assert_int_equal(result.events, 0);
}

#define CLAIM(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(a_packet_is_expected_when_it_is_due),
		CLAIM(the_tolerance_is_4_ms_or_an_eighth_of_the_time_since_the_event_before),
		CLAIM(a_packet_may_not_come_too_early),
		CLAIM(a_range_is_widened_by_the_tolerance),
		CLAIM(any_time_has_no_end_but_that_nothing_ever_comes),
		CLAIM(a_packet_that_does_not_come_is_told_with_what_was_said),
		CLAIM(a_packet_that_differs_is_told_beside_what_was_expected),
		CLAIM(what_is_not_fatal_is_told_and_counted),
		CLAIM(what_is_left_over_is_counted_and_strictly_a_mistake),
		CLAIM(packets_in_a_row_come_when_the_first_ones_time_says),
		CLAIM(an_absolute_time_that_has_passed_is_a_mistake),
		CLAIM(a_result_that_differs_is_told),
		CLAIM(what_is_wrong_or_unsupported_with_a_call_is_said),
		CLAIM(a_call_that_blocks_returns_when_the_script_says),
		CLAIM(a_call_that_is_not_said_to_block_holds_up_what_follows),
		CLAIM(code_sees_the_machine),
		CLAIM(an_unknown_command_is_unsupported),
		CLAIM(packets_within_others_are_unsupported),
	};

	return cmocka_run_group_tests_name("drill_run", tests, NULL, NULL);
}
