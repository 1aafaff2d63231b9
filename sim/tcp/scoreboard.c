/* scoreboard.c — repairing losses with SACK. RFC 6675; where the profile has
 * RACK (RFC 8985), that tells what is lost, and PRR (RFC 6937) how fast to
 * send meanwhile. The scoreboard itself is the records of flight.h. */
#include "tcp/turn.h"

#include "tcp/congestion.h"

/* ---- what is lost: RFC 6675 §4, IsLost() ---- */

/* What lies below has had DupThresh gaps' or segments' worth arrive above it. */
static struct seq lost_below(const struct tcp *t)
{
	uint32_t threshold = dup_threshold(t);
	uint32_t octets = (threshold - 1) * t->tcb->snd.mss;
	uint32_t stretches = 0;
	uint32_t above = 0;

	if (threshold == 0) /* nothing is taken for a loss before the timer fires */
		return t->tcb->snd.una;
	for (unsigned i = t->tcb->flight.count; i-- > 0;) {
		const struct sent_record *record = flight_at(t, i);

		if (record->fate != FLIGHT_SACKED)
			continue;
		stretches++;
		above += (uint32_t)seq_diff(record->right, record->left);
		if (stretches >= threshold || above > octets)
			return record->left;
	}
	return t->tcb->snd.una;
}

static void mark_lost_below(struct tcp *t, struct seq edge)
{
	for (unsigned i = 0; i < t->tcb->flight.count; i++) {
		const struct sent_record *record = flight_at(t, i);

		if (seq_ge(record->left, edge))
			return;
		/* What went again is not judged by what was sent before it. */
		if (record->fate == FLIGHT_UNKNOWN && !record->repeated)
			flight_set_fate(t, i, FLIGHT_LOST);
	}
}

static void mark_first_lost(struct tcp *t)
{
	flight_split(t, seq_add(t->tcb->snd.una, effective_send_mss(t->tcb)));
	if (t->tcb->flight.count > 0 && flight_at(t, 0)->fate == FLIGHT_UNKNOWN &&
	    !flight_at(t, 0)->repeated)
		flight_set_fate(t, 0, FLIGHT_LOST);
}

static void detect_loss(struct tcp *t)
{
	const struct congestion_variables *cc = &t->tcb->cc;
	uint32_t threshold = dup_threshold(t);

	if (uses_rack(t)) {
		rack_detect_loss(t);
		return;
	}
	if (t->tcb->flight.sacked > 0) {
		struct seq edge = lost_below(t);

		/* §5.1: after a time-out what was sent since waits for its own recovery. */
		mark_lost_below(t, cc->loss_recovery ? seq_min(edge, cc->recover) : edge);
	}
	/* RFC 6675 §5 (1): "if DupAcks >= DupThresh". */
	if (!cc->fast_recovery && !cc->remembers && threshold > 0 && cc->dup_acks >= threshold)
		mark_first_lost(t);
}

/* ---- the course of a recovery: RFC 6675 §5 ---- */

static void enter(struct tcp *t)
{
	struct congestion_variables *cc = &t->tcb->cc;
	struct seq left;
	struct seq right;

	if (!prr_glides(t))
		prr_begin(t);
	enter_fast_recovery(t, uses_rack(t) ? RULE_RACK_RECOVERY : RULE_SACK_RECOVERY);
	if (t->profile->prr)
		prr_acked(t, true, false);
	else
		cc->cwnd = cc->ssthresh;
	/* (4.3): the first goes at once. */
	if (flight_first_lost(t, &left, &right))
		send_again(t, left, seq_min(right, seq_add(left, effective_send_mss(t->tcb))),
			   why_lost_goes_again(t));
}

static void leave(struct tcp *t)
{
	struct congestion_variables *cc = &t->tcb->cc;

	if (cc->fast_recovery) {
		cc->cwnd = cc->ssthresh;
		cwv_recovered(t);
		note(t, RULE_SACK_RECOVERED);
	}
	cc->fast_recovery = false;
	cc->loss_recovery = false;
	cc->acked = 0;
	rack_recovered(t);
}

/* Some of what was sent during the recovery that ends here was lost, too: it is
 * the loss of a later window. */
static bool a_later_window_lost(const struct tcp *t)
{
	if (t->tcb->flight.lost > 0)
		return true;
	for (unsigned i = 0; i < t->tcb->flight.count; i++) {
		if (flight_at(t, i)->repeated)
			return true;
	}
	return false;
}

