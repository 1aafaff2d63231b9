/* The code between %{ and }%: what it means, and what it says where it does not hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "script/evaluate.h"

static bool look_up(void *who, const char *name, int64_t *value)
{
	static const struct {
		const char *name;
		int64_t value;
	} fields[] = {{"tcpi_snd_cwnd", 10}, {"tcpi_unacked", 3}, {"tcpi_rtt", 50000}};

	(void)who;
	for (unsigned i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		if (strcmp(fields[i].name, name) == 0) {
			*value = fields[i].value;
			return true;
		}
	}
	return false;
}

static struct evaluator *e;
static struct error why;
static char printed[512];

static enum evaluation run(const char *text)
{
	struct text out = text_in(printed, sizeof printed);

	why.text[0] = '\0';
	return evaluate(e, text, (struct place){.line = 12, .column = 8}, &out, &why);
}

static int begin(void **state)
{
	(void)state;
	e = evaluator_new(look_up, NULL);
	return 0;
}

static int end(void **state)
{
	(void)state;
	evaluator_free(e);
	return 0;
}

static void says(const char *code, const char *expected)
{
	char text[512];

	snprintf(text, sizeof text, "print(%s)", code);
	if (run(text) != EVALUATION_OK)
		fail_msg("%s: %s", code, why.text);
	printed[strcspn(printed, "\n")] = '\0';
	assert_string_equal(printed, expected);
}

static void fails(const char *code, const char *sentence)
{
	assert_int_equal(run(code), EVALUATION_FAILED);
	assert_string_equal(why.text, sentence);
}

static void unsupported(const char *code, const char *sentence)
{
	assert_int_equal(run(code), EVALUATION_UNSUPPORTED);
	assert_string_equal(why.text, sentence);
}

/* ---- values ---- */

static void signs_bind_as_in_python(void **state)
{
	(void)state;
	says("1 + 2 * 3", "7");
	says("(1 + 2) * 3", "9");
	says("2 - 3 - 4", "-5");
	says("1 << 2 + 1", "8");
	says("6 & 3 | 8 ^ 1", "11");
	says("~5", "-6");
	says("-2 + +3", "1");
	says("0x1F & 0xfF", "31");
	says("1 | 2 == 3", "True");
	says("not 1 == 2", "True");
	says("not not 3", "True");
}

static void division_goes_down_and_the_rest_has_the_sign_of_the_divisor(void **state)
{
	(void)state;
	says("7 // 2", "3");
	says("-7 // 2", "-4");
	says("7 // -2", "-4");
	says("-7 % 3", "2");
	says("7 % -3", "-2");
	says("-8 // 2", "-4");
	says("(-9223372036854775807 - 1) % -1", "0");
	says("-8 >> 1", "-4");
	says("-1 >> 80", "-1");
	says("5 >> 80", "0");
	fails("x = 1 // 0", "12:14: a division by 0");
	fails("x = 1 % 0", "12:14: a division by 0");
	fails("x = 1 << -1", "12:14: a shift by -1");
}

static void comparisons_are_chained(void **state)
{
	(void)state;
	says("1 < 2 < 3", "True");
	says("1 < 3 < 3", "False");
	says("3 > 2 >= 2 != 1", "True");
	says("2 <= tcpi_unacked <= 4", "True");
	says("1 == 1 == 2", "False");
	says("'a' < 'b'", "True");
	says("'a' == 97", "False");
	says("'a' != 97", "True");
	says("None == None", "True");
	fails("x = 'a' < 97", "12:16: \"<\" between a number and a string");
}

static void and_and_or_answer_one_of_their_values_and_may_not_look_at_the_other(void **state)
{
	(void)state;
	says("0 or 5", "5");
	says("3 and 5", "5");
	says("0 and nobody", "0");
	says("4 or 1 // 0", "4");
	says("0 and (1 << 99)", "0");
	says("2 < 1 < nobody", "False");
	says("1 and 0 or 7", "7");
	says("True and False", "False");
	says("'' or 'x'", "x");
}

static void what_does_not_fit_is_said(void **state)
{
	static const char sentence[] =
		"the result does not fit into 63 bits and a sign, which is not supported";
	static const char *const codes[] = {"9223372036854775807 + 1",
					    "-9223372036854775807 - 2",
					    "4611686018427387904 * 2",
					    "1 << 63",
					    "1 << 200",
					    "3 << 62",
					    "-(-9223372036854775807 - 1)",
					    "(-9223372036854775807 - 1) // -1",
					    "abs(-9223372036854775807 - 1)"};

	(void)state;
	for (unsigned i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		assert_int_equal(run(codes[i]), EVALUATION_UNSUPPORTED);
		assert_non_null(strstr(why.text, sentence));
	}
	says("-1 << 62", "-4611686018427387904");
	says("0 << 200", "0");
	unsupported("99999999999999999999",
		    "12:8: the large number 99999999999999999999 is not supported");
}

