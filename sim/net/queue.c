#include "net/queue.h"

#include <stdlib.h>

#include "record/memory.h"

void queue_free(struct queue *q)
{
	free(q->heap);
	*q = (struct queue){0};
}

uint64_t queue_draw(struct queue *q)
{
	return q->serials++;
}

static bool before(const struct happening *a, const struct happening *b)
{
	return a->time != b->time ? a->time < b->time : a->serial < b->serial;
}

void queue_add(struct queue *q, const struct happening *happening)
{
	uint32_t at = q->count++;

	q->heap = memory_grow(q->heap, &q->capacity, q->count, sizeof *q->heap);
	while (at > 0) {
		uint32_t parent = (at - 1) / 2;

		if (!before(happening, &q->heap[parent]))
			break;
		q->heap[at] = q->heap[parent];
		at = parent;
	}
	q->heap[at] = *happening;
}

const struct happening *queue_first(const struct queue *q)
{
	return q->count > 0 ? &q->heap[0] : NULL;
}

bool queue_take(struct queue *q, struct happening *out)
{
	struct happening last;
	uint32_t at = 0;

	if (q->count == 0)
		return false;
	*out = q->heap[0];
	last = q->heap[--q->count];
	for (;;) {
		uint32_t child = 2 * at + 1;

		if (child >= q->count)
			break;
		if (child + 1 < q->count && before(&q->heap[child + 1], &q->heap[child]))
			child++;
		if (!before(&q->heap[child], &last))
			break;
		q->heap[at] = q->heap[child];
		at = child;
	}
	if (q->count > 0)
		q->heap[at] = last;
	return true;
}
