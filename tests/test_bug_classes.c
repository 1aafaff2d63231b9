/* Bugs that come back in one TCP after the other, and must not in this one:
 * sequence numbers, SYN, RST, text, FIN. Those of windows, timers and options
 * are in test_more_bug_classes.c. */
#include "tests/two_ends.h"
#include "tests/dialogue.h"

#include <stdio.h>
#include <string.h>

/* 4 GiB go over, a segment is lost now and then, and all arrives. */
static bool every_9973rd(int from, unsigned n, const struct segment *seg)
{
	(void)from;
	return n % 9973 == 0 && seg->len > 0;
}

static void raw_comparison_of_sequence_numbers(void **state)
{
	struct two_ends e = two_ends();
	uint64_t sent = 0;
	uint64_t total = (1ull << 32) + 100000;

	(void)state;
	e.lose = every_9973rd;
	e.profile[0].mss = e.profile[1].mss = 65000;
	e.mtu = 65535;
	e.profile[0].send_buffer = 500000;
	e.profile[1].receive_buffer = 65535;
	e.profile[1].delayed_ack = 0;
	ends_open(&e);
	while (e.octets[1] < total && e.now < nanos_from_s(100000)) {
		if (sent < total)
			sent += ends_send(&e, 0, 500000);
		if (ends_talk(&e) == 0)
			ends_pass_ms(&e, 1000);
		ends_receive(&e, 1, UINT32_MAX);
	}
	while (e.octets[1] < sent && e.now < nanos_from_s(100000)) {
		ends_pass_ms(&e, 1000);
		ends_receive(&e, 1, UINT32_MAX);
	}
	assert_int_equal(e.octets[1], sent);
	assert_int_equal(e.tcb[0].snd.una_offset, sent);
}

/* After 4 GiB the numbers are where they began: that is not the beginning. */
static void number_of_the_syn_that_comes_round_again(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.mtu = 65535;
	d.profile.mss = 60000;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 60000>");
	out(&d, ". 1:1(0) ack 1");
	for (uint64_t left = (1ull << 32) - 1; left > 0;) {
		uint32_t len = left < 60000 ? (uint32_t)left : 60000;
		struct segment ack = {.flags = ACK, .wnd = UINT16_MAX, .seq = d.tcb.rcv.nxt};
		struct tcp t = dialogue_turn(&d);

		app_send(&d, len);
		assert_true(out_any(&d));
		ack.ack = d.tcb.snd.nxt;
		tcp_arrives(&t, &ack);
		left -= len;
	}
	assert_int_equal(d.tcb.snd.nxt.v, d.tcb.snd.iss.v);
	silent(&d);
	app_send(&d, 10);
	out(&d, "P. 0:10(10) ack 1");
	pass_ms(&d, 1000);
	out(&d, "P. 0:10(10) ack 1");
	in(&d, ". 1:1(0) ack 10 win 65535");
	assert_int_equal(d.tcb.snd.una_offset, (1ull << 32) + 9);
}

/* Half around the circle without urgent data, and then some: it is seen. */
static void stale_urgent_pointer_hides_the_next(void **state)
{
	struct dialogue d = established();
	struct segment seg = {.flags = ACK, .wnd = UINT16_MAX, .len = 60000};
	struct tcp t = dialogue_turn(&d);
	uint32_t taken;

	(void)state;
	seg.ack = d.tcb.snd.nxt;
	for (uint64_t sent = 0; sent < (1ull << 31) + 120000; sent += 60000) {
		seg.seq = d.tcb.rcv.nxt;
		tcp_arrives(&t, &seg);
		tcp_receive(&t, 60000, &taken);
		out_any(&d);
		assert_int_equal(taken, 60000);
	}
	seg.seq = d.tcb.rcv.nxt;
	seg.flags = ACK | URG;
	seg.up = 10;
	tcp_arrives(&t, &seg);
	assert_int_equal(tcb_urgent_left(&d.tcb), 10);
}

static void counters_that_overflow(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 2000);
	out_any(&d);
	out_any(&d);
	for (int i = 0; i < 70000; i++) { /* 16 bits */
		in(&d, ". 1:1(0) ack 1 win 65535");
		out_any(&d);
	}
	assert_int_equal(d.tcb.cc.dup_acks, UINT16_MAX);

	d = established();
	in(&d, ". 1:1(0) ack 1 win 0");
	app_send(&d, 100);
	for (int i = 0; i < 300; i++) { /* 8 bits */
		silent(&d);
		pass_ms(&d, (tcp_next_deadline(&d.tcb) - d.now) / 1000000);
		out(&d, ". 1:2(1) ack 1");
		in(&d, ". 1:1(0) ack 1 win 0");
	}
	in_state(&d, ESTABLISHED);
	assert_int_equal(d.tcb.snd.probe_after, d.profile.rto_max);
}

