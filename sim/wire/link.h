/* link.h — from a captured frame to the IP datagram in it.
 *
 * Link types as libpcap numbers them: Ethernet (with up to 8 VLAN tags),
 * BSD loopback, raw IP, Linux cooked v1 and v2. */
#ifndef TCPLAB_WIRE_LINK_H
#define TCPLAB_WIRE_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_RAW_BSD = 12,
	LINK_RAW_OPENBSD = 14,
	LINK_RAW = 101,
	LINK_LOOP = 108,
	LINK_COOKED = 113,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_COOKED2 = 276,
};

bool link_is_known(int link_type);

/* Offset of the IP header in the frame, or −1 where the frame holds none
 * (ARP, too short, another protocol, another link type). */
int link_ip_offset(int link_type, const uint8_t *frame, size_t len);

#endif
