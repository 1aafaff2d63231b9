/* app_actions.c — what each action does to the state. */
#include "viz/app_state.h"

#include "viz/app_input.h"
#include "viz/hit.h"

static const double zoom_step = 1.25;

/* ---- steps ---- */

static void play(struct app *app)
{
	const struct recording *r = app->scene.recording;

	app->playing = !app->playing && recording_turns(r) > 0;
	if (app->playing && cursor_is_at_end(r, app->scene.cursor))
		app_go(app, cursor_start());
	app->arrived = app->now;
}

static void forward(struct app *app, enum step step)
{
	app_go(app, cursor_forward(app->scene.recording, app->scene.cursor, step));
}

static void back(struct app *app, enum step step)
{
	app->playing = false;
	app_go(app, cursor_back(app->scene.recording, app->scene.cursor, step));
}

static void forward_turn(struct app *app)
{
	forward(app, STEP_TURN);
}

static void back_turn(struct app *app)
{
	back(app, STEP_TURN);
}

static void forward_segment(struct app *app)
{
	forward(app, STEP_SEGMENT);
}

static void back_segment(struct app *app)
{
	back(app, STEP_SEGMENT);
}

static void forward_event(struct app *app)
{
	app->playing = false;
	forward(app, STEP_EVENT);
}

static void back_event(struct app *app)
{
	back(app, STEP_EVENT);
}

static void go_to_start(struct app *app)
{
	app->playing = false;
	app_go(app, cursor_start());
}

static void go_to_end(struct app *app)
{
	app->playing = false;
	app_go(app, cursor_end(app->scene.recording));
}

static void slower(struct app *app)
{
	app->speed -= app->speed > 0;
}

static void faster(struct app *app)
{
	app->speed += app->speed + 1 < SPEED_COUNT;
}

static void normal_speed(struct app *app)
{
	app->speed = SPEED_NORMAL;
}

/* ---- find ---- */

static void next_trouble(struct app *app)
{
	struct cursor c = app->scene.cursor;

	app->playing = false;
	if (cursor_next_trouble(app->scene.recording, &c))
		app_go(app, c);
	else
		app_notice(app, "Nothing is lost or sent again after this step.");
}

static void previous_trouble(struct app *app)
{
	struct cursor c = app->scene.cursor;

	app->playing = false;
	if (cursor_previous_trouble(app->scene.recording, &c))
		app_go(app, c);
	else
		app_notice(app, "Nothing was lost or sent again before this step.");
}

static void open_search(struct app *app)
{
	app->overlay = OVERLAY_SEARCH;
	app->playing = false;
}

static void search(struct app *app, bool on)
{
	struct cursor c = app->scene.cursor;

	app->playing = false;
	if (app->search[0] == '\0')
		open_search(app);
	else if (cursor_search(app->scene.recording, &c, app->search, on))
		app_go(app, c);
	else
		app_notice(app, "No step has \"%s\".", app->search);
}

static void search_next(struct app *app)
{
	search(app, true);
}

static void search_previous(struct app *app)
{
	search(app, false);
}

static void set_bookmark(struct app *app)
{
	app->bookmark = app->scene.cursor;
	app->has_bookmark = true;
	app_notice(app, "Step %u has the bookmark; ' comes back to it.", app_step(app));
}

static void go_to_bookmark(struct app *app)
{
	app->playing = false;
	if (app->has_bookmark)
		app_go(app, app->bookmark);
	else
		app_notice(app, "There is no bookmark yet: m sets it.");
}

static void other_file(struct app *app, bool next)
{
	if (next ? app->file + 1 < app->file_count : app->file > 0)
		app->request = next ? REQUEST_NEXT_FILE : REQUEST_PREVIOUS_FILE;
	else
		app_notice(app, "This is the %s file.", next ? "last" : "first");
}

static void next_file(struct app *app)
{
	other_file(app, true);
}

static void previous_file(struct app *app)
{
	other_file(app, false);
}

