/* link.h — a link of the virtual network, and what it does to packets.
 *
 * A link has two ways, one in each direction. On each way a packet passes
 *
 *     stages, in the order added    lose, duplicate, hold back, corrupt, mark
 *     the queue                     full: the packet is lost (drop-tail);
 *                                   long: it is marked, where it is ECN-capable
 *     the transmitter               len · 8 / rate, one packet after another
 *     the distance                  delay
 *
 * Which packets are a stage's victims is decided as they enter the way: "the
 * second SYN" is the second that was sent, whatever other stages do to them.
 *
 * All effects are events of the recording, with a sentence. Lengths count
 * the octets of the IP datagram; the time on the transmitter is rounded up
 * to whole nanoseconds. */
#ifndef TCPLAB_NET_LINK_H
#define TCPLAB_NET_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "net/parcel.h"
#include "net/stage.h"

struct link;
struct way;
struct world;

struct way_setup {
	nanos delay;
	int64_t rate;           /* bits per second; 0: no limit */
	uint32_t queue_packets; /* that may wait while another is being sent; 0: any number */
	uint32_t queue_octets;  /* the same in octets; 0: any number */
	uint32_t mark_packets;  /* an ECN-capable packet that finds so many waiting is marked; 0:
				   none */
	uint32_t mtu;           /* longest datagram; 0: 1500 */
	bool silent;            /* what is longer is dropped without a word: a black hole */
};

enum { WAY_STAGES_MAX = 64 };

enum { MTU_DEFAULT = 1500, MTU_MIN = 68, MTU_MAX = 65535 };

/* Adds a stage at the end of the way from node `from`; up to WAY_STAGES_MAX. */
void link_add_stage(struct link *link, unsigned from, const struct stage_setup *setup);

/* By hand, from now on; `from` is the node whose packets are meant. What has
 * left its transmitter arrives when it would have, and nothing overtakes it. */
void link_lose_next(struct link *link, unsigned from); /* one more */
void link_set_loss(struct link *link, unsigned from, uint32_t per_million);
void link_set_delay(struct link *link, unsigned from, nanos delay);

#endif