static void functions_of_numbers(void **state)
{
	(void)state;
	says("min(3, 1, 2)", "1");
	says("max(3, tcpi_snd_cwnd)", "10");
	says("abs(-4) + abs(4)", "8");
	says("int(True) + bool(7)", "2");
	says("str(7) + 'x'", "7x");
	fails("min()", "12:8: min() has no value");
	fails("abs(1, 2)", "12:8: abs() has more than one value");
}

static void strings_are_formatted(void **state)
{
	(void)state;
	says("'cwnd=%d' % tcpi_snd_cwnd", "cwnd=10");
	says("'%d of %s, %x %X %o %%' % (3, 'x', 255, 255, 8)", "3 of x, ff FF 10 %");
	says("'%5d|%-5d|%05d' % (7, 7, 7)", "    7|7    |00007");
	says("'%i %u %r %s' % (-7, 7, 'q', True)", "-7 7 'q' True");
	says("\"a\\tb\\\\\" 'c' \"'\"", "a\tb\\c'");
	says("'%s' % (1,)", "1");
	says("'{} {}{{}} {0}'.format(tcpi_rtt, 'x')", "50000 x{} 50000");
	fails("'{} {}'.format(1)", "12:15: the string has more {} than there are values");
	unsupported("'{:d}'.format(1)", "12:14: anything but {} in a format is not supported");
	unsupported("'a'.upper()", "12:11: \".\" is not supported here");
	fails("'%d %d' % 1", "12:16: the string has more %s than there are values");
	fails("'%d' % (1, 2)", "12:13: there are more values than %s in the string");
	fails("'%d' % 'x'", "12:13: %d needs a number");
	unsupported("'%f' % 1", "12:13: %f in a string is not supported");
	unsupported("'%n' % 1", "12:13: %n in a string is not supported");
	unsupported("'%*d' % (1, 2)", "12:14: %*d in a string is not supported");
	unsupported("'%1000d' % 1", "12:17: %1000d in a string is not supported");
	unsupported("'%x' % -1", "12:13: %x of a negative number is not supported");
}

/* ---- statements ---- */

static void what_is_assigned_stays(void **state)
{
	(void)state;
	assert_int_equal(run("old = tcpi_unacked; a = b = old + 1"), EVALUATION_OK);
	assert_int_equal(run("old += 2\nb *= 3\na -= 1\nassert old == 5 and b == 12 and a == 3"),
			 EVALUATION_OK);
	says("old", "5");
	assert_int_equal(run("tcpi_rtt = 1"), EVALUATION_OK);
	says("tcpi_rtt", "1");
	fails("new += 1", "12:8: \"new\" has no value yet");
	unsupported("print(new)", "12:14: nothing is known that has the name \"new\"");
}

static void constants_have_linux_numbers(void **state)
{
	(void)state;
	says("TCP_CA_Loss", "4");
	says("TCPI_OPT_SACK", "2");
}

static void lines_go_on_in_brackets_and_after_a_backslash(void **state)
{
	(void)state;
	assert_int_equal(run("# a comment; assert 0\n"
			     "   assert (tcpi_unacked ==\n 3), 'no' # why\n\n;;"
			     "assert tcpi_snd_cwnd \\\n == 10\n"
			     "assert tcpi_snd_cwnd \\\r\n == 10\r\n"
			     "pass"),
			 EVALUATION_OK);
}

static void print_takes_several_values(void **state)
{
	(void)state;
	assert_int_equal(run("print(1, 'x', True)\nprint 'old', 2; print (3), 4\nprint()\nprint"),
			 EVALUATION_OK);
	assert_string_equal(printed, "1 x True\nold 2\n3 4\n\n\n");
}

/* ---- sentences ---- */

