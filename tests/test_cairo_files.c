/* Files are the same each time, hold what the screen shows, or say why they
 * could not be written. */
#include <cairo.h>
#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "viz/cairo_canvas.h"

enum { WIDTH = 320, HEIGHT = 200 };

static struct cairo_text *text;

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

	canvas_reset(c, WIDTH, HEIGHT, rgb(0xffffff));
	return c;
}

/* A label along an arrow, prose, and a frame that cuts. */
static void draw_scene(struct canvas *c, double dx)
{
	struct font font = {FACE_UI, WEIGHT_SEMIBOLD, false, 15};
	struct text_style style = text_style(font, rgb(0x16191d));

	canvas_arrow(c, at(20 + dx, 40), at(200 + dx, 90), 10, stroke(2, rgb(0x0e72ce)));
	style.angle = atan2(50, 180);
	canvas_text(c, at(60 + dx, 45), "SYN  seq=100", &style);
	canvas_clip(c, box(10 + dx, 100, 100, 40), CLIP_FRAME);
	canvas_paragraph(c, at(20 + dx, 100), 180, "the timer fired → again", &style);
	canvas_unclip(c);
}

struct file {
	char path[64];
	char *bytes;
	size_t len;
};

static struct file temporary_file(void)
{
	struct file file = {"/tmp/tcplab-test-XXXXXX", NULL, 0};
	int descriptor = mkstemp(file.path);

	assert_true(descriptor >= 0);
	close(descriptor);
	return file;
}

/* Reads and removes it; the caller frees the bytes. */
static void take(struct file *file)
{
	FILE *in = fopen(file->path, "rb");
	long len;

	assert_non_null(in);
	assert_int_equal(fseek(in, 0, SEEK_END), 0);
	len = ftell(in);
	assert_true(len > 0);
	rewind(in);
	file->len = (size_t)len;
	file->bytes = malloc(file->len);
	assert_non_null(file->bytes);
	assert_int_equal(fread(file->bytes, 1, file->len, in), file->len);
	fclose(in);
	unlink(file->path);
}

/* A pixel of a picture in memory, without its opacity. */
static uint32_t pixel(cairo_surface_t *surface, int x, int y)
{
	const unsigned char *row = cairo_image_surface_get_data(surface) +
				   (ptrdiff_t)y * cairo_image_surface_get_stride(surface);
	uint32_t read;

	memcpy(&read, row + (ptrdiff_t)x * 4, sizeof read);
	return read & 0xffffff;
}

/* Writes the canvas as PNG and reads it back; the caller destroys it. */
static cairo_surface_t *by_png(const struct canvas *c, double scale)
{
	struct file file = temporary_file();
	struct error err;
	cairo_surface_t *png;

	assert_true(cairo_canvas_write_png(text, c, scale, file.path, &err));
	png = cairo_image_surface_create_from_png(file.path);
	unlink(file.path);
	return png;
}

static void a_png_has_the_pixels_of_the_screen(void **state)
{
	cairo_surface_t *screen = cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
	cairo_t *cr = cairo_create(screen);
	struct canvas *c = opened();
	cairo_surface_t *png;

	(void)state;
	draw_scene(c, 0);
	cairo_canvas_play(text, cr, c, CAIRO_SCREEN);
	png = by_png(c, 1);
	assert_int_equal(cairo_image_surface_get_width(png), WIDTH);
	assert_int_equal(cairo_image_surface_get_height(png), HEIGHT);
	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++)
			assert_int_equal(pixel(png, x, y), pixel(screen, x, y));
	cairo_surface_destroy(png);
	cairo_destroy(cr);
	cairo_surface_destroy(screen);
	canvas_close(c);
}

static void a_png_may_have_more_pixels_than_the_screen(void **state)
{
	struct canvas *c = opened();
	cairo_surface_t *png;

	(void)state;
	canvas_rect(c, box(10, 10, 20, 20), rgb(0x0e72ce));
	png = by_png(c, 2);
	assert_int_equal(cairo_image_surface_get_width(png), 2 * WIDTH);
	assert_int_equal(pixel(png, 59, 59), 0x0e72ce);
	assert_int_equal(pixel(png, 60, 60), 0xffffff);
	cairo_surface_destroy(png);
	canvas_close(c);
}

static struct file written_pdf(void)
{
	struct file file = temporary_file();
	struct canvas *c = opened();
	struct error err;
	struct cairo_pdf *pdf = cairo_pdf_open(text, file.path, "The SYN,ACK is lost");

	for (int i = 1; i <= 2; i++) {
		char title[24];

		snprintf(title, sizeof title, "Step %d", i);
		canvas_reset(c, WIDTH, HEIGHT, rgb(0xffffff));
		draw_scene(c, i);
		cairo_pdf_page(pdf, c, title);
	}
	assert_true(cairo_pdf_close(pdf, &err));
	canvas_close(c);
	take(&file);
	return file;
}

static bool holds(const struct file *file, const char *bytes)
{
	size_t len = strlen(bytes);

	for (size_t i = 0; i + len <= file->len; i++)
		if (memcmp(file->bytes + i, bytes, len) == 0)
			return true;
	return false;
}

static void a_pdf_has_a_page_a_step_and_is_the_same_each_time(void **state)
{
	struct file one = written_pdf();
	struct file other = written_pdf();

	(void)state;
	assert_true(holds(&one, "%PDF-"));
	assert_true(holds(&one, "/Count 2"));
	assert_true(holds(&one, "(Step 2)"));
	assert_true(holds(&one, "(The SYN,ACK is lost)"));
	assert_false(holds(&one, "/CreationDate"));
	assert_int_equal(one.len, other.len);
	assert_memory_equal(one.bytes, other.bytes, one.len);
	free(one.bytes);
	free(other.bytes);
}

static void a_file_that_cannot_be_written_says_why(void **state)
{
	struct canvas *c = opened();
	struct cairo_pdf *pdf;
	struct error err;

	(void)state;
	draw_scene(c, 0);
	assert_false(cairo_canvas_write_png(text, c, 1, "/nonexistent/a.png", &err));
	assert_string_equal(err.text, "/nonexistent/a.png: cannot write the picture: "
				      "No such file or directory");
	pdf = cairo_pdf_open(text, "/dev/full", "full");
	cairo_pdf_page(pdf, c, "Step 1");
	assert_false(cairo_pdf_close(pdf, &err));
	assert_string_equal(err.text, "/dev/full: cannot write the picture: "
				      "No space left on device");
	canvas_close(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_png_has_the_pixels_of_the_screen),
		cmocka_unit_test(a_png_may_have_more_pixels_than_the_screen),
		cmocka_unit_test(a_pdf_has_a_page_a_step_and_is_the_same_each_time),
		cmocka_unit_test(a_file_that_cannot_be_written_says_why),
	};

	return cmocka_run_group_tests_name("cairo files", tests, open_text, close_text);
}
