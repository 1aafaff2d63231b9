/* Widgets say what the user did, show where the keyboard is, and are legible
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
#include "viz/lint.h"
#include "viz/plain_metrics.h"
#include "viz/widgets.h"

static struct theme theme;

/* At rest, on an empty picture. */
static struct ui opened(void)
{
	struct canvas *c = canvas_open(&plain_metrics);

	theme_init(&theme, PALETTE_LIGHT, false, 1280, 720);
	canvas_reset(c, 1280, 720, theme.color[ROLE_BACKGROUND]);
	return ui_at_rest(c, &theme);
}

static const struct button play = {
	.id = "play", .icon = ICON_PLAY, .label = "Play", .key = "Space"};

/* ---- buttons ---- */

static void a_button_is_clicked_by_its_id_alone(void **state)
{
	struct ui ui = opened();

	(void)state;
	ui.hovered = "play";
	ui.pressed = "play";
	assert_false(ui_button(&ui, box(10, 10, 100, 30), &play));
	ui.clicked = "pause";
	assert_false(ui_button(&ui, box(10, 10, 100, 30), &play));
	ui.clicked = "play";
	assert_true(ui_button(&ui, box(10, 10, 100, 30), &play));
	assert_string_equal(canvas_hit(ui.canvas, at(100, 30), 0), "play");
	canvas_close(ui.canvas);
}

