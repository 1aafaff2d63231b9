/* Pictures on the screen are crisp, the same each time, and the same whether
 * all or a part is drawn again. */
#include <cairo.h>
#include <fontconfig/fontconfig.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "viz/cairo_canvas.h"

enum { WIDTH = 320, HEIGHT = 200, WHITE = 0xffffff, BLACK = 0x000000 };

static struct cairo_text *text;
static const struct font label_font = {FACE_UI, WEIGHT_REGULAR, false, 15};
static const struct font number_font = {FACE_NUMBER, WEIGHT_REGULAR, false, 15};

static int open_text(void **state)
{
	(void)state;
	text = cairo_text_open();
	return 0;
}

static int close_text(void **state)
{
	(void)state;
	cairo_text_close(text);
	/* What the libraries keep for ever is not ours to leak. */
	pango_cairo_font_map_set_default(NULL);
	cairo_debug_reset_static_data();
	FcFini();
	return 0;
}

static struct canvas *opened(void)
{
	struct canvas *c = canvas_open(cairo_text_metrics(text));

	canvas_reset(c, WIDTH, HEIGHT, rgb(WHITE));
	return c;
}

static struct text_style black(struct font font)
{
	return text_style(font, rgb(BLACK));
}

/* ---- pixels ---- */

struct pixels {
	uint32_t at[HEIGHT][WIDTH];
};

static cairo_surface_t *surface_on(struct pixels *pixels)
{
	return cairo_image_surface_create_for_data((unsigned char *)pixels->at, CAIRO_FORMAT_RGB24,
						   WIDTH, HEIGHT, WIDTH * 4);
}

/* Plays the part of the picture inside `damage`. */
static void play(struct pixels *pixels, const struct canvas *c, struct rect damage,
		 enum cairo_medium medium)
{
	cairo_surface_t *surface = surface_on(pixels);
	cairo_t *cr = cairo_create(surface);

	cairo_rectangle(cr, damage.x, damage.y, damage.w, damage.h);
	cairo_clip(cr);
	cairo_canvas_play(text, cr, c, medium);
	assert_int_equal(cairo_status(cr), CAIRO_STATUS_SUCCESS);
	cairo_destroy(cr);
	cairo_surface_destroy(surface);
}

static void play_all(struct pixels *pixels, const struct canvas *c)
{
	play(pixels, c, box(0, 0, WIDTH, HEIGHT), CAIRO_SCREEN);
}

static uint32_t pixel(const struct pixels *pixels, int x, int y)
{
	return pixels->at[y][x] & 0xffffff;
}

/* How many pixels are neither of the two. */
static int blends(const struct pixels *pixels, uint32_t one, uint32_t other)
{
	int count = 0;

	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++)
			count += pixel(pixels, x, y) != one && pixel(pixels, x, y) != other;
	return count;
}

/* Over all pixels and colours, of 255. */
static int largest_difference(const struct pixels *a, const struct pixels *b)
{
	int largest = 0;

	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++)
			for (int shift = 0; shift < 24; shift += 8) {
				int of_a = pixel(a, x, y) >> shift & 255;
				int of_b = pixel(b, x, y) >> shift & 255;

				largest = abs(of_a - of_b) > largest ? abs(of_a - of_b) : largest;
			}
	return largest;
}

/* The upright rectangle around everything that is not white. */
static struct rect ink(const struct pixels *pixels)
{
	int left = WIDTH;
	int top = HEIGHT;
	int right = 0;
	int bottom = 0;

	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++) {
			if (pixel(pixels, x, y) == WHITE)
				continue;
			left = x < left ? x : left;
			right = x >= right ? x + 1 : right;
			top = y < top ? y : top;
			bottom = y >= bottom ? y + 1 : bottom;
		}
	return box(left, top, right - left, bottom - top);
}

/* ---- crispness ---- */

