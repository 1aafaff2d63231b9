/* script.h — a packetdrill script, as it was read.
 *
 * A script is a list of events, each at a time: a packet that the script sends
 * ("<") or expects ("<" seen from the machine under test is inbound, ">" is
 * outbound), a system call with the result that it should have, a piece of code
 * between %{ and }%, a shell command between backquotes.
 *
 *     0   socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
 *     +0  connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
 *     +0  > S 0:0(0) <mss 1460,sackOK,TS val 100 ecr 0,nop,wscale 8>
 *     +.1 < S. 0:0(0) ack 1 win 5792 <mss 1460>
 *
 * Numbers are those of the script: sequence numbers count from where the script
 * has them, addresses and ports are said nowhere. match.h says what they mean. All
 * that a script points to lies in its own memory and goes with it. */
#ifndef TCPLAB_SCRIPT_SCRIPT_H
#define TCPLAB_SCRIPT_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/nanos.h"
#include "base/text.h"
#include "wire/address.h"
#include "wire/ecn.h"
#include "wire/segment.h"

/* Both count from 1. */
struct place {
	uint32_t line;
	uint32_t column;
};

/* ---- expressions: arguments and results of system calls ---- */

enum expression_kind {
	EXPRESSION_ANY,      /* ... */
	EXPRESSION_NUMBER,   /* value: 8080, 0x1f, and every constant by its name */
	EXPRESSION_NAME,     /* text: a name that is no known constant */
	EXPRESSION_STRING,   /* text, length: "abc", the quotes and escapes resolved */
	EXPRESSION_OR,       /* a | b | …: its parts */
	EXPRESSION_NOT,      /* ~a, !a: value is '~' or '!' */
	EXPRESSION_LIST,     /* [a, b]: its parts */
	EXPRESSION_STRUCT,   /* {a, b}, {onoff=1, linger=0}: its parts, of which some have a name */
	EXPRESSION_FUNCTION, /* text(a): htons(8080), inet_addr("192.0.2.1"), msg_iov(1): parts */
	EXPRESSION_RANGE,    /* a ~ b: its two parts */
};

struct expression {
	uint8_t kind; /* enum expression_kind */
	struct place place;
	int64_t value;
	const char *text; /* ends with 0; for a number that was a name, that name; or NULL */
	size_t length;    /* of a string */
	bool open;        /* of a string: "abc"..., more may follow */
	const char *name; /* of a part of a struct: {onoff=…}; for {msg_name(2)=…} "msg_name"; or
			     NULL */
	struct expression *name_argument; /* the 2 of {msg_name(2)=…}; or NULL */
	struct expression *first;         /* its parts, one after the other */
	struct expression *next;          /* in what it is a part of */
};

/* ---- packets ---- */

enum packet_spec_kind { SPEC_TCP, SPEC_UDP, SPEC_ICMP, SPEC_RAW };

/* Which marks of the IP header are said. */
enum mark {
	MARK_NONE,
	MARK_ECN,        /* ecn: [noecn] [ect0] [ect1] [ce] */
	MARK_ECT01,      /* [ect01]: ECT(0) or ECT(1) */
	MARK_TOS,        /* traffic_class: [tos 0x10] */
	MARK_DSCP,       /* the upper six bits of traffic_class: [dscp af11] */
	MARK_DSCP_ECT01, /* them, and ECT(0) or ECT(1) */
};

struct packet_spec {
	uint8_t kind; /* enum packet_spec_kind */
	bool outbound;
	uint8_t mark; /* enum mark */
	uint8_t ecn;  /* enum ecn_codepoint */
	uint8_t traffic_class;
	uint8_t ttl; /* 0: not said */
	bool flow_label_said;
	uint32_t flow_label;
	/* TCP. seq, ack, up, wnd, len and options as the script has them, options.bytes in
	 * their order and without padding of our own. Ports: 0 where not said. */
	struct segment tcp;
	bool any_options;            /* <...> */
	bool any_seq;                /* "...(0)": any sequence number */
	bool absolute_seq;           /* "1:1(0)!": as on the wire */
	bool any_ts_val;             /* "TS val ... ecr 1" */
	bool any_wscale;             /* "wscale *" */
	bool absolute_ts_ecr;        /* "TS val 1 ecr 1!": as on the wire */
	bool no_window;              /* "win" is not said: any; what is sent has 0 */
	bool ace_said;               /* ".5": ACK, and the counter of RFC 9768 in AE, CWR, ECE */
	bool fast_open_experimental; /* FOEXP: option 254 (in options.bytes) */
	/* UDP: octets of payload, also of the one that ICMP quotes; likewise SPEC_RAW, which is
	 * only ever quoted */
	uint32_t udp_len;
	/* ICMP: numbers of the version that the script speaks are found by icmp_named() of
	 * match.h, for only the options of the head say which that is. */
	const char *icmp_type; /* "unreachable" */
	const char *icmp_code; /* "frag_needed"; or NULL */
	int64_t icmp_mtu;      /* −1: not said */
	int64_t icmp_id;       /* of an echo */
	uint8_t quoted;        /* enum packet_spec_kind of what it quotes; TCP: tcp.seq, tcp.len */
	bool quotes;           /* what it quotes is said */
	/* Headers before that of TCP: ipv4 a > b: , ipv6, gre, mpls. Kept as text: such a script
	 * is one that we do not support. NULL: none. */
	const char *encapsulation;
};

