/* view_ladder.h — the sequence diagram: two lifelines and the segments
 * between them, true to time.
 *
 * The step at the cursor lies on a tinted band. What has not happened yet is
 * dim. A segment under way at that moment is full up to where it is, with a
 * dot there. Each arrow is a group "packet-N", so that the pointer finds it. */
#ifndef TCPLAB_VIZ_VIEW_LADDER_H
#define TCPLAB_VIZ_VIEW_LADDER_H

#include "viz/canvas.h"
#include "viz/scene.h"

void view_ladder_draw(struct canvas *c, const struct theme *t, const struct scene *s,
		      struct rect area);

#endif
