#include "viz/sdl_screen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/memory.h"

enum { LEAST_WIDTH = 1280, LEAST_HEIGHT = 720, USUAL_WIDTH = 1600, USUAL_HEIGHT = 900 };
enum { DAMAGE_MOST = 64 };

struct screen {
	SDL_Window *window;
	/* One of two ways to the display: a texture, or the window's surface. */
	SDL_Renderer *renderer;
	SDL_Texture *texture;
	cairo_surface_t *surface;
	void *pixels; /* that `surface` lies on, where they belong to SDL */
	int width;
	int height;
	bool x11;
	SDL_Rect windowed; /* where it is when it does not fill the display */
	bool converts;     /* the display's pixels are not ours: blitted on the way */
};

/* ---- is there a GPU? ---- */

static bool is_computed(const char *renderer)
{
	static const char *const names[] = {"llvmpipe", "softpipe", "swrast", "Software"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strstr(renderer, names[i]) != NULL)
			return true;
	return false;
}

/* What GL says of itself; asking takes a window that nobody sees. */
static bool gl_is_hardware(void)
{
	enum { GL_RENDERER_NAME = 0x1f01 };
	SDL_Window *probe =
		SDL_CreateWindow("", 0, 0, 16, 16, SDL_WINDOW_OPENGL | SDL_WINDOW_HIDDEN);
	SDL_GLContext context = probe != NULL ? SDL_GL_CreateContext(probe) : NULL;
	const unsigned char *(*get_string)(unsigned name) = NULL;
	const char *renderer = NULL;

	if (context != NULL)
		*(void **)&get_string = SDL_GL_GetProcAddress("glGetString");
	if (get_string != NULL)
		renderer = (const char *)get_string(GL_RENDERER_NAME);
	if (context != NULL)
		SDL_GL_DeleteContext(context);
	if (probe != NULL)
		SDL_DestroyWindow(probe);
	return renderer != NULL && !is_computed(renderer);
}

static bool has_gpu(void)
{
	/* Without a device there is none, and loading GL to hear so takes 0.1 s. */
	if (access("/dev/dri", F_OK) != 0 && access("/dev/nvidiactl", F_OK) != 0)
		return false;
	return gl_is_hardware();
}

/* ---- opening ---- */

static void choose_size(int display, unsigned *width, unsigned *height)
{
	SDL_Rect room;

	if (*width > 0)
		return;
	*width = USUAL_WIDTH;
	*height = USUAL_HEIGHT;
	if (SDL_GetDisplayUsableBounds(display, &room) != 0 ||
	    (room.w >= USUAL_WIDTH && room.h >= USUAL_HEIGHT))
		return;
	*width = LEAST_WIDTH;
	*height = LEAST_HEIGHT;
}

static void start_renderer(struct screen *s)
{
	s->renderer = SDL_CreateRenderer(s->window, -1,
					 SDL_RENDERER_ACCELERATED | SDL_RENDERER_PRESENTVSYNC);
}

bool screen_open(struct screen **out, unsigned width, unsigned height, struct error *err)
{
	const char *driver = SDL_GetCurrentVideoDriver();
	bool x11 = strcmp(driver, "x11") == 0;
	bool gpu = strcmp(driver, "wayland") == 0 || (x11 && has_gpu());
	struct screen *s = memory_get(sizeof *s);

	memset(s, 0, sizeof *s);
	s->x11 = x11;
	if (x11 && !gpu)
		SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
	choose_size(0, &width, &height);
	s->window = SDL_CreateWindow("tcplab", SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED,
				     (int)width, (int)height,
				     SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
	if (s->window == NULL) {
		free(s);
		return error_set(err, "the display gives no window: %s", SDL_GetError());
	}
	SDL_SetWindowMinimumSize(s->window, LEAST_WIDTH, LEAST_HEIGHT);
	if (gpu)
		start_renderer(s);
	*out = s;
	return true;
}

void screen_close(struct screen *s)
{
	if (s->surface != NULL)
		cairo_surface_destroy(s->surface);
	if (s->texture != NULL)
		SDL_DestroyTexture(s->texture);
	if (s->renderer != NULL)
		SDL_DestroyRenderer(s->renderer);
	SDL_DestroyWindow(s->window);
	free(s);
}

void screen_title(struct screen *s, const char *title)
{
	SDL_SetWindowTitle(s->window, title);
}

/* ---- the surface ---- */

static void take_surface(struct screen *s, cairo_surface_t *surface, int width, int height)
{
	if (s->surface != NULL)
		cairo_surface_destroy(s->surface);
	s->surface = surface;
	s->width = width;
	s->height = height;
}

static void fit_texture(struct screen *s)
{
	int width;
	int height;

	SDL_GetRendererOutputSize(s->renderer, &width, &height);
	if (s->surface != NULL && width == s->width && height == s->height)
		return;
	if (s->texture != NULL)
		SDL_DestroyTexture(s->texture);
	s->texture = SDL_CreateTexture(s->renderer, SDL_PIXELFORMAT_RGB888,
				       SDL_TEXTUREACCESS_STREAMING, width, height);
	take_surface(s, cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height), width,
		     height);
}

