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

/* From the vacant top down to its place. */
static void sink(struct queue *q, const struct happening *happening)
{
	uint32_t at = 0;

	for (;;) {
		uint32_t child = 2 * at + 1;

		if (child >= q->count)
			break;
		if (child + 1 < q->count && before(&q->heap[child + 1], &q->heap[child]))
			child++;
		if (!before(&q->heap[child], happening))
			break;
		q->heap[at] = q->heap[child];
		at = child;
	}
	q->heap[at] = *happening;
	q->vacant = false;
}

/* From a new place at the bottom up to its own. */
static void rise(struct queue *q, const struct happening *happening)
{
	uint32_t at = q->count++;

	if (q->count > q->capacity)
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

void queue_add(struct queue *q, const struct happening *happening)
{
	if (q->vacant)
		sink(q, happening);
	else
		rise(q, happening);
}

const struct happening *queue_first(const struct queue *q)
{
	if (!q->vacant)
		return q->count > 0 ? &q->heap[0] : NULL;
	if (q->count > 2 && before(&q->heap[2], &q->heap[1]))
		return &q->heap[2];
	return q->count > 1 ? &q->heap[1] : NULL;
}

/* The last one sinks from the vacant top. */
static void fill_the_top(struct queue *q)
{
	struct happening last = q->heap[--q->count];

	if (q->count > 0)
		sink(q, &last);
	q->vacant = false;
}

bool queue_take(struct queue *q, struct happening *out)
{
	if (q->vacant)
		fill_the_top(q);
	if (q->count == 0)
		return false;
	*out = q->heap[0];
	q->vacant = true;
	return true;
}
