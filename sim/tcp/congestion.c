#include "tcp/congestion.h"

#include <assert.h>
#include <string.h>

#include "tcp/hystart.h"
#include "tcp/turn.h"

static const struct congestion_control *const controls[] = {
	&cc_reno,
	&cc_cubic,
	&cc_bbr,
};

const struct congestion_control *congestion_control(uint32_t index)
{
	assert(index < congestion_control_count());
	return controls[index];
}

bool congestion_is_bbr(const struct tcb *tcb)
{
	return congestion_control(tcb->cc.control) == &cc_bbr;
}

uint32_t congestion_control_count(void)
{
	return sizeof controls / sizeof controls[0];
}

uint32_t congestion_control_named(const char *name)
{
	uint32_t i = 0;

	while (i < congestion_control_count() && strcmp(controls[i]->name, name) != 0)
		i++;
	return i;
}

/* RFC 5681 §3.1: then the window begins with one segment. RFC 6928, where it
 * begins with more than RFC 5681 allows, forgives the first loss: an RTO of
 * 1 s may just have been too short. */
void congestion_syn_was_repeated(struct tcp *t, uint16_t times)
{
	uint16_t forgiven = t->profile->initial_window > 0;

	if (times <= forgiven)
		return;
	t->tcb->cc.cwnd = t->tcb->snd.mss;
	note(t, RULE_WINDOW_AFTER_SYN);
}

/* What limited transmit sent on the first duplicates, beyond cwnd, does not
 * count: RFC 5681 §3.2 (2). Nor does what was sent in a recovery with SACK and
 * has arrived beyond the gap, nor what is going back after a time-out: of that
 * much more than cwnd may gather until SND.UNA moves, while no more than cwnd was
 * ever in the network. */
uint32_t congestion_flight_size(const struct tcp *t)
{
	const struct congestion_variables *cc = &t->tcb->cc;
	uint32_t flight = tcb_outstanding(t->tcb);
	bool lent = cc->dup_acks > 0 && !cc->fast_recovery && !cc->remembers;
	bool repairing = cc->fast_recovery || cc->loss_recovery;

	return lent || repairing ? least(flight, congestion_window_alone(t)) : flight;
}

void tcp_had_room(struct tcp *t)
{
	struct congestion_variables *cc = &t->tcb->cc;
	uint32_t flight = tcb_outstanding(t->tcb);

	/* Before the first ACK there is no cwnd, and in a repair part of this is not there. */
	if (cc->cwnd == 0 || cc->dup_acks > 0 || cc->fast_recovery || cc->loss_recovery ||
	    flight <= cc->cwnd)
		return;
	cc->cwnd = flight;
	note(t, RULE_CWND_SEEN);
}

/* RFC 5681 (4) takes FlightSize, so that a sender held back by its application keeps no
 * credit that it never used; RFC 9438 §4.6 knows those who take cwnd, and see to that otherwise. */
uint32_t congestion_to_cut(const struct tcp *t)
{
	return t->profile->cut_cwnd ? congestion_window_alone(t) : congestion_flight_size(t);
}

/* RFC 5681 §3.2 (3), (4): ssthresh, and a segment for each that has left the network. */
uint32_t congestion_window_alone(const struct tcp *t)
{
	const struct congestion_variables *cc = &t->tcb->cc;
	bool inflated = cc->fast_recovery && !has_scoreboard(t);

	return inflated ? least(cc->cwnd, cc->ssthresh) : cc->cwnd;
}

/* RFC 5681 §3.1. */
static uint32_t standard_window(uint32_t smss)
{
	if (smss > 2190)
		return 2 * smss;
	if (smss > 1095)
		return 3 * smss;
	return 4 * smss;
}

/* RFC 6928 §2, equation (1), which has 10 for `segments`: so many of an Ethernet's length,
 * but two at least of those that are longer. */
static uint32_t larger_window(const struct tcp *t, uint32_t segments)
{
	uint32_t smss = t->tcb->snd.mss;
	uint32_t most = segments * 1460 > 2 * smss ? segments * 1460 : 2 * smss;
	uint32_t window = segments * smss;

	return t->profile->window_of_segments ? window : least(window, most);
}

uint32_t congestion_initial_window(const struct tcp *t)
{
	uint32_t segments = t->profile->initial_window;

	return segments > 0 ? larger_window(t, segments) : standard_window(t->tcb->snd.mss);
}

/* RFC 5681 §4.1. */
void congestion_restart_after_idle(struct tcp *t)
{
	struct tcb *tcb = t->tcb;
	uint32_t initial;

	if (cwv_applies(t)) {
		cwv_before_sending(t);
		return;
	}
	if (t->profile->no_idle_restart || tcb_outstanding(tcb) > 0 || tcb->cc.last_sent == 0 ||
	    t->now - tcb->cc.last_sent <= tcb->rtt.rto)
		return;
	if (congestion_control(tcb->cc.control)->pacing_rate != NULL)
		return; /* it does not burst, and knows the rate */
	initial = congestion_initial_window(t);
	if (tcb->cc.cwnd <= initial)
		return;
	tcb->cc.cwnd = initial;
	note(t, RULE_RESTART_AFTER_IDLE);
}

