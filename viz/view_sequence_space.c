#include "viz/view_sequence_space.h"

#include <math.h>
#include <stdio.h>

#include "viz/panel.h"
#include "viz/placer.h"

/* Shares of a bar that lie outside the window on both sides. */
static const double behind_share = 0.10;
static const double beyond_share = 0.12;
/* Of what is not empty inside it, so that the edges' names have room. */
static const double least_share = 0.24;

struct space {
	struct canvas *canvas;
	const struct theme *theme;
	const struct scene *scene;
	enum side side;
	const struct tcb *tcb;
	struct held_range held[HELD_MAX];
	double left; /* of the names under a bar */
	struct placer placer;
};

/* ---- from sequence numbers to pixels ---- */

/* Piecewise straight between the edges of the regions. */
enum { EDGES_MAX = 4 };

struct axis {
	struct rect bar;
	struct seq zero;
	uint32_t edge[EDGES_MAX]; /* octets after zero, ascending */
	double x[EDGES_MAX];
	int count;
};

static struct axis axis_of(struct rect bar, struct seq zero, const uint32_t *edges, int count)
{
	struct axis a = {.bar = bar, .zero = zero, .count = count};
	double left = bar.x + bar.w * behind_share;
	double width = bar.w * (1 - behind_share - beyond_share);
	double total = edges[count - 1] - edges[0];
	double least = 0;
	int regions = 0;

	for (int i = 0; i + 1 < count; i++)
		regions += edges[i + 1] > edges[i];
	least = regions * least_share;
	/* One region alone does not fill the window it leaves closed. */
	if (regions == 1 && edges[count - 1] == edges[1] && edges[1] > 0)
		width *= 0.5;
	for (int i = 0; i < count; i++) {
		a.edge[i] = edges[i];
		a.x[i] = left;
		if (i + 1 < count && edges[i + 1] > edges[i])
			left += width *
				(least_share + (1 - least) * (edges[i + 1] - edges[i]) / total);
	}
	return a;
}

static double x_of(const struct axis *a, struct seq s)
{
	double octets = seq_diff(s, a->zero);

	if (octets <= a->edge[0])
		return a->x[0];
	for (int i = 0; i + 1 < a->count; i++)
		if (octets <= a->edge[i + 1])
			return a->x[i] + (a->x[i + 1] - a->x[i]) * (octets - a->edge[i]) /
						 (double)(a->edge[i + 1] - a->edge[i]);
	return a->x[a->count - 1];
}

static void fill(const struct space *sp, const struct axis *a, double from, double to,
		 struct color color)
{
	struct rect r = rect_meet(a->bar, box(from, a->bar.y, fmax(0, to - from), a->bar.h));

	if (r.w > 0)
		canvas_rect(sp->canvas, r, color);
}

/* ---- edges and their names ---- */

static uint32_t number(const struct space *sp, struct seq s, bool sent)
{
	struct seq zero = sent ? sp->tcb->snd.iss : sp->tcb->rcv.irs;

	return sp->scene->relative ? s.v - zero.v : s.v;
}

static void draw_edge(struct space *sp, const struct axis *a, struct seq s, const char *name,
		      bool sent)
{
	const struct theme *t = sp->theme;
	struct text_style style = text_style(t->font[TYPE_NUMBER_SMALL], t->color[ROLE_TEXT]);
	double x = x_of(a, s);
	double top = bottom_of(a->bar);
	double tick = t->gap * 0.7;
	double height = ceil(style.font.size * 1.2);
	char words[64];
	double width;

	snprintf(words, sizeof words, "%s %u", name, number(sp, s, sent));
	width = canvas_measure(sp->canvas, &style.font, words).width;
	canvas_line(sp->canvas, at(x, a->bar.y - tick * 0.5), at(x, top + tick),
		    stroke(t->hair * 1.5, t->color[ROLE_TEXT]));
	for (int i = 0; i < 3; i++) {
		/* Under its tick, then to the right and to the left of it. */
		double left = i == 0 ? x - width / 2 : i == 1 ? x - t->gap : x - width + t->gap;
		struct rect r = box(fmin(fmax(left, sp->left), right_of(a->bar) - width),
				    top + tick, width, height);
		struct slab slab = {middle_of(r), r.w / 2 + t->gap, r.h / 2, 0};

		if (!placer_has_room(&sp->placer, &slab, OWNED_BY_NONE))
			continue;
		canvas_text_in(sp->canvas, r, words, &style);
		placer_add_slab(&sp->placer, &slab);
		return;
	}
}

static void outline(const struct space *sp, const struct axis *a)
{
	canvas_round_rect(sp->canvas, a->bar, 0, NO_FILL,
			  stroke(sp->theme->hair * 1.2, sp->theme->color[ROLE_LINE]));
}

/* ---- the bars ---- */