static void edges_fall_between_pixels_on_the_screen(void **state)
{
	static struct pixels pixels;
	struct canvas *c = opened();

	(void)state;
	canvas_rect(c, box(10.3, 10.6, 50.5, 20.2), rgb(BLACK));
	canvas_round_rect(c, box(99.7, 10.2, 60.1, 30.3), 0, NO_FILL, stroke(1.3, rgb(BLACK)));
	canvas_line(c, at(10.4, 60.7), at(200.2, 60.7), stroke(2, rgb(BLACK)));
	canvas_line(c, at(250.4, 10), at(250.4, 100), stroke(0.4, rgb(BLACK)));
	canvas_curve(c, (struct point[4]){{280.3, 10}, {280.3, 20}, {280.3, 40}, {280.3, 90}},
		     stroke(1, rgb(BLACK)));
	play_all(&pixels, c);
	/* The ends of the level line may fall within a pixel. */
	assert_true(blends(&pixels, WHITE, BLACK) <= 4);
	assert_int_equal(pixel(&pixels, 10, 11), BLACK);
	assert_int_equal(pixel(&pixels, 9, 11), WHITE);
	assert_int_equal(pixel(&pixels, 250, 50), BLACK);
	play(&pixels, c, box(0, 0, WIDTH, HEIGHT), CAIRO_PAPER);
	assert_true(blends(&pixels, WHITE, BLACK) > 100);
	canvas_close(c);
}

static void a_dashed_line_has_gaps(void **state)
{
	static struct pixels pixels;
	struct canvas *c = opened();
	int dark = 0;

	(void)state;
	canvas_line(c, at(0, 50), at(WIDTH, 50), (struct stroke){2, rgb(BLACK), DASH_DASHED});
	canvas_line(c, at(0, 90), at(WIDTH, 90), stroke(2, rgb(BLACK)));
	play_all(&pixels, c);
	for (int x = 0; x < WIDTH; x++) {
		dark += pixel(&pixels, x, 50) == BLACK;
		assert_int_equal(pixel(&pixels, x, 90), BLACK);
	}
	assert_in_range(dark, WIDTH / 2, WIDTH * 2 / 3);
	canvas_close(c);
}

static void level_text_has_whole_advances(void **state)
{
	struct canvas *c = opened();
	double one = canvas_measure(c, &number_font, "0").width;

	(void)state;
	assert_true(one == floor(one) && one > 0);
	assert_true(canvas_measure(c, &number_font, "1.050 s").width == 7 * one);
	assert_true(canvas_measure(c, &label_font, "Lesson").width ==
		    floor(canvas_measure(c, &label_font, "Lesson").width));
	canvas_close(c);
}

static void weights_are_three_faces(void **state)
{
	struct canvas *c = opened();
	struct font font = {FACE_UI, WEIGHT_REGULAR, false, 40};
	double widths[WEIGHT_COUNT];

	(void)state;
	for (int w = 0; w < WEIGHT_COUNT; w++) {
		font.weight = w;
		widths[w] = canvas_measure(c, &font, "SYN-RECEIVED").width;
	}
	assert_true(widths[WEIGHT_REGULAR] < widths[WEIGHT_SEMIBOLD]);
	assert_true(widths[WEIGHT_SEMIBOLD] <= widths[WEIGHT_BOLD]);
	canvas_close(c);
}

static void text_is_drawn_as_wide_as_it_was_measured(void **state)
{
	static const enum align aligns[] = {ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT};

	(void)state;
	for (int i = 0; i < 3; i++) {
		static struct pixels pixels;
		struct canvas *c = opened();
		struct text_style style = black(label_font);
		double width;
		struct rect drawn;

		style.align = aligns[i];
		width = canvas_text(c, at(160, 100), "HH seq HH", &style);
		play_all(&pixels, c);
		drawn = ink(&pixels);
		assert_true(fabs(drawn.x - (160 - width * i / 2)) <= 3);
		assert_true(fabs(right_of(drawn) - (160 + width * (2 - i) / 2)) <= 3);
		canvas_close(c);
	}
}

static void paper_keeps_the_widths_of_the_screen(void **state)
{
	static struct pixels pixels;
	struct canvas *c = opened();
	struct text_style style = black((struct font){FACE_NUMBER, WEIGHT_REGULAR, false, 12.4});
	double width = canvas_text(c, at(10, 100), "0123456789012345678901234567890H", &style);

	(void)state;
	play(&pixels, c, box(0, 0, WIDTH, HEIGHT), CAIRO_PAPER);
	assert_true(fabs(right_of(ink(&pixels)) - (10 + width)) <= 2);
	canvas_close(c);
}

/* Takes everything for narrower than it is. */
static struct text_size measure_short(void *self, const struct font *font, const char *words,
				      size_t len)
{
	(void)self;
	(void)words;
	return (struct text_size){(double)len * font->size * 0.3, font->size, font->size * 0.3};
}

