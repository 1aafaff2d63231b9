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
 *     does SACK tell of a gap?  though nothing is lost for sure
 *     is the peer to be asked whether it lives?
 *     is an ACK owed?
 *
 * tcp_sent() in sent.c then does the book-keeping. */
#include "tcp/turn.h"

#include <string.h>

#include "tcp/congestion.h"
#include "tcp/syn_defence.h"

/* A segment in the making. */
struct plan {
	struct seq seq;
	uint32_t len; /* octets of text */
	uint16_t flags;
	enum rule rule;
};

/* ---- what goes again ---- */

/* Without SACK, while going back over what was lost, only what went again is
 * under way. */
static uint32_t in_flight(const struct tcp *t)
{
	const struct tcb *tcb = t->tcb;

	if (has_scoreboard(t))
		return flight_pipe(tcb);
	return (uint32_t)seq_diff(is_going_back(tcb) ? tcb->snd.rtx : tcb->snd.nxt, tcb->snd.una);
}

static uint32_t congestion_window(const struct tcp *t)
{
	return t->profile->congestion_off ? CWND_MAX : t->tcb->cc.cwnd;
}

/* Up to a segment of what lies in `from` … `end`, with the FIN if it fits. */
static RARE bool plan_stretch(const struct tcp *t, struct seq from, struct seq end,
			      struct plan *plan)
{
	const struct tcb *tcb = t->tcb;
	const struct send_variables *snd = &tcb->snd;

	plan->seq = from;
	/* What follows the first keeps to the window: SHLD-16. */
	if (!seq_eq(from, snd->una))
		end = seq_min(end, seq_add(tcb_send_first(tcb), snd->wnd));
	if (seq_ge(from, end))
		return false;
	if (seq_lt(from, snd->end))
		plan->len = least((uint32_t)seq_diff(seq_min(end, snd->end), from),
				  effective_send_mss(tcb));
	if (tcb->marks.count > 0)
		plan->len =
			(uint32_t)seq_diff(mark_before(tcb, from, seq_add(from, plan->len)), from);
	if (seq_gt(end, snd->end) && seq_eq(seq_add(from, plan->len), snd->end))
		plan->flags = FIN;
	return true;
}

static bool fits_congestion_window(const struct tcp *t, const struct plan *plan)
{
	return (uint64_t)in_flight(t) + plan->len <= congestion_window(t);
}

/* snd.rtx … snd.rtx_end. */
static RARE bool plan_going_back(const struct tcp *t, struct plan *plan)
{
	const struct tcb *tcb = t->tcb;
	const struct send_variables *snd = &tcb->snd;
	struct seq end = snd->rtx_end;

	*plan = (struct plan){.seq = snd->rtx, .rule = (enum rule)tcb->rtx_rule};
	if (!snd->syn_acked && seq_eq(snd->rtx, snd->iss)) {
		plan->flags = SYN;
		return true;
	}
	/* A probe's octet goes again with what follows, once there is a window. */
	if (snd->probing && snd->wnd > 0)
		end = seq_min(queue_end(tcb), seq_add(snd->una, snd->wnd));
	if (!plan_stretch(t, snd->rtx, end, plan))
		return false;
	/* The first always may; those behind it keep to the congestion window. With
	 * SACK there are none: these are marked as lost. */
	return has_scoreboard(t) || seq_eq(snd->rtx, snd->una) || fits_congestion_window(t, plan);
}

static RARE bool plan_lost(struct tcp *t, struct plan *plan)
{
	struct seq left;
	struct seq right;

	*plan = (struct plan){.rule = why_lost_goes_again(t)};
	return has_scoreboard(t) && !frto_holds_back(t->tcb) &&
	       flight_first_lost(t, &left, &right) && plan_stretch(t, left, right, plan) &&
	       fits_congestion_window(t, plan);
}

static bool plan_repetition(struct tcp *t, struct plan *plan)
{
	if (is_going_back(t->tcb))
		return plan_going_back(t, plan);
	return t->tcb->flight.lost > 0 && plan_lost(t, plan);
}

/* When nothing else may go: RFC 6675 §4, NextSeg() (3) and (4). */
static RARE bool plan_missing(struct tcp *t, struct plan *plan)
{
	struct seq left;
	struct seq right;

	memset(plan, 0, sizeof *plan);
	if (!scoreboard_extra(t, &left, &right, &plan->rule) ||
	    !plan_stretch(t, left, right, plan) || !fits_congestion_window(t, plan))
		return false;
	if (plan->rule == RULE_SACK_RESCUE)
		t->tcb->cc.rescued = true;
	return true;
}

static bool plan_extra(struct tcp *t, struct plan *plan)
{
	return t->tcb->cc.fast_recovery && plan_missing(t, plan);
}

/* ---- new text and FIN ---- */

