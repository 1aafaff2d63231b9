/* pairs.h — which two connections are the ends of one.
 *
 * They have the same four addresses and ports, the other way round; where
 * those are used again, the first of one host goes with the first of the
 * other, and so on. */
#ifndef TCPLAB_RECORD_PAIRS_H
#define TCPLAB_RECORD_PAIRS_H

#include "record/recording.h"

/* A number for each connection, from 1 in the order in which they came; both ends have the
 * same. 0 for one that only ever listened. *count gets the highest. The caller frees it. */
uint32_t *pairs_number(const struct recording *r, uint32_t *count);

#endif
