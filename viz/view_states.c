#include "viz/view_states.h"

#include <math.h>

#include "viz/panel.h"
#include "viz/placer.h"
#include "viz/state_heat.h"

/* What is known of the diagram at the cursor. */
struct diagram {
	struct canvas *canvas;
	const struct theme *theme;
	enum side side;
	struct rect inside; /* that labels stay in */
	struct rect square; /* of the unit coordinates */
	double half_width;  /* of a box */
	double half_height;
	struct font font; /* of the states' names */
	bool short_names;
	const struct diagram_edge *edges;
	unsigned edge_count;
	struct diagram_heat at; /* the cursor */
	struct placer placer;
};

/* ---- places ---- */

static struct point place(const struct diagram *d, struct point unit)
{
	return at(d->square.x + unit.x * d->square.w, d->square.y + unit.y * d->square.h);
}

static struct rect box_of(const struct diagram *d, unsigned node)
{
	struct point middle = place(d, diagram_nodes[node]);

	return box(middle.x - d->half_width, middle.y - d->half_height, 2 * d->half_width,
		   2 * d->half_height);
}

static const char *name_of(const struct diagram *d, unsigned node)
{
	enum tcp_state state = node == NODE_CLOSED_AGAIN ? CLOSED : (enum tcp_state)node;

	return d->short_names ? state_short_name(state) : state_name(state);
}

static double widest_name(const struct diagram *d)
{
	double width = 0;

	for (unsigned node = 0; node < NODE_COUNT; node++)
		width = fmax(width, canvas_measure(d->canvas, &d->font, name_of(d, node)).width);
	return width;
}

/* The largest type in which all names fit into `room`, but not under the
 * smallest there is; false where even that is too large. */
static bool names_fit(struct diagram *d, double room)
{
	double least = d->theme->font[TYPE_SMALL].size;

	d->font = d->theme->font[TYPE_STRONG];
	while (widest_name(d) > room && d->font.size > least)
		d->font.size = fmax(least, d->font.size - 0.5);
	return widest_name(d) <= room;
}

/* Names are whole, or short as in the figure; where those are still too long
 * for the boxes of the unit square, boxes get wider and columns move inwards. */
static void fit(struct diagram *d, struct rect inside)
{
	double width = inside.w * DIAGRAM_BOX_WIDTH / 1000;
	double outer = diagram_nodes[FIN_WAIT_1].x; /* of the left column's middle */
	double air = d->theme->gap;
	double margin;

	d->short_names = false;
	if (!names_fit(d, width - air)) {
		d->short_names = true;
		(void)names_fit(d, width - air);
	}
	d->half_width = fmax(width, widest_name(d) + air * 1.6) / 2;
	d->half_height = fmax(inside.h * DIAGRAM_BOX_HEIGHT / 1000, d->font.size * 1.3) / 2;
	d->square = inside;
	margin = d->half_width + d->theme->thick - outer * inside.w;
	if (margin > 0) {
		d->square.w = (inside.w * (1 - 2 * outer) - 2 * margin) / (1 - 2 * outer);
		d->square.x = inside.x + (inside.w - d->square.w) / 2;
	}
}

/* An end of an edge on the border of its box as it really is. */
static struct point on_border(const struct diagram *d, struct point unit, unsigned node)
{
	struct point middle = place(d, diagram_nodes[node]);
	double x = (unit.x - diagram_nodes[node].x) * 2000 / DIAGRAM_BOX_WIDTH;
	double y = (unit.y - diagram_nodes[node].y) * 2000 / DIAGRAM_BOX_HEIGHT;

	if (fabs(y) < 0.9)
		return at(middle.x + copysign(d->half_width, x), middle.y + y * d->half_height);
	return at(middle.x + x * d->half_width, middle.y + copysign(d->half_height, y));
}

/* The inner points follow their ends. */
static void curve_of(const struct diagram *d, const struct diagram_edge *edge,
		     struct point curve[4])
{
	struct point planned[4];

	for (int i = 0; i < 4; i++)
		planned[i] = place(d, edge->curve[i]);
	curve[0] = on_border(d, edge->curve[0], edge->from);
	curve[3] = on_border(d, edge->curve[3], edge->to);
	curve[1] = at(planned[1].x + curve[0].x - planned[0].x,
		      planned[1].y + curve[0].y - planned[0].y);
	curve[2] = at(planned[2].x + curve[3].x - planned[3].x,
		      planned[2].y + curve[3].y - planned[3].y);
}

/* ---- edges ---- */

static double head_size(const struct diagram *d, enum heat heat)
{
	return d->theme->head * (heat == HEAT_NOW ? 1.5 : heat == HEAT_LAST ? 0.95 : 0.7);
}

/* Yellow on white needs an outline to be seen. The head keeps clear of the
 * outline of the box that is lit. */
