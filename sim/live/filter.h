/* filter.h — programs for the kernel's packet filter: what of a link's traffic
 * a socket is for. The rest never reaches us, nor whoever has the descriptor
 * after us: the filter is locked. */
#ifndef TCPLAB_LIVE_FILTER_H
#define TCPLAB_LIVE_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/address.h"

/* Of frames, TCP to the port of one of the addresses (version 0: none),
 * from `remote` alone where that is given, and ICMP to them; and of what this machine itself
 * sends, RSTs from that port. */
bool filter_for_port(int socket, const struct address addresses[2], uint16_t port,
		     const struct endpoint *remote);
/* What is for an address of our own, and what finds it. */
bool filter_for_address(int socket, const struct address *address);
/* Nothing at all. */
bool filter_everything(int socket);

#endif
