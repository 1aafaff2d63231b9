#include "viz/svg_canvas.h"

#include <assert.h>
#include <math.h>

#include "viz/commands.h"
#include "viz/utf8.h"

struct writer {
	FILE *out;
	const struct canvas *canvas;
	const struct svg_options *options;
	const char *prefix;
	unsigned clips; /* so far, for their ids */
};

/* ---- text and numbers ---- */

static const char *entity(char c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default: return NULL;
	}
}

void svg_write_escaped(FILE *out, const char *text)
{
	while (*text != '\0') {
		const char *named = entity(*text);
		size_t len = utf8_drawable(text);

		if (named != NULL)
			fputs(named, out);
		else if (len == 0)
			fputs(UTF8_REPLACEMENT, out);
		else
			fwrite(text, 1, len, out);
		text += len > 0 ? len : 1;
	}
}

/* Two decimals at most. By hand, for printf obeys the locale. */
static void number(FILE *out, double value)
{
	long hundredths = lround(value * 100);

	if (hundredths < 0) {
		fputc('-', out);
		hundredths = -hundredths;
	}
	fprintf(out, "%ld", hundredths / 100);
	if (hundredths % 100 == 0)
		return;
	fprintf(out, ".%ld", hundredths % 100 / 10);
	if (hundredths % 10 != 0)
		fprintf(out, "%ld", hundredths % 10);
}

static void attribute(FILE *out, const char *name, double value)
{
	fprintf(out, " %s=\"", name);
	number(out, value);
	fputc('"', out);
}

static void color_attribute(FILE *out, const char *name, struct color color)
{
	if (!is_drawn(color)) {
		fprintf(out, " %s=\"none\"", name);
		return;
	}
	fprintf(out, " %s=\"#%02x%02x%02x\"", name, color.r, color.g, color.b);
	if (color.a < 255) {
		fprintf(out, " %s-opacity=\"", name);
		number(out, color.a / 255.0);
		fputc('"', out);
	}
}

/* ---- shapes ---- */

/* Fill is black and stroke none where SVG is told nothing. */
static void paint(const struct writer *w, struct color fill, struct stroke outline)
{
	double pattern[2];

	color_attribute(w->out, "fill", fill);
	if (!is_stroked(outline))
		return;
	color_attribute(w->out, "stroke", outline.color);
	if (outline.width != 1)
		attribute(w->out, "stroke-width", outline.width);
	if (dash_pattern(outline, pattern)) {
		fputs(" stroke-dasharray=\"", w->out);
		number(w->out, pattern[0]);
		fputc(' ', w->out);
		number(w->out, pattern[1]);
		fputc('"', w->out);
	}
}

static void rect_attributes(FILE *out, struct rect r)
{
	attribute(out, "x", r.x);
	attribute(out, "y", r.y);
	attribute(out, "width", r.w);
	attribute(out, "height", r.h);
}

static void write_rect(const struct writer *w, const struct command *command)
{
	fputs("<rect", w->out);
	rect_attributes(w->out, command->rect.r);
	if (command->rect.radius > 0)
		attribute(w->out, "rx", command->rect.radius);
	paint(w, command->fill, command->outline);
	fputs("/>\n", w->out);
}

static void write_circle(const struct writer *w, const struct command *command)
{
	fputs("<circle", w->out);
	attribute(w->out, "cx", command->circle.centre.x);
	attribute(w->out, "cy", command->circle.centre.y);
	attribute(w->out, "r", command->circle.radius);
	paint(w, command->fill, command->outline);
	fputs("/>\n", w->out);
}

static void write_path(const struct writer *w, const struct command *command)
{
	const struct point *points = w->canvas->points + command->path.first;

	fputs("<path d=\"", w->out);
	for (size_t i = 0; i < command->path.count; i++) {
		if (i == 0)
			fputc('M', w->out);
		else if (i == 1)
			fputc(command->kind == COMMAND_CURVE ? 'C' : 'L', w->out);
		else
			fputc(' ', w->out);
		number(w->out, points[i].x);
		fputc(' ', w->out);
		number(w->out, points[i].y);
	}
	fputs(command->kind == COMMAND_POLYGON ? "Z\"" : "\"", w->out);
	paint(w, command->fill, command->outline);
	fputs("/>\n", w->out);
}

/* ---- labels ---- */

static void write_font(const struct writer *w, const struct font *font)
{
	static const char *const weights[WEIGHT_COUNT] = {
		[WEIGHT_SEMIBOLD] = "600",
		[WEIGHT_BOLD] = "700",
	};

	if (font->face == FACE_NUMBER)
		fputs(" class=\"n\"", w->out);
	attribute(w->out, "font-size", font->size);
	if (weights[font->weight] != NULL)
		fprintf(w->out, " font-weight=\"%s\"", weights[font->weight]);
	if (font->italic)
		fputs(" font-style=\"italic\"", w->out);
}

