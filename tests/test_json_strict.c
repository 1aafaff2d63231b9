/* JSON is read strictly: what cJSON lets pass is refused, with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "source/json.h"

/* Parses a copy at its exact size on the heap, so that a read beyond is caught. */
static bool parse(struct json_document *doc, const char *bytes, size_t len, struct error *err)
{
	char *copy = malloc(len > 0 ? len : 1);
	bool ok;

	memcpy(copy, bytes, len);
	ok = json_parse(doc, "a.json", copy, len, err);
	free(copy);
	return ok;
}

static void refused_of(const char *bytes, size_t len, const char *sentence)
{
	struct json_document doc;
	struct error err = {""};

	assert_false(parse(&doc, bytes, len, &err));
	assert_string_equal(err.text, sentence);
	assert_null(doc.root);
	assert_null(doc.memory);
}

static void refused(const char *text, const char *sentence)
{
	refused_of(text, strlen(text), sentence);
}

static struct json_document accepted(const char *text)
{
	struct json_document doc;
	struct error err = {""};

	if (!parse(&doc, text, strlen(text), &err))
		fail_msg("%s", err.text);
	return doc;
}

static int64_t number_of(const char *text, unsigned places)
{
	struct json_document doc = accepted(text);
	int64_t number;

	assert_true(json_decimal(doc.root, places, &number));
	json_free(&doc);
	return number;
}

static void nothing_is_no_document(void **state)
{
	(void)state;
	refused("", "a.json: the file is empty; a scenario begins with {");
	refused(" \t\r\n ", "a.json: the file is empty; a scenario begins with {");
}

static void nothing_may_follow(void **state)
{
	(void)state;
	refused("{} x", "a.json:1:4: nothing more is expected here, not 'x'");
	refused("1\n2", "a.json:2:1: nothing more is expected here, not '2'");
}

static void a_key_is_there_once(void **state)
{
	(void)state;
	refused("{\"a\": 1,\n \"b\": 2, \"a\": 3}",
		"a.json:2:15: a: the key \"a\" is there twice, first in line 1");
	refused("{\"c\": {\"a\": 1, \"A\": 2}}",
		"a.json:1:21: c.A: the keys \"a\" (line 1) and \"A\" differ only in case");
	/* An escape does not hide it. */
	refused("{\"a\": 1, \"\\u0061\": 2}",
		"a.json:1:20: a: the key \"a\" is there twice, first in line 1");
}

static void keys_are_told_apart_by_case(void **state)
{
	struct json_document doc = accepted("{\"Ab\": 1}");

	(void)state;
	assert_non_null(json_member(doc.root, "Ab"));
	assert_null(json_member(doc.root, "ab"));
	json_free(&doc);
}

static void numbers_have_one_form(void **state)
{
	(void)state;
	refused("012", "a.json:1:1: a number cannot begin with 0: write 12");
	refused("{\"x\": -00}", "a.json:1:8: x: a number cannot begin with 0: write 0");
	refused("[1.]", "a.json:1:4: 0: a digit after the point is expected here, not ']'");
	refused("[.5]", "a.json:1:2: 0: a value is expected here, not '.'");
	refused("[+1]", "a.json:1:2: 0: a value is expected here, not '+'");
	refused("[-]", "a.json:1:3: 0: a digit is expected here, not ']'");
	refused("[0x10]", "a.json:1:3: ',' or ']' is expected here, not 'x'");
	refused("[1e]", "a.json:1:4: 0: a digit of the exponent is expected here, not ']'");
	refused("[NaN]", "a.json:1:2: 0: a value is expected here, not 'N'");
	refused("[nan]", "a.json:1:2: 0: a value is expected here, not 'n'");
	refused("[Infinity]", "a.json:1:2: 0: a value is expected here, not 'I'");
}

static void numbers_are_kept_exactly_or_refused(void **state)
{
	static const char tail[] =
		" is not kept exactly by readers of JSON; at most 15 digits, or an "
		"integer up to 9007199254740991";
	static const char *const too_much[] = {
		"1e999",  "9007199254740993",    "-9007199254740992", "0.1234567890123456",
		"1e-400", "18446744073709551616"};
	char sentence[300];

	(void)state;
	for (size_t i = 0; i < sizeof too_much / sizeof too_much[0]; i++) {
		snprintf(sentence, sizeof sentence, "a.json:1:1: the number %s%s", too_much[i],
			 tail);
		refused(too_much[i], sentence);
	}
	/* Seventy digits. */
	snprintf(sentence, sizeof sentence,
		 "a.json:1:1: the number 1234567890123456789012345678901234567890...%s", tail);
	refused("1234567890123456789012345678901234567890123456789012345678901234567890", sentence);
}

