/* Congestion window validation: what was used of cwnd counts. RFC 7661. */
#include "tcp/turn.h"
#include "tests/dialogue.h"

/* The round trip of the handshake takes 100 ms; nothing times out for 5 s. */
static struct dialogue with(uint32_t initial_window, bool cwv, bool sack)
{
	struct dialogue d = dialogue_new();

	d.profile.initial_window = initial_window;
	d.profile.cwv = cwv;
	d.profile.sack = sack;
	d.profile.rto_min = nanos_from_s(5);
	app_connect(&d);
	out(&d, sack ? "S 0:0(0) <mss 1000,nop,nop,sackOK>" : "S 0:0(0)");
	pass_ms(&d, 100);
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK>");
	out(&d, ". 1:1(0) ack 1");
	in_state(&d, ESTABLISHED);
	return d;
}

static uint32_t next_number(const struct dialogue *d)
{
	return d->tcb.snd.nxt.v - d->profile.isn;
}

/* So much is sent and, 100 ms later, acknowledged. */
static void round_trip(struct dialogue *d, uint32_t octets)
{
	app_send(d, octets);
	out_rest(d);
	pass_ms(d, 100);
	in_ack(d, next_number(d));
	out_rest(d);
}

static void it_begins_validated_and_pipe_ack_is_not_known(void **state)
{
	struct dialogue d = with(10, true, false);

	(void)state;
	assert_false(d.tcb.cwv.defined);
	app_send(&d, 1000);
	out_rest(&d);
	assert_false(d.tcb.cwv.non_validated);
	not_fired(&d, RULE_CWV_NON_VALIDATED);
}

static void pipe_ack_is_what_was_acknowledged_in_one_round_trip(void **state)
{
	struct dialogue d = with(10, true, false);

	(void)state;
	app_send(&d, 6000);
	out_rest(&d);
	pass_ms(&d, 100);
	in_ack(&d, 2001);
	in_ack(&d, 4001);
	assert_false(d.tcb.cwv.defined); /* the round trip is not over */
	in_ack(&d, 6001);
	assert_int_equal(d.tcb.cwv.pipe_ack, 6000);
}

static void pipe_ack_is_the_largest_of_the_last_second(void **state)
{
	struct dialogue d = with(10, true, false);

	(void)state;
	round_trip(&d, 7000);
	for (int i = 0; i < 5; i++)
		round_trip(&d, 1000);
	assert_int_equal(d.tcb.cwv.pipe_ack, 7000);
	for (int i = 0; i < 6; i++)
		round_trip(&d, 1000);
	assert_int_equal(d.tcb.cwv.pipe_ack, 1000);
}

static void the_sampling_period_is_three_long_round_trips(void **state)
{
	struct dialogue d = with(10, true, false);

	(void)state;
	d.tcb.rtt.srtt = nanos_from_ms(2000);
	round_trip(&d, 7000);
	for (int i = 0; i < 20; i++) {
		d.tcb.rtt.srtt = nanos_from_ms(2000);
		round_trip(&d, 1000);
	}
	assert_int_equal(d.tcb.cwv.pipe_ack, 7000);
}

static void half_of_cwnd_validates_it_and_less_does_not(void **state)
{
	struct dialogue d = with(10, true, false);

	(void)state;
	round_trip(&d, 4999);
	assert_true(d.tcb.cwv.non_validated);
	fired(&d, RULE_CWV_NON_VALIDATED);
	not_fired(&d, RULE_CWV_VALIDATED);
	round_trip(&d, 5000);
	assert_false(d.tcb.cwv.non_validated);
	fired(&d, RULE_CWV_VALIDATED);
}

static void cwnd_that_is_not_validated_does_not_grow(void **state)
{
	struct dialogue d = with(10, true, false);

	(void)state;
	for (int i = 0; i < 20; i++)
		round_trip(&d, 3000);
	assert_int_equal(d.tcb.cc.cwnd, 10000);
	fired(&d, RULE_CWND_UNUSED);
	not_fired(&d, RULE_SLOW_START);
}

static void who_fills_cwnd_again_lets_it_grow_at_once(void **state)
{
	struct dialogue d = with(10, true, false);

	(void)state;
	round_trip(&d, 3000);
	assert_true(d.tcb.cwv.non_validated);
	app_send(&d, 10000);
	out_rest(&d);
	pass_ms(&d, 100);
	in_ack(&d, 5001); /* the round trip is not over, so pipeACK is still 3000 */
	assert_true(d.tcb.cwv.non_validated);
	assert_true(d.tcb.cc.cwnd > 10000);
}

