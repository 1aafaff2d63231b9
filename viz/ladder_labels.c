#include "viz/ladder_labels.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "viz/label_place.h"
#include "viz/segment_text.h"

static bool is_chosen(const struct scene *s, const struct ladder_arrow *a)
{
	return a->packet == s->selected || a->packet == s->hovered;
}

static struct text_style style_of(const struct label_job *j)
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

static bool place_words(struct label_job *j, const struct segment_text *words)
{
	char whole[160];
	char over[96];

	join(whole, sizeof whole, words->head, words->numbers, words->mark);
	if (label_along(j, whole, false))
		return true;
	join(over, sizeof over, words->head, words->mark, "");
	if (label_on_both_sides(j, over, words->numbers) || label_along(j, whole, true))
		return true;
	join(whole, sizeof whole, words->brief, words->mark, "");
	return label_along(j, whole, false) || label_along(j, whole, true) ||
	       label_on_both_sides(j, words->mark, words->brief) ||
	       label_along(j, words->brief, false) || label_along(j, words->brief, true) ||
	       (words->mark[0] != '\0' && label_along(j, words->mark, false));
}

/* Words on a steep arrow are hard to read. */
static bool is_steep(const struct ladder_arrow *a)
{
	return fabs(a->to.y - a->from.y) > fabs(a->to.x - a->from.x);
}

static void place_segment(struct label_job *j)
{
	const struct packet_record *p = &j->arrow->record;
	struct origin origin = scene_origin(j->scene, p->conn, p->sent);
	bool matters = ladder_rank(j->scene, j->arrow) <= 1;
	struct segment_text words;

	segment_text_of(&words, p, &origin);
	if (j->arrow->forged)
		snprintf(words.mark, sizeof words.mark, "forged");
	if (j->arrow->marked)
		snprintf(words.mark, sizeof words.mark, "marked CE");
	if (j->arrow->corrupted > 0)
		snprintf(words.mark, sizeof words.mark, "corrupted");
	if (is_steep(j->arrow) && !matters && label_beside(j, words.brief))
		return;
	label_begin(j);
	if (place_words(j, &words))
		return;
	if (!matters) {
		(void)label_beside(j, words.brief);
		return;
	}
	j->over_lines = true;
	label_begin(j);
	(void)place_words(j, &words);
	j->over_lines = false;
}

/* ---- why it was lost ---- */

static const char *loss_reason(const struct scene *s, const struct packet_record *p)
{
	struct event lost = recording_event(s->recording, p->ended);

	return lost.text != EVENT_NONE ? recording_text(s->recording, lost.text) : "lost";
}

/* Under the cross, or beyond it where the arrow does not get. */
static void place_reason(struct label_job *j)
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
	if (label_at(j, reason, at(a->to.x, under), &style))
		return;
	style.align = forth > 0 ? ALIGN_LEFT : ALIGN_RIGHT;
	if (label_at(j, reason, at(a->to.x, under), &style) ||
	    label_at(j, reason, at(beyond, level), &style))
		return;
	style.align = forth > 0 ? ALIGN_RIGHT : ALIGN_LEFT;
	if (label_at(j, reason, at(a->to.x, under), &style))
		return;
	style.align = forth > 0 ? ALIGN_LEFT : ALIGN_RIGHT;
	(void)label_at(j, "lost", at(beyond, level), &style);
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

/* The dot of a segment under way, or a diamond, as a cross. */
static void add_dot(struct placer *placer, const struct ladder_arrow *a, double share,
		    const struct theme *t, uint32_t owner)
{
	double r = t->head * 0.55;
	double x = a->from.x + (a->to.x - a->from.x) * share;
	double y = a->from.y + (a->to.y - a->from.y) * share;

	placer_add_line(placer, at(x - r, y), at(x + r, y), owner);
	placer_add_line(placer, at(x, y - r), at(x, y + r), owner);
}

void ladder_labels_avoid(struct placer *placer, const struct ladder_layout *l,
			 const struct theme *t)
{
	ladder_guests_avoid(placer, l, t);
	for (uint32_t i = 0; i < l->arrow_count; i++) {
		const struct ladder_arrow *a = &l->arrows[i];

		placer_add_line(placer, a->from, a->to, i);
		if (a->fate != FATE_LOST)
			add_head(placer, a, t, i);
		if (a->when == WHEN_UNDER_WAY)
			add_dot(placer, a, a->travelled, t, i);
		if (a->corrupted > 0)
			add_dot(placer, a, a->corrupted, t, OWNED_BY_NONE);
		if (a->fate == FATE_LOST)
			placer_add_rect(placer, box(a->to.x - t->head / 2, a->to.y - t->head / 2,
						    t->head, t->head));
	}
}

void ladder_labels_place(struct arrow_label *labels, const struct ladder_layout *l,
			 const struct scene *s, const struct theme *t, const struct canvas *c,
			 struct placer *placer)
{
	struct label_job j = {.layout = l, .scene = s, .theme = t, .canvas = c, .placer = placer};
	bool legible = l->scale.pitch >= 1.3 * t->font[TYPE_NUMBER].size;

	for (int rank = 0; rank < LADDER_RANKS; rank++)
		for (uint32_t i = 0; i < l->arrow_count; i++) {
			const struct ladder_arrow *a = &l->arrows[i];

			if (ladder_rank(s, a) != rank)
				continue;
			j.arrow = a;
			j.owner = i;
			j.label = &labels[i];
			j.style = style_of(&j);
			labels[i].count = 0;
			if (rank > 1 && !legible)
				continue;
			place_segment(&j);
			if (a->fate == FATE_LOST &&
			    (!s->hide_future || scene_has_happened(s, a->record.ended)))
				place_reason(&j);
		}
	label_end(&j);
}
