/* Datagrams that are not as simple as ours: fragments, options, extension
 * headers, lengths that are not there. */
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

enum { ROOM = 70000 };

/* A datagram in the making: what a packet is written as, and bytes put
 * between its IP header and the rest. */
struct made {
	struct packet packet;
	uint8_t bytes[ROOM];
	size_t len;
};

static struct made *make(uint8_t version, uint32_t text_len)
{
	static uint8_t text[ROOM];
	struct random r = random_seeded(20, version);
	struct made *m = calloc(1, sizeof *m);

	m->packet = random_packet(&r, version, 0);
	m->packet.tcp.len = text_len;
	m->len = packet_emit(&m->packet, text, m->bytes, sizeof m->bytes);
	return m;
}

static void insert(struct made *m, size_t at, const uint8_t *bytes, size_t len)
{
	memmove(m->bytes + at + len, m->bytes + at, m->len - at);
	memcpy(m->bytes + at, bytes, len);
	m->len += len;
}

static void mend_ipv4(struct made *m, size_t header_len)
{
	m->bytes[0] = (uint8_t)(0x40 | header_len / 4);
	put_be16(m->bytes + 2, (uint16_t)m->len);
	put_be16(m->bytes + 10, 0);
	put_be16(m->bytes + 10, checksum_fold(checksum_add(0, m->bytes, header_len)));
}

/* Puts an extension header between the IPv6 header and what followed it. */
static void extend(struct made *m, uint8_t kind, const uint8_t *header, size_t len)
{
	insert(m, IPV6_HEADER, header, len);
	m->bytes[IPV6_HEADER] = m->bytes[6];
	m->bytes[6] = kind;
	put_be16(m->bytes + 4, (uint16_t)(m->len - IPV6_HEADER));
}

static enum packet_problem parse(const struct made *m, struct packet *p)
{
	uint8_t *copy = malloc(m->len);
	const uint8_t *text;
	size_t text_len;
	enum packet_problem problem;

	memcpy(copy, m->bytes, m->len);
	problem = packet_parse(p, copy, m->len, m->len, PACKET_VERIFY, &text, &text_len);
	free(copy);
	return problem;
}

static void assert_reads_as_before(const struct made *m)
{
	struct packet p;

	assert_int_equal(parse(m, &p), PACKET_OK);
	assert_memory_equal(&p, &m->packet, sizeof p);
}

static void padding_behind_the_datagram_is_ignored(void **state)
{
	struct made *m = make(4, 0);

	(void)state;
	memset(m->bytes + m->len, 0x55, 6); /* Ethernet's shortest frame */
	m->len += 6;
	assert_reads_as_before(m);
	free(m);
}

static void options_of_ipv4_are_skipped(void **state)
{
	static const uint8_t router_alert[] = {148, 4, 0, 0};
	static const uint8_t lies[] = {7, 0, 7, 255};
	struct made *m = make(4, 10);

	(void)state;
	insert(m, 20, router_alert, 4);
	insert(m, 24, lies, 4);
	mend_ipv4(m, 28);
	assert_reads_as_before(m);
	free(m);
}

static void the_end_of_a_source_route_is_the_destination(void **state)
{
	/* RFC 791: NOP, loose route of 11 bytes whose pointer is at the first stop. */
	static const uint8_t route[] = {1, 131, 11, 4, 10, 9, 9, 9, 10, 8, 8, 8};
	static const uint8_t done[] = {1, 131, 11, 12, 10, 9, 9, 9, 10, 8, 8, 8};
	struct made *m = make(4, 10);
	struct packet p;

	(void)state;
	insert(m, 20, route, sizeof route);
	mend_ipv4(m, 32);
	/* TCP's checksum is about the last stop, and so far it is about another. */
	assert_int_equal(parse(m, &p), PACKET_BAD_TCP_CHECKSUM);
	assert_memory_equal(p.dst.bytes, "\x0a\x08\x08\x08", 4);
	memcpy(m->bytes + 28, m->packet.dst.bytes, 4);
	memcpy(m->bytes + 16, "\x0a\x09\x09\x08", 4);
	mend_ipv4(m, 32);
	assert_reads_as_before(m);
	memcpy(m->bytes + 20, done, sizeof done);
	memcpy(m->bytes + 16, m->packet.dst.bytes, 4);
	mend_ipv4(m, 32);
	assert_reads_as_before(m);
	free(m);
}

