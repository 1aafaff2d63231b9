/* cc_bbr.c — BBR: what it does on each ACK, and what becomes of cwnd and the
 * pacing rate. draft-ietf-ccwg-bbr-06 §5.2, §5.6; see bbr.h.
 *
 * Of the draft this is the whole state machine. Different is only: a quantum
 * is a segment, as there is no offload; the maximum of extra_acked is over the
 * last 10 to 20 rounds; and chance is drawn from ports and addresses. Without
 * records of what is under way nothing can be measured: then it is Reno. */
#include "tcp/bbr.h"

#include "tcp/congestion.h"
#include "tcp/turn.h"

enum { PACING_MARGIN = 1 }; /* hundredths below the rate, so that queues get empty */

static bool can_measure(const struct tcp *t)
{
	return t->records != NULL;
}

static void bbr_start(struct tcp *t)
{
	struct congestion_variables *cc = &t->tcb->cc;

	cc_reno.start(t);
	bbr_model_begin(t);
	t->tcb->bbr.cwnd = cc->cwnd;
}

static void bbr_acked(struct tcp *t, uint32_t acked)
{
	if (!can_measure(t))
		cc_reno.acked(t, acked);
}

/* ---- pacing rate, §5.6.2 ---- */

static void set_pacing_rate(struct tcp *t, uint32_t gain)
{
	struct bbr_variables *bbr = &t->tcb->bbr;
	uint64_t rate = bbr->bw / 100 * gain * (100 - PACING_MARGIN) / 100;

	if (rate > 0 && (bbr->full_bw_reached || rate > bbr->pacing_rate))
		bbr->pacing_rate = rate;
}

/* Before the first sample: the initial window in the first round trip. */
static void bbr_measured(struct tcp *t, nanos rtt)
{
	struct bbr_variables *bbr = &t->tcb->bbr;
	uint64_t micros = (uint64_t)nanos_max(rtt / 1000, 1);

	if (bbr->pacing_rate == 0 && can_measure(t))
		bbr->pacing_rate = (uint64_t)congestion_initial_window(t) * 1000000 / micros *
				   bbr_pacing_gain(bbr) / 100;
}

static uint64_t bbr_pacing_rate(const struct tcp *t)
{
	return t->tcb->bbr.pacing_rate;
}

/* ---- cwnd, §5.6.4 ---- */

static uint32_t volume_cap(const struct tcp *t)
{
	const struct bbr_variables *bbr = &t->tcb->bbr;
	uint32_t cap = bbr_no_limit;

	if (bbr->state == BBR_PROBE_RTT || bbr->state == BBR_PROBE_BW_CRUISE)
		cap = bbr_inflight_with_headroom(t);
	else if (bbr_is_in_probe_bw(bbr))
		cap = bbr->inflight_longterm;
	cap = least(cap, bbr->inflight_shortterm);
	return cap > bbr_least_cwnd(t) ? cap : bbr_least_cwnd(t);
}

static void set_cwnd(struct tcp *t, const struct rate_sample *sample)
{
	struct bbr_variables *bbr = &t->tcb->bbr;
	uint32_t extra = bbr->extra_acked[0] > bbr->extra_acked[1] ? bbr->extra_acked[0]
								   : bbr->extra_acked[1];
	uint32_t most = bbr_with_budget(t, bbr_bdp(t, bbr->bw, bbr_cwnd_gain(bbr)) + extra);
	uint32_t grown = cwnd_add(bbr->cwnd, sample->newly_acked);

	if (bbr->full_bw_reached)
		bbr->cwnd = least(grown, most);
	else if (bbr->cwnd < most || t->tcb->flight.delivered < congestion_initial_window(t))
		bbr->cwnd = grown;
	if (bbr->timed_out) { /* until that is repaired, slow start from one segment */
		if (bbr->cwnd < t->tcb->snd.mss) /* which path_mtu.c has made longer since */
			bbr->cwnd = t->tcb->snd.mss;
	} else if (bbr->cwnd < bbr_least_cwnd(t)) {
		bbr->cwnd = bbr_least_cwnd(t);
	}
	if (bbr->state == BBR_PROBE_RTT)
		bbr->cwnd = least(bbr->cwnd, bbr_probe_rtt_cwnd(t));
	bbr->cwnd = least(bbr->cwnd, volume_cap(t));
}

/* ---- an ACK ---- */

static void restore_cwnd_after_time_out(struct tcp *t)
{
	struct bbr_variables *bbr = &t->tcb->bbr;

	if (!bbr->timed_out || t->tcb->cc.loss_recovery)
		return;
	bbr->timed_out = false;
	if (bbr->cwnd < bbr->prior_cwnd)
		bbr->cwnd = bbr->prior_cwnd;
}

