/* rack.c — losses told by time. RFC 8985 §6.
 *
 * When something has arrived that was sent later, what was sent earlier and
 * is still missing is lost, once it is late by more than the path reorders. */
#include "tcp/turn.h"

enum {
	REO_MULT_MAX = UINT8_MAX, /* RACK.reo_wnd <= SRTT caps it before, as a rule */
	REO_PERSIST = 16,         /* recoveries, §6.2 step 4 */
};

#define MIN_RTT_HALF nanos_from_s(150)

/* RACK_sent_after(), §6.2. */
static bool sent_after(nanos a_at, struct seq a_end, nanos b_at, struct seq b_end)
{
	return a_at > b_at || (a_at == b_at && seq_gt(a_end, b_end));
}

/* RACK_update_reo_wnd(): how much later than the newest one a segment may be. */
static nanos reordering_window(const struct tcp *t)
{
	const struct tcb *tcb = t->tcb;
	uint32_t threshold = t->profile->dup_ack_threshold;

	if (!tcb->rack.reordering_seen) {
		if (tcb->cc.fast_recovery || tcb->cc.loss_recovery)
			return 0;
		if (threshold > 0 && tcb->flight.segments >= threshold)
			return 0;
	}
	return nanos_min((1 + tcb->rack.reo_wnd_mult) * (tcb->rack.min_rtt / 4), tcb->rtt.srtt);
}

/* Step 2: the ACK echoes a timestamp from before the last repetition, or comes too
 * soon after it. More likely it is the answer to what was sent before. */
static bool answers_an_earlier_copy(const struct tcp *t, nanos sent_at)
{
	if (t->ack.echoes && (int32_t)(t->ack.echo - timestamp_at(t, sent_at)) < 0)
		return true;
	return t->now - sent_at < t->tcb->rack.min_rtt;
}

/* RACK_update() takes what an ACK tells in the order in which it was sent. */
static bool is_newest_of_ack(struct tcp *t, const struct sent_record *record)
{
	struct ack_sample *ack = &t->ack;

	if (ack->rack_at > 0 &&
	    !sent_after(record->sent_at, record->right, ack->rack_at, ack->rack_end))
		return false;
	ack->rack_at = record->sent_at;
	ack->rack_end = record->right;
	return true;
}

/* Step 1: the shortest round trip, as far back as two halves of five minutes tell. When
 * the path becomes longer, the reordering window does too. */
static void take_min_rtt(struct tcp *t, nanos rtt)
{
	struct rack_variables *rack = &t->tcb->rack;

	rtt = nanos_max(rtt, 1);
	if (rack->min_rtt == 0 || t->now - rack->half_since >= 2 * MIN_RTT_HALF)
		rack->min_rtt_half = rtt;
	if (rack->min_rtt == 0 || t->now - rack->half_since >= MIN_RTT_HALF) {
		rack->min_rtt = rack->min_rtt_half;
		rack->min_rtt_half = rtt;
		rack->half_since = t->now;
	}
	rack->min_rtt = nanos_min(rack->min_rtt, rtt);
	rack->min_rtt_half = nanos_min(rack->min_rtt_half, rtt);
}

/* Steps 1 to 3: RTT, the newest segment that was delivered, reordering. */
void rack_delivered(struct tcp *t, const struct sent_record *record)
{
	struct rack_variables *rack = &t->tcb->rack;
	nanos rtt = t->now - record->sent_at;

	if (rack->sent_at == 0) /* the first: sequence numbers begin anywhere */
		rack->fack = record->left;
	rack->fack = seq_max(rack->fack, record->right);
	reordering_delivered(t, record);
	if (!record->repeated) {
		take_min_rtt(t, rtt);
		/* What one ACK tells has no order. */
		if (uses_rack(t) && !rack->reordering_seen && seq_lt(record->right, t->ack.fack)) {
			rack->reordering_seen = true;
			note(t, RULE_RACK_REORDERING);
		}
	} else if (answers_an_earlier_copy(t, record->sent_at)) {
		rack->late = nanos_max(rack->late, reordering_window(t) + rtt);
		return;
	}
	if (t->profile->rack_rtt_in_order || is_newest_of_ack(t, record))
		rack->rtt = rtt;
	if (rack->sent_at == 0 ||
	    sent_after(record->sent_at, record->right, rack->sent_at, rack->end)) {
		rack->sent_at = record->sent_at;
		rack->end = record->right;
	}
}

/* A window that what went again would have met, with a quarter of min_RTT more.
 * RFC 8985 takes as many round trips with D-SACKs as there are quarters. */
static void jump(struct tcp *t)
{
	struct rack_variables *rack = &t->tcb->rack;
	int64_t quarters = rack->min_rtt > 0 ? rack->late * 4 / rack->min_rtt + 1 : 0;

	if (quarters > REO_MULT_MAX)
		quarters = REO_MULT_MAX;
	if (quarters <= rack->reo_wnd_mult)
		return;
	rack->reo_wnd_mult = (uint8_t)quarters;
	rack->reo_wnd_persist = REO_PERSIST;
	note(t, RULE_RACK_JUMPS);
}

