/* BBR on a path: what it measures, what it makes of that, and the delivery
 * rate itself. draft-ietf-ccwg-bbr-06. */
#include "tests/dumbbell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "tcp/congestion.h"
#include "tcp/flight.h"

/* ---- the delivery rate, §4.1 ---- */

/* 10000 octets delivered, sent in `send_ms` and acknowledged in `ack_ms`. */
static uint64_t rate_of(int send_ms, int ack_ms, int min_rtt_ms)
{
	struct tcb tcb = {.flight = {.delivered = 30000, .lost_ever = 700},
			  .rack = {.min_rtt = nanos_from_ms(min_rtt_ms)}};
	struct tcp t = {.tcb = &tcb, .now = nanos_from_s(9)};
	struct rate_sample sample;

	t.ack = (struct ack_sample){.measured = true,
				    .prior_delivered = 20000,
				    .prior_lost = 200,
				    .prior_at = t.now - nanos_from_ms(ack_ms),
				    .send_elapsed = nanos_from_ms(send_ms),
				    .rtt = nanos_from_ms(ack_ms)};
	assert_true(rate_measure(&t, &sample));
	assert_int_equal(sample.delivered, 10000);
	assert_int_equal(sample.lost, 500);
	return sample.delivery_rate;
}

static void the_longer_of_both_times_makes_the_rate(void **state)
{
	(void)state;
	assert_int_equal(rate_of(50, 100, 40), 100000);
	assert_int_equal(rate_of(200, 100, 40), 50000);
}

static void less_than_a_round_trip_makes_no_rate(void **state)
{
	(void)state;
	assert_int_equal(rate_of(10, 20, 40), 0);
}

static void nothing_delivered_is_no_sample(void **state)
{
	struct tcb tcb = {.state = ESTABLISHED};
	struct tcp t = {.tcb = &tcb};
	struct rate_sample sample;

	(void)state;
	assert_false(rate_measure(&t, &sample));
}

/* ---- on a path of 10 Mb/s and 40 ms ---- */

static struct dumbbell_setup path(const char *control, unsigned flows)
{
	return (struct dumbbell_setup){.flows = flows,
				       .control = control,
				       .mbps = 10,
				       .delay_ms = 18,
				       .queue = 100,
				       .seed = 1,
				       .profile = dumbbell_profile()};
}

/* Of the 9.65 Mb/s of text that fit on it. */
static double share_used(const struct dumbbell_setup *setup, int from_s, int until_s)
{
	struct dumbbell d;
	uint64_t before;
	uint64_t after;

	dumbbell_begin(&d, setup);
	dumbbell_run(&d, nanos_from_s(from_s));
	before = d.delivered[0];
	dumbbell_run(&d, nanos_from_s(until_s));
	after = d.delivered[0];
	dumbbell_end(&d);
	return (double)(after - before) * 8 / (9.65e6 * (until_s - from_s));
}

static void the_model_is_the_path(void **state)
{
	struct dumbbell_setup setup = path("bbr", 1);
	struct dumbbell d;
	const struct tcb *tcb;

	(void)state;
	dumbbell_begin(&d, &setup);
	dumbbell_run(&d, nanos_from_s(4));
	tcb = dumbbell_tcb(&d, 0);
	/* Octets per second of text, a little more for the jitter of the ACKs. */
	assert_in_range(tcb->bbr.bw, 1200000, 1260000);
	assert_in_range(tcb->bbr.min_rtt, nanos_from_ms(40), nanos_from_ms(43));
	assert_in_range(tcb->bbr.state, BBR_PROBE_BW_DOWN, BBR_PROBE_BW_UP);
	/* About one bandwidth-delay product is under way, 34 segments, not the queue's 100. */
	assert_in_range(flight_pipe(tcb), 25 * 1448, 55 * 1448);
	assert_in_range(tcb->cc.cwnd, 60 * 1448, 90 * 1448);
	dumbbell_end(&d);
}

