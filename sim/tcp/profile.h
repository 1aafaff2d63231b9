/* profile.h — how a host's TCP is configured. Per host, at run time.
 *
 * A profile is a value. profile_named() gives a start; the table of fields
 * lets a scenario override each by name. */
#ifndef TCPLAB_TCP_PROFILE_H
#define TCPLAB_TCP_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"

/* RFC 4987; see syn_defence.c. */
enum syn_defence {
	SYN_DEFENCE_NONE,
	SYN_DEFENCE_CACHE,
	SYN_DEFENCE_COOKIES,
	SYN_DEFENCE_ALWAYS,
	SYN_DEFENCE_COUNT,
};

const char *syn_defence_name(uint32_t defence); /* below SYN_DEFENCE_COUNT */

/* When the path MTU is searched for with probes. */
enum plpmtud { PLPMTUD_OFF, PLPMTUD_AFTER_BLACK_HOLE, PLPMTUD_ALWAYS };

/* Which congestion feedback a host is willing to use, and which one two hosts
 * have agreed on. */
enum ecn_mode {
	ECN_OFF,
	ECN_CLASSIC,  /* RFC 3168 */
	ECN_ACCURATE, /* RFC 9768; with a peer that does not know it, RFC 3168 */
};
enum { ECN_MODE_COUNT = ECN_ACCURATE + 1 };

const char *ecn_mode_name(enum ecn_mode mode); /* "none", "classic", "accurate" */

/* When an application that has read is news for the peer: what a segment of its own, that says
 * nothing but how much room there is, must tell. */
enum window_updates {
	UPDATE_AS_RFC, /* two segments, or half of the buffer; other segments tell of less too, but
			  of no less than one */
	UPDATE_AS_BSD, /* two segments and a quarter; other segments tell all there is */
	UPDATE_IF_DOUBLED, /* as Linux: twice what the peer knows of; the same */
};
enum { WINDOW_UPDATES_COUNT = UPDATE_IF_DOUBLED + 1 };

/* What a receive buffer counts; see receive_memory.c. */
enum receive_memory_count {
	MEMORY_NOT_COUNTED, /* octets of text */
	MEMORY_HALVED,      /* memory, of which half is for text */
	MEMORY_MEASURED,    /* memory, of which as much is for text as segments show */
};
enum { RECEIVE_MEMORY_COUNT = MEMORY_MEASURED + 1 };

/* Which segments carry the AccECN option, RFC 9768 §3.2.3. */
enum accecn_option {
	ACCECN_OPTION_OFF,
	ACCECN_OPTION_CHANGES, /* what changed since the last one: the RFC's simple scheme */
	ACCECN_OPTION_ALWAYS, /* all, once the peer has sent one, with all that there is room for */
};
enum { ACCECN_OPTION_COUNT = ACCECN_OPTION_ALWAYS + 1 };

/* What else than new text is sent as ECT, with any feedback: experiments beside RFC 3168. */
enum ecn_control {
	ECN_CONTROL_NONE,
	ECN_CONTROL_SYN_ACK, /* the SYN,ACK, once: RFC 5562, "ECN+" */
	ECN_CONTROL_ALL,     /* SYNs that ask, ACKs, FINs and what goes again, too: "ECN++" */
};
enum { ECN_CONTROL_COUNT = ECN_CONTROL_ALL + 1 };

