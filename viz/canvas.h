/* canvas.h — what views draw on: a list of commands, played later.
 *
 * Drawing is data. A view appends commands to a `struct canvas`, a plain
 * buffer; a backend plays the buffer onto the screen, a PNG, a PDF page or
 * into an SVG, the lint looks for overlapping labels in it, and the window
 * finds in it what is under the pointer. So views know neither SDL nor Cairo:
 *
 *     void view_example_draw(struct canvas *c, const struct theme *t, struct rect area)
 *     {
 *             struct text_style label = text_style(t->font[TYPE_LABEL], t->color[ROLE_TEXT]);
 *             struct stroke line = stroke(t->line, t->color[ROLE_CLIENT]);
 *
 *             canvas_begin_box(c, area, "example");
 *             canvas_round_rect(c, area, t->radius, t->color[ROLE_PANEL], NO_STROKE);
 *             canvas_begin(c, "segment-%d", 7);
 *             canvas_arrow(c, at(40, 60), at(400, 120), t->head, line);
 *             label.align = ALIGN_CENTRE;
 *             label.angle = atan2(60, 360);
 *             canvas_text(c, at(220, 84), "SYN  seq=100", &label);
 *             canvas_end(c);
 *             canvas_end(c);
 *     }
 *
 * Order is depth: what comes later covers what came before. Pixels, y down;
 * angles in radians, clockwise as seen, as atan2(dy, dx) gives them. Strings
 * are UTF-8, are copied, and end at NUL; bytes that cannot be drawn become
 * U+FFFD. Widths of text come from the `metrics` the canvas was opened with,
 * so a layout is the same for every backend that plays it. Stroked outlines
 * lie on the middle of their path. Axis-parallel lines and rectangles are
 * snapped to pixels on the screen; views need not round.
 *
 * The caller owns the canvas; canvas_open() allocates as it grows, and
 * canvas_close() frees. Out of memory ends the program. Calls cannot fail;
 * unbalanced begin/end or clips are our own mistake, and asserted. */
#ifndef TCPLAB_VIZ_CANVAS_H
#define TCPLAB_VIZ_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "viz/geometry.h"

struct color {
	uint8_t r;
	uint8_t g;
	uint8_t b;
	uint8_t a; /* 255 covers, 0 draws nothing */
};

enum face {
	FACE_UI,     /* Inter */
	FACE_NUMBER, /* JetBrains Mono: every character as wide as the other */
	FACE_COUNT,
};

enum weight {
	WEIGHT_REGULAR,  /* 400 */
	WEIGHT_SEMIBOLD, /* 600 */
	WEIGHT_BOLD,     /* 700 */
	WEIGHT_COUNT,
};

struct font {
	enum face face;
	enum weight weight;
	bool italic; /* what is inferred rather than observed */
	double size; /* of the em, in pixels */
};

enum align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

struct text_style {
	struct font font;
	struct color color;
	enum align align;
	double angle; /* around the anchor */
};

enum dash { DASH_NONE, DASH_DASHED, DASH_DOTTED };

struct stroke {
	double width; /* 0 draws nothing */
	struct color color;
	enum dash dash;
};

struct text_size {
	double width;
	double ascent;  /* above the baseline */
	double descent; /* below it, positive */
};

#define NO_FILL   ((struct color){0, 0, 0, 0})
#define NO_STROKE ((struct stroke){0, {0, 0, 0, 0}, DASH_NONE})

static inline struct color rgb(uint32_t hex)
{
	return (struct color){(uint8_t)(hex >> 16), (uint8_t)(hex >> 8), (uint8_t)hex, 255};
}

static inline struct stroke stroke(double width, struct color color)
{
	return (struct stroke){width, color, DASH_NONE};
}

/* Left-aligned, level. */
static inline struct text_style text_style(struct font font, struct color color)
{
	return (struct text_style){font, color, ALIGN_LEFT, 0};
}

/* One source of text widths. `wrap` says where the next line ends: it
 * returns how many bytes of `text` go on a line of `width`, blanks at the
 * break included, at least one character, and never past a newline (which it
 * includes). `len` is in bytes, more than 0; the text is drawable UTF-8. */
