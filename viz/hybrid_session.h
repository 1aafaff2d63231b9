/* hybrid_session.h — a hybrid run that is shown: in the window while it goes on,
 * where links are changed by hand, or as a ladder when it is over. */
#ifndef TCPLAB_VIZ_HYBRID_SESSION_H
#define TCPLAB_VIZ_HYBRID_SESSION_H

#include "live/hybrid.h"
#include "live/hybrid_narrator.h"
#include "viz/args.h"

struct hybrid_session {
	const struct args *args;
	struct hybrid_setup setup; /* the caller's, but for its inputs */
	struct scenario *twin;     /* of the setup's scenario, for the narrator */
	const char *name;          /* of its file */

	struct hybrid *run;
	struct hybrid_narrator *narrator;
	struct recording *recording;
	struct hybrid_result result; /* when it has ended */
	uint32_t link;               /* that is changed by hand … */
	uint32_t near;               /* … between the first real host … */
	uint32_t far;                /* … and this node */
	nanos delay;
	uint32_t loss; /* in a million */
	bool ended;
};

/* Runs it, shows it as its args say, and keeps it where they want that. Returns the exit status. */
int hybrid_session_present(struct hybrid_session *s);

#endif
