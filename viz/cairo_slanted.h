/* cairo_slanted.h — slanted labels on a screen, drawn once and kept.
 *
 * Cairo 1.16 puts the picture of a glyph on whole pixels, which makes the
 * letters of a slanted line dance. Their outlines don't, but cost twenty times
 * as much. So a label is filled from its outlines into a mask, and the mask
 * is used again wherever the same label stands at the same quarter of a
 * pixel. */
#ifndef TCPLAB_VIZ_CAIRO_SLANTED_H
#define TCPLAB_VIZ_CAIRO_SLANTED_H

#include "viz/cairo_fonts.h"

struct cairo_slanted;

struct cairo_slanted *cairo_slanted_open(void);
void cairo_slanted_close(struct cairo_slanted *s);

/* Draws `text`, laid out as `glyphs`, from the origin of the current matrix
 * and with the current source. */
void cairo_slanted_draw(struct cairo_slanted *s, cairo_t *cr, const struct glyphs *glyphs,
			const char *text, size_t len);

#endif