static void slow_start_stays_validated(void **state)
{
	struct dialogue d = with(4, true, false);

	(void)state;
	app_send(&d, 60000);
	out_rest(&d);
	for (int i = 0; i < 3; i++) {
		uint32_t end = next_number(&d);

		pass_ms(&d, 100);
		for (uint32_t ack = d.tcb.snd.una.v - d.profile.isn + 1000; ack <= end;
		     ack += 1000) {
			in_ack(&d, ack);
			out_rest(&d);
		}
	}
	assert_int_equal(d.tcb.cc.cwnd, 32000);
	not_fired(&d, RULE_CWV_NON_VALIDATED);
}

/* A window of 20000, all of it used a moment ago. */
static struct dialogue grown(bool cwv)
{
	struct dialogue d = with(10, cwv, false);

	app_send(&d, 10000);
	out_rest(&d);
	pass_ms(&d, 100);
	for (uint32_t ack = 1001; ack <= 10001; ack += 1000)
		in_ack(&d, ack);
	assert_int_equal(d.tcb.cc.cwnd, 20000);
	return d;
}

static void a_pause_takes_nothing_away_before_five_minutes(void **state)
{
	struct dialogue d = grown(true);

	(void)state;
	pass_ms(&d, 299000);
	app_send(&d, 30000);
	out_rest(&d);
	assert_int_equal(tcb_outstanding(&d.tcb), 20000);
	not_fired(&d, RULE_RESTART_AFTER_IDLE);
	not_fired(&d, RULE_CWV_PERIOD_OVER);
}

static void without_it_a_pause_takes_cwnd_back_to_the_initial_window(void **state)
{
	struct dialogue d = grown(false);

	(void)state;
	pass_ms(&d, 299000);
	app_send(&d, 30000);
	out_rest(&d);
	assert_int_equal(tcb_outstanding(&d.tcb), 10000);
	fired(&d, RULE_RESTART_AFTER_IDLE);
}

static void a_host_may_leave_cwnd_as_it_is(void **state)
{
	struct dialogue d = grown(false);

	(void)state;
	d.profile.no_idle_restart = true;
	pass_ms(&d, 299000);
	app_send(&d, 30000);
	out_rest(&d);
	assert_int_equal(tcb_outstanding(&d.tcb), 20000);
	not_fired(&d, RULE_RESTART_AFTER_IDLE);
}

static void after_five_minutes_cwnd_is_halved_and_ssthresh_remembers(void **state)
{
	struct dialogue d = grown(true);

	(void)state;
	d.tcb.cc.cwnd = 40000;
	d.tcb.cc.ssthresh = 8000;
	pass_ms(&d, 302000); /* the sampling period of a second, and five minutes */
	app_send(&d, 30000);
	out_rest(&d);
	fired(&d, RULE_CWV_PERIOD_OVER);
	assert_int_equal(d.tcb.cc.cwnd, 20000);
	assert_int_equal(d.tcb.cc.ssthresh, 30000);
	assert_int_equal(tcb_outstanding(&d.tcb), 20000);
}

static void each_further_period_halves_it_down_to_the_initial_window(void **state)
{
	struct dialogue d = grown(true);

	(void)state;
	d.tcb.cc.cwnd = 64000;
	pass_ms(&d, 602000);
	app_send(&d, 1000);
	out_rest(&d);
	assert_int_equal(d.tcb.cc.cwnd, 16000);
	d = grown(true);
	d.tcb.cc.cwnd = 64000;
	pass_ms(&d, 86400000);
	app_send(&d, 1000);
	out_rest(&d);
	assert_int_equal(d.tcb.cc.cwnd, 10000);
}

static void a_trickle_for_five_minutes_counts_like_a_pause(void **state)
{
	struct dialogue d = grown(true);

	(void)state;
	d.tcb.cc.cwnd = 40000;
	for (int i = 0; i < 620; i++) {
		app_send(&d, 100);
		out_rest(&d);
		pass_ms(&d, 500);
		in_ack(&d, next_number(&d));
	}
	assert_int_equal(d.tcb.cc.cwnd, 20000);
}

static void in_three_duplicates(struct dialogue *d)
{
	uint32_t ack = d->tcb.snd.una.v - d->profile.isn;

	for (int i = 0; i < 3; i++)
		in_ack(d, ack);
}

/* 4.4.1: max(pipeACK, FlightSize) / 2, and in the end (… - R) / 2. */
static void a_loss_brings_cwnd_down_to_half_of_what_was_used(void **state)
{
	struct dialogue d = with(30, true, false);

	(void)state;
	round_trip(&d, 12000);
	app_send(&d, 8000);
	out_rest(&d);
	in_three_duplicates(&d);
	fired(&d, RULE_CWV_LOSS);
	assert_int_equal(d.tcb.cc.ssthresh, 6000); /* pipeACK is more than the 8000 */
	out_rest(&d);
	in_ack(&d, 20001);
	fired(&d, RULE_CWV_RECOVERED);
	assert_true(d.tcb.cc.cwnd <= 5500);
	assert_int_equal(d.tcb.cc.ssthresh, 5500); /* a segment went again */
	assert_false(d.tcb.cwv.defined);
}

