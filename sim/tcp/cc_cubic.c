/* cc_cubic.c — CUBIC. RFC 9438.
 *
 * After a loss at the window W_max the path can probably still carry about as
 * much. So the window first rises steeply towards W_max, then slowly around
 * it, where the next loss is likely; and when none comes, ever more steeply
 * away from it: a cubic curve over time, whose turning point is W_max.
 *
 *                                            ╱        W_cubic(t) = C·(t − K)³ + W_max
 *        W_max  ─ ─ ─ ─ ─ ─ ─ ─ ─ ▁▁▂▂▂▂▂▃▃▅ ─
 *                        ▁▃▄▅▆▆▇▇▇
 *                   ▂▄▆▇        concave │ convex
 *        0.7·W_max ▇                    K
 *
 * It counts time, not ACKs, so that flows with long round trips get their
 * share. Where Reno would be faster, on short paths, it does as Reno would.
 *
 * Windows are octets, times nanoseconds. For the cube a time is counted in
 * ticks of 2⁻¹² s (0.24 ms): 2²¹ of them, 512 s, cubed are just 63 bits. */
#include "tcp/congestion.h"
#include "tcp/turn.h"

enum {
	BETA_TENTHS = 7, /* β = 0.7, §4.6 */
	TICK_BITS = 12,
	TICKS_MAX = (1 << 21) - 1,
};
static const nanos second = 1000000000;

static int64_t ticks_of(nanos time)
{
	int64_t whole = time / second;

	if (whole >= TICKS_MAX >> TICK_BITS)
		return TICKS_MAX;
	return ((time % second) * (1 << TICK_BITS) + second / 2) / second + (whole << TICK_BITS);
}

static nanos time_of(uint64_t ticks)
{
	return (nanos)((ticks * (uint64_t)second) >> TICK_BITS);
}

/* The largest integer whose cube is at most `x`: bit by bit from above. */
static uint64_t cube_root(uint64_t x)
{
	uint64_t root = 0;

	for (int bit = 20; bit >= 0; bit--) { /* (2²¹ − 1)³ < 2⁶³ */
		uint64_t more = root | (uint64_t)1 << bit;

		if (more * more * more <= x)
			root = more;
	}
	return root;
}

/* Figure 2: K³ = (W_max − cwnd_epoch) / C, in segments. C = 0.4 = 2/5. */
static nanos time_to_w_max(uint32_t missing, uint32_t smss)
{
	uint64_t cube = (((uint64_t)missing * 5) << 30) / (2u * smss); /* 30 bits of fraction */

	return time_of(cube_root(cube << 6)); /* 36 bits: three times 12 */
}

/* Figure 1. C·d³·SMSS for d in ticks; the shifts take back 3 · 12 bits. */
static int64_t w_cubic(const struct cubic_epoch *epoch, nanos t, uint32_t smss)
{
	nanos from_k = t - epoch->k;
	uint64_t d = (uint64_t)ticks_of(from_k < 0 ? -from_k : from_k);
	int64_t rise = (int64_t)((((d * d * d) >> 24) * 2 * smss / 5) >> 12);

	return from_k < 0 ? (int64_t)epoch->w_max - rise : (int64_t)epoch->w_max + rise;
}

/* §4.2: the curve a round trip ahead; neither backwards nor faster than by half. */
static uint32_t target_window(const struct tcp *t)
{
	const struct tcb *tcb = t->tcb;
	uint32_t cwnd = tcb->cc.cwnd;
	int64_t most = (int64_t)cwnd + cwnd / 2;
	int64_t w = w_cubic(&tcb->cubic.epoch, tcb->cubic.epoch.t + tcb->rtt.srtt, tcb->snd.mss);

	if (w < cwnd)
		return cwnd;
	return w > most ? (uint32_t)most : (uint32_t)w;
}

/* A stage of congestion avoidance begins: after a loss with a plateau ahead;
 * after a time-out (§4.8) or a slow start that lost nothing (§4.10) on it. */
static void begin_stage(struct tcp *t)
{
	struct cubic_variables *cubic = &t->tcb->cubic;
	struct cubic_epoch *epoch = &cubic->epoch;
	uint32_t cwnd = t->tcb->cc.cwnd;

	if (epoch->w_max > cwnd) {
		epoch->k = time_to_w_max(epoch->w_max - cwnd, t->tcb->snd.mss);
	} else {
		if (epoch->w_max == 0)
			epoch->cwnd_prior = cwnd;
		epoch->w_max = cwnd;
		epoch->k = 0;
	}
	epoch->t = 0;
	epoch->w_est = cwnd;
	epoch->region = CUBIC_NONE;
	epoch->begun = true;
	cubic->counted = t->now;
	cubic->cwnd_rest = 0;
	cubic->w_est_rest = 0;
	note(t, RULE_CUBIC_STAGE);
}

/* Figure 4, with α = 3·(1 − β)/(1 + β) = 9/17 below the last window, where
 * Reno, which had halved, would still be behind; 1 above it (§4.3). */
static void grow_w_est(struct tcp *t, uint32_t acked)
{
	struct cubic_variables *cubic = &t->tcb->cubic;
	struct cubic_epoch *epoch = &cubic->epoch;
	uint64_t alpha = epoch->w_est < epoch->cwnd_prior ? 9 : 17;
	uint64_t divisor = (uint64_t)17 * t->tcb->cc.cwnd;

	cubic->w_est_rest += alpha * t->tcb->snd.mss * acked;
	epoch->w_est = cwnd_add(epoch->w_est, least(cubic->w_est_rest / divisor, CWND_MAX));
	cubic->w_est_rest %= divisor;
}

