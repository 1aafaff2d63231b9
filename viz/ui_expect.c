/* ui_expect.c — what a script asks of the state and of the picture. */
#include "viz/ui_script.h"

#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "record/memory.h"
#include "viz/commands.h"
#include "viz/hit.h"
#include "viz/outline.h"
#include "viz/ui_words.h"

enum { FACT_MOST = 1024, IDS_MOST = 4096 };

/* ---- words ---- */

const char *nearest_word(const char *wrong, const char *const *words)
{
	size_t count = 0;

	while (words[count] != NULL)
		count++;
	return nearest(wrong, words, count);
}

struct words {
	char *bytes;
	uint32_t len;
	uint32_t room;
};

static void add_word(struct words *w, const char *word, size_t len)
{
	w->bytes = memory_grow(w->bytes, &w->room, w->len + (uint32_t)len + 2, 1);
	if (w->len > 0)
		w->bytes[w->len++] = ' ';
	memcpy(w->bytes + w->len, word, len);
	w->len += (uint32_t)len;
	w->bytes[w->len] = '\0';
}

/* Blanks at the ends go, where prose was wrapped. */
static void add_line(struct words *w, const char *text)
{
	size_t len;

	text += strspn(text, " \n");
	len = strlen(text);
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\n'))
		len--;
	if (len > 0)
		add_word(w, text, len);
}

/* All words of the picture, in the order of drawing, one blank between. The
 * caller frees. */
static char *visible_text(const struct app *app)
{
	const struct canvas *c = app->picture;
	struct words w = {NULL, 0, 0};
	struct rect clip = box(0, 0, c->width, c->height);
	size_t depth = 0;
	struct rect outer[16];

	w.bytes = memory_grow(w.bytes, &w.room, 1, 1);
	w.bytes[0] = '\0';
	for (size_t i = 0; i < c->command_count; i++) {
		const struct command *command = &c->commands[i];

		if (command->kind == COMMAND_CLIP && depth < 16) {
			outer[depth++] = clip;
			clip = command->clip.r;
		} else if (command->kind == COMMAND_UNCLIP && depth > 0) {
			clip = outer[--depth];
		} else if (command->kind == COMMAND_TEXT) {
			struct rect r = rect_meet(command_bounds(c, command), clip);

			if (r.w > 0 && r.h > 0)
				add_line(&w, text_of(c, &c->texts[command->text]));
		}
	}
	return w.bytes;
}

/* ---- expectations ---- */

bool ui_expect(const struct ui_script *script, const struct ui_command *command,
	       const struct app *app, struct error *err)
{
	static const char *const relations[] = {[UI_IS] = "to be",
						[UI_IS_NOT] = "not to be",
						[UI_HAS] = "to have",
						[UI_HAS_NOT] = "not to have"};
	char buf[FACT_MOST];
	struct text fact = text_in(buf, sizeof buf);
	char *visible = NULL;
	const char *found = buf;
	bool holds = false;

	if (!app_fact(app, command->name, &fact))
		found = visible = visible_text(app);
	switch (command->relation) {
	case UI_IS: holds = strcmp(found, command->text) == 0; break;
	case UI_IS_NOT: holds = strcmp(found, command->text) != 0; break;
	case UI_HAS: holds = strstr(found, command->text) != NULL; break;
	case UI_HAS_NOT: holds = strstr(found, command->text) == NULL; break;
	}
	if (!holds)
		error_set(err, "%s:%u: expected %s %s \"%s\", but it is \"%s\"", script->path,
			  command->line, command->name, relations[command->relation], command->text,
			  found);
	free(visible);
	return holds;
}

/* ---- places ---- */

static bool is_shape(const struct command *command)
{
	return command->kind == COMMAND_LINE || command->kind == COMMAND_RECT ||
	       command->kind == COMMAND_CIRCLE || command->kind == COMMAND_CURVE;
}

/* A point of a group without a box that really answers with its id: along
 * the first of its shapes, from the middle. */
static bool find_point(const struct canvas *c, const char *id, struct point *out)
{
	for (size_t i = 0; i < c->command_count; i++) {
		struct rect r;

		if (!is_shape(&c->commands[i]) ||
		    strcmp(group_id(c, c->commands[i].group), id) != 0)
			continue;
		r = command_bounds(c, &c->commands[i]);
		for (int n = 0; n <= 40; n++) {
			double share = 0.5 + (n % 2 == 0 ? n : -n) / 84.0;
			struct point down = at(r.x + r.w * share, r.y + r.h * share);
			struct point up = at(r.x + r.w * share, r.y + r.h * (1 - share));

			*out = strcmp(canvas_hit(c, down, 1), id) == 0 ? down : up;
			if (strcmp(canvas_hit(c, *out, 1), id) == 0)
				return true;
		}
	}
	return false;
}

bool ui_place(const struct ui_script *script, const struct ui_command *command,
	      const struct app *app, struct point *out, struct error *err)
{
	const char *ids[IDS_MOST];
	const struct canvas *c = app->picture;
	const char *meant;
	struct rect found;
	size_t count = 0;

	*out = command->place;
	if (command->id == NULL)
		return true;
	if (canvas_find(c, command->id, &found)) {
		*out = middle_of(found);
		return true;
	}
	if (find_point(c, command->id, out))
		return true;
	for (uint32_t i = 1; i < c->group_count && count < IDS_MOST; i++)
		ids[count++] = group_id(c, i);
	meant = nearest(command->id, ids, count);
	if (meant != NULL)
		return error_set(err,
				 "%s:%u: nothing to be seen is called \"%s\": did you mean %s?",
				 script->path, command->line, command->id, meant);
	return error_set(err, "%s:%u: nothing to be seen is called \"%s\"", script->path,
			 command->line, command->id);
}
