/* Streams: octets at an offset stay what they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "record/stream.h"

static void text_comes_back_across_pieces(void **state)
{
	struct stream s = {0};
	char out[16] = "";

	(void)state;
	stream_add_text(&s, "GET ", 4);
	stream_add_text(&s, "", 0);
	stream_add_text(&s, "/ HTTP", 6);
	stream_add_text(&s, "\r\n", 2);
	assert_int_equal(s.len, 12);
	assert_int_equal(s.count, 3);
	stream_read(&s, 0, (uint8_t *)out, 12);
	assert_string_equal(out, "GET / HTTP\r\n");
	stream_read(&s, 2, (uint8_t *)out, 9);
	assert_memory_equal(out, "T / HTTP\r", 9);
	stream_read(&s, 12, (uint8_t *)out, 0);
	stream_free(&s);
	assert_int_equal(s.len, 0);
}

static void pattern_depends_on_the_offset_alone(void **state)
{
	struct stream s = {0};
	uint8_t out[64];

	(void)state;
	stream_add_text(&s, "hello", 5);
	stream_add_pattern(&s, 100);
	stream_add_text(&s, "bye", 3);
	stream_add_pattern(&s, 50);
	for (int64_t from = 0; from < 120; from++) {
		for (size_t len = 1; len <= 33; len++) {
			stream_read(&s, from, out, len);
			for (size_t i = 0; i < len; i++) {
				int64_t at = from + (int64_t)i;
				uint8_t expected = stream_pattern(at);

				if (at < 5)
					expected = (uint8_t) "hello"[at];
				else if (at >= 105 && at < 108)
					expected = (uint8_t) "bye"[at - 105];
				assert_int_equal(out[i], expected);
			}
		}
	}
	stream_free(&s);
}

static void a_long_pattern_costs_one_piece(void **state)
{
	struct stream s = {0};
	uint8_t out[3];

	(void)state;
	for (int i = 0; i < 1000; i++)
		stream_add_pattern(&s, INT64_C(1) << 40);
	assert_int_equal(s.len, INT64_C(1000) << 40);
	assert_int_equal(s.count, 1);
	stream_read(&s, s.len - 3, out, 3);
	assert_int_equal(out[2], stream_pattern(s.len - 1));
	stream_free(&s);
}

static void the_pattern_is_printable_and_has_no_short_period(void **state)
{
	enum { LEN = 1 << 15 };
	static uint8_t text[LEN];
	struct stream s = {0};

	(void)state;
	stream_add_pattern(&s, LEN);
	stream_read(&s, 0, text, LEN);
	for (int i = 0; i < LEN; i++)
		assert_in_range(text[i], '0', 'o');
	/* 32 octets shifted by anything under 16 KiB are other octets: a segment that is put in the
	 * wrong place shows. */
	for (int shift = 1; shift < LEN / 2; shift++) {
		for (int at = 0; at < LEN / 2; at += 4093)
			assert_memory_not_equal(text + at, text + at + shift, 32);
	}
	stream_free(&s);
}

static void what_is_forgotten_is_gone_and_the_rest_stays(void **state)
{
	struct stream s = {0};
	uint8_t out[4];

	(void)state;
	for (int i = 0; i < 1000; i++)
		stream_add_text(&s, "0123", 4);
	stream_forget(&s, 3998);
	assert_int_equal(s.len, 4000);
	assert_int_equal(s.count, 1);
	stream_read(&s, 3998, out, 2);
	assert_memory_equal(out, "23", 2);
	stream_add_text(&s, "4567", 4);
	stream_forget(&s, 4004);
	assert_int_equal(s.count, 0);
	stream_add_text(&s, "89", 2);
	stream_read(&s, 4004, out, 2);
	assert_memory_equal(out, "89", 2);
	stream_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_comes_back_across_pieces),
		cmocka_unit_test(pattern_depends_on_the_offset_alone),
		cmocka_unit_test(a_long_pattern_costs_one_piece),
		cmocka_unit_test(what_is_forgotten_is_gone_and_the_rest_stays),
		cmocka_unit_test(the_pattern_is_printable_and_has_no_short_period),
	};

	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
