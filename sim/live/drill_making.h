/* drill_making.h — one system call that is being made, and what the script says about it. Shared by
 * the files that have the calls: drill_calls.c, drill_options.c, drill_messages.c, drill_waiting.c,
 * drill_files.c. */
#ifndef TCPLAB_LIVE_DRILL_MAKING_H
#define TCPLAB_LIVE_DRILL_MAKING_H

#include <sys/socket.h>

#include "live/drill_inside.h"

enum { OCTETS_MAX = 1 << 26 };

struct making {
	struct drill_kernel *k;
	const struct system_call *call;
	struct call_outcome outcome;
};

struct kernel_row {
	const char *name;
	void (*make)(struct making *m);
};

/* Each ends with a name that is NULL. */
extern const struct kernel_row kernel_messages[]; /* readv, recvmsg … */
extern const struct kernel_row kernel_waiting[];  /* poll, epoll_wait … */
extern const struct kernel_row kernel_options[];  /* setsockopt, fcntl … */
extern const struct kernel_row kernel_files[];    /* pipe, open … */

/* Always false: the call is not made, and why. */
bool making_refuse(struct making *m, const char *why);
/* What it answers; the first mistake in what it hands back is told. */
void making_returns(struct making *m, int64_t result);
void making_is_wrong(struct making *m, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- what the script says; false: refused ---- */

const struct expression *making_argument(const struct making *m, unsigned i); /* or NULL */
bool making_is_any(const struct expression *e); /* "...", or nothing at all */
bool making_number_of(struct making *m, const struct expression *e, int64_t *value);
bool making_number_at(struct making *m, unsigned i, int64_t *value);
/* The kernel's number for a descriptor of the script; −1: it has none. */
int making_descriptor_of(const struct making *m, int64_t number);
bool making_socket_at(struct making *m, unsigned i, int *fd);
/* A new descriptor is called what the script expects. */
void making_returns_descriptor(struct making *m, int fd);
/* "...": that of the script's machine, or of its peer. */
bool making_address_of(struct making *m, const struct expression *e, bool peer,
		       struct sockaddr_storage *out, socklen_t *len);
/* What came is held against what the script has there. */
void making_hands_back_address(struct making *m, const struct expression *e, const char *what,
			       const struct sockaddr_storage *came);

#endif
