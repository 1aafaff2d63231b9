/* The scenarios that come with tcplab: each holds, always in the same way, and
 * notices when something is different. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <glob.h>
#include <cmocka.h>

#include "source/scenario.h"

static glob_t files;

static struct scenario *load(const char *path, const char *const *sets, unsigned count)
{
	struct scenario_options options = {.sets = sets, .set_count = count};
	struct scenario *s;
	struct error err = {""};

	if (!scenario_load(path, &options, &s, &err))
		fail_msg("%s", err.text);
	return s;
}

static struct recording *run(struct scenario *s)
{
	struct recording *r = scenario_recording(s);
	struct scenario_result result = scenario_run(s, r);

	assert_true(result.end == WORLD_QUIET || result.end == WORLD_TIME_UP);
	assert_false(result.too_long);
	return r;
}

static int find_files(void **state)
{
	const char *top = getenv("TOP");
	char pattern[1000];

	(void)state;
	snprintf(pattern, sizeof pattern, "%s/scenarios/[0-9][0-9]-*.json",
		 top != NULL ? top : ".");
	return glob(pattern, 0, NULL, &files);
}

static int forget_files(void **state)
{
	(void)state;
	globfree(&files);
	return 0;
}

static void each_holds(void **state)
{
	(void)state;
	assert_in_range(files.gl_pathc, 11, 1000);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct scenario *s = load(files.gl_pathv[i], NULL, 0);
		struct recording *r = run(s);

		assert_in_range(scenario_expectations(s), 1, 500);
		if (scenario_check(s, r, NULL) > 0) {
			scenario_check(s, r, stdout);
			fail_msg("%s does not hold", files.gl_pathv[i]);
		}
		recording_free(r);
		scenario_free(s);
	}
}

static void each_is_a_lesson(void **state)
{
	(void)state;
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct scenario *s = load(files.gl_pathv[i], NULL, 0);
		struct recording *r = run(s);

		assert_in_range(strlen(scenario_title(s)), 5, 60);
		assert_in_range(strlen(scenario_look_for(s)), 20, 300);
		assert_in_range(recording_turns(r), 4, 120);
		recording_free(r);
		scenario_free(s);
	}
}

static void two_runs_are_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct scenario *s = load(files.gl_pathv[i], NULL, 0);
		struct scenario *again = load(files.gl_pathv[i], NULL, 0);
		struct recording *first = run(s);
		struct recording *second = run(s); /* the same one once more */
		struct recording *third = run(again);

		assert_int_equal(recording_hash(first), recording_hash(second));
		assert_int_equal(recording_hash(first), recording_hash(third));
		recording_free(first);
		recording_free(second);
		recording_free(third);
		scenario_free(s);
		scenario_free(again);
	}
}

static void keeping_no_recording_changes_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct scenario *s = load(files.gl_pathv[i], NULL, 0);
		struct recording *r = scenario_recording(s);
		struct scenario_result with = scenario_run(s, r);
		struct scenario_result without = scenario_run(s, NULL);

		assert_int_equal(with.end, without.end);
		assert_int_equal(with.segments, without.segments);
		assert_int_equal(with.octets, without.octets);
		assert_int_equal(with.time, without.time);
		recording_free(r);
		scenario_free(s);
	}
}

static void without_its_faults_a_scenario_fails(void **state)
{
	static const char *const sets[] = {"links.0.faults=[]"};
	unsigned with_faults = 0;

	(void)state;
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct scenario *s = load(files.gl_pathv[i], NULL, 0);
		struct scenario *healed = load(files.gl_pathv[i], sets, 1);
		struct recording *broken_run = run(s);
		struct recording *healed_run = run(healed);
		bool same = recording_hash(broken_run) == recording_hash(healed_run);

		with_faults += !same;
		assert_true((scenario_check(healed, healed_run, NULL) == 0) == same);
		recording_free(broken_run);
		recording_free(healed_run);
		scenario_free(s);
		scenario_free(healed);
	}
	assert_in_range(with_faults, 4, 1000);
}

/* Whoever asks "what if this segment had been lost?" is to see TCP repair it, and no application
 * that gives up because its time has come. */
