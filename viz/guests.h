/* guests.h — who takes part beside the two hosts that a page follows: further
 * hosts, those who forge segments, routers that complain.
 *
 * A packet between one of the two and somebody else belongs to the page as
 * well. In a capture nobody knows where a packet really came from: there are
 * no guests. Plain values. */
#ifndef TCPLAB_VIZ_GUESTS_H
#define TCPLAB_VIZ_GUESTS_H

#include "viz/focus.h"

enum { GUESTS_MAX = 3 };

struct guest {
	char name[32];
	struct address router; /* version 0: it is a host */
	uint8_t host;          /* that one */
	uint32_t heard[SIDES]; /* packets with either of the two, of the first */
};

/* Where there are more, the last stands for all others. */
struct guests {
	struct guest all[GUESTS_MAX];
	unsigned count;
	bool others;
};

/* Those of the first packets of a recording. */
void guests_find(struct guests *g, const struct recording *r, const struct focus *f);

/* The guest at the other end of this packet, who is added where there is room;
 * −1: there is none, or the page does not show it. */
int guests_meet(struct guests *g, const struct recording *r, const struct focus *f,
		const struct packet_record *p, struct passage *passage);

#endif
