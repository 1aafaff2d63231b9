/* bbr_model.c — BBR's model of the path: how fast it delivers, how long a
 * round trip takes, how much may be under way. draft-ietf-ccwg-bbr-06 §5.5. */
#include "tcp/bbr.h"

#include "tcp/congestion.h"
#include "tcp/turn.h"

enum { EXTRA_ACKED_ROUNDS = 10, QUANTA = 3, MIN_PIPE_SEGMENTS = 4 };
static const nanos min_rtt_filter = 10000000000;
static const nanos probe_rtt_interval = 5000000000;

static struct bbr_variables *bbr_of(const struct tcp *t)
{
	return &t->tcb->bbr;
}

void bbr_model_begin(struct tcp *t)
{
	struct bbr_variables *bbr = bbr_of(t);

	*bbr = (struct bbr_variables){.min_rtt_stamp = t->now,
				      .probe_rtt_min_stamp = t->now,
				      .extra_acked_interval_start = t->now,
				      .inflight_longterm = bbr_no_limit,
				      .probe_up_acked_per_inc = bbr_no_limit,
				      .undo_state = BBR_NONE};
	bbr_reset_shortterm(bbr);
}

/* ---- rounds, §5.5.1 ---- */

void bbr_start_round(struct tcp *t)
{
	bbr_of(t)->next_round_delivered = t->tcb->flight.delivered;
}

static void update_round(struct tcp *t, const struct rate_sample *sample)
{
	struct bbr_variables *bbr = bbr_of(t);

	bbr->round_start = sample->prior_delivered >= bbr->next_round_delivered;
	if (!bbr->round_start)
		return;
	bbr_start_round(t);
	bbr->round_count++;
	bbr->rounds_since_probe_up++;
}

/* ---- bandwidth, §5.5.2 to §5.5.6 ---- */

uint64_t bbr_max_bw(const struct bbr_variables *bbr)
{
	return bbr->max_bw[0] > bbr->max_bw[1] ? bbr->max_bw[0] : bbr->max_bw[1];
}

void bbr_advance_max_bw(struct bbr_variables *bbr)
{
	bbr->max_bw[1] = bbr->max_bw[0];
	bbr->max_bw[0] = 0;
}

/* What the application held back shows less than the path could, unless it
 * shows more than was known. */
static void update_max_bw(struct bbr_variables *bbr, const struct rate_sample *sample)
{
	if (sample->delivery_rate < bbr_max_bw(bbr) && sample->app_limited)
		return;
	if (sample->delivery_rate > bbr->max_bw[0])
		bbr->max_bw[0] = sample->delivery_rate;
}

void bbr_reset_full_bw(struct bbr_variables *bbr)
{
	bbr->full_bw = 0;
	bbr->full_bw_count = 0;
	bbr->full_bw_now = false;
}

/* ---- volumes, §5.6.4.2 ---- */

uint32_t bbr_least_cwnd(const struct tcp *t)
{
	return MIN_PIPE_SEGMENTS * t->tcb->snd.mss;
}

/* Microseconds, so that 64 bits are enough: 10 s at 10¹¹ octets a second. */
uint32_t bbr_bdp(const struct tcp *t, uint64_t bw, uint32_t gain)
{
	const struct bbr_variables *bbr = bbr_of(t);
	uint64_t bdp;

	if (bbr->min_rtt == 0)
		return congestion_initial_window(t);
	bdp = bw * (uint64_t)((bbr->min_rtt + 999) / 1000) / 1000000;
	if (bdp > CWND_MAX / 4)
		bdp = CWND_MAX / 4;
	return (uint32_t)(bdp * gain / 100);
}

