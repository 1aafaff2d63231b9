/* geometry.h — points and rectangles on the canvas, and cutting them up.
 *
 * Units are pixels of the canvas, x to the right, y down. A view lays itself
 * out by cutting strips from the rectangle it was given:
 *
 *     struct rect rest = area;
 *     struct rect title = cut_top(&rest, t->row);
 *     struct rect left = cut_left(&rest, rest.w * 0.47);
 *
 * A strip never exceeds what is left; a rectangle never gets a negative size. */
#ifndef TCPLAB_VIZ_GEOMETRY_H
#define TCPLAB_VIZ_GEOMETRY_H

#include <stdbool.h>

struct point {
	double x;
	double y;
};

struct rect {
	double x;
	double y;
	double w;
	double h;
};

static inline struct point at(double x, double y)
{
	return (struct point){x, y};
}

static inline struct rect box(double x, double y, double w, double h)
{
	return (struct rect){x, y, w, h};
}

static inline double right_of(struct rect r)
{
	return r.x + r.w;
}

static inline double bottom_of(struct rect r)
{
	return r.y + r.h;
}

static inline struct point middle_of(struct rect r)
{
	return at(r.x + r.w / 2, r.y + r.h / 2);
}

static inline bool rect_holds(struct rect r, struct point p)
{
	return p.x >= r.x && p.x < right_of(r) && p.y >= r.y && p.y < bottom_of(r);
}

/* What lies in both; of no size where they do not meet. */
struct rect rect_meet(struct rect a, struct rect b);

/* Smaller by `dx` on the left and the right, by `dy` above and below. */
struct rect rect_inset(struct rect r, double dx, double dy);

/* Cut a strip off `rest` and return it. */
struct rect cut_top(struct rect *rest, double h);
struct rect cut_bottom(struct rect *rest, double h);
struct rect cut_left(struct rect *rest, double w);
struct rect cut_right(struct rect *rest, double w);

#endif
