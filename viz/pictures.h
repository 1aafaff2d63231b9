/* pictures.h — steps of a recording as files of pictures.
 *
 * Pictures show the page without buttons and without what lies over it. SVG
 * and HTML measure text with fixed metrics: same recording, same bytes,
 * whatever fonts are installed. PNG and PDF need Cairo, and fail with a
 * sentence where window_part.h has no window. */
#ifndef TCPLAB_VIZ_PICTURES_H
#define TCPLAB_VIZ_PICTURES_H

#include "base/error.h"
#include "viz/app_state.h"

/* A file with a picture for every step holds so many at most. */
enum { PICTURES_MOST = 2000 };

/* The step at the cursor. */
bool picture_write_svg(const struct app *app, double width, double height, const char *path,
		       struct error *err);
bool picture_write_png(const struct app *app, double width, double height, const char *path,
		       struct error *err);

/* All steps, from the start. HTML begins at the one at the cursor. */
bool picture_write_pdf(const struct app *app, double width, double height, const char *path,
		       struct error *err);
bool picture_write_html(const struct app *app, double width, double height, const char *path,
			struct error *err);

/* ---- for those who write them ---- */

/* The state as a picture shows it. */
struct app picture_state(const struct app *app);
bool pictures_fit(const struct app *app, const char *path, struct error *err);
/* "9. The retransmission timer fires.": what a page is called. */
void picture_title(const struct app *app, struct text *out);

#endif
