/* cairo_canvas.h — plays a canvas with Cairo: screen, PNG, PDF.
 *
 *     struct cairo_text *text = cairo_text_open();
 *     struct canvas *c = canvas_open(cairo_text_metrics(text));
 *     … draw …
 *     cairo_canvas_play(text, cr, c, CAIRO_SCREEN);
 *
 * Playing honours the clip and the matrix that `cr` has, so the window may
 * redraw a damaged rectangle alone, or everything at twice the size; what
 * lies outside of the clip costs nothing. */
#ifndef TCPLAB_VIZ_CAIRO_CANVAS_H
#define TCPLAB_VIZ_CAIRO_CANVAS_H

#include <cairo.h>

#include "base/error.h"
#include "viz/cairo_text.h"

/* On a screen, edges are snapped to pixels and level text is hinted; on
 * paper, everything stays where it was put. */
enum cairo_medium { CAIRO_SCREEN, CAIRO_PAPER };

void cairo_canvas_play(struct cairo_text *text, cairo_t *cr, const struct canvas *c,
		       enum cairo_medium medium);

/* `scale` pixels of the picture for one of the canvas. */
bool cairo_canvas_write_png(struct cairo_text *text, const struct canvas *c, double scale,
			    const char *path, struct error *err);

/* A PDF, one page for each canvas, which may differ in size. Each page is in
 * the outline under its `title`. A failure shows at the end. */
struct cairo_pdf;

struct cairo_pdf *cairo_pdf_open(struct cairo_text *text, const char *path, const char *title);
void cairo_pdf_page(struct cairo_pdf *pdf, const struct canvas *c, const char *title);
bool cairo_pdf_close(struct cairo_pdf *pdf, struct error *err);

#endif
