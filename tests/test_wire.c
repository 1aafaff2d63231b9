/* Segments and datagrams: bytes to structs and back, and what becomes of
 * bytes that lie. */
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

enum { TEXT_MAX = 1460, DATAGRAM_MAX = PACKET_HEADER_MAX + TEXT_MAX };

/* IP 10.0.0.1.40000 > 10.0.0.2.80: Flags [S], seq 2950241944, win 64240,
 * options [mss 1460,sackOK,TS val 1015596150 ecr 0,nop,wscale 7], as Linux
 * sent it. */
static const uint8_t linux_syn[] = {
	0x45, 0x00, 0x00, 0x3c, 0x2d, 0xc2, 0x40, 0x00, 0x40, 0x06, 0xf8, 0xf7, 0x0a, 0x00, 0x00,
	0x01, 0x0a, 0x00, 0x00, 0x02, 0x9c, 0x40, 0x00, 0x50, 0xaf, 0xd9, 0x1e, 0x98, 0x00, 0x00,
	0x00, 0x00, 0xa0, 0x02, 0xfa, 0xf0, 0xcd, 0x0b, 0x00, 0x00, 0x02, 0x04, 0x05, 0xb4, 0x04,
	0x02, 0x08, 0x0a, 0x3c, 0x88, 0xc4, 0x76, 0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0x03, 0x07,
};

/* IP6 2001:db8::1.40000 > 2001:db8::2.80: Flags [S], seq 590777376, win
 * 64800, options [mss 1440,sackOK,TS val 2679637629 ecr 0,nop,wscale 7],
 * flow label 0x17e4d. */
static const uint8_t linux_syn_over_ipv6[] = {
	0x60, 0x01, 0x7e, 0x4d, 0x00, 0x28, 0x06, 0x40, 0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x20, 0x01, 0x0d, 0xb8,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x9c, 0x40,
	0x00, 0x50, 0x23, 0x36, 0x8c, 0x20, 0x00, 0x00, 0x00, 0x00, 0xa0, 0x02, 0xfd, 0x20,
	0xfd, 0x61, 0x00, 0x00, 0x02, 0x04, 0x05, 0xa0, 0x04, 0x02, 0x08, 0x0a, 0x9f, 0xb8,
	0x06, 0x7d, 0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0x03, 0x07,
};

/* Parses a copy on the heap at its exact size, so that a read beyond is
 * caught; where text is found, it lies inside. */
static enum packet_problem parse(struct packet *p, const uint8_t *bytes, size_t len,
				 size_t wire_len, size_t *text_len)
{
	static const struct packet blank;
	uint8_t *copy = malloc(len > 0 ? len : 1);
	const uint8_t *text;
	enum packet_problem problem;

	memcpy(copy, bytes, len);
	memset(p, 0xaa, sizeof *p);
	problem = packet_parse(p, copy, len, wire_len, PACKET_VERIFY, &text, text_len);
	assert_int_equal(text != NULL, packet_is_filled_in(problem) && p->kind == PACKET_TCP);
	if (text)
		assert_true(text >= copy && text + *text_len <= copy + len);
	else
		assert_int_equal(*text_len, 0);
	if (!packet_is_filled_in(problem))
		assert_memory_equal(p, &blank, sizeof *p);
	free(copy);
	return problem;
}

static void a_syn_of_linux_is_read(void **state)
{
	struct packet p;
	size_t text_len;

	(void)state;
	assert_int_equal(parse(&p, linux_syn, sizeof linux_syn, sizeof linux_syn, &text_len),
			 PACKET_OK);
	assert_int_equal(p.src.version, 4);
	assert_memory_equal(p.src.bytes, "\x0a\0\0\x01", 4);
	assert_memory_equal(p.dst.bytes, "\x0a\0\0\x02", 4);
	assert_int_equal(p.kind, PACKET_TCP);
	assert_int_equal(p.ttl, 64);
	assert_true(p.dont_fragment);
	assert_int_equal(p.id, 0x2dc2);
	assert_int_equal(p.tcp.src_port, 40000);
	assert_int_equal(p.tcp.dst_port, 80);
	assert_int_equal(p.tcp.seq.v, 2950241944);
	assert_int_equal(p.tcp.flags, SYN);
	assert_int_equal(p.tcp.wnd, 64240);
	assert_int_equal(p.tcp.len, 0);
	assert_int_equal(p.tcp.options.mss, 1460);
	assert_int_equal(p.tcp.options.ts_val, 1015596150);
	assert_int_equal(p.tcp.options.window_scale, 7);
}