static void numbers_are_decimal(void **state)
{
	(void)state;
	assert_int_equal(number_of("4294967296", 0), INT64_C(4294967296)); /* 2^32 */
	assert_int_equal(number_of("9007199254740991", 0), INT64_C(9007199254740991));
	assert_int_equal(number_of("-0", 0), 0);
	assert_int_equal(number_of("1.5", 6), 1500000);
	assert_int_equal(number_of("-0.000001", 6), -1);
	assert_int_equal(number_of("12.5", 6), 12500000);
	assert_int_equal(number_of("123456.789", 3), 123456789);
	assert_int_equal(number_of("1e3", 0), 1000);
	assert_int_equal(number_of("12.5E-1", 2), 125);
	assert_int_equal(number_of("100e-2", 0), 1);
	assert_int_equal(number_of("0.1", 1), 1);
}

static void a_decimal_that_does_not_fit_is_none(void **state)
{
	struct json_document doc = accepted("[0.5, 9007199254740991]");
	int64_t number;

	(void)state;
	assert_false(json_decimal(json_element(doc.root, 0), 0, &number));
	assert_false(json_decimal(json_element(doc.root, 1), 4, &number));
	assert_true(json_decimal(json_element(doc.root, 1), 3, &number));
	json_free(&doc);
}

static void commas_separate(void **state)
{
	(void)state;
	refused("[1,]", "a.json:1:4: the ',' before ']' is one too many");
	refused("{\"a\": 1,}", "a.json:1:9: the ',' before '}' is one too many");
	refused("[1 2]", "a.json:1:4: ',' or ']' is expected here, not '2'");
	refused("{\"a\" 1}", "a.json:1:6: a: a ':' after the key is expected here, not '1'");
	refused("{a: 1}", "a.json:1:2: a key in quotes is expected here, not 'a'");
	refused("[1", "a.json:1:3: ',' or ']' is expected here, not the end");
}

static void comments_are_no_json(void **state)
{
	(void)state;
	refused("// x\n{}", "a.json:1:1: a value is expected here, not '/'");
	refused("{} /* x */", "a.json:1:4: nothing more is expected here, not '/'");
}

static void texts_hold_no_control_characters(void **state)
{
	(void)state;
	refused("[\"a\nb\"]",
		"a.json:1:4: 0: a text cannot go over the end of the line; write \\n");
	refused("[\"a\tb\"]", "a.json:1:4: 0: control character 0x09 in a text; write \\u0009");
	refused("[\"\x1b[31m\"]", "a.json:1:3: 0: control character 0x1b in a text; write \\u001b");
	refused("[\"abc", "a.json:1:2: 0: the text that begins here does not end");
}

static void nul_is_nowhere(void **state)
{
	(void)state;
	refused("[\"a\\u0000b\"]", "a.json:1:4: 0: the character U+0000 cannot be in a text");
	refused_of("[1\0]", 4, "a.json:1:3: ',' or ']' is expected here, not octet 0x00");
	refused_of("[\"a\0\"]", 6,
		   "a.json:1:4: 0: control character 0x00 in a text; write \\u0000");
	refused_of("{}\0", 3, "a.json:1:3: nothing more is expected here, not octet 0x00");
}

static void surrogates_come_in_pairs(void **state)
{
	struct json_document doc = accepted("\"\\ud83d\\udE00\"");

	(void)state;
	assert_string_equal(doc.root->text, "\xf0\x9f\x98\x80");
	json_free(&doc);
	refused("\"\\ud83d\"", "a.json:1:2: half of a surrogate pair stands alone");
	refused("\"\\ude00\"", "a.json:1:2: half of a surrogate pair stands alone");
	refused("\"\\ud83dx\"", "a.json:1:2: half of a surrogate pair stands alone");
	refused("\"\\ud83d\\u0041\"", "a.json:1:2: half of a surrogate pair stands alone");
}

