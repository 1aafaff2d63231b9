/* Mistakes in what a scenario's applications do, what it says and what it expects. */
#include <stdio.h>

#include "tests/sound_scenario.h"

/* ---- applications ---- */

static void steps_have_one_trigger_and_one_action(void **state)
{
	(void)state;
	refused("applications.client.1={\"on\": \"connected\"}",
		"applications.client.1: one of these keys is needed: listen, connect, send, read, "
		"receive_buffer, "
		"echo, close, abort, reboot, forge");
	refused("applications.client.1={\"on\": \"connected\", \"send\": 1, \"close\": true}",
		"applications.client.1.close: \"send\" and \"close\" cannot be together here");
	refused("applications.client.1={\"on\": \"connected\", \"at_ms\": 5, \"send\": 1}",
		"applications.client.1.on: a step has one trigger: \"at_ms\", \"on\" or "
		"\"on_received\"");
	refused("applications.client.1={\"on\": \"connect\", \"send\": 1}",
		"applications.client.1.on: \"connect\" is not known here; did you mean "
		"\"connected\"?");
}

static void steps_make_sense_where_they_stand(void **state)
{
	(void)state;
	refused("applications.client=[{\"at_ms\": 0, \"send\": 5}]",
		"applications.client.0: there is no connection yet: \"listen\" or \"connect\" "
		"comes "
		"first");
	refused("applications.client=[{\"on\": \"ended\", \"connect\": \"server:80\"}]",
		"applications.client.0: there is no connection yet that it could follow");
	refused("applications.client.+={\"reboot\": true}",
		"applications.client.2: a reboot happens at a time: \"at_ms\" is missing");
	refused("applications.client.1.every_ms=5",
		"applications.client.1.every_ms: \"every_ms\" needs \"times\": how often");
	refused("applications.printer=[{\"at_ms\": 0, \"listen\": 80}]",
		"applications.printer: there is no host \"printer\"; there are client, server");
	refused("applications.client.1.once=true",
		"applications.client.1.once: \"once\" goes only with: listen");
}

static void forgeries_are_whole_segments(void **state)
{
	(void)state;
	accepted("applications.client.+={\"at_ms\": 5, \"forge\": \"R 7:7(0) win 0\", "
		 "\"as\": \"10.0.0.9:80\", \"to\": \"server:80\"}");
	refused("applications.client.+={\"forge\": \"R 7:7(0)\", \"as\": \"server:1\", "
		"\"to\": \"server:80\"}",
		"applications.client.2: a forgery happens at a time: \"at_ms\" is missing");
	refused("applications.client.+={\"at_ms\": 5, \"forge\": \"R 7:7(0)\", "
		"\"to\": \"server:80\"}",
		"applications.client.2.forge: \"forge\" needs \"as\" and \"to\"");
	accepted("applications.client.+={\"at_ms\": 5, \"forge\": \". 7:1007(1000) ack 1\", "
		 "\"as\": \"server:1\", \"to\": \"server:80\"}");
	refused("applications.client.+={\"at_ms\": 5, \"forge\": \". 7:1008(1001) ack 1\", "
		"\"as\": \"server:1\", \"to\": \"server:80\"}",
		"applications.client.2.forge: a forged segment carries 1000 octets of text at "
		"most, "
		"not 1001");
	refused("applications.client.+={\"at_ms\": 5, \"forge\": \"R 7:7(0)\", "
		"\"as\": \"[fd00::1]:1\", \"to\": \"server:80\"}",
		"applications.client.2.as: \"as\" and \"to\" are addresses of one kind, IPv4 or "
		"IPv6");
}

/* The client's octets are 101 to 3100. How many expectations fail when five octets come in its
 * name before them? */
