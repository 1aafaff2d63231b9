/* keeper.h — tcplab-keeper, which outlives us where there is no tcplab-netd: on
 * every system, for an address of our own through libpcap.
 *
 * It is a program of its own, and small. It opens the link that it is told, gives
 * up being root, says that it is ready over the socket that is its standard input,
 * and waits there for us to end, however we do. What we still had open then is in
 * a table that we share with it (half_open.h): it sends each peer a RST.
 *
 *     if (!keeper_start(&keeper, path, "eth0", &ours, port, &err))
 *             …err says what to do
 *     half_open_remember(keeper.table, slot, &which, link); …
 *     keeper_end(&keeper); */
#ifndef TCPLAB_LIVE_KEEPER_H
#define TCPLAB_LIVE_KEEPER_H

#include <sys/types.h>

#include "base/error.h"
#include "live/half_open.h"

/* How the program is called: tcplab-keeper INTERFACE ADDRESS PORT, with two descriptors. */
enum {
	KEEPER_CONTROL = 0, /* a sentence goes out, "" for ready; its end comes in */
	KEEPER_TABLE = 3,
};

struct keeper {
	pid_t pid; /* 0: there is none */
	int control;
	struct half_open *table;
};

/* It speaks as `ours`, at that port or, with 0, at any. */
bool keeper_start(struct keeper *keeper, const char *path, const char *interface,
		  const struct address *ours, uint16_t port, struct error *err);
/* In good order: no RST is sent. One that was never started may be ended, too. */
void keeper_end(struct keeper *keeper);

#endif
