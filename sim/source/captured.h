/* captured.h — the packets of one connection, as a capture holds them.
 *
 * Headers are kept, texts are not: about 120 octets a packet. Times count
 * from the connection's first packet and never run backwards: a packet whose
 * time is earlier than the one before it, or unknown, gets that one's. */
#ifndef TCPLAB_SOURCE_CAPTURED_H
#define TCPLAB_SOURCE_CAPTURED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/nanos.h"
#include "record/memory.h"
#include "source/flows.h"
#include "source/trace.h"
#include "wire/packet.h"

struct captured_packet {
	nanos time;
	uint64_t number;   /* in the capture, from 1 */
	uint32_t headers;  /* where they are */
	uint32_t text_len; /* octets of text it had on the wire */
	uint8_t headers_len;
	uint8_t side; /* that sent it */
	bool cut;     /* not all its options are there */
	bool icmp;    /* not TCP: an ICMP error about what the other side sent */
};

struct captured {
	struct flow flow;
	nanos epoch;         /* when time 0 was, since 1970 */
	uint32_t count;      /* of packets */
	struct pile packets; /* of struct captured_packet */
	struct heap headers;
	struct pool pool;
};

/* Reads the packets of `flow`, which is one of what flows_find() found. On
 * true, captured_free() it. */
bool captured_load(struct captured *out, struct trace *trace, const struct flow *flow,
		   struct error *err);
void captured_free(struct captured *captured);

static inline const struct captured_packet *captured_at(const struct captured *captured, uint32_t n)
{
	return pile_at(&captured->packets, n);
}

/* All headers of packet `n`. */
void captured_packet(const struct captured *captured, uint32_t n, struct packet *out);

#endif
