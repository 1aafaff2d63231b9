/* The Internet checksum, against the sum that RFC 1071 defines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "tests/random_segment.h"
#include "wire/checksum.h"

/* 16 bits at a time, as the definition says. */
static uint16_t plain(const uint8_t *bytes, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += get_be16(bytes + i);
	if (len % 2 == 1)
		sum += (uint32_t)bytes[len - 1] << 8;
	while (sum > 0xffff)
		sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)~sum;
}

static void the_example_of_rfc_1071_comes_out(void **state)
{
	static const uint8_t example[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};

	(void)state;
	assert_int_equal(checksum_fold(checksum_add(0, example, sizeof example)), 0xffff - 0xddf2);
}

static void nothing_sums_to_nothing(void **state)
{
	(void)state;
	assert_int_equal(checksum_fold(checksum_add(0, (const uint8_t *)"", 0)), 0xffff);
}

static void every_length_and_alignment_sums_as_defined(void **state)
{
	enum { LEN_MAX = 300 };
	struct random r = random_seeded(10, 0);

	(void)state;
	for (size_t len = 0; len <= LEN_MAX; len++) {
		for (size_t offset = 0; offset < 8; offset++) {
			uint8_t *bytes = malloc(offset + len + 1);

			random_bytes(&r, bytes, offset + len);
			assert_int_equal(checksum_fold(checksum_add(0, bytes + offset, len)),
					 plain(bytes + offset, len));
			free(bytes);
		}
	}
}

static void carries_are_not_lost(void **state)
{
	static uint8_t ones[65535];

	(void)state;
	memset(ones, 0xff, sizeof ones);
	for (size_t len = 0; len < 2000; len++)
		assert_int_equal(checksum_fold(checksum_add(0, ones, len)), plain(ones, len));
	assert_int_equal(checksum_fold(checksum_add(0, ones, sizeof ones)),
			 plain(ones, sizeof ones));
}

static void pieces_of_even_length_sum_as_the_whole(void **state)
{
	struct random r = random_seeded(11, 0);
	uint8_t bytes[1501];

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		size_t len = (size_t)random_below(&r, sizeof bytes + 1);
		size_t first = (size_t)random_below(&r, len / 2 + 1) * 2;
		uint64_t sum;

		random_bytes(&r, bytes, 16);
		sum = checksum_add(0, bytes, first);
		sum = checksum_add(sum, bytes + first, len - first);
		assert_int_equal(checksum_fold(sum), plain(bytes, len));
	}
}

static void the_pseudo_header_is_the_one_that_is_drawn(void **state)
{
	/* RFC 9293 §3.1 and RFC 8200 §8.1. */
	static const uint8_t drawn4[] = {10, 0, 0, 1, 10, 0, 0, 2, 0, 6, 0x05, 0xdc};
	static const uint8_t drawn6[] = {
		0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,  0x20, 1, 0xd, 0xb8,
		0,    0, 0,   0,    0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 16, 0,    0, 0,   58,
	};
	struct address a;
	struct address b;

	(void)state;
	assert_true(address_parse(&a, "10.0.0.1") && address_parse(&b, "10.0.0.2"));
	assert_int_equal(checksum_fold(checksum_pseudo_header(&a, &b, PROTOCOL_TCP, 1500)),
			 plain(drawn4, sizeof drawn4));
	assert_true(address_parse(&a, "2001:db8::1") && address_parse(&b, "2001:db8::2"));
	assert_int_equal(checksum_fold(checksum_pseudo_header(&a, &b, PROTOCOL_ICMPV6, 65552)),
			 plain(drawn6, sizeof drawn6));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_of_rfc_1071_comes_out),
		cmocka_unit_test(nothing_sums_to_nothing),
		cmocka_unit_test(every_length_and_alignment_sums_as_defined),
		cmocka_unit_test(carries_are_not_lost),
		cmocka_unit_test(pieces_of_even_length_sum_as_the_whole),
		cmocka_unit_test(the_pseudo_header_is_the_one_that_is_drawn),
	};

	return cmocka_run_group_tests_name("checksum", tests, NULL, NULL);
}
