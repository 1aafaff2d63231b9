/* sockets_info_sending.c — fields of TCP_INFO: what was agreed on, and how fast Linux would send
 * if a queue asked it to keep distances. */
#include "machine/sockets_inside.h"

#include <string.h>

/* Text on a SYN, RFC 7413: that was taken, by the peer or by us; a connection of a listener that
 * was there before the handshake was done. */
static int64_t fast_open(const struct tcb *tcb)
{
	switch ((enum fast_open_role)tcb->fast_open.role) {
	case FAST_OPEN_OFF:
	case FAST_OPEN_ASKS:
	case FAST_OPEN_SENDS: return 0;
	case FAST_OPEN_TAKEN: return DRILL_TCPI_OPT_SYN_DATA;
	case FAST_OPEN_TAKES:
		return (tcb->rcv.nxt_offset > 0 ? DRILL_TCPI_OPT_SYN_DATA : 0) |
		       DRILL_TCPI_OPT_TFO_CHILD;
	case FAST_OPEN_TOOK: return DRILL_TCPI_OPT_SYN_DATA | DRILL_TCPI_OPT_TFO_CHILD;
	case FAST_OPEN_KNOWN: return DRILL_TCPI_OPT_TFO_CHILD;
	}
	return 0;
}

static int64_t options(const struct tcb *tcb)
{
	return (tcb->ts.on ? DRILL_TCPI_OPT_TIMESTAMPS : 0) |
	       (tcb->sack_on ? DRILL_TCPI_OPT_SACK : 0) |
	       (tcb->rcv.scaling ? DRILL_TCPI_OPT_WSCALE : 0) |
	       (tcb->ecn.mode != ECN_OFF ? DRILL_TCPI_OPT_ECN : 0) | fast_open(tcb);
}

/* All bits are set where there is no limit. */
static int64_t no_limit(const struct tcb *tcb)
{
	(void)tcb;
	return -1;
}

/* The congestion control's own, or: CWND, or what is out where that is more, in a round trip
 * (SRTT): 200 % of it in the first half of slow start, else 120 %, by tcp_pacing_ss_ratio and
 * tcp_pacing_ca_ratio of Linux. */
static int64_t pacing_rate(const struct tcb *tcb)
{
	uint64_t mss = mss_now(tcb);
	uint64_t window = tcb->cc.cwnd / mss * mss;
	uint64_t out = tcb_outstanding(tcb);
	uint64_t percent = tcb->cc.cwnd < tcb->cc.ssthresh / 2 ? 200 : 120;

	if (tcb->cc.pacing_rate > 0)
		return (int64_t)tcb->cc.pacing_rate;
	if (tcb->rtt.srtt <= 0)
		return no_limit(tcb);
	return (int64_t)((out > window ? out : window) * percent * 10000000 /
			 (uint64_t)tcb->rtt.srtt);
}

/* As Linux 7 tells it. */
static int64_t ecn_mode(const struct tcb *tcb)
{
	if (tcb->state == SYN_SENT && tcb->ecn.asked == ECN_ACCURATE)
		return DRILL_TCPI_ECN_MODE_PENDING;
	switch ((enum ecn_mode)tcb->ecn.mode) {
	case ECN_OFF: return DRILL_TCPI_ECN_MODE_DISABLED;
	case ECN_CLASSIC: return DRILL_TCPI_ECN_MODE_RFC3168;
	case ECN_ACCURATE: return DRILL_TCPI_ECN_MODE_ACCECN;
	}
	return DRILL_TCPI_ECN_MODE_DISABLED;
}

static const struct {
	const char *name;
	int64_t (*value)(const struct tcb *tcb);
} fields[] = {
	{"tcpi_options", options},
	{"tcpi_pacing_rate", pacing_rate},
	{"tcpi_max_pacing_rate", no_limit}, /* SO_MAX_PACING_RATE sets none */
	{"tcpi_ecn_mode", ecn_mode},
};

bool sending_info(const struct tcb *tcb, const char *name, int64_t *value)
{
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		if (strcmp(name, fields[i].name) == 0) {
			*value = fields[i].value(tcb);
			return true;
		}
	}
	return false;
}
