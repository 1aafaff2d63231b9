/* canvas_text.c — recording text: labels, text in boxes, prose. */
#include "viz/commands.h"

#include <stdio.h>
#include <string.h>

struct text_size canvas_measure(const struct canvas *c, const struct font *font, const char *text)
{
	return c->metrics->measure(c->metrics->self, font, text, strlen(text));
}

double line_pitch(const struct font *font)
{
	return font->size * 1.4;
}

static struct text_line *add_text(struct canvas *c, struct point anchor, const char *text,
				  size_t len, const struct text_style *style)
{
	struct text_line *line;

	c->texts = grow(c->texts, &c->text_room, c->text_count + 1, sizeof c->texts[0]);
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

double canvas_text(struct canvas *c, struct point anchor, const char *text,
		   const struct text_style *style)
{
	if (text[0] == '\0' || !is_drawn(style->color))
		return 0;
	return add_text(c, anchor, text, strlen(text), style)->size.width;
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
	line = add_text(c, at(0, 0), text, strlen(text), &level);
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

double canvas_paragraph(struct canvas *c, struct point top_left, double width, const char *text,
			const struct text_style *style)
{
	struct text_style level = *style;
	double pitch = line_pitch(&style->font);
	double y = top_left.y;
	size_t left = strlen(text);

	level.angle = 0;
	while (left > 0) {
		size_t taken = c->metrics->wrap(c->metrics->self, &style->font, text, left, width);
		size_t len = without_blank_end(text, taken);
		double x = aligned_x(style->align, top_left.x, width);

		/* The baseline that puts capitals in the middle of the pitch. */
		if (len > 0 && is_drawn(style->color))
			add_text(c, at(x, y + pitch / 2 + style->font.size * 0.36), text, len,
				 &level)
				->prose = true;
		y += pitch;
		text += taken;
		left -= taken;
	}
	return y - top_left.y;
}

double canvas_paragraph_height(const struct canvas *c, double width, const char *text,
			       const struct font *font)
{
	double height = 0;
	size_t left = strlen(text);

	while (left > 0) {
		size_t taken = c->metrics->wrap(c->metrics->self, font, text, left, width);

		height += line_pitch(font);
		text += taken;
		left -= taken;
	}
	return height;
}
