/* ladder_lifelines.c — the hosts' lifelines: their states and timers.
 *
 * The track is hollow while there is no connection, half filled while it is
 * being opened or closed, and full while it is ESTABLISHED. States that were
 * inferred are hollow and their names italic. */
#include "base/text.h"
#include "viz/ladder_parts.h"

#include <math.h>

/* ---- tracks ---- */

/* How much of the side's colour fills the track. */
static double fullness(const struct ladder_track *track)
{
	if (track->inferred)
		return 0;
	switch (track->state) {
	case CLOSED:
	case LISTEN: return 0;
	case ESTABLISHED: return 1;
	case TIME_WAIT: return 0.25;
	default: return 0.5;
	}
}

static void draw_piece(const struct ladder_drawing *d, const struct ladder_track *track, double top,
		       double bottom, bool future)
{
	const struct theme *t = d->theme;
	struct color color = side_color(t, track->side);
	double x = d->layout->columns.life[track->side] - t->lifeline / 2;
	struct color fill;

	if (bottom <= top)
		return;
	if (future)
		color = ladder_future(t, color);
	fill = color_mix(t->color[ROLE_BOX], color, fullness(track));
	canvas_rect(d->canvas, box(x, top, t->lifeline, bottom - top), fill);
	canvas_line(d->canvas, at(x, top), at(x, bottom), stroke(t->hair * 1.5, color));
	canvas_line(d->canvas, at(x + t->lifeline, top), at(x + t->lifeline, bottom),
		    stroke(t->hair * 1.5, color));
}

static void draw_caps(const struct ladder_drawing *d, const struct ladder_track *track, double top,
		      double bottom)
{
	const struct theme *t = d->theme;
	double left = d->layout->columns.life[track->side] - t->lifeline / 2;
	struct color color = side_color(t, track->side);
	const double ends[2] = {top, bottom};

	for (int i = 0; i < 2; i++) {
		struct color cap = ends[i] > d->layout->now ? ladder_future(t, color) : color;

		canvas_line(d->canvas, at(left - t->hair * 0.75, ends[i]),
			    at(left + t->lifeline + t->hair * 0.75, ends[i]),
			    stroke(t->hair * 1.5, cap));
	}
}

/* Time to come, of which nothing is told. */
static void draw_unknown(const struct ladder_drawing *d, enum side side, double top, double bottom)
{
	const struct theme *t = d->theme;
	double x = d->layout->columns.life[side];

	canvas_line(d->canvas, at(x, top), at(x, bottom), stroke(t->line, t->color[ROLE_GRID]));
}

static void draw_track(const struct ladder_drawing *d, const struct ladder_track *track)
{
	double air = d->theme->hair * 1.5;
	double top = track->top + air;
	double bottom = track->bottom - air;
	double now = fmin(fmax(d->layout->now, top), bottom);

	draw_piece(d, track, top, now, false);
	draw_caps(d, track, top, d->scene->hide_future ? now : bottom);
	if (!d->scene->hide_future)
		draw_piece(d, track, now, bottom, true);
	else if (bottom > now)
		draw_unknown(d, track->side, now, bottom);
}

/* ---- names ---- */

/* A name begins where its state does; while that is out of sight it stays at
 * the upper edge. Never above `least`: there stands the one before. */
static void draw_name(const struct ladder_drawing *d, const struct ladder_track *track,
		      double *least, struct placer *placer)
{
	const struct theme *t = d->theme;
	const struct rect *names = &d->layout->columns.names[track->side];
	struct rect body = d->layout->columns.body;
	struct text_style style = text_style(t->font[TYPE_STRONG], side_color(t, track->side));
	double pitch = ceil(style.font.size * 1.2);
	double top = fmax(fmax(track->top, body.y), *least);
	const char *lines[2];
	unsigned count = ladder_state_name(t, track->state, lines);
	double height = pitch * count;

	if (top + height > fmin(track->bottom + pitch * 0.3, bottom_of(body)))
		return;
	if (track->since != EVENT_NONE && !scene_has_happened(d->scene, track->since))
		style.color = t->color[ROLE_DIM];
	if (track->current)
		style.font.weight = WEIGHT_BOLD;
	style.font.italic = track->inferred;
	style.align = track->side == CLIENT ? ALIGN_RIGHT : ALIGN_LEFT;
	for (unsigned i = 0; i < count; i++)
		canvas_text_in(d->canvas, box(names->x, top + pitch * i, names->w, pitch), lines[i],
			       &style);
	placer_add_rect(placer, box(names->x, top, names->w, height));
	*least = top + height;
}

void draw_lifelines(const struct ladder_drawing *d, struct placer *placer)
{
	double least[SIDES] = {-HUGE_VAL, -HUGE_VAL};
	struct rect body = d->layout->columns.body;

	for (uint32_t i = 0; i < d->layout->track_count; i++) {
		const struct ladder_track *track = &d->layout->tracks[i];

		if (track->bottom < body.y || track->top > bottom_of(body))
			continue;
		draw_track(d, track);
		draw_name(d, track, &least[track->side], placer);
	}
}

/* ---- timers ---- */