static void open_connections(struct app *app)
{
	if (app->overlay == OVERLAY_CONNECTIONS) {
		app->overlay = OVERLAY_NONE;
		return;
	}
	if (app->choices.flows == NULL || app->choices.flows->count == 0) {
		app_notice(app, "There are no other connections to choose from here.");
		return;
	}
	if (app->choices.shown != 0)
		app->choices.marked = app->choices.shown;
	choices_move(&app->choices, 0);
	app->overlay = OVERLAY_CONNECTIONS;
	app->focused[0] = '\0';
	app->playing = false;
}

/* ---- look ---- */

static void scroll_up(struct app *app)
{
	app_scroll(app, -0.2);
}

static void scroll_down(struct app *app)
{
	app_scroll(app, 0.2);
}

/* Around the middle; what zooms at the pointer is the wheel. */
static void zoom(struct app *app, double by)
{
	struct rect area;

	if (app->picture != NULL && canvas_find(app->picture, "ladder", &area))
		app_zoom(app, by, middle_of(area).y);
}

static void zoom_in(struct app *app)
{
	zoom(app, zoom_step);
}

static void zoom_out(struct app *app)
{
	zoom(app, 1 / zoom_step);
}

static void zoom_fit(struct app *app)
{
	app->scene.zoom = 1;
	app->scene.scroll = 0;
	app->scene.look_at = EVENT_NONE;
}

static void predict(struct app *app)
{
	app->scene.hide_future = !app->scene.hide_future;
	app_notice(app, app->scene.hide_future
				? "What is to come is hidden: say what happens next, then step on."
				: "What is to come shows again.");
}

static void relative(struct app *app)
{
	app->scene.relative = !app->scene.relative;
}

static void theme(struct app *app)
{
	app->palette = app->palette == PALETTE_DARK ? PALETTE_LIGHT : PALETTE_DARK;
}

static void projector(struct app *app)
{
	app->projector = !app->projector;
}

static void blank(struct app *app)
{
	app->blank = !app->blank;
	app->playing = false;
}

/* ---- everything else ---- */

static void focus_next(struct app *app)
{
	app_move_focus(app, true);
}

static void focus_previous(struct app *app)
{
	app_move_focus(app, false);
}

static void activate(struct app *app)
{
	if (app->focused[0] != '\0')
		app_press(app, app->focused);
	else if (app->search[0] != '\0')
		search(app, true);
}

/* What was opened last is left first. It never quits. */
static void leave(struct app *app)
{
	if (app->blank)
		app->blank = false;
	else if (app->overlay != OVERLAY_NONE)
		app->overlay = OVERLAY_NONE;
	else if (app->notice[0] != '\0')
		app->notice[0] = '\0';
	else if (app->focused[0] != '\0')
		app->focused[0] = '\0';
	else if (app->scene.selected != EVENT_NONE)
		app->scene.selected = EVENT_NONE;
	else
		app->projector = false;
}

static void lose(struct app *app)
{
	app->playing = false;
	if (app->scene.selected != EVENT_NONE)
		app->request = REQUEST_LOSE;
	else
		app_notice(app, "Select a segment first: click on its arrow.");
}

static void unlose(struct app *app)
{
	app->playing = false;
	app->request = REQUEST_UNLOSE;
}

static void by_hand(struct app *app, enum action change)
{
	app->by_hand.change = change;
	if (app->by_hand.on)
		app->request = REQUEST_CHANGE;
	else
		app_notice(app, "Only a network that runs can be changed: tcplab live tun.");
}

static void lose_right(struct app *app)
{
	by_hand(app, ACTION_LOSE_RIGHT);
}

static void lose_left(struct app *app)
{
	by_hand(app, ACTION_LOSE_LEFT);
}

static void less_delay(struct app *app)
{
	by_hand(app, ACTION_LESS_DELAY);
}

static void more_delay(struct app *app)
{
	by_hand(app, ACTION_MORE_DELAY);
}

static void less_loss(struct app *app)
{
	by_hand(app, ACTION_LESS_LOSS);
}

static void more_loss(struct app *app)
{
	by_hand(app, ACTION_MORE_LOSS);
}

