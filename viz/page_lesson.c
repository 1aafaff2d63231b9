#include "viz/page_lesson.h"

#include <math.h>

#include "viz/view_ladder.h"
#include "viz/view_sequence_space.h"
#include "viz/view_states.h"
#include "viz/view_timeline.h"
#include "viz/view_variables.h"
#include "viz/view_why.h"

/* Heights of the panels under the state diagrams: what their rows need. */
static double variables_height(const struct theme *t)
{
	return ceil(t->row * 6 + t->gap + t->pad);
}

static double space_height(const struct theme *t)
{
	return ceil(t->row * 5.6 + t->gap + t->pad);
}

static void halve(struct rect whole, double between, struct rect halves[SIDES])
{
	halves[CLIENT] = cut_left(&whole, floor((whole.w - between) / 2));
	cut_left(&whole, between);
	halves[SERVER] = whole;
}

struct page_lesson page_lesson_layout(const struct theme *t, struct rect area)
{
	double between = t->gap;
	struct rect rest = rect_inset(area, t->pad, 0);
	struct rect right;
	struct page_lesson p;

	p.header = cut_top(&rest, ceil(t->button + t->gap * 2));
	cut_bottom(&rest, t->gap);
	p.timeline = cut_bottom(&rest, ceil(t->button * 0.9));
	cut_bottom(&rest, between);
	p.why = cut_bottom(&rest, view_why_height(t));
	cut_bottom(&rest, between);
	p.ladder = cut_left(&rest, floor(rest.w * 0.47));
	cut_left(&rest, between);
	right = rest;
	p.detail = cut_bottom(&right, space_height(t));
	cut_bottom(&right, between);
	halve(p.detail, between, p.space);
	halve(cut_bottom(&right, variables_height(t)), between, p.variables);
	cut_bottom(&right, between);
	halve(right, between, p.states);
	return p;
}

void page_lesson_draw(struct canvas *c, const struct theme *t, const struct scene *s,
		      const struct page_lesson *page)
{
	view_ladder_draw(c, t, s, page->ladder);
	for (int side = CLIENT; side <= SERVER; side++) {
		view_states_draw(c, t, s, (enum side)side, page->states[side]);
		view_variables_draw(c, t, s, (enum side)side, page->variables[side]);
		view_sequence_space_draw(c, t, s, (enum side)side, page->space[side]);
	}
	view_why_draw(c, t, s, page->why);
	view_timeline_draw(c, t, s, page->timeline);
}
