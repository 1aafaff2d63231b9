/* Super-packets are cut into the segments that were on the wire. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "live/cutter.h"
#include "record/memory.h"
#include "wire/packet.h"

enum { MAX = 70000 };

static uint8_t merged[MAX];
static uint8_t octets[MAX];
static struct cutter cutter;

static struct packet segment(uint8_t version, uint32_t len, uint16_t flags)
{
	struct packet p = {
		.src = {{10, 0, 0, 1}, version},
		.dst = {{10, 0, 0, 2}, version},
		.kind = PACKET_TCP,
		.ttl = 64,
		.dont_fragment = version == 4,
		.id = 0xfffe,
		.tcp = {.src_port = 80,
			.dst_port = 40000,
			.seq = {0xfffffff0},
			.ack = {7},
			.flags = flags,
			.wnd = 500,
			.len = len},
	};

	if (version == 6)
		p.id = 0;
	assert_true(options_put_timestamps(&p.tcp.options, 1, 2));
	return p;
}

static size_t merge(const struct packet *p)
{
	for (size_t i = 0; i < sizeof octets; i++)
		octets[i] = (uint8_t)(i * 7 + i / 251);
	return packet_emit(p, octets, merged, sizeof merged);
}

/* Reads the next one, right to the last checksum. */
static bool next(struct packet *out, const uint8_t **text, size_t *text_len)
{
	const uint8_t *bytes;
	size_t len;

	if (!cutter_next(&cutter, &bytes, &len))
		return false;
	assert_int_equal(packet_parse(out, bytes, len, len, PACKET_VERIFY, text, text_len),
			 PACKET_OK);
	return true;
}

static void pieces_are(uint8_t version)
{
	struct packet whole = segment(version, 3500, ACK | PSH | FIN | CWR | ECE);
	size_t len = merge(&whole);
	size_t text_len;
	const uint8_t *text;
	struct packet p;
	uint32_t at = 0;

	cutter_begin(&cutter, merged, len, 1000, true);
	for (unsigned i = 0; i < 4; i++) {
		assert_true(next(&p, &text, &text_len));
		assert_int_equal(p.tcp.seq.v, (uint32_t)(0xfffffff0 + at));
		assert_int_equal(text_len, i < 3 ? 1000 : 500);
		assert_memory_equal(text, octets + at, text_len);
		assert_int_equal(p.tcp.flags,
				 ACK | ECE | (i == 0 ? CWR : 0) | (i == 3 ? FIN | PSH : 0));
		assert_int_equal(p.id, version == 4 ? (uint16_t)(0xfffe + i) : 0);
		assert_int_equal(p.tcp.options.ts_ecr, 2);
		assert_int_equal(p.tcp.ack.v, 7);
		assert_int_equal(p.tcp.wnd, 500);
		at += (uint32_t)text_len;
	}
	assert_false(next(&p, &text, &text_len));
}

static void each_piece_has_its_number_and_what_belongs_to_first_and_last(void **state)
{
	(void)state;
	pieces_are(4);
	pieces_are(6);
}

static void the_largest_is_cut_too(void **state)
{
	/* More than an IP header can say: its length there is 0. */
	struct packet whole = segment(6, 66000, ACK);
	size_t len = merge(&whole);
	unsigned count = 0;
	uint32_t sum = 0;
	const uint8_t *text;
	size_t text_len;
	struct packet p;

	(void)state;
	cutter_begin(&cutter, merged, len, 1440, true);
	while (next(&p, &text, &text_len)) {
		count++;
		sum += (uint32_t)text_len;
	}
	assert_int_equal(count, 46);
	assert_int_equal(sum, 66000);
}

static void a_sum_that_was_never_computed_is_computed(void **state)
{
	struct packet whole = segment(4, 100, ACK);
	size_t len = merge(&whole);
	const uint8_t *text;
	size_t text_len;
	struct packet p;

	(void)state;
	merged[20 + 16] ^= 0x55;
	cutter_begin(&cutter, merged, len, 0, true);
	assert_true(next(&p, &text, &text_len));
	assert_int_equal(text_len, 100);
	assert_false(next(&p, &text, &text_len));
}

static void a_sum_that_is_wrong_stays_wrong(void **state)
{
	struct packet whole = segment(4, 100, ACK);
	size_t len = merge(&whole);
	const uint8_t *bytes;
	const uint8_t *text;
	size_t text_len;
	struct packet p;

	(void)state;
	merged[20 + 16] ^= 0x55;
	cutter_begin(&cutter, merged, len, 0, false);
	assert_true(cutter_next(&cutter, &bytes, &len));
	assert_int_equal(packet_parse(&p, bytes, len, len, PACKET_VERIFY, &text, &text_len),
			 PACKET_BAD_TCP_CHECKSUM);
}

static void padding_is_no_text(void **state)
{
	struct packet whole = segment(4, 2, ACK);
	size_t len = merge(&whole);
	const uint8_t *bytes;
	size_t cut;

	(void)state;
	cutter_begin(&cutter, merged, len + 6, 0, true);
	assert_true(cutter_next(&cutter, &bytes, &cut));
	assert_int_equal(cut, len);
}

/* Whatever it is: it is left whole, and nothing beyond it is read. */
static void what_is_no_tcp_is_left_whole(void **state)
{
	const uint8_t *out;
	size_t len;

	(void)state;
	for (unsigned first = 0; first < 256; first++) {
		for (size_t size = 1; size < 64; size++) {
			uint8_t *bytes = memory_get(size);

			for (size_t i = 0; i < size; i++)
				bytes[i] = i == 6 || i == 9 ? PROTOCOL_TCP : (uint8_t)first;
			cutter_begin(&cutter, bytes, size, 10, true);
			while (cutter_next(&cutter, &out, &len))
				assert_true(len > 0 && len <= size);
			free(bytes);
		}
	}
	cutter_begin(&cutter, NULL, 0, 10, true);
	assert_false(cutter_next(&cutter, &out, &len));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_piece_has_its_number_and_what_belongs_to_first_and_last),
		cmocka_unit_test(the_largest_is_cut_too),
		cmocka_unit_test(a_sum_that_was_never_computed_is_computed),
		cmocka_unit_test(a_sum_that_is_wrong_stays_wrong),
		cmocka_unit_test(padding_is_no_text),
		cmocka_unit_test(what_is_no_tcp_is_left_whole),
	};

	return cmocka_run_group_tests_name("cutter", tests, NULL, NULL);
}
