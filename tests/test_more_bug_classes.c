/* Bugs that come back in one TCP after the other, and must not in this one:
 * windows, ACKs, timers, congestion, options. The others are in
 * test_bug_classes.c. */
#include "tests/dialogue.h"
#include "tests/two_ends.h"

#include <stdio.h>
#include <string.h>

/* ---- windows and ACKs ---- */

/* Both receivers are full, both have text: each probes, both answer, and it
 * goes on when they read. */
static struct two_ends both_full(void)
{
	struct two_ends e = two_ends();

	for (int who = 0; who < 2; who++)
		e.profile[who].receive_buffer = 4000;
	ends_open(&e);
	for (int who = 0; who < 2; who++)
		ends_send(&e, who, 20000);
	ends_talk(&e);
	ends_pass_ms(&e, 500);
	for (int who = 0; who < 2; who++)
		assert_int_equal(e.tcb[who].rcv.wnd, 0);
	return e;
}

static void octet_of_a_probe_that_is_not_counted(void **state)
{
	struct two_ends e = both_full();

	(void)state;
	ends_pass_ms(&e, 100000);
	for (int i = 0; i < 200 && (e.octets[0] < 20000 || e.octets[1] < 20000); i++) {
		ends_receive(&e, 0, 1500);
		ends_receive(&e, 1, 1500);
		ends_talk(&e);
		ends_pass_ms(&e, 1000);
	}
	assert_int_equal(e.octets[0], 20000);
	assert_int_equal(e.octets[1], 20000);
}

static void ping_pong_of_acks_at_zero_window(void **state)
{
	struct two_ends e = both_full();
	unsigned count = ends_pass_ms(&e, 600000);

	(void)state;
	/* Two segments a probe, two probers, intervals up to 60 s. */
	assert_in_range(count, 20, 80);
}

static unsigned with_text;

static bool counts_text(int from, unsigned n, const struct segment *seg)
{
	(void)n;
	with_text += from == 0 && seg->len > 0;
	return false;
}

/* A reader of single octets: the segments stay large, on both sides' account. */
static void silly_windows(void **state)
{
	struct two_ends e = two_ends();

	(void)state;
	e.profile[1].receive_buffer = 4000;
	ends_open(&e);
	with_text = 0;
	e.lose = counts_text;
	ends_send(&e, 0, 20000);
	ends_talk(&e);
	for (int i = 0; i < 40000 && e.octets[1] < 20000; i++) {
		ends_receive(&e, 1, 1);
		ends_talk(&e);
		ends_pass_ms(&e, 1);
	}
	assert_int_equal(e.octets[1], 20000);
	assert_in_range(with_text, 20, 30); /* 20 full ones, a probe or two */
}

/* Our ACKs get lost; what the peer sends again is answered each time. */
static void throttle_that_delays_lost_acks(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1:1001(1000) ack 1 win 65535");
	in(&d, ". 1001:2001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 2001");
	for (int i = 0; i < 100; i++) {
		in(&d, ". 1:1001(1000) ack 1 win 65535");
		out(&d, ". 1:1(0) ack 2001");
	}
}

static void right_edge_that_moves_left(void **state)
{
	(void)state;
	for (uint32_t shift = 0; shift <= 14; shift++) {
		struct dialogue d = dialogue_new();
		struct seq edge = seq_of(0);
		unsigned seq = 1;
		char line[100];

		d.profile.receive_buffer = 300000;
		d.profile.window_scaling = true;
		d.profile.window_scale = shift;
		d.profile.delayed_ack = 0;
		app_connect(&d);
		out(&d, "S 0:0(0)");
		in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,wscale 0>");
		out_any(&d);
		for (int i = 0; i < 300; i++) {
			struct seq now;

			if (d.tcb.rcv.wnd < 2000)
				app_receive(&d, d.tcb.rcv.unread);
			out_rest(&d);
			snprintf(line, sizeof line, ". %u:%u(%d) ack 1 win 65535", seq,
				 seq + 700 + (unsigned)i, 700 + i);
			in(&d, line);
			seq += 700 + (unsigned)i;
			assert_true(out_any(&d));
			now = seq_add(d.last.ack, (uint32_t)d.last.wnd << shift);
			/* RFC 7323 §2.4: by less than a step, where the field is rounded. */
			if (i > 0)
				assert_true(seq_diff(edge, now) < 1 << shift);
			edge = i > 0 ? seq_max(edge, now) : now;
		}
	}
}

