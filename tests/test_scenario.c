/* A mistake in a scenario is a sentence: where, what, and what would be right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"
#include "source/scenario.h"

static const char sound[] =
	"{\n"
	"  \"title\": \"Sound\",\n"
	"  \"hosts\": {\n"
	"    \"client\": {\"address\": \"10.0.0.1\", \"profile\": \"plain\"},\n"
	"    \"server\": {\"address\": \"10.0.0.2\", \"profile\": \"plain\"}\n"
	"  },\n"
	"  \"links\": [\n"
	"    {\"between\": [\"client\", \"server\"], \"delay_ms\": 50}\n"
	"  ],\n"
	"  \"applications\": {\n"
	"    \"server\": [{\"at_ms\": 0, \"listen\": 80}],\n"
	"    \"client\": [{\"at_ms\": 0, \"connect\": \"server:80\"}, {\"on\": \"connected\", "
	"\"send\": 3000}]\n"
	"  },\n"
	"  \"expect\": [{\"host\": \"server\", \"receives\": 3000}]\n"
	"}\n";

static bool parse(const char *text, const char *setting, struct scenario **out, struct error *err)
{
	struct scenario_options options = {.sets = &setting, .set_count = setting != NULL};

	return scenario_parse("a.json", text, strlen(text), &options, out, err);
}

/* The sound scenario with this setting is refused with this sentence, which
 * begins with the setting. */
static void refused(const char *setting, const char *sentence)
{
	struct scenario *s;
	struct error err = {""};
	char expected[ERROR_TEXT_MAX];

	snprintf(expected, sizeof expected, "--set %s: %s", setting, sentence);
	if (parse(sound, setting, &s, &err))
		fail_msg("%s was accepted", setting);
	assert_string_equal(err.text, expected);
	assert_null(s);
}

/* The same where another place than the setting's is at fault. */
static void refused_at(const char *setting, const char *sentence)
{
	struct scenario *s;
	struct error err = {""};

	if (parse(sound, setting, &s, &err))
		fail_msg("%s was accepted", setting);
	assert_string_equal(err.text, sentence);
}

static void accepted(const char *setting)
{
	struct scenario *s;
	struct error err = {""};

	if (!parse(sound, setting, &s, &err))
		fail_msg("%s", err.text);
	scenario_free(s);
}

/* ---- keys and kinds ---- */

static void the_sound_one_is_sound(void **state)
{
	(void)state;
	accepted(NULL);
}

static void unknown_keys_name_the_nearest(void **state)
{
	(void)state;
	refused("links.0.dealy_ms=50",
		"links.0.dealy_ms: there is no key \"dealy_ms\" here; did you mean \"delay_ms\"?");
	refused("hosts.client.tcp.delayed_ack=0",
		"hosts.client.tcp.delayed_ack: there is no key \"delayed_ack\" here; did you mean "
		"\"delayed_ack_ms\"?");
	refused("links.0.faults=[{\"drop\": \"first SYN from client\"}]",
		"links.0.faults.0.drop: there is no key \"drop\" here; did you mean \"lose\"?");
	refused("links.0.latency=5",
		"links.0.latency: there is no key \"latency\" here; did you mean \"delay_ms\"?");
	refused("links.0.bandwidth=5", "links.0.bandwidth: there is no key \"bandwidth\" here; did "
				       "you mean \"rate_mbps\"?");
	refused("Title=x", "Title: there is no key \"Title\" here; did you mean \"title\"?");
	refused("links.0.faults=[{\"loose\": \"first SYN from client\"}]",
		"links.0.faults.0.loose: there is no key \"loose\" here; did you mean \"lose\"?");
	refused("links.0.faults=[{\"lose_procent\": 1}]",
		"links.0.faults.0.lose_procent: there is no key \"lose_procent\" here; did you "
		"mean "
		"\"lose_percent\"?");
	refused("hosts.client.colour=red", "hosts.client.colour: there is no key \"colour\" here; "
					   "known are address, address6, "
					   "profile, tcp, keys");
}

static void a_unit_that_is_missing_is_found(void **state)
{
	(void)state;
	refused("links.0.delay=50",
		"links.0.delay: there is no key \"delay\" here; did you mean \"delay_ms\"?");
	refused("links.0.rate=10",
		"links.0.rate: there is no key \"rate\" here; did you mean \"rate_mbps\"?");
}

