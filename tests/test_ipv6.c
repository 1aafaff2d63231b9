/* IPv6 datagrams with extension headers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "tests/datagram.h"
#include "tests/random_segment.h"

static void every_extension_header_is_walked_over(void **state)
{
	static const uint8_t options[24] = {0, 2, 1, 4};
	static const uint8_t routing[8] = {0, 0, 0, 0};
	static const uint8_t atomic[8] = {0, 0, 0, 0, 1, 2, 3, 4};
	struct datagram *d = datagram_make(6, 10);

	(void)state;
	datagram_extend(d, 60, options, 24);
	datagram_extend(d, 44, atomic, 8);
	datagram_extend(d, 43, routing, 8);
	datagram_extend(d, 60, options, 24);
	datagram_extend(d, 0, options, 24);
	datagram_reads_as_made(d);
	free(d);
}

static void a_fragment_of_ipv6_is_named(void **state)
{
	static const uint8_t first[8] = {0, 0, 0, 1};
	static const uint8_t later[8] = {0, 0, 0, 8};
	static const uint8_t reserved_bits[8] = {0, 255, 0, 6};
	struct datagram *d = datagram_make(6, 10);
	struct packet p;

	(void)state;
	datagram_extend(d, 44, first, 8);
	assert_int_equal(datagram_parse(d, &p), PACKET_FRAGMENT);
	memcpy(d->bytes + IPV6_HEADER + 1, later + 1, 7);
	assert_int_equal(datagram_parse(d, &p), PACKET_FRAGMENT);
	memcpy(d->bytes + IPV6_HEADER + 1, reserved_bits + 1, 7);
	datagram_reads_as_made(d);
	free(d);
}

static void the_end_of_an_ipv6_route_is_the_destination(void **state)
{
	static const uint8_t types[] = {0, 2, 4};
	uint8_t header[8 + 32] = {0, 4, 0, 1};

	(void)state;
	for (size_t i = 0; i < sizeof types; i++) {
		struct datagram *d = datagram_make(6, 10);
		bool from_the_end = types[i] == 4;

		header[2] = types[i];
		memset(header + 8, 0x33, 32);
		memcpy(header + (from_the_end ? 8 : 24), d->packet.dst.bytes, 16);
		memset(d->bytes + 24, 0x44, 16); /* the next stop */
		datagram_extend(d, 43, header, sizeof header);
		datagram_reads_as_made(d);
		d->bytes[IPV6_HEADER + 3] = 0; /* no segments left: the stop is the end */
		memset(d->bytes + IPV6_HEADER + 8, 0x33, 32);
		memcpy(d->bytes + 24, d->packet.dst.bytes, 16);
		datagram_reads_as_made(d);
		free(d);
	}
}

static void a_route_without_addresses_leads_nowhere(void **state)
{
	uint8_t header[24] = {0, 0, 0, 1};
	struct datagram *d = datagram_make(6, 10);

	(void)state;
	datagram_extend(d, 43, header, 8);
	datagram_reads_as_made(d);
	free(d);
	d = datagram_make(6, 10);
	header[1] = 1;
	datagram_extend(d, 43, header, 16);
	datagram_reads_as_made(d);
	free(d);
	d = datagram_make(6, 10);
	header[1] = 2;
	memcpy(header + 8, d->packet.dst.bytes, 16);
	memset(d->bytes + 24, 0x44, 16);
	datagram_extend(d, 43, header, 24);
	datagram_reads_as_made(d);
	free(d);
}

static void nothing_behind_an_extension_header_is_no_tcp_header(void **state)
{
	static const uint8_t options[8] = {0, 0, 1, 4};
	struct datagram *d = datagram_make(6, 0);
	struct packet p;

	(void)state;
	d->len = IPV6_HEADER;
	datagram_extend(d, 60, options, 8);
	assert_int_equal(datagram_parse(d, &p), PACKET_BAD_TCP_HEADER);
	d->len -= 1;
	put_be16(d->bytes + 4, 7);
	assert_int_equal(datagram_parse(d, &p), PACKET_BAD_IP_HEADER);
	free(d);
}

static void two_hundred_extension_headers_are_walked_over(void **state)
{
	static const uint8_t options[8] = {0, 0, 1, 4};
	struct datagram *d = datagram_make(6, 10);

	(void)state;
	for (unsigned i = 0; i < 200; i++)
		datagram_extend(d, i % 2 == 0 ? 60 : 0, options, 8);
	datagram_reads_as_made(d);
	free(d);
}

/* Every kind of extension header with every length, every prefix of it. */
static void no_extension_header_leads_out_of_the_datagram(void **state)
{
	static const uint8_t kinds[] = {0, 43, 44, 60};
	struct random r = random_seeded(21, 0);

	(void)state;
	for (size_t k = 0; k < sizeof kinds; k++) {
		for (unsigned stated = 0; stated < 256; stated++) {
			struct datagram *d = datagram_make(6, 0);
			uint8_t header[8];
			size_t whole;
			struct packet p;
			enum packet_problem problem;

			random_bytes(&r, header, sizeof header);
			header[1] = (uint8_t)stated;
			put_be16(header + 2, 0);
			datagram_extend(d, kinds[k], header, sizeof header);
			whole = d->len;
			problem = datagram_parse(d, &p);
			if (kinds[k] == 44 || stated == 0)
				assert_int_equal(problem, PACKET_OK);
			else
				assert_int_not_equal(problem, PACKET_OK);
			for (d->len = 1; d->len < whole; d->len++)
				assert_int_not_equal(datagram_parse(d, &p), PACKET_OK);
			free(d);
		}
	}
}

static void another_protocol_is_named(void **state)
{
	static const uint8_t protocols[] = {17, 50, 51, 59, 1, 132};
	struct datagram *d = datagram_make(6, 10);
	struct packet p;

	(void)state;
	for (size_t i = 0; i < sizeof protocols; i++) {
		d->bytes[6] = protocols[i];
		assert_int_equal(datagram_parse(d, &p), PACKET_NOT_TCP);
	}
	free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_extension_header_is_walked_over),
		cmocka_unit_test(a_fragment_of_ipv6_is_named),
		cmocka_unit_test(the_end_of_an_ipv6_route_is_the_destination),
		cmocka_unit_test(a_route_without_addresses_leads_nowhere),
		cmocka_unit_test(nothing_behind_an_extension_header_is_no_tcp_header),
		cmocka_unit_test(two_hundred_extension_headers_are_walked_over),
		cmocka_unit_test(no_extension_header_leads_out_of_the_datagram),
		cmocka_unit_test(another_protocol_is_named),
	};

	return cmocka_run_group_tests_name("ipv6", tests, NULL, NULL);
}
