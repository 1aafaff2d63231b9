/* ladder_header.c — who is who: the two hosts above their lifelines, and
 * between them, in smaller boxes, those who take part beside. */
#include "viz/ladder_parts.h"

#include <math.h>

/* ---- the two ---- */

/* As narrow as its name where others need the room. */
static double host_width(const struct ladder_drawing *d, enum side side)
{
	const struct theme *t = d->theme;
	const struct ladder_columns *col = &d->layout->columns;
	const char *name = focus_name(d->scene->recording, &d->scene->focus, side);
	bool guests = d->layout->guests.count > 0;
	double half =
		fmin(col->life[CLIENT] - col->header.x, right_of(col->header) - col->life[SERVER]);
	double width = canvas_measure(d->canvas, &t->font[TYPE_HEADING], name).width + 4 * t->gap;

	if (!guests || !t->projector)
		width = fmax(width, t->font[TYPE_HEADING].size * 7);
	return fmin(width, 2 * fmin(half, (col->life[SERVER] - col->life[CLIENT]) / 2 - t->gap));
}

static void draw_host(const struct ladder_drawing *d, enum side side)
{
	const struct theme *t = d->theme;
	const struct ladder_columns *col = &d->layout->columns;
	const char *name = focus_name(d->scene->recording, &d->scene->focus, side);
	struct text_style style = text_style(t->font[TYPE_HEADING], side_color(t, side));
	double width = host_width(d, side);
	struct rect r = box(col->life[side] - width / 2, col->header.y, width, t->button);

	canvas_round_rect(d->canvas, r, t->radius, t->color[ROLE_BOX],
			  stroke(t->line * 0.8, side_color(t, side)));
	style.align = ALIGN_CENTRE;
	canvas_text_cut(d->canvas, rect_inset(r, t->gap, 0), name, &style);
}

/* ---- their guests ---- */

struct name_box {
	double x; /* its middle */
	double width;
};

/* None is wider than `room` for all of them allows: who needs less than an
 * equal share leaves the rest to the others. */
static void share_room(struct name_box *boxes, unsigned count, double room)
{
	for (unsigned pass = 0; pass < count; pass++) {
		double needed = 0;
		double taken = 0;
		unsigned wide = 0;

		for (unsigned i = 0; i < count; i++)
			needed += boxes[i].width;
		for (unsigned i = 0; i < count; i++) {
			wide += boxes[i].width > room / count;
			taken += boxes[i].width > room / count ? 0 : boxes[i].width;
		}
		if (needed <= room)
			return;
		for (unsigned i = 0; i < count; i++)
			if (boxes[i].width > room / count)
				boxes[i].width = fmin(boxes[i].width, (room - taken) / wide);
	}
}

/* From left to right, each as near to its line as the others let it. */
static void push_apart(struct name_box *boxes, const unsigned *order, unsigned count, double left,
		       double right, double air)
{
	double edge = left;

	for (unsigned i = 0; i < count; i++) {
		struct name_box *b = &boxes[order[i]];

		b->x = fmax(b->x, edge + b->width / 2);
		edge = b->x + b->width / 2 + air;
	}
	edge = right;
	for (unsigned i = count; i-- > 0;) {
		struct name_box *b = &boxes[order[i]];

		b->x = fmin(b->x, edge - b->width / 2);
		edge = b->x - b->width / 2 - air;
	}
}

static void order_by_place(const struct ladder_layout *l, unsigned *order)
{
	for (unsigned i = 0; i < l->guests.count; i++) {
		unsigned k = i;

		for (; k > 0 && l->guest_x[order[k - 1]] > l->guest_x[i]; k--)
			order[k] = order[k - 1];
		order[k] = i;
	}
}

static void draw_guest(const struct ladder_drawing *d, unsigned i, const struct name_box *b)
{
	const struct theme *t = d->theme;
	struct text_style style = text_style(t->font[TYPE_LABEL], t->color[ROLE_TEXT]);
	struct rect r = box(b->x - b->width / 2, d->layout->columns.header.y + t->gap / 2, b->width,
			    t->button - t->gap);

	style.align = ALIGN_CENTRE;
	canvas_begin(d->canvas, "guest-%u", i);
	canvas_round_rect(d->canvas, r, t->radius, t->color[ROLE_BOX],
			  stroke(t->hair, t->color[ROLE_LINE]));
	canvas_text_cut(d->canvas, rect_inset(r, t->gap / 2, 0), d->layout->guests.all[i].name,
			&style);
	canvas_end(d->canvas);
}

static void draw_guest_names(const struct ladder_drawing *d)
{
	const struct theme *t = d->theme;
	const struct ladder_layout *l = d->layout;
	const struct ladder_columns *col = &l->columns;
	unsigned count = l->guests.count;
	double air = t->gap / 2;
	double left = col->life[CLIENT] + host_width(d, CLIENT) / 2 + air;
	double right = col->life[SERVER] - host_width(d, SERVER) / 2 - air;
	struct name_box boxes[GUESTS_MAX];
	unsigned order[GUESTS_MAX];

	for (unsigned i = 0; i < count; i++) {
		boxes[i].x = l->guest_x[i];
		boxes[i].width =
			canvas_measure(d->canvas, &t->font[TYPE_LABEL], l->guests.all[i].name)
				.width +
			2 * t->gap;
	}
	share_room(boxes, count, right - left - air * (count + 1));
	order_by_place(l, order);
	push_apart(boxes, order, count, left, right, air);
	for (unsigned i = 0; i < count; i++)
		draw_guest(d, i, &boxes[i]);
}

/* ---- all ---- */

void draw_header(const struct ladder_drawing *d)
{
	const struct theme *t = d->theme;
	const struct ladder_columns *col = &d->layout->columns;
	struct text_style style = text_style(t->font[TYPE_SMALL], t->color[ROLE_DIM]);

	for (int side = CLIENT; side <= SERVER; side++)
		draw_host(d, (enum side)side);
	draw_guest_names(d);
	style.align = ALIGN_LEFT;
	if (col->time > 0)
		canvas_text(
			d->canvas,
			at(col->header.x, col->header.y + t->button / 2 + style.font.size * 0.36),
			"time, s", &style);
}