/* What went again was not lost, but overtaken. RFC 8985 learns of reordering only
 * from what was sent once; but where each segment that is late goes again,
 * nothing else would ever tell. */
void rack_was_overtaken(struct tcp *t)
{
	struct rack_variables *rack = &t->tcb->rack;

	if (!uses_rack(t))
		return;
	if (t->profile->rack_jumps)
		jump(t);
	if (rack->reordering_seen)
		return;
	rack->reordering_seen = true;
	note(t, RULE_RACK_REORDERING);
}

/* One D-SACK in a round trip counts. */
static bool dsack_counts(struct tcp *t)
{
	struct rack_variables *rack = &t->tcb->rack;

	if (rack->in_dsack_round && seq_ge(t->tcb->snd.una, rack->dsack_round))
		rack->in_dsack_round = false;
	return t->ack.is_dsack && !rack->in_dsack_round;
}

/* A D-SACK says that we did not wait long enough: §6.2 step 4. */
static void adapt_to_dsack(struct tcp *t)
{
	struct rack_variables *rack = &t->tcb->rack;

	if (t->ack.is_of_repeat) /* else the network made a copy */
		rack_was_overtaken(t);
	if (!dsack_counts(t))
		return;
	rack->in_dsack_round = true;
	rack->dsack_round = t->tcb->snd.nxt;
	rack->reo_wnd_persist = REO_PERSIST;
	if (rack->reo_wnd_mult < REO_MULT_MAX)
		rack->reo_wnd_mult++;
	note(t, RULE_RACK_WAITS_LONGER);
}

/* A recovery has ended; after 16 without a D-SACK the window is small again. */
void rack_recovered(struct tcp *t)
{
	struct rack_variables *rack = &t->tcb->rack;

	if (dsack_counts(t)) /* the window grows: adapt_to_dsack() */
		return;
	if (rack->reo_wnd_persist > 0 && --rack->reo_wnd_persist == 0)
		rack->reo_wnd_mult = 0;
}

/* RFC 8985 leaves open how fine the timers are. Where they tick, a wait that is shorter than
 * what it waits for would only fire to find nothing: so it is rounded up, and has some slack. */
nanos in_path_ticks(const struct tcp *t, nanos length)
{
	nanos tick = t->profile->path_tick;

	length += t->profile->path_slack;
	return tick > 0 ? (length + tick - 1) / tick * tick : length;
}

/* §9.3: what went again is lost as well, so the path is worse than was thought. Once for all
 * that has gone again since the last reduction; with PRR fewer arrive, and so fewer are sent. */
static void slow_down_more(struct tcp *t)
{
	struct congestion_variables *cc = &t->tcb->cc;

	if (t->profile->prr || (!cc->fast_recovery && !cc->loss_recovery))
		return;
	t->tcb->rack.cut_at = t->now;
	reduce_for_loss(t);
	cc->cwnd = least(cc->cwnd, cc->ssthresh);
	note(t, RULE_RACK_LOST_AGAIN);
}

/* RACK_detect_loss(), step 5. */
void rack_detect_loss(struct tcp *t)
{
	struct tcb *tcb = t->tcb;
	const struct rack_variables *rack = &tcb->rack;
	nanos window;
	nanos wait = 0;
	bool found = false;
	bool again = false;

	adapt_to_dsack(t);
	window = reordering_window(t);
	for (unsigned i = 0; i < tcb->flight.count; i++) {
		const struct sent_record *record = flight_at(t, i);
		nanos remaining = record->sent_at + rack->rtt + window - t->now;

		if (record->fate != FLIGHT_UNKNOWN)
			continue;
		if (!sent_after(rack->sent_at, rack->end, record->sent_at, record->right)) {
			/* Behind the newest that arrived all is newer, but what went again. */
			if (seq_ge(record->left, rack->fack))
				break;
			continue;
		}
		if (remaining <= 0) {
			again |= record->repeated && record->sent_at >= rack->cut_at;
			flight_set_fate(t, i, FLIGHT_LOST);
			found = true;
		} else {
			wait = nanos_max(wait, remaining);
		}
	}
	if (found)
		note(t, RULE_RACK_LOST);
	if (again)
		slow_down_more(t);
	if (wait > 0)
		start_timer(t, TIMER_REORDERING, t->now + in_path_ticks(t, wait), RULE_RACK_WAITS);
	else
		stop_timer(t, TIMER_REORDERING, RULE_RACK_WAITS);
}

/* §6.3: the first is lost, and what is late by now. */
void rack_timed_out(struct tcp *t)
{
	struct tcb *tcb = t->tcb;
	nanos window = reordering_window(t);

	stop_timer(t, TIMER_REORDERING, RULE_RTO_FIRED);
	for (unsigned i = 0; i < tcb->flight.count; i++) {
		const struct sent_record *record = flight_at(t, i);

		if (record->fate == FLIGHT_UNKNOWN &&
		    (i == 0 || record->sent_at + tcb->rack.rtt + window <= t->now))
			flight_set_fate(t, i, FLIGHT_LOST);
	}
}

void rack_timeout(struct tcp *t)
{
	static const struct segment nothing = {0};

	note(t, RULE_RACK_TIMER_FIRED);
	scoreboard_ack(t, 0, &nothing);
}
