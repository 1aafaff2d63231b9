/* syn_cache.c — SYNs wait in a small table until their ACK comes. RFC 4987 §3.5.
 *
 * A place takes some 90 octets where a connection takes thousands. The table
 * is cut into buckets; a SYN finds its bucket by a hash, and where that is full
 * the oldest SYN of the bucket goes. The cache sends its SYN,ACKs again by
 * itself, with one timer, which runs on the listener's TCB. */
#include "tcp/syn_defence.h"

#include <string.h>

#include "base/sip.h"

static struct half_open *bucket_of(const struct tcp *t, const struct endpoint *from,
				   const struct endpoint *to)
{
	uint8_t bytes[36];
	uint64_t hash;

	memcpy(bytes, to->address.bytes, 16);
	memcpy(bytes + 16, from->address.bytes, 16);
	bytes[32] = (uint8_t)(to->port >> 8);
	bytes[33] = (uint8_t)to->port;
	bytes[34] = (uint8_t)(from->port >> 8);
	bytes[35] = (uint8_t)from->port;
	hash = sip_hash(t->secret->key, bytes, sizeof bytes);
	return &t->syn_cache->places[hash % SYN_CACHE_BUCKETS * SYN_CACHE_BUCKET];
}

/* The one between these two, or NULL. */
static struct half_open *find(const struct tcp *t, const struct endpoint *from,
			      const struct endpoint *to)
{
	struct half_open *bucket = bucket_of(t, from, to);

	for (unsigned i = 0; i < SYN_CACHE_BUCKET; i++) {
		if (bucket[i].kept && endpoint_eq(&bucket[i].remote, from) &&
		    endpoint_eq(&bucket[i].local, to))
			return &bucket[i];
	}
	return NULL;
}

/* A free place in the bucket, or else its oldest. */
static struct half_open *best_place(struct half_open *bucket)
{
	struct half_open *best = bucket;

	for (unsigned i = 0; i < SYN_CACHE_BUCKET; i++) {
		if (!bucket[i].kept)
			return &bucket[i];
		if ((int32_t)(bucket[i].serial - best->serial) < 0)
			best = &bucket[i];
	}
	return best;
}

/* ---- the timer: at the earliest time that any place waits for ---- */

static nanos first_due(const struct syn_cache *cache)
{
	nanos first = NANOS_NEVER;

	for (unsigned i = 0; i < SYN_CACHE_MAX && cache->count > 0; i++) {
		if (cache->places[i].kept)
			first = nanos_min(first, cache->places[i].due);
	}
	return first;
}

/* `when` may have passed: where timers fire late, what is due waits for the next tick. */
static void be_woken_at(struct tcp *t, nanos when)
{
	if (when == NANOS_NEVER)
		stop_timer(t, TIMER_RETRANSMISSION, RULE_SYN_CACHED);
	else if (t->tcb->timers[TIMER_RETRANSMISSION] != when)
		start_timer(t, TIMER_RETRANSMISSION, nanos_max(when, t->now), RULE_SYN_CACHED);
}

void tcp_listens_again(struct tcp *t)
{
	if (t->syn_cache != NULL)
		be_woken_at(t, first_due(t->syn_cache));
}

static void empty(struct syn_cache *cache, struct half_open *h)
{
	cache->count--;
	cache->waiting -= h->waits;
	memset(h, 0, sizeof *h);
}

static void remove_place(struct tcp *t, struct half_open *h)
{
	bool was_first = h->due == t->tcb->timers[TIMER_RETRANSMISSION];

	empty(t->syn_cache, h);
	if (was_first)
		be_woken_at(t, first_due(t->syn_cache));
}

/* ---- SYN ---- */

static void let_answer(struct syn_cache *cache, struct half_open *h)
{
	uint32_t place = (uint32_t)(h - cache->places);

	if (cache->waiting == 0 || place < cache->first)
		cache->first = place;
	cache->waiting += !h->waits;
	h->waits = true;
}

static void keep(struct tcp *t, const struct half_open *asked)
{
	struct half_open *h = best_place(bucket_of(t, &asked->remote, &asked->local));

	if (h->kept) {
		note(t, RULE_SYN_CACHE_EVICTS);
		remove_place(t, h);
	}
	*h = *asked;
	t->tcb->remote = asked->remote;
	t->tcb->local = asked->local;
	h->iss = isn_select(t);
	h->kept = true;
	h->serial = t->syn_cache->serial++;
	h->sent_at = t->now;
	h->due = t->now;
	t->syn_cache->count++;
	note(t, RULE_SYN_CACHED);
	let_answer(t->syn_cache, h);
}

