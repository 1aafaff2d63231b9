/* departures.h — where the engine means to do other than the text of RFC 9293
 * §3.10.7 says, and why. To be read and agreed on, row by row; what is not
 * here is a mistake of the engine or of the oracle (tests/oracle.h). */
#ifndef TCPLAB_TESTS_DEPARTURES_H
#define TCPLAB_TESTS_DEPARTURES_H

#include "tests/dialogue.h"
#include "tests/oracle.h"

/* One comparison: what the text says of `seg` is in `answer`. */
struct cell {
	const struct dialogue *d;
	const struct oracle *before;
	const struct segment *seg;
	struct oracle_answer *answer;
};

struct departure {
	const char *what;
	const char *why;
	bool (*applies)(const struct cell *c); /* and changes the answer */
	unsigned cells;                        /* for the test to count */
};

/* In the order in which they are applied. */
extern struct departure departures[];
extern const unsigned departure_count;

#endif
