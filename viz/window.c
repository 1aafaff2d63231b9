#include "viz/window.h"

#include <SDL.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "viz/app_draw.h"
#include "viz/app_input.h"
#include "viz/cairo_canvas.h"
#include "viz/flights.h"
#include "viz/sdl_keys.h"
#include "viz/sdl_screen.h"
#include "viz/sdl_script.h"
#include "viz/window_part.h"
#include "viz/window_requests.h"

/* The page is made for this size at least; a smaller window shows it smaller. */
static const double least_width = 1280;
static const double least_height = 720;

/* While something moves, a frame is due so often. */
static const nanos frame_time = 16000000;

struct window {
	struct app *app;
	const struct window_options *options;
	struct screen *screen;
	struct cairo_text *text;
	struct canvas *canvas;
	struct held_keys held;
	double pixels; /* of the display, to one of the picture */
	bool exposed;  /* to be shown again */
	bool fullscreen;
	nanos grows_at; /* when options->grow is due */

	struct flights flights;   /* of the motion that goes on */
	struct canvas *in_motion; /* what a frame of it draws */
	double shown;             /* share of the motion that shows */
};

static nanos clock_now(void)
{
	static Uint64 frequency;
	Uint64 count = SDL_GetPerformanceCounter();

	if (frequency == 0)
		frequency = SDL_GetPerformanceFrequency();
	return (nanos)(count / frequency * 1000000000 + count % frequency * 1000000000 / frequency);
}

/* ---- drawing ---- */

/* Draws the state to all of the surface. */
static void paint(struct window *w)
{
	cairo_surface_t *surface = screen_surface(w->screen);
	double width = cairo_image_surface_get_width(surface);
	double height = cairo_image_surface_get_height(surface);
	cairo_t *cr = cairo_create(surface);

	w->pixels = fmax(0.1, fmin(1, fmin(width / least_width, height / least_height)));
	app_draw(w->canvas, w->app, ceil(width / w->pixels), ceil(height / w->pixels));
	cairo_scale(cr, w->pixels, w->pixels);
	cairo_canvas_play(w->text, cr, w->canvas, CAIRO_SCREEN);
	cairo_destroy(cr);
}

/* A frame of motion: only what moved is drawn. */
static void paint_motion(struct window *w)
{
	struct rect damage[FLIGHTS_MAX];
	double share = app_motion_share(w->app);
	cairo_t *cr = cairo_create(screen_surface(w->screen));

	for (unsigned i = 0; i < w->flights.count; i++) {
		struct rect r = flight_passes(&w->flights, i, w->shown, share);

		damage[i] = box(r.x * w->pixels, r.y * w->pixels, r.w * w->pixels, r.h * w->pixels);
		cairo_rectangle(cr, floor(damage[i].x), floor(damage[i].y), ceil(damage[i].w) + 1,
				ceil(damage[i].h) + 1);
	}
	cairo_clip(cr);
	cairo_scale(cr, w->pixels, w->pixels);
	app_draw_motion(w->in_motion, w->app);
	cairo_canvas_play(w->text, cr, w->in_motion, CAIRO_SCREEN);
	cairo_destroy(cr);
	w->shown = share;
	screen_show(w->screen, damage, (int)w->flights.count);
}

/* Motion that cannot be seen, or not in this picture any more, is over. */
static void begin_motion(struct window *w)
{
	flights_find(&w->flights, w->app);
	if (w->exposed || w->flights.count == 0)
		w->app->motion.on = false;
	w->shown = app_motion_share(w->app);
}

static void refresh(struct window *w)
{
	if (w->app->changed || w->exposed) {
		begin_motion(w);
		paint(w);
		w->exposed = false;
		screen_show(w->screen, NULL, 0);
	} else if (w->app->motion.on) {
		paint_motion(w);
	}
}

/* ---- events ---- */

static struct point picture_point(const struct window *w, double x, double y)
{
	struct point p = screen_pixel(w->screen, x, y);

	return at(p.x / w->pixels, p.y / w->pixels);
}

