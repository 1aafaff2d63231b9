#include "tests/departures.h"

#include <string.h>

static bool only_ack(struct oracle_answer *answer, const struct oracle *before)
{
	uint32_t ts_recent = answer->tcb.ts_recent;

	memset(answer, 0, sizeof *answer);
	answer->tcb = *before;
	answer->tcb.ts_recent = ts_recent; /* step one was passed */
	answer->reply = REPLY_ACK;
	answer->seq = before->nxt;
	answer->ack = before->rcv_nxt;
	answer->flags = ACK;
	return true;
}

static bool refused_not_reset(const struct cell *c)
{
	if (c->before->state != IN_SYN_SENT || !(c->answer->signals & SIGNAL_RESET))
		return false;
	c->answer->signals = SIGNAL_REFUSED;
	return true;
}

static bool window_of_syn_ack(const struct cell *c)
{
	struct oracle *after = &c->answer->tcb;

	if (c->before->state != IN_SYN_SENT || !(c->answer->signals & SIGNAL_CONNECTED))
		return false;
	after->wnd = after->max_wnd = c->seg->wnd;
	after->wl1 = c->seg->seq.v;
	after->wl2 = c->seg->ack.v;
	return true;
}

static bool syn_in_syn_received(const struct cell *c)
{
	if (c->before->state != IN_SYN_RECEIVED || !c->before->rfc5961 ||
	    c->answer->tcb.state != IN_LISTEN || (c->seg->flags & RST))
		return false;
	return only_ack(c->answer, c->before);
}

static bool bad_ack_in_syn_received(const struct cell *c)
{
	struct oracle other = *c->before;

	if (c->before->state != IN_SYN_RECEIVED || !c->before->rfc5961)
		return false;
	other.rfc5961 = false;
	if ((c->seg->flags & (SYN | RST)) || c->answer->reply != REPLY_ACK ||
	    oracle_arrives(&other, c->seg).reply != REPLY_RST)
		return false;
	*c->answer = oracle_arrives(&other, c->seg);
	c->answer->tcb.rfc5961 = true;
	return true;
}

static bool back_to_time_wait(const struct cell *c)
{
	const struct last_connection *last = &c->d->tcb.last;
	struct oracle *after = &c->answer->tcb;

	if (last->time_wait == 0 || after->state != IN_LISTEN)
		return false;
	after->state = IN_TIME_WAIT;
	after->una = after->nxt = last->snd_nxt.v;
	after->rcv_nxt = last->rcv_nxt.v;
	after->wnd = 0;
	after->stamped = last->ts.on;
	after->ts_recent = last->ts.recent;
	c->answer->wait_restarts = true;
	return true;
}

static bool syn_resets_what_was_reopened(const struct cell *c)
{
	struct oracle other = *c->before;

	if (c->d->tcb.last.time_wait == 0 || c->before->rfc5961 || (c->seg->flags & RST) ||
	    c->answer->tcb.state != IN_LISTEN)
		return false;
	other.passive = false;
	*c->answer = oracle_arrives(&other, c->seg);
	c->answer->tcb.passive = true;
	return true;
}

static bool second_fin(const struct cell *c)
{
	struct segment without = *c->seg;
	bool taken_up = (c->answer->signals & SIGNAL_CLOSING) != 0;

	for (int i = 0; i < ORACLE_WINDOW; i++)
		taken_up = taken_up || c->answer->tcb.place[i] == PLACE_FIN;
	if (!c->before->fin_received || !c->answer->tcb.fin_received || !taken_up)
		return false;
	/* The same without the FIN. */
	without.flags &= (uint16_t)~FIN;
	without.len++;
	*c->answer = oracle_arrives(c->before, &without);
	memset(c->answer->accepted, 0, sizeof c->answer->accepted);
	return true;
}

static bool fin_again_in_time_wait(const struct cell *c)
{
	const struct oracle *before = c->before;
	uint32_t end = c->seg->seq.v + c->seg->len + ((c->seg->flags & SYN) != 0) + 1;
	bool is_old = before->stamped && (c->seg->options.has & HAS_TIMESTAMPS) &&
		      oracle_beyond(before->ts_recent, c->seg->options.ts_val) < 0;

	if (before->state != IN_TIME_WAIT || !(c->seg->flags & FIN) || (c->seg->flags & RST) ||
	    end != before->rcv_nxt || c->answer->reply != REPLY_ACK || is_old)
		return false;
	c->answer->wait_restarts = true;
	return true;
}

