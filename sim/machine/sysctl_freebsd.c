/* sysctl_freebsd.c — after tcp(4), cc(4) and syncache(4) of FreeBSD. */
#include "machine/sysctl.h"

#include <stddef.h>
#include <string.h>

#include "tcp/congestion.h"

/* 0: neither, 1: window scaling and timestamps, 2 and 3: one of them. */
static bool set_rfc1323(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	if (number > 3)
		return sysctl_unsupported(value, "only 0 to 3 are", why);
	profile->window_scaling = number == 1 || number == 2;
	profile->timestamps = number == 1 || number == 3;
	return true;
}

/* 0: never, 1: asks, 2: agrees; 3 and 4 the same with accurate ECN. */
static bool set_ecn(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	if (number > 4)
		return sysctl_unsupported(value, "only 0 to 4 are", why);
	profile->ecn = number == 0 ? ECN_OFF : number <= 2 ? ECN_CLASSIC : ECN_ACCURATE;
	profile->ecn_passive = number == 2 || number == 4;
	return true;
}

/* The first SYN, and so many again, ask. */
static bool set_ecn_retries(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	profile->ecn_syns = number < 255 ? (uint32_t)number + 1 : 0;
	return true;
}

/* The first SYN and two again have all options. */
static bool set_drop_options(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	profile->syn_tries = number != 0 ? 3 : 0;
	return true;
}

/* tcp_connect(): a shift with which the window can be as large as a buffer may become. */
static bool set_max_buffer(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;
	uint32_t shift = 0;

	if (!sysctl_number(value, &number, why))
		return false;
	while (shift < 14 && (int64_t)UINT16_MAX << shift < number)
		shift++;
	profile->window_scale = shift;
	return true;
}

static bool set_control(struct profile *profile, const char *value, struct error *why)
{
	const char *name = strcmp(value, "newreno") == 0 ? "reno" : value;
	uint32_t control = congestion_control_named(name);

	if (control >= congestion_control_count() || strcmp(value, "reno") == 0)
		return sysctl_unsupported(value, "there is no such congestion control", why);
	profile->congestion_control = control;
	profile->hystart = control == congestion_control_named("cubic");
	return true;
}

static bool set_delayed_ack(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	if (number == 0)
		profile->delayed_ack = 0;
	else if (profile->delayed_ack == 0)
		profile->delayed_ack = nanos_from_ms(40);
	return true;
}

static bool set_syncookies(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	if (profile->syn_defence != SYN_DEFENCE_ALWAYS)
		profile->syn_defence = number == 0 ? SYN_DEFENCE_NONE : SYN_DEFENCE_COOKIES;
	return true;
}

static bool set_syncookies_only(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	profile->syn_defence = number != 0 ? SYN_DEFENCE_ALWAYS : SYN_DEFENCE_COOKIES;
	return true;
}

static bool set_ack_war(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	profile->challenge_limit = number > 0 && number < 1000000 ? (uint32_t)number : 1000000;
	profile->challenge_random = false;
	return true;
}

/* Bytes that an ACK may add in slow start: RFC 3465. */
static bool set_rfc3465(struct profile *profile, const char *value, struct error *why)
{
	int64_t number;

	if (!sysctl_number(value, &number, why))
		return false;
	if (number == 0)
		return sysctl_unsupported(value, "slow start counts octets", why);
	profile->byte_counting_limit = 2;
	return true;
}

