/* host.h — a computer that speaks TCP: the engine, its connections, and the
 * record of what they did. RFC 9293 §3.9, §3.10.
 *
 * The host is the only caller of the engine, and with its link the only one
 * that writes to the recording. It knows neither the network nor the clock:
 * datagrams come in by host_arrives(), go out by link.transmit(), and every
 * entry point is told what time it is. So the same host serves the virtual
 * network, a captured trace and a live interface.
 *
 *     host_open_active(host, now, 0, &remote, &conn);
 *     …
 *     host_arrives(host, now, bytes, len, packet);
 *     host_timeouts(host, now);           when host_next_deadline() has come
 *
 * Each entry point is one turn of the engine: the input is recorded, the
 * engine decides, what it may send now is emitted and transmitted, and then
 * the application hears its notices, which may make further calls.
 *
 * Connections have numbers from 0, given again some time after they ended.
 * When a SYN meets a connection in LISTEN, that connection goes on to
 * SYN-RECEIVED, and a new one takes over the listening: whoever watches sees
 * LISTEN → SYN-RECEIVED happen in one connection.
 *
 * In the recording a connection that ended stays, in CLOSED; a reboot drops
 * its host's connections.
 *
 * Text that is sent lies in a stream (record/stream.h), which the recording
 * owns where there is one; text that arrived lies in a store per connection
 * that grows on demand up to the receive buffer. Out of memory ends the
 * program with a line on stderr. */
#ifndef TCPLAB_NET_HOST_H
#define TCPLAB_NET_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/nanos.h"
#include "net/parcel.h"
#include "net/signature.h"
#include "record/recording.h"
#include "tcp/tcp.h"

struct host;

/* Where datagrams go, and what wakes the host. transmit() gets the parcel for
 * good; neither may call the host back before it returns. */
struct host_link {
	void *link;
	void (*transmit)(void *link, nanos now, struct parcel *parcel);
	/* host_timeouts() is to be called at `when`, perhaps for nothing. NULL for a link
	 * that asks host_next_deadline() instead. */
	void (*wake)(void *link, nanos when);
	/* A turn is over, and the application has not heard of it yet. NULL: nobody asks. */
	void (*turned)(void *link, nanos now);
	struct parcel_pool *pool; /* that parcels are taken from */
};

/* The application. Any function may be NULL. `tag` is what host_set_tag()
 * gave the connection, or its listener. notice() may call the host; the
 * others are called in the middle of a turn and may not. A connection whose
 * handshake is reset listens again: NOTICE_ENDED, in LISTEN, and what was
 * queued for that peer is forgotten. */
struct host_user {
	void *user;
	void (*notice)(void *user, nanos now, uint32_t conn, uint64_t tag, enum notice notice);
	/* A SYN met `conn`, which was listening; `listener` listens from now on, or is
	 * EVENT_NONE where the OPEN was for one connection only. */
	void (*accepted)(void *user, nanos now, uint32_t conn, uint64_t tag, uint32_t listener);
	/* With LISTEN_IN_LINE: a connection waits for host_accept() at this port. In the
	 * middle of a turn. */
	void (*in_line)(void *user, nanos now, uint16_t port, uint64_t tag);
	/* Octets offset … offset+len−1 of what the peer sent are handed over. */
	void (*delivered)(void *user, nanos now, uint32_t conn, uint64_t tag, int64_t offset,
			  const uint8_t *octets, uint32_t len);
};

struct host_setup {
	const char *name;            /* up to 31 octets */
	struct address addresses[2]; /* IPv4 and IPv6, version 0 where missing */
	struct profile profile;
	uint64_t seed;                  /* of its ISN secret and all other chance */
	struct recording *recording;    /* or NULL */
	const struct signing_key *keys; /* copied */
	unsigned key_count;             /* up to SIGNING_KEYS_MAX */
	uint16_t mtu;                   /* of its link; 0: 1500 */
	uint8_t recorded_as;     /* its number in the recording, if it has been added there */
	bool known_to_recording; /* recorded_as holds; otherwise host_new() adds the host */
	bool checked;            /* call tcp_check() after every turn */
	bool unverified;         /* do not check checksums: the network card did, or will */
	bool forgetful;          /* host_stream() need not keep what was acknowledged */
};

/* ---- set-up ---- */

struct host *host_new(const struct host_setup *setup);
void host_free(struct host *host);
void host_set_link(struct host *host, const struct host_link *link);
void host_set_mtu(struct host *host, uint16_t mtu); /* before the first OPEN */
void host_set_user(struct host *host, const struct host_user *user);

/* ---- the user's calls, RFC 9293 §3.10.1–6 ---- */

