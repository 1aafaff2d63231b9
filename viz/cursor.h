/* cursor.h — a position in a recording, and the ways to move it.
 *
 * A cursor names the last event that has happened. So stepping back is the
 * same as stepping forward: another number. Before everything it names no
 * event. The unit of a lesson is the turn (see recording.h): a position that
 * a reader stops at is the end of one.
 *
 * Cursors are values; nothing here allocates or keeps state. */
#ifndef TCPLAB_VIZ_CURSOR_H
#define TCPLAB_VIZ_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "record/recording.h"

struct cursor {
	uint32_t event; /* the last that has happened; EVENT_NONE: nothing yet */
};

enum step {
	STEP_EVENT,   /* what happens inside a turn, one by one */
	STEP_TURN,    /* an input and all it led to */
	STEP_SEGMENT, /* the next turn in which a segment is sent, arrives or is lost */
};

struct cursor cursor_start(void);
struct cursor cursor_end(const struct recording *r);
bool cursor_is_at_start(struct cursor c);
bool cursor_is_at_end(const struct recording *r, struct cursor c);

/* After all of `turn`. */
struct cursor cursor_after_turn(const struct recording *r, uint32_t turn);

/* After the turn in which the packet was put on the wire. */
struct cursor cursor_at_packet(const struct recording *r, uint32_t packet);

/* The turn that is happening or has just ended; EVENT_NONE at the start. */
uint32_t cursor_turn(const struct recording *r, struct cursor c);

/* When the last event happened; at the start, when the first one will. */
nanos cursor_time(const struct recording *r, struct cursor c);

/* Where the turn of the cursor began: the position before its first event.
 * What changed in this step is what differs between the two. */
struct cursor cursor_before_turn(const struct recording *r, struct cursor c);

/* One step; at the ends they return where they were. A step by turns from
 * inside a turn goes to its end, and back to its beginning. */
struct cursor cursor_forward(const struct recording *r, struct cursor c, enum step step);
struct cursor cursor_back(const struct recording *r, struct cursor c, enum step step);

/* The next and the previous turn in which something was lost or sent again;
 * false, and *c as it was, where there is none. */
bool cursor_next_trouble(const struct recording *r, struct cursor *c);
bool cursor_previous_trouble(const struct recording *r, struct cursor *c);

/* The next (or previous) turn that matches all words of `query`, going round
 * at the ends: the name of a state that is entered, a host, a flag ("syn"),
 * a rule's id or part of its sentence, "lost", "again", "timer", a caption's
 * words, or a number that is a segment's sequence or acknowledgment number.
 * Upper and lower case are alike. False, and *c as it was, where none does. */
bool cursor_search(const struct recording *r, struct cursor *c, const char *query, bool forward);

#endif
