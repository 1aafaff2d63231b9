/* load_window.c — the window's part of the program, loaded when asked for. */
#include <stdlib.h>

#include "viz/load_part.h"
#include "viz/pictures.h"
#include "viz/window_part.h"

const struct window_part *window_part(struct error *err)
{
	static const struct part where = {
		.file = "tcplab-window.so",
		.symbol = "tcplab_window_part",
		.what = "what draws the window, PNG and PDF",
		.absent = "make HEADLESS=1 leaves it out",
		.remedy = "--text prints the ladder, and .svg and .html are written without it",
	};
	static const struct window_part *part;

	if (part == NULL)
		part = load_part(&where, err);
	return part;
}

bool window_is_possible(void)
{
	static const char *const variables[] = {"SDL_VIDEODRIVER", "DISPLAY", "WAYLAND_DISPLAY"};

	for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
		const char *value = getenv(variables[i]);

		if (value != NULL && value[0] != '\0')
			return true;
	}
	return false;
}

bool picture_write_png(const struct app *app, double width, double height, const char *path,
		       struct error *err)
{
	const struct window_part *part = window_part(err);

	return part != NULL && part->write_png(app, width, height, path, err);
}

bool picture_write_pdf(const struct app *app, double width, double height, const char *path,
		       struct error *err)
{
	const struct window_part *part = window_part(err);

	return part != NULL && part->write_pdf(app, width, height, path, err);
}
