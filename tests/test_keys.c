/* The key table, and what keys do to the window's state. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "viz/app_input.h"
#include "viz/commands.h"
#include "window_bench.h"

/* ---- the table ---- */

static void each_key_does_one_thing(void **state)
{
	(void)state;
	for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
		const struct action_info *info = action_info((enum action)a);

		for (unsigned k = 0; k < KEYS_MAX && info->keys[k] != NULL; k++)
			if (action_of_key(info->keys[k]) != (enum action)a)
				fail_msg("%s is %s, but also %s", info->keys[k], info->id,
					 action_info(action_of_key(info->keys[k]))->id);
	}
}

static void each_action_has_a_key_a_name_and_words(void **state)
{
	(void)state;
	for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
		const struct action_info *info = action_info((enum action)a);

		assert_non_null(info->id);
		assert_int_equal(action_of_id(info->id), a);
		if (info->keys[0] == NULL || info->help == NULL || info->help[0] == '\0')
			fail_msg("%s has no key or no words", info->id);
		for (unsigned k = 0; k < KEYS_MAX && info->keys[k] != NULL; k++)
			if (!key_is_valid(info->keys[k]))
				fail_msg("no keyboard has the key %s", info->keys[k]);
	}
}

static void the_keys_of_clickers_do_what_clickers_mean(void **state)
{
	(void)state;
	assert_int_equal(action_of_key("PageDown"), ACTION_FORWARD);
	assert_int_equal(action_of_key("PageUp"), ACTION_BACK);
	assert_int_equal(action_of_key("F5"), ACTION_PROJECTOR);
	assert_int_equal(action_of_key("Escape"), ACTION_LEAVE);
	assert_int_equal(action_of_key("."), ACTION_BLANK);
}

