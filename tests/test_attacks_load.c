/* What an attacker could make the engine spend: time with each ACK, memory
 * with each connection, and segments it is not owed. */
#include "tests/dialogue.h"

#include <stdio.h>
#include <string.h>

enum {
	WINDOW = 65000,
	ROOM = 4 * WINDOW,
};

static struct sent_record records[ROOM];

/* One dialogue with records enough for whatever a receiver may say of 65 segments. */
static struct tcp many_records(struct dialogue *d, struct journal *journal)
{
	struct tcp t = dialogue_turn(d);

	journal->count = 0;
	t.journal = journal;
	t.records = records;
	t.record_room = ROOM;
	return t;
}

/* Text of a whole window is under way, sent at one instant; each segment is `mss` long. */
static struct dialogue window_under_way(unsigned mss, bool rack)
{
	struct dialogue d = dialogue_new();
	struct journal journal;
	struct segment seg;
	int64_t offset;
	enum rule rule;
	struct tcp t;
	uint32_t taken;
	char line[80];

	d.profile.sack = true;
	d.profile.rack = rack;
	d.profile.congestion_off = true;
	d.profile.send_buffer = 2 * WINDOW;
	d.profile.timestamps = false;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	snprintf(line, sizeof line, "S. 0:0(0) ack 1 win 65535 <mss %u,nop,nop,sackOK>", mss);
	in(&d, line);
	out(&d, ". 1:1(0) ack 1");
	t = many_records(&d, &journal);
	assert_int_equal(tcp_send(&t, WINDOW, 0, &taken), CALL_OK);
	while (tcp_next_segment(&t, &seg, &offset, &rule))
		journal.count = 0;
	assert_true(tcb_outstanding(&d.tcb) > WINDOW - 2 * mss);
	return d;
}

/* Three blocks of one octet, in every second place from `at` on. */
static bool crumbs_arrive(struct dialogue *d, uint32_t at, unsigned blocks)
{
	struct journal journal;
	struct tcp t = many_records(d, &journal);
	struct segment seg = {.flags = ACK, .ack = d->tcb.snd.una, .seq = d->tcb.rcv.nxt};
	bool refused = false;

	seg.wnd = 65535;
	seg.options.has = HAS_SACK;
	seg.options.sack_count = (uint8_t)blocks;
	for (unsigned i = 0; i < blocks; i++) {
		seg.options.sack[i].left = seq_add(d->tcb.snd.una, at + 2 * i);
		seg.options.sack[i].right = seq_add(d->tcb.snd.una, at + 2 * i + 1);
	}
	tcp_arrives(&t, &seg);
	for (unsigned i = 0; i < journal.count; i++)
		refused |= journal.notes[i].rule == RULE_SACK_TOO_MANY;
	tcp_check(&d->tcb, &d->profile, d->now);
	flight_check(&t);
	return refused;
}

/* Every ACK walks over the records, so the records are what it costs. */
static void class_10_every_second_octet_sacked_makes_few_records(void **state)
{
	(void)state;
	for (int rack = 0; rack <= 1; rack++) {
		struct dialogue d = window_under_way(48, rack);
		unsigned most = 0;
		bool refused = false;

		d.tcb.rtt.srtt = d.tcb.rtt.srtt > 0 ? d.tcb.rtt.srtt : nanos_from_ms(100);
		for (uint32_t at = 1; at < 20000; at += 26) {
			refused |= crumbs_arrive(&d, at, 4);
			most = d.tcb.flight.count > most ? d.tcb.flight.count : most;
		}
		assert_true(refused);
		assert_int_equal(d.tcb.flight.stretches, FLIGHT_STRETCHES_MAX);
		assert_in_range(most, 2 * FLIGHT_STRETCHES_MAX, 2 * FLIGHT_STRETCHES_MAX + 8);
	}
}

