#include "viz/theme.h"

#include <math.h>

/* The palettes were searched so that any two of the six signal colours stay
 * apart with normal, protan, deutan and tritan sight; smallest ΔE2000 27.7,
 * 17.5, 17.2, 17.3 in the light one and 28.2, 17.2, 17.4, 17.7 in the dark.
 * The tint of the current step is as far as a ground can go before client
 * and server (light) or alert (dark) fall under a contrast of 4.5 on it. */
static const uint32_t palettes[PALETTE_COUNT][ROLE_COUNT] = {
	[PALETTE_LIGHT] =
		{
			[ROLE_BACKGROUND] = 0xffffff,
			[ROLE_PANEL] = 0xf6f7f9,
			[ROLE_BOX] = 0xffffff,
			[ROLE_TEXT] = 0x16191d,
			[ROLE_DIM] = 0x59616b,
			[ROLE_LINE] = 0x3a3f47,
			[ROLE_GRID] = 0xdde1e6,
			[ROLE_CLIENT] = 0x0e72ce,
			[ROLE_SERVER] = 0xb35900,
			[ROLE_ALERT] = 0x630204,
			[ROLE_OK] = 0x205e48,
			[ROLE_TIMER] = 0x69376b,
			[ROLE_CURRENT] = 0xe8b93a,
			[ROLE_CURRENT_TINT] = 0xfff7dc,
		},
	[PALETTE_DARK] =
		{
			[ROLE_BACKGROUND] = 0x12151a,
			[ROLE_PANEL] = 0x1a1f26,
			[ROLE_BOX] = 0x12151a,
			[ROLE_TEXT] = 0xf2f5f8,
			[ROLE_DIM] = 0xa4aeb9,
			[ROLE_LINE] = 0xb7c0ca,
			[ROLE_GRID] = 0x2b323b,
			[ROLE_CLIENT] = 0x2794f5,
			[ROLE_SERVER] = 0xdf9f66,
			[ROLE_ALERT] = 0xf63589,
			[ROLE_OK] = 0xaee1c1,
			[ROLE_TIMER] = 0xd2c9fd,
			[ROLE_CURRENT] = 0xfdee1c,
			[ROLE_CURRENT_TINT] = 0x281e00,
		},
};

/* A size is the picture's height divided by `of_height`, but not less than
 * `least` pixels: a laptop at 1280×720 is read from near. The projector is
 * read from the last row; nothing there is under a thirtieth. */
struct scale {
	enum face face;
	enum weight weight;
	double of_height;
	double least;
	double of_height_projected;
};

static const struct scale scales[TYPE_COUNT] = {
	[TYPE_SMALL] = {FACE_UI, WEIGHT_REGULAR, 83, 11, 30},
	[TYPE_LABEL] = {FACE_UI, WEIGHT_REGULAR, 72, 12, 30},
	[TYPE_STRONG] = {FACE_UI, WEIGHT_SEMIBOLD, 72, 12, 30},
	[TYPE_BODY] = {FACE_UI, WEIGHT_REGULAR, 68, 12, 30},
	[TYPE_HEADING] = {FACE_UI, WEIGHT_SEMIBOLD, 68, 13, 29},
	[TYPE_TITLE] = {FACE_UI, WEIGHT_BOLD, 54, 15, 27},
	[TYPE_NUMBER] = {FACE_NUMBER, WEIGHT_REGULAR, 72, 12, 30},
	[TYPE_NUMBER_SMALL] = {FACE_NUMBER, WEIGHT_REGULAR, 83, 11, 30},
};

static void set_type(struct theme *t, double height)
{
	for (int i = 0; i < TYPE_COUNT; i++) {
		const struct scale *s = &scales[i];
		double size = t->projector ? ceil(height / s->of_height_projected)
					   : fmax(s->least, round(height / s->of_height));

		t->font[i] = (struct font){s->face, s->weight, false, size};
	}
	t->min_type = t->font[TYPE_SMALL].size;
}

static double whole(double value, double least)
{
	return fmax(least, round(value));
}

/* Spacing follows the type, so that a larger size is the same picture. */
static void set_spacing(struct theme *t)
{
	double em = t->font[TYPE_LABEL].size;

	t->gap = whole(em * 0.4, 4);
	t->pad = whole(em * 0.7, 8);
	t->row = whole(em * 1.45, 16);
	t->button = whole(em * 2, 24);
	t->radius = whole(em * 0.35, 4);
	t->hair = whole(em / 15, 1);
	t->line = whole(em / 7.5, 2);
	t->thick = whole(em / 4.5, 3);
	t->head = whole(em * 0.75, 8);
	t->lifeline = whole(em * 0.7, 8);
}

void theme_init(struct theme *t, enum palette palette, bool projector, double width, double height)
{
	t->palette = palette;
	t->projector = projector;
	for (int i = 0; i < ROLE_COUNT; i++)
		t->color[i] = rgb(palettes[palette][i]);
	/* A tall, narrow window has no room for the type of its height. */
	set_type(t, fmin(height, width * 9 / 16));
	set_spacing(t);
}

/* ---- colour ---- */

static double linear(uint8_t channel)
{
	double share = channel / 255.0;

	return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4);
}

static double luminance(struct color color)
{
	return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b);
}

double contrast(struct color a, struct color b)
{
	double of_a = luminance(a) + 0.05;
	double of_b = luminance(b) + 0.05;

	return fmax(of_a, of_b) / fmin(of_a, of_b);
}

static uint8_t between(uint8_t a, uint8_t b, double share)
{
	return (uint8_t)lround(a + (b - a) * share);
}

struct color color_mix(struct color a, struct color b, double share)
{
	return (struct color){
		between(a.r, b.r, share),
		between(a.g, b.g, share),
		between(a.b, b.b, share),
		between(a.a, b.a, share),
	};
}

struct color color_over(struct color over, struct color ground)
{
	double share = over.a / 255.0;

	return (struct color){
		between(ground.r, over.r, share),
		between(ground.g, over.g, share),
		between(ground.b, over.b, share),
		between(ground.a, 255, share),
	};
}

struct color theme_ink_on(const struct theme *t, struct color fill)
{
	struct color text = t->color[ROLE_TEXT];
	struct color ground = t->color[ROLE_BACKGROUND];

	return contrast(text, fill) >= contrast(ground, fill) ? text : ground;
}