static void copy(struct app *app)
{
	app->request = REQUEST_COPY;
}

static void screenshot(struct app *app)
{
	app->request = REQUEST_SCREENSHOT;
}

static void open_export(struct app *app)
{
	app->overlay = app->overlay == OVERLAY_EXPORT ? OVERLAY_NONE : OVERLAY_EXPORT;
	app->playing = false;
}

static void help(struct app *app)
{
	app->overlay = app->overlay == OVERLAY_HELP ? OVERLAY_NONE : OVERLAY_HELP;
	app->playing = false;
}

static void quit(struct app *app)
{
	app->quit = true;
}

static void (*const doing[ACTION_COUNT])(struct app *app) = {
	[ACTION_PLAY] = play,
	[ACTION_FORWARD] = forward_turn,
	[ACTION_BACK] = back_turn,
	[ACTION_SEGMENT_FORWARD] = forward_segment,
	[ACTION_SEGMENT_BACK] = back_segment,
	[ACTION_EVENT_FORWARD] = forward_event,
	[ACTION_EVENT_BACK] = back_event,
	[ACTION_START] = go_to_start,
	[ACTION_END] = go_to_end,
	[ACTION_NEXT_TROUBLE] = next_trouble,
	[ACTION_PREVIOUS_TROUBLE] = previous_trouble,
	[ACTION_SLOWER] = slower,
	[ACTION_FASTER] = faster,
	[ACTION_NORMAL_SPEED] = normal_speed,
	[ACTION_SET_BOOKMARK] = set_bookmark,
	[ACTION_GO_TO_BOOKMARK] = go_to_bookmark,
	[ACTION_SEARCH] = open_search,
	[ACTION_SEARCH_NEXT] = search_next,
	[ACTION_SEARCH_PREVIOUS] = search_previous,
	[ACTION_NEXT_FILE] = next_file,
	[ACTION_PREVIOUS_FILE] = previous_file,
	[ACTION_CONNECTIONS] = open_connections,
	[ACTION_SCROLL_UP] = scroll_up,
	[ACTION_SCROLL_DOWN] = scroll_down,
	[ACTION_ZOOM_IN] = zoom_in,
	[ACTION_ZOOM_OUT] = zoom_out,
	[ACTION_ZOOM_FIT] = zoom_fit,
	[ACTION_PREDICT] = predict,
	[ACTION_RELATIVE] = relative,
	[ACTION_THEME] = theme,
	[ACTION_PROJECTOR] = projector,
	[ACTION_BLANK] = blank,
	[ACTION_FOCUS_NEXT] = focus_next,
	[ACTION_FOCUS_PREVIOUS] = focus_previous,
	[ACTION_ACTIVATE] = activate,
	[ACTION_LEAVE] = leave,
	[ACTION_LOSE] = lose,
	[ACTION_UNLOSE] = unlose,
	[ACTION_LOSE_RIGHT] = lose_right,
	[ACTION_LOSE_LEFT] = lose_left,
	[ACTION_LESS_DELAY] = less_delay,
	[ACTION_MORE_DELAY] = more_delay,
	[ACTION_LESS_LOSS] = less_loss,
	[ACTION_MORE_LOSS] = more_loss,
	[ACTION_COPY] = copy,
	[ACTION_SCREENSHOT] = screenshot,
	[ACTION_EXPORT] = open_export,
	[ACTION_HELP] = help,
	[ACTION_QUIT] = quit,
};

/* Whoever has read the help goes on with what it taught. */
static bool stays_under_help(enum action action)
{
	return action == ACTION_HELP || action == ACTION_LEAVE || action == ACTION_THEME;
}

void app_act(struct app *app, enum action action)
{
	/* Behind a blank screen nothing moves unseen: the first key shows it again. */
	if (app->blank && action != ACTION_BLANK && action != ACTION_QUIT) {
		app->blank = false;
		app->changed = true;
		return;
	}
	if (app->overlay == OVERLAY_HELP && !stays_under_help(action))
		app->overlay = OVERLAY_NONE;
	app->changed = true;
	doing[action](app);
}
