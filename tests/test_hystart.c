/* HyStart++: slow start that looks at the round trips. RFC 9406 §4. */
#include "tests/dialogue.h"

/* Segments of 100 octets, so that many fit into a window of 65535. */
static struct dialogue in_slow_start(uint32_t initial_window)
{
	struct profile profile;

	assert_true(profile_named("plain", &profile));
	profile.mss = 100;
	profile.initial_window = initial_window;
	profile.hystart = true;
	profile.rto_min = nanos_from_s(10);
	return established_with(&profile);
}

struct growth {
	uint32_t acked; /* octets */
	uint32_t grown; /* cwnd, by so many */
};

/* A round as §4.2 has it: what had been sent when it began is acknowledged after
 * `rtt_ms`, `octets` at a time, and as much as the window then allows is sent. */
static struct growth round_trip(struct dialogue *d, int rtt_ms, uint32_t octets)
{
	uint32_t cwnd = d->tcb.cc.cwnd;
	uint32_t una = d->tcb.snd.una.v;
	struct seq end = d->tcb.hystart.window_end;
	if (seq_le(end, d->tcb.snd.una))
		end = d->tcb.snd.nxt;
	pass_ms(d, rtt_ms);
	while (seq_lt(d->tcb.snd.una, end)) {
		octets = octets < (uint32_t)seq_diff(end, d->tcb.snd.una)
				 ? octets
				 : (uint32_t)seq_diff(end, d->tcb.snd.una);
		in_ack(d, d->tcb.snd.una.v - d->profile.isn + octets);
		if (tcb_queued(&d->tcb) < 20000)
			app_send(d, 40000);
		out_rest(d);
	}
	return (struct growth){d->tcb.snd.una.v - una, d->tcb.cc.cwnd - cwnd};
}

static struct dialogue with_rounds_of(int rtt_ms)
{
	struct dialogue d = in_slow_start(8);

	app_send(&d, 60000);
	out_rest(&d);
	for (int i = 0; i < 3; i++) {
		struct growth g = round_trip(&d, rtt_ms, 100);

		assert_int_equal(g.grown, g.acked);
	}
	not_fired(&d, RULE_HYSTART_CSS);
	return d;
}

/* The eight ACKs until it is seen count in full, the others a quarter. */
static struct dialogue in_css(void)
{
	struct dialogue d = with_rounds_of(100);

	struct growth g = round_trip(&d, 120, 100);

	assert_int_equal(g.grown, 800 + (g.acked - 800) / 4);
	fired(&d, RULE_HYSTART_CSS);
	assert_true(d.tcb.hystart.css);
	return d;
}

static void equal_round_trips_double_the_window(void **state)
{
	struct dialogue d = with_rounds_of(100);
	struct growth g = round_trip(&d, 100, 100);

	(void)state;
	assert_int_equal(g.grown, g.acked);
	not_fired(&d, RULE_HYSTART_CSS);
}

static bool ends_at(int before_ms, int then_ms)
{
	struct dialogue d = with_rounds_of(before_ms);

	round_trip(&d, then_ms, 100);
	return d.tcb.hystart.css;
}

/* An eighth, but at least 4 ms and at most 16 ms. */
static void a_delay_counts_from_an_eighth_on(void **state)
{
	(void)state;
	assert_false(ends_at(80, 89));
	assert_true(ends_at(80, 90));
	assert_false(ends_at(20, 23));
	assert_true(ends_at(20, 24));
	assert_false(ends_at(400, 415));
	assert_true(ends_at(400, 416));
}

static void fewer_than_eight_samples_prove_nothing(void **state)
{
	struct dialogue d = with_rounds_of(100);

	(void)state;
	round_trip(&d, 200, 3200); /* few ACKs of many segments */
	not_fired(&d, RULE_HYSTART_CSS);
}

static void conservative_slow_start_is_a_quarter_as_fast(void **state)
{
	struct dialogue d = in_css();
	struct growth g = round_trip(&d, 120, 100);

	(void)state;
	assert_int_equal(g.grown, g.acked / 4);
	fired(&d, RULE_HYSTART_GROWS);
}

static void five_rounds_of_it_end_slow_start(void **state)
{
	struct dialogue d = in_css(); /* the round that began it is the first */

	(void)state;
	for (int round = 2; round <= 5; round++) {
		assert_int_equal(d.tcb.cc.ssthresh, UINT32_MAX);
		round_trip(&d, 120, 100);
	}
	fired(&d, RULE_HYSTART_ENDS);
	not_fired(&d, RULE_HYSTART_RESUMES);
	assert_in_range(d.tcb.cc.ssthresh, d.tcb.cc.cwnd - 100, d.tcb.cc.cwnd);
	assert_false(d.tcb.hystart.css);
	/* Congestion avoidance: a segment a round trip. */
	assert_in_range(round_trip(&d, 120, 100).grown + round_trip(&d, 120, 100).grown, 100, 200);
}

static void short_round_trips_again_resume_slow_start(void **state)
{
	struct dialogue d = in_css();
	struct growth g = round_trip(&d, 119, 100);

	(void)state;
	/* A quarter until the eighth sample shows it. */
	assert_int_equal(g.grown, 8 * 25 + g.acked - 800);
	fired(&d, RULE_HYSTART_RESUMES);
	assert_false(d.tcb.hystart.css);
}

static void after_a_loss_slow_start_is_the_plain_one(void **state)
{
	struct dialogue d = with_rounds_of(100);

	(void)state;
	pass_ms(&d, 10000); /* all is lost, as far as the timer knows */
	out_rest(&d);
	assert_true(d.tcb.cc.ssthresh < UINT32_MAX);
	for (int i = 0; i < 4; i++)
		round_trip(&d, 100 + 100 * i, 100);
	not_fired(&d, RULE_HYSTART_CSS);
}

static void it_is_a_switch(void **state)
{
	struct profile profile;
	struct dialogue d = with_rounds_of(100);

	(void)state;
	d.profile.hystart = false;
	round_trip(&d, 200, 100);
	not_fired(&d, RULE_HYSTART_CSS);
	assert_true(profile_named("linux", &profile));
	assert_true(profile.hystart);
	assert_true(profile_named("rfc", &profile));
	assert_false(profile.hystart);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_round_trips_double_the_window),
		cmocka_unit_test(a_delay_counts_from_an_eighth_on),
		cmocka_unit_test(fewer_than_eight_samples_prove_nothing),
		cmocka_unit_test(conservative_slow_start_is_a_quarter_as_fast),
		cmocka_unit_test(five_rounds_of_it_end_slow_start),
		cmocka_unit_test(short_round_trips_again_resume_slow_start),
		cmocka_unit_test(after_a_loss_slow_start_is_the_plain_one),
		cmocka_unit_test(it_is_a_switch),
	};

	return DIALOGUE_RUN("hystart", tests);
}
