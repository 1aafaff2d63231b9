/* bursts.c — segments that are handed to the network card as one.
 *
 * A card cuts a long segment into those that the path takes, and the other end's
 * card joins them again. Linux sets PSH on such a segment, and so on the last of
 * those that it is cut into, that the joined one may be passed on at once. RFC
 * 9293 §3.9.1.2 wants PSH where nothing more is queued, and does not forbid it
 * elsewhere.
 *
 * How many make one? What the connection sends in a millisecond at the rate at
 * which Linux would pace it, but at least `burst` of the profile; and more, where
 * the round trip is short: twice as much for each halving. It is never more than half of
 * cwnd, so that ACKs come while the other half is under way. */
#include "tcp/turn.h"

enum {
	MILLISECOND = 976562,      /* the 1024th part of a second */
	SHORT_ROUND_TRIP = 512000, /* halvings are counted from this many nanoseconds on */
	HALVINGS_MAX = 31,
	TOGETHER_MAX = 65215, /* 64 KiB less headers */
};

/* tcp_pacing_ss_ratio and tcp_pacing_ca_ratio */
static uint64_t percent_of_rate(const struct congestion_variables *cc)
{
	return cc->cwnd < cc->ssthresh / 2 ? 200 : 120;
}

static uint32_t together(const struct tcp *t)
{
	const struct tcb *tcb = t->tcb;
	nanos shortest = tcb->rack.min_rtt > 0 ? tcb->rack.min_rtt : tcb->rtt.srtt;
	nanos halvings = shortest / SHORT_ROUND_TRIP;
	uint64_t octets = TOGETHER_MAX;
	uint32_t half = tcb->cc.cwnd / effective_send_mss(tcb) / 2;
	uint32_t segments;

	if (tcb->rtt.srtt > 0)
		octets = (uint64_t)tcb->cc.cwnd * percent_of_rate(&tcb->cc) / 100 * MILLISECOND /
			 (uint64_t)tcb->rtt.srtt;
	if (halvings <= HALVINGS_MAX)
		octets += UINT64_C(65536) >> halvings;
	if (octets > TOGETHER_MAX)
		octets = TOGETHER_MAX;
	segments = (uint32_t)octets / effective_send_mss(tcb);
	if (segments < t->profile->burst)
		segments = t->profile->burst;
	return least(segments, half > 0 ? half : 1);
}

bool burst_ends(struct tcp *t, uint32_t more)
{
	struct tcb *tcb = t->tcb;
	bool several;

	if (tcb->burst_sent == 0 || tcb->cc.last_sent != t->now) {
		tcb->burst_sent = 0;
		tcb->burst_end = (uint8_t)least(together(t), UINT8_MAX);
	}
	tcb->burst_sent++;
	if (more > 0 && tcb->burst_sent < tcb->burst_end)
		return false;
	several = tcb->burst_sent > 1;
	tcb->burst_sent = 0;
	if (several)
		note(t, RULE_BURST_PUSHED);
	return several;
}