static void a_length_of_0_is_what_was_captured(void **state)
{
	struct made *m = make(4, 3000);

	(void)state;
	put_be16(m->bytes + 2, 0);
	put_be16(m->bytes + 10, 0);
	put_be16(m->bytes + 10, checksum_fold(checksum_add(0, m->bytes, 20)));
	assert_reads_as_before(m);
	free(m);
	m = make(6, 3000);
	put_be16(m->bytes + 4, 0);
	assert_reads_as_before(m);
	free(m);
}

static void more_than_64_kib_are_written_with_length_0(void **state)
{
	struct made *m = make(4, 66000);

	(void)state;
	assert_int_equal(get_be16(m->bytes + 2), 0);
	assert_reads_as_before(m);
	free(m);
	m = make(6, 66000);
	assert_int_equal(get_be16(m->bytes + 4), 0);
	assert_reads_as_before(m);
	free(m);
}

static void a_fragment_is_named_wherever_it_lies(void **state)
{
	static const uint16_t fragments[] = {0x2000, 0x0001, 0x1fff, 0x3fff, 0x6000};
	struct made *m = make(4, 10);
	struct packet p;

	(void)state;
	for (size_t i = 0; i < sizeof fragments / sizeof fragments[0]; i++) {
		put_be16(m->bytes + 6, fragments[i]);
		mend_ipv4(m, 20);
		assert_int_equal(parse(m, &p), PACKET_FRAGMENT);
	}
	free(m);
}

static void every_extension_header_is_walked_over(void **state)
{
	static const uint8_t options[24] = {0, 2, 1, 4};
	static const uint8_t routing[8] = {0, 0, 0, 0};
	static const uint8_t atomic[8] = {0, 0, 0, 0, 1, 2, 3, 4};
	struct made *m = make(6, 10);

	(void)state;
	extend(m, 60, options, 24);
	extend(m, 44, atomic, 8);
	extend(m, 43, routing, 8);
	extend(m, 60, options, 24);
	extend(m, 0, options, 24);
	assert_reads_as_before(m);
	free(m);
}

static void a_fragment_of_ipv6_is_named(void **state)
{
	static const uint8_t first[8] = {0, 0, 0, 1};
	static const uint8_t later[8] = {0, 0, 0, 8};
	static const uint8_t reserved_bits[8] = {0, 255, 0, 6};
	struct made *m = make(6, 10);
	struct packet p;

	(void)state;
	extend(m, 44, first, 8);
	assert_int_equal(parse(m, &p), PACKET_FRAGMENT);
	memcpy(m->bytes + IPV6_HEADER + 1, later + 1, 7);
	assert_int_equal(parse(m, &p), PACKET_FRAGMENT);
	memcpy(m->bytes + IPV6_HEADER + 1, reserved_bits + 1, 7);
	assert_reads_as_before(m);
	free(m);
}

static void the_end_of_an_ipv6_route_is_the_destination(void **state)
{
	static const uint8_t types[] = {0, 2, 4};
	uint8_t header[8 + 32] = {0, 4, 0, 1};

	(void)state;
	for (size_t i = 0; i < sizeof types; i++) {
		struct made *m = make(6, 10);
		bool from_the_end = types[i] == 4;

		header[2] = types[i];
		memset(header + 8, 0x33, 32);
		memcpy(header + (from_the_end ? 8 : 24), m->packet.dst.bytes, 16);
		memset(m->bytes + 24, 0x44, 16); /* the next stop */
		extend(m, 43, header, sizeof header);
		assert_reads_as_before(m);
		m->bytes[IPV6_HEADER + 3] = 0; /* no segments left: the stop is the end */
		memcpy(m->bytes + 24, m->packet.dst.bytes, 16);
		assert_reads_as_before(m);
		free(m);
	}
}

