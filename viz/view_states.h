/* view_states.h — the state diagram of one end, RFC 9293 Figure 5.
 *
 * The state at the cursor is lit. The edge taken in this step is thick and
 * its label bold; the last one taken before keeps the end's colour, so that
 * a reader sees where the connection came from. Labels are left out where
 * the rectangle is too small for them; on the projector only those of the
 * edges around the current state are there. */
#ifndef TCPLAB_VIZ_VIEW_STATES_H
#define TCPLAB_VIZ_VIEW_STATES_H

#include "viz/canvas.h"
#include "viz/scene.h"

void view_states_draw(struct canvas *c, const struct theme *t, const struct scene *s,
		      enum side side, struct rect area);

#endif
