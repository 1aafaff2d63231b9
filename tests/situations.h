/* situations.h — a TCB in each of the eleven states, and what may arrive there.
 *
 * A situation is a conversation (tests/conversation.h) that leads to it by
 * real calls and segments. A class of segments is a choice of flags, SEQ,
 * ACK, length of text, window and timestamp, each next to an edge of what
 * the TCB expects. */
#ifndef TCPLAB_TESTS_SITUATIONS_H
#define TCPLAB_TESTS_SITUATIONS_H

#include "tests/dialogue.h"

/* RCV.WND at first; the peer's, whose MSS is 1000. */
enum { SITUATION_BUFFER = 40, SITUATION_WINDOW = 100 };

struct situation {
	const char *name;
	const char *conversation; /* after the lines that set the profile */
};

extern const struct situation situations[];
extern const unsigned situation_count;

/* How the host is set up. */
struct setup {
	const char *name;
	const char *conversation; /* the lines that set its profile */
	bool stamps;              /* both ends offer timestamps, and the peer's is 70 so far */
	bool only_time_wait;      /* it makes a difference in no other state */
};

extern const struct setup setups[];
extern const unsigned setup_count;

/* What the conversation leads to, up to line number `lines`; situation_lines() is all. */
struct dialogue situation_reached(const struct situation *situation, const struct setup *setup,
				  unsigned lines);
unsigned situation_lines(const struct situation *situation);

/* Class number `n` of the segments for `tcb`; false after the last. */
bool situation_segment(const struct tcb *tcb, const struct setup *setup, unsigned n,
		       struct segment *seg);

#endif