static void a_syn_over_ipv6_is_read(void **state)
{
	struct packet p;
	size_t text_len;

	(void)state;
	assert_int_equal(parse(&p, linux_syn_over_ipv6, sizeof linux_syn_over_ipv6,
			       sizeof linux_syn_over_ipv6, &text_len),
			 PACKET_OK);
	assert_int_equal(p.src.version, 6);
	assert_int_equal(p.src.bytes[15], 1);
	assert_int_equal(p.dst.bytes[15], 2);
	assert_int_equal(p.ttl, 64);
	assert_int_equal(p.flow_label, 0x17e4d);
	assert_int_equal(p.tcp.seq.v, 590777376);
	assert_int_equal(p.tcp.options.mss, 1440);
}

static void what_linux_sent_is_written_as_linux_did(void **state)
{
	struct packet p;
	uint8_t out[DATAGRAM_MAX];
	size_t text_len;

	(void)state;
	parse(&p, linux_syn, sizeof linux_syn, sizeof linux_syn, &text_len);
	assert_int_equal(packet_emit(&p, NULL, out, sizeof out), sizeof linux_syn);
	assert_memory_equal(out, linux_syn, sizeof linux_syn);
	parse(&p, linux_syn_over_ipv6, sizeof linux_syn_over_ipv6, sizeof linux_syn_over_ipv6,
	      &text_len);
	assert_int_equal(packet_emit(&p, NULL, out, sizeof out), sizeof linux_syn_over_ipv6);
	assert_memory_equal(out, linux_syn_over_ipv6, sizeof linux_syn_over_ipv6);
}

static void what_is_written_is_read_back(void **state)
{
	struct random r = random_seeded(3, 0);
	uint8_t text[TEXT_MAX];
	uint8_t out[DATAGRAM_MAX];

	(void)state;
	random_bytes(&r, text, sizeof text);
	for (unsigned i = 0; i < 100000; i++) {
		struct packet p = random_packet(&r, i % 2 == 0 ? 4 : 6, TEXT_MAX);
		struct packet read;
		const uint8_t *text_read;
		size_t text_len;
		size_t len = packet_emit(&p, text, out, sizeof out);

		assert_int_equal(
			packet_parse(&read, out, len, len, PACKET_VERIFY, &text_read, &text_len),
			PACKET_OK);
		assert_memory_equal(&read, &p, sizeof p);
		assert_int_equal(text_len, p.tcp.len);
		assert_memory_equal(text_read, text, text_len);
	}
}

static void what_is_read_is_written_back(void **state)
{
	struct random r = random_seeded(4, 0);

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		uint8_t bytes[TCP_HEADER_MAX];
		uint8_t out[TCP_HEADER_MAX];
		struct segment seg;
		size_t header_len;
		size_t len = 20 + 4 * (size_t)random_below(&r, 11);

		random_bytes(&r, bytes, len);
		bytes[12] = (uint8_t)((len / 4) << 4 | (bytes[12] & 0xf));
		put_be16(bytes + 16, 0); /* the checksum is the datagram's matter */
		assert_int_equal(segment_parse(&seg, bytes, len, &header_len), SEGMENT_OK);
		assert_int_equal(header_len, len);
		assert_int_equal(segment_header_len(&seg), len);
		assert_int_equal(segment_emit(&seg, out), len);
		assert_memory_equal(out, bytes, len);
	}
}

static void options_are_padded_with_zeros(void **state)
{
	struct segment seg = {.flags = SYN};
	uint8_t out[TCP_HEADER_MAX];

	(void)state;
	memset(out, 0xaa, sizeof out);
	options_put_window_scale(&seg.options, 7);
	assert_int_equal(segment_emit(&seg, out), 24); /* MUST-69 */
	assert_int_equal(out[12] >> 4, 6);
	assert_memory_equal(out + 20, "\x03\x03\x07\0", 4);
	assert_int_equal(out[24], 0xaa);
}

