/* nagle.c — text that fills no segment: whether it waits.
 * RFC 9293 §3.7.4 (Nagle), §3.8.6.2.1 (silly windows), §3.9.1.2 (more follows).
 *
 * Each segment has a header, and each header is a burden on the network. So what is small waits
 * for what would fill the segment, as long as the ACK of something else is to be expected, or
 * the application has said that more follows. Both have an end: marks.c, and the persist timer
 * where nothing is under way. */
#include "tcp/turn.h"

/* What Nagle's algorithm waits for; Minshall would have `small` in its place. */
static bool nagle_waits(const struct tcp *t)
{
	const struct tcb *tcb = t->tcb;

	if (!t->profile->nagle || tcb->nagle_off)
		return false;
	if (t->profile->minshall)
		return seq_gt(tcb->marks.small, tcb->snd.una) &&
		       seq_le(tcb->marks.small, tcb->snd.nxt);
	return !seq_eq(tcb->snd.nxt, tcb_send_first(tcb)); /* a SYN is no text */
}

/* Sender's silly window avoidance with Nagle, §3.8.6.2.1, where `len`, the min
 * of D, U and Eff.snd.MSS, is not the last of these: (1). RULE_NONE: send. */
enum rule reason_to_wait(const struct tcp *t, uint32_t len, uint32_t queued)
{
	const struct tcb *tcb = t->tcb;

	if (tcb->rack.probe_due)
		return RULE_NONE;
	if (len == queued && tcb->snd.fin_queued)
		return RULE_NONE; /* nothing can follow that would fill the segment */
	if (len == queued && (tcb->marks.more || tcb->marks.corked) &&
	    why_more_waits(t) != RULE_NONE)
		return why_more_waits(t);
	if (nagle_waits(t))
		return t->profile->minshall ? RULE_MINSHALL_WAITS : RULE_NAGLE_WAITS;
	if (len == queued || t->profile->no_sws_avoidance)
		return RULE_NONE; /* (2) */
	if (len >= tcb->snd.max_wnd / 2)
		return RULE_NONE; /* (3), Fs = 1/2 */
	return tcb->snd.override ? RULE_NONE : RULE_SWS_WAITS;
}

bool small_may_follow(const struct tcp *t)
{
	const struct tcb *tcb = t->tcb;

	if ((tcb->marks.more || tcb->marks.corked) && why_more_waits(t) != RULE_NONE)
		return tcb->snd.fin_queued;
	return !t->profile->nagle || tcb->nagle_off || tcb->snd.fin_queued ||
	       (t->profile->minshall && !nagle_waits(t));
}
