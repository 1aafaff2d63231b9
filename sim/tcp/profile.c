/* profile.c — the switches of a profile, by name. The named profiles: profiles.c. */
#include "tcp/profile.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "tcp/congestion.h"

const char *syn_defence_name(uint32_t defence)
{
	static const char *const names[SYN_DEFENCE_COUNT] = {
		[SYN_DEFENCE_NONE] = "none",
		[SYN_DEFENCE_CACHE] = "cache",
		[SYN_DEFENCE_COOKIES] = "cookies",
		[SYN_DEFENCE_ALWAYS] = "always",
	};

	assert(defence < SYN_DEFENCE_COUNT);
	return names[defence];
}

uint32_t window_scale_for(uint32_t octets)
{
	uint32_t shift = 0;

	while (shift < 14 && octets >> shift > UINT16_MAX)
		shift++;
	return shift;
}

#define FIELD(name_, kind_, member, min_, max_, meaning_)                                          \
	{                                                                                          \
		.name = name_, .kind = kind_, .offset = offsetof(struct profile, member),          \
		.min = min_, .max = max_, .meaning = meaning_                                      \
	}
#define MS_MAX 86400000 /* a day */

static const struct profile_field fields[] = {
	FIELD("mss", FIELD_NUMBER, mss, 48, 65495, "largest segment, in octets of text"),
	FIELD("send_buffer", FIELD_NUMBER, send_buffer, 1, 1 << 30, "octets that may be queued"),
	FIELD("receive_buffer", FIELD_NUMBER, receive_buffer, 1, 1 << 30, "octets of room"),
	FIELD("receive_memory", FIELD_NUMBER, receive_memory, 0, RECEIVE_MEMORY_COUNT - 1,
	      "the receive buffer counts memory, and what segments take beside their text: 0 no, 1 "
	      "half is for text, as Linux had it until 6.5, 2 as much as they show, as it has it "
	      "since"),
	FIELD("receive_buffer_max", FIELD_NUMBER, receive_buffer_max, 0, 1 << 29,
	      "with receive_memory, octets of room up to which the buffer grows; 0: it does not"),
	FIELD("initial_receive_window", FIELD_NUMBER, initial_receive_window, 0, 65535,
	      "with receive_memory, segments that the first window offers at most; 0: no limit"),
	FIELD("merged_mss", FIELD_NUMBER, merged_mss, 0, 65535,
	      "the network card merges segments of so many octets; 0: it merges nothing"),
	FIELD("fin_ends_sack", FIELD_BOOL, fin_ends_sack, 0, 1,
	      "the ACK of a FIN does not tell what arrived twice"),
	FIELD("takes_whole", FIELD_BOOL, takes_whole, 0, 1,
	      "a segment that goes over the window's edge is not cut: it is taken whole where "
	      "nothing waits to be read, and dropped whole otherwise; a closed window takes a FIN"),
	FIELD("window_rounds_down", FIELD_BOOL, window_rounds_down, 0, 1,
	      "a scaled window is told rounded down, which may take back what was offered, against "
	      "RFC 7323 2.4"),
	FIELD("shrinks_window", FIELD_BOOL, shrinks_window, 0, 1,
	      "take back what the window offered when the buffer becomes smaller: for lessons"),
	FIELD("window_scaling", FIELD_BOOL, window_scaling, 0, 1, "offer window scaling, RFC 7323"),
	FIELD("window_scale", FIELD_NUMBER, window_scale, 0, 14, "shift that is offered"),
	FIELD("timestamps", FIELD_BOOL, timestamps, 0, 1, "offer timestamps, RFC 7323"),
	FIELD("ts_may_miss", FIELD_BOOL, ts_may_miss, 0, 1,
	      "a segment that lacks the timestamps that were agreed on is believed all the same"),
	FIELD("sack", FIELD_BOOL, sack, 0, 1, "offer selective acknowledgment, RFC 2018"),
	FIELD("dsack", FIELD_BOOL, dsack, 0, 1, "tell what arrived twice, RFC 2883"),
	FIELD("sack_whole", FIELD_BOOL, sack_whole, 0, 1,
	      "a SACK block counts for whole segments as they were sent, not for parts of one"),
	FIELD("bsd_options", FIELD_BOOL, bsd_options, 0, 1, "a SYN's options in the order of BSD"),
	FIELD("window_updates", FIELD_NUMBER, window_updates, 0, WINDOW_UPDATES_COUNT - 1,
	      "when reading is worth a segment: 0 as RFC 9293 3.8.6.2.2 has it, 1 as BSD (a "
	      "quarter of the buffer), 2 as Linux (twice the window that the peer knows)"),
	FIELD("whole_buffers", FIELD_BOOL, whole_buffers, 0, 1,
	      "buffers are rounded up to whole segments once the MSS is known, as BSD does"),
	FIELD("rst_acks", FIELD_BOOL, rst_acks, 0, 1,
	      "the RST of an ABORT carries an ACK, which RFC 9293 3.10.5 leaves out"),
	FIELD("rst_window", FIELD_BOOL, rst_window, 0, 1,
	      "the RST of an ABORT tells the receive window as other segments do; otherwise it is "
	      "0"),
	FIELD("no_options", FIELD_BOOL, no_options, 0, 1,
	      "SYNs carry no options, and those of the peer's SYN are not read, against RFC 9293 "
	      "3.7.1 (MUST-14): TCP_NOOPT of the BSDs"),
	FIELD("syn_tries", FIELD_NUMBER, syn_tries, 0, 255,
	      "SYNs that go with all options, before others have the MSS alone; 0: all have them"),
	FIELD("drops_syn_fin", FIELD_BOOL, drops_syn_fin, 0, 1,
	      "segments with SYN and FIN are thrown away, which RFC 9293 3.10.7 would read"),
	FIELD("isn", FIELD_NUMBER, isn, 0, 4294967295, "fixed initial sequence number"),
	FIELD("isn_clock", FIELD_BOOL, isn_clock, 0, 1,
	      "initial sequence numbers are RFC 793's clock alone: anyone can tell them"),
	FIELD("burst", FIELD_NUMBER, burst, 0, 64,
	      "segments that are handed to the network card as one, at least: PSH is on the last "
	      "of them; 0: each by itself"),
	FIELD("nagle", FIELD_BOOL, nagle, 0, 1, "hold small segments back, RFC 9293 3.7.4"),
	FIELD("empty_probes", FIELD_BOOL, empty_probes, 0, 1,
	      "a closed window is probed with a segment like a keep-alive, without text"),
	FIELD("push_marks", FIELD_BOOL, push_marks, 0, 1,
	      "PSH marks where the text of a SEND with the PUSH flag ended, and goes again with "
	      "it; "
	      "off: where no more is queued, RFC 9293 3.9.1.2"),
	FIELD("minshall", FIELD_BOOL, minshall, 0, 1,
	      "small segments wait for the last small one alone, Minshall's variant of Nagle"),
	FIELD("delayed_ack_ms", FIELD_MS, delayed_ack, 0, 499, "0: acknowledge at once"),
	FIELD("ack_segments", FIELD_BOOL, ack_segments, 0, 1,
	      "every second segment with text is acknowledged, and not every second full one"),
	FIELD("persist_min_ms", FIELD_MS, persist_min, 0, MS_MAX,
	      "least wait before a window probe, against RFC 9293 3.8.6.1 (SHLD-29); 0: as long as "
	      "RTO"),
	FIELD("no_sws_avoidance", FIELD_BOOL, no_sws_avoidance, 0, 1,
	      "tiny windows are announced and filled"),
	FIELD("drops_out_of_order", FIELD_BOOL, drops_out_of_order, 0, 1,
	      "go-back-N: text ahead of a gap is thrown away"),
	FIELD("syn_text_waits", FIELD_BOOL, syn_text_waits, 0, 1,
	      "the ACK of text that came with a SYN is delayed like others"),
	FIELD("quick_acks", FIELD_NUMBER, quick_acks, 0, 255,
	      "first ACKs of a connection that are not delayed"),
	FIELD("urgent_at_last", FIELD_BOOL, urgent_at_last, 0, 1,
	      "the urgent pointer names the last urgent octet, not the one after it"),
	FIELD("override_ms", FIELD_MS, override, 0, 1000, "override of the SWS wait; 0: RTO"),
	FIELD("initial_window", FIELD_NUMBER, initial_window, 0, 100,
	      "segments; of long ones fewer, RFC 6928; 0: RFC 5681's"),
	FIELD("window_of_segments", FIELD_BOOL, window_of_segments, 0, 1,
	      "initial_window has that many segments, however long, against RFC 6928"),
	FIELD("dup_ack_threshold", FIELD_NUMBER, dup_ack_threshold, 0, 100,
	      "duplicate ACKs that mean a loss; 0: none do"),
	FIELD("reordering_max", FIELD_NUMBER, reordering_max, 0, 10000,
	      "DupThresh grows to what the path's reordering needs, up to this; 0: never"),
	FIELD("newreno", FIELD_BOOL, newreno, 0, 1, "partial ACKs, RFC 6582"),
	FIELD("limited_transmit", FIELD_BOOL, limited_transmit, 0, 1,
	      "new text on the first duplicate ACKs, RFC 3042"),
	FIELD("dup_acks_deliver", FIELD_BOOL, dup_acks_deliver, 0, 1,
	      "without SACK a duplicate ACK tells of a segment, which does not make cwnd larger "
	      "once more when it is acknowledged"),
	FIELD("rack", FIELD_BOOL, rack, 0, 1, "RACK-TLP, RFC 8985; needs SACK"),
	FIELD("rack_rtt_in_order", FIELD_BOOL, rack_rtt_in_order, 0, 1,
	      "RACK measures the round trip of what an ACK names last, by sequence numbers; off: "
	      "of "
	      "what was sent last"),
	FIELD("rack_jumps", FIELD_BOOL, rack_jumps, 0, 1,
	      "RACK's window jumps to a lateness that was measured; off: it grows by steps"),
	FIELD("no_tail_probe", FIELD_BOOL, no_tail_probe, 0, 1,
	      "RACK without the tail loss probes of RFC 8985"),
	FIELD("rescue_late", FIELD_BOOL, rescue_late, 0, 1,
	      "the rescue of RFC 6675 goes after a partial ACK, not at once"),
	FIELD("prr", FIELD_BOOL, prr, 0, 1, "Proportional Rate Reduction, RFC 6937; needs SACK"),
	FIELD("prr_careful", FIELD_BOOL, prr_careful, 0, 1,
	      "PRR counts whole segments, and a segment more than arrived only where SND.UNA moves "
	      "and no loss is new"),
	FIELD("prr_marks", FIELD_BOOL, prr_marks, 0, 1,
	      "after an ECN mark, too, PRR takes cwnd down; off: it falls at once"),
	FIELD("cut_cwnd", FIELD_BOOL, cut_cwnd, 0, 1,
	      "a loss takes its share of cwnd, where RFC 5681 (4) has FlightSize"),
	FIELD("frto", FIELD_BOOL, frto, 0, 1, "detect spurious time-outs, RFC 5682"),
	FIELD("eifel", FIELD_BOOL, eifel, 0, 1,
	      "undo spurious repetitions: timestamps (RFC 3522), D-SACK (RFC 3708)"),
	FIELD("rto_adapts", FIELD_BOOL, rto_adapts, 0, 1,
	      "after a spurious time-out RTO begins anew with the next round trip, RFC 4015"),
	FIELD("backlog", FIELD_NUMBER, backlog, 0, 65535,
	      "half-open connections of a listener; 0: no limit"),
	FIELD("accept_queue", FIELD_NUMBER, accept_queue, 0, 65535,
	      "connections that the application has not taken; 0: no limit"),
	FIELD("syn_defence", FIELD_SYN_DEFENCE, syn_defence, 0, 0, "against SYN floods, RFC 4987"),
	FIELD("syn_ack_retries", FIELD_NUMBER, syn_ack_retries, 0, 20,
	      "how often a SYN cache sends a SYN,ACK again"),
	FIELD("defer_accept", FIELD_NUMBER, defer_accept, 0, 255,
	      "a listener takes an ACK without text only when its SYN,ACK has timed out so often"),
	FIELD("fast_open", FIELD_BOOL, fast_open, 0, 1,
	      "send text with the SYN, RFC 7413, where a connect step has some"),
	FIELD("fast_open_listen", FIELD_BOOL, fast_open_listen, 0, 1,
	      "take text that comes with a SYN, RFC 7413"),
	FIELD("fast_open_blind", FIELD_BOOL, fast_open_blind, 0, 1,
	      "send text with the SYN without a cookie"),
	FIELD("fast_open_unchecked", FIELD_BOOL, fast_open_unchecked, 0, 1,
	      "where a SYN's text is taken, it needs no cookie"),
	FIELD("fast_open_nops", FIELD_BOOL, fast_open_nops, 0, 1,
	      "the Fast Open option is filled up to four octets by NOPs"),
	FIELD("fast_open_linux", FIELD_BOOL, fast_open_linux, 0, 1,
	      "cookies are Linux's: a hash of both addresses, under a key that stays"),
	FIELD("fast_open_pending", FIELD_NUMBER, fast_open_pending, 1, 65535,
	      "handshakes that have brought text, at most"),
	FIELD("congestion_control", FIELD_CONTROL, congestion_control, 0, 0, "by name"),
	FIELD("byte_counting_limit", FIELD_NUMBER, byte_counting_limit, 0, 100,
	      "segments an ACK may add in slow start, RFC 3465; 0: all that it acknowledges"),
	FIELD("hystart", FIELD_BOOL, hystart, 0, 1, "HyStart++, RFC 9406"),
	FIELD("pacing", FIELD_BOOL, pacing, 0, 1, "send at even distances"),
	FIELD("cwv", FIELD_BOOL, cwv, 0, 1,
	      "keep cwnd through pauses and do not trust what was not used: RFC 7661, "
	      "experimental; "
	      "off: RFC 5681's restart after idle"),
	FIELD("no_idle_restart", FIELD_BOOL, no_idle_restart, 0, 1,
	      "cwnd stays through a pause, against RFC 5681"),
	FIELD("ecn", FIELD_ECN, ecn, 0, 0, "marks instead of losses, RFC 3168 or RFC 9768"),
	FIELD("ecn_passive", FIELD_BOOL, ecn_passive, 0, 1, "accept ECN, but do not ask for it"),
	FIELD("ecn_syns", FIELD_NUMBER, ecn_syns, 0, 255,
	      "SYNs that ask for ECN before one goes that does not; 0: all ask"),
	FIELD("ecn_generalized", FIELD_BOOL, ecn_generalized, 0, 1,
	      "with accurate ECN ACKs and what goes again may be marked, too: an experiment that "
	      "RFC 8311 allows"),
	FIELD("ecn_control", FIELD_NUMBER, ecn_control, 0, ECN_CONTROL_COUNT - 1,
	      "what is sent as ECT beside new text: 0 nothing, 1 the SYN,ACK (RFC 5562), 2 SYNs "
	      "that "
	      "ask, ACKs, FINs and what goes again, too"),
	FIELD("accecn_thinned", FIELD_BOOL, accecn_thinned, 0, 1,
	      "where an ACK covers more than four packets on average, one that covers eight is no "
	      "sign that ACE has gone round"),
	FIELD("accecn_option", FIELD_NUMBER, accecn_option, 0, ACCECN_OPTION_COUNT - 1,
	      "segments with the AccECN option: 0 none, 1 where a counter has changed, 2 all, "
	      "once the peer has sent one"),
	FIELD("ecn_memory", FIELD_BOOL, ecn_memory, 0, 1,
	      "do not ask for ECN where SYNs that ask got lost before, RFC 9768"),
	FIELD("accecn_trusts", FIELD_BOOL, accecn_trusts, 0, 1,
	      "ECT is sent even where the handshake shows that the path changes codepoints, "
	      "against RFC 9768"),
	FIELD("ecn_probes", FIELD_BOOL, ecn_probes, 0, 1,
	      "a new octet that probes a window is ECT, against RFC 3168 6.1.6"),
	FIELD("cwr_at_once", FIELD_BOOL, cwr_at_once, 0, 1,
	      "CWR goes with the next segment, be it an ACK or a repetition, against RFC 3168 "
	      "6.1.2"),
	FIELD("cwr_acks", FIELD_BOOL, cwr_acks, 0, 1, "text with CWR is acknowledged at once"),
	FIELD("ecn_after_rst", FIELD_BOOL, ecn_after_rst, 0, 1,
	      "a RST that answers a SYN which asks for ECN: try once more without, RFC 3168"),
	FIELD("congestion_off", FIELD_BOOL, congestion_off, 0, 1, "no congestion control at all"),
	FIELD("rto_initial_ms", FIELD_MS, rto_initial, 1, MS_MAX, "RTO before a measurement"),
	FIELD("rto_min_ms", FIELD_MS, rto_min, 1, MS_MAX, "least RTO"),
	FIELD("rto_variance_min_ms", FIELD_MS, rto_variance_min, 0, MS_MAX,
	      "least part of RTO that 4·RTTVAR has"),
	FIELD("syn_linear", FIELD_NUMBER, syn_linear, 0, 100,
	      "SYNs that go again as far apart as the first two, before RTO doubles"),
	FIELD("rto_slop_ms", FIELD_MS, rto_slop, 0, MS_MAX, "added to RTO"),
	FIELD("rto_1981", FIELD_BOOL, rto_1981, 0, 1, "the round trip as RFC 793 measures it"),
	FIELD("slow_tick_ms", FIELD_MS, slow_tick, 0, 10000,
	      "timers fire at multiples of this; 0: exactly"),
	FIELD("fin_with_acks", FIELD_BOOL, fin_with_acks, 0, 1,
	      "each ACK carries the FIN again until that is acknowledged"),
	FIELD("fast_tick_ms", FIELD_MS, fast_tick, 0, 499, "the same for the delayed ACK"),
	FIELD("path_tick_ms", FIELD_MS, path_tick, 0, 1000,
	      "waits of RACK-TLP, which are as long as round trips, last whole ticks; 0: exactly"),
	FIELD("path_slack_ms", FIELD_MS, path_slack, 0, 1000,
	      "added to these waits, for a timer that ticks and a path that varies"),
	FIELD("rto_max_ms", FIELD_MS, rto_max, 1, MS_MAX, "largest RTO"),
	FIELD("r1", FIELD_NUMBER, r1, 1, 100, "retransmissions before R1 is announced"),
	FIELD("r2_ms", FIELD_MS, r2, 1, MS_MAX, "give up after this long without an answer"),
	FIELD("syn_r2_ms", FIELD_MS, syn_r2, 1, MS_MAX, "the same for a SYN"),
	FIELD("syn_r2_exact", FIELD_BOOL, syn_r2_exact, 0, 1,
	      "a SYN is given up when syn_r2_ms are over, not when it would go again after that"),
	FIELD("user_timeout_ms", FIELD_MS, user_timeout, 0, MS_MAX, "0: none"),
	FIELD("uto", FIELD_BOOL, uto, 0, 1, "send and believe the User Timeout Option, RFC 5482"),
	FIELD("uto_lower_ms", FIELD_MS, uto_lower, 1, MS_MAX,
	      "least user timeout that a peer can ask for"),
	FIELD("uto_upper_ms", FIELD_MS, uto_upper, 1, MS_MAX,
	      "largest user timeout that a peer can ask for"),
	FIELD("keepalive", FIELD_BOOL, keepalive, 0, 1, "ask silent peers whether they live"),
	/* RFC 9293 3.8.4 has two hours; lessons are shorter, but a peer that answers is asked
	 * again after each such silence. */
	FIELD("keepalive_idle_ms", FIELD_MS, keepalive_idle, 500, MS_MAX,
	      "silence before the first keep-alive; with less they would be a flood"),
	FIELD("keepalive_interval_ms", FIELD_MS, keepalive_interval, 1, MS_MAX,
	      "from one keep-alive to the next"),
	FIELD("keepalive_count", FIELD_NUMBER, keepalive_count, 2, 1000,
	      "unanswered keep-alives that end a connection"),
	FIELD("keepalive_garbage", FIELD_BOOL, keepalive_garbage, 0, 1,
	      "keep-alives carry an octet, for old peers"),
	FIELD("msl_ms", FIELD_MS, msl, 1, MS_MAX, "maximum segment lifetime"),
	FIELD("time_wait_ms", FIELD_MS, time_wait, 0, MS_MAX,
	      "length of TIME-WAIT; 0: twice msl_ms"),
	FIELD("half_duplex_close", FIELD_BOOL, half_duplex_close, 0, 1,
	      "close ends reading too; text that is lost by it is answered with RST"),
	FIELD("close_forgets", FIELD_BOOL, close_forgets, 0, 1,
	      "a close that ends reading throws away what was not read and sends a FIN, against "
	      "RFC "
	      "9293 3.6.1 (SHLD-3)"),
	FIELD("orphan_r2_ms", FIELD_MS, orphan_r2, 0, MS_MAX,
	      "with half_duplex_close, r2_ms of what was closed; 0: as before"),
	FIELD("fin_wait_2_ms", FIELD_MS, fin_wait_2, 0, MS_MAX,
	      "with half_duplex_close, the longest wait for the peer's FIN; 0: for ever"),
	FIELD("rfc5961", FIELD_BOOL, rfc5961, 0, 1, "challenge ACKs"),
	FIELD("rst_in_window", FIELD_BOOL, rst_in_window, 0, 1,
	      "any RST in the window resets, against RFC 5961 3.2"),
	FIELD("syn_in_window", FIELD_BOOL, syn_in_window, 0, 1,
	      "any SYN in the window resets, against RFC 5961 4.2"),
	FIELD("mss_of_path", FIELD_BOOL, mss_of_path, 0, 1,
	      "the MSS option follows what is known of the path, not the interface alone"),
	FIELD("window_is_room", FIELD_BOOL, window_is_room, 0, 1,
	      "a RST or SYN counts as in the window where the buffer has room, as BSD has it"),
	FIELD("rst_is_told", FIELD_BOOL, rst_is_told, 0, 1,
	      "a RST in CLOSING and LAST-ACK is an error for the application, which RFC 9293 "
	      "3.10.7.4 does not tell"),
	FIELD("time_wait_bsd", FIELD_BOOL, time_wait_bsd, 0, 1,
	      "TIME-WAIT answers what BSD answers: a SYN only by its number, nothing without ACK"),
	FIELD("rst_unchecked", FIELD_BOOL, rst_unchecked, 0, 1,
	      "believe a RST wherever it lies: for lessons"),
	FIELD("rfc1337", FIELD_BOOL, rfc1337, 0, 1, "ignore RST in TIME-WAIT"),
	FIELD("path_mtu_discovery", FIELD_BOOL, path_mtu_discovery, 0, 1,
	      "send less where a router reports that a packet is too big, RFC 1191 and 8201"),
	FIELD("tcb_sharing", FIELD_BOOL, tcb_sharing, 0, 1,
	      "a connection begins with what earlier ones to the same address learnt, RFC 9040"),
	FIELD("rto_recalled_late", FIELD_BOOL, rto_recalled_late, 0, 1,
	      "with tcb_sharing: round trips of earlier connections do not count for a SYN, and "
	      "then "
	      "only where they make the first RTO longer"),
	FIELD("pmtu_doubt", FIELD_BOOL, pmtu_doubt, 0, 1,
	      "wait for a time-out before less than what was acknowledged is believed, RFC 5927"),
	FIELD("plpmtud", FIELD_NUMBER, plpmtud, 0, 2,
	      "search for the path MTU with probes, RFC 4821; 0: no, 1: after a black hole, 2: "
	      "always"),
	FIELD("pmtu_least", FIELD_NUMBER, pmtu_least, 88, 65535,
	      "least path MTU of IPv4 that is believed"),
	FIELD("pmtu_raise_ms", FIELD_MS, pmtu_raise, 0, MS_MAX,
	      "a larger path MTU is tried again after this long; 0: never"),
	FIELD("icmp_any_seq", FIELD_BOOL, icmp_any_seq, 0, 1,
	      "believe ICMP errors whatever sequence number they quote"),
	FIELD("icmp_hard_ends", FIELD_BOOL, icmp_hard_ends, 0, 1,
	      "an ICMP hard error ends a connection that stands"),
	FIELD("icmp_soft_ends_open", FIELD_BOOL, icmp_soft_ends_open, 0, 1,
	      "an ICMP soft error ends an OPEN, RFC 5461"),
	FIELD("icmp_open_bsd", FIELD_BOOL, icmp_open_bsd, 0, 1,
	      "an OPEN ends by the ICMP errors that FreeBSD takes for an answer, a hop limit that "
	      "ran out among them, against RFC 9293 3.9.2.2 (MUST-56)"),
	FIELD("icmp_spares_open", FIELD_BOOL, icmp_spares_open, 0, 1, "no ICMP error ends an OPEN"),
	FIELD("challenge_limit", FIELD_NUMBER, challenge_limit, 1, 1000000,
	      "challenge ACKs a second and connection"),
	FIELD("challenge_gap_ms", FIELD_MS, challenge_gap, 0, MS_MAX,
	      "least time between them, in place of a number a second; 0: none"),
	FIELD("challenge_random", FIELD_BOOL, challenge_random, 0, 1,
	      "draw each second's limit from half to one and a half of that"),
};

