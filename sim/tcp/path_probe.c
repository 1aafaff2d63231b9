/* path_probe.c — finding the path MTU without the network's help.
 * RFC 4821 (PLPMTUD), RFC 2923 §2.1 (black holes).
 *
 * Messages about datagrams that are too big can be lost, filtered or forged.
 * What is acknowledged is certain: so now and then a segment goes out that is
 * longer than the others. If it arrives, the path takes that much. If it alone
 * is missing, it was too long. Between what passes (path.low) and what may
 * (path.high) each probe halves the distance.
 *
 * Where the search begins is the profile's choice: at the start of every
 * connection, or after long segments have timed out again and again. */
#include "tcp/turn.h"

enum {
	BASE_IPV4 = 1024, /* §7.2: passes nearly everywhere */
	BASE_IPV6 = 1280, /* RFC 8200 §5 */
	NEAR_ENOUGH = 8,  /* §7.3: octets; finding the last few is not worth the probes */
};

/* The longest datagram that both ends and our interface allow. */
static uint32_t longest(const struct tcb *tcb)
{
	uint32_t headers = tcb->local.address.version == 6 ? 60 : 40;

	return least(tcb->path.most, tcb->path.mss + headers);
}

static uint32_t base(const struct tcp *t)
{
	uint32_t size = t->tcb->local.address.version == 6 ? BASE_IPV6 : BASE_IPV4;

	return least(size > path_least(t) ? size : path_least(t), longest(t->tcb));
}

void path_search(struct tcp *t, uint32_t low, uint32_t high)
{
	struct path_variables *path = &t->tcb->path;

	low = low > 0 ? low : base(t);
	high = least(high, longest(t->tcb));
	if (low > high)
		low = high;
	path->low = (uint16_t)low;
	path->high = (uint16_t)high;
	path->probe = 0;
	path_use_mtu(t, low);
}

/* ---- a black hole ---- */

/* RFC 4821 §7.7: half of it, if the usual base does not pass either. */
static uint32_t shorter(const struct tcp *t)
{
	uint32_t mtu = t->tcb->path.mtu;

	if (mtu > base(t))
		return base(t);
	return mtu / 2 > path_least(t) ? mtu / 2 : path_least(t);
}

/* R1 retransmissions of a segment that would not fit into the shorter datagram. */
void path_found_black_hole(struct tcp *t)
{
	struct tcb *tcb = t->tcb;
	uint32_t mtu = shorter(t);
	uint32_t first = least(tcb_outstanding(tcb), tcb->snd.mss);

	if (t->profile->plpmtud == PLPMTUD_OFF || !tcb->snd.syn_acked ||
	    tcb->rtt.transmissions_again < t->profile->r1 || mtu >= tcb->path.mtu ||
	    first <= mss_of_mtu(tcb, mtu))
		return;
	path_search(t, mtu, tcb->path.high > 0 ? tcb->path.high : tcb->path.most);
	note(t, RULE_BLACK_HOLE);
}

/* ---- the search ---- */

static void end_search(struct tcp *t)
{
	struct path_variables *path = &t->tcb->path;

	path->high = 0;
	path->raise_at = t->profile->pmtu_raise > 0 ? t->now + t->profile->pmtu_raise : 0;
	sharing_save_mtu(t);
	note(t, RULE_PATH_SEARCH_ENDS);
}

/* §7.4: nothing is being repaired, no other probe is out, and enough follows
 * that its loss would show in duplicate ACKs. */
static bool is_calm(const struct tcp *t)
{
	const struct tcb *tcb = t->tcb;

	return !tcb->cc.fast_recovery && !tcb->cc.loss_recovery && tcb->cc.dup_acks == 0 &&
	       !tcb->rack.probe_due && tcb->cc.frto == FRTO_OFF && tcb->path.probe == 0;
}

/* With what follows it, so that its loss would show in duplicate ACKs. */
uint32_t path_probe_room(const struct tcp *t, uint32_t len)
{
	return len + t->profile->dup_ack_threshold * t->tcb->snd.mss;
}

