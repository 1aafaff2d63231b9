/* tcb.h — the Transmission Control Block: all that is known of a connection.
 * RFC 9293 §3.3.1.
 *
 * A plain value without pointers: copy it, keep it, put it back, and the
 * connection goes on from there. The text lives outside, in two streams to
 * which bytes are only added; the TCB knows offsets into them. A stream
 * offset counts octets of text from 0; the SYN, which takes the sequence
 * number before the first octet, has offset −1. A connection that is opened
 * anew out of TIME-WAIT goes on in the same streams.
 *
 * Only the files of sim/tcp write here. Everyone else reads. */
#ifndef TCPLAB_TCP_TCB_H
#define TCPLAB_TCP_TCB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "base/seq.h"
#include "tcp/bbr.h"
#include "tcp/cubic.h"
#include "tcp/cwv.h"
#include "tcp/ecn.h"
#include "tcp/fast_open.h"
#include "tcp/flight.h"
#include "tcp/held.h"
#include "tcp/hystart.h"
#include "tcp/marks.h"
#include "tcp/rack.h"
#include "tcp/receive_memory.h"
#include "tcp/state.h"
#include "wire/address.h"
#include "wire/segment.h"
#include "wire/source_route.h"

enum timer {
	TIMER_RETRANSMISSION, /* RFC 6298 */
	TIMER_PERSIST,        /* RFC 9293 §3.8.6.1, and the override of §3.8.6.2.1 */
	TIMER_DELAYED_ACK,    /* RFC 9293 §3.8.6.3 */
	TIMER_TIME_WAIT,      /* 2·MSL, RFC 9293 §3.6.1 */
	TIMER_USER_TIMEOUT,   /* RFC 9293 §3.10.8 */
	TIMER_PACING,         /* until the next segment may go */
	TIMER_KEEPALIVE,      /* RFC 9293 §3.8.4 */
	TIMER_FIN_WAIT_2,     /* of a connection that nobody reads any more */
	TIMER_REORDERING,     /* RFC 8985 §6.2 */
	TIMER_TAIL_PROBE,     /* PTO, RFC 8985 §7.2 */
	TIMER_COUNT,
};

const char *timer_name(enum timer timer);

/* How the connection ended, for the application (MUST-12). */
enum ending {
	ENDING_NONE,        /* it has not, or normally so far */
	ENDING_CLOSED,      /* both sides closed */
	ENDING_RESET,       /* the peer sent RST */
	ENDING_REFUSED,     /* RST in answer to our SYN */
	ENDING_TIMED_OUT,   /* R2 or the user timeout passed */
	ENDING_ABORTED,     /* our application called ABORT */
	ENDING_UNREACHABLE, /* an ICMP error said so; which one is in tcb.path.error */
};

const char *ending_name(enum ending ending);

/* What the network said of our segments: ICMP errors, v4 and v6 alike. */
enum network_error {
	ERROR_NONE,
	ERROR_NET_UNREACHABLE,
	ERROR_HOST_UNREACHABLE,
	ERROR_PROTOCOL_UNREACHABLE,
	ERROR_PORT_UNREACHABLE,
	ERROR_TOO_BIG,
	ERROR_SOURCE_ROUTE_FAILED,
	ERROR_PROHIBITED,
	ERROR_TIME_EXCEEDED,
	ERROR_PARAMETER_PROBLEM,
	ERROR_SOURCE_QUENCH, /* of which TCP takes no notice */
	NETWORK_ERROR_COUNT,
};

const char *network_error_text(enum network_error error); /* "host unreachable" */

/* Things the application should hear of: bits of tcb.notices. */
enum notice {
	NOTICE_CONNECTED = 1 << 0,
	NOTICE_TEXT = 1 << 1,       /* octets are there to RECEIVE */
	NOTICE_CLOSING = 1 << 2,    /* the peer's FIN: no more will come */
	NOTICE_ENDED = 1 << 3,      /* see tcb.ending */
	NOTICE_URGENT = 1 << 4,     /* MUST-32 */
	NOTICE_ROOM = 1 << 5,       /* the send buffer has room again */
	NOTICE_R1 = 1 << 6,         /* many retransmissions: delivery is in trouble (SHLD-9) */
	NOTICE_SOFT_ERROR = 1 << 7, /* see tcb.path.error (SHLD-25) */
};

