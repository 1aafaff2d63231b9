/* Reasons that take a network to be given: what a host forges, and a path
 * that BBR can measure. The others are in test_rules.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "source/scenario.h"

/* Plays it, and counts how often each rule is given. */
static void play(struct scenario *s, unsigned counts[RULE_COUNT])
{
	struct recording *r = scenario_recording(s);
	struct scenario_result result = scenario_run(s, r);

	memset(counts, 0, RULE_COUNT * sizeof counts[0]);
	assert_int_equal(result.end, WORLD_QUIET);
	for (uint32_t i = 0; i < recording_events(r); i++)
		counts[recording_event(r, i).rule]++;
	assert_int_equal(scenario_check(s, r, NULL), 0);
	recording_free(r);
	scenario_free(s);
}

static void play_file(const char *name, unsigned counts[RULE_COUNT])
{
	const char *top = getenv("TOP");
	struct scenario *s;
	struct error err = {""};
	char path[1000];

	snprintf(path, sizeof path, "%s/scenarios/%s.json", top != NULL ? top : ".", name);
	if (!scenario_load(path, NULL, &s, &err))
		fail_msg("%s", err.text);
	play(s, counts);
}

static void what_a_host_forges_is_named(void **state)
{
	unsigned counts[RULE_COUNT];

	(void)state;
	play_file("24-blind-reset", counts);
	assert_true(counts[RULE_SEGMENT_FORGED] > 0);
	play_file("28-forged-icmp", counts);
	assert_true(counts[RULE_ICMP_FORGED] > 0);
}

static void what_a_router_reports_is_named(void **state)
{
	unsigned counts[RULE_COUNT];

	(void)state;
	play_file("19-path-mtu", counts);
	assert_true(counts[RULE_ROUTER_REPORTS] > 0);
}

static void play_text(const char *json, unsigned counts[RULE_COUNT])
{
	struct scenario *s;
	struct error err = {""};

	if (!scenario_parse("here", json, strlen(json), NULL, &s, &err))
		fail_msg("%s", err.text);
	play(s, counts);
}

/* Five million octets over 4 Mb/s; the queue holds a tenth of what the path does. */
static const char narrow[] =
	"{\"title\": \"A queue of four packets\","
	" \"hosts\": {"
	"  \"client\": {\"address\": \"10.0.0.1\", \"tcp\": {\"congestion_control\": \"bbr\","
	"   \"initial_window\": 10, \"send_buffer\": 1000000}},"
	"  \"server\": {\"address\": \"10.0.0.2\", \"tcp\": {\"receive_buffer\": 1000000,"
	"   \"window_scale\": 6}}},"
	" \"links\": [{\"between\": [\"client\", \"server\"], \"delay_ms\": 20, \"rate_mbps\": 4,"
	"  \"queue_packets\": 4}],"
	" \"applications\": {"
	"  \"server\": [{\"at_ms\": 0, \"listen\": 80}, {\"on\": \"closing\", \"close\": true}],"
	"  \"client\": [{\"at_ms\": 0, \"connect\": \"server:80\"},"
	"   {\"on\": \"connected\", \"send\": 5000000}, {\"close\": true}]},"
	" \"expect\": [{\"host\": \"server\", \"receives\": 5000000}]}";

static void bbr_gives_its_reasons_on_a_path_with_a_short_queue(void **state)
{
	static const enum rule rules[] = {
		RULE_BBR_MODEL,      RULE_BBR_STARTUP_LOSSES, RULE_BBR_DRAIN, RULE_BBR_DOWN,
		RULE_BBR_CRUISE,     RULE_BBR_REFILL,         RULE_BBR_UP,    RULE_BBR_TOO_HIGH,
		RULE_BBR_SLOWS_DOWN, RULE_BBR_PROBE_RTT,
	};
	unsigned counts[RULE_COUNT];

	(void)state;
	play_text(narrow, counts);
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		if (counts[rules[i]] == 0)
			fail_msg("%s is not given", rule_info(rules[i])->id);
	}
}

/* The second connection comes from the same port 3 s later: TIME-WAIT is where it arrives. */
static const char twice[] =
	"{\"title\": \"Twice from one port\","
	" \"hosts\": {"
	"  \"client\": {\"address\": \"10.0.0.1\", \"profile\": \"rfc\"},"
	"  \"server\": {\"address\": \"10.0.0.2\", \"profile\": \"rfc\"}},"
	" \"links\": [{\"between\": [\"client\", \"server\"], \"delay_ms\": 20}],"
	" \"applications\": {"
	"  \"server\": [{\"at_ms\": 0, \"listen\": 80}, {\"on_received\": 100, \"send\": 300},"
	"   {\"close\": true}],"
	"  \"client\": ["
	"   {\"at_ms\": 0, \"connect\": \"server:80\", \"from_port\": 5000},"
	"   {\"on\": \"connected\", \"send\": 100}, {\"on\": \"closing\", \"close\": true},"
	"   {\"at_ms\": 3000, \"connect\": \"server:80\", \"from_port\": 5000},"
	"   {\"on\": \"connected\", \"send\": 100}, {\"on\": \"closing\", \"close\": true}]},"
	" \"expect\": [{\"host\": \"server\", \"sends\": \"FIN\", \"times\": 2},"
	"  {\"host\": \"client\", \"sends\": \"FIN\", \"times\": 2}]}";

static void who_is_opened_out_of_time_wait_is_served_like_any_other(void **state)
{
	unsigned counts[RULE_COUNT];

	(void)state;
	play_text(twice, counts);
	assert_true(counts[RULE_SYN_REOPENS] > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_host_forges_is_named),
		cmocka_unit_test(what_a_router_reports_is_named),
		cmocka_unit_test(bbr_gives_its_reasons_on_a_path_with_a_short_queue),
		cmocka_unit_test(who_is_opened_out_of_time_wait_is_served_like_any_other),
	};

	return cmocka_run_group_tests_name("rules in worlds", tests, NULL, NULL);
}