static void syn_and_fin_take_a_sequence_number_each(void **state)
{
	struct segment seg = {.seq = {0xffffffff}, .len = 10, .flags = SYN | FIN};

	(void)state;
	assert_int_equal(segment_len(&seg), 12);
	assert_int_equal(segment_end(&seg).v, 11);
	seg.flags = ACK | RST | URG | PSH;
	assert_int_equal(segment_len(&seg), 10);
}

static void a_cut_capture_gives_its_headers(void **state)
{
	struct random r = random_seeded(5, 0);
	uint8_t text[200] = {0};
	uint8_t out[DATAGRAM_MAX];

	(void)state;
	for (uint8_t version = 4; version <= 6; version += 2) {
		struct packet p = random_packet(&r, version, 0);
		size_t header_len;
		size_t len;

		p.tcp.len = sizeof text;
		len = packet_emit(&p, text, out, sizeof out);
		header_len = len - sizeof text;
		for (size_t at_hand = 0; at_hand <= len; at_hand++) {
			struct packet read;
			size_t text_len;
			enum packet_problem problem = parse(&read, out, at_hand, len, &text_len);

			if (at_hand < header_len) {
				assert_int_equal(problem, PACKET_SHORT);
				continue;
			}
			assert_int_equal(problem, PACKET_OK);
			assert_memory_equal(&read, &p, sizeof p);
			assert_int_equal(text_len, at_hand - header_len);
		}
	}
}

static void a_datagram_that_was_sent_short_is_refused(void **state)
{
	struct random r = random_seeded(6, 0);
	uint8_t text[100] = {0};
	uint8_t out[DATAGRAM_MAX];

	(void)state;
	for (uint8_t version = 4; version <= 6; version += 2) {
		struct packet p = random_packet(&r, version, sizeof text);
		size_t len = packet_emit(&p, text, out, sizeof out);

		for (size_t cut = 0; cut < len; cut++) {
			struct packet read;
			size_t text_len;
			size_t ip_len = version == 4 ? 20 : 40;

			assert_int_equal(parse(&read, out, cut, cut, &text_len),
					 cut < ip_len ? PACKET_SHORT : PACKET_BAD_IP_HEADER);
		}
	}
}

/* Each header byte takes each value: IHL, lengths, data offset, all of them.
 * In IPv4 a checksum covers every bit, so none but the right value passes. */
static void no_header_byte_can_lie_unnoticed(void **state)
{
	uint8_t bytes[sizeof linux_syn];

	(void)state;
	memcpy(bytes, linux_syn, sizeof bytes);
	for (size_t at = 0; at < sizeof bytes; at++) {
		for (unsigned value = 0; value < 256; value++) {
			struct packet p;
			size_t text_len;

			bytes[at] = (uint8_t)value;
			assert_int_equal(parse(&p, bytes, sizeof bytes, sizeof bytes, &text_len) ==
						 PACKET_OK,
					 value == linux_syn[at]);
		}
		bytes[at] = linux_syn[at];
	}
}

static void in_ipv6_only_what_routers_change_is_uncovered(void **state)
{
	uint8_t bytes[sizeof linux_syn_over_ipv6];

	(void)state;
	memcpy(bytes, linux_syn_over_ipv6, sizeof bytes);
	for (size_t at = 0; at < sizeof bytes; at++) {
		bool uncovered = (at > 0 && at < 4) || at == 7; /* class, label, hop limit */

		for (unsigned value = 0; value < 256; value++) {
			bool as_was = value == linux_syn_over_ipv6[at];
			struct packet p;
			size_t text_len;
			enum packet_problem problem;

			bytes[at] = (uint8_t)value;
			problem = parse(&p, bytes, sizeof bytes, sizeof bytes, &text_len);
			if (at == 0) /* half of it is the class */
				as_was = value >> 4 == 6;
			/* No length at all is the card's business. */
			if (at == 5 && value == 0)
				as_was = true;
			assert_int_equal(problem == PACKET_OK, uncovered || as_was);
		}
		bytes[at] = linux_syn_over_ipv6[at];
	}
}