static void draw_hot_edge(const struct diagram *d, struct point curve[4])
{
	const struct theme *t = d->theme;
	double dx = curve[2].x - curve[3].x;
	double dy = curve[2].y - curve[3].y;
	double length = fmax(hypot(dx, dy), 1);

	curve[3].x += dx / length * t->thick * 0.6;
	curve[3].y += dy / length * t->thick * 0.6;
	canvas_curve(d->canvas, curve, stroke(t->thick * 1.9, t->color[ROLE_TEXT]));
	canvas_curve(d->canvas, curve, stroke(t->thick, t->color[ROLE_CURRENT]));
	canvas_hollow_head(d->canvas, curve[3], at(curve[3].x + dx, curve[3].y + dy),
			   head_size(d, HEAT_NOW), stroke(t->hair * 1.5, t->color[ROLE_TEXT]),
			   t->color[ROLE_CURRENT]);
}

static void draw_edge(const struct diagram *d, const struct diagram_edge *edge, enum heat heat)
{
	const struct theme *t = d->theme;
	struct stroke s =
		stroke(t->hair * 1.1, color_mix(t->color[ROLE_LINE], t->color[ROLE_PANEL], 0.3));
	struct point curve[4];

	curve_of(d, edge, curve);
	if (heat == HEAT_NOW) {
		draw_hot_edge(d, curve);
		return;
	}
	if (heat == HEAT_LAST)
		s = stroke(t->line * 1.2, side_color(t, d->side));
	canvas_curve(d->canvas, curve, s);
	canvas_head(d->canvas, curve[3],
		    at(curve[3].x + (curve[2].x - curve[3].x) * 0.2,
		       curve[3].y + (curve[2].y - curve[3].y) * 0.2),
		    head_size(d, heat), s);
}

static void draw_edges(const struct diagram *d)
{
	for (int heat = HEAT_NONE; heat <= HEAT_NOW; heat++)
		for (unsigned i = 0; i < d->edge_count; i++)
			if ((int)d->at.heat[i] == heat && (!d->edges[i].rare || heat >= HEAT_LAST))
				draw_edge(d, &d->edges[i], (enum heat)heat);
}

/* ---- labels ---- */

static bool wants_label(const struct diagram *d, unsigned edge)
{
	if (d->edges[edge].rare && d->at.heat[edge] < HEAT_LAST)
		return false;
	return !d->theme->projector || d->at.heat[edge] != HEAT_NONE;
}

/* A taken edge tells why, where that is not what the figure says. */
static unsigned label_lines(const struct diagram *d, unsigned edge, const char *lines[2])
{
	const struct diagram_edge *e = &d->edges[edge];
	bool to_closed = e->to == CLOSED || e->to == NODE_CLOSED_AGAIN;

	lines[0] = e->lines[0];
	lines[1] = e->lines[1];
	if (d->at.heat[edge] >= HEAT_LAST && d->at.reason && to_closed) {
		lines[0] = d->at.reason;
		lines[1] = NULL;
	}
	return lines[0] == NULL ? 0 : lines[1] == NULL ? 1 : 2;
}

static struct text_style label_style(const struct diagram *d, enum heat heat)
{
	struct text_style style = text_style(d->theme->font[TYPE_SMALL], d->theme->color[ROLE_DIM]);

	if (heat == HEAT_NOW) {
		style.font.weight = WEIGHT_BOLD;
		style.color = d->theme->color[ROLE_TEXT];
	} else if (heat == HEAT_LAST) {
		style.font.weight = WEIGHT_SEMIBOLD;
		style.color = side_color(d->theme, d->side);
	}
	return style;
}

/* Where it was put by hand, or a little to the sides; not over anything. */
static void draw_label(struct diagram *d, unsigned edge)
{
	static const double nudges[][2] = {{0, 0},       {0, .012},    {0, -.012},   {.02, 0},
					   {-.02, 0},    {0, .024},    {0, -.024},   {.02, .012},
					   {-.02, .012}, {.02, -.012}, {-.02, -.012}};
	const struct diagram_edge *e = &d->edges[edge];
	struct text_style style = label_style(d, d->at.heat[edge]);
	double pitch = style.font.size * 1.15;
	const char *lines[2];
	unsigned count = label_lines(d, edge, lines);
	double clear = d->theme->hair; /* of its edge's line, which may be thick */
	double width = 0;

	if (d->at.heat[edge] == HEAT_NOW)
		clear = d->theme->thick;
	if (count == 0 || !wants_label(d, edge))
		return;
	for (unsigned i = 0; i < count; i++)
		width = fmax(width, canvas_measure(d->canvas, &style.font, lines[i]).width);
	style.align = e->align;
	for (unsigned i = 0; i < sizeof nudges / sizeof nudges[0]; i++) {
		struct point p = place(d, at(e->label.x + nudges[i][0], e->label.y + nudges[i][1]));
		double x = e->align == ALIGN_LEFT    ? p.x
			   : e->align == ALIGN_RIGHT ? p.x - width
						     : p.x - width / 2;
		struct rect r =
			box(fmax(d->inside.x, fmin(x, right_of(d->inside) - width)),
			    fmin(p.y - pitch * count / 2, bottom_of(d->inside) - pitch * count),
			    width, pitch * count);
		struct slab slab = {middle_of(r), r.w / 2 + clear, r.h / 2 - style.font.size * 0.1,
				    0};

		if (!placer_has_room(&d->placer, &slab, OWNED_BY_NONE))
			continue;
		for (unsigned k = 0; k < count; k++)
			canvas_text_in(d->canvas, box(r.x, r.y + pitch * k, r.w, pitch), lines[k],
				       &style);
		placer_add_slab(&d->placer, &slab);
		return;
	}
}

