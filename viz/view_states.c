#include "viz/view_states.h"

#include <math.h>
#include <string.h>

#include "viz/panel.h"
#include "viz/placer.h"
#include "viz/state_diagram.h"

enum heat {
	HEAT_NONE,
	HEAT_NEXT, /* leads away from the current state */
	HEAT_LAST, /* taken before this step, and nothing since */
	HEAT_NOW,  /* taken in this step */
};

/* What is known of the diagram at the cursor. */
struct diagram {
	struct canvas *canvas;
	const struct theme *theme;
	enum side side;
	struct rect square; /* of the unit coordinates */
	double half_width;  /* of a box */
	double half_height;
	struct font font; /* of the states' names */
	bool short_names;
	unsigned node;      /* that is lit */
	bool inferred;
	const struct diagram_edge *edges;
	unsigned edge_count;
	enum heat heat[64];
	const char *reason; /* why a hot edge that is not in the figure was taken */
	struct placer placer;
};

/* ---- what happened ---- */

/* The newest transition of the end's connection at the cursor, looking back
 * as far as is quick; EVENT_NONE where there is none. */
static uint32_t last_transition(const struct scene *s, uint32_t conn, enum side side)
{
	enum { BACK = 4096 };
	uint32_t n = s->cursor.event;

	for (int i = 0; i < BACK && n != EVENT_NONE; i++, n--) {
		const struct event *event = recording_event(s->recording, n);

		if (event->kind != EVENT_TRANSITION || event->host != s->focus.host[side])
			continue;
		if (conn == EVENT_NONE || event->conn == conn)
			return n;
	}
	return EVENT_NONE;
}

/* What made a connection go to CLOSED: the input of the turn. */
static const char *reason_of(const struct recording *r, const struct event *transition)
{
	uint32_t first;
	uint32_t count;
	const struct event *input;

	recording_turn(r, transition->turn, &first, &count);
	input = recording_event(r, first);
	if (input->kind == EVENT_TIMER)
		return input->timer == TIMER_TIME_WAIT ? NULL : "timed out";
	if (input->kind == EVENT_CALL)
		return input->call == CALL_ABORT    ? "ABORT"
		       : input->call == CALL_REBOOT ? "reboot"
						    : NULL;
	if (input->kind == EVENT_ARRIVE && input->packet != EVENT_NONE) {
		struct packet_record p;

		recording_packet(r, input->packet, &p);
		return p.packet.kind != PACKET_TCP        ? "ICMP"
		       : (p.packet.tcp.flags & RST) != 0 ? "rcv RST"
							 : NULL;
	}
	return NULL;
}

static void heat_edge(struct diagram *d, const struct diagram_edge *edge, enum heat heat)
{
	if (edge && d->heat[edge - d->edges] < heat)
		d->heat[edge - d->edges] = heat;
}

static void heat_step(struct diagram *d, const struct scene *s)
{
	uint32_t first;
	uint32_t count;

	if (cursor_is_at_start(s->cursor))
		return;
	recording_turn(s->recording, cursor_turn(s->recording, s->cursor), &first, &count);
	for (uint32_t n = first; n <= s->cursor.event; n++) {
		const struct event *event = recording_event(s->recording, n);

		if (event->kind == EVENT_TRANSITION && event->host == s->focus.host[d->side])
			heat_edge(d,
				  diagram_edge((enum tcp_state)event->from,
					       (enum tcp_state)event->to),
				  HEAT_NOW);
	}
}

static void find_heat(struct diagram *d, const struct scene *s)
{
	const struct diagram_edge *came_by = NULL;
	struct end end;
	uint32_t last;

	focus_end(s->recording, &s->focus, d->side, s->cursor, &end);
	last = last_transition(s, end.conn, d->side);
	if (last != EVENT_NONE) {
		const struct event *event = recording_event(s->recording, last);

		came_by = diagram_edge((enum tcp_state)event->from, (enum tcp_state)event->to);
		d->reason = reason_of(s->recording, event);
		heat_edge(d, came_by, HEAT_LAST);
	}
	heat_step(d, s);
	d->inferred = end.inferred;
	d->node = diagram_node(end.state, came_by);
	for (unsigned i = 0; i < d->edge_count; i++)
		if (d->edges[i].from == d->node && !d->edges[i].rare)
			heat_edge(d, &d->edges[i], HEAT_NEXT);
}

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
	d->half_height = fmax(inside.h * DIAGRAM_BOX_HEIGHT / 1000, d->font.size * 1.5) / 2;
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

	if (fabs(x) > 0.98)
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

