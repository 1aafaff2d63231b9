#include "viz/ladder_labels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "viz/segment_text.h"

/* What is needed to place one label. */
struct job {
	const struct ladder_layout *layout;
	const struct scene *scene;
	const struct theme *theme;
	const struct canvas *canvas;
	struct placer *placer;
	const struct ladder_arrow *arrow;
	uint32_t owner;  /* the arrow's index */
	bool over_lines; /* of other arrows */
	struct arrow_label *label;
};

static bool is_chosen(const struct scene *s, const struct ladder_arrow *a)
{
	return a->packet == s->selected || a->packet == s->hovered;
}

static struct text_style style_of(const struct job *j)
{
	const struct ladder_arrow *a = j->arrow;
	bool future = a->when == WHEN_FUTURE && !is_chosen(j->scene, a);
	struct text_style style = text_style(j->theme->font[TYPE_NUMBER],
					     j->theme->color[future ? ROLE_DIM : ROLE_TEXT]);
	double dx = a->to.x - a->from.x;
	double dy = a->to.y - a->from.y;

	/* Readable from left to right, whichever way the arrow flies. */
	style.angle = dx < 0 ? atan2(-dy, -dx) : atan2(dy, dx);
	style.align = ALIGN_CENTRE;
	if (a->current || is_chosen(j->scene, a))
		style.font.weight = WEIGHT_BOLD;
	return style;
}

/* The baseline's middle at a share of the arrow, above or below the line. */
static struct point anchor_at(const struct job *j, const struct text_style *style, double share,
			      bool below)
{
	const struct ladder_arrow *a = j->arrow;
	/* Clear of the dot that goes along the arrow. */
	double clear = style->font.size * LADDER_DOT + j->theme->hair;
	double off = below ? style->font.size * 0.76 + clear : -(style->font.size * 0.22 + clear);
	double x = a->from.x + (a->to.x - a->from.x) * share;
	double y = a->from.y + (a->to.y - a->from.y) * share;

	return at(x - off * sin(style->angle), y + off * cos(style->angle));
}

/* Both ends of the text lie over the arrow, clear of its head. */
static bool fits_along(const struct job *j, double share, double width)
{
	const struct ladder_arrow *a = j->arrow;
	double length = hypot(a->to.x - a->from.x, a->to.y - a->from.y);
	double end = a->fate == FATE_LOST ? j->theme->head * 0.8 : j->theme->head * 1.2;

	return share * length - width / 2 >= j->theme->gap &&
	       (1 - share) * length - width / 2 >= end;
}

/* Room for all of it: half a label at the edge of what scrolls is none. */
static bool has_room(const struct job *j, const struct slab *slab)
{
	struct rect bounds = slab_bounds(slab);
	const struct rect *body = &j->layout->columns.body;

	if (bounds.y < body->y || bottom_of(bounds) > bottom_of(*body))
		return false;
	return j->over_lines ? placer_has_room_over_lines(j->placer, slab)
			     : placer_has_room(j->placer, slab, j->owner);
}

/* Steep labels must not lean over the lifelines. */
static bool has_room_in_lane(const struct job *j, const struct slab *slab)
{
	struct rect bounds = slab_bounds(slab);
	const struct rect *lane = &j->layout->columns.lane;

	return bounds.x >= lane->x && right_of(bounds) <= right_of(*lane) && has_room(j, slab);
}

static void take(struct job *j, const char *text, struct point anchor,
		 const struct text_style *style, const struct slab *slab)
{
	struct label_line *line = &j->label->lines[j->label->count++];

	snprintf(line->text, sizeof line->text, "%s", text);
	line->anchor = anchor;
	line->style = *style;
	line->plate = j->over_lines;
	placer_add_slab(j->placer, slab);
}

static const double shares[] = {0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.2, 0.8};
enum { SHARES = sizeof shares / sizeof shares[0] };

static bool place_one_line(struct job *j, const char *text, bool below)
{
	struct text_style style = style_of(j);
	double width = canvas_measure(j->canvas, &style.font, text).width;

	for (int i = 0; i < SHARES; i++) {
		struct point anchor = anchor_at(j, &style, shares[i], below);
		struct slab slab = slab_of_text(anchor, &style, width);

		if (!fits_along(j, shares[i], width) || !has_room_in_lane(j, &slab))
			continue;
		take(j, text, anchor, &style, &slab);
		return true;
	}
	return false;
}

