#include "viz/placer.h"

#include <math.h>
#include <stdlib.h>

#include "record/memory.h"

/* What of the em a label really covers, above and below its baseline. */
static const double above_baseline = 0.80;
static const double below_baseline = 0.24;

/* fmin() and fmax() take care of NaN, which costs a call; there is none here. */
static double least(double a, double b)
{
	return a < b ? a : b;
}

static double most(double a, double b)
{
	return a > b ? a : b;
}

void placer_free(struct placer *p)
{
	free(p->slabs);
	free(p->lines);
	*p = (struct placer){0};
}

void placer_add_line(struct placer *p, struct point a, struct point b, uint32_t owner)
{
	double length = hypot(b.x - a.x, b.y - a.y);

	p->lines = memory_grow(p->lines, &p->line_room, p->line_count + 1, sizeof p->lines[0]);
	p->lines[p->line_count++] = (struct placer_line){
		.a = a,
		.b = b,
		.normal = length > 0 ? at((a.y - b.y) / length, (b.x - a.x) / length) : at(0, 0),
		.bounds = box(least(a.x, b.x), least(a.y, b.y), fabs(a.x - b.x), fabs(a.y - b.y)),
		.owner = owner,
	};
}

void placer_add_slab(struct placer *p, const struct slab *slab)
{
	p->slabs = memory_grow(p->slabs, &p->slab_room, p->slab_count + 1, sizeof p->slabs[0]);
	p->slabs[p->slab_count++] = *slab;
}

void placer_add_rect(struct placer *p, struct rect r)
{
	placer_add_slab(p, &(struct slab){middle_of(r), r.w / 2, r.h / 2, 0});
}

struct slab slab_of_text(struct point anchor, const struct text_style *style, double width)
{
	double along = style->align == ALIGN_LEFT    ? width / 2
		       : style->align == ALIGN_RIGHT ? -width / 2
						     : 0;
	double up = style->font.size * (above_baseline - below_baseline) / 2;
	double c = cos(style->angle);
	double s = sin(style->angle);

	return (struct slab){
		.centre = at(anchor.x + along * c + up * s, anchor.y + along * s - up * c),
		.half_width = width / 2,
		.half_height = style->font.size * (above_baseline + below_baseline) / 2,
		.angle = style->angle,
	};
}

struct rect slab_bounds(const struct slab *slab)
{
	double c = fabs(cos(slab->angle));
	double s = fabs(sin(slab->angle));
	double half_w = slab->half_width * c + slab->half_height * s;
	double half_h = slab->half_width * s + slab->half_height * c;

	return box(slab->centre.x - half_w, slab->centre.y - half_h, 2 * half_w, 2 * half_h);
}

/* ---- meeting ---- */

/* Half of the slab's shadow on a direction. */
static double shadow(const struct slab *slab, double x, double y)
{
	double c = cos(slab->angle);
	double s = sin(slab->angle);

	return slab->half_width * fabs(c * x + s * y) + slab->half_height * fabs(c * y - s * x);
}

static bool apart_along(const struct slab *a, const struct slab *b, double x, double y)
{
	double distance = (b->centre.x - a->centre.x) * x + (b->centre.y - a->centre.y) * y;

	return fabs(distance) >= shadow(a, x, y) + shadow(b, x, y);
}

/* By the axes of both, as every separating line of two rectangles is parallel
 * to a side of one. */
static bool slabs_meet(const struct slab *a, const struct slab *b)
{
	double ac = cos(a->angle);
	double as = sin(a->angle);
	double bc = cos(b->angle);
	double bs = sin(b->angle);

	return !apart_along(a, b, ac, as) && !apart_along(a, b, -as, ac) &&
	       !apart_along(a, b, bc, bs) && !apart_along(a, b, -bs, bc);
}

/* Cuts low … high down to where value + step·share is within ±limit. */
static void clip_share(double value, double step, double limit, double *low, double *high)
{
	double enter;
	double leave;

	if (step == 0) {
		if (fabs(value) >= limit)
			*high = -1;
		return;
	}
	enter = (-limit - value) / step;
	leave = (limit - value) / step;
	*low = most(*low, least(enter, leave));
	*high = least(*high, most(enter, leave));
}

/* The slab's place and direction, worked out once for many lines. */
struct probe {
	const struct slab *slab;
	struct rect bounds;
	double c;
	double s;
	double reach; /* from its middle to a corner */
};

static bool line_meets(const struct probe *p, const struct placer_line *line)
{
	double ax = line->a.x - p->slab->centre.x;
	double ay = line->a.y - p->slab->centre.y;
	double dx = line->b.x - line->a.x;
	double dy = line->b.y - line->a.y;
	double low = 0;
	double high = 1;

	clip_share(ax * p->c + ay * p->s, dx * p->c + dy * p->s, p->slab->half_width, &low, &high);
	clip_share(ay * p->c - ax * p->s, dy * p->c - dx * p->s, p->slab->half_height, &low, &high);
	return low < high;
}

/* Most lines are far away; this says so with little work. */
static bool is_near(const struct probe *p, const struct placer_line *line)
{
	double distance = (p->slab->centre.x - line->a.x) * line->normal.x +
			  (p->slab->centre.y - line->a.y) * line->normal.y;

	return fabs(distance) < p->reach && line->bounds.x <= right_of(p->bounds) &&
	       right_of(line->bounds) >= p->bounds.x && line->bounds.y <= bottom_of(p->bounds) &&
	       bottom_of(line->bounds) >= p->bounds.y;
}

bool placer_has_room_over_lines(const struct placer *p, const struct slab *slab)
{
	double reach = slab->half_width + slab->half_height;

	for (uint32_t i = 0; i < p->slab_count; i++) {
		const struct slab *other = &p->slabs[i];
		double sum = reach + other->half_width + other->half_height;

		if (fabs(other->centre.x - slab->centre.x) < sum &&
		    fabs(other->centre.y - slab->centre.y) < sum && slabs_meet(slab, other))
			return false;
	}
	return true;
}

bool placer_has_room(const struct placer *p, const struct slab *slab, uint32_t owner)
{
	struct probe probe = {slab, slab_bounds(slab), cos(slab->angle), sin(slab->angle),
			      hypot(slab->half_width, slab->half_height)};

	if (!placer_has_room_over_lines(p, slab))
		return false;
	for (uint32_t i = 0; i < p->line_count; i++) {
		const struct placer_line *line = &p->lines[i];

		if (is_near(&probe, line) && (owner == OWNED_BY_NONE || line->owner != owner) &&
		    line_meets(&probe, line))
			return false;
	}
	return true;
}
