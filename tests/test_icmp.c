/* What routers and hosts say about our segments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "tests/random_segment.h"
#include "wire/packet.h"

enum { ROOM = 200 };

static enum packet_problem parse(struct packet *p, const uint8_t *bytes, size_t len,
				 size_t wire_len)
{
	uint8_t *copy = malloc(len + 1);
	const uint8_t *text;
	size_t text_len;
	enum packet_problem problem;

	memcpy(copy, bytes, len);
	memset(p, 0xaa, sizeof *p);
	problem = packet_parse(p, copy, len, wire_len, PACKET_VERIFY, &text, &text_len);
	assert_null(text);
	assert_int_equal(text_len, 0);
	free(copy);
	return problem;
}

/* 10.0.0.254 tells 10.0.0.1 that a segment from port 40000 to 10.0.0.2:80,
 * SEG.SEQ 0x01020304, is too big for a link of 1400. Checksums by hand. */
static const uint8_t too_big[] =
	{
		0x45, 0,   0,    56,   0, 0, 0,    0,    64, 1,  0x65, 0xc7, 10, 0,
		0,    254, 10,   0,    0, 1,             /* IP */
		3,    4,   0x56, 0xed, 0, 0, 0x05, 0x78, /* ICMP */
		0x45, 0,   5,    0xdc, 0, 1, 0x40, 0,    64, 6,  0x21, 0x19, 10, 0,
		0,    1,   10,   0,    0, 2, 0x9c, 0x40, 0,  80, 1,    2,    3,  4, /* of TCP */
};

static void a_router_says_too_big(void **state)
{
	struct packet p;

	(void)state;
	assert_int_equal(parse(&p, too_big, sizeof too_big, sizeof too_big), PACKET_OK);
	assert_int_equal(p.kind, PACKET_ICMP_ERROR);
	assert_int_equal(p.icmp.type, 3);
	assert_int_equal(p.icmp.code, 4);
	assert_int_equal(p.icmp.mtu, 1400);
	assert_memory_equal(p.src.bytes, "\x0a\0\0\xfe", 4);
	assert_memory_equal(p.icmp.quoted_src.address.bytes, "\x0a\0\0\x01", 4);
	assert_memory_equal(p.icmp.quoted_dst.address.bytes, "\x0a\0\0\x02", 4);
	assert_int_equal(p.icmp.quoted_src.port, 40000);
	assert_int_equal(p.icmp.quoted_dst.port, 80);
	assert_int_equal(p.icmp.quoted_seq.v, 0x01020304);
	assert_int_equal(p.icmp.quoted_len, 1500);
}

/* RFC 4884 puts the length of a padded quote beside the MTU. */
static void the_length_of_the_quote_is_no_part_of_the_mtu(void **state)
{
	uint8_t bytes[sizeof too_big];
	struct packet p;

	(void)state;
	memcpy(bytes, too_big, sizeof bytes);
	bytes[25] = 32;
	bytes[23] -= 32; /* of the checksum */
	assert_int_equal(parse(&p, bytes, sizeof bytes, sizeof bytes), PACKET_OK);
	assert_int_equal(p.icmp.mtu, 1400);
}

/* As some routers do, which count in their own byte order. */
static void quote_that_claims_less_than_a_header_counts_as_one(void **state)
{
	uint8_t wrong[sizeof too_big];
	struct packet p;

	(void)state;
	memcpy(wrong, too_big, sizeof wrong);
	wrong[30] = 0; /* its total length: 28 */
	wrong[31] = 28;
	assert_int_equal(parse(&p, wrong, sizeof wrong, sizeof wrong), PACKET_BAD_ICMP_CHECKSUM);
	assert_int_equal(p.icmp.quoted_len, 40);
}

static void what_is_written_is_read_back(void **state)
{
	struct random r = random_seeded(30, 0);
	uint8_t out[ROOM];

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		struct packet p = random_icmp_error(&r, i % 2 == 0 ? 4 : 6);
		struct packet read;
		size_t len = packet_emit(&p, NULL, out, sizeof out);

		assert_int_equal(len - p.ip_options_len,
				 i % 2 == 0 ? 20 + 8 + 20 + 8 : 40 + 8 + 40 + 8);
		assert_int_equal(parse(&read, out, len, len), PACKET_OK);
		assert_memory_equal(&read, &p, sizeof p);
	}
}

static void every_prefix_is_short(void **state)
{
	struct random r = random_seeded(31, 0);
	uint8_t out[ROOM];

	(void)state;
	for (uint8_t version = 4; version <= 6; version += 2) {
		struct packet p = random_icmp_error(&r, version);
		struct packet read;
		size_t len = packet_emit(&p, NULL, out, sizeof out);

		for (size_t cut = 0; cut < len; cut++)
			assert_int_equal(parse(&read, out, cut, len), PACKET_SHORT);
	}
}

/* The IP header says that there is no more than this. */
static void a_quote_without_eight_bytes_of_tcp_is_refused(void **state)
{
	uint8_t bytes[sizeof too_big];
	struct packet p;

	(void)state;
	memcpy(bytes, too_big, sizeof bytes);
	for (size_t len = 20; len < sizeof bytes; len++) {
		put_be16(bytes + 2, (uint16_t)len);
		assert_int_equal(parse(&p, bytes, sizeof bytes, sizeof bytes), PACKET_BAD_ICMP);
	}
}

