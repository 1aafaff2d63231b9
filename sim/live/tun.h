/* tun.h — a TUN device: an interface whose wire is a file descriptor. What the
 * kernel sends there we read, and what we write arrives at it.
 *
 * The kernel's end and ours are two addresses of one small network, from the
 * block for tests between devices (RFC 2544 §12.2) and from a unique local
 * prefix (RFC 4193). The device and its addresses go away with the last copy of
 * the descriptor. */
#ifndef TCPLAB_LIVE_TUN_H
#define TCPLAB_LIVE_TUN_H

#include <stdint.h>

#include "base/error.h"
#include "wire/address.h"

enum { TUN_NAME_MAX = 16 };

struct tun {
	int fd;
	uint16_t mtu;
	char name[TUN_NAME_MAX];
	struct address kernels[2]; /* IPv4, IPv6 */
	struct address ours[2];
};

/* Needs CAP_NET_ADMIN in the network namespace. Not blocking. */
bool tun_open(struct tun *tun, struct error *err);

/* Whether it is an address of such a network. */
bool tun_leads_to(const struct address *address);

enum { TUN_ROUTES_MAX = 512 };

/* A network that somebody else has drawn: the kernel is one of its hosts. */
struct tun_network {
	struct address kernels[2];             /* version 0 where there is none */
	struct address routes[TUN_ROUTES_MAX]; /* of the others */
	unsigned route_count;
	uint16_t mtu;
	bool merges; /* before each datagram there is a struct virtio_net_hdr */
};

/* The same, with its addresses. `ours` of *tun are then nobody's. */
bool tun_open_network(struct tun *tun, const struct tun_network *network, struct error *err);

#endif
