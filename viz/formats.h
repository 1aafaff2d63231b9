/* formats.h — what a recording can be written as, by the ending of a name. */
#ifndef TCPLAB_VIZ_FORMATS_H
#define TCPLAB_VIZ_FORMATS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "viz/app_state.h"

/* A picture's size where nobody says another. */
enum { PICTURE_WIDTH = 1600, PICTURE_HEIGHT = 900 };

struct format {
	const char *ending; /* "svg" */
	const char *what;   /* "this step as a picture, with real text" */
	bool of_step;       /* rather than of all */
	bool of_scenario;   /* of a capture, a script or a live run there is none */
	bool (*write)(const struct app *app, double width, double height, const char *path,
		      struct error *err);
};

extern const struct format formats[];
extern const size_t format_count;

/* Whether what is shown can be written so. */
bool format_fits(const struct format *format, const struct app *app);

/* The format that the name of a file asks for; NULL with a sentence that
 * lists the endings where there is none. */
const struct format *format_of_name(const char *path, struct error *err);
const struct format *format_of_ending(const char *ending); /* or NULL */

#endif
