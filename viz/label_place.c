#include "viz/label_place.h"

#include <math.h>
#include <stdio.h>

/* ---- along the arrow ---- */

/* From the line to the baseline; clear of the dot that goes along it. */
static double baseline(const struct label_job *j, int side)
{
	double size = j->style.font.size;
	double clear = size * LADDER_DOT + j->theme->hair;

	return side == BELOW ? size * 0.76 + clear : -(size * 0.22 + clear);
}

void label_begin(struct label_job *j)
{
	const struct ladder_arrow *a = j->arrow;
	bool forth = a->to.x >= a->from.x;
	struct point left = forth ? a->from : a->to;
	struct point right = forth ? a->to : a->from;

	for (int side = ABOVE; side < STRIPS; side++) {
		/* Of a text whose baseline is at 0, but level. */
		struct text_style level = j->style;
		struct slab slab;
		double middle;

		level.angle = 0;
		slab = slab_of_text(at(0, baseline(j, side)), &level, 0);
		middle = slab.centre.y;
		strip_begin(&j->strips[side], left, right, middle - slab.half_height,
			    middle + slab.half_height);
		if (side != BOTH)
			strip_block(&j->strips[side], j->placer, !j->over_lines, j->owner);
	}
	strip_block_both(&j->strips[BOTH], &j->strips[ABOVE]);
	strip_block_both(&j->strips[BOTH], &j->strips[BELOW]);
	for (int side = ABOVE; side < STRIPS; side++)
		strip_sort(&j->strips[side]);
}

/* Narrows least … most to where `at_0` + `slope` · x lies within low … high. */
static void narrow(double at_0, double slope, double low, double high, double *least, double *most)
{
	if (fabs(slope) < 1e-9) {
		if (at_0 < low || at_0 > high)
			*most = -HUGE_VAL;
		return;
	}
	*least = fmax(*least, fmin((low - at_0) / slope, (high - at_0) / slope));
	*most = fmin(*most, fmax((low - at_0) / slope, (high - at_0) / slope));
}

/* Where the middle of a text may be: over the arrow, clear of its head; steep
 * ones not over the lifelines; and all of it in sight. */
static void range_of(const struct label_job *j, int side, double width, double *least, double *most)
{
	const struct strip *strip = &j->strips[side];
	const struct ladder_arrow *a = j->arrow;
	const struct rect *lane = &j->layout->columns.lane;
	const struct rect *body = &j->layout->columns.body;
	struct slab slab = {strip_point(strip, 0, (strip->top + strip->bottom) / 2), width / 2,
			    (strip->bottom - strip->top) / 2, j->style.angle};
	struct rect bounds = slab_bounds(&slab);
	double tail = j->theme->gap;
	double head = j->theme->head * (a->fate == FATE_LOST ? 0.8 : 1.2);
	bool forth = a->to.x >= a->from.x;

	*least = width / 2 + (forth ? tail : head);
	*most = strip->length - width / 2 - (forth ? head : tail);
	narrow(slab.centre.x, strip->c, lane->x + bounds.w / 2, right_of(*lane) - bounds.w / 2,
	       least, most);
	narrow(slab.centre.y, strip->s, body->y + bounds.h / 2, bottom_of(*body) - bounds.h / 2,
	       least, most);
}

/* Room for all of it: half a label at the edge of what scrolls is none. */
static bool has_room(const struct label_job *j, const struct slab *slab)
{
	struct rect bounds = slab_bounds(slab);
	const struct rect *body = &j->layout->columns.body;

	if (bounds.y < body->y || bottom_of(bounds) > bottom_of(*body))
		return false;
	return j->over_lines ? placer_has_room_over_lines(j->placer, slab)
			     : placer_has_room(j->placer, slab, j->owner);
}

/* Steep labels must not lean over the lifelines. */
static bool has_room_in_lane(const struct label_job *j, const struct slab *slab)
{
	struct rect bounds = slab_bounds(slab);
	const struct rect *lane = &j->layout->columns.lane;

	return bounds.x >= lane->x && right_of(bounds) <= right_of(*lane) && has_room(j, slab);
}

