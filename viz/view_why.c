#include "viz/view_why.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "record/explain.h"
#include "viz/ladder_layout.h"

enum { WORDS_MAX = 640 };

struct words {
	char what[WORDS_MAX];
	char source[64]; /* "RFC 6298 §5.4" */
	char why[WORDS_MAX];
	char also[WORDS_MAX]; /* what else the step did; "" for nothing */
	char place[64];       /* "step 9 of 14   1.050 s" */
	char time[32];        /* "1.050 s" */
};

/* ---- what to say ---- */

static void at_start(const struct recording *r, struct words *w)
{
	const struct recording_info *info = recording_info(r);

	snprintf(w->what, sizeof w->what, "%s", info->title);
	snprintf(w->why, sizeof w->why, "%s", info->look_for);
}

/* Inside a turn the last event speaks, at its end the one that tells most. */
static uint32_t speaking_event(const struct recording *r, struct cursor c)
{
	uint32_t turn = cursor_turn(r, c);

	return c.event == cursor_after_turn(r, turn).event ? recording_headline(r, turn) : c.event;
}

/* "RFC 9293 §3.8: The network …" comes apart into its source and the rest. */
static void split_reason(const char *reason, struct words *w)
{
	const char *colon = strstr(reason, ": ");

	if (strncmp(reason, "RFC ", 4) == 0 && colon &&
	    (size_t)(colon - reason) < sizeof w->source) {
		snprintf(w->source, sizeof w->source, "%.*s", (int)(colon - reason), reason);
		reason = colon + 2;
	}
	snprintf(w->why, sizeof w->why, "%s", reason);
}

/* A step may do two things worth a sentence: the second comes below. */
static void find_second(const struct recording *r, struct cursor c, struct words *w)
{
	uint32_t turn = cursor_turn(r, c);
	uint32_t events[STORY_MAX];
	struct text also = text_in(w->also, sizeof w->also);

	if (c.event != cursor_after_turn(r, turn).event || recording_story(r, turn, events) < 2)
		return;
	text_add(&also, "Also: ");
	explain_what(r, events[1], &also);
}

/* "2.000 s" must not be torn at the end of a line: a blank between a number
 * and its unit is one that does not break. */
static void keep_units(char *words, size_t size)
{
	static const char no_break[] = "\u00a0";
	size_t extra = sizeof no_break - 2;
	size_t len = strlen(words);

	for (size_t i = 1; i + 1 < len; i++) {
		bool number = words[i - 1] >= '0' && words[i - 1] <= '9';

		if (words[i] != ' ' || !number || words[i + 1] != 's' || len + extra >= size)
			continue;
		memmove(words + i + 1 + extra, words + i + 1, len - i);
		memcpy(words + i, no_break, sizeof no_break - 1);
		len += extra;
	}
}

static void find_words(const struct scene *s, struct words *w)
{
	const struct recording *r = s->recording;
	struct text what = text_in(w->what, sizeof w->what);
	struct text place = text_in(w->place, sizeof w->place);
	struct text time = text_in(w->time, sizeof w->time);
	char buf[WORDS_MAX];
	struct text why = text_in(buf, sizeof buf);
	uint32_t n;

	w->what[0] = w->source[0] = w->why[0] = w->also[0] = '\0';
	text_addf(&place, "step %u of %u",
		  cursor_is_at_start(s->cursor) ? 0 : cursor_turn(r, s->cursor) + 1,
		  recording_turns(r));
	if (cursor_is_at_start(s->cursor)) {
		at_start(r, w);
		if (s->hint != NULL)
			snprintf(w->also, sizeof w->also, "%s", s->hint);
		return;
	}
	text_add_seconds(&time, cursor_time(r, s->cursor), ladder_time_places(s));
	text_add(&time, " s");
	text_addf(&place, "   %s", w->time);
	n = speaking_event(r, s->cursor);
	explain_what(r, n, &what);
	keep_units(w->what, sizeof w->what);
	explain_why(r, n, &why);
	split_reason(buf, w);
	find_second(r, s->cursor, w);
}

/* ---- on a lesson's page ---- */

static void draw_ground(struct canvas *c, const struct theme *t, struct rect area)
{
	canvas_round_rect(c, area, t->radius, t->color[ROLE_CURRENT_TINT],
			  stroke(t->line * 0.8, t->color[ROLE_CURRENT]));
}

/* The largest of the fonts in which the sentence takes one line; where none
 * does, the smallest. */
static struct font sentence_font(const struct canvas *c, const struct theme *t, const char *text,
				 double width)
{
	struct font font = t->font[TYPE_TITLE];
	struct font small = t->font[TYPE_HEADING];

	if (canvas_measure(c, &font, text).width <= width)
		return font;
	small.weight = WEIGHT_BOLD;
	return small;
}

double view_why_height(const struct theme *t)
{
	return ceil(line_pitch(&t->font[TYPE_TITLE]) + 2 * line_pitch(&t->font[TYPE_BODY]) +
		    t->pad * 1.4);
}

