/* Which rules the scripts of tests/drill/ show: each one that the language can say. Those that no
 * script can show stand in rules_without_script.tsv, each with the reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "drill/run.h"
#include "record/recording.h"
#include "script/script.h"
#include "viz/directory.h"

enum { OURS = 0 /* the host of a script's recording that runs our TCP */ };

static unsigned shown[RULE_COUNT];
static bool excused[RULE_COUNT];

static void in_tests(char path[1000], const char *name)
{
	const char *top = getenv("TOP");

	snprintf(path, 1000, "%s/tests/%s", top != NULL ? top : ".", name);
}

static void count_rules(const char *path)
{
	struct drill_settings settings;
	struct drill_result result;
	struct recording_info info = {.title = "rules"};
	struct recording *r = recording_new(&info);
	struct error err = {""};
	struct script *script = script_read(path, &err);

	if (script == NULL)
		fail_msg("%s", err.text);
	settings_default(&settings);
	drill_run(script, &settings, r, NULL, &result);
	if (result.verdict != DRILL_PASSED)
		fail_msg("%s", result.sentence.text);
	for (uint32_t i = 0; i < recording_events(r); i++) {
		struct event event = recording_event(r, i);

		shown[event.rule] += event.host == OURS;
	}
	recording_free(r);
	script_free(script);
}

static int play_all(void **state)
{
	struct directory scripts;
	struct error err = {""};
	char path[1000];

	(void)state;
	in_tests(path, "drill");
	if (!directory_scripts(&scripts, path, &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < scripts.count; i++)
		count_rules(scripts.paths[i]);
	directory_free(&scripts);
	return 0;
}

static enum rule rule_of(const char *id)
{
	for (unsigned i = 0; i < RULE_COUNT; i++) {
		if (i != RULE_NONE && strcmp(rule_info((enum rule)i)->id, id) == 0)
			return (enum rule)i;
	}
	fail_msg("rules_without_script.tsv: there is no rule \"%s\"", id);
	return RULE_NONE;
}

/* A row: the rule's id, a tab, and why no script can show it. */
static int read_reasons(void **state)
{
	char path[1000];
	char line[400];
	FILE *file;

	(void)state;
	in_tests(path, "rules_without_script.tsv");
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof line, file) != NULL) {
		char *reason = strchr(line, '\t');

		if (line[0] == '#')
			continue;
		assert_non_null(reason);
		*reason++ = '\0';
		assert_true(strlen(reason) > 20);
		excused[rule_of(line)] = true;
	}
	fclose(file);
	return 0;
}

static int prepare(void **state)
{
	return play_all(state) != 0 || read_reasons(state) != 0;
}

static void each_rule_is_shown_by_a_script_or_has_a_reason(void **state)
{
	unsigned missing = 0;

	(void)state;
	for (unsigned i = 0; i < RULE_COUNT; i++) {
		if (i == RULE_NONE || shown[i] > 0 || excused[i])
			continue;
		print_error("no script shows %s\n", rule_info((enum rule)i)->id);
		missing++;
	}
	assert_int_equal(missing, 0);
}

static void no_reason_is_out_of_date(void **state)
{
	(void)state;
	for (unsigned i = 0; i < RULE_COUNT; i++) {
		if (excused[i] && shown[i] > 0)
			fail_msg("%s is shown by a script now", rule_info((enum rule)i)->id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_is_shown_by_a_script_or_has_a_reason),
		cmocka_unit_test(no_reason_is_out_of_date),
	};

	return cmocka_run_group_tests_name("rules in scripts", tests, prepare, NULL);
}
