/* hit.h — what is under the pointer.
 *
 * Reads a recorded canvas, so the answer is what the user sees: whatever was
 * drawn last at that place, within its clip. */
#ifndef TCPLAB_VIZ_HIT_H
#define TCPLAB_VIZ_HIT_H

#include "viz/canvas.h"

/* The id of the innermost group drawn at `p`, "" for none. Thin lines answer
 * within `slack` pixels; a group with a box answers in all of it. The string
 * lives until the canvas changes. */
const char *canvas_hit(const struct canvas *c, struct point p, double slack);

/* The box of the group with that id, as drawn last; false where there is no
 * such group or it has no box. */
bool canvas_find(const struct canvas *c, const char *id, struct rect *found);

#endif