static void a_longer_quote_is_as_good(void **state)
{
	struct random r = random_seeded(32, 0);
	struct packet p = random_icmp_error(&r, 6);
	struct packet read;
	uint8_t out[ROOM];
	size_t len = packet_emit(&p, NULL, out, sizeof out);

	(void)state;
	random_bytes(&r, out + len, 41); /* RFC 4443: as much as fits */
	len += 41;
	put_be16(out + 4, (uint16_t)(len - IPV6_HEADER));
	assert_int_equal(parse(&read, out, len, len), PACKET_BAD_ICMP_CHECKSUM);
	assert_memory_equal(&read, &p, sizeof p);
	put_be16(out + 42, 0);
	put_be16(out + 42,
		 checksum_fold(checksum_add(
			 checksum_pseudo_header(&p.src, &p.dst, PROTOCOL_ICMPV6, len - IPV6_HEADER),
			 out + IPV6_HEADER, len - IPV6_HEADER)));
	assert_int_equal(parse(&read, out, len, len), PACKET_OK);
	assert_memory_equal(&read, &p, sizeof p);
}

static void only_errors_about_tcp_are_taken(void **state)
{
	static const uint8_t v4_errors[] = {3, 4, 11, 12};
	static const uint8_t v6_errors[] = {1, 2, 3, 4};
	struct random r = random_seeded(33, 0);
	uint8_t out[ROOM];

	(void)state;
	for (uint8_t version = 4; version <= 6; version += 2) {
		const uint8_t *errors = version == 4 ? v4_errors : v6_errors;
		struct packet p = random_icmp_error(&r, version);
		size_t at = version == 4 ? 20 : 40;
		size_t len = packet_emit(&p, NULL, out, sizeof out);

		for (unsigned type = 0; type < 256; type++) {
			enum packet_problem problem;
			struct packet read;

			out[at] = (uint8_t)type;
			problem = parse(&read, out, len, len);
			assert_int_equal(packet_is_filled_in(problem),
					 memchr(errors, (int)type, 4) != NULL);
			if (!packet_is_filled_in(problem))
				assert_int_equal(problem, PACKET_BAD_ICMP);
		}
	}
}

static void a_quote_of_anything_else_is_refused(void **state)
{
	static const struct {
		uint8_t at, value;
	} changes[] = {
		{28, 0x65}, {28, 0x44}, {28, 0x4f}, {34, 0x20}, {35, 1}, {37, 17}, {31, 27},
	};

	(void)state;
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		uint8_t bytes[sizeof too_big];
		struct packet p;

		memcpy(bytes, too_big, sizeof bytes);
		bytes[30] = 0;
		bytes[31] = 40;
		bytes[changes[i].at] = changes[i].value;
		assert_int_equal(parse(&p, bytes, sizeof bytes, sizeof bytes), PACKET_BAD_ICMP);
	}
}

static void every_flipped_bit_is_noticed(void **state)
{
	uint8_t bytes[sizeof too_big];
	struct packet p;

	(void)state;
	memcpy(bytes, too_big, sizeof bytes);
	for (size_t bit = 0; bit < 8 * sizeof bytes; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_not_equal(parse(&p, bytes, sizeof bytes, sizeof bytes), PACKET_OK);
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static void the_checksum_is_checked_only_when_asked_for(void **state)
{
	uint8_t bytes[sizeof too_big];
	struct packet p;
	const uint8_t *text;
	size_t text_len;

	(void)state;
	memcpy(bytes, too_big, sizeof bytes);
	bytes[22] ^= 1;
	assert_int_equal(parse(&p, bytes, sizeof bytes, sizeof bytes), PACKET_BAD_ICMP_CHECKSUM);
	assert_int_equal(packet_parse(&p, bytes, sizeof bytes, sizeof bytes, 0, &text, &text_len),
			 PACKET_OK);
}

static void a_message_that_is_not_about_size_has_no_mtu(void **state)
{
	struct random r = random_seeded(34, 0);
	struct packet p = random_icmp_error(&r, 4);
	struct packet read;
	uint8_t out[ROOM];
	size_t len;

	(void)state;
	p.icmp.type = 3;
	p.icmp.code = 3;
	p.icmp.mtu = 1400;
	len = packet_emit(&p, NULL, out, sizeof out);
	assert_int_equal(parse(&read, out, len, len), PACKET_OK);
	assert_int_equal(read.icmp.mtu, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_router_says_too_big),
		cmocka_unit_test(quote_that_claims_less_than_a_header_counts_as_one),
		cmocka_unit_test(the_length_of_the_quote_is_no_part_of_the_mtu),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(every_prefix_is_short),
		cmocka_unit_test(a_quote_without_eight_bytes_of_tcp_is_refused),
		cmocka_unit_test(a_longer_quote_is_as_good),
		cmocka_unit_test(only_errors_about_tcp_are_taken),
		cmocka_unit_test(a_quote_of_anything_else_is_refused),
		cmocka_unit_test(every_flipped_bit_is_noticed),
		cmocka_unit_test(the_checksum_is_checked_only_when_asked_for),
		cmocka_unit_test(a_message_that_is_not_about_size_has_no_mtu),
	};

	return cmocka_run_group_tests_name("icmp", tests, NULL, NULL);
}
