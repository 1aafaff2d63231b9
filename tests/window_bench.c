#include "window_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sample_recording.h"
#include "viz/app_draw.h"
#include "viz/app_input.h"
#include "viz/hit.h"
#include "viz/plain_metrics.h"

void draw(struct bench *b)
{
	app_draw(b->canvas, &b->app, WIDTH, HEIGHT);
}

int set_up(void **state)
{
	static struct bench b;

	b.recording = sample_lesson();
	b.canvas = canvas_open(&plain_metrics);
	app_init(&b.app, b.recording, "lesson.json");
	b.app.reduce_motion = true;
	draw(&b);
	*state = &b;
	return 0;
}

int tear_down(void **state)
{
	struct bench *b = *state;

	canvas_close(b->canvas);
	recording_free(b->recording);
	return 0;
}

void press(struct bench *b, const char *key)
{
	app_key(&b->app, key, false);
	if (b->app.changed)
		draw(b);
}

void click(struct bench *b, struct point p)
{
	app_button_down(&b->app, p);
	app_button_up(&b->app, p);
	if (b->app.changed)
		draw(b);
}

struct rect place(struct bench *b, const char *id)
{
	struct rect r = {0, 0, 0, 0};

	if (!canvas_find(b->canvas, id, &r))
		fail_msg("%s is not to be seen", id);
	return r;
}

bool shows(struct bench *b, const char *id)
{
	struct rect r;

	return canvas_find(b->canvas, id, &r);
}
