/* flows.h — which TCP connections a capture holds, and how each went.
 *
 * A flow is a connection seen from outside; what a host keeps of one is
 * elsewhere.
 *
 * A connection is what lies between two endpoints from one SYN to the next:
 * a SYN with a new initial sequence number, or one after both sides are
 * done, begins another on the same ports. Connections stand in the order of
 * their first packets.
 *
 * The client sent the first SYN; where none was captured, it has the higher
 * port, or spoke first.
 *
 * Memory grows with connections, not with packets: about 250 octets each. */
#ifndef TCPLAB_SOURCE_FLOWS_H
#define TCPLAB_SOURCE_FLOWS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "base/nanos.h"
#include "base/side.h"
#include "base/text.h"
#include "source/late.h"
#include "source/trace.h"
#include "wire/packet.h"

#define FLOW_NONE UINT32_MAX /* no connection */

/* What one end sent, as far as the capture shows. */
struct way {
	uint64_t packets;
	int64_t first;           /* lowest sequence number, as an offset from the first one seen */
	int64_t highest;         /* after the highest one, likewise */
	uint64_t unverified;     /* packets whose checksum is wrong or was never computed */
	uint32_t again;          /* packets that repeat what was sent before */
	uint32_t joined;         /* packets with more text than the other side's MSS: a network card
				    cuts them, or put them together */
	uint32_t mss;            /* that it announced; 0: not seen */
	struct seq base;         /* the first sequence number seen: offset 0 */
	struct seq isn;          /* where syn_seen */
	struct seq acked;        /* the newest acknowledgment it sent */
	uint32_t window;         /* that it offered with it, where scaled as its SYN says */
	uint32_t cut;            /* packets whose options the capture does not hold whole */
	uint32_t strange_resets; /* RSTs that the other side ignores: outside its window */
	uint8_t scale;           /* of windows, in its SYN */
	bool has_scale;
	bool acks;
	struct sending_mark leader; /* of the packet that reached `highest` */
	struct id_habit ids;
	bool syn_seen;
	bool syn_cut; /* not all options of it */
	bool syn_ack_seen;
	bool fin_seen;
	bool rst_seen;
	uint64_t heard; /* packets of the other side when rst_seen became true */
};

struct flow {
	struct endpoint ends[SIDES];
	struct way ways[SIDES]; /* [CLIENT]: what the client sent */
	uint64_t first_packet;  /* numbers in the capture */
	uint64_t last_packet;
	nanos began;
	nanos ended;
	uint32_t number;      /* in lists, from 1 */
	uint32_t icmp_errors; /* that quote it */
	uint32_t older;       /* the connection on the same ports before it, or FLOW_NONE */
	bool answered;        /* a SYN was acknowledged by the other side's SYN */
};

/* Packets that belong to no connection, by reason. */
struct left_out {
	uint64_t not_ip;
	uint64_t not_tcp;
	uint64_t fragments;
	uint64_t damaged; /* headers that lie or end too early */
};

struct flows {
	struct flow *all;
	uint32_t count;
	struct left_out left_out;
	uint32_t *table; /* by both endpoints: the newest one's number, plus 1; 0 is empty */
	uint32_t table_size;
	uint32_t capacity;
	uint32_t numbered; /* how many there have been */
};

/* Reads the whole capture. False where it cannot be read again from its
 * start, or holds no TCP connection. On true, flows_free() it. */
bool flows_find(struct flows *out, struct trace *trace, struct error *err);
void flows_free(struct flows *flows);

/* Sorts one packet in and returns its connection, FLOW_NONE for what is no TCP, nor an
 * ICMP error about a connection. */
uint32_t flows_add(struct flows *flows, const struct trace_packet *frame);

/* Leaves out connections: those for which `goes` is true. The others move
 * together and keep their order and numbers. Where the newest on its ports
 * goes and an older one stays, what comes later is taken for that one's. */
void flows_forget(struct flows *flows, const bool *goes);

/* Nothing more is to come of it: both ends said FIN, or one RST. */
bool flow_is_done(const struct flow *flow);

/* The connection to show where nobody chose: the first with a handshake, else
 * the first whose both ends speak, else the first. */
uint32_t flows_default(const struct flows *flows);

/* Octets of text that `side` sent, as sequence numbers tell. */
uint64_t flow_text(const struct flow *flow, enum side side);

/* How it ended: "closed", "reset by the server", "refused", … */
void flow_ending(const struct flow *flow, struct text *out);

/* A table for people: a line each, numbered from 1. */
void flows_print(const struct flows *flows, FILE *out);

/* The sentence number `index` (from 0) about packets that belong to no
 * connection; false where there is none. */
bool flows_complaint(const struct flows *flows, unsigned index, struct error *sentence);

#endif
