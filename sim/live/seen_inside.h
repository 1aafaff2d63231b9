/* seen_inside.h — what the files of seen.h share. Not for callers. */
#ifndef TCPLAB_LIVE_SEEN_INSIDE_H
#define TCPLAB_LIVE_SEEN_INSIDE_H

#include <pthread.h>

#include "live/seen.h"

/* Frames one after the other; full ones stay as they are. */
struct chunk {
	struct chunk *next;
	uint32_t used;
	uint32_t size;
	uint8_t bytes[];
};

/* What is kept of a connection, beside what flows.h knows of it. */
struct kept {
	struct chunk *first;
	struct chunk *last;
	uint64_t frames;
	size_t memory; /* of the chunks */
	bool cut;      /* there was no room for a frame: nothing after it is kept */
};

/* Of a connection without its frames: two tables, and its place in a third. */
enum { CONNECTION_MEMORY = sizeof(struct flow) + sizeof(struct kept) + 16 };

/* Where a trace reads. */
struct reader {
	const struct chunk *first;
	const struct chunk *last;
	uint32_t last_used; /* when the trace was opened */
	const struct chunk *chunk;
	uint32_t at;
};

struct seen {
	pthread_mutex_t lock;
	int link_type;
	size_t memory;
	size_t memory_max;
	struct flows flows;
	struct kept *kept; /* for each of them */
	uint32_t kept_count;
	uint32_t kept_room;
	uint32_t followed; /* number; 0: none */
	struct seen_counts counts;
	struct reader reader;
};

void kept_free(struct kept *kept);

/* Forgets connections until an eighth of the memory is free, or only the
 * followed one is left. */
void seen_make_room(struct seen *seen);

#endif