static unsigned failures_with(const char *forged)
{
	char text[2000];
	struct recording *r;
	struct scenario *s;
	struct error err;
	unsigned failures;

	snprintf(text, sizeof text,
		 "{\"title\": \"Somebody else's words\", \"hosts\": {"
		 "\"client\": {\"address\": \"10.0.0.1\", \"profile\": \"plain\", \"tcp\": "
		 "{\"isn\": 100}},"
		 "\"server\": {\"address\": \"10.0.0.2\", \"profile\": \"plain\", \"tcp\": "
		 "{\"isn\": 300}}},"
		 "\"links\": [{\"between\": [\"client\", \"server\"], \"delay_ms\": 50}],"
		 "\"applications\": {\"server\": [{\"at_ms\": 0, \"listen\": 80}],"
		 "\"client\": [{\"at_ms\": 0, \"connect\": \"server:80\"},"
		 "{\"at_ms\": 150, \"forge\": \"%s\", \"as\": \"10.0.0.1:49152\","
		 " \"to\": \"server:80\"}, {\"at_ms\": 200, \"send\": 3000}]},"
		 "\"expect\": [{\"host\": \"server\", \"receives\": 3000}]}",
		 forged);
	if (!scenario_with(text, NULL, &s, &err))
		fail_msg("%s", err.text);
	r = scenario_recording(s);
	scenario_run(s, r);
	failures = scenario_check(s, r, NULL);
	recording_free(r);
	scenario_free(s);
	return failures;
}

static void forged_text_is_taken_where_its_numbers_fit(void **state)
{
	(void)state;
	assert_int_equal(failures_with("P. 2000000101:2000000106(5) ack 301 win 65535"), 0);
	assert_int_equal(failures_with("P. 101:106(5) ack 301 win 65535"), 1);
}

#define FORGE                                                                                      \
	"applications.client.+={\"at_ms\": 5, \"as\": \"server:1\", \"to\": \"server:80\", "       \
	"\"forge\": "

static void forged_messages_are_written_as_the_ladder_shows_them(void **state)
{
	static const char *const good[] = {
		"ICMP port unreachable about seq=101",
		"ICMP datagram too big mtu=68 about seq=4294967295",
		"ICMP source quench about seq=0",
	};
	static const char *const bad[] = {
		"ICMP port unreachable",
		"ICMP port unreachable about seq=",
		"ICMP port unreachable about seq=1 ",
		"ICMP datagram too big mtu=70000 about seq=1",
		"ICMP datagram too big mtu= about seq=1",
		"ICMP about seq=1 mtu=68",
		"ICMP port unreachable about seq=4294967296",
	};
	char setting[300];

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		snprintf(setting, sizeof setting, FORGE "\"%s\"}", good[i]);
		accepted(setting);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		snprintf(setting, sizeof setting, FORGE "\"%s\"}", bad[i]);
		refused(setting, "applications.client.2.forge: an ICMP error is written like "
				 "\"ICMP datagram "
				 "too big mtu=68 about seq=101\"");
	}
	refused(FORGE "\"ICMP no luck about seq=1\"}",
		"applications.client.2.forge: no ICMP error says \"no luck\"");
}

static void connections_go_to_someone(void **state)
{
	(void)state;
	refused("applications.client.0.connect=80",
		"applications.client.0.connect: this must be a text, not the number 80");
	refused("applications.client.0.connect=server",
		"applications.client.0.connect: \"server\" names no host and port; write it like "
		"\"server:80\"");
	refused("applications.client.0.connect=sever:80",
		"applications.client.0.connect: there is no host or address \"sever\"");
	refused("applications.client.0.connect=client:80",
		"applications.client.0.connect: a host cannot connect to itself here");
	refused_at("hosts.server.address=2001:db8::2",
		   "a.json:12:40: applications.client.0.connect: \"client\" and \"server\" have no "
		   "addresses of the same kind, IPv4 or IPv6");
	accepted("applications.client.0.connect=10.0.0.9:80");
}

static void what_comes_after_the_end_is_refused(void **state)
{
	(void)state;
	refused("applications.client.1={\"at_ms\": 4000000, \"send\": 1}",
		"applications.client.1.at_ms: 4000000 is after the end of the run");
	refused("expect.0={\"host\": \"client\", \"variable\": \"cwnd\", \"at_ms\": 4000000, "
		"\"equals\": 1}",
		"expect.0.at_ms: this is after the end of the run");
	refused("captions=[{\"at_ms\": 3600001, \"text\": \"x\"}]",
		"captions.0.at_ms: 3600001 is after the end of the run");
}

/* ---- captions and expectations ---- */