/* UpdateOnACK(), §5.2.3 */
static void bbr_sampled(struct tcp *t, const struct rate_sample *sample)
{
	struct bbr_variables *bbr = &t->tcb->bbr;

	restore_cwnd_after_time_out(t);
	bbr_update_model(t, sample);
	bbr_update_states(t, sample);
	bbr_update_min_rtt(t, sample);
	bbr_check_probe_rtt(t, sample);
	bbr_advance_model(t, sample);
	set_pacing_rate(t, bbr_pacing_gain(bbr));
	set_cwnd(t, sample);
	t->tcb->cc.cwnd = bbr->cwnd;
	note(t, RULE_BBR_MODEL);
}

/* ---- losses ---- */

/* A loss is a hint, no order: cwnd stays, but for what the model makes of it. */
static uint32_t bbr_reduced(struct tcp *t)
{
	struct bbr_variables *bbr = &t->tcb->bbr;

	if (!can_measure(t))
		return cc_reno.reduced(t);
	bbr_save_state_upon_loss(t);
	bbr->recovery_round = bbr->round_count;
	return t->tcb->cc.cwnd > 2u * t->tcb->snd.mss ? t->tcb->cc.cwnd : 2u * t->tcb->snd.mss;
}

/* The window of one segment is not BBR's idea, but its cwnd begins there too. */
static void bbr_timed_out(struct tcp *t)
{
	struct bbr_variables *bbr = &t->tcb->bbr;

	bbr->timed_out = true;
	bbr->cwnd = t->tcb->cc.cwnd;
}

/* HandleLostPacket(), §5.5.10.2 */
static void bbr_lost(struct tcp *t, const struct sent_record *record)
{
	struct bbr_variables *bbr = &t->tcb->bbr;
	uint32_t size = (uint32_t)seq_diff(record->right, record->left);
	uint32_t lost = (uint32_t)t->tcb->flight.lost_ever - record->lost;
	uint32_t before = record->tx_in_flight > size ? record->tx_in_flight - size : 0;
	uint32_t lost_before = lost > size ? lost - size : 0;
	uint32_t allowed = (uint32_t)((uint64_t)before * BBR_LOSS_THRESH / 100);

	bbr_note_loss(t);
	if (!bbr->is_bw_probe_sample || !bbr_loss_is_high(lost, record->tx_in_flight))
		return;
	/* InflightAtLoss(): so much of it could go until the losses were too many. */
	if (allowed > lost_before)
		before += (allowed - lost_before) * 100 / (100 - BBR_LOSS_THRESH);
	bbr_inflight_was_too_high(t, before, record->app_limited);
}

/* HandleSpuriousLossDetection(), §5.5.11.2 */
static void bbr_undone(struct tcp *t)
{
	struct bbr_variables *bbr = &t->tcb->bbr;
	uint8_t back_to = bbr->undo_state;

	bbr->timed_out = false;
	if (bbr->cwnd < bbr->prior_cwnd)
		bbr->cwnd = bbr->prior_cwnd;
	bbr->is_loss_in_round = false;
	bbr_reset_full_bw(bbr);
	if (bbr->bw_shortterm < bbr->undo_bw_shortterm)
		bbr->bw_shortterm = bbr->undo_bw_shortterm;
	if (bbr->inflight_shortterm < bbr->undo_inflight_shortterm)
		bbr->inflight_shortterm = bbr->undo_inflight_shortterm;
	if (bbr->inflight_longterm < bbr->undo_inflight_longterm)
		bbr->inflight_longterm = bbr->undo_inflight_longterm;
	bbr->undo_state = BBR_NONE;
	if (back_to == BBR_STARTUP && bbr->state != BBR_STARTUP) {
		bbr->full_bw_reached = false;
		if (bbr->state != BBR_PROBE_RTT)
			bbr_enter_startup(t);
	} else if (back_to == BBR_PROBE_BW_UP && bbr->state != BBR_PROBE_BW_UP &&
		   bbr->state != BBR_PROBE_RTT) {
		bbr_start_refill(t);
	}
}

/* ---- sending ---- */

/* HandleRestartFromIdle(), §5.4.1 */
static void bbr_sends(struct tcp *t, uint32_t len)
{
	struct bbr_variables *bbr = &t->tcb->bbr;

	if (!can_measure(t) || tcb_outstanding(t->tcb) > len || t->tcb->flight.app_limited == 0)
		return;
	bbr->idle_restart = true;
	bbr->extra_acked_interval_start = t->now;
	if (bbr_is_in_probe_bw(bbr)) {
		set_pacing_rate(t, 100);
	} else if (bbr->state == BBR_PROBE_RTT) {
		bbr_check_probe_rtt_done(t);
		t->tcb->cc.cwnd = bbr->cwnd;
	}
}

const struct congestion_control cc_bbr = {
	.name = "bbr",
	.start = bbr_start,
	.acked = bbr_acked,
	.reduced = bbr_reduced,
	.timed_out = bbr_timed_out,
	.undone = bbr_undone,
	.measured = bbr_measured,
	.sends = bbr_sends,
	.lost = bbr_lost,
	.sampled = bbr_sampled,
	.pacing_rate = bbr_pacing_rate,
};