/* The mean from the fourth second to the twelfth. */
static nanos round_trip_of(const struct dumbbell_setup *setup)
{
	struct dumbbell d;
	nanos sum = 0;

	dumbbell_begin(&d, setup);
	for (int i = 0; i < 80; i++) {
		dumbbell_run(&d, nanos_from_s(4) + i * nanos_from_ms(100));
		sum += dumbbell_tcb(&d, 0)->rtt.srtt;
	}
	dumbbell_end(&d);
	return sum / 80;
}

static void the_link_is_used_without_filling_the_queue(void **state)
{
	struct dumbbell_setup bbr = path("bbr", 1);
	struct dumbbell_setup cubic = path("cubic", 1);

	(void)state;
	assert_true(share_used(&bbr, 2, 10) > 0.93);
	assert_true(round_trip_of(&bbr) < nanos_from_ms(60));
	assert_true(round_trip_of(&cubic) > nanos_from_ms(80));
}

static void loss_by_chance_does_not_slow_it_down(void **state)
{
	struct dumbbell_setup bbr = path("bbr", 1);
	struct dumbbell_setup reno = path("reno", 1);

	(void)state;
	bbr.lost_per_million = reno.lost_per_million = 10000;
	assert_true(share_used(&bbr, 2, 14) > 0.75);
	assert_true(share_used(&reno, 2, 14) < 0.5);
}

static void flows_share(void **state)
{
	struct dumbbell_setup setup = path("bbr", 4);
	struct dumbbell d;
	uint64_t before[4];
	uint64_t got[4];

	(void)state;
	dumbbell_begin(&d, &setup);
	dumbbell_run(&d, nanos_from_s(15));
	memcpy(before, d.delivered, sizeof before);
	dumbbell_run(&d, nanos_from_s(40));
	for (unsigned i = 0; i < 4; i++)
		got[i] = d.delivered[i] - before[i];
	assert_true(jain_index(got, 4) > 0.9);
	dumbbell_end(&d);
}

/* ---- the states ---- */

enum { VISITS_MAX = 64 };

struct visits {
	struct dumbbell d;
	unsigned count;
	uint8_t states[VISITS_MAX];
	nanos begins[VISITS_MAX];
	uint32_t least_cwnd[VISITS_MAX];
};

static void watch(void *who, nanos now)
{
	struct visits *v = who;
	const struct tcb *tcb = dumbbell_tcb(&v->d, 0);

	if (tcb == NULL || tcb->state != ESTABLISHED || v->count == VISITS_MAX)
		return;
	if (v->count == 0 || v->states[v->count - 1] != tcb->bbr.state) {
		v->states[v->count] = tcb->bbr.state;
		v->begins[v->count] = now;
		v->least_cwnd[v->count++] = tcb->cc.cwnd;
	} else if (tcb->cc.cwnd < v->least_cwnd[v->count - 1]) {
		v->least_cwnd[v->count - 1] = tcb->cc.cwnd;
	}
}

