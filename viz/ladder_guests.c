/* ladder_guests.c — those who take part beside the two hosts: a name above,
 * a faint line down between the lifelines, and a piece of a lifeline wherever
 * they send or receive. */
#include "viz/ladder_build.h"
#include "viz/ladder_parts.h"

#include <math.h>

/* ---- where they stand ---- */

/* Who speaks with the client alone stands farther from it, so that arrows are long. */
static double share_of(const struct guest *g)
{
	double all = (double)g->heard[CLIENT] + g->heard[SERVER];

	return all > 0 ? 0.35 + 0.3 * g->heard[CLIENT] / all : 0.5;
}

/* How many stand farther left. */
static unsigned place_of(const struct guests *g, unsigned i)
{
	unsigned place = 0;

	for (unsigned k = 0; k < g->count; k++) {
		double mine = share_of(&g->all[i]);
		double other = share_of(&g->all[k]);

		place += other < mine || (other == mine && k < i);
	}
	return place;
}

static void meet_those_in_sight(struct ladder_layout *l, const struct scene *s)
{
	for (uint32_t i = 0; i < l->rows.count; i++) {
		struct event event = recording_event(s->recording, l->rows.rows[i].event);
		struct packet_record p;
		struct passage passage;

		if (event.packet == EVENT_NONE)
			continue;
		recording_packet(s->recording, event.packet, &p);
		(void)guests_meet(&l->guests, s->recording, &s->focus, &p, &passage);
	}
}

void ladder_find_guests(struct ladder_layout *l, const struct scene *s)
{
	const struct rect *lane = &l->columns.lane;
	struct guests *g = &l->guests;

	guests_find(g, s->recording, &s->focus);
	if (!recording_info(s->recording)->inferred)
		meet_those_in_sight(l, s);
	for (unsigned i = 0; i < g->count; i++) {
		double share = g->count == 1 ? share_of(&g->all[0])
					     : (place_of(g, i) + 1.0) / (g->count + 1.0);

		l->guest_x[i] = lane->x + lane->w * share;
	}
}

/* ---- pieces of lifelines ---- */

static struct rect piece_at(const struct ladder_layout *l, const struct theme *t,
			    const struct ladder_arrow *a)
{
	double width = ceil(t->lifeline * 0.6);
	double height = l->scale.pitch * 0.9;
	double y = a->from_guest ? a->from.y : a->to.y;

	return box(l->guest_x[a->guest] - width / 2, y - height / 2, width, height);
}

static bool reaches_guest(const struct ladder_arrow *a)
{
	return a->guest >= 0 && (a->from_guest || a->fate != FATE_LOST);
}

void ladder_guests_avoid(struct placer *placer, const struct ladder_layout *l,
			 const struct theme *t)
{
	for (uint32_t i = 0; i < l->arrow_count; i++)
		if (reaches_guest(&l->arrows[i]))
			placer_add_rect(placer, piece_at(l, t, &l->arrows[i]));
}

/* Hollow: nothing is told of its states. */
static void draw_piece(const struct ladder_drawing *d, const struct ladder_arrow *a)
{
	const struct theme *t = d->theme;
	struct color color = t->color[ROLE_LINE];
	bool future = a->when == WHEN_FUTURE || (a->when == WHEN_UNDER_WAY && !a->from_guest);

	canvas_round_rect(d->canvas, piece_at(d->layout, t, a), 0, t->color[ROLE_BOX],
			  stroke(t->hair * 1.5, future ? ladder_future(t, color) : color));
}

/* Interrupted where words are. */
static void draw_line(const struct ladder_drawing *d, const struct placer *placer, double x)
{
	const struct theme *t = d->theme;
	struct rect body = d->layout->columns.body;
	double step = t->gap * 1.5;
	struct stroke s = stroke(t->hair, t->color[ROLE_GRID]);

	for (double y = body.y; y + step <= bottom_of(body); y += step) {
		struct slab slab = {at(x, y + step / 2), t->gap, step / 2 + t->hair, 0};

		if (placer_has_room_over_lines(placer, &slab))
			canvas_line(d->canvas, at(x, y), at(x, y + step / 2), s);
	}
}

void draw_guests(const struct ladder_drawing *d, const struct placer *placer)
{
	const struct ladder_layout *l = d->layout;

	for (unsigned i = 0; i < l->guests.count; i++)
		draw_line(d, placer, l->guest_x[i]);
	for (uint32_t i = 0; i < l->arrow_count; i++)
		if (reaches_guest(&l->arrows[i]))
			draw_piece(d, &l->arrows[i]);
}
