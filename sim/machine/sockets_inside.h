/* sockets_inside.h — what the files of the socket layer share. Not for callers.
 *
 * A call is an attempt: a function that looks at its arguments and answers in one
 * of five ways, each a function of that name below. One that blocks is
 * called again, with the same attempt, until it does not. */
#ifndef TCPLAB_MACHINE_SOCKETS_INSIDE_H
#define TCPLAB_MACHINE_SOCKETS_INSIDE_H

#include "machine/control.h"
#include "machine/sockets.h"
#include "script/symbols.h"
#include "tcp/tcb.h"

enum socket_kind {
	SOCKET_STREAM,
	SOCKET_DATAGRAM,
	SOCKET_PIPE, /* one end: what `peer` is the other of */
	SOCKET_FILE,
	SOCKET_EPOLL,
};

/* As SS_… of Linux. */
enum socket_phase { SOCKET_UNCONNECTED, SOCKET_LISTENING, SOCKET_CONNECTING, SOCKET_CONNECTED };

enum socket_option {
#define OPTION(level, name, kind, initial, least, most) OPTION_##name,
#include "machine/sockets_options.def"
#undef OPTION
	OPTION_COUNT
};

/* What a sender's time is spent with: sockets_limits.c */
enum limit { LIMIT_NONE, LIMIT_BUSY, LIMIT_WINDOW, LIMIT_BUFFER, LIMIT_COUNT };

/* A buffer with text, from the end of the one before: offsets in the stream. */
struct chunk {
	int64_t end;
	bool record; /* nothing more goes into it: MSG_EOR */
};

struct interest; /* of an epoll: sockets_poll.c */

/* What has come to a socket of UDP. */
struct datagram {
	struct endpoint from;
	uint32_t len;
	uint8_t ttl;
	uint8_t traffic_class;
};

/* What recvmsg(MSG_ERRQUEUE) hands back. */
struct queued_error {
	struct extended_error error;
	nanos stamp; /* where `stamped` */
	bool stamped;
	bool has_packet; /* the one that it is about comes with it */
	uint32_t len;    /* octets that come with it, otherwise */
};

/* Stands behind the last octet of a write: sockets_marks.c. */
struct sent_mark {
	struct seq end;
	uint32_t stamps; /* SOF_TIMESTAMPING_TX_… */
	uint32_t key;    /* of the last octet, from stamp_base on */
	bool copies;     /* MSG_ZEROCOPY */
	uint32_t copy;   /* its number among those */
};

struct socket {
	uint8_t kind;  /* enum socket_kind */
	uint8_t phase; /* enum socket_phase */
	uint8_t version;
	bool bound;
	bool nonblocking;
	bool shut_read;
	bool shut_write;
	bool done;   /* the peer's FIN was read, or nothing more will come */
	bool ended;  /* its connection is over: `last` is its TCB */
	bool closed; /* no descriptor names it: it waits for its connection to end */
	uint32_t users;
	uint32_t number; /* in the table; its connections have that as their tag */
	struct endpoint local;
	struct endpoint remote;
	uint32_t conn;
	int32_t error;       /* SO_ERROR */
	uint64_t arrived;    /* octets of text that the host has handed over */
	uint64_t read;       /* of those */
	int64_t urgent_read; /* sockets_urgent.c: the place, plus 1, of what was read apart */
	uint64_t left;       /* octets that were there when the connection ended */
	uint32_t backlog;    /* of listen() */
	bool deferred;       /* connect() waits for the first write() */
	struct tcb last;
	int64_t option[OPTION_COUNT];
	bool option_set[OPTION_COUNT];
	struct datagram *datagrams;
	uint32_t datagram_count;
	uint32_t datagram_capacity;
	struct queued_error *errors;
	uint32_t error_count;
	uint32_t error_capacity;
	uint32_t errors_told; /* how often that was news, for who waits */
	struct sent_mark *marks;
	uint32_t mark_count;
	uint32_t mark_capacity;
	uint32_t copies; /* writes with MSG_ZEROCOPY so far */
	struct seq stamp_base;
	struct chunk *chunks; /* sockets_queue.c */
	uint32_t chunk_count;
	uint32_t chunk_capacity;
	int64_t cut;          /* so far the buffers of what was sent are known … */
	int64_t pushed;       /* offset of the last PSH */
	int64_t grown;        /* what the send buffer holds meanwhile; 0: as little as at first */
	uint32_t widest;      /* window that the peer offered, not counting its SYN's */
	bool no_space;        /* somebody found the send buffer full, or nearly so … */
	uint32_t spaces;      /* … and how often it then was not any more */
	uint8_t limit;        /* enum limit: what holds the sender back now … */
	struct seq limit_nxt; /* SND.NXT then */
	nanos limit_since;
	nanos spent[LIMIT_COUNT]; /* … and how long each did so far */
	struct interest *interests;
	uint32_t interest_count;
	uint32_t interest_capacity;
	bool has_key;
	uint64_t key[2];     /* TCP_FASTOPEN_KEY */
	char congestion[16]; /* TCP_CONGESTION; empty: the profile's */
};

