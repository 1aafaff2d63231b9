/* Two engines and a bad network: whatever is lost, doubled or late, every
 * octet arrives once, at its place, and the connection ends. Each seed is a
 * network, two profiles and two applications of its own; a failure names it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/random.h"
#include "tcp/tcp.h"

enum { FLIGHT_MAX = 4096, TEXT_MAX = 30000, SEEDS = 400 };

struct flying {
	nanos at;
	struct segment seg;
	int64_t offset;
	int to;
	bool used;
};

struct side {
	struct tcb tcb;
	struct sent_record records[200];
	struct profile profile;
	uint32_t to_send; /* octets that the application still wants to send */
	uint32_t total;
	bool closes_first;
	bool closed;
	uint8_t seen[TEXT_MAX];
	uint32_t delivered;
};

struct pair {
	struct random chance;
	struct side sides[2];
	struct flying flight[FLIGHT_MAX];
	unsigned high; /* entries in use lie below */
	nanos now;
	uint32_t loss; /* per million */
	uint32_t doubled;
	nanos delay;
	nanos jitter;
	uint64_t seed;
};

static const struct isn_secret secret = {{7, 8}};

static struct tcp turn(struct pair *p, int who)
{
	return (struct tcp){.tcb = &p->sides[who].tcb,
			    .profile = &p->sides[who].profile,
			    .secret = &secret,
			    .now = p->now,
			    .records = p->sides[who].records,
			    .record_room = 200};
}

static struct endpoint address_of(int who)
{
	struct endpoint e = {.port = who ? 80 : 5000};

	e.address.version = 4;
	e.address.bytes[0] = 10;
	e.address.bytes[3] = (uint8_t)(who + 1);
	return e;
}

static void fly(struct pair *p, int from, const struct segment *seg, int64_t offset)
{
	nanos late = p->jitter ? (nanos)random_below(&p->chance, (uint64_t)p->jitter) : 0;
	unsigned i = 0;

	if (random_chance(&p->chance, p->loss))
		return;
	while (i < FLIGHT_MAX && p->flight[i].used)
		i++;
	assert_true(i < FLIGHT_MAX);
	if (i >= p->high)
		p->high = i + 1;
	p->flight[i] = (struct flying){.at = p->now + p->delay + late,
				       .seg = *seg,
				       .offset = offset,
				       .to = 1 - from,
				       .used = true};
}

static void pull(struct pair *p, int who)
{
	struct tcp t = turn(p, who);
	struct segment seg;
	int64_t offset;
	enum rule rule;

	while (tcp_next_segment(&t, &seg, &offset, &rule)) {
		assert_true(rule != RULE_NONE);
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

	while (tcp_next_notice(&side->tcb) != 0)
		;
	tcp_receive(&t, (uint32_t)random_below(&p->chance, 4000), &taken);
	if (side->tcb.state == LISTEN || side->tcb.state == CLOSED)
		return;
	if (side->to_send > 0) {
		uint32_t want = 1 + (uint32_t)random_below(&p->chance, side->to_send);

		if (tcp_send(&t, want, SEND_PUSH, &taken) == CALL_OK)
			side->to_send -= taken;
	}
	if (side->to_send == 0 && !side->closed && side->tcb.state != SYN_SENT &&
	    (side->closes_first || side->tcb.rcv.fin_seen)) {
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
			assert_true(part->offset + k < TEXT_MAX);
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

	if (side->tcb.state == CLOSED) {
		struct segment reply;
		enum rule rule;

		if (tcp_arrives_in_closed(&f->seg, &reply, &rule))
			fly(p, f->to, &reply, -1);
		return;
	}
	if (side->tcb.state == LISTEN)
		tcp_arrives_in_listen(&t, &f->seg, &from, &to);
	else
		tcp_arrives(&t, &f->seg);
	keep(side, &t, f->offset);
}

/* The next thing that happens: a segment or a timer; false where nothing will. */
static bool step(struct pair *p)
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
		if (tcp_next_deadline(&p->sides[s].tcb) < next) {
			next = tcp_next_deadline(&p->sides[s].tcb);
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
	tcp_check(&p->sides[who].tcb, &p->sides[who].profile, p->now);
	{
		struct tcp t = turn(p, who);

		flight_check(&t);
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

static void begin(struct pair *p, uint64_t seed)
{
	memset(p, 0, sizeof *p);
	p->seed = seed;
	p->chance = random_seeded(seed, 0);
	p->now = nanos_from_s(1);
	p->loss = (uint32_t)random_below(&p->chance, 4) * 100000;
	p->doubled = (uint32_t)random_below(&p->chance, 2) * 100000;
	p->delay = nanos_from_ms(1 + (int64_t)random_below(&p->chance, 100));
	p->jitter = nanos_from_ms((int64_t)random_below(&p->chance, 3) * 60);
	for (int s = 0; s < 2; s++) {
		random_profile(p, &p->sides[s].profile);
		p->sides[s].total = (uint32_t)random_below(&p->chance, TEXT_MAX);
		p->sides[s].to_send = p->sides[s].total;
		p->sides[s].closes_first = true;
	}
	p->sides[random_below(&p->chance, 2)].closes_first =
		random_chance(&p->chance, 300000); /* sometimes both, at once */
}

static void open_both(struct pair *p)
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

static void run(uint64_t seed)
{
	static struct pair p;
	unsigned steps = 0;

	begin(&p, seed);
	open_both(&p);
	while (step(&p)) {
		if (++steps > 200000)
			fail_msg("seed %llu: no end after %u steps", (unsigned long long)seed,
				 steps);
	}
	for (int s = 0; s < 2; s++) {
		const struct side *side = &p.sides[s];
		const struct side *other = &p.sides[1 - s];

		if (side->delivered != other->total || side->tcb.state != CLOSED)
			fail_msg("seed %llu: side %d is %s with %u of %u octets, after %u steps, "
				 "%lld s",
				 (unsigned long long)seed, s,
				 state_name((enum tcp_state)side->tcb.state), side->delivered,
				 other->total, steps, (long long)(p.now / 1000000000));
	}
}

static void every_octet_arrives_once_whatever_the_network_does(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		run(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_octet_arrives_once_whatever_the_network_does),
	};

	return cmocka_run_group_tests_name("pair", tests, NULL, NULL);
}
