/* The options of a TCP header: what the bytes mean, whatever they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/random_segment.h"
#include "wire/options.h"

/* On the heap at its exact size, so that a read beyond is caught. */
static struct options parse(const void *bytes, size_t len)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);
	struct options o;

	memset(&o, 0xaa, sizeof o);
	memcpy(copy, bytes, len);
	options_parse(&o, copy, len);
	free(copy);
	return o;
}

#define PARSE(...) parse((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static void no_bytes_are_no_options(void **state)
{
	struct options none = {0};
	struct options o = parse("", 0);

	(void)state;
	assert_memory_equal(&o, &none, sizeof o);
}

static void a_syn_of_linux_is_read(void **state)
{
	struct options o = PARSE(2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0x3c, 0x88, 0xc4, 0x76, 0, 0, 0, 9,
				 1, 3, 3, 7);

	(void)state;
	assert_int_equal(o.len, 20);
	assert_int_equal(o.has, HAS_MSS | HAS_SACK_PERMITTED | HAS_TIMESTAMPS | HAS_WINDOW_SCALE);
	assert_int_equal(o.mss, 1460);
	assert_int_equal(o.ts_val, 0x3c88c476);
	assert_int_equal(o.ts_ecr, 9);
	assert_int_equal(o.window_scale, 7);
}

static void sack_blocks_come_in_their_order(void **state)
{
	struct options o =
		PARSE(1, 1, 5, 18, 0xff, 0xff, 0xff, 0xf0, 0, 0, 0, 0x10, 0, 0, 2, 0, 0, 0, 1, 0);

	(void)state;
	assert_int_equal(o.has, HAS_SACK);
	assert_int_equal(o.sack_count, 2);
	assert_int_equal(o.sack[0].left.v, 0xfffffff0);
	assert_int_equal(o.sack[0].right.v, 0x10);
	assert_int_equal(o.sack[1].left.v, 0x200);  /* that it ends before it begins is the */
	assert_int_equal(o.sack[1].right.v, 0x100); /* engine's matter */
}

static void the_aligned_timestamps_are_read_as_elsewhere(void **state)
{
	struct options fast = PARSE(1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8);
	struct options slow = PARSE(1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 1, 1, 1);

	(void)state;
	assert_int_equal(fast.ts_val, 0x01020304);
	assert_int_equal(fast.ts_ecr, 0x05060708);
	memset(slow.bytes + 12, 0, 4);
	slow.len = 12;
	assert_memory_equal(&fast, &slow, sizeof fast);
}

static void each_kind_has_its_mark(void **state)
{
	static const struct {
		uint8_t kind, len;
		unsigned has;
	} rows[] = {
		{2, 2, HAS_MSS},      {3, 1, HAS_WINDOW_SCALE},  {4, 0, HAS_SACK_PERMITTED},
		{5, 8, HAS_SACK},     {8, 8, HAS_TIMESTAMPS},    {19, 16, HAS_MD5},
		{29, 2, HAS_AO},      {28, 2, HAS_USER_TIMEOUT}, {34, 4, HAS_FAST_OPEN},
		{172, 9, HAS_ACCECN}, {174, 0, HAS_ACCECN},      {30, 6, HAS_UNKNOWN},
	};
	static const uint8_t data[16] = {0};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct options o = {0};

		assert_true(options_put_other(&o, rows[i].kind, data, rows[i].len));
		assert_int_equal(o.has, rows[i].has);
		o = parse(o.bytes, o.len);
		assert_int_equal(o.has, rows[i].has);
	}
}

static void the_first_of_two_counts(void **state)
{
	struct options o =
		PARSE(2, 4, 1, 0, 3, 3, 1, 2, 4, 2, 0, 3, 3, 2, 28, 4, 0, 1, 28, 4, 0, 2);

	(void)state;
	assert_int_equal(o.mss, 0x100);
	assert_int_equal(o.window_scale, 1);
	assert_int_equal(o.user_timeout, 1);
	assert_false(o.has & HAS_MALFORMED);
}

static void an_unknown_kind_is_skipped(void **state)
{
	struct options o = PARSE(253, 5, 1, 2, 3, 3, 3, 14);

	(void)state;
	assert_int_equal(o.has, HAS_UNKNOWN | HAS_WINDOW_SCALE); /* MUST-6 */
	assert_int_equal(o.window_scale, 14);
}

