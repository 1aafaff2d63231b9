/* two_ends.h — two engines face to face, for tests of what only two can do
 * wrong. What one sends arrives at the other at once and in order, unless
 * `lose` says no. tcp_check() is called after every step. */
#ifndef TCPLAB_TESTS_TWO_ENDS_H
#define TCPLAB_TESTS_TWO_ENDS_H

#include "tcp/tcp.h"

struct two_ends {
	struct tcb tcb[2]; /* 0 opens, 1 listens */
	struct held held[2];
	struct sent_record records[2][300];
	struct profile profile[2];
	nanos now;
	uint16_t mtu;         /* of both interfaces; 0: 1500 */
	unsigned segments[2]; /* that each has sent */
	uint64_t octets[2];   /* that each had to keep */
	/* Whether segment number `n` of `from` gets lost; NULL: none does. */
	bool (*lose)(int from, unsigned n, const struct segment *seg);
};

/* Profile "plain" for both; change it before the next call. */
struct two_ends two_ends(void);
void ends_open(struct two_ends *e);
/* Until both have nothing more to send now; returns how many segments that took. */
unsigned ends_talk(struct two_ends *e);
/* Timers that are due fire, and what follows from them is sent. */
unsigned ends_pass_ms(struct two_ends *e, int64_t ms);
uint32_t ends_send(struct two_ends *e, int who, uint32_t len); /* how many were taken */
uint32_t ends_receive(struct two_ends *e, int who, uint32_t max);

#endif
