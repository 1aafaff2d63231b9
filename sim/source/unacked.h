/* unacked.h — what one end has sent and the other has not acknowledged, as a
 * capture shows it.
 *
 * Sequence space is kept as ranges, in order and apart. A range knows the
 * packets that carried it, newest first; one that nobody was seen to carry is
 * a gap, and knows the packet that came after it instead. Positions are
 * sequence numbers that do not wrap, counted from the first one seen.
 *
 * At most 16,384 ranges are kept; of more, the oldest are given up. */
#ifndef TCPLAB_SOURCE_UNACKED_H
#define TCPLAB_SOURCE_UNACKED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/seq.h"
#include "record/memory.h"

#define COPY_NONE UINT32_MAX

/* A packet that carried a range. */
struct carrier {
	uint32_t packet;
	uint32_t older; /* carrier of the same range before it, or COPY_NONE */
	bool begins;    /* the packet's first octet is in the range */
	bool passed;    /* when it was sent, later octets had been reported, these not */
};

struct unacked_range {
	int64_t left;
	int64_t right;
	uint32_t newest; /* carrier; COPY_NONE: a gap */
	uint32_t jump;   /* of a gap: the packet that came after it */
	bool reported;   /* the other end has said that it has it */
	bool twice;      /* … and that it came twice (RFC 2883) */
};

struct unacked {
	struct unacked_range *ranges;
	uint32_t first; /* of those in use */
	uint32_t count;
	uint32_t capacity;
	struct carrier *carriers;
	uint32_t carrier_count;
	uint32_t carrier_capacity;
	struct seq base;  /* position 0, where begun */
	int64_t highest;  /* after the last octet seen */
	int64_t acked;    /* what is below is acknowledged */
	int64_t reported; /* after the highest octet that was acknowledged in any way */
	bool begun;
};

void unacked_free(struct unacked *u);

/* Positions begin here. Does nothing where they have begun. */
void unacked_begin(struct unacked *u, struct seq seq);

/* The position of a sequence number; false for one so far from the others that
 * it is damage or a forgery. */
bool unacked_position(const struct unacked *u, struct seq seq, int64_t *out);

static inline struct seq unacked_seq(const struct unacked *u, int64_t position)
{
	return seq_add(u->base, (uint32_t)position);
}

static inline struct unacked_range *unacked_at(const struct unacked *u, uint32_t n)
{
	return &u->ranges[u->first + n];
}

/* Adds space at the end; a gap where `packet` jumped over it. */
void unacked_add(struct unacked *u, int64_t right, uint32_t packet);
void unacked_add_gap(struct unacked *u, int64_t right, uint32_t jump);

/* The first range that ends after `position`; `count` where there is none. */
uint32_t unacked_find(const struct unacked *u, int64_t position);

/* Cuts range `n` in two at `position`, which lies inside. False where there are
 * too many ranges for another. */
bool unacked_cut(struct unacked *u, uint32_t n, int64_t position);

/* `packet` carries range `n` too. */
void unacked_carry(struct unacked *u, uint32_t n, uint32_t packet, bool begins);

static inline const struct carrier *unacked_carrier(const struct unacked *u, uint32_t n)
{
	return &u->carriers[n];
}

/* Takes the first range off. */
void unacked_drop_first(struct unacked *u);

#endif
