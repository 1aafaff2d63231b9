#include "viz/sdl_script.h"

#include <errno.h>
#include <string.h>

#include "viz/dump_ui.h"
#include "viz/hit.h"
#include "viz/output.h"
#include "viz/sdl_keys.h"

/* A `wait` fails after so long. */
static const nanos patience = 30000000000;

enum { DRAG_STEPS = 8 };

/* ---- events ---- */

static void push_motion(struct point p)
{
	SDL_Event event = {.type = SDL_MOUSEMOTION};

	event.motion.x = (Sint32)p.x;
	event.motion.y = (Sint32)p.y;
	SDL_PushEvent(&event);
}

static void push_button(Uint32 type, struct point p)
{
	SDL_Event event = {.type = type};

	event.button.button = SDL_BUTTON_LEFT;
	event.button.state = type == SDL_MOUSEBUTTONDOWN ? SDL_PRESSED : SDL_RELEASED;
	event.button.clicks = 1;
	event.button.x = (Sint32)p.x;
	event.button.y = (Sint32)p.y;
	SDL_PushEvent(&event);
}

static void push_wheel(double notches)
{
	SDL_Event event = {.type = SDL_MOUSEWHEEL};

	event.wheel.preciseY = (float)notches;
	event.wheel.y = (Sint32)notches;
	event.wheel.direction = SDL_MOUSEWHEEL_NORMAL;
	SDL_PushEvent(&event);
}

static void push_ctrl(Uint32 type)
{
	SDL_Event event = {.type = type};

	event.key.keysym.sym = SDLK_LCTRL;
	event.key.keysym.mod = type == SDL_KEYDOWN ? KMOD_LCTRL : KMOD_NONE;
	SDL_PushEvent(&event);
}

static void push_text(const char *text)
{
	char key[2] = "";

	/* Each character as a key of its own, as they are typed. */
	for (; *text != '\0'; text++) {
		SDL_Event event = {.type = SDL_TEXTINPUT};
		size_t len = 1;

		while (((unsigned char)text[len] & 0xc0) == 0x80)
			len++;
		if (len == 1 && (unsigned char)*text < 0x80) {
			key[0] = *text;
			push_key(*text == ' ' ? "Space" : key);
			continue;
		}
		memcpy(event.text.text, text, len);
		SDL_PushEvent(&event);
		text += len - 1;
	}
}

/* ---- commands ---- */

struct runner {
	struct ui_script *script;
	const struct ui_command *command;
	const struct app *app;
	struct screen *screen;
	double pixels;
	struct error *err;
};

/* From the picture to what SDL's events count in. */
static struct point to_units(const struct runner *r, struct point p)
{
	double factor = r->pixels / screen_density(r->screen);

	return at(p.x * factor, p.y * factor);
}

static bool place(const struct runner *r, struct point *out)
{
	if (!ui_place(r->script, r->command, r->app, out, r->err))
		return false;
	*out = to_units(r, *out);
	return true;
}

static bool move(const struct runner *r)
{
	struct point p;

	if (!place(r, &p))
		return false;
	push_motion(p);
	return true;
}

static bool click(const struct runner *r)
{
	struct point p;

	if (!place(r, &p))
		return false;
	push_motion(p);
	push_button(SDL_MOUSEBUTTONDOWN, p);
	push_button(SDL_MOUSEBUTTONUP, p);
	return true;
}

static bool wheel(const struct runner *r)
{
	struct point p;

	if (!place(r, &p))
		return false;
	push_motion(p);
	if (r->command->ctrl)
		push_ctrl(SDL_KEYDOWN);
	push_wheel(r->command->amount);
	if (r->command->ctrl)
		push_ctrl(SDL_KEYUP);
	return true;
}

static bool drag(const struct runner *r)
{
	struct rect area;
	struct point p;

	if (!place(r, &p))
		return false;
	if (!canvas_find(r->app->picture, r->command->id, &area))
		return error_set(r->err, "%s:%u: \"%s\" has no width to be dragged along",
				 r->script->path, r->command->line, r->command->id);
	for (int i = 0; i <= DRAG_STEPS; i++) {
		double share =
			r->command->from + (r->command->to - r->command->from) * i / DRAG_STEPS;
		struct point to = to_units(r, at(area.x + (area.w - 1) * share, middle_of(area).y));

		push_motion(to);
		if (i == 0)
			push_button(SDL_MOUSEBUTTONDOWN, to);
		if (i == DRAG_STEPS)
			push_button(SDL_MOUSEBUTTONUP, to);
	}
	return true;
}

static bool shot(const struct runner *r)
{
	cairo_status_t status =
		cairo_surface_write_to_png(screen_surface(r->screen), r->command->name);

	if (status == CAIRO_STATUS_SUCCESS)
		return true;
	return error_set(r->err, "%s:%u: %s: cannot be written: %s", r->script->path,
			 r->command->line, r->command->name, cairo_status_to_string(status));
}

static bool dump(const struct runner *r)
{
	FILE *out = output_open(r->command->name, r->err);

	if (out == NULL)
		return false;
	dump_ui(r->app, out);
	return output_close(out, r->command->name, r->err);
}

static bool run(const struct runner *r)
{
	switch (r->command->verb) {
	case UI_KEY: push_key(r->command->name); return true;
	case UI_TYPE: push_text(r->command->text); return true;
	case UI_MOVE: return move(r);
	case UI_CLICK: return click(r);
	case UI_WHEEL: return wheel(r);
	case UI_DRAG: return drag(r);
	case UI_RESIZE:
		screen_resize(r->screen, r->command->width, r->command->height);
		return true;
	case UI_EXPECT: return ui_expect(r->script, r->command, r->app, r->err);
	case UI_SHOT: return shot(r);
	case UI_DUMP: return dump(r);
	case UI_WAIT: return true;
	}
	return true;
}

/* ---- waiting ---- */

static bool is_over(const struct runner *r, struct error *why)
{
	if (r->command->name != NULL)
		return ui_expect(r->script, r->command, r->app, why);
	if (!r->app->motion.on && !r->app->playing)
		return true;
	return error_set(why, "%s:%u: it does not come to rest", r->script->path, r->command->line);
}

static enum script_progress wait(const struct runner *r)
{
	struct ui_script *script = r->script;
	struct error why;

	if (script->waits_since == 0)
		script->waits_since = r->app->now;
	if (is_over(r, &why)) {
		script->waits_since = 0;
		return SCRIPT_GOES_ON;
	}
	if (r->app->now - script->waits_since < patience)
		return SCRIPT_WAITS;
	error_set(r->err, "%s (waited 30 s)", why.text);
	return SCRIPT_FAILED;
}

enum script_progress script_step(struct ui_script *script, const struct app *app,
				 struct screen *screen, double pixels, struct error *err)
{
	struct runner r = {
		.script = script, .app = app, .screen = screen, .pixels = pixels, .err = err};
	enum script_progress progress;

	if (script->next == script->count)
		return SCRIPT_ENDED;
	r.command = &script->commands[script->next];
	if (r.command->verb == UI_WAIT)
		progress = wait(&r);
	else
		progress = run(&r) ? SCRIPT_GOES_ON : SCRIPT_FAILED;
	script->next += progress == SCRIPT_GOES_ON;
	return progress;
}
