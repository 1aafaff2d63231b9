/* Classic ECN, RFC 3168: what is sent as ECT, how a mark travels back, and how the sender slows
 * down without a loss. Who agrees to it is in test_ecn_handshake.c. */
#include "tests/ecn.h"

#include <stdio.h>
#include <string.h>

/* The client's connection is open, both have agreed, and nothing is under way. */
static struct dialogue agreed(void)
{
	struct dialogue d = dialogue_with_ecn(ECN_CLASSIC);

	app_connect(&d);
	out_as(&d, NOT_ECT, "SEW 0:0(0)");
	in(&d, "S.E 0:0(0) ack 1 win 65535 <mss 1000>");
	out_as(&d, NOT_ECT, ". 1:1(0) ack 1");
	assert_int_equal(d.tcb.ecn.mode, ECN_CLASSIC);
	memset(d.rules, 0, sizeof d.rules);
	return d;
}

/* Eight segments of 1000 octets are under way. */
static struct dialogue eight_under_way(void)
{
	struct dialogue d = agreed();
	char line[60];

	d.tcb.cc.cwnd = 8000;
	app_send(&d, 20000);
	for (unsigned i = 0; i < 8; i++) {
		snprintf(line, sizeof line, ". %u:%u(1000) ack 1", 1000 * i + 1, 1000 * i + 1001);
		out_as(&d, ECT0, line);
	}
	silent(&d);
	return d;
}

/* ---- §6.1.2, §6.1.4–6: what is sent as ECT ---- */

static void only_new_text_is_sent_as_ect(void **state)
{
	struct dialogue d = agreed();

	(void)state;
	app_send(&d, 1000);
	out_as(&d, ECT0, "P. 1:1001(1000) ack 1");
	pass_ms(&d, 1000);
	out_as(&d, NOT_ECT, "P. 1:1001(1000) ack 1"); /* again */
	in(&d, ". 1:1(0) ack 1001 win 65535");
	in(&d, ". 1:1001(1000) ack 1001 win 65535");
	pass_ms(&d, 200);
	out_as(&d, NOT_ECT, ". 1001:1001(0) ack 1001"); /* a pure ACK */
	app_close(&d);
	out_as(&d, NOT_ECT, "F. 1001:1001(0) ack 1001"); /* no text */
}

static void a_window_probe_is_not_sent_as_ect(void **state)
{
	struct dialogue d = agreed();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 0");
	d.tcb.ecn.cwr = true;
	app_send(&d, 100);
	pass_ms(&d, 1000);
	out_as(&d, NOT_ECT, ". 1:2(1) ack 1"); /* nor has it CWR */
}

/* ---- §6.1.3: the receiver ---- */

static void a_mark_is_echoed_until_cwr(void **state)
{
	struct dialogue d = agreed();

	(void)state;
	in_as(&d, CE, ". 1:1001(1000) ack 1 win 65535");
	fired(&d, RULE_ECN_CE_ARRIVES);
	in_as(&d, ECT0, ". 1001:2001(1000) ack 1 win 65535"); /* the ACK covers both */
	out(&d, ".E 1:1(0) ack 2001");
	in_as(&d, ECT0, ". 2001:3001(1000) ack 1 win 65535");
	app_send(&d, 10);
	out(&d, "P.E 1:11(10) ack 3001"); /* on text, too */
	in_as(&d, ECT0, ".W 3001:4001(1000) ack 11 win 65535");
	fired(&d, RULE_ECN_ECHO_ENDS);
	pass_ms(&d, 200);
	out(&d, ". 11:11(0) ack 4001");
}

static void a_marked_packet_with_cwr_begins_a_new_echo(void **state)
{
	struct dialogue d = agreed();

	(void)state;
	in_as(&d, CE, ". 1:1001(1000) ack 1 win 65535");
	in_as(&d, CE, ".W 1001:2001(1000) ack 1 win 65535");
	out(&d, ".E 1:1(0) ack 2001");
}

