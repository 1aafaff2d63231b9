/* sharing.c — a new connection begins with what earlier ones to the same host
 * have learnt. RFC 9040 §6: each variable is saved and taken up by a rule of
 * its own.
 *
 *     SRTT, RTTVAR   merged when a connection closes; the RTO of the next SYN,
 *                    or on Linux that of the first text, where it gets longer so
 *     ssthresh       the same; where the next slow start ends
 *     PMTU           whenever it changes; the size of the first segments
 *     ECN            when a path loses SYNs that ask for it (RFC 9768 §3.1.4.1)
 *
 * cwnd is not shared, although the RFC would allow it: how much of it may be
 * used depends on who else sends now. What is older than SHARED_AGE is forgotten: paths change. */
#include "tcp/sharing.h"

#include "tcp/turn.h"

#define SHARED_AGE nanos_from_s(600) /* as RFC 1191 §6.3 has it for PMTU */

static bool is_in_use(const struct tcp *t)
{
	return t->sharing != NULL && t->profile->tcb_sharing;
}

static struct shared_peer *find(struct tcp *t)
{
	struct sharing *all = t->sharing;

	for (uint32_t i = 0; i < all->count; i++) {
		struct shared_peer *peer = &all->peers[i];

		if (address_eq(&peer->address, &t->tcb->remote.address)) {
			peer->used = ++all->uses;
			return peer;
		}
	}
	return NULL;
}

static struct shared_peer *make_room(struct sharing *all)
{
	struct shared_peer *oldest = &all->peers[0];

	if (all->count < SHARED_MAX)
		return &all->peers[all->count++];
	for (uint32_t i = 1; i < SHARED_MAX; i++) {
		if (all->peers[i].used < oldest->used)
			oldest = &all->peers[i];
	}
	return oldest;
}

static struct shared_peer *find_or_add(struct tcp *t)
{
	struct shared_peer *peer = find(t);
	bool old = peer != NULL && t->now - peer->saved_at > SHARED_AGE;
	bool known = peer != NULL;

	if (!known)
		peer = make_room(t->sharing);
	/* What is known of ECN has an age of its own. */
	if (!known || old)
		*peer = (struct shared_peer){.address = t->tcb->remote.address,
					     .ecn_failures = known ? peer->ecn_failures : 0,
					     .ecn_failed_at = known ? peer->ecn_failed_at : 0,
					     .used = ++t->sharing->uses};
	peer->saved_at = t->now;
	return peer;
}

/* What is known of the peer and not too old, or NULL. */
static const struct shared_peer *recall(struct tcp *t)
{
	const struct shared_peer *peer = is_in_use(t) ? find(t) : NULL;

	return peer != NULL && t->now - peer->saved_at <= SHARED_AGE ? peer : NULL;
}

/* ---- §6.1, a new TCB ---- */

void sharing_recall_path(struct tcp *t)
{
	struct tcb *tcb = t->tcb;
	const struct shared_peer *peer = recall(t);

	if (peer == NULL)
		return;
	if (peer->mtu > 0 && peer->mtu < tcb->path.mtu && t->now < peer->raise_at) {
		path_use_mtu(t, peer->mtu);
		tcb->path.raise_at = peer->raise_at;
	}
	if (peer->srtt > 0 && !t->profile->rto_1981 && !t->profile->rto_recalled_late)
		rtt_recall(t, peer->srtt, peer->rttvar);
	note(t, RULE_SHARED_PATH);
}

void sharing_recall_rto(struct tcp *t)
{
	struct rtt_variables *rtt = &t->tcb->rtt;
	const struct shared_peer *peer = recall(t);
	nanos rto;

	if (peer == NULL || peer->srtt <= rtt->srtt ||
	    !seq_eq(t->tcb->snd.nxt, seq_add(t->tcb->snd.iss, 1)))
		return;
	rto = peer->srtt + nanos_max(t->profile->rto_variance_min, 2 * peer->srtt);
	rtt->rto = nanos_min(nanos_max(rto, t->profile->rto_min), t->profile->rto_max);
	note(t, RULE_SHARED_RTO);
}

void sharing_recall_ssthresh(struct tcp *t)
{
	struct tcb *tcb = t->tcb;
	const struct shared_peer *peer = recall(t);

	if (peer == NULL || peer->ssthresh == 0)
		return;
	tcb->cc.ssthresh = peer->ssthresh > 2u * tcb->snd.mss ? peer->ssthresh : 2u * tcb->snd.mss;
	note(t, RULE_SHARED_SSTHRESH);
}

/* ---- §6.2, what is saved ---- */

void sharing_save_mtu(struct tcp *t)
{
	struct shared_peer *peer;

	if (!is_in_use(t))
		return;
	peer = find_or_add(t);
	peer->mtu = t->tcb->path.mtu;
	peer->raise_at = t->tcb->path.raise_at > 0 ? t->tcb->path.raise_at : NANOS_NEVER;
}

static nanos merged(nanos old, nanos current)
{
	return old == 0 ? current : (old + current) / 2;
}

/* One that never came down says that the path takes at least what was used. */
static uint32_t merged_ssthresh(const struct tcb *tcb, uint32_t old)
{
	if (tcb->cc.ssthresh == UINT32_MAX)
		return old > 0 && tcb->cc.cwnd / 2 > old ? tcb->cc.cwnd / 2 : old;
	return old == 0 ? tcb->cc.ssthresh : (uint32_t)(((uint64_t)old + tcb->cc.ssthresh) / 2);
}

void sharing_save(struct tcp *t)
{
	const struct tcb *tcb = t->tcb;
	struct shared_peer *peer;

	if (!is_in_use(t) || tcb->rtt.srtt == 0)
		return;
	peer = find_or_add(t);
	peer->srtt = merged(peer->srtt, tcb->rtt.srtt);
	peer->rttvar = merged(peer->rttvar, tcb->rtt.rttvar);
	peer->ssthresh = merged_ssthresh(tcb, peer->ssthresh);
	note(t, RULE_SHARED_SAVED);
}

/* ---- RFC 9768 §3.1.4.1: "SHOULD cache failed connection attempts" ---- */

static bool remembers_ecn(const struct tcp *t)
{
	return t->sharing != NULL && t->profile->ecn_memory;
}

uint32_t sharing_ecn_failures(struct tcp *t)
{
	const struct shared_peer *peer = remembers_ecn(t) ? find(t) : NULL;

	/* "The cache needs to be arranged to expire". */
	if (peer == NULL || t->now - peer->ecn_failed_at > SHARED_AGE)
		return 0;
	return peer->ecn_failures;
}

bool sharing_ecn_failed(struct tcp *t)
{
	struct shared_peer *peer;

	if (!remembers_ecn(t))
		return false;
	peer = find_or_add(t);
	if (peer->ecn_failures < UINT8_MAX)
		peer->ecn_failures++;
	peer->ecn_failed_at = t->now;
	return true;
}

void sharing_ecn_worked(struct tcp *t)
{
	struct shared_peer *peer = remembers_ecn(t) ? find(t) : NULL;

	if (peer != NULL)
		peer->ecn_failures = 0;
}
