#include "tests/lint_picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"
#include "viz/theme.h"

enum {
	ALONG = 11, /* places looked at along a text … */
	ACROSS = 3, /* … and across it */
	SAMPLES = ALONG * ACROSS,
};

/* Fainter lines, like a grid, may pass under a text. */
static const double noticed_contrast = 1.5;

/* ---- places ---- */

static bool floats(const struct canvas *c, uint32_t group)
{
	for (; group != 0; group = c->groups[group].parent)
		if (c->groups[group].floats)
			return true;
	return false;
}

static void find_places(struct lint_picture *picture)
{
	const struct canvas *c = picture->canvas;
	struct rect all = box(0, 0, c->width, c->height);
	struct lint_place *stack = NULL;
	struct lint_place now = {.clip = all, .frame = all, .window = all};
	uint32_t room = 0;
	size_t depth = 0;

	for (size_t i = 0; i < c->command_count; i++) {
		const struct command *command = &c->commands[i];

		if (command->kind == COMMAND_CLIP) {
			stack = memory_grow(stack, &room, depth + 1, sizeof *stack);
			stack[depth++] = now;
			now.clip = command->clip.r;
			if (command->clip.kind == CLIP_FRAME)
				now.frame = rect_meet(now.frame, command->clip.r);
			else
				now.window = rect_meet(now.window, command->clip.r);
		} else if (command->kind == COMMAND_UNCLIP) {
			now = stack[--depth];
		}
		now.bounds = command_bounds(c, command);
		now.floats = floats(c, command->group);
		picture->places[i] = now;
	}
	free(stack);
}

/* Places within the letters, row by row. */
static void sample_text(const struct text_line *line, struct point samples[SAMPLES])
{
	double size = line->style.font.size;
	struct point origin = text_origin(line, line->size.width);
	double along_x = cos(line->style.angle);
	double along_y = sin(line->style.angle);

	for (int i = 0; i < SAMPLES; i++) {
		double along = line->size.width * (i % ALONG + 0.5) / ALONG;
		double up = size * (0.1 + 0.25 * (i / ALONG));

		samples[i] = at(origin.x + along_x * along + along_y * up,
				origin.y + along_y * along - along_x * up);
	}
}

static bool rects_meet(struct rect a, struct rect b)
{
	return a.x < right_of(b) && b.x < right_of(a) && a.y < bottom_of(b) && b.y < bottom_of(a);
}

bool lint_near(const struct lint_text *a, const struct lint_text *b)
{
	return rects_meet(a->bounds, b->bounds);
}

static size_t covered_samples(const struct lint_picture *picture, size_t command,
			      const struct lint_text *text)
{
	const struct command *shape = &picture->canvas->commands[command];
	const struct lint_place *place = &picture->places[command];
	struct point samples[SAMPLES];
	size_t covered = 0;

	if (shape->fill.a < 255 || !rects_meet(place->bounds, text->bounds))
		return 0;
	sample_text(text->line, samples);
	for (size_t i = 0; i < SAMPLES; i++)
		covered += rect_holds(place->clip, samples[i]) &&
			   fill_holds(picture->canvas, shape, samples[i]);
	return covered;
}

static bool is_hidden(const struct lint_picture *picture, const struct lint_text *text)
{
	for (size_t i = text->command + 1; i < picture->canvas->command_count; i++)
		if (covered_samples(picture, i, text) == SAMPLES)
			return true;
	return text->visible.count == 0;
}

struct lint_picture lint_picture_of(const struct canvas *c)
{
	struct lint_picture picture = {.canvas = c};

	picture.places = memory_get((c->command_count + 1) * sizeof *picture.places);
	picture.texts = memory_get((c->text_count + 1) * sizeof *picture.texts);
	find_places(&picture);
	for (size_t i = 0; i < c->command_count; i++) {
		struct lint_text text = {.command = i};

		if (c->commands[i].kind != COMMAND_TEXT)
			continue;
		text.line = &c->texts[c->commands[i].text];
		text.ink = hull_of_text(text.line, text.line->style.font.size * 0.74,
					text.line->style.font.size * 0.2);
		text.visible = hull_within(&text.ink, picture.places[i].clip);
		text.bounds = hull_bounds(&text.visible);
		if (!is_hidden(&picture, &text))
			picture.texts[picture.text_count++] = text;
	}
	return picture;
}

void lint_picture_free(struct lint_picture *picture)
{
	free(picture->places);
	free(picture->texts);
}

/* ---- the ground ---- */

/* A stroke that wide is a ground for the text rather than a line through it. */
static double broad_for(const struct text_line *line)
{
	return line->style.font.size * 0.5;
}

static struct color page(const struct canvas *c)
{
	return color_over(c->background, rgb(0xffffff));
}