static void a_mark_outside_the_window_is_ignored(void **state)
{
	struct dialogue d = agreed();

	(void)state;
	in(&d, ". 1:1001(1000) ack 1 win 65535");
	pass_ms(&d, 200);
	out(&d, ". 1:1(0) ack 1001");
	in_as(&d, CE, ". 1:1001(1000) ack 1 win 65535"); /* anyone could have sent it */
	out(&d, ". 1:1(0) ack 1001");
	not_fired(&d, RULE_ECN_CE_ARRIVES);
}

static void a_marked_ack_without_text_is_not_echoed(void **state)
{
	struct dialogue d = agreed();

	(void)state;
	in_as(&d, CE, ". 1:1(0) ack 1 win 65535");
	not_fired(&d, RULE_ECN_CE_ARRIVES);
}

/* §6.1.6: "the receiver SHOULD respond to the ECN indications". */
static void a_marked_window_probe_is_echoed(void **state)
{
	struct dialogue d = dialogue_with_ecn(ECN_CLASSIC);

	(void)state;
	d.profile.receive_buffer = 1000;
	app_connect(&d);
	out(&d, "SEW 0:0(0)");
	in(&d, "S.E 0:0(0) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
	in(&d, ". 1:1001(1000) ack 1 win 65535");
	pass_ms(&d, 200);
	out(&d, ". 1:1(0) ack 1001 win 0");
	in_as(&d, CE, ". 1001:1002(1) ack 1 win 65535");
	fired(&d, RULE_ZERO_WINDOW_PROBED);
	out(&d, ".E 1:1(0) ack 1001 win 0");
}

/* ---- §6.1.2: the sender ---- */

static void an_echo_halves_the_window_and_nothing_goes_again(void **state)
{
	struct dialogue d = eight_under_way();

	(void)state;
	in(&d, ".E 1:1(0) ack 1001 win 65535");
	fired(&d, RULE_ECN_REDUCES);
	assert_int_equal(d.tcb.cc.ssthresh, 4000);
	assert_int_equal(d.tcb.cc.cwnd, 4000);
	silent(&d);
}

static void one_window_of_data_is_reduced_for_once(void **state)
{
	struct dialogue d = eight_under_way();

	(void)state;
	in(&d, ".E 1:1(0) ack 1001 win 65535");
	for (unsigned ack = 2001; ack <= 8001; ack += 1000) {
		char line[60];

		snprintf(line, sizeof line, ".E 1:1(0) ack %u win 65535", ack);
		in(&d, line);
		assert_int_equal(d.tcb.cc.cwnd, 4000); /* nor does it grow meanwhile */
		out_rest(&d);
	}
	fired(&d, RULE_ECN_REDUCED_ALREADY);
	/* What was sent after the reduction is marked again. */
	in(&d, ".E 1:1(0) ack 9001 win 65535");
	assert_in_range(d.tcb.cc.cwnd, 1000, 2000);
}

static void cwr_goes_once_with_the_next_new_text(void **state)
{
	struct dialogue d = eight_under_way();

	(void)state;
	in(&d, ".E 1:1(0) ack 6001 win 65535");
	out_as(&d, ECT0, ".W 8001:9001(1000) ack 1");
	fired(&d, RULE_ECN_CWR_SENT);
	out_as(&d, ECT0, ". 9001:10001(1000) ack 1");
	silent(&d);
}

static void cwr_does_not_go_with_what_is_sent_again(void **state)
{
	struct dialogue d = eight_under_way();

	(void)state;
	in(&d, ".E 1:1(0) ack 1001 win 65535");
	pass_ms(&d, 1000);
	out_as(&d, NOT_ECT, ". 1001:2001(1000) ack 1");
	in(&d, ". 1:1(0) ack 8001 win 65535");
	out_as(&d, ECT0, ".W 8001:9001(1000) ack 1");
}

/* "sets the CWR flag … when it reduces its congestion window for any reason". */
static void a_loss_brings_cwr_too(void **state)
{
	struct dialogue d = eight_under_way();

	(void)state;
	pass_ms(&d, 1000);
	out_as(&d, NOT_ECT, ". 1:1001(1000) ack 1");
	in(&d, ". 1:1(0) ack 8001 win 65535");
	out_as(&d, ECT0, ".W 8001:9001(1000) ack 1");
	out_as(&d, ECT0, ". 9001:10001(1000) ack 1");
}

static void a_loss_in_a_window_that_was_reduced_does_not_reduce_it_again(void **state)
{
	struct dialogue d = eight_under_way();

	(void)state;
	in(&d, ".E 1:1(0) ack 1001 win 65535");
	assert_int_equal(d.tcb.cc.ssthresh, 4000);
	for (int i = 0; i < 3; i++) {
		in(&d, ".E 1:1(0) ack 1001 win 65535");
		while (i < 2 && out_any(&d))
			;
	}
	fired(&d, RULE_FAST_RETRANSMIT);
	fired(&d, RULE_ECN_LOSS_KNOWN);
	assert_int_equal(d.tcb.cc.ssthresh, 4000);
	out_as(&d, NOT_ECT, ". 1001:2001(1000) ack 1");
}

static void an_echo_in_fast_recovery_does_not_reduce_again(void **state)
{
	struct dialogue d = eight_under_way();

	(void)state;
	for (int i = 0; i < 3; i++) {
		in(&d, ". 1:1(0) ack 1 win 65535");
		while (i < 2 && out_any(&d))
			;
	}
	fired(&d, RULE_FAST_RETRANSMIT);
	out_as(&d, NOT_ECT, ". 1:1001(1000) ack 1");
	assert_int_equal(d.tcb.cc.ssthresh, 4000);
	in(&d, ".E 1:1(0) ack 1 win 65535");
	fired(&d, RULE_ECN_REDUCED_ALREADY);
	assert_int_equal(d.tcb.cc.ssthresh, 4000);
}

static void an_old_ack_with_an_echo_changes_nothing(void **state)
{
	struct dialogue d = eight_under_way();

	(void)state;
	in(&d, ". 1:1(0) ack 4001 win 65535");
	out_rest(&d);
	in(&d, ".E 1:1(0) ack 1001 win 65535");
	not_fired(&d, RULE_ECN_REDUCES);
}

/* "The sending TCP will then be able to send a new packet only when the
 * retransmit timer expires." */
static void with_a_window_of_one_segment_the_next_waits_for_rto(void **state)
{
	struct dialogue d = agreed();

	(void)state;
	d.tcb.cc.cwnd = 1000;
	app_send(&d, 3000);
	out(&d, ". 1:1001(1000) ack 1");
	in(&d, ".E 1:1(0) ack 1001 win 65535");
	fired(&d, RULE_ECN_PAUSES);
	assert_int_equal(d.tcb.cc.cwnd, 1000);
	assert_int_equal(d.tcb.rtt.rto, nanos_from_s(1));
	pass_ms(&d, 999);
	silent(&d);
	pass_ms(&d, 1);
	out_as(&d, ECT0, ".W 1001:2001(1000) ack 1");
}

/* The floor of the window is one segment, not two. */
static void a_window_of_two_segments_becomes_one(void **state)
{
	struct dialogue d = agreed();

	(void)state;
	d.tcb.cc.cwnd = 2000;
	app_send(&d, 9000);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, ". 1001:2001(1000) ack 1");
	in(&d, ".E 1:1(0) ack 2001 win 65535");
	assert_int_equal(d.tcb.cc.cwnd, 1000);
	not_fired(&d, RULE_ECN_PAUSES);
	out(&d, ".W 2001:3001(1000) ack 1");
	silent(&d);
}

