/* fuzz_snapshot.c — a connection is a value: what it says does not depend on
 * where it lies, or on what lies beside it (arena.h). */
#include <assert.h>
#include <string.h>

#include "tests/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	uint64_t said;

	memset(&arena, 0, sizeof arena);
	said = arena_run(&arena, data, size);
	memset(&arena, 0, sizeof arena);
	arena.moving = true;
	assert(arena_run(&arena, data, size) == said);
	return 0;
}