static void states_follow_each_other_as_in_the_diagram(void **state)
{
	static const bool arrows[7][7] = {
		[BBR_STARTUP] = {[BBR_DRAIN] = true},
		[BBR_DRAIN] =
			{[BBR_PROBE_BW_DOWN] = true, [BBR_PROBE_BW_CRUISE] = true}, /* at once */
		[BBR_PROBE_BW_DOWN] = {[BBR_PROBE_BW_CRUISE] = true, [BBR_PROBE_BW_REFILL] = true},
		[BBR_PROBE_BW_CRUISE] = {[BBR_PROBE_BW_REFILL] = true},
		[BBR_PROBE_BW_REFILL] = {[BBR_PROBE_BW_UP] = true},
		[BBR_PROBE_BW_UP] = {[BBR_PROBE_BW_DOWN] = true},
		[BBR_PROBE_RTT] = {[BBR_PROBE_BW_CRUISE] = true},
	};
	struct dumbbell_setup setup = path("bbr", 1);
	struct visits v = {.count = 0};
	unsigned probed = 0;

	(void)state;
	dumbbell_begin(&v.d, &setup);
	world_watch(v.d.world, watch, &v);
	dumbbell_run(&v.d, nanos_from_s(9));
	assert_int_equal(v.states[0], BBR_STARTUP);
	for (unsigned i = 1; i < v.count; i++) {
		if (v.states[i] != BBR_PROBE_RTT) {
			assert_true(arrows[v.states[i - 1]][v.states[i]]);
			continue;
		}
		probed++;
		/* 5 s after the last shorter round trip, for 200 ms and a round trip, with
		 * half of the bandwidth-delay product. */
		assert_true(v.begins[i] > nanos_from_s(5));
		assert_true(v.begins[i + 1] - v.begins[i] > nanos_from_ms(200));
		assert_true(v.begins[i + 1] - v.begins[i] < nanos_from_ms(500));
		assert_in_range(v.least_cwnd[i], 4 * 1448, 20 * 1448);
	}
	assert_int_equal(probed, 1);
	assert_true(v.count > 8);
	/* 2 to 3 s from one probe to the next. */
	for (unsigned i = 0, last = 0; i < v.count; i++) {
		if (v.states[i] != BBR_PROBE_BW_UP)
			continue;
		if (last > 0)
			assert_in_range(v.begins[i] - v.begins[last], nanos_from_ms(1900),
					nanos_from_ms(4500));
		last = i;
	}
	dumbbell_end(&v.d);
}

/* ---- on its own ---- */

struct flow {
	struct tcb tcb;
	struct profile profile;
	struct sent_record records[32];
	struct journal journal; /* of the last turn */
	nanos now;
};

static struct tcp turn(struct flow *f)
{
	f->journal.count = 0;
	return (struct tcp){.tcb = &f->tcb,
			    .profile = &f->profile,
			    .records = f->records,
			    .record_room = 32,
			    .journal = &f->journal,
			    .now = f->now};
}

static struct flow flow(void)
{
	struct flow f = {.now = nanos_from_s(1)};
	struct tcp t;

	assert_true(profile_named("plain", &f.profile));
	t = turn(&f);
	f.tcb.snd.mss = 1000;
	cc_bbr.start(&t);
	return f;
}

/* An ACK of `octets` that came at `rate`, a round trip of 100 ms later. */
static void ack(struct flow *f, uint32_t octets, uint64_t rate, bool app_limited)
{
	struct rate_sample sample = {.delivery_rate = rate,
				     .delivered = octets,
				     .rtt = nanos_from_ms(100),
				     .newly_acked = octets,
				     .tx_in_flight = octets,
				     .app_limited = app_limited};
	struct tcp t;

	f->now += nanos_from_ms(100);
	t = turn(f);
	sample.prior_delivered = f->tcb.flight.delivered;
	f->tcb.flight.delivered += octets;
	cc_bbr.sampled(&t, &sample);
}

/* A round trip at 200000 octets per second, in ten ACKs. */
static void steady_round(struct flow *f)
{
	for (int i = 0; i < 10; i++) {
		struct rate_sample sample = {.delivery_rate = 200000,
					     .delivered = 20000,
					     .rtt = nanos_from_ms(100),
					     .newly_acked = 2000,
					     .tx_in_flight = 20000};
		struct tcp t;

		f->now += nanos_from_ms(10);
		t = turn(f);
		f->tcb.flight.delivered += 2000;
		if (f->tcb.flight.delivered > 20000)
			sample.prior_delivered = f->tcb.flight.delivered - 20000;
		cc_bbr.sampled(&t, &sample);
	}
}

static void three_rounds_without_a_quarter_more_end_startup(void **state)
{
	struct flow f = flow();

	(void)state;
	ack(&f, 10000, 100000, false);
	ack(&f, 10000, 200000, false);
	ack(&f, 10000, 249000, false);
	ack(&f, 10000, 249000, false);
	assert_int_equal(f.tcb.bbr.state, BBR_STARTUP);
	ack(&f, 10000, 249000, false);
	assert_true(f.tcb.bbr.full_bw_reached);
	assert_int_not_equal(f.tcb.bbr.state, BBR_STARTUP);
}

