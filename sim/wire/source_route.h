/* source_route.h — the way that a datagram's sender chose. RFC 791 §3.1, RFC 1122 §3.2.1.8.
 *
 * The header's destination is the next stop, an option lists those after it
 * and at last the true destination. A router that is a stop moves the option's
 * pointer on, sends the datagram to the next one, and leaves its own address
 * in the list. So at the end the list tells the way that was taken; read
 * backwards it is the way to answer. A loose route may pass other routers
 * between two stops, a strict one may not.
 *
 * IPv6 has no such thing: RFC 5095 took its routing header of type 0 away. */
#ifndef TCPLAB_WIRE_SOURCE_ROUTE_H
#define TCPLAB_WIRE_SOURCE_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/address.h"

enum {
	IP_OPTIONS_MAX = 40,
	ROUTE_STOPS_MAX = 9, /* as many addresses as 40 octets of options hold */
};

/* IPv4 addresses, in the order in which they are passed; neither the sender nor
 * the destination is one. What is not used is 0. */
struct source_route {
	uint8_t count; /* 0: no route */
	bool strict;
	uint8_t stops[ROUTE_STOPS_MAX][4];
};

/* False where an address is none of IPv4 or cannot be spoken to, or where there is no room. */
bool source_route_add(struct source_route *route, const struct address *stop);
bool source_route_eq(const struct source_route *a, const struct source_route *b);

/* Octets of options that a datagram with this route carries, a multiple of four. */
size_t source_route_len(const struct source_route *route);
/* Writes so many: the option as the sender writes it, with a padding octet behind it. The
 * header's destination is then the first stop. */
void source_route_emit(const struct source_route *route, const struct address *destination,
		       uint8_t *options);

/* The last address of a route that is not at its end, or NULL. An option with a
 * length that cannot be ends the search. */
const uint8_t *source_route_end(const uint8_t *options, size_t len);

/* From the options of a datagram of `peer` that arrived at the end of its route: the way
 * back. False where there is none. */
bool source_route_back(struct source_route *back, const uint8_t *options, size_t len,
		       const struct address *peer);

/* For a router that is the destination of an IPv4 header: puts the next stop there and its
 * own address into the route, and mends the checksum. False where no route goes on. */
bool source_route_advance(uint8_t *datagram, size_t len, const struct address *router,
			  bool *strict);

#endif
