/* What is suggested for a misspelt name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/nearest.h"

static const char *const names[] = {"run", "replay", "check", "export", "delay_ms", "rate_mbps"};
enum { COUNT = sizeof names / sizeof names[0] };

static void one_slip_is_understood(void **state)
{
	(void)state;
	assert_string_equal(nearest("exprot", names, COUNT), "export");
	assert_string_equal(nearest("chek", names, COUNT), "check");
	assert_string_equal(nearest("rnu", names, COUNT), "run");
	assert_string_equal(nearest("delay-ms", names, COUNT), "delay_ms");
	assert_string_equal(nearest("repplay", names, COUNT), "replay");
}

static void case_does_not_count(void **state)
{
	(void)state;
	assert_string_equal(nearest("REPLAY", names, COUNT), "replay");
}

static void a_beginning_is_understood(void **state)
{
	(void)state;
	assert_string_equal(nearest("delay", names, COUNT), "delay_ms");
	assert_string_equal(nearest("exp", names, COUNT), "export");
}

static void the_nearer_one_wins(void **state)
{
	const char *const near[] = {"delay_us", "delay_ms"};

	(void)state;
	assert_string_equal(nearest("delay_ns", near, 2), "delay_us");
	assert_string_equal(nearest("delay_mss", near, 2), "delay_ms");
}

static void nothing_like_it_gives_nothing(void **state)
{
	char endless[2000];

	(void)state;
	memset(endless, 'r', sizeof endless - 1);
	endless[sizeof endless - 1] = '\0';
	assert_null(nearest("banana", names, COUNT));
	assert_null(nearest("xy", names, COUNT));
	assert_null(nearest("", names, COUNT));
	assert_null(nearest(endless, names, COUNT));
	assert_null(nearest("run", names, 0));
}

static void the_few_nearest_share_a_word_or_are_spelt_alike(void **state)
{
	static const char *const rules[] = {"paws", "rto-started", "rto-fired", "delayed-ack-fired",
					    "karn"};
	const char *few[3];

	(void)state;
	nearest_few("retransmission-fired", rules, 5, few, 3);
	assert_string_equal(few[0], "rto-fired");
	assert_string_equal(few[1], "delayed-ack-fired");
	assert_string_equal(few[2], "rto-started");
	nearest_few("cars", rules, 5, few, 3);
	assert_string_equal(few[0], "paws");
	assert_string_equal(few[1], "karn");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_slip_is_understood),
		cmocka_unit_test(case_does_not_count),
		cmocka_unit_test(a_beginning_is_understood),
		cmocka_unit_test(the_nearer_one_wins),
		cmocka_unit_test(nothing_like_it_gives_nothing),
		cmocka_unit_test(the_few_nearest_share_a_word_or_are_spelt_alike),
	};

	return cmocka_run_group_tests_name("nearest", tests, NULL, NULL);
}
