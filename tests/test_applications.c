/* What applications do, and when: each case is a scenario of a few lines, which
 * says itself what must be true. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "source/scenario.h"

static const char head[] =
	"{\"title\": \"case\", \"hosts\": {"
	"\"client\": {\"address\": \"10.0.0.1\", \"profile\": \"plain\", \"tcp\": {\"mss\": 1000, "
	"\"isn\": 100, \"msl_ms\": 100}}, "
	"\"server\": {\"address\": \"10.0.0.2\", \"profile\": \"plain\", \"tcp\": {\"mss\": 1000, "
	"\"isn\": 300, \"msl_ms\": 100, \"delayed_ack_ms\": 0}}}, "
	"\"links\": [{\"between\": [\"client\", \"server\"], \"delay_ms\": 50}], ";

struct outcome {
	struct scenario *scenario;
	struct recording *recording;
};

static struct outcome run(const char *rest)
{
	char text[4000];
	struct outcome o;
	struct error err = {""};

	snprintf(text, sizeof text, "%s%s}", head, rest);
	if (!scenario_parse("case", text, strlen(text), NULL, &o.scenario, &err))
		fail_msg("%s", err.text);
	o.recording = scenario_recording(o.scenario);
	scenario_run(o.scenario, o.recording);
	return o;
}

static void done(struct outcome *o)
{
	recording_free(o->recording);
	scenario_free(o->scenario);
}

/* Runs it, and all that it expects is true. */
static void holds(const char *rest)
{
	struct outcome o = run(rest);

	if (scenario_check(o.scenario, o.recording, NULL) > 0) {
		scenario_check(o.scenario, o.recording, stdout);
		fail();
	}
	done(&o);
}

static void a_close_waits_for_what_is_being_sent(void **state)
{
	(void)state;
	holds("\"applications\": {\"server\": [{\"at_ms\": 0, \"listen\": 80}],"
	      "\"client\": [{\"at_ms\": 0, \"connect\": \"server:80\"},"
	      "{\"on\": \"connected\", \"send\": 200000}, {\"at_ms\": 150, \"close\": true}]},"
	      "\"expect\": [{\"host\": \"server\", \"receives\": 200000},"
	      "{\"host\": \"client\", \"variable\": \"state\", \"at_ms\": 200, \"equals\": "
	      "\"ESTABLISHED\"},"
	      "{\"host\": \"client\", \"sends\": \"FIN\", \"times\": 1}]");
}

static void a_step_without_trigger_follows(void **state)
{
	(void)state;
	holds("\"applications\": {\"server\": [{\"at_ms\": 0, \"listen\": 80}],"
	      "\"client\": [{\"at_ms\": 100, \"connect\": \"server:80\"},"
	      "{\"send\": \"early\"}, {\"after_ms\": 500, \"send\": \" and late\"}]},"
	      "\"expect\": [{\"host\": \"server\", \"receives\": \"early and late\"},"
	      "{\"host\": \"client\", \"sends\": \"data\", \"nth\": 1, \"at_ms\": 200},"
	      "{\"host\": \"client\", \"sends\": \"data\", \"nth\": 2, \"at_ms\": 600}]");
}

static void the_first_step_needs_no_trigger(void **state)
{
	(void)state;
	holds("\"applications\": {\"server\": [{\"listen\": 80}],"
	      "\"client\": [{\"after_ms\": 10, \"connect\": \"server:80\"}]},"
	      "\"expect\": [{\"host\": \"client\", \"sends\": \"SYN\", \"nth\": 1, \"at_ms\": 10},"
	      "{\"host\": \"client\", \"variable\": \"state\", \"equals\": \"ESTABLISHED\"}]");
}

static void sending_can_be_repeated(void **state)
{
	(void)state;
	holds("\"applications\": {\"server\": [{\"at_ms\": 0, \"listen\": 80}],"
	      "\"client\": [{\"at_ms\": 0, \"connect\": \"server:80\"},"
	      "{\"on\": \"connected\", \"send\": \"ab\", \"times\": 3, \"every_ms\": 200}, "
	      "{\"close\": true}]},"
	      "\"expect\": [{\"host\": \"server\", \"receives\": \"ababab\"},"
	      "{\"host\": \"client\", \"sends\": \"data\", \"nth\": 2, \"at_ms\": 300},"
	      "{\"host\": \"client\", \"sends\": \"data\", \"nth\": 3, \"at_ms\": 500},"
	      "{\"host\": \"client\", \"sends\": \"FIN\", \"nth\": 1, \"at_ms\": 500}]");
}

