/* kept_run.h — a live run in a file: who our host was, and all that it got from
 * outside, each at its time. What it did is a function of these: it is done
 * again exactly, and that it was can be seen from what it sent.
 *
 * The file is JSON, its name ends in .live. */
#ifndef TCPLAB_LIVE_KEPT_RUN_H
#define TCPLAB_LIVE_KEPT_RUN_H

#include <stdio.h>

#include "base/error.h"
#include "live/actor.h"
#include "live/inputs.h"

struct kept_run {
	struct actor_setup actor;
	struct inputs *inputs;
	nanos epoch; /* what time 0 was, since 1970 */
	char title[160];
	char name[32]; /* actor.name, where it was read */
};

bool kept_run_write(const struct kept_run *kept, FILE *out);

/* `path` is said in errors. On true, kept_run_free() it. Not to be moved meanwhile. */
bool kept_run_parse(struct kept_run *kept, const char *path, const char *bytes, size_t len,
		    struct error *err);
bool kept_run_read(struct kept_run *kept, const char *path, struct error *err);
void kept_run_free(struct kept_run *kept);

#endif