static void take_window_event(struct window *w, const SDL_WindowEvent *event)
{
	switch (event->event) {
	case SDL_WINDOWEVENT_SIZE_CHANGED:
	case SDL_WINDOWEVENT_EXPOSED: w->exposed = true; break;
	case SDL_WINDOWEVENT_LEAVE: app_pointer_leaves(w->app); break;
	case SDL_WINDOWEVENT_CLOSE: w->app->quit = true; break;
	default: break;
	}
}

static void take_wheel(struct window *w, const SDL_MouseWheelEvent *event)
{
	double notches = event->preciseY != 0 ? (double)event->preciseY : event->y;

	if (event->direction == SDL_MOUSEWHEEL_FLIPPED)
		notches = -notches;
	app_wheel(w->app, notches, (w->held.modifiers & KMOD_CTRL) != 0);
}

static void take(struct window *w, const SDL_Event *event)
{
	char key[KEY_NAME_MAX];

	if (key_of_event(&w->held, event, key)) {
		app_key(w->app, key, w->held.repeats);
		return;
	}
	switch (event->type) {
	case SDL_QUIT: w->app->quit = true; break;
	case SDL_WINDOWEVENT: take_window_event(w, &event->window); break;
	case SDL_MOUSEMOTION:
		app_pointer_moves(w->app, picture_point(w, event->motion.x, event->motion.y));
		break;
	case SDL_MOUSEBUTTONDOWN:
		if (event->button.button == SDL_BUTTON_LEFT)
			app_button_down(w->app, picture_point(w, event->button.x, event->button.y));
		break;
	case SDL_MOUSEBUTTONUP:
		if (event->button.button == SDL_BUTTON_LEFT)
			app_button_up(w->app, picture_point(w, event->button.x, event->button.y));
		break;
	case SDL_MOUSEWHEEL: take_wheel(w, &event->wheel); break;
	case SDL_USEREVENT: w->grows_at = 0; break;
	default: break;
	}
}

/* Between SDL's beginning and its end; others may wake at any time. */
static SDL_SpinLock waking;
static bool can_wake;

static void allow_waking(bool allow)
{
	SDL_AtomicLock(&waking);
	can_wake = allow;
	SDL_AtomicUnlock(&waking);
}

void window_wake(void)
{
	SDL_Event event = {.type = SDL_USEREVENT};

	SDL_AtomicLock(&waking);
	if (can_wake)
		SDL_PushEvent(&event);
	SDL_AtomicUnlock(&waking);
}

/* ---- the loop ---- */

/* Milliseconds until something is due; -1: not before an event comes. */
static int sleep_time(const struct window *w)
{
	nanos deadline = nanos_min(app_deadline(w->app), w->grows_at);
	nanos now = clock_now();

	if (w->app->motion.on)
		deadline = nanos_min(deadline, now + frame_time);
	if (deadline == NANOS_NEVER)
		return -1;
	return deadline <= now ? 0 : (int)nanos_min((deadline - now) / 1000000 + 1, 60000);
}

static void take_events(struct window *w, bool may_sleep)
{
	SDL_Event event;
	int got = may_sleep ? SDL_WaitEventTimeout(&event, sleep_time(w)) : SDL_PollEvent(&event);

	app_tick(w->app, clock_now());
	for (; got; got = SDL_PollEvent(&event))
		take(w, &event);
}

static void follow_state(struct window *w)
{
	if (w->app->projector != w->fullscreen) {
		w->fullscreen = w->app->projector;
		screen_fullscreen(w->screen, w->fullscreen);
		w->exposed = true;
	}
	window_do_request(w->app, w->options, w->screen);
}

static void grow_recording(struct window *w)
{
	const struct recording *before = w->app->scene.recording;

	if (w->app->now < w->grows_at)
		return;
	w->grows_at = w->options->grow(w->options->who, w->app);
	if (w->app->scene.recording != before)
		window_retitle(w->screen, w->app);
}

