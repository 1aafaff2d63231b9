/* overlay_legend.c — what the shapes on the ladder mean. */
#include "viz/overlays.h"

#include <math.h>

enum { ACROSS = 4 };

static void draw_cross(struct canvas *c, const struct theme *t, struct point p)
{
	double half = t->head * 0.5;
	struct stroke s = stroke(t->thick * 0.8, t->color[ROLE_ALERT]);

	canvas_line(c, at(p.x - half, p.y - half), at(p.x + half, p.y + half), s);
	canvas_line(c, at(p.x - half, p.y + half), at(p.x + half, p.y - half), s);
}

static void draw_data(struct canvas *c, const struct theme *t, struct point a, struct point b)
{
	canvas_arrow(c, a, b, t->head, stroke(t->line, t->color[ROLE_CLIENT]));
}

static void draw_ack(struct canvas *c, const struct theme *t, struct point a, struct point b)
{
	canvas_arrow(c, b, a, t->head * 0.85, stroke(t->hair * 1.25, t->color[ROLE_SERVER]));
}

static void draw_again(struct canvas *c, const struct theme *t, struct point a, struct point b)
{
	struct stroke s = stroke(t->line, t->color[ROLE_CLIENT]);

	s.dash = DASH_DASHED;
	canvas_arrow(c, a, b, t->head, s);
}

static void draw_lost(struct canvas *c, const struct theme *t, struct point a, struct point b)
{
	canvas_line(c, a, b, stroke(t->line, t->color[ROLE_CLIENT]));
	draw_cross(c, t, b);
}

static void draw_copy(struct canvas *c, const struct theme *t, struct point a, struct point b)
{
	struct stroke s = stroke(t->line * 0.7, t->color[ROLE_CLIENT]);
	double off = t->line * 1.1;

	canvas_line(c, at(a.x, a.y - off), at(b.x - t->head * 0.8, b.y - off), s);
	canvas_line(c, at(a.x, a.y + off), at(b.x - t->head * 0.8, b.y + off), s);
	canvas_head(c, b, a, t->head, stroke(t->line, t->color[ROLE_CLIENT]));
}

static void draw_overtaken(struct canvas *c, const struct theme *t, struct point a, struct point b)
{
	struct stroke s = stroke(t->line, t->color[ROLE_CLIENT]);

	canvas_line(c, a, at(b.x - t->head, b.y), s);
	canvas_hollow_head(c, b, a, t->head * 1.1, s, t->color[ROLE_BOX]);
}

static void draw_timer(struct canvas *c, const struct theme *t, struct point a, struct point b)
{
	struct stroke s = stroke(t->line, t->color[ROLE_TIMER]);

	s.dash = DASH_DOTTED;
	canvas_line(c, a, b, s);
}

static void draw_current(struct canvas *c, const struct theme *t, struct point a, struct point b)
{
	double half = t->row * 0.35;
	struct rect r = box(a.x, a.y - half, b.x - a.x, half * 2);

	canvas_rect(c, r, t->color[ROLE_CURRENT_TINT]);
	r.w = t->thick;
	canvas_rect(c, r, t->color[ROLE_CURRENT]);
}

static const struct {
	void (*draw)(struct canvas *c, const struct theme *t, struct point a, struct point b);
	const char *words;
} shapes[] = {
	{draw_data, "carries text, SYN or FIN"},
	{draw_ack, "acknowledges only"},
	{draw_again, "sent again"},
	{draw_lost, "lost"},
	{draw_copy, "doubled by the network"},
	{draw_overtaken, "overtaken by a later one"},
	{draw_timer, "a timer, until it fires"},
	{draw_current, "this step"},
};

enum { SHAPES = sizeof shapes / sizeof shapes[0] };

double legend_height(const struct theme *t)
{
	return t->row * (1 + (SHAPES + ACROSS - 1) / ACROSS);
}

void legend_draw(struct canvas *c, const struct theme *t, struct rect area)
{
	struct text_style title = text_style(t->font[TYPE_HEADING], t->color[ROLE_TEXT]);
	struct text_style words = text_style(t->font[TYPE_LABEL], t->color[ROLE_TEXT]);
	struct rect row = cut_top(&area, t->row);
	double sample = t->font[TYPE_LABEL].size * 3;
	double column = area.w / ACROSS;

	canvas_text_in(c, row, "Shapes", &title);
	for (unsigned i = 0; i < SHAPES; i++) {
		struct rect cell;
		double middle;

		if (i % ACROSS == 0)
			row = cut_top(&area, t->row);
		cell = cut_left(&row, column);
		middle = middle_of(cell).y;
		shapes[i].draw(c, t, at(cell.x, middle), at(cell.x + sample, middle));
		cut_left(&cell, sample + t->pad);
		canvas_text_in(c, cell, shapes[i].words, &words);
	}
}
