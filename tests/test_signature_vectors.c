/* The arithmetic of signatures: the vectors of RFC 9235, segments that a Linux
 * kernel signed, and RFC 2385 §2.0 written out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <nettle/md5.h>

#include "tests/vectors_linux.h"
#include "tests/vectors_rfc9235.h"
#include "wire/packet.h"

static size_t from_hex(const char *hex, uint8_t *out)
{
	size_t len = strlen(hex) / 2;

	for (size_t i = 0; i < len; i++) {
		const char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};

		out[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return len;
}

static void vectors_of_rfc_9235_come_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		const struct vector *v = &vectors[i];
		struct signing_key key = {.algorithm = (uint8_t)v->algorithm,
					  .secret = "testvector",
					  .secret_len = 10,
					  .text_only = v->text_only};
		uint8_t bytes[200];
		uint8_t wanted[TRAFFIC_KEY_MAX];
		uint8_t traffic[TRAFFIC_KEY_MAX];
		uint8_t mac[12];
		size_t len = from_hex(v->datagram, bytes);
		struct packet packet;
		const uint8_t *text;
		size_t text_len;
		unsigned at;

		/* The checksums of its datagrams are not of these octets. */
		assert_int_equal(packet_parse(&packet, bytes, len, len, 0, &text, &text_len),
				 PACKET_OK);
		assert_int_equal(
			traffic_key(&key, &packet, seq_of(v->src_isn), seq_of(v->dst_isn), traffic),
			from_hex(v->traffic_key, wanted));
		if (memcmp(traffic, wanted, strlen(v->traffic_key) / 2) != 0)
			fail_msg("the traffic key of RFC 9235 §%s differs", v->section);
		mac_of_segment(&key, traffic, 0, &packet, text, mac);
		at = options_find(&packet.tcp.options, OPTION_AO);
		if (memcmp(mac, packet.tcp.options.bytes + at + 4, sizeof mac) != 0)
			fail_msg("the MAC of RFC 9235 §%s differs", v->section);
	}
}

/* RFC 2385 §2.0, its four parts written out by hand. */
static void md5_covers_pseudo_header_header_text_and_key(void **state)
{
	static const uint8_t covered[] = {
		10,   0,    0,    1,    10,  0,   0,   2,   0, 6, 0, 45, /* pseudo-header */
		0x0f, 0xa0, 0,    80,   0,   0,   0,   101, 0, 0, 1, 45, /* ports, SEQ, ACK */
		0xa0, 0x18, 0x02, 0x00, 0,   0,   0,   0,                /* …, checksum 0 */
		'h',  'e',  'l',  'l',  'o', 'k', 'e', 'y',
	};
	struct signing_key key = {.secret = "key", .secret_len = 3};
	struct packet packet = {.src = {{10, 0, 0, 1}, 4},
				.dst = {{10, 0, 0, 2}, 4},
				.tcp = {.src_port = 4000,
					.dst_port = 80,
					.seq = {101},
					.ack = {301},
					.flags = PSH | ACK,
					.wnd = 512,
					.len = 5}};
	const uint8_t blank[16] = {0};
	uint8_t wanted[16];
	uint8_t digest[16];
	struct md5_ctx md5;

	(void)state;
	options_put_nop(&packet.tcp.options);
	options_put_nop(&packet.tcp.options);
	options_put_other(&packet.tcp.options, OPTION_MD5, blank, sizeof blank);
	md5_init(&md5);
	md5_update(&md5, sizeof covered, covered);
	md5_digest(&md5, sizeof wanted, wanted);
	md5_of_segment(&key, &packet, (const uint8_t *)"hello", digest);
	assert_memory_equal(digest, wanted, sizeof wanted);
	packet.tcp.options.bytes[5] = 1; /* what the options say is not covered … */
	md5_of_segment(&key, &packet, (const uint8_t *)"hello", digest);
	assert_memory_equal(digest, wanted, sizeof wanted);
	md5_of_segment(&key, &packet, (const uint8_t *)"hellO", digest);
	assert_memory_not_equal(digest, wanted, sizeof wanted); /* … and the text is */
}

static void digests_of_a_linux_kernel_come_out(void **state)
{
	static const struct signing_key key = {.secret = "only we two know", .secret_len = 16};

	(void)state;
	for (size_t i = 0; i < sizeof signed_by_linux / sizeof signed_by_linux[0]; i++) {
		uint8_t bytes[200];
		uint8_t digest[16];
		size_t len = from_hex(signed_by_linux[i], bytes);
		struct packet packet;
		const uint8_t *text;
		size_t text_len;
		unsigned at;

		assert_int_equal(packet_parse(&packet, bytes, len, len, 0, &text, &text_len),
				 PACKET_OK);
		md5_of_segment(&key, &packet, text, digest);
		at = options_find(&packet.tcp.options, OPTION_MD5);
		assert_memory_equal(digest, packet.tcp.options.bytes + at + 2, sizeof digest);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_of_rfc_9235_come_out),
		cmocka_unit_test(md5_covers_pseudo_header_header_text_and_key),
		cmocka_unit_test(digests_of_a_linux_kernel_come_out),
	};

	return cmocka_run_group_tests_name("signature vectors", tests, NULL, NULL);
}
