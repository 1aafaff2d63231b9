/* outside.h — a world whose nodes are the test's own: what is sent and what
 * arrives is seen packet by packet, without any TCP. */
#ifndef TCPLAB_TESTS_OUTSIDE_H
#define TCPLAB_TESTS_OUTSIDE_H

#include "net/world.h"
#include "wire/packet.h"

enum { ARRIVALS_MAX = 4096 };

struct arrival {
	nanos time;
	uint32_t len;
	uint16_t id; /* of the IP header: which one it is */
	enum packet_problem problem;
	uint8_t ecn; /* enum ecn_codepoint */
};

struct outside {
	struct world *world;
	struct arrival arrivals[ARRIVALS_MAX];
	unsigned count;
	uint8_t ecn; /* what is sent bears this */
};

/* A node with address 10.0.0.`last`, recorded as `recorded_as`. */
unsigned outside_node(struct outside *o, const char *name, uint8_t last, uint8_t recorded_as);

/* Sends a segment of `len` octets in all, at least 40, from 10.0.0.`from` to
 * 10.0.0.`to`, now. */
void outside_send(struct outside *o, unsigned node, uint8_t from, uint8_t to, uint16_t id,
		  uint16_t flags, uint32_t len);

#endif