static void take(struct label_job *j, const char *text, struct point anchor,
		 const struct text_style *style, const struct slab *slab)
{
	struct label_line *line = &j->label->lines[j->label->count++];

	snprintf(line->text, sizeof line->text, "%s", text);
	line->anchor = anchor;
	line->style = *style;
	line->plate = j->over_lines;
	placer_add_slab(j->placer, slab);
}

/* The free place that is nearest to the arrow's middle. Words on both sides
 * must stay within the limits of each. */
static bool find_place(const struct label_job *j, int side, double width, double *middle)
{
	double least = -HUGE_VAL;
	double most = HUGE_VAL;

	for (int at_side = ABOVE; at_side <= BELOW; at_side++) {
		double from;
		double to;

		if (side != BOTH && side != at_side)
			continue;
		range_of(j, at_side, width, &from, &to);
		least = fmax(least, from);
		most = fmin(most, to);
	}
	return least <= most &&
	       strip_find(&j->strips[side], width, least, most, j->strips[side].length / 2, middle);
}

static void take_along(struct label_job *j, int side, double middle, const char *text, double width)
{
	struct point anchor = strip_point(&j->strips[side], middle, baseline(j, side));
	struct slab slab = slab_of_text(anchor, &j->style, width);

	take(j, text, anchor, &j->style, &slab);
}

bool label_along(struct label_job *j, const char *text, bool below)
{
	int side = below ? BELOW : ABOVE;
	double width = canvas_measure(j->canvas, &j->style.font, text).width;
	double middle;

	if (!find_place(j, side, width, &middle))
		return false;
	take_along(j, side, middle, text, width);
	return true;
}

/* One line above the arrow and one below, at the same place. */
bool label_on_both_sides(struct label_job *j, const char *over, const char *under)
{
	double above = canvas_measure(j->canvas, &j->style.font, over).width;
	double below = canvas_measure(j->canvas, &j->style.font, under).width;
	double middle;

	if (over[0] == '\0' || under[0] == '\0' ||
	    !find_place(j, BOTH, fmax(above, below), &middle))
		return false;
	take_along(j, ABOVE, middle, over, above);
	take_along(j, BELOW, middle, under, below);
	return true;
}

void label_end(struct label_job *j)
{
	for (int side = ABOVE; side < STRIPS; side++)
		strip_free(&j->strips[side]);
}

/* ---- elsewhere ---- */

/* Where arrows cross so often that there is no room between them: level,
 * beside the lifeline that it leaves. */
bool label_beside(struct label_job *j, const char *text)
{
	const struct ladder_arrow *a = j->arrow;
	const struct rect *names = &j->layout->columns.names[a->side];
	struct text_style style = j->style;
	struct point anchor = at(a->side == CLIENT ? right_of(*names) : names->x, a->from.y);
	double room = names->w;
	struct slab slab;
	double width;

	if (a->from_guest) { /* between its line and the lifeline behind it */
		double line = j->layout->guest_x[a->guest];

		anchor.x = line + (a->side == CLIENT ? -1 : 1) * j->theme->lifeline;
		room = fabs(j->layout->columns.life[a->side] - anchor.x) - j->theme->lifeline;
	}
	style.font.size = j->theme->font[TYPE_NUMBER_SMALL].size;
	style.color = j->theme->color[ROLE_DIM];
	style.angle = 0;
	style.align = a->side == CLIENT ? ALIGN_RIGHT : ALIGN_LEFT;
	anchor.y += style.font.size * 0.36;
	width = canvas_measure(j->canvas, &style.font, text).width;
	slab = slab_of_text(anchor, &style, width);
	if (width > room || !has_room(j, &slab))
		return false;
	take(j, text, anchor, &style, &slab);
	return true;
}

bool label_at(struct label_job *j, const char *text, struct point anchor,
	      const struct text_style *style)
{
	double width = canvas_measure(j->canvas, &style->font, text).width;
	struct slab slab = slab_of_text(anchor, style, width);

	if (!has_room_in_lane(j, &slab))
		return false;
	take(j, text, anchor, style, &slab);
	return true;
}
