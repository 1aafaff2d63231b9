/* bbr_states.c — BBR's experiments: Startup, Drain, the cycle of ProbeBW, and
 * ProbeRTT. draft-ietf-ccwg-bbr-06 §5.3. */
#include "tcp/bbr.h"

#include "tcp/congestion.h"
#include "tcp/turn.h"

enum {
	STARTUP_FULL_LOSSES = 6, /* BBRStartupFullLossCnt */
	FULL_BW_ROUNDS = 3,
	DRAIN_ROUNDS = 3,
	RENO_ROUNDS_MAX = 63,
};
static const nanos probe_rtt_duration = 200000000;
static const nanos second = 1000000000;

static const struct {
	uint32_t pacing_gain; /* hundredths */
	uint32_t cwnd_gain;
} gains[] = {
	[BBR_STARTUP] = {277, 200},         [BBR_DRAIN] = {50, 200},
	[BBR_PROBE_BW_DOWN] = {90, 200},    [BBR_PROBE_BW_CRUISE] = {100, 200},
	[BBR_PROBE_BW_REFILL] = {100, 200}, [BBR_PROBE_BW_UP] = {125, 225},
	[BBR_PROBE_RTT] = {100, 50},
};

uint32_t bbr_pacing_gain(const struct bbr_variables *bbr)
{
	return gains[bbr->state].pacing_gain;
}

uint32_t bbr_cwnd_gain(const struct bbr_variables *bbr)
{
	return gains[bbr->state].cwnd_gain;
}

bool bbr_is_in_probe_bw(const struct bbr_variables *bbr)
{
	return bbr->state >= BBR_PROBE_BW_DOWN && bbr->state <= BBR_PROBE_BW_UP;
}

static void enter(struct tcp *t, enum bbr_state state, enum rule rule)
{
	t->tcb->bbr.state = (uint8_t)state;
	note(t, rule);
}

/* ---- Startup and Drain, §5.3.1, §5.3.2 ---- */

void bbr_enter_startup(struct tcp *t)
{
	enter(t, BBR_STARTUP, RULE_BBR_STARTUP);
}

/* Three rounds in which the rate did not grow by a quarter: the pipe is full. */
static void check_full_bw_reached(struct tcp *t, const struct rate_sample *sample)
{
	struct bbr_variables *bbr = &t->tcb->bbr;

	if (bbr->full_bw_now || !bbr->round_start || sample->app_limited)
		return;
	if (sample->delivery_rate >= bbr->full_bw + bbr->full_bw / 4) {
		bbr_reset_full_bw(bbr);
		bbr->full_bw = sample->delivery_rate;
		return;
	}
	bbr->full_bw_count++;
	bbr->full_bw_now = bbr->full_bw_count >= FULL_BW_ROUNDS;
	bbr->full_bw_reached |= bbr->full_bw_now;
}

static void check_startup_high_loss(struct tcp *t, const struct rate_sample *sample)
{
	struct bbr_variables *bbr = &t->tcb->bbr;
	uint32_t bdp = bbr_bdp(t, bbr->bw, 100);
	bool high = has_scoreboard(t)
			    ? bbr->loss_round_start && bbr->round_count > bbr->recovery_round &&
				      bbr->losses_in_round >= STARTUP_FULL_LOSSES &&
				      bbr_loss_is_high(sample->lost, sample->tx_in_flight)
			    : bbr->is_loss_in_round;

	if (bbr->full_bw_reached || !t->tcb->cc.fast_recovery || !high)
		return;
	bbr->undo_state = BBR_STARTUP;
	bbr->full_bw_reached = true;
	bbr->inflight_longterm = bdp > bbr->inflight_latest ? bdp : bbr->inflight_latest;
	note(t, RULE_BBR_STARTUP_LOSSES);
}

static void start_down(struct tcp *t);

static void check_startup_and_drain_done(struct tcp *t, const struct rate_sample *sample)
{
	struct bbr_variables *bbr = &t->tcb->bbr;

	if (bbr->state == BBR_STARTUP) {
		check_startup_high_loss(t, sample);
		if (!bbr->full_bw_reached)
			return;
		enter(t, BBR_DRAIN, RULE_BBR_DRAIN);
		bbr->drain_start_round = bbr->round_count;
	}
	if (bbr->state == BBR_DRAIN && (flight_pipe(t->tcb) <= bbr_inflight(t, bbr->bw, 100) ||
					bbr->round_count > bbr->drain_start_round + DRAIN_ROUNDS))
		start_down(t);
}