static void names_of_keys_are_checked(void **state)
{
	const char *const good[] = {"a", "?", "ß", "Space", "Ctrl+Q", "Ctrl+Shift+Right", "F12"};
	const char *const bad[] = {"", "ab", " ", "Ctrl+", "Ctrl+q", "Shift+a", "PgDown", "F13"};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		if (!key_is_valid(good[i]))
			fail_msg("\"%s\" is a key", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (key_is_valid(bad[i]))
			fail_msg("\"%s\" is no key", bad[i]);
}

/* ---- the state ---- */

static void back_undoes_forward_at_every_step(void **state)
{
	struct bench *b = *state;
	uint32_t steps = app_steps(&b->app);

	assert_true(steps > 10);
	for (uint32_t n = 0; n < steps; n++) {
		struct cursor here = b->app.scene.cursor;

		press(b, "PageDown");
		assert_int_equal(app_step(&b->app), n + 1);
		press(b, "PageUp");
		assert_int_equal(b->app.scene.cursor.event, here.event);
		press(b, "Right");
	}
	press(b, "Right");
	assert_int_equal(app_step(&b->app), steps);
	press(b, "Home");
	assert_int_equal(app_step(&b->app), 0);
	press(b, "Left");
	assert_int_equal(app_step(&b->app), 0);
	press(b, "End");
	assert_int_equal(app_step(&b->app), steps);
}

static void micro_steps_stay_inside_and_segments_leap(void **state)
{
	struct bench *b = *state;
	uint32_t event;

	press(b, "Right");
	press(b, "Right");
	event = b->app.scene.cursor.event;
	press(b, "Ctrl+Right");
	assert_int_equal(b->app.scene.cursor.event, event + 1);
	press(b, "Ctrl+Left");
	assert_int_equal(b->app.scene.cursor.event, event);
	press(b, "Shift+Right");
	assert_true(b->app.scene.cursor.event > event);
}

static void every_step_of_playing_is_shown_however_late_the_clock(void **state)
{
	struct bench *b = *state;
	uint32_t steps = app_steps(&b->app);
	nanos now = nanos_from_s(1);

	app_tick(&b->app, now);
	press(b, "Space");
	assert_true(b->app.playing);
	for (uint32_t n = 0; n < steps; n++) {
		/* An hour passes without a frame: still one step. */
		now += nanos_from_s(3600);
		app_tick(&b->app, now);
		assert_int_equal(app_step(&b->app), n + 1);
	}
	assert_false(b->app.playing);
	assert_true(app_deadline(&b->app) == NANOS_NEVER);
}

static void nothing_is_due_while_nothing_happens(void **state)
{
	struct bench *b = *state;

	app_tick(&b->app, nanos_from_s(5));
	assert_true(app_deadline(&b->app) == NANOS_NEVER);
	assert_false(b->app.changed);
	press(b, "m"); /* a notice, which goes by itself */
	assert_true(app_deadline(&b->app) < NANOS_NEVER);
	app_tick(&b->app, app_deadline(&b->app));
	assert_true(b->app.changed);
	assert_true(app_deadline(&b->app) == NANOS_NEVER);
}

static void speed_has_ends_and_a_middle(void **state)
{
	struct bench *b = *state;

	for (int i = 0; i < 10; i++)
		press(b, "]");
	assert_string_equal(app_speed(&b->app), "4x");
	press(b, "\\");
	assert_string_equal(app_speed(&b->app), "1x");
	for (int i = 0; i < 10; i++)
		press(b, "[");
	assert_string_equal(app_speed(&b->app), "0.25x");
}

static void escape_leaves_one_thing_at_a_time_and_never_quits(void **state)
{
	struct bench *b = *state;

	press(b, "F5");
	assert_true(b->app.projector);
	press(b, "?");
	assert_true(shows(b, "overlay-help"));
	press(b, "Escape");
	assert_false(shows(b, "overlay-help"));
	assert_true(b->app.projector);
	press(b, "Escape");
	assert_false(b->app.projector);
	for (int i = 0; i < 10; i++)
		press(b, "Escape");
	assert_false(b->app.quit);
	press(b, "Ctrl+Q");
	assert_true(b->app.quit);
}

static void a_blank_screen_is_blank_and_the_next_key_only_shows_it_again(void **state)
{
	struct bench *b = *state;

	press(b, "PageDown");
	press(b, ".");
	assert_int_equal(b->canvas->text_count, 0);
	press(b, "PageDown");
	assert_true(b->canvas->text_count > 0);
	assert_int_equal(app_step(&b->app), 1);
	press(b, ".");
	press(b, ".");
	assert_false(b->app.blank);
}

static void search_takes_letters_that_are_keys_elsewhere(void **state)
{
	struct bench *b = *state;
	enum palette before = b->app.palette;

	press(b, "/");
	press(b, "t");
	press(b, "i");
	press(b, "m");
	press(b, "e");
	press(b, "r");
	press(b, "Space");
	press(b, "ß");
	assert_string_equal(b->app.search, "timer ß");
	press(b, "Backspace");
	press(b, "Backspace");
	assert_string_equal(b->app.search, "timer");
	press(b, "Enter");
	assert_int_equal(b->app.overlay, OVERLAY_NONE);
	assert_true(app_step(&b->app) > 0);
	assert_int_equal(b->app.palette, before);
}

static void search_goes_round_in_both_directions(void **state)
{
	struct bench *b = *state;
	uint32_t first;

	press(b, "/");
	for (const char *c = "lost"; *c != '\0'; c++)
		press(b, (char[]){*c, '\0'});
	press(b, "Enter");
	first = app_step(&b->app);
	press(b, "n");
	assert_int_not_equal(app_step(&b->app), first);
	press(b, "N");
	assert_int_equal(app_step(&b->app), first);
}

static void a_search_without_end_is_cut(void **state)
{
	struct bench *b = *state;

	press(b, "/");
	for (int i = 0; i < 1000; i++)
		press(b, "x");
	assert_true(strlen(b->app.search) < SEARCH_MAX);
	press(b, "Enter");
	assert_int_equal(app_step(&b->app), 0);
	assert_non_null(strstr(b->app.notice, "No step"));
}

static void the_bookmark_is_come_back_to(void **state)
{
	struct bench *b = *state;

	press(b, "'");
	assert_non_null(strstr(b->app.notice, "no bookmark"));
	press(b, "Right");
	press(b, "Right");
	press(b, "m");
	press(b, "End");
	press(b, "'");
	assert_int_equal(app_step(&b->app), 2);
}

static void trouble_is_found_both_ways(void **state)
{
	struct bench *b = *state;
	uint32_t first;

	press(b, "d");
	first = app_step(&b->app);
	assert_true(first > 0);
	press(b, "d");
	assert_true(app_step(&b->app) > first);
	press(b, "D");
	assert_int_equal(app_step(&b->app), first);
	press(b, "D");
	assert_int_equal(app_step(&b->app), first);
	assert_non_null(strstr(b->app.notice, "before this step"));
}

static void tab_visits_every_button_and_enter_presses_it(void **state)
{
	struct bench *b = *state;
	char first[ID_MAX];
	unsigned visited = 0;

	press(b, "Tab");
	strcpy(first, b->app.focused);
	assert_string_equal(first, "start");
	do {
		assert_true(shows(b, b->app.focused));
		press(b, "Tab");
		visited++;
	} while (strcmp(b->app.focused, first) != 0 && visited < 50);
	assert_int_equal(visited, 13);
	press(b, "Shift+Tab");
	assert_string_equal(b->app.focused, "help");
	press(b, "Enter");
	assert_int_equal(b->app.overlay, OVERLAY_HELP);
}

static void focus_stays_inside_an_open_list(void **state)
{
	struct bench *b = *state;

	press(b, "E");
	press(b, "Tab");
	assert_string_equal(b->app.focused, "export-svg");
	press(b, "Shift+Tab");
	assert_string_equal(b->app.focused, "export-pcapng");
	press(b, "Enter");
	assert_int_equal(b->app.request, REQUEST_EXPORT);
	assert_string_equal(b->app.format, "pcapng");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_key_does_one_thing),
		cmocka_unit_test(each_action_has_a_key_a_name_and_words),
		cmocka_unit_test(the_keys_of_clickers_do_what_clickers_mean),
		cmocka_unit_test(names_of_keys_are_checked),
		WITH_BENCH(back_undoes_forward_at_every_step),
		WITH_BENCH(micro_steps_stay_inside_and_segments_leap),
		WITH_BENCH(every_step_of_playing_is_shown_however_late_the_clock),
		WITH_BENCH(nothing_is_due_while_nothing_happens),
		WITH_BENCH(speed_has_ends_and_a_middle),
		WITH_BENCH(escape_leaves_one_thing_at_a_time_and_never_quits),
		WITH_BENCH(a_blank_screen_is_blank_and_the_next_key_only_shows_it_again),
		WITH_BENCH(search_takes_letters_that_are_keys_elsewhere),
		WITH_BENCH(search_goes_round_in_both_directions),
		WITH_BENCH(a_search_without_end_is_cut),
		WITH_BENCH(the_bookmark_is_come_back_to),
		WITH_BENCH(trouble_is_found_both_ways),
		WITH_BENCH(tab_visits_every_button_and_enter_presses_it),
		WITH_BENCH(focus_stays_inside_an_open_list),
	};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
