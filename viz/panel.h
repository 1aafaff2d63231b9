/* panel.h — the ground that a view stands on. */
#ifndef TCPLAB_VIZ_PANEL_H
#define TCPLAB_VIZ_PANEL_H

#include "viz/canvas.h"
#include "viz/theme.h"

void draw_panel(struct canvas *c, const struct theme *t, struct rect area);

/* A panel with a heading in `color`; returns the room that is left inside. */
struct rect draw_titled_panel(struct canvas *c, const struct theme *t, struct rect area,
			      const char *title, struct color color);

#endif
