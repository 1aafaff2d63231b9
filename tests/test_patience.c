/* How long a sender waits for an answer: R2 and the user timeout, which count
 * from the last sign that it is worth it. RFC 9293 §3.8.3, §3.10.8. */
#include "tests/dialogue.h"

static void user_timeout_counts_from_the_last_progress(void **state)
{
	struct profile profile;
	struct dialogue d;

	(void)state;
	assert_true(profile_named("plain", &profile));
	profile.user_timeout = nanos_from_s(5);
	d = established_with(&profile);
	app_send(&d, 10000);
	out_full(&d, 1, 3);
	if (d.tcb.cc.cwnd >= 4000)
		out_full(&d, 3001, 1);
	/* Something is always under way, and something always arrives. */
	for (int acked = 1001; acked < 10001; acked += 1000) {
		d.now += nanos_from_ms(800);
		in_ack(&d, acked);
		while (seq_lt(d.tcb.snd.nxt, d.tcb.snd.end)) {
			struct seq before = d.tcb.snd.nxt;

			out_any(&d);
			if (seq_eq(before, d.tcb.snd.nxt))
				break;
		}
	}
	in_state(&d, ESTABLISHED);
	not_fired(&d, RULE_USER_TIMEOUT);
}

static void text_after_a_long_silence_has_all_of_r2(void **state)
{
	struct dialogue d = established();

	(void)state;
	pass_ms(&d, 1000000);
	app_send(&d, 10);
	out(&d, "P. 1:11(10) ack 1");
	pass_ms(&d, 1000);
	out(&d, "P. 1:11(10) ack 1");
	in_state(&d, ESTABLISHED);
}

/* Its window is open: an ACK that says nothing new is no excuse. */
static void peer_that_only_repeats_its_ack_is_given_up(void **state)
{
	struct dialogue d = established();
	nanos began = d.now;

	(void)state;
	app_send(&d, 10);
	out(&d, "P. 1:11(10) ack 1");
	while (d.tcb.state == ESTABLISHED) {
		pass_ms(&d, (tcp_next_deadline(&d.tcb) - d.now) / 1000000);
		assert_true(d.now - began < nanos_from_s(200));
		if (d.tcb.state != ESTABLISHED)
			break;
		out(&d, "P. 1:11(10) ack 1");
		in(&d, ". 1:1(0) ack 1 win 65535");
	}
	assert_int_equal(d.tcb.ending, ENDING_TIMED_OUT);
}

static void user_timeout_spares_a_peer_that_answers_probes(void **state)
{
	struct profile profile;
	struct dialogue d;

	(void)state;
	assert_true(profile_named("plain", &profile));
	profile.user_timeout = nanos_from_s(5);
	d = established_with(&profile);
	app_send(&d, 2000);
	out_full(&d, 1, 1);
	out(&d, "P. 1001:2001(1000) ack 1");
	in(&d, ". 1:1(0) ack 1 win 0");
	for (int ms = 1000; ms <= 4000; ms *= 2) {
		pass_ms(&d, ms);
		out(&d, ". 1:2(1) ack 1");
		in(&d, ". 1:1(0) ack 1 win 0");
	}
	in_state(&d, ESTABLISHED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(user_timeout_counts_from_the_last_progress),
		cmocka_unit_test(text_after_a_long_silence_has_all_of_r2),
		cmocka_unit_test(peer_that_only_repeats_its_ack_is_given_up),
		cmocka_unit_test(user_timeout_spares_a_peer_that_answers_probes),
	};

	return DIALOGUE_RUN("patience", tests);
}