static void a_slow_reader_keeps_its_pace(void **state)
{
	(void)state;
	/* The SYN came at 0.05 s: 300 octets every 100 ms from then on. */
	holds("\"applications\": {\"server\": [{\"at_ms\": 0, \"listen\": 80, \"reading\": "
	      "{\"octets\": 300, \"every_ms\": 100}}],"
	      "\"client\": [{\"at_ms\": 0, \"connect\": \"server:80\"},"
	      "{\"on\": \"connected\", \"send\": 1000}]},"
	      "\"expect\": [{\"host\": \"server\", \"receives\": 1000},"
	      "{\"host\": \"server\", \"variable\": \"unread\", \"at_ms\": 260, \"equals\": 700},"
	      "{\"host\": \"server\", \"variable\": \"unread\", \"at_ms\": 360, \"equals\": 400},"
	      "{\"host\": \"server\", \"variable\": \"unread\", \"at_ms\": 460, \"equals\": 100},"
	      "{\"host\": \"server\", \"variable\": \"unread\", \"at_ms\": 560, \"equals\": 0}]");
}

static void reading_stops_and_goes_on(void **state)
{
	(void)state;
	holds("\"applications\": {\"server\": [{\"at_ms\": 0, \"listen\": 80},"
	      "{\"at_ms\": 500, \"read\": \"nothing\"}, {\"at_ms\": 2000, \"read\": \"all\"}],"
	      "\"client\": [{\"at_ms\": 0, \"connect\": \"server:80\"},"
	      "{\"on\": \"connected\", \"send\": 100}, {\"at_ms\": 1000, \"send\": 200}]},"
	      "\"expect\": [{\"host\": \"server\", \"receives\": 300},"
	      "{\"host\": \"server\", \"variable\": \"unread\", \"at_ms\": 400, \"equals\": 0},"
	      "{\"host\": \"server\", \"variable\": \"unread\", \"at_ms\": 1999, \"equals\": 200},"
	      "{\"host\": \"server\", \"variable\": \"unread\", \"at_ms\": 2000, \"equals\": 0}]");
}

/* The server's side of a client that sends 12000 octets and closes. */
#define SLOWLY_READ                                                                                \
	"\"client\": [{\"at_ms\": 0, \"connect\": \"server:80\"},"                                 \
	"{\"on\": \"connected\", \"send\": 12000}, {\"close\": true}]}"

static void the_end_of_the_file_comes_when_all_is_read(void **state)
{
	(void)state;
	holds("\"applications\": {\"server\": [{\"at_ms\": 0, \"listen\": 80, "
	      "\"reading\": {\"octets\": 500, \"every_ms\": 100}},"
	      "{\"on\": \"closing\", \"send\": \"all read\"}, {\"close\": true}]," SLOWLY_READ ","
	      "\"expect\": [{\"host\": \"server\", \"receives\": 12000},"
	      "{\"host\": \"client\", \"receives\": \"all read\"},"
	      "{\"host\": \"server\", \"variable\": \"state\", \"at_ms\": 2540, "
	      "\"equals\": \"CLOSE-WAIT\"},"
	      "{\"host\": \"server\", \"variable\": \"unread\", \"at_ms\": 2540, \"equals\": 500},"
	      "{\"host\": \"server\", \"sends\": \"FIN\", \"nth\": 1, \"at_ms\": 2550},"
	      "{\"host\": \"server\", \"ends\": \"closed\"}]");
}

static void who_reads_nothing_never_comes_to_the_end(void **state)
{
	(void)state;
	holds("\"applications\": {\"server\": [{\"at_ms\": 0, \"listen\": 80, "
	      "\"reading\": \"nothing\"}, {\"on\": \"closing\", \"close\": true},"
	      "{\"at_ms\": 5000, \"read\": \"all\"}]," SLOWLY_READ ","
	      "\"expect\": [{\"host\": \"server\", \"receives\": 12000},"
	      "{\"host\": \"server\", \"sends\": \"FIN\", \"nth\": 1, \"at_ms\": 5000}]");
}

