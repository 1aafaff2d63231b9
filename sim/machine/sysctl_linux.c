/* sysctl_linux.c — after Documentation/networking/ip-sysctl of Linux. */
#include "machine/sysctl.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "tcp/congestion.h"

/* tcp_ecn: 0 never, 1 asks, 2 agrees; 3 and 5 the same with accurate ECN. */
static bool set_ecn(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	if (number == 4 || number > 5)
		return sysctl_unsupported(value, "we ask for what we would agree to", why);
	profile->ecn = number == 0 ? ECN_OFF : number <= 2 ? ECN_CLASSIC : ECN_ACCURATE;
	profile->ecn_passive = number == 2 || number == 5;
	profile->ecn_syns = number > 2 ? 2 : 1;
	return true;
}

/* 0 never, 2 always. */
static bool set_ecn_option(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	if (number != 0 && number != 2)
		return sysctl_unsupported(value, "it is sent always, or never", why);
	profile->accecn_option = number == 0 ? ACCECN_OPTION_OFF : ACCECN_OPTION_ALWAYS;
	return true;
}

/* How often in a round trip the option goes where its counters have not changed. */
static bool set_ecn_beacon(struct profile *profile, const char *value, struct error *why)
{
	(void)profile;
	return strcmp(value, "3") == 0 ||
	       sysctl_unsupported(value, "the option goes with each segment that has room", why);
}

/* RACK with its probes is one switch: the second only takes these away. */
static bool set_recovery(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	if ((number & 1) == 0 && !profile->no_tail_probe)
		return sysctl_unsupported(value, "tail loss probes come with RACK", why);
	if ((number & ~1) != 0)
		return sysctl_unsupported(value, "RACK has its own reordering window", why);
	profile->rack = number == 1;
	return true;
}

static bool set_early_retrans(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	if (number > 0 && number < 3)
		return sysctl_unsupported(value, "there is no early retransmit", why);
	profile->no_tail_probe = number == 0;
	return true;
}

static bool set_control(struct profile *profile, const char *value, struct error *why)
{
	uint32_t control = congestion_control_named(value);

	if (control >= congestion_control_count())
		return sysctl_unsupported(value, "there is no such congestion control", why);
	profile->congestion_control = control;
	return true;
}

static bool set_syn_retries(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	profile->syn_r2 = sysctl_patience(profile->rto_initial, profile->rto_max, number);
	return true;
}

static bool set_syn_linear(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	if (number > 100)
		return sysctl_unsupported(value, "only up to 100 is", why);
	profile->syn_linear = (uint32_t)number;
	return true;
}

static bool set_retries2(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	profile->r2 = sysctl_patience(profile->rto_min, profile->rto_max, number);
	return true;
}

static bool set_orphan_retries(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	profile->orphan_r2 =
		sysctl_patience(profile->rto_min, profile->rto_max, number > 0 ? number : 8);
	return true;
}

/* "least default most" */
static bool three_numbers(const char *value, int64_t out[3], struct error *why)
{
	char *end = (char *)value;

	for (int i = 0; i < 3; i++) {
		const char *from = end;

		out[i] = strtoll(from, &end, 0);
		if (end == from || out[i] < 0 || out[i] > INT32_MAX)
			return error_set(why, "\"%s\" should be three numbers", value);
	}
	return *end == '\0' || error_set(why, "\"%s\" should be three numbers", value);
}

/* The window scale is for what the buffer can grow to, which is no less than what a socket may
 * ask for. Half of the buffer is for text in the beginning. */
static bool set_rmem(struct profile *profile, const char *value, struct error *why)
{
	int64_t numbers[3];
	uint32_t most;

	if (!three_numbers(value, numbers, why))
		return false;
	profile->receive_buffer = numbers[1] < 2 ? 1 : (uint32_t)numbers[1] / 2;
	profile->receive_buffer_max = (uint32_t)numbers[2] / 2;
	most = (uint32_t)numbers[2] > buffer_most(profile) ? (uint32_t)numbers[2]
							   : buffer_most(profile);
	profile->window_scale = window_scale_for(most);
	return true;
}

static bool set_moderate(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	if (number == 0)
		profile->receive_buffer_max = 0;
	return true;
}

