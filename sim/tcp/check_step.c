/* check_step.c — what holds from one event to the next, and of each segment
 * that is sent. Breaking one is our mistake, as in check.c. */
#include "tcp/turn.h"

#include <assert.h>
#include <string.h>

/* ---- of a segment: always, for it costs next to nothing ---- */

/* RFC 9293 §3.7.1, §3.1: MSS, window scale and SACK-permitted only in a SYN (MUST-65). */
static void check_options(const struct segment *seg)
{
	const uint16_t of_syn = HAS_MSS | HAS_WINDOW_SCALE | HAS_SACK_PERMITTED;

	assert(seg->options.len <= OPTIONS_LEN_MAX);
	assert((seg->flags & SYN) || !(seg->options.has & of_syn));
	assert(!(seg->options.has & (HAS_MALFORMED | HAS_UNKNOWN)));
	assert(seg->options.sack_count <= SACK_BLOCKS_MAX);
}

/* What is acknowledged is RCV.NXT; only the first SYN acknowledges nothing. What is
 * new stays inside the peer's window, but for a probe's octet, a FIN, and what
 * goes out with a SYN, when nothing is known of the window. */
void check_segment(const struct tcp *t, const struct segment *seg, enum rule rule)
{
	const struct tcb *tcb = t->tcb;
	struct seq limit = seq_add(tcb->snd.una, tcb->snd.wnd);
	bool is_new = seq_gt(segment_end(seg), tcb->snd.nxt);

	check_options(seg);
	assert(rule != RULE_NONE);
	assert(tcb->state == SYN_SENT ? !(seg->flags & ACK) : (seg->flags & ACK) != 0);
	assert(!(seg->flags & ACK) || seq_eq(seg->ack, tcb->rcv.nxt));
	assert(seg->len <= tcb->snd.mss || rule == RULE_PATH_PROBE_SENT);
	if (is_new && seg->len > 1 && !(seg->flags & SYN) && tcb->snd.syn_acked)
		assert(seq_le(seq_add(seg->seq, seg->len), limit));
}

/* ---- of a step ---- */

/* Reset, opened anew, or back in LISTEN: it is another connection then. */
static bool is_the_same_connection(const struct tcb *before, const struct tcb *after)
{
	return before->state > SYN_SENT && after->state > SYN_SENT &&
	       seq_eq(before->snd.iss, after->snd.iss) && seq_eq(before->rcv.irs, after->rcv.irs);
}

static void check_sending(const struct send_variables *before, const struct send_variables *after)
{
	assert(seq_ge(after->una, before->una));
	assert(seq_ge(after->nxt, before->nxt));
	assert(seq_ge(after->end, before->end));
	assert(after->una_offset - before->una_offset == seq_diff(after->una, before->una));
	assert(!before->syn_acked || after->syn_acked);
	/* RFC 9293 §3.10.4: a FIN comes after all that was sent, and stays there. */
	if (before->fin_queued)
		assert(after->fin_queued && seq_eq(after->end, before->end));
	assert(after->max_wnd >= before->max_wnd);
}

/* §3.10.7.4: no older segment sets the window. Only the ACK that ends SYN-RECEIVED sets
 * it in any case, and its text may begin before the first octet. */
static void check_window_update(const struct tcb *before, const struct tcb *after)
{
	if (before->state == SYN_RECEIVED)
		return;
	assert(seq_ge(after->snd.wl1, before->snd.wl1));
	if (seq_eq(after->snd.wl1, before->snd.wl1))
		assert(seq_ge(after->snd.wl2, before->snd.wl2));
}

static void check_receiving(const struct receive_variables *before,
			    const struct receive_variables *after)
{
	assert(seq_ge(after->nxt, before->nxt));
	assert(after->nxt_offset - before->nxt_offset == seq_diff(after->nxt, before->nxt));
	/* One that waits may turn out to be false. */
	if (!before->fin_seen || seq_le(before->nxt, before->fin))
		return;
	assert(after->fin_seen && seq_eq(after->fin, before->fin));
	/* Nothing follows a FIN. */
	assert(seq_eq(after->nxt, before->nxt) && after->unread <= before->unread);
}

/* RFC 7323 §4.3, §5.5: it goes back only after 24 days. */
static void check_timestamps(const struct tcb *before, const struct tcb *after)
{
	bool valid = after->ts.recent_age - before->ts.recent_age < nanos_from_s(24 * 86400);

	assert(before->ts.on == after->ts.on || before->state == SYN_RECEIVED);
	if (before->ts.on && after->ts.on && valid)
		assert((int32_t)(after->ts.recent - before->ts.recent) >= 0);
}

void tcp_check_step(const struct tcb *before, const struct tcb *after)
{
	if (!is_the_same_connection(before, after))
		return;
	check_sending(&before->snd, &after->snd);
	check_window_update(before, after);
	check_receiving(&before->rcv, &after->rcv);
	check_timestamps(before, after);
	assert(after->flight.delivered >= before->flight.delivered);
	if (after->state == CLOSED)
		assert(after->ending != ENDING_NONE);
}
