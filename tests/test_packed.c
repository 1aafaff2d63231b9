/* The packets of a recording: kept packed, and linked to each other and to events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "record/carried.h"
#include "tests/random_segment.h"
#include "tests/recorder.h"
static struct packet any_packet(struct random *random)
{
	uint8_t version = random_chance(random, 300000) ? 6 : 4;

	if (random_chance(random, 100000))
		return random_icmp_error(random, version);

	struct packet packet = random_packet(random, version, 70000);

	if (random_chance(random, 700000)) { /* mostly the same two ends */
		packet.src = packet.dst = run_endpoint(A, 0).address;
		packet.tcp.src_port = packet.tcp.dst_port = 80;
	}
	return packet;
}

static void packets_come_out_as_they_went_in(void **state)
{
	enum { PACKETS = 3000 };
	static struct packet_record in[PACKETS];
	struct random random = random_seeded(1, 2);
	struct run run = run_begin();

	(void)state;
	for (uint32_t i = 0; i < PACKETS; i++) {
		struct event event = run_event((int)i, A, EVENT_SEND);

		in[i] = run_packet(&run, (uint8_t)random_below(&random, 2), 0, 0, 0);
		in[i].packet = any_packet(&random);
		in[i].offset = (int64_t)random_next(&random) >> 8;
		in[i].captured = random_chance(&random, 500000);
		if (random_chance(&random, 100000))
			in[i].conn = EVENT_NONE;
		assert_int_equal(recording_add_packet(run.r, &in[i], &event), i);
	}
	for (uint32_t i = 0; i < PACKETS; i++) {
		struct packet_record out = run_packet_at(&run, i);

		assert_memory_equal(&out.packet.src, &in[i].packet.src, sizeof out.packet.src);
		assert_memory_equal(&out.packet.dst, &in[i].packet.dst, sizeof out.packet.dst);
		assert_memory_equal(&out.packet.tcp, &in[i].packet.tcp, sizeof out.packet.tcp);
		assert_memory_equal(&out.packet.icmp, &in[i].packet.icmp, sizeof out.packet.icmp);
		assert_int_equal(out.packet.kind, in[i].packet.kind);
		assert_int_equal(out.packet.traffic_class, in[i].packet.traffic_class);
		assert_int_equal(out.packet.ttl, in[i].packet.ttl);
		assert_int_equal(out.packet.dont_fragment, in[i].packet.dont_fragment);
		assert_int_equal(out.packet.id, in[i].packet.id);
		assert_int_equal(out.packet.flow_label, in[i].packet.flow_label);
		assert_int_equal(out.packet.ip_options_len, in[i].packet.ip_options_len);
		assert_memory_equal(out.packet.ip_options, in[i].packet.ip_options, IP_OPTIONS_MAX);
		assert_memory_equal(out.packet.via, in[i].packet.via, sizeof out.packet.via);
		assert_int_equal(out.offset, in[i].offset);
		assert_int_equal(out.captured, in[i].captured);
		assert_int_equal(out.conn, in[i].conn);
		assert_int_equal(out.host, in[i].host);
		assert_int_equal(out.sent, i);
		assert_int_equal(out.arrived, EVENT_NONE);
		assert_int_equal(out.ended, EVENT_NONE);
		assert_int_equal(out.copy_of, EVENT_NONE);
	}
	recording_free(run.r);
}

