#include "viz/strip.h"

#include <math.h>
#include <stdlib.h>

#include "record/memory.h"

/* Free at both ends of a label. */
static const double air = 2;

void strip_begin(struct strip *strip, struct point left, struct point right, double top,
		 double bottom)
{
	double dx = right.x - left.x;
	double dy = right.y - left.y;

	strip->origin = left;
	strip->length = hypot(dx, dy);
	strip->c = strip->length > 0 ? dx / strip->length : 1;
	strip->s = strip->length > 0 ? dy / strip->length : 0;
	strip->top = top;
	strip->bottom = bottom;
	strip->count = 0;
}

void strip_free(struct strip *strip)
{
	free(strip->blocked);
	*strip = (struct strip){0};
}

struct point strip_point(const struct strip *strip, double along, double across)
{
	return at(strip->origin.x + along * strip->c - across * strip->s,
		  strip->origin.y + along * strip->s + across * strip->c);
}

/* ---- blocking ---- */

/* As strip_point(), the other way. */
static struct point into(const struct strip *strip, struct point p)
{
	double dx = p.x - strip->origin.x;
	double dy = p.y - strip->origin.y;

	return at(dx * strip->c + dy * strip->s, dy * strip->c - dx * strip->s);
}

static void block(struct strip *strip, double from, double to)
{
	if (to < 0 || from > strip->length)
		return;
	strip->blocked = memory_grow(strip->blocked, &strip->room, strip->count + 1,
				     sizeof strip->blocked[0]);
	strip->blocked[strip->count++] = (struct stretch){from - air, to + air};
}

/* Where along the strip the piece a–b, given in its terms, lies on it. */
static bool shadow_of(const struct strip *strip, struct point a, struct point b,
		      struct stretch *shadow)
{
	double low = 0;
	double high = 1;

	if ((a.y <= strip->top && b.y <= strip->top) ||
	    (a.y >= strip->bottom && b.y >= strip->bottom))
		return false;
	if (a.y != b.y) {
		double enter = (strip->top - a.y) / (b.y - a.y);
		double leave = (strip->bottom - a.y) / (b.y - a.y);

		low = fmax(low, fmin(enter, leave));
		high = fmin(high, fmax(enter, leave));
	}
	shadow->from = a.x + (b.x - a.x) * low;
	shadow->to = a.x + (b.x - a.x) * high;
	if (shadow->from > shadow->to)
		*shadow = (struct stretch){shadow->to, shadow->from};
	return true;
}

static void block_line(struct strip *strip, const struct placer_line *line)
{
	struct stretch shadow;

	if (shadow_of(strip, into(strip, line->a), into(strip, line->b), &shadow))
		block(strip, shadow.from, shadow.to);
}

/* A text by its four sides. */
static void block_slab(struct strip *strip, const struct slab *slab)
{
	struct point middle = into(strip, slab->centre);
	double reach = slab->half_width + slab->half_height;
	double from = HUGE_VAL;
	double to = -HUGE_VAL;
	double c;
	double s;
	struct point corners[4];

	if (middle.x + reach < 0 || middle.x - reach > strip->length ||
	    middle.y + reach < strip->top || middle.y - reach > strip->bottom)
		return;
	c = cos(slab->angle);
	s = sin(slab->angle);
	for (int i = 0; i < 4; i++) {
		double x = slab->half_width * (i == 0 || i == 3 ? -1 : 1);
		double y = slab->half_height * (i < 2 ? -1 : 1);

		corners[i] = into(
			strip, at(slab->centre.x + x * c - y * s, slab->centre.y + x * s + y * c));
	}
	for (int i = 0; i < 4; i++) {
		struct stretch side;

		if (!shadow_of(strip, corners[i], corners[(i + 1) % 4], &side))
			continue;
		from = fmin(from, side.from);
		to = fmax(to, side.to);
	}
	if (from <= to)
		block(strip, from, to);
}

void strip_block(struct strip *strip, const struct placer *placer, bool lines, uint32_t owner)
{
	for (uint32_t i = 0; i < placer->slab_count; i++)
		block_slab(strip, &placer->slabs[i]);
	for (uint32_t i = 0; lines && i < placer->line_count; i++)
		if (placer->lines[i].owner != owner)
			block_line(strip, &placer->lines[i]);
}

void strip_block_both(struct strip *strip, const struct strip *other)
{
	for (uint32_t i = 0; i < other->count; i++)
		block(strip, other->blocked[i].from + air, other->blocked[i].to - air);
}

/* ---- finding ---- */

static int by_start(const void *a, const void *b)
{
	double x = ((const struct stretch *)a)->from;
	double y = ((const struct stretch *)b)->from;

	return (x > y) - (x < y);
}

void strip_sort(struct strip *strip)
{
	if (strip->count > 1)
		qsort(strip->blocked, strip->count, sizeof strip->blocked[0], by_start);
}

/* The middle nearest to `wish` between two ends; false where they are too
 * close together. */
static bool nearest(double from, double to, double wish, double *middle)
{
	if (from > to)
		return false;
	*middle = fmin(fmax(wish, from), to);
	return true;
}

bool strip_find(const struct strip *strip, double width, double least, double most, double wish,
		double *middle)
{
	double free_from = -HUGE_VAL; /* the end of all that is blocked so far */
	double best = HUGE_VAL;

	for (uint32_t i = 0; i <= strip->count; i++) {
		double free_to = i < strip->count ? strip->blocked[i].from : HUGE_VAL;
		double here;

		if (nearest(fmax(least, free_from + width / 2), fmin(most, free_to - width / 2),
			    wish, &here) &&
		    fabs(here - wish) < best) {
			best = fabs(here - wish);
			*middle = here;
		}
		if (i < strip->count)
			free_from = fmax(free_from, strip->blocked[i].to);
	}
	return best < HUGE_VAL;
}
