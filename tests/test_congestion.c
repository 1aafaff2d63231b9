/* How fast a sender may go: what counts as under way, and for how long a
 * loss is remembered. RFC 5681, RFC 6582, RFC 3042. */
#include "tests/dialogue.h"

static struct dialogue with_window_of(uint32_t segments)
{
	struct profile profile;

	assert_true(profile_named("plain", &profile));
	profile.initial_window = segments;
	return established_with(&profile);
}

/* Three ACKs of what is acknowledged already, and what they let out. */
static void in_three_duplicates(struct dialogue *d)
{
	for (int i = 0; i < 3; i++) {
		in_ack(d, (int)(d->tcb.snd.una.v - d->profile.isn));
		out_rest(d);
	}
}

/* RFC 5681 §3.2 (2): "additional data sent in limited transmit MUST NOT be included". */
static void limited_transmit_does_not_raise_ssthresh(void **state)
{
	struct dialogue d = with_window_of(10);

	(void)state;
	app_send(&d, 20000);
	out_full(&d, 1, 10);
	in_ack(&d, 1);
	out_full(&d, 10001, 1);
	in_ack(&d, 1);
	out_full(&d, 11001, 1);
	fired(&d, RULE_LIMITED_TRANSMIT);
	in_ack(&d, 1);
	out_full(&d, 1, 1);
	assert_int_equal(d.tcb.cc.ssthresh, 5000);
	assert_int_equal(d.tcb.cc.cwnd, 8000);
	in_ack(&d, 1); /* one more has left the network */
	assert_int_equal(d.tcb.cc.cwnd, 9000);
	in_ack(&d, 1001); /* a partial ACK takes what it covers, and gives a segment back */
	assert_int_equal(d.tcb.cc.cwnd, 9000);
	out_full(&d, 1001, 1);
	in_ack(&d, 4001);
	assert_int_equal(d.tcb.cc.cwnd, 7000);
	out_full(&d, 4001, 1);
}

static void text_for_which_cwnd_has_room_is_not_limited_transmit(void **state)
{
	struct dialogue d = with_window_of(6);

	(void)state;
	app_send(&d, 2000);
	out_full(&d, 1, 1);
	out(&d, "P. 1001:2001(1000) ack 1");
	in_ack(&d, 1);
	app_send(&d, 1000);
	out(&d, "P. 2001:3001(1000) ack 1");
	not_fired(&d, RULE_LIMITED_TRANSMIT);
}

static void duplicates_of_a_known_loss_lend_nothing(void **state)
{
	struct dialogue d = with_window_of(4);

	(void)state;
	app_send(&d, 20000);
	out_full(&d, 1, 4);
	pass_ms(&d, 1000);
	out_full(&d, 1, 1);
	in_ack(&d, 1001);
	out_full(&d, 1001, 2);
	in_ack(&d, 1001);
	in_ack(&d, 1001);
	silent(&d);
	not_fired(&d, RULE_LIMITED_TRANSMIT);
}

/* RFC 6582 §3.2 (3), "Impatient": many losses in one window end in a time-out
 * rather than in one repair a round trip. */
static void only_the_first_partial_ack_restarts_the_timer(void **state)
{
	struct dialogue d = with_window_of(8);

	(void)state;
	app_send(&d, 8000);
	out_full(&d, 1, 7);
	out(&d, "P. 7001:8001(1000) ack 1");
	for (int i = 0; i < 3; i++)
		in_ack(&d, 1);
	out_full(&d, 1, 1);
	pass_ms(&d, 400);
	in_ack(&d, 1001);
	out_full(&d, 1001, 1);
	pass_ms(&d, 400);
	in_ack(&d, 2001);
	out_full(&d, 2001, 1);
	pass_ms(&d, 599);
	silent(&d);
	not_fired(&d, RULE_LOSS_WINDOW);
	pass_ms(&d, 1);
	out_full(&d, 2001, 1);
	fired(&d, RULE_LOSS_WINDOW);
}

/* In the next recovery, too, the first partial ACK restarts the timer. */
static void patience_is_new_in_each_recovery(void **state)
{
	struct dialogue d = with_window_of(8);

	(void)state;
	app_send(&d, 60000);
	for (int round = 0; round < 2; round++) {
		out_rest(&d);
		in_three_duplicates(&d);
		assert_true(d.tcb.cc.fast_recovery);
		pass_ms(&d, 400);
		in_ack(&d, (int)(d.tcb.snd.una.v - d.profile.isn) + 1000);
		fired(&d, RULE_PARTIAL_ACK);
		out_rest(&d);
		assert_int_equal(d.tcb.timers[TIMER_RETRANSMISSION] - d.now, d.tcb.rtt.rto);
		in_ack(&d, (int)(d.tcb.snd.nxt.v - d.profile.isn));
		out_rest(&d);
		in_ack(&d, (int)(d.tcb.snd.nxt.v - d.profile.isn));
	}
}