static void escapes_are_those_of_json(void **state)
{
	struct json_document doc = accepted("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"");

	(void)state;
	assert_string_equal(doc.root->text, "\"\\/\b\f\n\r\t\xc3\xa9");
	json_free(&doc);
	refused("\"\\x41\"", "a.json:1:3: one of \" \\ / b f n r t u after a backslash is expected "
			     "here, not 'x'");
	refused("\"\\u00g0\"", "a.json:1:6: a hexadecimal digit is expected here, not 'g'");
	refused("\"\\u00", "a.json:1:6: a hexadecimal digit is expected here, not the end");
}

static void texts_are_utf8(void **state)
{
	static const char *const bad[] = {
		"\x80",             /* begins in the middle */
		"\xc3",             /* ends in the middle */
		"\xc0\xaf",         /* longer than it need be */
		"\xe0\x80\xaf",     /* the same */
		"\xed\xa0\x80",     /* a surrogate */
		"\xf4\x90\x80\x80", /* beyond U+10FFFF */
		"\xff",
	};
	char text[16];
	char sentence[80];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		snprintf(text, sizeof text, "\"%s\"", bad[i]);
		snprintf(sentence, sizeof sentence, "a.json:1:2: octet 0x%02x is not UTF-8",
			 (unsigned char)bad[i][0]);
		refused(text, sentence);
	}
}

static void a_byte_order_mark_is_refused(void **state)
{
	(void)state;
	refused("\xef\xbb\xbf{}",
		"a.json:1:1: a byte order mark; save the file as UTF-8 without one");
}

static void nesting_has_a_limit(void **state)
{
	char text[3000];

	(void)state;
	memset(text, '[', 32);
	memset(text + 32, ']', 32);
	text[64] = '\0';
	struct json_document doc = accepted(text);
	json_free(&doc);
	memset(text, '[', 1001);
	text[1001] = '\0';
	struct error err;
	assert_false(parse(&doc, text, 1001, &err));
	assert_non_null(strstr(err.text, "nested deeper than 32"));
}

static void sizes_have_limits(void **state)
{
	size_t size = JSON_SIZE_MAX + 1;
	char *text = malloc(size);
	struct json_document doc;
	struct error err;

	(void)state;
	memset(text, ' ', size);
	assert_false(json_parse(&doc, "a.json", text, size, &err));
	assert_string_equal(err.text, "a.json: 67108865 octets are too long, at most 67108864");
	text[0] = '[';
	for (size_t i = 1; i < size - 3; i += 2)
		memcpy(text + i, "1,", 2);
	assert_false(json_parse(&doc, "a.json", text, size - 1, &err));
	assert_non_null(strstr(err.text, ": more than 200000 values"));
	free(text);
}

static void a_single_value_is_a_document(void **state)
{
	struct json_document doc = accepted(" true ");

	(void)state;
	assert_int_equal(doc.root->kind, JSON_BOOL);
	assert_true(doc.root->truth);
	json_free(&doc);
}

static void values_know_their_place(void **state)
{
	struct json_document doc = accepted("{\n\t\"a\": [1,\n  {\"b\": null}]\n}");
	const struct json *b = json_member(json_element(json_member(doc.root, "a"), 1), "b");
	char path[40];
	struct text text = text_in(path, sizeof path);
	struct error err;

	(void)state;
	json_path(b, &text);
	assert_string_equal(path, "a.1.b");
	assert_int_equal(b->line, 3);
	assert_int_equal(b->column, 9);
	assert_false(json_error(&err, b, "%d is wrong", 5));
	assert_string_equal(err.text, "a.json:3:9: a.1.b: 5 is wrong");
	json_free(&doc);
}

static void a_file_that_is_none_is_named(void **state)
{
	struct json_document doc;
	struct error err;

	(void)state;
	assert_false(json_read(&doc, "/no/such/file.json", &err));
	assert_string_equal(err.text, "/no/such/file.json: No such file or directory");
	assert_false(json_read(&doc, "/", &err));
	assert_string_equal(err.text, "/: Is a directory");
	assert_false(json_read(&doc, "/dev/zero", &err));
	assert_string_equal(err.text, "/dev/zero: the file is too long, at most 67108864 octets");
	assert_false(json_read(&doc, "/dev/null", &err));
	assert_string_equal(err.text, "/dev/null: the file is empty; a scenario begins with {");
}

/* ---- settings ---- */

static void set(struct json_document *doc, const char *setting)
{
	struct error err = {""};

	if (!json_set(doc, setting, &err))
		fail_msg("%s", err.text);
}

