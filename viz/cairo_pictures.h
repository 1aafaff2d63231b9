/* cairo_pictures.h — the pictures that Cairo writes: what pictures.h promises
 * of PNG and PDF. */
#ifndef TCPLAB_VIZ_CAIRO_PICTURES_H
#define TCPLAB_VIZ_CAIRO_PICTURES_H

#include "base/error.h"
#include "viz/app_state.h"

bool cairo_write_png(const struct app *app, double width, double height, const char *path,
		     struct error *err);
bool cairo_write_pdf(const struct app *app, double width, double height, const char *path,
		     struct error *err);

#endif