/* How every segment is signed, RFC 2385 and RFC 5925. */
enum signature_kind {
	SIGNATURE_NONE,
	SIGNATURE_MD5,
	SIGNATURE_AO,
};

enum ack_owed {
	ACK_NOT_OWED,
	ACK_DELAYED, /* the delayed-ACK timer runs */
	ACK_NOW,
};

/* Send Sequence Variables, §3.3.1 Figure 3:
 *
 *            1         2          3          4
 *       ----------|----------|----------|----------
 *              SND.UNA    SND.NXT    SND.UNA
 *                                   +SND.WND               */
struct send_variables {
	struct seq una; /* oldest unacknowledged */
	struct seq nxt; /* next to be sent for the first time; never moves back */
	struct seq iss; /* initial send sequence number */
	struct seq end; /* after the last octet of text that SEND has queued; the FIN's number */
	struct seq up;  /* after the last urgent octet (MUST-62) */
	struct seq wl1; /* SEG.SEQ of the last window update */
	struct seq wl2; /* SEG.ACK of the last window update */
	struct seq rtx; /* next to be sent again … */
	struct seq rtx_end; /* … up to here; equal when nothing is to be repeated */
	uint32_t wnd;       /* window that the peer offers, in octets */
	uint32_t max_wnd;   /* the largest ever offered */
	uint32_t buffer;    /* octets that may be queued, sent or not */
	int64_t una_offset; /* stream offset of SND.UNA */
	nanos probe_after;  /* how long the next window probe waits; 0: as long as RTO */
	uint16_t mss;       /* Eff.snd.MSS before options: min of the peer's MSS and the path's */
	uint8_t shift;      /* Snd.Wind.Shift, RFC 7323 §2.3 */
	bool fin_queued;    /* CLOSE was called: a FIN follows the text */
	bool urgent;        /* SND.UP means something */
	bool probing;       /* an octet beyond the window is out as a probe */
	bool override;      /* the SWS override time passed: send what fits */
	bool syn_acked;     /* SND.UNA > ISS: once; later the numbers come round to ISS again */
};

/* Receive Sequence Variables, §3.3.1 Figure 4. */
struct receive_variables {
	struct seq nxt;     /* next octet expected */
	struct seq irs;     /* initial receive sequence number */
	struct seq up;      /* after the peer's last urgent octet */
	struct seq edge;    /* the right edge we have advertised: RCV.NXT+RCV.WND then */
	struct seq fin;     /* the peer's FIN, where fin_seen */
	uint32_t wnd;       /* RCV.WND as last computed */
	uint32_t buffer;    /* size of the receive buffer */
	uint32_t unread;    /* octets in order that the application has not taken yet */
	int64_t nxt_offset; /* stream offset of RCV.NXT */
	uint16_t mss;       /* what we advertise: RMSS */
	uint8_t shift;      /* Rcv.Wind.Shift */
	bool fin_seen;      /* a FIN arrived, perhaps ahead of missing text */
	bool urgent;        /* RCV.UP means something */
	uint8_t held_count; /* ranges ahead of a gap: held.h */
	bool scaling;       /* window scaling was agreed on */
	bool dsack;         /* `twice` arrived twice, and the peer is to be told: RFC 2883 */
	struct held_range twice;
	uint32_t promised; /* the largest buffer: so much may have been offered */
	uint32_t zero;
	struct receive_memory memory;
};

static inline bool counts_memory(const struct receive_variables *rcv)
{
	return rcv->memory.share > 0;
}

/* How much of its room a receiver tells the peer. */
enum window_telling {
	TELLS_USEFUL, /* by amounts that are of use, §3.8.6.2.2 */
	TELLS_ALL,    /* all of it, with any segment that goes anyway */
	TELLS_SILLY,  /* every octet, at once: no SWS avoidance */
};

