/* sockets_refused.c — options and calls that scripts may name and our sockets do not have, and why
 * not. */
#include "machine/sockets_inside.h"

#include <string.h>

struct refused {
	const char *name;
	const char *why;
};

static const char credentials[] = "credentials are of sockets within one machine";
static const char filters[] = "no program looks at what arrives here";
static const char keys[] = "scripts have no way to write a key";
static const char stamps[] = "only what is sent is stamped, and what arrives is not";
static const char repair[] = "connections are not taken apart and put together again here";
static const char psp[] = "a network card would encrypt, and there is none";

static const struct refused refused[] = {
	{"SO_ATTACH_BPF", filters},
	{"SO_ATTACH_FILTER", filters},
	{"SO_BINDTODEVICE", "there is one network, and no device that has a name"},
	{"SO_DETACH_FILTER", filters},
	{"SO_NO_CHECK", "each datagram has its checksum here"},
	{"SO_PASSCRED", credentials},
	{"SO_PEERCRED", credentials},
	{"SO_PEERNAME", "getpeername() tells that"},
	{"SO_PEERSEC", credentials},
	{"SO_MAX_PACING_RATE", "packets leave at once"},
	{"SO_SECURITY_AUTHENTICATION", credentials},
	{"SO_SECURITY_ENCRYPTION_NETWORK", credentials},
	{"SO_SECURITY_ENCRYPTION_TRANSPORT", credentials},
	{"SO_TIMESTAMP", stamps},
	{"SO_TIMESTAMPNS", stamps},
	{"IP_MINTTL", "all that arrives is read"},
	{"TCP_AO_ADD_KEY", keys},
	{"TCP_COOKIE_TRANSACTIONS", "Linux has had none since 3.10"},
	{"TCP_MD5SIG", keys},
	{"TCP_MD5SIG_EXT", keys},
	{"TCP_REPAIR", repair},
	{"TCP_REPAIR_OPTIONS", repair},
	{"TCP_REPAIR_QUEUE", repair},
	{"TCP_QUICKACK", "the first ACKs go at once, and later ones wait, as TCP finds"},
	{"TCP_THIN_LINEAR_TIMEOUTS", "time-outs of a thin stream double as all do"},
	{"TCP_TIMESTAMP", repair},
	{"TCP_ULP", "nothing lies between a socket and its TCP here"},
	{"TCP_ZEROCOPY_RECEIVE", "no memory is mapped here"},
	{"psp_rx_assoc", psp},
	{"psp_tx_assoc", psp},
};

const char *why_refused(const char *name)
{
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		if (strcmp(refused[i].name, name) == 0)
			return refused[i].why;
	}
	return NULL;
}
