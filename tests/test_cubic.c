/* CUBIC against RFC 9438's formulas, computed here once more in floating
 * point, which the engine does without. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <math.h>
#include <cmocka.h>

#include "tcp/congestion.h"
#include "tcp/tcp.h"

enum { SMSS = 1000 };

struct flow {
	struct tcb tcb;
	struct profile profile;
	nanos now;
	nanos rtt;
};

static struct tcp turn(struct flow *f)
{
	return (struct tcp){.tcb = &f->tcb, .profile = &f->profile, .now = f->now};
}

/* `cwnd` octets, all of them under way. */
static void fill(struct flow *f)
{
	f->tcb.snd.nxt = seq_add(f->tcb.snd.una, f->tcb.cc.cwnd);
	f->tcb.cc.most_used = f->tcb.cc.cwnd;
}

static struct flow flow_with(uint32_t cwnd, uint16_t smss, nanos rtt)
{
	struct flow f = {.now = nanos_from_s(1), .rtt = rtt};
	struct tcp t;

	assert_true(profile_named("plain", &f.profile));
	t = turn(&f);
	f.tcb.snd.mss = smss;
	f.tcb.rtt.srtt = rtt;
	cc_cubic.start(&t);
	f.tcb.cc.cwnd = cwnd;
	fill(&f);
	return f;
}

/* A loss, repaired in no time. */
static void lose(struct flow *f)
{
	struct tcp t = turn(f);

	f->tcb.cc.ssthresh = cc_cubic.reduced(&t);
	f->tcb.cc.cwnd = f->tcb.cc.ssthresh;
	fill(f);
}

static void ack(struct flow *f, uint32_t octets)
{
	struct tcp t = turn(f);

	cc_cubic.acked(&t, octets);
	fill(f);
}

/* The window's ACKs, a segment each, evenly over a round trip. */
static void round_trip(struct flow *f)
{
	uint32_t acks = f->tcb.cc.cwnd / f->tcb.snd.mss;

	for (uint32_t i = 0; i < acks; i++) {
		f->now += f->rtt / acks;
		ack(f, f->tcb.snd.mss);
	}
}

/* ---- the same in segments, seconds, and long double ---- */

struct model {
	long double cwnd;
	long double w_max;
	long double w_est;
	long double prior;
	long double k;
	long double t;
};

static struct model model_of(long double w_max, long double cwnd)
{
	return (struct model){.cwnd = cwnd,
			      .w_max = w_max,
			      .w_est = cwnd,
			      .prior = w_max,
			      .k = cbrtl((w_max - cwnd) / 0.4L)};
}

static long double curve(const struct model *m, long double t)
{
	return 0.4L * powl(t - m->k, 3) + m->w_max;
}

static void model_acked(struct model *m, long double rtt)
{
	long double alpha = m->w_est >= m->prior ? 1 : 3 * (1 - 0.7L) / (1 + 0.7L);
	long double target = curve(m, m->t + rtt);

	m->w_est += alpha / m->cwnd;
	if (curve(m, m->t) < m->w_est) {
		m->cwnd = fmaxl(m->cwnd, m->w_est);
		return;
	}
	target = fminl(fmaxl(target, m->cwnd), 1.5L * m->cwnd);
	m->cwnd += (target - m->cwnd) / m->cwnd;
}

static void near(long double is, long double should, long double tolerance)
{
	if (fabsl(is - should) > tolerance)
		fail_msg("%Lf is not near %Lf", is, should);
}

/* ---- §4.2 to §4.5 ---- */

static void follows(uint32_t segments, int rtt_ms, int rounds)
{
	struct flow f = flow_with(segments * SMSS, SMSS, nanos_from_ms(rtt_ms));
	struct model m;
	bool was_at_plateau = false;

	lose(&f);
	assert_int_equal(f.tcb.cc.cwnd, segments * 700);
	m = model_of(segments, segments * 0.7L);
	for (int i = 0; i < rounds; i++) {
		uint32_t acks = f.tcb.cc.cwnd / SMSS;

		for (uint32_t a = 0; a < acks; a++) {
			/* The stage begins with the first ACK. */
			m.t += i + (int)a > 0 ? f.rtt / acks / 1e9L : 0;
			f.now += f.rtt / acks;
			ack(&f, SMSS);
			model_acked(&m, rtt_ms / 1e3L);
		}
		near(f.tcb.cc.cwnd / (long double)SMSS, m.cwnd, 0.002L * m.cwnd + 0.01L);
		near(f.tcb.cubic.epoch.w_est / (long double)SMSS, m.w_est, 0.01L);
		was_at_plateau |= f.tcb.cc.cwnd > segments * (SMSS - 20) &&
				  f.tcb.cc.cwnd < segments * (SMSS + 20);
	}
	near(f.tcb.cubic.epoch.k / 1e9L, m.k, 0.0003L);
	assert_true(was_at_plateau);
	assert_true(f.tcb.cc.cwnd > segments * SMSS);
}