static void write_turn(const struct writer *w, const struct text_line *line)
{
	static const double half_turn_in_radians = 3.14159265358979323846;

	if (fabs(line->style.angle) < 1e-6)
		return;
	fputs(" transform=\"rotate(", w->out);
	number(w->out, line->style.angle * 180 / half_turn_in_radians);
	fputc(' ', w->out);
	number(w->out, line->anchor.x);
	fputc(' ', w->out);
	number(w->out, line->anchor.y);
	fputs(")\"", w->out);
}

static void write_text(const struct writer *w, const struct text_line *line)
{
	fputs("<text", w->out);
	attribute(w->out, "x", line->anchor.x);
	attribute(w->out, "y", line->anchor.y);
	if (line->style.align == ALIGN_CENTRE)
		fputs(" text-anchor=\"middle\"", w->out);
	if (line->style.align == ALIGN_RIGHT)
		fputs(" text-anchor=\"end\"", w->out);
	write_turn(w, line);
	write_font(w, &line->style.font);
	if (w->options->keep_widths)
		attribute(w->out, "textLength", line->size.width);
	color_attribute(w->out, "fill", line->style.color);
	fputc('>', w->out);
	svg_write_escaped(w->out, text_of(w->canvas, line));
	fputs("</text>\n", w->out);
}

/* ---- scopes ---- */

static void write_begin(const struct writer *w, uint32_t group)
{
	fputs("<g id=\"", w->out);
	svg_write_escaped(w->out, w->prefix);
	fprintf(w->out, "%s\">\n", group_id(w->canvas, group));
}

static void write_clip(struct writer *w, struct rect r)
{
	unsigned clip = ++w->clips;

	fputs("<clipPath id=\"", w->out);
	svg_write_escaped(w->out, w->prefix);
	fprintf(w->out, "clip.%u\"><rect", clip);
	rect_attributes(w->out, r);
	fputs("/></clipPath>\n<g clip-path=\"url(#", w->out);
	svg_write_escaped(w->out, w->prefix);
	fprintf(w->out, "clip.%u)\">\n", clip);
}

static void write_command(struct writer *w, const struct command *command)
{
	switch (command->kind) {
	case COMMAND_RECT: write_rect(w, command); break;
	case COMMAND_LINE:
	case COMMAND_CURVE:
	case COMMAND_POLYGON: write_path(w, command); break;
	case COMMAND_CIRCLE: write_circle(w, command); break;
	case COMMAND_TEXT: write_text(w, &w->canvas->texts[command->text]); break;
	case COMMAND_CLIP: write_clip(w, command->clip.r); break;
	case COMMAND_BEGIN: write_begin(w, command->group); break;
	case COMMAND_UNCLIP:
	case COMMAND_END: fputs("</g>\n", w->out); break;
	}
}

/* ---- the document ---- */

/* xml:space keeps two blanks two blanks: "SYN  seq=100". */
static void write_head(const struct writer *w)
{
	if (!w->options->inlined)
		fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", w->out);
	fputs("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", w->out);
	number(w->out, w->canvas->width);
	fputc(' ', w->out);
	number(w->out, w->canvas->height);
	fputc('"', w->out);
	attribute(w->out, "width", w->canvas->width);
	attribute(w->out, "height", w->canvas->height);
	fputs(" xml:space=\"preserve\" font-family=\"Inter, 'DejaVu Sans', sans-serif\">\n",
	      w->out);
	if (w->options->title != NULL) {
		fputs("<title>", w->out);
		svg_write_escaped(w->out, w->options->title);
		fputs("</title>\n", w->out);
	}
	fputs("<style>.n{font-family:'JetBrains Mono','DejaVu Sans Mono',monospace;"
	      "font-variant-ligatures:none}</style>\n",
	      w->out);
}

void svg_write(FILE *out, const struct canvas *c, const struct svg_options *options)
{
	struct writer w = {
		.out = out,
		.canvas = c,
		.options = options,
		.prefix = options->prefix != NULL ? options->prefix : "",
	};

	assert(c->scope_count == 0);
	write_head(&w);
	if (is_drawn(c->background)) {
		fputs("<rect width=\"100%\" height=\"100%\"", out);
		color_attribute(out, "fill", c->background);
		fputs("/>\n", out);
	}
	for (size_t i = 0; i < c->command_count; i++)
		write_command(&w, &c->commands[i]);
	fputs("</svg>\n", out);
}