/* One line above the arrow and one below, at the same place. */
static bool place_two_lines(struct job *j, const char *over, const char *under)
{
	struct text_style style = style_of(j);
	double widths[2] = {canvas_measure(j->canvas, &style.font, over).width,
			    canvas_measure(j->canvas, &style.font, under).width};

	if (over[0] == '\0' || under[0] == '\0')
		return false;
	for (int i = 0; i < SHARES; i++) {
		struct point anchors[2] = {anchor_at(j, &style, shares[i], false),
					   anchor_at(j, &style, shares[i], true)};
		struct slab slabs[2] = {slab_of_text(anchors[0], &style, widths[0]),
					slab_of_text(anchors[1], &style, widths[1])};

		if (!fits_along(j, shares[i], fmax(widths[0], widths[1])) ||
		    !has_room_in_lane(j, &slabs[0]) || !has_room_in_lane(j, &slabs[1]))
			continue;
		take(j, over, anchors[0], &style, &slabs[0]);
		take(j, under, anchors[1], &style, &slabs[1]);
		return true;
	}
	return false;
}

/* ---- from the longest to the shortest ---- */

static void join(char *out, size_t size, const char *a, const char *b, const char *c)
{
	struct text t = text_in(out, size);

	text_add(&t, a);
	if (t.len > 0 && b[0] != '\0')
		text_add(&t, " ");
	text_add(&t, b);
	if (t.len > 0 && c[0] != '\0')
		text_add(&t, " ");
	text_add(&t, c);
}

static bool place_words(struct job *j, const struct segment_text *words)
{
	char whole[160];
	char over[96];

	join(whole, sizeof whole, words->head, words->numbers, words->mark);
	if (place_one_line(j, whole, false))
		return true;
	join(over, sizeof over, words->head, words->mark, "");
	if (place_two_lines(j, over, words->numbers) || place_one_line(j, whole, true))
		return true;
	join(whole, sizeof whole, words->brief, words->mark, "");
	return place_one_line(j, whole, false) || place_one_line(j, whole, true) ||
	       place_one_line(j, words->brief, false) || place_one_line(j, words->brief, true);
}

/* Where arrows cross so often that there is no room between them: level,
 * beside the lifeline that it leaves. */
static bool place_beside(struct job *j, const struct segment_text *words)
{
	const struct ladder_arrow *a = j->arrow;
	const struct rect *names = &j->layout->columns.names[a->side];
	struct text_style style = style_of(j);
	struct point anchor = at(a->side == SIDE_CLIENT ? right_of(*names) : names->x, a->from.y);
	struct slab slab;
	double width;

	style.font.size = j->theme->font[TYPE_NUMBER_SMALL].size;
	style.color = j->theme->color[ROLE_DIM];
	style.angle = 0;
	style.align = a->side == SIDE_CLIENT ? ALIGN_RIGHT : ALIGN_LEFT;
	anchor.y += style.font.size * 0.36;
	width = canvas_measure(j->canvas, &style.font, words->brief).width;
	slab = slab_of_text(anchor, &style, width);
	if (width > names->w || !has_room(j, &slab))
		return false;
	take(j, words->brief, anchor, &style, &slab);
	return true;
}

/* Words on a steep arrow are hard to read. */
static bool is_steep(const struct ladder_arrow *a)
{
	return fabs(a->to.y - a->from.y) > fabs(a->to.x - a->from.x);
}

static void place_segment(struct job *j)
{
	const struct packet_record *p = &j->arrow->record;
	struct origin origin = scene_origin(j->scene, p->conn, p->sent);
	struct segment_text words;

	segment_text_of(&words, p, &origin);
	if (is_steep(j->arrow) && ladder_rank(j->scene, j->arrow) > 1 && place_beside(j, &words))
		return;
	if (place_words(j, &words))
		return;
	if (ladder_rank(j->scene, j->arrow) > 1) {
		(void)place_beside(j, &words);
		return;
	}
	j->over_lines = true;
	(void)place_words(j, &words);
	j->over_lines = false;
}

/* ---- why it was lost ---- */

static const char *loss_reason(const struct scene *s, const struct packet_record *p)
{
	const struct event *lost = recording_event(s->recording, p->ended);

	return lost->text != EVENT_NONE ? recording_text(s->recording, lost->text) : "lost";
}

static bool place_reason_at(struct job *j, const char *reason, struct point anchor,
			    const struct text_style *style)
{
	double width = canvas_measure(j->canvas, &style->font, reason).width;
	struct slab slab = slab_of_text(anchor, style, width);

	if (!has_room_in_lane(j, &slab))
		return false;
	take(j, reason, anchor, style, &slab);
	return true;
}