static void a_disabled_button_is_never_clicked(void **state)
{
	struct ui ui = opened();
	struct button disabled = play;

	(void)state;
	disabled.disabled = true;
	ui.clicked = "play";
	assert_false(ui_button(&ui, box(10, 10, 100, 30), &disabled));
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

static void tabs_turn_to_the_one_that_is_clicked(void **state)
{
	static const char *const labels[] = {"Sequence", "Bits", "Plot"};
	struct ui ui = opened();
	struct rect found;

	(void)state;
	assert_int_equal(ui_tabs(&ui, box(10, 10, 400, 30), "tab", labels, 3, 1), 1);
	canvas_reset(ui.canvas, 1280, 720, rgb(0xffffff));
	ui.clicked = "tab-2";
	assert_int_equal(ui_tabs(&ui, box(10, 10, 400, 30), "tab", labels, 3, 1), 2);
	assert_true(canvas_find(ui.canvas, "tab-2", &found));
	assert_string_equal(canvas_hit(ui.canvas, middle_of(found), 0), "tab-2");
	canvas_close(ui.canvas);
}

/* ---- ranges ---- */

static void a_slider_follows_the_pointer_while_it_is_pressed(void **state)
{
	struct ui ui = opened();

	(void)state;
	ui.pointer = at(300, 20);
	assert_int_equal(lround(ui_slider(&ui, box(100, 10, 400, 20), "speed", 0.25) * 100), 25);
	canvas_reset(ui.canvas, 1280, 720, rgb(0xffffff));
	ui.pressed = "speed";
	assert_int_equal(lround(ui_slider(&ui, box(100, 10, 400, 20), "speed", 0.25) * 100), 50);
	ui.pointer = at(2000, 500);
	assert_int_equal(lround(ui_slider(&ui, box(100, 10, 400, 20), "speed", 0.25) * 100), 100);
	ui.pointer = at(-5, 500);
	assert_int_equal(lround(ui_slider(&ui, box(100, 10, 400, 20), "speed", 0.25) * 100), 0);
	canvas_close(ui.canvas);
}

static void scrolling_ends_at_the_last_row(void **state)
{
	struct scroll s = {.first = 95, .shown = 20, .total = 100};

	(void)state;
	assert_int_equal(scroll_kept_inside(s).first, 80);
	s.first = -3;
	assert_int_equal(scroll_kept_inside(s).first, 0);
	s.total = 5;
	s.first = 3;
	assert_int_equal(scroll_kept_inside(s).first, 0);
}

static void a_scroll_bar_goes_where_it_is_pressed(void **state)
{
	struct ui ui = opened();
	struct rect r = box(500, 100, 10, 400);
	struct scroll s = {.first = 0, .shown = 10, .total = 1000};

	(void)state;
	ui.pressed = "bar";
	ui.pointer = at(505, 300);
	assert_int_equal(lround(ui_scroll_bar(&ui, r, "bar", s).first), 495);
	ui.pointer = at(505, 5000);
	assert_int_equal(lround(ui_scroll_bar(&ui, r, "bar", s).first), 990);
	canvas_reset(ui.canvas, 1280, 720, rgb(0xffffff));
	s.total = 10;
	ui_scroll_bar(&ui, r, "bar", s);
	assert_int_equal(ui.canvas->command_count, 0);
	canvas_close(ui.canvas);
}

/* Draws numbered rows; returns the list as it ended. */
static struct list draw_list(const struct ui *ui, struct scroll scroll, size_t selected)
{
	struct list list = ui_list_begin(ui, box(100, 100, 300, theme.row * 10.5), "packets",
					 scroll, selected);
	struct text_style style = text_style(theme.font[TYPE_NUMBER], theme.color[ROLE_TEXT]);

	for (size_t i = list.first; i < list.end; i++) {
		struct rect row = ui_list_row(&list, i);
		char text[64];

		snprintf(text, sizeof text, "%zu  0.050  SYN,ACK  seq=300 and more and more", i);
		canvas_text_cut(ui->canvas, row, text, &style);
		ui_list_row_end(&list);
	}
	list.scroll = ui_list_end(&list);
	return list;
}

static void a_list_draws_only_the_rows_that_show(void **state)
{
	struct ui ui = opened();
	struct list list = draw_list(&ui, (struct scroll){.first = 1e6, .total = 500000}, SIZE_MAX);

	(void)state;
	assert_int_equal(list.first, 499990);
	assert_int_equal(list.end, 500000);
	assert_int_equal(ui.canvas->text_count, 10);
	assert_string_equal(canvas_hit(ui.canvas, at(110, 100 + theme.row * 2.5), 0),
			    "packets-499992");
	canvas_reset(ui.canvas, 1280, 720, rgb(0xffffff));
	ui.clicked = "packets-3";
	list = draw_list(&ui, (struct scroll){.total = 6}, SIZE_MAX);
	assert_int_equal(list.end, 6);
	assert_int_equal(list.clicked, 3);
	canvas_close(ui.canvas);
}

/* ---- over the page ---- */

static void a_popover_stays_inside_the_picture(void **state)
{
	static const struct rect anchors[] = {
		{10, 10, 60, 30}, {1210, 10, 60, 30}, {1210, 680, 60, 30}, {600, 300, 60, 30}};

	(void)state;
	for (size_t i = 0; i < sizeof anchors / sizeof anchors[0]; i++) {
		struct ui ui = opened();
		struct rect r;

		ui_popover_begin(&ui, anchors[i], 300, 250, "menu");
		ui_popover_end(&ui);
		assert_true(canvas_find(ui.canvas, "menu", &r));
		assert_true(r.x >= 0 && r.y >= 0 && right_of(r) <= 1280 && bottom_of(r) <= 720);
		assert_int_equal(rect_meet(r, anchors[i]).w * rect_meet(r, anchors[i]).h, 0);
		canvas_close(ui.canvas);
	}
}

/* ---- every state ---- */

static void draw_buttons(const struct ui *ui, struct rect *rest)
{
	static const struct button buttons[] = {
		{.id = "start", .icon = ICON_START},
		{.id = "play", .icon = ICON_PLAY, .label = "Play", .key = "Space"},
		{.id = "hovered", .label = "Hovered", .key = "h"},
		{.id = "pressed", .label = "Pressed", .key = "p"},
		{.id = "focused", .icon = ICON_SEARCH, .label = "Find"},
		{.id = "on", .label = "On", .key = "o", .on = true},
		{.id = "off",
		 .icon = ICON_CLOSE,
		 .label = "Disabled",
		 .key = "d",
		 .disabled = true},
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
	static const char *const labels[] = {"Sequence space", "Packet bits", "Plot"};
	const struct theme *t = ui->theme;
	struct rect rest = rect_inset(box(0, 0, ui->canvas->width, ui->canvas->height), 20, 20);
	struct rect menu;
	struct text_style style = text_style(t->font[TYPE_BODY], t->color[ROLE_TEXT]);

	draw_buttons(ui, &rest);
	ui_tabs(ui, cut_top(&rest, t->button), "tab", labels, 3, 1);
	cut_top(&rest, t->pad);
	ui_text_field(ui, cut_top(&rest, t->button), "find", "port 443 rtx>0", "type to search");
	cut_top(&rest, t->pad);
	ui_text_field(ui, box(20, rest.y, 200, t->button), "empty", "", "type to search");
	cut_top(&rest, t->button + t->pad);
	ui_slider(ui, cut_top(&rest, t->button), "speed", 0.4);
	menu = ui_popover_begin(ui, cut_top(&rest, t->button), t->row * 12, t->row * 6, "menu");
	canvas_paragraph(ui->canvas, at(menu.x, menu.y), menu.w, "A menu, over the page.", &style);
	ui_popover_end(ui);
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
			canvas_reset(ui.canvas, sizes[s][0], sizes[s][1],
				     theme.color[ROLE_BACKGROUND]);
			ui.hovered = "packets-4";
			draw_list(&ui, (struct scroll){.total = 50}, 2);
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
		cmocka_unit_test(a_button_is_clicked_by_its_id_alone),
		cmocka_unit_test(a_disabled_button_is_never_clicked),
		cmocka_unit_test(the_keyboard_is_seen_where_it_is),
		cmocka_unit_test(tabs_turn_to_the_one_that_is_clicked),
		cmocka_unit_test(a_slider_follows_the_pointer_while_it_is_pressed),
		cmocka_unit_test(scrolling_ends_at_the_last_row),
		cmocka_unit_test(a_scroll_bar_goes_where_it_is_pressed),
		cmocka_unit_test(a_list_draws_only_the_rows_that_show),
		cmocka_unit_test(a_popover_stays_inside_the_picture),
		cmocka_unit_test(every_state_is_clean_in_every_palette_and_size),
		cmocka_unit_test(icons_fill_their_squares),
	};

	return cmocka_run_group_tests_name("widgets", tests, NULL, NULL);
}