/* It grows from the second number to the third: sockets_queue.c. */
static bool set_wmem(struct drill_settings *settings, const char *value, struct error *why)
{
	int64_t numbers[3];

	if (!three_numbers(value, numbers, why))
		return false;
	settings->send_buffer_first = (uint32_t)numbers[1];
	settings->profile.send_buffer = numbers[2] > 0 ? (uint32_t)numbers[2] : 1;
	return true;
}

static bool set_notsent_lowat(struct drill_settings *settings, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	settings->notsent_lowat = number < UINT32_MAX ? (uint32_t)number : UINT32_MAX;
	return true;
}

/* 1: as a client, 4: without a cookie, too; 2: as a server, where the socket asks for it by
 * TCP_FASTOPEN, 0x400: where it does not, too; 0x200: from who brings no cookie, too. */
static bool set_fast_open(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	if ((number & ~INT64_C(0x607)) != 0)
		return sysctl_unsupported(value, "only the bits 0x607 are", why);
	profile->fast_open = (number & 1) != 0;
	profile->fast_open_blind = (number & 4) != 0;
	profile->fast_open_listen = (number & 0x402) == 0x402;
	profile->fast_open_unchecked = (number & 0x200) != 0;
	return true;
}

/* "a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4": words of the key in the order in which they lie in
 * memory, each with its lowest octet first. */
static bool set_fast_open_key(struct profile *profile, const char *value, struct error *why)
{
	uint32_t words[4];
	char *end;

	for (int i = 0; i < 4; i++) {
		words[i] = (uint32_t)strtoul(value, &end, 16);
		if (end == value || *end != (i < 3 ? '-' : '\0'))
			return sysctl_unsupported(value, "it is one key of four words", why);
		value = end + 1;
	}
	profile->fast_open_linux = true;
	profile->fast_open_key[0] = (uint64_t)words[1] << 32 | words[0];
	profile->fast_open_key[1] = (uint64_t)words[3] << 32 | words[2];
	return true;
}

static bool set_syncookies(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	if (number > 2)
		return sysctl_unsupported(value, "only 0 to 2 are", why);
	profile->syn_defence = number == 0   ? SYN_DEFENCE_NONE
			       : number == 1 ? SYN_DEFENCE_COOKIES
					     : SYN_DEFENCE_ALWAYS;
	return true;
}

/* The time between two answers to what is out of the window. */
static bool set_invalid_ratelimit(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	if (number < 0 || number > INT32_MAX)
		return sysctl_unsupported(value, "it is a number of milliseconds", why);
	profile->challenge_gap = nanos_from_ms(number);
	return true;
}

static bool set_challenge_limit(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	profile->challenge_limit = number < 1 ? 1 : number < 1000000 ? (uint32_t)number : 1000000;
	profile->challenge_random = false;
	return true;
}

static bool set_rto_min(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	if (number < 1 || number > 1000000)
		return sysctl_unsupported(value, "only up to a second is", why);
	profile->rto_min = nanos_from_us(number);
	profile->rto_variance_min = nanos_from_us(number);
	return true;
}

static bool set_max_syn_backlog(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	profile->backlog = number < UINT16_MAX ? (uint32_t)number : UINT16_MAX;
	return true;
}

static bool set_ttl(struct profile *profile, const char *value, struct error *why)
{
	(void)profile;
	return strcmp(value, "64") == 0 || sysctl_unsupported(value, "only 64 is", why);
}

static bool set_qdisc(struct profile *profile, const char *value, struct error *why)
{
	(void)profile;
	return strncmp(value, "pfifo", 5) == 0 || strcmp(value, "noqueue") == 0 ||
	       sysctl_unsupported(value, "packets leave at once", why);
}

