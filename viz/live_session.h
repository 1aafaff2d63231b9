/* live_session.h — a live run that is shown: in the window while it goes on, or
 * as a ladder when it is over. */
#ifndef TCPLAB_VIZ_LIVE_SESSION_H
#define TCPLAB_VIZ_LIVE_SESSION_H

#include "live/live.h"
#include "live/narrator.h"
#include "viz/args.h"

struct live_session {
	const struct args *args;
	struct live_setup setup; /* the caller's, but for its inputs */
	const char *title;
	/* Called when it is over; NULL: nobody wants to know. */
	void (*told)(void *who, const struct recording *r);
	bool over_stdout; /* what the application writes comes out there: no ladder may */

	struct live_run *run;
	struct narrator *narrator;
	struct recording *recording; /* NULL: nobody asked for the story */
	struct live_result result;
	bool ended;
};

/* Runs it and shows it as its args say. Returns the exit status. */
int live_session_present(struct live_session *s);

#endif
