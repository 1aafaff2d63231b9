/* ladder_labels.h — the words along the arrows of a ladder.
 *
 * Each arrow's label runs along it. Those of the step at the cursor and of
 * the selected segment are placed first, then the past, then what is to come.
 * A label that finds no room where nothing else is moves along its arrow,
 * breaks into two lines, gets shorter, and in the end is left out; it comes
 * back when the reader zooms in or selects the segment, whose label may
 * interrupt other arrows. */
#ifndef TCPLAB_VIZ_LADDER_LABELS_H
#define TCPLAB_VIZ_LADDER_LABELS_H

#include "viz/ladder_layout.h"
#include "viz/placer.h"

enum { LABEL_LINES_MAX = 3 };

/* Radius of the dot that a segment under way shows, in ems of its label. */
#define LADDER_DOT 0.25

struct label_line {
	char text[160];
	struct point anchor;
	struct text_style style;
	bool plate; /* other arrows run through its place */
};

struct arrow_label {
	struct label_line lines[LABEL_LINES_MAX];
	unsigned count; /* 0: no room */
};

/* How much an arrow matters: 0 is what the reader chose, then the step at the
 * cursor, the past, the future. */
enum { LADDER_RANKS = 4 };
int ladder_rank(const struct scene *s, const struct ladder_arrow *a);

/* Tells the placer where the arrows are, which words must keep clear of. */
void ladder_labels_avoid(struct placer *placer, const struct ladder_layout *l,
			 const struct theme *t);

/* The same of guests where they send and receive: ladder_guests.c. */
void ladder_guests_avoid(struct placer *placer, const struct ladder_layout *l,
			 const struct theme *t);

/* Places the labels of l->arrows into `labels`, which has as many. `placer`
 * knows the arrows and what else labels must keep clear of, and learns where
 * the labels are. */
void ladder_labels_place(struct arrow_label *labels, const struct ladder_layout *l,
			 const struct scene *s, const struct theme *t, const struct canvas *c,
			 struct placer *placer);

#endif
