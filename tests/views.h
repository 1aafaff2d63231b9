/* views.h — recordings to draw, and what is asked of a picture: for tests of views. */
#ifndef TCPLAB_TESTS_VIEWS_H
#define TCPLAB_TESTS_VIEWS_H

#include "viz/canvas.h"
#include "viz/scene.h"
#include "viz/theme.h"

enum { SAMPLES = 5, BULK = 26 };

struct samples {
	/* a lesson, a crossing, a capture, many packets, a restart */
	struct recording *recordings[SAMPLES];
	struct canvas *canvas;
};

/* For cmocka's groups. */
int open_samples(void **state);
int close_samples(void **state);

struct scene scene_at_turn(const struct recording *r, uint32_t turn);
/* An empty picture of that size, and its theme. */
struct theme clear(struct canvas *c, bool projector, double width, double height);
/* Somewhere in the picture. */
bool says(const struct canvas *c, const char *words);
/* The lesson, or the page for the projector, as the theme has it. */
void draw_page(struct canvas *c, const struct theme *t, const struct scene *s);
/* The eye: nothing covers a label, or leaves its room. */
void assert_lint_is_silent(const struct canvas *c, const struct theme *t, int sample,
			   const struct scene *s);

#endif
