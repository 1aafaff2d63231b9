/* seen.h — what was seen of a network's connections, as far as memory allows.
 *
 * Frames come in, are sorted by connection, and are kept as far as their
 * headers go: no text of anybody. Where the memory is full, whole connections
 * are forgotten: of those that are over the one that ended first, and when
 * none is over, the one that was silent for the longest time. The connection
 * that is followed stays; where it fills the memory alone, no more of it is
 * kept. Whatever is not kept is counted.
 *
 * One thread may add while another reads: each function locks. A trace of a
 * connection is read without holding anybody up, since frames that were added
 * stay where they are as long as the connection is followed. */
#ifndef TCPLAB_LIVE_SEEN_H
#define TCPLAB_LIVE_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "source/flows.h"
#include "source/trace.h"

struct seen;

struct seen_counts {
	uint64_t frames;      /* that were added */
	uint64_t others;      /* of them, of no TCP connection */
	uint64_t forgotten;   /* frames of connections that were forgotten, and that had no room */
	uint64_t connections; /* that there have been */
	uint64_t forgotten_connections;
	uint64_t without_room; /* frames of the followed one that had no room */
	size_t memory;         /* in use */
};

enum { SEEN_MEMORY = 64 << 20, SEEN_MEMORY_LEAST = 1 << 20 };

/* `link_type` of the frames, as in wire/link.h; `memory` that may be used. */
struct seen *seen_new(int link_type, size_t memory);
void seen_free(struct seen *seen);

/* One frame. Its number is given here: 1, 2, … Returns how many octets of it are
 * headers: all of what is kept. */
uint32_t seen_add(struct seen *seen, struct trace_frame *frame);

void seen_counts(struct seen *seen, struct seen_counts *out);

/* A copy of what is known of all connections that are kept; flows_free() it. */
void seen_flows(struct seen *seen, struct flows *out);

/* ---- the connection that is followed ---- */

/* Chooses it by its number. False where it is not (or not any more) there. No
 * trace may be open. */
bool seen_follow(struct seen *seen, uint32_t number);

/* The one to choose where nobody did, as in a capture; 0: there is none yet. */
uint32_t seen_default(struct seen *seen);

/* Its number, and its frames that are kept; 0 and 0 where none is followed. */
uint32_t seen_followed(struct seen *seen, uint64_t *frames);

/* A trace of what is there of it now, of which recordings speak as `name`. It holds that
 * connection alone, its packets with the numbers of the whole. Close it before the next one
 * is opened, or another connection is followed. */
bool seen_trace(struct seen *seen, const char *name, struct trace **out, struct error *err);

#endif
