#include "tcp/variables.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "tcp/congestion.h"

#define VAR_OF(owner_, name_, kind_, member, meaning_)                                             \
	{                                                                                          \
		.name = name_, .kind = kind_, .size = sizeof(((struct tcb *)0)->member),           \
		.owner = owner_, .offset = offsetof(struct tcb, member), .meaning = meaning_       \
	}
#define VAR(...) VAR_OF(OF_ALL_CONTROLS, __VA_ARGS__)

static const struct variable variables[] = {
	VAR("state", VARIABLE_STATE, state, "state of the connection"),
	VAR("SND.UNA", VARIABLE_SEQ, snd.una, "oldest unacknowledged sequence number"),
	VAR("SND.NXT", VARIABLE_SEQ, snd.nxt, "next sequence number to send"),
	VAR("SND.WND", VARIABLE_OCTETS, snd.wnd, "window that the peer offers"),
	VAR("SND.UP", VARIABLE_SEQ, snd.up, "after the last urgent octet sent"),
	VAR("SND.WL1", VARIABLE_SEQ, snd.wl1, "SEG.SEQ of the last window update"),
	VAR("SND.WL2", VARIABLE_SEQ, snd.wl2, "SEG.ACK of the last window update"),
	VAR("ISS", VARIABLE_SEQ, snd.iss, "initial send sequence number"),
	VAR("RCV.NXT", VARIABLE_SEQ, rcv.nxt, "next sequence number expected"),
	VAR("RCV.WND", VARIABLE_OCTETS, rcv.wnd, "window that we offer"),
	VAR("RCV.UP", VARIABLE_SEQ, rcv.up, "after the peer's last urgent octet"),
	VAR("IRS", VARIABLE_SEQ, rcv.irs, "initial receive sequence number"),
	VAR("cwnd", VARIABLE_OCTETS, cc.cwnd, "congestion window"),
	VAR("ssthresh", VARIABLE_OCTETS, cc.ssthresh, "slow start threshold"),
	VAR("pacing_rate", VARIABLE_OFFSET, cc.pacing_rate, "octets per second; 0: not paced"),
	VAR_OF(OF_ALL_BUT_BBR, "CSS", VARIABLE_BOOL, hystart.css,
	       "HyStart++ is in Conservative Slow Start"),
	VAR_OF(OF_ALL_BUT_BBR, "pipeACK", VARIABLE_OCTETS, cwv.pipe_ack,
	       "RFC 7661: the most that was acknowledged in a round trip of late"),
	VAR_OF(OF_ALL_BUT_BBR, "non_validated", VARIABLE_BOOL, cwv.non_validated,
	       "RFC 7661: less than half of cwnd was used of late"),
	VAR_OF(OF_ALL_BUT_BBR, "W_max", VARIABLE_OCTETS, cubic.epoch.w_max,
	       "CUBIC: the window before the last loss"),
	VAR_OF(OF_ALL_BUT_BBR, "W_est", VARIABLE_OCTETS, cubic.epoch.w_est,
	       "CUBIC: what Reno's window would be"),
	VAR_OF(OF_ALL_BUT_BBR, "K", VARIABLE_NANOS, cubic.epoch.k,
	       "CUBIC: how long to get back to W_max"),
	VAR_OF(OF_BBR, "BBR.state", VARIABLE_COUNT, bbr.state,
	       "BBR: 0 Startup, 1 Drain, 2 to 5 ProbeBW, 6 ProbeRTT"),
	VAR_OF(OF_BBR, "BBR.bw", VARIABLE_OFFSET, bbr.bw,
	       "BBR: octets per second that the path delivers"),
	VAR_OF(OF_BBR, "BBR.min_rtt", VARIABLE_NANOS, bbr.min_rtt, "BBR: the shortest round trip"),
	VAR_OF(OF_BBR, "inflight_longterm", VARIABLE_OCTETS, bbr.inflight_longterm,
	       "BBR: more was too much"),
	VAR("dup_acks", VARIABLE_COUNT, cc.dup_acks, "duplicate ACKs in a row"),
	VAR("overtaken", VARIABLE_COUNT, cc.reordering,
	    "duplicates that DupThresh waits for; 0: as usual"),
	VAR("recover", VARIABLE_SEQ, cc.recover, "end of the window being repaired"),
	VAR("fast_recovery", VARIABLE_BOOL, cc.fast_recovery, "repairing after duplicate ACKs"),
	VAR("loss_recovery", VARIABLE_BOOL, cc.loss_recovery, "repairing after a time-out"),
	VAR("sacked", VARIABLE_OCTETS, flight.sacked, "octets that arrived beyond a gap"),
	VAR("lost", VARIABLE_OCTETS, flight.lost, "octets taken for lost, to be sent again"),
	VAR("prr_delivered", VARIABLE_OCTETS, cc.prr_delivered, "delivered in this recovery"),
	VAR("prr_out", VARIABLE_OCTETS, cc.prr_out, "sent in this recovery"),
	VAR("RACK.rtt", VARIABLE_NANOS, rack.rtt, "round trip of what was delivered last"),
	VAR("RACK.min_RTT", VARIABLE_NANOS, rack.min_rtt, "shortest round trip seen"),
	VAR("SRTT", VARIABLE_NANOS, rtt.srtt, "smoothed round-trip time"),
	VAR("RTTVAR", VARIABLE_NANOS, rtt.rttvar, "variation of the round-trip time"),
	VAR("RTO", VARIABLE_NANOS, rtt.rto, "retransmission timeout"),
	VAR("rtx_count", VARIABLE_COUNT, rtt.transmissions_again, "retransmissions in a row"),
	VAR("SMSS", VARIABLE_OCTETS, snd.mss, "largest segment that we send"),
	VAR("PMTU", VARIABLE_OCTETS, path.mtu, "longest datagram that the path takes"),
	VAR("search_low", VARIABLE_OCTETS, path.low, "datagrams of this length are known to pass"),
	VAR("search_high", VARIABLE_OCTETS, path.high,
	    "and of this one may pass; 0: nothing is searched for"),
	VAR("RMSS", VARIABLE_OCTETS, rcv.mss, "largest segment that we accept"),
	VAR("Snd.Wind.Shift", VARIABLE_COUNT, snd.shift, "scale of the windows we receive"),
	VAR("Rcv.Wind.Shift", VARIABLE_COUNT, rcv.shift, "scale of the windows we send"),
	VAR("TS.Recent", VARIABLE_OCTETS, ts.recent, "the peer's timestamp to echo"),
	VAR("timestamps", VARIABLE_BOOL, ts.on, "timestamps were agreed on"),
	VAR("SACK", VARIABLE_BOOL, sack_on, "selective acknowledgment was agreed on"),
	VAR("signature", VARIABLE_COUNT, signature, "0: none, 1: MD5, 2: TCP-AO"),
	VAR("key_id", VARIABLE_COUNT, key_id, "TCP-AO: the key that we sign with"),
	VAR("ECN", VARIABLE_COUNT, ecn.mode, "agreed on: 0 none, 1 classic, 2 accurate"),
	VAR("ECN_echo", VARIABLE_BOOL, ecn.echo, "marks came: ECE in each ACK"),
	VAR("CWR_waits", VARIABLE_BOOL, ecn.cwr, "the next new text tells that cwnd was reduced"),
	VAR("r.cep", VARIABLE_OCTETS, ecn.r.cep, "packets that arrived marked, counted from 5"),
	VAR("s.cep", VARIABLE_OCTETS, ecn.s.cep, "the same of what we sent, as the peer tells"),
	VAR("r.ceb", VARIABLE_OCTETS, ecn.r.ceb, "octets that arrived marked CE"),
	VAR("s.ceb", VARIABLE_OCTETS, ecn.s.ceb, "the same of what we sent"),
	VAR("r.e0b", VARIABLE_OCTETS, ecn.r.e0b, "octets that arrived as ECT(0), from 1"),
	VAR("s.e0b", VARIABLE_OCTETS, ecn.s.e0b, "the same of what we sent"),
	VAR("r.e1b", VARIABLE_OCTETS, ecn.r.e1b, "octets that arrived as ECT(1), from 1"),
	VAR("s.e1b", VARIABLE_OCTETS, ecn.s.e1b, "the same of what we sent"),
	VAR("unread", VARIABLE_OCTETS, rcv.unread, "octets waiting for the application"),
	VAR("held", VARIABLE_COUNT, rcv.held_count, "ranges kept out of order"),
	VAR("fin_queued", VARIABLE_BOOL, snd.fin_queued, "our application has closed"),
	VAR("retransmission", VARIABLE_DEADLINE, timers[TIMER_RETRANSMISSION],
	    "retransmission timer"),
	VAR("persist", VARIABLE_DEADLINE, timers[TIMER_PERSIST], "persist timer"),
	VAR("delayed_ack", VARIABLE_DEADLINE, timers[TIMER_DELAYED_ACK], "delayed-ACK timer"),
	VAR("2MSL", VARIABLE_DEADLINE, timers[TIMER_TIME_WAIT], "TIME-WAIT timer"),
	VAR("user_timeout", VARIABLE_DEADLINE, timers[TIMER_USER_TIMEOUT], "user timeout"),
	VAR("pacing", VARIABLE_DEADLINE, timers[TIMER_PACING], "pacing timer"),
	VAR("USER_TIMEOUT", VARIABLE_NANOS, uto.user_timeout, "length of the user timeout"),
	VAR("ADV_UTO", VARIABLE_NANOS, uto.adv_uto, "user timeout that the peer is told"),
	VAR("keepalive", VARIABLE_DEADLINE, timers[TIMER_KEEPALIVE], "keep-alive timer"),
	VAR("quick_acks", VARIABLE_COUNT, quick.left, "ACKs that are not delayed"),
	VAR("pingpong", VARIABLE_BOOL, quick.pingpong, "the application answers what it reads"),
	VAR("keepalives", VARIABLE_COUNT, keepalive.unanswered, "unanswered keep-alives"),
	VAR("fin_wait_2", VARIABLE_DEADLINE, timers[TIMER_FIN_WAIT_2], "FIN-WAIT-2 timer"),
	VAR("reordering", VARIABLE_DEADLINE, timers[TIMER_REORDERING], "RACK's reordering timer"),
	VAR("tail_probe", VARIABLE_DEADLINE, timers[TIMER_TAIL_PROBE], "tail loss probe timer"),
};

const struct variable *tcb_variables(unsigned *count)
{
	*count = sizeof variables / sizeof variables[0];
	return variables;
}

const struct variable *tcb_variable(const char *name)
{
	for (unsigned i = 0; i < sizeof variables / sizeof variables[0]; i++) {
		if (strcmp(name, variables[i].name) == 0)
			return &variables[i];
	}
	return NULL;
}

static bool has(const struct tcb *tcb, const struct variable *variable)
{
	return variable->owner == OF_ALL_CONTROLS ||
	       (variable->owner == OF_BBR) == congestion_is_bbr(tcb);
}

int64_t tcb_value(const struct tcb *tcb, const struct variable *variable)
{
	const unsigned char *at = (const unsigned char *)tcb + variable->offset;
	uint16_t half;
	uint32_t word;
	int64_t wide;

	if (!has(tcb, variable))
		return 0;
	switch (variable->size) {
	case 1: return *at;
	case 2: memcpy(&half, at, sizeof half); return half;
	case 4: memcpy(&word, at, sizeof word); return word;
	default: memcpy(&wide, at, sizeof wide); return wide;
	}
}