/* After a time-out that was a mistake: RFC 4015 §3.1, (0) and (11). */
enum rtt_adapts {
	ADAPTS_NOT,
	ADAPTS_IF_SPURIOUS, /* a time-out is being answered */
	ADAPTS_TO_NEXT,     /* measurement of what was sent after it */
};

/* RFC 6298; times in ns. */
struct rtt_variables {
	nanos srtt; /* 0: no measurement yet */
	nanos rttvar;
	nanos rto;        /* with its backoff */
	nanos timed_at;   /* when the octet `timed` was sent, Karn's way */
	struct seq timed; /* its acknowledgment ends the measurement */
	bool timing;
	bool bare_ack_came;           /* of our SYN,ACK, and was not enough: defer_accept.c */
	uint16_t transmissions_again; /* of the oldest segment, for R1 and R2 */
	nanos since;       /* when the oldest outstanding octet was first sent or last progressed */
	nanos srtt_prev;   /* SRTT when the timer fired, and twice G */
	nanos rttvar_prev; /* RTTVAR then */
	struct seq new_from; /* what had not been sent by then */
	uint8_t adapts;      /* enum rtt_adapts */
	uint8_t zero[3];
};

enum { REPEATS_MAX = 4 };

/* Octets left … right−1 went again: repeats.c. */
struct repeated {
	struct seq left;
	struct seq right;
};

/* RFC 5681 and 6582; in octets. */
struct congestion_variables {
	uint32_t cwnd;
	uint32_t ssthresh;
	uint32_t acked;     /* counted towards the next step of congestion avoidance */
	struct seq recover; /* SND.NXT when recovery began */
	uint16_t dup_acks;
	bool fast_recovery;
	bool first_partial; /* a partial ACK has been seen in this recovery */
	bool remembers;     /* SND.UNA has not passed `recover` yet: it is still that loss */
	uint8_t control;    /* index in the table of congestion controls */
	bool loss_recovery; /* after a time-out, until `recover` is acknowledged */
	bool undoable;      /* the last reduction may prove to have been a mistake */
	nanos last_sent;    /* when text was last sent, for the restart after idle */
	/* how much of cwnd is used */
	uint32_t most_used;    /* the most under way of late */
	struct seq used_until; /* SND.NXT then */
	/* pacing */
	uint64_t pacing_rate;  /* octets per second; 0: not paced */
	nanos next_send;       /* when the next segment may go */
	uint32_t pipe_prev;    /* what a mistaken reduction goes back to: RFC 4015 §3 */
	uint32_t undo_repeats; /* octets sent again since, less those that arrived twice */
	uint32_t repeated_ts;  /* timestamp of the first that was sent again: RFC 3522 §3.2 */
	uint8_t ts_kept;       /* repeated_ts holds, and no ACK has come since */
	uint8_t frto;          /* enum frto */
	uint8_t frto_lent;     /* new segments that F-RTO may still send */
	bool rescued;          /* NextSeg()'s fourth rule was used in this recovery */
	/* Proportional Rate Reduction, RFC 6937 §3 */
	uint32_t prr_delivered;
	uint32_t prr_out;
	uint32_t prr_flight; /* RecoverFS */
	/* In segments: reordering.c */
	uint16_t reordering; /* the farthest that one was overtaken, if more than DupThresh */
	uint16_t overtaken;  /* the same, of what had gone again: if that was for nothing */
	struct repeated again[REPEATS_MAX]; /* what went again since the last reduction */
	uint8_t again_count;
	bool zero[7];
};

/* RFC 5682 §2.1: where the detection of a spurious time-out stands. */
enum frto {
	FRTO_OFF,
	FRTO_FIRST,  /* the first segment has gone again: step 2 awaits an ACK */
	FRTO_SECOND, /* new text has gone out: step 3 awaits the next ACK */
};

/* RFC 7323 */
struct timestamp_variables {
	uint32_t recent;  /* TS.Recent */
	uint32_t offset;  /* added to our clock, random per connection */
	nanos recent_age; /* when TS.Recent was set */
	struct seq last_ack_sent;
	bool on;
	bool zero[3];
};

