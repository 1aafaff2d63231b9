/* space.h — where the kernel's TCP can be spoken to: a user and network
 * namespace with a TUN device.
 *
 * The process that enters it stays there; nothing outside sees its packets.
 * What would make the kernel's answers depend on chance or on time is pinned
 * there: see the table in space.c. */
#ifndef TCPLAB_TESTS_DIFF_SPACE_H
#define TCPLAB_TESTS_DIFF_SPACE_H

#include "base/error.h"
#include "live/tun.h"

/* False where there are no such namespaces or devices here. */
bool space_enter(struct tun *tun, struct error *err);

/* Pins what there is to pin; false where the kernel refuses one of those it cannot do
 * without. */
bool space_pin(const struct tun *tun, struct error *err);

#endif
