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
 * cwnd, so that ACKs come while the other half is under way.
 *
 * What is lost goes again as it was handed over, without what has been acknowledged of it. */
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
	t->burst = tcb->burst_end;
	t->burst_place = tcb->burst_sent++;
	if (more > 0 && tcb->burst_sent < tcb->burst_end)
		return false;
	several = tcb->burst_sent > 1;
	tcb->burst_sent = 0;
	if (several)
		note(t, RULE_BURST_PUSHED);
	return several;
}

/* The segments before it went again in this turn, from the same burst: as one with it. */
static bool follows_its_burst(const struct tcp *t, unsigned i, struct seq left, unsigned place)
{
	const struct sent_record *record = &t->records[t->tcb->flight.first + i];

	if (i == 0 || !seq_eq(record->left, left) || !t->goes_again || !seq_eq(t->again, left))
		return false;
	record--;
	return record->burst == record[1].burst && flight_place(record, record->segments) == place;
}

static bool ends_repeated_burst(const struct tcp *t, struct seq left, struct seq right)
{
	unsigned i = t->records != NULL ? flight_find(t, left) : 0;
	const struct sent_record *record;
	unsigned place;
	uint32_t len;

	if (t->records == NULL || i >= t->tcb->flight.count)
		return false;
	record = &t->records[t->tcb->flight.first + i];
	if (record->burst < 2 || seq_gt(record->left, left))
		return false;
	len = (uint32_t)seq_diff(record->right, record->left) / record->segments;
	place = flight_place(record, (uint32_t)seq_diff(left, record->left) / (len > 0 ? len : 1));
	return place > 0 && (place + 1 == record->burst || seq_ge(right, record->right)) &&
	       follows_its_burst(t, i, left, place);
}

bool burst_goes_again(struct tcp *t, struct seq left, struct seq right)
{
	bool several = ends_repeated_burst(t, left, right);

	t->goes_again = true;
	t->again = right;
	if (several)
		note(t, RULE_BURST_PUSHED);
	return several;
}
