/* What fuzzing found stays found, and a thousand random bytes more: see arena.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/arena.h"
#include "tests/random_segment.h"

enum { RUNS = 1500 };

static struct arena arena;
static bool seen[STATE_COUNT];

static void see(int from, int event, int to)
{
	(void)event;
	seen[from] = true;
	seen[to] = true;
}

static uint64_t run(const uint8_t *bytes, size_t size, bool moving)
{
	memset(&arena, 0, sizeof arena);
	arena.transition = see;
	arena.moving = moving;
	return arena_run(&arena, bytes, size);
}

static void random_bytes_break_nothing_and_reach_every_state(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < RUNS; seed++) {
		struct random chance = random_seeded(seed, 7);
		uint8_t bytes[ARENA_HEAD + 60 * ARENA_RECORD];
		size_t size = random_below(&chance, sizeof bytes + 1);

		random_bytes(&chance, bytes, sizeof bytes);
		/* Without an attacker all must arrive: half of them are such. */
		for (size_t at = ARENA_HEAD; seed % 2 && at < sizeof bytes; at += ARENA_RECORD)
			bytes[at] = bytes[at] % 8 == 5 ? 0 : bytes[at];
		if (seed % 3 == 0)
			assert_true(run(bytes, size, false) == run(bytes, size, true));
		else
			run(bytes, size, false);
	}
	for (int s = 0; s < STATE_COUNT; s++) {
		if (!seen[s])
			fail_msg("%s was never reached", state_name((enum tcp_state)s));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_bytes_break_nothing_and_reach_every_state),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