uint32_t path_probe_due(struct tcp *t, uint32_t queued)
{
	struct tcb *tcb = t->tcb;
	const struct path_variables *path = &tcb->path;
	uint32_t len;
	uint32_t needed;

	if (!is_calm(t))
		return 0;
	if (path->high - path->low < NEAR_ENOUGH) {
		end_search(t);
		return 0;
	}
	if (t->now <= path->probe_after)
		return 0;
	len = mss_of_mtu(tcb, (path->low + path->high + 1u) / 2) - tcb->snd.mss +
	      effective_send_mss(tcb) - accecn_len_of_new(tcb);
	needed = path_probe_room(t, len);
	if (queued < needed || tcb->snd.wnd < needed ||
	    (!t->profile->congestion_off && tcb->cc.cwnd < needed))
		return 0;
	return len;
}

/* `len` is that of the datagram. */
void path_probe_sent(struct tcp *t, const struct segment *seg, uint32_t len)
{
	struct path_variables *path = &t->tcb->path;
	bool again = seq_lt(seg->seq, t->tcb->snd.nxt);

	if (again && path->probe > 0 && seq_lt(seg->seq, path->probe_end) &&
	    seq_gt(segment_end(seg), path->probe_left)) {
		path->probe = 0;
		note(t, RULE_PATH_PROBE_UNCLEAR);
	}
	if (again || path->high == 0 || path->probe > 0 || len <= path->mtu || len > path->high)
		return;
	path->probe = (uint16_t)len;
	path->probe_left = seg->seq;
	path->probe_end = segment_end(seg);
}

void path_probe_acked(struct tcp *t)
{
	struct path_variables *path = &t->tcb->path;
	uint16_t mtu = path->probe;

	if (mtu == 0 || seq_lt(t->tcb->snd.una, path->probe_end))
		return;
	path->probe = 0;
	path->low = mtu;
	path_use_mtu(t, mtu);
	note(t, RULE_PATH_PROBE_ARRIVED);
}

/* §7.6.2: cwnd does not answer this loss, so such losses must be rarer than those
 * that it does answer. These are about as many round trips apart as cwnd has
 * segments. */
static nanos until_next_probe(const struct tcp *t)
{
	const struct tcb *tcb = t->tcb;
	nanos round = tcb->rtt.srtt > 0 ? tcb->rtt.srtt : tcb->rtt.rto;

	return t->profile->congestion_off ? round : round * (tcb->cc.cwnd / tcb->snd.mss);
}

void path_probe_failed(struct tcp *t, enum rule rule)
{
	struct path_variables *path = &t->tcb->path;

	path->probe_after = t->now + until_next_probe(t);
	path->high = (uint16_t)(path->probe - 1);
	path->probe = 0;
	note(t, rule);
}

/* Without SACK: the ACKs wait for its first octet. */
static bool is_what_acks_wait_for(struct tcp *t)
{
	const struct tcb *tcb = t->tcb;
	struct seq left;
	struct seq right;

	if (!has_scoreboard(t))
		return seq_eq(tcb->snd.una, tcb->path.probe_left);
	return flight_first_lost(t, &left, &right) && seq_ge(left, tcb->path.probe_left) &&
	       tcb->flight.lost <= (uint32_t)seq_diff(tcb->path.probe_end, left);
}

bool path_probe_is_what_was_lost(struct tcp *t)
{
	struct path_variables *path = &t->tcb->path;

	if (path->probe == 0 || !is_what_acks_wait_for(t))
		return false;
	path_probe_failed(t, RULE_PATH_PROBE_LOST);
	if (has_scoreboard(t)) { /* the duplicates to come are about the probe too */
		t->tcb->cc.remembers = true;
		t->tcb->cc.recover = t->tcb->snd.nxt;
	}
	path_sends_again(t, path->probe_left, path->probe_end, RULE_PATH_PROBE_LOST);
	return true;
}