static void full_ack_restarts_the_timer(void **state)
{
	struct dialogue d = with_window_of(8);
	nanos began = d.now;

	(void)state;
	app_send(&d, 20000);
	out_full(&d, 1, 8);
	in_three_duplicates(&d);
	pass_ms(&d, 100);
	in_ack(&d, 1001);
	out_rest(&d);
	pass_ms(&d, 100);
	in_ack(&d, (int)(d.tcb.cc.recover.v - d.profile.isn));
	fired(&d, RULE_FULL_ACK);
	out_rest(&d);
	assert_int_equal(d.tcb.timers[TIMER_RETRANSMISSION], began + nanos_from_ms(1200));
}

/* The end of the last repair must not stay in the way when sequence numbers
 * have gone half around. */
static void loss_is_repaired_fast_after_2_gib_without_one(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.mtu = 65535;
	d.profile.mss = 60000;
	d.profile.initial_window = 4;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 60000>");
	out(&d, ". 1:1(0) ack 1");
	for (uint32_t sent = 0; sent < (1u << 31) + 60000; sent += 60000) {
		struct segment ack = {.flags = ACK, .wnd = UINT16_MAX};
		struct tcp t = dialogue_turn(&d);

		app_send(&d, 60000);
		assert_true(out_any(&d));
		ack.seq = d.tcb.rcv.nxt;
		ack.ack = d.tcb.snd.nxt;
		tcp_arrives(&t, &ack);
	}
	app_send(&d, 60000);
	assert_true(out_any(&d));
	for (int i = 0; i < 3; i++) {
		struct segment ack = {.flags = ACK, .wnd = UINT16_MAX};
		struct tcp t = dialogue_turn(&d);

		ack.seq = d.tcb.rcv.nxt;
		ack.ack = d.tcb.snd.una;
		tcp_arrives(&t, &ack);
	}
	assert_true(d.tcb.cc.fast_recovery);
}

/* RFC 5681 §3.1: a segment a round trip, however many ACKs that brings. */
static void avoidance_adds_one_segment_a_round_trip(void **state)
{
	struct dialogue d = with_window_of(4);
	uint32_t cwnd = 2000;

	(void)state;
	app_send(&d, 60000);
	out_full(&d, 1, 4);
	pass_ms(&d, 1000);
	out_full(&d, 1, 1);
	in_ack(&d, 4001); /* ssthresh is 2000, cwnd 2000 */
	assert_int_equal(d.tcb.cc.cwnd, cwnd);
	for (int round = 0; round < 8; round++) {
		uint32_t until;

		out_rest(&d);
		until = d.tcb.snd.nxt.v;
		while (d.tcb.snd.una.v != until)
			in_ack(&d, d.tcb.snd.una.v - d.profile.isn + 500), out_rest(&d);
		assert_in_range(d.tcb.cc.cwnd, cwnd, cwnd + 1000);
		cwnd = d.tcb.cc.cwnd;
	}
	assert_in_range(cwnd, 8000, 10000);
}

static void initial_window_is_by_the_size_of_segments(void **state)
{
	static const unsigned cases[][2] = {{1095, 4}, {1096, 3}, {2190, 3}, {2191, 2}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dialogue d = dialogue_new();

		d.mtu = 9000;
		d.profile.mss = cases[i][0];
		app_connect(&d);
		out_any(&d);
		in(&d, "S. 0:0(0) ack 1 win 65535 <mss 8000>");
		out_any(&d);
		assert_int_equal(d.tcb.cc.cwnd, cases[i][0] * cases[i][1]);
	}
}

static void two_losses_one_after_the_other_are_two_reductions(void **state)
{
	struct dialogue d = with_window_of(8);

	(void)state;
	app_send(&d, 60000);
	out_full(&d, 1, 8);
	in_three_duplicates(&d);
	assert_int_equal(d.tcb.cc.ssthresh, 4000);
	in_ack(&d, (int)(d.tcb.cc.recover.v - d.profile.isn));
	out_rest(&d);
	/* SND.UNA is `recover` itself: duplicates now may still be of the old loss. */
	in_three_duplicates(&d);
	fired(&d, RULE_NO_SECOND_REDUCTION);
	assert_false(d.tcb.cc.fast_recovery);
	in_ack(&d, (int)(d.tcb.snd.una.v - d.profile.isn) + 1000);
	out_rest(&d);
	in_three_duplicates(&d);
	assert_true(d.tcb.cc.fast_recovery);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limited_transmit_does_not_raise_ssthresh),
		cmocka_unit_test(text_for_which_cwnd_has_room_is_not_limited_transmit),
		cmocka_unit_test(duplicates_of_a_known_loss_lend_nothing),
		cmocka_unit_test(only_the_first_partial_ack_restarts_the_timer),
		cmocka_unit_test(patience_is_new_in_each_recovery),
		cmocka_unit_test(full_ack_restarts_the_timer),
		cmocka_unit_test(loss_is_repaired_fast_after_2_gib_without_one),
		cmocka_unit_test(avoidance_adds_one_segment_a_round_trip),
		cmocka_unit_test(initial_window_is_by_the_size_of_segments),
		cmocka_unit_test(two_losses_one_after_the_other_are_two_reductions),
	};

	return DIALOGUE_RUN("congestion", tests);
}
