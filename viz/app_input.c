#include "viz/app_input.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "viz/app_draw.h"
#include "viz/commands.h"
#include "viz/hit.h"
#include "viz/view_timeline.h"

/* Thin arrows answer this near, in pixels. */
static const double slack = 6;

static void copy_id(char out[ID_MAX], const char *id)
{
	snprintf(out, ID_MAX, "%s", id);
}

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* ---- buttons ---- */

bool button_is(const char *id)
{
	return action_of_id(id) != ACTION_NONE || starts_with(id, "export-") ||
	       starts_with(id, "choice-");
}

static void choose_connection(struct app *app)
{
	app->request = REQUEST_CHOOSE;
	app->overlay = OVERLAY_NONE;
}

static void press_choice(struct app *app, const char *button)
{
	unsigned row;

	if (app->choices.flows == NULL || sscanf(button, "choice-%u", &row) != 1 ||
	    row >= app->choices.flows->count)
		return;
	app->choices.marked = app->choices.flows->all[row].number;
	choose_connection(app);
}

void app_press(struct app *app, const char *button)
{
	enum action action = action_of_id(button);

	app->changed = true;
	if (action != ACTION_NONE) {
		app_act(app, action);
	} else if (starts_with(button, "export-")) {
		copy_id(app->format, button + strlen("export-"));
		app->request = REQUEST_EXPORT;
		app->overlay = OVERLAY_NONE;
	} else if (starts_with(button, "choice-")) {
		press_choice(app, button);
	}
}

/* The buttons that Tab visits: all, or those of the overlay alone. */
static bool is_stop(const struct app *app, const struct group *group)
{
	const char *id = group_id(app->picture, (uint32_t)(group - app->picture->groups));

	return group->boxed && button_is(id) &&
	       starts_with(id, "export-") == (app->overlay == OVERLAY_EXPORT) &&
	       starts_with(id, "choice-") == (app->overlay == OVERLAY_CONNECTIONS);
}

void app_move_focus(struct app *app, bool forward)
{
	const struct canvas *c = app->picture;
	const char *first = "";
	const char *last = "";
	const char *before = "";
	const char *after = "";
	bool found = false;

	if (c == NULL)
		return;
	for (uint32_t i = 1; i < c->group_count; i++) {
		const char *id = group_id(c, i);

		if (!is_stop(app, &c->groups[i]))
			continue;
		if (first[0] == '\0')
			first = id;
		if (strcmp(id, app->focused) == 0) {
			found = true;
			before = last;
		} else if (found && after[0] == '\0') {
			after = id;
		}
		last = id;
	}
	if (forward)
		copy_id(app->focused, after[0] != '\0' ? after : first);
	else
		copy_id(app->focused, before[0] != '\0' ? before : last);
}

/* ---- keys ---- */

static void drop_last_character(char *text)
{
	size_t len = strlen(text);

	while (len > 0 && ((unsigned char)text[len - 1] & 0xc0) == 0x80)
		len--;
	if (len > 0)
		len--;
	text[len] = '\0';
}

/* True where the search field takes the key. */
static bool type_into_search(struct app *app, const char *key)
{
	size_t len = strlen(app->search);
	const char *typed = strcmp(key, "Space") == 0 ? " " : key;

	if (strcmp(key, "Backspace") == 0) {
		drop_last_character(app->search);
		return true;
	}
	if (strcmp(key, "Enter") == 0) {
		app->overlay = OVERLAY_NONE;
		if (app->search[0] != '\0')
			app_act(app, ACTION_SEARCH_NEXT);
		return true;
	}
	if (strcmp(key, "Escape") == 0 || key_types_nothing(key))
		return false;
	if (len + strlen(typed) < sizeof app->search)
		strcpy(app->search + len, typed);
	return true;
}

/* True where the list of connections takes the key. */
static bool move_in_list(struct app *app, const char *key)
{
	static const struct {
		const char *key;
		int64_t rows;
	} moves[] = {{"j", 1},         {"k", -1},       {"Down", 1},      {"Up", -1},
		     {"PageDown", 10}, {"PageUp", -10}, {"End", 1 << 30}, {"Home", -(1 << 30)}};

	for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
		if (strcmp(key, moves[i].key) != 0)
			continue;
		choices_move(&app->choices, moves[i].rows);
		return true;
	}
	if (strcmp(key, "Enter") != 0 || app->focused[0] != '\0')
		return false;
	choose_connection(app);
	return true;
}

