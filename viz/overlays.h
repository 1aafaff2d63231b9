/* overlays.h — what lies over the page for a while. Each is a group that
 * floats, and draws nothing where there is nothing to say. */
#ifndef TCPLAB_VIZ_OVERLAYS_H
#define TCPLAB_VIZ_OVERLAYS_H

#include "viz/app_state.h"
#include "viz/widgets.h"

/* The ground of one: opens the group "overlay-NAME"; canvas_end() closes. */
void overlay_begin(struct canvas *c, const struct theme *t, struct rect r, const char *name);

/* Every key, and what the shapes of the ladder mean: overlay_help.c. */
void help_draw(struct canvas *c, const struct theme *t, struct rect picture);

/* Below the lists of keys, `area` high as legend_height() says: overlay_legend.c. */
double legend_height(const struct theme *t);
void legend_draw(struct canvas *c, const struct theme *t, struct rect area);

/* A button for each format: overlay_export.c. */
void export_draw(const struct ui *ui, const struct app *app, struct rect picture);

/* What there is to choose from: overlay_connections.c. Not without any. */
void connections_draw(const struct ui *ui, const struct choices *choices, struct rect picture);

/* The field to type into; what was just told; the segment under the pointer:
 * overlay_small.c. */
void search_draw(const struct ui *ui, const struct app *app, struct rect picture);
void notice_draw(struct canvas *c, const struct theme *t, const struct app *app,
		 struct rect picture);
void hover_draw(struct canvas *c, const struct theme *t, const struct app *app,
		struct rect picture);

#endif
