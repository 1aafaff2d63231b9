/* Segments that lie about themselves: lengths, options, urgent pointers, text in
 * crumbs or twice with other octets, FINs that wander. Each test names its
 * class of attack. */
#include "tests/dialogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "wire/packet.h"

/* ---- 1: lengths that lie (Ripple20, AMNESIA:33) ---- */

static size_t whole_packet(uint8_t version, uint8_t *out, size_t size)
{
	static const uint8_t text[20];
	struct packet p = {.kind = PACKET_TCP, .ttl = 64};

	p.src = (struct address){.bytes = {10, 0, 0, 1}, .version = version};
	p.dst = (struct address){.bytes = {10, 0, 0, 2}, .version = version};
	p.tcp = (struct segment){.flags = ACK, .wnd = 1000, .len = sizeof text};
	options_put_timestamps(&p.tcp.options, 1, 2);
	return packet_emit(&p, text, out, size);
}

/* In memory that ends where the packet ends: one octet more would be noticed. */
static void parse_exactly(const uint8_t *bytes, size_t len, size_t said)
{
	uint8_t *exact = malloc(len > 0 ? len : 1);
	struct packet p;
	const uint8_t *text = NULL;
	size_t text_len = 0;
	enum packet_problem problem;

	memcpy(exact, bytes, len);
	problem = packet_parse(&p, exact, len, said, 0, &text, &text_len);
	assert_non_null(packet_problem_text(problem));
	if (problem == PACKET_OK && text_len > 0) {
		assert_true(text >= exact && text + text_len <= exact + len);
		assert_true(text_len <= p.tcp.len);
	}
	free(exact);
}

static void class_1_no_length_field_makes_us_read_beyond_the_packet(void **state)
{
	static const uint8_t versions[] = {4, 6};

	(void)state;
	for (unsigned v = 0; v < 2; v++) {
		uint8_t bytes[200];
		size_t len = whole_packet(versions[v], bytes, sizeof bytes);
		unsigned doff = versions[v] == 4 ? 20 + 12 : 40 + 12;

		for (size_t cut = 0; cut <= len; cut++) {
			parse_exactly(bytes, cut, cut);
			parse_exactly(bytes, cut, len);
		}
		for (unsigned high = 0; high < 256; high++) {
			uint8_t lie[200];

			memcpy(lie, bytes, len);
			lie[doff] = (uint8_t)high; /* data offset */
			parse_exactly(lie, len, len);
			memcpy(lie, bytes, len);
			lie[0] = (uint8_t)high; /* version and IHL */
			parse_exactly(lie, len, len);
			memcpy(lie, bytes, len);
			lie[versions[v] == 4 ? 3 : 5] = (uint8_t)high; /* total length */
			parse_exactly(lie, len, len);
			lie[versions[v] == 4 ? 2 : 4] = (uint8_t)high;
			parse_exactly(lie, len, len);
		}
	}
}

/* ---- 2: options that never end ---- */

static unsigned steps_through(const struct options *o)
{
	unsigned steps = 0;

	for (unsigned at = 0; at < o->len && o->bytes[at] != OPTION_EOL; steps++) {
		unsigned size = options_size_at(o, at);

		if (size == 0)
			break;
		at += size;
	}
	return steps;
}

static void class_2_each_kind_with_each_length_is_read_in_few_steps(void **state)
{
	struct dialogue fresh = established();
	struct dialogue hears = listening();

	(void)state;
	for (unsigned kind = 0; kind < 256; kind++) {
		for (unsigned len = 0; len <= 41; len++) {
			uint8_t bytes[OPTIONS_LEN_MAX];
			struct segment seg = {.flags = ACK, .wnd = 1000};
			struct dialogue d = kind % 2 ? fresh : hears;
			struct tcp t = dialogue_turn(&d);

			memset(bytes, (int)(kind ^ len), sizeof bytes);
			bytes[0] = (uint8_t)kind;
			bytes[1] = (uint8_t)len;
			options_parse(&seg.options, bytes, sizeof bytes);
			assert_true(steps_through(&seg.options) <= OPTIONS_LEN_MAX);
			seg.seq = d.tcb.rcv.nxt;
			seg.ack = d.tcb.snd.nxt;
			if (d.tcb.state == LISTEN) {
				seg.flags = SYN;
				tcp_arrives_in_listen(&t, &seg, &d.peer, &d.us);
			} else {
				tcp_arrives(&t, &seg);
			}
			out_any(&d);
			tcp_check(&d.tcb, &d.profile, d.now);
		}
	}
}