static void window_of_a_syn_that_is_scaled(void **state)
{
	(void)state;
	for (unsigned shift = 0; shift <= 15; shift++) {
		struct dialogue d = dialogue_new();
		unsigned used = shift < 14 ? shift : 14;
		char line[100];

		d.profile.window_scaling = true;
		app_connect(&d);
		out(&d, "S 0:0(0)");
		snprintf(line, sizeof line, "S. 0:0(0) ack 1 win 1500 <mss 1000,nop,wscale %u>",
			 shift);
		in(&d, line);
		out(&d, ". 1:1(0) ack 1");
		assert_int_equal(d.tcb.snd.wnd, 1500);
		app_send(&d, 3000);
		out(&d, ". 1:1001(1000) ack 1");
		silent(&d);
		in(&d, ". 1:1(0) ack 1001 win 1");
		assert_int_equal(d.tcb.snd.wnd, 1u << used);
	}
}

static void window_that_an_old_segment_sets(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 9000");
	in(&d, ". 11:21(10) ack 1 win 7000");
	out_any(&d);
	in(&d, ". 1:11(10) ack 1 win 1");
	assert_int_equal(d.tcb.snd.wnd, 7000);
	app_send(&d, 3000);
	out_rest(&d);
	in(&d, ". 21:21(0) ack 1001 win 5000");
	out_rest(&d);
	in(&d, ". 21:21(0) ack 1 win 9000"); /* the older of two updates */
	assert_int_equal(d.tcb.snd.wnd, 5000);
}

static void window_that_shrinks_and_reopens_unheard(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 4000);
	out_rest(&d);
	in(&d, ". 1:1(0) ack 1001 win 1");
	silent(&d);
	in(&d, ". 1:1(0) ack 1002 win 0");
	silent(&d);
	/* The update to 4000 is lost. The probe finds the window open. */
	pass_ms(&d, (d.tcb.timers[TIMER_RETRANSMISSION] - d.now) / 1000000);
	out(&d, ". 1002:1003(1) ack 1");
	in(&d, ". 1:1(0) ack 1003 win 4000");
	out(&d, ". 1003:2003(1000) ack 1");
	out(&d, ". 2003:3003(1000) ack 1");
	out(&d, "P. 3003:4001(998) ack 1");
}

static void ack_of_the_unsent_that_dequeues(void **state)
{
	struct dialogue d = established();
	struct seq una;

	(void)state;
	app_send(&d, 2000);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, "P. 1001:2001(1000) ack 1");
	pass_ms(&d, 1000);
	out(&d, ". 1:1001(1000) ack 1");
	una = d.tcb.snd.una;
	in(&d, ". 1:1(0) ack 2002 win 65535");
	out_any(&d);
	assert_true(seq_eq(d.tcb.snd.una, una));
	assert_int_equal(tcb_queued(&d.tcb), 2000);
}

static void ack_with_a_number_that_was_wound_back(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 3000);
	out_rest(&d);
	pass_ms(&d, 1000);
	out(&d, ". 1:1001(1000) ack 1");
	in(&d, ". 1001:1101(100) ack 1 win 65535"); /* out of order: answered at once */
	out(&d, ". 3001:3001(0) ack 1");
}

/* ---- timers ---- */

/* RFC 6298: doubled with each loss, kept until a fresh segment is measured. */
static void backoff_that_does_not_end(void **state)
{
	(void)state;
	for (int lost = 1; lost <= 5; lost++) {
		struct dialogue d = established();

		app_send(&d, 10);
		out(&d, "P. 1:11(10) ack 1");
		for (int i = 0; i < lost; i++) {
			pass_ms(&d, 1000 << i);
			out(&d, "P. 1:11(10) ack 1");
		}
		d.now += nanos_from_ms(100);
		in(&d, ". 1:1(0) ack 11 win 65535");
		assert_int_equal(d.tcb.rtt.rto, nanos_from_s(1 << lost));
		app_send(&d, 10);
		out(&d, "P. 11:21(10) ack 1");
		d.now += nanos_from_ms(100);
		in(&d, ". 1:1(0) ack 21 win 65535");
		assert_int_equal(d.tcb.rtt.rto, nanos_from_s(1));
	}
}

