/* The memory of a script: blocks that are only ever given back together. */
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script/script_inside.h"

enum { BLOCK_SIZE = 16384 };

struct block {
	struct block *before;
	alignas(max_align_t) unsigned char bytes[];
};

struct script_memory {
	struct block *last;
	size_t used; /* of the last */
	size_t size;
};

/* Out of memory: as everywhere, a line and the end. */
static void *must(void *got)
{
	if (!got) {
		fputs("tcplab: out of memory\n", stderr);
		exit(1);
	}
	return got;
}

struct script_memory *script_memory_new(void)
{
	return must(calloc(1, sizeof(struct script_memory)));
}

void script_memory_free(struct script_memory *memory)
{
	struct block *block = memory ? memory->last : NULL;

	while (block) {
		struct block *before = block->before;

		free(block);
		block = before;
	}
	free(memory);
}

void *script_memory_take(struct script_memory *memory, size_t size)
{
	const size_t step = alignof(max_align_t);
	void *got;

	size = (size + step - 1) / step * step;
	if (memory->size - memory->used < size) {
		size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
		struct block *block = must(calloc(1, sizeof *block + room));

		block->before = memory->last;
		memory->last = block;
		memory->used = 0;
		memory->size = room;
	}
	got = memory->last->bytes + memory->used;
	memory->used += size;
	return got;
}

char *script_memory_copy(struct script_memory *memory, const char *text, size_t len)
{
	char *copy = script_memory_take(memory, len + 1);

	memcpy(copy, text, len);
	return copy;
}