/* ---- is the window used? ---- */

/* The most that was under way in the last round trip or so: it is counted
 * anew when what was sent last at the time of counting is acknowledged. */
void congestion_sent(struct tcp *t, uint32_t len)
{
	const struct congestion_control *control = congestion_control(t->tcb->cc.control);
	struct congestion_variables *cc = &t->tcb->cc;
	uint32_t flight = tcb_outstanding(t->tcb);

	if (control->sends != NULL)
		control->sends(t, len);
	pacing_sent(t, len);
	cwv_sent(t);
	if (flight <= cc->most_used && seq_lt(t->tcb->snd.una, cc->used_until))
		return;
	cc->most_used = flight;
	cc->used_until = t->tcb->snd.nxt;
}

/* Where less than a segment's room was left, it was full. */
bool congestion_window_is_used(const struct tcp *t)
{
	const struct congestion_variables *cc = &t->tcb->cc;

	if (cwv_applies(t))
		return cwv_lets_grow(t);
	if (cc->cwnd < cc->ssthresh)
		return cc->most_used > cc->cwnd / 2;
	return cc->most_used + t->tcb->snd.mss > cc->cwnd;
}

/* ---- slow start ---- */

/* L of RFC 3465. After a time-out an ACK may cover much that arrived long ago. As long as it
 * does not get beyond `recover`, L is 1: a MUST of §2.3. */
static uint32_t limit_in_segments(const struct tcp *t)
{
	uint32_t limit = t->profile->byte_counting_limit;

	return limit > 1 && t->tcb->cc.remembers ? 1 : limit;
}

/* min(N, L · SMSS): RFC 5681 (2), RFC 3465 §2.2. Octets are counted, not ACKs:
 * they may come in small pieces. */
static uint32_t slow_start_step(const struct tcp *t, uint32_t acked)
{
	uint64_t limit = (uint64_t)limit_in_segments(t) * t->tcb->snd.mss;

	if (limit == 0) /* no further than to where it ends */
		return least(acked, t->tcb->cc.ssthresh - t->tcb->cc.cwnd);
	return acked < limit ? acked : (uint32_t)limit;
}

void congestion_slow_start(struct tcp *t, uint32_t acked)
{
	struct congestion_variables *cc = &t->tcb->cc;
	uint32_t step = slow_start_step(t, acked);
	enum rule rule = step > t->tcb->snd.mss ? RULE_SLOW_START_COUNTS : RULE_SLOW_START;

	if (!hystart_applies(t)) {
		cc->cwnd = cwnd_add(cc->cwnd, step);
		note(t, rule);
		return;
	}
	cc->cwnd = cwnd_add(cc->cwnd, hystart_step(t, step));
	note(t, t->tcb->hystart.css ? RULE_HYSTART_GROWS : rule);
	hystart_acked(t);
}

/* ---- news for the control ---- */

void congestion_started(struct tcp *t)
{
	if (!congestion_is_bbr(t->tcb))
		hystart_begin(t);
	congestion_control(t->tcb->cc.control)->start(t);
	note(t, t->tcb->cc.cwnd > standard_window(t->tcb->snd.mss) ? RULE_LARGER_INITIAL_WINDOW
								   : RULE_INITIAL_WINDOW);
	sharing_recall_ssthresh(t);
}

void congestion_measured(struct tcp *t, nanos rtt)
{
	const struct congestion_control *control = congestion_control(t->tcb->cc.control);

	if (hystart_applies(t))
		hystart_measured(t, rtt);
	if (control->measured != NULL)
		control->measured(t, rtt);
}

void congestion_lost(struct tcp *t, const struct sent_record *record)
{
	const struct congestion_control *control = congestion_control(t->tcb->cc.control);

	if (control->lost != NULL)
		control->lost(t, record);
}

void congestion_sampled(struct tcp *t)
{
	const struct congestion_control *control = congestion_control(t->tcb->cc.control);
	struct rate_sample sample;

	if (control->sampled != NULL && rate_measure(t, &sample))
		control->sampled(t, &sample);
}

/* ---- does the application keep up? draft-ietf-ccwg-bbr-06 §4.1.1.3 ---- */

void congestion_mark_app_limited(struct tcp *t)
{
	struct flight_variables *flight = &t->tcb->flight;
	uint64_t until = flight->delivered + flight_pipe(t->tcb);

	flight->app_limited = until > 0 ? until : 1;
}

/* Before more is queued or acknowledged: if all had been sent and there was
 * room for more, what is measured in the next round trip is the application. */
void congestion_check_app_limited(struct tcp *t)
{
	struct tcb *tcb = t->tcb;

	if (t->records != NULL && !something_waits(tcb) && tcb->flight.lost == 0 &&
	    tcb->cc.next_send <= t->now && flight_pipe(tcb) < tcb->cc.cwnd)
		congestion_mark_app_limited(t);
}
