/* view_timeline.h — the whole recording in one line: a mark for each turn.
 *
 * Shape and colour tell the kind: a bar up is a turn of the client, a bar
 * down one of the server, a cross a loss, a ring a timer, a dot a call, a
 * diamond a caption. Where there are more turns than places, each place shows
 * the most telling of its turns. The cursor is a disc on its turn. */
#ifndef TCPLAB_VIZ_VIEW_TIMELINE_H
#define TCPLAB_VIZ_VIEW_TIMELINE_H

#include "viz/canvas.h"
#include "viz/scene.h"

void view_timeline_draw(struct canvas *c, const struct theme *t, const struct scene *s,
			struct rect area);

/* The turn under a point of the timeline; EVENT_NONE where there is none. */
uint32_t view_timeline_turn(const struct theme *t, const struct scene *s, struct rect area,
			    struct point p);

#endif
