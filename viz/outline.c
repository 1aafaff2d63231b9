#include "viz/outline.h"

#include <math.h>

enum { CURVE_STEPS = 24, CIRCLE_STEPS = 32 };

/* ---- convex shapes ---- */

struct hull hull_of_text(const struct text_line *line, double top, double bottom)
{
	struct point origin = text_origin(line, line->size.width);
	double along_x = cos(line->style.angle);
	double along_y = sin(line->style.angle);
	double width = line->size.width;
	struct hull hull = {.count = 4};

	hull.corners[0] = at(origin.x + along_y * top, origin.y - along_x * top);
	hull.corners[1] =
		at(hull.corners[0].x + along_x * width, hull.corners[0].y + along_y * width);
	hull.corners[3] = at(origin.x - along_y * bottom, origin.y + along_x * bottom);
	hull.corners[2] =
		at(hull.corners[3].x + along_x * width, hull.corners[3].y + along_y * width);
	return hull;
}

/* Signed distance to an upright border; inside is positive. */
static double inside_of_border(struct rect r, int border, struct point p)
{
	switch (border) {
	case 0: return p.x - r.x;
	case 1: return right_of(r) - p.x;
	case 2: return p.y - r.y;
	default: return bottom_of(r) - p.y;
	}
}

/* Sutherland and Hodgman: cut by one border after the other. */
struct hull hull_within(const struct hull *hull, struct rect r)
{
	struct hull left = *hull;

	for (int border = 0; border < 4; border++) {
		struct hull cut = {.count = 0};

		for (size_t i = 0; i < left.count; i++) {
			struct point p = left.corners[i];
			struct point next = left.corners[(i + 1) % left.count];
			double here = inside_of_border(r, border, p);
			double there = inside_of_border(r, border, next);

			if (here >= 0 && cut.count < HULL_MAX)
				cut.corners[cut.count++] = p;
			if ((here >= 0) != (there >= 0) && cut.count < HULL_MAX) {
				double share = here / (here - there);

				cut.corners[cut.count++] = at(p.x + (next.x - p.x) * share,
							      p.y + (next.y - p.y) * share);
			}
		}
		left = cut;
	}
	if (left.count < 3)
		left.count = 0;
	return left;
}

struct rect hull_bounds(const struct hull *hull)
{
	struct point low = hull->corners[0];
	struct point high = hull->corners[0];

	if (hull->count == 0)
		return box(0, 0, 0, 0);
	for (size_t i = 1; i < hull->count; i++) {
		low = at(fmin(low.x, hull->corners[i].x), fmin(low.y, hull->corners[i].y));
		high = at(fmax(high.x, hull->corners[i].x), fmax(high.y, hull->corners[i].y));
	}
	return box(low.x, low.y, high.x - low.x, high.y - low.y);
}

/* Of p from the edge that starts at `corner`; inside is positive, for corners
 * go round clockwise as seen. */
static double inside_of_edge(const struct hull *hull, size_t corner, struct point p)
{
	struct point a = hull->corners[corner];
	struct point b = hull->corners[(corner + 1) % hull->count];
	double length = hypot(b.x - a.x, b.y - a.y);

	if (length == 0)
		return HUGE_VAL;
	return ((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)) / length;
}

bool hull_holds(const struct hull *hull, struct point p)
{
	for (size_t i = 0; i < hull->count; i++)
		if (inside_of_edge(hull, i, p) < 0)
			return false;
	return hull->count > 0;
}

/* The least that `b` reaches across an edge of `a`; 0 or less: apart. */
static double least_reach(const struct hull *a, const struct hull *b)
{
	double least = HUGE_VAL;

	for (size_t i = 0; i < a->count; i++) {
		double deepest = -HUGE_VAL;

		for (size_t j = 0; j < b->count; j++)
			deepest = fmax(deepest, inside_of_edge(a, i, b->corners[j]));
		least = fmin(least, deepest);
	}
	return least;
}

double hull_overlap(const struct hull *a, const struct hull *b)
{
	struct rect shared = rect_meet(hull_bounds(a), hull_bounds(b));

	if (a->count == 0 || b->count == 0 || shared.w == 0 || shared.h == 0)
		return 0;
	return fmax(0, fmin(least_reach(a, b), least_reach(b, a)));
}

bool hull_cuts(const struct hull *hull, struct point *a, struct point *b)
{
	double from = 0;
	double to = 1;

	for (size_t i = 0; i < hull->count; i++) {
		double at_a = inside_of_edge(hull, i, *a);
		double at_b = inside_of_edge(hull, i, *b);

		if (at_a < 0 && at_b < 0)
			return false;
		if (at_a < 0)
			from = fmax(from, at_a / (at_a - at_b));
		else if (at_b < 0)
			to = fmin(to, at_a / (at_a - at_b));
	}
	if (hull->count == 0 || from >= to)
		return false;

	struct point start = *a;
	struct point way = at(b->x - a->x, b->y - a->y);

	*a = at(start.x + way.x * from, start.y + way.y * from);
	*b = at(start.x + way.x * to, start.y + way.y * to);
	return true;
}

