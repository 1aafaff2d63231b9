/* app_draw.h — the picture of the window: page, toolbar, and what lies over
 * them, as a function of the state. */
#ifndef TCPLAB_VIZ_APP_DRAW_H
#define TCPLAB_VIZ_APP_DRAW_H

#include "viz/app_state.h"
#include "viz/canvas.h"

/* Draws `app` to all of a new picture, and becomes its app->picture. */
void app_draw(struct canvas *c, struct app *app, double width, double height);

/* Only the ladder, at its place, as motion has come by now: for frames that
 * draw nothing else. */
void app_draw_motion(struct canvas *c, const struct app *app);

/* The theme that it is drawn with. */
struct theme app_theme(const struct app *app, double width, double height);

#endif
