/* overlay_export.c — a button for each format. */
#include "viz/overlays.h"

#include <math.h>
#include <stdio.h>

#include "viz/formats.h"

static double buttons_width(const struct canvas *c, const struct theme *t)
{
	double width = 0;

	for (size_t i = 0; i < format_count; i++)
		width = fmax(width,
			     canvas_measure(c, &t->font[TYPE_STRONG], formats[i].ending).width);
	return ceil(width) + 3 * t->pad;
}

static double words_width(const struct canvas *c, const struct theme *t)
{
	double width = 0;

	for (size_t i = 0; i < format_count; i++)
		width = fmax(width, canvas_measure(c, &t->font[TYPE_LABEL], formats[i].what).width);
	return ceil(width) + 1;
}

static unsigned fitting(const struct app *app)
{
	unsigned count = 0;

	for (size_t i = 0; i < format_count; i++)
		count += format_fits(&formats[i], app);
	return count;
}

void export_draw(const struct ui *ui, const struct app *app, struct rect picture)
{
	struct canvas *c = ui->canvas;
	const struct theme *t = ui->theme;
	struct text_style title = text_style(t->font[TYPE_HEADING], t->color[ROLE_TEXT]);
	struct text_style words = text_style(t->font[TYPE_LABEL], t->color[ROLE_TEXT]);
	double pad = t->pad * 2;
	double row = t->button + t->gap;
	double width = buttons_width(c, t) + pad + words_width(c, t) + 2 * pad;
	double height = t->row + t->pad + row * fitting(app) - t->gap + 2 * pad;
	struct rect r =
		box(floor((picture.w - width) / 2), floor((picture.h - height) / 2), width, height);
	struct rect rest = rect_inset(r, pad, pad);

	overlay_begin(c, t, r, "export");
	canvas_text_in(c, cut_top(&rest, t->row), "Export to the current directory", &title);
	cut_top(&rest, t->pad);
	for (size_t i = 0; i < format_count; i++) {
		struct rect line;
		char id[ID_MAX];
		const struct button b = {.id = id, .label = formats[i].ending};

		if (!format_fits(&formats[i], app))
			continue;
		line = cut_top(&rest, t->button);
		snprintf(id, sizeof id, "export-%s", formats[i].ending);
		ui_button(ui, cut_left(&line, buttons_width(c, t)), &b);
		cut_left(&line, pad);
		canvas_text_in(c, line, formats[i].what, &words);
		cut_top(&rest, t->gap);
	}
	canvas_end(c);
}
