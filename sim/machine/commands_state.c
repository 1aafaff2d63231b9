/* commands_state.c — "sockstat -4 -P tcp -s | grep packetdrill | grep -c TIME_WAIT | grep 1":
 * how many connections are in a state.
 *
 * A list of connections goes through greps: for the name of the one who runs
 * scripts, which all have; for a state; and, when they are counted, for the
 * number. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "machine/commands_inside.h"

/* What comes out of the stages so far. */
struct lines {
	char state[32]; /* that they were searched for; "" for all */
	int64_t count;  /* of lines; −1: not looked yet */
	bool numbers;   /* one line, with the count on it */
	bool searched;  /* by the last stage: it fails where it finds none */
};

bool asks_about_connections(const char *name)
{
	return strcmp(name, "ss") == 0 || strcmp(name, "sockstat") == 0 ||
	       strcmp(name, "netstat") == 0;
}

/* "TIME_WAIT" and "TIME-WAIT" are one. */
static int64_t count_of(struct asking *a, const char *state)
{
	char named[32];
	struct text text = text_in(named, sizeof named);
	int64_t count;

	text_add(&text, state);
	count = a->machine->count_in_state(a->machine->machine, named);
	for (char *p = named; *p != '\0' && count < 0; p++)
		if (*p == '_')
			*p = '-';
	return count >= 0 ? count : a->machine->count_in_state(a->machine->machine, named);
}

/* What everyone's line has. */
static bool is_in_all_lines(const char *pattern)
{
	return strncmp(pattern, "packetdril", 10) == 0 || strcmp(pattern, "tcp") == 0 ||
	       strcmp(pattern, "tcp4") == 0 || strcmp(pattern, "tcp6") == 0;
}

/* ^ and $ around the number. */
static bool number_matches(int64_t count, const char *pattern)
{
	char told[24];
	char bare[24];
	struct text told_text = text_in(told, sizeof told);
	struct text bare_text = text_in(bare, sizeof bare);
	bool begins = *pattern == '^';
	size_t len = strcspn(pattern + begins, "$");
	const char *found;

	text_addf(&told_text, "%lld", (long long)count);
	text_addf(&bare_text, "%.*s", (int)(len < sizeof bare ? len : sizeof bare - 1),
		  pattern + begins);
	found = strstr(told, bare);
	if (found == NULL || (begins && found != told))
		return false;
	return pattern[begins + len] != '$' || strcmp(told + strlen(told) - len, bare) == 0;
}

static enum setting grep(struct asking *a, const struct shell_stage *stage, struct lines *lines)
{
	bool counts = false;
	const char *pattern = NULL;

	for (unsigned i = 1; i < stage->count; i++) {
		const char *word = stage->words[i];

		if (strcmp(word, "-c") == 0)
			counts = true;
		else if (word[0] == '-' && strspn(word + 1, "qwxEF") != strlen(word + 1))
			return not_a_command(a, "grep %s", word);
		else if (word[0] != '-' && pattern == NULL)
			pattern = word;
		else if (word[0] != '-')
			return not_a_command(a, "grep in %s", word);
	}
	if (pattern == NULL)
		return not_a_command(a, "grep for nothing");
	lines->searched = false;
	if (lines->numbers) {
		if (counts || pattern[strspn(pattern, "0123456789^$")] != '\0')
			return not_a_command(a, "grep %s in a number", pattern);
		if (number_matches(lines->count, pattern))
			return SETTING_KNOWN;
		error_set(a->why, "%lld connections are in %s, which is not %s",
			  (long long)lines->count, lines->state, pattern);
		return SETTING_WRONG;
	}
	if (!counts && is_in_all_lines(pattern))
		return SETTING_KNOWN;
	if (lines->count >= 0 || strlen(pattern) >= sizeof lines->state)
		return not_a_command(a, "grep %s", pattern);
	lines->count = count_of(a, pattern);
	if (lines->count < 0)
		return not_a_command(a, "grep %s: there is no such state", pattern);
	strcpy(lines->state, pattern);
	lines->numbers = counts;
	lines->searched = true;
	return SETTING_KNOWN;
}

enum setting answer_about_connections(struct asking *a, const struct shell_command *command)
{
	struct lines lines = {.count = -1};
	enum setting outcome = SETTING_KNOWN;

	if (command->count == 1)
		return SETTING_KNOWN; /* it is only shown */
	if (a->machine == NULL || a->machine->count_in_state == NULL)
		return not_a_command(a, "%s, where nothing runs yet", command->stages[0].words[0]);
	for (unsigned i = 1; i < command->count && outcome == SETTING_KNOWN; i++) {
		const struct shell_stage *stage = &command->stages[i];

		if (strcmp(stage->words[0], "grep") == 0 || strcmp(stage->words[0], "egrep") == 0)
			outcome = grep(a, stage, &lines);
		else if (strcmp(stage->words[0], "wc") == 0 && lines.count >= 0)
			lines.numbers = true, lines.searched = false;
		else
			outcome = not_a_command(a, "… | %s", stage->words[0]);
	}
	if (outcome == SETTING_KNOWN && lines.searched && lines.count == 0) {
		error_set(a->why, "no connection is in %s", lines.state);
		return SETTING_WRONG;
	}
	return outcome;
}
