/* route.h — which way this machine would send to an address, and who it is on
 * a link. Asked of the kernel; nothing is changed. */
#ifndef TCPLAB_LIVE_ROUTE_H
#define TCPLAB_LIVE_ROUTE_H

#include <stdint.h>

#include "base/error.h"
#include "wire/address.h"

enum { INTERFACE_NAME_MAX = 16 };

struct route {
	unsigned interface;    /* its index */
	struct address source; /* ours there */
	struct address
		gateway;  /* version 0: the address is on the link itself, or it is not told */
	bool is_local;    /* the address is this machine's */
	bool is_for_many; /* broadcast or multicast */
};

/* `interface` 0: any. False with a sentence where no way leads there. */
bool route_to(const struct address *to, unsigned interface, struct route *out, struct error *err);

struct interface {
	unsigned index;
	char name[INTERFACE_NAME_MAX];
	uint8_t mac[6];
	bool is_ethernet;
	uint16_t mtu;                /* 65,535 where it is more: no datagram is longer */
	struct address addresses[2]; /* IPv4, IPv6; one for the world before one of the link */
	uint8_t prefix[2];           /* bits of each that are the link's */
};

/* Of that index; with 0 the one of that name; with "" the default route's, or the first
 * that is up, loopback last. */
bool interface_find(unsigned index, const char *name, struct interface *out, struct error *err);
/* As it is now; 0: it is not known. */
uint16_t interface_mtu(const char *name);

#endif
