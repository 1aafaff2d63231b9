/* frto.c — was the time-out needed? RFC 5682 §2.1, with SACK §3.1.
 *
 * After a time-out only the first segment goes again. If the next two ACKs
 * tell of what was sent only once, the originals were merely late. */
#include "tcp/turn.h"

enum { LENT = 2 }; /* new segments in step 2b */

/* For the first time-out of a segment that did not go again before, with more
 * behind it: else an ACK could answer several things. */
void frto_begin(struct tcp *t, bool first)
{
	struct tcb *tcb = t->tcb;

	tcb->cc.frto = FRTO_OFF;
	tcb->cc.frto_lent = 0;
	if (!t->profile->frto || !first || !tcb->cc.undoable ||
	    tcb_outstanding(tcb) <= effective_send_mss(tcb))
		return;
	tcb->cc.frto = FRTO_FIRST;
	send_first_again(t, RULE_RTO_FIRED);
}

static bool conventional(struct tcp *t)
{
	struct tcb *tcb = t->tcb;

	tcb->cc.frto = FRTO_OFF;
	tcb->cc.frto_lent = 0;
	note(t, RULE_FRTO_CONFIRMED);
	if (!has_scoreboard(t))
		send_again(t, tcb->snd.una, seq_max(tcb->snd.una, tcb->cc.recover),
			   RULE_RTX_SEGMENT);
	return false;
}

/* A full segment of new text, which neither Nagle nor a small window holds
 * back: without one step 2b has nothing to send, and no second ACK would come.
 * The window is that of this ACK, of which SND.WND does not know yet. */
static bool can_lend(const struct tcb *tcb, const struct segment *seg)
{
	bool fresh = window_is_fresh(tcb, seg);
	uint32_t wnd = fresh ? (uint32_t)seg->wnd << tcb->snd.shift : tcb->snd.wnd;
	struct seq end = seq_min(tcb->snd.end, seq_add(tcb->snd.una, wnd));

	return seq_ge(end, seq_add(tcb->snd.nxt, effective_send_mss(tcb)));
}

/* Step 2. */
static bool first_ack(struct tcp *t, uint32_t acked, const struct segment *seg)
{
	struct tcb *tcb = t->tcb;

	if (acked == 0) /* with SACK a duplicate tells more, and the wait goes on */
		return has_scoreboard(t) ? true : conventional(t);
	if (seq_ge(tcb->snd.una, tcb->cc.recover) || !can_lend(tcb, seg))
		return conventional(t);
	tcb->cc.frto = FRTO_SECOND;
	tcb->cc.frto_lent = LENT;
	note(t, RULE_FRTO_LENDS);
	return true;
}

/* Step 3. With SACK, the RFC takes an ACK that also covers new text for no proof.
 * The records tell for certain what went once, so here it is one, as in Linux. */
static bool second_ack(struct tcp *t, uint32_t acked)
{
	struct tcb *tcb = t->tcb;
	bool originals = has_scoreboard(t) ? t->ack.originals > 0 : acked > 0;

	if (originals) {
		undo(t, acked, RULE_FRTO_SPURIOUS);
		return true;
	}
	tcb->cc.cwnd = least(tcb->cc.cwnd, 3u * tcb->snd.mss); /* 3a */
	return conventional(t);
}

/* An ACK has come; true where it is settled what it means. */
bool frto_acked(struct tcp *t, uint32_t acked, const struct segment *seg)
{
	switch ((enum frto)t->tcb->cc.frto) {
	case FRTO_FIRST: return first_ack(t, acked, seg);
	case FRTO_SECOND: return second_ack(t, acked);
	default: return false;
	}
}
