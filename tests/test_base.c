/* Sequence numbers, chance, text, errors, byte order, time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/nanos.h"
#include "base/random.h"
#include "base/seq.h"
#include "base/text.h"

/* Where the circle is cut: around 0, around 2³¹, before the wrap. */
static const uint32_t starts[] = {0, 1, 0x7ffffffe, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};

enum { STARTS = sizeof starts / sizeof starts[0] };

static void order_does_not_depend_on_where_the_circle_is_cut(void **state)
{
	static const uint32_t ahead[] = {1, 2, 1460, 1 << 30, 0x7fffffff};

	(void)state;
	for (size_t i = 0; i < STARTS; i++) {
		struct seq a = seq_of(starts[i]);

		assert_true(seq_eq(a, a) && seq_le(a, a) && seq_ge(a, a));
		assert_false(seq_lt(a, a) || seq_gt(a, a));
		for (size_t k = 0; k < sizeof ahead / sizeof ahead[0]; k++) {
			struct seq b = seq_add(a, ahead[k]);

			assert_int_equal(seq_diff(b, a), (int32_t)ahead[k]);
			assert_int_equal(seq_diff(a, b), -(int32_t)ahead[k]);
			assert_true(seq_lt(a, b) && seq_le(a, b) && seq_gt(b, a) && seq_ge(b, a));
			assert_false(seq_lt(b, a) || seq_le(b, a) || seq_gt(a, b) || seq_ge(a, b));
			assert_false(seq_eq(a, b));
			assert_true(seq_eq(seq_sub(b, ahead[k]), a));
			assert_true(seq_eq(seq_max(a, b), b) && seq_eq(seq_max(b, a), b));
			assert_true(seq_eq(seq_min(a, b), a) && seq_eq(seq_min(b, a), a));
		}
	}
}

static void within_means_from_left_to_before_right(void **state)
{
	(void)state;
	for (size_t i = 0; i < STARTS; i++) {
		struct seq left = seq_of(starts[i]);
		struct seq right = seq_add(left, 10);

		for (uint32_t n = 0; n < 10; n++)
			assert_true(seq_within(seq_add(left, n), left, right));
		assert_false(seq_within(right, left, right));
		assert_false(seq_within(seq_sub(left, 1), left, right));
		assert_false(seq_within(seq_add(left, 0x80000000), left, right));
		assert_false(seq_within(left, left, left)); /* an empty window */
	}
}

/* The first values for this seed, as Rosetta Code's page on SplitMix64 lists them. */
static void the_generator_is_splitmix64(void **state)
{
	static const uint64_t published[] = {
		6457827717110365317u, 3203168211198807973u,  9817491932198370423u,
		4593380528125082431u, 16408922859458223821u,
	};
	struct random r = {.state = 1234567};

	(void)state;
	for (size_t i = 0; i < sizeof published / sizeof published[0]; i++)
		assert_true(random_next(&r) == published[i]);
}

static void a_copy_draws_the_same(void **state)
{
	struct random r = random_seeded(7, 3);
	struct random copy = r;
	struct random again = random_seeded(7, 3);

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		uint64_t drawn = random_next(&r);

		assert_true(random_next(&copy) == drawn);
		assert_true(random_next(&again) == drawn);
	}
}

static void seeds_and_places_draw_apart(void **state)
{
	uint64_t drawn[32][32];

	(void)state;
	for (uint64_t seed = 0; seed < 32; seed++) {
		for (uint64_t place = 0; place < 32; place++) {
			struct random r = random_seeded(seed, place);

			drawn[seed][place] = random_next(&r);
		}
	}
	for (size_t i = 0; i < 1024; i++) {
		for (size_t k = 0; k < i; k++)
			assert_true(drawn[i / 32][i % 32] != drawn[k / 32][k % 32]);
	}
}

static void every_value_below_the_bound_is_as_likely(void **state)
{
	enum { BOUND = 7, DRAWS = 70000 };
	struct random r = random_seeded(1, 1);
	unsigned counts[BOUND] = {0};

	(void)state;
	for (unsigned i = 0; i < DRAWS; i++) {
		uint64_t v = random_below(&r, BOUND);

		assert_in_range(v, 0, BOUND - 1);
		counts[v]++;
	}
	/* Five standard deviations of a binomial count: 5 · √(70000 · 6/49) = 463. */
	for (unsigned i = 0; i < BOUND; i++)
		assert_in_range(counts[i], DRAWS / BOUND - 463, DRAWS / BOUND + 463);
}

