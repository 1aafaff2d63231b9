#include "tests/drill_claims.h"

#include <stdio.h>
#include <string.h>

#include "drill/run.h"

static struct drill_result run(const char *text, const char *profile, const char *version)
{
	struct script *script;
	struct drill_settings settings;
	struct drill_result result;
	struct error why;
	char head[64] = "";
	char whole[8000];

	if (version != NULL)
		snprintf(head, sizeof head, "--ip_version=%s\n", version);
	assert_true(strlen(head) + strlen(text) < sizeof whole);
	strcpy(whole, head);
	strcat(whole, text);
	script = script_parse("claim", whole, strlen(whole), &why);
	if (script == NULL)
		fail_msg("%s\n%s", why.text, text);
	settings_default(&settings);
	assert_true(settings_use_profile(&settings, profile));
	drill_run(script, &settings, NULL, NULL, &result);
	script_free(script);
	return result;
}

static void passes(const char *text, const char *profile, const char *version)
{
	struct drill_result result = run(text, profile, version);

	if (result.verdict != DRILL_PASSED)
		fail_msg("%s", result.sentence.text);
}

void holds(const char *script)
{
	passes(script, "linux", NULL);
}

void holds_with_ipv6(const char *script)
{
	passes(script, "linux", "ipv6");
}

void holds_with(const char *profile, const char *script)
{
	passes(script, profile, NULL);
}

static void ends_saying(const char *script, enum verdict verdict, const char *part)
{
	struct drill_result result = run(script, "linux", NULL);

	assert_int_equal(result.verdict, verdict);
	if (strstr(result.sentence.text, part) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", part, result.sentence.text);
}

void fails_saying(const char *script, const char *part)
{
	ends_saying(script, DRILL_FAILED, part);
}

void is_unsupported(const char *script, const char *part)
{
	ends_saying(script, DRILL_UNSUPPORTED, part);
}