/* What is known of the path: RFC 1191, 8201, 5927. Lengths are of IP datagrams. */
struct path_variables {
	nanos raise_at;        /* when more than PMTU is tried again; 0: not at all */
	nanos probe_after;     /* no probe goes before this is over, RFC 4821 §7.6.2 */
	struct seq doubted;    /* SEG.SEQ that the doubted message quotes */
	struct seq larger_end; /* where the larger segment ends */
	uint16_t mtu;          /* PMTU: the longest that is sent */
	uint16_t most;         /* the interface's MTU: PMTU is never more */
	uint16_t mss;          /* what the SYNs allow: SMSS is never more */
	uint16_t sent;         /* the longest sent so far */
	uint16_t acked;        /* the longest that was acknowledged: the path takes this */
	uint16_t larger;       /* one under way that is longer than that; 0: none */
	uint16_t doubted_mtu;  /* reported, but less than `acked`; 0: none */
	uint16_t low;          /* RFC 4821 §7.1: this length is known to arrive … */
	uint16_t high;         /* … and this one may; 0: nothing is being searched for */
	uint16_t probe;        /* length of the probe that is under way; 0: none */
	struct seq probe_left; /* its first octet … */
	struct seq probe_end;  /* … and after its last */
	uint8_t error;         /* enum network_error: the last, until an ACK brings progress */
	bool zero[3];
};

/* RFC 9293 §3.9.2.1; IPv4 only */
struct route_variables {
	struct source_route way; /* of all that we send; without stops: as routers please */
	bool ours;               /* our application chose it */
	bool zero;
};

/* RFC 5482 §3, by its names */
struct user_timeout_variables {
	nanos user_timeout; /* USER_TIMEOUT, the one in force; 0: none */
	nanos adv_uto;      /* ADV_UTO, what we tell the peer; 0: nothing */
	bool changeable;    /* CHANGEABLE: the peer's option may change it */
	bool tell;          /* ADV_UTO goes with the next segment */
	bool zero[6];
};

/* Not in an RFC: when ACKs are not delayed, as Linux has it. */
struct quick_ack_variables {
	nanos heard;   /* when text last arrived in order; 0: never */
	nanos ato;     /* how long an ACK waits: as text comes, and at most; 0: nothing came yet */
	uint8_t left;  /* ACKs that still go at once */
	uint8_t small; /* segments since our last ACK that end what the peer's application sent */
	bool pingpong; /* the application answers what it reads */
	bool zero[5];
};

/* RFC 9293 §3.8.4 */
struct keepalive_variables {
	uint16_t unanswered; /* probes, since something arrived */
	bool on;
	bool due; /* a probe is to be sent, of the peer or of its window */
};

/* A segment that answers one which arrived, and is sent once: RST, mostly. */
struct reply {
	struct seq seq;
	struct seq ack;
	uint16_t flags; /* 0: none waits */
	uint16_t rule;
};

/* What is left of a connection that was opened anew out of TIME-WAIT, in case
 * the SYN was an old duplicate (MAY-2). */
struct last_connection {
	nanos time_wait; /* when its wait ends; 0: there is none */
	struct seq snd_nxt;
	struct seq rcv_nxt;
	struct timestamp_variables ts;
};

