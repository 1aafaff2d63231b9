/* isn.c — initial sequence numbers that nobody outside can predict.
 * RFC 9293 §3.4.1 and RFC 6528:  ISN = M + F(addresses, ports, secret).
 *
 * M ticks every 4 µs (MUST-8); F is SipHash-2-4 (Aumasson and Bernstein,
 * 2012) under the host's secret (MUST-9, SHLD-1). */
#include "tcp/turn.h"

#include <string.h>

struct sip {
	uint64_t v[4];
};

static uint64_t rotate(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

static void sip_round(struct sip *s)
{
	uint64_t *v = s->v;

	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

static void sip_word(struct sip *s, uint64_t word)
{
	s->v[3] ^= word;
	sip_round(s);
	sip_round(s);
	s->v[0] ^= word;
}

static uint64_t little_endian(const uint8_t *p)
{
	uint64_t word = 0;

	for (int i = 7; i >= 0; i--)
		word = word << 8 | p[i];
	return word;
}

/* F: over both endpoints, 5 words of 8 bytes. `use` separates its uses. */
static uint64_t hash_of_connection(const struct tcp *t, uint32_t use)
{
	const struct tcb *tcb = t->tcb;
	const uint64_t *key = t->secret->key;
	struct sip s = {{key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du,
			 key[0] ^ 0x6c7967656e657261u, key[1] ^ 0x7465646279746573u}};
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
	for (size_t i = 0; i < sizeof bytes; i += 8)
		sip_word(&s, little_endian(bytes + i));
	sip_word(&s, (uint64_t)sizeof bytes << 56);
	s.v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(&s);
	return s.v[0] ^ s.v[1] ^ s.v[2] ^ s.v[3];
}

struct seq isn_select(const struct tcp *t)
{
	uint32_t clock = (uint32_t)((uint64_t)t->now / 4000);

	if (t->profile->isn_fixed)
		return seq_of(t->profile->isn);
	return seq_of(clock + (uint32_t)hash_of_connection(t, 0));
}

/* RFC 7323 §5.4 wants it to differ between connections. With a fixed ISN the
 * run is for reading, and timestamps start at the clock itself. */
uint32_t timestamp_offset_select(const struct tcp *t)
{
	return t->profile->isn_fixed ? 0 : (uint32_t)hash_of_connection(t, 1);
}

uint32_t chance_below(const struct tcp *t, uint32_t limit, uint32_t number)
{
	uint64_t half = hash_of_connection(t, 2 | number << 8) >> 32;

	return (uint32_t)(half * limit >> 32);
}
