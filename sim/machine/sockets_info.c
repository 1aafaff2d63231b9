/* sockets_info.c — TCP_INFO of Linux, out of a TCB: a table of its fields. */
#include "machine/sockets_inside.h"

#include <string.h>

enum { TIMESTAMPS_LEN = 12 };

struct view {
	const struct sockets *all;
	const struct socket *socket;
	const struct tcb *tcb;
	nanos now;
};

uint32_t mss_now(const struct tcb *tcb)
{
	return tcb->snd.mss - (tcb->ts.on ? TIMESTAMPS_LEN : 0);
}

static int64_t in_segments(const struct view *v, uint64_t octets)
{
	uint32_t mss = mss_now(v->tcb);

	return (int64_t)((octets + mss - 1) / mss);
}

static int64_t state(const struct view *v)
{
	static const int64_t numbers[STATE_COUNT] = {
		[CLOSED] = DRILL_TCP_CLOSE,
		[LISTEN] = DRILL_TCP_LISTEN,
		[SYN_SENT] = DRILL_TCP_SYN_SENT,
		[SYN_RECEIVED] = DRILL_TCP_SYN_RECV,
		[ESTABLISHED] = DRILL_TCP_ESTABLISHED,
		[FIN_WAIT_1] = DRILL_TCP_FIN_WAIT1,
		[FIN_WAIT_2] = DRILL_TCP_FIN_WAIT2,
		[CLOSE_WAIT] = DRILL_TCP_CLOSE_WAIT,
		[CLOSING] = DRILL_TCP_CLOSING,
		[LAST_ACK] = DRILL_TCP_LAST_ACK,
		[TIME_WAIT] = DRILL_TCP_TIME_WAIT,
	};
	enum tcp_state state = socket_state(v->all, v->socket);

	/* On Linux a socket in TIME-WAIT has nothing left of its own. */
	if (state == TIME_WAIT && !v->all->profile.bsd_options)
		state = CLOSED;
	return numbers[state];
}

static int64_t ca_state(const struct view *v)
{
	const struct congestion_variables *cc = &v->tcb->cc;

	if (cc->loss_recovery)
		return DRILL_TCP_CA_Loss;
	if (cc->fast_recovery)
		return DRILL_TCP_CA_Recovery;
	if (v->tcb->ecn.reduced && v->tcb->ecn.by_echo)
		return DRILL_TCP_CA_CWR;
	if (cc->dup_acks > 0 || v->tcb->flight.sacked > 0)
		return DRILL_TCP_CA_Disorder;
	return DRILL_TCP_CA_Open;
}

/* Time-outs in a row; against a closed window they are probes. */
static int64_t backoff(const struct view *v)
{
	return v->tcb->rtt.transmissions_again;
}

static bool probes_window(const struct view *v)
{
	return v->tcb->snd.wnd == 0 && v->tcb->snd.syn_acked;
}

static int64_t retransmits(const struct view *v)
{
	return probes_window(v) ? 0 : v->tcb->rtt.transmissions_again;
}

static int64_t probes(const struct view *v)
{
	return probes_window(v) ? v->tcb->rtt.transmissions_again : v->tcb->keepalive.unanswered;
}

static int64_t snd_wscale(const struct view *v)
{
	return v->tcb->rcv.scaling ? v->tcb->snd.shift : 0;
}

static int64_t rcv_wscale(const struct view *v)
{
	return v->tcb->rcv.scaling ? v->tcb->rcv.shift : 0;
}

static int64_t micros(nanos time)
{
	return time / 1000;
}

static int64_t rto(const struct view *v)
{
	return micros(v->tcb->rtt.rto);
}

static int64_t snd_mss(const struct view *v)
{
	return mss_now(v->tcb);
}

static int64_t rcv_mss(const struct view *v)
{
	return v->tcb->largest_text > 0 ? v->tcb->largest_text : 536;
}

static int64_t unacked(const struct view *v)
{
	if (socket_state(v->all, v->socket) == LISTEN)
		return 0;
	return in_segments(v, tcb_outstanding(v->tcb));
}

static int64_t sacked(const struct view *v)
{
	return in_segments(v, v->tcb->flight.sacked);
}

static int64_t pmtu(const struct view *v)
{
	return v->tcb->path.mtu;
}

static int64_t rtt(const struct view *v)
{
	return micros(v->tcb->rtt.srtt);
}

static int64_t rttvar(const struct view *v)
{
	return micros(v->tcb->rtt.rttvar);
}

/* 2^31−1 while there is none; on FreeBSD TCP_MAXWIN << 14, and in octets. */
static int64_t snd_ssthresh(const struct view *v)
{
	uint32_t ssthresh = v->tcb->cc.ssthresh;

	if (v->all->profile.bsd_options)
		return ssthresh >= 1u << 30 ? (int64_t)UINT16_MAX << 14 : ssthresh;
	return ssthresh >= 1u << 30 ? INT32_MAX : ssthresh / mss_now(v->tcb);
}

