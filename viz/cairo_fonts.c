#include "viz/cairo_fonts.h"

#include <cairo-ft.h>
#include <fontconfig/fontconfig.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"
#include "viz/commands.h"
#include "viz/utf8.h"

enum {
	SLOT_COUNT = 256,   /* glyphs kept per scaled font, by the character's last byte */
	SCALED_COUNT = 512, /* scaled fonts kept, a power of two */
	SCALED_FULL = 384,  /* more and all are let go */
};

const char *const face_families[FACE_COUNT][2] = {
	[FACE_UI] = {"Inter", "DejaVu Sans"},
	[FACE_NUMBER] = {"JetBrains Mono", "DejaVu Sans Mono"},
};

struct slot {
	uint32_t character;  /* 0: empty */
	unsigned long glyph; /* 0: the face lacks it */
	double advance;
};

struct scaled {
	struct font font;
	cairo_matrix_t matrix;
	bool hinted;
	cairo_scaled_font_t *cairo; /* NULL: empty */
	struct slot slots[SLOT_COUNT];
};

struct cairo_fonts {
	cairo_font_face_t *faces[FACE_COUNT][WEIGHT_COUNT][2]; /* upright, italic */
	struct scaled *scaled[SCALED_COUNT];
	size_t scaled_count;
	cairo_glyph_t *glyphs; /* of the last label laid out */
	uint32_t glyph_room;
};

/* ---- faces ---- */

static cairo_font_face_t *match_face(enum face face, enum weight weight, bool italic)
{
	static const int weights[WEIGHT_COUNT] = {
		[WEIGHT_REGULAR] = FC_WEIGHT_REGULAR,
		[WEIGHT_SEMIBOLD] = FC_WEIGHT_DEMIBOLD,
		[WEIGHT_BOLD] = FC_WEIGHT_BOLD,
	};
	FcPattern *wanted = FcPatternCreate();
	FcPattern *matched;
	FcResult result;
	cairo_font_face_t *found;

	for (int i = 0; i < 2; i++)
		FcPatternAddString(wanted, FC_FAMILY, (const FcChar8 *)face_families[face][i]);
	FcPatternAddInteger(wanted, FC_WEIGHT, weights[weight]);
	FcPatternAddInteger(wanted, FC_SLANT, italic ? FC_SLANT_ITALIC : FC_SLANT_ROMAN);
	FcConfigSubstitute(NULL, wanted, FcMatchPattern);
	FcDefaultSubstitute(wanted);
	matched = FcFontMatch(NULL, wanted, &result);
	found = cairo_ft_font_face_create_for_pattern(matched != NULL ? matched : wanted);
	if (matched != NULL)
		FcPatternDestroy(matched);
	FcPatternDestroy(wanted);
	return found;
}

struct cairo_fonts *cairo_fonts_open(void)
{
	struct cairo_fonts *f = memory_get(sizeof *f);

	memset(f, 0, sizeof *f);
	return f;
}

static void forget_scaled(struct cairo_fonts *f)
{
	for (size_t i = 0; i < SCALED_COUNT; i++) {
		if (f->scaled[i] == NULL)
			continue;
		cairo_scaled_font_destroy(f->scaled[i]->cairo);
		free(f->scaled[i]);
		f->scaled[i] = NULL;
	}
	f->scaled_count = 0;
}

void cairo_fonts_close(struct cairo_fonts *f)
{
	if (f == NULL)
		return;
	forget_scaled(f);
	for (int face = 0; face < FACE_COUNT; face++)
		for (int weight = 0; weight < WEIGHT_COUNT; weight++)
			for (int italic = 0; italic < 2; italic++)
				cairo_font_face_destroy(f->faces[face][weight][italic]);
	free(f->glyphs);
	free(f);
}

/* Matching takes milliseconds, so each face is matched when first drawn. */
static cairo_font_face_t *face_of(struct cairo_fonts *f, const struct font *font)
{
	cairo_font_face_t **face = &f->faces[font->face][font->weight][font->italic];

	if (*face == NULL)
		*face = match_face(font->face, font->weight, font->italic);
	return *face;
}

/* ---- scaled fonts ---- */

cairo_font_options_t *text_options(bool hinted)
{
	cairo_font_options_t *options = cairo_font_options_create();

	/* Grey, not per subpixel: a projector or a video has no subpixels. */
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(options,
					  hinted ? CAIRO_HINT_STYLE_SLIGHT : CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, hinted ? CAIRO_HINT_METRICS_ON
							    : CAIRO_HINT_METRICS_OFF);
	return options;
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t len)
{
	const unsigned char *b = bytes;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ b[i]) * 0x100000001b3u; /* FNV-1a */
	return hash;
}

static size_t bucket_of(const struct font *font, const cairo_matrix_t *m, bool hinted)
{
	const int kind[] = {(int)font->face, (int)font->weight, font->italic, hinted};
	const double size[] = {font->size, m->xx, m->yx, m->xy, m->yy};
	uint64_t hash = mix(0xcbf29ce484222325u, kind, sizeof kind);

	hash = mix(hash, size, sizeof size);
	return (size_t)(hash ^ hash >> 32) % SCALED_COUNT;
}

