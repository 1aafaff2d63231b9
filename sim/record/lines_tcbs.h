/* lines_tcbs.h — what changed in TCBs, event by event, for export_json.c.
 *
 * Ask for the events in order. An event about a connection gets the key
 * "tcb"; where TCBs of other connections changed at it too (a host reboots
 * and forgets them all), they are listed under "others". */
#ifndef TCPLAB_RECORD_LINES_TCBS_H
#define TCPLAB_RECORD_LINES_TCBS_H

#include "record/lines.h"
#include "record/recording.h"

struct lines_stray;

struct lines_tcbs {
	const struct recording *r;
	struct tcb_walk *walks;     /* of each connection, at the event written last */
	struct lines_stray *strays; /* in the order of events */
	uint32_t stray_count;
	uint32_t stray_room;
	uint32_t next_stray;
};

void lines_tcbs_start(struct lines_tcbs *w, const struct recording *r);
void lines_tcbs_free(struct lines_tcbs *w);

/* Into the object of event `n`: the variables that are new, all of them where there was no
 * TCB before, null where there is none any more. */
void lines_tcbs_put(struct lines_tcbs *w, struct lines *l, uint32_t n);

#endif
