/* reenact.h — an application that does again what a captured client's did: the
 * same text in the same pieces, after having heard as much and waited as long.
 *
 * A server that says less than the captured one is not waited for: when nothing
 * has come for a while, the next act follows. */
#ifndef TCPLAB_LIVE_REENACT_H
#define TCPLAB_LIVE_REENACT_H

#include "live/acts.h"

struct reenactment;

/* In a thread of its own; `acts` must outlive it. *socket is its other end: the run's. NULL with
 * a sentence. */
struct reenactment *reenact(const struct acts *acts, int *socket, struct error *err);
/* Waits for its end. The octets that it heard, and the acts for which it had not heard enough. */
void reenact_end(struct reenactment *r, int64_t *heard, uint32_t *hasty);

#endif