static void window_follows_the_curve_of_figure_1(void **state)
{
	(void)state;
	follows(100, 100, 90);
	follows(1000, 50, 300);
	follows(10000, 200, 120);
}

static void on_short_paths_the_window_is_that_of_reno(void **state)
{
	(void)state;
	follows(20, 10, 40);
	follows(60, 5, 80);
}

static void k_is_exact_to_a_tick_for_all_windows(void **state)
{
	static const uint16_t sizes[] = {48, 536, 1460, 9000, 65495};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		for (uint32_t cwnd = 4u * sizes[i]; cwnd < 1u << 30; cwnd += cwnd / 3) {
			struct flow f = flow_with(cwnd, sizes[i], nanos_from_ms(100));
			uint32_t reduced;

			lose(&f);
			reduced = f.tcb.cc.cwnd;
			ack(&f, 1);
			near(f.tcb.cubic.epoch.k / 1e9L,
			     cbrtl((cwnd - reduced) / (0.4L * sizes[i])), 1.0L / 4096);
		}
	}
}

/* The curve itself would have it otherwise after a long time. */
static void a_round_trip_adds_at_most_half(void **state)
{
	struct flow f = flow_with(100 * SMSS, SMSS, nanos_from_s(1));

	(void)state;
	lose(&f);
	for (int i = 0; i < 200; i++) {
		uint32_t before = f.tcb.cc.cwnd;

		f.now += nanos_from_s(1000);
		ack(&f, before);
		assert_in_range(f.tcb.cc.cwnd, before, before + before / 2 + 1);
		assert_true(f.tcb.cc.cwnd <= 1u << 30);
	}
	assert_int_equal(f.tcb.cc.cwnd, 1u << 30);
}

/* Pieces of an octet are kept, so it is the same however the ACKs come. */
static void acks_in_pieces_add_no_more_than_whole_ones(void **state)
{
	struct flow whole = flow_with(30 * SMSS, SMSS, nanos_from_ms(10));
	struct flow split = whole;

	(void)state;
	lose(&whole);
	lose(&split);
	for (int i = 0; i < 100; i++) {
		ack(&whole, SMSS);
		for (int piece = 0; piece < SMSS; piece++)
			ack(&split, 1);
	}
	near(split.tcb.cc.cwnd, whole.tcb.cc.cwnd, 20);
}

/* ---- §4.6, §4.7 ---- */

static void a_loss_leaves_seven_tenths_of_what_is_under_way(void **state)
{
	struct flow f = flow_with(100 * SMSS, SMSS, nanos_from_ms(100));
	struct tcp t = turn(&f);

	(void)state;
	f.tcb.snd.nxt = seq_add(f.tcb.snd.una, 50 * SMSS);
	assert_int_equal(cc_cubic.reduced(&t), 35 * SMSS);
	assert_int_equal(f.tcb.cubic.epoch.w_max, 100 * SMSS);
	f.tcb.snd.nxt = f.tcb.snd.una;
	assert_int_equal(cc_cubic.reduced(&t), 2 * SMSS);
}

static void a_loss_below_the_plateau_makes_room(void **state)
{
	struct flow f = flow_with(100 * SMSS, SMSS, nanos_from_ms(100));

	(void)state;
	lose(&f);
	assert_int_equal(f.tcb.cubic.epoch.w_max, 100 * SMSS);
	lose(&f); /* at 70 */
	assert_int_equal(f.tcb.cubic.epoch.w_max, 70 * SMSS * 85 / 100);
	assert_int_equal(f.tcb.cubic.epoch.cwnd_prior, 70 * SMSS);
}

/* ---- §4.8 to §4.10 ---- */

static void after_a_time_out_the_curve_begins_where_slow_start_ends(void **state)
{
	struct flow f = flow_with(100 * SMSS, SMSS, nanos_from_ms(100));
	struct tcp t = turn(&f);

	(void)state;
	f.tcb.cc.ssthresh = cc_cubic.reduced(&t);
	f.tcb.cc.cwnd = SMSS;
	cc_cubic.timed_out(&t);
	fill(&f);
	while (f.tcb.cc.cwnd < f.tcb.cc.ssthresh)
		ack(&f, SMSS);
	assert_int_equal(f.tcb.cc.cwnd, 70 * SMSS);
	f.now += nanos_from_s(5);
	ack(&f, SMSS);
	assert_int_equal(f.tcb.cubic.epoch.w_max, 70 * SMSS);
	assert_int_equal(f.tcb.cubic.epoch.k, 0);
	assert_int_equal(f.tcb.cubic.epoch.t, 0);
}