static void what_the_application_held_back_says_nothing(void **state)
{
	struct flow f = flow();

	(void)state;
	ack(&f, 10000, 200000, false);
	for (int i = 0; i < 10; i++)
		ack(&f, 1000, 10000, true);
	assert_int_equal(f.tcb.bbr.state, BBR_STARTUP);
	assert_int_equal(f.tcb.bbr.bw, 200000);
	ack(&f, 1000, 300000, true); /* but for the better it does */
	assert_int_equal(f.tcb.bbr.bw, 300000);
}

static void cwnd_is_twice_the_product_of_rate_and_round_trip(void **state)
{
	struct flow f = flow();

	(void)state;
	for (int i = 0; i < 40; i++)
		steady_round(&f);
	assert_true(bbr_is_in_probe_bw(&f.tcb.bbr));
	assert_int_equal(f.tcb.bbr.min_rtt, nanos_from_ms(100));
	assert_in_range(f.tcb.cc.cwnd, 40000, 47000); /* 225 % and two segments while it probes */
}

static void pacing_is_one_percent_below_the_rate(void **state)
{
	struct flow f = flow();
	struct tcp t;

	(void)state;
	for (int i = 0; i < 10; i++)
		ack(&f, 20000, 200000, false);
	assert_true(bbr_is_in_probe_bw(&f.tcb.bbr));
	t = turn(&f);
	assert_int_equal(cc_bbr.pacing_rate(&t),
			 200000 / 100 * bbr_pacing_gain(&f.tcb.bbr) * 99 / 100);
}

static void a_round_with_loss_slows_it_down_by_three_tenths_at_most(void **state)
{
	struct flow f = flow();
	struct tcp t;

	(void)state;
	while (f.tcb.bbr.state != BBR_PROBE_BW_CRUISE && f.now < nanos_from_s(20))
		ack(&f, 20000, 200000, false);
	assert_int_equal(f.tcb.bbr.state, BBR_PROBE_BW_CRUISE);
	ack(&f, 5000, 50000, false);
	assert_int_equal(f.tcb.bbr.bw, 200000); /* without a loss a low rate means nothing */
	t = turn(&f);
	bbr_note_loss(&t);
	ack(&f, 5000, 50000, false);
	assert_int_equal(f.tcb.bbr.bw, 140000);
	assert_true(f.tcb.bbr.inflight_shortterm < bbr_no_limit);
}

static void a_mistaken_loss_in_startup_leads_back_to_it(void **state)
{
	struct flow f = flow();
	struct tcp t;

	(void)state;
	ack(&f, 20000, 200000, false);
	t = turn(&f);
	cc_bbr.reduced(&t);
	f.tcb.bbr.undo_state = BBR_STARTUP; /* as CheckStartupHighLoss() does */
	f.tcb.bbr.full_bw_reached = true;
	ack(&f, 20000, 200000, false);
	assert_int_not_equal(f.tcb.bbr.state, BBR_STARTUP);
	f.tcb.bbr.undo_state = BBR_STARTUP;
	t = turn(&f);
	cc_bbr.undone(&t);
	assert_int_equal(f.tcb.bbr.state, BBR_STARTUP);
	assert_false(f.tcb.bbr.full_bw_reached);
}

static void a_time_out_leaves_a_segment_until_it_is_repaired(void **state)
{
	struct flow f = flow();
	struct tcp t;
	uint32_t before;

	(void)state;
	for (int i = 0; i < 10; i++)
		ack(&f, 20000, 200000, false);
	before = f.tcb.cc.cwnd;
	t = turn(&f);
	cc_bbr.reduced(&t);
	f.tcb.cc.cwnd = 1000;
	f.tcb.cc.loss_recovery = true;
	cc_bbr.timed_out(&t);
	ack(&f, 1000, 10000, false);
	assert_int_equal(f.tcb.cc.cwnd, 2000);
	f.tcb.cc.loss_recovery = false;
	ack(&f, 1000, 10000, false);
	assert_in_range(f.tcb.cc.cwnd, before / 2, before + 1000);
}

