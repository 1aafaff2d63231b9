/* ladder_arrows.c — segments on the ladder.
 *
 * Shape carries the meaning, so that grey will do: solid is text, thin a
 * pure ACK, dashed was sent again, a cross is lost, double is a copy that
 * the network made, a hollow head was overtaken, a diamond is where a link
 * changed it. */
#include "viz/ladder_parts.h"

#include <math.h>

struct color ladder_future(const struct theme *t, struct color color)
{
	return color_mix(color, t->color[ROLE_PANEL], 0.55);
}

static bool is_pure_ack(const struct packet_record *p)
{
	const struct segment *seg = &p->packet.tcp;

	return p->packet.kind == PACKET_TCP && segment_len(seg) == 0 &&
	       !(seg->flags & (SYN | FIN | RST));
}

static struct stroke stroke_of(const struct ladder_drawing *d, const struct ladder_arrow *a)
{
	const struct theme *t = d->theme;
	const struct packet_record *p = &a->record;
	bool reset = p->packet.kind == PACKET_TCP && (p->packet.tcp.flags & RST);
	struct stroke s = {
		.width = is_pure_ack(p) ? t->hair * 1.25 : t->line,
		.color = reset           ? t->color[ROLE_ALERT]
			 : a->from_guest ? t->color[ROLE_LINE]
					 : side_color(t, a->side),
		.dash = p->again_of != EVENT_NONE && p->copy_of == EVENT_NONE ? DASH_DASHED
									      : DASH_NONE,
	};

	if (a->current || a->packet == d->scene->selected || a->packet == d->scene->hovered)
		s.width *= 1.4;
	return s;
}

static struct point along(const struct ladder_arrow *a, double share)
{
	return at(a->from.x + (a->to.x - a->from.x) * share,
		  a->from.y + (a->to.y - a->from.y) * share);
}

static void draw_line(const struct ladder_drawing *d, const struct ladder_arrow *a,
		      struct point from, struct point to, struct stroke s)
{
	double length = hypot(to.x - from.x, to.y - from.y);
	double off = s.width * 1.1;
	double nx;
	double ny;

	if (length <= 0)
		return;
	if (a->record.copy_of == EVENT_NONE) {
		canvas_line(d->canvas, from, to, s);
		return;
	}
	nx = -(to.y - from.y) / length * off;
	ny = (to.x - from.x) / length * off;
	s.width *= 0.7;
	canvas_line(d->canvas, at(from.x + nx, from.y + ny), at(to.x + nx, to.y + ny), s);
	canvas_line(d->canvas, at(from.x - nx, from.y - ny), at(to.x - nx, to.y - ny), s);
}

static void draw_cross(const struct ladder_drawing *d, struct point p, struct color color)
{
	double half = d->theme->head * 0.5;
	struct stroke s = stroke(d->theme->thick * 0.8, color);

	canvas_line(d->canvas, at(p.x - half, p.y - half), at(p.x + half, p.y + half), s);
	canvas_line(d->canvas, at(p.x - half, p.y + half), at(p.x + half, p.y - half), s);
}

static void draw_head(const struct ladder_drawing *d, const struct ladder_arrow *a, struct stroke s)
{
	double size = d->theme->head * (is_pure_ack(&a->record) ? 0.85 : 1.1);

	s.dash = DASH_NONE;
	if (a->record.overtaken)
		canvas_hollow_head(d->canvas, a->to, a->from, size, s, d->theme->color[ROLE_PANEL]);
	else
		canvas_head(d->canvas, a->to, a->from, size, s);
}

/* The line stops where the head begins, so that its end does not show. */
static struct point before_head(const struct ladder_drawing *d, const struct ladder_arrow *a)
{
	double length = hypot(a->to.x - a->from.x, a->to.y - a->from.y);
	double back = a->fate == FATE_LOST ? 0 : d->theme->head * 0.8;

	return along(a, length > back ? 1 - back / length : 1);
}

static void draw_end(const struct ladder_drawing *d, const struct ladder_arrow *a, struct stroke s,
		     bool happened)
{
	struct color alert = d->theme->color[ROLE_ALERT];

	if (a->fate == FATE_LOST)
		draw_cross(d, a->to, happened ? alert : ladder_future(d->theme, alert));
	else
		draw_head(d, a, s);
}

