/* recording.h — everything that happened, in order; only ever added to.
 *
 * A recording is what the window, the terminal, the exports and the tests
 * read. It is a pure function of its inputs. It knows hosts, connections
 * (one TCB each), packets (one for each that was put on a wire) and events.
 *
 * Events come in turns: an input (a call, a segment that arrives, a timer
 * that fires, or something that a link does to a packet) and all that it
 * led to at the same host at the same instant. A turn is what a reader
 * steps by; its events are the small steps inside.
 *
 * The TCB of every connection can be had as it stood after any event:
 * changes are stored, with a whole copy now and then.
 *
 * Owns all it holds. Views get it const. Running out of memory ends the
 * program with a line on stderr. */
#ifndef TCPLAB_RECORD_RECORDING_H
#define TCPLAB_RECORD_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/nanos.h"
#include "record/history.h"
#include "record/stream.h"
#include "tcp/tcp.h"
#include "wire/packet.h"

#define EVENT_NONE UINT32_MAX /* no event, packet or connection */

enum event_kind {
	EVENT_CALL,          /* an application's call: see `call` */
	EVENT_ARRIVE,        /* a packet reached a host */
	EVENT_TIMER,         /* a timer fired: `timer` */
	EVENT_SEND,          /* a host put a packet on its link; value: recording_frame() */
	EVENT_LOST,          /* a link lost a packet */
	EVENT_DUPLICATED,    /* a link made a second copy of a packet; value: the same */
	EVENT_CORRUPTED,     /* a link changed a packet's bytes */
	EVENT_DELAYED,       /* a link held a packet back, so that later ones may overtake it */
	EVENT_MARKED,        /* a link marked a packet CE, RFC 3168 */
	EVENT_TRANSITION,    /* a connection changed state: `from`, `to` */
	EVENT_NOTE,          /* the engine decided something: `rule` */
	EVENT_TIMER_STARTED, /* `timer`, value: its deadline */
	EVENT_TIMER_STOPPED,
	EVENT_NOTICE,   /* the application was told something: value is an enum notice */
	EVENT_CAPTION,  /* a sentence by the author of the scenario: `text` */
	EVENT_COMPARED, /* trace replay: our segment against the captured one: `text` */
	EVENT_KIND_COUNT,
};

enum call {
	CALL_OPEN_PASSIVE,
	CALL_OPEN_ACTIVE,
	CALL_SEND,
	CALL_RECEIVE,
	CALL_CLOSE,
	CALL_ABORT,
	CALL_USER_TIMEOUT,   /* value: in ms */
	CALL_KEEPALIVE,      /* value: on or off */
	CALL_RECEIVE_BUFFER, /* value: octets from now on */
	CALL_SEND_BUFFER,    /* value: octets from now on */
	CALL_NAGLE,          /* value: on or off */
	CALL_CORK,           /* value: on or off */
	CALL_REBOOT,         /* the host forgets all its connections */
};

/* For whoever records: start from event_at(), so that what is not said is EVENT_NONE and
 * not event, packet or connection number 0. */
struct event {
	nanos time;      /* since the run, or the capture, began: 0 … */
	int64_t value;   /* octets of a call; deadline of a timer; which notice */
	uint32_t turn;   /* number of its turn, from 0 */
	uint32_t cause;  /* the event that led to this one, or EVENT_NONE for inputs of the run */
	uint32_t conn;   /* or EVENT_NONE */
	uint32_t packet; /* or EVENT_NONE */
	uint32_t text;   /* a string, or EVENT_NONE: recording_text(). Of what a link does: by
			    whom or why, "lost by rule 1"; of a call: the answer that refused it */
	uint16_t rule;   /* enum rule */
	uint8_t kind;
	uint8_t host; /* index; for what a link does, the host that sent the packet */
	uint8_t call;
	uint8_t timer;
	uint8_t from;
	uint8_t to;
	uint32_t unused; /* 0; keeps the struct free of padding */
};

static inline struct event event_at(nanos time, uint8_t host, enum event_kind kind)
{
	return (struct event){
		.time = time,
		.host = host,
		.kind = (uint8_t)kind,
		.cause = EVENT_NONE,
		.conn = EVENT_NONE,
		.packet = EVENT_NONE,
		.text = EVENT_NONE,
	};
}

