/* side.h — one of the two TCPs that are tried out: the kernel's or ours.
 *
 * Both take the same calls and the same datagrams, and answer at once. */
#ifndef TCPLAB_TESTS_DIFF_SIDE_H
#define TCPLAB_TESTS_DIFF_SIDE_H

#include "tests/diff/peer.h"

enum { DATAGRAM_MAX = 2048 };

struct side_functions {
	const char *name;
	void (*begin)(void *who, const struct plan *plan);
	/* In one word or two: "done", "sent 100", "got 20 #1f", "nothing", "end", "reset". */
	void (*call)(void *who, const struct step *step, char words[WORDS_MAX]);
	void (*arrives)(void *who, const uint8_t *datagram, size_t len);
	/* The next datagram that it sends; 0: there is none. */
	size_t (*next)(void *who, uint8_t datagram[DATAGRAM_MAX]);
	/* Takes a connection that waits for it. */
	bool (*accept)(void *who);
	/* Of what a segment of the peer meets, a listener included. */
	enum tcp_state (*state)(void *who);
	void (*end)(void *who);
};

struct side {
	const struct side_functions *functions;
	void *who;
	const struct address *addresses; /* IPv4, IPv6 */
};

struct tun;
struct side side_kernel(const struct tun *tun);
struct side side_engine(const struct address addresses[2]);
void side_engine_free(void);

/* What is given to SEND, for both the same: octets from `offset` on. */
const uint8_t *side_text(uint64_t offset);

#endif
