/* ecn.h — the ECN field of the IP header: the two lowest bits of IPv4's type
 * of service and of IPv6's traffic class. RFC 3168 §5, Figure 1. */
#ifndef TCPLAB_WIRE_ECN_H
#define TCPLAB_WIRE_ECN_H

#include <stdbool.h>
#include <stdint.h>

enum ecn_codepoint {
	NOT_ECT = 0, /* not ECN-capable: congestion loses it */
	ECT1 = 1,    /* ECN-capable transport, ECT(1) */
	ECT0 = 2,    /* ECN-capable transport, ECT(0): what TCP uses */
	CE = 3,      /* congestion experienced: a router says so */
	ECN_MASK = 3,
};

/* "Not-ECT", "ECT(1)", "ECT(0)", "CE". */
const char *ecn_codepoint_name(enum ecn_codepoint codepoint);

/* What a router reads and writes in a datagram of at least an IP header: the
 * codepoint, and CE in its place with IPv4's header checksum kept right. */
enum ecn_codepoint ecn_of_datagram(const uint8_t *datagram);
void ecn_mark_datagram(uint8_t *datagram);

static inline bool ecn_is_capable(enum ecn_codepoint codepoint)
{
	return codepoint == ECT0 || codepoint == ECT1;
}

#endif
