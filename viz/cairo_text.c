#include "viz/cairo_text.h"

#include <math.h>
#include <stdlib.h>

#include "record/memory.h"
#include "viz/cairo_fonts.h"
#include "viz/cairo_prose.h"
#include "viz/cairo_slanted.h"

struct cairo_text {
	struct cairo_fonts *fonts;
	struct cairo_prose *prose;
	struct cairo_slanted *slanted;
	struct metrics metrics;
};

/* ---- measuring ---- */

static double prose_width(PangoLayout *layout)
{
	PangoRectangle logical;

	pango_layout_get_extents(layout, NULL, &logical);
	return (double)logical.width / PANGO_SCALE;
}

static struct text_size measure(void *self, const struct font *font, const char *text, size_t len)
{
	struct cairo_text *t = self;
	struct text_size size = cairo_fonts_extents(t->fonts, font);
	struct glyphs glyphs;
	cairo_matrix_t level;

	cairo_matrix_init_identity(&level);
	if (cairo_fonts_lay_out(t->fonts, font, text, len, &level, true, &glyphs))
		size.width = glyphs.width;
	else
		size.width = prose_width(cairo_prose_line(t->prose, font, text, len, true));
	return size;
}

static size_t wrap(void *self, const struct font *font, const char *text, size_t len, double width)
{
	struct cairo_text *t = self;

	return cairo_prose_wrap(t->prose, font, text, len, width);
}

/* ---- life ---- */

struct cairo_text *cairo_text_open(void)
{
	struct cairo_text *t = memory_get(sizeof *t);

	t->fonts = cairo_fonts_open();
	t->prose = cairo_prose_open();
	t->slanted = cairo_slanted_open();
	t->metrics = (struct metrics){t, measure, wrap};
	return t;
}

void cairo_text_close(struct cairo_text *t)
{
	if (t == NULL)
		return;
	cairo_fonts_close(t->fonts);
	cairo_prose_close(t->prose);
	cairo_slanted_close(t->slanted);
	free(t);
}

const struct metrics *cairo_text_metrics(const struct cairo_text *t)
{
	return &t->metrics;
}

/* ---- drawing ---- */

static double share_before_anchor(enum align align)
{
	return align == ALIGN_LEFT ? 0 : align == ALIGN_RIGHT ? 1 : 0.5;
}

/* Hinted glyphs are made to stand on whole pixels. */
static void move_to_start(cairo_t *cr, double before, bool hinted)
{
	double x = -before;
	double y = 0;

	cairo_user_to_device(cr, &x, &y);
	if (hinted) {
		x = round(x);
		y = round(y);
	}
	cairo_device_to_user(cr, &x, &y);
	cairo_translate(cr, x, y);
}

/* Prose may be narrower than it was measured, but not wider. */
static void draw_prose(cairo_t *cr, PangoLayout *layout, const struct text_line *line, double share,
		       bool hinted)
{
	double width = prose_width(layout);
	double squeeze = fmin(1, line->size.width / width);

	move_to_start(cr, width * squeeze * share, hinted);
	if (squeeze < 1)
		cairo_scale(cr, squeeze, 1);
	pango_cairo_show_layout_line(cr, pango_layout_get_line_readonly(layout, 0));
}

void cairo_text_draw(struct cairo_text *t, cairo_t *cr, const struct canvas *c,
		     const struct text_line *line, bool on_screen)
{
	const struct text_style *style = &line->style;
	const char *text = text_of(c, line);
	double share = share_before_anchor(style->align);
	bool level = fabs(style->angle) < 1e-6;
	bool hinted = on_screen && level;
	struct glyphs glyphs;
	cairo_matrix_t matrix;

	cairo_save(cr);
	cairo_set_source_rgba(cr, style->color.r / 255.0, style->color.g / 255.0,
			      style->color.b / 255.0, style->color.a / 255.0);
	cairo_translate(cr, line->anchor.x, line->anchor.y);
	if (!level)
		cairo_rotate(cr, style->angle);
	cairo_get_matrix(cr, &matrix);
	if (!line->prose && cairo_fonts_lay_out(t->fonts, &style->font, text, line->len, &matrix,
						hinted, &glyphs)) {
		glyphs_space(&glyphs, line->size.width);
		move_to_start(cr, line->size.width * share, hinted);
		cairo_set_scaled_font(cr, glyphs.font);
		if (on_screen && !level)
			cairo_slanted_draw(t->slanted, cr, &glyphs, text, line->len);
		else
			cairo_show_glyphs(cr, glyphs.glyphs, glyphs.count);
	} else {
		draw_prose(cr, cairo_prose_line(t->prose, &style->font, text, line->len, hinted),
			   line, share, hinted);
	}
	cairo_restore(cr);
}
