/* path_mtu.c — how long a datagram may be on the way to the peer.
 * RFC 1191 (IPv4), RFC 8201 (IPv6), and against forged messages RFC 5927 §7.
 *
 * PMTU begins with the MTU of our own interface. A router that cannot send a
 * datagram on says how long it may be; PMTU and with it SMSS are lowered, and
 * what was dropped goes again at once. Nobody says when a path has become
 * better: after pmtu_raise the interface's MTU is simply tried again. */
#include "tcp/turn.h"

enum {
	MTU_DEFAULT = 1500,
	MTU_LEAST_IPV4 = 68,   /* RFC 791: every link carries this */
	MTU_LEAST_IPV6 = 1280, /* RFC 8200 §5 */
};

static bool speaks_ipv6(const struct tcb *tcb)
{
	return tcb->local.address.version == 6;
}

/* SMSS follows PMTU. A window is never less than a segment. */
void path_use_mtu(struct tcp *t, uint32_t mtu)
{
	struct tcb *tcb = t->tcb;
	uint32_t mss = least(tcb->path.mss, mss_of_mtu(tcb, mtu));

	tcb->path.mtu = (uint16_t)mtu;
	tcb->snd.mss = (uint16_t)mss;
	if (tcb->cc.cwnd > 0 && tcb->cc.cwnd < mss)
		tcb->cc.cwnd = mss;
	if (tcb->cc.ssthresh > 0 && tcb->cc.ssthresh < 2 * mss)
		tcb->cc.ssthresh = 2 * mss;
}

void path_begin(struct tcp *t)
{
	struct path_variables *path = &t->tcb->path;

	path->most = t->mtu ? t->mtu : MTU_DEFAULT;
	path->mtu = path->most;
	path->mss = t->tcb->snd.mss;
}

void path_agreed(struct tcp *t)
{
	struct path_variables *path = &t->tcb->path;

	path->mss = t->tcb->snd.mss;
	path->acked = speaks_ipv6(t->tcb) ? MTU_LEAST_IPV6 : MTU_LEAST_IPV4;
	path_use_mtu(t, path->mtu);
	if (path->mtu < path->most) /* remembered: sharing.c */
		path->low = t->profile->plpmtud != PLPMTUD_OFF ? path->mtu : 0;
	else if (t->profile->plpmtud == PLPMTUD_ALWAYS)
		path_search(t, 0, path->mtu);
}

uint32_t path_least(const struct tcp *t)
{
	return speaks_ipv6(t->tcb) ? MTU_LEAST_IPV6 : t->profile->pmtu_least;
}

/* With SACK all that is missing is marked as lost; without it, it lies between
 * snd.rtx and snd.rtx_end. */
void path_sends_again(struct tcp *t, struct seq from, struct seq to, enum rule rule)
{
	struct tcb *tcb = t->tcb;
	struct seq first_end = seq_min(to, seq_add(from, effective_send_mss(tcb)));

	if (!has_scoreboard(t)) {
		send_again(t, is_going_back(tcb) ? seq_min(from, tcb->snd.rtx) : from, to, rule);
		return;
	}
	flight_split(t, from);
	flight_split(t, to);
	for (unsigned i = flight_find(t, from); i < tcb->flight.count; i++) {
		const struct sent_record *record = flight_at(t, i);

		if (record->fate == FLIGHT_UNKNOWN && seq_ge(record->left, from) &&
		    seq_le(record->right, to))
			flight_set_fate(t, i, FLIGHT_LOST);
	}
	send_again(t, from, first_end, rule);
}

/* ---- a router says that it is too big ---- */

/* RFC 1191 §7. */
static uint16_t next_plateau_below(uint16_t len)
{
	static const uint16_t plateaus[] = {65535, 32000, 17914, 8166, 4352,          2002,
					    1492,  1006,  508,   296,  MTU_LEAST_IPV4};

	for (size_t i = 0; i < sizeof plateaus / sizeof plateaus[0]; i++) {
		if (plateaus[i] < len)
			return plateaus[i];
	}
	return MTU_LEAST_IPV4;
}

/* What the message says that the path takes, where it can be true at all and is
 * news; otherwise 0. */
static uint32_t claimed_mtu(struct tcp *t, const struct icmp_error *icmp)
{
	const struct path_variables *path = &t->tcb->path;
	bool v6 = speaks_ipv6(t->tcb);
	uint32_t mtu = icmp->mtu;

	if (mtu == 0 && !v6) {
		mtu = next_plateau_below((uint16_t)least(icmp->quoted_len, path->mtu));
		note(t, RULE_PATH_MTU_GUESSED);
	}
	if (mtu < (v6 ? MTU_LEAST_IPV6 : MTU_LEAST_IPV4)) {
		drop(t, RULE_PATH_MTU_TOO_SMALL);
		return 0;
	}
	if (mtu < path_least(t)) {
		mtu = path_least(t);
		note(t, RULE_PATH_MTU_LEAST);
	}
	if (mtu >= path->mtu || mtu >= path->sent) {
		drop(t, RULE_PATH_MTU_KNOWN);
		return 0;
	}
	return mtu;
}