static enum packet_problem problem_of(const uint8_t *bytes, size_t len)
{
	struct packet p;
	size_t text_len;

	return parse(&p, bytes, len, len, &text_len);
}

static void each_lie_has_its_name(void **state)
{
	static const struct {
		uint8_t at, value;
		enum packet_problem problem;
	} lies[] = {
		{0, 0x05, PACKET_BAD_VERSION},     {0, 0x55, PACKET_BAD_VERSION},
		{0, 0x44, PACKET_BAD_IP_HEADER},   {3, 19, PACKET_BAD_IP_HEADER},
		{3, 61, PACKET_BAD_IP_HEADER},     {2, 0xff, PACKET_BAD_IP_HEADER},
		{4, 0, PACKET_BAD_IP_CHECKSUM},    {10, 0, PACKET_BAD_IP_CHECKSUM},
		{6, 0x20, PACKET_FRAGMENT},        {7, 1, PACKET_FRAGMENT},
		{9, 17, PACKET_NOT_TCP},           {9, 58, PACKET_NOT_TCP},
		{32, 0x42, PACKET_BAD_TCP_HEADER}, {32, 0xb2, PACKET_BAD_TCP_HEADER},
		{36, 0, PACKET_BAD_TCP_CHECKSUM},  {59, 8, PACKET_BAD_TCP_CHECKSUM},
	};

	(void)state;
	for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
		uint8_t bytes[sizeof linux_syn];

		memcpy(bytes, linux_syn, sizeof bytes);
		bytes[lies[i].at] = lies[i].value;
		assert_int_equal(problem_of(bytes, sizeof bytes), lies[i].problem);
	}
}

static void a_wrong_checksum_does_not_hide_the_packet(void **state)
{
	uint8_t bytes[sizeof linux_syn];
	struct packet p;
	size_t text_len;

	(void)state;
	memcpy(bytes, linux_syn, sizeof bytes);
	bytes[36] ^= 1; /* TCP's */
	assert_int_equal(parse(&p, bytes, sizeof bytes, sizeof bytes, &text_len),
			 PACKET_BAD_TCP_CHECKSUM);
	assert_int_equal(p.tcp.seq.v, 2950241944);
	bytes[10] ^= 1; /* IP's as well */
	assert_int_equal(parse(&p, bytes, sizeof bytes, sizeof bytes, &text_len),
			 PACKET_BAD_IP_CHECKSUM);
	assert_int_equal(p.tcp.seq.v, 2950241944);
}

static void checksums_are_checked_only_when_asked_for(void **state)
{
	uint8_t bytes[sizeof linux_syn];
	struct packet p;
	const uint8_t *text;
	size_t text_len;

	(void)state;
	memcpy(bytes, linux_syn, sizeof bytes);
	bytes[10] ^= 1;
	bytes[36] ^= 1;
	assert_int_equal(packet_parse(&p, bytes, sizeof bytes, sizeof bytes, 0, &text, &text_len),
			 PACKET_OK);
}

static void the_urgent_pointer_moves_no_text(void **state)
{
	static const uint32_t lens[] = {0, 1, TEXT_MAX};
	struct random r = random_seeded(7, 0);
	struct packet p = random_packet(&r, 4, 0);
	uint8_t text[TEXT_MAX];
	uint8_t out[DATAGRAM_MAX];

	(void)state;
	random_bytes(&r, text, sizeof text);
	p.tcp.flags = URG | ACK;
	for (uint32_t up = 0; up <= UINT16_MAX; up++) {
		struct packet read;
		const uint8_t *text_read;
		size_t text_len;
		size_t len;

		p.tcp.up = (uint16_t)up;
		p.tcp.len = lens[up % 3];
		len = packet_emit(&p, text, out, sizeof out);
		assert_int_equal(packet_parse(&read, out, len, len, 0, &text_read, &text_len),
				 PACKET_OK);
		assert_int_equal(read.tcp.up, up);
		assert_int_equal(text_len, p.tcp.len);
		assert_ptr_equal(text_read, out + len - p.tcp.len);
	}
}

