/* Tail loss probes. RFC 8985 §7. */
#include "tests/rack.h"

/* Of a round trip of 100 ms; so many octets have just been sent. */
static struct dialogue just_sent(uint32_t octets)
{
	struct dialogue d = with_rack(100);

	app_send(&d, octets);
	out_rest(&d);
	return d;
}

static nanos until_probe(const struct dialogue *d)
{
	return d->tcb.timers[TIMER_TAIL_PROBE] - d->now;
}

static void probe_waits_for_two_round_trips(void **state)
{
	struct dialogue d = just_sent(3000);

	(void)state;
	assert_true(until_probe(&d) == nanos_from_ms(200));
}

static void without_probes_rack_waits_for_rto(void **state)
{
	struct dialogue d = with_rack(100);

	(void)state;
	d.profile.no_tail_probe = true;
	app_send(&d, 3000);
	out_rest(&d);
	assert_true(d.tcb.timers[TIMER_TAIL_PROBE] == NANOS_NEVER);
	not_fired(&d, RULE_TLP_STARTED);
}

/* A lone segment may wait for the peer's delayed ACK. */
static void one_segment_alone_waits_longer(void **state)
{
	struct dialogue d = just_sent(1000);

	(void)state;
	assert_true(until_probe(&d) == nanos_from_ms(400));
}

/* §7.2: "schedules a TLP to be sent at that RTO time". */
static void probe_goes_in_place_of_a_time_out_that_would_be_sooner(void **state)
{
	struct dialogue d = with_rack(100);
	nanos rto;

	(void)state;
	app_send(&d, 3000);
	d.tcb.rtt.srtt = nanos_from_ms(900);
	rto = d.tcb.rtt.rto;
	out_rest(&d);
	assert_true(rto < nanos_from_ms(1800));
	assert_true(until_probe(&d) == rto);
	pass_ms(&d, rto / 1000000);
	out(&d, "P. 2001:3001(1000) ack 1");
	fired(&d, RULE_TLP_FIRED);
	not_fired(&d, RULE_RTO_FIRED);
	assert_true(d.tcb.timers[TIMER_RETRANSMISSION] == d.now + rto);
	pass_ms(&d, rto / 1000000);
	fired(&d, RULE_RTO_FIRED);
}

static void there_is_one_probe_and_then_the_timer(void **state)
{
	struct dialogue d = just_sent(3000);

	(void)state;
	pass_ms(&d, 200);
	out(&d, "P. 2001:3001(1000) ack 1");
	assert_true(d.tcb.timers[TIMER_TAIL_PROBE] == NANOS_NEVER);
	assert_true(d.tcb.timers[TIMER_RETRANSMISSION] == d.now + d.tcb.rtt.rto);
	pass_ms(&d, 999);
	silent(&d);
	pass_ms(&d, 1);
	out(&d, ". 1:1001(1000) ack 1");
	fired(&d, RULE_RTO_FIRED);
}

static void new_text_goes_before_a_repetition(void **state)
{
	struct dialogue d = just_sent(12000);

	(void)state;
	assert_int_equal(tcb_outstanding(&d.tcb), 10000);
	pass_ms(&d, 200);
	out(&d, ". 10001:11001(1000) ack 1"); /* beyond cwnd, by one segment */
	silent(&d);
	fired(&d, RULE_TLP_SENDS);
}

static void a_full_window_lets_the_probe_repeat_the_last_segment(void **state)
{
	struct dialogue d = with_rack(100);

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 3000");
	app_send(&d, 5000);
	out_rest(&d);
	pass_ms(&d, 200);
	out(&d, ". 2001:3001(1000) ack 1");
	fired(&d, RULE_TLP_REPEATS);
}

static void loss_of_the_tail_is_found_by_the_ack_of_the_probe(void **state)
{
	struct dialogue d = just_sent(4000);

	(void)state;
	pass_ms(&d, 200);
	out(&d, "P. 3001:4001(1000) ack 1");
	pass_ms(&d, 100);
	in(&d, ". 1:1(0) ack 1001 win 65535 <nop,nop,sack 1 {3001:4001}>");
	out(&d, ". 1001:2001(1000) ack 1"); /* 200 ms older than what arrived */
	assert_true(d.tcb.cc.fast_recovery);
	not_fired(&d, RULE_RTO_FIRED);
}

