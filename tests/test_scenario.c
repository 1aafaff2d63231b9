/* A mistake in a scenario is a sentence: where, what, and what would be right.
 * Keys, kinds and numbers anywhere, and what is said from outside. */
#include <string.h>

#include "tests/sound_scenario.h"

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
					   "profile, tcp, keys, real");
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
		assert_false(scenario_with(cases[i].text, NULL, &s, &err));
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

/* ---- options ---- */

static void the_seed_can_be_given_from_outside(void **state)
{
	struct scenario_options options = {.has_seed = true, .seed = UINT64_MAX};
	struct scenario *s;
	struct error err;

	(void)state;
	assert_true(
		scenario_parse("a.json", sound_scenario, strlen(sound_scenario), NULL, &s, &err));
	assert_int_equal(scenario_seed(s), 1);
	scenario_free(s);
	assert_true(scenario_parse("a.json", sound_scenario, strlen(sound_scenario), &options, &s,
				   &err));
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
		cmocka_unit_test(the_seed_can_be_given_from_outside),
	};

	return cmocka_run_group_tests_name("scenario", tests, NULL, NULL);
}
