/* marks.h — where SENDs ended whose text is not acknowledged: marks.c. RFC 9293 §3.9.1.2. */
#ifndef TCPLAB_TCP_MARKS_H
#define TCPLAB_TCP_MARKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/seq.h"

enum { MARKS_MAX = 12 };

/* Bits of mark_variables.kind. */
enum mark_kind {
	MARK_PUSH = 1,    /* the segment that ends here has PSH, whenever it goes */
	MARK_STRETCH = 2, /* none goes across: what is handed to the network card as one ends */
	MARK_RECORD = 4,  /* the same, for good: the application's record ends here */
};

struct mark_variables {
	struct seq small;         /* after the last segment of new text that was not full */
	struct seq at[MARKS_MAX]; /* in order */
	uint8_t kind[MARKS_MAX];
	uint8_t count;
	bool more; /* the last SEND said that more follows: what fills no segment waits a little */
	bool corked; /* … until the application lets it go */
	bool lifted; /* … which it does for what is queued now */
	bool zero[4];
};

#endif
