/* events.h — the events of a recording, packed.
 *
 * What most events have in common with their turn, namely time, host, connection and what led to
 * them, is kept once for the turn. Then a row of 12 bytes is left of an event. One that says more
 * than its row can is kept whole as well. */
#ifndef TCPLAB_RECORD_EVENTS_H
#define TCPLAB_RECORD_EVENTS_H

#include "record/memory.h"
#include "record/recording.h"
#include "tcp/journal.h"

struct event_turn {
	nanos time;
	uint32_t first; /* its first event, which led to the others */
	uint32_t cause; /* what led to that one */
	uint32_t conn;
	uint8_t host;
	uint8_t zero[3];
};

struct event_row {
	uint32_t turn;
	uint32_t more; /* its packet, text or value, as its kind has one; or the number of it whole
			*/
	uint16_t rule;
	uint8_t kind; /* and EVENT_IS_WHOLE */
	uint8_t less; /* its call, timer or `from`; and 16 times `to`, or how often `more` doubles
		       */
};

enum { EVENT_IS_WHOLE = 0x80 };

struct events {
	struct pile rows;  /* of struct event_row */
	struct pile turns; /* of struct event_turn */
	struct pile whole; /* of struct event */
};

struct events events_new(void);
void events_free(struct events *e);

/* Adds an event of this turn, led to by `cause`; a turn that is new is one more than there are. */
void events_add(struct events *e, struct pool *pool, const struct event *event, uint32_t turn,
		uint32_t cause);
/* Adds what an engine noted: an event of the last turn, of its connection, led to by its first.
 * False where a row cannot say it. */
bool events_add_note(struct events *e, struct pool *pool, const struct note *note);

struct event events_at(const struct events *e, uint32_t n);

static inline struct event_row *event_row(const struct events *e, uint32_t n)
{
	return pile_at(&e->rows, n);
}

static inline struct event_turn *event_turn(const struct events *e, uint32_t turn)
{
	return pile_at(&e->turns, turn);
}

#endif