/* What was refused may be told again when there is room, and the gaps close as ever. */
static void class_10_after_the_flood_of_blocks_the_scoreboard_works_on(void **state)
{
	struct dialogue d = window_under_way(48, true);
	struct journal journal;
	struct tcp t;
	struct segment seg = {.flags = ACK, .wnd = 65535};

	(void)state;
	for (uint32_t at = 1; at < 10000; at += 8)
		crumbs_arrive(&d, at, 4);
	assert_int_equal(d.tcb.flight.stretches, FLIGHT_STRETCHES_MAX);
	/* One block over all of them: they are one. */
	t = many_records(&d, &journal);
	seg.seq = d.tcb.rcv.nxt;
	seg.ack = d.tcb.snd.una;
	seg.options.has = HAS_SACK;
	seg.options.sack_count = 1;
	seg.options.sack[0].left = seq_add(d.tcb.snd.una, 1);
	seg.options.sack[0].right = seq_add(d.tcb.snd.una, 20000);
	tcp_arrives(&t, &seg);
	flight_check(&t);
	assert_int_equal(d.tcb.flight.stretches, 1);
	assert_int_equal(d.tcb.flight.sacked, 19999);
	assert_true(crumbs_arrive(&d, 30001, 4) == false);
	/* And all arrives. */
	t = many_records(&d, &journal);
	seg.options.has = 0;
	seg.ack = d.tcb.snd.nxt;
	tcp_arrives(&t, &seg);
	flight_check(&t);
	assert_int_equal(tcb_outstanding(&d.tcb), 0);
	assert_int_equal(d.tcb.flight.count, 0);
	assert_int_equal(d.tcb.flight.stretches, 0);
}

/* Blocks inside what is known already cut it into no pieces: three pieces would
 * pass for three segments beyond the gap, and so for a loss. */
static void class_10_blocks_inside_known_ones_add_no_stretch(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile.sack = true;
	d.profile.initial_window = 10;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK>");
	out(&d, ". 1:1(0) ack 1");
	app_send(&d, 10000);
	out_rest(&d);
	in(&d, ". 1:1(0) ack 1 win 65535 <nop,nop,sack 1 {1001:2001}>");
	in(&d, ". 1:1(0) ack 1 win 65535 <nop,nop,sack 3 {1401:2101}{1601:2001}{1801:2001}>");
	assert_int_equal(d.tcb.flight.stretches, 1);
	assert_int_equal(d.tcb.flight.lost, 0);
	not_fired(&d, RULE_SACK_RECOVERY);
}

/* ---- 5, 6, 7: blind segments ---- */

/* In a window of 200, from one window before it to one behind: each number. */
static void class_5_of_all_rst_in_two_windows_one_resets(void **state)
{
	unsigned killed = 0;

	(void)state;
	for (int at = -200; at <= 400; at++) {
		struct dialogue d = dialogue_new();
		char line[80];

		d.profile.receive_buffer = 200;
		d = established_with(&d.profile);
		snprintf(line, sizeof line, "R %u:%u(0) win 0", (unsigned)(1 + at),
			 (unsigned)(1 + at));
		in(&d, line);
		killed += d.tcb.state == CLOSED;
		assert_int_equal(d.tcb.state, at == 0 ? CLOSED : ESTABLISHED);
		/* Inside the window it is challenged, outside nothing is said. */
		assert_int_equal(out_any(&d), at > 0 && at < 200);
	}
	assert_int_equal(killed, 1);
}

static void class_6_syn_at_any_number_moves_no_synchronized_state(void **state)
{
	static const uint32_t numbers[] = {0, 1, 2, 3, 100, 65536, 70000, 0x7fffffff, 0x80000000};

	(void)state;
	for (int how = 0; how < 4; how++) {
		for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
			struct dialogue d = established();
			uint8_t before;
			char line[80];

			if (how == 1 || how == 3) /* CLOSE-WAIT, LAST-ACK */
				in(&d, "F. 1:1(0) ack 1 win 9");
			if (how >= 2) /* FIN-WAIT-1, LAST-ACK */
				app_close(&d);
			out_rest(&d);
			before = d.tcb.state;
			snprintf(line, sizeof line, "S %u:%u(0) win 9", numbers[i], numbers[i]);
			in(&d, line);
			in_state(&d, before);
			assert_true(out_any(&d));
			assert_int_equal(d.last.flags, ACK);
		}
	}
}