static void reading_goes_on_after_the_own_close_and_the_end(void **state)
{
	(void)state;
	holds("\"applications\": {\"server\": [{\"at_ms\": 0, \"listen\": 80, "
	      "\"reading\": {\"octets\": 500, \"every_ms\": 1000}},"
	      "{\"at_ms\": 60, \"close\": true}]," SLOWLY_READ ","
	      "\"expect\": [{\"host\": \"server\", \"receives\": 12000},"
	      "{\"host\": \"server\", \"ends\": \"closed\", \"by_ms\": 5000}]");
}

static void what_is_left_at_the_end_waits_to_be_read(void **state)
{
	(void)state;
	holds("\"applications\": {\"server\": [{\"at_ms\": 0, \"listen\": 80, "
	      "\"reading\": \"nothing\"}, {\"at_ms\": 60, \"close\": true},"
	      "{\"at_ms\": 9000, \"read\": \"all\"}]," SLOWLY_READ ","
	      "\"expect\": [{\"host\": \"server\", \"receives\": 12000},"
	      "{\"host\": \"server\", \"rule\": \"receive-taken\", \"times\": 0},"
	      "{\"host\": \"server\", \"ends\": \"closed\", \"by_ms\": 5000}]");
}

/* A client that sends 500 octets, over a link with these faults. */
static struct outcome run_with_faults(const char *faults)
{
	static const char format[] =
		"{\"title\": \"case\", \"hosts\": {\"a\": {\"address\": \"10.0.0.1\", \"tcp\": "
		"{\"isn\": 100}}, \"b\": {\"address\": \"10.0.0.2\"}}, \"links\": [{\"between\": "
		"[\"a\", \"b\"], \"delay_ms\": 50, \"faults\": [%s]}], \"applications\": {"
		"\"b\": [{\"at_ms\": 0, \"listen\": 80}], \"a\": [{\"at_ms\": 0, \"connect\": "
		"\"b:80\"}, {\"on\": \"connected\", \"send\": 500}]}}";
	char text[4000];
	struct outcome o;
	struct error err = {""};

	snprintf(text, sizeof text, format, faults);
	if (!scenario_parse("case", text, strlen(text), NULL, &o.scenario, &err))
		fail_msg("%s", err.text);
	o.recording = scenario_recording(o.scenario);
	scenario_run(o.scenario, o.recording);
	return o;
}

static void each_loss_says_which_of_several_it_was(void **state)
{
	static const char *const expected[] = {
		"lost by rule 1: the second segment with data from a",
		"lost by rule 2: the first segment with data with sequence number 101 from a",
		"lost by rule 2: the third segment with data with sequence number 101 from a",
	};
	struct outcome o = run_with_faults(
		"{\"lose\": \"second and ninth segment with data from a\"}, {\"lose\": {\"from\": "
		"\"a\", \"seq\": 101, \"with\": \"data\", \"nth\": [1, 3]}}");
	bool seen[3] = {false};
	unsigned lost = 0;

	(void)state;
	for (uint32_t n = 0; n < recording_events(o.recording); n++) {
		struct event event = recording_event(o.recording, n);

		if (event.kind != EVENT_LOST)
			continue;
		lost++;
		for (unsigned i = 0; i < 3; i++)
			seen[i] |=
				strcmp(recording_text(o.recording, event.text), expected[i]) == 0;
	}
	assert_int_equal(lost, 3);
	assert_true(seen[0] && seen[1] && seen[2]);
	done(&o);
}

static void notes(const struct outcome *o, char *out, size_t size)
{
	FILE *file = tmpfile();
	size_t len;

	assert_non_null(file);
	scenario_tell_notes(o->scenario, file);
	rewind(file);
	len = fread(out, 1, size - 1, file);
	out[len] = '\0';
	fclose(file);
}

static void a_fault_that_never_hits_is_told(void **state)
{
	struct outcome o = run_with_faults("{\"lose\": \"the first SYN from a\"}, "
					   "{\"lose\": \"the ninth RST from a\"}, "
					   "{\"lose_percent\": 0}");
	char text[400];

	(void)state;
	notes(&o, text, sizeof text);
	assert_string_equal(text, "tcplab: note: case: links.0.faults.1 never hit anything: "
				  "the ninth RST from a\n");
	scenario_run(o.scenario, NULL); /* counted anew */
	notes(&o, text, sizeof text);
	assert_non_null(strstr(text, "faults.1"));
	assert_null(strstr(text, "faults.0"));
	done(&o);
}