static void grow_in(struct tcp *t, enum cubic_region region)
{
	static const enum rule rules[] = {[CUBIC_RENO_FRIENDLY] = RULE_CUBIC_RENO_FRIENDLY,
					  [CUBIC_CONCAVE] = RULE_CUBIC_CONCAVE,
					  [CUBIC_CONVEX] = RULE_CUBIC_CONVEX};

	note(t, t->tcb->cubic.epoch.region == region ? RULE_CUBIC_GROWS : rules[region]);
	t->tcb->cubic.epoch.region = (uint8_t)region;
}

/* (target − cwnd) / cwnd for each segment: so much of target − cwnd as the
 * ACK covers of cwnd. */
static void follow_curve(struct tcp *t, uint32_t acked)
{
	struct cubic_variables *cubic = &t->tcb->cubic;
	struct congestion_variables *cc = &t->tcb->cc;

	grow_in(t, cc->cwnd < cubic->epoch.w_max ? CUBIC_CONCAVE : CUBIC_CONVEX);
	cubic->cwnd_rest += (uint64_t)(target_window(t) - cc->cwnd) * acked;
	acked = (uint32_t)(cubic->cwnd_rest / cc->cwnd);
	cubic->cwnd_rest %= cc->cwnd;
	cc->cwnd = cwnd_add(cc->cwnd, acked);
}

static void avoid_congestion(struct tcp *t, uint32_t acked)
{
	struct tcb *tcb = t->tcb;
	struct cubic_epoch *epoch = &tcb->cubic.epoch;

	if (!epoch->begun)
		begin_stage(t);
	epoch->t += t->now - tcb->cubic.counted;
	tcb->cubic.counted = t->now;
	grow_w_est(t, acked);
	if (w_cubic(epoch, epoch->t, tcb->snd.mss) < epoch->w_est) {
		if (epoch->w_est > tcb->cc.cwnd)
			tcb->cc.cwnd = epoch->w_est;
		grow_in(t, CUBIC_RENO_FRIENDLY);
	} else {
		follow_curve(t, acked);
	}
}

/* ---- the interface ---- */

static void cubic_start(struct tcp *t)
{
	struct congestion_variables *cc = &t->tcb->cc;

	cc->cwnd = congestion_initial_window(t);
	cc->ssthresh = UINT32_MAX;
	cc->acked = 0;
	t->tcb->cubic = (struct cubic_variables){.counted = t->now};
}

/* What was not used does not count, neither its octets nor its time (§5.8). */
static void cubic_acked(struct tcp *t, uint32_t acked)
{
	if (!congestion_window_is_used(t)) {
		t->tcb->cubic.counted = t->now;
		note(t, RULE_CWND_UNUSED);
		return;
	}
	if (t->tcb->cc.cwnd < t->tcb->cc.ssthresh)
		congestion_slow_start(t, acked);
	else
		avoid_congestion(t, acked);
}

/* §4.6, and §4.7: a flow that could not reach its last plateau makes room for
 * those that took its place, and aims at (1 + β)/2 of where it got. */
static uint32_t cubic_reduced(struct tcp *t)
{
	struct cubic_variables *cubic = &t->tcb->cubic;
	uint32_t cwnd = congestion_window_alone(t);
	uint32_t smss = t->tcb->snd.mss;
	uint32_t ssthresh = (uint32_t)((uint64_t)congestion_to_cut(t) * BETA_TENTHS / 10);

	cubic->undo = cubic->epoch;
	cubic->epoch.cwnd_prior = cwnd;
	if (cwnd < cubic->epoch.w_max) {
		cubic->epoch.w_max = (uint32_t)((uint64_t)cwnd * (10 + BETA_TENTHS) / 20);
		note(t, RULE_CUBIC_FAST_CONVERGENCE);
	} else {
		cubic->epoch.w_max = cwnd;
	}
	cubic->epoch.begun = false;
	note(t, RULE_CUBIC_REDUCES);
	return ssthresh > 2 * smss ? ssthresh : 2 * smss;
}

/* §4.8: the curve begins anew where slow start ends, whatever W_max was. */
static void cubic_timed_out(struct tcp *t)
{
	t->tcb->cubic.epoch.w_max = 0;
	t->tcb->cubic.epoch.begun = false;
}

static void cubic_undone(struct tcp *t)
{
	struct cubic_variables *cubic = &t->tcb->cubic;

	cubic->epoch = cubic->undo;
	cubic->counted = t->now; /* the time in between was not used */
	note(t, RULE_CUBIC_UNDONE);
}

/* After a pause the curve goes on where it was: no time has passed on it. */
static void cubic_sends(struct tcp *t, uint32_t len)
{
	if (tcb_outstanding(t->tcb) <= len)
		t->tcb->cubic.counted = t->now;
}

const struct congestion_control cc_cubic = {
	.name = "cubic",
	.start = cubic_start,
	.acked = cubic_acked,
	.reduced = cubic_reduced,
	.timed_out = cubic_timed_out,
	.undone = cubic_undone,
	.sends = cubic_sends,
};
