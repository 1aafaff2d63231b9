/* connections.h — a host's connections: numbered, found by their endpoints,
 * woken by their deadlines. For the files of the host alone.
 *
 * Connections lie in chunks and never move; the numbers of those that ended
 * are given again, last freed first. An index finds them by (local, remote);
 * one that listens is in it with its remote unspecified.
 *
 * Deadlines are in a heap, and lazily: an entry may be earlier than its
 * connection's true deadline, which moves with every segment, but never
 * later. Each connection knows which entry counts. Of those due at one
 * instant the lowest number comes first. */
#ifndef TCPLAB_NET_CONNECTIONS_H
#define TCPLAB_NET_CONNECTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "net/store.h"
#include "record/stream.h"
#include "tcp/profile.h"
#include "tcp/tcb.h"

struct connection {
	struct tcb tcb;
	struct store store;          /* text that arrived */
	struct stream stream;        /* text to send, where no recording owns it */
	struct sent_record *records; /* of what is under way; NULL where nothing is */
	struct held *held;           /* what arrived ahead of a gap; NULL where nothing did */
	struct profile *profile;     /* its own, where its application wants one; or NULL */
	uint32_t record_room;
	uint64_t tag;
	int64_t unqueued; /* octets at the stream's end for which SEND had no room yet */
	nanos scheduled;  /* its entry in the heap that counts; NANOS_NEVER: none */
	uint32_t number;
	uint32_t recorded;   /* in the recording, or EVENT_NONE */
	uint32_t hash;       /* under which it is in the index */
	uint32_t next;       /* free, or dead: the next one, or EVENT_NONE */
	uint32_t backlog;    /* host_inside.h: of the listener it came from, or EVENT_NONE */
	uint32_t next_taken; /* in the line for host_accept(): who is taken after it */
	uint16_t unheard;    /* notices that wait until somebody has taken it */
	uint8_t send_flags;  /* of the octets that are unqueued */
	uint8_t ds;          /* DS field of what we send, where IP's header has it … */
	uint8_t ds_arrived;  /* … and of what came last */
	uint8_t hop_limit;   /* TTL; 0: TTL_DEFAULT */
	bool errors_muted;   /* its application does not want to hear of them */
	bool used;
	bool dead; /* in CLOSED: waits until its application has heard */
	bool indexed;
	bool listens;    /* it is in the index as a listener */
	bool once;       /* LISTEN_ONCE */
	bool untaken;    /* it waits, or will, for host_accept() */
	bool in_line;    /* it does: it has been established */
	bool receiving;  /* a standing RECEIVE */
	bool wants_room; /* a SEND was not taken whole */
	bool peer_known; /* the recording knows the connection at the other end */
};

struct index_slot {
	uint32_t hash;
	uint32_t number; /* EVENT_NONE: empty */
};

struct due {
	nanos when;
	uint32_t number;
	uint32_t zero;
};

enum { CHUNK = 16 };

struct connections {
	struct connection **chunks; /* of CHUNK connections each */
	uint32_t chunk_count;
	uint32_t chunk_capacity;
	uint32_t count;  /* numbers given so far */
	uint64_t key;    /* of the index's hash: nobody outside can make it collide */
	uint32_t free;   /* the first of the free ones, or EVENT_NONE */
	uint32_t latest; /* found last: the next segment is likely for it too */
	struct index_slot *index;
	uint32_t index_size; /* a power of two */
	uint32_t indexed;
	struct due *due;
	uint32_t due_count;
	uint32_t due_capacity;
};

struct connections connections_none(uint64_t key);
void connections_free(struct connections *all);

/* A new one, all 0 but its number; `recorded` and `next` are EVENT_NONE. */
struct connection *connections_add(struct connections *all);
void connections_remove(struct connections *all, struct connection *c);
struct connection *connections_get(const struct connections *all, uint32_t number); /* or NULL */

/* Puts it where its TCB's endpoints and state say, out of where it was. */
void connections_index(struct connections *all, struct connection *c);
void connections_unindex(struct connections *all, struct connection *c);
/* The connection between two endpoints. */
struct connection *connections_find(struct connections *all, const struct endpoint *local,
				    const struct endpoint *remote);
/* Who listens at `local`, for its address or for all. */
struct connection *connections_listener(struct connections *all, const struct endpoint *local);

/* Its deadline is now `deadline`, NANOS_NEVER: none. */
void connections_schedule(struct connections *all, struct connection *c, nanos deadline);
/* The first entry's time, perhaps too early; NANOS_NEVER: none. */
nanos connections_next(const struct connections *all);
/* Takes the first entry off; the connection, or NULL where it no longer counts. */
struct connection *connections_due(struct connections *all);

#endif