static void an_echo_gives_back_what_came(void **state)
{
	(void)state;
	holds("\"applications\": {\"server\": [{\"at_ms\": 0, \"listen\": 80}, "
	      "{\"on\": \"connected\", \"echo\": true}],"
	      "\"client\": [{\"at_ms\": 0, \"connect\": \"server:80\"},"
	      "{\"on\": \"connected\", \"send\": \"Is there anybody?\"}]},"
	      "\"expect\": [{\"host\": \"server\", \"receives\": \"Is there anybody?\"},"
	      "{\"host\": \"client\", \"receives\": \"Is there anybody?\"}]");
}

static void an_answer_follows_the_whole_question(void **state)
{
	(void)state;
	holds("\"applications\": {\"server\": [{\"at_ms\": 0, \"listen\": 80}, "
	      "{\"on_received\": 2500, \"send\": 100}, {\"close\": true}],"
	      "\"client\": [{\"at_ms\": 0, \"connect\": \"server:80\"},"
	      "{\"on\": \"connected\", \"send\": 1500}, {\"at_ms\": 1000, \"send\": 1000}, "
	      "{\"on\": \"closing\", \"close\": true}]},"
	      "\"expect\": [{\"host\": \"client\", \"receives\": 100},"
	      "{\"host\": \"server\", \"sends\": \"data\", \"nth\": 1, \"at_ms\": 1050},"
	      "{\"host\": \"client\", \"ends\": \"closed\"}, "
	      "{\"host\": \"server\", \"ends\": \"closed\"}]");
}

static void every_connection_has_its_own_steps(void **state)
{
	(void)state;
	holds("\"applications\": {\"server\": [{\"at_ms\": 0, \"listen\": 80}, "
	      "{\"on\": \"connected\", \"send\": \"hello\"}, {\"close\": true}],"
	      "\"client\": [{\"at_ms\": 0, \"connect\": \"server:80\", \"times\": 3, "
	      "\"every_ms\": 20}, {\"on\": \"closing\", \"close\": true}]},"
	      "\"expect\": [{\"host\": \"client\", \"receives\": \"hello\"},"
	      "{\"host\": \"client\", \"connection\": 2, \"receives\": \"hello\"},"
	      "{\"host\": \"client\", \"connection\": 3, \"receives\": \"hello\"},"
	      "{\"host\": \"client\", \"connection\": 3, \"ends\": \"closed\"},"
	      "{\"host\": \"client\", \"sends\": \"SYN\", \"nth\": 3, \"at_ms\": 40}]");
}

static void two_scripts_in_one_host_do_not_mix(void **state)
{
	(void)state;
	holds("\"applications\": {\"server\": [{\"at_ms\": 0, \"listen\": 80}, "
	      "{\"on\": \"connected\", \"send\": \"eighty\"}, {\"at_ms\": 0, \"listen\": 81}, "
	      "{\"on\": \"connected\", \"send\": \"eighty-one\"}],"
	      "\"client\": [{\"at_ms\": 0, \"connect\": \"server:81\"}, "
	      "{\"at_ms\": 0, \"connect\": \"server:80\"}]},"
	      "\"expect\": [{\"host\": \"client\", \"receives\": \"eighty-one\"},"
	      "{\"host\": \"client\", \"connection\": 2, \"receives\": \"eighty\"}]");
}

static void who_listens_once_serves_one(void **state)
{
	(void)state;
	holds("\"applications\": {\"server\": [{\"at_ms\": 0, \"listen\": 80, \"once\": true}],"
	      "\"client\": [{\"at_ms\": 0, \"connect\": \"server:80\", \"times\": 2, "
	      "\"every_ms\": 10}]},"
	      "\"expect\": [{\"host\": \"client\", \"variable\": \"state\", \"equals\": "
	      "\"ESTABLISHED\"},"
	      "{\"host\": \"client\", \"connection\": 2, \"ends\": \"refused\"}]");
}

static void an_end_can_lead_to_a_beginning(void **state)
{
	(void)state;
	holds("\"applications\": {\"server\": [{\"at_ms\": 1000, \"listen\": 80}],"
	      "\"client\": [{\"at_ms\": 0, \"connect\": \"server:80\"}, "
	      "{\"on\": \"ended\", \"after_ms\": 1000, \"connect\": \"server:80\"}]},"
	      "\"expect\": [{\"host\": \"client\", \"ends\": \"refused\"},"
	      "{\"host\": \"client\", \"connection\": 2, \"variable\": \"state\", \"equals\": "
	      "\"ESTABLISHED\"}]");
}