enum {
	LISTEN_ONCE = 1, /* one connection only: nobody listens after the first SYN */
	/* Established connections wait until host_accept() takes them: user.accepted() is
	 * called then, and after it come the notices that were due meanwhile. */
	LISTEN_IN_LINE = 2,
	/* With LISTEN_IN_LINE: who is reset while it waits goes on waiting, and host_accept()
	 * gives it, to be told of its end then. Linux does so; others forget it at once. */
	LISTEN_KEEPS_RESET = 4,
};

/* `local`: a port, with the address or with version 0 for all of the host's. */
enum call_answer host_open_passive(struct host *host, nanos now, const struct endpoint *local,
				   unsigned flags, uint32_t *conn);

/* The connection that has waited longest at this port, or CALL_NO_CONNECTION. */
enum call_answer host_accept(struct host *host, nanos now, uint16_t port, uint32_t *conn);

/* `local_port` 0: the next free one from 49152 on. */
enum call_answer host_open_active(struct host *host, nanos now, uint16_t local_port,
				  const struct endpoint *remote, uint32_t *conn);

/* The same from an address of ours (MUST-43); version 0: the one that speaks the
 * remote's kind of IP (MUST-44). */
enum call_answer host_open_active_from(struct host *host, nanos now, const struct endpoint *local,
				       const struct endpoint *remote, uint32_t *conn);

/* What an application may say with an OPEN beyond the two ends; all 0: nothing. */
struct host_open {
	const struct profile *profile;    /* of this connection alone, copied; NULL: the host's */
	const struct source_route *route; /* active, IPv4; NULL: as routers please */
	uint64_t tag;
	const void *text; /* active and `fast`: the first SEND; NULL: the pattern of stream.h */
	int64_t len;
	bool fast;         /* RFC 7413 */
	uint8_t ds;        /* DS field, 0 … 63 */
	uint8_t hop_limit; /* TTL; 0: the usual */
};

enum call_answer host_open_passive_as(struct host *host, nanos now, const struct endpoint *local,
				      unsigned flags, const struct host_open *how, uint32_t *conn);
enum call_answer host_open_active_as(struct host *host, nanos now, const struct endpoint *local,
				     const struct endpoint *remote, const struct host_open *how,
				     uint32_t *conn);

/* The same by a way of our own choice (MUST-51), which has stops; IPv4 only. */
enum call_answer host_open_active_via(struct host *host, nanos now, uint16_t local_port,
				      const struct endpoint *remote,
				      const struct source_route *route, uint32_t *conn);

/* The same with a first SEND: its text goes with the SYN where profile and server allow
 * that (RFC 7413), and after the handshake otherwise. */
enum call_answer host_open_fast(struct host *host, nanos now, uint16_t local_port,
				const struct endpoint *remote, const void *text, int64_t len,
				uint32_t *conn);

/* Queues what fits of `len` octets; *taken says how many. `text` NULL: the
 * pattern of stream.h. `flags`: SEND_PUSH, SEND_URGENT. */
enum call_answer host_send(struct host *host, nanos now, uint32_t conn, const void *text,
			   uint32_t len, unsigned flags, uint32_t *taken);

/* The same as one long SEND: all octets are taken, and queued by themselves as
 * room appears. host_unqueued() says how many wait for room; NOTICE_ROOM comes
 * when none does any more. */
enum call_answer host_send_all(struct host *host, nanos now, uint32_t conn, const void *text,
			       int64_t len, unsigned flags);
int64_t host_unqueued(const struct host *host, uint32_t conn);

/* Takes up to `max` octets that arrived, to `out` or, where that is NULL, to
 * user.delivered alone. */
enum call_answer host_receive(struct host *host, nanos now, uint32_t conn, uint8_t *out,
			      uint32_t max, uint32_t *taken);

/* In NOTICE_ENDED: where the connection was closed in good order, what arrived
 * and was not taken is handed over to user.delivered. */
void host_take_rest(struct host *host, nanos now, uint32_t conn);

/* A standing RECEIVE: what is there and all that comes is handed over at once
 * in the turn in which it arrives, so that the window stays open. */
enum call_answer host_receive_all(struct host *host, nanos now, uint32_t conn, bool on);

/* Of one connection: tcp_set_user_timeout(), tcp_set_keepalive(). */
enum call_answer host_set_user_timeout(struct host *host, nanos now, uint32_t conn, nanos length);
enum call_answer host_set_keepalive(struct host *host, nanos now, uint32_t conn, bool on);
/* tcp_set_receive_buffer() */
enum call_answer host_set_receive_buffer(struct host *host, nanos now, uint32_t conn,
					 uint32_t octets);