/* ---- events ---- */

enum event_time {
	TIME_ABSOLUTE,       /* 1.5 */
	TIME_RELATIVE,       /* +.1 */
	TIME_ABSOLUTE_RANGE, /* 1~2 */
	TIME_RELATIVE_RANGE, /* +1~+2 */
	TIME_ANY,            /* * */
};

enum script_event_kind { EVENT_PACKET, EVENT_SYSTEM_CALL, EVENT_CODE, EVENT_COMMAND };

struct system_call {
	const char *name;
	struct expression *arguments; /* the first; the others follow by next */
	uint32_t argument_count;
	struct expression *result; /* what it should answer */
	const char *error;         /* "EAGAIN", or NULL */
	const char *note;          /* "(Operation now in progress)" without its brackets; or NULL */
	bool blocks;               /* t...t2: it returns at `until` */
	nanos until;               /* absolute, or relative as the event's time is */
};

struct script_event {
	uint8_t kind;      /* enum script_event_kind */
	uint8_t time_kind; /* enum event_time */
	struct place place;
	nanos time;
	nanos time_end;     /* of a range */
	const char *source; /* the event as it stands in the script, without comments at its end */
	union {
		struct packet_spec *packet;
		struct system_call *call;
		const char *text; /* of code (between %{ and }%), or of a command */
	};
	struct place text_place; /* where that text begins */
};

/* "--name=value" and "--name", in the script's head; values without quotes.
 *
 * A comment before the first event that begins "// tcplab:" says what only we understand:
 * "// tcplab: profile=rfc mss=1000 dump" has the options "tcplab:profile", "tcplab:mss" and
 * "tcplab:dump". Whoever else runs the script reads over it. */
struct script_option {
	const char *name;
	const char *value; /* or NULL */
	struct place place;
};

enum { SCRIPT_HEADING_MAX = 639 };

struct script {
	const char *name; /* of its file, as given */
	/* The comment that it opens with, its lines joined; "" where there is none. What it has
	 * to say beyond SCRIPT_HEADING_MAX octets is left out. */
	const char *heading;
	uint32_t heading_line; /* the last of it */
	struct script_option *options;
	uint32_t option_count;
	const char *initial; /* the command before the first event, or NULL */
	struct place initial_place;
	const char *final; /* the one without a time after the last, or NULL */
	struct place final_place;
	struct script_event *events;
	uint32_t event_count;
	/* What it goes on with and only other tools have, as a sentence: SCTP, options of Multipath
	 * TCP, packets that are changed on purpose. Nothing is read from there on, and there may be
	 * no event before it. NULL: nothing of the kind. */
	const char *beyond;
	struct place beyond_place;
	void *memory; /* of all of it */
};

/* Reads the `len` octets of a script. `name` is for sentences. NULL, and a sentence that
 * begins "name:line:column: ", where it cannot be read. */
struct script *script_parse(const char *name, const char *text, size_t len, struct error *err);
struct script *script_read(const char *path, struct error *err);
/* What a file has, for script_parse(); the caller frees *text. False, and a sentence. */
bool script_text(const char *path, char **text, size_t *len, struct error *err);
void script_free(struct script *script); /* NULL: nothing */

/* Writes an event in the script's notation, with its time. What is read from that is equal to the
 * event. The others are parts of it, for messages; notation.h has more. */
void script_tell(const struct script_event *event, struct text *out);
void script_tell_packet(const struct packet_spec *packet, struct text *out);
/* "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3" */
void script_tell_call(const struct system_call *call, struct text *out);
void script_tell_expression(const struct expression *expression, struct text *out);

/* The number that it is: constants, their names joined by |, htons(80). False where it is
 * something else, and *value is 0 where it is NULL. */
bool expression_number(const struct expression *e, int64_t *value);
enum { NO_PLACE = 1 << 30 };

/* The part of a struct by its name, or where no part has a name, by its place; or NULL. */
const struct expression *expression_part(const struct expression *e, const char *name,
					 unsigned place);
/* An address with its port, {sa_family=AF_INET, sin_port=htons(80), sin_addr=…}, or "...": `any`.
 * What it does not say is as in `any`; *unspecified: AF_UNSPEC. False, and a sentence, where it is
 * none. */
bool expression_endpoint(const struct expression *e, const struct endpoint *any,
			 struct endpoint *out, bool *unspecified, struct error *why);
/* The same, for what a call hands back: whether it is `value`. */
bool endpoint_is_expected(const struct expression *e, const struct endpoint *value,
			  const char *what, struct error *why);

#endif
