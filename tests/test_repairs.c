/* One loss is one reduction, and a reduction is taken back only where no loss
 * was: what a mistake here costs is seen in throughput alone.
 * RFC 6675 §5, §5.1; RFC 3522; RFC 5682; RFC 5681 §3.1. */
#include "tests/dialogue.h"

#include <stdio.h>

static struct dialogue with_sack(bool timestamps)
{
	struct profile profile;
	struct dialogue d = dialogue_new();

	assert_true(profile_named("plain", &profile));
	profile.sack = true;
	profile.timestamps = timestamps;
	profile.eifel = true;
	profile.initial_window = 10;
	profile.mss = 1000;
	profile.isn = d.profile.isn;
	profile.isn_fixed = true;
	d.profile = profile;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, timestamps ? "S. 0:0(0) ack 1 win 65535 <mss 1012,sackOK,TS val 70 ecr 1000>"
			  : "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK>");
	out_rest(&d);
	return d;
}

/* Sent in recovery, lost, and repeated in it: a second window lost, and its
 * segment does not go a third time. */
static void each_window_that_loses_has_its_reduction(void **state)
{
	struct dialogue d = with_sack(false);
	uint32_t ssthresh;

	(void)state;
	app_send(&d, 30000);
	out_rest(&d);
	in_sack(&d, 1, 1001, 10001);
	out(&d, ". 1:1001(1000) ack 1");
	ssthresh = d.tcb.cc.ssthresh;
	out_rest(&d);
	in(&d, ". 1:1(0) ack 1 win 65535 <nop,nop,sack 2 {11001:14001}{1001:10001}>");
	out(&d, ". 10001:11001(1000) ack 1");
	out_rest(&d);
	in_sack(&d, 10001, 11001, 14001);
	assert_true(d.tcb.cc.fast_recovery);
	assert_true(d.tcb.cc.ssthresh < ssthresh);
	while (out_any(&d))
		assert_int_not_equal(d.last.seq.v, seq_add(d.tcb.snd.iss, 10001).v);
}

/* What was sent after the time-out, and lost, has its own reduction. */
static void after_a_time_out_new_losses_wait_for_their_own_recovery(void **state)
{
	struct dialogue d = with_sack(false);
	uint32_t ssthresh;

	(void)state;
	app_send(&d, 60000);
	out_rest(&d);
	pass_ms(&d, 1000); /* the timer fires: 1 … 10001 is lost */
	out_rest(&d);
	ssthresh = d.tcb.cc.ssthresh;
	for (int ack = 1001; ack <= 9001; ack += 1000) {
		in_ack(&d, ack);
		out_rest(&d);
	}
	assert_true(d.tcb.cc.loss_recovery);
	/* New text is under way, and its first segment is missing. */
	assert_true(seq_gt(d.tcb.snd.nxt, seq_add(d.tcb.snd.iss, 14001)));
	in_sack(&d, 9001, 11001, 15001);
	out_rest(&d);
	assert_int_equal(d.tcb.flight.lost, 0);
	assert_int_equal(d.tcb.cc.ssthresh, ssthresh);
	in_sack(&d, 10001, 11001, 15001);
	fired(&d, RULE_SACK_RECOVERY);
	assert_false(d.tcb.cc.loss_recovery);
}

/* The echo answers the first repetition: the loss was real. */
static void time_out_in_recovery_is_not_undone_by_an_older_echo(void **state)
{
	struct dialogue d = with_sack(true);

	(void)state;
	app_send(&d, 10000);
	out_rest(&d);
	pass_ms(&d, 10);
	for (int i = 2; i <= 4; i++) {
		char line[120];

		snprintf(line, sizeof line,
			 ". 1:1(0) ack 1 win 65535 <nop,nop,TS val 80 ecr 1000,nop,nop,sack 1 "
			 "{1001:%d}>",
			 i * 1000 + 1);
		in(&d, line);
		out_rest(&d);
	}
	assert_true(d.tcb.cc.fast_recovery);
	pass_ms(&d, 1000);
	fired(&d, RULE_RTO_FIRED);
	out_rest(&d);
	in(&d, ". 1:1(0) ack 4001 win 65535 <nop,nop,TS val 90 ecr 1010>");
	not_fired(&d, RULE_EIFEL_UNDOES);
	assert_true(d.tcb.cc.cwnd < 4000);
}

/* Blocks had named it: SND.UNA passes over much, but little of it is news. */
static void hole_that_is_filled_brings_no_burst(void **state)
{
	struct dialogue d = with_sack(false);

	(void)state;
	d.profile.byte_counting_limit = 0;
	app_send(&d, 60000);
	out_rest(&d);
	in_sack(&d, 1, 1001, 10001);
	out_rest(&d);
	pass_ms(&d, 1000);
	out_rest(&d);
	in(&d, ". 1:1(0) ack 9001 win 65535");
	assert_true(d.tcb.cc.cwnd <= 3000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_window_that_loses_has_its_reduction),
		cmocka_unit_test(after_a_time_out_new_losses_wait_for_their_own_recovery),
		cmocka_unit_test(time_out_in_recovery_is_not_undone_by_an_older_echo),
		cmocka_unit_test(hole_that_is_filled_brings_no_burst),
	};

	return DIALOGUE_RUN("repairs", tests);
}