/* Under the cross, or beyond it where the arrow does not get. */
static void place_reason(struct job *j)
{
	const struct ladder_arrow *a = j->arrow;
	const char *reason = loss_reason(j->scene, &a->record);
	bool future = a->when == WHEN_FUTURE || a->when == WHEN_UNDER_WAY;
	struct text_style style = text_style(j->theme->font[TYPE_STRONG],
					     j->theme->color[future ? ROLE_DIM : ROLE_ALERT]);
	double forth = a->to.x < a->from.x ? -1 : 1;
	double beyond = a->to.x + forth * j->theme->head * 1.1;
	double level = a->to.y + style.font.size * 0.36;
	double under = a->to.y + j->theme->head * 0.6 + style.font.size * 1.05;

	style.align = ALIGN_CENTRE;
	if (place_reason_at(j, reason, at(a->to.x, under), &style))
		return;
	style.align = forth > 0 ? ALIGN_LEFT : ALIGN_RIGHT;
	if (place_reason_at(j, reason, at(a->to.x, under), &style) ||
	    place_reason_at(j, reason, at(beyond, level), &style))
		return;
	style.align = forth > 0 ? ALIGN_RIGHT : ALIGN_LEFT;
	if (place_reason_at(j, reason, at(a->to.x, under), &style))
		return;
	style.align = forth > 0 ? ALIGN_LEFT : ALIGN_RIGHT;
	(void)place_reason_at(j, "lost", at(beyond, level), &style);
}

/* ---- all ---- */

int ladder_rank(const struct scene *s, const struct ladder_arrow *a)
{
	if (is_chosen(s, a))
		return 0;
	if (a->current)
		return 1;
	return a->when == WHEN_FUTURE ? 3 : 2;
}

/* The sides of an arrow's head. */
static void add_head(struct placer *placer, const struct ladder_arrow *a, const struct theme *t,
		     uint32_t owner)
{
	double angle = atan2(a->to.y - a->from.y, a->to.x - a->from.x);
	double c = cos(angle) * t->head * 1.3;
	double s = sin(angle) * t->head * 1.3;
	struct point left = at(a->to.x - c - s * 0.45, a->to.y - s + c * 0.45);
	struct point right = at(a->to.x - c + s * 0.45, a->to.y - s - c * 0.45);

	placer_add_line(placer, a->to, left, owner);
	placer_add_line(placer, a->to, right, owner);
	placer_add_line(placer, left, right, owner);
}

/* The dot of a segment under way, as a cross. */
static void add_dot(struct placer *placer, const struct ladder_arrow *a, const struct theme *t,
		    uint32_t owner)
{
	double r = t->font[TYPE_NUMBER].size * LADDER_DOT;
	double x = a->from.x + (a->to.x - a->from.x) * a->travelled;
	double y = a->from.y + (a->to.y - a->from.y) * a->travelled;

	placer_add_line(placer, at(x - r, y), at(x + r, y), owner);
	placer_add_line(placer, at(x, y - r), at(x, y + r), owner);
}

static void add_lines(struct placer *placer, const struct ladder_layout *l, const struct theme *t)
{
	for (uint32_t i = 0; i < l->arrow_count; i++) {
		const struct ladder_arrow *a = &l->arrows[i];

		placer_add_line(placer, a->from, a->to, i);
		if (a->fate != FATE_LOST)
			add_head(placer, a, t, i);
		if (a->when == WHEN_UNDER_WAY)
			add_dot(placer, a, t, i);
		if (a->fate == FATE_LOST)
			placer_add_rect(placer, box(a->to.x - t->head / 2, a->to.y - t->head / 2,
						    t->head, t->head));
	}
}

void ladder_labels_place(struct arrow_label *labels, const struct ladder_layout *l,
			 const struct scene *s, const struct theme *t, const struct canvas *c,
			 struct placer *placer)
{
	bool legible = l->scale.pitch >= 1.3 * t->font[TYPE_NUMBER].size;

	add_lines(placer, l, t);
	for (int rank = 0; rank < LADDER_RANKS; rank++)
		for (uint32_t i = 0; i < l->arrow_count; i++) {
			const struct ladder_arrow *a = &l->arrows[i];
			struct job j = {l, s, t, c, placer, a, i, false, &labels[i]};

			if (ladder_rank(s, a) != rank)
				continue;
			labels[i].count = 0;
			if (rank > 1 && !legible)
				continue;
			place_segment(&j);
			if (a->fate == FATE_LOST &&
			    (!s->hide_future || scene_has_happened(s, a->record.ended)))
				place_reason(&j);
		}
}
