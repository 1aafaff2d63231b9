/* carried.h — which packet first carried each octet that a connection sent,
 * so that what is sent again is known as such.
 *
 * SYN and FIN count as the octets whose sequence numbers they take (RFC 9293
 * §3.4). Ranges are kept sorted in blocks: mostly a new one goes to the end,
 * and where a capture shows segments in disorder only one block is moved. */
#ifndef TCPLAB_RECORD_CARRIED_H
#define TCPLAB_RECORD_CARRIED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/segment.h"

struct carried_range {
	int64_t left; /* a position: a sequence number that does not wrap */
	uint32_t len;
	uint32_t packet;
};

struct carried_block;

struct carried {
	struct carried_block *blocks; /* in order; none is empty */
	uint32_t count;
	uint32_t capacity;
	int64_t highest; /* after the last octet carried so far */
	struct seq wrap; /* the sequence number of `highest` */
	struct seq syn;  /* of the SYN, where there was one */
	bool has_syn;
	bool has_syn_ack; /* and one that acknowledged the peer's */
	size_t size;      /* bytes held */
};

void carried_free(struct carried *c);

/* Takes note of a packet. Returns the one that first carried the lowest of its octets that
 * were carried before, or UINT32_MAX where all are new (or it has none). The first SYN,ACK
 * after a SYN (both ends open at once, RFC 9293 §3.5) is an answer, and its SYN counts as new. */
uint32_t carried_add(struct carried *c, const struct segment *seg, uint32_t packet);

#endif
