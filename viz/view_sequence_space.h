/* view_sequence_space.h — the sequence space of one end: RFC 9293 §3.3.1,
 * Figures 3 and 4, as two bars.
 *
 * send:     acknowledged | in flight | may be sent | beyond the window
 * receive:  received | may arrive, with what is held out of order | beyond
 *
 * The order of the edges is true and their distances are nearly so: what is
 * not empty has a width that can be seen. */
#ifndef TCPLAB_VIZ_VIEW_SEQUENCE_SPACE_H
#define TCPLAB_VIZ_VIEW_SEQUENCE_SPACE_H

#include "viz/canvas.h"
#include "viz/scene.h"

void view_sequence_space_draw(struct canvas *c, const struct theme *t, const struct scene *s,
			      enum side side, struct rect area);

#endif
