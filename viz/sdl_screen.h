/* sdl_screen.h — the window's pixels: a Cairo surface, and bringing it to
 * the screen the cheapest way there is.
 *
 * Where a GPU draws, frames go through a streaming texture, in step with the
 * display. On X11 without one (no GL, or GL that the processor computes) they
 * go through the window's own surface, with SDL's detour over GL forbidden:
 * 3 ms a frame instead of 16. On Wayland nothing is forbidden. */
#ifndef TCPLAB_VIZ_SDL_SCREEN_H
#define TCPLAB_VIZ_SDL_SCREEN_H

#include <SDL.h>
#include <cairo.h>
#include <stdbool.h>

#include "base/error.h"
#include "viz/geometry.h"

struct screen;

/* SDL's video must have been started. 0×0: what the display has room for.
 * False with a sentence where no window can be had. */
bool screen_open(struct screen **out, unsigned width, unsigned height, struct error *err);
void screen_close(struct screen *s);
void screen_title(struct screen *s, const char *title);

/* Where to draw, in pixels of the display; another one after the window has
 * changed its size. Drawn things show after screen_show(). */
cairo_surface_t *screen_surface(struct screen *s);

/* Shows rectangles of the surface that were drawn to; with a count of 0, all. */
void screen_show(struct screen *s, const struct rect *damage, int count);

/* The pixel at a place as SDL's events give it. */
struct point screen_pixel(const struct screen *s, double x, double y);
double screen_density(const struct screen *s); /* pixels to one unit of those */

void screen_fullscreen(struct screen *s, bool on);
void screen_resize(struct screen *s, unsigned width, unsigned height);

#endif