struct metrics {
	void *self;
	struct text_size (*measure)(void *self, const struct font *font, const char *text,
				    size_t len);
	size_t (*wrap)(void *self, const struct font *font, const char *text, size_t len,
		       double width);
};

struct canvas;

/* ---- life ---- */

/* `metrics` must outlive the canvas. `background` covers everything first;
 * one with a = 0 lets the layer below show. */
struct canvas *canvas_open(const struct metrics *metrics);
void canvas_close(struct canvas *c);

/* Forgets all commands and starts a new picture; keeps the memory. */
void canvas_reset(struct canvas *c, double width, double height, struct color background);

/* ---- shapes ---- */

void canvas_rect(struct canvas *c, struct rect r, struct color fill);
void canvas_round_rect(struct canvas *c, struct rect r, double radius, struct color fill,
		       struct stroke outline);
void canvas_line(struct canvas *c, struct point from, struct point to, struct stroke s);
void canvas_curve(struct canvas *c, const struct point points[4], struct stroke s);
void canvas_polygon(struct canvas *c, const struct point *points, size_t count, struct color fill,
		    struct stroke outline);
void canvas_circle(struct canvas *c, struct point centre, double radius, struct color fill,
		   struct stroke outline);

/* An arrow head of length `size` with its point at `tip`, flying from
 * `from`; hollow where hollow: an outline filled with `hollow_fill`. */
void canvas_head(struct canvas *c, struct point tip, struct point from, double size,
		 struct stroke s);
void canvas_hollow_head(struct canvas *c, struct point tip, struct point from, double size,
			struct stroke s, struct color hollow_fill);

/* A line and the head at its end, which the line does not stick out of. */
void canvas_arrow(struct canvas *c, struct point from, struct point to, double size,
		  struct stroke s);

/* ---- text ---- */

struct text_size canvas_measure(const struct canvas *c, const struct font *font, const char *text);

/* One line; `anchor` is on the baseline, at its left end, middle or right
 * end as the style aligns. Returns the width. */
double canvas_text(struct canvas *c, struct point anchor, const char *text,
		   const struct text_style *style);

/* One line inside `r`, centred vertically and aligned horizontally, level;
 * the lint reports it when it does not fit. canvas_text_cut shortens it with
 * "…" instead: for names of files and hosts, which may be any length. */
void canvas_text_in(struct canvas *c, struct rect r, const char *text,
		    const struct text_style *style);
void canvas_text_cut(struct canvas *c, struct rect r, const char *text,
		     const struct text_style *style);

/* Prose, wrapped to `width`, from its top left corner; a newline breaks the
 * line. Returns the height. The other one only measures. */
double canvas_paragraph(struct canvas *c, struct point top_left, double width, const char *text,
			const struct text_style *style);
double canvas_paragraph_height(const struct canvas *c, double width, const char *text,
			       const struct font *font);

/* From one line of prose to the next. */
double line_pitch(const struct font *font);

/* ---- clips and groups ---- */

/* CLIP_WINDOW is the edge of something that scrolls, where text may be cut;
 * text cut by a CLIP_FRAME is a finding of the lint. Clips nest and meet. */
enum clip { CLIP_FRAME, CLIP_WINDOW };

void canvas_clip(struct canvas *c, struct rect r, enum clip kind);
void canvas_unclip(struct canvas *c);

/* A group names what is drawn until its end: the id in the SVG, in the
 * lint's sentences, and for the pointer. Groups nest. An id is unique in its
 * picture, shorter than 64 bytes, and made of letters, digits, '-', '_', '.'. A group with a box
 * promises that its text stays inside; it is listed by --dump-ui, and the
 * whole box answers the pointer. */
void canvas_begin(struct canvas *c, const char *id_format, ...)
	__attribute__((format(printf, 2, 3)));
void canvas_begin_box(struct canvas *c, struct rect r, const char *id_format, ...)
	__attribute__((format(printf, 3, 4)));

/* A group with a box that floats above the picture, like a menu: it may cover
 * text, and the lint doesn't mind. */
void canvas_begin_float(struct canvas *c, struct rect r, const char *id_format, ...)
	__attribute__((format(printf, 3, 4)));
void canvas_end(struct canvas *c);

#endif