static void timestamps_that_wrap(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile.timestamps = true;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,TS val 4294967290 ecr 0>");
	out(&d, ". 1:1(0) ack 1");
	in(&d, "P. 1:11(10) ack 1 win 65535 <nop,nop,TS val 3 ecr 0>");
	assert_int_equal(d.delivered, 10);
	assert_int_equal(d.tcb.ts.recent, 3);
	in(&d, "P. 11:21(10) ack 1 win 65535 <nop,nop,TS val 4294967295 ecr 0>");
	assert_int_equal(d.delivered, 10);
	fired(&d, RULE_PAWS);
}

/* The other end restarts and opens the same pair of sockets: it is answered,
 * resets us, and its next SYN gets through. */
static void syn_that_is_tested_after_the_ack(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "S 9000000:9000000(0) win 3000 <mss 1000>");
	out(&d, ". 1:1(0) ack 1");
	in(&d, "R 1:1(0) win 0"); /* <SEQ=SEG.ACK> of what we answered */
	in_state(&d, CLOSED);
	app_listen(&d);
	in(&d, "S 9000000:9000000(0) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 9000001");
	in(&d, ". 9000001:9000001(0) ack 1 win 3000");
	in_state(&d, ESTABLISHED);
}

static void rst_in_the_window_that_is_believed(void **state)
{
	static const struct {
		unsigned seq;
		enum tcp_state then;
		bool answered;
	} rsts[] = {{0, ESTABLISHED, false},
		    {1, CLOSED, false},
		    {2, ESTABLISHED, true},
		    {65535, ESTABLISHED, true},
		    {65536, ESTABLISHED, false}};

	(void)state;
	for (size_t i = 0; i < sizeof rsts / sizeof rsts[0]; i++) {
		struct dialogue d = established();
		char line[60];

		snprintf(line, sizeof line, "R %u:%u(0) win 0", rsts[i].seq, rsts[i].seq);
		in(&d, line);
		in_state(&d, rsts[i].then);
		assert_int_equal(out_any(&d), rsts[i].answered);
	}
}

static void text_that_is_dropped_with_its_old_ack(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 2000);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, "P. 1001:2001(1000) ack 1");
	in(&d, ". 101:201(100) ack 2001 win 65535");
	out(&d, ". 2001:2001(0) ack 1");
	in(&d, ". 1:101(100) ack 1001 win 65535");
	out(&d, ". 2001:2001(0) ack 201");
	assert_int_equal(d.delivered, 200);
}

static void fin_out_of_order_that_is_forgotten(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1:1001(1000) ack 1 win 65535");
	in(&d, "F. 2001:2001(0) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1001");
	in(&d, ". 1001:2001(1000) ack 1 win 65535"); /* without its FIN */
	out(&d, ". 1:1(0) ack 2002");
	in_state(&d, CLOSE_WAIT);
}

static void fin_that_counts_twice_or_outside_the_window(void **state)
{
	struct profile profile;

	(void)state;
	assert_true(profile_named("plain", &profile));
	profile.receive_buffer = 500;
	for (unsigned first = 490; first <= 505; first++) {
		struct dialogue d = established_with(&profile);
		char line[80];

		snprintf(line, sizeof line, "F. 1:%u(%u) ack 1 win 65535", 1 + first, first);
		in(&d, line);
		out_any(&d);
		assert_int_equal(seq_diff(d.tcb.rcv.nxt, d.tcb.rcv.irs),
				 first < 500 ? 2 + first : 501);
		in(&d, line);
		out_any(&d);
		assert_int_equal(seq_diff(d.tcb.rcv.nxt, d.tcb.rcv.irs),
				 first < 500 ? 2 + first : 501);
		assert_int_equal(d.tcb.state, first < 500 ? CLOSE_WAIT : ESTABLISHED);
	}
}

