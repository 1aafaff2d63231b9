/* neighbour.h — whose hardware address an IP address has on a link: ARP (RFC
 * 826, RFC 5227) and neighbour discovery (RFC 4861). Messages alone, as frames;
 * who is known is in neighbours.h. */
#ifndef TCPLAB_LIVE_NEIGHBOUR_H
#define TCPLAB_LIVE_NEIGHBOUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/address.h"

enum {
	MAC_LEN = 6,
	NEIGHBOUR_FRAME_MAX = 86, /* octets of what is written here */
};

struct neighbour_message {
	bool asks;             /* otherwise it tells */
	struct address sender; /* version 0: one that only looks whether `target` is taken */
	uint8_t mac[MAC_LEN];  /* the sender's */
	struct address target; /* who is asked for */
};

/* False where it is no such message, or a wrong one. */
bool neighbour_read(const uint8_t *frame, size_t len, struct neighbour_message *out);

/* Each writes a frame of ours, and returns its length. */
/* Who has `target`? With `ours` of version 0: is it taken? */
size_t neighbour_ask(uint8_t out[NEIGHBOUR_FRAME_MAX], const uint8_t mac[MAC_LEN],
		     const struct address *ours, const struct address *target);
/* We have `ours`. To whom asked, or with NULL to the whole link. */
size_t neighbour_tell(uint8_t out[NEIGHBOUR_FRAME_MAX], const uint8_t mac[MAC_LEN],
		      const struct address *ours, const struct neighbour_message *asked);

#endif
