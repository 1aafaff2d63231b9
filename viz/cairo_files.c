/* cairo_files.c — a canvas as PNG, several as PDF. */
#include <cairo-pdf.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

#include "viz/cairo_canvas.h"

/* A file that remembers its first failure. */
struct sink {
	FILE *file;
	int failure; /* an errno, 0 for none */
};

static struct sink open_sink(const char *path)
{
	struct sink sink = {fopen(path, "wb"), 0};

	if (sink.file == NULL)
		sink.failure = errno;
	return sink;
}

static cairo_status_t pour(void *closure, const unsigned char *bytes, unsigned int len)
{
	struct sink *sink = closure;

	if (sink->failure == 0 && fwrite(bytes, 1, len, sink->file) != len)
		sink->failure = errno;
	return sink->failure == 0 ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static bool close_sink(struct sink *sink, cairo_status_t status, const char *path,
		       struct error *err)
{
	if (sink->file != NULL && fclose(sink->file) != 0 && sink->failure == 0)
		sink->failure = errno;
	if (sink->failure != 0)
		return error_set(err, "%s: cannot write the picture: %s", path,
				 strerror(sink->failure));
	if (status != CAIRO_STATUS_SUCCESS)
		return error_set(err, "%s: cannot draw the picture: %s", path,
				 cairo_status_to_string(status));
	return true;
}

/* ---- PNG ---- */

bool cairo_canvas_write_png(struct cairo_text *text, const struct canvas *c, double scale,
			    const char *path, struct error *err)
{
	cairo_surface_t *surface = cairo_image_surface_create(
		CAIRO_FORMAT_ARGB32, (int)ceil(c->width * scale), (int)ceil(c->height * scale));
	cairo_t *cr = cairo_create(surface);
	struct sink sink = open_sink(path);
	cairo_status_t status;

	cairo_scale(cr, scale, scale);
	cairo_canvas_play(text, cr, c, CAIRO_SCREEN);
	status = cairo_status(cr);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_write_to_png_stream(surface, pour, &sink);
	cairo_destroy(cr);
	cairo_surface_destroy(surface);
	return close_sink(&sink, status, path, err);
}

/* ---- PDF ---- */

struct cairo_pdf {
	struct cairo_text *text;
	cairo_surface_t *surface;
	cairo_t *cr;
	struct sink sink;
	char *path;
	int pages;
};

/* The canvas counts 96 pixels to the inch, PDF 72 points. */
static const double points_to_a_pixel = 0.75;

struct cairo_pdf *cairo_pdf_open(struct cairo_text *text, const char *path, const char *title)
{
	struct cairo_pdf *pdf = memory_get(sizeof *pdf);

	pdf->text = text;
	pdf->path = memory_get(strlen(path) + 1);
	memcpy(pdf->path, path, strlen(path) + 1);
	pdf->pages = 0;
	pdf->sink = open_sink(path);
	pdf->surface = cairo_pdf_surface_create_for_stream(pour, &pdf->sink, 1, 1);
	pdf->cr = cairo_create(pdf->surface);
	cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_TITLE, title);
	cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_CREATOR, "tcplab");
	/* Without a date: the same recording is the same file. */
	cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_CREATE_DATE, "");
	return pdf;
}

void cairo_pdf_page(struct cairo_pdf *pdf, const struct canvas *c, const char *title)
{
	char destination[32];

	cairo_pdf_surface_set_size(pdf->surface, c->width * points_to_a_pixel,
				   c->height * points_to_a_pixel);
	cairo_save(pdf->cr);
	cairo_scale(pdf->cr, points_to_a_pixel, points_to_a_pixel);
	cairo_canvas_play(pdf->text, pdf->cr, c, CAIRO_PAPER);
	cairo_restore(pdf->cr);
	cairo_show_page(pdf->cr);
	snprintf(destination, sizeof destination, "page=%d", ++pdf->pages);
	cairo_pdf_surface_add_outline(pdf->surface, CAIRO_PDF_OUTLINE_ROOT, title, destination,
				      (cairo_pdf_outline_flags_t)0);
}

bool cairo_pdf_close(struct cairo_pdf *pdf, struct error *err)
{
	cairo_status_t status = cairo_status(pdf->cr);
	bool fine;

	cairo_destroy(pdf->cr);
	cairo_surface_finish(pdf->surface);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_status(pdf->surface);
	cairo_surface_destroy(pdf->surface);
	fine = close_sink(&pdf->sink, status, pdf->path, err);
	free(pdf->path);
	free(pdf);
	return fine;
}
