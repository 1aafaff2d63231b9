/* dump_ui.h — what is to be seen in the window, by name, as JSON.
 *
 * An object: the state's facts by their names, and "ui", an array with an
 * object for each named rectangle, {"id", "x", "y", "w", "h"} in pixels and
 * "button": true for what can be pressed, in the order of drawing. */
#ifndef TCPLAB_VIZ_DUMP_UI_H
#define TCPLAB_VIZ_DUMP_UI_H

#include <stdio.h>

#include "viz/app_state.h"

void dump_ui(const struct app *app, FILE *out);

#endif