/* The probe itself repaired the only loss: its ACK alone does not tell. */
static void loss_that_the_probe_repaired_counts_when_more_is_acknowledged(void **state)
{
	struct dialogue d = just_sent(4000);

	(void)state;
	pass_ms(&d, 200);
	out(&d, "P. 3001:4001(1000) ack 1");
	pass_ms(&d, 100);
	in(&d, ". 1:1(0) ack 4001 win 65535");
	not_fired(&d, RULE_TLP_REPAIRED);
	app_send(&d, 1000);
	out_rest(&d);
	pass_ms(&d, 100);
	in(&d, ". 1:1(0) ack 5001 win 65535");
	fired(&d, RULE_TLP_REPAIRED);
	assert_true(d.tcb.cc.cwnd < 10000);
	assert_false(d.tcb.rack.probing);
}

static void d_sack_of_the_probe_shows_that_nothing_was_lost(void **state)
{
	struct dialogue d = just_sent(4000);
	uint32_t cwnd;

	(void)state;
	pass_ms(&d, 200);
	out(&d, "P. 3001:4001(1000) ack 1");
	in(&d, ". 1:1(0) ack 4001 win 65535");
	in(&d, ". 1:1(0) ack 4001 win 65535 <nop,nop,sack 1 {3001:4001}>");
	assert_false(d.tcb.rack.probing);
	cwnd = d.tcb.cc.cwnd;
	app_send(&d, 1000);
	out_rest(&d);
	in(&d, ". 1:1(0) ack 5001 win 65535");
	not_fired(&d, RULE_TLP_REPAIRED);
	assert_true(d.tcb.cc.cwnd >= cwnd);
}

/* §7.3: what goes again cannot be measured; probe after probe, SRTT would stay what it was. */
static void without_a_measurement_since_the_last_probe_the_timer_repairs(void **state)
{
	struct dialogue d = just_sent(4000);

	(void)state;
	pass_ms(&d, 200);
	out(&d, "P. 3001:4001(1000) ack 1");
	in(&d, ". 1:1(0) ack 4001 win 65535");
	in(&d, ". 1:1(0) ack 4001 win 65535 <nop,nop,sack 1 {3001:4001}>");
	assert_false(d.tcb.rack.probing);
	app_send(&d, 1000);
	out(&d, "P. 4001:5001(1000) ack 1");
	pass_ms(&d, 999);
	silent(&d);
	fired(&d, RULE_TLP_UNMEASURED);
	pass_ms(&d, 1);
	out(&d, "P. 4001:5001(1000) ack 1");
	fired(&d, RULE_RTO_FIRED);
}

static void a_measurement_lets_the_next_probe_go(void **state)
{
	struct dialogue d = just_sent(4000);

	(void)state;
	pass_ms(&d, 200);
	out(&d, "P. 3001:4001(1000) ack 1");
	in(&d, ". 1:1(0) ack 4001 win 65535");
	in(&d, ". 1:1(0) ack 4001 win 65535 <nop,nop,sack 1 {3001:4001}>");
	app_send(&d, 1000);
	out_rest(&d);
	pass_ms(&d, 100);
	in(&d, ". 1:1(0) ack 5001 win 65535");
	app_send(&d, 1000);
	out_rest(&d);
	pass_ms(&d, 400);
	out(&d, "P. 5001:6001(1000) ack 1");
	not_fired(&d, RULE_RTO_FIRED);
}

static void probe_of_new_text_tells_of_no_loss(void **state)
{
	struct dialogue d = just_sent(11000);

	(void)state;
	pass_ms(&d, 200);
	out(&d, "P. 10001:11001(1000) ack 1");
	in(&d, ". 1:1(0) ack 11001 win 65535");
	assert_false(d.tcb.rack.probing);
	not_fired(&d, RULE_TLP_REPAIRED);
}

static void there_is_no_probe_in_recovery_nor_with_holes(void **state)
{
	struct dialogue d = just_sent(5000);

	(void)state;
	pass_ms(&d, 100);
	in(&d, ". 1:1(0) ack 1 win 65535 <nop,nop,sack 1 {1001:4001}>");
	out(&d, ". 1:1001(1000) ack 1");
	assert_true(d.tcb.timers[TIMER_TAIL_PROBE] == NANOS_NEVER);
}

