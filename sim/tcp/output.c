/* output.c — what may be sent now.
 * RFC 9293 §3.7 (segmentation, Nagle), §3.8 (windows, probes, ACKs).
 *
 * tcp_next_segment() asks one question after the other; the first that has
 * an answer makes the segment:
 *
 *     is a reply waiting?       a RST, which is sent once
 *     must something go again?  snd.rtx … snd.rtx_end
 *     is a SYN due?
 *     may new text or FIN go?
 *     is the peer to be asked whether it lives?
 *     is an ACK owed?
 *
 * tcp_sent() in sent.c then does the book-keeping. */
#include "tcp/turn.h"

#include <string.h>

#include "tcp/congestion.h"

/* A segment in the making. */
struct plan {
	struct seq seq;
	uint32_t len; /* octets of text */
	uint16_t flags;
	enum rule rule;
};

void begin_sending(struct tcp *t, struct seq iss)
{
	struct send_variables *snd = &t->tcb->snd;

	t->tcb->ts.offset = timestamp_offset_select(t);
	snd->iss = iss;
	snd->una = iss;
	snd->nxt = iss;
	snd->rtx = iss;
	snd->rtx_end = iss;
	snd->end = seq_add(iss, 1);
	snd->up = snd->end;
	snd->una_offset = -1;
	t->tcb->cc.recover = iss;
}

bool our_fin_is_sent(const struct tcb *tcb)
{
	return tcb->snd.fin_queued && seq_gt(tcb->snd.nxt, tcb->snd.end);
}

bool our_fin_is_acked(const struct tcb *tcb)
{
	return tcb->snd.fin_queued && seq_gt(tcb->snd.una, tcb->snd.end);
}

struct seq queue_end(const struct tcb *tcb)
{
	return seq_add(tcb->snd.end, tcb->snd.fin_queued);
}

bool something_waits(const struct tcb *tcb)
{
	return seq_lt(tcb->snd.nxt, queue_end(tcb));
}

/* ---- what goes again ---- */

bool is_going_back(const struct tcb *tcb)
{
	return seq_lt(tcb->snd.rtx, tcb->snd.rtx_end);
}

/* While going back over what was lost, only what went again is under way. */
static uint32_t in_flight(const struct tcb *tcb)
{
	bool going_back = is_going_back(tcb);

	return (uint32_t)seq_diff(going_back ? tcb->snd.rtx : tcb->snd.nxt, tcb->snd.una);
}

static uint32_t congestion_window(const struct tcp *t)
{
	return t->profile->congestion_off ? CWND_MAX : t->tcb->cc.cwnd;
}

static bool plan_repetition(const struct tcp *t, struct plan *plan)
{
	const struct tcb *tcb = t->tcb;
	const struct send_variables *snd = &tcb->snd;
	struct seq end = snd->rtx_end;

	if (!is_going_back(tcb))
		return false;
	*plan = (struct plan){.seq = snd->rtx, .rule = (enum rule)tcb->rtx_rule};
	if (!snd->syn_acked && seq_eq(snd->rtx, snd->iss)) {
		plan->flags = SYN;
		return true;
	}
	/* A probe's octet goes again with what follows, once there is a window. */
	if (snd->probing && snd->wnd > 0)
		end = seq_min(queue_end(tcb), seq_add(snd->una, snd->wnd));
	/* What follows the first keeps to the window: SHLD-16. */
	if (!seq_eq(snd->rtx, snd->una))
		end = seq_min(end, seq_add(tcb_send_first(tcb), snd->wnd));
	if (seq_ge(snd->rtx, end))
		return false;
	if (seq_lt(snd->rtx, snd->end))
		plan->len = least((uint32_t)seq_diff(seq_min(end, snd->end), snd->rtx),
				  effective_send_mss(tcb));
	if (seq_gt(end, snd->end) && seq_eq(seq_add(snd->rtx, plan->len), snd->end))
		plan->flags = FIN;
	/* The first always may; those behind it keep to the congestion window. */
	return seq_eq(snd->rtx, snd->una) || in_flight(tcb) + plan->len <= congestion_window(t);
}

/* ---- new text and FIN ---- */

static bool may_send_text(enum tcp_state state)
{
	return state >= ESTABLISHED && state != FIN_WAIT_2 && state != TIME_WAIT;
}

/* Sender's silly window avoidance with Nagle, §3.8.6.2.1. `len` is the min
 * of D, U and Eff.snd.MSS. RULE_NONE: send. */
static enum rule reason_to_wait(const struct tcp *t, uint32_t len, uint32_t queued)
{
	const struct tcb *tcb = t->tcb;
	bool idle = seq_eq(tcb->snd.nxt, tcb->snd.una);

