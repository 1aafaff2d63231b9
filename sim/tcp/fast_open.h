/* fast_open.h — text on the SYN. RFC 7413.
 *
 * A client that once got a cookie from a server may send it back with its next
 * SYN, and text beside it: the server gives that to its application before the
 * handshake is done. What a host remembers of servers is a value that the
 * caller owns, bounded, and hands to each turn. */
#ifndef TCPLAB_TCP_FAST_OPEN_H
#define TCPLAB_TCP_FAST_OPEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "wire/address.h"
#include "wire/options.h"

enum { FAST_OPEN_SERVERS = 16, FAST_OPEN_COOKIE_LEN = 8 };

struct fast_open_server {
	struct address address; /* version 0: the place is free */
	uint8_t cookie_len;     /* 0: none yet */
	uint16_t mss;           /* that the server announced, §4.1.3 */
	uint32_t serial;        /* of when it was used last */
	uint8_t cookie[FAST_OPEN_COOKIE_MAX];
	nanos avoid_until; /* §4.1.3.1: no Fast Open before that */
};

struct fast_open_cache {
	uint32_t serial;
	uint32_t zero;
	struct fast_open_server servers[FAST_OPEN_SERVERS];
};

enum fast_open_role {
	FAST_OPEN_OFF,
	FAST_OPEN_ASKS,  /* client: its SYN asks for a cookie */
	FAST_OPEN_SENDS, /* client: its SYN has a cookie, and text */
	FAST_OPEN_TAKES, /* server, in SYN-RECEIVED: the text was given to the application */
	FAST_OPEN_TAKEN, /* client, afterwards: the peer took the text of our SYN */
	FAST_OPEN_TOOK,  /* server, afterwards: we took that of the peer's … */
	FAST_OPEN_KNOWN, /* … or there was none, but the cookie was good */
};

/* In the TCB. */
struct fast_open_variables {
	uint16_t syn_text; /* octets that went with our SYN */
	uint8_t role;      /* enum fast_open_role */
	bool gives;        /* server: our SYN,ACK has a cookie */
};

#endif