static void two_hundred_extension_headers_are_walked_over(void **state)
{
	static const uint8_t options[8] = {0, 0, 1, 4};
	struct made *m = make(6, 10);

	(void)state;
	for (unsigned i = 0; i < 200; i++)
		extend(m, i % 2 == 0 ? 60 : 0, options, 8);
	assert_reads_as_before(m);
	free(m);
}

/* Every kind of extension header with every length, every prefix of it. */
static void no_extension_header_leads_out_of_the_datagram(void **state)
{
	static const uint8_t kinds[] = {0, 43, 44, 60};
	struct random r = random_seeded(21, 0);

	(void)state;
	for (size_t k = 0; k < sizeof kinds; k++) {
		for (unsigned stated = 0; stated < 256; stated++) {
			struct made *m = make(6, 0);
			uint8_t header[8];
			size_t whole;
			struct packet p;
			enum packet_problem problem;

			random_bytes(&r, header, sizeof header);
			header[1] = (uint8_t)stated;
			put_be16(header + 2, 0);
			extend(m, kinds[k], header, sizeof header);
			whole = m->len;
			problem = parse(m, &p);
			if (kinds[k] == 44 || stated == 0)
				assert_int_equal(problem, PACKET_OK);
			else
				assert_int_not_equal(problem, PACKET_OK);
			for (m->len = 1; m->len < whole; m->len++)
				assert_int_not_equal(parse(m, &p), PACKET_OK);
			free(m);
		}
	}
}

static void another_protocol_is_named(void **state)
{
	static const uint8_t protocols[] = {17, 50, 51, 59, 1, 132};
	struct made *m = make(6, 10);
	struct packet p;

	(void)state;
	for (size_t i = 0; i < sizeof protocols; i++) {
		m->bytes[6] = protocols[i];
		assert_int_equal(parse(m, &p), PACKET_NOT_TCP);
	}
	free(m);
}

static void random_bytes_have_an_answer(void **state)
{
	struct random r = random_seeded(22, 0);

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		size_t len = (size_t)random_below(&r, 200);
		uint8_t *bytes = malloc(len + 1);
		const uint8_t *text;
		size_t text_len;
		struct packet p;

		random_bytes(&r, bytes, len);
		if (len > 6) {
			bytes[0] = i % 2 == 0 ? 0x45 | (bytes[0] & 0xf) : 0x60;
			put_be16(bytes + (i % 2 == 0 ? 2 : 4), (uint16_t)random_below(&r, len + 1));
			bytes[6] = i % 2 == 0 ? 0x40
					      : (uint8_t)((uint8_t[]){6, 0, 43, 44, 60, 58}[i % 6]);
		}
		if (len > 9)
			bytes[9] = i % 3 == 0 ? 1 : 6;
		packet_parse(&p, bytes, len, len + (size_t)random_below(&r, 3), 0, &text,
			     &text_len);
		if (text)
			assert_true(text >= bytes && text + text_len <= bytes + len);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(padding_behind_the_datagram_is_ignored),
		cmocka_unit_test(options_of_ipv4_are_skipped),
		cmocka_unit_test(the_end_of_a_source_route_is_the_destination),
		cmocka_unit_test(a_length_of_0_is_what_was_captured),
		cmocka_unit_test(more_than_64_kib_are_written_with_length_0),
		cmocka_unit_test(a_fragment_is_named_wherever_it_lies),
		cmocka_unit_test(every_extension_header_is_walked_over),
		cmocka_unit_test(a_fragment_of_ipv6_is_named),
		cmocka_unit_test(the_end_of_an_ipv6_route_is_the_destination),
		cmocka_unit_test(two_hundred_extension_headers_are_walked_over),
		cmocka_unit_test(no_extension_header_leads_out_of_the_datagram),
		cmocka_unit_test(another_protocol_is_named),
		cmocka_unit_test(random_bytes_have_an_answer),
	};

	return cmocka_run_group_tests_name("ip", tests, NULL, NULL);
}
