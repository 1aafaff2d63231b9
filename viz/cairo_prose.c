#include "viz/cairo_prose.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"
#include "viz/cairo_fonts.h"
#include "viz/commands.h"

enum {
	LAYOUT_COUNT = 512, /* a power of two */
	LAYOUT_FULL = 384,  /* more and all are let go */
	UNWRAPPED = -1,
};

struct kept {
	char *text; /* NULL: empty */
	size_t len;
	struct font font;
	bool hinted;
	int width; /* in Pango's units */
	PangoLayout *layout;
};

struct cairo_prose {
	PangoContext *contexts[2]; /* [hinted] */
	struct kept kept[LAYOUT_COUNT];
	size_t kept_count;
};

/* ---- life ---- */

static PangoContext *new_context(PangoFontMap *map, bool hinted)
{
	PangoContext *context = pango_font_map_create_context(map);
	cairo_font_options_t *options = text_options(hinted);

	pango_cairo_context_set_font_options(context, options);
	pango_cairo_context_set_resolution(context, 96);
	pango_context_set_round_glyph_positions(context, hinted);
	cairo_font_options_destroy(options);
	return context;
}

struct cairo_prose *cairo_prose_open(void)
{
	struct cairo_prose *p = memory_get(sizeof *p);
	PangoFontMap *map = pango_cairo_font_map_get_default();

	memset(p, 0, sizeof *p);
	p->contexts[0] = new_context(map, false);
	p->contexts[1] = new_context(map, true);
	return p;
}

static void forget_layouts(struct cairo_prose *p)
{
	for (size_t i = 0; i < LAYOUT_COUNT; i++) {
		if (p->kept[i].text == NULL)
			continue;
		g_object_unref(p->kept[i].layout);
		free(p->kept[i].text);
		p->kept[i].text = NULL;
	}
	p->kept_count = 0;
}

void cairo_prose_close(struct cairo_prose *p)
{
	if (p == NULL)
		return;
	forget_layouts(p);
	g_object_unref(p->contexts[0]);
	g_object_unref(p->contexts[1]);
	free(p);
}

/* ---- layouts ---- */

static PangoFontDescription *description_of(const struct font *font)
{
	static const PangoWeight weights[WEIGHT_COUNT] = {
		[WEIGHT_REGULAR] = PANGO_WEIGHT_NORMAL,
		[WEIGHT_SEMIBOLD] = PANGO_WEIGHT_SEMIBOLD,
		[WEIGHT_BOLD] = PANGO_WEIGHT_BOLD,
	};
	PangoFontDescription *description = pango_font_description_new();
	const char *const *families = face_families[font->face];
	char *list = g_strjoin(",", families[0], families[1], NULL);

	pango_font_description_set_family(description, list);
	g_free(list);
	pango_font_description_set_weight(description, weights[font->weight]);
	pango_font_description_set_style(description,
					 font->italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
	pango_font_description_set_absolute_size(description, font->size * PANGO_SCALE);
	return description;
}

static PangoLayout *new_layout(struct cairo_prose *p, const struct kept *like)
{
	PangoLayout *layout = pango_layout_new(p->contexts[like->hinted]);
	PangoFontDescription *description = description_of(&like->font);

	pango_layout_set_font_description(layout, description);
	pango_font_description_free(description);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_width(layout, like->width);
	pango_layout_set_text(layout, like->text, (int)like->len);
	return layout;
}

static size_t bucket_of(const struct kept *k)
{
	uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */

	for (size_t i = 0; i < k->len; i++)
		hash = (hash ^ (unsigned char)k->text[i]) * 0x100000001b3u;
	hash ^= (uint64_t)(k->font.size * 64) << 8 | (uint64_t)k->font.weight << 2 |
		(uint64_t)k->hinted << 1 | (uint64_t)k->font.italic;
	hash ^= (uint64_t)(uint32_t)k->width << 24;
	return (size_t)(hash ^ hash >> 29) % LAYOUT_COUNT;
}

static bool same_layout(const struct kept *a, const struct kept *b)
{
	return a->len == b->len && a->width == b->width && a->hinted == b->hinted &&
	       a->font.face == b->font.face && a->font.weight == b->font.weight &&
	       a->font.italic == b->font.italic && a->font.size == b->font.size &&
	       memcmp(a->text, b->text, a->len) == 0;
}

/* `wanted->text` is the caller's; what is kept has a copy. */
static PangoLayout *layout_of(struct cairo_prose *p, const struct kept *wanted)
{
	size_t bucket = bucket_of(wanted);
	struct kept *kept;

	while (p->kept[bucket].text != NULL) {
		if (same_layout(&p->kept[bucket], wanted))
			return p->kept[bucket].layout;
		bucket = (bucket + 1) % LAYOUT_COUNT;
	}
	if (p->kept_count >= LAYOUT_FULL) {
		forget_layouts(p);
		bucket = bucket_of(wanted);
	}
	p->kept_count++;
	kept = &p->kept[bucket];
	*kept = *wanted;
	kept->text = memory_get(wanted->len + 1);
	memcpy(kept->text, wanted->text, wanted->len);
	kept->layout = new_layout(p, kept);
	return kept->layout;
}

static struct kept key_of(const struct font *font, const char *text, size_t len, bool hinted,
			  int width)
{
	return (struct kept){(char *)text, len, *font, hinted, width, NULL};
}

PangoLayout *cairo_prose_line(struct cairo_prose *p, const struct font *font, const char *text,
			      size_t len, bool hinted)
{
	struct kept wanted = key_of(font, text, len, hinted, UNWRAPPED);

	return layout_of(p, &wanted);
}

size_t cairo_prose_wrap(struct cairo_prose *p, const struct font *font, const char *text,
			size_t len, double width)
{
	int units = (int)fmin(fmax(1, width), 1e6) * PANGO_SCALE;
	const char *newline = memchr(text, '\n', len);
	size_t paragraph = newline != NULL ? (size_t)(newline - text) : len;
	struct kept wanted = key_of(font, text, paragraph, true, units);
	PangoLayout *layout;
	PangoLayoutLine *second;

	if (paragraph == 0)
		return 1;
	layout = layout_of(p, &wanted);
	second = pango_layout_get_line_readonly(layout, 1);
	if (second != NULL && second->start_index > 0)
		return (size_t)second->start_index;
	return newline != NULL ? paragraph + 1 : paragraph;
}
