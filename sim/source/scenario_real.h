/* scenario_real.h — hosts of a scenario that are not ours: the kernel's TCP, or
 * anybody's, whose datagrams come into the virtual network from outside.
 *
 * What such a run does is a function of the scenario and of what came from
 * outside, each at its time: the datagrams of the real hosts, and changes of the
 * links by hand. A live run takes them as they come; a scenario may have them
 * in its list "inputs", and is then run as any other. The TCB of a real host
 * is inferred, as in a replay.
 *
 *     struct scenario_run *run = scenario_begin(s, recording, &outlet);
 *     scenario_takes(run, &outside); … scenario_waits(run, now); …
 *     scenario_end(run); */
#ifndef TCPLAB_SOURCE_SCENARIO_REAL_H
#define TCPLAB_SOURCE_SCENARIO_REAL_H

#include "source/scenario.h"

enum outside_kind {
	OUTSIDE_DATAGRAM,  /* of real host `from`: octets */
	OUTSIDE_LOSE_NEXT, /* the next packet that enters the link at `from` is lost */
	OUTSIDE_DELAY,     /* of the link's way from `from`: value, in nanoseconds */
	OUTSIDE_LOSS,      /* the same: value in a million are lost */
};

/* What comes into a run from outside. */
struct outside {
	nanos time; /* never less than that of the one before */
	const uint8_t *octets;
	uint32_t len;
	uint32_t from; /* node: hosts in the order of the file, then routers */
	uint32_t link; /* from 0 */
	int64_t value;
	uint8_t kind;
};

/* What a real host gets. The octets are valid during the call. */
struct scenario_outlet {
	void (*leaves)(void *who, nanos now, uint32_t host, const uint8_t *octets, size_t len);
	void *who;
};

struct scenario_run;

/* `r` and `outlet` may be NULL. Two runs of one scenario exclude each other: parse it twice. */
struct scenario_run *scenario_begin(struct scenario *s, struct recording *r,
				    const struct scenario_outlet *outlet);
struct scenario_result scenario_end(struct scenario_run *run);

/* All that happens until then. */
void scenario_waits(struct scenario_run *run, nanos now);
/* All that happens until then, and then this. */
void scenario_takes(struct scenario_run *run, const struct outside *what);
/* When the next thing will happen. */
nanos scenario_next(const struct scenario_run *run);

/* ---- the scenario's hosts and links ---- */

uint32_t scenario_hosts(const struct scenario *s);
uint32_t scenario_links(const struct scenario *s);
nanos scenario_duration(const struct scenario *s);
bool scenario_host_is_real(const struct scenario *s, uint32_t host);
const char *scenario_host_name(const struct scenario *s, uint32_t host);
const struct address *scenario_host_addresses(const struct scenario *s, uint32_t host); /* two */
/* The first link that the host stands at, and the node at its other end. */
uint32_t scenario_link_of(const struct scenario *s, uint32_t host, uint32_t *other);
void scenario_way_of(const struct scenario *s, uint32_t link, uint32_t from, nanos *delay,
		     uint32_t *mtu);
/* The port at real host `host` that one of our applications connects to; 0: none does. */
uint16_t scenario_port_at(const struct scenario *s, uint32_t host);

/* One of the inputs as it stands in a scenario's list, without a line's end. */
void scenario_write_outside(const struct scenario *s, const struct outside *what, FILE *out);

#endif
