/* sdl_script.h — a script's commands as what keyboard, pointer and window
 * manager would send. What they do to the state goes through SDL's queue. */
#ifndef TCPLAB_VIZ_SDL_SCRIPT_H
#define TCPLAB_VIZ_SDL_SCRIPT_H

#include "viz/sdl_screen.h"
#include "viz/ui_script.h"

enum script_progress {
	SCRIPT_GOES_ON,
	SCRIPT_WAITS, /* nothing was done: ask again a little later */
	SCRIPT_ENDED,
	SCRIPT_FAILED, /* with a sentence */
};

/* The next command. Call when the queue is empty and the picture is the
 * state's; `pixels` of the display are one of the picture. */
enum script_progress script_step(struct ui_script *script, const struct app *app,
				 struct screen *screen, double pixels, struct error *err);

#endif
