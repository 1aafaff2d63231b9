#include "viz/cairo_slanted.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"
#include "viz/commands.h"

enum {
	MASK_COUNT = 1024, /* a power of two */
	MASK_FULL = 768,   /* more and all are let go */
	PHASES = 4,        /* places within a pixel, along each axis */
};

struct mask {
	char *text; /* NULL: empty */
	size_t len;
	cairo_scaled_font_t *font; /* knows face, size and slant; referenced */
	double width;
	int phase_x;
	int phase_y;
	int left; /* of the picture from the label's pixel */
	int top;
	cairo_surface_t *picture;
};

struct cairo_slanted {
	struct mask masks[MASK_COUNT];
	size_t count;
};

/* ---- life ---- */

struct cairo_slanted *cairo_slanted_open(void)
{
	struct cairo_slanted *s = memory_get(sizeof *s);

	memset(s, 0, sizeof *s);
	return s;
}

static void forget_masks(struct cairo_slanted *s)
{
	for (size_t i = 0; i < MASK_COUNT; i++) {
		struct mask *mask = &s->masks[i];

		if (mask->text == NULL)
			continue;
		free(mask->text);
		cairo_scaled_font_destroy(mask->font);
		cairo_surface_destroy(mask->picture);
		mask->text = NULL;
	}
	s->count = 0;
}

void cairo_slanted_close(struct cairo_slanted *s)
{
	if (s == NULL)
		return;
	forget_masks(s);
	free(s);
}

/* ---- masks ---- */

static size_t bucket_of(const struct mask *m)
{
	uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */

	for (size_t i = 0; i < m->len; i++)
		hash = (hash ^ (unsigned char)m->text[i]) * 0x100000001b3u;
	hash = (hash ^ (uintptr_t)m->font) * 0x100000001b3u;
	hash = (hash ^ (uint64_t)(m->phase_x * PHASES + m->phase_y)) * 0x100000001b3u;
	return (size_t)(hash ^ hash >> 31) % MASK_COUNT;
}

static bool same_mask(const struct mask *a, const struct mask *b)
{
	return a->len == b->len && a->font == b->font && a->width == b->width &&
	       a->phase_x == b->phase_x && a->phase_y == b->phase_y &&
	       memcmp(a->text, b->text, a->len) == 0;
}

/* Device pixels that the label can touch when it starts at (0, 0). */
static void find_extent(const struct glyphs *glyphs, const cairo_matrix_t *slant, struct rect *r)
{
	cairo_text_extents_t ink;
	double least_x = HUGE_VAL;
	double least_y = HUGE_VAL;
	double most_x = -HUGE_VAL;
	double most_y = -HUGE_VAL;

	cairo_scaled_font_glyph_extents(glyphs->font, glyphs->glyphs, glyphs->count, &ink);
	for (int corner = 0; corner < 4; corner++) {
		double x = ink.x_bearing + (corner % 2) * ink.width;
		double y = ink.y_bearing + (corner / 2) * ink.height;

		cairo_matrix_transform_distance(slant, &x, &y);
		least_x = fmin(least_x, x);
		least_y = fmin(least_y, y);
		most_x = fmax(most_x, x);
		most_y = fmax(most_y, y);
	}
	*r = box(floor(least_x) - 1, floor(least_y) - 1, ceil(most_x - least_x) + 4,
		 ceil(most_y - least_y) + 4);
}

static void fill_mask(struct mask *mask, const struct glyphs *glyphs, cairo_matrix_t slant)
{
	struct rect extent;
	cairo_t *cr;

	find_extent(glyphs, &slant, &extent);
	mask->left = (int)extent.x;
	mask->top = (int)extent.y;
	mask->picture = cairo_image_surface_create(CAIRO_FORMAT_A8, (int)extent.w, (int)extent.h);
	slant.x0 = (double)mask->phase_x / PHASES - mask->left;
	slant.y0 = (double)mask->phase_y / PHASES - mask->top;
	cr = cairo_create(mask->picture);
	cairo_set_matrix(cr, &slant);
	cairo_set_scaled_font(cr, glyphs->font);
	cairo_glyph_path(cr, glyphs->glyphs, glyphs->count);
	cairo_fill(cr);
	cairo_destroy(cr);
}

/* `wanted->text` is the caller's; what is kept has a copy. */
static const struct mask *mask_of(struct cairo_slanted *s, const struct mask *wanted,
				  const struct glyphs *glyphs, const cairo_matrix_t *matrix)
{
	size_t bucket = bucket_of(wanted);
	struct mask *mask;

	while (s->masks[bucket].text != NULL) {
		if (same_mask(&s->masks[bucket], wanted))
			return &s->masks[bucket];
		bucket = (bucket + 1) % MASK_COUNT;
	}
	if (s->count >= MASK_FULL) {
		forget_masks(s);
		bucket = bucket_of(wanted);
	}
	s->count++;
	mask = &s->masks[bucket];
	*mask = *wanted;
	mask->text = memory_get(wanted->len + 1);
	memcpy(mask->text, wanted->text, wanted->len);
	cairo_scaled_font_reference(mask->font);
	fill_mask(mask, glyphs, *matrix);
	return mask;
}

void cairo_slanted_draw(struct cairo_slanted *s, cairo_t *cr, const struct glyphs *glyphs,
			const char *text, size_t len)
{
	cairo_matrix_t matrix;
	double x;
	double y;
	const struct mask *mask;

	cairo_get_matrix(cr, &matrix);
	x = round(matrix.x0 * PHASES) / PHASES;
	y = round(matrix.y0 * PHASES) / PHASES;

	const struct mask wanted = {
		.text = (char *)text,
		.len = len,
		.font = glyphs->font,
		.width = glyphs->width,
		.phase_x = (int)lround((x - floor(x)) * PHASES),
		.phase_y = (int)lround((y - floor(y)) * PHASES),
	};

	mask = mask_of(s, &wanted, glyphs, &matrix);
	cairo_identity_matrix(cr);
	cairo_mask_surface(cr, mask->picture, floor(x) + mask->left, floor(y) + mask->top);
	cairo_set_matrix(cr, &matrix);
}
