#include "tests/views.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/sample_recording.h"
#include "viz/commands.h"
#include "tests/lint.h"
#include "viz/page_lesson.h"
#include "viz/page_projector.h"
#include "viz/plain_metrics.h"

int open_samples(void **state)
{
	struct samples *s = calloc(1, sizeof *s);

	s->recordings[0] = sample_lesson();
	s->recordings[1] = sample_crossing();
	s->recordings[2] = sample_capture();
	s->recordings[3] = sample_bulk(BULK);
	s->recordings[4] = sample_restart();
	s->canvas = canvas_open(&plain_metrics);
	*state = s;
	return 0;
}

int close_samples(void **state)
{
	struct samples *s = *state;

	for (int i = 0; i < SAMPLES; i++)
		recording_free(s->recordings[i]);
	canvas_close(s->canvas);
	free(s);
	return 0;
}

struct scene scene_at_turn(const struct recording *r, uint32_t turn)
{
	struct scene scene = scene_of(r);

	scene.cursor = cursor_after_turn(r, turn);
	return scene;
}

struct theme clear(struct canvas *c, bool projector, double width, double height)
{
	struct theme t;

	theme_init(&t, PALETTE_LIGHT, projector, width, height);
	canvas_reset(c, width, height, t.color[ROLE_BACKGROUND]);
	return t;
}

bool says(const struct canvas *c, const char *words)
{
	for (size_t i = 0; i < c->text_count; i++)
		if (strstr(text_of(c, &c->texts[i]), words))
			return true;
	return false;
}

void draw_page(struct canvas *c, const struct theme *t, const struct scene *s)
{
	struct rect all = box(0, 0, c->width, c->height);

	if (t->projector) {
		struct page_projector page = page_projector_layout(t, all);

		page_projector_draw(c, t, s, &page);
	} else {
		struct page_lesson page = page_lesson_layout(t, all);

		page_lesson_draw(c, t, s, &page);
	}
}

void assert_lint_is_silent(const struct canvas *c, const struct theme *t, int sample,
			   const struct scene *s)
{
	struct lint_rules rules = {t->min_type, 4.5};
	struct lint_finding finding;

	if (lint_canvas(c, &rules, &finding, 1) > 0)
		fail_msg("sample %d, %gx%g%s, turn %u: %s", sample, c->width, c->height,
			 t->projector ? ", projector" : "", cursor_turn(s->recording, s->cursor),
			 finding.text);
}
