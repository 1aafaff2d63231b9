#include "viz/cairo_pictures.h"

#include "viz/app_draw.h"
#include "viz/cairo_canvas.h"
#include "viz/pictures.h"

bool cairo_write_png(const struct app *app, double width, double height, const char *path,
		     struct error *err)
{
	struct app state = picture_state(app);
	struct cairo_text *text = cairo_text_open();
	struct canvas *c = canvas_open(cairo_text_metrics(text));
	bool fine;

	app_draw(c, &state, width, height);
	fine = cairo_canvas_write_png(text, c, 1, path, err);
	canvas_close(c);
	cairo_text_close(text);
	return fine;
}

bool cairo_write_pdf(const struct app *app, double width, double height, const char *path,
		     struct error *err)
{
	struct app state = picture_state(app);
	struct cairo_text *text;
	struct cairo_pdf *pdf;
	struct canvas *c;
	bool fine;

	if (!pictures_fit(app, path, err))
		return false;
	text = cairo_text_open();
	c = canvas_open(cairo_text_metrics(text));
	pdf = cairo_pdf_open(text, path, recording_info(app->scene.recording)->title);
	for (uint32_t step = 0; step <= app_steps(app); step++) {
		char buf[512];
		struct text title = text_in(buf, sizeof buf);

		app_go_to_step(&state, step);
		picture_title(&state, &title);
		app_draw(c, &state, width, height);
		cairo_pdf_page(pdf, c, buf);
	}
	fine = cairo_pdf_close(pdf, err);
	canvas_close(c);
	cairo_text_close(text);
	return fine;
}