const struct sysctl sysctls_freebsd[] = {
	ROW_OTHER("net.inet.tcp.rfc1323", set_rfc1323),
	ROW_FIELD("net.inet.tcp.sack.enable", SYSCTL_BOOL, sack),
	ROW_HARMLESS("net.inet.tcp.sack.*", "the scoreboard is ours"),
	ROW_OTHER("net.inet.tcp.ecn.enable", set_ecn),
	ROW_FIELD("net.inet.tcp.ecn.generalized", SYSCTL_NUMBER, ecn_control),
	ROW_FIELD("net.inet.tcp.ecn.plusplus", SYSCTL_NUMBER, ecn_control), /* its first name */
	ROW_OTHER("net.inet.tcp.ecn.maxretries", set_ecn_retries),
	ROW_OTHER("net.inet.tcp.cc.algorithm", set_control),
	ROW_HARMLESS("net.inet.tcp.cc.available", "it only tells"),
	ROW_ONLY("net.inet.tcp.functions_default", "freebsd"),
	ROW_FIELD("net.inet.tcp.rfc3042", SYSCTL_BOOL, limited_transmit),
	ROW_HARMLESS("net.inet.tcp.rfc3390", "initcwnd_segments is what counts"),
	ROW_OTHER("net.inet.tcp.rfc3465", set_rfc3465),
	ROW_FIELD("net.inet.tcp.abc_l_var", SYSCTL_NUMBER, byte_counting_limit),
	ROW_FIELD("net.inet.tcp.initcwnd_segments", SYSCTL_NUMBER, initial_window),
	ROW_FIELD("net.inet.tcp.do_prr", SYSCTL_BOOL, prr),
	ROW_HARMLESS("net.inet.tcp.rfc6675_pipe", "the pipe is RFC 6675's"),
	ROW_FIELD("net.inet.tcp.newcwv", SYSCTL_BOOL, cwv),
	/* timers */
	ROW_FIELD("net.inet.tcp.delacktime", SYSCTL_MS, delayed_ack),
	ROW_OTHER("net.inet.tcp.delayed_ack", set_delayed_ack),
	ROW_FIELD("net.inet.tcp.msl", SYSCTL_MS, msl),
	ROW_FIELD("net.inet.tcp.finwait2_timeout", SYSCTL_MS, fin_wait_2),
	ROW_ONLY("net.inet.tcp.fast_finwait2_recycle", "0"),
	ROW_FIELD("net.inet.tcp.keepinit", SYSCTL_MS, syn_r2),
	ROW_FIELD("net.inet.tcp.keepidle", SYSCTL_MS, keepalive_idle),
	ROW_FIELD("net.inet.tcp.keepintvl", SYSCTL_MS, keepalive_interval),
	ROW_FIELD("net.inet.tcp.keepcnt", SYSCTL_NUMBER, keepalive_count),
	ROW_FIELD("net.inet.tcp.always_keepalive", SYSCTL_BOOL, keepalive),
	ROW_FIELD("net.inet.tcp.persmin", SYSCTL_MS, persist_min),
	ROW_ONLY("net.inet.tcp.persmax", "60000"),
	ROW_FIELD("net.inet.tcp.rexmit_min", SYSCTL_MS, rto_min),
	ROW_FIELD("net.inet.tcp.rexmit_slop", SYSCTL_MS, rto_slop),
	ROW_FIELD("net.inet.tcp.rexmit_initial", SYSCTL_MS, rto_initial),
	ROW_OTHER("net.inet.tcp.rexmit_drop_options", set_drop_options),
	/* buffers */
	ROW_FIELD("net.inet.tcp.recvspace", SYSCTL_NUMBER, receive_buffer),
	ROW_HARMLESS("net.inet.tcp.sendspace", "it grows as it is needed"),
	ROW_HARMLESS("net.inet.tcp.sendbuf_*", "it is as large as it can become"),
	ROW_HARMLESS("net.inet.tcp.recvbuf_*", "buffers do not grow by themselves"),
	ROW_OTHER("kern.ipc.maxsockbuf", set_max_buffer),
	ROW_HARMLESS("kern.ipc.soacceptqueue", "listen() of a script asks for less"),
	ROW_HARMLESS("kern.ipc.somaxconn", "listen() of a script asks for less"),
	ROW_HARMLESS("net.inet.tcp.reass.*", "there is room enough"),
	ROW_HARMLESS("net.inet.tcp.soreceive_stream", "it is about speed"),
	ROW_HARMLESS("net.inet.tcp.tso", "PSH is where nothing more is queued"),
	ROW_HARMLESS("net.inet.tcp.lro.*", "it is about speed"),
	/* the path */
	ROW_FIELD("net.inet.tcp.path_mtu_discovery", SYSCTL_BOOL, path_mtu_discovery),
	ROW_FIELD("net.inet.tcp.pmtud_blackhole_detection", SYSCTL_NUMBER, plpmtud),
	ROW_ONLY("net.inet.tcp.mssdflt", "536"),
	ROW_ONLY("net.inet.tcp.v6mssdflt", "1220"),
	ROW_ONLY("net.inet.tcp.minmss", "216"),
	ROW_FIELD("net.inet.tcp.hostcache.enable", SYSCTL_BOOL, tcb_sharing),
	ROW_HARMLESS("net.inet.tcp.hostcache.*", "nothing is remembered in the beginning"),
	ROW_HARMLESS("net.inet.icmp.icmplim*", "ICMP and RSTs are not held back"),
	/* opening */
	ROW_ONLY("net.inet.tcp.fastopen.psk_enable", "0"),
	ROW_FIELD("net.inet.tcp.fastopen.client_enable", SYSCTL_BOOL, fast_open),
	ROW_FIELD("net.inet.tcp.fastopen.server_enable", SYSCTL_BOOL, fast_open_listen),
	ROW_OTHER("net.inet.tcp.syncookies", set_syncookies),
	ROW_OTHER("net.inet.tcp.syncookies_only", set_syncookies_only),
	ROW_FIELD("net.inet.tcp.syncache.rexmtlimit", SYSCTL_NUMBER, syn_ack_retries),
	ROW_ONLY("net.inet.tcp.syncache.rst_on_sock_fail", "1"),
	ROW_HARMLESS("net.inet.tcp.syncache.*", "a script has few connections"),
	ROW_ONLY("net.inet.tcp.ts_offset_per_conn", "1"),
	ROW_HARMLESS("net.inet.tcp.isn_reseed_interval", "sequence numbers are translated"),
	/* attacks */
	ROW_FIELD("net.inet.tcp.insecure_rst", SYSCTL_BOOL, rst_in_window),
	ROW_FIELD("net.inet.tcp.insecure_syn", SYSCTL_BOOL, syn_in_window),
	ROW_ONLY("net.inet.tcp.insecure_ack", "0"),
	ROW_ONLY("net.inet.tcp.ack_war_timewindow", "1000"),
	ROW_OTHER("net.inet.tcp.ack_war_cnt", set_ack_war),
	ROW_ONLY("net.inet.tcp.blackhole", "0"),
	ROW_FIELD("net.inet.tcp.drop_synfin", SYSCTL_BOOL, drops_syn_fin),
	ROW_FIELD("net.inet.tcp.icmp_may_rst", SYSCTL_NOT, icmp_spares_open),
	ROW_FIELD("net.inet.tcp.tolerate_missing_ts", SYSCTL_BOOL, ts_may_miss),
	ROW_ONLY("net.inet.tcp.nolocaltimewait", "0"),
	ROW_HARMLESS("net.inet.tcp.maxtcptw", "a script has few connections"),
	ROW_HARMLESS("net.inet.tcp.log_*", "it only tells"),
	ROW_HARMLESS("kern.timecounter.*", "time is virtual"),
	{.name = NULL},
};
