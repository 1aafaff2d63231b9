/* sharing.h — what a host remembers of its peers from one connection to the
 * next: RFC 9040, "temporal sharing".
 *
 * The host owns this value, hands it to every turn, and looks at nothing in
 * it; the engine alone writes it. It holds no pointers. All 0: nothing is
 * remembered. The one that was not used for longest makes room for another. */
#ifndef TCPLAB_TCP_SHARING_H
#define TCPLAB_TCP_SHARING_H

#include <stdint.h>

#include "base/nanos.h"
#include "wire/address.h"

enum { SHARED_MAX = 64 };

struct shared_peer {
	struct address address;
	uint8_t ecn_failures; /* in a row: ecn_fallback.c */
	uint16_t mtu;         /* PMTU, where it is less than the interface's; 0: it was not */
	uint32_t ssthresh;    /* 0: it never came down */
	uint64_t used;        /* the count of uses when it was used last */
	nanos saved_at;
	nanos srtt; /* 0: none was measured */
	nanos rttvar;
	nanos raise_at;      /* of `mtu`: when more is to be tried */
	nanos ecn_failed_at; /* the last of them */
};

struct sharing {
	uint64_t uses;
	uint32_t count;
	uint32_t zero;
	struct shared_peer peers[SHARED_MAX];
};

#endif
