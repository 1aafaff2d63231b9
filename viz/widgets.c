/* widgets.c — buttons and the text field. */
#include "viz/widgets.h"

#include <math.h>
#include <string.h>

static bool is(const char *id, const char *other)
{
	return strcmp(id, other) == 0;
}

static struct color role(const struct ui *ui, enum role r)
{
	return ui->theme->color[r];
}

/* Around what the keyboard acts on: dark on light, light on dark, apart from
 * the widget's own edge. */
static void draw_focus(const struct ui *ui, struct rect r, const char *id)
{
	double apart = ui->theme->line;

	if (!is(ui->focused, id))
		return;
	r = box(r.x - apart * 1.5, r.y - apart * 1.5, r.w + 3 * apart, r.h + 3 * apart);
	canvas_round_rect(ui->canvas, r, ui->theme->radius + apart, NO_FILL,
			  stroke(ui->theme->line, role(ui, ROLE_TEXT)));
}

/* ---- buttons ---- */

static double icon_size(const struct ui *ui)
{
	return round(ui->theme->font[TYPE_STRONG].size * 0.8);
}

double button_width(const struct ui *ui, const struct button *b)
{
	const struct theme *t = ui->theme;
	double width = 2 * t->pad;

	if (b->icon != ICON_NONE)
		width += icon_size(ui);
	if (b->label != NULL)
		width += canvas_measure(ui->canvas, &t->font[TYPE_STRONG], b->label).width;
	if (b->icon != ICON_NONE && b->label != NULL)
		width += t->gap;
	return ceil(fmax(width, t->button));
}

/* What a button is painted with in its state. */
struct paint {
	struct color fill;
	struct color ink;
	struct stroke edge;
};

static struct paint paint_of(const struct ui *ui, const struct button *b)
{
	const struct theme *t = ui->theme;
	struct color ground = role(ui, ROLE_BOX);
	struct paint p = {ground, role(ui, ROLE_TEXT), stroke(t->hair, role(ui, ROLE_LINE))};

	if (b->disabled) {
		p.ink = role(ui, ROLE_DIM);
		p.edge = stroke(t->hair, role(ui, ROLE_GRID));
		return p;
	}
	if (is(ui->hovered, b->id))
		p.fill = color_mix(ground, role(ui, ROLE_GRID), 0.5);
	if (is(ui->hovered, b->id) && is(ui->pressed, b->id))
		p.fill = color_mix(ground, role(ui, ROLE_GRID), 1);
	return p;
}

/* Icon and label in the middle, side by side. */
static void draw_parts(const struct ui *ui, struct rect r, const struct button *b,
		       const struct paint *p)
{
	const struct theme *t = ui->theme;
	struct text_style style = text_style(t->font[TYPE_STRONG], p->ink);
	double needed = button_width(ui, b) - 2 * t->pad;
	struct rect rest = rect_inset(r, fmin(t->pad, fmax(0, (r.w - needed) / 2)), 0);

	if (b->label == NULL) {
		draw_icon(ui->canvas,
			  rect_inset(r, (r.w - icon_size(ui)) / 2, (r.h - icon_size(ui)) / 2),
			  b->icon, p->ink);
		return;
	}
	if (b->icon != ICON_NONE) {
		struct rect place = cut_left(&rest, icon_size(ui));

		draw_icon(ui->canvas, rect_inset(place, 0, (place.h - icon_size(ui)) / 2), b->icon,
			  p->ink);
		cut_left(&rest, t->gap);
	} else {
		style.align = ALIGN_CENTRE;
	}
	canvas_text_in(ui->canvas, rest, b->label, &style);
}

void ui_button(const struct ui *ui, struct rect r, const struct button *b)
{
	struct paint p = paint_of(ui, b);

	canvas_begin_box(ui->canvas, r, "%s", b->id);
	canvas_round_rect(ui->canvas, r, ui->theme->radius, p.fill, p.edge);
	draw_parts(ui, r, b, &p);
	draw_focus(ui, r, b->id);
	canvas_end(ui->canvas);
}

/* ---- the text field ---- */

void ui_text_field(const struct ui *ui, struct rect r, const char *id, const char *text,
		   const char *hint)
{
	const struct theme *t = ui->theme;
	struct text_style style = text_style(t->font[TYPE_LABEL], role(ui, ROLE_TEXT));
	struct rect inside = rect_inset(r, t->gap, t->hair);
	double width = canvas_measure(ui->canvas, &style.font, text).width;
	double caret = inside.x + fmin(width, inside.w - t->line);

	canvas_begin_box(ui->canvas, r, "%s", id);
	canvas_round_rect(ui->canvas, r, t->radius, role(ui, ROLE_BOX),
			  stroke(t->line, role(ui, is(ui->focused, id) ? ROLE_TEXT : ROLE_DIM)));
	canvas_clip(ui->canvas, inside, CLIP_WINDOW);
	if (text[0] == '\0') {
		style.color = role(ui, ROLE_DIM);
		canvas_text_cut(ui->canvas, rect_inset(inside, t->line * 2, 0), hint, &style);
	} else {
		style.align = ALIGN_RIGHT;
		canvas_text(ui->canvas, at(caret, inside.y + inside.h / 2 + style.font.size * 0.36),
			    text, &style);
	}
	if (is(ui->focused, id))
		canvas_rect(ui->canvas,
			    box(caret, inside.y + inside.h * 0.2, t->line, inside.h * 0.6),
			    role(ui, ROLE_TEXT));
	canvas_unclip(ui->canvas);
	canvas_end(ui->canvas);
}
