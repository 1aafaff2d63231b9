/* ladder_block.h — the heights of the rows of a block of events.
 *
 * Inside a block each height follows from the rows before it; from block to
 * block only from the two rows at the border. Blocks have fixed borders, so a
 * row has the same distance to its neighbours wherever one starts to build. */
#ifndef TCPLAB_VIZ_LADDER_BLOCK_H
#define TCPLAB_VIZ_LADDER_BLOCK_H

#include "viz/ladder_rows.h"

enum { LADDER_BLOCK = 256 }; /* events in a block */

/* The rows of block `number` alone, heights from 0. */
void ladder_block_build(struct ladder_rows *rows, const struct scene *s,
			const struct ladder_scale *scale, uint32_t number);

/* How high a time without events is, and whether it is cut to that height. */
double ladder_height_for(const struct ladder_scale *scale, nanos length);
bool ladder_is_cut(const struct ladder_scale *scale, nanos length);

void ladder_add_row(struct ladder_rows *rows, struct ladder_row row);

#endif