/* Nobody answers any more, in whatever state: it ends. */
static void connection_that_never_gives_up(void **state)
{
	static const char *const steps[] = {
		"c",   /* SYN-SENT */
		"cs",  /* SYN-RECEIVED */
		"ek",  /* FIN-WAIT-1 */
		"et",  /* ESTABLISHED, with text */
		"ezt", /* with text and a closed window */
		"ekf", /* CLOSING */
		"eft", /* CLOSE-WAIT, with text */
		"efk", /* LAST-ACK */
	};

	(void)state;
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		struct dialogue d = steps[i][0] == 'e' ? established() : dialogue_new();
		nanos began = d.now;

		d.profile.user_timeout = 0;
		for (const char *s = steps[i]; *s != '\0'; s++) {
			switch (*s) {
			case 'c': app_connect(&d); break;
			case 's': in(&d, "S 0:0(0) win 9"); break;
			case 't': app_send(&d, 10); break;
			case 'k': app_close(&d); break;
			case 'f': in(&d, "F. 1:1(0) ack 1 win 9"); break;
			case 'z': in(&d, ". 1:1(0) ack 1 win 0"); break;
			}
			out_rest(&d);
		}
		while (d.tcb.state != CLOSED) {
			nanos next = tcp_next_deadline(&d.tcb);

			assert_true(next > d.now && next < began + nanos_from_s(400));
			pass_ms(&d, (next - d.now) / 1000000);
			out_rest(&d);
		}
		assert_int_equal(d.tcb.ending, ENDING_TIMED_OUT);
		assert_true(d.now - began >= nanos_from_s(100));
	}
}

/* ---- congestion ---- */

static unsigned swap_seed;

/* What is late is not lost: every few segments one overtakes another. */
static bool some(int from, unsigned n, const struct segment *seg)
{
	(void)n;
	swap_seed = swap_seed * 1103515245 + 12345;
	return from == 0 && seg->len > 0 && (swap_seed >> 16) % 50 == 0;
}

static void flight_that_leaks(void **state)
{
	struct two_ends e = two_ends();
	uint64_t sent = 0;

	(void)state;
	swap_seed = 1;
	e.profile[0].sack = e.profile[1].sack = true;
	ends_open(&e);
	e.lose = some;
	for (int i = 0; i < 20000 && sent < 20000000; i++) {
		sent += ends_send(&e, 0, 65536);
		if (ends_talk(&e) == 0)
			ends_pass_ms(&e, 300);
		ends_receive(&e, 1, UINT32_MAX);
	}
	e.lose = NULL;
	for (int i = 0; i < 100; i++) {
		ends_pass_ms(&e, 1000);
		ends_receive(&e, 1, UINT32_MAX);
	}
	assert_true(sent >= 20000000);
	assert_int_equal(e.octets[1], sent);
	assert_int_equal(tcb_outstanding(&e.tcb[0]), 0);
	assert_int_equal(e.tcb[1].rcv.held_count, 0);
	assert_false(e.tcb[0].cc.fast_recovery);
}

static void window_that_is_cut_twice_for_one_loss(void **state)
{
	struct profile profile;
	struct dialogue d;
	unsigned reductions = 0;
	uint32_t ssthresh;

	(void)state;
	assert_true(profile_named("plain", &profile));
	profile.initial_window = 20;
	d = established_with(&profile);
	app_send(&d, 20000);
	out_rest(&d);
	ssthresh = d.tcb.cc.ssthresh;
	/* Segments 1, 3, 5 and 7 of twenty are lost. */
	for (unsigned ack = 1; ack <= 8001; ack += 2000) {
		for (int i = 0; i < 4; i++) {
			in_ack(&d, ack < 8001 ? ack : 20001);
			out_rest(&d);
			reductions += d.tcb.cc.ssthresh != ssthresh;
			ssthresh = d.tcb.cc.ssthresh;
		}
	}
	assert_int_equal(reductions, 1);
	assert_int_equal(d.tcb.cc.ssthresh, 10000);
}

/* ---- options, and answers from nowhere ---- */

static void option_length_that_hangs_or_divides_by_zero(void **state)
{
	struct endpoint peer = {.address = {.version = 4, .bytes = {10, 0, 0, 2}}, .port = 80};
	struct endpoint us = {.address = {.version = 4, .bytes = {10, 0, 0, 1}}, .port = 4000};

	(void)state;
	for (unsigned prefix = 0; prefix < 65536; prefix++) {
		struct dialogue d = listening();
		struct segment syn = {.flags = SYN, .wnd = 3000};
		struct tcp t = dialogue_turn(&d);
		uint8_t bytes[OPTIONS_LEN_MAX] = {(uint8_t)(prefix >> 8), (uint8_t)prefix};

		options_parse(&syn.options, bytes, prefix % 2 ? 4 : OPTIONS_LEN_MAX);
		tcp_arrives_in_listen(&t, &syn, &peer, &us);
		in_state(&d, SYN_RECEIVED);
		assert_in_range(d.tcb.snd.mss, 48, 1000);
		assert_true(out_any(&d));
	}
}

