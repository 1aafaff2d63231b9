#include "tcp/cwv.h"

#include <string.h>

#include "tcp/congestion.h"
#include "tcp/turn.h"

#define NON_VALIDATED_PERIOD nanos_from_s(5 * 60) /* §5 */

bool cwv_applies(const struct tcp *t)
{
	return t->profile->cwv && !t->profile->congestion_off && !congestion_is_bbr(t->tcb);
}

void cwv_reset(struct tcp *t)
{
	if (!cwv_applies(t))
		return;
	memset(&t->tcb->cwv, 0, sizeof t->tcb->cwv);
}

/* ---- pipeACK: §4.2, §4.5.1 ---- */

/* The pipeACK Sampling Period. */
static nanos sampling_period(const struct tcb *tcb)
{
	return nanos_max(3 * tcb->rtt.srtt, nanos_from_s(1));
}

/* A round trip goes from what is sent to its acknowledgment. As long as none has
 * come, what is sent belongs to it. */
void cwv_sent(struct tcp *t)
{
	const struct congestion_variables *cc = &t->tcb->cc;
	struct cwv_variables *cwv = &t->tcb->cwv;

	if (!cwv_applies(t) || cc->fast_recovery || cc->loss_recovery)
		return;
	if (!cwv->sampling) {
		cwv->sampling = true;
		cwv->from = t->tcb->snd.una;
	}
	if (seq_eq(cwv->from, t->tcb->snd.una))
		cwv->until = t->tcb->snd.nxt;
}

static void keep_sample(struct tcp *t, uint32_t sample)
{
	struct cwv_variables *cwv = &t->tcb->cwv;
	nanos part = sampling_period(t->tcb) / CWV_SLOTS;

	cwv->defined = true;
	if (cwv->slots > 0 && t->now - cwv->slot_since[0] < part) {
		if (sample > cwv->slot_most[0])
			cwv->slot_most[0] = sample;
		return;
	}
	memmove(cwv->slot_since + 1, cwv->slot_since, (CWV_SLOTS - 1) * sizeof(nanos));
	memmove(cwv->slot_most + 1, cwv->slot_most, (CWV_SLOTS - 1) * sizeof(uint32_t));
	cwv->slot_since[0] = t->now;
	cwv->slot_most[0] = sample;
	if (cwv->slots < CWV_SLOTS)
		cwv->slots++;
}

/* The largest sample of the period. When there is none, nothing was acknowledged. */
static uint32_t largest_sample(const struct tcp *t)
{
	const struct cwv_variables *cwv = &t->tcb->cwv;
	nanos period = sampling_period(t->tcb);
	uint32_t most = 0;

	for (unsigned i = 0; i < cwv->slots; i++) {
		if (t->now - cwv->slot_since[i] < period && cwv->slot_most[i] > most)
			most = cwv->slot_most[i];
	}
	return most;
}

/* ---- the two phases: §4.3, §4.4 ---- */

/* After a pause it is found out late: then the period began when the last sample
 * grew too old. */
static nanos when_it_began(const struct tcp *t)
{
	const struct cwv_variables *cwv = &t->tcb->cwv;

	if (cwv->slots == 0)
		return t->now;
	return nanos_min(t->now, cwv->slot_since[0] + sampling_period(t->tcb));
}

/* At the end of a round trip, or of a pause: in between, slow start is ahead of
 * what could be measured. */
static void look_at_phase(struct tcp *t)
{
	struct cwv_variables *cwv = &t->tcb->cwv;
	bool non_validated;

	cwv->pipe_ack = largest_sample(t);
	non_validated = cwv->defined && cwv->pipe_ack < t->tcb->cc.cwnd / 2;
	if (non_validated == cwv->non_validated)
		return;
	cwv->non_validated = non_validated;
	cwv->since = non_validated ? when_it_began(t) : 0;
	note(t, non_validated ? RULE_CWV_NON_VALIDATED : RULE_CWV_VALIDATED);
}

