/* label_place.h — putting words along an arrow of the ladder.
 *
 * For ladder_labels.c. A job is one label: begin it, then try wordings from
 * the longest to the shortest until one has found its place. */
#ifndef TCPLAB_VIZ_LABEL_PLACE_H
#define TCPLAB_VIZ_LABEL_PLACE_H

#include "viz/ladder_labels.h"
#include "viz/strip.h"

/* Sides of an arrow on which its words can stand. */
enum { ABOVE, BELOW, BOTH, STRIPS };

/* What is needed to place one label. */
struct label_job {
	const struct ladder_layout *layout;
	const struct scene *scene;
	const struct theme *theme;
	const struct canvas *canvas;
	struct placer *placer;
	const struct ladder_arrow *arrow;
	uint32_t owner;  /* the arrow's index */
	bool over_lines; /* of other arrows */
	struct text_style style;
	struct strip strips[STRIPS];
	struct arrow_label *label;
};

/* Looks what is free along the arrow. */
void label_begin(struct label_job *j);
void label_end(struct label_job *j); /* frees; after the last label */

/* Each puts the words where they cover nothing, and tells the placer; false
 * where there is no such place. */
bool label_along(struct label_job *j, const char *text, bool below);
bool label_on_both_sides(struct label_job *j, const char *over, const char *under);
/* Level, in the names' column beside the lifeline that the arrow leaves. */
bool label_beside(struct label_job *j, const char *text);
/* Between the lifelines, with this anchor. */
bool label_at(struct label_job *j, const char *text, struct point anchor,
	      const struct text_style *style);

#endif
