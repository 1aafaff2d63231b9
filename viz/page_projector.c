#include "viz/page_projector.h"

#include <math.h>

#include "viz/view_ladder.h"
#include "viz/view_states.h"
#include "viz/view_timeline.h"
#include "viz/view_why.h"

struct page_projector page_projector_layout(const struct theme *t, struct rect area)
{
	struct rect rest = rect_inset(area, t->pad * 0.6, t->pad * 0.6);
	double between = t->gap;
	struct page_projector p;

	p.timeline = cut_bottom(&rest, ceil(t->font[TYPE_LABEL].size * 1.3));
	cut_bottom(&rest, between);
	p.why = cut_bottom(&rest, ceil(2 * line_pitch(&t->font[TYPE_TITLE]) + t->pad * 1.2));
	cut_bottom(&rest, between);
	p.ladder = cut_left(&rest, floor((rest.w - between) * 0.5));
	cut_left(&rest, between);
	p.states = rest;
	return p;
}

/* The end at which this step happens, or where the last one did. */
static enum side side_of_step(const struct scene *s)
{
	const struct recording *r = s->recording;
	enum side side = CLIENT;
	struct cursor c = s->cursor;

	/* A loss or a caption happens at neither end. */
	for (int i = 0; i < 256 && !cursor_is_at_start(c); i++) {
		struct event event = recording_event(r, recording_headline(r, cursor_turn(r, c)));

		if (event.kind != EVENT_LOST && event.kind != EVENT_CAPTION &&
		    focus_side(&s->focus, event.host, &side))
			return side;
		c = cursor_before_turn(r, c);
	}
	return CLIENT;
}

void page_projector_draw(struct canvas *c, const struct theme *t, const struct scene *s,
			 const struct page_projector *page)
{
	view_ladder_draw(c, t, s, page->ladder);
	view_states_draw(c, t, s, side_of_step(s), page->states);
	view_why_draw(c, t, s, page->why);
	view_timeline_draw(c, t, s, page->timeline);
}
