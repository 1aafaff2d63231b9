/* dump_ui.h — where things are in a picture, as JSON: for scripts that click
 * names, and for tests.
 *
 *     [
 *       {"id": "play", "in": "toolbar", "x": 1190, "y": 11, "w": 61, "h": 30},
 *       …
 *     ]
 *
 * One object for each group that has a box, in the order of drawing; "in" is
 * the group around it, "" for none. */
#ifndef TCPLAB_VIZ_DUMP_UI_H
#define TCPLAB_VIZ_DUMP_UI_H

#include <stdio.h>

#include "viz/canvas.h"

/* Errors stay in `out`: ask ferror(). */
void dump_ui(FILE *out, const struct canvas *c);

#endif
