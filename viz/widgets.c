/* widgets.c — buttons, tabs, the text field and the popover. */
#include "viz/widgets.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "viz/commands.h"

enum { ID_MAX = 64 };

struct ui ui_at_rest(struct canvas *c, const struct theme *t)
{
	return (struct ui){c, t, "", "", "", "", at(-1, -1)};
}

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
	int parts = 0;

	if (b->icon != ICON_NONE) {
		width += icon_size(ui);
		parts++;
	}
	if (b->label != NULL) {
		width += canvas_measure(ui->canvas, &t->font[TYPE_STRONG], b->label).width;
		parts++;
	}
	if (b->key != NULL) {
		width += canvas_measure(ui->canvas, &t->font[TYPE_SMALL], b->key).width;
		parts++;
	}
	if (parts > 1)
		width += t->gap * (parts - 1);
	return ceil(fmax(width, t->button));
}

/* What a button is painted with in its state. */
struct paint {
	struct color fill;
	struct color ink;
	struct color hint;
	struct stroke edge;
};

static struct paint paint_of(const struct ui *ui, const struct button *b)
{
	const struct theme *t = ui->theme;
	struct color ground = role(ui, ROLE_BOX);
	struct paint p = {ground, role(ui, ROLE_TEXT), role(ui, ROLE_DIM),
			  stroke(t->hair, role(ui, ROLE_LINE))};

	if (b->disabled) {
		p.ink = p.hint;
		p.edge = stroke(t->hair, role(ui, ROLE_GRID));
		return p;
	}
	if (b->on) {
		p.fill = role(ui, ROLE_LINE);
		p.ink = p.hint = theme_ink_on(t, p.fill);
		return p;
	}
	if (is(ui->hovered, b->id))
		p.fill = color_mix(ground, role(ui, ROLE_GRID), 0.5);
	if (is(ui->hovered, b->id) && is(ui->pressed, b->id))
		p.fill = color_mix(ground, role(ui, ROLE_GRID), 1);
	if (contrast(p.hint, p.fill) < 4.5)
		p.hint = p.ink;
	return p;
}

/* Icon, label and key in the middle, side by side. */
static void draw_parts(const struct ui *ui, struct rect r, const struct button *b,
		       const struct paint *p)
{
	const struct theme *t = ui->theme;
	struct text_style style = text_style(t->font[TYPE_STRONG], p->ink);
	double needed = button_width(ui, b) - 2 * t->pad;
	struct rect rest = rect_inset(r, fmin(t->pad, fmax(0, (r.w - needed) / 2)), 0);

	if (b->label == NULL && b->key == NULL) {
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
	}
	if (b->key != NULL) {
		struct text_style key = text_style(t->font[TYPE_SMALL], p->hint);
		double width = canvas_measure(ui->canvas, &key.font, b->key).width;

		canvas_text_in(ui->canvas, cut_right(&rest, ceil(width)), b->key, &key);
		cut_right(&rest, t->gap);
	}
	if (b->label == NULL)
		return;
	if (b->icon == ICON_NONE && b->key == NULL)
		style.align = ALIGN_CENTRE;
	canvas_text_in(ui->canvas, rest, b->label, &style);
}

bool ui_button(const struct ui *ui, struct rect r, const struct button *b)
{
	struct paint p = paint_of(ui, b);

	canvas_begin_box(ui->canvas, r, "%s", b->id);
	canvas_round_rect(ui->canvas, r, ui->theme->radius, p.fill, p.edge);
	draw_parts(ui, r, b, &p);
	draw_focus(ui, r, b->id);
	canvas_end(ui->canvas);
	return !b->disabled && is(ui->clicked, b->id);
}

/* ---- tabs ---- */

static void draw_tab(const struct ui *ui, struct rect r, const char *id, const char *label,
		     bool chosen)
{
	const struct theme *t = ui->theme;
	struct text_style style = text_style(t->font[TYPE_STRONG], role(ui, ROLE_DIM));

	style.align = ALIGN_CENTRE;
	if (chosen || is(ui->hovered, id))
		style.color = role(ui, ROLE_TEXT);
	canvas_begin_box(ui->canvas, r, "%s", id);
	canvas_text_in(ui->canvas, r, label, &style);
	/* The chosen one is underlined too: colour is never alone. */
	if (chosen)
		canvas_rect(ui->canvas, box(r.x, bottom_of(r) - t->thick, r.w, t->thick),
			    role(ui, ROLE_TEXT));
	draw_focus(ui, rect_inset(r, t->gap / 2, t->gap / 2), id);
	canvas_end(ui->canvas);
}

size_t ui_tabs(const struct ui *ui, struct rect r, const char *id, const char *const *labels,
	       size_t count, size_t chosen)
{
	const struct theme *t = ui->theme;
	struct rect rest = r;
	size_t now = chosen;

	for (size_t i = 0; i < count; i++) {
		double width = canvas_measure(ui->canvas, &t->font[TYPE_STRONG], labels[i]).width;
		char tab[ID_MAX];

		snprintf(tab, sizeof tab, "%s-%zu", id, i);
		draw_tab(ui, cut_left(&rest, ceil(width) + 2 * t->pad), tab, labels[i],
			 i == chosen);
		if (is(ui->clicked, tab))
			now = i;
	}
	canvas_line(ui->canvas, at(r.x, bottom_of(r)), at(right_of(r), bottom_of(r)),
		    stroke(t->hair, role(ui, ROLE_GRID)));
	return now;
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

/* ---- the popover ---- */

/* Starts at the anchor's start where there is room, else ends where the room
 * does. */
static double kept_between(double start, double length, double least, double most)
{
	return fmax(least, fmin(start, most - length));
}

struct rect ui_popover_begin(const struct ui *ui, struct rect anchor, double w, double h,
			     const char *id)
{
	const struct theme *t = ui->theme;
	struct rect all =
		rect_inset(box(0, 0, ui->canvas->width, ui->canvas->height), t->gap, t->gap);
	double below = bottom_of(all) - bottom_of(anchor) - t->gap;
	double above = anchor.y - t->gap - all.y;
	struct rect r;

	r.w = fmin(w, all.w);
	r.h = fmin(h, all.h);
	r.x = kept_between(anchor.x, r.w, all.x, right_of(all));
	if (r.h <= below || below >= above)
		r.y = bottom_of(anchor) + t->gap;
	else
		r.y = anchor.y - t->gap - r.h;
	r.y = kept_between(r.y, r.h, all.y, bottom_of(all));

	canvas_begin_float(ui->canvas, r, "%s", id);
	canvas_round_rect(ui->canvas, box(r.x + t->gap / 2, r.y + t->gap / 2, r.w, r.h), t->radius,
			  (struct color){0, 0, 0, 60}, NO_STROKE);
	canvas_round_rect(ui->canvas, r, t->radius, role(ui, ROLE_BACKGROUND),
			  stroke(t->line, role(ui, ROLE_LINE)));
	return rect_inset(r, t->pad, t->pad);
}

void ui_popover_end(const struct ui *ui)
{
	canvas_end(ui->canvas);
}