/* Draws into SDL's own memory, unless its pixels are of another kind. */
static void fit_window_surface(struct screen *s)
{
	SDL_Surface *shown = SDL_GetWindowSurface(s->window);
	bool ours;

	if (shown == NULL) {
		if (s->surface == NULL)
			take_surface(s, cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1), 1, 1);
		return;
	}
	ours = shown->format->format == SDL_PIXELFORMAT_RGB888 ||
	       shown->format->format == SDL_PIXELFORMAT_ARGB8888;
	if (s->surface != NULL && shown->w == s->width && shown->h == s->height &&
	    (s->converts || shown->pixels == s->pixels))
		return;
	s->converts = !ours;
	s->pixels = shown->pixels;
	take_surface(s,
		     ours ? cairo_image_surface_create_for_data(shown->pixels, CAIRO_FORMAT_RGB24,
								shown->w, shown->h, shown->pitch)
			  : cairo_image_surface_create(CAIRO_FORMAT_RGB24, shown->w, shown->h),
		     shown->w, shown->h);
}

cairo_surface_t *screen_surface(struct screen *s)
{
	if (s->renderer != NULL)
		fit_texture(s);
	else
		fit_window_surface(s);
	return s->surface;
}

/* ---- showing ---- */

static SDL_Rect whole_pixels(const struct screen *s, struct rect r)
{
	struct rect all = box(0, 0, s->width, s->height);
	double x = floor(r.x);
	double y = floor(r.y);

	r = rect_meet(all, box(x, y, ceil(right_of(r)) - x, ceil(bottom_of(r)) - y));
	return (SDL_Rect){(int)r.x, (int)r.y, (int)r.w, (int)r.h};
}

static void show_texture(struct screen *s, const SDL_Rect *rects, int count)
{
	const unsigned char *pixels = cairo_image_surface_get_data(s->surface);
	int pitch = cairo_image_surface_get_stride(s->surface);

	for (int i = 0; i < count; i++)
		SDL_UpdateTexture(s->texture, &rects[i],
				  pixels + rects[i].y * pitch + rects[i].x * 4, pitch);
	SDL_RenderCopy(s->renderer, s->texture, NULL, NULL);
	SDL_RenderPresent(s->renderer);
}

static void convert(struct screen *s, const SDL_Rect *rects, int count)
{
	SDL_Surface *ours = SDL_CreateRGBSurfaceWithFormatFrom(
		cairo_image_surface_get_data(s->surface), s->width, s->height, 32,
		cairo_image_surface_get_stride(s->surface), SDL_PIXELFORMAT_RGB888);

	for (int i = 0; ours != NULL && i < count; i++) {
		SDL_Rect to = rects[i];

		SDL_BlitSurface(ours, &rects[i], SDL_GetWindowSurface(s->window), &to);
	}
	SDL_FreeSurface(ours);
}

void screen_show(struct screen *s, const struct rect *damage, int count)
{
	SDL_Rect rects[DAMAGE_MOST] = {{0, 0, s->width, s->height}};
	int used = count == 0 || count > DAMAGE_MOST ? 1 : 0;

	cairo_surface_flush(s->surface);
	for (int i = 0; i < count && count <= DAMAGE_MOST; i++) {
		rects[used] = whole_pixels(s, damage[i]);
		used += rects[used].w > 0 && rects[used].h > 0;
	}
	if (s->renderer != NULL) {
		show_texture(s, rects, used);
		return;
	}
	if (s->converts)
		convert(s, rects, used);
	if (used > 0)
		SDL_UpdateWindowSurfaceRects(s->window, rects, used);
}

/* ---- the window ---- */

double screen_density(const struct screen *s)
{
	int width;
	int height;

	SDL_GetWindowSize(s->window, &width, &height);
	return width > 0 && s->width > 0 ? (double)s->width / width : 1;
}

struct point screen_pixel(const struct screen *s, double x, double y)
{
	double density = screen_density(s);

	return at(x * density, y * density);
}

/* Without a window manager nobody makes a window of X11 fill the display, and
 * SDL believes that somebody did. So it is given that size first; where there
 * is a manager, that does no harm. */
static void fill_display(struct screen *s)
{
	SDL_Rect display;

	if (SDL_GetDisplayBounds(SDL_GetWindowDisplayIndex(s->window), &display) != 0)
		return;
	SDL_SetWindowPosition(s->window, display.x, display.y);
	SDL_SetWindowSize(s->window, display.w, display.h);
}

void screen_fullscreen(struct screen *s, bool on)
{
	if (on) {
		SDL_GetWindowPosition(s->window, &s->windowed.x, &s->windowed.y);
		SDL_GetWindowSize(s->window, &s->windowed.w, &s->windowed.h);
	}
	if (on && s->x11)
		fill_display(s);
	SDL_SetWindowFullscreen(s->window, on ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0);
	if (!on) {
		SDL_SetWindowSize(s->window, s->windowed.w, s->windowed.h);
		SDL_SetWindowPosition(s->window, s->windowed.x, s->windowed.y);
	}
}

void screen_resize(struct screen *s, unsigned width, unsigned height)
{
	SDL_SetWindowSize(s->window, (int)width, (int)height);
}
