/* live_session.h — a live run that is shown: in the window while it goes on, or
 * as a ladder when it is over. */
#ifndef TCPLAB_VIZ_LIVE_SESSION_H
#define TCPLAB_VIZ_LIVE_SESSION_H

#include "live/live.h"
#include "live/narrator.h"
#include "viz/args.h"
#include "viz/live_way.h"

struct live_session {
	const struct args *args;
	struct live_setup setup; /* the caller's, but for its gate and inputs */
	struct live_way way;     /* the caller's: request */
	const char *title;
	/* Called when it is over; NULL: nobody wants to know. */
	void (*told)(void *who, const struct recording *r);
	bool is_stdio;    /* the application is standard input and output: that they fail is told */
	bool over_stdout; /* what the application writes comes out there: no ladder may */

	struct live_run *run; /* NULL: it is over */
	struct narrator *narrator;
	struct recording *recording; /* NULL: nobody asked for the story */
	struct recording *spoilt;    /* of the run that began again another way, or NULL */
	struct live_result result;
	int status;    /* not fine: what was to go on another way could not begin */
	bool tells;    /* somebody asked for the story */
	bool has_news; /* it goes on since it was shown */
	bool warned;   /* of the kernel's RSTs */
};

/* Opens its gate, runs it, and shows it as its args say. Returns the exit status. */
int live_session_present(struct live_session *s);

#endif