/* Something sent. The text is not copied: it lies in the sender's stream. */
struct packet_record {
	struct packet packet; /* all headers, as sent */
	int64_t offset;       /* of its text in the stream of `conn`; −1: none or unknown */
	uint32_t conn;        /* the sender's, or EVENT_NONE (a RST from CLOSED) */
	uint32_t sent;        /* its SEND event */
	uint32_t arrived;     /* its first ARRIVE event, or EVENT_NONE so far */
	uint32_t ended;       /* its LOST event, or EVENT_NONE */
	uint32_t copy_of;     /* packet that a link duplicated to make this, or EVENT_NONE */
	uint32_t again_of;    /* the first packet that carried any of this sequence space, or
				 EVENT_NONE: set means "sent again"; a SYN,ACK after the same
				 end's SYN is not, see carried.h */
	uint8_t host;         /* that sent it */
	bool overtaken;       /* a later packet of the same connection arrived before it */
	bool captured;        /* from a trace: the text is not kept */
};

struct host_record {
	char name[32];
	struct address addresses[2]; /* IPv4 and IPv6, version 0 where missing */
};

struct conn_record {
	struct endpoint local;
	struct endpoint remote; /* unspecified while listening */
	struct stream sent;     /* what its application sends */
	uint32_t first_event;
	uint32_t peer; /* the connection at the other end, or EVENT_NONE while unknown */
	uint8_t host;
	bool inferred; /* its TCB was inferred from a capture, not run */
};

struct recording; /* opaque: recording.c */

/* ---- reading ---- */

struct recording_info {
	char title[160];
	char look_for[480]; /* a sentence: what to look at */
	char source[256];   /* file that it came from */
	uint64_t seed;
	nanos epoch;   /* what time 0 is, in ns since 1970 (UTC); 0: virtual time */
	bool inferred; /* a trace: states are inferred */
};

const struct recording_info *recording_info(const struct recording *r);
uint32_t recording_events(const struct recording *r); /* how many */
uint32_t recording_turns(const struct recording *r);
uint32_t recording_packets(const struct recording *r);
uint32_t recording_conns(const struct recording *r);
uint32_t recording_hosts(const struct recording *r);
/* Events and packets are kept packed (see events.h, packed.h) and come out as copies: of a
 * packet that takes about 100 ns. */
struct event recording_event(const struct recording *r, uint32_t n);
void recording_packet(const struct recording *r, uint32_t n, struct packet_record *out);
/* The packet's number in the capture that it came from, as other tools count them: from 1.
 * 0: no capture holds it. */
int64_t recording_frame(const struct recording *r, const struct packet_record *packet);
const struct conn_record *recording_conn(const struct recording *r, uint32_t n);
const struct host_record *recording_host(const struct recording *r, uint32_t n);
const char *recording_text(const struct recording *r, uint32_t text);

/* The events of a turn: first … first+count−1. */
void recording_turn(const struct recording *r, uint32_t turn, uint32_t *first, uint32_t *count);

/* The TCB of `conn` as it stood after event `n`; false where it did not exist yet (or no
 * more, after a reboot). */
bool recording_tcb(const struct recording *r, uint32_t conn, uint32_t n, struct tcb *out);

/* What such a TCB, which exists, held ahead of a gap: as many ranges as it counts. */
void recording_held(const struct recording *r, uint32_t conn, uint32_t n,
		    struct held_range out[HELD_MAX]);

/* The connection's TCB as the engine's call that made event `n` left it: the first one stored
 * at or after `n` in the same turn, otherwise the one after `n`. This is what the numbers in
 * a rule's sentence mean. False where there is none. */
bool recording_tcb_settled(const struct recording *r, uint32_t conn, uint32_t n, struct tcb *out);

/* Every stored TCB of a connection, in order: for plots and exports, which would
 * otherwise ask for a million positions one by one.
 *
 *     struct tcb_walk walk;
 *     tcb_walk_start(&walk, r, conn);
 *     while (tcb_walk_next(&walk))
 *             …walk.event, walk.exists, walk.now.tcb…                see history.h */