/* All that is under way has arrived, and `marked` packets in all were marked;
 * the three bits of Accurate ECN count them from 5. */
static void acked_with_marks(struct dialogue *d, uint32_t ack, unsigned marked)
{
	static const char *const ace[] = {".", ".E", ".W", ".EW", ".A", ".EA", ".WA", ".EWA"};
	char line[60];

	snprintf(line, sizeof line, "%s 1:1(0) ack %u win 65535",
		 d->tcb.ecn.mode == ECN_ACCURATE ? ace[(5 + marked) % 8] : ".E", ack);
	in(d, line);
}

/* One reduction in a window of data, down to a segment; from there on each
 * segment waits for the time of a retransmission timer. */
static void marks_without_end_leave_one_segment_an_rto(void **state)
{
	static const char *const syn_acks[] = {
		[ECN_CLASSIC] = "S.E 0:0(0) ack 1 win 65535 <mss 1000>",
		[ECN_ACCURATE] = "S.W 0:0(0) ack 1 win 65535 <mss 1000>",
	};
	static const uint32_t windows[] = {8, 4, 2, 1, 1, 1, 1};

	(void)state;
	for (enum ecn_mode mode = ECN_CLASSIC; mode <= ECN_ACCURATE; mode++) {
		struct dialogue d = dialogue_with_ecn(mode);
		unsigned marked = 0;

		app_connect(&d);
		out_rest(&d);
		in(&d, syn_acks[mode]);
		out_rest(&d);
		app_send(&d, 900); /* AccECN has an option in the first of all */
		out_rest(&d);
		in(&d, mode == ECN_CLASSIC ? ". 1:1(0) ack 901 win 65535"
					   : ".EA 1:1(0) ack 901 win 65535");
		d.tcb.cc.cwnd = 8000;
		app_send(&d, 60000);
		for (size_t i = 0; i + 1 < sizeof windows / sizeof windows[0]; i++) {
			out_rest(&d);
			assert_int_equal(tcb_outstanding(&d.tcb), 1000 * windows[i]);
			assert_int_equal(d.last_ecn, ECT0);
			marked += windows[i];
			acked_with_marks(&d, d.tcb.snd.nxt.v - d.tcb.snd.iss.v, marked);
			assert_int_equal(d.tcb.cc.cwnd, 1000 * windows[i + 1]);
			if (windows[i] > 1)
				continue;
			fired(&d, RULE_ECN_PAUSES);
			assert_int_equal(d.tcb.rtt.rto, nanos_from_s(1));
			pass_ms(&d, 999);
			silent(&d);
			pass_ms(&d, 1);
		}
		not_fired(&d, RULE_RTO_FIRED); /* nothing was lost */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_new_text_is_sent_as_ect),
		cmocka_unit_test(a_window_probe_is_not_sent_as_ect),
		cmocka_unit_test(a_mark_is_echoed_until_cwr),
		cmocka_unit_test(a_marked_packet_with_cwr_begins_a_new_echo),
		cmocka_unit_test(a_mark_outside_the_window_is_ignored),
		cmocka_unit_test(a_marked_ack_without_text_is_not_echoed),
		cmocka_unit_test(a_marked_window_probe_is_echoed),
		cmocka_unit_test(an_echo_halves_the_window_and_nothing_goes_again),
		cmocka_unit_test(one_window_of_data_is_reduced_for_once),
		cmocka_unit_test(cwr_goes_once_with_the_next_new_text),
		cmocka_unit_test(cwr_does_not_go_with_what_is_sent_again),
		cmocka_unit_test(a_loss_brings_cwr_too),
		cmocka_unit_test(a_loss_in_a_window_that_was_reduced_does_not_reduce_it_again),
		cmocka_unit_test(an_echo_in_fast_recovery_does_not_reduce_again),
		cmocka_unit_test(an_old_ack_with_an_echo_changes_nothing),
		cmocka_unit_test(with_a_window_of_one_segment_the_next_waits_for_rto),
		cmocka_unit_test(a_window_of_two_segments_becomes_one),
		cmocka_unit_test(marks_without_end_leave_one_segment_an_rto),
	};

	return DIALOGUE_RUN("ecn", tests);
}
