/* widgets.h — buttons and the text field, drawn on a canvas.
 *
 * A widget is a function of what it shows and of `struct ui`, and keeps
 * nothing.
 *
 *     struct button play = {.id = "play", .icon = ICON_PLAY, .label = "Play"};
 *
 *     ui_button(&ui, cut_left(&bar, button_width(&ui, &play)), &play);
 *
 * Each draws a group with a box and its id. Who owns the input looks up
 * canvas_hit() in the picture that the user sees, says in `struct ui` which id
 * is under the pointer, held down or focused, and acts on what was clicked.
 * Thus keyboard, pointer and scripts go one way, and --dump-ui lists every box. */
#ifndef TCPLAB_VIZ_WIDGETS_H
#define TCPLAB_VIZ_WIDGETS_H

#include "viz/canvas.h"
#include "viz/icons.h"
#include "viz/theme.h"

/* Ids are "" for none, never NULL. */
struct ui {
	struct canvas *canvas;
	const struct theme *theme;
	const char *hovered; /* under the pointer */
	const char *pressed; /* the pointer went down on it and is still down */
	const char *focused; /* where the keyboard is */
};

/* ---- buttons ---- */

struct button {
	const char *id;
	enum icon icon;    /* ICON_NONE for none */
	const char *label; /* NULL for none: an icon alone */
	bool disabled;     /* drawn dim */
};

/* The room that icon and label need. */
double button_width(const struct ui *ui, const struct button *b);

void ui_button(const struct ui *ui, struct rect r, const struct button *b);

/* ---- text ---- */

/* A line that is typed into, with its caret at the end; `hint` shows while it
 * is empty. Of a text that is too long, the end shows. */
void ui_text_field(const struct ui *ui, struct rect r, const char *id, const char *text,
		   const char *hint);

#endif
