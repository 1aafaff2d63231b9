/* fast_open_server.c — a server's part in TCP Fast Open. RFC 7413 §4.1.2, §4.2.2.
 *
 * The cookie is a hash of the client's address under the host's secret: who
 * brings it back has got a SYN,ACK of ours at that address before. It says
 * nothing of this SYN, which may be an old one; an application must be able to
 * bear that (§6.1). The secret is as good as new every so often: the hash
 * covers the number of the period, and cookies of the period before still
 * count, but a new one goes with the SYN,ACK. */
#include "tcp/arrives.h"

#include <string.h>

#include "base/sip.h"

#define PERIOD           nanos_from_s(3600)
#define RESETS_COUNT_FOR nanos_from_s(60)

static uint64_t our_hash(const struct tcp *t, const struct address *client, uint64_t period)
{
	uint8_t bytes[32];

	memset(bytes, 0, sizeof bytes);
	memcpy(bytes, client->bytes, 16);
	bytes[16] = client->version;
	for (int i = 0; i < 8; i++)
		bytes[24 + i] = (uint8_t)(period >> 8 * i);
	return sip_hash(t->secret->key, bytes, sizeof bytes);
}

/* As Linux does it: both addresses as they lie in the header of the SYN. */
static uint64_t hash_of_linux(const struct tcp *t, const struct address *client,
			      const struct address *server)
{
	size_t len = client->version == 4 ? 4 : 16;
	uint8_t bytes[32];

	memcpy(bytes, client->bytes, len);
	memcpy(bytes + len, server->bytes, len);
	return sip_hash(t->profile->fast_open_key, bytes, 2 * len);
}

static void bake(const struct tcp *t, const struct address *client, const struct address *server,
		 uint64_t period, uint8_t cookie[FAST_OPEN_COOKIE_LEN])
{
	uint64_t hash = t->profile->fast_open_linux ? hash_of_linux(t, client, server)
						    : our_hash(t, client, period);

	for (int i = 0; i < FAST_OPEN_COOKIE_LEN; i++)
		cookie[i] = (uint8_t)(hash >> 8 * i);
}

static bool is_cookie_of(const struct tcp *t, const struct options *o, const struct address *client,
			 const struct address *server, uint64_t period)
{
	uint8_t cookie[FAST_OPEN_COOKIE_LEN];

	if (o->fast_open_len != FAST_OPEN_COOKIE_LEN)
		return false;
	bake(t, client, server, period, cookie);
	return memcmp(cookie, o->fast_open, sizeof cookie) == 0;
}

static uint64_t period_at(nanos now)
{
	return (uint64_t)(now / PERIOD) + 1; /* there is one before the first */
}

/* PendingFastOpenRequests of §5.1. A RST frees its place late: else the hosts in
 * whose names an attacker sends would make room for more. */
static bool too_many_are_pending(const struct tcp *t)
{
	struct listener *listener = t->listener;

	if (t->now >= listener->resets_until)
		listener->fast_open_resets = 0;
	return listener->fast_open_pending + listener->fast_open_resets >=
	       t->profile->fast_open_pending;
}

static bool is_for_it(const struct tcp *t, const struct segment *syn)
{
	return (syn->options.has & HAS_FAST_OPEN) ||
	       (t->profile->fast_open_unchecked && syn->len > 0);
}

bool fast_open_accepts(struct tcp *t, const struct segment *syn, const struct endpoint *from,
		       const struct endpoint *to)
{
	struct fast_open_variables *fast = &t->tcb->fast_open;
	const struct options *o = &syn->options;
	uint64_t period = period_at(t->now);
	bool fresh;

	*fast = (struct fast_open_variables){.role = FAST_OPEN_OFF};
	if (!t->profile->fast_open_listen || t->listener == NULL || !is_for_it(t, syn))
		return false;
	if (t->profile->accept_queue > 0 && t->listener->untaken >= t->profile->accept_queue)
		return false; /* the SYN will be dropped */
	if (too_many_are_pending(t)) {
		note(t, RULE_FAST_OPEN_LIMIT);
		return false;
	}
	if (t->profile->fast_open_unchecked) {
		fast->role = FAST_OPEN_TAKES;
		note(t, RULE_FAST_OPEN_UNCHECKED);
		return true;
	}
	fresh = is_cookie_of(t, o, &from->address, &to->address, period);
	fast->gives = !fresh;
	if (!fresh && !is_cookie_of(t, o, &from->address, &to->address, period - 1)) {
		note(t, o->fast_open_len == 0 ? RULE_FAST_OPEN_GIVES : RULE_FAST_OPEN_BAD_COOKIE);
		return false;
	}
	fast->role = FAST_OPEN_TAKES;
	return true;
}

void take_text_of_syn(struct tcp *t, const struct segment *syn)
{
	bool may_wait = !t->profile->fast_open_listen || !(syn->options.has & HAS_FAST_OPEN);

	if (t->tcb->fast_open.role == FAST_OPEN_TAKES)
		deliver_text_of_syn(t, syn);
	else if (may_wait)
		hold_syn_text(t, syn);
	else if (syn->len > 0) /* the client sends it again: nothing is kept for strangers */
		note(t, RULE_FAST_OPEN_TEXT_DROPPED);
}

bool fast_open_may_answer(const struct tcb *tcb)
{
	return tcb->fast_open.role == FAST_OPEN_TAKES && !tcb->snd.fin_queued &&
	       seq_lt(tcb->snd.nxt, tcb->snd.end);
}

void fast_open_counts(struct tcp *t, bool begins)
{
	struct listener *listener = t->listener;

	if (t->tcb->fast_open.role != FAST_OPEN_TAKES)
		return;
	if (begins) {
		listener->fast_open_pending++;
		return;
	}
	if (listener->fast_open_pending > 0)
		listener->fast_open_pending--;
	if (t->tcb->ending == ENDING_RESET) {
		listener->fast_open_resets++;
		listener->resets_until = t->now + RESETS_COUNT_FOR;
	}
}

void fast_open_put_cookie(const struct tcp *t, struct segment *syn_ack)
{
	uint8_t cookie[FAST_OPEN_COOKIE_LEN];

	bake(t, &t->tcb->remote.address, &t->tcb->local.address, period_at(t->now), cookie);
	options_put_fast_open(&syn_ack->options, cookie, sizeof cookie);
}