struct descriptor {
	int32_t number;
	struct socket *socket;
};

struct attempt {
	struct sockets *all;
	nanos now;
	nanos began;
	nanos deadline; /* when it is tried again at the latest */
	const struct system_call *call;
	struct socket *waits_in;
	int64_t done;             /* octets, of a call that moves them in parts */
	struct datagram datagram; /* that was read */
	int64_t message_flags;    /* of recvmsg() */
	struct control controls[CONTROLS_MAX];
	unsigned control_count;
	int64_t stamps; /* of sendmsg(), where stamps_said: SOF_TIMESTAMPING_TX_… */
	bool stamps_said;
	int class_said;    /* for one datagram; −1: not */
	uint8_t hops_said; /* 0: not */
	bool again;        /* it has blocked before */
	struct call_outcome outcome;
};

struct tally;

struct sockets {
	struct host *host;
	struct sockets_setup setup;
	struct profile profile;
	struct drill_addresses addresses;
	struct socket **table; /* by number */
	uint32_t count;
	uint32_t capacity;
	struct descriptor *descriptors;
	uint32_t descriptor_count;
	uint32_t descriptor_capacity;
	struct attempt pending; /* where pending.outcome.blocked */
	nanos returned;
	struct tally **tallies; /* sockets_tally.c: of connections */
	uint32_t tally_count;
	uint32_t tally_capacity;
	uint32_t newest;          /* socket with a connection; its number, or EVENT_NONE */
	struct socket *accepting; /* gets the connection that the host gives; or NULL */
};

/* ---- the answers ---- */

void returns(struct attempt *a, int64_t value);
void fails(struct attempt *a, int32_t error);
/* Until something happens, but not longer than `patience` from when the call began; NANOS_NEVER:
 * as long as it takes. The answer is false where that time is over: the call must say how it
 * ends then. */
