#include "viz/panel.h"

void draw_panel(struct canvas *c, const struct theme *t, struct rect area)
{
	canvas_round_rect(c, area, t->radius, t->color[ROLE_PANEL],
			  stroke(t->hair, t->color[ROLE_GRID]));
}

struct rect draw_titled_panel(struct canvas *c, const struct theme *t, struct rect area,
			      const char *title, struct color color)
{
	struct text_style style = text_style(t->font[TYPE_HEADING], color);
	struct rect rest = rect_inset(area, t->pad, t->gap);

	draw_panel(c, t, area);
	canvas_text_cut(c, cut_top(&rest, t->row), title, &style);
	cut_bottom(&rest, t->pad - t->gap);
	return rest;
}
