/* present.h — a recording as the command line asks for it: as text, or in the
 * window. */
#ifndef TCPLAB_VIZ_PRESENT_H
#define TCPLAB_VIZ_PRESENT_H

#include <stdio.h>

#include "base/error.h"
#include "viz/app_state.h"
#include "viz/args.h"
#include "viz/window.h"

/* The ladder, or JSON Lines, to `path` ("-": standard output). */
bool present_text(const struct recording *r, const struct args *args, const char *path,
		  struct error *err);

/* The same, to a file that is open and stays so. */
bool present_text_to(const struct recording *r, const struct args *args, FILE *out,
		     struct error *err);

/* Theme, projector, motion. */
void present_as_asked(struct app *app, const struct args *args);

/* The window; of `options`, size and script are set here. Returns the exit
 * status, after a sentence where it is not fine. */
int present_window(struct app *app, const struct args *args, struct window_options *options);

#endif