static void in_the_first_lesson_any_loss_is_repaired(void **state)
{
	static const char expect[] =
		"expect=[{\"host\": \"server\", \"receives\": 6000}, "
		"{\"host\": \"client\", \"states\": [\"CLOSED\", \"SYN-SENT\", \"ESTABLISHED\", "
		"\"FIN-WAIT-1\", \"FIN-WAIT-2\", \"TIME-WAIT\", \"CLOSED\"]}]";
	struct scenario *s = load(files.gl_pathv[0], NULL, 0);
	struct recording *r = run(s);
	unsigned tried = 0;

	(void)state;
	for (uint32_t n = 0; n < recording_packets(r); n++) {
		char losing[300];
		const char *sets[] = {expect, losing};
		struct scenario *other;
		struct recording *what_if;

		if (!scenario_losing(s, r, n, losing, sizeof losing))
			continue;
		other = load(files.gl_pathv[0], sets, 2);
		what_if = run(other);
		if (scenario_check(other, what_if, NULL) > 0) {
			scenario_check(other, what_if, stdout);
			fail_msg("without packet %u: %s", n, losing);
		}
		recording_free(what_if);
		scenario_free(other);
		tried++;
	}
	assert_true(tried > 10);
	recording_free(r);
	scenario_free(s);
}

static void on_a_dead_link_all_fail(void **state)
{
	static const char *const sets[] = {"links.0.faults.+={\"lose_percent\": 100}"};

	(void)state;
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct scenario *s = load(files.gl_pathv[i], sets, 1);
		struct recording *r = run(s);

		assert_int_not_equal(scenario_check(s, r, NULL), 0);
		recording_free(r);
		scenario_free(s);
	}
}

static void what_is_written_runs_the_same(void **state)
{
	static const char *const sets[] = {"links.0.delay_ms=12.5", "seed=7"};

	(void)state;
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct scenario *s = load(files.gl_pathv[i], sets, 2);
		struct recording *first = run(s);
		struct recording *second;
		struct scenario *back;
		struct error err = {""};
		char *text = NULL;
		size_t len = 0;
		FILE *out = open_memstream(&text, &len);

		scenario_write(s, out);
		fclose(out);
		if (!scenario_parse(files.gl_pathv[i], text, len, NULL, &back, &err))
			fail_msg("%s", err.text);
		second = run(back);
		assert_int_equal(recording_hash(first), recording_hash(second));
		recording_free(first);
		recording_free(second);
		scenario_free(s);
		scenario_free(back);
		free(text);
	}
}

/* What if this one had been lost? For every packet of every scenario. */
static void any_packet_can_be_lost(void **state)
{
	(void)state;
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct scenario *s = load(files.gl_pathv[i], NULL, 0);
		struct recording *r = run(s);

		for (uint32_t p = 0; p < recording_packets(r) && p < 12; p++) {
			char set[200];
			const char *sets[] = {set};
			struct packet_record was;
			struct packet_record is;
			struct scenario *other;
			struct recording *what_if;

			recording_packet(r, p, &was);
			if (was.ended != EVENT_NONE) /* it was lost already */
				continue;
			if (!scenario_losing(s, r, p, set, sizeof set)) {
				assert_true(was.copy_of != EVENT_NONE ||
					    was.packet.kind == PACKET_ICMP_ERROR);
				continue;
			}
			other = load(files.gl_pathv[i], sets, 1);
			what_if = run(other);
			recording_packet(what_if, p, &is);
			assert_int_not_equal(is.ended, EVENT_NONE);
			assert_int_equal(recording_event(what_if, is.ended).kind, EVENT_LOST);
			assert_memory_equal(&is.packet, &was.packet, sizeof is.packet);
			recording_free(what_if);
			scenario_free(other);
		}
		recording_free(r);
		scenario_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_holds),
		cmocka_unit_test(each_is_a_lesson),
		cmocka_unit_test(two_runs_are_one),
		cmocka_unit_test(keeping_no_recording_changes_nothing),
		cmocka_unit_test(without_its_faults_a_scenario_fails),
		cmocka_unit_test(in_the_first_lesson_any_loss_is_repaired),
		cmocka_unit_test(on_a_dead_link_all_fail),
		cmocka_unit_test(what_is_written_runs_the_same),
		cmocka_unit_test(any_packet_can_be_lost),
	};

	return cmocka_run_group_tests_name("scenarios", tests, find_files, forget_files);
}
