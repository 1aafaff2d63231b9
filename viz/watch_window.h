/* watch_window.h — a network that is watched, in the window. */
#ifndef TCPLAB_VIZ_WATCH_WINDOW_H
#define TCPLAB_VIZ_WATCH_WINDOW_H

#include "live/watch.h"
#include "viz/args.h"

/* What the window shows of a watch. */
struct watch_window {
	const struct args *args;
	const char *interface;
	struct watch *watch;
	struct watched shown;   /* number 0: a blank page, as there is nothing yet */
	uint32_t chosen;        /* by the reader, from the list; 0: not yet */
	nanos ends;             /* as the window counts time; NANOS_NEVER */
	bool told;              /* that it ended by itself */
	struct flows flows;     /* a copy, for app->choices */
	nanos listed;           /* when it was made … */
	uint64_t frames_listed; /* … and how many frames there had been */
};

/* For watch_options.ready. */
void watch_window_wake(void *unused);

/* Shows it until the window is closed. Returns the exit status. */
int watch_window_present(struct watch_window *w);

#endif
