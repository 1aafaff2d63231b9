/* run.h — a script is run against a machine: who speaks when, and whether it is right.
 *
 * Time: an absolute time counts from the beginning; "+t" counts from when the
 * event before it was over, an inbound packet after inbound packets from when
 * that was due. An outbound packet may come earlier or later than its time by
 * the tolerance or an eighth of the time since the event before, whichever is
 * more; a range is widened by the same. "*" is any time. */
#ifndef TCPLAB_DRILL_RUN_H
#define TCPLAB_DRILL_RUN_H

#include "base/text.h"
#include "machine/machine.h"
#include "machine/settings.h"

struct recording;

enum verdict { DRILL_PASSED, DRILL_FAILED, DRILL_UNSUPPORTED, DRILL_UNREADABLE };

enum { DIALOGUE_TEXT_MAX = 4096 };

struct drill_result {
	uint8_t verdict; /* enum verdict */
	/* Where it did not pass: file, line, what was expected, what came. Several lines. */
	struct error sentence;
	/* And what was said until then: the last lines of it, each with its end. */
	char dialogue[DIALOGUE_TEXT_MAX];
	uint32_t line;   /* of the event that failed; or 0 */
	uint32_t events; /* that were done */
	nanos ended;     /* virtual time */
	nanos deviation; /* the largest of all outbound packets that had a time */
	uint32_t deviation_line;
	uint32_t left_over; /* packets that nobody expected */
	uint32_t forgiven;  /* differences that --non_fatal lets pass */
};

struct drill_watcher {
	void *who;
	/* Each event and each packet as it happens, one line without its end: the dialogue. */
	void (*line)(void *who, nanos now, const char *line);
	/* What the code prints. */
	void (*printed)(void *who, const char *text);
};

/* Our machine. `settings`: those of the command line; the script's own come on top. `watcher` and
 * `recording` may be NULL. */
void drill_run(const struct script *script, const struct drill_settings *settings,
	       struct recording *recording, const struct drill_watcher *watcher,
	       struct drill_result *result);
/* Any machine, made by the caller for these settings, which are complete. */
void drill_run_on(const struct script *script, struct drill_settings *settings,
		  const struct machine *machine, const struct drill_watcher *watcher,
		  struct drill_result *result);

#endif