static const char *timer_short_name(const struct theme *t, enum timer timer)
{
	switch (timer) {
	case TIMER_RETRANSMISSION: return "RTO";
	case TIMER_PERSIST: return "persist";
	case TIMER_DELAYED_ACK: return t->projector ? "delay" : "delayed ACK";
	case TIMER_TIME_WAIT: return "2 MSL";
	case TIMER_USER_TIMEOUT: return t->projector ? "user" : "user timeout";
	case TIMER_PACING: return "pacing";
	case TIMER_KEEPALIVE: return t->projector ? "alive" : "keep-alive";
	case TIMER_FIN_WAIT_2: return t->projector ? "FW2" : "FIN-WAIT-2";
	case TIMER_REORDERING: return t->projector ? "RACK" : "reordering";
	case TIMER_TAIL_PROBE: return "PTO";
	case TIMER_COUNT: break;
	}
	return "";
}

/* "RTO 1.000 s", in two lines where one is too wide; how many. */
static unsigned timer_lines(const struct ladder_drawing *d, const struct ladder_bracket *b,
			    const struct font *font, char lines[2][48])
{
	const char *name = timer_short_name(d->theme, b->timer);
	struct text first = text_in(lines[0], sizeof lines[0]);
	struct text second = text_in(lines[1], sizeof lines[1]);

	ladder_add_duration(&second, b->length);
	text_addf(&first, "%s %s", name, lines[1]);
	if (canvas_measure(d->canvas, font, lines[0]).width <= d->layout->columns.names[b->side].w)
		return 1;
	first = text_in(lines[0], sizeof lines[0]);
	text_add(&first, name);
	return 2;
}

static void draw_bracket(const struct ladder_drawing *d, const struct ladder_bracket *b)
{
	const struct theme *t = d->theme;
	const struct ladder_columns *col = &d->layout->columns;
	double x = col->bracket[b->side];
	double edge =
		col->life[b->side] + (b->side == CLIENT ? -1 : 1) * (t->lifeline / 2 + t->hair);
	struct color color = t->color[ROLE_TIMER];
	bool future = b->when == WHEN_FUTURE;
	double seen =
		b->when == WHEN_PAST ? b->bottom : fmin(fmax(d->layout->now, b->top), b->bottom);
	struct stroke solid = stroke(t->line * 0.8, future ? ladder_future(t, color) : color);
	struct stroke dotted = solid;

	dotted.dash = DASH_DOTTED;
	canvas_line(d->canvas, at(edge, b->top), at(x, b->top), solid);
	if (!future)
		canvas_line(d->canvas, at(x, b->top), at(x, seen), dotted);
	if (b->when != WHEN_PAST) {
		dotted.color = solid.color = ladder_future(t, color);
		canvas_line(d->canvas, at(x, future ? b->top : seen), at(x, b->bottom), dotted);
	}
	canvas_line(d->canvas, at(x, b->bottom), at(edge, b->bottom), solid);
	canvas_head(d->canvas, at(edge, b->bottom), at(x, b->bottom), t->head * 0.7, solid);
}

/* Beside the bracket, as near to its middle as there is room. */
static void draw_timer_text(const struct ladder_drawing *d, const struct ladder_bracket *b,
			    struct placer *placer)
{
	static const double shares[] = {0.5, 0.35, 0.65, 0.25, 0.75, 0.15, 0.85};
	const struct theme *t = d->theme;
	const struct rect *names = &d->layout->columns.names[b->side];
	struct rect body = d->layout->columns.body;
	struct text_style style = text_style(
		t->font[TYPE_SMALL], t->color[b->when == WHEN_FUTURE ? ROLE_DIM : ROLE_TIMER]);
	double top = fmax(b->top, body.y);
	double bottom = fmin(b->bottom, bottom_of(body));
	double pitch = ceil(style.font.size * 1.2);
	char lines[2][48];
	unsigned count = timer_lines(d, b, &style.font, lines);
	double height = pitch * count;

	style.align = b->side == CLIENT ? ALIGN_RIGHT : ALIGN_LEFT;
	for (unsigned i = 0; i < sizeof shares / sizeof shares[0]; i++) {
		double middle = top + (bottom - top) * shares[i];
		struct rect r = box(names->x, middle - height / 2, names->w, height);
		struct slab slab = {middle_of(r), r.w / 2, r.h / 2, 0};

		if (r.y < body.y || bottom_of(r) > bottom_of(body) ||
		    !placer_has_room(placer, &slab, OWNED_BY_NONE))
			continue;
		for (unsigned k = 0; k < count; k++)
			canvas_text_in(d->canvas, box(r.x, r.y + pitch * k, r.w, pitch), lines[k],
				       &style);
		placer_add_slab(placer, &slab);
		return;
	}
}

void draw_timers(const struct ladder_drawing *d, struct placer *placer)
{
	for (uint32_t i = 0; i < d->layout->bracket_count; i++) {
		const struct ladder_bracket *b = &d->layout->brackets[i];

		canvas_begin(d->canvas, "timer-%u", b->fires);
		draw_bracket(d, b);
		draw_timer_text(d, b, placer);
		canvas_end(d->canvas);
	}
}
