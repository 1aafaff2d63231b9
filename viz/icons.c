#include "viz/icons.h"

#include <math.h>

/* Icons are drawn in a square of 12 units; `unit` is its scale. */
struct pen {
	struct canvas *c;
	struct point corner;
	double unit;
	struct color color;
};

static struct point on(const struct pen *p, double x, double y)
{
	return at(p->corner.x + x * p->unit, p->corner.y + y * p->unit);
}

static void bar(const struct pen *p, double x, double y, double w, double h)
{
	canvas_rect(
		p->c,
		box(p->corner.x + x * p->unit, p->corner.y + y * p->unit, w * p->unit, h * p->unit),
		p->color);
}

/* Its point at x = `to`, its back at x = `from`. */
static void wedge(const struct pen *p, double from, double to)
{
	const struct point corners[] = {on(p, from, 1), on(p, to, 6), on(p, from, 11)};

	canvas_polygon(p->c, corners, 3, p->color, NO_STROKE);
}

static void line(const struct pen *p, double x1, double y1, double x2, double y2)
{
	canvas_line(p->c, on(p, x1, y1), on(p, x2, y2), stroke(1.6 * p->unit, p->color));
}

void draw_icon(struct canvas *c, struct rect r, enum icon icon, struct color color)
{
	double side = fmin(r.w, r.h);
	struct point corner = at(r.x + (r.w - side) / 2, r.y + (r.h - side) / 2);
	const struct pen p = {c, corner, side / 12, color};

	switch (icon) {
	case ICON_PLAY: wedge(&p, 2, 11); break;
	case ICON_PAUSE:
		bar(&p, 2, 1, 3, 10);
		bar(&p, 7, 1, 3, 10);
		break;
	case ICON_FORWARD:
		wedge(&p, 1, 7);
		bar(&p, 8, 1, 2, 10);
		break;
	case ICON_BACK:
		wedge(&p, 11, 5);
		bar(&p, 2, 1, 2, 10);
		break;
	case ICON_START:
		wedge(&p, 12, 7);
		wedge(&p, 7, 2);
		bar(&p, 0, 1, 2, 10);
		break;
	case ICON_END:
		wedge(&p, 0, 5);
		wedge(&p, 5, 10);
		bar(&p, 10, 1, 2, 10);
		break;
	case ICON_SEARCH:
		canvas_circle(c, on(&p, 5, 5), 3.7 * p.unit, NO_FILL, stroke(1.6 * p.unit, color));
		line(&p, 7.6, 7.6, 11.2, 11.2);
		break;
	case ICON_NONE:
	case ICON_COUNT: break;
	}
}
