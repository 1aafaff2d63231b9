/* gate_inside.h — what the ways to the network share. Not for callers.
 *
 * A way is a constant struct of functions; what it needs beyond struct gate
 * it keeps behind `state`, which close() frees. */
#ifndef TCPLAB_LIVE_GATE_INSIDE_H
#define TCPLAB_LIVE_GATE_INSIDE_H

#include "live/gate.h"
#include "live/half_open.h"
#include "live/route.h"
#include "live/shrunk.h"

struct gate_functions {
	/* Fills in fd, addresses, port, mtu and why. False with a sentence that says what to do,
	 * and nothing to close. */
	bool (*open)(struct gate *gate, const struct gate_request *request, struct error *err);
	void (*close)(struct gate *gate);
	bool (*receive)(struct gate *gate, struct datagram *out);
	/* False: the kernel refuses it, and errno says why. */
	bool (*send)(struct gate *gate, const uint8_t *datagram, size_t len);
	/* What goes before a datagram to there; false: it is not known yet. NULL: nothing does. */
	bool (*write_link)(struct gate *gate, const struct address *to, uint8_t out[LINK_HEADER]);
	void (*count)(struct gate *gate); /* brings the counts up to date; NULL: they are */
};

struct gate {
	const struct gate_functions *functions;
	void *state;
	enum gate_way way;
	int fd;
	int command; /* see gate_command_fd() */
	uint16_t port;
	uint16_t mtu;
	struct address addresses[2]; /* IPv4, IPv6 */
	struct gate_counts counts;
	struct half_open *half_open; /* NULL: nobody outlives us who would read it */
	struct impair *outwards;     /* NULL: nothing is impaired */
	struct impair *inwards;
	char why[ERROR_TEXT_MAX];
	char interface[INTERFACE_NAME_MAX]; /* whose link it is; "": one in a namespace of its own
					     */
	unsigned interface_index;           /* 0: it is not known */
	bool is_gone;                       /* the way itself has seen it */
	uint8_t report[SHRUNK_MAX];         /* that the link takes less now */
	size_t report_len;
};

/* The local port where each is free, as nobody else is at our address: the one that is wanted,
 * or for an active OPEN any. A peer may remember the last run's (RFC 6056 §3). */
uint16_t gate_any_port(const struct gate_request *request);

extern const struct gate_functions gate_raw;
extern const struct gate_functions gate_own;
extern const struct gate_functions gate_tun;
extern const struct gate_functions gate_space;
extern const struct gate_functions gate_pcap;

/* Those that this system has; NULL: it has not (ways_linux.c, ways_portable.c). */
extern const struct gate_functions *const gate_ways_here[GATE_WAYS];
/* Whether an address is of a network that is behind a TUN device of ours. */
bool gate_is_behind_tun(const struct address *address);

#endif