static void places_are_named(void **state)
{
	static const struct {
		const char *text;
		const char *sentence;
	} cases[] = {
		{"[]", "a.json:1:1: this must be an object {...}, not a list"},
		{"7", "a.json:1:1: this must be an object {...}, not the number 7"},
		{"{\n \"title\": 5\n}",
		 "a.json:2:11: title: this must be a text, not the number 5"},
		{"{\"title\": \"x\"}", "a.json:1:1: \"hosts\" is missing, for example \"hosts\": "
				       "{\"client\": {\"address\": "
				       "\"10.0.0.1\"}, \"server\": {\"address\": \"10.0.0.2\"}}"},
		{"{\"title\": \"\"}", "a.json:1:11: title: this text is empty"},
		{"{\"version\": 2, \"frames\": []}",
		 "a.json:1:13: version: this scenario is of version 2, newer than this program, "
		 "which knows version 1"},
		{"{\"title\": \"x\",\n\"hosts\": {\"a\": {\"address\": \"10.0.0.1\",\n  \"tcp\": "
		 "{\"mss\": 12}}}}",
		 "a.json:3:18: hosts.a.tcp.mss: 12 is not possible: from 48 to 65495"},
	};
	struct scenario *s;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_false(parse(cases[i].text, NULL, &s, &err));
		assert_string_equal(err.text, cases[i].sentence);
	}
}

static void kinds_are_as_they_must_be(void **state)
{
	(void)state;
	refused("links.0.delay_ms=fast",
		"links.0.delay_ms: this must be a number from 0 to 3600000 "
		"(milliseconds), not the text \"fast\"");
	refused("links.0.delay_ms=null", "links.0.delay_ms: this must be a number from 0 to "
					 "3600000 (milliseconds), not null");
	refused("hosts.client.tcp.nagle=1",
		"hosts.client.tcp.nagle: this must be true or false, not the number 1");
	refused("links=5", "links: this must be a list [...], not the number 5");
	refused("applications.client.1={\"on\": \"connected\", \"close\": false}",
		"applications.client.1.close: this must be true, not false");
	refused("applications.client.1={\"on\": \"connected\", \"send\": []}",
		"applications.client.1.send: this must be a whole number from 1 to 10000000000 "
		"(octets), or a text, not a list");
}

/* ---- numbers ---- */

static void impossible_numbers_are_refused(void **state)
{
	(void)state;
	refused("links.0.delay_ms=-1",
		"links.0.delay_ms: -1 is not possible: from 0 to 3600000 (milliseconds)");
	refused("links.0.delay_ms=1000000000000", "links.0.delay_ms: 1000000000000 is not "
						  "possible: from 0 to 3600000 (milliseconds)");
	refused("links.0.delay_ms=0.0000001",
		"links.0.delay_ms: 0.0000001 is too fine: at most 6 digits after the point");
	refused("links.0.rate_mbps=0",
		"links.0.rate_mbps: 0 is not possible: from 0.001 to 1000000 (Mb/s)");
	refused("links.0.faults=[{\"lose_percent\": 101}]",
		"links.0.faults.0.lose_percent: 101 is not possible: from 0 to 100 (percent)");
	refused("links.0.faults=[{\"lose_percent\": -1}]",
		"links.0.faults.0.lose_percent: -1 is not possible: from 0 to 100 (percent)");
	refused("links.0.faults=[{\"lose_percent\": \"5%\"}]",
		"links.0.faults.0.lose_percent: this must be a number from 0 to 100 (percent), not "
		"the text \"5%\"");
	refused("hosts.client.tcp.mss=0",
		"hosts.client.tcp.mss: 0 is not possible: from 48 to 65495");
	refused("hosts.client.tcp.mss=70000",
		"hosts.client.tcp.mss: 70000 is not possible: from 48 to 65495");
	refused("hosts.client.tcp.isn=4294967296",
		"hosts.client.tcp.isn: 4294967296 is not possible: from 0 to 4294967295");
	refused("hosts.client.tcp.keepalive_idle_ms=499",
		"hosts.client.tcp.keepalive_idle_ms: 499 is not possible: from 500 to 86400000 "
		"(milliseconds)");
	accepted("hosts.client.tcp.keepalive_idle_ms=500");
	refused("applications.client.1.send=-5",
		"applications.client.1.send: -5 is not possible: from 1 to 10000000000 (octets)");
	refused("applications.client.1.send=1.5",
		"applications.client.1.send: 1.5 is not possible: a whole number from 1 to "
		"10000000000 (octets)");
	refused("applications.client.0.connect=server:65536",
		"applications.client.0.connect: \"server:65536\" names no host and port; write it "
		"like \"server:80\"");
	refused("applications.server.0.listen=0",
		"applications.server.0.listen: 0 is not possible: from 1 to 65535");
	refused("applications.server.0.at_ms=-1", "applications.server.0.at_ms: -1 is not "
						  "possible: from 0 to 864000000 (milliseconds)");
	refused("duration_ms=0",
		"duration_ms: 0 is not possible: from 0.000001 to 864000000 (milliseconds)");
	refused("seed=-1", "seed: -1 is not possible: from 0 to 9007199254740991");
}