static void reading_stops_at_the_end_of_list(void **state)
{
	struct options o = PARSE(3, 3, 9, 0, 2, 4, 5, 0xb4);

	(void)state;
	assert_int_equal(o.has, HAS_WINDOW_SCALE | HAS_END);
	assert_int_equal(o.len, 8);
	assert_int_equal(o.bytes[4], 2); /* what follows is kept all the same */
}

static void reading_stops_at_a_length_that_cannot_be(void **state)
{
	(void)state;
	assert_int_equal(PARSE(3, 3, 9, 2, 0, 0, 0, 0).has, HAS_WINDOW_SCALE | HAS_MALFORMED);
	assert_int_equal(PARSE(253, 1, 2, 4, 5, 0xb4, 1, 1).has, HAS_MALFORMED);
	assert_int_equal(PARSE(1, 1, 8, 10, 1, 2, 3, 4).has, HAS_MALFORMED);
	assert_int_equal(PARSE(1, 1, 1, 8).has, HAS_MALFORMED);
	assert_int_equal(PARSE(2, 3, 1, 1).has, HAS_MALFORMED);
	assert_int_equal(PARSE(5, 2, 1, 1).has, HAS_MALFORMED);
	assert_int_equal(PARSE(29, 3, 1, 1).has, HAS_MALFORMED);
}

/* RFC 7413 §4.1.1: ignored, and nothing worse. */
static void a_cookie_of_odd_length_is_ignored(void **state)
{
	struct options o = PARSE(34, 7, 1, 2, 3, 4, 5, 3, 3, 4, 1, 1);

	(void)state;
	assert_int_equal(o.has, HAS_UNKNOWN | HAS_WINDOW_SCALE);
	assert_int_equal(PARSE(34, 4, 1, 2).has, HAS_UNKNOWN);
	assert_int_equal(PARSE(34, 2, 1, 1).has, HAS_FAST_OPEN);
}

/* RFC 9768 §3.2.3, Table 5: both orders, all lengths. */
static void accecn_says_which_counters_it_has_in_both_orders(void **state)
{
	static const unsigned fields[2][4] = {
		{0, ACCECN_E0B, ACCECN_E0B | ACCECN_CEB, ACCECN_E0B | ACCECN_CEB | ACCECN_E1B},
		{0, ACCECN_E1B, ACCECN_E1B | ACCECN_CEB, ACCECN_E1B | ACCECN_CEB | ACCECN_E0B},
	};

	(void)state;
	for (unsigned order = 0; order < 2; order++) {
		for (unsigned count = 0; count <= 3; count++) {
			struct options o = {0};

			assert_true(options_put_accecn(&o, order, count, 0x7f010203, 2, 0xffffff));
			assert_int_equal(o.len, 2 + 3 * count);
			assert_int_equal(o.bytes[0], order ? OPTION_ACCECN1 : OPTION_ACCECN0);
			assert_int_equal(o.bytes[1], o.len);
			assert_int_equal(o.accecn_fields, fields[order][count]);
			assert_int_equal(o.accecn_e0b, o.accecn_fields & ACCECN_E0B ? 0x010203 : 0);
			assert_int_equal(o.accecn_ceb, o.accecn_fields & ACCECN_CEB ? 2 : 0);
			assert_int_equal(o.accecn_e1b, o.accecn_fields & ACCECN_E1B ? 0xffffff : 0);
			struct options read = parse(o.bytes, o.len);
			assert_memory_equal(&read, &o, sizeof o);
		}
	}
}

/* RFC 9768 §3.2.3: "use those whole 3-octet fields that fit within the length". */
static void accecn_of_another_length_is_read_as_far_as_whole_fields_go(void **state)
{
	struct options o = PARSE(172, 6, 0, 0, 9, 7, 1, 1);

	(void)state;
	assert_int_equal(o.has, HAS_ACCECN);
	assert_int_equal(o.accecn_fields, ACCECN_E0B);
	assert_int_equal(o.accecn_e0b, 9);
	o = PARSE(174, 13, 0, 0, 1, 0, 0, 2, 0, 0, 3, 4, 4);
	assert_int_equal(o.accecn_fields, ACCECN_E0B | ACCECN_CEB | ACCECN_E1B);
	assert_int_equal(o.accecn_e1b, 1);
	assert_int_equal(o.accecn_ceb, 2);
	assert_int_equal(o.accecn_e0b, 3);
	o = PARSE(172, 4, 1, 2);
	assert_int_equal(o.has, HAS_ACCECN);
	assert_int_equal(o.accecn_fields, 0);
}

