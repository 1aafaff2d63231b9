/* script.h — applications: short scripts that drive a host's connections.
 *
 * A script is a list of steps. A step has a trigger (a time, or something
 * that its connection heard) and an action. The steps that follow a "listen"
 * or "connect", up to the next of these, are about the connection that it
 * makes: each accepted connection goes through them on its own.
 *
 * A step without a trigger follows the one before it, when that is done: a
 * SEND is done when all its octets have found room in the send buffer. Steps
 * with a trigger are independent of each other and happen once. A CLOSE
 * waits for the SENDs that were begun before it.
 *
 * Every connection reads all that arrives at once, until a "read" says
 * otherwise. It goes on reading after its own CLOSE, and reads even when the
 * connection is over what had arrived by then; only a connection that is reset
 * or aborted loses it. */
#ifndef TCPLAB_NET_SCRIPT_H
#define TCPLAB_NET_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "net/world.h"
#include "wire/segment.h"

enum script_trigger {
	SCRIPT_FOLLOWS,   /* the step before it is done; the first step: time 0 */
	SCRIPT_AT,        /* a time */
	SCRIPT_CONNECTED, /* the connection was established */
	SCRIPT_RECEIVED,  /* so many octets were read in all */
	SCRIPT_CLOSING,   /* the peer has closed its side, and all it sent is read */
	SCRIPT_ENDED,     /* the connection is over */
	SCRIPT_TRIGGER_COUNT,
};

enum script_action {
	SCRIPT_LISTEN,
	SCRIPT_CONNECT,
	SCRIPT_SEND,
	SCRIPT_READ,
	SCRIPT_ECHO, /* send back all that is read */
	SCRIPT_CLOSE,
	SCRIPT_ABORT,
	SCRIPT_BUFFER, /* room for so many octets that were not read */
	SCRIPT_REBOOT, /* the host; only at a time */
	SCRIPT_FORGE,  /* a segment in someone else's name; only at a time */
	SCRIPT_ACTION_COUNT,
};

enum script_reading { SCRIPT_READ_ALL, SCRIPT_READ_NOTHING, SCRIPT_READ_SLOWLY };

struct script_step {
	uint8_t trigger;
	uint8_t action;
	uint8_t reading;  /* of SCRIPT_READ, and from the start of SCRIPT_LISTEN and SCRIPT_CONNECT
			   */
	bool once;        /* SCRIPT_LISTEN: for one connection */
	bool urgent;      /* SCRIPT_SEND */
	uint16_t port;    /* SCRIPT_LISTEN; SCRIPT_CONNECT: our own, 0 for any */
	nanos at;         /* SCRIPT_AT */
	nanos after;      /* and this long after its trigger */
	int64_t received; /* SCRIPT_RECEIVED */
	struct endpoint to;                   /* SCRIPT_CONNECT, SCRIPT_FORGE */
	struct endpoint from;                 /* SCRIPT_FORGE */
	const struct segment *forged;         /* SCRIPT_FORGE: not copied */
	const struct icmp_error *forged_icmp; /* SCRIPT_FORGE: this instead; not copied */
	const char *text;                     /* SCRIPT_SEND: not copied; NULL: the pattern */
	int64_t octets;       /* SCRIPT_SEND, SCRIPT_BUFFER; SCRIPT_READ_SLOWLY: at a time */
	uint32_t times;       /* SCRIPT_SEND, SCRIPT_CONNECT: so often … */
	const char *syn_text; /* SCRIPT_CONNECT: sent with the OPEN; NULL: the pattern */
	int64_t syn_octets;   /* 0: nothing is */
	nanos accept_every;   /* SCRIPT_LISTEN: one connection is taken so often; 0: each at once */
	nanos every;          /* … with this between; SCRIPT_READ_SLOWLY */
};

/* It needs no connection. */
static inline bool script_is_of_host(enum script_action action)
{
	return action == SCRIPT_REBOOT || action == SCRIPT_FORGE;
}

enum { SCRIPT_STEPS_MAX = 64 };

struct script;

/* Up to SCRIPT_STEPS_MAX steps, which must outlive it. Nothing happens before the
 * world runs. The script is the user of its host. */
struct script *script_new(struct world *w, unsigned node, const struct script_step *steps,
			  unsigned count);
void script_end(struct script *script);

/* What was read on each connection that the script had, in the order of their
 * beginning. Where there is a recording, every octet is held against what the
 * peer sent. */
struct script_outcome {
	uint32_t recorded; /* the connection in the recording, or EVENT_NONE */
	int64_t octets;
	int64_t wrong_at; /* stream offset of the first octet that was not what was sent; −1 */
};

uint32_t script_reads(const struct script *script);
struct script_outcome script_outcome(const struct script *script, uint32_t n);

#endif
