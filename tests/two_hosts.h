/* two_hosts.h — a client and a server without a network: what they send lies on
 * the wire until carry() brings it to the other side.
 *
 *     struct two_hosts b;
 *
 *     hosts_begin(&b, HOSTS_RECORDED);
 *     listen_at(&b, 80, 0);
 *     client = connect_to(&b, 0, 80);
 *     carry(&b);
 *     hosts_end(&b);
 *
 * Profile "plain", MSS 1000. Their applications note what they hear. */
#ifndef TCPLAB_TESTS_TWO_HOSTS_H
#define TCPLAB_TESTS_TWO_HOSTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "net/host.h"
#include "wire/packet.h"

enum {
	HOSTS_RECORDED = 1,
	HOSTS_WITH_IPV6 = 2, /* they have both kinds of addresses */
	HOSTS_WIRE_MAX = 256,
	HOSTS_HEARD_MAX = 1024,
};

struct two_hosts {
	struct recording *recording; /* or NULL */
	bool with_ipv6;
	struct parcel_pool pool;
	struct host *hosts[2]; /* 0 is the client, 1 the server */
	struct parcel *wire[HOSTS_WIRE_MAX];
	unsigned sent;   /* parcels on the wire */
	unsigned passed; /* of these, carried to the other side */
	enum notice heard[HOSTS_HEARD_MAX];
	uint32_t heard_of[HOSTS_HEARD_MAX]; /* the connection's number */
	unsigned heard_count;
	uint32_t accepted_conn;
	uint32_t accepted_listener;
	uint8_t delivered[70000];
	int64_t delivered_len;
	nanos now;
};

void hosts_begin(struct two_hosts *b, unsigned flags);
/* In the client's place; without a recording, which keeps the hosts that it has. */
void hosts_new_client(struct two_hosts *b, const struct profile *profile);
void hosts_end(struct two_hosts *b);

/* 10.0.0.n and fd00::n; the client is 1, the server 2. */
struct address four(uint8_t n);
struct address six(uint8_t n);
struct endpoint server_port(uint16_t port); /* over IPv4 */

/* The server's passive OPEN, and the client's active one over IPv4. */
uint32_t listen_at(struct two_hosts *b, uint16_t port, unsigned flags);
uint32_t connect_to(struct two_hosts *b, uint16_t from, uint16_t port);

/* Carries what is on the wire to the other side, and what that answers, until
 * all is quiet. */
void carry(struct two_hosts *b);
struct packet on_the_wire(const struct two_hosts *b, unsigned n);

unsigned state_of(const struct two_hosts *b, unsigned host, uint32_t conn);
/* Anybody's application, since it was forgotten last: heard_count = 0. */
bool was_told(const struct two_hosts *b, enum notice notice);
/* What an application does with a notice unless the test has one of its own. */
void hosts_hear(void *user, nanos now, uint32_t conn, uint64_t tag, enum notice notice);

#endif