bool blocks(struct attempt *a, nanos patience);
void wrong(struct attempt *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
void unsupported(struct attempt *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- sockets_arguments.c: what the script says ---- */

/* NULL: there is none. */
const struct expression *argument(const struct attempt *a, unsigned i);
bool is_any(const struct expression *e); /* "...", or nothing at all */
/* A number, however it is written. False, and the attempt is wrong or unsupported, where
 * it is none. */
bool number_of(struct attempt *a, const struct expression *e, int64_t *value);
bool number_argument(struct attempt *a, unsigned i, int64_t *value);
/* The same, with what "..." stands for. */
bool number_or(struct attempt *a, unsigned i, int64_t any, int64_t *value);
/* The one element of [x]; another expression as it is. */
const struct expression *inside_list(const struct expression *e);
/* What is handed back: wrong where the script expects another number. */
void hands_back(struct attempt *a, const struct expression *e, const char *what, int64_t value);
/* An address that the script gives; "...": `any`. *unspecified: AF_UNSPEC. */
bool address_argument(struct attempt *a, unsigned i, const struct endpoint *any,
		      struct endpoint *out, bool *unspecified);
bool address_of(struct attempt *a, const struct expression *e, const struct endpoint *any,
		struct endpoint *out, bool *unspecified);
void hands_back_address(struct attempt *a, const struct expression *e, const char *what,
			const struct endpoint *value);

/* NULL where text should be: the call has failed with EFAULT. */
bool has_no_buffer(struct attempt *a, unsigned i);

/* ---- sockets_table.c: descriptors ---- */

struct socket *socket_add(struct sockets *all, enum socket_kind kind);
void socket_free(struct socket *s);
/* The socket by the descriptor that is argument `i`. NULL: the attempt has failed. */
struct socket *socket_argument(struct attempt *a, unsigned i);
struct socket *socket_at(const struct sockets *all, int64_t number); /* or NULL */
struct socket *stream_argument(struct attempt *a, unsigned i);
/* The call returns a new descriptor for it. */
void returns_descriptor(struct attempt *a, struct socket *s);
int32_t descriptor_add(struct sockets *all, struct socket *s, int64_t wanted);
void descriptor_remove(struct sockets *all, int64_t number);
void socket_let_go(struct sockets *all, struct socket *s);

/* ---- sockets_state.c: a socket and its connection ---- */

/* NULL: it has had none. */
const struct tcb *socket_tcb(const struct sockets *all, const struct socket *s);
enum tcp_state socket_state(const struct sockets *all, const struct socket *s);
/* The application takes what arrives at once, from the beginning on. */
static inline bool socket_reads_at_once(const struct sockets *all)
{
	return all->setup.settings->standing_read && !all->setup.settings->standing_later;
}

uint64_t socket_unread(const struct sockets *all, const struct socket *s);
uint32_t socket_room(const struct sockets *all, const struct socket *s);
/* Takes the error that waits, 0 where none does. */
int32_t socket_take_error(struct socket *s);
int32_t error_of_network(uint8_t error); /* errno for an enum network_error, or 0 */
void sockets_listen_to(struct sockets *all);
/* Whether it does not wait, by its own flag or that of this call. */
nanos patience_of(int64_t timeout); /* of SO_RCVTIMEO and SO_SNDTIMEO: 0 is for ever */
bool waits_not(const struct attempt *a, const struct socket *s, int64_t flags);
void socket_takes_connection(struct sockets *all, struct socket *s, uint32_t conn);
/* The connection of it that listens, or EVENT_NONE. */
uint32_t listening_connection(const struct sockets *all, const struct socket *s);

/* ---- sockets_reading.c, sockets_writing.c ---- */

/* The octets that an array of buffers has room for. */
bool buffers_length(struct attempt *a, const struct expression *list, int64_t *total);
void stream_reads(struct attempt *a, struct socket *s, int64_t len, int64_t flags);
void stream_writes(struct attempt *a, struct socket *s, int64_t len, int64_t flags);

/* What read() and recv() have in common, and write() and send(). `from`, `to`: the argument with
 * an address, or NULL. */
void socket_receives(struct attempt *a, int64_t len, int64_t flags, const struct expression *from);
void socket_sends(struct attempt *a, int64_t len, int64_t flags, const struct expression *to);

/* ---- sockets_urgent.c ---- */

/* Octets that can be read before the one that is urgent; −1: there is none. */
int64_t urgent_ahead(const struct sockets *all, const struct socket *s);
bool urgent_is_inline(const struct socket *s);                           /* SO_OOBINLINE */
bool urgent_is_there(const struct sockets *all, const struct socket *s); /* POLLPRI */
/* Octets up to the one that is urgent, or to the end. */
int64_t urgent_readable(const struct sockets *all, const struct socket *s);
void urgent_reads(struct attempt *a, struct socket *s, int64_t len, int64_t flags); /* MSG_OOB */

/* ---- sockets_errors.c: the error queue ---- */

bool errors_are_asked_for(const struct socket *s); /* IP_RECVERR */
void errors_add_stamp(struct socket *s, nanos now, int64_t which, uint32_t key);
void errors_add_copy(struct socket *s, uint32_t copy);
/* `len`: octets of what it quotes, behind the header. */
void errors_add_icmp(struct socket *s, int32_t error, const struct icmp_error *icmp, uint32_t len);
/* About a segment of a connection. */
void errors_hear_icmp(const struct sockets *all, const struct icmp_error *icmp);
void errors_read(struct attempt *a, struct socket *s, int64_t len);

/* ---- sockets_marks.c: writes that are told of again ---- */

void marks_add(struct attempt *a, struct socket *s, int64_t len, int64_t flags);
/* Keys count from the first octet that was not acknowledged, or from the next one to be written. */
/* Of the mark added last: so many octets were not taken; none at all were. */
void marks_take_back(struct socket *s, int64_t missing, bool all);
void marks_count_from(const struct sockets *all, struct socket *s, bool from_end);
void marks_leave(struct sockets *all, nanos now, const struct segment *seg,
		 const struct endpoint *from, const struct endpoint *to);
/* After an ACK, and at the end of the connection. */
void marks_look(const struct sockets *all, nanos now, struct socket *s);

/* ---- sockets_queue.c ---- */

enum { QUEUE_MORE = 65536 }; /* a send buffer may be overdrawn by so much */

/* What the send buffer holds, SO_SNDBUF. */
int64_t queue_limit(const struct sockets *all, struct socket *s);
/* Text goes to the host; the octets that there was room for. `how`: SEND_PUSH … */
uint32_t queue_put(struct sockets *all, nanos now, struct socket *s, uint32_t len, unsigned how);
bool queue_is_writable(const struct sockets *all, struct socket *s);
void queue_heard(struct sockets *all, struct socket *s); /* something has arrived */

/* ---- sockets_limits.c ---- */

void limits_look(struct sockets *all, nanos now); /* something has happened */
nanos limits_spent(const struct socket *s, nanos now, enum limit limit);

/* ---- sockets_fast_open.c ---- */

bool fast_open_has_cookie(const struct sockets *all, const struct socket *s, nanos now,
			  const struct endpoint *remote);
/* A write that opens the connection too. */
/* The same on the BSDs, where the text waits in the socket for what the SYN does not take:
 * tcp_usr_send() connects who is not connected. With TCP_FASTOPEN it may go at once. */
void implied_connect_writes(struct attempt *a, struct socket *s, const struct endpoint *remote,
			    int64_t len);
void fast_open_writes(struct attempt *a, struct socket *s, const struct endpoint *remote,
		      int64_t len, int64_t flags);

/* ---- sockets_poll.c, sockets_files.c, sockets_datagrams.c ---- */

uint32_t socket_events(const struct sockets *all, const struct socket *s); /* POLLIN … */
void pipe_writes(struct attempt *a, struct socket *s, int64_t len);
void pipe_reads(struct attempt *a, struct socket *s, int64_t len);
void datagram_sends(struct attempt *a, struct socket *s, int64_t len, const struct expression *to);
void datagram_connects(struct attempt *a, struct socket *s, const struct endpoint *remote);
void datagram_reads(struct attempt *a, struct socket *s, int64_t len, int64_t flags,
		    const struct expression *from);
int64_t datagram_length(const struct socket *s); /* of the first, 0 where there is none */

/* ---- sockets_closing.c ---- */

/* Nobody names it any more. */
void socket_goes(struct sockets *all, nanos now, struct socket *s);
void socket_resets(struct sockets *all, nanos now, struct socket *s);

/* ---- sockets_profile.c: what options mean for the connection ---- */

/* False: nothing differs from the host's. */
bool socket_profile(const struct sockets *all, const struct socket *s, struct profile *out);
uint8_t socket_ds(const struct socket *s);        /* of its segments */
uint8_t socket_hop_limit(const struct socket *s); /* 0: the usual */
void socket_begin_options(const struct sockets *all, struct socket *s);
/* Each TCP_NODELAY sends what waits, also where it was set before. */
void socket_lets_go(struct sockets *all, nanos now, struct socket *s);
void socket_apply_options(struct sockets *all, nanos now, struct socket *s);

/* ---- sockets_open.c ---- */

/* A port that nobody has. */
bool socket_finds_port(struct sockets *all, struct socket *s);
/* Opens its connection; 0 or errno. `text` and len where `fast`. */
int32_t socket_connects(struct sockets *all, nanos now, struct socket *s,
			const struct endpoint *remote, bool fast, const void *text, int64_t len);

/* ---- sockets_tally.c ---- */

struct tally_counts {
	uint32_t segments_in;
	uint32_t segments_out;
	uint32_t text_in; /* segments with text */
	uint32_t text_out;
	uint64_t octets_out;   /* of text, each time that it goes */
	uint64_t octets_again; /* of these */
	uint32_t repeats;
	uint32_t duplicates_told; /* D-SACK, RFC 2883 */
	uint32_t out_of_order;
	uint32_t echoed; /* segments that were acknowledged with ECE, RFC 3168 */
	nanos last_text_in;
	nanos last_text_out;
	nanos last_ack_in;
};

const struct tally_counts *tally_of(const struct sockets *all, const struct socket *s);
uint32_t tally_repeats_under_way(const struct sockets *all, const struct socket *s, struct seq una);
void tallies_free(struct sockets *all);

/* ---- sockets_info.c ---- */

uint32_t mss_now(const struct tcb *tcb); /* of text in a segment */
/* sockets_info_receive.c: what is told of receiving, by its whole name; false: it is not known. */
bool receive_info(const struct tcb *tcb, const char *name, int64_t *value);
/* sockets_info_sending.c: the same of options, and of the rate of sending. */
bool sending_info(const struct tcb *tcb, const char *name, int64_t *value);
bool tcp_info_field(const struct sockets *all, const struct socket *s, nanos now, const char *name,
		    int64_t *value);

/* ---- sockets_refused.c ---- */

const char *why_refused(
	const char *name); /* of an option, or of a call; NULL: no reason is known */

/* ---- the calls ---- */

struct known_call {
	const char *name;
	unsigned least; /* arguments */
	unsigned most;
	void (*attempt)(struct attempt *a);
};

/* Each list ends with a name that is NULL. */
extern const struct known_call calls_of_names[]; /* socket, bind, getsockname … */
extern const struct known_call calls_of_opening[];
extern const struct known_call calls_of_reading[];
extern const struct known_call calls_of_writing[];
extern const struct known_call calls_of_messages[]; /* recvmsg, sendmsg */
extern const struct known_call calls_of_closing[];
extern const struct known_call calls_of_options[];
extern const struct known_call calls_of_polling[];
extern const struct known_call calls_of_files[];
extern const struct known_call calls_of_control[]; /* fcntl, ioctl */

#endif
