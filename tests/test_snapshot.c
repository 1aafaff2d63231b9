/* A connection is a value: its TCB and, of its records, those that the TCB
 * counts. Copied elsewhere it goes on as if nothing had happened; put back, it
 * does again what it did. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/pair.h"

enum { RUNS = 1000, TEXT = 4000, POISON = 0xa5 };

static struct pair p;

/* To the other room, and what was left is spoilt, as are the records there that
 * are nothing to this connection. */
static void move_house(struct side *side)
{
	struct pair_room *from = &side->rooms[side->tcb == &side->rooms[1].tcb];
	struct pair_room *to = &side->rooms[from == &side->rooms[0]];
	uint32_t first = from->tcb.flight.first;

	memset(to, POISON, sizeof *to);
	to->tcb = from->tcb;
	memcpy(&to->records[first], &from->records[first],
	       from->tcb.flight.count * sizeof from->records[0]);
	memcpy(to->held.ranges, from->held.ranges,
	       from->tcb.rcv.held_count * sizeof from->held.ranges[0]);
	memcpy(to->held.order, from->held.order, from->tcb.rcv.held_count);
	memset(from, POISON, sizeof *from);
	side->tcb = &to->tcb;
	side->records = to->records;
	side->held = &to->held;
}

static uint64_t run_to_the_end(void)
{
	while (pair_step(&p))
		;
	return p.said;
}

static void connection_that_moves_after_every_event_says_the_same(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		uint64_t said;

		pair_begin(&p, seed, TEXT);
		pair_open(&p);
		said = run_to_the_end();
		pair_begin(&p, seed, TEXT);
		pair_open(&p);
		do {
			move_house(&p.sides[0]);
			move_house(&p.sides[1]);
		} while (pair_step(&p));
		if (p.said != said)
			fail_msg("seed %u: it said something else", (unsigned)seed);
	}
}

static void connection_put_back_does_again_what_it_did(void **state)
{
	static struct pair kept;

	(void)state;
	for (uint64_t seed = 1; seed <= RUNS / 4; seed++) {
		struct random chance = random_seeded(seed, 1);
		uint64_t steps = random_below(&chance, 60);
		uint64_t said;

		pair_begin(&p, seed, TEXT);
		pair_open(&p);
		while (steps-- > 0 && pair_step(&p))
			;
		kept = p;
		said = run_to_the_end();
		memset(&p, POISON, sizeof p);
		p = kept;
		if (run_to_the_end() != said)
			fail_msg("seed %u: it said something else", (unsigned)seed);
	}
}

/* What the two comparisons rest on: nothing that is said is left out of the hash. */
static void something_else_has_another_hash(void **state)
{
	uint64_t said;

	(void)state;
	pair_begin(&p, 1, TEXT);
	pair_open(&p);
	said = run_to_the_end();
	pair_begin(&p, 1, TEXT);
	pair_open(&p);
	for (int i = 0; i < 5; i++)
		assert_true(pair_step(&p));
	p.sides[0].tcb->rcv.wnd ^= 1u << 10;
	p.sides[0].tcb->rcv.edge.v ^= 1u << 10;
	p.sides[1].to_send++;
	assert_true(run_to_the_end() != said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connection_that_moves_after_every_event_says_the_same),
		cmocka_unit_test(connection_put_back_does_again_what_it_did),
		cmocka_unit_test(something_else_has_another_hash),
	};

	return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
