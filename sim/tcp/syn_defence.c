/* syn_defence.c — how much a listener lets strangers make it remember.
 * RFC 4987 §2.2: whoever sends SYNs and never answers the SYN,ACKs fills its
 * backlog, and nobody else gets in.
 *
 * Which defence is used is the profile's affair:
 *
 *     none      beyond the backlog a SYN is dropped
 *     cache     SYNs wait in a small table; only the ACK makes a connection (§3.5)
 *     cookies   beyond the backlog, SYNs are answered and forgotten (§3.6, §3.7)
 *     always    the same for every SYN, for lessons */
#include "tcp/syn_defence.h"

static bool is_full(uint32_t count, uint32_t limit)
{
	return limit > 0 && count >= limit;
}

static bool uses_cookies(const struct profile *profile)
{
	return profile->syn_defence == SYN_DEFENCE_COOKIES ||
	       profile->syn_defence == SYN_DEFENCE_ALWAYS;
}

static enum verdict defend(struct tcp *t, const struct segment *syn, const struct endpoint *from,
			   const struct endpoint *to)
{
	const struct profile *profile = t->profile;
	struct half_open asked = half_open_of(syn, from, to);

	asked.signature = t->signing.kind;
	asked.send_id = t->signing.send_id;
	asked.receive_id = t->signing.receive_id;
	if (t->tcb->fast_open.gives) /* it can be answered without remembering it */
		asked.has |= HAS_FAST_OPEN;
	if (is_full(t->listener->untaken, profile->accept_queue))
		return drop(t, RULE_ACCEPT_QUEUE_FULL);
	if (t->syn_cache != NULL && profile->syn_defence == SYN_DEFENCE_CACHE) {
		syn_cache_take(t, &asked);
		return DONE;
	}
	if (profile->syn_defence != SYN_DEFENCE_ALWAYS &&
	    !is_full(t->listener->half_open, profile->backlog))
		return NEXT;
	if (!uses_cookies(profile))
		return drop(t, RULE_BACKLOG_FULL);
	cookie_answers(t, &asked);
	return DONE;
}

enum verdict defend_against_syn(struct tcp *t, const struct segment *syn,
				const struct endpoint *from, const struct endpoint *to)
{
	if (t->listener == NULL || defend(t, syn, from, to) == NEXT)
		return NEXT;
	t->tcb->fast_open = (struct fast_open_variables){.gives = false};
	return DONE;
}

enum verdict ack_may_complete(struct tcp *t, const struct segment *ack, const struct endpoint *from,
			      const struct endpoint *to)
{
	if (t->listener == NULL || (ack->flags & SYN))
		return NEXT;
	if (t->syn_cache != NULL && t->profile->syn_defence == SYN_DEFENCE_CACHE)
		return syn_cache_completes(t, ack, from, to);
	/* Where none is under way, guessing one is not even tried. */
	if (uses_cookies(t->profile) && t->now < t->listener->cookies_until)
		return cookie_completes(t, ack, from, to);
	return NEXT;
}

void listener_counts(struct tcp *t, enum tcp_state from, enum tcp_state to)
{
	struct listener *listener = t->listener;

	if (listener == NULL || !t->tcb->passive)
		return;
	if (to == SYN_RECEIVED)
		listener->half_open++;
	if (from == SYN_RECEIVED && listener->half_open > 0)
		listener->half_open--;
	if (to == SYN_RECEIVED || from == SYN_RECEIVED)
		fast_open_counts(t, to == SYN_RECEIVED);
}
