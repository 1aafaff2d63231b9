/* Datagrams that are not as simple as ours: fragments, options, lengths that
 * are not there. For extension headers see test_ipv6.c. */
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

static void padding_behind_the_datagram_is_ignored(void **state)
{
	struct datagram *d = datagram_make(4, 0);

	(void)state;
	memset(d->bytes + d->len, 0x55, 6); /* Ethernet's shortest frame */
	d->len += 6;
	datagram_reads_as_made(d);
	free(d);
}

static void options_of_ipv4_are_kept_as_they_are(void **state)
{
	static const uint8_t router_alert[] = {148, 4, 0, 0};
	static const uint8_t lies[] = {7, 0, 7, 255};
	struct datagram *d = datagram_make(4, 10);

	(void)state;
	datagram_insert(d, 20, router_alert, 4);
	datagram_insert(d, 24, lies, 4);
	datagram_mend_ipv4(d, 28);
	datagram_reads_as_made(d);
	free(d);
}

/* Puts IPv4 options into a datagram that TCP sends to `dst`, and looks where
 * it is read to go. */
static void assert_goes_to(const char *dst, const uint8_t *options, size_t len)
{
	struct datagram *d = datagram_make(4, 10);
	struct packet p;

	assert_true(address_parse(&d->packet.dst, dst));
	d->len = packet_emit(&d->packet, (const uint8_t *)"ten octets", d->bytes, DATAGRAM_ROOM);
	assert_true(address_parse(&p.dst, "10.7.7.7"));
	memcpy(d->bytes + 16, p.dst.bytes, 4);
	datagram_insert(d, 20, options, len);
	datagram_mend_ipv4(d, 20 + len);
	datagram_reads_as_made(d);
	for (size_t whole = d->len; d->len > 0; d->len--)
		assert_int_equal(datagram_parse(d, &p) == PACKET_OK, d->len == whole);
	free(d);
}

/* RFC 791: type 131 or 137, length, pointer to the next stop, the stops. */
static void the_end_of_a_source_route_is_the_destination(void **state)
{
	static const uint8_t loose[] = {1, 131, 11, 4, 10, 9, 9, 9, 10, 8, 8, 8};
	static const uint8_t one_stop[] = {137, 7, 4, 10, 8, 8, 8, 0};
	static const uint8_t last_hop[] = {131, 11, 8, 10, 9, 9, 9, 10, 8, 8, 8, 0};
	static const uint8_t second[] = {68, 2, 7, 3, 4, 131, 7, 4, 10, 8, 8, 8};

	(void)state;
	assert_goes_to("10.8.8.8", loose, sizeof loose);
	assert_goes_to("10.8.8.8", one_stop, sizeof one_stop);
	assert_goes_to("10.8.8.8", last_hop, sizeof last_hop);
	assert_goes_to("10.8.8.8", second, sizeof second);
}

static void a_route_that_is_over_or_broken_leads_nowhere(void **state)
{
	static const uint8_t over[] = {131, 11, 12, 10, 9, 9, 9, 10, 8, 8, 8, 0};
	static const uint8_t behind_the_end[] = {0, 131, 7, 4, 10, 8, 8, 8};
	static const uint8_t no_stop[] = {131, 3, 4, 0};
	static const uint8_t half_a_stop[] = {131, 9, 4, 10, 8, 8, 8, 10, 8, 0, 0, 0};
	static const uint8_t too_long[] = {131, 11, 4, 10, 8, 8, 8, 0};
	static const uint8_t without_length[] = {1, 1, 1, 131};
	static const uint8_t zero_length[] = {7, 0, 131, 7, 4, 10, 8, 8, 8, 0, 0, 0};
	static const uint8_t length_one[] = {7, 1, 131, 7, 4, 10, 8, 8, 8, 0, 0, 0};

	(void)state;
	assert_goes_to("10.7.7.7", over, sizeof over);
	assert_goes_to("10.7.7.7", behind_the_end, sizeof behind_the_end);
	assert_goes_to("10.7.7.7", no_stop, sizeof no_stop);
	assert_goes_to("10.7.7.7", half_a_stop, sizeof half_a_stop);
	assert_goes_to("10.7.7.7", too_long, sizeof too_long);
	assert_goes_to("10.7.7.7", without_length, sizeof without_length);
	assert_goes_to("10.7.7.7", zero_length, sizeof zero_length);
	assert_goes_to("10.7.7.7", length_one, sizeof length_one);
}

/* Also where the capture ends with the options: no look beyond. */
static void a_capture_cut_behind_the_options_is_short(void **state)
{
	static const uint8_t nops[] = {1, 1, 1, 1};
	struct datagram *d = datagram_make(4, 10);
	uint8_t *cut = malloc(24);
	struct packet p;
	const uint8_t *text;
	size_t text_len;

	(void)state;
	datagram_insert(d, 20, nops, sizeof nops);
	datagram_mend_ipv4(d, 24);
	memcpy(cut, d->bytes, 24);
	assert_int_equal(packet_parse(&p, cut, 24, d->len, PACKET_VERIFY, &text, &text_len),
			 PACKET_SHORT);
	free(cut);
	free(d);
}

static void a_length_of_0_is_what_was_captured(void **state)
{
	struct datagram *d = datagram_make(4, 3000);

	(void)state;
	put_be16(d->bytes + 2, 0);
	put_be16(d->bytes + 10, 0);
	put_be16(d->bytes + 10, checksum_fold(checksum_add(0, d->bytes, 20)));
	datagram_reads_as_made(d);
	free(d);
	d = datagram_make(6, 3000);
	put_be16(d->bytes + 4, 0);
	datagram_reads_as_made(d);
	free(d);
}

static void more_than_64_kib_are_written_with_length_0(void **state)
{
	struct datagram *d = datagram_make(4, 66000);

	(void)state;
	assert_int_equal(get_be16(d->bytes + 2), 0);
	datagram_reads_as_made(d);
	free(d);
	d = datagram_make(6, 66000);
	assert_int_equal(get_be16(d->bytes + 4), 0);
	datagram_reads_as_made(d);
	free(d);
}

static void a_fragment_is_named_wherever_it_lies(void **state)
{
	static const uint16_t fragments[] = {0x2000, 0x0001, 0x1fff, 0x3fff, 0x6000};
	struct datagram *d = datagram_make(4, 10);
	struct packet p;

	(void)state;
	for (size_t i = 0; i < sizeof fragments / sizeof fragments[0]; i++) {
		put_be16(d->bytes + 6, fragments[i]);
		datagram_mend_ipv4(d, 20);
		assert_int_equal(datagram_parse(d, &p), PACKET_FRAGMENT);
	}
	free(d);
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
		cmocka_unit_test(options_of_ipv4_are_kept_as_they_are),
		cmocka_unit_test(the_end_of_a_source_route_is_the_destination),
		cmocka_unit_test(a_route_that_is_over_or_broken_leads_nowhere),
		cmocka_unit_test(a_capture_cut_behind_the_options_is_short),
		cmocka_unit_test(a_length_of_0_is_what_was_captured),
		cmocka_unit_test(more_than_64_kib_are_written_with_length_0),
		cmocka_unit_test(a_fragment_is_named_wherever_it_lies),
		cmocka_unit_test(random_bytes_have_an_answer),
	};

	return cmocka_run_group_tests_name("ip", tests, NULL, NULL);
}
