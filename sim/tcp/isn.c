/* isn.c — initial sequence numbers that nobody outside can predict.
 * RFC 9293 §3.4.1 and RFC 6528:  ISN = M + F(addresses, ports, secret).
 *
 * M ticks every 4 µs (MUST-8); F is SipHash-2-4 under the host's secret
 * (MUST-9, SHLD-1). What a connection sends begins with it. */
#include "tcp/turn.h"

#include <string.h>

#include "base/sip.h"

/* F: over both endpoints, 5 words of 8 bytes. `use` separates its uses. */
static uint64_t hash_of_connection(const struct tcp *t, uint32_t use)
{
	const struct tcb *tcb = t->tcb;
	uint8_t bytes[40];

	memset(bytes, 0, sizeof bytes);
	memcpy(bytes, tcb->local.address.bytes, 16);
	memcpy(bytes + 16, tcb->remote.address.bytes, 16);
	bytes[32] = (uint8_t)(tcb->local.port >> 8);
	bytes[33] = (uint8_t)tcb->local.port;
	bytes[34] = (uint8_t)(tcb->remote.port >> 8);
	bytes[35] = (uint8_t)tcb->remote.port;
	for (unsigned i = 0; i < 4; i++)
		bytes[36 + i] = (uint8_t)(use >> 8 * i);
	return sip_hash(t->secret->key, bytes, sizeof bytes);
}

struct seq isn_select(const struct tcp *t)
{
	uint32_t clock = (uint32_t)((uint64_t)t->now / 4000);

	if (t->profile->isn_fixed)
		return seq_of(t->profile->isn);
	if (t->profile->isn_clock)
		return seq_of(clock);
	return seq_of(clock + (uint32_t)hash_of_connection(t, 0));
}

/* RFC 7323 §5.4 wants it to differ between connections. With a fixed ISN the
 * run is for reading, and timestamps start at the clock itself. */
uint32_t timestamp_offset_select(const struct tcp *t)
{
	return t->profile->isn_fixed || t->profile->isn_clock ? 0
							      : (uint32_t)hash_of_connection(t, 1);
}

uint32_t chance_below(const struct tcp *t, uint32_t limit, uint32_t number)
{
	uint64_t half = hash_of_connection(t, 2 | number << 8) >> 32;

	return (uint32_t)(half * limit >> 32);
}

/* ---- a connection whose first number is chosen ---- */

void begin_sending(struct tcp *t, struct seq iss)
{
	struct send_variables *snd = &t->tcb->snd;

	t->tcb->ts.offset = timestamp_offset_select(t);
	signature_begin(t);
	snd->iss = iss;
	snd->una = iss;
	snd->nxt = iss;
	snd->rtx = iss;
	snd->rtx_end = iss;
	snd->end = seq_add(iss, 1);
	snd->up = snd->end;
	snd->una_offset = -1;
	t->tcb->marks.small = iss;
	t->tcb->cc.recover = iss;
	t->tcb->rack.fack = iss;
	flight_clear(t->tcb);
	sharing_recall_path(t);
}
