/* Two engines and a bad network: whatever is lost, doubled or late, every
 * octet arrives once, at its place, and the connection ends. A failure names
 * its seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/pair.h"

enum { SEEDS = 400 };

static void run(uint64_t seed)
{
	static struct pair p;
	unsigned steps = 0;

	pair_begin(&p, seed, PAIR_TEXT_MAX);
	pair_open(&p);
	while (pair_step(&p)) {
		if (++steps > 200000)
			fail_msg("seed %llu: no end after %u steps", (unsigned long long)seed,
				 steps);
	}
	for (int s = 0; s < 2; s++) {
		const struct side *side = &p.sides[s];
		const struct side *other = &p.sides[1 - s];

		if (side->delivered != other->total || side->tcb->state != CLOSED)
			fail_msg("seed %llu: side %d is %s with %u of %u octets, after %u steps, "
				 "%lld s",
				 (unsigned long long)seed, s,
				 state_name((enum tcp_state)side->tcb->state), side->delivered,
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