static void the_first_of_two_accecn_options_counts(void **state)
{
	struct options o = PARSE(172, 5, 0, 0, 9, 174, 5, 0, 0, 8);

	(void)state;
	assert_int_equal(o.accecn_fields, ACCECN_E0B);
	assert_int_equal(o.accecn_e0b, 9);
}

/* What options_parse() promises about its result, whatever it was given. */
static void assert_sound(const struct options *o, const uint8_t *bytes, size_t len)
{
	static const uint8_t zeros[OPTIONS_LEN_MAX] = {0};
	unsigned steps = 0;
	unsigned size;

	assert_int_equal(o->len, len);
	assert_memory_equal(o->bytes, bytes, len);
	assert_memory_equal(o->bytes + len, zeros, OPTIONS_LEN_MAX - len);
	assert_in_range(o->sack_count, 0, SACK_BLOCKS_MAX);
	assert_in_range(o->fast_open_len, 0, FAST_OPEN_COOKIE_MAX);
	assert_int_equal(o->unused, 0);
	assert_true((o->accecn_e0b | o->accecn_ceb | o->accecn_e1b) <= 0xffffff);
	assert_true(o->accecn_fields == 0 || (o->has & HAS_ACCECN));
	assert_int_equal((o->has & HAS_SACK) != 0, o->sack_count > 0);
	for (unsigned at = 0; at < o->len; at += size) {
		size = options_size_at(o, at);
		assert_true(size <= o->len - at);
		if (size == 0) {
			assert_true(o->has & (HAS_MALFORMED | HAS_END));
			break;
		}
		assert_in_range(++steps, 1, OPTIONS_LEN_MAX);
	}
}

static void every_kind_with_every_length_has_an_answer(void **state)
{
	static const uint8_t fills[] = {0x00, 0x01, 0x02, 0xff};
	uint8_t bytes[OPTIONS_LEN_MAX];

	(void)state;
	for (unsigned kind = 0; kind < 256; kind++) {
		for (unsigned stated = 0; stated <= 41; stated++) {
			for (unsigned i = 0; i < OPTIONS_LEN_MAX; i += 2) {
				bytes[i] = (uint8_t)kind;
				bytes[i + 1] = (uint8_t)stated;
			}
			for (unsigned fill = 0; fill <= sizeof fills; fill++) {
				size_t len = fill == 0 ? OPTIONS_LEN_MAX : 4 + 9 * (size_t)fill;
				struct options o;

				if (fill > 0)
					memset(bytes + 2, fills[fill - 1], sizeof bytes - 2);
				o = parse(bytes, len);
				assert_sound(&o, bytes, len);
			}
		}
	}
}

static void every_length_of_random_bytes_has_an_answer(void **state)
{
	struct random r = random_seeded(1, 0);
	uint8_t bytes[OPTIONS_LEN_MAX];

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		struct options o;
		size_t len = i % (OPTIONS_LEN_MAX + 1);

		random_bytes(&r, bytes, len);
		for (size_t at = 0; at < len; at++) {
			if (random_chance(&r, 500000))
				bytes[at] %= 36; /* kinds and lengths that exist */
		}
		o = parse(bytes, len);
		assert_sound(&o, bytes, len);
	}
}

static void putting_options_says_the_same_as_reading_their_bytes(void **state)
{
	struct random r = random_seeded(2, 0);

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		struct options put = random_options(&r);
		struct options before = put;
		struct options read;
		uint8_t data[OPTIONS_LEN_MAX];
		uint8_t kind = (uint8_t)(2 + random_below(&r, 254));
		unsigned len = (unsigned)random_below(&r, 20);
		bool done;

		random_bytes(&r, data, sizeof data);
		done = options_put_other(&put, kind, data, len);
		assert_int_equal(done, before.len + 2 + len <= OPTIONS_LEN_MAX);
		if (!done)
			assert_memory_equal(&put, &before, sizeof put);
		read = parse(put.bytes, put.len);
		assert_memory_equal(&put, &read, sizeof put);
	}
}

static void aligned_timestamps_are_two_nops_and_the_option(void **state)
{
	struct random r = random_seeded(3, 0);

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		struct options one = random_options(&r);
		struct options three = one;

		if (!options_put_timestamps_aligned(&one, i, ~i)) {
			assert_true(one.len + 12 > OPTIONS_LEN_MAX);
			assert_memory_equal(&one, &three, sizeof one);
			continue;
		}
		options_put_nop(&three);
		options_put_nop(&three);
		assert_true(options_put_timestamps(&three, i, ~i));
		assert_memory_equal(&one, &three, sizeof one);
	}
}