struct profile {
	uint32_t send_buffer;        /* octets */
	uint32_t receive_buffer;     /* octets */
	uint32_t mss;                /* advertised, and the most we send; 0: MTU less headers */
	uint32_t initial_window;     /* segments, RFC 6928 §2; 0: the formula of RFC 5681 §3.1 */
	uint32_t isn;                /* the ISN, where isn_fixed */
	uint32_t window_scale;       /* shift that we offer, 0 … 14 */
	uint32_t dup_ack_threshold;  /* 3, RFC 5681 §3.2; 0: no fast retransmit */
	uint32_t reordering_max;     /* DupThresh follows what was seen, so far at most; 0: not */
	uint32_t syn_linear;         /* SYNs again at the same distance, before RTO is backed off */
	uint32_t r1;                 /* retransmissions before R1 is announced (SHLD-10) */
	uint32_t challenge_limit;    /* challenge ACKs per connection and second, RFC 5961 §7 */
	uint32_t keepalive_count;    /* unanswered probes before giving up; 2 at least (MUST-29) */
	nanos rto_initial;           /* 1 s, RFC 6298 (2.1) */
	nanos rto_min;               /* 1 s, RFC 6298 (2.4) */
	nanos rto_max;               /* 60 s, RFC 6298 (2.5) */
	nanos r2;                    /* give up after this long without progress (SHLD-11) */
	nanos syn_r2;                /* the same for a SYN: at least 3 minutes (MUST-23) */
	nanos user_timeout;          /* §3.10.8; 0: none */
	nanos delayed_ack;           /* 0: every segment is acknowledged at once */
	nanos override;              /* sender SWS override, 0.1 … 1 s, §3.8.6.2.1; 0: RTO */
	nanos msl;                   /* 2 minutes, §3.4.2 */
	nanos time_wait;             /* how long TIME-WAIT lasts; 0: twice the MSL */
	nanos fin_wait_2;            /* FIN-WAIT-2 of a half-duplex close; 0: for ever */
	nanos orphan_r2;             /* R2 where nobody reads any more; 0: as the others */
	nanos keepalive_idle;        /* silence before the first keep-alive (MUST-27) */
	nanos keepalive_interval;    /* between those that follow */
	nanos challenge_gap;         /* least time between two answers of that kind; 0: any */
	nanos uto_lower;             /* L_LIMIT of RFC 5482 §3.1 */
	nanos uto_upper;             /* U_LIMIT */
	uint32_t ecn;                /* enum ecn_mode */
	uint32_t accecn_option;      /* enum accecn_option */
	uint32_t ecn_control;        /* enum ecn_control */
	uint32_t ecn_syns;           /* SYNs that ask for it, before one does not; 0: all */
	uint32_t congestion_control; /* index in the table of congestion controls */
	bool isn_fixed;
	bool window_scaling;
	bool timestamps;
	bool sack;
	bool dsack;              /* tell what arrived twice, RFC 2883 */
	bool sack_whole;         /* a block counts for the segments that it names all of */
	bool newreno;            /* partial ACKs, RFC 6582; off: RFC 5681 alone */
	bool limited_transmit;   /* RFC 3042 */
	bool window_of_segments; /* initial_window has no bound in octets */
	bool dup_acks_deliver;   /* without SACK: each tells of a segment, which cwnd counts once */
	bool rack;               /* losses by time, and tail loss probes: RFC 8985 */
	bool rack_rtt_in_order;  /* RACK.rtt is of what is last in sequence, not of the newest */
	bool rack_jumps;         /* its window takes the lateness that was measured, at once */
	bool prr;                /* RFC 6937 */
	bool prr_careful;        /* its segment more is for ACKs that move SND.UNA alone */
	bool prr_marks;          /* after an ECN mark, too, cwnd comes down by PRR */
	bool cut_cwnd;           /* a loss takes its share of cwnd rather than of FlightSize */
	bool frto;               /* RFC 5682 */
	bool eifel;              /* spurious repetitions are undone: RFC 3522, 3708, 4015 */
	bool rto_adapts;         /* … and RTO follows the longer round trip: RFC 4015 §3.6 */
	bool nagle;
	bool empty_probes;    /* a closed window is probed with no octet, outside it */
	bool push_marks;      /* PSH is where a SEND ended that had the PUSH flag: MAY-15 */
	bool minshall;        /* … holds back while a small segment is under way, not any */
	bool rfc5961;         /* challenge ACKs; off: RFC 793's behaviour */
	bool rfc1337;         /* ignore RST in TIME-WAIT */
	bool accecn_thinned;  /* who acknowledges much at once need not have seen ACE go round */
	bool ecn_generalized; /* AccECN: ACKs and what goes again are sent as ECT, too */
	bool ecn_passive;     /* accept ECN from a peer that asks, but do not ask */
	bool ecn_memory;      /* do not ask where such SYNs got lost before, RFC 9768 §3.1.4.1 */
	bool ecn_after_rst;   /* a RST may mean the question for ECN: ask once more without */
	bool congestion_off;  /* no congestion control at all: for lessons */

