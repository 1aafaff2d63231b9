/* headless.c — in place of window*.c and cairo_*.c, in a build without them. */
#ifdef TCPLAB_HEADLESS

#include "viz/pictures.h"
#include "viz/window.h"

static const char *const built_without = "this tcplab was built without a window (make HEADLESS=1)";

bool window_is_possible(void)
{
	return false;
}

enum window_end window_run(struct app *app, const struct window_options *options, struct error *err)
{
	(void)app;
	(void)options;
	error_set(err, "%s: --text prints the ladder", built_without);
	return WINDOW_NO_DISPLAY;
}

bool window_describe(struct app *app, unsigned width, unsigned height, FILE *out, struct error *err)
{
	(void)app;
	(void)width;
	(void)height;
	(void)out;
	return error_set(err, "%s, and there is nothing to describe", built_without);
}

bool picture_write_png(const struct app *app, double width, double height, const char *path,
		       struct error *err)
{
	(void)app;
	(void)width;
	(void)height;
	return error_set(err, "%s: %s: take .svg instead", path, built_without);
}

bool picture_write_pdf(const struct app *app, double width, double height, const char *path,
		       struct error *err)
{
	(void)app;
	(void)width;
	(void)height;
	return error_set(err, "%s: %s: take .html instead", path, built_without);
}

#else
/* ISO C wants something in every file. */
struct built_with_a_window;
#endif