static void what_is_sent_again_names_its_first_packet(void **state)
{
	struct run run = run_begin();

	(void)state;

	uint32_t syn = run_send(&run, 0, A, UINT32_MAX - 500, 0, SYN);
	uint32_t syn_again = run_send(&run, 1, A, UINT32_MAX - 500, 0, SYN);
	uint32_t first = run_send(&run, 2, A, UINT32_MAX - 499, 1000, ACK); /* wraps */
	uint32_t second = run_send(&run, 3, A, 500, 1000, ACK);
	uint32_t ack = run_send(&run, 4, A, 1500, 0, ACK);
	uint32_t fin = run_send(&run, 5, A, 1500, 0, FIN | ACK);
	uint32_t first_again = run_send(&run, 6, A, UINT32_MAX - 499, 1000, ACK);
	uint32_t both_again = run_send(&run, 7, A, UINT32_MAX - 499, 2000, ACK);
	uint32_t part_again = run_send(&run, 8, A, 600, 10, ACK);
	uint32_t fin_again = run_send(&run, 9, A, 1500, 0, FIN | ACK);
	uint32_t old_ack = run_send(&run, 10, A, 500, 0, ACK);
	uint32_t peers = run_send(&run, 11, B, 500, 1000, ACK);

	assert_int_equal(run_packet_at(&run, syn).again_of, EVENT_NONE);
	assert_int_equal(run_packet_at(&run, syn_again).again_of, syn);
	assert_int_equal(run_packet_at(&run, first).again_of, EVENT_NONE);
	assert_int_equal(run_packet_at(&run, second).again_of, EVENT_NONE);
	assert_int_equal(run_packet_at(&run, ack).again_of, EVENT_NONE);
	assert_int_equal(run_packet_at(&run, fin).again_of, EVENT_NONE);
	assert_int_equal(run_packet_at(&run, first_again).again_of, first);
	assert_int_equal(run_packet_at(&run, both_again).again_of, first);
	assert_int_equal(run_packet_at(&run, part_again).again_of, second);
	assert_int_equal(run_packet_at(&run, fin_again).again_of, fin);
	assert_int_equal(run_packet_at(&run, old_ack).again_of, EVENT_NONE);
	assert_int_equal(run_packet_at(&run, peers).again_of, EVENT_NONE);
	recording_free(run.r);
}

static void a_copy_that_a_link_makes_is_not_sent_again(void **state)
{
	struct run run = run_begin();

	(void)state;
	run_add(&run, 0, A, EVENT_CALL);

	uint32_t packet = run_send(&run, 0, A, 100, 10, ACK);
	struct packet_record copy = run_packet_at(&run, packet);
	struct event event = run_event(7, A, EVENT_DUPLICATED);

	copy.copy_of = packet;

	uint32_t made = recording_add_packet(run.r, &copy, &event);

	copy = run_packet_at(&run, made);
	assert_int_equal(copy.copy_of, packet);
	assert_int_equal(copy.again_of, EVENT_NONE);
	assert_int_equal(recording_event(run.r, copy.sent).kind, EVENT_DUPLICATED);
	assert_int_equal(recording_event(run.r, copy.sent).packet, made);
	assert_int_equal(run_cause(&run, copy.sent), run_packet_at(&run, packet).sent);
	assert_int_equal(run_turn(&run, copy.sent), 1);

	/* Nor does it overtake what it is a copy of. */
	run_add_about(&run, 50, B, EVENT_ARRIVE, made);
	run_add_about(&run, 51, B, EVENT_ARRIVE, packet);
	assert_false(run_packet_at(&run, packet).overtaken);
	recording_free(run.r);
}

static void a_packet_that_a_later_one_passed_is_overtaken(void **state)
{
	struct run run = run_begin();
	uint32_t p[4];

	(void)state;
	for (uint32_t i = 0; i < 4; i++)
		p[i] = run_send(&run, (int)i, A, 100 + 10 * i, 10, ACK);

	uint32_t other = run_send(&run, 4, B, 900, 10, ACK);

	run_add_about(&run, 10, A, EVENT_ARRIVE, other);
	run_add_about(&run, 10, B, EVENT_ARRIVE, p[0]);

	uint32_t arrives = run_add_about(&run, 10, B, EVENT_ARRIVE, p[3]);

	run_add_about(&run, 11, B, EVENT_ARRIVE, p[1]);
	assert_false(run_packet_at(&run, p[2]).overtaken);
	run_add_about(&run, 11, B, EVENT_ARRIVE, p[2]);
	assert_false(run_packet_at(&run, p[0]).overtaken);
	assert_true(run_packet_at(&run, p[1]).overtaken);
	assert_true(run_packet_at(&run, p[2]).overtaken);
	assert_false(run_packet_at(&run, p[3]).overtaken);
	assert_false(run_packet_at(&run, other).overtaken);
	run_add_about(&run, 12, B, EVENT_ARRIVE, p[3]);
	assert_int_equal(run_packet_at(&run, p[3]).arrived, arrives);
	recording_free(run.r);
}