/* Paints the command on what was at `p` before. */
static void paint(const struct lint_picture *picture, size_t command, struct point p, double broad,
		  struct color *ground)
{
	const struct command *shape = &picture->canvas->commands[command];
	const struct lint_place *place = &picture->places[command];

	if (!rect_holds(place->bounds, p) || !rect_holds(place->clip, p))
		return;
	if (fill_holds(picture->canvas, shape, p))
		*ground = color_over(shape->fill, *ground);
	if (shape->outline.width >= broad && distance_to_stroke(picture->canvas, shape, p) == 0)
		*ground = color_over(shape->outline.color, *ground);
}

double lint_contrast(const struct lint_picture *picture, const struct lint_text *text)
{
	struct rect bounds = hull_bounds(&text->ink);
	double least = HUGE_VAL;
	struct point samples[SAMPLES];
	struct color grounds[SAMPLES];
	const struct color *judged = NULL; /* most places look like the one before */

	sample_text(text->line, samples);
	for (size_t i = 0; i < SAMPLES; i++)
		grounds[i] = page(picture->canvas);
	for (size_t command = 0; command < text->command; command++) {
		if (!rects_meet(picture->places[command].bounds, bounds))
			continue;
		for (size_t i = 0; i < SAMPLES; i++)
			paint(picture, command, samples[i], broad_for(text->line), &grounds[i]);
	}
	for (size_t i = 0; i < SAMPLES; i++) {
		const struct color *ground = &grounds[i];

		if (!rect_holds(picture->places[text->command].clip, samples[i]) ||
		    (judged != NULL && memcmp(ground, judged, sizeof *ground) == 0))
			continue;
		judged = ground;
		least = fmin(least,
			     contrast(color_over(text->line->style.color, *ground), *ground));
	}
	return least;
}

/* ---- what spoils a text ---- */

const struct command *lint_cover(const struct lint_picture *picture, const struct lint_text *text)
{
	for (size_t i = text->command + 1; i < picture->canvas->command_count; i++)
		if (!picture->places[i].floats && covered_samples(picture, i, text) > 0)
			return &picture->canvas->commands[i];
	return NULL;
}

struct crossing {
	struct hull letters;
	struct rect clip;
	struct point middle; /* of the piece within the letters */
	bool found;
};

static bool find_crossing(void *self, struct point a, struct point b)
{
	struct crossing *crossing = self;

	if (!hull_cuts(&crossing->letters, &a, &b) || hypot(b.x - a.x, b.y - a.y) < 1)
		return true;
	crossing->middle = at((a.x + b.x) / 2, (a.y + b.y) / 2);
	crossing->found = rect_holds(crossing->clip, crossing->middle);
	return !crossing->found;
}

/* Was something opaque drawn over the place after the line and before the text? */
static bool is_backed(const struct lint_picture *picture, size_t line, size_t text, struct point p)
{
	const struct canvas *c = picture->canvas;

	for (size_t i = line + 1; i < text; i++)
		if (c->commands[i].fill.a == 255 && rect_holds(picture->places[i].clip, p) &&
		    fill_holds(c, &c->commands[i], p))
			return true;
	return false;
}

/* Cheap questions first: most lines are elsewhere. */
static bool may_cross(const struct lint_picture *picture, size_t line, const struct lint_text *text)
{
	const struct command *command = &picture->canvas->commands[line];
	const struct lint_place *place = &picture->places[line];

	return is_stroked(command->outline) && command->outline.width < broad_for(text->line) &&
	       rects_meet(place->bounds, text->bounds) &&
	       (!place->floats || picture->places[text->command].floats);
}

static bool crosses(const struct lint_picture *picture, size_t line, const struct lint_text *text)
{
	const struct command *command = &picture->canvas->commands[line];
	double size = text->line->style.font.size;
	struct crossing crossing = {
		/* A line may touch the tops and the descenders. */
		.letters = hull_of_text(text->line, size * 0.5, size * -0.06),
		.clip = rect_meet(picture->places[line].clip, picture->places[text->command].clip),
	};
	struct color ground = page(picture->canvas);

	each_piece(picture->canvas, command, find_crossing, &crossing);
	if (!crossing.found || is_backed(picture, line, text->command, crossing.middle))
		return false;
	for (size_t i = 0; i < line; i++)
		paint(picture, i, crossing.middle, broad_for(text->line), &ground);
	return contrast(color_over(command->outline.color, ground), ground) >= noticed_contrast;
}

const struct command *lint_crossing(const struct lint_picture *picture,
				    const struct lint_text *text)
{
	for (size_t i = 0; i < picture->canvas->command_count; i++)
		if (may_cross(picture, i, text) && crosses(picture, i, text))
			return &picture->canvas->commands[i];
	return NULL;
}
