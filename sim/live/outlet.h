/* outlet.h — the descriptors through which the datagrams of a gate go: raw
 * sockets, an AF_PACKET socket, or a TUN device. The gate uses them, and so does
 * the warden when we are no more. */
#ifndef TCPLAB_LIVE_OUTLET_H
#define TCPLAB_LIVE_OUTLET_H

#include "live/gate.h"

enum {
	LINK_HEADER = 14,      /* Ethernet: to, from, what */
	ARRIVAL_MAX = 1 << 17, /* octets; what is larger is cut, and dropped */
};

struct outlet {
	enum gate_way way;
	unsigned interface;
	int in;
	int out[2]; /* raw IP sockets: IPv4, IPv6 */
};

/* Something came. `bytes` are in the caller's buffer. */
struct arrival {
	uint8_t *bytes;
	const uint8_t *link; /* what was before it */
	size_t len;
	uint16_t piece;  /* it is a super-packet of segments with so many octets of text; or 0 */
	bool unsummed;   /* its TCP checksum is the network card's to compute */
	bool is_of_ours; /* this machine sent it, from our address and port */
};

/* False where nothing waits. `size` is at least ARRIVAL_MAX. */
bool outlet_receive(const struct outlet *outlet, uint8_t *buffer, size_t size, struct arrival *out);
/* `link` goes before it where the way is GATE_OWN. False: the kernel refuses it. */
bool outlet_send(const struct outlet *outlet, const uint8_t *link, const uint8_t *datagram,
		 size_t len);

void outlet_init(struct outlet *outlet, enum gate_way way); /* without descriptors */
void outlet_close(struct outlet *outlet);

#endif
