/* ours.h — our own TCP as the machine that a script tests, in virtual time: a
 * host (net/host.h), a socket layer over it, and no network at all.
 *
 * Where it is recorded, the script is seen as the other host: what it sends it
 * has sent, what it gets arrives at once, and its TCB is inferred. */
#ifndef TCPLAB_MACHINE_OURS_H
#define TCPLAB_MACHINE_OURS_H

#include "machine/machine.h"
#include "machine/settings.h"
#include "net/host.h"

struct ours;

/* `recording` may be NULL, otherwise it is the caller's. */
struct ours *ours_new(const struct drill_settings *settings, uint64_t seed,
		      struct recording *recording);
void ours_free(struct ours *ours); /* NULL: nothing */
struct machine ours_machine(struct ours *ours);

#endif
