/* captured_profile.h — how a captured host's TCP is configured, as its
 * segments show.
 *
 * Taken from its SYN: the MSS, window scale, SACK and timestamps it offers,
 * its initial sequence number, and its first window for a receive buffer. Nagle's
 * algorithm is off if it ever sent a small segment while others were under way.
 * What no segment shows is as in the profile "linux". Without its SYN, options
 * are those that the other's SYN,ACK answers or, without that too, those seen
 * in use; and the scale is the least one under which the other end never sent
 * beyond the window. */
#ifndef TCPLAB_SOURCE_CAPTURED_PROFILE_H
#define TCPLAB_SOURCE_CAPTURED_PROFILE_H

#include "source/captured.h"
#include "tcp/profile.h"

struct captured_profile {
	struct profile profile;
	uint32_t largest_window; /* that it ever offered, in octets */
	bool from_syn;           /* otherwise from what is seen in use */
};

void captured_profiles(struct captured_profile out[SIDES], const struct captured *captured);

#endif