	/* How the congestion control goes about it. */
	uint32_t byte_counting_limit; /* L of RFC 3465: segments per ACK in slow start; 0: any */
	bool hystart;                 /* HyStart++ ends the first slow start, RFC 9406 */
	bool pacing;                  /* segments at even distances, with any control */
	bool cwv;                     /* keep what was validated of cwnd, RFC 7661 (experimental) */

	/* What it believes of the path. */
	bool icmp_any_seq;   /* believe ICMP errors about any sequence number: for lessons */
	bool icmp_hard_ends; /* a hard error ends a connection that stands, as RFC 1122 has it */
	bool path_mtu_discovery;  /* RFC 1191, 8201 */
	bool tcb_sharing;         /* remember peers, RFC 9040 */
	bool rto_recalled_late;   /* with it: not for a SYN, and only to wait longer */
	bool pmtu_doubt;          /* RFC 5927 §7.2: not below what was acknowledged, at once */
	uint32_t pmtu_least;      /* of IPv4; less is not believed */
	uint32_t plpmtud;         /* RFC 4821: enum plpmtud */
	nanos pmtu_raise;         /* after this long more is tried again; 0: never */
	bool icmp_soft_ends_open; /* a soft error ends an OPEN, RFC 5461 §4.1 */

	/* Silence, and the end. */
	bool keepalive;         /* for every connection that does not say otherwise (MUST-25) */
	bool keepalive_garbage; /* with an octet of garbage in it (MAY-6) */
	bool uto;               /* the User Timeout Option, RFC 5482 */
	bool half_duplex_close; /* CLOSE ends reading too (MAY-1) */

	/* ACKs and urgent data. */
	uint32_t quick_acks;   /* ACKs at once when a sender begins, at most; 0: none */
	bool challenge_random; /* the number of challenge ACKs a second cannot be known */
	bool urgent_at_last;   /* the urgent pointer names the last urgent octet, RFC 1122 */

	/* Opening under attack. */
	uint32_t backlog;         /* half-open connections of a listener; 0: no limit */
	uint32_t accept_queue;    /* the same for those that nobody has taken */
	uint32_t syn_defence;     /* enum syn_defence */
	uint32_t syn_ack_retries; /* of the SYN cache, before it gives up */
	uint32_t defer_accept;    /* SYN,ACKs that a listener waits for text: defer_accept.c */

