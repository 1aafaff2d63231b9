/* window_bench.h — the window's state and picture without a window, on a
 * recording made by hand: for tests of keys, pointer and overlays. */
#ifndef TCPLAB_TESTS_WINDOW_BENCH_H
#define TCPLAB_TESTS_WINDOW_BENCH_H

#include "viz/app_state.h"
#include "viz/canvas.h"

enum { WIDTH = 1600, HEIGHT = 900 };

struct bench {
	struct recording *recording;
	struct app app;
	struct canvas *canvas;
};

/* For cmocka: *state becomes a struct bench, drawn at the start, without motion. */
int set_up(void **state);
int tear_down(void **state);

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* Each draws what came of it. */
void draw(struct bench *b);
void press(struct bench *b, const char *key);
void click(struct bench *b, struct point p);

bool shows(struct bench *b, const char *id);
struct rect place(struct bench *b, const char *id); /* fails where it does not show */

#endif
