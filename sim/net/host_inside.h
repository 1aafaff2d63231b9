/* host_inside.h — what the files of the host share. Not for callers.
 *
 * A turn is one input at one connection and all that follows from it: the
 * engine decides, the recording is told, segments are pulled and sent. Each
 * input goes
 *
 *     turn_begin(&turn, host, c, now);
 *     …one call of the engine with &turn.tcp…
 *     …the input as an event, turn_settle(&turn)…
 *     turn_end(&turn);                                              */
#ifndef TCPLAB_NET_HOST_INSIDE_H
#define TCPLAB_NET_HOST_INSIDE_H

#include "net/connections.h"
#include "net/host.h"
#include "net/signature.h"

/* Something to be told to an application when the turn is over. */
struct pending {
	uint32_t number;
	uint32_t event; /* the NOTICE in the recording */
	enum notice notice;
};

/* What all connections of one passive OPEN share. */
struct backlog {
	struct listener listener;
	struct syn_cache *cache; /* or NULL */
	uint32_t connections;    /* that share it; 0: the place is free */
	uint32_t first;          /* of those that wait for host_accept(), or EVENT_NONE */
	uint32_t last;
	bool in_line; /* LISTEN_IN_LINE */
	bool keeps_reset;
};

struct host {
	char name[32];
	struct address addresses[2];
	struct profile profile;
	struct isn_secret secret;
	struct sharing sharing; /* what is remembered of peers */
	struct signing_keys keys;
	struct recording *recording;
	struct host_link link;
	struct host_user user;
	struct connections connections;
	struct host_counts counts;
	struct fast_open_cache fast_open; /* of servers that it has spoken to */
	struct backlog *backlogs;
	uint32_t backlog_count;
	uint32_t backlog_capacity;
	struct pending *pending;
	uint32_t pending_count;
	uint32_t pending_capacity;
	struct sent_record *spare; /* records that an idle connection gave back, or NULL */
	uint32_t spare_room;
	struct held *spare_held; /* for the next that arrives ahead of a gap, or NULL */
	uint32_t dead;           /* connections that ended and wait to be freed: the first */
	nanos announced;         /* to link.wake(): when we are woken next */
	uint32_t because;        /* event that the next calls answer */
	uint16_t mtu;
	uint16_t port; /* that the next active OPEN tries first */
	uint16_t ip_id;
	uint8_t recorded_as;
	bool checked;
	bool unverified;
	bool forgetful;
	bool delivering; /* pending notices */
};

enum { DS_SHIFT = 2 }; /* RFC 2474 §3: above the two bits of ECN */

struct turn {
	struct host *host;
	struct connection *c;
	struct tcp tcp;
	struct journal journal;
	struct tcb before; /* for tcp_check_step(), where the host is checked */
};

static inline const struct profile *profile_of(const struct host *host, const struct connection *c)
{
	return c->profile != NULL ? c->profile : &host->profile;
}

/* room.c. At the beginning and at the end of a turn. */
void room_hand_in(struct turn *turn);
void room_give_back(struct turn *turn);
/* Before something is sent. */
static inline uint32_t records_needed(const struct connection *c)
{
	return 2 * (c->tcb.flight.count + FLIGHT_MARGIN);
}
void room_grow_records(struct turn *turn);
static inline void room_for_records(struct turn *turn)
{
	if (turn->c->record_room < records_needed(turn->c))
		room_grow_records(turn);
}
/* After a segment has arrived: what it brought ahead of a gap stays with its connection. */
void room_keep_held(struct turn *turn);

/* turn.c */
void turn_begin(struct turn *turn, struct host *host, struct connection *c, nanos now);
/* Whose keys count, where the TCB does not know yet. */
void turn_speaks_to(struct turn *turn, const struct address *peer);
/* Hands `count` octets of what arrived over, to `out` too where that is not NULL. */
void turn_hand_over(struct host *host, struct connection *c, nanos now, uint8_t *out,
		    uint32_t count);
/* The engine's notes and the TCB go into the recording, if any: after every call of it. */
void turn_record(struct turn *turn);
static inline void turn_settle(struct turn *turn)
{
	if (turn->host->recording != NULL)
		turn_record(turn);
}
/* Standing calls go on, segments are sent, deadlines set, notices given. */
void turn_end(struct turn *turn);
/* Octets that arrived in order go to `out`, or where that is NULL only to the user. */
enum call_answer turn_receive(struct turn *turn, uint8_t *out, uint32_t max, uint32_t *taken);
/* Has the link wake us at `deadline` if that is earlier than it knows. */
void host_announce(struct host *host, nanos deadline);
/* Sends a segment that belongs to no connection. */
void host_answer(struct host *host, nanos now, const struct address *from, const struct address *to,
		 const struct segment *seg, enum rule rule);
/* A forged one: honest hosts of ours send no ICMP errors. */
void host_complain(struct host *host, nanos now, const struct address *from,
		   const struct address *to, const struct icmp_error *icmp);

/* host_calls.c: the connection with this number, unless it has ended; NULL: there is none */
struct connection *host_living(const struct host *host, uint32_t conn);
/* A call of its application begins a turn; false: there is no such connection. */
bool call_begin(struct turn *turn, struct host *host, nanos now, uint32_t conn);
/* It is recorded with the engine's answer, which is returned, and the turn ends. `value`
 * is what recording.h says of the call. */
enum call_answer call_end(struct turn *turn, enum call call, int64_t value,
			  enum call_answer answer);

/* turn.c: the application hears that the connection is over, and what it has not heard is off. */
void host_tell_end(struct host *host, struct connection *c);
/* backlog.c: `c` listens for the first time */
void backlog_new(struct host *host, struct connection *c, unsigned flags);
/* `listener` listens in the place of `c`, which came out of LISTEN. */
void backlog_share(struct host *host, struct connection *c, struct connection *listener);
/* `c` is new and came out of a listener: where that one has a line, it waits, or will. */
void backlog_join(struct host *host, struct connection *c);
/* `c` is about to be removed. */
void backlog_leave(struct host *host, struct connection *c);
void backlog_free(struct host *host);
/* Hands what the connection's listener remembers to the engine. */
void backlog_hand_in(struct turn *turn);
/* After a turn: an established connection gets in line. */
void backlog_get_in_line(struct turn *turn);
/* Whether it waits in line though it has ended. */
bool backlog_keeps(const struct host *host, const struct connection *c);
/* Nobody will take those that wait at this listener. */
void backlog_turn_away(struct host *host, nanos now, const struct connection *listener);

/* host_options.c: a copy of `profile` is the connection's own from now on; NULL: the host's */
void connection_use_profile(struct connection *c, const struct profile *profile);

/* host.c: a new connection, and its place in the recording */
struct connection *host_add(struct host *host);
bool host_has(const struct host *host, const struct address *address); /* it is ours */
void host_remove(struct host *host, struct connection *c);
void host_record_conn(struct host *host, struct connection *c, const struct endpoint *local,
		      const struct endpoint *remote);

#endif