	if (len == effective_send_mss(tcb))
		return RULE_NONE; /* (1) */
	if (len == queued && tcb->snd.fin_queued)
		return RULE_NONE; /* nothing can follow that would fill the segment */
	if (t->profile->nagle && !idle)
		return RULE_NAGLE_WAITS;
	if (len == queued)
		return RULE_NONE; /* (2) */
	if (len >= tcb->snd.max_wnd / 2)
		return RULE_NONE; /* (3), Fs = 1/2 */
	return tcb->snd.override ? RULE_NONE : RULE_SWS_WAITS;
}

/* Limited transmit (RFC 3042) lends a segment on each of the first two
 * duplicate ACKs; not on those of a loss that is being repaired. */
static uint32_t limited_transmit(const struct tcp *t)
{
	const struct congestion_variables *cc = &t->tcb->cc;

	if (cc->remembers || cc->dup_acks >= t->profile->dup_ack_threshold)
		return 0;
	return least(cc->dup_acks, 2) * t->tcb->snd.mss;
}

/* Why `len` octets may go as far as congestion is concerned; RULE_CWND_WAITS
 * where they may not. With nothing under way one segment always may. */
static enum rule congestion_verdict(const struct tcp *t, uint32_t len)
{
	uint64_t flight = (uint64_t)in_flight(t->tcb) + len;
	uint64_t cwnd = congestion_window(t);

	if (flight <= cwnd || tcb_outstanding(t->tcb) == 0)
		return RULE_SEND_TEXT;
	return flight <= cwnd + limited_transmit(t) ? RULE_LIMITED_TRANSMIT : RULE_CWND_WAITS;
}

/* Nothing is under way that would bring an ACK: without this timer a lost
 * window update would stop the connection for ever. */
static void wait_for_window(struct tcp *t, nanos how_long)
{
	struct tcb *tcb = t->tcb;

	if (tcb_outstanding(tcb) > 0 || tcb->timers[TIMER_PERSIST] != NANOS_NEVER)
		return;
	tcb->rtt.since = t->now; /* R2 counts from here */
	start_timer(t, TIMER_PERSIST, t->now + how_long, RULE_PERSIST_STARTED);
}

static bool plan_probe(struct tcp *t, struct plan *plan)
{
	struct tcb *tcb = t->tcb;

	if (!tcb->snd.override) {
		wait_for_window(t, tcb->rtt.rto);
		return false;
	}
	*plan = (struct plan){.seq = tcb->snd.nxt, .rule = RULE_PROBE_SENT};
	if (seq_lt(tcb->snd.nxt, tcb->snd.end))
		plan->len = 1;
	else
		plan->flags = FIN;
	tcb->snd.probing = true;
	return true;
}

static bool plan_text(struct tcp *t, struct plan *plan)
{
	struct tcb *tcb = t->tcb;
	int32_t window_room = seq_diff(seq_add(tcb->snd.una, tcb->snd.wnd), tcb->snd.nxt);
	uint32_t queued = seq_lt(tcb->snd.nxt, tcb->snd.end)
				  ? (uint32_t)seq_diff(tcb->snd.end, tcb->snd.nxt)
				  : 0;
	uint32_t len = least(queued, effective_send_mss(tcb));
	enum rule may;
	enum rule wait;

	if (window_room <= 0) {
		note(t, RULE_WINDOW_WAITS);
		return tcb->snd.probing ? false : plan_probe(t, plan);
	}
	len = least(len, (uint32_t)window_room);
	congestion_restart_after_idle(t);
	may = len > 0 ? congestion_verdict(t, len) : RULE_SEND_TEXT;
	if (may == RULE_CWND_WAITS) {
		note(t, may);
		return false;
	}
	wait = len > 0 ? reason_to_wait(t, len, queued) : RULE_NONE;
	if (wait != RULE_NONE) {
		note(t, wait);
		wait_for_window(t, t->profile->override);
		return false;
	}
	*plan = (struct plan){.seq = tcb->snd.nxt, .len = len, .rule = may};
	if (tcb->snd.override)
		plan->rule = RULE_SWS_OVERRIDE;
	if (tcb->snd.fin_queued && len == queued && (uint32_t)window_room > len) {
		plan->flags = FIN;
		plan->rule = len > 0 ? RULE_SEND_TEXT_FIN : RULE_SEND_FIN;
	}
	return true;
}

static enum rule why_syn_is_sent(const struct tcb *tcb)
{
	if (tcb->passive)
		return RULE_LISTEN_SYN;
	return tcb->state == SYN_SENT ? RULE_OPEN_ACTIVE : RULE_SYN_SENT_SIMULTANEOUS;
}

static bool plan_new(struct tcp *t, struct plan *plan)
{
	struct tcb *tcb = t->tcb;

	if (!tcb->snd.syn_acked && seq_eq(tcb->snd.nxt, tcb->snd.iss)) {
		*plan = (struct plan){
			.seq = tcb->snd.iss, .flags = SYN, .rule = why_syn_is_sent(tcb)};
		return true;
	}
	if (!may_send_text((enum tcp_state)tcb->state) || !something_waits(tcb))
		return false;
	/* What was lost goes first. */
	if (is_going_back(tcb))
		return false;
	path_tries_more(t);
	return plan_text(t, plan);
}

