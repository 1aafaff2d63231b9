/* queue.h — what will happen, in order.
 *
 * A binary heap on (time, serial). A serial is drawn when something is
 * scheduled, so of two things at one instant the one scheduled first comes
 * first; it may also be drawn ahead, for something that enters the heap
 * later (the packets on a link, of which only the first is in it).
 *
 * What is taken leaves its place at the top vacant until the heap is used
 * again: mostly by what follows from it, which then sinks from there, and the
 * heap is put in order once for both. */
#ifndef TCPLAB_NET_QUEUE_H
#define TCPLAB_NET_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"

struct happening {
	nanos time;
	uint64_t serial;
	void (*what)(void *who, nanos now, uint64_t arg);
	void *who;
	uint64_t arg;
};

struct queue {
	struct happening *heap;
	uint32_t count;
	uint32_t capacity;
	uint64_t serials; /* drawn so far */
	bool vacant;      /* the first place of the heap */
};

void queue_free(struct queue *q);
uint64_t queue_draw(struct queue *q); /* a serial */
void queue_add(struct queue *q, const struct happening *happening);
/* The first; NULL where there is none. Valid until the queue changes. */
const struct happening *queue_first(const struct queue *q);
bool queue_take(struct queue *q, struct happening *out); /* removes it */

#endif