/* §5.5.8.1: three quanta. There is no offload here: a quantum is a segment. */
uint32_t bbr_with_budget(const struct tcp *t, uint32_t inflight)
{
	uint32_t smss = t->tcb->snd.mss;
	uint32_t least = bbr_least_cwnd(t) > QUANTA * smss ? bbr_least_cwnd(t) : QUANTA * smss;

	inflight = inflight > least ? inflight : least;
	return bbr_of(t)->state == BBR_PROBE_BW_UP ? inflight + 2 * smss : inflight;
}

uint32_t bbr_inflight(const struct tcp *t, uint64_t bw, uint32_t gain)
{
	return bbr_with_budget(t, bbr_bdp(t, bw, gain));
}

/* ---- aggregation, §5.5.9 ---- */

/* What more than expected is acknowledged at once: then a while nothing will
 * be, and the window must last until then. */
static void update_ack_aggregation(struct tcp *t, const struct rate_sample *sample)
{
	struct bbr_variables *bbr = bbr_of(t);
	uint64_t micros = (uint64_t)(t->now - bbr->extra_acked_interval_start) / 1000;
	uint64_t expected = micros < 60000000 ? bbr->bw * micros / 1000000 : UINT64_MAX;
	uint32_t rounds = bbr->full_bw_reached ? EXTRA_ACKED_ROUNDS : 1;
	uint64_t extra;

	if (bbr->extra_acked_delivered <= expected) {
		bbr->extra_acked_delivered = 0;
		bbr->extra_acked_interval_start = t->now;
		expected = 0;
	}
	bbr->extra_acked_delivered += sample->newly_acked;
	extra = bbr->extra_acked_delivered - expected;
	if (extra > bbr->cwnd)
		extra = bbr->cwnd;
	/* The highest of the last 10 to 20 rounds: two stretches of 10. */
	if (bbr->round_count - bbr->extra_acked_round >= rounds) {
		bbr->extra_acked_round = bbr->round_count;
		bbr->extra_acked[1] = bbr->extra_acked[0];
		bbr->extra_acked[0] = 0;
	}
	if (extra > bbr->extra_acked[0])
		bbr->extra_acked[0] = (uint32_t)extra;
}

/* ---- loss, §5.5.10 ---- */

bool bbr_loss_is_high(uint32_t lost, uint32_t in_flight)
{
	return (uint64_t)lost * 100 > (uint64_t)in_flight * BBR_LOSS_THRESH;
}

void bbr_reset_shortterm(struct bbr_variables *bbr)
{
	bbr->bw_shortterm = bbr_no_rate_limit;
	bbr->inflight_shortterm = bbr_no_limit;
}

void bbr_reset_congestion_signals(struct bbr_variables *bbr)
{
	bbr->is_loss_in_round = false;
	bbr->losses_in_round = 0;
	bbr->bw_latest = 0;
	bbr->inflight_latest = 0;
}

/* §5.5.11.1 */
void bbr_save_state_upon_loss(struct tcp *t)
{
	struct bbr_variables *bbr = bbr_of(t);
	bool repairing = t->tcb->cc.fast_recovery || t->tcb->cc.loss_recovery;

	if (bbr->cwnd > bbr->prior_cwnd || (!repairing && bbr->state != BBR_PROBE_RTT))
		bbr->prior_cwnd = bbr->cwnd;
	bbr->undo_state = BBR_NONE;
	bbr->undo_bw_shortterm = bbr->bw_shortterm;
	bbr->undo_inflight_shortterm = bbr->inflight_shortterm;
	bbr->undo_inflight_longterm = bbr->inflight_longterm;
}

void bbr_note_loss(struct tcp *t)
{
	struct bbr_variables *bbr = bbr_of(t);

	if (!bbr->is_loss_in_round) {
		bbr->loss_round_delivered = t->tcb->flight.delivered;
		bbr_save_state_upon_loss(t);
	}
	bbr->is_loss_in_round = true;
	if (bbr->losses_in_round < UINT8_MAX)
		bbr->losses_in_round++;
}