static void urgent_text_is_sent_as_such(void **state)
{
	(void)state;
	holds("\"applications\": {\"server\": [{\"at_ms\": 0, \"listen\": 80}],"
	      "\"client\": [{\"at_ms\": 0, \"connect\": \"server:80\"}, "
	      "{\"on\": \"connected\", \"send\": \"!\", \"urgent\": true}]},"
	      "\"expect\": [{\"host\": \"client\", \"rule\": \"send-urgent\"},"
	      "{\"host\": \"server\", \"rule\": \"urgent-arrives\"}]");
}

static void a_host_with_two_addresses_uses_the_one_that_fits(void **state)
{
	static const char text[] =
		"{\"title\": \"case\", \"hosts\": {"
		"\"client\": {\"address\": \"10.0.0.1\", \"address6\": \"2001:db8::1\"}, "
		"\"server\": {\"address\": \"2001:db8::2\"}}, "
		"\"links\": [{\"between\": [\"client\", \"server\"]}], "
		"\"applications\": {\"server\": [{\"listen\": 80}], "
		"\"client\": [{\"connect\": \"server:80\"}, {\"send\": 100}]}, "
		"\"expect\": [{\"host\": \"server\", \"receives\": 100}]}";
	struct outcome o;
	struct error err;

	(void)state;
	assert_true(scenario_parse("case", text, sizeof text - 1, NULL, &o.scenario, &err));
	o.recording = scenario_recording(o.scenario);
	scenario_run(o.scenario, o.recording);
	assert_int_equal(scenario_check(o.scenario, o.recording, NULL), 0);
	assert_int_equal(recording_conn(o.recording, 1)->local.address.version, 6);
	done(&o);
}

static void captions_come_right_after_their_moment(void **state)
{
	struct outcome o = run("\"applications\": {\"server\": [{\"at_ms\": 0, \"listen\": 80}],"
			       "\"client\": [{\"at_ms\": 0, \"connect\": \"server:80\"}, "
			       "{\"on\": \"connected\", \"send\": 10}]},"
			       "\"captions\": [{\"at_ms\": 0, \"text\": \"begin\"}, "
			       "{\"on\": {\"host\": \"client\", \"state\": \"ESTABLISHED\"}, "
			       "\"text\": \"made\"}, "
			       "{\"on\": {\"host\": \"client\", \"sends\": \"ACK\", \"nth\": 7}, "
			       "\"text\": \"never\"}]");
	const char *before[] = {"begin", "made"};
	unsigned found = 0;

	(void)state;
	for (uint32_t n = 0; n < recording_events(o.recording); n++) {
		struct event event = recording_event(o.recording, n);

		if (event.kind != EVENT_CAPTION)
			continue;
		assert_in_range(found, 0, 1);
		assert_string_equal(recording_text(o.recording, event.text), before[found]);
		if (found++ == 0) {
			assert_int_equal(n, 0);
			continue;
		}
		/* Between the turn that it is about and the SEND that answers it. */
		assert_int_equal(recording_event(o.recording, n - 1).kind, EVENT_NOTICE);
		assert_int_equal(recording_event(o.recording, n + 1).kind, EVENT_CALL);
		assert_int_equal(recording_event(o.recording, event.cause).to, ESTABLISHED);
	}
	assert_int_equal(found, 2);
	done(&o);
}

/* ---- what is expected ---- */