static void written(const struct json *value, const char *expected)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	json_write(value, out);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void settings_change_the_tree(void **state)
{
	struct json_document doc = accepted("{\"a\": [{\"b\": 1}], \"c\": \"x\"}");

	(void)state;
	set(&doc, "a.0.b=2.5");
	set(&doc, "a.+={\"lose\": [1, 2]}");
	set(&doc, "new.+=1");
	set(&doc, "new.+=2");
	set(&doc, "c=10.0.0.3");
	set(&doc, "d.e.f=true");
	set(&doc, "g=\"a=b\"");
	written(doc.root, "{\n"
			  "  \"a\": [{\"b\": 2.5}, {\"lose\": [1, 2]}],\n"
			  "  \"c\": \"10.0.0.3\",\n"
			  "  \"new\": [1, 2],\n"
			  "  \"d\": {\"e\": {\"f\": true}},\n"
			  "  \"g\": \"a=b\"\n"
			  "}\n");
	json_free(&doc);
}

static void what_a_setting_gave_says_so(void **state)
{
	struct json_document doc = accepted("{\"a\": [{\"b\": 1}]}");
	struct error err;

	(void)state;
	set(&doc, "a.0.b=2");
	json_error(&err, json_member(json_element(json_member(doc.root, "a"), 0), "b"), "no");
	assert_string_equal(err.text, "--set a.0.b=2: a.0.b: no");
	json_free(&doc);
}

static void settings_are_refused_with_a_reason(void **state)
{
	static const struct {
		const char *setting;
		const char *sentence;
	} cases[] = {
		{"a", "--set a: write it as path=value, such as links.0.delay_ms=80"},
		{"=1", "--set =1: write it as path=value, such as links.0.delay_ms=80"},
		{"a.5.b=1", "a.json:1:7: a: --set a.5.b=1: the list has 1 entries, counted from 0; "
			    "write + for one more"},
		{"a.x=1", "a.json:1:7: a: --set a.x=1: \"x\" is no place in a list; write 0 to 0, "
			  "or + for one more"},
		{"c.d=1", "a.json:1:24: c: --set c.d=1: the path goes on below a single value"},
		{"a..b=1", "a.json:1:7: a: --set a..b=1: a piece of the path is empty"},
		{".b=1", "a.json:1:1: --set .b=1: a piece of the path is empty"},
		{"c={", "--set c={:1:2: a key in quotes is expected here, not the end"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct json_document doc = accepted("{\"a\": [{\"b\": 1}], \"c\": 1}");
		struct error err = {""};

		assert_false(json_set(&doc, cases[i].setting, &err));
		assert_string_equal(err.text, cases[i].sentence);
		json_free(&doc);
	}
}

static void what_is_written_is_read_back(void **state)
{
	static const char text[] =
		"{\n"
		"  \"title\": \"a \\\"quoted\\\" \\\\ back\\nslash \\u0001 \xc3\xa9\",\n"
		"  \"list\": [\n"
		"    \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\n"
		"    {\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\": null, \"c\": -1.5e3}\n"
		"  ],\n"
		"  \"empty\": {}\n"
		"}\n";
	struct json_document doc = accepted(text);

	(void)state;
	written(doc.root, text);
	json_free(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_no_document),
		cmocka_unit_test(nothing_may_follow),
		cmocka_unit_test(a_key_is_there_once),
		cmocka_unit_test(keys_are_told_apart_by_case),
		cmocka_unit_test(numbers_have_one_form),
		cmocka_unit_test(numbers_are_kept_exactly_or_refused),
		cmocka_unit_test(numbers_are_decimal),
		cmocka_unit_test(a_decimal_that_does_not_fit_is_none),
		cmocka_unit_test(commas_separate),
		cmocka_unit_test(comments_are_no_json),
		cmocka_unit_test(texts_hold_no_control_characters),
		cmocka_unit_test(nul_is_nowhere),
		cmocka_unit_test(surrogates_come_in_pairs),
		cmocka_unit_test(escapes_are_those_of_json),
		cmocka_unit_test(texts_are_utf8),
		cmocka_unit_test(a_byte_order_mark_is_refused),
		cmocka_unit_test(nesting_has_a_limit),
		cmocka_unit_test(sizes_have_limits),
		cmocka_unit_test(a_single_value_is_a_document),
		cmocka_unit_test(values_know_their_place),
		cmocka_unit_test(a_file_that_is_none_is_named),
		cmocka_unit_test(settings_change_the_tree),
		cmocka_unit_test(what_a_setting_gave_says_so),
		cmocka_unit_test(settings_are_refused_with_a_reason),
		cmocka_unit_test(what_is_written_is_read_back),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
