/* app_input.h — what keys, pointer and wheel do to the window's state.
 *
 * The pointer finds things by their group in app->picture, the canvas that
 * was drawn last: a button is a group whose id is an action's, or one of
 * those that button_is() knows. */
#ifndef TCPLAB_VIZ_APP_INPUT_H
#define TCPLAB_VIZ_APP_INPUT_H

#include "viz/app_state.h"

/* A key went down; `held`: it was down already. See keys.h for names. */
void app_key(struct app *app, const char *key, bool held);

/* Left button, and the pointer, in pixels of the picture. */
void app_pointer_moves(struct app *app, struct point p);
void app_pointer_leaves(struct app *app);
void app_button_down(struct app *app, struct point p);
void app_button_up(struct app *app, struct point p);

/* `notches` of the wheel, away from the reader being positive. */
void app_wheel(struct app *app, double notches, bool zoom);

/* ---- for actions ---- */

/* True for the ids of what can be pressed. */
bool button_is(const char *id);
void app_press(struct app *app, const char *button);
void app_move_focus(struct app *app, bool forward);

/* Scrolls the ladder by a share of its height, down being positive. */
void app_scroll(struct app *app, double share);

/* Enlarges the ladder `by` times; what is at height `y` stays there. */
void app_zoom(struct app *app, double by, double y);

#endif