static size_t wrap_never(void *self, const struct font *font, const char *words, size_t len,
			 double width)
{
	(void)self;
	(void)font;
	(void)words;
	(void)width;
	return len;
}

static void prose_is_never_wider_than_it_was_measured(void **state)
{
	static const struct metrics metrics = {NULL, measure_short, wrap_never};
	static struct pixels pixels;
	struct canvas *c = canvas_open(&metrics);
	struct text_style style = black(label_font);

	(void)state;
	canvas_reset(c, WIDTH, HEIGHT, rgb(WHITE));
	canvas_paragraph(c, at(10, 10), 280, "Measured by another font provider", &style);
	play_all(&pixels, c);
	assert_true(right_of(ink(&pixels)) <= 11 + c->texts[0].size.width);
	assert_true(ink(&pixels).w >= c->texts[0].size.width * 0.9);
	canvas_close(c);
}

/* ---- again ---- */

static void draw_scene(struct canvas *c, double dx)
{
	struct text_style style = black(label_font);

	canvas_round_rect(c, box(10 + dx, 10, 200, 150), 6, rgb(0xf6f7f9),
			  stroke(1, rgb(0xdde1e6)));
	canvas_arrow(c, at(20 + dx, 40), at(200 + dx, 90), 10, stroke(2, rgb(0x0e72ce)));
	style.align = ALIGN_CENTRE;
	style.angle = atan2(50, 180);
	canvas_text(c, at(110.3 + dx, 60.8), "SYN  seq=100", &style);
	style = black(number_font);
	canvas_clip(c, box(10 + dx, 100, 100, 40), CLIP_FRAME);
	canvas_paragraph(c, at(20 + dx, 100), 180, "the timer fired → again ✕ 漢", &style);
	canvas_unclip(c);
	canvas_circle(c, at(180 + dx, 130), 9.5, rgb(0xe8b93a), stroke(2, rgb(BLACK)));
}

static void drawing_again_gives_the_same_pixels(void **state)
{
	static struct pixels first;
	static struct pixels again;
	struct canvas *c = opened();

	(void)state;
	draw_scene(c, 0);
	play_all(&first, c);
	play_all(&again, c);
	assert_memory_equal(&first, &again, sizeof first);
	assert_true(blends(&first, WHITE, 0xf6f7f9) > 500);
	canvas_close(c);
}

static void a_damaged_rectangle_is_mended_without_a_seam(void **state)
{
	static struct pixels whole;
	static struct pixels mended;
	struct canvas *c = opened();

	(void)state;
	draw_scene(c, 0);
	play_all(&whole, c);
	mended = whole;
	for (int y = 35; y < 125; y++)
		for (int x = 60; x < 190; x++)
			mended.at[y][x] = 0xff00ff;
	play(&mended, c, box(60, 35, 130, 90), CAIRO_SCREEN);
	/* Cairo cuts slanted edges at the clip and so rounds them a little otherwise. */
	assert_true(largest_difference(&whole, &mended) <= 10);
	canvas_close(c);
}

static void a_picture_moved_by_whole_pixels_is_the_same_picture(void **state)
{
	static struct pixels here;
	static struct pixels there;
	struct canvas *c = opened();

	(void)state;
	draw_scene(c, 0);
	play_all(&here, c);
	canvas_reset(c, WIDTH, HEIGHT, rgb(WHITE));
	draw_scene(c, 50);
	play_all(&there, c);
	for (int y = 0; y < HEIGHT; y++)
		assert_memory_equal(&here.at[y][0], &there.at[y][50],
				    (WIDTH - 50) * sizeof here.at[y][0]);
	canvas_close(c);
}

static void slanted_text_is_drawn_along_its_slant(void **state)
{
	static struct pixels pixels;
	struct canvas *c = opened();
	struct text_style style = black(label_font);
	double width;
	struct rect drawn;

	(void)state;
	style.angle = -1.57079632679489661923;
	width = canvas_text(c, at(160, 180), "HHHHHHHH", &style);
	play_all(&pixels, c);
	drawn = ink(&pixels);
	assert_true(fabs(drawn.h - width) <= 6);
	assert_true(bottom_of(drawn) <= 181 && bottom_of(drawn) >= 176);
	assert_true(drawn.x >= 145 && right_of(drawn) <= 162);
	canvas_close(c);
}

