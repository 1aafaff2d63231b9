/* window.h — the window: shows the state, feeds it with keys, pointer and
 * time, and does what it asks for.
 *
 * Sleeps until something happens: nothing is drawn while nothing changes. */
#ifndef TCPLAB_VIZ_WINDOW_H
#define TCPLAB_VIZ_WINDOW_H

#include <stdio.h>

#include "base/error.h"
#include "viz/app_state.h"
#include "viz/ui_script.h"

struct window_options {
	unsigned width; /* 0: what the display has room for */
	unsigned height;
	struct ui_script *script; /* drives the window, and closes it at its end; or NULL */

	/* Other recordings to show: another of the files; the same with one
	 * packet more lost; the same without the loss put in last. False with a
	 * sentence, and the state as it was. */
	bool (*open)(void *who, struct app *app, unsigned file, struct error *err);
	bool (*lose)(void *who, struct app *app, uint32_t packet, struct error *err);
	bool (*unlose)(void *who, struct app *app, struct error *err);

	/* Another of app->choices, by its number; NULL where there are none. */
	bool (*choose)(void *who, struct app *app, uint32_t number, struct error *err);

	/* The network is changed as app->by_hand.change says; NULL where nobody can. */
	void (*change)(void *who, struct app *app);

	/* For recordings that grow: called when the time comes that it returned
	 * before (at first at once; NANOS_NEVER: not before window_wake() is
	 * called), as app->now counts it. It may add to the recording, or put
	 * another in its place, and then calls app_grow(). NULL: none grows. */
	nanos (*grow)(void *who, struct app *app);
	void *who;
};

enum window_end {
	WINDOW_CLOSED,
	WINDOW_NO_DISPLAY,    /* with a sentence: what to do instead */
	WINDOW_SCRIPT_FAILED, /* the script has said why */
};

enum window_end window_run(struct app *app, const struct window_options *options,
			   struct error *err);

/* Has `grow` called soon, where a window is open. From any thread, at any time. */
void window_wake(void);

/* --dump-ui: the names and rectangles of the window at that size (0: the
 * usual one), as JSON. Takes no display. */
bool window_describe(struct app *app, unsigned width, unsigned height, FILE *out,
		     struct error *err);

#endif
