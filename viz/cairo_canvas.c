/* cairo_canvas.c — the player. Files are written by cairo_files.c. */
#include "viz/cairo_canvas.h"

#include <assert.h>
#include <math.h>

struct player {
	struct cairo_text *text;
	cairo_t *cr;
	const struct canvas *canvas;
	bool on_screen;
	double scale;        /* device pixels to a unit of the canvas */
	struct rect visible; /* what the clip of `cr` lets through */
};

/* ---- pixels ---- */

/* The nearest edge between two device pixels. */
static double edge(const struct player *p, double value)
{
	return p->on_screen ? round(value * p->scale) / p->scale : value;
}

/* A width of whole device pixels, at least one. */
static double whole_width(const struct player *p, double width)
{
	return p->on_screen ? fmax(1, round(width * p->scale)) / p->scale : width;
}

/* Where the middle of a line of that width goes so that its sides are edges
 * of pixels. */
static double middle(const struct player *p, double value, double width)
{
	return p->on_screen ? edge(p, value - width / 2) + width / 2 : value;
}

static void use_color(cairo_t *cr, struct color color)
{
	cairo_set_source_rgba(cr, color.r / 255.0, color.g / 255.0, color.b / 255.0,
			      color.a / 255.0);
}

/* ---- shapes ---- */

static void stroke_path(const struct player *p, struct stroke s, double width)
{
	double pattern[2];

	if (!is_stroked(s)) {
		cairo_new_path(p->cr);
		return;
	}
	use_color(p->cr, s.color);
	cairo_set_line_width(p->cr, width);
	if (dash_pattern(s, pattern))
		cairo_set_dash(p->cr, pattern, 2, 0);
	else
		cairo_set_dash(p->cr, NULL, 0, 0);
	cairo_stroke(p->cr);
}

static void paint_path(const struct player *p, const struct command *shape, double width)
{
	if (is_drawn(shape->fill)) {
		use_color(p->cr, shape->fill);
		if (is_stroked(shape->outline))
			cairo_fill_preserve(p->cr);
		else
			cairo_fill(p->cr);
	}
	stroke_path(p, shape->outline, width);
}

static void trace_rounded(cairo_t *cr, struct rect r, double radius)
{
	static const double quarter = 1.57079632679489661923;

	cairo_new_sub_path(cr);
	cairo_arc(cr, right_of(r) - radius, r.y + radius, radius, -quarter, 0);
	cairo_arc(cr, right_of(r) - radius, bottom_of(r) - radius, radius, 0, quarter);
	cairo_arc(cr, r.x + radius, bottom_of(r) - radius, radius, quarter, 2 * quarter);
	cairo_arc(cr, r.x + radius, r.y + radius, radius, 2 * quarter, 3 * quarter);
	cairo_close_path(cr);
}

static void play_rect(const struct player *p, const struct command *command)
{
	struct rect r = command->rect.r;
	bool stroked = is_stroked(command->outline);
	double width = stroked ? whole_width(p, command->outline.width) : 0;
	double left = middle(p, r.x, width);
	double top = middle(p, r.y, width);

	r = box(left, top, middle(p, right_of(r), width) - left,
		middle(p, bottom_of(r), width) - top);
	if (command->rect.radius > 0)
		trace_rounded(p->cr, r, fmin(command->rect.radius, fmin(r.w, r.h) / 2));
	else
		cairo_rectangle(p->cr, r.x, r.y, r.w, r.h);
	paint_path(p, command, width);
}

static void line_between(const struct player *p, struct point a, struct point b, struct stroke s)
{
	double width = s.width;

	if (a.x == b.x || a.y == b.y)
		width = whole_width(p, width);
	if (a.x == b.x)
		a.x = b.x = middle(p, a.x, width);
	else if (a.y == b.y)
		a.y = b.y = middle(p, a.y, width);
	cairo_move_to(p->cr, a.x, a.y);
	cairo_line_to(p->cr, b.x, b.y);
	stroke_path(p, s, width);
}

static void play_line(const struct player *p, const struct command *command)
{
	const struct point *ends = p->canvas->points + command->path.first;

	line_between(p, ends[0], ends[1], command->outline);
}

