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
	while (out_any(&d))
		;
	in(&d, ". 1:1(0) ack 1 win 65535 <nop,nop,sack 1 {1001:2001}>");
	in(&d, ". 1:1(0) ack 1 win 65535 <nop,nop,sack 3 {1401:2101}{1601:2001}{1801:2001}>");
	assert_int_equal(d.tcb.flight.stretches, 1);
	assert_int_equal(d.tcb.flight.lost, 0);
	not_fired(&d, RULE_SACK_RECOVERY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(class_10_every_second_octet_sacked_makes_few_records),
		cmocka_unit_test(class_10_after_the_flood_of_blocks_the_scoreboard_works_on),
		cmocka_unit_test(class_10_blocks_inside_known_ones_add_no_stretch),
	};

	return DIALOGUE_RUN("what an attacker could make us spend", tests);
}
