/* pair.h — two engines and a bad network between them. A seed is a network,
 * two profiles and two applications.
 *
 *     pair_begin(&p, seed, PAIR_TEXT_MAX);
 *     pair_open(&p);
 *     while (pair_step(&p))
 *             …
 *
 * Nobody gives up, whatever is lost. tcp_check() is called after every step,
 * and no octet may be kept twice. */
#ifndef TCPLAB_TESTS_PAIR_H
#define TCPLAB_TESTS_PAIR_H

#include "base/random.h"
#include "tcp/tcp.h"

enum { PAIR_FLIGHT_MAX = 4096, PAIR_TEXT_MAX = 30000, PAIR_RECORDS = 200 };

struct flying {
	nanos at;
	struct segment seg;
	int64_t offset;
	int to;
	bool used;
	uint8_t ecn; /* enum ecn_codepoint */
};

/* Where a connection can be. */
struct pair_room {
	struct tcb tcb;
	struct held held;
	struct sent_record records[PAIR_RECORDS];
};

struct side {
	struct tcb *tcb; /* in one of its rooms */
	struct sent_record *records;
	struct held *held;
	struct pair_room rooms[2];
	struct profile profile;
	uint32_t to_send; /* octets that the application still wants to send */
	uint32_t total;
	bool closes_first;
	bool closed;
	uint8_t seen[PAIR_TEXT_MAX];
	uint32_t delivered;
};

struct pair {
	struct random chance;
	struct side sides[2];
	struct flying flight[PAIR_FLIGHT_MAX];
	unsigned high; /* entries in use lie below */
	nanos now;
	uint32_t loss; /* per million */
	uint32_t doubled;
	uint32_t marked; /* of what is ECN-capable; and some codepoints are garbled */
	uint8_t ecn;     /* of what is sent now */
	nanos delay;
	nanos jitter;
	uint64_t said; /* a hash of all that was sent so far, and when */
};

/* Each application sends fewer than `text` octets. */
void pair_begin(struct pair *p, uint64_t seed, uint32_t text);
void pair_open(struct pair *p);
/* The next thing that happens, a segment or a timer; false where nothing will. */
bool pair_step(struct pair *p);

#endif