/* <SEQ=SND.NXT>, unless the peer's window ends before it, because it shrank or
 * is being probed: there the peer would find the ACK outside its window (Table
 * 6) and not read it. */
static struct seq sequence_of_ack(const struct tcb *tcb)
{
	struct seq first = tcb_send_first(tcb);

	return seq_gt(tcb->snd.nxt, seq_add(first, tcb->snd.wnd)) ? first : tcb->snd.nxt;
}

/* SND.NXT−1 has been acknowledged, whatever it was (§3.8.4). */
static bool plan_keepalive(struct tcp *t, struct plan *plan)
{
	struct tcb *tcb = t->tcb;

	if (!tcb->keepalive.due)
		return false;
	tcb->keepalive.due = false;
	*plan = (struct plan){.seq = seq_sub(tcb->snd.nxt, 1),
			      .len = t->profile->keepalive_garbage,
			      .rule = RULE_KEEPALIVE_SENT};
	return true;
}

static bool plan_ack(const struct tcp *t, struct plan *plan)
{
	if (t->tcb->ack_owed != ACK_NOW)
		return false;
	*plan = (struct plan){.seq = sequence_of_ack(t->tcb), .rule = (enum rule)t->tcb->ack_rule};
	return true;
}

/* ---- making the segment ---- */

/* SND.UP is after the urgent data (MUST-62). RFC 1122 had the pointer name the
 * last octet instead, which few ever did: RFC 6093. */
static void add_urgent(const struct tcp *t, struct segment *seg)
{
	const struct tcb *tcb = t->tcb;
	int32_t ahead = seq_diff(tcb->snd.up, seg->seq);

	if (!tcb->snd.urgent || ahead <= 0 || (seg->flags & SYN))
		return;
	ahead -= t->profile->urgent_at_last;
	seg->flags |= URG;
	seg->up = ahead < UINT16_MAX ? (uint16_t)ahead : UINT16_MAX;
}

static void make_segment(struct tcp *t, const struct plan *plan, struct segment *seg)
{
	const struct tcb *tcb = t->tcb;
	bool syn = (plan->flags & SYN) != 0;
	struct seq end = seq_add(plan->seq, plan->len);

	memset(seg, 0, sizeof *seg);
	seg->src_port = tcb->local.port;
	seg->dst_port = tcb->remote.port;
	seg->seq = plan->seq;
	seg->len = plan->len;
	seg->flags = plan->flags;
	seg->wnd = advertise_window(tcb, syn);
	if (tcb->state != SYN_SENT) {
		seg->flags |= ACK;
		seg->ack = tcb->rcv.nxt;
	}
	/* PSH where nothing more is queued behind (MUST-61). */
	if (plan->len > 0 && seq_eq(end, tcb->snd.end))
		seg->flags |= PSH;
	if (syn)
		offer_options(t, seg);
	else
		add_timestamps(t, seg);
	add_sack(tcb, seg);
	add_user_timeout(t, seg);
	add_urgent(t, seg);
}

static bool take_reply(struct tcp *t, struct segment *seg, enum rule *rule)
{
	struct tcb *tcb = t->tcb;

	if (tcb->reply.flags == 0)
		return false;
	memset(seg, 0, sizeof *seg);
	seg->src_port = tcb->local.port;
	seg->dst_port = tcb->remote.port;
	seg->seq = tcb->reply.seq;
	seg->ack = tcb->reply.ack;
	seg->flags = tcb->reply.flags;
	add_timestamps(t, seg); /* RFC 7323 §3.2 */
	*rule = (enum rule)tcb->reply.rule;
	memset(&tcb->reply, 0, sizeof tcb->reply);
	return true;
}

/* A RST went out from LISTEN, which waits for anyone all the same. */
static void forget_who_was_answered(struct tcb *tcb)
{
	memset(&tcb->remote, 0, sizeof tcb->remote);
	if (tcb->any_local)
		memset(&tcb->local.address, 0, sizeof tcb->local.address);
}

bool tcp_next_segment(struct tcp *t, struct segment *seg, int64_t *offset, enum rule *rule)
{
	struct tcb *tcb = t->tcb;
	struct plan plan;

	*offset = -1;
	if (take_reply(t, seg, rule))
		return true;
	if (tcb->state == LISTEN)
		forget_who_was_answered(tcb);
	if (tcb->state == CLOSED || tcb->state == LISTEN)
		return false;
	if ((pacing_waits(t) || (!plan_repetition(t, &plan) && !plan_new(t, &plan))) &&
	    !plan_keepalive(t, &plan) && !plan_ack(t, &plan))
		return false;
	make_segment(t, &plan, seg);
	*rule = plan.rule;
	if (seg->len > 0 && plan.rule != RULE_KEEPALIVE_SENT)
		*offset = tcb_send_offset(tcb, seg->seq);
	tcp_sent(t, seg);
	return true;
}
