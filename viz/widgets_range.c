/* widgets_range.c — what slides: slider, scroll bar and list. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "viz/widgets.h"

enum { ID_MAX = 64 };

static bool is(const char *id, const char *other)
{
	return strcmp(id, other) == 0;
}

static double within(double value, double least, double most)
{
	return fmax(least, fmin(value, most));
}

/* ---- slider ---- */

double ui_slider(const struct ui *ui, struct rect r, const char *id, double share)
{
	const struct theme *t = ui->theme;
	double radius = fmin(r.h / 2, t->row * 0.45) - t->line;
	double left = r.x + radius + t->line;
	double length = fmax(1, r.w - 2 * (radius + t->line));
	double middle = r.y + r.h / 2;

	share = within(share, 0, 1);
	if (is(ui->pressed, id))
		share = within((ui->pointer.x - left) / length, 0, 1);
	canvas_begin_box(ui->canvas, r, "%s", id);
	canvas_line(ui->canvas, at(left, middle), at(left + length, middle),
		    stroke(t->thick, t->color[ROLE_DIM]));
	canvas_line(ui->canvas, at(left, middle), at(left + length * share, middle),
		    stroke(t->thick, t->color[ROLE_TEXT]));
	canvas_circle(
		ui->canvas, at(left + length * share, middle), radius,
		t->color[is(ui->pressed, id) || is(ui->hovered, id) ? ROLE_CURRENT : ROLE_BOX],
		stroke(t->line, t->color[ROLE_TEXT]));
	if (is(ui->focused, id))
		canvas_round_rect(ui->canvas, r, t->radius, NO_FILL,
				  stroke(t->line, t->color[ROLE_TEXT]));
	canvas_end(ui->canvas);
	return share;
}

/* ---- scroll bar ---- */

struct scroll scroll_kept_inside(struct scroll s)
{
	s.first = within(s.first, 0, fmax(0, s.total - s.shown));
	return s;
}

struct scroll ui_scroll_bar(const struct ui *ui, struct rect r, const char *id, struct scroll s)
{
	const struct theme *t = ui->theme;
	double length;
	double top;

	s = scroll_kept_inside(s);
	if (s.shown >= s.total || r.h <= 0)
		return s;
	/* Of a very long list the handle is still large enough to take hold of. */
	length = fmin(r.h, fmax(t->row, r.h * s.shown / s.total));
	if (is(ui->pressed, id) && r.h > length) {
		double share = (ui->pointer.y - r.y - length / 2) / (r.h - length);

		s.first = share * (s.total - s.shown);
		s = scroll_kept_inside(s);
	}
	top = r.y + (r.h - length) * s.first / (s.total - s.shown);
	canvas_begin_box(ui->canvas, r, "%s", id);
	canvas_round_rect(ui->canvas, r, r.w / 2, t->color[ROLE_GRID], NO_STROKE);
	canvas_round_rect(
		ui->canvas, box(r.x, top, r.w, length), r.w / 2,
		t->color[is(ui->pressed, id) || is(ui->hovered, id) ? ROLE_TEXT : ROLE_DIM],
		NO_STROKE);
	canvas_end(ui->canvas);
	return s;
}

/* ---- list ---- */

struct list ui_list_begin(const struct ui *ui, struct rect r, const char *id, struct scroll scroll,
			  size_t selected)
{
	const struct theme *t = ui->theme;
	struct list list = {.ui = ui, .id = id, .selected = selected, .clicked = SIZE_MAX};

	scroll.shown = floor(r.h / t->row);
	list.scroll = scroll_kept_inside(scroll);
	list.scroll.first = round(list.scroll.first);
	list.area = r;
	if (list.scroll.shown < list.scroll.total) {
		list.bar = cut_right(&list.area, t->pad);
		cut_right(&list.area, t->gap);
	}
	list.first = (size_t)list.scroll.first;
	list.end = (size_t)fmin(scroll.total, list.scroll.first + scroll.shown);
	canvas_begin_box(ui->canvas, r, "%s", id);
	return list;
}

struct rect ui_list_row(struct list *list, size_t row)
{
	const struct ui *ui = list->ui;
	const struct theme *t = ui->theme;
	struct rect r = list->area;
	char id[ID_MAX];

	r.y += (double)(row - list->first) * t->row;
	r.h = t->row;
	snprintf(id, sizeof id, "%s-%zu", list->id, row);
	canvas_begin_box(ui->canvas, r, "%s", id);
	if (row == list->selected)
		canvas_rect(ui->canvas, r, t->color[ROLE_CURRENT_TINT]);
	else if (is(ui->hovered, id))
		canvas_rect(ui->canvas, r, color_mix(t->color[ROLE_BOX], t->color[ROLE_GRID], 0.3));
	if (row == list->selected)
		canvas_rect(ui->canvas, box(r.x, r.y, t->thick, r.h), t->color[ROLE_TEXT]);
	if (is(ui->clicked, id))
		list->clicked = row;
	return rect_inset(r, t->gap, 0);
}

void ui_list_row_end(const struct list *list)
{
	canvas_end(list->ui->canvas);
}

struct scroll ui_list_end(const struct list *list)
{
	char id[ID_MAX];
	struct scroll scroll = list->scroll;

	snprintf(id, sizeof id, "%s-scroll", list->id);
	scroll = ui_scroll_bar(list->ui, list->bar, id, scroll);
	canvas_end(list->ui->canvas);
	return scroll;
}
