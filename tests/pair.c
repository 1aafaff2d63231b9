#include "tests/pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static const struct isn_secret secret = {{7, 8}};

static struct tcp turn(struct pair *p, int who)
{
	return (struct tcp){.tcb = p->sides[who].tcb,
			    .profile = &p->sides[who].profile,
			    .secret = &secret,
			    .now = p->now,
			    .held = p->sides[who].held,
			    .records = p->sides[who].records,
			    .record_room = PAIR_RECORDS};
}

static struct endpoint address_of(int who)
{
	struct endpoint e = {.port = who ? 80 : 5000};

	e.address.version = 4;
	e.address.bytes[0] = 10;
	e.address.bytes[3] = (uint8_t)(who + 1);
	return e;
}

static uint8_t codepoint_on_arrival(struct pair *p)
{
	if (ecn_is_capable((enum ecn_codepoint)p->ecn) && random_chance(&p->chance, p->marked))
		return CE;
	return random_chance(&p->chance, p->marked / 50) ? (uint8_t)random_below(&p->chance, 4)
							 : p->ecn;
}

static void fly(struct pair *p, int from, const struct segment *seg, int64_t offset)
{
	nanos late = p->jitter ? (nanos)random_below(&p->chance, (uint64_t)p->jitter) : 0;
	unsigned i = 0;

	if (random_chance(&p->chance, p->loss))
		return;
	while (i < PAIR_FLIGHT_MAX && p->flight[i].used)
		i++;
	assert_true(i < PAIR_FLIGHT_MAX);
	if (i >= p->high)
		p->high = i + 1;
	p->flight[i] = (struct flying){.at = p->now + p->delay + late,
				       .seg = *seg,
				       .offset = offset,
				       .to = 1 - from,
				       .ecn = codepoint_on_arrival(p),
				       .used = true};
}

static void stir(struct pair *p, uint64_t word)
{
	p->said = (p->said ^ word) * UINT64_C(0x100000001b3);
	p->said ^= p->said >> 29;
}

/* All that is in it, and when it was said. */
static void say(struct pair *p, int who, const struct segment *seg, int64_t offset)
{
	stir(p, (uint64_t)p->now);
	stir(p, (uint64_t)seg->flags << 48 | (uint64_t)who << 40 | seg->options.len);
	stir(p, (uint64_t)seg->seq.v << 32 | seg->ack.v);
	stir(p, (uint64_t)seg->len << 32 | (uint32_t)seg->wnd << 16 | seg->up);
	stir(p, (uint64_t)offset);
	for (unsigned i = 0; i < seg->options.len; i++)
		stir(p, seg->options.bytes[i]);
}

static void pull(struct pair *p, int who)
{
	struct tcp t = turn(p, who);
	struct segment seg;
	int64_t offset;
	enum rule rule;

	while (tcp_next_segment(&t, &seg, &offset, &rule)) {
		assert_true(rule != RULE_NONE);
		say(p, who, &seg, offset);
		p->ecn = t.ecn_to_send;
		fly(p, who, &seg, offset);
		if (random_chance(&p->chance, p->doubled))
			fly(p, who, &seg, offset);
	}
}

static void application(struct pair *p, int who)
{
	struct side *side = &p->sides[who];
	struct tcp t = turn(p, who);
	uint32_t taken;

	while (tcp_next_notice(side->tcb) != 0)
		;
	tcp_receive(&t, (uint32_t)random_below(&p->chance, 4000), &taken);
	if (side->tcb->state == LISTEN || side->tcb->state == CLOSED)
		return;
	if (side->to_send > 0) {
		uint32_t want = 1 + (uint32_t)random_below(&p->chance, side->to_send);

		if (tcp_send(&t, want, SEND_PUSH, &taken) == CALL_OK)
			side->to_send -= taken;
	}
	if (side->to_send == 0 && !side->closed && side->tcb->state != SYN_SENT &&
	    (side->closes_first || side->tcb->rcv.fin_seen)) {
		assert_int_equal(tcp_close(&t), CALL_OK);
		side->closed = true;
	}
}

static void keep(struct side *side, const struct tcp *t, int64_t offset)
{
	for (unsigned i = 0; i < t->part_count; i++) {
		const struct text_part *part = &t->parts[i];

		assert_int_equal(part->offset, offset + part->skip);
		for (uint32_t k = 0; k < part->len; k++) {
			assert_true(part->offset + k < PAIR_TEXT_MAX);
			assert_int_equal(side->seen[part->offset + k], 0);
			side->seen[part->offset + k] = 1;
		}
		side->delivered += part->len;
	}
}

