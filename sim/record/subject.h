/* subject.h — what a sentence about an event speaks of. For explain.c, which
 * has the rules' sentences, and sentence.c, which has all others. */
#ifndef TCPLAB_RECORD_SUBJECT_H
#define TCPLAB_RECORD_SUBJECT_H

#include <stdbool.h>

#include "base/text.h"
#include "record/recording.h"

struct subject {
	const struct recording *r;
	struct event event;
	uint32_t n;
	bool has_packet;
	struct packet_record packet; /* the event's, or else the one that began its turn */
};

/* The TCB of the event's connection as the engine's call left it; false where there is none.
 * Asked for only where a sentence needs it: most need none. */
bool subject_tcb(const struct subject *s, struct tcb *out);

void subject_add_host(const struct subject *s, uint32_t host, struct text *out);
void subject_add_time(nanos time, struct text *out); /* "0.050 s", "120 µs" */

/* What happened, and why, for an event without a rule. */
void sentence_what(const struct subject *s, struct text *out);
void sentence_why(const struct subject *s, struct text *out);

#endif
