/* oracle.h — what RFC 9293 §3.10.7 says must happen when a segment arrives.
 *
 * A second opinion on the engine, written from the RFC's text alone: each of
 * its paragraphs is a small function, read again and not copied. Of the
 * product it knows how a segment is laid out, and nothing else: it has its
 * own states, its own arithmetic on the circle of sequence numbers, and it
 * keeps the receive window as what it is, a row of octets that have arrived
 * or have not. Slow and plain on purpose.
 *
 * Where the RFC leaves a choice to the implementation, the oracle takes one
 * and says so in a comment that begins with "Reading:". Where the engine
 * means not to follow the text, that is in tests/departures.c, and not here. */
#ifndef TCPLAB_TESTS_ORACLE_H
#define TCPLAB_TESTS_ORACLE_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/segment.h"

enum oracle_state {
	IN_CLOSED,
	IN_LISTEN,
	IN_SYN_SENT,
	IN_SYN_RECEIVED,
	IN_ESTABLISHED,
	IN_FIN_WAIT_1,
	IN_FIN_WAIT_2,
	IN_CLOSE_WAIT,
	IN_CLOSING,
	IN_LAST_ACK,
	IN_TIME_WAIT,
	ORACLE_STATES,
};

const char *oracle_state_name(enum oracle_state state);

/* What is at a place of the receive window. */
enum oracle_place { PLACE_EMPTY, PLACE_TEXT, PLACE_FIN };

enum { ORACLE_WINDOW = 64, ORACLE_TEXT = 128 }; /* the largest that are looked at */

/* The abstract TCB: §3.3.1, and how the host is set up. */
struct oracle {
	enum oracle_state state;
	bool passive;  /* the connection came from a passive OPEN */
	bool rfc5961;  /* profile: the mitigations of RFC 5961 */
	bool rfc1337;  /* profile: TIME-WAIT ignores RST */
	bool stamps;   /* profile: offers timestamps, RFC 7323 */
	bool stamped;  /* timestamps were agreed on */
	bool fin_sent; /* our FIN is the last that was sent: SND.NXT−1 */
	uint32_t iss;
	uint32_t una;
	uint32_t nxt;
	uint32_t wnd;
	uint32_t max_wnd;
	uint32_t wl1;
	uint32_t wl2;
	uint32_t rcv_nxt;
	uint32_t rcv_wnd;
	uint32_t unread;   /* octets before RCV.NXT that the user has not taken */
	bool fin_received; /* RCV.NXT has passed it */
	bool urgent;       /* rcv_up means something */
	uint32_t rcv_up;
	uint32_t ts_recent;
	uint32_t last_ack_sent;
	uint32_t buffer;                        /* what a new connection's window is */
	enum oracle_place place[ORACLE_WINDOW]; /* [i]: RCV.NXT+i */
};

enum oracle_reply { REPLY_NONE, REPLY_ACK, REPLY_SYN_ACK, REPLY_RST };

enum oracle_signal {
	SIGNAL_CONNECTED = 1 << 0,
	SIGNAL_TEXT = 1 << 1,
	SIGNAL_CLOSING = 1 << 2, /* "connection closing" */
	SIGNAL_URGENT = 1 << 3,
	SIGNAL_RESET = 1 << 4,   /* "connection reset" */
	SIGNAL_REFUSED = 1 << 5, /* "connection refused" */
	SIGNAL_OVER = 1 << 6,    /* CLOSED without an error */
};

struct oracle_answer {
	struct oracle tcb; /* afterwards */
	enum oracle_reply reply;
	uint32_t seq; /* of the reply */
	uint32_t ack;
	uint16_t flags;
	unsigned signals;
	bool accepted[ORACLE_TEXT]; /* which octets of the segment's text are kept */
	bool wait_restarts;         /* the 2·MSL of TIME-WAIT begins (again) */
	bool new_connection;        /* ISS must be chosen; `iss` and the reply's SEQ are not said */
};

/* Timestamps aside, a segment with its numbers as they are on the wire. */
struct oracle_answer oracle_arrives(const struct oracle *tcb, const struct segment *seg);

/* How far `number` lies beyond `from`, on the circle. */
int64_t oracle_beyond(uint32_t from, uint32_t number);

#endif
