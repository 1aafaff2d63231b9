/* bbr.h — BBR: sending at the rate that the path delivers, with as much under
 * way as a round trip at that rate takes. draft-ietf-ccwg-bbr-06 (version 3).
 *
 * Reno and CUBIC take a loss for the sign that they send too fast. Where
 * queues are long it comes too late, and where links lose by themselves, for
 * nothing. BBR measures instead: `max_bw`, the highest rate at which ACKs came
 * of late, and `min_rtt`, the shortest round trip. It paces at max_bw, and now
 * and then does an experiment: faster, to see whether there is more (Startup,
 * ProbeBW_UP); slower, to empty the queue that this made (Drain,
 * ProbeBW_DOWN); nearly not at all, to see the path without a queue (ProbeRTT).
 *
 *     Startup → Drain → DOWN → CRUISE → REFILL → UP → DOWN …
 *                        any → ProbeRTT → CRUISE or Startup
 *
 * The names are the draft's. cc_bbr.c has what happens on each ACK, and cwnd
 * and pacing rate; bbr_model.c the model of the path; bbr_states.c the states.
 *
 * Rates are octets per second, volumes octets, times nanoseconds, gains and
 * shares hundredths. */
#ifndef TCPLAB_TCP_BBR_H
#define TCPLAB_TCP_BBR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"

struct tcp;
struct rate_sample;
struct sent_record;

enum bbr_state {
	BBR_STARTUP,
	BBR_DRAIN,
	BBR_PROBE_BW_DOWN,
	BBR_PROBE_BW_CRUISE,
	BBR_PROBE_BW_REFILL,
	BBR_PROBE_BW_UP,
	BBR_PROBE_RTT,
	BBR_NONE, /* for undo_state */
};

/* What the ACKs that come now are about, §5.3.3.9. */
enum bbr_ack_phase {
	BBR_ACKS_INIT,
	BBR_ACKS_REFILLING,
	BBR_ACKS_PROBE_STARTING,
	BBR_ACKS_PROBE_FEEDBACK,
	BBR_ACKS_PROBE_STOPPING,
};

enum { BBR_LOSS_THRESH = 2, BBR_BETA = 70, BBR_HEADROOM = 15 }; /* hundredths */

static const uint64_t bbr_no_rate_limit = UINT64_MAX;
static const uint32_t bbr_no_limit = UINT32_MAX;

struct bbr_variables {
	uint64_t max_bw[2]; /* of this cycle of ProbeBW and of the one before */
	uint64_t bw;        /* min(max_bw, bw_shortterm) */
	uint64_t bw_latest; /* the highest in this round trip */
	uint64_t bw_shortterm;
	uint64_t full_bw; /* baseline of the search for a plateau */
	uint64_t pacing_rate;
	uint64_t undo_bw_shortterm;
	uint64_t next_round_delivered; /* the round is over when what is sent then is delivered */
	uint64_t loss_round_delivered; /* the same, of rounds that begin with a loss */
	nanos min_rtt;                 /* 0: not known */
	nanos min_rtt_stamp;
	nanos probe_rtt_min_delay; /* 0: not known */
	nanos probe_rtt_min_stamp;
	nanos probe_rtt_done_stamp; /* 0: not yet */
	nanos cycle_stamp;          /* when this cycle of ProbeBW began */
	nanos bw_probe_wait;        /* how long until the next probe */
	nanos extra_acked_interval_start;
	uint64_t extra_acked_delivered;
	uint32_t
		extra_acked[2]; /* aggregation: highest of this stretch of rounds and of the last */
	uint32_t extra_acked_round;
	uint32_t cwnd;            /* as this control wants it, whatever recovery does meanwhile */
	uint32_t prior_cwnd;      /* the last that was good */
	uint32_t inflight_latest; /* the most that was delivered in a round trip, of late */
	uint32_t inflight_longterm;
	uint32_t inflight_shortterm;
	uint32_t undo_inflight_longterm;
	uint32_t undo_inflight_shortterm;
	uint32_t probe_up_acked_per_inc;
	uint32_t bw_probe_up_acked;
	uint32_t round_count;
	uint32_t rounds_since_probe_up;
	uint32_t drain_start_round;
	uint32_t recovery_round; /* round_count when recovery began */
	uint8_t state;           /* enum bbr_state */
	uint8_t undo_state;      /* enum bbr_state: where a loss drove it out of */
	uint8_t ack_phase;       /* enum bbr_ack_phase */
	uint8_t full_bw_count;
	uint8_t bw_probe_up_rounds;
	uint8_t losses_in_round; /* stretches */
	bool full_bw_now;
	bool full_bw_reached;
	bool round_start;
	bool loss_round_start;
	bool is_loss_in_round;
	bool is_bw_probe_sample;
	bool prev_probe_too_high;
	bool prev_probe_precautionary;
	bool probe_rtt_expired;
	bool probe_rtt_round_done;
	bool idle_restart;
	bool timed_out; /* cwnd is restored when the time-out is repaired */
	uint8_t zero[6];
};

/* bbr_model.c */
void bbr_model_begin(struct tcp *t);
void bbr_reset_shortterm(struct bbr_variables *bbr);
void bbr_reset_congestion_signals(struct bbr_variables *bbr);
void bbr_reset_full_bw(struct bbr_variables *bbr);
void bbr_start_round(struct tcp *t);
uint64_t bbr_max_bw(const struct bbr_variables *bbr);
void bbr_advance_max_bw(struct bbr_variables *bbr);
/* `gain` hundredths of the path's bandwidth-delay product, at rate `bw`. */
uint32_t bbr_bdp(const struct tcp *t, uint64_t bw, uint32_t gain);
/* The same, but never too little to keep the path busy. */
uint32_t bbr_inflight(const struct tcp *t, uint64_t bw, uint32_t gain);
uint32_t bbr_with_budget(const struct tcp *t, uint32_t inflight);
uint32_t bbr_least_cwnd(const struct tcp *t);                            /* MinPipeCwnd */
void bbr_update_model(struct tcp *t, const struct rate_sample *sample);  /* begin of an ACK */
void bbr_advance_model(struct tcp *t, const struct rate_sample *sample); /* its end */
void bbr_update_min_rtt(struct tcp *t, const struct rate_sample *sample);
void bbr_save_state_upon_loss(struct tcp *t);
void bbr_note_loss(struct tcp *t);
bool bbr_loss_is_high(uint32_t lost, uint32_t in_flight);

/* bbr_states.c */
void bbr_enter_startup(struct tcp *t);
void bbr_start_refill(struct tcp *t);
uint32_t bbr_pacing_gain(const struct bbr_variables *bbr);
uint32_t bbr_cwnd_gain(const struct bbr_variables *bbr);
bool bbr_is_in_probe_bw(const struct bbr_variables *bbr);
uint32_t bbr_inflight_with_headroom(const struct tcp *t);
uint32_t bbr_probe_rtt_cwnd(const struct tcp *t);
void bbr_check_probe_rtt_done(struct tcp *t);
void bbr_inflight_was_too_high(struct tcp *t, uint32_t tx_in_flight, bool app_limited);
void bbr_update_states(struct tcp *t, const struct rate_sample *sample);
void bbr_check_probe_rtt(struct tcp *t, const struct rate_sample *sample);

#endif