static int64_t snd_cwnd(const struct view *v)
{
	if (v->all->profile.bsd_options)
		return v->tcb->cc.cwnd;
	return v->tcb->cc.cwnd / mss_now(v->tcb);
}

static int64_t advmss(const struct view *v)
{
	return v->tcb->rcv.mss - (v->tcb->ts.on ? TIMESTAMPS_LEN : 0);
}

static int64_t reordering(const struct view *v)
{
	return v->tcb->cc.reordering > 3 ? v->tcb->cc.reordering : 3;
}

static int64_t snd_wnd(const struct view *v)
{
	return v->tcb->snd.wnd;
}

static int64_t snd_nxt(const struct view *v)
{
	return v->tcb->snd.nxt.v;
}

static int64_t rcv_nxt(const struct view *v)
{
	return v->tcb->rcv.nxt.v;
}

static int64_t rcv_space(const struct view *v)
{
	return v->tcb->rcv.wnd;
}

static int64_t notsent_bytes(const struct view *v)
{
	const struct tcb *tcb = v->tcb;

	return seq_gt(tcb->snd.end, tcb->snd.nxt) ? seq_diff(tcb->snd.end, tcb->snd.nxt) : 0;
}

/* Who opens actively has its SYN counted too, and both their FIN. */
static int64_t bytes_acked(const struct view *v)
{
	return v->tcb->snd.syn_acked ? v->tcb->snd.una_offset + !v->tcb->passive : 0;
}

static int64_t bytes_received(const struct view *v)
{
	return v->tcb->rcv.nxt_offset > 0 ? v->tcb->rcv.nxt_offset : 0;
}

static int64_t ato(const struct view *v)
{
	return micros(v->all->profile.delayed_ack);
}

static int64_t min_rtt(const struct view *v)
{
	return micros(v->tcb->rack.min_rtt);
}

/* The SYN is the first that was delivered. */
static int64_t delivered(const struct view *v)
{
	uint64_t text = v->tcb->flight.delivered;

	return v->tcb->snd.syn_acked ? 1 + in_segments(v, text > 0 ? text - 1 : 0) : 0;
}

/* ---- accurate ECN: RFC 9768 §3.2.1 has the counters begin elsewhere than at 0 ---- */

static int64_t counted(const struct view *v, uint32_t counter, uint32_t at_first)
{
	return v->tcb->ecn.mode == ECN_ACCURATE ? counter - at_first : 0;
}

static int64_t delivered_ce_bytes(const struct view *v)
{
	return counted(v, v->tcb->ecn.s.ceb, 0);
}

static int64_t delivered_e0_bytes(const struct view *v)
{
	return counted(v, v->tcb->ecn.s.e0b, 1);
}

static int64_t delivered_e1_bytes(const struct view *v)
{
	return counted(v, v->tcb->ecn.s.e1b, 1);
}

static int64_t received_ce(const struct view *v)
{
	return counted(v, v->tcb->ecn.r.cep, 5);
}

static int64_t received_ce_bytes(const struct view *v)
{
	return counted(v, v->tcb->ecn.r.ceb, 0);
}

static int64_t received_e0_bytes(const struct view *v)
{
	return counted(v, v->tcb->ecn.r.e0b, 1);
}

static int64_t received_e1_bytes(const struct view *v)
{
	return counted(v, v->tcb->ecn.r.e1b, 1);
}

static int64_t none(const struct view *v)
{
	(void)v;
	return 0;
}

static const struct tally_counts *counts(const struct view *v)
{
	return tally_of(v->all, v->socket);
}

/* With classic ECN what an ACK with ECE acknowledges counts as marked. */
static int64_t delivered_ce(const struct view *v)
{
	return counted(v, v->tcb->ecn.s.cep, 5) + counts(v)->echoed;
}

static int64_t segs_in(const struct view *v)
{
	return counts(v)->segments_in;
}

static int64_t segs_out(const struct view *v)
{
	return counts(v)->segments_out;
}

static int64_t data_segs_in(const struct view *v)
{
	return counts(v)->text_in;
}

static int64_t data_segs_out(const struct view *v)
{
	return counts(v)->text_out;
}

static int64_t bytes_sent(const struct view *v)
{
	return (int64_t)counts(v)->octets_out;
}

static int64_t bytes_retrans(const struct view *v)
{
	return (int64_t)counts(v)->octets_again;
}

static int64_t total_retrans(const struct view *v)
{
	return counts(v)->repeats;
}

static int64_t retrans(const struct view *v)
{
	return tally_repeats_under_way(v->all, v->socket, v->tcb->snd.una);
}

/* Linux still counts as lost what it has sent again. */
static int64_t lost(const struct view *v)
{
	const struct congestion_variables *cc = &v->tcb->cc;
	int64_t again = cc->loss_recovery || cc->fast_recovery ? retrans(v) : 0;

	return in_segments(v, v->tcb->flight.lost) + again;
}

static int64_t dsack_dups(const struct view *v)
{
	return counts(v)->duplicates_told;
}

