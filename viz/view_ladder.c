#include "viz/view_ladder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/memory.h"
#include "viz/ladder_parts.h"
#include "viz/panel.h"

/* ---- grounds ---- */

static void draw_band(const struct ladder_drawing *d)
{
	const struct ladder_layout *l = d->layout;
	const struct theme *t = d->theme;
	struct rect body = l->columns.body;
	struct rect band =
		rect_meet(body, box(body.x, l->band_top, body.w, l->band_bottom - l->band_top));

	if (band.h <= 0)
		return;
	canvas_begin(d->canvas, "step");
	canvas_rect(d->canvas, band, t->color[ROLE_CURRENT_TINT]);
	band.w = t->thick;
	canvas_rect(d->canvas, band, t->color[ROLE_CURRENT]);
	canvas_end(d->canvas);
}

static struct rect gap_band(const struct ladder_drawing *d, const struct ladder_gap *gap)
{
	struct rect body = d->layout->columns.body;
	double height = fmin(ceil(d->theme->font[TYPE_LABEL].size * 1.7), gap->bottom - gap->top);

	return box(body.x, (gap->top + gap->bottom - height) / 2, body.w, height);
}

/* How long it was; shorter with each `wording`. */
static void gap_words(const struct ladder_gap *gap, int wording, char *out, size_t size)
{
	static const char *const endings[] = {" (not to scale)", ", not to scale", ""};
	struct text text = text_in(out, size);

	ladder_add_duration(&text, gap->length);
	if (wording == 0 && gap->silent)
		text_add(&text, " with no segments");
	text_add(&text, endings[wording]);
}

/* In the middle of its band, or wherever no segment that is under way then
 * runs through. */
static void draw_gap_words(const struct ladder_drawing *d, const struct ladder_gap *gap,
			   struct placer *placer)
{
	static const double shares[] = {0.5, 0.3, 0.7, 0.2, 0.8};
	const struct ladder_columns *col = &d->layout->columns;
	struct text_style style = text_style(d->theme->font[TYPE_LABEL], d->theme->color[ROLE_DIM]);
	struct rect band = gap_band(d, gap);
	char words[96];

	if (band.h < style.font.size * 1.3 || band.y < col->body.y ||
	    bottom_of(band) > bottom_of(col->body))
		return;
	style.align = ALIGN_CENTRE;
	for (int wording = 0; wording < 3; wording++) {
		double width;

		gap_words(gap, wording, words, sizeof words);
		width = canvas_measure(d->canvas, &style.font, words).width;
		for (unsigned i = 0; i < sizeof shares / sizeof shares[0]; i++) {
			double x = col->lane.x + col->lane.w * shares[i];
			struct rect r = box(x - width / 2, band.y, width, band.h);
			struct slab slab = {middle_of(r), r.w / 2 + d->theme->gap, r.h / 2, 0};

			if (r.x < col->lane.x || right_of(r) > right_of(col->lane) ||
			    !placer_has_room(placer, &slab, OWNED_BY_NONE))
				continue;
			canvas_text_in(d->canvas, r, words, &style);
			placer_add_slab(placer, &slab);
			return;
		}
	}
}

static bool is_told(const struct ladder_drawing *d, const struct ladder_gap *gap)
{
	return !d->scene->hide_future || gap->bottom <= d->layout->now;
}

static void draw_gap_bands(const struct ladder_drawing *d)
{
	for (uint32_t i = 0; i < d->layout->rows.gap_count; i++)
		if (is_told(d, &d->layout->rows.gaps[i]))
			canvas_rect(d->canvas, gap_band(d, &d->layout->rows.gaps[i]),
				    d->theme->color[ROLE_BACKGROUND]);
}

static void draw_all_gap_words(const struct ladder_drawing *d, struct placer *placer)
{
	for (uint32_t i = 0; i < d->layout->rows.gap_count; i++)
		if (is_told(d, &d->layout->rows.gaps[i]))
			draw_gap_words(d, &d->layout->rows.gaps[i], placer);
}

/* ---- times ---- */

static bool draw_time(const struct ladder_drawing *d, const struct ladder_row *row,
		      const char *words, bool current, struct placer *placer)
{
	const struct theme *t = d->theme;
	struct rect body = d->layout->columns.body;
	struct text_style style = text_style(t->font[TYPE_NUMBER_SMALL], t->color[ROLE_DIM]);
	double height = style.font.size * 1.3;
	double width = canvas_measure(d->canvas, &style.font, words).width;
	struct slab slab = {at(d->layout->columns.time - width / 2, row->y), width / 2, height / 2,
			    0};

	if (row->y - height / 2 < body.y || row->y + height / 2 > bottom_of(body) ||
	    !placer_has_room(placer, &slab, OWNED_BY_NONE))
		return false;
	if (current) {
		style.color = t->color[ROLE_TEXT];
		style.font.weight = WEIGHT_BOLD;
	}
	canvas_text_in(d->canvas, slab_bounds(&slab), words, &style);
	placer_add_slab(placer, &slab);
	return true;
}

/* One for each instant that can be told from the one before, at its first
 * row; that of the cursor before all others, at the step's. */