/* ---- 3: urgent pointers that are used as an index (URGENT/11) ---- */

static void class_3_urgent_pointer_of_any_value_moves_no_octet(void **state)
{
	static const uint32_t lens[] = {0, 1, 1460};
	struct dialogue fresh = established();

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		for (unsigned up = 0; up <= UINT16_MAX; up += 5) { /* and 65535 */
			struct tcb tcb = fresh.tcb;
			struct tcp t = dialogue_turn(&fresh);
			struct segment seg = {.flags = ACK | URG,
					      .wnd = 1000,
					      .seq = tcb.rcv.nxt,
					      .ack = tcb.snd.nxt,
					      .up = (uint16_t)up,
					      .len = lens[i]};
			uint32_t taken;

			t.tcb = &tcb;
			tcp_arrives(&t, &seg);
			assert_int_equal(t.part_count, lens[i] > 0);
			assert_int_equal(tcb.rcv.nxt_offset, lens[i]);
			assert_int_equal(tcp_receive(&t, 5000, &taken), CALL_OK);
			assert_int_equal(taken, lens[i]);
			assert_int_equal(tcb_urgent_left(&tcb), up > taken ? up - taken : 0);
		}
	}
}

/* ---- 12: a queue of crumbs (SegmentSmack), 23: the same octets, otherwise ---- */

/* Which octets the caller was asked to keep: none twice. */
static void arrive_and_mark(struct dialogue *d, uint32_t from, uint32_t len, bool *kept,
			    uint32_t size)
{
	struct tcp t = dialogue_turn(d);
	struct segment seg = {.flags = ACK,
			      .wnd = 1000,
			      .seq = seq_of(d->peer_isn + 1 + from),
			      .ack = d->tcb.snd.nxt,
			      .len = len};

	tcp_arrives(&t, &seg);
	for (unsigned i = 0; i < t.part_count; i++) {
		for (uint32_t k = 0; k < t.parts[i].len; k++) {
			uint32_t at = (uint32_t)t.parts[i].offset + k;

			assert_true(at < size && at >= from && at < from + len);
			assert_int_equal(t.parts[i].skip + k, at - from);
			assert_false(kept[at]);
			kept[at] = true;
		}
	}
	assert_true(d->tcb.rcv.held_count <= HELD_MAX);
	out_rest(d);
}

static void class_12_crumbs_in_any_order_cost_bounded_memory_and_arrive(void **state)
{
	enum { OCTETS = 600 };
	struct random chance = random_seeded(12, 0);

	(void)state;
	for (int order = 0; order < 3; order++) {
		struct dialogue d = established();
		bool kept[OCTETS] = {false};

		/* From behind, every second one; and at random, over and over. */
		for (uint32_t i = OCTETS; order == 0 && i > 1; i -= 2)
			arrive_and_mark(&d, i - 1, 1, kept, OCTETS);
		for (uint32_t i = 0; order == 1 && i < 5000; i++)
			arrive_and_mark(&d, (uint32_t)random_below(&chance, OCTETS), 1, kept,
					OCTETS);
		for (uint32_t i = 0; i < OCTETS; i++)
			arrive_and_mark(&d, i, 1, kept, OCTETS);
		assert_int_equal(d.tcb.rcv.nxt_offset, OCTETS);
		assert_int_equal(d.tcb.rcv.held_count, 0);
		for (uint32_t i = 0; i < OCTETS; i++)
			assert_true(kept[i]);
	}
}

