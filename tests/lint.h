/* lint.h — finds in a recorded canvas what an eye would stumble over.
 *
 * Knows the commands, not the pixels, and treats slanted text as the slanted
 * rectangle it is. Each finding is a sentence which quotes the text and names
 * its group:
 *
 *     "1.100" (time-4) and "ESTABLISHED" (state-7) overlap by 13 px
 *     "SYN-RECEIVED" (box-3) is 9 px wider than its box
 *
 * Text that a later shape hides altogether, or that is scrolled out of a
 * CLIP_WINDOW, is not there. A group that floats may cover anything. */
#ifndef TCPLAB_TESTS_LINT_H
#define TCPLAB_TESTS_LINT_H

#include "viz/canvas.h"

enum lint_kind {
	LINT_OVERLAP,   /* text over text */
	LINT_OUTSIDE,   /* text leaves the picture */
	LINT_CUT,       /* text leaves a CLIP_FRAME */
	LINT_OVERFLOW,  /* text leaves the box that was promised for it */
	LINT_SMALL,     /* text under the smallest size */
	LINT_CONTRAST,  /* text too faint for what was drawn under it */
	LINT_COVERED,   /* a later shape hides part of a text */
	LINT_CROSSED,   /* a line runs through a text */
	LINT_DUPLICATE, /* two groups with one id */
};

struct lint_rules {
	double min_type;     /* theme.min_type */
	double min_contrast; /* 4.5 for WCAG's level AA */
};

enum { LINT_TEXT_MAX = 384 };

struct lint_finding {
	enum lint_kind kind;
	char text[LINT_TEXT_MAX];
};

/* Returns how many findings there are; the first `room` are written. */
size_t lint_canvas(const struct canvas *c, const struct lint_rules *rules,
		   struct lint_finding *findings, size_t room);

#endif
