/* parcel.h — a packet's bytes on their way, and the pool that they come from.
 *
 * A host takes a parcel, writes a datagram into it and hands it to its link;
 * from then on the link owns it. Whoever has a parcel last gives it back. The
 * pool grows in slabs and keeps what is given back, so that in the long run
 * no packet costs an allocation. Out of memory ends the program with a line
 * on stderr. */
#ifndef TCPLAB_NET_PARCEL_H
#define TCPLAB_NET_PARCEL_H

#include <stddef.h>
#include <stdint.h>

#include "base/nanos.h"

struct parcel {
	struct parcel *next; /* for whoever owns it */
	nanos time;          /* when it is due at the next place */
	nanos sent;          /* when it has left the transmitter, where it waits for one */
	uint64_t serial;     /* its turn among what is due at one instant */
	uint32_t packet;     /* its number in the recording, or EVENT_NONE */
	uint32_t len;        /* octets of the datagram */
	uint16_t from;       /* the node of the world that sent it … */
	uint16_t to;         /* … and the one it is addressed to */
	uint32_t hop;        /* routers passed */
	uint64_t victim_of;  /* stages of the way it is on that will act on it: bits */
	uint8_t bytes[];     /* parcel_pool.size of them */
};

struct parcel_pool {
	struct parcel *free;
	void *slabs;   /* chained through their first word */
	uint32_t size; /* room in a parcel */
	uint32_t out;  /* parcels taken and not given back */
	uint32_t made;
};

struct parcel_pool parcel_pool_of(uint32_t size);
void parcel_pool_free(struct parcel_pool *pool); /* and all parcels */

struct parcel *parcel_take(struct parcel_pool *pool);
void parcel_give_back(struct parcel_pool *pool, struct parcel *parcel);

#endif