static void draw_on_page(struct canvas *c, const struct theme *t, const struct words *w,
			 struct rect inside)
{
	struct text_style small = text_style(t->font[TYPE_NUMBER_SMALL], t->color[ROLE_DIM]);
	struct text_style title;
	struct text_style body = text_style(t->font[TYPE_BODY], t->color[ROLE_TEXT]);
	struct text_style source = text_style(t->font[TYPE_STRONG], t->color[ROLE_TIMER]);
	double right = fmax(canvas_measure(c, &small.font, w->place).width,
			    canvas_measure(c, &source.font, w->source).width);
	struct rect side = cut_right(&inside, right);
	double y = inside.y;

	cut_right(&inside, t->pad * 2);
	title = text_style(sentence_font(c, t, w->what, inside.w), t->color[ROLE_TEXT]);
	y += canvas_paragraph(c, at(inside.x, y), inside.w, w->what, &title);
	y += canvas_paragraph(c, at(inside.x, y), inside.w, w->why, &body);
	body.color = t->color[ROLE_DIM];
	if (w->also[0] != '\0' && y + line_pitch(&body.font) <= bottom_of(inside) + t->hair)
		canvas_text_cut(c, box(inside.x, y, inside.w, line_pitch(&body.font)), w->also,
				&body);
	small.align = source.align = ALIGN_RIGHT;
	canvas_text_in(c, cut_top(&side, line_pitch(&t->font[TYPE_TITLE])), w->source, &source);
	canvas_text_in(c, cut_top(&side, line_pitch(&t->font[TYPE_BODY])), w->place, &small);
}

/* ---- on the projector ---- */

/* At the start: the title with what to look for beside it or below, or that alone, or else the
 * title alone: whatever the place is enough for. */
static bool draw_question(struct canvas *c, const struct theme *t, const struct words *w,
			  struct rect inside)
{
	struct text_style title = text_style(t->font[TYPE_TITLE], t->color[ROLE_TEXT]);
	struct text_style body = text_style(t->font[TYPE_LABEL], t->color[ROLE_TEXT]);
	double width = ceil(canvas_measure(c, &title.font, w->what).width) + 1;
	struct rect below = inside;
	struct rect beside = inside;
	const struct rect *const places[] = {&beside, &below, &inside};
	const struct rect line = cut_top(&below, line_pitch(&title.font));

	cut_left(&beside, width + 2 * t->pad);
	for (unsigned i = 0; i < sizeof places / sizeof places[0]; i++) {
		struct rect r = *places[i];
		double height;

		if (r.w < inside.w / 2)
			continue;
		height = canvas_paragraph_height(c, r.w, w->why, &body.font);
		if (height > r.h)
			continue;
		if (places[i] != &inside)
			canvas_text_in(c, places[i] == &below ? line : inside, w->what, &title);
		canvas_paragraph(c, at(r.x, r.y + (r.h - height) / 2), r.w, w->why, &body);
		return true;
	}
	return false;
}

/* One sentence, and the section it rests on. */
static void draw_projected(struct canvas *c, const struct theme *t, const struct words *w,
			   struct rect inside)
{
	struct text_style title = text_style(t->font[TYPE_TITLE], t->color[ROLE_TEXT]);
	struct text_style source = text_style(t->font[TYPE_LABEL], t->color[ROLE_DIM]);
	struct text_style time = text_style(t->font[TYPE_NUMBER], t->color[ROLE_DIM]);
	double right = fmax(canvas_measure(c, &source.font, w->source).width,
			    canvas_measure(c, &time.font, w->time).width);
	struct rect side = cut_right(&inside, right);
	double height;

	if (w->time[0] == '\0' && w->why[0] != '\0' && draw_question(c, t, w, inside))
		return;
	cut_right(&inside, right > 0 ? t->pad : 0);
	height = canvas_paragraph_height(c, inside.w, w->what, &title.font);
	canvas_paragraph(c, at(inside.x, inside.y + fmax(0, inside.h - height) / 2), inside.w,
			 w->what, &title);
	source.align = time.align = ALIGN_RIGHT;
	canvas_text_in(c, cut_top(&side, line_pitch(&title.font)), w->time, &time);
	canvas_text_in(c, cut_bottom(&side, line_pitch(&title.font)), w->source, &source);
}

void view_why_draw(struct canvas *c, const struct theme *t, const struct scene *s, struct rect area)
{
	struct words w;

	find_words(s, &w);
	canvas_begin_box(c, area, "why");
	draw_ground(c, t, area);
	canvas_clip(c, area, CLIP_FRAME);
	if (t->projector)
		draw_projected(c, t, &w, rect_inset(area, t->pad * 1.2, t->pad * 0.6));
	else
		draw_on_page(c, t, &w, rect_inset(area, t->pad * 1.2, t->pad * 0.7));
	canvas_unclip(c);
	canvas_end(c);
}
