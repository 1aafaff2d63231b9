/* arena_bytes.c — what bytes mean: profiles, segments of who sees a TCB, time. */
#include "tests/arena.h"

#include <assert.h>
#include <string.h>

/* What would end a connection that a slow but well network carries. */
static bool is_impatient(const struct profile_field *field)
{
	return strstr(field->name, "keepalive") != NULL || strstr(field->name, "uto") != NULL ||
	       strcmp(field->name, "half_duplex_close") == 0;
}

void arena_flip_switches(struct profile *profile, const uint8_t *head)
{
	unsigned count;
	const struct profile_field *fields = profile_fields(&count);

	if (!(head[0] & 0x80))
		return;
	for (unsigned i = 0, bit = 0; i < count; i++) {
		if (fields[i].kind != FIELD_BOOL || is_impatient(&fields[i]))
			continue;
		if (head[3 + bit / 8 % 4] >> bit % 8 & 1)
			profile_set(profile, &fields[i], !(bit & 1));
		bit++;
	}
}

struct profile arena_profile(const uint8_t *head)
{
	static const char *const names[] = {"rfc", "plain", "linux", "rfc793"};
	static const uint32_t buffers[] = {1, 64, 300, 1000, 4000, 9000, 20000, 70000};
	static const uint32_t isns[] = {0, INT32_MAX - 700u, UINT32_MAX - 700u, 1000};
	struct profile p;

	if (!profile_named(names[head[0] % 4], &p))
		assert(false);
	p.isn_fixed = true;
	p.isn = isns[(head[0] >> 2) % 4];
	p.mss = 48 + head[1] * 6u;
	p.send_buffer = buffers[head[2] % 8];
	p.receive_buffer = buffers[(head[2] >> 3) % 8];
	p.window_scale = head[7] % 15;
	return p;
}

/* ---- forged segments ---- */

static struct seq forged_seq(const struct tcb *tcb, const struct held *held, struct seq first,
			     unsigned choice, int8_t by)
{
	const struct receive_variables *rcv = &tcb->rcv;
	struct seq base = rcv->nxt;

	switch (choice % 8) {
	case 1: base = rcv->edge; break;
	case 2: base = rcv->irs; break;
	case 3: base = seq_add(rcv->nxt, rcv->wnd / 2); break;
	case 4: base = rcv->held_count > 0 ? held->ranges[0].left : rcv->nxt; break;
	case 5:
		base = rcv->held_count > 0 ? held->ranges[rcv->held_count - 1].right : rcv->nxt;
		break;
	case 6: base = rcv->fin_seen ? rcv->fin : rcv->nxt; break;
	case 7: base = seq_add(rcv->nxt, 1u << 31); break;
	default: break;
	}
	if (tcb->state <= SYN_SENT)
		base = first;
	return seq_add(base, (uint32_t)(by * (choice & 8 ? 100 : 1)));
}

static struct seq forged_ack(const struct tcb *tcb, unsigned choice, int8_t by)
{
	const struct send_variables *snd = &tcb->snd;
	struct seq base = snd->nxt;

	switch (choice % 4) {
	case 1: base = snd->una; break;
	case 2: base = snd->iss; break;
	case 3: base = seq_sub(snd->una, snd->max_wnd); break;
	default: break;
	}
	return seq_add(base, (uint32_t)(by * (choice & 4 ? 100 : 1)));
}

static void forged_sack(const struct tcb *tcb, struct options *o, const uint8_t *b)
{
	struct sack_block blocks[2];

	blocks[0].left = seq_add(tcb->snd.una, (uint32_t)((int8_t)b[3] * 50));
	blocks[0].right = seq_add(blocks[0].left, b[4] * 20u);
	blocks[1].left = seq_sub(tcb->snd.nxt, b[6] * 10u);
	blocks[1].right = seq_add(tcb->snd.nxt, (uint32_t)((int8_t)b[5]));
	options_put_sack(o, blocks, 1 + (b[7] & 1));
}

static void forged_options(const struct tcb *tcb, nanos now, struct segment *seg, const uint8_t *b)
{
	struct options *o = &seg->options;
	uint8_t choice = b[7];

	if (seg->flags & SYN) {
		if (choice & 1)
			options_put_mss(o, (uint16_t)(choice * 13));
		if (choice & 2)
			options_put_sack_permitted(o);
		if (choice & 4)
			options_put_window_scale(o, choice >> 4);
	} else if (choice & 4) {
		forged_sack(tcb, o, b);
	}
	if (!(choice & 8) == !tcb->ts.on || (seg->flags & SYN && choice & 8))
		options_put_timestamps(o, tcb->ts.recent + (choice & 0x80 ? -5u : choice >> 5),
				       (uint32_t)(now / 1000000) - (choice & 0x70));
	if (b[0] & 0x20)
		options_put_accecn(o, b[6] & 1, b[6] % 4, b[4], b[3] * 100u, choice);
}

struct segment arena_forged(const struct tcb *tcb, const struct held *held, struct seq first,
			    nanos now, const uint8_t *b)
{
	static const uint32_t lens[] = {0, 0, 0, 1, 2, 10, 100, 500, 1000, 1460, 3000, 9000, 65000};
	static const uint16_t windows[] = {0, 1, 10, 100, 1000, 5000, 30000, UINT16_MAX};
	struct segment seg = {.flags = (uint16_t)(b[1] | (b[0] & 0x20 ? AE : 0))};

	seg.seq = forged_seq(tcb, held, first, b[2] & 15, (int8_t)b[3]);
	seg.ack = forged_ack(tcb, b[2] >> 4, (int8_t)b[4]);
	seg.len = lens[b[5] % 13];
	seg.wnd = windows[(b[5] >> 4) % 8];
	seg.up = (uint16_t)(b[6] * 7);
	forged_options(tcb, now, &seg, b);
	return seg;
}

nanos arena_while(const uint8_t *b)
{
	static const nanos steps[] = {1000, 1000000, 100000000, 500000000, 1000000000, 60000000000};

	return steps[b[2] % 6] * (1 + b[3] % 8);
}
