#include "tests/sound_scenario.h"

#include <stdio.h>
#include <string.h>

const char sound_scenario[] =
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

bool scenario_with(const char *text, const char *setting, struct scenario **out, struct error *err)
{
	struct scenario_options options = {.sets = &setting, .set_count = setting != NULL};

	return scenario_parse("a.json", text, strlen(text), &options, out, err);
}

void refused(const char *setting, const char *sentence)
{
	struct scenario *s;
	struct error err = {""};
	char expected[ERROR_TEXT_MAX];

	snprintf(expected, sizeof expected, "--set %s: %s", setting, sentence);
	if (scenario_with(sound_scenario, setting, &s, &err))
		fail_msg("%s was accepted", setting);
	assert_string_equal(err.text, expected);
	assert_null(s);
}

void refused_at(const char *setting, const char *sentence)
{
	struct scenario *s;
	struct error err = {""};

	if (scenario_with(sound_scenario, setting, &s, &err))
		fail_msg("%s was accepted", setting);
	assert_string_equal(err.text, sentence);
}

void accepted(const char *setting)
{
	struct scenario *s;
	struct error err = {""};

	if (!scenario_with(sound_scenario, setting, &s, &err))
		fail_msg("%s", err.text);
	scenario_free(s);
}