static void what_would_never_end_is_refused(void **state)
{
	(void)state;
	refused("applications.client.1={\"on\": \"connected\", \"send\": 10000000000, \"times\": "
		"1000, "
		"\"every_ms\": 1}",
		"applications.client.1: this would be more than 10^12 octets in all: too much to "
		"wait "
		"for");
	refused("applications.client.1.send=1000000000000000",
		"applications.client.1.send: 1000000000000000 is not possible: from 1 to "
		"10000000000 "
		"(octets)");
}

/* ---- hosts ---- */

static void addresses_are_addresses(void **state)
{
	(void)state;
	refused("hosts.client.address=10.0.0.256",
		"hosts.client.address: \"10.0.0.256\" is no address; write it like 10.0.0.1 or "
		"2001:db8::1");
	refused("hosts.client.address=010.0.0.1",
		"hosts.client.address: \"010.0.0.1\" is no address; write it like 10.0.0.1 or "
		"2001:db8::1");
	refused("hosts.client.address=224.0.0.1",
		"hosts.client.address: 224.0.0.1 is no host's address: TCP never talks to it");
	refused("hosts.client.address=10.0.0.2 ",
		"hosts.client.address: \"10.0.0.2 \" is no address; write it like 10.0.0.1 or "
		"2001:db8::1");
	refused("hosts.client.address6=10.0.0.7", "hosts.client.address6: \"address6\" is an IPv6 "
						  "address beside an IPv4 \"address\"");
}

static void addresses_are_unique(void **state)
{
	(void)state;
	refused("hosts.server.address=10.0.0.1",
		"hosts.server.address: 10.0.0.1 is the address of \"client\" already");
}

static void names_are_names(void **state)
{
	(void)state;
	refused("hosts.2nd={\"address\": \"10.0.0.3\"}",
		"hosts.2nd: \"2nd\" is no name: a letter, then letters, digits, - and _, at most "
		"31");
	refused("routers=[\"client\"]", "routers.0: there is a \"client\" already");
}

static void profiles_are_known(void **state)
{
	(void)state;
	refused("hosts.client.profile=linus",
		"hosts.client.profile: \"linus\" is not known here; did you mean \"linux\"?");
	refused("hosts.client.tcp.congestion_control=warp",
		"hosts.client.tcp.congestion_control: \"warp\" is not known here; possible are "
		"reno, cubic, bbr");
}

static void how_many_hosts_there_may_be(void **state)
{
	char *text = malloc(100000);
	struct text many = text_in(text, 100000);
	struct scenario *s;
	struct error err;

	(void)state;
	refused("hosts={}", "hosts: 0 members here: from 1 to 200 are possible");
	text_add(&many, "{\"hosts\": {");
	for (int i = 0; i < 201; i++)
		text_addf(&many, "%s\"h%d\": {\"address\": \"10.0.1.%d\"}", i > 0 ? ", " : "", i,
			  i);
	text_add(&many, "}}");
	assert_false(many.cut);
	assert_false(parse(text, NULL, &s, &err));
	assert_string_equal(err.text,
			    "a.json:1:11: hosts: 201 members here: from 1 to 200 are possible");
	free(text);
}

/* ---- links ---- */

static void links_join_two_hosts_that_exist(void **state)
{
	(void)state;
	refused("links.0.between.1=sever",
		"links.0.between.1: there is no host \"sever\"; did you mean \"server\"?");
	refused("hosts.clint.tcp.mss=500", "there is no host \"clint\"; did you mean \"client\"?");
	refused("applications.printer.0.at_ms=5", "there is no host \"printer\"");
	refused("links.0.between.1=printer",
		"links.0.between.1: there is no host \"printer\"; there are client, server");
	refused_at("links.0.between.1=client",
		   "a.json:8:17: links.0.between: a link joins two different hosts");
	refused("links.0.between=[\"client\"]",
		"links.0.between: 1 entries here: from 2 to 2 are possible");
	refused("links.+={\"between\": [\"server\", \"client\"]}",
		"links.1.between: links.0 joins these two already");
}