/* Nothing can be measured: then it grows as Reno does. */
static void without_records_it_is_reno(void **state)
{
	struct flow f = flow();
	struct tcp t = turn(&f);
	uint32_t before = f.tcb.cc.cwnd;

	(void)state;
	t.records = NULL;
	f.tcb.cc.most_used = before;
	cc_bbr.acked(&t, 1000);
	assert_int_equal(f.tcb.cc.cwnd, before + 1000);
	assert_int_equal(cc_bbr.pacing_rate(&t), 0);
}

static bool said(const struct flow *f, enum rule rule)
{
	for (unsigned i = 0; i < f->journal.count; i++) {
		if (f->journal.notes[i].rule == rule)
			return true;
	}
	return false;
}

/* Its application sends little, so the path was never full: after ProbeRTT it is
 * still to be found out what the path takes. */
static void after_probe_rtt_startup_goes_on_where_the_pipe_was_never_full(void **state)
{
	struct flow f = flow();
	bool probed = false;
	bool began = false;

	(void)state;
	for (int i = 0; i < 80; i++) {
		ack(&f, 2000, 20000, true);
		probed |= said(&f, RULE_BBR_PROBE_RTT);
		began |= said(&f, RULE_BBR_STARTUP);
		assert_true(probed || !began);
	}
	assert_true(began);
	assert_false(f.tcb.bbr.full_bw_reached);
}

/* NoteLoss() saves the bounds before it lowers them, and a mistake gives them back. */
static void a_mistaken_loss_gives_the_bounds_back(void **state)
{
	struct flow f = flow();
	struct tcp t;

	(void)state;
	while (f.tcb.bbr.state != BBR_PROBE_BW_CRUISE && f.now < nanos_from_s(20))
		ack(&f, 20000, 200000, false);
	f.tcb.bbr.bw_shortterm = 190000;
	f.tcb.bbr.inflight_shortterm = 21000;
	f.tcb.bbr.inflight_longterm = 22000;
	t = turn(&f);
	bbr_note_loss(&t);
	assert_int_equal(f.tcb.bbr.undo_bw_shortterm, 190000);
	f.tcb.bbr.bw_shortterm = 100000;
	f.tcb.bbr.inflight_shortterm = 10000;
	f.tcb.bbr.inflight_longterm = 11000;
	cc_bbr.undone(&t);
	assert_int_equal(f.tcb.bbr.bw_shortterm, 190000);
	assert_int_equal(f.tcb.bbr.inflight_shortterm, 21000);
	assert_int_equal(f.tcb.bbr.inflight_longterm, 22000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longer_of_both_times_makes_the_rate),
		cmocka_unit_test(less_than_a_round_trip_makes_no_rate),
		cmocka_unit_test(nothing_delivered_is_no_sample),
		cmocka_unit_test(the_model_is_the_path),
		cmocka_unit_test(the_link_is_used_without_filling_the_queue),
		cmocka_unit_test(loss_by_chance_does_not_slow_it_down),
		cmocka_unit_test(flows_share),
		cmocka_unit_test(states_follow_each_other_as_in_the_diagram),
		cmocka_unit_test(three_rounds_without_a_quarter_more_end_startup),
		cmocka_unit_test(what_the_application_held_back_says_nothing),
		cmocka_unit_test(cwnd_is_twice_the_product_of_rate_and_round_trip),
		cmocka_unit_test(pacing_is_one_percent_below_the_rate),
		cmocka_unit_test(a_round_with_loss_slows_it_down_by_three_tenths_at_most),
		cmocka_unit_test(a_mistaken_loss_in_startup_leads_back_to_it),
		cmocka_unit_test(a_time_out_leaves_a_segment_until_it_is_repaired),
		cmocka_unit_test(without_records_it_is_reno),
		cmocka_unit_test(after_probe_rtt_startup_goes_on_where_the_pipe_was_never_full),
		cmocka_unit_test(a_mistaken_loss_gives_the_bounds_back),
	};

	return cmocka_run_group_tests_name("bbr", tests, NULL, NULL);
}