static void progress_puts_the_probe_off(void **state)
{
	struct dialogue d = just_sent(4000);

	(void)state;
	pass_ms(&d, 150);
	in(&d, ". 1:1(0) ack 2001 win 65535");
	assert_true(until_probe(&d) == 2 * d.tcb.rtt.srtt);
	in(&d, ". 1:1(0) ack 4001 win 65535");
	assert_true(d.tcb.timers[TIMER_TAIL_PROBE] == NANOS_NEVER);
}

/* The probe was lost as well: what the RTO sends again is acknowledged, and that loss
 * has been counted. */
static void a_time_out_ends_the_probe(void **state)
{
	struct dialogue d = just_sent(1000);
	uint32_t ssthresh;

	(void)state;
	pass_ms(&d, 400);
	fired(&d, RULE_TLP_FIRED);
	out(&d, "P. 1:1001(1000) ack 1");
	pass_ms(&d, 1000);
	fired(&d, RULE_RTO_FIRED);
	out(&d, "P. 1:1001(1000) ack 1");
	ssthresh = d.tcb.cc.ssthresh;
	in(&d, ". 1:1(0) ack 1001 win 65535");
	app_send(&d, 1000);
	out_rest(&d);
	pass_ms(&d, 100);
	in(&d, ". 1:1(0) ack 2001 win 65535");
	not_fired(&d, RULE_TLP_REPAIRED);
	assert_int_equal(d.tcb.cc.ssthresh, ssthresh);
}

/* The block of the probe shows what was lost: that counts, and it counts once (§7.1). */
static void fast_recovery_ends_the_probe(void **state)
{
	struct dialogue d = just_sent(8000);
	uint32_t ssthresh;

	(void)state;
	pass_ms(&d, 200);
	out(&d, "P. 7001:8001(1000) ack 1");
	pass_ms(&d, 100);
	in(&d, ". 1:1(0) ack 1 win 65535 <nop,nop,sack 1 {7001:8001}>");
	fired(&d, RULE_RACK_RECOVERY);
	assert_false(d.tcb.rack.probing);
	ssthresh = d.tcb.cc.ssthresh;
	app_send(&d, 1000);
	out_rest(&d);
	pass_ms(&d, 100);
	in(&d, ". 1:1(0) ack 4001 win 65535 <nop,nop,sack 1 {7001:8001}>");
	out_rest(&d);
	in(&d, ". 1:1(0) ack 9001 win 65535");
	assert_false(d.tcb.cc.fast_recovery);
	not_fired(&d, RULE_TLP_REPAIRED);
	assert_int_equal(d.tcb.cc.ssthresh, ssthresh);
}

/* The persist timer asks a shut window. */
static void there_is_no_probe_into_a_shut_window(void **state)
{
	struct dialogue d = just_sent(3000);

	(void)state;
	in(&d, ". 1:1(0) ack 1001 win 0");
	pass_ms(&d, 900);
	silent(&d);
	not_fired(&d, RULE_TLP_FIRED);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(probe_waits_for_two_round_trips),
		cmocka_unit_test(a_time_out_ends_the_probe),
		cmocka_unit_test(fast_recovery_ends_the_probe),
		cmocka_unit_test(without_probes_rack_waits_for_rto),
		cmocka_unit_test(one_segment_alone_waits_longer),
		cmocka_unit_test(probe_goes_in_place_of_a_time_out_that_would_be_sooner),
		cmocka_unit_test(there_is_one_probe_and_then_the_timer),
		cmocka_unit_test(new_text_goes_before_a_repetition),
		cmocka_unit_test(a_full_window_lets_the_probe_repeat_the_last_segment),
		cmocka_unit_test(loss_of_the_tail_is_found_by_the_ack_of_the_probe),
		cmocka_unit_test(loss_that_the_probe_repaired_counts_when_more_is_acknowledged),
		cmocka_unit_test(d_sack_of_the_probe_shows_that_nothing_was_lost),
		cmocka_unit_test(without_a_measurement_since_the_last_probe_the_timer_repairs),
		cmocka_unit_test(a_measurement_lets_the_next_probe_go),
		cmocka_unit_test(probe_of_new_text_tells_of_no_loss),
		cmocka_unit_test(there_is_no_probe_in_recovery_nor_with_holes),
		cmocka_unit_test(progress_puts_the_probe_off),
		cmocka_unit_test(there_is_no_probe_into_a_shut_window),
	};

	return DIALOGUE_RUN("tlp", tests);
}