static void a_queue_needs_a_rate(void **state)
{
	(void)state;
	refused_at("links.0.queue_packets=10",
		   "a.json:8:5: links.0: a queue needs a \"rate_mbps\": "
		   "without one nothing ever waits");
	accepted("links.0={\"between\": [\"client\", \"server\"], \"rate_mbps\": 1, "
		 "\"queue_packets\": 10, \"back\": {\"rate_mbps\": 0.5}}");
}

/* ---- faults ---- */

static void a_fault_is_one_thing(void **state)
{
	(void)state;
	refused("links.0.faults=[{}]",
		"links.0.faults.0: one of these keys is needed: lose, lose_percent, duplicate, "
		"duplicate_percent, delay, delay_percent, corrupt, corrupt_percent, mark, "
		"mark_percent");
	refused("links.0.faults=[{\"lose\": [1], \"corrupt\": [2], \"from\": \"client\"}]",
		"links.0.faults.0.corrupt: \"lose\" and \"corrupt\" cannot be together here");
	refused("links.0.faults=[{\"lose\": \"first SYN from client\", \"by_ms\": 5}]",
		"links.0.faults.0.by_ms: \"by_ms\" goes only with: delay delay_percent");
	refused("links.0.faults=[{\"delay\": \"first SYN from client\"}]",
		"links.0.faults.0: \"by_ms\" is missing: how long to hold back, for example "
		"\"by_ms\": 30");
	refused("links.0.faults=[{\"lose_percent\": 5, \"after_ms\": 10, \"until_ms\": 10}]",
		"links.0.faults.0: \"until_ms\" must be later than \"after_ms\"");
}

static void sentences_about_victims_are_understood(void **state)
{
	static const char *const good[] = {"the first SYN,ACK from server",
					   "second segment with data from client",
					   "the 2nd, 3rd and 11th data segment from client",
					   "every ACK from server",
					   "all packets from client",
					   "first and second FIN from client",
					   "THE FIRST SYN from client",
					   "the tenth packet without data from server",
					   "the third RST from client"};
	char setting[200];

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		snprintf(setting, sizeof setting, "links.0.faults=[{\"lose\": \"%s\"}]", good[i]);
		accepted(setting);
	}
}

static void sentences_about_victims_are_not_guessed(void **state)
{
	static const char tail[] =
		"; write it like \"the first SYN,ACK from server\" or \"second segment with data "
		"from client\"";
	static const struct {
		const char *phrase;
		const char *at;
	} bad[] = {
		{"SYN from client", "SYN"},
		{"the first from client", "from"},
		{"the first SYN", "the end"},
		{"the first SYN from client please", "please"},
		{"the first data SYN from client", "from"},
		{"the second, first SYN from client", "first"},
		{"the 0th SYN from client", "0th"},
		{"the first SYN of client", "of"},
	};
	char setting[200];
	char sentence[400];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		snprintf(setting, sizeof setting, "links.0.faults=[{\"lose\": \"%s\"}]",
			 bad[i].phrase);
		snprintf(sentence, sizeof sentence,
			 "links.0.faults.0.lose: this cannot be understood at \"%s\"%s", bad[i].at,
			 tail);
		refused(setting, sentence);
	}
	refused("links.0.faults=[{\"lose\": \"the first SYN from clint\"}]",
		"links.0.faults.0.lose: there is no host \"clint\"; did you mean \"client\"?");
}

static void victims_are_counted_by_host(void **state)
{
	(void)state;
	refused("links.0.faults=[{\"lose\": [4, 5]}]",
		"links.0.faults.0.lose: counting needs a host: add \"from\" beside it");
	refused("links.0.faults=[{\"lose\": {\"nth\": 2}}]",
		"links.0.faults.0.lose.nth: counting needs a host: \"from\" is missing");
	refused("links.0.faults=[{\"lose\": [5, 4], \"from\": \"client\"}]",
		"links.0.faults.0.lose.1: the numbers must rise: 4 comes too late");
	refused("links.0.faults=[{\"lose\": {\"with\": \"date\"}}]",
		"links.0.faults.0.lose.with: \"date\" is not known here; did you mean \"data\"?");
	accepted("links.0.faults=[{\"lose\": [4, 5], \"from\": \"client\"}]");
}

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
	refused("applications.client.+={\"at_ms\": 5, \"forge\": \"R 7:9(2)\", "
		"\"as\": \"server:1\", \"to\": \"server:80\"}",
		"applications.client.2.forge: a forged segment carries no text");
	refused("applications.client.+={\"at_ms\": 5, \"forge\": \"R 7:7(0)\", "
		"\"as\": \"[fd00::1]:1\", \"to\": \"server:80\"}",
		"applications.client.2.as: \"as\" and \"to\" are addresses of one kind, IPv4 or "
		"IPv6");
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

