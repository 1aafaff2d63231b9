/* The ECN field of the IP header, as routers read and mark it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/random.h"
#include "tests/random_segment.h"
#include "wire/ecn.h"
#include "wire/packet.h"

static void each_codepoint_has_its_name(void **state)
{
	(void)state;
	assert_string_equal(ecn_codepoint_name(NOT_ECT), "Not-ECT");
	assert_string_equal(ecn_codepoint_name(ECT1), "ECT(1)");
	assert_string_equal(ecn_codepoint_name(ECT0), "ECT(0)");
	assert_string_equal(ecn_codepoint_name(CE), "CE");
}

/* Parsing with PACKET_VERIFY finds the checksum right, and nothing else changed. */
static void a_mark_changes_the_codepoint_and_nothing_else(void **state)
{
	struct random r = random_seeded(7, 0);
	uint8_t bytes[PACKET_HEADER_MAX];
	const uint8_t *text;
	size_t text_len;

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		struct packet before = random_packet(&r, i % 2 ? 4 : 6, 0);
		struct packet after;
		size_t len;

		len = packet_emit(&before, NULL, bytes, sizeof bytes);
		assert_int_equal(ecn_of_datagram(bytes), before.traffic_class & ECN_MASK);
		ecn_mark_datagram(bytes);
		assert_int_equal(ecn_of_datagram(bytes), CE);
		assert_int_equal(
			packet_parse(&after, bytes, len, len, PACKET_VERIFY, &text, &text_len),
			PACKET_OK);
		assert_int_equal(after.traffic_class, before.traffic_class | CE);
		after.traffic_class = before.traffic_class;
		packet_emit(&after, NULL, bytes, sizeof bytes);
		assert_int_equal(ecn_of_datagram(bytes), before.traffic_class & ECN_MASK);
		assert_int_equal(after.flow_label, before.flow_label);
		assert_int_equal(after.id, before.id);
		assert_int_equal(after.ttl, before.ttl);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_codepoint_has_its_name),
		cmocka_unit_test(a_mark_changes_the_codepoint_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
