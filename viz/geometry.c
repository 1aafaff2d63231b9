#include "viz/geometry.h"

#include <math.h>

struct rect rect_meet(struct rect a, struct rect b)
{
	double left = fmax(a.x, b.x);
	double top = fmax(a.y, b.y);
	double right = fmin(right_of(a), right_of(b));
	double bottom = fmin(bottom_of(a), bottom_of(b));

	return box(left, top, fmax(0, right - left), fmax(0, bottom - top));
}

struct rect rect_inset(struct rect r, double dx, double dy)
{
	dx = fmin(dx, r.w / 2);
	dy = fmin(dy, r.h / 2);
	return box(r.x + dx, r.y + dy, r.w - 2 * dx, r.h - 2 * dy);
}

/* What of `want` there is. */
static double at_most(double want, double there_is)
{
	return fmax(0, fmin(want, there_is));
}

struct rect cut_top(struct rect *rest, double h)
{
	struct rect strip = *rest;

	strip.h = at_most(h, rest->h);
	rest->y += strip.h;
	rest->h -= strip.h;
	return strip;
}

struct rect cut_bottom(struct rect *rest, double h)
{
	struct rect strip = *rest;

	strip.h = at_most(h, rest->h);
	rest->h -= strip.h;
	strip.y = bottom_of(*rest);
	return strip;
}

struct rect cut_left(struct rect *rest, double w)
{
	struct rect strip = *rest;

	strip.w = at_most(w, rest->w);
	rest->x += strip.w;
	rest->w -= strip.w;
	return strip;
}

struct rect cut_right(struct rect *rest, double w)
{
	struct rect strip = *rest;

	strip.w = at_most(w, rest->w);
	rest->w -= strip.w;
	strip.x = right_of(*rest);
	return strip;
}
