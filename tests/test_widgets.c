/* Widgets show where pointer and keyboard are, and are legible
 * in every state, palette and size. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "viz/commands.h"
#include "viz/hit.h"
#include "tests/lint.h"
#include "viz/plain_metrics.h"
#include "viz/widgets.h"

static struct theme theme;

/* At rest, on an empty picture. */
static struct ui opened(void)
{
	struct canvas *c = canvas_open(&plain_metrics);

	theme_init(&theme, PALETTE_LIGHT, false, 1280, 720);
	canvas_reset(c, 1280, 720, theme.color[ROLE_BACKGROUND]);
	return (struct ui){c, &theme, "", "", ""};
}

static const struct button play = {.id = "play", .icon = ICON_PLAY, .label = "Play"};

/* ---- buttons ---- */

static void a_button_is_found_by_its_id(void **state)
{
	struct ui ui = opened();

	(void)state;
	ui_button(&ui, box(10, 10, 100, 30), &play);
	assert_string_equal(canvas_hit(ui.canvas, at(100, 30), 0), "play");
	canvas_close(ui.canvas);
}

/* Outlines that enclose the rectangle, like a focus ring. */
static size_t strokes_around(const struct canvas *c, struct rect r)
{
	size_t count = 0;

	for (size_t i = 0; i < c->command_count; i++) {
		const struct command *command = &c->commands[i];

		count += command->kind == COMMAND_RECT && is_stroked(command->outline) &&
			 command->rect.r.x < r.x && command->rect.r.w > r.w;
	}
	return count;
}

static void the_keyboard_is_seen_where_it_is(void **state)
{
	struct ui ui = opened();

	(void)state;
	ui_button(&ui, box(10, 10, 100, 30), &play);
	assert_int_equal(strokes_around(ui.canvas, box(10, 10, 100, 30)), 0);
	canvas_reset(ui.canvas, 1280, 720, rgb(0xffffff));
	ui.focused = "play";
	ui_button(&ui, box(10, 10, 100, 30), &play);
	assert_int_equal(strokes_around(ui.canvas, box(10, 10, 100, 30)), 1);
	canvas_close(ui.canvas);
}

/* ---- every state ---- */

static void draw_buttons(const struct ui *ui, struct rect *rest)
{
	static const struct button buttons[] = {
		{.id = "start", .icon = ICON_START},
		{.id = "play", .icon = ICON_PLAY, .label = "Play"},
		{.id = "hovered", .label = "Hovered"},
		{.id = "pressed", .label = "Pressed"},
		{.id = "focused", .icon = ICON_SEARCH, .label = "Find"},
		{.id = "off", .icon = ICON_END, .label = "Disabled", .disabled = true},
	};
	struct rect bar = cut_top(rest, ui->theme->button);

	for (size_t i = 0; i < sizeof buttons / sizeof buttons[0]; i++) {
		ui_button(ui, cut_left(&bar, button_width(ui, &buttons[i])), &buttons[i]);
		cut_left(&bar, ui->theme->pad);
	}
	cut_top(rest, ui->theme->pad);
}

static void draw_everything(const struct ui *ui)
{
	const struct theme *t = ui->theme;
	struct rect rest = rect_inset(box(0, 0, ui->canvas->width, ui->canvas->height), 20, 20);

	draw_buttons(ui, &rest);
	ui_text_field(ui, cut_top(&rest, t->button), "find", "port 443 rtx>0", "type to search");
	cut_top(&rest, t->pad);
	ui_text_field(ui, box(20, rest.y, 200, t->button), "empty", "", "type to search");
}

static void assert_clean(const struct canvas *c, const struct theme *t)
{
	struct lint_finding finding;

	if (lint_canvas(c, &(struct lint_rules){t->min_type, 4.5}, &finding, 1) > 0)
		fail_msg("palette %d, height %.0f: %s", t->palette, c->height, finding.text);
}

static void every_state_is_clean_in_every_palette_and_size(void **state)
{
	static const int sizes[][2] = {{1280, 720}, {1920, 1080}, {3840, 2160}};

	(void)state;
	for (int p = 0; p < PALETTE_COUNT; p++)
		for (size_t s = 0; s < 3; s++) {
			struct ui ui = opened();

			theme_init(&theme, p, false, sizes[s][0], sizes[s][1]);
			canvas_reset(ui.canvas, sizes[s][0], sizes[s][1],
				     theme.color[ROLE_BACKGROUND]);
			ui.hovered = "hovered";
			ui.focused = "focused";
			draw_everything(&ui);
			assert_clean(ui.canvas, &theme);
			canvas_reset(ui.canvas, sizes[s][0], sizes[s][1],
				     theme.color[ROLE_BACKGROUND]);
			ui.hovered = ui.pressed = "pressed";
			ui.focused = "find";
			draw_everything(&ui);
			assert_clean(ui.canvas, &theme);
			canvas_close(ui.canvas);
		}
}

/* Something of every icon shows, and no icon leaves its square. */
static void icons_fill_their_squares(void **state)
{
	struct ui ui = opened();

	(void)state;
	for (int i = ICON_NONE + 1; i < ICON_COUNT; i++) {
		canvas_reset(ui.canvas, 100, 100, rgb(0xffffff));
		draw_icon(ui.canvas, box(10, 10, 60, 24), i, rgb(0));
		assert_true(ui.canvas->command_count > 0);
		for (size_t k = 0; k < ui.canvas->command_count; k++) {
			struct command command = ui.canvas->commands[k];
			struct rect r;

			command.outline = NO_STROKE;
			r = command_bounds(ui.canvas, &command);
			assert_true(r.x >= 28 && right_of(r) <= 52 && r.y >= 10 &&
				    bottom_of(r) <= 34);
		}
	}
	canvas_close(ui.canvas);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_button_is_found_by_its_id),
		cmocka_unit_test(the_keyboard_is_seen_where_it_is),
		cmocka_unit_test(every_state_is_clean_in_every_palette_and_size),
		cmocka_unit_test(icons_fill_their_squares),
	};

	return cmocka_run_group_tests_name("widgets", tests, NULL, NULL);
}
