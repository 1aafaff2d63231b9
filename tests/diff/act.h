/* act.h — a plan acted out before one TCP, and what was seen. */
#ifndef TCPLAB_TESTS_DIFF_ACT_H
#define TCPLAB_TESTS_DIFF_ACT_H

#include "tests/diff/side.h"

enum { ANSWERS_MAX = 1200 };

/* What can be unlike. */
enum part {
	PART_ANSWERS,
	PART_STATE,
	PART_CALL,
	PART_PUSH,
	PART_SEQ,
	PART_ECHO,
	PART_SACK,
	PART_COUNT
};

const char *part_name(enum part part);

/* After one step. Answers are segments, with "; " between them; so are PUSH, SEQ,
 * ECHO and SACK, which say of each what `answers` does not. CALL is what the call answered, and
 * "accepted". */
struct seen {
	char situation[WORDS_MAX]; /* the state before, and what happens: "LISTEN: SA seq …" */
	char parts[PART_COUNT][ANSWERS_MAX];
	enum tcp_state state;
};

struct act {
	unsigned count; /* of steps */
	struct seen steps[PLAN_STEPS_MAX];
};

/* `addresses`: the peer's, IPv4 and IPv6. */
void act_out(const struct plan *plan, const struct side *side, const struct address *addresses,
	     struct act *act);

#endif