/* ---- the cycle of ProbeBW, §5.3.3 ---- */

/* Flows should not all probe at once. What chance there is comes from who talks
 * to whom and from the round, so that a run can be repeated. */
static uint64_t some_chance(const struct tcp *t)
{
	const struct tcb *tcb = t->tcb;
	uint64_t x = ((uint64_t)tcb->local.port << 48) ^ ((uint64_t)tcb->remote.port << 32) ^
		     tcb->bbr.round_count;

	for (int i = 0; i < 16; i++)
		x = x * 31 + tcb->local.address.bytes[i];
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static void pick_probe_wait(struct tcp *t)
{
	struct bbr_variables *bbr = &t->tcb->bbr;
	uint64_t chance = some_chance(t);

	bbr->rounds_since_probe_up = chance & 1;
	bbr->bw_probe_wait = 2 * second + (nanos)((chance >> 1) % (uint64_t)second);
}

static void start_down(struct tcp *t)
{
	struct bbr_variables *bbr = &t->tcb->bbr;

	bbr_reset_congestion_signals(bbr);
	bbr->probe_up_acked_per_inc = bbr_no_limit;
	pick_probe_wait(t);
	bbr->cycle_stamp = t->now;
	bbr->ack_phase = BBR_ACKS_PROBE_STOPPING;
	bbr_start_round(t);
	enter(t, BBR_PROBE_BW_DOWN, RULE_BBR_DOWN);
}

void bbr_start_refill(struct tcp *t)
{
	struct bbr_variables *bbr = &t->tcb->bbr;

	bbr_reset_shortterm(bbr);
	bbr->bw_probe_up_rounds = 0;
	bbr->bw_probe_up_acked = 0;
	bbr->prev_probe_precautionary = false;
	bbr->ack_phase = BBR_ACKS_REFILLING;
	bbr_start_round(t);
	enter(t, BBR_PROBE_BW_REFILL, RULE_BBR_REFILL);
}

/* Twice as steep each round: 1, 2, 4 … segments in a round trip. */
static void raise_inflight_slope(struct tcp *t)
{
	struct bbr_variables *bbr = &t->tcb->bbr;
	uint32_t increase = bbr->cwnd >> bbr->bw_probe_up_rounds;

	if (bbr->bw_probe_up_rounds < 30)
		bbr->bw_probe_up_rounds++;
	bbr->probe_up_acked_per_inc = increase > t->tcb->snd.mss ? increase : t->tcb->snd.mss;
}

static void start_up(struct tcp *t, const struct rate_sample *sample)
{
	struct bbr_variables *bbr = &t->tcb->bbr;

	bbr->ack_phase = BBR_ACKS_PROBE_STARTING;
	bbr_start_round(t);
	bbr_reset_full_bw(bbr);
	bbr->full_bw = sample->delivery_rate;
	enter(t, BBR_PROBE_BW_UP, RULE_BBR_UP);
	raise_inflight_slope(t);
}

static bool is_cwnd_limited(const struct tcp *t)
{
	return t->tcb->cc.most_used + t->tcb->snd.mss > t->tcb->cc.cwnd;
}

static void probe_inflight_upward(struct tcp *t, const struct rate_sample *sample)
{
	struct bbr_variables *bbr = &t->tcb->bbr;
	uint32_t steps;

	if (!is_cwnd_limited(t) || bbr->cwnd < bbr->inflight_longterm)
		return;
	bbr->bw_probe_up_acked += sample->newly_acked;
	steps = bbr->bw_probe_up_acked / bbr->probe_up_acked_per_inc;
	bbr->bw_probe_up_acked %= bbr->probe_up_acked_per_inc;
	bbr->inflight_longterm = cwnd_add(bbr->inflight_longterm, steps * t->tcb->snd.mss);
	if (bbr->round_start)
		raise_inflight_slope(t);
}

/* §5.5.10.2: more was under way than the path can hold. */
void bbr_inflight_was_too_high(struct tcp *t, uint32_t tx_in_flight, bool app_limited)
{
	struct bbr_variables *bbr = &t->tcb->bbr;
	uint32_t target = least(bbr_bdp(t, bbr->bw, BBR_BETA),
				(uint32_t)((uint64_t)bbr->cwnd * BBR_BETA / 100));

	bbr->prev_probe_too_high = true;
	bbr->is_bw_probe_sample = false;
	if (!app_limited)
		bbr->inflight_longterm = tx_in_flight > target ? tx_in_flight : target;
	note(t, RULE_BBR_TOO_HIGH);
	if (bbr->state == BBR_PROBE_BW_UP) {
		bbr->undo_state = BBR_PROBE_BW_UP;
		start_down(t);
	}
}

/* True where it decided what comes next. */
static bool adapt_long_term_model(struct tcp *t, const struct rate_sample *sample)
{
	struct bbr_variables *bbr = &t->tcb->bbr;

	if (bbr->ack_phase == BBR_ACKS_PROBE_STARTING && bbr->round_start)
		bbr->ack_phase = BBR_ACKS_PROBE_FEEDBACK;
	if (bbr->ack_phase == BBR_ACKS_PROBE_STOPPING && bbr->round_start) {
		bbr->is_bw_probe_sample = false;
		bbr->ack_phase = BBR_ACKS_INIT;
		if (bbr_is_in_probe_bw(bbr) && !sample->app_limited)
			bbr_advance_max_bw(bbr);
		if (bbr_is_in_probe_bw(bbr) && bbr->prev_probe_precautionary &&
		    !bbr->prev_probe_too_high) {
			bbr_start_refill(t);
			return true;
		}
	}
	if (bbr_loss_is_high(sample->lost, sample->tx_in_flight) ||
	    bbr->inflight_longterm == bbr_no_limit)
		return false;
	if (sample->tx_in_flight > bbr->inflight_longterm)
		bbr->inflight_longterm = sample->tx_in_flight;
	if (bbr->state == BBR_PROBE_BW_UP)
		probe_inflight_upward(t, sample);
	return false;
}

uint32_t bbr_inflight_with_headroom(const struct tcp *t)
{
	const struct bbr_variables *bbr = &t->tcb->bbr;
	uint32_t room;

	if (bbr->inflight_longterm == bbr_no_limit)
		return bbr_no_limit;
	room = (uint32_t)((uint64_t)bbr->inflight_longterm * BBR_HEADROOM / 100);
	if (room < t->tcb->snd.mss)
		room = t->tcb->snd.mss;
	if (bbr->inflight_longterm < room + bbr_least_cwnd(t))
		return bbr_least_cwnd(t);
	return bbr->inflight_longterm - room;
}

/* §5.3.3.8: 2 to 3 s, or as many rounds as Reno would take to get there. */
static bool is_time_to_probe(const struct tcp *t)
{
	const struct bbr_variables *bbr = &t->tcb->bbr;
	uint32_t rounds = least(bbr_bdp(t, bbr->bw, 100), bbr->cwnd) / t->tcb->snd.mss;

	return t->now > bbr->cycle_stamp + bbr->bw_probe_wait ||
	       bbr->rounds_since_probe_up >= least(rounds, RENO_ROUNDS_MAX);
}

static bool is_time_to_cruise(const struct tcp *t)
{
	const struct bbr_variables *bbr = &t->tcb->bbr;
	uint32_t in_flight = flight_pipe(t->tcb);

	return in_flight <= bbr_inflight_with_headroom(t) &&
	       in_flight <= bbr_inflight(t, bbr_max_bw(bbr), 100);
}

static bool is_time_to_go_down(struct tcp *t, const struct rate_sample *sample)
{
	struct bbr_variables *bbr = &t->tcb->bbr;

	if (bbr->prev_probe_too_high && flight_pipe(t->tcb) >= bbr->inflight_longterm) {
		bbr->prev_probe_precautionary = true;
		return true;
	}
	if (is_cwnd_limited(t) && bbr->cwnd >= bbr->inflight_longterm) {
		bbr_reset_full_bw(bbr); /* the limit, not the path, keeps the rate down */
		bbr->full_bw = sample->delivery_rate;
		return false;
	}
	return bbr->full_bw_now;
}

static void update_probe_bw(struct tcp *t, const struct rate_sample *sample)
{
	struct bbr_variables *bbr = &t->tcb->bbr;

	if (!bbr->full_bw_reached || adapt_long_term_model(t, sample))
		return;
	switch ((enum bbr_state)bbr->state) {
	case BBR_PROBE_BW_DOWN:
		if (is_time_to_probe(t))
			bbr_start_refill(t);
		else if (is_time_to_cruise(t))
			enter(t, BBR_PROBE_BW_CRUISE, RULE_BBR_CRUISE);
		break;
	case BBR_PROBE_BW_CRUISE:
		if (is_time_to_probe(t))
			bbr_start_refill(t);
		break;
	case BBR_PROBE_BW_REFILL:
		if (!bbr->round_start)
			break;
		bbr->is_bw_probe_sample = true;
		start_up(t, sample);
		break;
	case BBR_PROBE_BW_UP:
		if (!is_time_to_go_down(t, sample))
			break;
		bbr->prev_probe_too_high = false;
		start_down(t);
		break;
	default: break;
	}
}

void bbr_update_states(struct tcp *t, const struct rate_sample *sample)
{
	check_full_bw_reached(t, sample);
	check_startup_and_drain_done(t, sample);
	update_probe_bw(t, sample);
}

/* ---- ProbeRTT, §5.3.4 ---- */

uint32_t bbr_probe_rtt_cwnd(const struct tcp *t)
{
	uint32_t half = bbr_bdp(t, t->tcb->bbr.bw, gains[BBR_PROBE_RTT].cwnd_gain);

	return half > bbr_least_cwnd(t) ? half : bbr_least_cwnd(t);
}

static void exit_probe_rtt(struct tcp *t)
{
	bbr_reset_shortterm(&t->tcb->bbr);
	if (!t->tcb->bbr.full_bw_reached) {
		bbr_enter_startup(t);
		return;
	}
	start_down(t);
	enter(t, BBR_PROBE_BW_CRUISE, RULE_BBR_CRUISE);
}

void bbr_check_probe_rtt_done(struct tcp *t)
{
	struct bbr_variables *bbr = &t->tcb->bbr;

	if (bbr->probe_rtt_done_stamp == 0 || t->now <= bbr->probe_rtt_done_stamp)
		return;
	bbr->probe_rtt_min_stamp = t->now; /* the next one counts from here */
	bbr->cwnd = bbr->cwnd > bbr->prior_cwnd ? bbr->cwnd : bbr->prior_cwnd;
	exit_probe_rtt(t);
}

static void handle_probe_rtt(struct tcp *t)
{
	struct bbr_variables *bbr = &t->tcb->bbr;

	congestion_mark_app_limited(t); /* these rates say nothing of the path */
	if (bbr->probe_rtt_done_stamp == 0) {
		if (flight_pipe(t->tcb) > bbr_probe_rtt_cwnd(t))
			return;
		bbr->probe_rtt_done_stamp = t->now + probe_rtt_duration;
		bbr->probe_rtt_round_done = false;
		bbr_start_round(t);
		return;
	}
	bbr->probe_rtt_round_done |= bbr->round_start;
	if (bbr->probe_rtt_round_done)
		bbr_check_probe_rtt_done(t);
}

void bbr_check_probe_rtt(struct tcp *t, const struct rate_sample *sample)
{
	struct bbr_variables *bbr = &t->tcb->bbr;

	if (bbr->state != BBR_PROBE_RTT && bbr->probe_rtt_expired && !bbr->idle_restart) {
		if (bbr->cwnd > bbr->prior_cwnd || !t->tcb->cc.fast_recovery)
			bbr->prior_cwnd = bbr->cwnd;
		enter(t, BBR_PROBE_RTT, RULE_BBR_PROBE_RTT);
		bbr->probe_rtt_done_stamp = 0;
		bbr->ack_phase = BBR_ACKS_PROBE_STOPPING;
		bbr_start_round(t);
	}
	if (bbr->state == BBR_PROBE_RTT)
		handle_probe_rtt(t);
	if (sample->delivered > 0)
		bbr->idle_restart = false;
}