static void what_does_not_fit_is_not_begun(void **state)
{
	struct random r = random_seeded(8, 0);

	(void)state;
	for (uint8_t version = 4; version <= 6; version += 2) {
		struct packet p = random_packet(&r, version, 0);
		uint8_t out[DATAGRAM_MAX];
		uint8_t text[10] = {0};
		size_t len;

		p.tcp.len = sizeof text;
		len = packet_emit(&p, text, out, sizeof out);
		memset(out, 0xaa, sizeof out);
		for (size_t size = 0; size < len; size++)
			assert_int_equal(packet_emit(&p, text, out, size), 0);
		assert_int_equal(out[0], 0xaa);
		assert_int_equal(packet_emit(&p, text, out, len), len);
		assert_int_equal(out[len], 0xaa);
	}
}

static void every_problem_has_words(void **state)
{
	(void)state;
	for (int problem = PACKET_OK; problem <= PACKET_BAD_ICMP_CHECKSUM; problem++) {
		for (int other = PACKET_OK; other < problem; other++)
			assert_string_not_equal(packet_problem_text(problem),
						packet_problem_text(other));
	}
}

/* Each option that is whole is taken, and the length on the wire is known all the same. */
static void a_header_whose_options_are_cut_off_keeps_those_that_are_whole(void **state)
{
	struct packet p = {.src = {.version = 4, .bytes = {10, 0, 0, 1}},
			   .dst = {.version = 4, .bytes = {10, 0, 0, 2}},
			   .ttl = 64,
			   .tcp = {.flags = SYN, .wnd = 500, .len = 7}};
	uint8_t text[7] = {0};
	uint8_t out[100];
	size_t len;

	(void)state;
	options_put_mss(&p.tcp.options, 1460);
	options_put_timestamps(&p.tcp.options, 70, 80);
	options_put_window_scale(&p.tcp.options, 7);
	len = packet_emit(&p, text, out, sizeof out);
	assert_int_equal(len, 20 + 20 + 20 + 7);
	for (size_t kept = 40; kept < 60; kept++) {
		const uint8_t *at;
		size_t at_hand;
		struct packet read;
		uint16_t has = (kept >= 44 ? HAS_MSS : 0) | (kept >= 54 ? HAS_TIMESTAMPS : 0) |
			       (kept >= 57 ? HAS_WINDOW_SCALE : 0);

		if (kept >= 58)
			has |= HAS_END; /* the padding */
		assert_int_equal(packet_parse(&read, out, kept, len, 0, &at, &at_hand),
				 PACKET_SHORT);
		assert_int_equal(
			packet_parse(&read, out, kept, len, PACKET_TAKE_CUT, &at, &at_hand),
			PACKET_OPTIONS_CUT);
		assert_null(at);
		assert_int_equal(read.tcp.options.has, has);
		assert_int_equal(read.tcp.len, 7);
		assert_int_equal(read.tcp.wnd, 500);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_syn_of_linux_is_read),
		cmocka_unit_test(a_syn_over_ipv6_is_read),
		cmocka_unit_test(what_linux_sent_is_written_as_linux_did),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(what_is_read_is_written_back),
		cmocka_unit_test(options_are_padded_with_zeros),
		cmocka_unit_test(syn_and_fin_take_a_sequence_number_each),
		cmocka_unit_test(a_cut_capture_gives_its_headers),
		cmocka_unit_test(a_datagram_that_was_sent_short_is_refused),
		cmocka_unit_test(no_header_byte_can_lie_unnoticed),
		cmocka_unit_test(in_ipv6_only_what_routers_change_is_uncovered),
		cmocka_unit_test(each_lie_has_its_name),
		cmocka_unit_test(a_wrong_checksum_does_not_hide_the_packet),
		cmocka_unit_test(checksums_are_checked_only_when_asked_for),
		cmocka_unit_test(the_urgent_pointer_moves_no_text),
		cmocka_unit_test(what_does_not_fit_is_not_begun),
		cmocka_unit_test(every_problem_has_words),
		cmocka_unit_test(a_header_whose_options_are_cut_off_keeps_those_that_are_whole),
	};

	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
