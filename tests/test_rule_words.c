/* What is written of a rule is fit to be shown to a student: a sentence that says
 * what, one that says why, in words that are known, and where to read on. */
#include "tests/conversation.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tcp/variables.h"

static bool is_placeholder(const char *name)
{
	static const char *const names[] = {"host", "peer", "flags", "seq", "ack", "len"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return tcb_variable(name) != NULL;
}

static void check_sentence(const struct rule_info *info, const char *text, size_t longest)
{
	size_t len = strlen(text);
	const char *brace = text;

	if (len == 0 || len > longest || strchr(".!?", text[len - 1]) == NULL)
		fail_msg("%s: a sentence of up to %zu octets: %s", info->id, longest, text);
	if (islower((unsigned char)text[0]) && strncmp(text, "ssthresh", 8) != 0)
		fail_msg("%s: begins with a capital letter: %s", info->id, text);
	while ((brace = strchr(brace, '{')) != NULL) {
		size_t name_len = strcspn(++brace, "}");
		char name[40] = "";

		assert_true(name_len < sizeof name);
		memcpy(name, brace, name_len);
		if (!is_placeholder(name))
			fail_msg("%s: {%s} means nothing", info->id, name);
	}
	assert_null(strstr(text, "  "));
}

static void every_rule_says_what_and_why_in_known_words(void **state)
{
	(void)state;
	for (int r = RULE_NONE + 1; r < RULE_COUNT; r++) {
		const struct rule_info *info = rule_info((enum rule)r);

		check_sentence(info, info->what, 160);
		check_sentence(info, info->why, 250);
		if (strstr(info->what, "{host}") == NULL)
			fail_msg("%s does not say at which host: %s", info->id, info->what);
	}
}

static void every_rule_has_an_id_of_its_own_and_a_section(void **state)
{
	(void)state;
	for (int r = RULE_NONE + 1; r < RULE_COUNT; r++) {
		const struct rule_info *info = rule_info((enum rule)r);
		size_t len = strlen(info->id);

		assert_true(len > 0 &&
			    strspn(info->id, "abcdefghijklmnopqrstuvwxyz0123456789-") == len);
		if (info->rfc == 0) { /* an Internet-Draft, with its name */
			assert_memory_equal(info->section, "draft-", 6);
			continue;
		}
		/* Appendices have letters. */
		assert_true(isdigit((unsigned char)info->section[0]) ||
			    isupper((unsigned char)info->section[0]));
		assert_int_equal(strspn(info->section + 1, "0123456789."),
				 strlen(info->section) - 1);
		assert_true(info->rfc >= 768 && info->rfc < 10000);
		assert_true(info->rfc != 9293 || info->section[0] == '3' ||
			    info->section[0] == 'A');
		for (int other = RULE_NONE + 1; other < r; other++)
			assert_string_not_equal(info->id, rule_info((enum rule)other)->id);
	}
}

/* As Appendix B of RFC 9293 numbers them. */
static void every_tag_is_one_of_rfc_9293(void **state)
{
	static const struct {
		const char *prefix;
		long last;
	} tags[] = {{"MUST-", 69}, {"SHLD-", 31}, {"MAY-", 18}, {"REC-", 1}};

	(void)state;
	for (int r = RULE_NONE + 1; r < RULE_COUNT; r++) {
		const char *tag = rule_info((enum rule)r)->tag;
		bool known = tag[0] == '\0';

		for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
			size_t len = strlen(tags[i].prefix);

			if (strncmp(tag, tags[i].prefix, len) == 0) {
				long number = strtol(tag + len, NULL, 10);

				known = number >= 1 && number <= tags[i].last;
			}
		}
		if (!known)
			fail_msg("%s: there is no %s", rule_info((enum rule)r)->id, tag);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_says_what_and_why_in_known_words),
		cmocka_unit_test(every_rule_has_an_id_of_its_own_and_a_section),
		cmocka_unit_test(every_tag_is_one_of_rfc_9293),
	};

	return cmocka_run_group_tests_name("words of rules", tests, NULL, NULL);
}
