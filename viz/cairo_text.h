/* cairo_text.h — measures and draws the text of a canvas with Cairo.
 *
 * Labels go the short way, glyph by glyph; prose, and labels with characters
 * that our faces lack, through Pango. */
#ifndef TCPLAB_VIZ_CAIRO_TEXT_H
#define TCPLAB_VIZ_CAIRO_TEXT_H

#include <cairo.h>

#include "viz/commands.h"

struct cairo_text;

struct cairo_text *cairo_text_open(void);
void cairo_text_close(struct cairo_text *t);

/* Widths as on a screen. Lives as long as `t`. */
const struct metrics *cairo_text_metrics(const struct cairo_text *t);

/* Draws at the anchor, in the current coordinates. `on_screen` text is
 * hinted where it is level. */
void cairo_text_draw(struct cairo_text *t, cairo_t *cr, const struct canvas *c,
		     const struct text_line *line, bool on_screen);

#endif
