/* pacing.c — segments at even distances instead of all at once.
 * RFC 9002 §7.7 (of QUIC, and just as true here); draft-ietf-ccwg-bbr §5.6.2.
 *
 * Each segment of text takes its length divided by the pacing rate; until
 * that time is over, nothing that carries text goes. ACKs do not wait.
 *
 * The rate is the congestion control's, where it has an opinion. Else, where
 * the profile says so, it is what brings cwnd out in somewhat less than a
 * round trip: double that rate in slow start, 6/5 of it afterwards. */
#include "tcp/turn.h"

#include "tcp/congestion.h"

static const int64_t second = 1000000000;

/* Of cwnd in a round trip, in tenths. Less than the whole would make the pace
 * a limit of its own, and slow start needs room to double. */
enum { TENTHS_SLOW_START = 20, TENTHS_AVOIDANCE = 12 };

static uint64_t rate_of_window(const struct tcb *tcb)
{
	uint64_t tenths =
		tcb->cc.cwnd < tcb->cc.ssthresh / 2 ? TENTHS_SLOW_START : TENTHS_AVOIDANCE;

	if (tcb->rtt.srtt == 0)
		return 0;
	/* 2³⁰ octets · 20 · 10⁹ ns is more than 64 bits hold: microseconds do. */
	return tcb->cc.cwnd * tenths * 100000 / (uint64_t)nanos_max(tcb->rtt.srtt / 1000, 1);
}

static uint64_t pacing_rate(const struct tcp *t)
{
	const struct congestion_control *control = congestion_control(t->tcb->cc.control);

	if (t->profile->congestion_off)
		return 0;
	if (control->pacing_rate != NULL)
		return control->pacing_rate(t);
	return t->profile->pacing ? rate_of_window(t->tcb) : 0;
}

/* Rounded up: nothing goes faster than the rate. */
void pacing_sent(struct tcp *t, uint32_t len)
{
	struct congestion_variables *cc = &t->tcb->cc;
	nanos begin = nanos_max(cc->next_send, t->now);

	cc->pacing_rate = pacing_rate(t);
	if (cc->pacing_rate > 0)
		cc->next_send = begin + (nanos)(((uint64_t)len * second + cc->pacing_rate - 1) /
						cc->pacing_rate);
}

bool pacing_waits(struct tcp *t)
{
	struct tcb *tcb = t->tcb;

	if (tcb->cc.next_send <= t->now)
		return false;
	if (!something_waits(tcb) && !seq_lt(tcb->snd.rtx, tcb->snd.rtx_end))
		return false;
	if (tcb->timers[TIMER_PACING] == NANOS_NEVER)
		start_timer(t, TIMER_PACING, tcb->cc.next_send, RULE_PACING_WAITS);
	return true;
}