/* ---- outlines ---- */

static struct point on_curve(const struct point p[4], double t)
{
	double u = 1 - t;
	double w0 = u * u * u;
	double w1 = 3 * u * u * t;
	double w2 = 3 * u * t * t;
	double w3 = t * t * t;

	return at(w0 * p[0].x + w1 * p[1].x + w2 * p[2].x + w3 * p[3].x,
		  w0 * p[0].y + w1 * p[1].y + w2 * p[2].y + w3 * p[3].y);
}

static struct point on_circle(struct point centre, double radius, int step)
{
	double turn = step * 2 * 3.14159265358979323846 / CIRCLE_STEPS;

	return at(centre.x + radius * cos(turn), centre.y + radius * sin(turn));
}

static void pieces_of_path(const struct canvas *c, const struct command *path,
			   bool (*visit)(void *, struct point, struct point), void *self)
{
	const struct point *p = c->points + path->path.first;
	size_t count = path->path.count;

	for (size_t i = 0; i + 1 < count; i++)
		if (!visit(self, p[i], p[i + 1]))
			return;
	if (path->kind == COMMAND_POLYGON)
		visit(self, p[count - 1], p[0]);
}

static void pieces_of_curve(const struct canvas *c, const struct command *curve,
			    bool (*visit)(void *, struct point, struct point), void *self)
{
	const struct point *p = c->points + curve->path.first;

	for (int i = 0; i < CURVE_STEPS; i++)
		if (!visit(self, on_curve(p, i / (double)CURVE_STEPS),
			   on_curve(p, (i + 1) / (double)CURVE_STEPS)))
			return;
}

static void pieces_of_rect(struct rect r, bool (*visit)(void *, struct point, struct point),
			   void *self)
{
	const struct point p[] = {
		at(r.x, r.y),
		at(right_of(r), r.y),
		at(right_of(r), bottom_of(r)),
		at(r.x, bottom_of(r)),
	};

	for (int i = 0; i < 4; i++)
		if (!visit(self, p[i], p[(i + 1) % 4]))
			return;
}

static void pieces_of_circle(const struct command *circle,
			     bool (*visit)(void *, struct point, struct point), void *self)
{
	struct point centre = circle->circle.centre;
	double radius = circle->circle.radius;

	for (int i = 0; i < CIRCLE_STEPS; i++)
		if (!visit(self, on_circle(centre, radius, i), on_circle(centre, radius, i + 1)))
			return;
}

void each_piece(const struct canvas *c, const struct command *shape,
		bool (*visit)(void *self, struct point a, struct point b), void *self)
{
	switch (shape->kind) {
	case COMMAND_RECT: pieces_of_rect(shape->rect.r, visit, self); break;
	case COMMAND_CURVE: pieces_of_curve(c, shape, visit, self); break;
	case COMMAND_CIRCLE: pieces_of_circle(shape, visit, self); break;
	case COMMAND_LINE:
	case COMMAND_POLYGON: pieces_of_path(c, shape, visit, self); break;
	case COMMAND_TEXT:
	case COMMAND_CLIP:
	case COMMAND_UNCLIP:
	case COMMAND_BEGIN:
	case COMMAND_END: break;
	}
}

static bool polygon_holds(const struct point *p, size_t count, struct point q)
{
	bool inside = false;

	for (size_t i = 0, j = count - 1; i < count; j = i++)
		if ((p[i].y > q.y) != (p[j].y > q.y) &&
		    q.x < (p[j].x - p[i].x) * (q.y - p[i].y) / (p[j].y - p[i].y) + p[i].x)
			inside = !inside;
	return inside;
}

bool fill_holds(const struct canvas *c, const struct command *shape, struct point p)
{
	struct point centre = shape->circle.centre;

	if (!is_drawn(shape->fill))
		return false;
	switch (shape->kind) {
	case COMMAND_RECT: return rect_holds(shape->rect.r, p);
	case COMMAND_CIRCLE: return hypot(p.x - centre.x, p.y - centre.y) < shape->circle.radius;
	case COMMAND_POLYGON:
		return polygon_holds(c->points + shape->path.first, shape->path.count, p);
	default: return false;
	}
}

static double distance_to_segment(struct point p, struct point a, struct point b)
{
	double dx = b.x - a.x;
	double dy = b.y - a.y;
	double square = dx * dx + dy * dy;
	double share = square > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / square : 0;

	share = fmax(0, fmin(1, share));
	return hypot(p.x - a.x - dx * share, p.y - a.y - dy * share);
}

struct nearest {
	struct point to;
	double distance;
};

static bool keep_nearest(void *self, struct point a, struct point b)
{
	struct nearest *nearest = self;

	nearest->distance = fmin(nearest->distance, distance_to_segment(nearest->to, a, b));
	return true;
}

double distance_to_stroke(const struct canvas *c, const struct command *shape, struct point p)
{
	struct nearest nearest = {p, HUGE_VAL};

	if (!is_stroked(shape->outline))
		return HUGE_VAL;
	each_piece(c, shape, keep_nearest, &nearest);
	return fmax(0, nearest.distance - shape->outline.width / 2);
}
