/* first_hop.h — to whom this machine's kernel gives what is for an address beyond
 * a link.
 *
 * No two systems tell it alike. So a datagram is sent through the kernel, UDP, empty, and with
 * a hop limit of one: the first router drops it. Its frame is for that router. */
#ifndef TCPLAB_LIVE_FIRST_HOP_H
#define TCPLAB_LIVE_FIRST_HOP_H

#include <pcap/pcap.h>

#include "live/neighbour.h"
#include "live/route.h"

/* `pcap` captures on that link; its filter is another one afterwards. */
bool first_hop(pcap_t *pcap, const struct interface *link, const struct address *to,
	       uint8_t hop[MAC_LEN], struct error *err);

#endif
