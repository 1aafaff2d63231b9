/* overlay_help.c — every key, from the table in keys.c. */
#include "viz/overlays.h"

#include <math.h>
#include <string.h>

enum { COLUMNS = 2, CHAPTERS = 3 };

/* Which chapters stand in which column, from the top. */
static const enum chapter columns[COLUMNS][CHAPTERS] = {
	{CHAPTER_STEPS, CHAPTER_TAKE, CHAPTER_COUNT},
	{CHAPTER_FIND, CHAPTER_LOOK, CHAPTER_HAND},
};

void overlay_begin(struct canvas *c, const struct theme *t, struct rect r, const char *name)
{
	canvas_begin_float(c, r, "overlay-%s", name);
	canvas_round_rect(c, r, t->radius * 1.5, t->color[ROLE_BOX],
			  stroke(t->line, t->color[ROLE_LINE]));
}

/* As the key cap says it. */
static void add_key(struct text *out, const char *key)
{
	static const char *const shown[][2] = {
		{"Right", "→"},        {"Left", "←"},     {"Up", "↑"},
		{"Down", "↓"},         {"Escape", "Esc"}, {"PageDown", "Page Down"},
		{"PageUp", "Page Up"},
	};
	const char *last = strrchr(key, '+');

	if (last != NULL && last != key) {
		text_addf(out, "%.*s+", (int)(last - key), key);
		key = last + 1;
	}
	for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
		if (strcmp(key, shown[i][0]) != 0)
			continue;
		text_add(out, shown[i][1]);
		return;
	}
	text_add(out, key);
}

static void add_keys(struct text *out, const struct action_info *info)
{
	for (unsigned i = 0; i < KEYS_MAX && info->keys[i] != NULL; i++) {
		if (i > 0)
			text_add(out, "  ");
		add_key(out, info->keys[i]);
	}
}

static unsigned chapter_rows(enum chapter chapter)
{
	unsigned rows = 2; /* its title, and a blank one after it */

	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		rows += action_info((enum action)i)->chapter == chapter;
	return rows;
}

static void draw_row(struct canvas *c, const struct theme *t, const struct action_info *info,
		     struct rect row)
{
	struct text_style key = text_style(t->font[TYPE_NUMBER], t->color[ROLE_TEXT]);
	struct text_style words = text_style(t->font[TYPE_LABEL], t->color[ROLE_TEXT]);
	char buf[64];
	struct text keys = text_in(buf, sizeof buf);

	add_keys(&keys, info);
	canvas_text_in(c, cut_left(&row, row.w * 0.34), buf, &key);
	canvas_text_in(c, row, info->help, &words);
}

static void draw_chapter(struct canvas *c, const struct theme *t, enum chapter chapter,
			 struct rect *rest)
{
	struct text_style title = text_style(t->font[TYPE_HEADING], t->color[ROLE_TEXT]);

	canvas_text_in(c, cut_top(rest, t->row), chapter_title(chapter), &title);
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		if (action_info((enum action)i)->chapter == chapter)
			draw_row(c, t, action_info((enum action)i), cut_top(rest, t->row));
	cut_top(rest, t->row);
}

static double columns_height(const struct theme *t)
{
	unsigned most = 0;

	for (unsigned i = 0; i < COLUMNS; i++) {
		unsigned rows = 0;

		for (unsigned k = 0; k < CHAPTERS && columns[i][k] != CHAPTER_COUNT; k++)
			rows += chapter_rows(columns[i][k]);
		most = rows > most ? rows : most;
	}
	return most * t->row;
}

void help_draw(struct canvas *c, const struct theme *t, struct rect picture)
{
	double pad = t->pad * 2;
	double em = t->font[TYPE_LABEL].size;
	double width = fmin(picture.w - 2 * pad, em * 68);
	double keys = columns_height(t);
	double height = fmin(keys + legend_height(t) + 2 * pad, picture.h - 2 * t->gap);
	struct rect r =
		box(floor((picture.w - width) / 2), floor((picture.h - height) / 2), width, height);
	struct rect rest = rect_inset(r, pad, pad);
	struct rect lists;

	overlay_begin(c, t, r, "help");
	lists = cut_top(&rest, keys);
	for (unsigned i = 0; i < COLUMNS; i++) {
		struct rect column =
			cut_left(&lists, i + 1 < COLUMNS ? (r.w - 3 * pad) / COLUMNS : lists.w);

		cut_left(&lists, pad);
		for (unsigned k = 0; k < CHAPTERS && columns[i][k] != CHAPTER_COUNT; k++)
			draw_chapter(c, t, columns[i][k], &column);
	}
	legend_draw(c, t, rest);
	canvas_end(c);
}