static bool nobody_listens(const struct cell *c)
{
	struct oracle other = *c->before;

	if (c->before->state != IN_TIME_WAIT || (c->seg->flags & (SYN | ACK | RST)) != SYN ||
	    (c->before->passive && c->before->unread == 0))
		return false;
	/* The ordinary paragraphs: they treat LAST-ACK as they treat TIME-WAIT. */
	other.state = IN_LAST_ACK;
	if (!(c->seg->options.has & HAS_TIMESTAMPS))
		other.stamped = false; /* the row above */
	*c->answer = oracle_arrives(&other, c->seg);
	c->answer->tcb.stamped = c->before->stamped;
	if (c->answer->tcb.state == IN_LAST_ACK)
		c->answer->tcb.state = IN_TIME_WAIT;
	return true;
}

static bool syn_without_timestamp(const struct cell *c)
{
	struct oracle other = *c->before;

	if (!c->before->stamped || !(c->seg->flags & SYN) || (c->seg->flags & RST) ||
	    (c->seg->options.has & HAS_TIMESTAMPS) || c->answer->new_connection)
		return false;
	other.stamped = false;
	*c->answer = oracle_arrives(&other, c->seg);
	c->answer->tcb.stamped = true;
	return true;
}

static bool ack_before_a_shrunken_window(const struct cell *c)
{
	const struct oracle *after = &c->answer->tcb;
	uint32_t first = after->una + (after->una == after->iss);

	if (c->answer->reply != REPLY_ACK || oracle_beyond(first + after->wnd, after->nxt) <= 0)
		return false;
	c->answer->seq = first;
	return true;
}

struct departure departures[] = {
	{"SYN-SENT, RST: \"connection refused\", not \"connection reset\"",
	 "as §3.10.7.4 calls the same refusal in SYN-RECEIVED, and as every socket interface does",
	 refused_not_reset, 0},
	{"SYN-SENT, SYN,ACK: SND.WND, SND.WL1 and SND.WL2 are set",
	 "the text sets them in the other branch only; RFC 1122 §4.2.2.20 (c) in both",
	 window_of_syn_ack, 0},
	{"timestamps agreed on, SYN without one: goes its way, not dropped",
	 "RFC 5961 §4.2 answers a SYN \"irrespective of the sequence number\": a peer that begins "
	 "anew must learn of us, and may not know of timestamps",
	 syn_without_timestamp, 0},
	{"passive SYN-RECEIVED, SYN in the window, RFC 5961: challenged, not back to LISTEN",
	 "RFC 5961 §4.2: one blind SYN would end a handshake as it would a connection",
	 syn_in_syn_received, 0},
	{"SYN-RECEIVED, unacceptable ACK, RFC 5961: RST, not ACK",
	 "§3.5.2 group 2 asks for the RST, by which a half-open peer recovers",
	 bad_ack_in_syn_received, 0},
	{"SYN-RECEIVED out of TIME-WAIT, SYN in the window: reset, not to LISTEN",
	 "the endpoint has not been listening: it is handled as synchronized states are",
	 syn_resets_what_was_reopened, 0},
	{"SYN-RECEIVED out of TIME-WAIT, RST: back to TIME-WAIT, not to LISTEN",
	 "§3.6.1, MAY-2 (2): the SYN turned out to be an old duplicate", back_to_time_wait, 0},
	{"a second FIN, beyond the first: ignored",
	 "§3.6: a FIN is the last thing that its sender sends; taken at its word, paragraph eight "
	 "would move RCV.NXT over as many as come",
	 second_fin, 0},
	{"TIME-WAIT after an active OPEN, or with unread text: not opened anew",
	 "MAY-2 allows and does not demand it; nobody listens there", nobody_listens, 0},
	{"TIME-WAIT, the FIN again: the wait begins anew, though step 1 has returned",
	 "the paragraphs on TIME-WAIT in steps five and eight say so of just this segment",
	 fin_again_in_time_wait, 0},
	{"ACK: SEQ=SND.UNA where the peer's window now ends before SND.NXT",
	 "SND.NXT would be outside the window by Table 6, and the ACK would not be read",
	 ack_before_a_shrunken_window, 0},
};

const unsigned departure_count = sizeof departures / sizeof departures[0];