static void class_23_first_copy_of_an_octet_wins_however_later_ones_overlap(void **state)
{
	enum { OCTETS = 300 };

	(void)state;
	for (uint64_t seed = 0; seed < 60; seed++) {
		struct random chance = random_seeded(seed, 23);
		struct dialogue d = established();
		bool kept[2 * OCTETS] = {false};

		while (d.tcb.rcv.nxt_offset < OCTETS) {
			uint32_t from = (uint32_t)random_below(&chance, OCTETS);

			arrive_and_mark(&d, from, 1 + (uint32_t)random_below(&chance, 90), kept,
					2 * OCTETS);
		}
	}
}

static void class_23_what_is_held_is_not_asked_for_again(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 101:201(100) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
	in(&d, ". 51:251(200) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
	assert_int_equal(d.delivered, 200); /* 101 … 200 are kept as they came first */
	in(&d, ". 101:201(100) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
	assert_int_equal(d.delivered, 200);
}

/* ---- 25: FINs that wander ---- */

static void class_25_fin_that_waits_stays_and_cuts_no_text_that_is_next(void **state)
{
	(void)state;
	for (unsigned first = 2; first <= 60; first += 7) {
		for (unsigned then = 2; then <= 60; then += 3) {
			struct dialogue d = established();
			char line[80];

			if (first == then)
				continue;
			snprintf(line, sizeof line, "F. %u:%u(0) ack 1 win 65535", first, first);
			in(&d, line);
			out_any(&d);
			snprintf(line, sizeof line, "F. %u:%u(0) ack 1 win 65535", then, then);
			in(&d, line);
			out_any(&d);
			assert_true(seq_eq(d.tcb.rcv.fin, seq_of(d.peer_isn + first)));
			/* Text that is next goes on beyond it: that FIN was none. */
			in(&d, "P. 1:101(100) ack 1 win 65535");
			out_rest(&d);
			assert_int_equal(d.delivered, 100);
			in_state(&d, ESTABLISHED);
			in(&d, "F. 101:101(0) ack 1 win 65535");
			out_rest(&d);
			in_state(&d, CLOSE_WAIT);
			assert_true(seq_eq(d.tcb.rcv.nxt, seq_of(d.peer_isn + 102)));
		}
	}
}

/* ---- 28: more comes out than went in ---- */

static void class_28_no_segment_has_more_than_one_answer(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 4000; seed++) {
		struct random chance = random_seeded(seed, 28);
		struct dialogue d = seed % 3 == 0   ? dialogue_new()
				    : seed % 3 == 1 ? listening()
						    : established();
		unsigned count = 0;
		char line[100];
		uint32_t seq = (uint32_t)random_below(&chance, 5);

		snprintf(line, sizeof line, "%s%s%s%s. %u:%u(%u) ack %u win 900",
			 random_chance(&chance, 200000) ? "S" : "",
			 random_chance(&chance, 200000) ? "F" : "",
			 random_chance(&chance, 200000) ? "R" : "",
			 random_chance(&chance, 500000) ? "P" : "", (unsigned)seq,
			 (unsigned)seq + (unsigned)(seed % 200), (unsigned)(seed % 200),
			 (unsigned)random_below(&chance, 4));
		in(&d, line);
		while (out_any(&d)) {
			assert_int_equal(d.last.len, 0);
			assert_true(++count <= 1);
			assert_false(strchr(line, 'R') != NULL && d.last.flags & RST);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(class_1_no_length_field_makes_us_read_beyond_the_packet),
		cmocka_unit_test(class_2_each_kind_with_each_length_is_read_in_few_steps),
		cmocka_unit_test(class_3_urgent_pointer_of_any_value_moves_no_octet),
		cmocka_unit_test(class_12_crumbs_in_any_order_cost_bounded_memory_and_arrive),
		cmocka_unit_test(class_23_first_copy_of_an_octet_wins_however_later_ones_overlap),
		cmocka_unit_test(class_23_what_is_held_is_not_asked_for_again),
		cmocka_unit_test(class_25_fin_that_waits_stays_and_cuts_no_text_that_is_next),
		cmocka_unit_test(class_28_no_segment_has_more_than_one_answer),
	};

	return DIALOGUE_RUN("attacks by segments", tests);
}