static void a_failed_assert_says_what_the_names_were(void **state)
{
	(void)state;
	fails("assert tcpi_snd_cwnd == 4",
	      "12:8: assert tcpi_snd_cwnd == 4 does not hold: tcpi_snd_cwnd is 10");
	fails("x = 1\n assert x > 2 or\\\n  tcpi_unacked   == x",
	      "13:2: assert x > 2 or tcpi_unacked == x does not hold: x is 1 and tcpi_unacked "
	      "is 3");
	fails("assert (tcpi_rtt <= 49999), 'rtt is %d us' % tcpi_rtt",
	      "12:8: assert (tcpi_rtt <= 49999) does not hold: tcpi_rtt is 50000; it says: rtt "
	      "is 50000 us");
	fails("assert 0, tcpi_snd_cwnd", "12:8: assert 0 does not hold; it says: 10");
	fails("assert False, f'{x}'", "12:8: assert False does not hold");
}

static void the_message_of_what_holds_is_not_looked_at(void **state)
{
	(void)state;
	assert_int_equal(run("assert 1, f'{tcpi_rtt:.2f} [1.5]' % (nobody, [1,\n2]); x = 4"),
			 EVALUATION_OK);
	says("x", "4");
}

static void what_is_beyond_is_unsupported(void **state)
{
	(void)state;
	unsupported("import os", "12:8: \"import\" is not supported");
	unsupported("if tcpi_rtt: x = 1", "12:8: \"if\" is not supported");
	unsupported("x = 1.5", "12:12: the number 1.5 is not supported");
	unsupported("x = 1 / 2", "12:14: \"/\" is not supported here");
	unsupported("x = [1]", "12:12: \"[\" is not supported here");
	unsupported("x = 2 ** 3", "12:14: \"**\" is not supported here");
	unsupported("x = 1 if 2 else 3", "12:14: \"if\" is not supported here");
	unsupported("sys.exit(1)", "12:11: \"sys.\" is not supported");
	unsupported("x = round(2)", "12:12: the function round() is not supported");
	unsupported("assert (0, 'never')",
		    "12:8: assert of several values in brackets is not supported: it would always "
		    "hold");
	unsupported("x = f'{1}'", "12:12: a string that begins f' is not supported");
	unsupported("tcpi_rehash", "12:8: tcpi_rehash is not told: there is one path, and no flow "
				   "is hashed to another");
	unsupported("tcpi_none", "12:8: nothing is known that has the name \"tcpi_none\"");
	unsupported("x = \xc3\xa4", "12:12: the octet 195 is not supported here");
	unsupported("x = \"\"\"a\"\"\"", "12:12: \"\"\" is not supported");
}

static void what_is_cut_short_has_a_sentence(void **state)
{
	(void)state;
	fails("x = (1", "12:14: \",\" is missing before the end");
	fails("x =", "12:11: a value is missing before the end");
	fails("x = 'abc", "12:12: the string has no end");
	fails("assert", "12:14: a value is missing before the end");
	fails("x = 1 +\n2", "12:15: a value is missing before the end of the line");
	unsupported("x = 1 2", "12:14: \"2\" is not supported here");
}

static void depth_has_an_end(void **state)
{
	char deep[400];

	(void)state;
	memset(deep, '(', sizeof deep - 1);
	deep[sizeof deep - 1] = '\0';
	assert_int_equal(run(deep), EVALUATION_UNSUPPORTED);
	memset(deep, '-', sizeof deep - 1);
	assert_int_equal(run(deep), EVALUATION_UNSUPPORTED);
	for (unsigned i = 0; i + 4 < sizeof deep; i += 4)
		memcpy(deep + i, "not ", 4);
	assert_int_equal(run(deep), EVALUATION_UNSUPPORTED);
	for (unsigned i = 0; i + 2 < sizeof deep; i += 2)
		memcpy(deep + i, "a=", 2);
	assert_int_not_equal(run(deep), EVALUATION_OK);
	says("((((((((1))))))))", "1");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(signs_bind_as_in_python),
		TEST(division_goes_down_and_the_rest_has_the_sign_of_the_divisor),
		TEST(comparisons_are_chained),
		TEST(and_and_or_answer_one_of_their_values_and_may_not_look_at_the_other),
		TEST(what_does_not_fit_is_said),
		TEST(functions_of_numbers),
		TEST(strings_are_formatted),
		TEST(what_is_assigned_stays),
		TEST(constants_have_linux_numbers),
		TEST(lines_go_on_in_brackets_and_after_a_backslash),
		TEST(print_takes_several_values),
		TEST(a_failed_assert_says_what_the_names_were),
		TEST(the_message_of_what_holds_is_not_looked_at),
		TEST(what_is_beyond_is_unsupported),
		TEST(what_is_cut_short_has_a_sentence),
		TEST(depth_has_an_end),
	};

	return cmocka_run_group_tests_name("drill_evaluate", tests, NULL, NULL);
}