static void each_put_appends_what_its_rfc_draws(void **state)
{
	static const uint8_t drawn[] = {
		2,  4,  0x05, 0xb4,                    /* RFC 9293 §3.1 */
		1,                                     /* NOP */
		3,  3,  7,                             /* RFC 7323 §2.2 */
		4,  2,                                 /* RFC 2018 §2 */
		8,  10, 0,    0,    0, 1, 0, 0, 0, 2,  /* RFC 7323 §3.2 */
		28, 4,  0x80, 0x05,                    /* RFC 5482 §3.3 */
		34, 6,  0xca, 0xfe, 1, 2,              /* RFC 7413 §4.1.1 */
		5,  10, 0,    0,    0, 9, 0, 0, 0, 10, /* RFC 2018 §3 */
	};
	static const uint8_t cookie[] = {0xca, 0xfe, 1, 2};
	const struct sack_block block = {seq_of(9), seq_of(10)};
	struct options o = {0};

	(void)state;
	assert_true(options_put_mss(&o, 1460));
	assert_true(options_put_nop(&o));
	assert_true(options_put_window_scale(&o, 7));
	assert_true(options_put_sack_permitted(&o));
	assert_true(options_put_timestamps(&o, 1, 2));
	assert_true(options_put_user_timeout(&o, 0x8005));
	assert_true(options_put_fast_open(&o, cookie, 4));
	assert_true(options_put_sack(&o, &block, 1));
	assert_int_equal(o.len, sizeof drawn);
	assert_memory_equal(o.bytes, drawn, sizeof drawn);
	assert_int_equal(o.len, OPTIONS_LEN_MAX);
	assert_false(options_put_nop(&o));
	assert_false(options_put_mss(&o, 1));
	assert_false(options_put_window_scale(&o, 1));
	assert_false(options_put_sack_permitted(&o));
	assert_false(options_put_sack(&o, &block, 1));
	assert_false(options_put_timestamps(&o, 1, 2));
	assert_false(options_put_user_timeout(&o, 1));
	assert_false(options_put_fast_open(&o, cookie, 4));
	assert_false(options_put_accecn(&o, false, 0, 1, 2, 3));
	assert_memory_equal(o.bytes, drawn, sizeof drawn);
}

static void four_blocks_do_not_fit_beside_timestamps(void **state)
{
	const struct sack_block blocks[4] = {{{1}, {2}}, {{3}, {4}}, {{5}, {6}}, {{7}, {8}}};
	struct options o = {0};

	(void)state;
	assert_true(options_put_timestamps(&o, 1, 2));
	assert_false(options_put_sack(&o, blocks, 4));
	assert_int_equal(o.has, HAS_TIMESTAMPS);
	assert_true(options_put_sack(&o, blocks, 3)); /* RFC 2018 §3 */
	assert_int_equal(o.sack_count, 3);
}

static void an_option_behind_the_end_means_nothing(void **state)
{
	struct options o = PARSE(3, 3, 9, 0);

	(void)state;
	assert_true(options_put_mss(&o, 1460));
	assert_int_equal(o.len, 8);
	assert_false(o.has & HAS_MSS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_bytes_are_no_options),
		cmocka_unit_test(a_syn_of_linux_is_read),
		cmocka_unit_test(sack_blocks_come_in_their_order),
		cmocka_unit_test(the_aligned_timestamps_are_read_as_elsewhere),
		cmocka_unit_test(each_kind_has_its_mark),
		cmocka_unit_test(accecn_says_which_counters_it_has_in_both_orders),
		cmocka_unit_test(accecn_of_another_length_is_read_as_far_as_whole_fields_go),
		cmocka_unit_test(the_first_of_two_accecn_options_counts),
		cmocka_unit_test(the_first_of_two_counts),
		cmocka_unit_test(an_unknown_kind_is_skipped),
		cmocka_unit_test(reading_stops_at_the_end_of_list),
		cmocka_unit_test(reading_stops_at_a_length_that_cannot_be),
		cmocka_unit_test(a_cookie_of_odd_length_is_ignored),
		cmocka_unit_test(every_kind_with_every_length_has_an_answer),
		cmocka_unit_test(every_length_of_random_bytes_has_an_answer),
		cmocka_unit_test(putting_options_says_the_same_as_reading_their_bytes),
		cmocka_unit_test(aligned_timestamps_are_two_nops_and_the_option),
		cmocka_unit_test(each_put_appends_what_its_rfc_draws),
		cmocka_unit_test(four_blocks_do_not_fit_beside_timestamps),
		cmocka_unit_test(an_option_behind_the_end_means_nothing),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