void app_key(struct app *app, const char *key, bool held)
{
	enum action action = action_of_key(key);

	if (app->overlay == OVERLAY_SEARCH && !app->blank && type_into_search(app, key)) {
		app->changed = true;
		return;
	}
	if (app->overlay == OVERLAY_CONNECTIONS && !app->blank && move_in_list(app, key)) {
		app->changed = true;
		return;
	}
	if (action == ACTION_NONE || (held && !action_info(action)->repeats))
		return;
	app_act(app, action);
}

/* ---- pointer ---- */

static uint32_t packet_of(const char *id)
{
	unsigned packet;

	return sscanf(id, "packet-%u", &packet) == 1 ? packet : EVENT_NONE;
}

static bool is_over(const struct app *app, const char *id, struct rect *area)
{
	return app->picture != NULL && app->overlay == OVERLAY_NONE && !app->blank &&
	       canvas_find(app->picture, id, area) && rect_holds(*area, app->pointer);
}

static void hover(struct app *app, const char *id)
{
	if (strcmp(app->hovered, id) == 0)
		return;
	copy_id(app->hovered, id);
	app->scene.hovered = packet_of(id);
	app->changed = true;
}

/* The pointer may leave the line while it drags. */
static void drag_timeline(struct app *app)
{
	struct theme t;
	struct rect area;
	uint32_t turn;

	if (!canvas_find(app->picture, "timeline", &area))
		return;
	t = app_theme(app, app->picture->width, app->picture->height);
	turn = view_timeline_turn(
		&t, &app->scene, area,
		at(fmin(fmax(app->pointer.x, area.x), right_of(area) - 1), middle_of(area).y));
	if (turn != EVENT_NONE)
		app_go_to_step(app, turn + 1);
}

void app_pointer_moves(struct app *app, struct point p)
{
	app->pointer = p;
	if (app->picture == NULL || app->blank)
		return;
	if (app->dragging)
		drag_timeline(app);
	else
		hover(app, canvas_hit(app->picture, p, slack));
}

void app_pointer_leaves(struct app *app)
{
	app->pointer = at(-1, -1);
	hover(app, "");
}

static void select_packet(struct app *app, uint32_t packet)
{
	app->playing = false;
	app->scene.selected = packet;
	app->changed = true;
	if (packet != EVENT_NONE)
		app_go(app, cursor_at_packet(app->scene.recording, packet));
}

void app_button_down(struct app *app, struct point p)
{
	struct rect area;

	app_pointer_moves(app, p);
	copy_id(app->pressed, app->hovered);
	app->changed = true;
	if (!is_over(app, "timeline", &area))
		return;
	app->playing = false;
	app->dragging = true;
	drag_timeline(app);
}

void app_button_up(struct app *app, struct point p)
{
	char pressed[ID_MAX];
	struct rect area;

	app_pointer_moves(app, p);
	copy_id(pressed, app->pressed);
	app->pressed[0] = '\0';
	app->changed = true;
	if (app->dragging) {
		app->dragging = false;
		return;
	}
	if (strcmp(pressed, app->hovered) != 0)
		return;
	if (app->blank)
		app->blank = false;
	else if (button_is(pressed))
		app_press(app, pressed);
	else if (app->overlay != OVERLAY_NONE && !starts_with(pressed, "overlay"))
		app->overlay = OVERLAY_NONE;
	else if (is_over(app, "ladder", &area))
		select_packet(app, packet_of(pressed));
}

/* A notch scrolls the ladder where the pointer is over it, and steps where
 * it is not. */
void app_wheel(struct app *app, double notches, bool zoom)
{
	static const double zoom_of_notch = 1.15;
	struct rect area;

	if (app->overlay == OVERLAY_CONNECTIONS && !app->blank) {
		choices_move(&app->choices, notches < 0 ? 3 : -3);
		app->changed = true;
	}
	if (app->blank || app->overlay != OVERLAY_NONE)
		return;
	if (!is_over(app, "ladder", &area)) {
		if (!zoom && notches != 0)
			app_act(app, notches < 0 ? ACTION_FORWARD : ACTION_BACK);
		return;
	}
	if (!zoom) {
		app_scroll(app, -notches * 0.08);
		return;
	}
	app_zoom(app, pow(zoom_of_notch, notches), app->pointer.y);
}