/* The report on a run in which nothing of this is true. */
static void expectations_say_what_was_seen_instead(void **state)
{
	static const char *const lines[] = {
		"FAILED  expect.0, line 1: client goes through CLOSED, SYN-SENT; it went through "
		"CLOSED, SYN-SENT, ESTABLISHED",
		"FAILED  expect.1, line 1: server reads 11 octets; it read 10",
		"FAILED  expect.2, line 1: server reads 10 octets, the text that is expected; it "
		"read "
		"10, but another text",
		"FAILED  expect.3, line 1: client's cwnd at least 5000 at most 6000 at 0.100; it "
		"is "
		"4000",
		"FAILED  expect.4, line 1: client's state is CLOSED; it is ESTABLISHED",
		"FAILED  expect.5, line 1: client's RTO is 1500.000000 ms; it is 1000.000000 ms",
		"FAILED  expect.6, line 1: client sends 2 x SYN; it sent 1",
		"FAILED  expect.7, line 1: client sends SYN number 1 at 0.005000; that was at "
		"0.000000",
		"FAILED  expect.8, line 1: client sends SYN number 2 at 0.005000; it sent only 1",
		"FAILED  expect.9, line 1: client follows the rule rto-fired at least 1 time; it "
		"did "
		"0 times",
		"FAILED  expect.10, line 1: client's connection ends: closed, by 0.500; it has not "
		"ended",
		"FAILED  expect.11, line 1: 3 packets are lost; 0 were",
		"FAILED  expect.12, line 1: client reads 5 octets; it had no such connection",
	};
	struct outcome o =
		run("\"applications\": {\"server\": [{\"at_ms\": 0, \"listen\": 80}],"
		    "\"client\": [{\"at_ms\": 0, \"connect\": \"server:80\"}, "
		    "{\"on\": \"connected\", \"send\": \"0123456789\"}]}, \"expect\": ["
		    "{\"host\": \"client\", \"states\": [\"CLOSED\", \"SYN-SENT\"]},"
		    "{\"host\": \"server\", \"receives\": 11},"
		    "{\"host\": \"server\", \"receives\": \"012345678x\"},"
		    "{\"host\": \"client\", \"variable\": \"cwnd\", \"at_ms\": 100, \"at_least\": "
		    "5000, "
		    "\"at_most\": 6000},"
		    "{\"host\": \"client\", \"variable\": \"state\", \"equals\": \"CLOSED\"},"
		    "{\"host\": \"client\", \"variable\": \"RTO\", \"equals\": 1500},"
		    "{\"host\": \"client\", \"sends\": \"SYN\", \"times\": 2},"
		    "{\"host\": \"client\", \"sends\": \"SYN\", \"nth\": 1, \"at_ms\": 5},"
		    "{\"host\": \"client\", \"sends\": \"SYN\", \"nth\": 2, \"at_ms\": 5},"
		    "{\"host\": \"client\", \"rule\": \"rto-fired\"},"
		    "{\"host\": \"client\", \"ends\": \"closed\", \"by_ms\": 500},"
		    "{\"lost\": 3},"
		    "{\"host\": \"client\", \"connection\": 9, \"receives\": 5}]");
	char *report = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&report, &len);
	char *line;
	char *rest;

	(void)state;
	assert_int_equal(scenario_check(o.scenario, o.recording, out), 13);
	fclose(out);
	line = strtok_r(report, "\n", &rest);
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		assert_string_equal(line, lines[i]);
		line = strtok_r(NULL, "\n", &rest);
	}
	assert_null(line);
	free(report);
	done(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_close_waits_for_what_is_being_sent),
		cmocka_unit_test(a_step_without_trigger_follows),
		cmocka_unit_test(the_first_step_needs_no_trigger),
		cmocka_unit_test(sending_can_be_repeated),
		cmocka_unit_test(a_slow_reader_keeps_its_pace),
		cmocka_unit_test(reading_stops_and_goes_on),
		cmocka_unit_test(the_end_of_the_file_comes_when_all_is_read),
		cmocka_unit_test(who_reads_nothing_never_comes_to_the_end),
		cmocka_unit_test(reading_goes_on_after_the_own_close_and_the_end),
		cmocka_unit_test(what_is_left_at_the_end_waits_to_be_read),
		cmocka_unit_test(each_loss_says_which_of_several_it_was),
		cmocka_unit_test(a_fault_that_never_hits_is_told),
		cmocka_unit_test(an_echo_gives_back_what_came),
		cmocka_unit_test(an_answer_follows_the_whole_question),
		cmocka_unit_test(every_connection_has_its_own_steps),
		cmocka_unit_test(two_scripts_in_one_host_do_not_mix),
		cmocka_unit_test(who_listens_once_serves_one),
		cmocka_unit_test(an_end_can_lead_to_a_beginning),
		cmocka_unit_test(urgent_text_is_sent_as_such),
		cmocka_unit_test(a_host_with_two_addresses_uses_the_one_that_fits),
		cmocka_unit_test(captions_come_right_after_their_moment),
		cmocka_unit_test(expectations_say_what_was_seen_instead),
	};

	return cmocka_run_group_tests_name("applications", tests, NULL, NULL);
}