static bool may_send_text(enum tcp_state state)
{
	return state >= ESTABLISHED && state != FIN_WAIT_2 && state != TIME_WAIT;
}

/* Eff.snd.MSS of what goes for the first time. */
static uint32_t new_text_mss(const struct tcb *tcb)
{
	return effective_send_mss(tcb) - accecn_len_of_new(tcb);
}

/* Limited transmit (RFC 3042) lends a segment on each of the first two
 * duplicate ACKs, or as many as are waited for; not on those of a loss that is
 * being repaired. */
static uint32_t limited_transmit(const struct tcp *t)
{
	const struct congestion_variables *cc = &t->tcb->cc;

	/* With SACK, what has arrived is no longer in the pipe: that lends as much. */
	if (!t->profile->limited_transmit || has_scoreboard(t))
		return 0;
	if (cc->remembers || cc->dup_acks >= dup_threshold(t))
		return 0;
	return (waits_for_late_ones(t) ? cc->dup_acks : least(cc->dup_acks, 2)) * t->tcb->snd.mss;
}

/* Why `len` octets may go as far as congestion is concerned; RULE_CWND_WAITS
 * where they may not. With nothing under way one segment always may. */
static enum rule congestion_verdict(const struct tcp *t, uint32_t len)
{
	uint64_t flight = (uint64_t)in_flight(t) + len;
	uint64_t cwnd = congestion_window(t);

	if (t->tcb->rack.probe_due)
		return RULE_TLP_SENDS;
	if (t->tcb->cc.frto == FRTO_SECOND)
		return t->tcb->cc.frto_lent > 0 ? RULE_FRTO_SENDS : RULE_CWND_WAITS;
	if (flight <= cwnd || tcb_outstanding(t->tcb) == 0)
		return RULE_SEND_TEXT;
	return flight <= cwnd + limited_transmit(t) ? RULE_LIMITED_TRANSMIT : RULE_CWND_WAITS;
}

/* Nothing is under way that would bring an ACK: without this timer a lost
 * window update would stop the connection for ever. */
static RARE void wait_for_window(struct tcp *t, nanos how_long)
{
	struct tcb *tcb = t->tcb;

	if (tcb_outstanding(tcb) > 0 || tcb->timers[TIMER_PERSIST] != NANOS_NEVER)
		return;
	tcb->rtt.since = t->now; /* R2 counts from here */
	start_timer(t, TIMER_PERSIST, t->now + how_long, RULE_PERSIST_STARTED);
}

