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
	.challenge_limit = 10,
	.keepalive_count = 9,
	.rto_initial = 1000000000,
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
	.nagle = true,
	.rfc5961 = true,
	.path_mtu_discovery = true,
	.pmtu_doubt = true,
	.plpmtud = PLPMTUD_AFTER_BLACK_HOLE,
	.pmtu_least = 88,
	.pmtu_raise = 600000000000,
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
}

/* Timers and sizes of a Linux host: 200 ms floor, 40 ms delayed ACK, IW10. */
static void as_linux(struct profile *p)
{
	p->send_buffer = 4194304;
	p->window_scale = 7;
	p->initial_window = 10;
	p->byte_counting_limit = 0;
	p->congestion_control = congestion_control_named("cubic");
	p->hystart = true;
	p->rto_min = nanos_from_ms(200);
	p->rto_max = nanos_from_s(120);
	p->delayed_ack = nanos_from_ms(40);
	p->msl = nanos_from_s(30);
	p->rfc1337 = true;
	p->icmp_soft_ends_open = true;
	p->pmtu_doubt = false;
	p->plpmtud = PLPMTUD_OFF; /* net.ipv4.tcp_mtu_probing = 0 */
	p->pmtu_least = 552;
	p->rack = true;
	p->prr = true;
	p->frto = true;
	p->eifel = true;
}

/* 1981: none of the later options and defences. */
static void as_rfc793(struct profile *p)
{
	as_plain(p);
	p->nagle = false;
	p->rfc5961 = false;
	p->delayed_ack = 0;
	p->path_mtu_discovery = false;
	p->icmp_any_seq = true;
	p->icmp_hard_ends = true;
	p->newreno = false;
	p->limited_transmit = false;
}

static const char *const names[] = {"rfc", "plain", "linux", "rfc793", NULL};

/* Each says how it differs from the first; in the order of the names. */
static void (*const differences[])(struct profile *) = {as_rfc, as_plain, as_linux, as_rfc793};

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
