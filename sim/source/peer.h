/* peer.h — the other ends of our connections: whose TCP is not ours, as a recording shows them. */
#ifndef TCPLAB_SOURCE_PEER_H
#define TCPLAB_SOURCE_PEER_H

#include "source/follower.h"

struct peer {
	struct follower follower;
	struct endpoint ours;
	struct endpoint theirs;
	nanos sent_at; /* our newest datagram, until something came back; −1: none */
	uint8_t host;  /* in the recording */
	bool speaks;   /* it has sent something: its follower knows how it begins */
	bool is_known; /* there is a follower */
};

/* A datagram of ours on its way. */
struct under_way {
	struct peer *to;
	struct packet packet;
	nanos left;
	uint32_t number; /* in the recording */
	bool arrived;
};

struct peers {
	struct recording *recording;
	struct peer **all;
	uint32_t count;
	uint32_t capacity;
	uint32_t *table; /* by both endpoints: a number in `all`, plus 1; 0 is empty */
	uint32_t table_size;
	struct under_way *queue; /* in the order in which they left */
	uint32_t first;
	uint32_t queued; /* after the last */
	uint32_t queue_capacity;
};

void peers_free(struct peers *peers);

/* The newest connection between these endpoints; where there is none, or a SYN begins
 * another, a new one. */
struct peer *peers_find(struct peers *peers, const struct endpoint *ours,
			const struct endpoint *theirs);

/* The one that the packet is for, where it is `ours`, or else of. */
struct peer *peers_of(struct peers *peers, const struct packet *packet, bool ours);

/* A datagram of ours leaves for it. */
void peer_will_get(struct peers *peers, struct peer *peer, nanos now, const struct packet *packet,
		   uint32_t number);
/* The first of those under way of whose peer it is known how it begins; NULL: there is none. */
struct under_way *peers_next(struct peers *peers);
void peer_gets(struct peers *peers, struct under_way *which, nanos now);
/* It will never arrive: what was sent later has, and this has not. */
void peer_misses(struct peers *peers, struct under_way *which, nanos now);

/* The peer is seen to send. Returns the packet's number in the recording. */
uint32_t peer_sends(struct peers *peers, struct peer *peer, nanos now, const struct packet *packet);

#endif