static void draw_send(struct space *sp, struct rect bar)
{
	const struct send_variables *snd = &sp->tcb->snd;
	const struct theme *t = sp->theme;
	uint32_t sent = (uint32_t)seq_diff(snd->nxt, snd->una);
	uint32_t window = snd->wnd > sent ? snd->wnd : sent;
	struct axis a = axis_of(bar, snd->una, (uint32_t[]){0, sent, window}, 3);
	struct seq edge = seq_add(snd->una, snd->wnd);
	struct seq queued = seq_min(seq_max(snd->end, snd->nxt), seq_add(snd->una, window));

	fill(sp, &a, bar.x, a.x[0], t->color[ROLE_OK]);
	fill(sp, &a, a.x[0], a.x[1], side_color(t, sp->side));
	fill(sp, &a, a.x[1], x_of(&a, edge), t->color[ROLE_BOX]);
	fill(sp, &a, a.x[1], x_of(&a, queued),
	     color_mix(t->color[ROLE_BOX], side_color(t, sp->side), 0.25));
	fill(sp, &a, fmax(a.x[1], x_of(&a, edge)), right_of(bar), t->color[ROLE_GRID]);
	outline(sp, &a);
	draw_edge(sp, &a, snd->nxt, "NXT", true);
	if (sent > 0)
		draw_edge(sp, &a, snd->una, "UNA", true);
	if (snd->wnd > 0)
		draw_edge(sp, &a, edge, "UNA+WND", true);
}

static void draw_receive(struct space *sp, struct rect bar)
{
	const struct receive_variables *rcv = &sp->tcb->rcv;
	const struct theme *t = sp->theme;
	enum side peer = other_side(sp->side);
	int last = rcv->held_count - 1;
	uint32_t hole = last < 0 ? 0 : (uint32_t)seq_diff(sp->held[0].left, rcv->nxt);
	uint32_t held = last < 0 ? 0 : (uint32_t)seq_diff(sp->held[last].right, rcv->nxt);
	uint32_t window = rcv->wnd > held ? rcv->wnd : held;
	struct axis a = axis_of(bar, rcv->nxt, (uint32_t[]){0, hole, held, window}, 4);

	fill(sp, &a, bar.x, a.x[0], t->color[ROLE_OK]);
	fill(sp, &a, a.x[0], a.x[3], t->color[ROLE_BOX]);
	for (int i = 0; i < rcv->held_count; i++)
		fill(sp, &a, x_of(&a, sp->held[i].left), x_of(&a, sp->held[i].right),
		     side_color(t, peer));
	fill(sp, &a, a.x[3], right_of(bar), t->color[ROLE_GRID]);
	outline(sp, &a);
	draw_edge(sp, &a, rcv->nxt, "NXT", false);
	if (rcv->held_count > 0)
		draw_edge(sp, &a, sp->held[0].left, "held", false);
	if (rcv->wnd > 0)
		draw_edge(sp, &a, seq_add(rcv->nxt, rcv->wnd), "NXT+WND", false);
}

/* A bar with its name to the left; its edges are named under it. */
static struct rect bar_row(struct space *sp, struct rect row, const char *name, double column)
{
	const struct theme *t = sp->theme;
	struct text_style style = text_style(t->font[TYPE_SMALL], t->color[ROLE_DIM]);
	struct rect bar = row;

	bar.h = fmin(row.h - ceil(t->font[TYPE_NUMBER_SMALL].size * 1.3) - t->gap,
		     t->font[TYPE_LABEL].size * 1.3);
	cut_left(&bar, column);
	canvas_text_in(sp->canvas, box(row.x, bar.y, column, bar.h), name, &style);
	return bar;
}

void view_sequence_space_draw(struct canvas *c, const struct theme *t, const struct scene *s,
			      enum side side, struct rect area)
{
	struct space sp = {.canvas = c, .theme = t, .scene = s, .side = side};
	struct end end;
	struct rect rest;
	struct text_style none = text_style(t->font[TYPE_LABEL], t->color[ROLE_DIM]);
	double column = canvas_measure(c, &t->font[TYPE_SMALL], "receive").width + t->gap * 1.5;
	char title[64];

	focus_end(s->recording, &s->focus, side, s->cursor, &end);
	snprintf(title, sizeof title, "%s sequence space",
		 focus_name(s->recording, &s->focus, side));
	canvas_begin_box(c, area, "space-%s", side_name(side));
	rest = draw_titled_panel(c, t, area, title, side_color(t, side));
	cut_top(&rest, t->gap);
	if (end.exists && end.state != LISTEN) {
		sp.tcb = &end.tcb;
		recording_held(s->recording, end.conn, s->cursor.event, sp.held);
		sp.left = rest.x;
		draw_send(&sp, bar_row(&sp, cut_top(&rest, rest.h / 2), "send", column));
		/* The SYN tells where the peer's numbers begin. */
		if (end.state != SYN_SENT)
			draw_receive(&sp, bar_row(&sp, rest, "receive", column));
	} else {
		none.align = ALIGN_CENTRE;
		canvas_text_in(c, rest, "no connection", &none);
	}
	canvas_end(c);
	placer_free(&sp.placer);
}
