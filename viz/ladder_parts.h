/* ladder_parts.h — the parts of view_ladder.c that have a file of their own. */
#ifndef TCPLAB_VIZ_LADDER_PARTS_H
#define TCPLAB_VIZ_LADDER_PARTS_H

#include "viz/ladder_labels.h"

/* What every part draws with. */
struct ladder_drawing {
	struct canvas *canvas;
	const struct theme *theme;
	const struct scene *scene;
	const struct ladder_layout *layout;
};

/* `color` as it is before its time has come. */
struct color ladder_future(const struct theme *t, struct color color);

/* Segments with their labels: ladder_arrows.c. */
void draw_arrows(const struct ladder_drawing *d, const struct arrow_label *labels);
/* Lifelines, names of states, timers: ladder_lifelines.c. Their words tell
 * the placer where they are. */
void draw_lifelines(const struct ladder_drawing *d, struct placer *placer);
/* Who stands between the two: ladder_guests.c. After all words have their places. */
void draw_guests(const struct ladder_drawing *d, const struct placer *placer);
/* All names above: ladder_header.c. */
void draw_header(const struct ladder_drawing *d);
void draw_timers(const struct ladder_drawing *d, struct placer *placer);

#endif
