/* found.h — what is inferred from a capture, for tests. */
#ifndef TCPLAB_TESTS_FOUND_H
#define TCPLAB_TESTS_FOUND_H

#include "source/steps.h"
#include "talk.h"

struct found {
	struct trace *trace;
	struct flows flows;
	struct captured captured;
	struct fates fates;
	struct steps steps;
};

/* From the first connection of a talk, or of a capture in traces/. Fails the
 * test where there is none. found_end() it. */
struct found found_in_talk(const struct talk *talk);
struct found found_in_file(const char *name);
void found_end(struct found *found);
/* found_end(), and talk_end(). */
void found_ends_with(struct found *found, struct talk *talk);

/* All packets that did not simply arrive: "3 lost, 7 overtaken, " by their
 * numbers in the capture; "unseen 1000+1448 lost, " for what was not captured. */
const char *found_fates(const struct found *found);

/* The order of what happened: "c>1 s<1 s>2 …", x for lost, + for a copy, u for
 * what was not captured. */
const char *found_order(const struct found *found);

#endif