/* What one under way has behind it, and where it is. */
static void draw_flight(const struct ladder_drawing *d, const struct ladder_arrow *a)
{
	struct stroke s = stroke_of(d, a);
	struct point reached = along(a, a->travelled);

	draw_line(d, a, a->from, reached, s);
	canvas_circle(d->canvas, reached, d->theme->font[TYPE_NUMBER].size * LADDER_DOT, s.color,
		      stroke(d->theme->hair, d->theme->color[ROLE_PANEL]));
}

static void draw_arrow(const struct ladder_drawing *d, const struct ladder_arrow *a)
{
	struct stroke s = stroke_of(d, a);
	struct stroke dim = s;
	struct point end = before_head(d, a);

	/* What this step is about is full all the way. */
	dim.color = a->sent_now ? s.color : ladder_future(d->theme, s.color);
	if (a->when == WHEN_PAST) {
		draw_line(d, a, a->from, end, s);
		draw_end(d, a, s, true);
		return;
	}
	draw_line(d, a, a->from, end, dim);
	draw_end(d, a, dim, false);
	if (a->when == WHEN_UNDER_WAY)
		draw_flight(d, a);
}

/* Where a label could not keep clear of other arrows, those are interrupted. */
static void draw_plate(const struct ladder_drawing *d, const struct label_line *line)
{
	double width = canvas_measure(d->canvas, &line->style.font, line->text).width;
	struct slab slab = slab_of_text(line->anchor, &line->style, width + d->theme->gap);
	double c = cos(slab.angle);
	double s = sin(slab.angle);
	struct point corners[4];

	for (int i = 0; i < 4; i++) {
		double x = slab.half_width * (i == 0 || i == 3 ? -1 : 1);
		double y = slab.half_height * (i < 2 ? -1 : 1);

		corners[i] = at(slab.centre.x + x * c - y * s, slab.centre.y + x * s + y * c);
	}
	canvas_polygon(d->canvas, corners, 4, d->theme->color[ROLE_PANEL], NO_STROKE);
}

static void draw_words(const struct ladder_drawing *d, const struct arrow_label *label, bool plates)
{
	for (unsigned i = 0; i < label->count; i++) {
		const struct label_line *line = &label->lines[i];

		if (line->plate != plates)
			continue;
		if (plates)
			draw_plate(d, line);
		canvas_text(d->canvas, line->anchor, line->text, &line->style);
	}
}

static void draw_corruption(const struct ladder_drawing *d, const struct ladder_arrow *a)
{
	struct point p = along(a, a->corrupted);
	double r = d->theme->head * 0.55;
	const struct point diamond[4] = {at(p.x, p.y - r), at(p.x + r, p.y), at(p.x, p.y + r),
					 at(p.x - r, p.y)};
	struct color alert = d->theme->color[ROLE_ALERT];

	canvas_polygon(d->canvas, diamond, 4,
		       a->when == WHEN_FUTURE ? ladder_future(d->theme, alert) : alert, NO_STROKE);
}

static void draw_one(const struct ladder_drawing *d, const struct ladder_arrow *a,
		     const struct arrow_label *label)
{
	canvas_begin(d->canvas, "packet-%u", a->packet);
	draw_arrow(d, a);
	if (a->corrupted > 0)
		draw_corruption(d, a);
	draw_words(d, label, false);
	canvas_end(d->canvas);
}

/* What matters lies above: the past on the future, this step on the past, and
 * words that interrupt arrows on all of them. */
void draw_arrows(const struct ladder_drawing *d, const struct arrow_label *labels)
{
	const struct ladder_layout *l = d->layout;

	for (int rank = LADDER_RANKS - 1; rank >= 0; rank--)
		for (uint32_t i = 0; i < l->arrow_count; i++)
			if (ladder_rank(d->scene, &l->arrows[i]) == rank)
				draw_one(d, &l->arrows[i], &labels[i]);
	for (uint32_t i = 0; i < l->arrow_count; i++) {
		if (labels[i].count == 0 || !labels[i].lines[0].plate)
			continue;
		canvas_begin(d->canvas, "packet-%u-words", l->arrows[i].packet);
		draw_words(d, &labels[i], true);
		canvas_end(d->canvas);
	}
}