static void bounds_may_be_one_or_enormous(void **state)
{
	struct random r = random_seeded(1, 2);
	uint64_t bound = (UINT64_MAX >> 1) + 2; /* rejects nearly every second draw */
	bool upper_half = false;

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		uint64_t v = random_below(&r, bound);

		assert_int_equal(random_below(&r, 1), 0);
		assert_true(v < bound);
		upper_half = upper_half || v > bound / 2;
	}
	assert_true(upper_half);
}

static void chance_is_counted_in_millionths(void **state)
{
	struct random r = random_seeded(1, 3);
	unsigned hits = 0;

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		assert_false(random_chance(&r, 0));
		assert_true(random_chance(&r, 1000000));
		hits += random_chance(&r, 10000);
	}
	assert_in_range(hits, 1000 - 158, 1000 + 158); /* five standard deviations */
}

static void text_is_cut_and_never_overruns(void **state)
{
	static const char whole[] = "one two 3 4.050";

	(void)state;
	for (size_t size = 1; size <= sizeof whole + 1; size++) {
		char *buf = malloc(size);
		struct text t = text_in(buf, size);

		assert_string_equal(buf, "");
		text_add(&t, "one ");
		text_addf(&t, "%s %d ", "two", 3);
		text_add_seconds(&t, nanos_from_ms(4050), 3);
		assert_int_equal(t.cut, size < sizeof whole);
		assert_int_equal(t.len, t.cut ? size - 1 : sizeof whole - 1);
		assert_int_equal(strlen(buf), t.len);
		assert_memory_equal(buf, whole, t.len);
		free(buf);
	}
}

static void seconds_are_cut_and_not_rounded(void **state)
{
	static const struct {
		nanos time;
		int places;
		const char *text;
	} rows[] = {
		{0, 0, "0"},
		{0, 3, "0.000"},
		{1050000000, 3, "1.050"},
		{1999999999, 0, "1"},
		{1999999999, 6, "1.999999"},
		{-1, 9, "-0.000000001"},
		{-1500000000, 1, "-1.5"},
		{INT64_MAX, 9, "9223372036.854775807"},
		{INT64_MIN, 9, "-9223372036.854775808"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char buf[40];
		struct text t = text_in(buf, sizeof buf);

		text_add_seconds(&t, rows[i].time, rows[i].places);
		assert_string_equal(buf, rows[i].text);
	}
}

static void an_error_is_a_sentence_and_false(void **state)
{
	struct error err;
	char long_text[2 * ERROR_TEXT_MAX];

	(void)state;
	assert_false(error_set(&err, "%s:%d: no", "file", 3));
	assert_string_equal(err.text, "file:3: no");
	memset(long_text, 'x', sizeof long_text);
	long_text[sizeof long_text - 1] = '\0';
	assert_false(error_set(&err, "%s", long_text));
	assert_int_equal(strlen(err.text), ERROR_TEXT_MAX - 1);
}

static void numbers_are_in_network_order(void **state)
{
	uint8_t bytes[5] = {0};

	(void)state;
	put_be16(bytes + 1, 0xfedc);
	assert_memory_equal(bytes, "\0\xfe\xdc\0\0", 5);
	assert_int_equal(get_be16(bytes + 1), 0xfedc);
	put_be32(bytes + 1, 0xfedcba98);
	assert_memory_equal(bytes, "\0\xfe\xdc\xba\x98", 5);
	assert_int_equal(get_be32(bytes + 1), 0xfedcba98);
}

static void time_is_counted_in_nanoseconds(void **state)
{
	(void)state;
	assert_int_equal(nanos_from_us(3), 3000);
	assert_int_equal(nanos_from_ms(-3), -3000000);
	assert_int_equal(nanos_from_s(3), 3000000000);
	assert_int_equal(nanos_min(-1, NANOS_NEVER), -1);
	assert_int_equal(nanos_max(-1, NANOS_NEVER), NANOS_NEVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_does_not_depend_on_where_the_circle_is_cut),
		cmocka_unit_test(within_means_from_left_to_before_right),
		cmocka_unit_test(the_generator_is_splitmix64),
		cmocka_unit_test(a_copy_draws_the_same),
		cmocka_unit_test(seeds_and_places_draw_apart),
		cmocka_unit_test(every_value_below_the_bound_is_as_likely),
		cmocka_unit_test(bounds_may_be_one_or_enormous),
		cmocka_unit_test(chance_is_counted_in_millionths),
		cmocka_unit_test(text_is_cut_and_never_overruns),
		cmocka_unit_test(seconds_are_cut_and_not_rounded),
		cmocka_unit_test(an_error_is_a_sentence_and_false),
		cmocka_unit_test(numbers_are_in_network_order),
		cmocka_unit_test(time_is_counted_in_nanoseconds),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
