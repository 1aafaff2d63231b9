/* Mistakes in a scenario's hosts, links and faults. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "tests/sound_scenario.h"

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
	assert_false(scenario_with(text, NULL, &s, &err));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_addresses),
		cmocka_unit_test(addresses_are_unique),
		cmocka_unit_test(names_are_names),
		cmocka_unit_test(profiles_are_known),
		cmocka_unit_test(keys_are_for_one_peer_and_of_one_kind),
		cmocka_unit_test(how_many_hosts_there_may_be),
		cmocka_unit_test(links_join_two_hosts_that_exist),
		cmocka_unit_test(a_queue_needs_a_rate),
		cmocka_unit_test(a_fault_is_one_thing),
		cmocka_unit_test(sentences_about_victims_are_understood),
		cmocka_unit_test(sentences_about_victims_are_not_guessed),
		cmocka_unit_test(victims_are_counted_by_host),
	};

	return cmocka_run_group_tests_name("network of a scenario", tests, NULL, NULL);
}
