/* Where the IP datagram begins in a frame, for each link type. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "tests/random_segment.h"
#include "wire/link.h"

static const int link_types[] = {
	LINK_NULL, LINK_ETHERNET, LINK_RAW_BSD, LINK_RAW_OPENBSD, LINK_RAW,
	LINK_LOOP, LINK_COOKED,   LINK_IPV4,    LINK_IPV6,        LINK_COOKED2,
};

enum { LINK_TYPES = sizeof link_types / sizeof link_types[0] };

/* Reads a copy on the heap at its exact size. */
static int offset_of(int link_type, const uint8_t *frame, size_t len)
{
	uint8_t *copy = malloc(len + 1);
	int offset;

	memcpy(copy, frame, len);
	copy = realloc(copy, len > 0 ? len : 1);
	offset = link_ip_offset(link_type, copy, len);
	free(copy);
	return offset;
}

static void each_link_type_is_known(void **state)
{
	unsigned known = 0;

	(void)state;
	for (int type = -1; type < 300; type++)
		known += link_is_known(type);
	assert_int_equal(known, LINK_TYPES);
	for (size_t i = 0; i < LINK_TYPES; i++)
		assert_true(link_is_known(link_types[i]));
}

static void an_unknown_link_type_holds_nothing(void **state)
{
	static const uint8_t frame[64] = {0x45};

	(void)state;
	assert_int_equal(offset_of(9999, frame, sizeof frame), -1);
	assert_int_equal(offset_of(-1, frame, sizeof frame), -1);
}

static void raw_frames_are_datagrams(void **state)
{
	static const int raw[] = {LINK_RAW, LINK_RAW_BSD, LINK_RAW_OPENBSD, LINK_IPV4, LINK_IPV6};
	static const uint8_t frame[20] = {0x45};

	(void)state;
	for (size_t i = 0; i < sizeof raw / sizeof raw[0]; i++) {
		assert_int_equal(offset_of(raw[i], frame, sizeof frame), 0);
		assert_int_equal(offset_of(raw[i], frame, 0), -1);
	}
}

static void ethernet_says_what_it_carries(void **state)
{
	uint8_t frame[60] = {0};

	(void)state;
	put_be16(frame + 12, 0x0800);
	assert_int_equal(offset_of(LINK_ETHERNET, frame, sizeof frame), 14);
	put_be16(frame + 12, 0x86dd);
	assert_int_equal(offset_of(LINK_ETHERNET, frame, sizeof frame), 14);
	put_be16(frame + 12, 0x0806); /* ARP */
	assert_int_equal(offset_of(LINK_ETHERNET, frame, sizeof frame), -1);
	put_be16(frame + 12, 46); /* a length: IEEE 802.3 */
	assert_int_equal(offset_of(LINK_ETHERNET, frame, sizeof frame), -1);
}

/* Writes `tags` tags whose first type field is at `type_at`. */
static void tag(uint8_t *frame, size_t type_at, size_t payload_at, unsigned tags)
{
	static const uint16_t tag_types[] = {0x88a8, 0x9100, 0x8100};

	for (unsigned i = 0; i < tags; i++) {
		put_be16(frame + type_at, tag_types[i % 3]);
		put_be16(frame + payload_at, 100);
		type_at = payload_at + 2;
		payload_at += 4;
	}
	put_be16(frame + type_at, 0x0800);
}

static void up_to_eight_vlan_tags_are_passed(void **state)
{
	static const struct {
		int link_type;
		size_t type_at, payload_at;
	} rows[] = {{LINK_ETHERNET, 12, 14}, {LINK_COOKED, 14, 16}, {LINK_COOKED2, 0, 20}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		for (unsigned tags = 0; tags <= 10; tags++) {
			uint8_t frame[80] = {0};
			int offset = (int)(rows[i].payload_at + 4 * tags);

			tag(frame, rows[i].type_at, rows[i].payload_at, tags);
			assert_int_equal(offset_of(rows[i].link_type, frame, sizeof frame),
					 tags <= 8 ? offset : -1);
			if (tags > 8)
				continue;
			assert_int_equal(offset_of(rows[i].link_type, frame, (size_t)offset + 1),
					 offset);
			for (int len = 0; len <= offset; len++)
				assert_int_equal(offset_of(rows[i].link_type, frame, (size_t)len),
						 -1);
		}
	}
}

static void loopback_families_are_read_in_both_byte_orders(void **state)
{
	static const uint8_t families[] = {2, 24, 28, 30};

	(void)state;
	for (size_t i = 0; i < sizeof families; i++) {
		uint8_t big[24] = {0, 0, 0, families[i]};
		uint8_t little[24] = {families[i], 0, 0, 0};
		uint8_t neither[24] = {families[i], 0, 0, families[i]};

		assert_int_equal(offset_of(LINK_NULL, big, sizeof big), 4);
		assert_int_equal(offset_of(LINK_NULL, little, sizeof little), 4);
		assert_int_equal(offset_of(LINK_LOOP, big, sizeof big), 4);
		assert_int_equal(offset_of(LINK_LOOP, little, sizeof little), 4);
		assert_int_equal(offset_of(LINK_NULL, neither, sizeof neither), -1);
	}
	assert_int_equal(offset_of(LINK_NULL, (const uint8_t[24]){7}, 24), -1);
	assert_int_equal(offset_of(LINK_NULL, (const uint8_t[4]){2}, 4), -1);
}

static void random_frames_have_an_answer(void **state)
{
	struct random r = random_seeded(40, 0);
	uint8_t frame[70];

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		int type = link_types[i % LINK_TYPES];
		size_t len = (size_t)random_below(&r, sizeof frame + 1);

		random_bytes(&r, frame, len);
		for (size_t at = 0; at + 1 < len; at += 2) {
			if (random_chance(&r, 800000))
				put_be16(frame + at, 0x8100);
		}
		assert_in_range(offset_of(type, frame, len) + 1, 0, len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_link_type_is_known),
		cmocka_unit_test(an_unknown_link_type_holds_nothing),
		cmocka_unit_test(raw_frames_are_datagrams),
		cmocka_unit_test(ethernet_says_what_it_carries),
		cmocka_unit_test(up_to_eight_vlan_tags_are_passed),
		cmocka_unit_test(loopback_families_are_read_in_both_byte_orders),
		cmocka_unit_test(random_frames_have_an_answer),
	};

	return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
