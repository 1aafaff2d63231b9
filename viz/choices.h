/* choices.h — the connections of a network, of which the window shows one.
 *
 * Whoever watches the network, or has opened a capture, fills them in, in the
 * order of their numbers; the reader chooses in a list that lies over the
 * page. The list follows the connection that the mark is on, wherever it
 * comes to stand. */
#ifndef TCPLAB_VIZ_CHOICES_H
#define TCPLAB_VIZ_CHOICES_H

#include <stdbool.h>
#include <stdint.h>

#include "source/flows.h"

enum { CHOICES_WORDS_MAX = 160 };

struct choices {
	const struct flows *flows;     /* NULL: there is nothing to choose from */
	uint32_t shown;                /* number of the one on the page; 0: none */
	uint32_t marked;               /* number of the one that the keys stand on */
	char words[CHOICES_WORDS_MAX]; /* about all of them */
};

/* The row of the marked one, or of the next that is still there; 0 where there is none. */
uint32_t choices_row(const struct choices *choices);

/* Marks the row so much further down, as far as there are rows. */
void choices_move(struct choices *choices, int64_t rows);

#endif