/* From −2³¹ to 2³¹ around SND.UNA, closely at the edges; the stream stays as it was. */
static void class_7_text_counts_only_with_an_ack_near_what_was_sent(void **state)
{
	static const int64_t edges[] = {-65536, -65535, -1, 0, 1, 100, 101};
	const unsigned steps = 64;

	(void)state;
	for (unsigned i = 0; i < steps + sizeof edges / sizeof edges[0]; i++) {
		int64_t far = i < steps ? ((int64_t)i << 26) - 0x80000000LL : edges[i - steps];
		struct dialogue d = established();
		char line[80];
		bool near = far >= -65535 && far <= 100;

		app_send(&d, 100);
		out(&d, "P. 1:101(100) ack 1");
		snprintf(line, sizeof line, "P. 1:11(10) ack %u win 65535", (uint32_t)(1 + far));
		in(&d, line);
		assert_int_equal(d.delivered, near ? 10 : 0);
		out_rest(&d);
	}
}

/* ---- 16: optimistic ACKs ---- */

static void class_16_ack_of_the_unsent_opens_no_window(void **state)
{
	struct dialogue d = established();
	uint32_t cwnd;

	(void)state;
	d.profile.challenge_limit = 1000;
	app_send(&d, 60000);
	out_rest(&d);
	cwnd = d.tcb.cc.cwnd;
	for (unsigned ack = 1; ack <= 200; ack++) {
		in_ack(&d, 1 + tcb_outstanding(&d.tcb) + ack * 1000);
		fired(&d, RULE_ACK_OF_UNSENT);
		assert_int_equal(d.tcb.cc.cwnd, cwnd);
		assert_true(out_any(&d)); /* the answer, and no text */
		assert_int_equal(d.last.len, 0);
		silent(&d);
	}
}

/* ---- 19: TIME-WAIT ---- */

static void class_19_old_segments_leave_time_wait_as_it_is(void **state)
{
	static const char *const old[] = {". 0:1(1) ack 2 win 9", ". 5:9(4) ack 2 win 9",
					  "S 0:0(0) win 9",       "R 2:2(0) win 0",
					  "R 1:1(0) win 0",       ". 2:2(0) ack 900 win 9"};

	(void)state;
	for (size_t i = 0; i < sizeof old / sizeof old[0]; i++) {
		struct dialogue d = dialogue_new();

		d.profile.rfc1337 = true;
		d = established_with(&d.profile);
		app_close(&d);
		out(&d, "F. 1:1(0) ack 1");
		in(&d, "F. 1:1(0) ack 2 win 9");
		out(&d, ". 2:2(0) ack 2");
		in_state(&d, TIME_WAIT);
		in(&d, old[i]);
		while (out_any(&d))
			assert_int_equal(d.last.flags, ACK);
		in_state(&d, TIME_WAIT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(class_10_every_second_octet_sacked_makes_few_records),
		cmocka_unit_test(class_10_after_the_flood_of_blocks_the_scoreboard_works_on),
		cmocka_unit_test(class_10_blocks_inside_known_ones_add_no_stretch),
		cmocka_unit_test(class_5_of_all_rst_in_two_windows_one_resets),
		cmocka_unit_test(class_6_syn_at_any_number_moves_no_synchronized_state),
		cmocka_unit_test(class_7_text_counts_only_with_an_ack_near_what_was_sent),
		cmocka_unit_test(class_16_ack_of_the_unsent_opens_no_window),
		cmocka_unit_test(class_19_old_segments_leave_time_wait_as_it_is),
	};

	return DIALOGUE_RUN("what an attacker could make us spend", tests);
}
