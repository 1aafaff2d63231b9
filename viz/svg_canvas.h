/* svg_canvas.h — a canvas as SVG, with real text.
 *
 * The text can be searched, selected, translated and read aloud. Groups
 * become <g id>, so a style sheet or a script can find a segment by its
 * name. Same canvas, same bytes: two decimals at most, no locale.
 *
 * Standing alone it is a document with its own XML declaration. `inlined` is
 * for a page of HTML with several pictures: no declaration, and `prefix` goes
 * before each id to keep them unique in the page. */
#ifndef TCPLAB_VIZ_SVG_CANVAS_H
#define TCPLAB_VIZ_SVG_CANVAS_H

#include <stdio.h>

#include "viz/canvas.h"

struct svg_options {
	const char *title;  /* for screen readers and tabs; NULL for none */
	const char *prefix; /* of ids, for instance "s9-"; NULL for none */
	bool inlined;
	/* Stretch each label to the width it was measured with, so that the
	 * layout survives a reader without our fonts. */
	bool keep_widths;
};

/* All scopes must be closed. Errors stay in `out`: ask ferror(). */
void svg_write(FILE *out, const struct canvas *c, const struct svg_options *options);

/* `text` as it may stand between tags or in a quoted attribute. What XML
 * cannot hold (control characters, broken UTF-8) becomes U+FFFD. */
void svg_write_escaped(FILE *out, const char *text);

#endif
