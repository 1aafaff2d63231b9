/* impair.h — what a bad link does to datagrams, done on purpose and by chance
 * with a seed: some are lost, some come twice, some are overtaken by later ones.
 *
 * A queue for one direction: datagrams go in, and what is left of them comes
 * out. One that is held back goes when OVERTAKEN_BY others have passed it, or
 * when there are no others. */
#ifndef TCPLAB_LIVE_IMPAIR_H
#define TCPLAB_LIVE_IMPAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct impair_setup {
	uint64_t seed;
	uint32_t loss; /* all three: of a million datagrams */
	uint32_t duplication;
	uint32_t reordering;
};

struct impair;

/* `way` tells the two directions of a link apart: each has its own luck. */
struct impair *impair_new(const struct impair_setup *setup, uint64_t way);
void impair_free(struct impair *impair); /* NULL: nothing */

void impair_put(struct impair *impair, const uint8_t *datagram, size_t len);
/* `idle`: no further datagram is at hand. False where none is to go now. *datagram is valid until
 * the next call. */
bool impair_take(struct impair *impair, bool idle, const uint8_t **datagram, size_t *len);

#endif
