/* profiles.c — the named profiles: what the RFCs say, and how each of the
 * others differs from that. */
#include "tcp/profile.h"

#include <string.h>

#include "tcp/congestion.h"

/* What RFC 9293 and the RFCs it names say, with their default values. */
static const struct profile rfc = {
	.send_buffer = 65536,
	.receive_buffer = 65535,
	.dup_ack_threshold = 3,
	.byte_counting_limit = 1,
	.r1 = 3,
	.syn_ack_retries = 5,
	.fast_open_pending = 16,
	.challenge_limit = 10,
	.keepalive_count = 9,
	.rto_initial = 1000000000,
	.rto_variance_min = 1000000,
	.rto_min = 1000000000,
	.rto_max = 60000000000,
	.r2 = 100000000000,
	.syn_r2 = 180000000000,
	.user_timeout = 300000000000,
	.delayed_ack = 200000000,
	.override = 200000000,
	.msl = 120000000000,
	.keepalive_idle = 7200000000000,
	.keepalive_interval = 75000000000,
	.uto_lower = 100000000000,
	.uto_upper = 3600000000000,
	.window_scaling = true,
	.timestamps = true,
	.sack = true,
	.dsack = true,
	.newreno = true,
	.limited_transmit = true,
	.rto_adapts = true, /* where frto or eifel finds a spurious time-out */
	.nagle = true,
	.rfc5961 = true,
	.path_mtu_discovery = true,
	.pmtu_doubt = true,
	.plpmtud = PLPMTUD_AFTER_BLACK_HOLE,
	.pmtu_least = 88,
	.pmtu_raise = 600000000000,
	/* SHLD-8 wants it implemented. Whether a host asks for it, the RFCs leave open:
	 * here it agrees to what it is asked for. */
	.ecn = ECN_ACCURATE,
	.ecn_passive = true,
	.accecn_option = ACCECN_OPTION_CHANGES,
	.ecn_syns = 2,
	.ecn_memory = true,
};

static void as_rfc(struct profile *p)
{
	(void)p;
}

/* No options beyond MSS: numbers that fit on a blackboard. */
static void as_plain(struct profile *p)
{
	p->window_scaling = false;
	p->timestamps = false;
	p->sack = false;
	p->plpmtud = PLPMTUD_OFF;
	p->dsack = false;
	p->ecn = ECN_OFF;
	p->ecn_passive = false;
}

/* ---- systems ---- */

/* A Linux host as it is installed. After Documentation/networking/ip-sysctl
 * (tcp_syn_retries 6, tcp_retries2 15, tcp_fin_timeout 60, tcp_rfc1337 0,
 * tcp_stdurg 0, tcp_keepalive_*, tcp_min_pmtu) and the constants TCP_RTO_MIN,
 * TCP_RTO_MAX, TCP_DELACK_MIN, TCP_INIT_CWND, TCP_MAX_QUICKACKS and
 * TCP_TIMEWAIT_LEN. Where nobody reads, 8 times again are enough: 102.2 s from
 * 200 ms on (tcp_orphan_retries). RTO is SRTT + max(200 ms, 4·RTTVAR): never 200 ms alone.
 * tcp_syn_retries is a time, 127 s, that a time-out has to have reached: four SYNs again and six
 * more end at 131 s, which MUST-23 would not allow. Its close() is
 * half_duplex_close, its shutdown() the CLOSE of RFC 9293; applications have
 * both, so that stays off here. */