static RARE bool plan_probe(struct tcp *t, struct plan *plan)
{
	struct tcb *tcb = t->tcb;

	if (!tcb->snd.override) {
		wait_for_window(t, probe_wait(t, tcb->rtt.rto));
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

/* RFC 4821 §7.4: with smaller segments the windows would never have room for a
 * probe. Acknowledgments are on their way that make some. */
static RARE bool plan_path_probe(struct tcp *t, uint32_t len, uint32_t window_room,
				 struct plan *plan)
{
	*plan = (struct plan){.seq = t->tcb->snd.nxt, .len = len, .rule = RULE_PATH_PROBE_SENT};
	if (window_room >= path_probe_room(t, len) && fits_congestion_window(t, plan))
		return true;
	note(t, RULE_PATH_PROBE_WAITS);
	return false;
}

/* Then nothing can follow that would fill the segment. */
static bool ends_at_mark(const struct tcb *tcb, uint32_t len)
{
	return tcb->marks.count > 0 && mark_ends_stretch(tcb, seq_add(tcb->snd.nxt, len));
}

static bool plan_text(struct tcp *t, struct plan *plan)
{
	struct tcb *tcb = t->tcb;
	int32_t window_room = seq_diff(seq_add(tcb->snd.una, tcb->snd.wnd), tcb->snd.nxt);
	uint32_t queued = seq_lt(tcb->snd.nxt, tcb->snd.end)
				  ? (uint32_t)seq_diff(tcb->snd.end, tcb->snd.nxt)
				  : 0;
	uint32_t mss = new_text_mss(tcb);
	uint32_t len = least(queued, mss);
	uint32_t probe;
	enum rule may;
	enum rule wait;

	if (window_room <= 0) {
		note(t, RULE_WINDOW_WAITS);
		return tcb->snd.probing ? false : plan_probe(t, plan);
	}
	len = least(len, (uint32_t)window_room);
	probe = tcb->path.high > 0 ? path_probe_due(t, queued) : 0;
	if (probe > 0)
		return plan_path_probe(t, probe, (uint32_t)window_room, plan);
	congestion_restart_after_idle(t);
	may = len > 0 ? congestion_verdict(t, len) : RULE_SEND_TEXT;
	if (may == RULE_CWND_WAITS) {
		note(t, may);
		return false;
	}
	if (tcb->marks.count > 0)
		len = (uint32_t)seq_diff(mark_before(tcb, tcb->snd.nxt, seq_add(tcb->snd.nxt, len)),
					 tcb->snd.nxt);
	wait = len > 0 && len < mss && !(len < queued && ends_at_mark(tcb, len))
		       ? reason_to_wait(t, len, queued)
		       : RULE_NONE;
	if (wait != RULE_NONE) {
		note(t, wait);
		wait_for_window(t, t->profile->override > 0 ? t->profile->override : tcb->rtt.rto);
		return false;
	}
	if (len < mss && t->profile->minshall)
		tcb->marks.small = seq_add(tcb->snd.nxt, len);
	*plan = (struct plan){.seq = tcb->snd.nxt, .len = len, .rule = may};
	if (tcb->snd.override)
		plan->rule = why_override(tcb);
	if (tcb->snd.fin_queued && len == queued && (uint32_t)window_room > len) {
		plan->flags = FIN;
		plan->rule = len > 0 ? RULE_SEND_TEXT_FIN : RULE_SEND_FIN;
	}
	return true;
}

static RARE enum rule why_syn_is_sent(const struct tcp *t)
{
	const struct tcb *tcb = t->tcb;

	if (tcb->passive)
		return RULE_LISTEN_SYN;
	if (tcb->state == SYN_SENT && tcb->fast_open.role != FAST_OPEN_OFF)
		return fast_open_rule(t);
	return tcb->state == SYN_SENT ? RULE_OPEN_ACTIVE : RULE_SYN_SENT_SIMULTANEOUS;
}

static RARE bool plan_syn(struct tcp *t, struct plan *plan)
{
	*plan = (struct plan){.seq = t->tcb->snd.iss, .len = fast_open_syn_text(t), .flags = SYN};
	plan->rule = why_syn_is_sent(t);
	return true;
}

static bool plan_new(struct tcp *t, struct plan *plan)
{
	struct tcb *tcb = t->tcb;

	if (!tcb->snd.syn_acked && seq_eq(tcb->snd.nxt, tcb->snd.iss))
		return plan_syn(t, plan);
	if (!something_waits(tcb) ||
	    (!may_send_text((enum tcp_state)tcb->state) && !fast_open_may_answer(tcb)))
		return false;
	/* What was lost goes first. */
	if (is_going_back(tcb) || (tcb->flight.lost > 0 && !frto_holds_back(tcb)))
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

/* SND.NXT−1 has been acknowledged, whatever it was (§3.8.4): a question for a sign of life, or
 * for the window (profile.empty_probes). */
static RARE bool plan_keepalive(struct tcp *t, struct plan *plan)
{
	struct tcb *tcb = t->tcb;
	bool probe = something_waits(tcb);

	tcb->keepalive.due = false;
	*plan = (struct plan){.seq = seq_sub(tcb->snd.nxt, 1),
			      .len = probe ? 0 : t->profile->keepalive_garbage,
			      .rule = probe ? RULE_PROBE_EMPTY : RULE_KEEPALIVE_SENT};
	return true;
}

static bool plan_ack(const struct tcp *t, struct plan *plan)
{
	if (t->tcb->ack_owed != ACK_NOW)
		return false;
	*plan = (struct plan){.seq = sequence_of_ack(t->tcb), .rule = (enum rule)t->tcb->ack_rule};
	if (t->profile->fin_with_acks && ack_has_fin(t->tcb))
		*plan = (struct plan){t->tcb->snd.end, 0, FIN, RULE_FIN_WITH_ACK};
	return true;
}

/* ---- making the segment ---- */

/* SND.UP is after the urgent data (MUST-62). RFC 1122 had the pointer name the
 * last octet instead, which few ever did: RFC 6093. */
static RARE void add_urgent(const struct tcp *t, struct segment *seg)
{
	const struct tcb *tcb = t->tcb;
	int32_t ahead = seq_diff(tcb->snd.up, seg->seq);

	if (ahead <= 0 || (seg->flags & SYN))
		return;
	ahead -= t->profile->urgent_at_last;
	seg->flags |= URG;
	seg->up = ahead < UINT16_MAX ? (uint16_t)ahead : UINT16_MAX;
}

/* Octets of new text that could go right behind it, in the next segment. */
static uint32_t may_follow(const struct tcp *t, const struct plan *plan)
{
	const struct tcb *tcb = t->tcb;
	struct seq end = seq_add(plan->seq, plan->len);
	int32_t room = seq_diff(seq_add(tcb->snd.una, tcb->snd.wnd), end);
	uint32_t queued = (uint32_t)seq_diff(tcb->snd.end, end);
	uint32_t len = least(queued, new_text_mss(tcb));

	if (tcb->marks.count > 0 && mark_ends_stretch(tcb, end))
		return 0; /* the next begins another burst */
	if (room <= 0 || (uint64_t)in_flight(t) + plan->len + len > congestion_window(t))
		return 0;
	len = least(len, (uint32_t)room);
	if (len == new_text_mss(tcb))
		return len;
	return small_may_follow(t) ? len : 0;
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
	seg->wnd = advertise_window(t, syn);
	if (tcb->state != SYN_SENT) {
		seg->flags |= ACK;
		seg->ack = tcb->rcv.nxt;
	}
	if (plan->len > 0 && is_pushed(t, end, syn))
		seg->flags |= PSH;
	if (t->profile->burst > 0 && plan->rule == RULE_SEND_TEXT &&
	    burst_ends(t, may_follow(t, plan)))
		seg->flags |= PSH;
	if (t->profile->burst > 0 && plan->len > 0 && seq_lt(plan->seq, tcb->snd.nxt) &&
	    burst_goes_again(t, plan->seq, end))
		seg->flags |= PSH;
	if (tcb->signature != SIGNATURE_NONE) /* first: it may not be left out for want of room */
		add_signature(t, seg);
	if (syn)
		offer_options(t, seg);
	else
		add_timestamps(t, seg);
	if (tcb->ecn.option == ACCECN_OPTION_ALWAYS && !syn)
		accecn_add_option(t, seg);
	if (sack_has_blocks(tcb) && plan->rule != RULE_ACCECN_ACK_OF_ACKS)
		add_sack(t, seg); /* it must not look like a duplicate ACK */
	if (tcb->uto.adv_uto != 0)
		add_user_timeout(t, seg);
	add_ecn(t, seg);
	if (tcb->snd.urgent)
		add_urgent(t, seg);
}

/* The RST of an ABORT, or of a CLOSE that leaves text unread: reset_peer(). */
static bool is_rst_of_ours(const struct reply *reply)
{
	return reply->rule == RULE_ABORT_CALLED || reply->rule == RULE_CLOSE_UNREAD;
}

static RARE void take_reply(struct tcp *t, struct segment *seg, enum rule *rule)
{
	struct tcb *tcb = t->tcb;

	memset(seg, 0, sizeof *seg);
	seg->src_port = tcb->local.port;
	seg->dst_port = tcb->remote.port;
	seg->seq = tcb->reply.seq;
	seg->ack = tcb->reply.ack;
	seg->flags = tcb->reply.flags;
	if (t->profile->rst_window && is_rst_of_ours(&tcb->reply)) {
		seg->wnd = advertise_window(t, false);
		note(t, RULE_RST_TELLS_WINDOW);
	}
	if (tcb->signature != SIGNATURE_NONE)
		add_signature(t, seg);
	add_timestamps(t, seg); /* RFC 7323 §3.2 */
	*rule = (enum rule)tcb->reply.rule;
	memset(&tcb->reply, 0, sizeof tcb->reply);
}

/* A segment went out from LISTEN, which waits for anyone all the same. */
static RARE void forget_who_was_answered(struct tcb *tcb)
{
	memset(&tcb->remote, 0, sizeof tcb->remote);
	if (tcb->any_local)
		memset(&tcb->local.address, 0, sizeof tcb->local.address);
}

static bool plan_segment(struct tcp *t, struct plan *plan)
{
	/* The ACK of a SYN,ACK goes alone, where it tells how that arrived. */
	if (t->tcb->ecn.handshake_ack && plan_ack(t, plan))
		return true;
	if (!pacing_waits(t) &&
	    (plan_repetition(t, plan) || plan_new(t, plan) || plan_extra(t, plan)))
		return true;
	if (t->tcb->keepalive.due)
		return plan_keepalive(t, plan);
	return plan_ack(t, plan);
}

bool tcp_next_segment(struct tcp *t, struct segment *seg, int64_t *offset, enum rule *rule)
{
	struct tcb *tcb = t->tcb;
	struct plan plan;

	*offset = -1;
	t->ecn_to_send = NOT_ECT;
	t->burst = 0;
	t->burst_place = 0;
	if (tcb->reply.flags != 0) {
		take_reply(t, seg, rule);
		return true;
	}
	if (tcb->state == LISTEN) {
		forget_who_was_answered(tcb);
		return next_syn_answer(t, seg, rule);
	}
	if (tcb->state == CLOSED || !plan_segment(t, &plan))
		return false;
	make_segment(t, &plan, seg);
	check_segment(t, seg, plan.rule);
	*rule = plan.rule;
	if (seg->len > 0 && plan.rule != RULE_KEEPALIVE_SENT)
		*offset = tcb_send_offset(tcb, seq_add(seg->seq, (seg->flags & SYN) != 0));
	tcp_sent(t, seg);
	return true;
}