struct tcb {
	struct endpoint local;
	struct endpoint remote;
	uint8_t state; /* enum tcp_state; written by set_state() alone */
	uint8_t ending;
	bool passive; /* came from a passive OPEN (MUST-11) */
	bool sack_on; /* both sides sent SACK-permitted */
	uint8_t ack_owed;
	bool any_local; /* LISTEN on every address of the host: fill it in when a SYN comes */
	uint16_t notices;
	uint16_t ack_rule;     /* why an ACK is owed */
	uint16_t rtx_rule;     /* why something is sent again */
	uint32_t unacked_text; /* octets received since our last ACK */
	uint32_t largest_text; /* in one segment from the peer: what a full-sized one is */
	uint8_t signature;     /* enum signature_kind, for as long as the connection lasts */
	uint8_t key_id;        /* TCP-AO: what we sign with, "current_key" */
	bool nagle_off;        /* the application wants small segments to go at once (MUST-17) */
	uint8_t zero;
	struct send_variables snd;
	struct receive_variables rcv;
	struct rtt_variables rtt;
	struct congestion_variables cc;
	/* What a congestion control remembers, which lasts as long as the connection. */
	union {
		struct bbr_variables bbr;
		struct { /* of the others */
			struct hystart_variables hystart;
			struct cubic_variables cubic;
			struct cwv_variables cwv;
		};
	};
	struct ecn_variables ecn;
	struct timestamp_variables ts;
	struct flight_variables flight;
	struct rack_variables rack;
	struct last_connection last;
	struct path_variables path;
	struct route_variables route;
	struct reply reply;
	struct keepalive_variables keepalive;
	struct user_timeout_variables uto;
	struct quick_ack_variables quick;
	struct mark_variables marks;
	bool reads_no_more; /* closed in both directions (MAY-1) */
	uint8_t tells;      /* enum window_telling */
	uint8_t burst_sent; /* segments so far of those that are handed over as one: bursts.c … */
	uint8_t burst_end;  /* … and after how many it ends */
	struct fast_open_variables fast_open;
	uint32_t challenge_allowed; /* challenge ACKs in this interval at most, RFC 5961 §7 */
	uint32_t challenge_count;   /* and so far */
	nanos challenge_since;      /* its start */
	nanos timers[TIMER_COUNT];  /* deadlines; NANOS_NEVER where stopped */
};

/* The first octet that is not acknowledged: SND.UNA, or the one after our SYN. */
static inline struct seq tcb_send_first(const struct tcb *tcb)
{
	return seq_add(tcb->snd.una, !tcb->snd.syn_acked);
}

/* Octets of text queued and not yet acknowledged, sent or not. */
static inline uint32_t tcb_queued(const struct tcb *tcb)
{
	struct seq first = tcb_send_first(tcb);

	return seq_gt(tcb->snd.end, first) ? (uint32_t)seq_diff(tcb->snd.end, first) : 0;
}

/* Sequence space sent and not yet acknowledged. */
static inline uint32_t tcb_outstanding(const struct tcb *tcb)
{
	return (uint32_t)seq_diff(tcb->snd.nxt, tcb->snd.una);
}

/* Octets in the network as far as is known: "pipe" of RFC 6675 §4. */
static inline uint32_t flight_pipe(const struct tcb *tcb)
{
	return tcb_outstanding(tcb) - tcb->flight.sacked - tcb->flight.lost;
}

/* The peer's FIN has had its turn: RCV.NXT is beyond it. */
static inline bool tcb_fin_taken(const struct tcb *tcb)
{
	return tcb->rcv.fin_seen && seq_gt(tcb->rcv.nxt, tcb->rcv.fin);
}

/* Octets up to the peer's urgent pointer that the application has not taken
 * (MUST-33): while there are any, it is in "urgent mode". */
static inline uint32_t tcb_urgent_left(const struct tcb *tcb)
{
	struct seq next = seq_sub(tcb->rcv.nxt, tcb->rcv.unread + tcb_fin_taken(tcb));

	return tcb->rcv.urgent && seq_gt(tcb->rcv.up, next) ? (uint32_t)seq_diff(tcb->rcv.up, next)
							    : 0;
}

/* Stream offset of sequence number `s` in what we send and receive. */
static inline int64_t tcb_send_offset(const struct tcb *tcb, struct seq s)
{
	return tcb->snd.una_offset + seq_diff(s, tcb->snd.una);
}

static inline int64_t tcb_receive_offset(const struct tcb *tcb, struct seq s)
{
	return tcb->rcv.nxt_offset + seq_diff(s, tcb->rcv.nxt);
}

/* Of the octet that the application takes next. RCV.NXT counts the FIN, the stream does not. */
static inline int64_t tcb_taken_offset(const struct tcb *tcb)
{
	return tcb->rcv.nxt_offset - tcb->rcv.unread - tcb_fin_taken(tcb);
}

#endif
