#include "viz/live_mark.h"

#include <math.h>

/* Some words, as wide as they are or as there is room. */
static void draw_words(const struct ui *ui, const char *words, struct text_style style,
		       struct rect *rest)
{
	double width = ceil(canvas_measure(ui->canvas, &style.font, words).width) + 1;

	if (words[0] == '\0')
		return;
	canvas_text_cut(ui->canvas, cut_left(rest, fmin(width, rest->w)), words, &style);
	cut_left(rest, ui->theme->pad);
}

/* A dot that is filled where the newest is shown, and the word for it. */
static void draw_state(const struct ui *ui, const struct app *app, struct rect *rest)
{
	const struct theme *t = ui->theme;
	bool follows = app_follows(app) && !app->live.ended;
	const char *words = app->live.ended ? "ended" : follows ? "live" : "live, End follows";
	struct text_style style = text_style(t->font[TYPE_STRONG], t->color[ROLE_TEXT]);
	struct color color = t->color[app->live.ended ? ROLE_DIM : ROLE_OK];
	double dot = floor(style.font.size * 0.4);
	double width = ceil(canvas_measure(ui->canvas, &style.font, words).width) + 1;
	struct rect r = cut_left(rest, fmin(3 * dot + width, rest->w));

	canvas_begin_box(ui->canvas, r, "live");
	canvas_circle(ui->canvas, at(r.x + dot, middle_of(r).y), dot - t->line / 2,
		      follows ? color : NO_FILL, stroke(t->line, color));
	cut_left(&r, 3 * dot);
	canvas_text_cut(ui->canvas, r, words, &style);
	canvas_end(ui->canvas);
	cut_left(rest, t->pad);
}

void live_mark_draw(const struct ui *ui, const struct app *app, struct rect *rest)
{
	const struct theme *t = ui->theme;

	if (app->live.on) {
		draw_state(ui, app, rest);
		draw_words(ui, app->live.note,
			   text_style(t->font[TYPE_LABEL], t->color[ROLE_ALERT]), rest);
	}
	if (app->by_hand.on)
		draw_words(ui, app->by_hand.words,
			   text_style(t->font[TYPE_NUMBER], t->color[ROLE_TEXT]), rest);
}