static void flight_size_counts_where_it_is_more(void **state)
{
	struct dialogue d = with(30, true, false);

	(void)state;
	round_trip(&d, 5000);
	app_send(&d, 14000);
	out_rest(&d);
	in_three_duplicates(&d);
	assert_int_equal(d.tcb.cc.ssthresh, 7000);
}

static void what_went_again_is_taken_off_once_with_sack_too(void **state)
{
	struct dialogue d = with(30, true, true);

	(void)state;
	round_trip(&d, 5000);
	app_send(&d, 14000);
	out_rest(&d);
	in(&d, ". 1:1(0) ack 5001 win 65535 <nop,nop,sack 1 {9001:19001}>"); /* four are lost */
	assert_int_equal(d.tcb.cc.ssthresh, 7000);
	out_rest(&d);
	assert_int_equal(d.tcb.cwv.repeated, 4000);
	in_ack(&d, 19001);
	assert_int_equal(d.tcb.cc.ssthresh, 5000);
	assert_true(d.tcb.cc.cwnd <= 6000); /* one step of congestion avoidance more */
	fired(&d, RULE_SACK_RECOVERED);
}

static void a_loss_in_the_validated_phase_is_as_usual(void **state)
{
	struct dialogue d = with(10, true, false);

	(void)state;
	round_trip(&d, 8000);
	app_send(&d, 6000);
	out_rest(&d);
	in_three_duplicates(&d);
	assert_int_equal(d.tcb.cc.ssthresh, 3000);
	not_fired(&d, RULE_CWV_LOSS);
	out_rest(&d);
	in_ack(&d, 14001);
	not_fired(&d, RULE_CWV_RECOVERED);
	assert_false(d.tcb.cwv.defined);
}

static void a_time_out_ends_the_phase_and_is_as_usual(void **state)
{
	struct dialogue d = with(30, true, false);

	(void)state;
	round_trip(&d, 12000);
	assert_true(d.tcb.cwv.non_validated);
	app_send(&d, 8000);
	out_rest(&d);
	pass_ms(&d, 5000);
	assert_int_equal(d.tcb.cc.ssthresh, 4000);
	assert_int_equal(d.tcb.cc.cwnd, 1000);
	assert_false(d.tcb.cwv.non_validated);
	not_fired(&d, RULE_CWV_LOSS);
}

static void nothing_is_measured_during_recovery(void **state)
{
	struct dialogue d = with(30, true, false);

	(void)state;
	round_trip(&d, 12000);
	app_send(&d, 10000);
	out_rest(&d);
	in_three_duplicates(&d);
	out_rest(&d);
	in_ack(&d, 20001); /* partial */
	assert_int_equal(d.tcb.cwv.pipe_ack, 12000);
	out_rest(&d);
	in_ack(&d, 22001);
	assert_false(d.tcb.cwv.defined);
	round_trip(&d, 2000);
	assert_int_equal(d.tcb.cwv.pipe_ack, 2000);
}

/* §4.4.1: half of what was used, but two segments. */
static void after_a_loss_two_segments_are_the_least(void **state)
{
	struct dialogue d = with(10, true, false);

	(void)state;
	round_trip(&d, 1000);
	assert_true(d.tcb.cwv.non_validated);
	app_send(&d, 1000);
	out_rest(&d);
	in_three_duplicates(&d);
	fired(&d, RULE_CWV_LOSS);
	assert_int_equal(d.tcb.cc.ssthresh, 2000);
}

/* What is sent meanwhile is no sample, and what is acknowledged is none either. */
static void fast_recovery_begins_no_sample(void **state)
{
	struct dialogue d = with(30, true, true);

	(void)state;
	round_trip(&d, 5000);
	app_send(&d, 14000);
	out_rest(&d);
	in(&d, ". 1:1(0) ack 5001 win 65535 <nop,nop,sack 1 {9001:19001}>");
	assert_true(d.tcb.cc.fast_recovery);
	d.tcb.cwv.sampling = false;
	app_send(&d, 3000);
	out_rest(&d);
	assert_true(d.tcb.snd.nxt.v - d.profile.isn > 19001);
	assert_false(d.tcb.cwv.sampling);
}