static void captions_hang_on_something(void **state)
{
	(void)state;
	refused("captions=[{\"text\": \"x\"}]",
		"captions.0: one of these keys is needed: at_ms, on");
	refused("captions=[{\"at_ms\": 0}]",
		"captions.0: \"text\" is missing, for example \"text\": \"Both sides know each "
		"other's sequence number.\"");
	refused("captions=[{\"on\": {\"state\": \"LISTEN\"}, \"text\": \"x\"}]",
		"captions.0.on: \"host\" is missing, for example \"host\": \"client\"");
	refused("captions=[{\"on\": {\"host\": \"client\", \"state\": \"listen\"}, \"text\": "
		"\"x\"}]",
		"captions.0.on.state: \"listen\" is not known here; did you mean \"LISTEN\"?");
	refused("captions=[{\"on\": {\"host\": \"client\", \"rule\": \"rto-fire\"}, \"text\": "
		"\"x\"}]",
		"captions.0.on.rule: \"rto-fire\" is not known here; did you mean \"rto-fired\"?");
	refused("captions=[{\"on\": {\"host\": \"client\", \"rule\": \"rto-started-or-fired\"}, "
		"\"text\": \"x\"}]",
		"captions.0.on.rule: \"rto-started-or-fired\" is not known here; nearest are "
		"rto-started, rto-restarted and rto-fired");
}

static void expectations_say_what_they_expect(void **state)
{
	(void)state;
	refused("expect.0={\"receives\": 5}",
		"expect.0: \"host\" is missing, for example \"host\": \"client\"");
	refused("expect.0={\"host\": \"client\", \"variable\": \"cwnd\"}",
		"expect.0: \"equals\", \"at_least\" or \"at_most\" is missing");
	refused("expect.0={\"host\": \"client\", \"variable\": \"cwind\", \"equals\": 1}",
		"expect.0.variable: \"cwind\" is not known here; did you mean \"cwnd\"?");
	refused("expect.0={\"host\": \"client\", \"variable\": \"state\", \"equals\": 3}",
		"expect.0.equals: this must be the name of a state");
	refused("expect.0={\"host\": \"client\", \"variable\": \"SACK\", \"equals\": 1}",
		"expect.0.equals: this must be true or false");
	refused("expect.0={\"host\": \"client\", \"variable\": \"cwnd\", \"equals\": 1.5}",
		"expect.0.equals: 1.5 is not possible: a whole number");
	refused("expect.0={\"host\": \"client\", \"variable\": \"cwnd\", \"equals\": 1, "
		"\"at_most\": 2}",
		"expect.0.equals: \"equals\" and \"at_least\" or \"at_most\" cannot be together");
	refused("expect.0={\"host\": \"client\", \"sends\": \"SYN\"}",
		"expect.0: \"times\", \"at_least\", \"at_most\", or \"nth\" with \"at_ms\" is "
		"missing");
	refused("expect.0={\"host\": \"client\", \"sends\": \"SYN\", \"nth\": 1}",
		"expect.0: \"nth\" and \"at_ms\" go together: which, and when");
	refused("expect.0={\"host\": \"client\", \"sends\": \"SYN\", \"at_least\": 3, \"at_most\": "
		"2}",
		"expect.0: \"at_least\" is more than \"at_most\"");
	refused("expect.0={\"host\": \"client\", \"ends\": \"closd\"}",
		"expect.0.ends: \"closd\" is not known here; did you mean \"closed\"?");
	refused("expect.0={\"host\": \"client\", \"lost\": 1}",
		"expect.0.host: \"host\" goes only with: states receives variable sends rule ends");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_have_one_trigger_and_one_action),
		cmocka_unit_test(steps_make_sense_where_they_stand),
		cmocka_unit_test(forgeries_are_whole_segments),
		cmocka_unit_test(forged_text_is_taken_where_its_numbers_fit),
		cmocka_unit_test(forged_messages_are_written_as_the_ladder_shows_them),
		cmocka_unit_test(connections_go_to_someone),
		cmocka_unit_test(what_comes_after_the_end_is_refused),
		cmocka_unit_test(captions_hang_on_something),
		cmocka_unit_test(expectations_say_what_they_expect),
	};

	return cmocka_run_group_tests_name("steps of a scenario", tests, NULL, NULL);
}
