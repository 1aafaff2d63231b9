/* journal.h — what the engine decided in one turn, in order.
 *
 * Whoever records hands in a journal and reads it after each call; NULL
 * where nobody does. */
#ifndef TCPLAB_TCP_JOURNAL_H
#define TCPLAB_TCP_JOURNAL_H

#include <stdint.h>

#include "base/nanos.h"

enum note_kind {
	NOTE_DECISION,
	NOTE_TRANSITION,    /* from, to: states */
	NOTE_TIMER_STARTED, /* from: which timer; when: its deadline */
	NOTE_TIMER_STOPPED, /* from: which timer */
};

struct note {
	nanos when;
	uint16_t rule;
	uint8_t kind;
	uint8_t from;
	uint8_t to;
};

enum { JOURNAL_MAX = 48 }; /* a turn makes far fewer; a full journal is an assert */

struct journal {
	unsigned count;
	struct note notes[JOURNAL_MAX];
};

#endif