const struct sysctl sysctls_linux[] = {
	/* options and the handshake */
	ROW_FIELD("net.ipv4.tcp_sack", SYSCTL_BOOL, sack),
	ROW_FIELD("net.ipv4.tcp_dsack", SYSCTL_BOOL, dsack),
	ROW_FIELD("net.ipv4.tcp_timestamps", SYSCTL_BOOL, timestamps),
	ROW_FIELD("net.ipv4.tcp_window_scaling", SYSCTL_BOOL, window_scaling),
	ROW_OTHER("net.ipv4.tcp_ecn", set_ecn),
	ROW_HARMLESS("net.ipv4.tcp_ecn_fallback", "a SYN is repeated without asking in any case"),
	ROW_OTHER("net.ipv4.tcp_ecn_option", set_ecn_option),
	ROW_OTHER("net.ipv4.tcp_ecn_option_beacon", set_ecn_beacon),
	ROW_OTHER("net.ipv4.tcp_syn_retries", set_syn_retries),
	ROW_FIELD("net.ipv4.tcp_synack_retries", SYSCTL_NUMBER, syn_ack_retries),
	ROW_OTHER("net.ipv4.tcp_syn_linear_timeouts", set_syn_linear),
	ROW_OTHER("net.ipv4.tcp_fastopen", set_fast_open),
	ROW_OTHER("net.ipv4.tcp_fastopen_key", set_fast_open_key),
	ROW_OTHER("net.ipv4.tcp_syncookies", set_syncookies),
	ROW_OTHER("net.ipv4.tcp_max_syn_backlog", set_max_syn_backlog),
	ROW_HARMLESS("net.core.somaxconn", "listen() of a script asks for less"),
	ROW_ONLY("net.ipv4.tcp_abort_on_overflow", "0"),
	ROW_HARMLESS("net.ipv4.ip_local_port_range", "ports are translated"),
	ROW_HARMLESS("net.ipv4.tcp_tw_reuse", "a script's connections have ports of their own"),
	ROW_HARMLESS("net.ipv4.tcp_max_tw_buckets", "a script has few connections"),
	ROW_HARMLESS("net.ipv4.tcp_max_orphans", "a script has few connections"),
	/* recovery and congestion */
	ROW_OTHER("net.ipv4.tcp_early_retrans", set_early_retrans),
	ROW_OTHER("net.ipv4.tcp_recovery", set_recovery),
	ROW_FIELD("net.ipv4.tcp_frto", SYSCTL_BOOL, frto),
	ROW_FIELD("net.ipv4.tcp_reordering", SYSCTL_NUMBER, dup_ack_threshold),
	ROW_FIELD("net.ipv4.tcp_max_reordering", SYSCTL_NUMBER, reordering_max),
	ROW_ONLY("net.ipv4.tcp_fack", "0"),
	ROW_OTHER("net.ipv4.tcp_congestion_control", set_control),
	ROW_FIELD("net.ipv4.tcp_slow_start_after_idle", SYSCTL_NOT, no_idle_restart),
	ROW_ONLY("net.ipv4.tcp_abc", "0"),
	ROW_ONLY("net.ipv4.tcp_thin_linear_timeouts", "0"),
	ROW_ONLY("net.ipv4.tcp_thin_dupack", "0"),
	ROW_FIELD("net.ipv4.tcp_no_metrics_save", SYSCTL_NOT, tcb_sharing),
	ROW_HARMLESS("net.ipv4.tcp_no_ssthresh_metrics_save", "ssthresh is not shared"),
	ROW_HARMLESS("net.ipv4.tcp_pacing_*", "packets are not paced without fq"),
	ROW_HARMLESS("net.ipv4.tcp_min_rtt_wlen", "a script is short"),
	ROW_HARMLESS("net.ipv4.tcp_plb_*", "there is one path"),
	ROW_HARMLESS("net.ipv4.tcp_comp_sack_*", "SACKs are not held back"),
	/* timers */
	ROW_OTHER("net.ipv4.tcp_rto_min_us", set_rto_min),
	ROW_FIELD("net.ipv4.tcp_rto_max_ms", SYSCTL_MS, rto_max),
	ROW_FIELD("net.ipv4.tcp_retries1", SYSCTL_NUMBER, r1),
	ROW_OTHER("net.ipv4.tcp_retries2", set_retries2),
	ROW_OTHER("net.ipv4.tcp_orphan_retries", set_orphan_retries),
	ROW_FIELD("net.ipv4.tcp_fin_timeout", SYSCTL_S, fin_wait_2),
	ROW_FIELD("net.ipv4.tcp_keepalive_time", SYSCTL_S, keepalive_idle),
	ROW_FIELD("net.ipv4.tcp_keepalive_intvl", SYSCTL_S, keepalive_interval),
	ROW_FIELD("net.ipv4.tcp_keepalive_probes", SYSCTL_NUMBER, keepalive_count),
	/* buffers and bursts */
	ROW_OTHER("net.ipv4.tcp_rmem", set_rmem),
	ROW_MACHINE("net.ipv4.tcp_wmem", set_wmem),
	ROW_HARMLESS("net.ipv4.tcp_mem", "there is memory enough"),
	ROW_HARMLESS("net.core.rmem_max", "SO_RCVBUF takes any size"),
	ROW_HARMLESS("net.core.wmem_max", "SO_SNDBUF takes any size"),
	ROW_HARMLESS("net.core.rmem_default", "it is not for TCP"),
	ROW_HARMLESS("net.core.wmem_default", "it is not for TCP"),
	ROW_HARMLESS("net.core.optmem_max", "there is memory enough"),
	ROW_OTHER("net.ipv4.tcp_moderate_rcvbuf", set_moderate),
	ROW_HARMLESS("net.ipv4.tcp_adv_win_scale",
		     "half of a buffer is for text, or what is measured"),
	ROW_HARMLESS("net.ipv4.tcp_app_win", "a segment's room is kept in reserve"),
	ROW_FIELD("net.ipv4.tcp_shrink_window", SYSCTL_BOOL, shrinks_window),
	ROW_ONLY("net.ipv4.tcp_workaround_signed_windows", "0"),
	ROW_MACHINE("net.ipv4.tcp_notsent_lowat", set_notsent_lowat),
	ROW_FIELD("net.ipv4.tcp_min_tso_segs", SYSCTL_NUMBER, burst),
	ROW_HARMLESS("net.ipv4.tcp_tso_win_divisor", "what cwnd allows is sent"),
	ROW_HARMLESS("net.ipv4.tcp_tso_rtt_log", "it says how much is sent as one on short paths"),
	ROW_HARMLESS("net.ipv4.tcp_limit_output_bytes", "packets leave at once"),
	ROW_HARMLESS("net.ipv4.tcp_autocorking", "packets leave at once"),
	ROW_OTHER("net.core.default_qdisc", set_qdisc),
	/* the path */
	ROW_FIELD("net.ipv4.tcp_mtu_probing", SYSCTL_NUMBER, plpmtud),
	ROW_ONLY("net.ipv4.tcp_base_mss", "1024"),
	ROW_ONLY("net.ipv4.tcp_mtu_probe_floor", "48"),
	ROW_ONLY("net.ipv4.tcp_min_snd_mss", "48"),
	ROW_FIELD("net.ipv4.ip_no_pmtu_disc", SYSCTL_NOT, path_mtu_discovery),
	ROW_FIELD("net.ipv4.route.min_pmtu", SYSCTL_NUMBER, pmtu_least),
	ROW_OTHER("net.ipv4.ip_default_ttl", set_ttl),
	ROW_HARMLESS("net.ipv6.auto_flowlabels", "flow labels that are not said are not compared"),
	ROW_HARMLESS("net.ipv4.ip_nonlocal_bind", "all addresses are the machine's own"),
	ROW_HARMLESS("net.ipv6.ip_nonlocal_bind", "all addresses are the machine's own"),
	ROW_HARMLESS("net.ipv4.ip_forward", "there is one link"),
	ROW_HARMLESS("net.ipv4.icmp_ratelimit", "ICMP is not held back"),
	ROW_HARMLESS("net.ipv4.icmp_ratemask", "ICMP is not held back"),
	ROW_HARMLESS("net.ipv4.tcp_early_demux", "it is about speed"),
	ROW_HARMLESS("net.ipv4.tcp_low_latency", "it is about speed"),
	ROW_HARMLESS("net.mptcp.enabled", "a socket is one of IPPROTO_TCP"),
	/* attacks and old habits */
	ROW_OTHER("net.ipv4.tcp_invalid_ratelimit", set_invalid_ratelimit),
	ROW_OTHER("net.ipv4.tcp_challenge_ack_limit", set_challenge_limit),
	ROW_FIELD("net.ipv4.tcp_rfc1337", SYSCTL_BOOL, rfc1337),
	ROW_FIELD("net.ipv4.tcp_stdurg", SYSCTL_BOOL, urgent_at_last),
	ROW_ONLY("net.ipv4.tcp_reflect_tos", "0"),
	ROW_ONLY("net.ipv4.tcp_fwmark_accept", "0"),
	{.name = NULL},
};
