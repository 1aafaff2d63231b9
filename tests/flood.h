/* flood.h — a server, and anybody who sends to it: datagrams with any source
 * arrive at a host that has no network.
 *
 *     struct flood f;
 *     flood_begin(&f, &profile, 4, 0);
 *     for (uint32_t n = 0; n < 1000; n++)
 *             flood_syn(&f, n);
 *     assert_true(flood_client(&f, 1, 50));
 *     flood_end(&f);                                                      */
#ifndef TCPLAB_TESTS_FLOOD_H
#define TCPLAB_TESTS_FLOOD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "net/host.h"
#include "wire/packet.h"

struct flood {
	struct host *server; /* listens at port 80, 10.0.0.2 or 2001:db8::2 */
	struct parcel_pool pool;
	struct endpoint local;
	nanos now;
	uint64_t answers;   /* segments that the server sent */
	struct packet last; /* of them */
	unsigned accepted;  /* so often a connection was given to the application */
	uint32_t conn;      /* the last of these */
	unsigned in_line;
	uint32_t isn;     /* of flood_client(), 7000 where nobody sets it */
	unsigned notices; /* all that were heard */
};

/* `version` 4 or 6; `flags` of host_open_passive(). */
void flood_begin(struct flood *f, const struct profile *profile, int version, unsigned flags);
void flood_end(struct flood *f);

/* The nth of very many that nobody ever sent. */
struct endpoint flood_source(const struct flood *f, uint32_t n);
/* The segment arrives from there; its ports are filled in. */
void flood_arrives(struct flood *f, const struct endpoint *from, const struct segment *seg,
		   const char *text);
void flood_syn(struct flood *f, uint32_t n);
void flood_pass_ms(struct flood *f, int64_t ms);

/* What `from` and the server have between them, or NULL. */
const struct tcb *flood_connection(const struct flood *f, const struct endpoint *from);
/* An honest peer: SYN, and when the SYN,ACK comes, an ACK with "hello". True where it is
 * connected then. `meanwhile` SYNs of others arrive before the ACK does. */
bool flood_client(struct flood *f, uint16_t port, uint32_t meanwhile);

#endif
