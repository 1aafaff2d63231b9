#include "tests/lint.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"
#include "tests/lint_picture.h"

struct report {
	const struct canvas *canvas;
	const struct lint_rules *rules;
	struct lint_finding *findings;
	size_t room;
	size_t count;
};

static void find(struct report *report, enum lint_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void find(struct report *report, enum lint_kind kind, const char *format, ...)
{
	if (report->count < report->room) {
		struct lint_finding *finding = &report->findings[report->count];
		va_list arguments;

		finding->kind = kind;
		va_start(arguments, format);
		vsnprintf(finding->text, sizeof finding->text, format, arguments);
		va_end(arguments);
	}
	report->count++;
}

/* ---- names ---- */

struct name {
	char text[160];
};

static const char *id_of(const struct canvas *c, uint32_t group)
{
	return group == 0 ? "the picture" : group_id(c, group);
}

/* "SYN,ACK" (segment-2) */
static struct name name_of(const struct canvas *c, const struct lint_text *text)
{
	struct name name;

	snprintf(name.text, sizeof name.text, "\"%.80s\" (%s)", text_of(c, text->line),
		 id_of(c, c->commands[text->command].group));
	return name;
}

/* ---- one text ---- */

/* How far the hull reaches out of `r`, sideways and up or down. */
static double sticks_out_sideways(const struct hull *hull, struct rect r)
{
	struct rect bounds = hull_bounds(hull);

	return fmax(r.x - bounds.x, right_of(bounds) - right_of(r));
}

static double sticks_out_upright(const struct hull *hull, struct rect r)
{
	struct rect bounds = hull_bounds(hull);

	return fmax(r.y - bounds.y, bottom_of(bounds) - bottom_of(r));
}

static double sticks_out(const struct hull *hull, struct rect r)
{
	return fmax(sticks_out_sideways(hull, r), sticks_out_upright(hull, r));
}

/* Of rounding and of letters whose ink is narrower than their advance. */
static const double tolerance = 0.75;

static void check_edges(struct report *report, const struct lint_picture *picture,
			const struct lint_text *text)
{
	const struct lint_place *place = &picture->places[text->command];
	struct rect all = box(0, 0, report->canvas->width, report->canvas->height);
	struct hull scrolled = hull_within(&text->ink, place->window);
	struct name name = name_of(report->canvas, text);
	bool in_window = place->window.w < all.w || place->window.h < all.h;
	const struct hull *shown = in_window ? &scrolled : &text->ink;

	if (shown->count == 0)
		return;
	if (sticks_out(shown, all) > tolerance)
		find(report, LINT_OUTSIDE, "%s is %.0f px outside of the picture", name.text,
		     ceil(sticks_out(shown, all)));
	else if (sticks_out(shown, place->frame) > tolerance)
		find(report, LINT_CUT, "%s is cut off by its frame, %.0f px", name.text,
		     ceil(sticks_out(shown, place->frame)));
}

static void check_box(struct report *report, const struct lint_text *text)
{
	const struct canvas *c = report->canvas;
	struct name name = name_of(c, text);
	double wider = text->line->size.width - text->line->box.w;

	if (text->line->boxed && wider > tolerance) {
		find(report, LINT_OVERFLOW, "%s is %.0f px wider than its box", name.text,
		     ceil(wider));
		return;
	}
	if (text->line->boxed && sticks_out_upright(&text->ink, text->line->box) > tolerance) {
		find(report, LINT_OVERFLOW, "%s is higher than its box", name.text);
		return;
	}
	for (uint32_t g = c->commands[text->command].group; g != 0; g = c->groups[g].parent) {
		double out = sticks_out(&text->visible, c->groups[g].box);

		if (!c->groups[g].boxed || out <= tolerance)
			continue;
		find(report, LINT_OVERFLOW, "%s sticks %.0f px out of %s", name.text, ceil(out),
		     id_of(c, g));
		return;
	}
}

static void check_looks(struct report *report, const struct lint_picture *picture,
			const struct lint_text *text)
{
	const struct canvas *c = report->canvas;
	double size = text->line->style.font.size;
	double least = lint_contrast(picture, text);
	const struct command *cover = lint_cover(picture, text);
	const struct command *crossing = lint_crossing(picture, text);
	struct name name = name_of(c, text);

	if (size < report->rules->min_type)
		find(report, LINT_SMALL, "%s is set in %.1f px, under the smallest size of %.1f px",
		     name.text, size, report->rules->min_type);
	if (least < report->rules->min_contrast)
		find(report, LINT_CONTRAST, "%s has a contrast of %.2f, under %.2f", name.text,
		     least, report->rules->min_contrast);
	if (cover != NULL)
		find(report, LINT_COVERED, "%s is partly covered by a shape of %s", name.text,
		     id_of(c, cover->group));
	if (crossing != NULL)
		find(report, LINT_CROSSED, "%s is crossed by a line of %s", name.text,
		     id_of(c, crossing->group));
}

/* ---- several ---- */

static void check_overlaps(struct report *report, const struct lint_picture *picture)
{
	for (size_t i = 0; i < picture->text_count; i++)
		for (size_t j = i + 1; j < picture->text_count; j++) {
			const struct lint_text *a = &picture->texts[i];
			const struct lint_text *b = &picture->texts[j];
			double overlap;

			if (!lint_near(a, b) || picture->places[a->command].floats !=
							picture->places[b->command].floats)
				continue;
			overlap = hull_overlap(&a->visible, &b->visible);
			if (overlap > tolerance)
				find(report, LINT_OVERLAP, "%s and %s overlap by %.0f px",
				     name_of(report->canvas, a).text,
				     name_of(report->canvas, b).text, ceil(overlap));
		}
}

static int by_id(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void check_ids(struct report *report)
{
	const struct canvas *c = report->canvas;
	const char **ids = memory_get(c->group_count * sizeof *ids);
	size_t count = c->group_count - 1;

	for (size_t i = 0; i < count; i++)
		ids[i] = group_id(c, (uint32_t)i + 1);
	qsort(ids, count, sizeof *ids, by_id);
	for (size_t i = 1; i < count; i++)
		if (strcmp(ids[i - 1], ids[i]) == 0 && (i == 1 || strcmp(ids[i - 2], ids[i]) != 0))
			find(report, LINT_DUPLICATE, "more than one group is called %s", ids[i]);
	free(ids);
}

size_t lint_canvas(const struct canvas *c, const struct lint_rules *rules,
		   struct lint_finding *findings, size_t room)
{
	struct report report = {c, rules, findings, room, 0};
	struct lint_picture picture = lint_picture_of(c);

	for (size_t i = 0; i < picture.text_count; i++) {
		check_edges(&report, &picture, &picture.texts[i]);
		check_box(&report, &picture.texts[i]);
		check_looks(&report, &picture, &picture.texts[i]);
	}
	check_overlaps(&report, &picture);
	check_ids(&report);
	lint_picture_free(&picture);
	return report.count;
}
