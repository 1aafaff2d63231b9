/* undo.c — a repetition that was not needed is found out, and its reduction
 * taken back. By timestamps: Eifel, RFC 3522. By D-SACK: RFC 3708. What then
 * becomes of the windows: RFC 4015 §3; and of the timer, in rtt.c. */
#include "tcp/turn.h"

#include "tcp/congestion.h"

/* What is missing has gone again already: an ACK may answer either, so the
 * first loss was real for all we know. */
static bool was_in_doubt_before(const struct tcp *t)
{
	if (t->tcb->cc.remembers)
		return true;
	return t->tcb->flight.count > 0 && flight_at(t, 0)->repeated;
}

/* A reduction is about to happen: RFC 4015 §3, step (0). */
void undo_prepare(struct tcp *t)
{
	struct congestion_variables *cc = &t->tcb->cc;
	uint32_t flight = congestion_flight_size(t);

	cc->undo_repeats = 0;
	repeats_forget(cc);
	cc->overtaken = 0;
	t->tcb->rack.late = 0;
	t->tcb->rack.cut_at = t->now;
	cc->undoable = !was_in_doubt_before(t);
	cc->pipe_prev = cc->ssthresh;
	if (cc->undoable && flight > cc->pipe_prev)
		cc->pipe_prev = flight;
	cc->ts_kept = false;
}

void undo_sent_again(struct tcp *t, const struct segment *seg)
{
	struct congestion_variables *cc = &t->tcb->cc;

	if (!cc->undoable)
		return;
	if (cc->undo_repeats == 0 && (seg->options.has & HAS_TIMESTAMPS)) {
		cc->repeated_ts = seg->options.ts_val;
		cc->ts_kept = true;
	}
	cc->undo_repeats += segment_len(seg);
	repeats_add(cc, seg->seq, seq_add(seg->seq, segment_len(seg)));
}

/* Nothing is lost, and nothing needs to go again. */
static void clear_losses(struct tcp *t)
{
	struct tcb *tcb = t->tcb;

	for (unsigned i = 0; i < tcb->flight.count && tcb->flight.lost > 0; i++) {
		if (flight_at(t, i)->fate == FLIGHT_LOST)
			flight_set_fate(t, i, FLIGHT_UNKNOWN);
	}
	tcb->snd.rtx = tcb->snd.rtx_end;
}

/* RFC 4015 §3, step (9). */
static void restore_windows(struct tcp *t, uint32_t acked)
{
	struct congestion_variables *cc = &t->tcb->cc;
	uint32_t resumed = tcb_outstanding(t->tcb) + least(acked, congestion_initial_window(t));

	if (cc->pipe_prev > cc->ssthresh)
		cc->ssthresh = cc->pipe_prev;
	if (resumed > cc->cwnd)
		cc->cwnd = least(resumed, CWND_MAX);
	if (congestion_control(cc->control)->undone != NULL)
		congestion_control(cc->control)->undone(t);
}

void undo(struct tcp *t, uint32_t acked, enum rule rule)
{
	struct congestion_variables *cc = &t->tcb->cc;

	rtt_was_spurious(t);
	clear_losses(t);
	if (cc->fast_recovery || rule == RULE_DSACK_UNDOES)
		rack_was_overtaken(t);
	cwv_reset(t);
	if (t->ecn_echoed) /* no loss, but congestion: the windows stay as they are */
		note(t, RULE_ECN_NOT_UNDONE);
	else
		restore_windows(t, acked);
	/* PRR (prr.c) held it as low as what was under way, which may be a few octets. */
	if (cc->cwnd < t->tcb->snd.mss)
		cc->cwnd = t->tcb->snd.mss;
	cc->fast_recovery = false;
	cc->loss_recovery = false;
	cc->remembers = false;
	cc->undoable = false;
	cc->ts_kept = false;
	cc->frto = FRTO_OFF;
	cc->frto_lent = 0;
	cc->dup_acks = 0;
	note(t, rule);
}

/* RFC 3522 §3.2: the ACK echoes a timestamp older than the repetition, so it
 * answers the original. */
static bool echo_is_older(struct tcp *t, const struct segment *seg)
{
	struct congestion_variables *cc = &t->tcb->cc;
	bool kept = cc->ts_kept;

	cc->ts_kept = false;
	return kept && (seg->options.has & HAS_TIMESTAMPS) && seg->options.ts_ecr != 0 &&
	       (int32_t)(seg->options.ts_ecr - cc->repeated_ts) < 0;
}

/* A D-SACK: what of it is a repetition of ours? RFC 3708 §3. */
static void hear_of_duplicate(struct tcp *t)
{
	struct congestion_variables *cc = &t->tcb->cc;
	uint32_t octets;

	if (!t->ack.is_dsack || cc->undo_repeats == 0)
		return;
	octets = repeats_take(cc, t->ack.dsack_left, t->ack.dsack_right);
	t->ack.is_of_repeat = octets > 0;
	if (octets == 0)
		note(t, RULE_DSACK_OF_A_COPY);
	cc->undo_repeats -= least(octets, cc->undo_repeats);
}

/* (B.1): each octet that was sent again has arrived twice. What went three times is told
 * of twice, which repeats.c does not count: by (A.3) such a reduction stands. */
static bool all_arrived_twice(const struct tcp *t)
{
	return t->ack.is_of_repeat && t->tcb->cc.undo_repeats == 0;
}

static enum rule why_spurious(struct tcp *t, uint32_t acked, const struct segment *seg)
{
	if (acked > 0 && echo_is_older(t, seg))
		return RULE_EIFEL_UNDOES;
	return all_arrived_twice(t) ? RULE_DSACK_UNDOES : RULE_NONE;
}

/* With neither profile.eifel nor reordering_max nobody asks. */
bool undo_if_spurious(struct tcp *t, uint32_t acked, const struct segment *seg)
{
	struct congestion_variables *cc = &t->tcb->cc;
	enum rule rule;

	if (!cc->undoable)
		return false;
	hear_of_duplicate(t);
	if (!t->profile->eifel && t->profile->reordering_max == 0)
		return false;
	rule = why_spurious(t, acked, seg);
	if (t->ack.is_of_repeat || (rule != RULE_NONE && cc->fast_recovery))
		reordering_confirmed(t);
	if (rule == RULE_NONE || !t->profile->eifel)
		return false;
	undo(t, acked, rule);
	return true;
}