void cwv_acked(struct tcp *t)
{
	struct cwv_variables *cwv = &t->tcb->cwv;
	struct seq una = t->tcb->snd.una;

	if (!cwv_applies(t))
		return;
	if (cwv->sampling && seq_ge(una, cwv->until)) {
		keep_sample(t, (uint32_t)seq_diff(una, cwv->from));
		cwv->sampling = seq_lt(una, t->tcb->snd.nxt);
		cwv->from = una;
		cwv->until = t->tcb->snd.nxt;
		look_at_phase(t);
	}
}

/* §4.4.3; again when as much time has passed once more. */
static RARE void end_periods(struct tcp *t)
{
	struct congestion_variables *cc = &t->tcb->cc;
	struct cwv_variables *cwv = &t->tcb->cwv;
	uint32_t initial = congestion_initial_window(t);
	uint32_t before = cc->cwnd;

	while (cwv->non_validated && t->now - cwv->since > NON_VALIDATED_PERIOD) {
		uint32_t sustained = cc->cwnd - cc->cwnd / 4;

		if (cc->cwnd <= initial) {
			cwv->since = t->now;
			break;
		}
		if (cc->ssthresh < sustained)
			cc->ssthresh = sustained;
		cc->cwnd = cc->cwnd / 2 > initial ? cc->cwnd / 2 : initial;
		cwv->since += NON_VALIDATED_PERIOD;
	}
	if (cc->cwnd < before)
		note(t, RULE_CWV_PERIOD_OVER);
}

void cwv_before_sending(struct tcp *t)
{
	const struct congestion_variables *cc = &t->tcb->cc;

	if (cc->fast_recovery || cc->loss_recovery)
		return;
	if (tcb_outstanding(t->tcb) == 0)
		look_at_phase(t);
	if (t->tcb->cwv.non_validated && t->now - t->tcb->cwv.since > NON_VALIDATED_PERIOD)
		end_periods(t);
}

/* §4.4: who fills the whole of it may let it grow in either phase. */
bool cwv_lets_grow(const struct tcp *t)
{
	const struct congestion_variables *cc = &t->tcb->cc;

	return !t->tcb->cwv.non_validated || cc->most_used + t->tcb->snd.mss > cc->cwnd;
}

/* ---- congestion in the non-validated phase: §4.4.1 ---- */

uint32_t cwv_reduced(struct tcp *t, uint32_t usual)
{
	struct cwv_variables *cwv = &t->tcb->cwv;
	uint32_t flight = congestion_flight_size(t);
	uint32_t least_window = 2u * t->tcb->snd.mss;
	uint32_t half;

	if (!cwv_applies(t))
		return usual;
	cwv->repeated = 0;
	cwv->repeated_to = t->tcb->snd.una;
	cwv->loss_used = 0;
	if (!cwv->non_validated)
		return usual;
	cwv->loss_used = flight > cwv->pipe_ack ? flight : cwv->pipe_ack;
	half = cwv->loss_used / 2;
	note(t, RULE_CWV_LOSS);
	return half > least_window ? half : least_window;
}

void cwv_sent_again(struct tcp *t, struct seq left, struct seq right)
{
	struct cwv_variables *cwv = &t->tcb->cwv;

	if (!cwv_applies(t) || cwv->loss_used == 0 || seq_le(right, cwv->repeated_to))
		return;
	cwv->repeated += (uint32_t)seq_diff(right, seq_max(left, cwv->repeated_to));
	cwv->repeated_to = right;
}

void cwv_recovered(struct tcp *t)
{
	struct congestion_variables *cc = &t->tcb->cc;
	struct cwv_variables *cwv = &t->tcb->cwv;
	uint32_t smss = t->tcb->snd.mss;

	if (!cwv_applies(t))
		return;
	if (cwv->loss_used > 0) {
		uint32_t arrived = cwv->loss_used - least(cwv->repeated, cwv->loss_used);
		uint32_t window = arrived / 2 > smss ? arrived / 2 : smss;

		cc->cwnd = least(cc->cwnd, window);
		cc->ssthresh = window > 2 * smss ? window : 2 * smss;
		note(t, RULE_CWV_RECOVERED);
	}
	cwv_reset(t);
}