static void play_curve(const struct player *p, const struct command *command)
{
	const struct point *q = p->canvas->points + command->path.first;

	/* A straight curve is as crisp as a line. */
	if ((q[0].x == q[1].x && q[1].x == q[2].x && q[2].x == q[3].x) ||
	    (q[0].y == q[1].y && q[1].y == q[2].y && q[2].y == q[3].y)) {
		line_between(p, q[0], q[3], command->outline);
		return;
	}
	cairo_move_to(p->cr, q[0].x, q[0].y);
	cairo_curve_to(p->cr, q[1].x, q[1].y, q[2].x, q[2].y, q[3].x, q[3].y);
	stroke_path(p, command->outline, command->outline.width);
}

static void play_path(const struct player *p, const struct command *command)
{
	const struct point *q = p->canvas->points + command->path.first;

	for (size_t i = 0; i < command->path.count; i++)
		cairo_line_to(p->cr, q[i].x, q[i].y);
	if (command->kind == COMMAND_POLYGON)
		cairo_close_path(p->cr);
	paint_path(p, command, command->outline.width);
}

static void play_circle(const struct player *p, const struct command *command)
{
	cairo_new_sub_path(p->cr);
	cairo_arc(p->cr, command->circle.centre.x, command->circle.centre.y, command->circle.radius,
		  0, 6.28318530717958647692);
	paint_path(p, command, command->outline.width);
}

/* ---- commands ---- */

static void begin_clip(const struct player *p, struct rect r)
{
	double left = edge(p, r.x);
	double top = edge(p, r.y);

	cairo_save(p->cr);
	cairo_rectangle(p->cr, left, top, edge(p, right_of(r)) - left, edge(p, bottom_of(r)) - top);
	cairo_clip(p->cr);
}

static bool is_scope(enum command_kind kind)
{
	return kind == COMMAND_CLIP || kind == COMMAND_UNCLIP || kind == COMMAND_BEGIN ||
	       kind == COMMAND_END;
}

/* Snapping and antialiasing may reach two pixels out of the bounds. */
static bool is_visible(const struct player *p, const struct command *command)
{
	struct rect r = command_bounds(p->canvas, command);

	return r.x - 2 < right_of(p->visible) && right_of(r) + 2 > p->visible.x &&
	       r.y - 2 < bottom_of(p->visible) && bottom_of(r) + 2 > p->visible.y;
}

static void play_command(const struct player *p, const struct command *command)
{
	if (!is_scope(command->kind) && !is_visible(p, command))
		return;
	switch (command->kind) {
	case COMMAND_RECT: play_rect(p, command); break;
	case COMMAND_LINE: play_line(p, command); break;
	case COMMAND_CURVE: play_curve(p, command); break;
	case COMMAND_POLYGON: play_path(p, command); break;
	case COMMAND_CIRCLE: play_circle(p, command); break;
	case COMMAND_TEXT:
		cairo_text_draw(p->text, p->cr, p->canvas, &p->canvas->texts[command->text],
				p->on_screen);
		break;
	case COMMAND_CLIP: begin_clip(p, command->clip.r); break;
	case COMMAND_UNCLIP: cairo_restore(p->cr); break;
	case COMMAND_BEGIN:
	case COMMAND_END: break;
	}
}

void cairo_canvas_play(struct cairo_text *text, cairo_t *cr, const struct canvas *c,
		       enum cairo_medium medium)
{
	struct player p = {text, cr, c, medium == CAIRO_SCREEN, 1, {0, 0, 0, 0}};
	cairo_matrix_t matrix;
	double right;
	double bottom;

	assert(c->scope_count == 0);
	cairo_save(cr);
	cairo_get_matrix(cr, &matrix);
	p.scale = matrix.xx;
	cairo_clip_extents(cr, &p.visible.x, &p.visible.y, &right, &bottom);
	p.visible.w = right - p.visible.x;
	p.visible.h = bottom - p.visible.y;
	cairo_set_line_join(cr, CAIRO_LINE_JOIN_MITER);
	cairo_set_miter_limit(cr, 4);
	if (is_drawn(c->background)) {
		use_color(cr, c->background);
		cairo_rectangle(cr, 0, 0, c->width, c->height);
		cairo_fill(cr);
	}
	for (size_t i = 0; i < c->command_count; i++)
		play_command(&p, &c->commands[i]);
	cairo_restore(cr);
}