static void keys_are_for_one_peer_and_of_one_kind(void **state)
{
	(void)state;
	accepted("hosts.client.keys=[{\"peer\": \"server\", \"md5\": \"a\"}]");
	accepted("hosts.client.keys=[{\"peer\": \"server\", \"hmac_sha1\": \"a\", \"send_id\": 1}, "
		 "{\"peer\": \"server\", \"aes_cmac\": \"b\", \"receive_id\": 1, \"from_ms\": 5}]");
	refused("hosts.client.keys=[{\"peer\": \"sever\", \"md5\": \"a\"}]",
		"hosts.client.keys.0.peer: there is no host \"sever\"; did you mean \"server\"?");
	refused("hosts.client.keys=[{\"peer\": \"server\", \"md5\": \"a\"}, "
		"{\"peer\": \"server\", \"aes_cmac\": \"b\"}]",
		"hosts.client.keys.1: a peer has one MD5 key, or keys of TCP-AO only");
	refused("hosts.client.keys=[{\"peer\": \"server\", \"aes_cmac\": \"a\"}, "
		"{\"peer\": \"server\", \"aes_cmac\": \"b\", \"send_id\": 1}]",
		"hosts.client.keys.1: each key of a peer has a \"send_id\" and a \"receive_id\" of "
		"its "
		"own");
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

/* ---- options ---- */

static void the_seed_can_be_given_from_outside(void **state)
{
	struct scenario_options options = {.has_seed = true, .seed = UINT64_MAX};
	struct scenario *s;
	struct error err;

	(void)state;
	assert_true(scenario_parse("a.json", sound, sizeof sound - 1, NULL, &s, &err));
	assert_int_equal(scenario_seed(s), 1);
	scenario_free(s);
	assert_true(scenario_parse("a.json", sound, sizeof sound - 1, &options, &s, &err));
	assert_int_equal(scenario_seed(s), UINT64_MAX);
	scenario_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sound_one_is_sound),
		cmocka_unit_test(unknown_keys_name_the_nearest),
		cmocka_unit_test(a_unit_that_is_missing_is_found),
		cmocka_unit_test(places_are_named),
		cmocka_unit_test(kinds_are_as_they_must_be),
		cmocka_unit_test(impossible_numbers_are_refused),
		cmocka_unit_test(what_would_never_end_is_refused),
		cmocka_unit_test(addresses_are_addresses),
		cmocka_unit_test(addresses_are_unique),
		cmocka_unit_test(names_are_names),
		cmocka_unit_test(profiles_are_known),
		cmocka_unit_test(how_many_hosts_there_may_be),
		cmocka_unit_test(links_join_two_hosts_that_exist),
		cmocka_unit_test(a_queue_needs_a_rate),
		cmocka_unit_test(a_fault_is_one_thing),
		cmocka_unit_test(sentences_about_victims_are_understood),
		cmocka_unit_test(sentences_about_victims_are_not_guessed),
		cmocka_unit_test(victims_are_counted_by_host),
		cmocka_unit_test(steps_have_one_trigger_and_one_action),
		cmocka_unit_test(steps_make_sense_where_they_stand),
		cmocka_unit_test(forgeries_are_whole_segments),
		cmocka_unit_test(forged_messages_are_written_as_the_ladder_shows_them),
		cmocka_unit_test(keys_are_for_one_peer_and_of_one_kind),
		cmocka_unit_test(connections_go_to_someone),
		cmocka_unit_test(what_comes_after_the_end_is_refused),
		cmocka_unit_test(captions_hang_on_something),
		cmocka_unit_test(expectations_say_what_they_expect),
		cmocka_unit_test(the_seed_can_be_given_from_outside),
	};

	return cmocka_run_group_tests_name("scenario", tests, NULL, NULL);
}