/* R of §4.4.1 counts octets that went again, each once. */
static void what_goes_again_twice_is_taken_off_once(void **state)
{
	struct dialogue d = with(30, true, true);
	struct tcp t;

	(void)state;
	round_trip(&d, 5000);
	app_send(&d, 14000);
	out_rest(&d);
	in(&d, ". 1:1(0) ack 5001 win 65535 <nop,nop,sack 1 {6001:19001}>");
	out_rest(&d);
	assert_int_equal(d.tcb.cwv.repeated, 1000);
	t = dialogue_turn(&d);
	cwv_sent_again(&t, seq_of(d.profile.isn + 5001), seq_of(d.profile.isn + 6001));
	assert_int_equal(d.tcb.cwv.repeated, 1000);
	cwv_sent_again(&t, seq_of(d.profile.isn + 5501), seq_of(d.profile.isn + 6501));
	assert_int_equal(d.tcb.cwv.repeated, 1500);
	cwv_sent_again(&t, seq_of(d.profile.isn + 8001), seq_of(d.profile.isn + 9001));
	assert_int_equal(d.tcb.cwv.repeated, 2500);
}

/* Half of what arrived, but a segment, which slow start adds to; ssthresh is two at least. */
static void after_a_recovery_half_of_what_arrived_counts(void **state)
{
	static const struct {
		uint32_t used;
		uint32_t repeated;
		uint32_t ssthresh;
		uint32_t cwnd;
	} rows[] = {{4000, 3500, 2000, 2000}, {6000, 1000, 2500, 2500}};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct dialogue d = with(20, true, true);

		round_trip(&d, rows[i].used);
		app_send(&d, rows[i].used);
		out_rest(&d);
		in_sack(&d, rows[i].used + 1, rows[i].used + 1001, 2 * rows[i].used + 1);
		out_rest(&d);
		assert_int_equal(d.tcb.cwv.repeated, 1000);
		d.tcb.cwv.repeated = rows[i].repeated;
		in_ack(&d, 2 * rows[i].used + 1);
		fired(&d, RULE_CWV_RECOVERED);
		assert_int_equal(d.tcb.cc.ssthresh, rows[i].ssthresh);
		assert_in_range(d.tcb.cc.cwnd, rows[i].cwnd, rows[i].cwnd + 999);
	}
}

/* Off, nothing is kept and nothing is taken off. */
static void without_it_nothing_is_measured(void **state)
{
	struct dialogue d = with(30, false, true);

	(void)state;
	round_trip(&d, 5000);
	assert_false(d.tcb.cwv.sampling || d.tcb.cwv.defined);
	app_send(&d, 14000);
	out_rest(&d);
	in(&d, ". 1:1(0) ack 5001 win 65535 <nop,nop,sack 1 {9001:19001}>");
	out_rest(&d);
	assert_int_equal(d.tcb.cwv.repeated, 0);
	in_ack(&d, 19001);
	not_fired(&d, RULE_CWV_RECOVERED);
	assert_int_equal(d.tcb.cc.ssthresh, 7000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_begins_validated_and_pipe_ack_is_not_known),
		cmocka_unit_test(pipe_ack_is_what_was_acknowledged_in_one_round_trip),
		cmocka_unit_test(pipe_ack_is_the_largest_of_the_last_second),
		cmocka_unit_test(the_sampling_period_is_three_long_round_trips),
		cmocka_unit_test(half_of_cwnd_validates_it_and_less_does_not),
		cmocka_unit_test(cwnd_that_is_not_validated_does_not_grow),
		cmocka_unit_test(who_fills_cwnd_again_lets_it_grow_at_once),
		cmocka_unit_test(slow_start_stays_validated),
		cmocka_unit_test(a_pause_takes_nothing_away_before_five_minutes),
		cmocka_unit_test(without_it_a_pause_takes_cwnd_back_to_the_initial_window),
		cmocka_unit_test(a_host_may_leave_cwnd_as_it_is),
		cmocka_unit_test(after_five_minutes_cwnd_is_halved_and_ssthresh_remembers),
		cmocka_unit_test(each_further_period_halves_it_down_to_the_initial_window),
		cmocka_unit_test(a_trickle_for_five_minutes_counts_like_a_pause),
		cmocka_unit_test(a_loss_brings_cwnd_down_to_half_of_what_was_used),
		cmocka_unit_test(flight_size_counts_where_it_is_more),
		cmocka_unit_test(what_went_again_is_taken_off_once_with_sack_too),
		cmocka_unit_test(a_loss_in_the_validated_phase_is_as_usual),
		cmocka_unit_test(a_time_out_ends_the_phase_and_is_as_usual),
		cmocka_unit_test(nothing_is_measured_during_recovery),
		cmocka_unit_test(after_a_loss_two_segments_are_the_least),
		cmocka_unit_test(fast_recovery_begins_no_sample),
		cmocka_unit_test(what_goes_again_twice_is_taken_off_once),
		cmocka_unit_test(after_a_recovery_half_of_what_arrived_counts),
		cmocka_unit_test(without_it_nothing_is_measured),
	};

	return DIALOGUE_RUN("cwv", tests);
}
