/* sockets.h — sockets as Linux has them, over a host (net/host.h).
 *
 * A socket is what a descriptor names: its options, the errors that wait to be
 * told, and at most one connection. The connection is the host's and outlives a
 * close(); the socket outlives a RST, and has then what is left to be told: octets
 * that were not read, errno, the TCB as it was last.
 *
 * A socket that listens has a line of connections that are established; accept()
 * gives the first a socket. Where a call has to wait it blocks: it is
 * tried again whenever something happens, and when its time is over. At most one
 * call blocks at a time.
 *
 * Calls come as the script has them. What a call hands back beside its
 * result (addresses, values of options, revents) is held against what the script
 * expects there, "..." being anything. Constants are those of Linux: symbols.h.
 *
 * Files: sockets_table.c has the descriptors, sockets_arguments.c reads what a script says,
 * and each of the others has the calls of one noun. */
#ifndef TCPLAB_MACHINE_SOCKETS_H
#define TCPLAB_MACHINE_SOCKETS_H

#include "machine/machine.h"
#include "machine/settings.h"
#include "net/host.h"

struct sockets;

struct sockets_setup {
	struct host *host; /* its user are the sockets from now on */
	const struct drill_settings *settings;
	/* Sends a datagram that is not of TCP. */
	void (*send)(void *who, nanos now, const uint8_t *datagram, size_t len);
	void *who;
};

struct sockets *sockets_new(const struct sockets_setup *setup);
void sockets_free(struct sockets *all); /* NULL: nothing; before its host */

/* machine.h: call() and pending(). */
struct call_outcome sockets_call(struct sockets *all, nanos now, const struct system_call *call);
struct call_outcome sockets_pending(const struct sockets *all, nanos *returned);

/* Something has happened, or the deadline has come: the call that blocks is tried again. True
 * where it has returned. */
bool sockets_go_on(struct sockets *all, nanos now);
nanos sockets_deadline(const struct sockets *all);

/* A datagram without TCP has arrived: of UDP, or an ICMP error about one. */
void sockets_datagram_arrives(struct sockets *all, nanos now, const uint8_t *bytes, size_t len);

/* A packet of TCP goes out, or is about to arrive: it is counted. */
void sockets_see(struct sockets *all, nanos now, const struct packet *packet, bool out);

/* And has arrived: text that waits for more may go with it. */
void sockets_hear(struct sockets *all, nanos now);

/* machine.h: info(), count_in_state(), drop(), configure(). */
bool sockets_info(const struct sockets *all, nanos now, const char *name, int64_t *value);
int64_t sockets_count_in_state(const struct sockets *all, const char *state);
bool sockets_drop(struct sockets *all, nanos now, const char *state); /* NULL: in any */
void sockets_configure(struct sockets *all, const struct profile *profile);

#endif