static void slow_start_without_a_loss_ends_on_the_plateau(void **state)
{
	struct flow f = flow_with(10 * SMSS, SMSS, nanos_from_ms(100));

	(void)state;
	f.tcb.cc.ssthresh = 10 * SMSS;
	ack(&f, SMSS);
	assert_int_equal(f.tcb.cubic.epoch.w_max, 10 * SMSS);
	assert_int_equal(f.tcb.cubic.epoch.cwnd_prior, 10 * SMSS);
	assert_int_equal(f.tcb.cubic.epoch.k, 0);
}

static void what_was_no_loss_leaves_the_curve_as_it_was(void **state)
{
	struct flow f = flow_with(100 * SMSS, SMSS, nanos_from_ms(100));
	struct flow before;
	struct tcp t;

	(void)state;
	lose(&f);
	for (int i = 0; i < 10; i++)
		round_trip(&f);
	before = f;
	lose(&f);
	f.now += nanos_from_s(10);
	t = turn(&f);
	cc_cubic.timed_out(&t);
	cc_cubic.undone(&t);
	assert_memory_equal(&f.tcb.cubic.epoch, &before.tcb.cubic.epoch,
			    sizeof before.tcb.cubic.epoch);
	/* And the time in between is none on it. */
	f.tcb.cc = before.tcb.cc;
	before.now = before.tcb.cubic.counted;
	ack(&f, SMSS);
	ack(&before, SMSS);
	assert_int_equal(f.tcb.cc.cwnd, before.tcb.cc.cwnd);
}

/* ---- §5.8 ---- */

static void what_is_not_used_does_not_grow(void **state)
{
	struct flow f = flow_with(100 * SMSS, SMSS, nanos_from_ms(100));

	(void)state;
	lose(&f);
	ack(&f, SMSS);
	for (int i = 0; i < 100; i++) {
		uint32_t before = f.tcb.cc.cwnd;
		nanos t = f.tcb.cubic.epoch.t;

		f.tcb.cc.most_used = before / 2;
		f.now += nanos_from_s(1);
		ack(&f, SMSS);
		assert_int_equal(f.tcb.cc.cwnd, before);
		assert_int_equal(f.tcb.cubic.epoch.t, t);
	}
}

static void a_pause_is_no_time_on_the_curve(void **state)
{
	struct flow f = flow_with(100 * SMSS, SMSS, nanos_from_ms(100));
	struct tcp t;
	nanos before;

	(void)state;
	lose(&f);
	round_trip(&f);
	before = f.tcb.cubic.epoch.t;
	f.now += nanos_from_s(60);
	f.tcb.snd.nxt = seq_add(f.tcb.snd.una, SMSS); /* the first again */
	t = turn(&f);
	cc_cubic.sends(&t, SMSS);
	f.now += nanos_from_ms(100);
	ack(&f, SMSS);
	assert_int_equal(f.tcb.cubic.epoch.t - before, nanos_from_ms(100));
}

/* §4.2: far behind its curve, the window becomes half as large again in a round trip. */
static void far_behind_the_curve_a_round_trip_adds_half(void **state)
{
	struct flow f = flow_with(100 * SMSS, SMSS, nanos_from_ms(100));

	(void)state;
	lose(&f);
	ack(&f, f.tcb.cc.cwnd);
	f.now += nanos_from_s(1000);
	for (int i = 0; i < 3; i++) {
		uint32_t before = f.tcb.cc.cwnd;

		ack(&f, before);
		assert_in_range(f.tcb.cc.cwnd, before + before / 2 - 1, before + before / 2 + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(window_follows_the_curve_of_figure_1),
		cmocka_unit_test(on_short_paths_the_window_is_that_of_reno),
		cmocka_unit_test(k_is_exact_to_a_tick_for_all_windows),
		cmocka_unit_test(a_round_trip_adds_at_most_half),
		cmocka_unit_test(acks_in_pieces_add_no_more_than_whole_ones),
		cmocka_unit_test(a_loss_leaves_seven_tenths_of_what_is_under_way),
		cmocka_unit_test(a_loss_below_the_plateau_makes_room),
		cmocka_unit_test(after_a_time_out_the_curve_begins_where_slow_start_ends),
		cmocka_unit_test(slow_start_without_a_loss_ends_on_the_plateau),
		cmocka_unit_test(what_was_no_loss_leaves_the_curve_as_it_was),
		cmocka_unit_test(what_is_not_used_does_not_grow),
		cmocka_unit_test(a_pause_is_no_time_on_the_curve),
		cmocka_unit_test(far_behind_the_curve_a_round_trip_adds_half),
	};

	return cmocka_run_group_tests_name("cubic", tests, NULL, NULL);
}
