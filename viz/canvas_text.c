/* canvas_text.c — recording text: labels, text in boxes, prose. */
#include "viz/commands.h"

#include <stdlib.h>
#include <string.h>

#include "record/memory.h"
#include "viz/utf8.h"

struct text_size canvas_measure(const struct canvas *c, const struct font *font, const char *text)
{
	size_t len = strlen(text);
	char *clean = utf8_is_clean(text, len, false) ? NULL : utf8_cleaned(text, len, false);
	const char *measured = clean != NULL ? clean : text;
	struct text_size size =
		c->metrics->measure(c->metrics->self, font, measured, strlen(measured));

	free(clean);
	return size;
}

double line_pitch(const struct font *font)
{
	return font->size * 1.4;
}

/* `text` is clean. */
static struct text_line *add_clean(struct canvas *c, struct point anchor, const char *text,
				   size_t len, const struct text_style *style)
{
	struct text_line *line;

	c->texts = memory_grow(c->texts, &c->text_room, c->text_count + 1, sizeof c->texts[0]);
	line = &c->texts[c->text_count];
	*line = (struct text_line){
		.start = add_bytes(c, text, len),
		.len = (uint32_t)len,
		.anchor = anchor,
		.style = *style,
		.size = c->metrics->measure(c->metrics->self, &style->font, text, len),
	};
	add_command(c, COMMAND_TEXT)->text = (uint32_t)c->text_count++;
	return line;
}

static struct text_line *add_text(struct canvas *c, struct point anchor, const char *text,
				  const struct text_style *style)
{
	size_t len = strlen(text);
	struct text_line *line;
	char *clean;

	if (utf8_is_clean(text, len, false))
		return add_clean(c, anchor, text, len, style);
	clean = utf8_cleaned(text, len, false);
	line = add_clean(c, anchor, clean, strlen(clean), style);
	free(clean);
	return line;
}

double canvas_text(struct canvas *c, struct point anchor, const char *text,
		   const struct text_style *style)
{
	if (text[0] == '\0' || !is_drawn(style->color))
		return 0;
	return add_text(c, anchor, text, style)->size.width;
}

/* ---- inside a box ---- */

static double aligned_x(enum align align, double left, double width)
{
	switch (align) {
	case ALIGN_LEFT: return left;
	case ALIGN_CENTRE: return left + width / 2;
	case ALIGN_RIGHT: return left + width;
	}
	return left;
}

void canvas_text_in(struct canvas *c, struct rect r, const char *text,
		    const struct text_style *style)
{
	struct text_style level = *style;
	struct text_line *line;

	if (text[0] == '\0' || !is_drawn(style->color))
		return;
	level.angle = 0;
	line = add_text(c, at(0, 0), text, &level);
	/* Capitals look centred when the middle of the box is the middle of
	 * their height, which is about 0.72 of the em. */
	line->anchor =
		at(aligned_x(style->align, r.x, r.w), r.y + r.h / 2 + style->font.size * 0.36);
	line->boxed = true;
	line->box = r;
}

/* One character less; UTF-8's later bytes go with their first. */
static size_t one_shorter(const char *text, size_t len)
{
	do
		len--;
	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80);
	return len;
}

void canvas_text_cut(struct canvas *c, struct rect r, const char *text,
		     const struct text_style *style)
{
	enum { CUT_MAX = 512 };
	static const char ellipsis[] = "…";
	char cut[CUT_MAX + sizeof ellipsis];
	size_t len = strlen(text);

	if (canvas_measure(c, &style->font, text).width <= r.w) {
		canvas_text_in(c, r, text, style);
		return;
	}
	while (len > CUT_MAX)
		len = one_shorter(text, len);
	do {
		len = one_shorter(text, len);
		memcpy(cut, text, len);
		memcpy(cut + len, ellipsis, sizeof ellipsis);
	} while (len > 0 && canvas_measure(c, &style->font, cut).width > r.w);
	canvas_text_in(c, r, cut, style);
}

/* ---- prose ---- */

/* Blanks and the newline at a break take no room. */
static size_t without_blank_end(const char *text, size_t len)
{
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\n'))
		len--;
	return len;
}

/* Breaks clean prose into lines; with `c` to draw on, or NULL to count only. */
static double set_prose(const struct metrics *metrics, struct canvas *c, struct rect column,
			const char *text, const struct text_style *style)
{
	double pitch = line_pitch(&style->font);
	double x = aligned_x(style->align, column.x, column.w);
	double y = column.y;
	size_t left = strlen(text);

	while (left > 0) {
		size_t taken = metrics->wrap(metrics->self, &style->font, text, left, column.w);
		size_t len = without_blank_end(text, taken);
		/* The baseline that puts capitals in the middle of the pitch. */
		struct point anchor = at(x, y + pitch / 2 + style->font.size * 0.36);

		if (c != NULL && len > 0)
			add_clean(c, anchor, text, len, style)->prose = true;
		y += pitch;
		text += taken;
		left -= taken;
	}
	return y - column.y;
}

static double clean_and_set(const struct metrics *metrics, struct canvas *c, struct rect column,
			    const char *text, const struct text_style *style)
{
	size_t len = strlen(text);
	char *clean;
	double height;

	if (utf8_is_clean(text, len, true))
		return set_prose(metrics, c, column, text, style);
	clean = utf8_cleaned(text, len, true);
	height = set_prose(metrics, c, column, clean, style);
	free(clean);
	return height;
}

double canvas_paragraph(struct canvas *c, struct point top_left, double width, const char *text,
			const struct text_style *style)
{
	struct rect column = box(top_left.x, top_left.y, width, 0);
	struct text_style level = *style;

	level.angle = 0;
	return clean_and_set(c->metrics, is_drawn(style->color) ? c : NULL, column, text, &level);
}

double canvas_paragraph_height(const struct canvas *c, double width, const char *text,
			       const struct font *font)
{
	struct text_style style = text_style(*font, NO_FILL);

	return clean_and_set(c->metrics, NULL, box(0, 0, width, 0), text, &style);
}