static bool is_probing(const struct bbr_variables *bbr)
{
	return bbr->state == BBR_STARTUP || bbr->state == BBR_PROBE_BW_REFILL ||
	       bbr->state == BBR_PROBE_BW_UP;
}

/* Once a round that lost something: slower, towards what is delivered now. */
static void adapt_lower_bounds(struct tcp *t)
{
	struct bbr_variables *bbr = bbr_of(t);
	uint64_t rate;
	uint32_t volume;

	if (is_probing(bbr) || !bbr->is_loss_in_round)
		return;
	if (bbr->bw_shortterm == bbr_no_rate_limit)
		bbr->bw_shortterm = bbr_max_bw(bbr);
	if (bbr->inflight_shortterm == bbr_no_limit)
		bbr->inflight_shortterm = bbr->cwnd;
	rate = bbr->bw_shortterm * BBR_BETA / 100;
	volume = (uint32_t)((uint64_t)bbr->inflight_shortterm * BBR_BETA / 100);
	bbr->bw_shortterm = bbr->bw_latest > rate ? bbr->bw_latest : rate;
	bbr->inflight_shortterm = bbr->inflight_latest > volume ? bbr->inflight_latest : volume;
	note(t, RULE_BBR_SLOWS_DOWN);
}

/* ---- the shortest round trip, §5.3.4.3 ---- */

void bbr_update_min_rtt(struct tcp *t, const struct rate_sample *sample)
{
	struct bbr_variables *bbr = bbr_of(t);
	bool expired = t->now > bbr->min_rtt_stamp + min_rtt_filter;

	bbr->probe_rtt_expired = t->now > bbr->probe_rtt_min_stamp + probe_rtt_interval;
	if (sample->rtt > 0 && (bbr->probe_rtt_min_delay == 0 ||
				sample->rtt < bbr->probe_rtt_min_delay || bbr->probe_rtt_expired)) {
		bbr->probe_rtt_min_delay = sample->rtt;
		bbr->probe_rtt_min_stamp = t->now;
	}
	if (bbr->probe_rtt_min_delay > 0 &&
	    (bbr->min_rtt == 0 || bbr->probe_rtt_min_delay < bbr->min_rtt || expired)) {
		bbr->min_rtt = bbr->probe_rtt_min_delay;
		bbr->min_rtt_stamp = bbr->probe_rtt_min_stamp;
	}
}

/* ---- an ACK, §5.2.3 ---- */

void bbr_update_model(struct tcp *t, const struct rate_sample *sample)
{
	struct bbr_variables *bbr = bbr_of(t);
	uint32_t delivered = least(
		(uint32_t)(sample->delivered > CWND_MAX ? CWND_MAX : sample->delivered), CWND_MAX);

	/* UpdateLatestDeliverySignals() */
	bbr->loss_round_start = sample->prior_delivered >= bbr->loss_round_delivered;
	if (sample->delivery_rate > bbr->bw_latest)
		bbr->bw_latest = sample->delivery_rate;
	if (delivered > bbr->inflight_latest)
		bbr->inflight_latest = delivered;
	if (bbr->loss_round_start)
		bbr->loss_round_delivered = t->tcb->flight.delivered;
	/* UpdateCongestionSignals() */
	update_round(t, sample);
	update_max_bw(bbr, sample);
	if (bbr->loss_round_start)
		adapt_lower_bounds(t);
	update_ack_aggregation(t, sample);
}

void bbr_advance_model(struct tcp *t, const struct rate_sample *sample)
{
	struct bbr_variables *bbr = bbr_of(t);
	uint64_t max_bw = bbr_max_bw(bbr);

	if (bbr->loss_round_start) {
		bbr->bw_latest = sample->delivery_rate;
		bbr->inflight_latest = (uint32_t)sample->delivered;
		bbr->is_loss_in_round = false;
		bbr->losses_in_round = 0;
	}
	bbr->bw = max_bw < bbr->bw_shortterm ? max_bw : bbr->bw_shortterm;
}
