/* window_describe.c — the window without a display: where things would be. */
#include "viz/window.h"

#include "viz/app_draw.h"
#include "viz/cairo_text.h"
#include "viz/dump_ui.h"
#include "viz/formats.h"

bool window_describe(struct app *app, unsigned width, unsigned height, FILE *out, struct error *err)
{
	struct cairo_text *text = cairo_text_open();
	struct canvas *c = canvas_open(cairo_text_metrics(text));

	(void)err;
	app_draw(c, app, width > 0 ? width : PICTURE_WIDTH, height > 0 ? height : PICTURE_HEIGHT);
	dump_ui(app, out);
	app->picture = NULL;
	canvas_close(c);
	cairo_text_close(text);
	return true;
}
