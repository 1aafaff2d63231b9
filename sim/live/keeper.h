/* keeper.h — tcplab-keeper, which outlives us where there is no tcplab-netd: on
 * every system, for an address of our own through libpcap; and for the hosts of a
 * scenario, with whom this machine's kernel speaks through a TUN device.
 *
 * It is a program of its own, and small. It opens the link that it is told, gives
 * up being root where it can, says that it is ready over the socket that is its standard input,
 * and waits there for us to end, however we do. What we still had open then is in
 * a table that we share with it (half_open.h): it sends each peer a RST.
 *
 *     if (!keeper_start(&keeper, path, &link, &err))
 *             …err says what to do
 *     half_open_remember(keeper.table, slot, &which, link); …
 *     half_open_forget_all(keeper.table); — or it speaks now, too
 *     keeper_end(&keeper); */
#ifndef TCPLAB_LIVE_KEEPER_H
#define TCPLAB_LIVE_KEEPER_H

#include <sys/types.h>

#include "base/error.h"
#include "live/half_open.h"

/* How the program is called: "tcplab-keeper INTERFACE ADDRESS PORT", or "tcplab-keeper device",
 * with descriptors. */
enum {
	KEEPER_CONTROL = 0, /* a sentence goes out, "" for ready; its end comes in */
	KEEPER_TABLE = 3,
	KEEPER_DEVICE = 4,
};

/* As whom it speaks, and where. */
struct keeper_link {
	const char *interface; /* NULL: as anybody, through the device */
	struct address ours;
	uint16_t port; /* 0: any */
	int device;    /* a descriptor that whole datagrams go through */
};

struct keeper {
	pid_t pid; /* 0: there is none */
	int control;
	struct half_open *table;
};

bool keeper_start(struct keeper *keeper, const char *path, const struct keeper_link *link,
		  struct error *err);
/* Waits until it has said what it has to. One that was never started may be ended, too. */
void keeper_end(struct keeper *keeper);

#endif
