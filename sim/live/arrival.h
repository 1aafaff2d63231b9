/* arrival.h — something that came, as a gate got it from the kernel. */
#ifndef TCPLAB_LIVE_ARRIVAL_H
#define TCPLAB_LIVE_ARRIVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LINK_HEADER = 14,      /* Ethernet: to, from, what */
	ARRIVAL_MAX = 1 << 17, /* octets; what is larger is cut, and dropped */
};

/* `bytes` are in a buffer of ARRIVAL_MAX octets, the caller's. */
struct arrival {
	uint8_t *bytes;
	const uint8_t *link; /* what was before it */
	size_t len;
	uint16_t piece;  /* it is a super-packet of segments with so many octets of text; or 0 */
	bool unsummed;   /* its TCP checksum is the network card's to compute */
	bool is_of_ours; /* this machine sent it, from our address and port */
};

#endif
