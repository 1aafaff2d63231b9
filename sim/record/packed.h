/* packed.h — the packets of a recording, packed.
 *
 * A struct packet_record is some 300 bytes, mostly room for options that are
 * not there. Here a packet takes a slot of 40 bytes and a header of 28 bytes
 * and its options. Its addresses and ports are kept once for each row of
 * packets of a connection that have the same. */
#ifndef TCPLAB_RECORD_PACKED_H
#define TCPLAB_RECORD_PACKED_H

#include <stdbool.h>
#include <stdint.h>

#include "record/memory.h"
#include "record/recording.h"

struct flow {
	struct endpoint src;
	struct endpoint dst;
};

struct packed_slot {
	int64_t offset;
	uint32_t conn;
	uint32_t sent;
	uint32_t arrived;
	uint32_t ended;
	uint32_t earlier; /* again_of or, where is_copy, copy_of */
	uint32_t flow;
	uint32_t header; /* in `headers` */
	uint8_t host;
	bool is_copy;
	bool overtaken;
	bool captured;
};

struct packed {
	struct pile slots;   /* of struct packed_slot */
	struct pile flows;   /* of struct flow */
	struct heap headers; /* packed.c says what is in one */
};

struct packed packed_new(void);
void packed_free(struct packed *p);

/* Adds a packet, in memory of `pool`, and returns its slot, in which .sent and .earlier are still
 * to be set. `flow` is the one of the packet before it, of the same connection, and is set to this
 * one's; UINT32_MAX where there was none. */
struct packed_slot *packed_add(struct packed *p, struct pool *pool,
			       const struct packet_record *record, uint32_t *flow);

void packed_read(const struct packed *p, uint32_t n, struct packet_record *out);

static inline struct packed_slot *packed_slot(const struct packed *p, uint32_t n)
{
	return pile_at(&p->slots, n);
}

#endif
