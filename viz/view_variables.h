/* view_variables.h — one end's variables, and what this step changed in them.
 *
 * A change is tinted and shows both values, old → new. The variables keep
 * their places; how many of them are there follows from the height. */
#ifndef TCPLAB_VIZ_VIEW_VARIABLES_H
#define TCPLAB_VIZ_VIEW_VARIABLES_H

#include "viz/canvas.h"
#include "viz/scene.h"

void view_variables_draw(struct canvas *c, const struct theme *t, const struct scene *s,
			 enum side side, struct rect area);

#endif
