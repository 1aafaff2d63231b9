/* How much goes out in a recovery (RFC 6937), and what a loss takes its share of. */
#include "tests/dialogue.h"

/* Ten segments are under way, and ten more wait; Reno, so ssthresh is five. */
static struct dialogue ten_under_way(bool careful)
{
	struct dialogue d = dialogue_new();

	assert_true(profile_named("plain", &d.profile));
	d.profile.isn_fixed = true;
	d.profile.mss = 1000;
	d.profile.sack = true;
	d.profile.prr = true;
	d.profile.prr_careful = careful;
	d.profile.limited_transmit = false;
	d.profile.initial_window = 10;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	pass_ms(&d, 100);
	in(&d, "S. 0:0(0) ack 1 win 10000 <mss 1000,nop,nop,sackOK>");
	out(&d, ". 1:1(0) ack 1");
	app_send(&d, 20000);
	out_rest(&d);
	/* The first four are lost. */
	pass_ms(&d, 100);
	in(&d, ". 1:1(0) ack 1 win 10000 <nop,nop,sack 1 {4001:5001}>");
	silent(&d);
	in(&d, ". 1:1(0) ack 1 win 10000 <nop,nop,sack 1 {4001:6001}>");
	silent(&d);
	in(&d, ". 1:1(0) ack 1 win 10000 <nop,nop,sack 1 {4001:7001}>");
	return d;
}

static void below_ssthresh_a_segment_more_goes_than_arrived(void **state)
{
	struct dialogue d = ten_under_way(false);

	(void)state;
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, ". 1001:2001(1000) ack 1");
	silent(&d);
	fired(&d, RULE_PRR_BOUNDED);
}

static void careful_it_is_as_much_as_arrived(void **state)
{
	struct dialogue d = ten_under_way(true);

	(void)state;
	out(&d, ". 1:1001(1000) ack 1");
	silent(&d);
	in(&d, ". 1:1(0) ack 1 win 10000 <nop,nop,sack 1 {4001:8001}>");
	out(&d, ". 1001:2001(1000) ack 1");
	silent(&d);
	fired(&d, RULE_PRR_BOUNDED);
}

static void careful_an_ack_that_moves_una_brings_one_more(void **state)
{
	struct dialogue d = ten_under_way(true);

	(void)state;
	out(&d, ". 1:1001(1000) ack 1");
	pass_ms(&d, 100);
	in(&d, ". 1:1(0) ack 1001 win 10000 <nop,nop,sack 1 {4001:7001}>");
	out(&d, ". 1001:2001(1000) ack 1");
	out(&d, ". 2001:3001(1000) ack 1");
	silent(&d);
}

static void a_loss_takes_its_share_of_flight_size_or_of_cwnd(void **state)
{
	(void)state;
	for (int cwnd = 0; cwnd < 2; cwnd++) {
		struct dialogue d = dialogue_new();

		d.profile.initial_window = 10;
		d.profile.cut_cwnd = cwnd;
		app_connect(&d);
		out(&d, "S 0:0(0)");
		in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
		out(&d, ". 1:1(0) ack 1");
		app_send(&d, 4000);
		out_rest(&d);
		pass_ms(&d, 1000);
		fired(&d, RULE_RTO_FIRED);
		assert_int_equal(d.tcb.cc.ssthresh, cwnd ? 5000 : 2000);
	}
}

/* What was not used of it stays allowed, whatever the last ACK delivered. */
static void what_earlier_acks_allowed_may_still_go(void **state)
{
	struct dialogue d = ten_under_way(false);
	uint32_t pipe;

	(void)state;
	out_rest(&d);
	d.tcb.cc.ssthresh = 9000;
	d.tcb.cc.prr_delivered = 3000;
	d.tcb.cc.prr_out = 0;
	in_sack(&d, 1, 4001, 8001);
	pipe = flight_pipe(&d.tcb);
	assert_int_equal(d.tcb.cc.cwnd - pipe, 5000); /* 4000 that arrived, and a segment */
}

static void more_than_was_due_has_gone_already_so_nothing_goes(void **state)
{
	struct dialogue d = ten_under_way(false);

	(void)state;
	out_rest(&d);
	d.tcb.cc.ssthresh = 2000;
	d.tcb.cc.prr_out = 20000;
	in_sack(&d, 1, 4001, 8001);
	fired(&d, RULE_PRR_PROPORTIONAL);
	assert_int_equal(d.tcb.cc.cwnd, flight_pipe(&d.tcb));
}

static void an_ack_that_delivers_nothing_changes_nothing(void **state)
{
	struct dialogue d = ten_under_way(false);

	(void)state;
	out_rest(&d);
	d.tcb.cc.cwnd = 5678;
	in_sack(&d, 1, 4001, 7001);
	assert_int_equal(d.tcb.cc.cwnd, 5678);
}

/* Half of what arrived is half a segment. */
static void the_fast_retransmit_goes_whatever_is_due(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile.sack = true;
	d.profile.prr = true;
	d.profile.initial_window = 10;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK>");
	out(&d, ". 1:1(0) ack 1");
	app_send(&d, 10000);
	out_rest(&d);
	in_sack(&d, 1, 1001, 2001);
	in_sack(&d, 1, 1001, 3001);
	in_sack(&d, 1, 1001, 4001);
	fired(&d, RULE_PRR_PROPORTIONAL);
	assert_int_equal(d.tcb.cc.cwnd, flight_pipe(&d.tcb) + 1000);
	out(&d, ". 1:1001(1000) ack 1");
	silent(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(below_ssthresh_a_segment_more_goes_than_arrived),
		cmocka_unit_test(careful_it_is_as_much_as_arrived),
		cmocka_unit_test(careful_an_ack_that_moves_una_brings_one_more),
		cmocka_unit_test(a_loss_takes_its_share_of_flight_size_or_of_cwnd),
		cmocka_unit_test(what_earlier_acks_allowed_may_still_go),
		cmocka_unit_test(more_than_was_due_has_gone_already_so_nothing_goes),
		cmocka_unit_test(an_ack_that_delivers_nothing_changes_nothing),
		cmocka_unit_test(the_fast_retransmit_goes_whatever_is_due),
	};

	return DIALOGUE_RUN("prr", tests);
}
