/* fuzz_script.c — two engines, a bad network and an attacker: see arena.h. */
#include "tests/fuzz/triples.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;

	memset(&arena, 0, sizeof arena);
	arena.transition = triples_count;
	arena_run(&arena, data, size);
	return 0;
}