static void as_linux(struct profile *p)
{
	p->send_buffer = 4194304;
	p->receive_memory = MEMORY_MEASURED;
	p->receive_buffer = 65536; /* half of tcp_rmem's 128 KiB */
	p->receive_buffer_max = 3145728;
	p->window_scale = 7;     /* for the 6 MiB up to which tcp_rmem can grow */
	p->takes_whole = true;   /* tcp_sequence() */
	p->fin_ends_sack = true; /* tcp_fin() */
	p->initial_window = 10;
	p->window_of_segments = true; /* tcp_init_cwnd() */
	p->byte_counting_limit = 0;
	p->congestion_control = congestion_control_named("cubic");
	p->hystart = true;
	p->rst_acks = true;                    /* tcp_send_active_reset() … */
	p->rst_window = true;                  /* … and tcp_select_window() */
	p->window_updates = UPDATE_IF_DOUBLED; /* tcp_cleanup_rbuf() */
	p->rto_min = nanos_from_ms(200);
	p->rto_variance_min = nanos_from_ms(200);
	p->rto_max = nanos_from_s(120);
	p->syn_linear = 4; /* tcp_syn_linear_timeouts */
	p->syn_r2 = nanos_from_s(127);
	p->r2 = nanos_from_ms(924600);
	p->user_timeout = 0;
	p->delayed_ack = nanos_from_ms(40);
	p->override = 0;        /* tcp_check_probe_timer() */
	p->empty_probes = true; /* tcp_xmit_probe_skb() */
	p->push_marks = true;   /* tcp_mark_push() */
	p->minshall = true;     /* tcp_minshall_check() */
	p->ts_may_miss = true;
	p->quick_acks = 16;
	p->burst = 2;                          /* tcp_min_tso_segs */
	p->challenge_gap = nanos_from_ms(500); /* tcp_invalid_ratelimit */
	p->challenge_limit = 1000000;          /* tcp_challenge_ack_limit: none */
	p->msl = nanos_from_s(30);
	p->time_wait = nanos_from_s(60);
	p->fin_wait_2 = nanos_from_s(60);
	p->orphan_r2 = nanos_from_ms(102200);
	p->icmp_soft_ends_open = true;
	p->tcb_sharing = true;       /* its tcp_metrics … */
	p->rto_recalled_late = true; /* … and tcp_init_metrics() */
	p->pmtu_doubt = false;
	p->plpmtud = PLPMTUD_OFF; /* net.ipv4.tcp_mtu_probing = 0 */
	p->pmtu_least = 552;
	p->rack = true;
	p->reordering_max = 300;          /* tcp_max_reordering */
	p->path_tick = nanos_from_ms(1);  /* CONFIG_HZ=1000 */
	p->path_slack = nanos_from_ms(2); /* TCP_TIMEOUT_MIN_US */
	p->prr = true;
	p->prr_careful = true;       /* tcp_cwnd_reduction() */
	p->prr_marks = true;         /* TCP_CA_CWR */
	p->dup_acks_deliver = true;  /* tcp_remove_reno_sacks() */
	p->sack_whole = true;        /* tcp_match_skb_to_sack() */
	p->rack_rtt_in_order = true; /* tcp_rack_advance() */
	p->cut_cwnd = true;          /* tcp_reno_ssthresh(), cubictcp_recalc_ssthresh() */
	p->frto = true;
	p->eifel = true;
	p->rto_adapts = false;
	p->ecn = ECN_CLASSIC; /* tcp_ecn = 2: agrees, and does not ask */
	p->ecn_generalized = true;
	p->accecn_thinned = true;                /* pkts_acked_ewma */
	p->accecn_option = ACCECN_OPTION_ALWAYS; /* tcp_ecn_option = 2 */
	p->ecn_syns = 1;                         /* tcp_ecn_fallback = 1 */
	p->ecn_memory = false;
	p->fast_open_nops = true;
	p->fast_open = true; /* as a client only */
}

/* FreeBSD 14 and later. After tcp(4) and netinet/tcp_timer.h: rexmit_min 30 ms
 * with rexmit_slop 200 ms on top, so 230 ms at least; delacktime 40 ms (100 ms
 * before 14); msl 30 s; finwait2_timeout 60 s; keepinit 75 s; always_keepalive,
 * with keepidle 2 h and 8 probes; initcwnd_segments 10; recvspace 65536 and
 * recvbuf_max 2 MiB, hence the window scale; a RST in TIME-WAIT is ignored. What it does
 * beside the RFCs: rules_freebsd.def. */
static void as_freebsd(struct profile *p)
{
	p->send_buffer = 2097152;
	p->receive_buffer = 65536;
	p->window_scale = 6;
	p->bsd_options = true;
	p->window_updates = UPDATE_AS_BSD; /* tcp_output() */
	p->whole_buffers = true;           /* tcp_mss() */
	p->mss_of_path = true;             /* tcp_mssopt() */
	p->rst_acks = true;
	p->rst_is_told = true;
	p->window_is_room = true;             /* rcv_wnd, before tcp_do_segment() */
	p->time_wait_bsd = true;              /* tcp_twcheck() */
	p->icmp_open_bsd = true;              /* tcp_ctlinput() */
	p->accecn_option = ACCECN_OPTION_OFF; /* tcp_ecn.c */
	p->accecn_trusts = true;
	p->syn_text_waits = true;
	p->close_forgets = true; /* tcp_disconnect() */
	p->ack_segments = true;  /* DELAY_ACK() */
	p->rescue_late = true;   /* tcp_sack_partialack() */
	p->persist_min = nanos_from_s(5);
	p->ecn_probes = true;
	p->cwr_acks = true;
	p->fin_with_acks = true; /* tcp_outflags */
	p->syn_r2_exact = true;  /* tcp_timer_keep() */
	p->initial_window = 10;
	p->byte_counting_limit = 2; /* net.inet.tcp.abc_l_var */
	p->congestion_control = congestion_control_named("cubic");
	p->rto_min = nanos_from_ms(30);
	p->rto_slop = nanos_from_ms(200);
	p->rto_max = nanos_from_s(64);
	p->syn_r2 = nanos_from_s(75);
	p->r2 = nanos_from_s(373); /* 12 times again, TCP_MAXRXTSHIFT, from 230 ms on */
	p->user_timeout = 0;
	p->delayed_ack = nanos_from_ms(40);
	p->msl = nanos_from_s(30);
	p->fin_wait_2 = nanos_from_s(60);
	p->prr = true;        /* do_prr */
	p->ecn = ECN_CLASSIC; /* ecn.enable = 2: agrees, and does not ask */
	p->keepalive = true;
	p->keepalive_count = 8;
	p->rfc1337 = true;
}

