/* app.h — applications: short scripts that drive a host's connections.
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
 * otherwise. */
#ifndef TCPLAB_NET_APP_H
#define TCPLAB_NET_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "net/world.h"
#include "wire/address.h"

enum app_trigger {
	APP_FOLLOWS,   /* the step before it is done; the first step: time 0 */
	APP_AT,        /* a time */
	APP_CONNECTED, /* the connection was established */
	APP_RECEIVED,  /* so many octets were read in all */
	APP_CLOSING,   /* the peer has closed its side */
	APP_ENDED,     /* the connection is over */
	APP_TRIGGER_COUNT,
};

enum app_action {
	APP_LISTEN,
	APP_CONNECT,
	APP_SEND,
	APP_READ,
	APP_ECHO, /* send back all that is read */
	APP_CLOSE,
	APP_ABORT,
	APP_REBOOT, /* the host; only at a time */
	APP_ACTION_COUNT,
};

enum app_reading { APP_READ_ALL, APP_READ_NOTHING, APP_READ_SLOWLY };

struct app_step {
	uint8_t trigger;
	uint8_t action;
	uint8_t reading;    /* of APP_READ, and from the start of APP_LISTEN and APP_CONNECT */
	bool once;          /* APP_LISTEN: for one connection */
	bool urgent;        /* APP_SEND */
	uint16_t port;      /* APP_LISTEN; APP_CONNECT: our own, 0 for any */
	nanos at;           /* APP_AT */
	nanos after;        /* and this long after its trigger */
	int64_t received;   /* APP_RECEIVED */
	struct endpoint to; /* APP_CONNECT */
	const char *text;   /* APP_SEND: not copied; NULL: the pattern */
	int64_t octets;     /* APP_SEND; APP_READ_SLOWLY: at a time */
	uint32_t times;     /* APP_SEND, APP_CONNECT: so often … */
	nanos every;        /* … with this between; APP_READ_SLOWLY */
};

enum { APP_STEPS_MAX = 64 };

struct app;

/* Up to APP_STEPS_MAX steps, which must outlive it. Nothing happens before the
 * world runs. The app is the user of its host. */
struct app *app_new(struct world *w, unsigned node, const struct app_step *steps, unsigned count);
void app_free(struct app *app);

/* What was read on each connection that the script had, in the order of their
 * beginning. Where there is a recording, every octet is held against what the
 * peer sent. */
struct app_read {
	uint32_t recorded; /* the connection in the recording, or EVENT_NONE */
	int64_t octets;
	int64_t wrong_at; /* stream offset of the first octet that was not what was sent; −1 */
};

uint32_t app_reads(const struct app *app);
struct app_read app_read(const struct app *app, uint32_t n);

#endif
