/* widgets.h — buttons, tabs, sliders and their kin, drawn on a canvas.
 *
 * A widget is a function of what it shows and of `struct ui`: it keeps
 * nothing, so one call draws it and tells what the user did with it.
 *
 *     struct button play = {.id = "play", .icon = ICON_PLAY, .label = "Play", .key = "Space"};
 *
 *     if (ui_button(&ui, cut_left(&bar, button_width(&ui, &play)), &play))
 *             app_act(app, ACTION_PLAY);
 *
 * Each draws a group with a box and its id. Who owns the input looks up
 * canvas_hit() in the picture that the user sees, and says in `struct ui`
 * which id is under the pointer, held down, clicked or focused. Thus
 * keyboard, pointer and scripts go one way, and --dump-ui lists every box. */
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
	const char *clicked; /* pressed and released, or Enter while focused: this once */
	const char *focused; /* where the keyboard is */
	struct point pointer;
};

/* Nothing hovered, nothing pressed: for exports. */
struct ui ui_at_rest(struct canvas *c, const struct theme *t);

/* ---- buttons ---- */

struct button {
	const char *id;
	enum icon icon;    /* ICON_NONE for none */
	const char *label; /* NULL for none: an icon alone */
	const char *key;   /* NULL for none; written behind the label */
	bool on;           /* of a toggle: filled */
	bool disabled;     /* drawn dim, never clicked */
};

/* The room that icon, label and key need. */
double button_width(const struct ui *ui, const struct button *b);

/* True when it was clicked. A toggle is the same, the caller turns `on`. */
bool ui_button(const struct ui *ui, struct rect r, const struct button *b);

/* Tabs side by side, from the left; ids are "ID-0", "ID-1" … Returns the one
 * that is chosen now. */
size_t ui_tabs(const struct ui *ui, struct rect r, const char *id, const char *const *labels,
	       size_t count, size_t chosen);

/* ---- text ---- */

/* A line that is typed into, with its caret at the end; `hint` shows while it
 * is empty. Of a text that is too long, the end shows. */
void ui_text_field(const struct ui *ui, struct rect r, const char *id, const char *text,
		   const char *hint);

/* ---- ranges: widgets_range.c ---- */

/* A handle on a track, `share` in 0 … 1. Returns where the user has put it:
 * while pressed it follows the pointer. */
double ui_slider(const struct ui *ui, struct rect r, const char *id, double share);

/* What of a long thing shows: `shown` of `total` units from `first`. */
struct scroll {
	double first;
	double shown;
	double total;
};

/* Within the thing, whatever the user did. */
struct scroll scroll_kept_inside(struct scroll s);

/* An upright bar. Returns the scroll, moved where it is pressed. Draws
 * nothing where everything shows. */
struct scroll ui_scroll_bar(const struct ui *ui, struct rect r, const char *id, struct scroll s);

/* Rows of equal height, of which only those that show are drawn:
 *
 *     struct list list = ui_list_begin(ui, r, "packets", scroll, selected);
 *     for (size_t i = list.first; i < list.end; i++) {
 *             struct rect row = ui_list_row(&list, i);
 *             … canvas_text_cut(…, row, …) …
 *             ui_list_row_end(&list);
 *     }
 *     scroll = ui_list_end(&list);
 *
 * Scroll counts rows. Each row is a group "ID-N". */
struct list {
	const struct ui *ui;
	const char *id;
	struct rect area; /* of the rows */
	struct rect bar;
	struct scroll scroll;
	size_t first;
	size_t end;
	size_t selected; /* SIZE_MAX for none; filled */
	size_t clicked;  /* SIZE_MAX for none */
};

struct list ui_list_begin(const struct ui *ui, struct rect r, const char *id, struct scroll scroll,
			  size_t selected);
struct rect ui_list_row(struct list *list, size_t row);
void ui_list_row_end(const struct list *list);
struct scroll ui_list_end(const struct list *list);

/* ---- over the page ---- */

/* A panel of that size which floats below `anchor`, or above or beside it
 * where there is more room, inside the picture. Returns the room inside; the
 * caller draws there and ends it. */
struct rect ui_popover_begin(const struct ui *ui, struct rect anchor, double w, double h,
			     const char *id);
void ui_popover_end(const struct ui *ui);

#endif
