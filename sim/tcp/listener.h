/* listener.h — what a connection in LISTEN keeps beside its TCB, so that many
 * SYNs cannot use up the host. RFC 4987.
 *
 * The caller owns these values, one of each for all that came from the same
 * passive OPEN, and hands them to each turn; the engine alone writes them,
 * but for `untaken`. They hold no pointers. */
#ifndef TCPLAB_TCP_LISTENER_H
#define TCPLAB_TCP_LISTENER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "base/seq.h"
#include "wire/address.h"

/* A handshake that has begun and is no connection yet: all that is needed of
 * the SYN in order to answer it, and to go on when the ACK comes. */
struct half_open {
	struct endpoint remote;
	struct endpoint local;
	struct seq irs;
	struct seq iss;
	uint32_t serial;   /* in the order of arrival */
	uint8_t signature; /* enum signature_kind, and TCP-AO's keys as struct signing has them */
	uint8_t send_id;
	uint8_t receive_id;
	uint8_t zero;
	uint32_t ts_val; /* the SYN's options, as far as `has` of wire/options.h says … */
	uint16_t has;    /* … and of those only what we can speak about */
	uint16_t mss;
	uint16_t wnd;
	uint16_t flags; /* of the SYN */
	uint8_t shift;
	uint8_t sent;  /* SYN,ACKs so far */
	bool waits;    /* a SYN,ACK is to be sent */
	bool kept;     /* the place is taken; never so of one that a cookie is for */
	nanos sent_at; /* the first SYN,ACK */
	nanos due;     /* when the next one goes, or the place is given up */
};

/* RFC 4987 §3.5. The bucket is chosen by a hash under the host's secret, so
 * that nobody can aim at one. */
enum { SYN_CACHE_BUCKETS = 16, SYN_CACHE_BUCKET = 8 };
enum { SYN_CACHE_MAX = SYN_CACHE_BUCKETS * SYN_CACHE_BUCKET };

struct syn_cache {
	uint32_t count;                         /* places taken */
	uint32_t waiting;                       /* of these, with a SYN,ACK to be sent … */
	uint32_t first;                         /* … none of which stands before this place */
	uint32_t serial;                        /* of the next SYN */
	struct half_open places[SYN_CACHE_MAX]; /* bucket by bucket */
};

struct listener {
	uint32_t half_open;         /* connections in SYN-RECEIVED */
	uint32_t untaken;           /* established, but the application has not taken them yet */
	uint32_t fast_open_pending; /* of half_open, text was taken with the SYN … */
	uint32_t fast_open_resets;  /* … and so many of these ended in a RST lately: */
	nanos resets_until;         /* they count until then, RFC 7413 §5.1 */
	nanos cookies_until;        /* an ACK may bring back one of our cookies until then */
	struct half_open cookie;    /* the SYN that is being answered with one */
};

#endif