static void draw_times(const struct ladder_drawing *d, struct placer *placer)
{
	const struct recording *r = d->scene->recording;
	const struct ladder_rows *rows = &d->layout->rows;
	nanos now = cursor_time(r, d->scene->cursor);
	uint32_t turn = cursor_turn(r, d->scene->cursor);
	int places = ladder_time_places(d->scene);
	char told_now[32] = "";
	char told[32] = "";

	if (d->layout->columns.time <= 0)
		return;
	for (int pass = 0; pass < 2; pass++)
		for (uint32_t i = 0; i < rows->count; i++) {
			const struct ladder_row *row = &rows->rows[i];
			bool current = recording_event(r, row->event).turn == turn;
			char *last = pass == 0 ? told_now : told;
			char words[32];
			struct text text = text_in(words, sizeof words);

			if ((pass == 0 && !current) || (d->scene->hide_future && row->time > now))
				continue;
			text_add_seconds(&text, row->time, places);
			if (strcmp(words, told_now) != 0 && strcmp(words, told) != 0 &&
			    draw_time(d, row, words, current, placer))
				memcpy(last, words, sizeof told);
		}
}

/* ---- captions ---- */

/* A place between the lifelines at or below the caption's row that no arrow
 * crosses: across all of the lane, or beside the arrows. */
static bool caption_place(const struct ladder_drawing *d, double y, const char *words,
			  const struct font *font, const struct placer *placer, struct rect *place)
{
	static const struct {
		double width; /* shares of the lane */
		double left;
	} tries[] = {{1, 0}, {0.6, 0}, {0.6, 0.4}, {0.42, 0}, {0.42, 0.58}};
	enum { LOWER = 5, LINES = 4 };
	const struct ladder_layout *l = d->layout;
	struct rect lane = rect_inset(l->columns.lane, d->theme->gap, 0);
	struct rect body = l->columns.body;

	for (unsigned i = 0; i < sizeof tries / sizeof tries[0]; i++)
		for (int lower = 0; lower < LOWER; lower++) {
			double width = lane.w * tries[i].width;
			double height = canvas_paragraph_height(d->canvas, width, words, font);
			double middle = y + lower * l->scale.pitch * 0.7;
			struct slab slab;

			*place = box(lane.x + lane.w * tries[i].left, middle - height / 2, width,
				     height);
			slab = (struct slab){middle_of(*place), width / 2, height / 2, 0};
			if (height <= LINES * line_pitch(font) && place->y >= body.y &&
			    bottom_of(*place) <= bottom_of(body) &&
			    placer_has_room(placer, &slab, OWNED_BY_NONE))
				return true;
		}
	return false;
}

static void draw_caption(const struct ladder_drawing *d, const struct ladder_row *row,
			 struct placer *placer)
{
	const struct theme *t = d->theme;
	struct event event = recording_event(d->scene->recording, row->event);
	bool happened = scene_has_happened(d->scene, row->event);
	struct text_style style =
		text_style(t->font[TYPE_LABEL], t->color[happened ? ROLE_TIMER : ROLE_DIM]);
	const char *words;
	struct rect r;

	if (event.text == EVENT_NONE || (d->scene->hide_future && !happened))
		return;
	words = recording_text(d->scene->recording, event.text);
	if (!caption_place(d, row->y, words, &style.font, placer, &r))
		return;
	style.align = ALIGN_CENTRE;
	canvas_paragraph(d->canvas, at(r.x, r.y), r.w, words, &style);
	placer_add_rect(placer, r);
}

static void draw_captions(const struct ladder_drawing *d, struct placer *placer)
{
	const struct ladder_rows *rows = &d->layout->rows;

	for (uint32_t i = 0; i < rows->count; i++)
		if (recording_event(d->scene->recording, rows->rows[i].event).kind == EVENT_CAPTION)
			draw_caption(d, &rows->rows[i], placer);
}

/* ---- all ---- */

static void draw_body(const struct ladder_drawing *d, struct placer *placer)
{
	const struct ladder_layout *l = d->layout;
	struct arrow_label *labels = memory_get((l->arrow_count + 1) * sizeof *labels);

	canvas_clip(d->canvas, l->columns.body, CLIP_WINDOW);
	draw_band(d);
	draw_gap_bands(d);
	ladder_labels_avoid(placer, l, d->theme);
	draw_all_gap_words(d, placer);
	draw_lifelines(d, placer);
	draw_timers(d, placer);
	draw_times(d, placer);
	ladder_labels_place(labels, l, d->scene, d->theme, d->canvas, placer);
	draw_captions(d, placer);
	draw_guests(d, placer);
	draw_arrows(d, labels);
	canvas_unclip(d->canvas);
	free(labels);
}

void view_ladder_draw(struct canvas *c, const struct theme *t, const struct scene *s,
		      struct rect area)
{
	struct ladder_layout layout = {0};
	struct placer placer = {0};
	struct ladder_drawing d = {c, t, s, &layout};

	canvas_begin_box(c, area, "ladder");
	draw_panel(c, t, area);
	ladder_layout_build(&layout, s, t, c, area);
	draw_body(&d, &placer);
	draw_header(&d);
	canvas_end(c);
	ladder_layout_free(&layout);
	placer_free(&placer);
}