/* Whoever closes how: a FIN that gets lost comes again, with its number. */
static void fin_that_is_not_sent_again(void **state)
{
	static const struct {
		const char *before; /* our CLOSE */
		const char *after;
		enum tcp_state state;
		const char *fin;
	} ways[] = {
		{NULL, NULL, FIN_WAIT_1, "F. 1:1(0) ack 1"},
		{NULL, "F. 1:1(0) ack 1 win 9", CLOSING, "F. 1:1(0) ack 2"},
		{"F. 1:1(0) ack 1 win 9", NULL, LAST_ACK, "F. 1:1(0) ack 2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		struct dialogue d = established();

		if (ways[i].before != NULL)
			in(&d, ways[i].before);
		out_any(&d);
		app_close(&d);
		assert_true(out_any(&d));
		if (ways[i].after != NULL)
			in(&d, ways[i].after);
		out_any(&d);
		in_state(&d, ways[i].state);
		for (int ms = 1000; ms <= 32000; ms *= 2) {
			pass_ms(&d, ms);
			out(&d, ways[i].fin);
		}
	}
}

/* Only the ACK that covers the FIN itself lets FIN-WAIT-1 go. */
static void fin_wait_1_that_is_left_by_another_ack(void **state)
{
	(void)state;
	for (unsigned ack = 0; ack <= 104; ack++) {
		struct dialogue d = established();
		app_send(&d, 100);
		app_close(&d);
		out(&d, "FP. 1:101(100) ack 1");
		in_ack(&d, ack);
		in_state(&d, ack == 102 ? FIN_WAIT_2 : FIN_WAIT_1);
		out_any(&d);
	}
}

static void fin_in_time_wait_that_is_not_acknowledged(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, "F. 1:1(0) ack 2 win 65535");
	out(&d, ". 2:2(0) ack 2"); /* lost */
	for (int i = 0; i < 5; i++) {
		pass_ms(&d, 1000);
		in(&d, "F. 1:1(0) ack 2 win 65535");
		out(&d, ". 2:2(0) ack 2");
	}
}

/* Every way to have something under way: a timer guards it (tcp_check() asks,
 * too), and it fires. */
static void text_without_a_timer(void **state)
{
	static const char *const events[] = {
		"",
		". 1:1(0) ack 1001 win 65535",
		". 1:1(0) ack 1001 win 0",
		". 1:1(0) ack 1 win 0",
		". 1:1(0) ack 1 win 10",
		". 1:1(0) ack 2001 win 65535",
		"F. 1:1(0) ack 1 win 65535",
		"P. 1:11(10) ack 1001 win 1000",
	};

	(void)state;
	for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
		struct dialogue d = established();

		app_send(&d, 3000);
		out(&d, ". 1:1001(1000) ack 1");
		out(&d, ". 1001:2001(1000) ack 1");
		out(&d, "P. 2001:3001(1000) ack 1");
		if (events[i][0] != '\0')
			in(&d, events[i]);
		out_rest(&d);
		assert_true(tcb_outstanding(&d.tcb) > 0);
		assert_true(d.tcb.timers[TIMER_RETRANSMISSION] != NANOS_NEVER ||
			    d.tcb.timers[TIMER_PERSIST] != NANOS_NEVER);
		d.last.len = 0;
		for (int k = 0; k < 3 && d.last.len == 0; k++) { /* an ACK may be due first */
			pass_ms(&d, (tcp_next_deadline(&d.tcb) - d.now) / 1000000);
			assert_true(out_any(&d));
		}
		assert_true(d.last.len > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(raw_comparison_of_sequence_numbers),
		cmocka_unit_test(number_of_the_syn_that_comes_round_again),
		cmocka_unit_test(stale_urgent_pointer_hides_the_next),
		cmocka_unit_test(counters_that_overflow),
		cmocka_unit_test(timestamps_that_wrap),
		cmocka_unit_test(syn_that_is_tested_after_the_ack),
		cmocka_unit_test(rst_in_the_window_that_is_believed),
		cmocka_unit_test(text_that_is_dropped_with_its_old_ack),
		cmocka_unit_test(fin_out_of_order_that_is_forgotten),
		cmocka_unit_test(fin_that_counts_twice_or_outside_the_window),
		cmocka_unit_test(fin_that_is_not_sent_again),
		cmocka_unit_test(fin_wait_1_that_is_left_by_another_ack),
		cmocka_unit_test(fin_in_time_wait_that_is_not_acknowledged),
		cmocka_unit_test(text_without_a_timer),
	};

	return DIALOGUE_RUN("bug classes", tests);
}