/* tcp_set_send_buffer() */
enum call_answer host_set_send_buffer(struct host *host, nanos now, uint32_t conn, uint32_t octets);

/* The profile of all connections that have none of their own, from now on: what an
 * OPEN has taken from it stays, such as the sizes of buffers. And the same for one alone. */
void host_set_profile(struct host *host, const struct profile *profile);
enum call_answer host_use_profile(struct host *host, uint32_t conn, const struct profile *profile);

/* Of one connection, RFC 9293 §3.9.1.8 and §3.9.1.9: Nagle's algorithm; the DS
 * field, 0 … 63, of all segments from now on, and of the one that came last
 * (MAY-9); TTL or hop limit, 1 … 255; whether it hears of soft errors and R1. */
enum call_answer host_set_nagle(struct host *host, nanos now, uint32_t conn, bool on);
/* Text is collected until it fills segments, §3.9.1.2. */
enum call_answer host_set_cork(struct host *host, nanos now, uint32_t conn, bool on);
enum call_answer host_set_ds(struct host *host, uint32_t conn, uint8_t ds);
enum call_answer host_get_ds(const struct host *host, uint32_t conn, uint8_t *arrived);
enum call_answer host_set_hop_limit(struct host *host, uint32_t conn, uint8_t hops);
enum call_answer host_mute_errors(struct host *host, uint32_t conn, bool muted);

/* A listener that waits in no line leaves who has not shaken hands yet to itself; with
 * LISTEN_IN_LINE these are forgotten, and those in line are reset. */
enum call_answer host_close(struct host *host, nanos now, uint32_t conn);
/* CLOSE, and nobody reads any more: tcp_close_both(). */
enum call_answer host_close_both(struct host *host, nanos now, uint32_t conn);
enum call_answer host_abort(struct host *host, nanos now, uint32_t conn);

/* The machine fails and starts anew: all its connections are forgotten and
 * nobody is told; what still arrives for them meets no connection. */
void host_reboot(struct host *host, nanos now);

/* Not a call that honest applications make: a segment goes out under addresses and ports that
 * may be someone else's. Its text, up to so many octets, is all zero. */
enum { FORGED_TEXT_MAX = 1000 };
void host_forge(struct host *host, nanos now, const struct endpoint *from,
		const struct endpoint *to, const struct segment *seg);
/* The same with an ICMP error about a segment that went from `to` to `from`. */
void host_forge_icmp(struct host *host, nanos now, const struct endpoint *from,
		     const struct endpoint *to, const struct icmp_error *icmp);

/* ---- datagrams and time ---- */

/* A datagram has arrived. `packet` is its number in the recording, EVENT_NONE
 * where there is none. What is malformed, not TCP or not for this host is
 * recorded and dropped. */
void host_arrives(struct host *host, nanos now, const uint8_t *bytes, size_t len, uint32_t packet);

/* When host_timeouts() is to be called next. */
nanos host_next_deadline(struct host *host);
void host_timeouts(struct host *host, nanos now);

/* ---- looking ---- */

uint8_t host_recorded_as(const struct host *host);

/* NULL where there is no such connection (any more). Valid until the connection ends. */
const struct tcb *host_tcb(const struct host *host, uint32_t conn);
/* Numbers in use are below this. */
uint32_t host_connections(const struct host *host);
/* Its number in the recording, or EVENT_NONE. */
uint32_t host_recorded_conn(const struct host *host, uint32_t conn);
/* The connection between these two endpoints, or EVENT_NONE. */
uint32_t host_find(struct host *host, const struct endpoint *local, const struct endpoint *remote);
/* What the application has sent so far, whether it is acknowledged or not. */
const struct stream *host_stream(const struct host *host, uint32_t conn);
/* Anything that the application likes to keep with a connection. */
void host_set_tag(struct host *host, uint32_t conn, uint64_t tag);
uint64_t host_tag(const struct host *host, uint32_t conn); /* 0 where there is no such connection */

/* A server there has given us a Fast Open cookie, and we may use it: RFC 7413. */
bool host_has_cookie(const struct host *host, const struct address *server, nanos now);
/* The MSS that it announced then; 0: it is not known. */
uint16_t host_cookie_mss(const struct host *host, const struct address *server);
/* Somebody waits for host_accept() at this port. */
bool host_has_in_line(const struct host *host, uint16_t port);

struct host_counts {
	uint64_t segments_in;
	uint64_t segments_out;
	uint64_t octets_delivered; /* handed to the application */
	uint64_t refused;          /* datagrams dropped before they reached TCP */
};

const struct host_counts *host_counts(const struct host *host);

#endif
