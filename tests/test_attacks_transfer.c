/* Peers that cheat with acknowledgments and windows, and single losses at every
 * place. Each test names its class of attack. */
#include "tests/two_ends.h"

#include <stdio.h>
#include <string.h>

#include "tests/dialogue.h"

/* ---- 17: many ACKs for one segment (Savage et al.) ---- */

static uint32_t cwnd_after_acks_of_each_octet(uint32_t ssthresh, uint32_t octets, uint32_t limit)
{
	struct dialogue d = dialogue_new();
	uint32_t begin;

	d.profile.byte_counting_limit = limit;
	d = established_with(&d.profile);
	d.tcb.cc.ssthresh = ssthresh;
	d.tcb.cc.cwnd = 4000;
	begin = d.tcb.cc.cwnd;
	app_send(&d, octets);
	out_rest(&d);
	for (uint32_t i = 1; i <= octets; i++) {
		in_ack(&d, (unsigned)i + 1);
		out_rest(&d);
	}
	return d.tcb.cc.cwnd - begin;
}

static void class_17_split_acks_open_cwnd_no_faster_than_whole_ones(void **state)
{
	(void)state;
	/* In congestion avoidance one segment a round trip, in slow start what was sent. */
	for (uint32_t limit = 1; limit <= 2; limit++) {
		assert_in_range(cwnd_after_acks_of_each_octet(4000, 4000, limit), 0, 1000);
		assert_in_range(cwnd_after_acks_of_each_octet(UINT32_MAX, 4000, limit), 0, 4000);
	}
}

/* ---- 20: silly windows ---- */

static unsigned crumbs;
static unsigned pieces;
static uint64_t carried;

static bool weigh(int from, unsigned n, const struct segment *seg)
{
	(void)n;
	if (from == 0 && seg->len == 1)
		crumbs++; /* a probe of the window */
	if (from == 0 && seg->len > 1) {
		pieces++;
		carried += seg->len;
	}
	return false;
}

static void class_20_reader_of_single_octets_gets_whole_segments(void **state)
{
	struct two_ends e = two_ends();
	uint32_t left = 12000;

	(void)state;
	e.profile[1].receive_buffer = 3000;
	e.lose = weigh;
	crumbs = pieces = 0;
	carried = 0;
	ends_open(&e);
	while (e.octets[1] < 12000) {
		left -= ends_send(&e, 0, left);
		ends_talk(&e);
		assert_int_equal(ends_receive(&e, 1, 1), 1);
		ends_talk(&e);
		ends_pass_ms(&e, 20);
	}
	assert_in_range(carried / pieces, 900, 1000); /* MSS, or half the buffer */
	assert_in_range(crumbs, 0, 200);
}

/* ---- 21: windows that lie ---- */

static void class_21_shift_beyond_14_is_14(void **state)
{
	(void)state;
	for (unsigned shift = 0; shift < 256; shift++) {
		struct dialogue d = dialogue_new();
		char line[80];

		d.profile.window_scaling = true;
		app_connect(&d);
		out_any(&d);
		snprintf(line, sizeof line, "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,wscale %u>",
			 shift);
		in(&d, line);
		out_any(&d);
		in_state(&d, ESTABLISHED);
		assert_int_equal(d.tcb.snd.shift, shift < 14 ? shift : 14);
		in(&d, ". 1:1(0) ack 1 win 65535");
		assert_int_equal(d.tcb.snd.wnd, 65535u << (shift < 14 ? shift : 14));
	}
}

static void class_21_right_edge_that_moves_left_sends_nothing_new(void **state)
{
	struct dialogue d = established();

	(void)state;
	d.tcb.cc.cwnd = 20000;
	app_send(&d, 30000);
	out_rest(&d);
	for (unsigned ack = 1001; ack < 10000; ack += 1000) {
		struct seq next = d.tcb.snd.nxt;
		char line[80];

		/* Each ACK takes 1,500 away from what was promised. */
		snprintf(line, sizeof line, ". 1:1(0) ack %u win %u", ack,
			 15000 - ack - ack / 2 > 14000 ? 0 : (unsigned)(15000 - ack - ack / 2));
		in(&d, line);
		while (out_any(&d))
			assert_true(seq_le(segment_end(&d.last), next));
		assert_true(seq_eq(d.tcb.snd.nxt, next));
	}
}

/* ---- 27: the timer that was lost ---- */

static int lost_from;
static unsigned lost_number;

static bool lose_one(int from, unsigned n, const struct segment *seg)
{
	(void)seg;
	return from == lost_from && n == lost_number;
}

static void close_end(struct two_ends *e, int who)
{
	struct tcp t = {.tcb = &e->tcb[who], .profile = &e->profile[who], .now = e->now};

	assert_int_equal(tcp_close(&t), CALL_OK);
	ends_talk(e);
}

/* 8,000 octets there and 5,500 back, however small the buffers are. */
static void converse(struct two_ends *e)
{
	uint32_t left[2] = {8000, 5500};

	for (int i = 0; i < 100; i++) {
		for (int who = 0; who < 2; who++) {
			left[who] -= ends_send(e, who, left[who]);
			ends_talk(e);
			ends_receive(e, 1 - who, 10000);
			ends_talk(e);
		}
		if (left[0] == 0 && e->tcb[0].state == ESTABLISHED)
			close_end(e, 0);
		ends_pass_ms(e, 500);
	}
	close_end(e, 1);
	ends_pass_ms(e, 600000);
}

static void whatever_single_segment_is_lost(const char *profile)
{
	for (lost_from = 0; lost_from < 2; lost_from++) {
		for (lost_number = 3; lost_number < 30; lost_number++) {
			struct two_ends e = two_ends();

			for (int who = 0; who < 2; who++) {
				assert_true(profile_named(profile, &e.profile[who]));
				e.profile[who].mss = 1000;
			}
			e.lose = lose_one;
			ends_open(&e);
			converse(&e);
			if (e.octets[1] != 8000 || e.octets[0] != 5500 ||
			    e.tcb[0].state != CLOSED || e.tcb[1].state != CLOSED)
				fail_msg("%s, segment %u of %d lost: %u and %u octets, %s and %s",
					 profile, lost_number, lost_from, (unsigned)e.octets[1],
					 (unsigned)e.octets[0],
					 state_name((enum tcp_state)e.tcb[0].state),
					 state_name((enum tcp_state)e.tcb[1].state));
		}
	}
}

static void class_27_any_single_loss_is_survived(void **state)
{
	(void)state;
	for (const char *const *name = profile_names(); *name != NULL; name++)
		whatever_single_segment_is_lost(*name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(class_17_split_acks_open_cwnd_no_faster_than_whole_ones),
		cmocka_unit_test(class_20_reader_of_single_octets_gets_whole_segments),
		cmocka_unit_test(class_21_shift_beyond_14_is_14),
		cmocka_unit_test(class_21_right_edge_that_moves_left_sends_nothing_new),
		cmocka_unit_test(class_27_any_single_loss_is_survived),
	};

	return DIALOGUE_RUN("attacks on transfers", tests);
}
