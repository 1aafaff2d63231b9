/* netd.h — tcplab-netd, the only part of tcplab that is ever given a capability.
 *
 * It is a program of its own, and small. It is asked once, over the socket that
 * is its standard input; opens what was asked for; gives up each privilege, for
 * good; passes the descriptors; and then waits for us to end, however we do.
 * What we still had open then is in a table that we share with it (half_open.h): it
 * sends each peer a RST, so that none is left half open.
 *
 *     if (!netd_ask(&netd, path, &request, &err))
 *             …err says what to do
 *     …netd.outlet, netd.answer
 *     half_open_remember(netd.table, slot, &which, link); …
 *     netd_end(&netd);
 *
 * It trusts nobody: the request is checked, and so is each row of the table. */
#ifndef TCPLAB_LIVE_NETD_H
#define TCPLAB_LIVE_NETD_H

#include <sys/types.h>

#include "live/half_open.h"
#include "live/outlet.h"

enum {
	NETD_REQUEST = 0x74630001, /* what a request begins with: its kind and its edition */
	NETD_NAME_MAX = 16,        /* of an interface */
};

struct netd_request {
	uint32_t kind;
	uint16_t way; /* GATE_RAW, GATE_OWN, GATE_TUN */
	uint16_t local_port;
	struct address local;          /* GATE_OWN: must be given; version 0: what routing says */
	struct endpoint remote;        /* version 0: whoever comes */
	uint8_t mac[6];                /* GATE_OWN: all 0: the interface's own */
	char interface[NETD_NAME_MAX]; /* "": the one that leads to `remote` */
};

/* The descriptors that come with the answer, in this order. */
enum netd_passed {
	PASSED_TABLE,
	PASSED_IN,
	PASSED_OUT4,
	PASSED_OUT6,
	PASSED_GUARD4,
	PASSED_GUARD6,
	PASSED_COUNT,
};

struct netd_answer {
	bool fine;
	uint8_t passed;        /* bit 1 << n: number n of enum netd_passed came along */
	bool has_guard_filter; /* GATE_RAW: the guard drops by filter too, not by TTL alone */
	uint16_t mtu;
	uint16_t port;
	unsigned interface_index;
	uint8_t mac[6]; /* GATE_OWN */
	char interface[NETD_NAME_MAX];
	struct address addresses[2]; /* ours: IPv4, IPv6 */
	struct address kernels[2];   /* GATE_TUN */
	enum gate_trouble trouble;
	struct error err;
};

/* ---- whoever asks ---- */

struct netd {
	pid_t pid;
	int control; /* it ends when this is closed */
	int table_fd;
	int guards[2]; /* GATE_RAW: what keeps the kernel quiet */
	struct half_open *table;
	struct outlet outlet;
	struct netd_answer answer;
};

/* What a gate's request says is put into a netd_request. False: it cannot be. */
bool netd_fill_in(struct netd_request *out, enum gate_way way, const struct gate_request *from,
		  struct error *err);
bool netd_ask(struct netd *netd, const struct gate_request *whose,
	      const struct netd_request *request, struct error *err);
/* In good order: no RST is sent. */
void netd_end(struct netd *netd);

/* ---- the program ---- */

/* Whether these octets are a request that may be granted. Otherwise *why is a phrase. */
bool netd_request_is_valid(const void *octets, size_t len, const char **why);

/* Open what the request asks for, into outlet and answer; `guards` are kept for us, −1: none. */
struct opened {
	struct netd_answer answer;
	struct outlet outlet;
	int guards[2];
};
bool netd_open_raw(struct opened *opened, const struct netd_request *request);
bool netd_open_own(struct opened *opened, const struct netd_request *request);
bool netd_open_tun(struct opened *opened);
/* The request is at fault, and no privilege would help. Always false. */
bool netd_refuse(struct netd_answer *answer, const char *sentence);
/* An AF_PACKET socket into outlet.in, which captures nothing until it begins. */
bool netd_open_capture(struct opened *opened);
bool netd_begin_capture(struct opened *opened);

/* No capability, no new one, no file, no call of the kernel but those that the warden
 * needs. What this kernel cannot do is left out; false where a capability stays. */
bool netd_confine(void);

#endif
