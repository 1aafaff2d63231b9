/* actor.h — one of our own hosts in a live run. Two of them play the same part:
 * the performer's datagrams go out to the network, while the narrator's go
 * into a recording. Whatever reaches the one reaches the other at the same time
 * of the run, so that both do the same. */
#ifndef TCPLAB_LIVE_ACTOR_H
#define TCPLAB_LIVE_ACTOR_H

#include "live/inputs.h"
#include "net/host.h"

struct actor_setup {
	const char *name;
	struct address addresses[2];
	struct profile profile;
	uint64_t seed; /* of its ISNs, which nobody outside should guess */
	uint16_t mtu;
};

struct actor {
	struct host *host;
	struct parcel_pool pool;
	/* Each datagram, and its number in the recording; the host must not be called. */
	void (*sends)(void *who, nanos now, const uint8_t *datagram, size_t len, uint32_t packet);
	void *who;
};

/* `recording` may be NULL. The caller sets sends and who, before the first call. */
void actor_begin(struct actor *actor, const struct actor_setup *setup, struct recording *recording);
void actor_end(struct actor *actor);

/* Its timers fire, each at its time, until `now`. */
void actor_waits(struct actor *actor, nanos now);
struct actor_answer {
	enum call_answer call;
	uint32_t taken; /* octets, of SEND and RECEIVE */
	uint32_t conn;  /* of an OPEN */
};

/* One input, after its timers until then. `packet` is a datagram's number in the recording.
 * What RECEIVE hands over goes to `out`, where that is not NULL. */
struct actor_answer actor_takes(struct actor *actor, const struct input *input, uint32_t packet,
				uint8_t *out);

#endif