static int64_t rcv_ooopack(const struct view *v)
{
	return counts(v)->out_of_order;
}

static int64_t millis_since(const struct view *v, nanos when)
{
	return (v->now - when) / nanos_from_ms(1);
}

static int64_t last_data_sent(const struct view *v)
{
	return millis_since(v, counts(v)->last_text_out);
}

static int64_t last_data_recv(const struct view *v)
{
	return millis_since(v, counts(v)->last_text_in);
}

static int64_t last_ack_recv(const struct view *v)
{
	return millis_since(v, counts(v)->last_ack_in);
}

static int64_t rwnd_limited(const struct view *v)
{
	return micros(limits_spent(v->socket, v->now, LIMIT_WINDOW));
}

static int64_t sndbuf_limited(const struct view *v)
{
	return micros(limits_spent(v->socket, v->now, LIMIT_BUFFER));
}

static int64_t busy_time(const struct view *v)
{
	return micros(limits_spent(v->socket, v->now, LIMIT_BUSY)) + rwnd_limited(v) +
	       sndbuf_limited(v);
}

struct field {
	const char *name; /* without tcpi_ */
	int64_t (*value)(const struct view *v);
};

static const struct field fields[] = {
	{"ca_state", ca_state},
	{"retransmits", retransmits},
	{"probes", probes},
	{"snd_wscale", snd_wscale},
	{"rcv_wscale", rcv_wscale},
	{"rto", rto},
	{"snd_mss", snd_mss},
	{"rcv_mss", rcv_mss},
	{"unacked", unacked},
	{"sacked", sacked},
	{"lost", lost},
	{"pmtu", pmtu},
	{"rtt", rtt},
	{"rttvar", rttvar},
	{"snd_ssthresh", snd_ssthresh},
	{"snd_cwnd", snd_cwnd},
	{"advmss", advmss},
	{"reordering", reordering},
	{"snd_wnd", snd_wnd},
	{"snd_nxt", snd_nxt},
	{"rcv_nxt", rcv_nxt},
	{"rcv_space", rcv_space},
	{"snd_rexmitpack", total_retrans},
	{"notsent_bytes", notsent_bytes},
	{"bytes_acked", bytes_acked},
	{"bytes_received", bytes_received},
	{"backoff", backoff},
	{"ato", ato},
	{"min_rtt", min_rtt},
	{"delivered", delivered},
	{"delivered_ce", delivered_ce},
	{"delivered_ce_bytes", delivered_ce_bytes},
	{"delivered_e0_bytes", delivered_e0_bytes},
	{"delivered_e1_bytes", delivered_e1_bytes},
	{"received_ce", received_ce},
	{"received_ce_bytes", received_ce_bytes},
	{"received_e0_bytes", received_e0_bytes},
	{"received_e1_bytes", received_e1_bytes},
	{"fackets", none}, /* Linux has counted none since 4.15 */
	{"last_ack_sent", none},
	{"segs_in", segs_in},
	{"segs_out", segs_out},
	{"data_segs_in", data_segs_in},
	{"data_segs_out", data_segs_out},
	{"bytes_sent", bytes_sent},
	{"bytes_retrans", bytes_retrans},
	{"total_retrans", total_retrans},
	{"retrans", retrans},
	{"dsack_dups", dsack_dups},
	{"rcv_ooopack", rcv_ooopack},
	{"last_data_sent", last_data_sent},
	{"last_data_recv", last_data_recv},
	{"last_ack_recv", last_ack_recv},
	{"busy_time", busy_time},
	{"rwnd_limited", rwnd_limited},
	{"sndbuf_limited", sndbuf_limited},
};

bool tcp_info_field(const struct sockets *all, const struct socket *s, nanos now, const char *name,
		    int64_t *value)
{
	static const char prefix[] = "tcpi_";
	struct view v = {.all = all, .socket = s, .tcb = socket_tcb(all, s), .now = now};

	if (v.tcb != NULL && (receive_info(v.tcb, name, value) || sending_info(v.tcb, name, value)))
		return true;
	if (strncmp(name, prefix, sizeof prefix - 1) != 0)
		return false;
	if (strcmp(name + sizeof prefix - 1, "state") == 0) {
		*value = state(&v); /* which a socket has without a connection, too */
		return true;
	}
	if (v.tcb == NULL)
		return false;
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		if (strcmp(name + sizeof prefix - 1, fields[i].name) == 0) {
			*value = fields[i].value(&v);
			return true;
		}
	}
	return false;
}

bool sockets_info(const struct sockets *all, nanos now, const char *name, int64_t *value)
{
	const struct socket *s = all->newest != EVENT_NONE ? all->table[all->newest] : NULL;

	for (uint32_t i = all->count; i-- > 0 && s == NULL;)
		if (all->table[i]->kind == SOCKET_STREAM && !all->table[i]->closed)
			s = all->table[i];
	return s != NULL && tcp_info_field(all, s, now, name, value);
}