/* §3.5.2: the sequence number from the ACK; without one 0, and the ACK from
 * the segment's end. */
static void rst_that_its_receiver_ignores(void **state)
{
	static const struct {
		const char *in;
		const char *out;
	} answers[] = {
		{"S 100:100(0) win 9", "R. ack 101"},  {"S 100:110(10) win 9", "R. ack 111"},
		{"F 100:110(10) win 9", "R. ack 111"}, {"P 100:110(10) win 9", "R. ack 110"},
		{"S. 100:100(0) ack 7 win 9", "R 7"},  {"F. 100:110(10) ack 7 win 9", "R 7"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		struct dialogue d = dialogue_new();
		unsigned number = 0;

		in(&d, answers[i].in);
		assert_true(out_any(&d));
		if (sscanf(answers[i].out, "R. ack %u", &number) == 1) {
			assert_int_equal(d.last.flags, RST | ACK);
			assert_int_equal(d.last.seq.v, 0);
			assert_int_equal(d.last.ack.v, d.peer_isn + number);
		} else {
			assert_int_equal(sscanf(answers[i].out, "R %u", &number), 1);
			assert_int_equal(d.last.flags, RST);
			assert_int_equal(d.last.seq.v, d.profile.isn + number);
		}
		assert_int_equal(d.last.src_port, 4000);
		assert_int_equal(d.last.dst_port, 80);
	}
}

/* 26. Whatever comes due: when it has been dealt with, and all is sent that may be,
 * the next deadline lies ahead. */
static void all_deadlines_move(struct dialogue *d)
{
	for (int steps = 0; tcp_next_deadline(&d->tcb) != NANOS_NEVER; steps++) {
		struct tcp t;

		if (steps > 5000)
			fail_msg("it does not end");
		assert_true(tcp_next_deadline(&d->tcb) > d->now);
		d->now = tcp_next_deadline(&d->tcb);
		t = dialogue_turn(d);
		tcp_timeout(&t);
		while (out_any(d))
			;
	}
}

static void deadline_that_is_due_at_once_and_does_nothing(void **state)
{
	(void)state;
	for (const char *const *name = profile_names(); *name != NULL; name++) {
		for (int story = 0; story < 4; story++) {
			struct profile profile;
			struct dialogue d;

			assert_true(profile_named(*name, &profile));
			profile.keepalive = true;
			profile.keepalive_count = 3;
			d = established_with(&profile);
			if (story == 1) {
				in(&d, ". 1:101(100) ack 1 win 65535"); /* an ACK waits */
				while (out_any(&d))
					;
			}
			if (story == 2)
				in(&d, ". 1:1(0) ack 1 win 0"); /* probes */
			if (story > 0) {
				app_send(&d, 500);
				while (out_any(&d))
					;
			}
			if (story == 3) {
				app_close(&d);
				while (out_any(&d))
					;
			}
			all_deadlines_move(&d);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(octet_of_a_probe_that_is_not_counted),
		cmocka_unit_test(ping_pong_of_acks_at_zero_window),
		cmocka_unit_test(silly_windows),
		cmocka_unit_test(throttle_that_delays_lost_acks),
		cmocka_unit_test(right_edge_that_moves_left),
		cmocka_unit_test(window_of_a_syn_that_is_scaled),
		cmocka_unit_test(window_that_an_old_segment_sets),
		cmocka_unit_test(window_that_shrinks_and_reopens_unheard),
		cmocka_unit_test(ack_of_the_unsent_that_dequeues),
		cmocka_unit_test(ack_with_a_number_that_was_wound_back),
		cmocka_unit_test(backoff_that_does_not_end),
		cmocka_unit_test(connection_that_never_gives_up),
		cmocka_unit_test(flight_that_leaks),
		cmocka_unit_test(window_that_is_cut_twice_for_one_loss),
		cmocka_unit_test(option_length_that_hangs_or_divides_by_zero),
		cmocka_unit_test(rst_that_its_receiver_ignores),
		cmocka_unit_test(deadline_that_is_due_at_once_and_does_nothing),
	};

	return DIALOGUE_RUN("more bug classes", tests);
}
