#include "viz/view_timeline.h"

#include <math.h>

#include "viz/panel.h"

/* What a place has: bits. The more telling ones are higher. */
enum mark {
	MARK_CALL = 1 << 0,
	MARK_CLIENT = 1 << 1, /* sends or receives */
	MARK_SERVER = 1 << 2,
	MARK_CAPTION = 1 << 3,
	MARK_TIMER = 1 << 4,
	MARK_LOST = 1 << 5,
};

/* Of one place at most so many turns are looked at. */
enum { LOOKED_AT_MAX = 64 };

/* Where the turns lie: in `places` places of equal width. */
struct line {
	struct rect rest;
	uint32_t turns;
	uint32_t places;
};

static struct line line_of(const struct theme *t, const struct scene *s, struct rect area)
{
	struct line l = {rect_inset(area, t->pad * 1.5, 0), recording_turns(s->recording), 0};
	double most = fmax(1, floor(l.rest.w / (t->line * 3)));

	l.places = l.turns < most ? l.turns : (uint32_t)most;
	return l;
}

static uint32_t first_turn(const struct line *l, uint32_t place)
{
	return (uint32_t)((uint64_t)place * l->turns / l->places);
}

static uint32_t place_of(const struct line *l, uint32_t turn)
{
	uint32_t place = (uint32_t)((uint64_t)turn * l->places / l->turns);

	/* The division above rounds down twice. */
	while (place + 1 < l->places && first_turn(l, place + 1) <= turn)
		place++;
	return place;
}

static double x_of(const struct line *l, uint32_t place)
{
	return l->rest.x + l->rest.w * (place + 0.5) / l->places;
}

uint32_t view_timeline_turn(const struct theme *t, const struct scene *s, struct rect area,
			    struct point p)
{
	struct line l = line_of(t, s, area);
	double place = floor((p.x - l.rest.x) / l.rest.w * l.places);

	if (l.turns == 0 || !rect_holds(area, p))
		return EVENT_NONE;
	return first_turn(&l, (uint32_t)fmin(fmax(place, 0), l.places - 1.0));
}

/* ---- what a turn is ---- */

static unsigned marks_of(const struct scene *s, uint32_t turn)
{
	uint32_t first;
	uint32_t count;
	unsigned marks = 0;

	recording_turn(s->recording, turn, &first, &count);
	for (uint32_t n = first; n < first + count; n++) {
		struct event event = recording_event(s->recording, n);
		enum side side;

		switch (event.kind) {
		case EVENT_LOST: marks |= MARK_LOST; break;
		case EVENT_TIMER: marks |= MARK_TIMER; break;
		case EVENT_CAPTION: marks |= MARK_CAPTION; break;
		case EVENT_CALL: marks |= MARK_CALL; break;
		case EVENT_SEND:
		case EVENT_ARRIVE:
			if (focus_side(&s->focus, event.host, &side))
				marks |= side == CLIENT ? MARK_CLIENT : MARK_SERVER;
			break;
		default: break;
		}
	}
	return marks;
}

static unsigned marks_at(const struct scene *s, const struct line *l, uint32_t place)
{
	uint32_t turn = first_turn(l, place);
	uint32_t end = place + 1 < l->places ? first_turn(l, place + 1) : l->turns;
	unsigned marks = 0;

	for (int i = 0; i < LOOKED_AT_MAX && turn < end; i++, turn++)
		marks |= marks_of(s, turn);
	return marks;
}

/* ---- shapes ---- */

static struct color shade(const struct theme *t, enum role role, double share)
{
	return color_mix(t->color[ROLE_PANEL], t->color[role], share);
}

static void draw_bars(struct canvas *c, const struct theme *t, unsigned marks, struct point p,
		      double half, double share)
{
	double width = t->line * 1.75;
	double left = p.x - width / 2;

	if (marks & MARK_CLIENT)
		canvas_rect(c, box(left, p.y - half, width, half), shade(t, ROLE_CLIENT, share));
	if (marks & MARK_SERVER)
		canvas_rect(c, box(left, p.y, width, half), shade(t, ROLE_SERVER, share));
}

/* The most telling mark of a place. */
static void draw_marks(struct canvas *c, const struct theme *t, unsigned marks, struct point p,
		       double half, double share)
{
	double r = half * 0.55;
	struct stroke alert = stroke(t->line, shade(t, ROLE_ALERT, share));
	struct color note = shade(t, ROLE_TIMER, share);
	const struct point diamond[4] = {at(p.x, p.y - r), at(p.x + r, p.y), at(p.x, p.y + r),
					 at(p.x - r, p.y)};

	if (marks & MARK_LOST) {
		canvas_line(c, at(p.x - r, p.y - r), at(p.x + r, p.y + r), alert);
		canvas_line(c, at(p.x - r, p.y + r), at(p.x + r, p.y - r), alert);
	} else if (marks & MARK_TIMER) {
		canvas_circle(c, p, r, NO_FILL, stroke(t->line, note));
	} else if (marks & MARK_CAPTION) {
		canvas_polygon(c, diamond, 4, note, NO_STROKE);
	} else if (marks & (MARK_CLIENT | MARK_SERVER)) {
		draw_bars(c, t, marks, p, half, share);
	} else if (marks & MARK_CALL) {
		canvas_circle(c, p, r * 0.6, shade(t, ROLE_DIM, share), NO_STROKE);
	}
}

/* ---- all ---- */

static void draw_cursor(struct canvas *c, const struct theme *t, const struct scene *s,
			const struct line *l, double middle, double half)
{
	struct point p = at(l->rest.x - t->pad * 0.75, middle);

	if (!cursor_is_at_start(s->cursor))
		p.x = x_of(l, place_of(l, cursor_turn(s->recording, s->cursor)));
	canvas_begin(c, "cursor");
	canvas_circle(c, p, half * 0.8, t->color[ROLE_CURRENT],
		      stroke(t->line * 0.8, t->color[ROLE_TEXT]));
	canvas_circle(c, p, half * 0.28, t->color[ROLE_TEXT], NO_STROKE);
	canvas_end(c);
}

void view_timeline_draw(struct canvas *c, const struct theme *t, const struct scene *s,
			struct rect area)
{
	struct line l = line_of(t, s, area);
	uint32_t here = cursor_turn(s->recording, s->cursor);
	double middle = area.y + area.h / 2;
	double half = area.h * 0.42;

	canvas_begin_box(c, area, "timeline");
	draw_panel(c, t, area);
	canvas_line(c, at(l.rest.x, middle), at(right_of(l.rest), middle),
		    stroke(t->hair, t->color[ROLE_GRID]));
	for (uint32_t place = 0; place < l.places; place++) {
		bool past = here != EVENT_NONE && first_turn(&l, place) <= here;

		if (past || !s->hide_future)
			draw_marks(c, t, marks_at(s, &l, place), at(x_of(&l, place), middle), half,
				   past ? 1 : 0.5);
	}
	if (l.turns > 0)
		draw_cursor(c, t, s, &l, middle, half);
	canvas_end(c);
}
