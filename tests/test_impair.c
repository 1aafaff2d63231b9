/* test_impair.c — a bad link on purpose. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "live/impair.h"

enum { MANY = 20000 };

struct seen {
	uint32_t count;
	uint32_t twice;
	uint32_t late; /* came after one with a higher number */
	uint32_t hash;
};

/* Sends numbers 1 … MANY, one at a time, and takes what comes out. */
static struct seen pass(const struct impair_setup *setup, uint64_t way)
{
	static uint8_t times[MANY + 1];
	struct impair *impair = impair_new(setup, way);
	struct seen seen = {.count = 0};
	uint32_t highest = 0;
	const uint8_t *out;
	size_t len;

	for (uint32_t i = 0; i <= MANY; i++)
		times[i] = 0;
	for (uint32_t i = 1; i <= MANY + 1; i++) {
		bool idle = i > MANY;

		if (!idle)
			impair_put(impair, (const uint8_t *)&i, sizeof i);
		while (impair_take(impair, idle, &out, &len)) {
			uint32_t number = *(const uint32_t *)(const void *)out;

			assert_int_equal(len, sizeof number);
			seen.count++;
			seen.twice += times[number]++ == 1;
			seen.late += number < highest;
			seen.hash = seen.hash * 31 + number;
			highest = number > highest ? number : highest;
		}
	}
	impair_free(impair);
	return seen;
}

static void a_good_link_changes_nothing(void **state)
{
	struct seen seen = pass(&(struct impair_setup){.seed = 1}, 0);

	(void)state;
	assert_int_equal(seen.count, MANY);
	assert_int_equal(seen.late, 0);
}

static void as_many_are_lost_as_was_asked_for(void **state)
{
	struct seen seen = pass(&(struct impair_setup){.seed = 1, .loss = 50000}, 0);

	(void)state;
	assert_in_range(MANY - seen.count, MANY / 20 - 150, MANY / 20 + 150);
	assert_int_equal(seen.late, 0);
}

static void as_many_come_twice(void **state)
{
	struct seen seen = pass(&(struct impair_setup){.seed = 1, .duplication = 100000}, 0);

	(void)state;
	assert_in_range(seen.twice, MANY / 10 - 200, MANY / 10 + 200);
	assert_int_equal(seen.count, MANY + seen.twice);
}

static void what_is_overtaken_is_not_lost(void **state)
{
	struct seen seen = pass(&(struct impair_setup){.seed = 1, .reordering = 100000}, 0);

	(void)state;
	assert_int_equal(seen.count, MANY);
	assert_in_range(seen.late, MANY / 10 - 200, MANY / 10 + 200);
}

static void the_seed_and_the_way_decide(void **state)
{
	const struct impair_setup setup = {
		.seed = 7, .loss = 10000, .duplication = 10000, .reordering = 10000};
	const struct impair_setup other = {
		.seed = 8, .loss = 10000, .duplication = 10000, .reordering = 10000};

	(void)state;
	assert_int_equal(pass(&setup, 0).hash, pass(&setup, 0).hash);
	assert_int_not_equal(pass(&setup, 0).hash, pass(&setup, 1).hash);
	assert_int_not_equal(pass(&setup, 0).hash, pass(&other, 0).hash);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_link_changes_nothing),
		cmocka_unit_test(as_many_are_lost_as_was_asked_for),
		cmocka_unit_test(as_many_come_twice),
		cmocka_unit_test(what_is_overtaken_is_not_lost),
		cmocka_unit_test(the_seed_and_the_way_decide),
	};

	return cmocka_run_group_tests_name("impair", tests, NULL, NULL);
}
