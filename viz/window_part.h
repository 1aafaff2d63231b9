/* window_part.h — what of the program takes SDL, Cairo and Pango: the window,
 * and pictures as PNG and PDF.
 *
 * These libraries and what they need in turn are some sixty shared objects,
 * and loading them takes longer than most scenarios do. So this part is a
 * shared object of its own, tcplab-window.so, which is loaded when something
 * is to be drawn, and which HEADLESS=1 leaves out. It calls the rest of the
 * program by name; the program calls it by this table. */
#ifndef TCPLAB_VIZ_WINDOW_PART_H
#define TCPLAB_VIZ_WINDOW_PART_H

#include <stdio.h>

#include "base/error.h"
#include "viz/app_state.h"
#include "viz/window.h"

struct window_part {
	enum window_end (*run)(struct app *app, const struct window_options *options,
			       struct error *err);
	void (*wake)(void);
	bool (*describe)(struct app *app, unsigned width, unsigned height, FILE *out,
			 struct error *err);
	bool (*write_png)(const struct app *app, double width, double height, const char *path,
			  struct error *err);
	bool (*write_pdf)(const struct app *app, double width, double height, const char *path,
			  struct error *err);
};

/* For the program: the part, loaded by the first who asks and then kept. NULL
 * with a sentence where it is not beside the program, nor where `make install`
 * puts it. */
const struct window_part *window_part(struct error *err);

/* True where a window would find a display: asked before one is tried. */
bool window_is_possible(void);

/* For the part: what it has. */
extern const struct window_part tcplab_window_part;

#endif
