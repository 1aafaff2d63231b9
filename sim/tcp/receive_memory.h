/* receive_memory.h — what is kept of a receive buffer that is memory. The mechanism:
 * receive_memory.c. All 0 where the profile counts octets of text alone. */
#ifndef TCPLAB_TCP_RECEIVE_MEMORY_H
#define TCPLAB_TCP_RECEIVE_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "base/seq.h"

struct receive_memory {
	int64_t read_offset; /* how far the application had read … */
	nanos read_since;    /* … then, when this round trip began */
	nanos rtt;           /* of the peer's text; 0: not measured */
	nanos rtt_since;     /* when the window was told … */
	struct seq rtt_end;  /* … that ends here */
	uint32_t echo;       /* SEG.TSecr that was measured last */
	uint32_t used;       /* octets of memory in which text waits */
	uint32_t clamp;      /* the window is never more … */
	uint32_t limit;      /* … nor, for now, more than this */
	uint32_t space;      /* octets read in a round trip */
	uint16_t share;      /* of memory that is text, in 256ths */
	uint16_t last_len;   /* of a segment that was not full-sized */
	bool fixed;          /* the application chose the size: it does not grow */
	bool exhausted;      /* the next ACK shuts the window */
	bool zero[6];
};

#endif
