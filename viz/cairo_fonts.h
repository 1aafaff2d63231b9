/* cairo_fonts.h — faces, scaled fonts and glyphs, each looked up once.
 *
 * A face is matched from an explicit fontconfig pattern, with DejaVu behind
 * Inter and JetBrains Mono. A scaled font belongs to a face, a size and a
 * matrix; its glyphs are kept by character, so that a label costs one look
 * in a table per character. No kerning and no ligatures: for labels and
 * numbers. Prose is cairo_prose.h's. */
#ifndef TCPLAB_VIZ_CAIRO_FONTS_H
#define TCPLAB_VIZ_CAIRO_FONTS_H

#include <cairo.h>

#include "viz/canvas.h"

/* Families from the first choice to the last. */
extern const char *const face_families[FACE_COUNT][2];

struct cairo_fonts;

struct cairo_fonts *cairo_fonts_open(void);
void cairo_fonts_close(struct cairo_fonts *f);

/* One label, laid out from (0, 0) along the x axis. Lives until the next call
 * of cairo_fonts_lay_out(). */
struct glyphs {
	cairo_scaled_font_t *font;
	cairo_glyph_t *glyphs;
	int count;
	double width;
};

/* Lays out `len` bytes for drawing under `matrix` (its translation doesn't
 * matter). `hinted` is for level text on a screen: advances are whole pixels,
 * stems stand on them. False where the face lacks a character. */
bool cairo_fonts_lay_out(struct cairo_fonts *f, const struct font *font, const char *text,
			 size_t len, const cairo_matrix_t *matrix, bool hinted, struct glyphs *out);

/* Spaces the letters so that the label is as wide as it was measured: without
 * hints, or at another scale, it would be some hundredths narrower or wider. */
void glyphs_space(struct glyphs *glyphs, double width);

/* Ascent and descent, level and hinted; the width is 0. */
struct text_size cairo_fonts_extents(struct cairo_fonts *f, const struct font *font);

/* How to draw text that is hinted or not. The caller destroys. */
cairo_font_options_t *text_options(bool hinted);

#endif