static void lower(struct tcp *t, uint32_t mtu, enum rule rule)
{
	struct path_variables *path = &t->tcb->path;

	path->doubted_mtu = 0;
	path->larger = 0;
	if (path->acked > mtu)
		path->acked = (uint16_t)mtu;
	path->probe = 0;
	path->high = 0; /* a router has told: no need to search */
	path->raise_at = t->profile->pmtu_raise > 0 ? t->now + t->profile->pmtu_raise : 0;
	path_use_mtu(t, mtu);
	sharing_save_mtu(t);
	note(t, rule);
}

/* From the one that was dropped on; those behind it were as long. A closed
 * window takes nothing: there the timers see to it. */
static void send_smaller(struct tcp *t, struct seq from, struct seq to)
{
	const struct send_variables *snd = &t->tcb->snd;

	if (snd->wnd > 0 && !snd->probing)
		path_sends_again(t, from, to, RULE_PATH_MTU_RESENDS);
}

/* A probe was too long; what is known to pass still does. */
static bool refuses_probe(const struct tcb *tcb, const struct icmp_error *icmp)
{
	const struct path_variables *path = &tcb->path;

	return path->probe > 0 && icmp->mtu >= path->mtu && icmp->mtu < path->probe &&
	       seq_eq(icmp->quoted_seq, path->probe_left);
}

void path_too_big(struct tcp *t, const struct icmp_error *icmp)
{
	struct path_variables *path = &t->tcb->path;
	uint32_t mtu;

	if (refuses_probe(t->tcb, icmp)) {
		struct seq end = path->probe_end;

		path_probe_failed(t, RULE_PATH_PROBE_REFUSED);
		path->high = (uint16_t)icmp->mtu;
		send_smaller(t, path->probe_left, end);
		return;
	}
	mtu = claimed_mtu(t, icmp);
	if (mtu == 0)
		return;
	if (t->profile->pmtu_doubt && mtu < path->acked) {
		path->doubted_mtu = (uint16_t)mtu;
		path->doubted = icmp->quoted_seq;
		note(t, RULE_PATH_MTU_DOUBTED);
		return;
	}
	lower(t, mtu, RULE_PATH_MTU_LOWERED);
	if (seq_within(icmp->quoted_seq, t->tcb->snd.una, t->tcb->snd.nxt))
		send_smaller(t, icmp->quoted_seq, t->tcb->snd.nxt);
}

/* ---- what gets through ---- */

/* One that is longer than all that was acknowledged is watched. Sent again, it
 * may have gone in pieces: then nothing can be learnt from its ACK. */
void path_sent(struct tcp *t, const struct segment *seg)
{
	struct path_variables *path = &t->tcb->path;
	uint32_t ip = speaks_ipv6(t->tcb) ? IPV6_HEADER : IPV4_HEADER_MIN + route_len(t->tcb);
	uint32_t len = least(ip + (uint32_t)segment_header_len(seg) + seg->len, UINT16_MAX);

	if (len > path->sent)
		path->sent = (uint16_t)len;
	if (path->high > 0 || path->probe > 0)
		path_probe_sent(t, seg, len);
	if (seq_lt(seg->seq, t->tcb->snd.nxt)) {
		path->larger = 0;
	} else if (path->larger == 0 && seg->len > 0 && len > path->acked) {
		path->larger = (uint16_t)len;
		path->larger_end = segment_end(seg);
	}
}

void path_acked(struct tcp *t)
{
	struct path_variables *path = &t->tcb->path;
	struct seq una = t->tcb->snd.una;

	path->error = ERROR_NONE;
	if (path->larger > 0 && seq_ge(una, path->larger_end)) {
		path->acked = path->larger;
		path->larger = 0;
	}
	if (path->doubted_mtu > 0 && seq_gt(una, path->doubted)) {
		path->doubted_mtu = 0;
		note(t, RULE_PATH_MTU_DISPROVED);
	}
	path_probe_acked(t);
}

void path_timed_out(struct tcp *t)
{
	const struct path_variables *path = &t->tcb->path;

	if (path->doubted_mtu > 0)
		lower(t, path->doubted_mtu, RULE_PATH_MTU_CONFIRMED);
	if (path->probe > 0)
		path_probe_failed(t, RULE_PATH_PROBE_TIMED_OUT);
	path_found_black_hole(t);
}

/* ---- the other way ---- */

void path_tries_more(struct tcp *t)
{
	struct path_variables *path = &t->tcb->path;

	if (path->raise_at == 0 || t->now < path->raise_at)
		return;
	path->raise_at = 0;
	note(t, RULE_PATH_MTU_RAISED);
	if (path->low > 0)
		path_search(t, path->mtu, path->most);
	else
		path_use_mtu(t, path->most);
}
