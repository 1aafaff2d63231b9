/* run_inside.h — what the files run*.c share: one run of one script. */
#ifndef TCPLAB_DRILL_RUN_INSIDE_H
#define TCPLAB_DRILL_RUN_INSIDE_H

#include "script/evaluate.h"
#include "drill/match.h"
#include "drill/run.h"

/* A datagram that the machine has sent, and that no event has taken yet. */
struct departed {
	struct departed *next;
	nanos time;
	size_t len;
	uint8_t datagram[];
};

/* When an event is due. */
struct due {
	nanos begin;
	nanos end;       /* of a range; otherwise `begin` */
	nanos base;      /* what its relative times count from */
	nanos tolerance; /* before and after */
	bool any;
};

enum { DIALOGUE_LINES = 20, DIALOGUE_LINE_MAX = 200 };

struct run {
	const struct script *script;
	struct drill_settings *settings;
	const struct machine *machine;
	const struct drill_watcher *watcher; /* or NULL */
	struct drill_result *result;
	struct match *match;
	struct evaluator *evaluator;
	nanos now;
	const struct script_event *last; /* the event before; NULL: none */
	nanos last_due;                  /* when that was due */
	struct departed *first;          /* the oldest that was not taken */
	struct departed **end;
	/* A call that has not returned; NULL: none. */
	const struct script_event *blocked;
	struct due blocked_until;
	bool ended; /* the verdict stands */
	char dialogue[DIALOGUE_LINES][DIALOGUE_LINE_MAX];
	uint32_t dialogue_count;        /* of all lines so far */
	uint8_t datagram[DATAGRAM_MAX]; /* the one that the script sends */
};

/* ---- run_time.c ---- */

struct due run_due(const struct run *run, const struct script_event *event);
/* Goes on until `until`; what leaves meanwhile is put in line, and a blocked call may
 * return. False where the script has ended by that. */
bool run_wait(struct run *run, nanos until);
/* The same until something that nobody has taken has left, if it does before. */
bool run_wait_for_departure(struct run *run, nanos until);
/* The same until the blocked call has returned. */
bool run_wait_for_return(struct run *run);
/* Everything that an event waits for but a packet of the machine: false, and the verdict, where
 * it is too late for it. */
bool run_wait_for_event(struct run *run, const struct script_event *event, struct due due);
/* False where `time` is not when it is due: `what` happened then. */
bool run_is_due(struct run *run, const struct script_event *event, struct due due, nanos time,
		const char *what, struct error *why);
void run_take_departures(struct run *run);

/* ---- run_packet.c, run_call.c ---- */

bool run_packet(struct run *run, const struct script_event *event, struct due due);
bool run_call(struct run *run, const struct script_event *event, struct due due);
/* Whether the blocked call has returned, and if so, as it should. */
bool run_look_at_blocked(struct run *run);

/* ---- run_tell.c ---- */

/* A line of the dialogue, at a time; `line` 0: of no event. */
void run_tell(struct run *run, nanos time, uint32_t line, const char *text);
void run_tell_event(struct run *run, const struct script_event *event);
void run_tell_packet(struct run *run, nanos time, uint32_t line, const uint8_t *datagram,
		     size_t len, bool outbound);
/* The verdict: "file:line: sentence". Always false. */
bool run_end(struct run *run, const struct script_event *event, enum verdict verdict,
	     const char *sentence);

#endif
