/* outline.h — the shapes of drawn things, for lint and pointer.
 *
 * A line of text is an oriented rectangle; a curve is a handful of straight
 * pieces; a clip cuts a convex shape down. */
#ifndef TCPLAB_VIZ_OUTLINE_H
#define TCPLAB_VIZ_OUTLINE_H

#include "viz/commands.h"

/* A convex polygon. A quadrangle cut by four half planes has 8 corners. */
enum { HULL_MAX = 8 };

struct hull {
	struct point corners[HULL_MAX];
	size_t count; /* 0: nothing is left */
};

/* The part of the line from `top` above the baseline to `bottom` below it, in
 * pixels; turned as the text is. */
struct hull hull_of_text(const struct text_line *line, double top, double bottom);

/* What of an upright rectangle's inside the hull covers. */
struct hull hull_within(const struct hull *hull, struct rect r);
struct rect hull_bounds(const struct hull *hull);
bool hull_holds(const struct hull *hull, struct point p);

/* How far two convex shapes would have to move apart not to overlap; 0 where
 * they don't. By the separating axis theorem. */
double hull_overlap(const struct hull *a, const struct hull *b);

/* The piece of the segment a–b inside the hull; false where there is none. */
bool hull_cuts(const struct hull *hull, struct point *a, struct point *b);

/* Visits the straight pieces which the outline of a drawn shape is made of;
 * `visit` returns false to stop. */
void each_piece(const struct canvas *c, const struct command *shape,
		bool (*visit)(void *self, struct point a, struct point b), void *self);

/* Does the inside of the shape, as filled, hold the point? */
bool fill_holds(const struct canvas *c, const struct command *shape, struct point p);

/* From the point to the shape's stroke: 0 on it, HUGE_VAL where it has none. */
double distance_to_stroke(const struct canvas *c, const struct command *shape, struct point p);

#endif
