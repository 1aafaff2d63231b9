/* outlet.h — the descriptors through which the datagrams of a gate go: raw
 * sockets, an AF_PACKET socket, or a TUN device. The gate uses them, and so does
 * the warden when we are no more. */
#ifndef TCPLAB_LIVE_OUTLET_H
#define TCPLAB_LIVE_OUTLET_H

#include "live/arrival.h"
#include "live/gate.h"

struct outlet {
	enum gate_way way;
	unsigned interface;
	int in;
	int out[2]; /* raw IP sockets: IPv4, IPv6 */
};

/* False where nothing waits. `size` is at least ARRIVAL_MAX. */
bool outlet_receive(const struct outlet *outlet, uint8_t *buffer, size_t size, struct arrival *out);
/* `link` goes before it where the way is GATE_OWN. False: the kernel refuses it. */
bool outlet_send(const struct outlet *outlet, const uint8_t *link, const uint8_t *datagram,
		 size_t len);

/* What there was no room for since this was asked last. */
uint64_t outlet_lost(const struct outlet *outlet);

void outlet_init(struct outlet *outlet, enum gate_way way); /* without descriptors */
void outlet_close(struct outlet *outlet);

#endif