void tcb_walk_start(struct tcb_walk *walk, const struct recording *r, uint32_t conn);

/* The newest connection of `host` towards `remote_host` that exists after event `n`, or else
 * the newest that listens; EVENT_NONE where there is none. For views that follow two hosts. */
uint32_t recording_conn_at(const struct recording *r, uint8_t host, uint8_t remote_host,
			   uint32_t n);

/* The event of a turn that tells its story: the one whose rule weighs most; of equals a change
 * of state, and then the first. A lost packet weighs as much as a strong rule. Where all are
 * quiet or there is no rule, the turn's first event. */
uint32_t recording_headline(const struct recording *r, uint32_t turn);

/* The story of a turn in 1 to STORY_MAX events that each say something else: the headline, and
 * what weighs most of the rest, in the same order. An ACK by which cwnd grows says so. Returns
 * how many. */
enum { STORY_MAX = 3 };
unsigned recording_story(const struct recording *r, uint32_t turn, uint32_t events[STORY_MAX]);

/* Number of bytes held, and a hash of all content: equal inputs, equal hash. */
size_t recording_size(const struct recording *r);
uint64_t recording_hash(const struct recording *r);

/* ---- writing: sources and hosts only ---- */

struct recording *recording_new(const struct recording_info *info);
void recording_free(struct recording *r);
uint8_t recording_add_host(struct recording *r, const struct host_record *host);
uint32_t recording_add_conn(struct recording *r, uint8_t host, const struct endpoint *local,
			    const struct endpoint *remote);
struct stream *recording_stream(struct recording *r, uint32_t conn);
void recording_set_remote(struct recording *r, uint32_t conn, const struct endpoint *remote,
			  uint32_t peer);
/* Whether its TCB is inferred; at first as recording_info.inferred says. */
void recording_set_inferred(struct recording *r, uint32_t conn, bool inferred);
/* A copy of a string, for event.text. */
uint32_t recording_add_text(struct recording *r, const char *text);

/* Adds an event and returns its number. Events come in the order of time.
 *
 * The recording sets .turn. CALL, ARRIVE, TIMER and CAPTION begin a turn. What a link does
 * (LOST, DUPLICATED, CORRUPTED, DELAYED, MARKED) begins one too, except that it joins the running
 * turn where the packet was sent in that turn and at that instant: a link may lose a packet
 * while its host is still sending more. Everything else joins the running turn; where that
 * is another host's, or of an earlier time, or a link's, it begins its own (a segment seen
 * in a capture, whose reason nobody knows).
 *
 * Where .cause is EVENT_NONE the recording sets it:
 *   ARRIVE, LOST, DUPLICATED, CORRUPTED, DELAYED, MARKED   the event that sent the packet
 *   TIMER                                          the TIMER_STARTED that armed it
 *   CALL, CAPTION                                  stays EVENT_NONE: inputs of the run. A call
 *                                                  that answers a NOTICE may name that.
 *   everything else                                the input of its turn
 * ARRIVE and LOST are also noted at their packet. */
uint32_t recording_add(struct recording *r, const struct event *event);

/* Adds a packet and the event that made it: SEND or, for a copy that a link makes,
 * DUPLICATED with packet->copy_of set. Of `packet` the caller fills in .packet, .offset,
 * .conn, .copy_of, .host and .captured; the rest is found out. event->packet is set here.
 * Returns the packet's number. */
uint32_t recording_add_packet(struct recording *r, const struct packet_record *packet,
			      struct event *event);

/* The TCB of `conn` as it is after the newest event (there must be one), and where it holds
 * something ahead of a gap, what; otherwise `held` may be NULL. Stores what changed.
 * Call it after every call of the engine, when its journal has been added. */
void recording_set_tcb(struct recording *r, uint32_t conn, const struct tcb *tcb,
		       const struct held *held);
/* The connection is gone (closed, or the host rebooted). */
void recording_drop_tcb(struct recording *r, uint32_t conn);

/* Appends an engine journal as events of the running turn, and empties it. */
void recording_add_journal(struct recording *r, nanos time, uint8_t host, uint32_t conn,
			   struct journal *journal);

#endif