static bool same_scaled(const struct scaled *s, const struct font *font, const cairo_matrix_t *m,
			bool hinted)
{
	return s->font.face == font->face && s->font.weight == font->weight &&
	       s->font.italic == font->italic && s->font.size == font->size &&
	       s->matrix.xx == m->xx && s->matrix.yx == m->yx && s->matrix.xy == m->xy &&
	       s->matrix.yy == m->yy && s->hinted == hinted;
}

static struct scaled *new_scaled(struct cairo_fonts *f, const struct font *font,
				 const cairo_matrix_t *matrix, bool hinted)
{
	struct scaled *s = memory_get(sizeof *s);
	cairo_font_options_t *options = text_options(hinted);
	cairo_matrix_t size;

	memset(s, 0, sizeof *s);
	s->font = *font;
	s->matrix = *matrix;
	s->matrix.x0 = 0;
	s->matrix.y0 = 0;
	s->hinted = hinted;
	cairo_matrix_init_scale(&size, font->size, font->size);
	s->cairo = cairo_scaled_font_create(face_of(f, font), &size, &s->matrix, options);
	cairo_font_options_destroy(options);
	return s;
}

static struct scaled *scaled_of(struct cairo_fonts *f, const struct font *font,
				const cairo_matrix_t *matrix, bool hinted)
{
	size_t bucket = bucket_of(font, matrix, hinted);

	while (f->scaled[bucket] != NULL) {
		if (same_scaled(f->scaled[bucket], font, matrix, hinted))
			return f->scaled[bucket];
		bucket = (bucket + 1) % SCALED_COUNT;
	}
	if (f->scaled_count >= SCALED_FULL) {
		forget_scaled(f);
		bucket = bucket_of(font, matrix, hinted);
	}
	f->scaled_count++;
	f->scaled[bucket] = new_scaled(f, font, matrix, hinted);
	return f->scaled[bucket];
}

/* ---- glyphs ---- */

/* The character at `text`, which is clean, and its length. */
static uint32_t decode(const char *text, size_t *len)
{
	uint32_t character = (unsigned char)text[0];

	*len = utf8_drawable(text);
	if (*len > 1)
		character &= 0x7fu >> *len;
	for (size_t i = 1; i < *len; i++)
		character = character << 6 | ((unsigned char)text[i] & 0x3f);
	return character;
}

static void fill_slot(struct scaled *s, struct slot *slot, uint32_t character, const char *utf8,
		      size_t len)
{
	cairo_glyph_t *glyphs = NULL;
	int count = 0;
	cairo_text_extents_t extents;

	*slot = (struct slot){.character = character};
	if (cairo_scaled_font_text_to_glyphs(s->cairo, 0, 0, utf8, (int)len, &glyphs, &count, NULL,
					     NULL, NULL) != CAIRO_STATUS_SUCCESS)
		return;
	if (count == 1 && glyphs[0].index != 0) {
		cairo_scaled_font_glyph_extents(s->cairo, glyphs, 1, &extents);
		slot->glyph = glyphs[0].index;
		slot->advance = extents.x_advance;
	}
	cairo_glyph_free(glyphs);
}

bool cairo_fonts_lay_out(struct cairo_fonts *f, const struct font *font, const char *text,
			 size_t len, const cairo_matrix_t *matrix, bool hinted, struct glyphs *out)
{
	struct scaled *s = scaled_of(f, font, matrix, hinted);
	size_t taken = 0;
	double x = 0;

	*out = (struct glyphs){.font = s->cairo};
	f->glyphs = memory_grow(f->glyphs, &f->glyph_room, len, sizeof f->glyphs[0]);
	for (size_t i = 0; i < len; i += taken) {
		uint32_t character = decode(text + i, &taken);
		struct slot *slot = &s->slots[character % SLOT_COUNT];

		if (slot->character != character)
			fill_slot(s, slot, character, text + i, taken);
		if (slot->glyph == 0)
			return false;
		f->glyphs[out->count++] = (cairo_glyph_t){slot->glyph, x, 0};
		x += slot->advance;
	}
	out->glyphs = f->glyphs;
	out->width = x;
	return true;
}

void glyphs_space(struct glyphs *glyphs, double width)
{
	double share = glyphs->width > 0 ? width / glyphs->width : 1;

	if (share == 1)
		return;
	for (int i = 0; i < glyphs->count; i++)
		glyphs->glyphs[i].x *= share;
	glyphs->width = width;
}

struct text_size cairo_fonts_extents(struct cairo_fonts *f, const struct font *font)
{
	cairo_matrix_t level;
	cairo_font_extents_t extents;

	cairo_matrix_init_identity(&level);
	cairo_scaled_font_extents(scaled_of(f, font, &level, true)->cairo, &extents);
	return (struct text_size){0, extents.ascent, extents.descent};
}
