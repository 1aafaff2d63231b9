/* half_open.h — the connections that would stay half open if we died at this
 * moment, in memory that we share with a process that outlives us: tcplab-netd,
 * or tcplab-keeper. What it says then is in last_words.h.
 *
 * A row is written beside the one that counts, and then counts itself: one who
 * dies at any moment leaves a whole one. */
#ifndef TCPLAB_LIVE_HALF_OPEN_H
#define TCPLAB_LIVE_HALF_OPEN_H

#include <stdatomic.h>

#include "live/arrival.h"
#include "live/gate.h"

enum {
	HALF_OPEN_SYNS = 256, /* the newest connections, which nobody has remembered yet */
	HALF_OPEN_SLOTS = ABANDONED_MAX + HALF_OPEN_SYNS,
};

struct half_open_row {
	struct abandoned which;
	uint8_t link[LINK_HEADER]; /* what goes before the RST, where the way has frames */
};

struct half_open_slot {
	struct half_open_row rows[2];
	atomic_uint current; /* 1 or 2: that row; 0: none */
};

struct half_open {
	struct half_open_slot slots[HALF_OPEN_SLOTS];
	unsigned syns; /* so many have been noted; nobody reads it but who writes the table */
};

/* The memory behind the descriptor, which is as long as a table; NULL with errno. */
struct half_open *half_open_map(int fd);
void half_open_unmap(struct half_open *table); /* NULL: nothing */

/* `link` as in the row, or NULL. */
void half_open_remember(struct half_open *table, unsigned slot, const struct abandoned *which,
			const uint8_t *link);
void half_open_forget(struct half_open *table, unsigned slot);
void half_open_forget_all(struct half_open *table);
/* Before a datagram is sent: one with a SYN begins a connection, which is noted. */
void half_open_notes_syn(struct half_open *table, const uint8_t *datagram, size_t len,
			 const uint8_t *link);

/* False where nothing is in that slot. */
bool half_open_read(const struct half_open *table, unsigned slot, struct half_open_row *out);

#endif
