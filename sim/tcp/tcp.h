/* tcp.h — the TCP engine. RFC 9293.
 *
 * The engine does no input or output and reads no clock. Three things
 * happen to a connection: a user call is made, a segment arrives, time
 * passes (§3.10). The caller says so, and then pulls until there is none:
 * the next segment to send, the next notice for the application.
 *
 *     struct tcp t = {.tcb = &tcb, .profile = &profile, .now = now, …};
 *     tcp_arrives(&t, &seg);
 *     while (tcp_next_segment(&t, &out))
 *             …send out, with its text from the stream…
 *     deadline = tcp_next_deadline(&tcb);
 *
 * A struct tcp is one turn at one connection: it lives on the stack. What
 * lasts is in the TCB, which the caller owns. */
#ifndef TCPLAB_TCP_TCP_H
#define TCPLAB_TCP_TCP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "base/rare.h"
#include "tcp/flight.h"
#include "tcp/held.h"
#include "tcp/journal.h"
#include "tcp/listener.h"
#include "tcp/profile.h"
#include "tcp/rule.h"
#include "tcp/sharing.h"
#include "tcp/tcb.h"
#include "wire/ecn.h"
#include "wire/packet.h"
#include "wire/segment.h"

/* A part of an arrived segment's text that belongs into the receive stream. */
struct text_part {
	int64_t offset; /* where in the stream */
	uint32_t skip;  /* where in the segment's text */
	uint32_t len;
};

/* The secret of the ISN generator, RFC 6528; one per host. */
struct isn_secret {
	uint64_t key[2];
};

/* What the caller knows of signatures, RFC 2385 and RFC 5925. It has the keys:
 * it fills in what the engine leaves blank in a segment's option, and holds
 * what arrives against its keys. What follows from that, the engine says. */
enum signature_finding {
	SIGNATURE_UNSEEN, /* nobody looked: every segment is believed */
	SIGNATURE_MATCHES,
	SIGNATURE_DIFFERS,
	SIGNATURE_KEY_UNKNOWN, /* it names a key that is none of ours */
	SIGNATURE_LACKING,     /* there is no such option */
};

struct signing {
	uint8_t kind;       /* enum signature_kind that is agreed on with this peer */
	uint8_t finding;    /* about the segment that arrives */
	uint8_t send_id;    /* TCP-AO: the KeyID that we would like to sign with … */
	uint8_t receive_id; /* … and the one that the peer should sign with */
	bool next_is_ours;  /* TCP-AO: the segment's RNextKeyID names a key that we have */
};

struct tcp {
	struct tcb *tcb;
	const struct profile *profile;
	const struct isn_secret *secret;
	struct journal *journal;   /* or NULL */
	struct listener *listener; /* that the connection came from; NULL: no limits */
	struct sharing *sharing;   /* of the host: sharing.h; or NULL */
	struct fast_open_cache *fast_open_cache; /* or NULL */
	struct syn_cache *syn_cache;             /* NULL: none, whatever the profile says */
	nanos now;
	uint16_t mtu;        /* of the interface, for the MSS; 0: 1500 */
	uint8_t ecn_arrived; /* enum ecn_codepoint of the datagram that brought the segment */
	uint8_t burst;       /* as in sent_record: of the segment that is being made */
	uint8_t burst_place;
	uint8_t ecn_to_send; /* tcp_next_segment() fills it in: what its datagram is to bear */
	struct seq again;    /* what went again in this turn ends here, where `goes_again` */
	bool goes_again;
	uint32_t record_room;
	struct sent_record *records; /* of what is under way: flight.h; or NULL */
	struct held *held;           /* what arrived ahead of a gap: held.h; or NULL */
	struct ack_sample ack;       /* what this turn's acknowledgment told */
	struct signing signing;
	/* The way back, where the segment's datagram came to the end of a source route; or NULL */
	const struct source_route *route_back;
	bool ecn_echoed; /* the segment tells of congestion: the window does not grow */
	bool untaken;    /* it came from a listener, and no application has it yet */
	/* Filled by tcp_receive(), §3.9.1.3: the first so many octets of those taken are
	 * urgent, and the URGENT flag, which says that more of them remain. */
	uint32_t urgent_taken;
	bool urgent;
	/* Filled by tcp_arrives(): what the caller must keep of the text. Octets
	 * that are held already are not asked for again: the first copy wins. */
	unsigned part_count;
	struct text_part parts[HELD_MAX + 1];
};

/* Record `i` of what is under way, 0 … count−1, oldest first. */
static inline struct sent_record *flight_at(const struct tcp *t, unsigned i)
{
	return &t->records[t->tcb->flight.first + i];
}

/* §3.9.1: what a call answers. */
enum call_answer {
	CALL_OK,
	CALL_NO_CONNECTION,      /* "connection does not exist" */
	CALL_EXISTS,             /* "connection already exists" */
	CALL_REMOTE_UNSPECIFIED, /* "remote socket unspecified" */
	CALL_CLOSING,            /* "connection closing" */
	CALL_NO_ROOM,            /* "insufficient resources" */
	CALL_BAD_ADDRESS,        /* broadcast, multicast, unspecified (MUST-46) */
};

const char *call_answer_text(enum call_answer answer);

/* User calls, §3.10.1–3.10.6. */
enum call_answer tcp_open_passive(struct tcp *t, const struct endpoint *local);
enum call_answer tcp_open_active(struct tcp *t, const struct endpoint *local,
				 const struct endpoint *remote);