/* Curves as straight pieces. */
static void add_curve(struct diagram *d, const struct diagram_edge *edge, uint32_t owner)
{
	enum { PIECES = 12 };
	struct point p[4];
	struct point last;

	curve_of(d, edge, p);
	last = p[0];
	for (int i = 1; i <= PIECES; i++) {
		double v = (double)i / PIECES;
		double u = 1 - v;
		double share[4] = {u * u * u, 3 * u * u * v, 3 * u * v * v, v * v * v};
		struct point next = at(0, 0);

		for (int k = 0; k < 4; k++) {
			next.x += share[k] * p[k].x;
			next.y += share[k] * p[k].y;
		}
		placer_add_line(&d->placer, last, next, owner);
		last = next;
	}
}

static void add_head(struct diagram *d, const struct diagram_edge *edge, enum heat heat)
{
	double size = head_size(d, heat);
	struct point p[4];
	double dx;
	double dy;
	double length;

	curve_of(d, edge, p);
	dx = p[2].x - p[3].x;
	dy = p[2].y - p[3].y;
	length = fmax(hypot(dx, dy), 1);
	placer_add_rect(&d->placer, box(p[3].x + dx / length * size / 2 - size / 2,
					p[3].y + dy / length * size / 2 - size / 2, size, size));
}

static void draw_labels(struct diagram *d)
{
	for (unsigned node = 0; node < NODE_COUNT; node++)
		placer_add_rect(&d->placer, box_of(d, node));
	for (unsigned i = 0; i < d->edge_count; i++)
		if (!d->edges[i].rare || d->at.heat[i] >= HEAT_LAST) {
			add_curve(d, &d->edges[i], i);
			add_head(d, &d->edges[i], d->at.heat[i]);
		}
	for (int heat = HEAT_NOW; heat >= HEAT_NONE; heat--)
		for (unsigned i = 0; i < d->edge_count; i++)
			if ((int)d->at.heat[i] == heat)
				draw_label(d, i);
}

/* ---- boxes ---- */

static void draw_box(const struct diagram *d, unsigned node)
{
	const struct theme *t = d->theme;
	struct rect r = box_of(d, node);
	struct text_style style = text_style(d->font, t->color[ROLE_TEXT]);
	struct color fill = t->color[ROLE_BOX];
	struct stroke outline = stroke(t->hair * 1.2, t->color[ROLE_LINE]);

	if (node == d->at.node && d->at.inferred) {
		outline = stroke(t->thick, side_color(t, d->side));
		style.font.italic = true;
		style.color = side_color(t, d->side);
	} else if (node == d->at.node) {
		fill = side_color(t, d->side);
		outline = stroke(t->thick, t->color[ROLE_TEXT]);
		style.color = theme_ink_on(t, fill);
	}
	style.align = ALIGN_CENTRE;
	canvas_round_rect(d->canvas, r, t->radius, fill, outline);
	canvas_text_in(d->canvas, r, name_of(d, node), &style);
}

/* ---- all ---- */

void view_states_draw(struct canvas *c, const struct theme *t, const struct scene *s,
		      enum side side, struct rect area)
{
	struct diagram d = {.canvas = c, .theme = t, .side = side};
	struct rect inside;

	canvas_begin_box(c, area, "states-%s", side_name(side));
	inside = draw_titled_panel(c, t, area, focus_name(s->recording, &s->focus, side),
				   side_color(t, side));
	d.inside = inside;
	fit(&d, inside);
	d.edges = diagram_edges(&d.edge_count);
	diagram_heat_find(&d.at, s, side);
	draw_edges(&d);
	for (unsigned node = 0; node < NODE_COUNT; node++)
		draw_box(&d, node);
	draw_labels(&d);
	canvas_end(c);
	placer_free(&d.placer);
}
