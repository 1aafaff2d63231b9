/* The canonical form of a small world, hashed. Sequence numbers begin at the
 * same place in all worlds of a scene, so they are relative as they are. A
 * timer runs or does not. Left out: round-trip times, the congestion window
 * (which never holds a small world up), reasons, and a CLOSED end's TCB. */
#include "tests/small_world.h"

#include <string.h>

struct hash {
	uint64_t a;
	uint64_t b;
};

static void mix(struct hash *h, uint64_t word)
{
	h->a = (h->a ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	h->a ^= h->a >> 29;
	h->b = (h->b + word) * UINT64_C(0xc2b2ae3d27d4eb4f);
	h->b ^= h->b >> 31;
}

static void mix2(struct hash *h, uint32_t a, uint32_t b)
{
	mix(h, (uint64_t)a << 32 | b);
}

static void mix_send(struct hash *h, const struct send_variables *snd)
{
	mix2(h, snd->una.v, snd->nxt.v);
	mix2(h, snd->end.v, snd->wnd);
	mix2(h, snd->wl1.v, snd->wl2.v);
	mix2(h, snd->rtx.v, snd->rtx_end.v);
	mix2(h, snd->max_wnd,
	     (uint32_t)(snd->fin_queued | snd->probing << 1 | snd->override << 2 |
			snd->syn_acked << 3));
}

static void mix_receive(struct hash *h, const struct receive_variables *rcv,
			const struct held *held)
{
	mix2(h, rcv->irs.v, rcv->nxt.v);
	mix2(h, rcv->edge.v, rcv->wnd);
	mix2(h, rcv->unread, rcv->fin_seen ? rcv->fin.v + 1 : 0);
	mix(h, rcv->held_count);
	for (unsigned i = 0; i < rcv->held_count; i++)
		mix2(h, held->ranges[i].left.v, held->ranges[i].right.v);
}

static void mix_records(struct hash *h, const struct small_end *end)
{
	const struct flight_variables *flight = &end->tcb.flight;

	for (unsigned i = 0; i < flight->count; i++) {
		const struct sent_record *record = &end->records[flight->first + i];

		mix2(h, record->left.v, record->right.v);
		mix2(h, record->fate, record->repeated);
	}
}

static void mix_end(struct hash *h, const struct small_end *end)
{
	const struct tcb *tcb = &end->tcb;
	uint32_t timers = 0;
	uint64_t heard[SMALL_TEXT / 8];

	for (int timer = 0; timer < TIMER_COUNT; timer++)
		timers |= (uint32_t)(tcb->timers[timer] != NANOS_NEVER) << timer;
	memcpy(heard, end->heard, sizeof heard);
	for (unsigned i = 0; i < SMALL_TEXT / 8; i++)
		mix(h, heard[i]);
	mix2(h, (uint32_t)(tcb->state | tcb->ending << 8 | end->sent << 16 | end->timeouts << 24),
	     (uint32_t)(end->closed | end->heard_fin << 1 | tcb->passive << 2 |
			tcb->ack_owed << 3));
	if (tcb->state == CLOSED) /* there is no TCB */
		return;
	mix2(h, timers, tcb->unacked_text << 16 | tcb->largest_text);
	mix_send(h, &tcb->snd);
	mix_receive(h, &tcb->rcv, &end->held);
	mix_records(h, end);
}

void small_key(const struct small_world *world, uint64_t key[2])
{
	struct hash h = {1, 2};
	uint64_t words[sizeof(struct small_segment) / 8];

	for (int who = 0; who < 2; who++)
		mix_end(&h, &world->ends[who]);
	mix(&h, (uint64_t)(world->under_way | world->losses << 8 | world->copies << 16 |
			   world->attacks << 24));
	for (unsigned i = 0; i < world->under_way; i++) {
		memcpy(words, &world->net[i], sizeof words);
		for (unsigned w = 0; w < sizeof words / sizeof words[0]; w++)
			mix(&h, words[w]);
	}
	key[0] = h.a;
	key[1] = h.b;
}

_Static_assert(sizeof(struct small_segment) == 24, "all of it is compared");