void syn_cache_take(struct tcp *t, const struct half_open *asked)
{
	struct half_open *h = find(t, &asked->remote, &asked->local);

	if (h != NULL && seq_eq(h->irs, asked->irs)) {
		note(t, RULE_SYN_CACHE_AGAIN);
		let_answer(t->syn_cache, h);
		return;
	}
	if (h != NULL) /* the peer has begun anew */
		remove_place(t, h);
	keep(t, asked);
}

/* ---- SYN,ACK ---- */

/* The time until the next one doubles with each, as RFC 6298 (5.5) says. */
static nanos next_interval(const struct tcp *t, const struct half_open *h)
{
	nanos interval = t->profile->rto_initial;

	for (unsigned i = 1; i < h->sent && interval < t->profile->rto_max; i++)
		interval *= 2;
	return nanos_min(interval, t->profile->rto_max);
}

bool syn_cache_next(struct tcp *t, struct segment *syn_ack, enum rule *rule)
{
	struct syn_cache *cache = t->syn_cache;
	struct half_open *h;
	bool was_first;

	if (cache->waiting == 0)
		return false;
	while (!cache->places[cache->first].waits)
		cache->first++;
	h = &cache->places[cache->first];
	was_first = h->due == t->tcb->timers[TIMER_RETRANSMISSION];
	half_open_answers(t, h, syn_ack);
	t->tcb->remote = h->remote;
	t->tcb->local = h->local;
	*rule = h->sent == 0 ? RULE_SYN_CACHED : RULE_SYN_CACHE_AGAIN;
	if (h->sent < UINT8_MAX)
		h->sent++;
	h->waits = false;
	cache->waiting--;
	h->due = t->now + next_interval(t, h);
	if (was_first)
		be_woken_at(t, first_due(cache));
	else
		be_woken_at(t, nanos_min(t->tcb->timers[TIMER_RETRANSMISSION], h->due));
	return true;
}

void syn_cache_timeout(struct tcp *t)
{
	struct syn_cache *cache = t->syn_cache;
	bool expired = false;

	if (cache == NULL || t->tcb->timers[TIMER_RETRANSMISSION] > t->now)
		return;
	for (unsigned i = 0; i < SYN_CACHE_MAX; i++) {
		struct half_open *h = &cache->places[i];

		if (!h->kept || h->due > t->now)
			continue;
		if (h->sent <= t->profile->syn_ack_retries) {
			let_answer(cache, h);
			h->due = NANOS_NEVER; /* until it has been sent */
		} else {
			empty(cache, h);
			expired = true;
		}
	}
	if (expired)
		note(t, RULE_SYN_CACHE_EXPIRED);
	be_woken_at(t, first_due(cache));
}

/* ---- ACK, RST ---- */

/* The tests of §3.10.7.4's first step: what would fail them makes no connection. */
static bool fits(const struct tcp *t, const struct half_open *h, const struct segment *ack)
{
	struct seq next = seq_add(h->irs, 1);
	bool stamped = t->profile->timestamps && (h->has & HAS_TIMESTAMPS);

	if (!seq_within(ack->seq, next,
			seq_add(next, least(initial_receive_window(t, stamped), UINT16_MAX))))
		return false;
	if (!stamped)
		return true;
	return (ack->options.has & HAS_TIMESTAMPS) &&
	       (int32_t)(ack->options.ts_val - h->ts_val) >= 0;
}

enum verdict syn_cache_completes(struct tcp *t, const struct segment *ack,
				 const struct endpoint *from, const struct endpoint *to)
{
	struct half_open *place = find(t, from, to);
	struct half_open h;

	if (place == NULL || place->sent == 0 || !seq_eq(ack->ack, seq_add(place->iss, 1)))
		return NEXT;
	if (!fits(t, place, ack))
		return drop(t, RULE_SYN_CACHE_UNFIT);
	if (t->profile->accept_queue > 0 && t->listener->untaken >= t->profile->accept_queue)
		return drop(t, RULE_ACCEPT_QUEUE_FULL);
	h = *place;
	remove_place(t, place);
	half_open_completes(t, &h, ack, RULE_SYN_CACHE_COMPLETES);
	return DONE;
}

bool syn_cache_reset(struct tcp *t, const struct segment *rst, const struct endpoint *from,
		     const struct endpoint *to)
{
	struct half_open *h = t->syn_cache != NULL ? find(t, from, to) : NULL;

	if (h == NULL || !seq_eq(rst->seq, seq_add(h->irs, 1)))
		return false;
	remove_place(t, h);
	return true;
}
