/* resolve.h — the address that a name has, as this machine's resolver says. */
#ifndef TCPLAB_LIVE_RESOLVE_H
#define TCPLAB_LIVE_RESOLVE_H

#include <stdint.h>

#include "base/error.h"
#include "wire/address.h"

/* `version` 4 or 6, or 0: the resolver's first choice. An address may stand for a name. */
bool resolve(const char *name, uint8_t version, struct address *out, struct error *err);

#endif
