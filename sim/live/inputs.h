/* inputs.h — all that a live run gets from outside, in order: the datagrams that
 * arrived, and the calls of its application, each at its time.
 *
 * What our own TCP does is a function of these. So a run that is over can be
 * done again, and a run that goes on can be told by another host of ours, which
 * gets the same a moment later: narrator.h. What was sent is kept as one number
 * for each datagram, to see that both did the same.
 *
 * One thread adds, another may read. What is in it stays where it is. */
#ifndef TCPLAB_LIVE_INPUTS_H
#define TCPLAB_LIVE_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/nanos.h"
#include "wire/address.h"

enum input_kind {
	INPUT_DATAGRAM, /* octets */
	INPUT_OPEN_ACTIVE,
	INPUT_OPEN_PASSIVE,
	INPUT_SEND,    /* octets */
	INPUT_RECEIVE, /* len: how many at most */
	INPUT_CLOSE,
	INPUT_CLOSE_BOTH, /* and nobody reads any more */
	INPUT_ABORT,
	/* A change of a link by hand, as source/scenario_real.h has them: link, value. */
	INPUT_LOSE_NEXT,
	INPUT_DELAY,
	INPUT_LOSS,
};

struct input {
	nanos time;    /* since the run began; never less than that of the one before */
	uint32_t conn; /* of a call: the host's number, that an OPEN gave or will give; in a
			  virtual network: the node that sent a datagram, or whose way changes */
	uint32_t len;
	const uint8_t *octets;
	struct endpoint local;  /* of an OPEN; port 0: a free one */
	struct endpoint remote; /* of an active OPEN */
	uint32_t link;
	int64_t value;
	uint8_t kind;
	bool unverified; /* a datagram whose checksums were never computed */
	bool merged;     /* … and one that was cut out of a super-packet */
};

struct inputs;

struct inputs *inputs_new(void);
void inputs_free(struct inputs *inputs); /* NULL: nothing */

/* Copies the octets. */
void inputs_add(struct inputs *inputs, const struct input *input);
uint32_t inputs_count(struct inputs *inputs);
void inputs_at(struct inputs *inputs, uint32_t number, struct input *out);

/* Nothing earlier than `now` will be added any more. */
void inputs_reach(struct inputs *inputs, nanos now);
nanos inputs_horizon(struct inputs *inputs);

/* Of each datagram that was sent, in order. */
void inputs_add_sent(struct inputs *inputs, const uint8_t *datagram, size_t len);
void inputs_add_sent_hash(struct inputs *inputs, uint64_t hash);
uint32_t inputs_sent(struct inputs *inputs); /* how many */
uint64_t inputs_sent_hash(struct inputs *inputs, uint32_t number);
/* False where datagram `number` was another; true also while it is yet to be sent. */
bool inputs_agree(struct inputs *inputs, uint32_t number, const uint8_t *datagram, size_t len);

#endif