/* Right after it: the way that all segments take to the peer, IPv4 only (MUST-51). */
void tcp_use_source_route(struct tcp *t, const struct source_route *route);
/* Right after it, too: text that is sent in the same turn may go with the SYN, RFC 7413. */
void tcp_open_fast(struct tcp *t);
enum {
	SEND_PUSH = 1,
	SEND_URGENT = 2,
	SEND_MORE = 4,    /* more follows soon: what fills no segment waits, but not for long */
	SEND_APART = 8,   /* no segment goes across the beginning, if that can be remembered … */
	SEND_RECORD = 16, /* … nor across the end: if that cannot be, there is no room for it */
};
/* All text is pushed, with SEND_PUSH or without it (MUST-60), unless the profile heeds PUSH.
 * Queues up to `len` octets, which the caller has added to the send stream;
 * *taken says how many fitted. */
enum call_answer tcp_send(struct tcp *t, uint32_t len, unsigned flags, uint32_t *taken);
/* Takes up to `max` octets that arrived in order; *taken says how many. */
enum call_answer tcp_receive(struct tcp *t, uint32_t max, uint32_t *taken);
/* The timeout of OPEN and SEND (§3.9.1.1): for this connection from now on; 0: none. */
enum call_answer tcp_set_user_timeout(struct tcp *t, nanos length);
/* Room for so many octets that the application has not taken, 1 … 2^30. What the window
 * offered already is still taken, unless the profile shrinks windows (SHLD-14). */
enum call_answer tcp_set_receive_buffer(struct tcp *t, uint32_t octets);
/* Room for so many octets that are not acknowledged, 1 … 2^30; no less than what is queued. */
enum call_answer tcp_set_send_buffer(struct tcp *t, uint32_t octets);
/* Keep-alives for this connection (MUST-24). */
enum call_answer tcp_set_keepalive(struct tcp *t, bool on);
/* Nagle's algorithm, for this connection: MUST-17. Off where the profile has it off. */
enum call_answer tcp_set_nagle(struct tcp *t, bool on);
/* Segments that are not full wait until this is taken back, but not for ever (MUST-60). */
enum call_answer tcp_set_cork(struct tcp *t, bool on);
enum call_answer tcp_close(struct tcp *t);
/* CLOSE of both directions, whatever the profile calls a CLOSE (MAY-1); also after a CLOSE of
 * ours, when the application goes for good. */
enum call_answer tcp_close_both(struct tcp *t);
enum call_answer tcp_abort(struct tcp *t);

/* SEGMENT ARRIVES, §3.10.7. The ports and addresses are this connection's:
 * the caller has looked that up. For a TCB in LISTEN, `from` names the
 * sender and `to` the address it wrote to. */
void tcp_arrives(struct tcp *t, const struct segment *seg);
/* The reply, if any, goes to `from`; the TCB stays as it was unless the
 * state is now SYN-RECEIVED. */
RARE void tcp_arrives_in_listen(struct tcp *t, const struct segment *seg,
				const struct endpoint *from, const struct endpoint *to);
/* When a connection has come out of one in LISTEN: for the TCB that listens from
 * now on, a copy of what that was before. */
void tcp_listens_again(struct tcp *t);

/* An ICMP error about a segment of this connection, §3.9.2.2: the caller has
 * found the connection by the datagram that is quoted. */
void tcp_icmp(struct tcp *t, const struct icmp_error *icmp);
/* What the message says; ERROR_NONE: nothing that TCP knows. */
enum network_error tcp_icmp_means(const struct icmp_error *icmp);
/* Type and code of a message that says so, in this version of IP; false where there is none. */
bool tcp_icmp_named(struct icmp_error *icmp, uint8_t version, const char *words, size_t len);

/* A segment for which there is no connection, §3.10.7.1: true where *reply
 * is to be sent back. *rule says why or why not. */
bool tcp_arrives_in_closed(const struct segment *seg, struct segment *reply, enum rule *rule);

/* Timeouts, §3.10.8: call when tcp_next_deadline() has come. */
void tcp_timeout(struct tcp *t);
nanos tcp_next_deadline(const struct tcb *tcb);

/* The next segment that may be sent now, and takes note that it was. The
 * text is at stream offset *offset, seg->len octets; where that is −1, they are
 * garbage, of any value. *rule says why. */
bool tcp_next_segment(struct tcp *t, struct segment *seg, int64_t *offset, enum rule *rule);

/* Takes note that `seg` was sent, without having decided it: for following
 * a host whose segments are seen in a capture. The text it carries must have
 * been queued by tcp_send() or, for a FIN, tcp_close(). */
void tcp_sent(struct tcp *t, const struct segment *seg);

/* The same before a tail loss probe of such a host: RFC 8985 §7. The last of what is
 * under way goes again, and RTO counts from tcp_sent() on. */
void tcp_probes_tail(struct tcp *t);

/* The same after new text of such a host was told: where more is under way than the cwnd that
 * was inferred, its own was larger. */
void tcp_had_room(struct tcp *t);

/* RFC 5925 §6.2: the upper half of a 64-bit sequence number of which `s` is the
 * lower, counted from the ISN; of what we send, or what the peer sends. */
uint32_t tcp_sequence_extension(const struct tcb *tcb, struct seq s, bool ours);

/* Removes and returns one notice, 0 where there is none. */
enum notice tcp_next_notice(struct tcb *tcb);
uint16_t tcp_take_notices(struct tcb *tcb); /* or all of them: the sum of their bits */

/* Asserts what holds between any two events; see the table in check.c. */
void tcp_check(const struct tcb *tcb, const struct profile *profile, nanos now);
/* The same of what happened between two such events: check_step.c. */
void tcp_check_step(const struct tcb *before, const struct tcb *after);

#endif