/* What blocks had named before is not counted again when SND.UNA passes it: a
 * hole that is filled would bring a burst. */
static void grow(struct tcp *t, uint32_t acked)
{
	if (prr_glides(t)) {
		prr_acked(t, false, acked > 0);
		return;
	}
	acked = least(acked, t->ack.delivered);
	if (acked > 0 && !t->profile->congestion_off && !t->ecn_echoed)
		congestion_control(t->tcb->cc.control)->acked(t, acked);
}

static void acked_in_recovery(struct tcp *t, uint32_t acked)
{
	struct congestion_variables *cc = &t->tcb->cc;

	if (cc->loss_recovery) {
		grow(t, acked);
		return;
	}
	if (acked > 0) {
		note(t, RULE_SACK_PARTIAL);
		cc->first_partial = true;
	}
	if (t->profile->prr)
		prr_acked(t, false, acked > 0);
}

/* An ACK, which has moved SND.UNA by `acked` octets, and whose blocks are known. */
void scoreboard_ack(struct tcp *t, uint32_t acked, const struct segment *seg)
{
	struct congestion_variables *cc = &t->tcb->cc;
	bool repairing = cc->fast_recovery || cc->loss_recovery;
	bool again = false;

	if (undo_if_spurious(t, acked, seg) || frto_acked(t, acked, seg))
		return;
	if (repairing && seq_ge(t->tcb->snd.una, cc->recover)) {
		leave(t);
		repairing = false;
		again = a_later_window_lost(t);
	}
	detect_loss(t);
	tlp_acked(t, seg);
	if (repairing)
		acked_in_recovery(t, acked);
	else if (again || (t->tcb->flight.lost > 0 && !path_probe_is_what_was_lost(t)))
		enter(t);
	else
		grow(t, acked);
}

/* RFC 6675 §5.1, RFC 2018 §8. */
void scoreboard_timed_out(struct tcp *t)
{
	struct tcb *tcb = t->tcb;

	/* What SND.UNA names is what is missing: if a block named it, it was
	 * thrown away since, and so may be the rest. */
	if (tcb->flight.count > 0 && flight_at(t, 0)->fate == FLIGHT_SACKED) {
		flight_forget_sacks(t);
		note(t, RULE_SACK_RENEGED);
	}
	if (uses_rack(t)) {
		rack_timed_out(t);
	} else {
		for (unsigned i = 0; i < tcb->flight.count; i++) {
			if (flight_at(t, i)->fate == FLIGHT_UNKNOWN)
				flight_set_fate(t, i, FLIGHT_LOST);
		}
	}
	send_first_again(t, RULE_RTO_FIRED);
}

/* ---- what to send next: RFC 6675 §4, NextSeg() ---- */

enum rule why_lost_goes_again(const struct tcp *t)
{
	if (t->tcb->cc.loss_recovery)
		return RULE_RTX_SEGMENT;
	if (!t->tcb->cc.fast_recovery) /* it was not congestion */
		return RULE_PATH_MTU_RESENDS;
	return uses_rack(t) ? RULE_RACK_REPEATS : RULE_SACK_REPEATS;
}

static bool is_missing_so_far(const struct sent_record *record)
{
	return record->fate == FLIGHT_UNKNOWN && !record->repeated;
}

/* Rules (3) and (4), for when nothing is lost for sure and nothing new may go:
 * what is missing below the highest block; and once the last segment, so that
 * its ACK tells what became of the rest. */
bool scoreboard_extra(struct tcp *t, struct seq *left, struct seq *right, enum rule *rule)
{
	const struct tcb *tcb = t->tcb;
	uint32_t smss = effective_send_mss(tcb);
	unsigned i = 0;

	if (!has_scoreboard(t) || uses_rack(t))
		return false;
	while (i < tcb->flight.count && !is_missing_so_far(flight_at(t, i)))
		i++;
	if (i == tcb->flight.count)
		return false;
	*left = flight_at(t, i)->left;
	*right = seq_min(flight_at(t, i)->right, seq_add(*left, smss));
	*rule = RULE_SACK_FILLS;
	if (seq_lt(*left, tcb->flight.high_sacked))
		return true;
	*right = tcb->snd.nxt;
	*left = seq_max(*left, seq_sub(*right, smss));
	*rule = RULE_SACK_RESCUE;
	return !tcb->cc.rescued && (!t->profile->rescue_late || tcb->cc.first_partial);
}
