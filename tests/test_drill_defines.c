/* Names in a script that stand for something else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "script/defines.h"

static const char *const defines[] = {"A=1", "LONG_NAME=two words", "EMPTY=", "A=3"};

static void becomes(const char *text, const char *expected)
{
	size_t len = strlen(text);
	char *replaced = defines_replace(text, &len, defines, 4);

	assert_int_equal(len, strlen(expected));
	assert_string_equal(replaced, expected);
	free(replaced);
}

static void a_whole_word_is_replaced(void **state)
{
	(void)state;
	becomes("win A <mss LONG_NAME>", "win 3 <mss two words>");
	becomes("A", "3");
	becomes("AB BA _A A_ A1 A", "AB BA _A A_ A1 3");
	becomes("[EMPTY]", "[]");
	becomes("", "");
	becomes("a b c\n", "a b c\n");
}

static void in_strings_and_code_too_and_not_in_comments(void **state)
{
	(void)state;
	becomes("write(3, \"A\", 1) %{ assert x == A }%", "write(3, \"3\", 1) %{ assert x == 3 }%");
	becomes("A // A\nA //", "3 // A\n3 //");
	becomes("A/A", "3/3");
}

static void a_definition_is_a_word_and_a_value(void **state)
{
	(void)state;
	assert_true(define_is_one("A=1"));
	assert_true(define_is_one("_a9="));
	assert_false(define_is_one("A"));
	assert_false(define_is_one("=1"));
	assert_false(define_is_one("9A=1"));
	assert_false(define_is_one("A-B=1"));
	assert_false(define_is_one(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_word_is_replaced),
		cmocka_unit_test(in_strings_and_code_too_and_not_in_comments),
		cmocka_unit_test(a_definition_is_a_word_and_a_value),
	};

	return cmocka_run_group_tests_name("drill_defines", tests, NULL, NULL);
}
