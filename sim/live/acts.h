/* acts.h — what the application of a captured client did: its calls, with what
 * it waited for, and the text that it sent.
 *
 * The calls are inferred as in a replay. Before each of them the application had
 * heard so many octets, and then it took its time: with another server, which
 * answers at other times, that is what can be kept. Octets that the capture does
 * not hold are sent as dots. */
#ifndef TCPLAB_LIVE_ACTS_H
#define TCPLAB_LIVE_ACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/nanos.h"
#include "source/compare.h"

enum act_kind { ACT_SEND, ACT_CLOSE, ACT_ABORT };

struct act {
	uint8_t kind;
	bool ended;    /* the server had closed, before it was done … */
	int64_t heard; /* … or so many octets had been heard … */
	nanos delay;   /* … and so long after that, or after the act before */
	int64_t from;  /* of SEND: in the text */
	int64_t octets;
};

struct acts {
	struct act *all;
	uint32_t count;
	uint32_t capacity;
	uint8_t *text;
	int64_t text_len;
	int64_t unknown;       /* octets of it that the capture does not hold */
	struct sent_list sent; /* what the captured client sent, from sequence number 0 on */
};

/* Of connection `number`, from 1; 0: the first with a handshake. On true, acts_free() it. */
bool acts_find(struct acts *acts, const char *path, uint32_t number, struct error *err);
void acts_free(struct acts *acts);

struct recording;

/* What the first host of a recording sent on its first connection, from sequence number 0 on.
 * sent_free() it. */
struct sent_list acts_sent(const struct recording *r);

#endif
