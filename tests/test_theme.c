/* The palettes keep what a reader in the last row needs: every role that
 * carries text is legible on every ground it can meet, in both palettes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "viz/theme.h"

static const enum role words[] = {ROLE_TEXT,   ROLE_DIM,   ROLE_LINE, ROLE_CLIENT,
				  ROLE_SERVER, ROLE_ALERT, ROLE_OK,   ROLE_TIMER};
static const enum role grounds[] = {ROLE_BACKGROUND, ROLE_PANEL, ROLE_BOX, ROLE_CURRENT_TINT};

enum {
	WORD_COUNT = sizeof words / sizeof words[0],
	GROUND_COUNT = sizeof grounds / sizeof grounds[0],
};

static struct theme theme_of(enum palette palette)
{
	struct theme t;

	theme_init(&t, palette, false, 1920, 1080);
	return t;
}

static int tenths(double value)
{
	return (int)lround(value * 10);
}

static void contrast_is_one_to_twentyone(void **state)
{
	(void)state;
	assert_int_equal(tenths(contrast(rgb(0xffffff), rgb(0x000000))), 210);
	assert_int_equal(tenths(contrast(rgb(0x777777), rgb(0x777777))), 10);
	/* The grey that WCAG's authors quote as just legible on white. */
	assert_true(contrast(rgb(0x767676), rgb(0xffffff)) >= 4.5);
	assert_true(contrast(rgb(0x777777), rgb(0xffffff)) < 4.5);
}

static void every_role_that_carries_words_is_legible_on_every_ground(void **state)
{
	(void)state;
	for (int p = 0; p < PALETTE_COUNT; p++) {
		struct theme t = theme_of(p);

		for (int w = 0; w < WORD_COUNT; w++)
			for (int g = 0; g < GROUND_COUNT; g++) {
				double c = contrast(t.color[words[w]], t.color[grounds[g]]);

				if (c < 4.5)
					fail_msg("palette %d, role %d on role %d: contrast %.2f", p,
						 words[w], grounds[g], c);
			}
	}
}

static void contrasts_on_the_panel_are_the_published_ones(void **state)
{
	static const int tenths_of[PALETTE_COUNT][WORD_COUNT] = {
		[PALETTE_LIGHT] = {165, 59, 99, 45, 45, 127, 71, 83},
		[PALETTE_DARK] = {151, 74, 90, 52, 73, 46, 113, 107},
	};

	(void)state;
	for (int p = 0; p < PALETTE_COUNT; p++) {
		struct theme t = theme_of(p);

		for (int w = 0; w < WORD_COUNT; w++)
			assert_int_equal(tenths(contrast(t.color[words[w]], t.color[ROLE_PANEL])),
					 tenths_of[p][w]);
	}
}

static void ink_is_legible_on_every_signal_colour(void **state)
{
	static const enum role fills[] = {ROLE_CLIENT, ROLE_SERVER, ROLE_ALERT,
					  ROLE_OK,     ROLE_TIMER,  ROLE_CURRENT};

	(void)state;
	for (int p = 0; p < PALETTE_COUNT; p++) {
		struct theme t = theme_of(p);

		for (size_t i = 0; i < sizeof fills / sizeof fills[0]; i++) {
			struct color fill = t.color[fills[i]];

			assert_true(contrast(theme_ink_on(&t, fill), fill) >= 4.5);
		}
	}
}

static void the_tint_can_be_told_from_the_panel(void **state)
{
	(void)state;
	for (int p = 0; p < PALETTE_COUNT; p++) {
		struct theme t = theme_of(p);
		struct color tint = t.color[ROLE_CURRENT_TINT];
		struct color panel = t.color[ROLE_PANEL];

		/* Of the same lightness by need, so yellow must tell. */
		assert_true((panel.b - panel.r) - (tint.b - tint.r) >= 30);
	}
}

static void type_is_never_under_eleven_pixels(void **state)
{
	static const int sizes[][2] = {{1280, 720},  {1366, 768}, {1920, 1080},
				       {3840, 2160}, {1024, 768}, {800, 2000}};

	(void)state;
	for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
		struct theme t;

		theme_init(&t, PALETTE_LIGHT, false, sizes[s][0], sizes[s][1]);
		for (int i = 0; i < TYPE_COUNT; i++) {
			assert_true(t.font[i].size >= 11);
			assert_true(t.font[i].size >= t.min_type);
		}
		assert_true(t.hair >= 1 && t.line > t.hair && t.thick > t.line);
	}
}

static void projected_type_is_a_thirtieth_of_the_height_or_more(void **state)
{
	struct theme t;

	(void)state;
	theme_init(&t, PALETTE_DARK, true, 1280, 720);
	for (int i = 0; i < TYPE_COUNT; i++)
		assert_true(t.font[i].size >= 720.0 / 30);
	assert_true(t.font[TYPE_TITLE].size >= 720.0 / 27);
	assert_true(t.min_type >= 720.0 / 30);
	assert_true(t.hair >= 2);
}

static void a_picture_twice_as_large_is_the_same_picture(void **state)
{
	struct theme small;
	struct theme large;

	(void)state;
	theme_init(&small, PALETTE_LIGHT, false, 1920, 1080);
	theme_init(&large, PALETTE_LIGHT, false, 3840, 2160);
	for (int i = 0; i < TYPE_COUNT; i++)
		assert_true(fabs(large.font[i].size / small.font[i].size - 2) < 0.1);
	assert_true(fabs(large.row / small.row - 2) < 0.1);
}

static void half_covering_colour_is_halfway(void **state)
{
	struct color half = {255, 255, 255, 128};
	struct color over = color_over(half, rgb(0x000000));

	(void)state;
	assert_int_equal(over.r, 128);
	assert_int_equal(over.a, 255);
	assert_int_equal(color_mix(rgb(0x000000), rgb(0x6496c8), 0.5).b, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contrast_is_one_to_twentyone),
		cmocka_unit_test(every_role_that_carries_words_is_legible_on_every_ground),
		cmocka_unit_test(contrasts_on_the_panel_are_the_published_ones),
		cmocka_unit_test(ink_is_legible_on_every_signal_colour),
		cmocka_unit_test(the_tint_can_be_told_from_the_panel),
		cmocka_unit_test(type_is_never_under_eleven_pixels),
		cmocka_unit_test(projected_type_is_a_thirtieth_of_the_height_or_more),
		cmocka_unit_test(a_picture_twice_as_large_is_the_same_picture),
		cmocka_unit_test(half_covering_colour_is_halfway),
	};

	return cmocka_run_group_tests_name("theme", tests, NULL, NULL);
}