	/* Text on the SYN, RFC 7413. */
	uint32_t fast_open_pending; /* that a listener has at once, at most */
	bool fast_open;             /* use cookies, where the application asks for it */
	bool fast_open_listen;      /* give cookies, and take the text */
	bool fast_open_blind;       /* … as a client without a cookie, too */
	bool fast_open_unchecked;   /* … as a server from whoever brings it, without a cookie */
	bool fast_open_nops;        /* its option is filled up by NOPs, not by the end of options */
	bool fast_open_linux;       /* cookies as Linux makes them: under this key, for good */
	uint64_t fast_open_key[2];
	/* How systems differ. */
	nanos rto_variance_min; /* least 4·RTTVAR: G of RFC 6298 (2.2) */
	nanos rto_slop;         /* added to RTO */
	nanos persist_min;      /* least time before a window probe; 0: as long as RTO */
	nanos slow_tick;        /* timers fire at its multiples; 0: exactly */
	nanos fast_tick;        /* the same for the delayed ACK */
	nanos path_tick;        /* waits of RACK and TLP last whole ticks, rounded up; 0: exactly */
	nanos path_slack;       /* added to them before that: in_path_ticks() */
	bool bsd_options;       /* the order of a SYN's options */
	uint32_t window_updates; /* enum window_updates */
	bool whole_buffers;      /* buffers are rounded up to whole segments */
	bool rst_acks;           /* the RST of an ABORT acknowledges too: RST and ACK */
	bool rst_window;         /* and tells the window as any segment does */
	bool no_options;         /* a SYN has none, and the peer's are not read */
	bool rst_in_window;      /* any RST in the window counts, against RFC 5961 §3.2 */
	bool syn_in_window;      /* any SYN in the window resets, against RFC 5961 §4.2 */
	bool rst_is_told;        /* a RST is an error where both have closed, too */
	bool drops_syn_fin;      /* what has SYN and FIN is not read */
	bool window_is_room;     /* of a RST and a SYN: the window is what there is room for */
	bool mss_of_path;        /* the MSS option is no larger than what the path takes */
	bool time_wait_bsd;      /* what TIME-WAIT answers: bsd_closing.c */
	uint32_t syn_tries;      /* SYNs with options, before they have an MSS alone; 0: all */
	bool icmp_open_bsd;      /* which errors of ICMP end an OPEN: as FreeBSD's */
	bool icmp_spares_open;   /* none do */
	bool accecn_trusts;      /* and whatever the handshake says of the path */
	bool syn_text_waits;     /* text that came with a SYN is not acknowledged at once */
	bool cwr_acks;           /* CWR is acknowledged at once */
	bool cwr_at_once;        /* CWR goes with the next segment, whatever that is */
	bool fin_with_acks;      /* an ACK has the FIN with it, until that is acknowledged */
	bool syn_r2_exact;       /* a SYN is given up at syn_r2, not when it would go again */
	bool close_forgets;      /* what was not read is thrown away, against SHLD-3 */
	bool ack_segments;       /* every second segment is acknowledged, however small */
	bool rescue_late;        /* RFC 6675's rescue waits for a partial ACK */
	bool ecn_probes;         /* what probes a window is ECT, against RFC 3168 §6.1.6 */
	bool no_tail_probe;      /* RACK without the probes of RFC 8985 §7 */
	bool ts_may_miss;     /* a segment without agreed timestamps is believed, RFC 7323 §3.2 */
	bool no_idle_restart; /* the window stays through pauses, against RFC 5681 §4.1 */
	uint32_t burst;       /* segments that are handed over as one, at least: bursts.c; or 0 */

	uint32_t receive_memory;         /* enum receive_memory_count */
	uint32_t receive_buffer_max;     /* so far a buffer of memory grows; 0: not at all */
	uint32_t initial_receive_window; /* of it, in segments; 0: all that there is room for */
	uint32_t merged_mss;             /* a longer segment was merged of such; 0: none was */
	bool fin_ends_sack; /* with the peer's FIN, nothing that came twice is told any more */
	bool takes_whole;   /* a segment goes over the edge whole, or is dropped whole */

	/* What only lessons want. */
	bool rto_1981;           /* the round trip as in RFC 793 §3.7: no Karn, no backing off */
	bool no_sws_avoidance;   /* neither side of RFC 9293 §3.8.6.2 */
	bool isn_clock;          /* the ISN is RFC 793's clock and nothing else */
	bool rst_unchecked;      /* any RST ends the connection, wherever it lies */
	bool drops_out_of_order; /* go-back-N: nothing is kept beyond a gap */
	bool shrinks_window;     /* a smaller buffer moves the right edge left, against SHLD-14 */
	bool window_rounds_down; /* what scaling leaves over is not told */
};

enum field_kind {
	FIELD_BOOL,
	FIELD_NUMBER,
	FIELD_MS,
	FIELD_CONTROL,
	FIELD_SYN_DEFENCE,
	FIELD_ECN,
};

/* One switch of a profile as scenarios name it. */
struct profile_field {
	const char *name; /* "delayed_ack_ms" */
	const char *meaning;
	uint8_t kind;
	uint16_t offset;
	int64_t min; /* in the scenario's unit */
	int64_t max;
};

/* The least shift with which a window field of 16 bits tells so many octets. */
uint32_t window_scale_for(uint32_t octets);

bool profile_named(const char *name, struct profile *out);
/* The names in order, ended by NULL. */
const char *const *profile_names(void);
const struct profile_field *profile_fields(unsigned *count);
/* Sets one field to `value` in the scenario's unit (ms, octets, 0/1), which
 * the caller has checked against min and max. */
void profile_set(struct profile *profile, const struct profile_field *field, int64_t value);

#endif
