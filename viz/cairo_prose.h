/* cairo_prose.h — sentences shaped by Pango: kerning, any script, wrapping.
 *
 * Layouts are kept by their text, font and width, so that a picture drawn
 * again shapes nothing again. */
#ifndef TCPLAB_VIZ_CAIRO_PROSE_H
#define TCPLAB_VIZ_CAIRO_PROSE_H

#include <pango/pangocairo.h>

#include "viz/canvas.h"

struct cairo_prose;

struct cairo_prose *cairo_prose_open(void);
void cairo_prose_close(struct cairo_prose *p);

/* One line, not wrapped. Belongs to `p`, until the next call. */
PangoLayout *cairo_prose_line(struct cairo_prose *p, const struct font *font, const char *text,
			      size_t len, bool hinted);

/* How many bytes of the text go on a first line of `width`, as
 * metrics.wrap() promises. */
size_t cairo_prose_wrap(struct cairo_prose *p, const struct font *font, const char *text,
			size_t len, double width);

#endif
