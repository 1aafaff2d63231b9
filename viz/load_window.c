/* load_window.c — the window's part of the program, loaded when asked for. */
#include <dlfcn.h>
#include <stdlib.h>

#include "viz/directory.h"
#include "viz/pictures.h"
#include "viz/window_part.h"

static const char *const without =
	"--text prints the ladder, and .svg and .html are written without it";

static void *load(struct error *err)
{
	/* Where the build leaves it, and where `make install` does. */
	static const char *const places[] = {"tcplab-window.so", "../lib/tcplab/tcplab-window.so"};
	char path[PATH_MAX];
	void *object;

	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		if (!directory_beside_program(path, places[i]))
			continue;
		object = dlopen(path, RTLD_NOW);
		if (object == NULL)
			error_set(err, "what draws cannot be loaded (%s): %s", dlerror(), without);
		return object;
	}
	error_set(err,
		  "what draws the window, PNG and PDF, tcplab-window.so, is neither beside the "
		  "program nor in ../lib/tcplab (make HEADLESS=1 leaves it out): %s",
		  without);
	return NULL;
}

const struct window_part *window_part(struct error *err)
{
	static const struct window_part *part;
	void *object;

	if (part != NULL || (object = load(err)) == NULL)
		return part;
	part = dlsym(object, "tcplab_window_part");
	if (part == NULL)
		error_set(err, "tcplab-window.so has nothing that draws: %s", without);
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
