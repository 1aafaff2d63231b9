/* history.h — the TCBs of one connection, at every event at which they were
 * stored.
 *
 * What a connection holds ahead of a gap lies outside its TCB, and is here as
 * words behind those of the TCB.
 *
 * A TCB changes a little at a time: an ACK moves some ten of its words. So a
 * history is pages of entries; an entry says which event it belongs to and
 * which 32-bit words are new since the entry before. Each page
 * begins against a TCB of zeros, which makes its first entry a whole copy:
 * to know the TCB at an event, find the page and apply at most
 * HISTORY_PAGE_ENTRIES entries.
 *
 * An entry is: the event's number less that of the entry before (in a page's
 * first: of the page); then for each changed word a number, and its lowest
 * 1 to 4 bytes, the others being as before; at last a number for the words
 * behind. These numbers are how many unchanged words lie between, times 4,
 * and how many bytes follow, less 1. One word too many says that the TCB
 * ceases to be. All numbers are LEB128. */
#ifndef TCPLAB_RECORD_HISTORY_H
#define TCPLAB_RECORD_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/memory.h"
#include "tcp/tcb.h"

enum { HISTORY_PAGE_ENTRIES = 256 };

struct history_page {
	const uint8_t *bytes;
	uint32_t len;
	uint32_t first_event;
};

/* What an entry tells of. */
struct tcb_words {
	struct tcb tcb;
	struct held_range held[HELD_MAX]; /* behind those that the TCB counts all 0 */
};

struct history {
	struct history_page *pages;
	struct tcb_words *now; /* after the last entry; NULL where there is none */
	uint8_t *open;         /* bytes of the last page, until it is full and goes to the pool */
	uint32_t room;         /* allocated there */
	uint32_t page_count;
	uint32_t page_capacity;
	uint32_t entries;    /* of the last page */
	uint32_t last_event; /* of the last entry */
};

void history_free(struct history *h);

/* The TCB as it is after `event`, which is not before the last one given. */
void history_set(struct history *h, struct pool *pool, uint32_t event, const struct tcb *tcb,
		 const struct held *held);
void history_drop(struct history *h, struct pool *pool, uint32_t event);

size_t history_size(const struct history *h); /* bytes held, beside those of the pool */

/* A walk along a history: after each true tcb_walk_next(), `event` is one at which a TCB was
 * stored, and `now` the TCB after it (all 0 where it ceased to be: `exists`). */
struct tcb_walk {
	const struct history *history;
	struct tcb_words now;
	size_t at; /* in the page */
	uint32_t page;
	uint32_t event;
	bool exists;
};

/* Begins before the last page that starts at or before `event`; 0: at the beginning. */
void history_walk(struct tcb_walk *walk, const struct history *h, uint32_t event);
bool tcb_walk_next(struct tcb_walk *walk);
/* The next event, without going there; UINT32_MAX at the end. */
uint32_t tcb_walk_peek(const struct tcb_walk *walk);

/* Walks to `event`; false where there was no TCB after it. */
bool history_at(const struct history *h, uint32_t event, struct tcb_walk *walk);

#endif