const char *ecn_mode_name(enum ecn_mode mode)
{
	static const char *const modes[ECN_MODE_COUNT] = {
		[ECN_OFF] = "none", [ECN_CLASSIC] = "classic", [ECN_ACCURATE] = "accurate"};

	assert(mode <= ECN_ACCURATE);
	return modes[mode];
}

const struct profile_field *profile_fields(unsigned *count)
{
	*count = sizeof fields / sizeof fields[0];
	return fields;
}

void profile_set(struct profile *profile, const struct profile_field *field, int64_t value)
{
	unsigned char *at = (unsigned char *)profile + field->offset;
	bool flag = value != 0;
	uint32_t number = (uint32_t)value;
	nanos time = nanos_from_ms(value);

	switch ((enum field_kind)field->kind) {
	case FIELD_BOOL: memcpy(at, &flag, sizeof flag); break;
	case FIELD_NUMBER: memcpy(at, &number, sizeof number); break;
	case FIELD_SYN_DEFENCE:
		assert(number < SYN_DEFENCE_COUNT);
		memcpy(at, &number, sizeof number);
		break;
	case FIELD_CONTROL:
		assert(number < congestion_control_count());
		memcpy(at, &number, sizeof number);
		break;
	case FIELD_ECN:
		assert(number < ECN_MODE_COUNT);
		memcpy(at, &number, sizeof number);
		break;
	case FIELD_MS: memcpy(at, &time, sizeof time); break;
	}
	if (field->offset == offsetof(struct profile, isn))
		profile->isn_fixed = true;
}