static void arrive(struct pair *p, const struct flying *f)
{
	struct side *side = &p->sides[f->to];
	struct tcp t = turn(p, f->to);
	struct endpoint from = address_of(1 - f->to);
	struct endpoint to = address_of(f->to);

	t.ecn_arrived = f->ecn;
	p->ecn = NOT_ECT;
	if (side->tcb->state == CLOSED) {
		struct segment reply;
		enum rule rule;

		if (tcp_arrives_in_closed(&f->seg, &reply, &rule))
			fly(p, f->to, &reply, -1);
		return;
	}
	if (side->tcb->state == LISTEN)
		tcp_arrives_in_listen(&t, &f->seg, &from, &to);
	else
		tcp_arrives(&t, &f->seg);
	keep(side, &t, f->offset);
}

bool pair_step(struct pair *p)
{
	nanos next = NANOS_NEVER;
	int who = -1;
	struct flying *f = NULL;

	for (unsigned i = 0; i < p->high; i++) {
		if (p->flight[i].used && p->flight[i].at < next) {
			next = p->flight[i].at;
			f = &p->flight[i];
		}
	}
	for (int s = 0; s < 2; s++) {
		if (tcp_next_deadline(p->sides[s].tcb) < next) {
			next = tcp_next_deadline(p->sides[s].tcb);
			who = s;
			f = NULL;
		}
	}
	if (next == NANOS_NEVER)
		return false;
	p->now = next;
	if (f != NULL) {
		who = f->to;
		f->used = false;
		arrive(p, f);
	} else {
		struct tcp t = turn(p, who);

		tcp_timeout(&t);
	}
	application(p, who);
	pull(p, who);
	tcp_check(p->sides[who].tcb, &p->sides[who].profile, p->now);
	{
		struct tcp t = turn(p, who);

		flight_check(&t);
		held_check(&t);
	}
	return true;
}

static void random_profile(struct pair *p, struct profile *profile)
{
	static const char *const names[] = {"rfc", "plain", "linux", "rfc793"};

	assert_true(profile_named(names[random_below(&p->chance, 4)], profile));
	profile->mss = 100 + (uint32_t)random_below(&p->chance, 1400);
	profile->receive_buffer = 200 + (uint32_t)random_below(&p->chance, 20000);
	profile->send_buffer = 500 + (uint32_t)random_below(&p->chance, 20000);
	profile->window_scale = (uint32_t)random_below(&p->chance, 8);
	profile->nagle = random_chance(&p->chance, 500000);
	profile->ecn = (uint32_t)random_below(&p->chance, ECN_MODE_COUNT);
	profile->ecn_passive = random_chance(&p->chance, 200000);
	profile->user_timeout = 0;
	/* Nobody may give up: the question is whether all arrives. */
	profile->r2 = nanos_from_s(864000);
	profile->syn_r2 = nanos_from_s(864000);
	if (random_chance(&p->chance, 300000)) {
		static const uint32_t edges[] = {0, INT32_MAX - 300u, UINT32_MAX - 700u};

		profile->isn_fixed = true;
		profile->isn = edges[random_below(&p->chance, 3)];
	}
}

void pair_begin(struct pair *p, uint64_t seed, uint32_t text)
{
	memset(p, 0, sizeof *p);
	p->chance = random_seeded(seed, 0);
	p->now = nanos_from_s(1);
	p->loss = (uint32_t)random_below(&p->chance, 4) * 100000;
	p->doubled = (uint32_t)random_below(&p->chance, 2) * 100000;
	p->marked = (uint32_t)random_below(&p->chance, 3) * 200000;
	p->delay = nanos_from_ms(1 + (int64_t)random_below(&p->chance, 100));
	p->jitter = nanos_from_ms((int64_t)random_below(&p->chance, 3) * 60);
	for (int s = 0; s < 2; s++) {
		p->sides[s].tcb = &p->sides[s].rooms[0].tcb;
		p->sides[s].records = p->sides[s].rooms[0].records;
		p->sides[s].held = &p->sides[s].rooms[0].held;
		random_profile(p, &p->sides[s].profile);
		p->sides[s].total = (uint32_t)random_below(&p->chance, text);
		p->sides[s].to_send = p->sides[s].total;
		p->sides[s].closes_first = true;
	}
	p->sides[random_below(&p->chance, 2)].closes_first =
		random_chance(&p->chance, 300000); /* sometimes both, at once */
}

void pair_open(struct pair *p)
{
	struct endpoint us = address_of(0);
	struct endpoint them = address_of(1);
	struct tcp client = turn(p, 0);
	struct tcp server = turn(p, 1);

	assert_int_equal(tcp_open_active(&client, &us, &them), CALL_OK);
	if (random_chance(&p->chance, 200000)) /* simultaneous open */
		assert_int_equal(tcp_open_active(&server, &them, &us), CALL_OK);
	else
		assert_int_equal(tcp_open_passive(&server, &them), CALL_OK);
	pull(p, 0);
	pull(p, 1);
}