static void slanted_text_stands_where_it_was_put_between_pixels(void **state)
{
	static struct pixels here;
	static struct pixels there;
	struct canvas *c = opened();
	struct text_style style = black(label_font);

	(void)state;
	style.angle = 0.3;
	canvas_text(c, at(100, 100), "SYN", &style);
	play_all(&here, c);
	canvas_reset(c, WIDTH, HEIGHT, rgb(WHITE));
	canvas_text(c, at(100.5, 100), "SYN", &style);
	play_all(&there, c);
	assert_true(largest_difference(&here, &there) > 20);
	assert_true(fabs(ink(&there).x - ink(&here).x) <= 1);
	canvas_close(c);
}

static void a_clip_cuts_until_it_ends(void **state)
{
	static struct pixels pixels;
	struct canvas *c = opened();
	struct rect drawn;

	(void)state;
	canvas_clip(c, box(50, 50, 100, 100), CLIP_FRAME);
	canvas_rect(c, box(0, 0, WIDTH, HEIGHT), rgb(BLACK));
	canvas_unclip(c);
	play_all(&pixels, c);
	drawn = ink(&pixels);
	assert_true(drawn.x == 50 && drawn.y == 50 && drawn.w == 100 && drawn.h == 100);
	canvas_rect(c, box(200, 160, 10, 10), rgb(BLACK));
	play_all(&pixels, c);
	assert_int_equal(pixel(&pixels, 205, 165), BLACK);
	canvas_close(c);
}

static void prose_keeps_to_its_column(void **state)
{
	struct canvas *c = opened();
	struct text_style style = black(label_font);
	static const char prose[] =
		"The retransmission timer fired: the server sends its SYN,ACK again.\n"
		"Таймер сработал. 計時器到期，再次發送。 unbreakableunbreakableunbreakable";
	double height = canvas_paragraph(c, at(5, 5), 150, prose, &style);

	(void)state;
	assert_true(c->text_count >= 6);
	for (size_t i = 0; i < c->text_count; i++)
		assert_true(c->texts[i].size.width <= 156);
	assert_string_equal(text_of(c, &c->texts[0]), "The retransmission");
	assert_true(height == canvas_paragraph_height(c, 150, prose, &label_font));
	canvas_close(c);
}

static void caches_that_are_full_start_anew(void **state)
{
	static struct pixels first;
	static struct pixels last;
	struct canvas *c = opened();
	struct canvas *many = opened();
	struct text_style style = black(label_font);

	(void)state;
	draw_scene(c, 0);
	play_all(&first, c);
	for (int i = 0; i < 1200; i++) {
		char number[16];

		snprintf(number, sizeof number, "%d", i);
		style.angle = i * 0.001 + 0.001;
		canvas_text(many, at(100, 100), number, &style);
		canvas_paragraph(many, at(10, 10), 100 + i % 7, number, &style);
	}
	play_all(&last, many);
	play_all(&last, c);
	assert_memory_equal(&first, &last, sizeof first);
	canvas_close(c);
	canvas_close(many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edges_fall_between_pixels_on_the_screen),
		cmocka_unit_test(a_dashed_line_has_gaps),
		cmocka_unit_test(level_text_has_whole_advances),
		cmocka_unit_test(weights_are_three_faces),
		cmocka_unit_test(text_is_drawn_as_wide_as_it_was_measured),
		cmocka_unit_test(paper_keeps_the_widths_of_the_screen),
		cmocka_unit_test(prose_is_never_wider_than_it_was_measured),
		cmocka_unit_test(drawing_again_gives_the_same_pixels),
		cmocka_unit_test(a_damaged_rectangle_is_mended_without_a_seam),
		cmocka_unit_test(a_picture_moved_by_whole_pixels_is_the_same_picture),
		cmocka_unit_test(slanted_text_is_drawn_along_its_slant),
		cmocka_unit_test(slanted_text_stands_where_it_was_put_between_pixels),
		cmocka_unit_test(a_clip_cuts_until_it_ends),
		cmocka_unit_test(prose_keeps_to_its_column),
		cmocka_unit_test(caches_that_are_full_start_anew),
	};

	return cmocka_run_group_tests_name("cairo", tests, open_text, close_text);
}
