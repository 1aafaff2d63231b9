/* talk.h — one connection of a live run and its application: octets go from the
 * one's descriptors to the other and back, as there is room. */
#ifndef TCPLAB_LIVE_TALK_H
#define TCPLAB_LIVE_TALK_H

#include <poll.h>

#include "live/live.h"

struct talk {
	struct plug plug;
	struct endpoint local;
	struct endpoint remote;
	uint32_t conn;
	uint32_t have; /* octets of `buffer` that wait for `out` … */
	uint32_t at;   /* … from here on */
	uint8_t *buffer;
	uint32_t size;
	bool said_all;  /* `in` has ended, and the connection was closed */
	bool gone;      /* … in both directions: the application is no more */
	bool heard_all; /* the peer has closed, and all of it was handed over */
	bool connected;
	bool ended;
	bool used;
};

/* Whoever gives inputs to the performer, and keeps them. */
struct actor_answer live_input(struct live_run *live, const struct input *input, uint8_t *out);
const struct tcb *live_tcb(struct live_run *live, uint32_t conn);
struct live_result *live_result(struct live_run *live);

void talk_begin(struct talk *talk, uint32_t conn, const struct plug *plug);
void talk_end(struct talk *talk);
/* Octets that a connection left behind when it ended. */
void talk_inherits(struct talk *talk, const uint8_t *octets, uint32_t len);
/* What it waits for: two entries. */
void talk_awaits(struct live_run *live, const struct talk *talk, struct pollfd fds[2]);
/* Moves what can be moved at `now`. */
void talk_goes_on(struct live_run *live, struct talk *talk, nanos now);
/* Nothing is left to be said or handed over. */
bool talk_is_over(struct live_run *live, const struct talk *talk);

#endif