/* carried.c against a table with an entry for each octet. */
static void ranges_agree_with_a_table_of_octets(void **state)
{
	enum { SPACE = 4000, ROUNDS = 20, PACKETS = 3000 };
	static uint32_t table[SPACE];
	struct random random = random_seeded(5, 5);

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		uint32_t base = (uint32_t)random_next(&random);
		uint32_t spread = (uint32_t)(1 + random_below(&random, SPACE - 60));
		struct carried carried = {0};

		memset(table, 0xff, sizeof table);
		for (uint32_t packet = 0; packet < PACKETS; packet++) {
			uint32_t from = (uint32_t)random_below(&random, spread);
			uint32_t len = (uint32_t)random_below(&random, 50);
			struct segment seg = {.seq = seq_of(base + from), .len = len};
			uint32_t expected = UINT32_MAX;

			for (uint32_t i = from; i < from + len; i++) {
				if (expected == UINT32_MAX)
					expected = table[i];
				if (table[i] == UINT32_MAX)
					table[i] = packet;
			}
			assert_int_equal(carried_add(&carried, &seg, packet), expected);
		}
		carried_free(&carried);
	}
}

static void a_new_syn_begins_the_numbers_anew(void **state)
{
	struct carried carried = {0};
	struct segment syn = {.seq = seq_of(1000), .flags = SYN};
	struct segment text = {.seq = seq_of(1001), .len = 10};
	struct segment another = {.seq = seq_of(1005), .flags = SYN};

	(void)state;
	assert_int_equal(carried_add(&carried, &syn, 0), UINT32_MAX);
	assert_int_equal(carried_add(&carried, &text, 1), UINT32_MAX);
	assert_int_equal(carried_add(&carried, &another, 2), UINT32_MAX);
	assert_int_equal(carried_add(&carried, &another, 3), 2);
	carried_free(&carried);
}

/* A capture can hold what no TCP sends. The work must stay bounded. */
static void a_million_segments_in_reverse_are_no_burden(void **state)
{
	enum { PACKETS = 1000000 };
	struct carried carried = {0};

	(void)state;
	for (uint32_t i = 0; i < PACKETS; i++) {
		struct segment seg = {.seq = seq_of(3 * (PACKETS - i)), .len = 1};

		assert_int_equal(carried_add(&carried, &seg, i), UINT32_MAX);
	}
	for (uint32_t i = 0; i < 1000; i++) {
		struct segment seg = {.seq = seq_of(3 * (PACKETS - i) - 2), .len = 60000};

		assert_in_range(carried_add(&carried, &seg, PACKETS + i), 0, PACKETS + i);
	}
	carried_free(&carried);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_come_out_as_they_went_in),
		cmocka_unit_test(what_is_sent_again_names_its_first_packet),
		cmocka_unit_test(a_copy_that_a_link_makes_is_not_sent_again),
		cmocka_unit_test(a_packet_that_a_later_one_passed_is_overtaken),
		cmocka_unit_test(ranges_agree_with_a_table_of_octets),
		cmocka_unit_test(a_new_syn_begins_the_numbers_anew),
		cmocka_unit_test(a_million_segments_in_reverse_are_no_burden),
	};

	return cmocka_run_group_tests_name("packed", tests, NULL, NULL);
}
