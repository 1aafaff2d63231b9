/* What the pointer does to the window, and that its picture has no fault. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "viz/app_draw.h"
#include "viz/app_input.h"
#include "viz/commands.h"
#include "viz/hit.h"
#include "tests/lint.h"
#include "viz/plain_metrics.h"
#include "window_bench.h"

/* ---- the pointer ---- */

static void a_click_on_a_button_does_what_its_key_does(void **state)
{
	struct bench *b = *state;

	click(b, middle_of(place(b, "forward")));
	assert_int_equal(app_step(&b->app), 1);
	click(b, middle_of(place(b, "theme")));
	assert_int_equal(b->app.palette, PALETTE_DARK);
	click(b, middle_of(place(b, "end")));
	assert_int_equal(app_step(&b->app), app_steps(&b->app));
	click(b, middle_of(place(b, "play")));
	assert_true(b->app.playing);
	assert_int_equal(app_step(&b->app), 0);
}

static void a_button_that_is_left_before_release_is_not_pressed(void **state)
{
	struct bench *b = *state;

	app_button_down(&b->app, middle_of(place(b, "forward")));
	app_button_up(&b->app, middle_of(place(b, "theme")));
	assert_int_equal(app_step(&b->app), 0);
	assert_int_equal(b->app.palette, PALETTE_LIGHT);
}

static void the_timeline_is_dragged_through_every_step(void **state)
{
	struct bench *b = *state;
	struct rect line = place(b, "timeline");
	uint32_t before = 0;

	app_button_down(&b->app, at(line.x + 1, middle_of(line).y));
	for (double x = line.x; x < right_of(line); x += 2) {
		/* However far the hand strays. */
		app_pointer_moves(&b->app, at(x, line.y - 300));
		assert_true(app_step(&b->app) >= before);
		assert_true(app_step(&b->app) <= before + 1);
		before = app_step(&b->app);
	}
	assert_int_equal(before, app_steps(&b->app));
	app_button_up(&b->app, b->app.pointer);
	assert_false(b->app.dragging);
	app_pointer_moves(&b->app, middle_of(line));
	assert_int_equal(app_step(&b->app), before);
}

/* A point at which the picture answers with that id. */
static struct point point_of(struct bench *b, const char *id)
{
	struct rect area = place(b, "ladder");

	for (double y = area.y; y < bottom_of(area); y += 3)
		for (double x = area.x; x < right_of(area); x += 7)
			if (strcmp(canvas_hit(b->canvas, at(x, y), 6), id) == 0)
				return at(x, y);
	fail_msg("%s is not to be seen", id);
	return at(0, 0);
}

static void a_click_on_an_arrow_selects_it_and_goes_where_it_was_sent(void **state)
{
	struct bench *b = *state;
	struct packet_record p;

	click(b, point_of(b, "packet-1"));
	assert_int_equal(b->app.scene.selected, 1);
	recording_packet(b->recording, 1, &p);
	assert_int_equal(app_step(&b->app), recording_event(b->recording, p.sent).turn + 1);
	press(b, "x");
	assert_int_equal(b->app.request, REQUEST_LOSE);
}

static void an_arrow_under_the_pointer_tells_its_segment(void **state)
{
	struct bench *b = *state;

	app_pointer_moves(&b->app, point_of(b, "packet-0"));
	assert_int_equal(b->app.scene.hovered, 0);
	draw(b);
	assert_true(shows(b, "overlay-hover"));
	app_pointer_leaves(&b->app);
	draw(b);
	assert_false(shows(b, "overlay-hover"));
}

static void the_wheel_scrolls_the_ladder_and_steps_elsewhere(void **state)
{
	struct bench *b = *state;

	app_pointer_moves(&b->app, middle_of(place(b, "why")));
	app_wheel(&b->app, -1, false);
	assert_int_equal(app_step(&b->app), 1);
	draw(b);
	app_pointer_moves(&b->app, middle_of(place(b, "ladder")));
	app_wheel(&b->app, -1, false);
	assert_int_equal(app_step(&b->app), 1);
	assert_int_not_equal(b->app.scene.look_at, EVENT_NONE);
	press(b, "Right");
	assert_int_equal(b->app.scene.look_at, EVENT_NONE);
}

static void zoom_keeps_what_is_under_the_pointer(void **state)
{
	struct bench *b = *state;
	struct point p;

	press(b, "d");
	p = point_of(b, "packet-1");
	app_pointer_moves(&b->app, p);
	app_wheel(&b->app, 2, true);
	assert_true(b->app.scene.zoom > 1.2);
	draw(b);
	assert_true(fabs(point_of(b, "packet-1").y - p.y) < 60);
	press(b, "0");
	assert_true(b->app.scene.zoom == 1);
}

/* ---- the picture ---- */

static void check_lint(struct bench *b, const char *what)
{
	struct lint_finding findings[8];
	struct lint_rules rules = {.min_type = 11, .min_contrast = 4.5};
	size_t count = lint_canvas(b->canvas, &rules, findings, 8);

	for (size_t i = 0; i < count && i < 8; i++)
		print_error("%s: %s\n", what, findings[i].text);
	assert_int_equal(count, 0);
}

static void toolbar_and_overlays_are_without_fault(void **state)
{
	struct bench *b = *state;
	const char *const keys[] = {"Home", "End", "?", "E", "/", "m", "Tab"};
	const double sizes[][2] = {{1280, 720}, {1600, 900}, {3840, 2160}};

	for (int dark = 0; dark < 2; dark++) {
		for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
			press(b, "Escape");
			press(b, "Escape");
			press(b, keys[k]);
			for (size_t i = 0; i < 3; i++) {
				app_draw(b->canvas, &b->app, sizes[i][0], sizes[i][1]);
				check_lint(b, keys[k]);
			}
		}
		press(b, "Escape");
		press(b, "T");
	}
}

static void equal_states_give_equal_pictures(void **state)
{
	struct bench *b = *state;
	struct canvas *other = canvas_open(&plain_metrics);
	struct app again;

	press(b, "Right");
	press(b, "Right");
	press(b, "Right");
	press(b, "Left");
	app_init(&again, b->recording, "lesson.json");
	app_go_to_step(&again, 2);
	app_draw(other, &again, WIDTH, HEIGHT);
	assert_int_equal(other->command_count, b->canvas->command_count);
	assert_int_equal(other->byte_count, b->canvas->byte_count);
	assert_memory_equal(other->bytes, b->canvas->bytes, other->byte_count);
	canvas_close(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_BENCH(a_click_on_a_button_does_what_its_key_does),
		WITH_BENCH(a_button_that_is_left_before_release_is_not_pressed),
		WITH_BENCH(the_timeline_is_dragged_through_every_step),
		WITH_BENCH(a_click_on_an_arrow_selects_it_and_goes_where_it_was_sent),
		WITH_BENCH(an_arrow_under_the_pointer_tells_its_segment),
		WITH_BENCH(the_wheel_scrolls_the_ladder_and_steps_elsewhere),
		WITH_BENCH(zoom_keeps_what_is_under_the_pointer),
		WITH_BENCH(toolbar_and_overlays_are_without_fault),
		WITH_BENCH(equal_states_give_equal_pictures),
	};

	return cmocka_run_group_tests_name("pointer", tests, NULL, NULL);
}