static void draw_edge(const struct diagram *d, const struct diagram_edge *edge, enum heat heat)
{
	const struct theme *t = d->theme;
	struct stroke s = stroke(t->hair * 1.1, color_mix(t->color[ROLE_LINE],
							  t->color[ROLE_PANEL], 0.3));
	struct point curve[4];
	struct point before;

	curve_of(d, edge, curve);
	before = at(curve[3].x + (curve[2].x - curve[3].x) * 0.2,
		    curve[3].y + (curve[2].y - curve[3].y) * 0.2);
	if (heat == HEAT_NOW) {
		/* Yellow on white needs an outline to be seen. */
		s = stroke(t->thick * 1.9, t->color[ROLE_TEXT]);
		canvas_curve(d->canvas, curve, s);
		canvas_head(d->canvas, curve[3], before, t->head * 1.5, s);
		s = stroke(t->thick, t->color[ROLE_CURRENT]);
	} else if (heat == HEAT_LAST) {
		s = stroke(t->line * 1.2, side_color(t, d->side));
	}
	canvas_curve(d->canvas, curve, s);
	canvas_head(d->canvas, curve[3], before,
		    t->head * (heat == HEAT_NOW ? 1.2 : heat == HEAT_LAST ? 0.95 : 0.7), s);
}

static void draw_edges(const struct diagram *d)
{
	for (int heat = HEAT_NONE; heat <= HEAT_NOW; heat++)
		for (unsigned i = 0; i < d->edge_count; i++)
			if ((int)d->heat[i] == heat &&
			    (!d->edges[i].rare || heat >= HEAT_LAST))
				draw_edge(d, &d->edges[i], (enum heat)heat);
}

/* ---- labels ---- */

static bool wants_label(const struct diagram *d, unsigned edge)
{
	if (d->edges[edge].rare && d->heat[edge] < HEAT_LAST)
		return false;
	return !d->theme->projector || d->heat[edge] != HEAT_NONE;
}

/* A taken edge tells why, where that is not what the figure says. */
static unsigned label_lines(const struct diagram *d, unsigned edge, const char *lines[2])
{
	const struct diagram_edge *e = &d->edges[edge];
	bool to_closed = e->to == CLOSED || e->to == NODE_CLOSED_AGAIN;

	lines[0] = e->lines[0];
	lines[1] = e->lines[1];
	if (d->heat[edge] >= HEAT_LAST && d->reason && to_closed) {
		lines[0] = d->reason;
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
	static const double nudges[][2] = {{0, 0},     {0, .012},  {0, -.012}, {.02, 0},
					   {-.02, 0},  {0, .024},  {0, -.024}, {.02, .012},
					   {-.02, .012}, {.02, -.012}, {-.02, -.012}};
	const struct diagram_edge *e = &d->edges[edge];
	struct text_style style = label_style(d, d->heat[edge]);
	double pitch = style.font.size * 1.15;
	const char *lines[2];
	unsigned count = label_lines(d, edge, lines);
	double width = 0;

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
		struct rect r = box(x, p.y - pitch * count / 2, width, pitch * count);
		struct slab slab = {middle_of(r), r.w / 2, r.h / 2, 0};

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

static void draw_labels(struct diagram *d)
{
	for (unsigned node = 0; node < NODE_COUNT; node++)
		placer_add_rect(&d->placer, box_of(d, node));
	for (unsigned i = 0; i < d->edge_count; i++)
		if (!d->edges[i].rare || d->heat[i] >= HEAT_LAST)
			add_curve(d, &d->edges[i], i);
	for (int heat = HEAT_NOW; heat >= HEAT_NONE; heat--)
		for (unsigned i = 0; i < d->edge_count; i++)
			if ((int)d->heat[i] == heat)
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

	if (node == d->node && d->inferred) {
		outline = stroke(t->thick, side_color(t, d->side));
		style.font.italic = true;
		style.color = side_color(t, d->side);
	} else if (node == d->node) {
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

	canvas_begin_box(c, area, "states-%s", side == SIDE_CLIENT ? "client" : "server");
	inside = draw_titled_panel(c, t, area, focus_name(s->recording, &s->focus, side),
				   side_color(t, side));
	fit(&d, inside);
	d.edges = diagram_edges(&d.edge_count);
	find_heat(&d, s);
	draw_edges(&d);
	for (unsigned node = 0; node < NODE_COUNT; node++)
		draw_box(&d, node);
	draw_labels(&d);
	canvas_end(c);
	placer_free(&d.placer);
}