static enum window_end loop(struct window *w, struct error *err)
{
	enum script_progress progress = SCRIPT_WAITS;

	while (!w->app->quit) {
		bool scripted = w->options->script != NULL;

		if (scripted && progress == SCRIPT_WAITS)
			SDL_Delay(5);
		take_events(w, !scripted);
		app_tick(w->app, clock_now());
		if (w->options->grow != NULL)
			grow_recording(w);
		follow_state(w);
		refresh(w);
		/* Events may have come of that: a script acts on what shows. */
		if (!scripted || SDL_HasEvents(SDL_FIRSTEVENT, SDL_LASTEVENT))
			continue;
		progress = script_step(w->options->script, w->app, w->screen, w->pixels, err);
		if (progress == SCRIPT_FAILED)
			return WINDOW_SCRIPT_FAILED;
		if (progress == SCRIPT_ENDED)
			break;
	}
	return WINDOW_CLOSED;
}

/* ---- opening and closing ---- */

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value != NULL && value[0] != '\0';
}

/* Only what the surroundings offer is tried: where all fails, SDL would
 * otherwise draw for nobody, and never end. */
static const char *drivers(void)
{
	if (!is_set("DISPLAY"))
		return "wayland";
	return is_set("WAYLAND_DISPLAY") ? "x11,wayland" : "x11";
}

static int forgive(void *display, void *error)
{
	(void)display;
	(void)error;
	return 0;
}

/* Whatever X11 asks of a window that is gone fails a moment later, and Xlib's own answer
 * to that is to end the program. Windows go at any time: one that wanted the clipboard,
 * or at the end our own, while SDL still wakes itself through a second connection. SDL
 * falls back on the handler that it finds, so this comes before it. */
static void forgive_x11(void)
{
	void *xlib = is_set("DISPLAY") ? SDL_LoadObject("libX11.so.6") : NULL;
	void *(*set_error_handler)(int (*)(void *, void *)) = NULL;

	if (xlib == NULL)
		return;
	*(void **)&set_error_handler = SDL_LoadFunction(xlib, "XSetErrorHandler");
	if (set_error_handler != NULL)
		set_error_handler(forgive);
}

static bool start_sdl(struct error *err)
{
	/* SDL turns titles into the locale's characters. Numbers are not touched
	 * by this. */
	setlocale(LC_CTYPE, "");
	/* A compositor draws the windows around ours: leave it on. */
	SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
	SDL_SetHint(SDL_HINT_APP_NAME, "tcplab");
	if (!is_set("SDL_VIDEODRIVER"))
		SDL_SetHint(SDL_HINT_VIDEODRIVER, drivers());
	forgive_x11();
	if (window_is_possible() && SDL_Init(SDL_INIT_VIDEO) == 0)
		return true;
	return error_set(err,
			 "there is no display for a window (%s): --text prints the ladder, and "
			 "tcplab export FILE -o OUT.png draws a picture",
			 window_is_possible() ? SDL_GetError() : "DISPLAY is not set");
}

enum window_end window_run(struct app *app, const struct window_options *options, struct error *err)
{
	struct window w = {
		.app = app,
		.options = options,
		.pixels = 1,
		.grows_at = options->grow != NULL ? 0 : NANOS_NEVER,
	};
	enum window_end end = WINDOW_NO_DISPLAY;

	if (start_sdl(err) && screen_open(&w.screen, options->width, options->height, err)) {
		w.text = cairo_text_open();
		w.canvas = canvas_open(cairo_text_metrics(w.text));
		w.in_motion = canvas_open(cairo_text_metrics(w.text));
		app->changed = true;
		app->now = clock_now();
		window_retitle(w.screen, app);
		SDL_StartTextInput();
		allow_waking(true);
		end = loop(&w, err);
		allow_waking(false);
		app->picture = NULL;
		canvas_close(w.in_motion);
		canvas_close(w.canvas);
		cairo_text_close(w.text);
		screen_close(w.screen);
	}
	SDL_Quit();
	return end;
}
