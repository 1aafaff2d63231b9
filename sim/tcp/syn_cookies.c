/* syn_cookies.c — answering a SYN without remembering it. RFC 4987 §3.6 and
 * Appendix A.
 *
 * All that must be known when the ACK comes lies in the sequence number which
 * it acknowledges. Behind the peer's own ISN:
 *
 *      31     27 26  24 23                                  0
 *     +---------+------+-------------------------------------+
 *     |  time   | MSS  |  hash of the rest, under the secret |
 *     +---------+------+-------------------------------------+
 *
 * `time` counts 64 s and says how old the cookie is; MSS is a place in a table.
 * The other options fit only into the timestamp of the SYN,ACK, which the peer
 * echoes. Its last six bits are theirs, so it is up to 63 ms late:
 *
 *      5     4     3 … 0
 *     ECN  SACK  window scale, 15: none
 *
 * Without timestamps these options are lost, and so is what the SYN said of its
 * window. Nor is there anything to send again: a SYN,ACK that is lost stays
 * lost until the SYN comes again. */
#include "tcp/syn_defence.h"

#include <string.h>

#include "base/sip.h"

enum {
	COOKIE_AGE_MAX = 1, /* of the period before too: good for 64 … 128 s */
	TIME_SHIFT = 27,
	MSS_SHIFT = 24,
	MSS_COUNT = 8,
	HASH_MASK = (1 << 24) - 1,
	OPTION_BITS = 63,
	NO_SCALE = 15,
	SACK_BIT = 16,
	ECN_BIT = 32,
	HASH_USE = 2, /* isn.c uses the secret for 0 and 1 */
};

#define PERIOD nanos_from_s(64)

/* Rounded down, so that no segment is larger than the peer can take: the
 * least, IPv4's default, and what common links leave. */
static const uint16_t mss_of[MSS_COUNT] = {48, 536, 1000, 1220, 1360, 1440, 1460, 8940};

static uint32_t mss_index(const struct half_open *h)
{
	uint16_t mss = h->has & HAS_MSS ? h->mss : h->local.address.version == 6 ? 1220 : 536;
	uint32_t index = MSS_COUNT - 1;

	while (index > 0 && mss_of[index] > mss)
		index--;
	return index;
}

static void put_32(uint8_t *out, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(value >> 8 * i);
}

static uint32_t hash_of(const struct tcp *t, const struct half_open *h, uint64_t period,
			uint32_t index)
{
	uint8_t bytes[56];

	memset(bytes, 0, sizeof bytes);
	memcpy(bytes, h->local.address.bytes, 16);
	memcpy(bytes + 16, h->remote.address.bytes, 16);
	put_32(bytes + 32, (uint32_t)h->local.port << 16 | h->remote.port);
	bytes[36] = HASH_USE;
	bytes[37] = (uint8_t)index;
	put_32(bytes + 40, h->irs.v);
	put_32(bytes + 48, (uint32_t)period);
	put_32(bytes + 52, (uint32_t)(period >> 32));
	return (uint32_t)sip_hash(t->secret->key, bytes, sizeof bytes) & HASH_MASK;
}

static uint64_t period_at(nanos now)
{
	return (uint64_t)(now / PERIOD);
}

/* What of the SYN cannot come back is not agreed on either. */
static void forget_what_will_be_lost(const struct tcp *t, struct half_open *h)
{
	h->flags &= SYN | ECE | CWR;
	if (t->profile->timestamps && (h->has & HAS_TIMESTAMPS))
		return;
	h->has &= HAS_MSS | HAS_FAST_OPEN;
	h->flags &= SYN;
}

void cookie_answers(struct tcp *t, const struct half_open *asked)
{
	struct half_open *h = &t->listener->cookie;
	uint64_t period = period_at(t->now);
	uint32_t index = mss_index(asked);
	uint32_t low = index << MSS_SHIFT | hash_of(t, asked, period, index);

	*h = *asked;
	forget_what_will_be_lost(t, h);
	h->iss = seq_add(h->irs, (uint32_t)period << TIME_SHIFT | low);
	h->waits = true;
	t->listener->cookies_until = (nanos)(period + COOKIE_AGE_MAX + 1) * PERIOD;
	note(t, RULE_SYN_COOKIE_SENT);
}

void cookie_hides_options(struct tcp *t, const struct half_open *h)
{
	uint32_t clock = timestamp_now(t);
	uint32_t bits = h->has & HAS_WINDOW_SCALE ? h->shift : NO_SCALE;
	uint32_t value;

	if (bits > NO_SCALE)
		bits = 14; /* as RFC 7323 §2.3 reads it */
	if (h->has & HAS_SACK_PERMITTED)
		bits |= SACK_BIT;
	if ((h->flags & (ECE | CWR)) == (ECE | CWR))
		bits |= ECN_BIT;
	value = (clock & ~(uint32_t)OPTION_BITS) | bits;
	if ((int32_t)(value - clock) > 0) /* not ahead of our own clock */
		value -= OPTION_BITS + 1;
	t->tcb->ts.offset += value - clock;
}

static void find_options(struct half_open *h, const struct options *o)
{
	uint32_t bits = o->ts_ecr & OPTION_BITS;

	h->has |= HAS_TIMESTAMPS;
	h->ts_val = o->ts_val;
	if ((bits & NO_SCALE) != NO_SCALE) {
		h->has |= HAS_WINDOW_SCALE;
		h->shift = bits & NO_SCALE;
	}
	if (bits & SACK_BIT)
		h->has |= HAS_SACK_PERMITTED;
	if (bits & ECN_BIT)
		h->flags |= ECE | CWR;
}

/* Fills in the rest where the ACK brings back a cookie that we have given. */
static bool was_given(const struct tcp *t, struct half_open *h)
{
	uint32_t cookie = (uint32_t)seq_diff(h->iss, h->irs);
	uint32_t index = cookie >> MSS_SHIFT & (MSS_COUNT - 1);
	uint64_t now = period_at(t->now);
	uint64_t age = (now - (cookie >> TIME_SHIFT)) & 31;

	h->has = HAS_MSS;
	h->mss = mss_of[index];
	return age <= COOKIE_AGE_MAX && age <= now &&
	       hash_of(t, h, now - age, index) == (cookie & HASH_MASK);
}

enum verdict cookie_completes(struct tcp *t, const struct segment *ack, const struct endpoint *from,
			      const struct endpoint *to)
{
	struct segment seg = *ack;
	struct half_open h = {.remote = *from,
			      .local = *to,
			      .irs = seq_sub(ack->seq, 1),
			      .iss = seq_sub(ack->ack, 1),
			      .wnd = ack->wnd,
			      .flags = SYN,
			      .sent = 0};

	if (!was_given(t, &h)) {
		note(t, RULE_SYN_COOKIE_WRONG);
		return NEXT;
	}
	if (t->profile->accept_queue > 0 && t->listener->untaken >= t->profile->accept_queue)
		return drop(t, RULE_ACCEPT_QUEUE_FULL);
	if (t->profile->timestamps && (seg.options.has & HAS_TIMESTAMPS))
		find_options(&h, &seg.options);
	seg.options.ts_ecr = 0; /* it has options in it: no measure of the round trip */
	half_open_completes(t, &h, &seg, RULE_SYN_COOKIE_VALID);
	return DONE;
}
