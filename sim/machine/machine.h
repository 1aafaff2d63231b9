/* machine.h — what a script tests: a machine with a TCP and sockets.
 *
 * There are two: ours, in virtual time (ours.h), and the kernel that we
 * run on, in real time (live/drill_kernel.h). The runner (run.h) makes a script's
 * calls, hands over its packets, and looks at what comes out. Times are
 * nanoseconds since the script began.
 *
 * Numbers of constants are those of Linux everywhere: symbols.h. */
#ifndef TCPLAB_MACHINE_MACHINE_H
#define TCPLAB_MACHINE_MACHINE_H

#include "base/error.h"
#include "script/script.h"
#include "tcp/profile.h"
#include "wire/address.h"

enum { DATAGRAM_MAX = 65575 };

/* Where the script's machine and its peer are. */
struct drill_addresses {
	struct address local;
	struct address remote;
	bool mapped;           /* sockets are of IPv6, packets of IPv4: ::ffff:192.0.2.1 */
	uint16_t bind_port;    /* what "..." stands for in bind() */
	uint16_t connect_port; /* and in connect() */
};

struct call_outcome {
	bool blocked; /* it has not returned: machine.pending() tells when */
	int64_t result;
	int32_t error; /* errno where the result is −1, otherwise 0 */
	/* Not empty: what it handed back is not what the script has, "revents is POLLIN, and the
	 * script expects POLLIN|POLLOUT"; or the call is used in a way that makes no sense. */
	struct error wrong;
	bool unsupported; /* `wrong` says what is not supported */
};

struct departure {
	nanos time;
	const uint8_t *datagram; /* until the next function of the machine is called */
	size_t len;
	uint32_t number; /* in the recording; or EVENT_NONE */
};

struct machine {
	void *machine;
	/* The call of a script. Results that make a new descriptor are the script's:
	 * where it expects socket() = 3, its socket is called 3. */
	struct call_outcome (*call)(void *machine, nanos now, const struct system_call *call);
	/* The same for the call that blocked: blocked still, or what it returned and when. */
	struct call_outcome (*pending)(void *machine, nanos *returned);
	/* A datagram arrives from the peer. */
	void (*inject)(void *machine, nanos now, const uint8_t *datagram, size_t len);
	/* Time goes on until `until`, or until a datagram has left or the pending call has
	 * returned, if that is before. Answers what time it is then. NANOS_NEVER: until
	 * something happens; answered with NANOS_NEVER where nothing ever will. */
	nanos (*wait)(void *machine, nanos now, nanos until);
	/* The oldest datagram that has left and was not taken yet. */
	bool (*departed)(void *machine, struct departure *out);
	/* A tcpi_… field of the newest socket of the script; false where it is not known. */
	bool (*info)(void *machine, nanos now, const char *name, int64_t *value);
	/* How many connections are in the state, "ESTAB" … as ss or sockstat say it; −1:
	 * there is no such state. */
	int64_t (*count_in_state)(void *machine, const char *state);
	/* Ends all connections with a RST, as tcpdrop -a does, or all that are in a state: -s.
	 * False where there is no such state. */
	bool (*drop)(void *machine, nanos now, const char *state);
	/* From now on its TCP is configured so: a sysctl in the middle of a script. False where
	 * that cannot be. */
	bool (*configure)(void *machine, const struct profile *profile);
	/* NULL, or for a machine that has sysctls of its own: "net.ipv4.tcp_sack", "0". Called
	 * beside configure(). False where it cannot be set. */
	bool (*sysctl)(void *machine, const char *name, const char *value);
};

#endif
