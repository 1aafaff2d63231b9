/* focus.h — which two hosts a page follows, and how their ends stand.
 *
 * A page shows two hosts: the client left, the server right. In a recording
 * of many hosts or connections the reader chooses; a view asks here whether
 * something belongs to what is followed. Plain values. */
#ifndef TCPLAB_VIZ_FOCUS_H
#define TCPLAB_VIZ_FOCUS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/side.h"
#include "record/recording.h"
#include "viz/cursor.h"

struct focus {
	uint8_t host[SIDES];  /* the same one twice where there is but one */
	uint32_t conn[SIDES]; /* follow these; EVENT_NONE: the newest that there is */
};

/* The first two hosts between which a segment was sent, the one that sent it
 * as the client; all connections between them. */
struct focus focus_of_recording(const struct recording *r);

/* This connection alone. The client is the end that opened it actively, as
 * far as is known. */
struct focus focus_of_conn(const struct recording *r, uint32_t conn);

/* On which side a host stands; false where it is not followed. */
bool focus_side(const struct focus *f, uint8_t host, enum side *side);

/* A packet between one of the two and somebody else. */
struct passage {
	enum side side; /* of the one of the two … */
	bool inward;    /* … to whom it goes, or who sent it */
	bool by_router; /* a router's message */
	bool forged;    /* in somebody else's name */
	uint8_t host;   /* the other, where it is no router */
};

/* Where one connection is followed, only what is said about that one. */
bool focus_passage(const struct recording *r, const struct focus *f, const struct packet_record *p,
		   struct passage *out);

/* Whether an event belongs to what is followed, and on which side it
 * happened. Captions belong to everyone and stand on the client's side; what
 * somebody else sends or gets, on the side opposite to the one whom he speaks
 * to. */
bool focus_holds(const struct recording *r, const struct focus *f, const struct event *event,
		 enum side *side);

/* One end of the connection at a position. */
struct end {
	bool exists;          /* there is a TCB */
	bool inferred;        /* concluded from a capture, not observed */
	uint32_t conn;        /* EVENT_NONE where it does not exist */
	enum tcp_state state; /* CLOSED where it does not exist */
	struct tcb tcb;       /* where it exists */
};

void focus_end(const struct recording *r, const struct focus *f, enum side side, struct cursor c,
	       struct end *out);

/* "Client": the host's name; where it has none, which side it is. */
const char *focus_name(const struct recording *r, const struct focus *f, enum side side);

#endif