/* lwIP 2 with the values of its opt.h and tcp_priv.h, for a microcontroller:
 * TCP_MSS 536, TCP_WND 4 and TCP_SND_BUF 2 segments, no SACK, timestamps or
 * window scaling; TCP_SLOW_INTERVAL 500 ms and TCP_FAST_INTERVAL 250 ms, at which it
 * looks at its timers; LWIP_TCP_RTO_TIME 3 s, and an estimator in whole ticks
 * that does not fall under 3 of them; TCP_MAXRTX 12, TCP_SYNMAXRTX 6, TCP_MSL
 * 60 s, TCP_FIN_WAIT_TIMEOUT 20 s; a RST in TIME-WAIT is ignored. */
static void as_lwip(struct profile *p)
{
	as_plain(p);
	p->mss = 536;
	p->receive_buffer = 4 * 536;
	p->send_buffer = 2 * 536;
	p->congestion_control = congestion_control_named("reno");
	p->newreno = false;
	p->limited_transmit = false;
	p->slow_tick = nanos_from_ms(500);
	p->fast_tick = nanos_from_ms(250);
	p->delayed_ack = nanos_from_ms(1); /* until the next fast tick */
	p->rto_initial = nanos_from_s(3);
	p->rto_min = nanos_from_ms(1500);
	p->rto_variance_min = nanos_from_ms(500);
	p->rto_max = nanos_from_s(384);
	p->syn_r2 = nanos_from_s(381); /* 6 times again from 3 s on */
	p->r2 = nanos_from_s(1342);    /* 12 times again from 1.5 s on, of which 7 double */
	p->user_timeout = 0;
	p->msl = nanos_from_s(60);
	p->fin_wait_2 = nanos_from_s(20);
	p->rfc1337 = true;
	p->path_mtu_discovery = false;
}

/* 1981, before congestion collapsed: RFC 793 and nothing that came later. No
 * slow start, fast retransmit, Nagle, delayed ACK or silly window avoidance,
 * RTO twice the mean round trip, the clock for an ISN, none of the defences;
 * only the user timeout ends it. */
static void as_rfc793(struct profile *p)
{
	as_plain(p);
	p->congestion_off = true;
	p->dup_ack_threshold = 0;
	p->nagle = false;
	p->no_sws_avoidance = true;
	p->rfc5961 = false;
	p->isn_clock = true;
	p->delayed_ack = 0;
	p->rto_1981 = true;
	p->r2 = nanos_from_s(86400);
	p->syn_r2 = nanos_from_s(86400);
	p->path_mtu_discovery = false;
	p->icmp_any_seq = true;
	p->icmp_hard_ends = true;
	p->newreno = false;
	p->limited_transmit = false;
}

/* ---- misbehaving, for lessons: "plain" but for one thing ---- */

/* The receiver keeps nothing beyond a gap, and as a sender it waits for the
 * timer and then sends all again. */
static void as_go_back_n(struct profile *p)
{
	as_plain(p);
	p->drops_out_of_order = true;
	p->dup_ack_threshold = 0;
}

/* Whatever the window allows goes at once, also into a jam. */
static void as_no_congestion_control(struct profile *p)
{
	as_plain(p);
	p->congestion_off = true;
}

/* ISNs that anyone with a clock can tell, as RFC 793 §3.3 had them. */
static void as_predictable_isn(struct profile *p)
{
	as_plain(p);
	p->isn_clock = true;
}

/* Any RST ends it, as CVE-2004-0230 and worse. */
static void as_naive_rst(struct profile *p)
{
	as_plain(p);
	p->rfc5961 = false;
	p->rst_unchecked = true;
}

static const char *const names[] = {"rfc",
				    "plain",
				    "linux",
				    "freebsd",
				    "lwip",
				    "rfc793",
				    "go-back-n",
				    "no-congestion-control",
				    "predictable-isn",
				    "naive-rst",
				    NULL};

/* Each says how it differs from the first; in the order of the names. */
static void (*const differences[])(struct profile *) = {as_rfc,
							as_plain,
							as_linux,
							as_freebsd,
							as_lwip,
							as_rfc793,
							as_go_back_n,
							as_no_congestion_control,
							as_predictable_isn,
							as_naive_rst};

_Static_assert(sizeof differences / sizeof differences[0] == sizeof names / sizeof names[0] - 1,
	       "a profile has a name");

bool profile_named(const char *name, struct profile *out)
{
	for (unsigned i = 0; names[i] != NULL; i++) {
		if (strcmp(name, names[i]) == 0) {
			*out = rfc;
			differences[i](out);
			return true;
		}
	}
	return false;
}

const char *const *profile_names(void)
{
	return names;
}
