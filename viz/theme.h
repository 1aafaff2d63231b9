/* theme.h — colours, type and spacing of everything that is drawn.
 *
 * Two palettes, light and dark, whose roles stay apart for people who do not
 * see all colours; contrast on the panel is 4.5 or more for every role that
 * carries text. Colour is never alone: shape says the same. Sizes form one
 * scale that follows the picture's height, from 1280×720 to 3840×2160; the
 * projector's is larger, at least a thirtieth of the height.
 *
 * A theme is a plain value: initialise it once per size, read its arrays. */
#ifndef TCPLAB_VIZ_THEME_H
#define TCPLAB_VIZ_THEME_H

#include <stdbool.h>

#include "viz/canvas.h"

enum palette { PALETTE_LIGHT, PALETTE_DARK, PALETTE_COUNT };

enum role {
	ROLE_BACKGROUND,
	ROLE_PANEL,
	ROLE_BOX, /* the inside of state boxes and buttons */
	ROLE_TEXT,
	ROLE_DIM,  /* text of less weight, arrows of the future */
	ROLE_LINE, /* outlines */
	ROLE_GRID, /* rulers, borders of panels; never text */
	ROLE_CLIENT,
	ROLE_SERVER,
	ROLE_ALERT,        /* dropped, RST, timed out */
	ROLE_OK,           /* acknowledged */
	ROLE_TIMER,        /* timers and notes */
	ROLE_CURRENT,      /* this step: a fill, or a line with ROLE_TEXT around it */
	ROLE_CURRENT_TINT, /* the same as a ground on which every role is still legible */
	ROLE_COUNT,
};

enum type {
	TYPE_SMALL,        /* labels of edges, axes, hints */
	TYPE_LABEL,        /* most words */
	TYPE_STRONG,       /* the same size, semibold: names of states, hosts, buttons */
	TYPE_BODY,         /* prose */
	TYPE_HEADING,      /* of a panel */
	TYPE_TITLE,        /* the one sentence a step is about */
	TYPE_NUMBER,       /* sequence numbers, times, variables */
	TYPE_NUMBER_SMALL, /* the same on axes and in bars */
	TYPE_COUNT,
};

struct theme {
	enum palette palette;
	bool projector;
	struct color color[ROLE_COUNT];
	struct font font[TYPE_COUNT];
	double min_type; /* smaller text is a finding of the lint */
	double gap;      /* between things that belong together */
	double pad;      /* inside a panel, between panels */
	double row;      /* height of a line in a table or list */
	double button;   /* height of a button or tab */
	double radius;   /* of corners */
	double hair;     /* thinnest line: a pure ACK, a border */
	double line;     /* a segment with data, an edge */
	double thick;    /* the edge just taken, the current outline */
	double head;     /* length of an arrow head */
	double lifeline; /* width of the state track of a host */
};

/* `width` and `height` of the picture in pixels. */
void theme_init(struct theme *t, enum palette palette, bool projector, double width, double height);

/* Contrast of two covering colours as WCAG 2 defines it, 1 … 21. */
double contrast(struct color a, struct color b);

/* `over` laid over `ground` with its own opacity. */
struct color color_over(struct color over, struct color ground);

/* From `a` (share 0) to `b` (share 1). */
struct color color_mix(struct color a, struct color b, double share);

/* The text colour, dark or light, that is best legible on `fill`. */
struct color theme_ink_on(const struct theme *t, struct color fill);

#endif
