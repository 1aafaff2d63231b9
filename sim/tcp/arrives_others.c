/* arrives_others.c — SEGMENT ARRIVES in the states from SYN-RECEIVED on.
 * RFC 9293 §3.10.7.4: its numbered paragraphs are the functions below, in
 * its order. RFC 5961's checks slot into first, second, fourth and fifth. */
#include "tcp/arrives.h"

#include <string.h>

/* It probes our closed window: its text cannot be taken, its ACK counts. */
static bool is_window_probe(const struct tcb *tcb, const struct segment *seg)
{
	return tcb->rcv.wnd == 0 && seq_eq(seg->seq, tcb->rcv.nxt) && segment_len(seg) > 0 &&
	       !(seg->flags & (RST | SYN));
}

static RARE struct segment without_text(const struct segment *seg)
{
	struct segment ack = *seg;

	ack.flags &= (uint16_t) ~(FIN | PSH);
	ack.len = 0;
	return ack;
}

/* Beyond the window that was told, but within what there is room for. */
static RARE bool is_in_room(const struct tcp *t, const struct segment *seg)
{
	const struct tcb *tcb = t->tcb;
	uint32_t taken = least(tcb->rcv.unread, tcb->rcv.buffer);

	if (!t->profile->window_is_room || (tcb->state == SYN_RECEIVED && tcb->passive))
		return false;
	return (seg->flags & (RST | SYN)) &&
	       seq_within(seg->seq, tcb->rcv.nxt, seq_add(tcb->rcv.nxt, tcb->rcv.buffer - taken));
}

/* Our ACK may have been lost, or the sender was impatient: it should hear of both soon. */
static RARE void tell_of_an_old_copy(struct tcp *t, const struct segment *seg)
{
	note_what_came_twice(t, seg->seq, seq_add(seg->seq, seg->len));
	if (seg->len > 0 && seq_lt(seg->seq, t->tcb->rcv.nxt))
		quick_acks_begin(t);
}

/* Why it is not acceptable, and what is done with it nevertheless. */
static RARE enum verdict is_outside_window(struct tcp *t, const struct segment *seg)
{
	const struct tcb *tcb = t->tcb;

	if (is_in_room(t, seg))
		return NEXT;
	if ((seg->flags & (SYN | RST)) == SYN && t->profile->window_is_room &&
	    tcb->state != SYN_RECEIVED)
		return challenge(t, RULE_SYN_CHALLENGE);
	if (seg->flags & RST) {
		/* MUST-66: a full receiver still believes a RST at RCV.NXT. */
		if (tcb->rcv.wnd == 0 && seq_eq(seg->seq, tcb->rcv.nxt))
			return NEXT;
		if (t->profile->rst_unchecked)
			return NEXT;
		return drop(t, RULE_OUTSIDE_WINDOW_RST);
	}
	if (is_window_probe(tcb, seg)) {
		if (!fin_at_edge_counts(t, seg)) {
			owe_ack(t, RULE_ZERO_WINDOW_PROBED);
			note(t, RULE_ZERO_WINDOW_PROBED);
		}
		take_timestamp(t, seg);
		return NEXT;
	}
	/* The peer's FIN again: the paragraphs on TIME-WAIT restart the wait. */
	if (tcb->state == TIME_WAIT && (seg->flags & FIN) &&
	    seq_eq(segment_end(seg), tcb->rcv.nxt)) {
		restart_time_wait(t);
		return answer_with_ack(t, seg, RULE_FIN_AGAIN);
	}
	if (t->profile->fin_with_acks && fin_again_is_read(t, seg))
		return NEXT;
	if (ecn_takes_syn_again(t, seg) == DONE)
		return DONE;
	if (tcb->state == SYN_RECEIVED && !tcb->passive && (seg->flags & SYN) &&
	    seq_eq(seg->seq, tcb->rcv.irs))
		return answer_with_ack(t, seg, RULE_SYN_CROSSES); /* simultaneous open */
	tell_of_an_old_copy(t, seg);
	return answer_with_ack(t, seg, RULE_OUTSIDE_WINDOW);
}

/* PAWS refuses it, and what it repeats is told all the same: RFC 2883 §4.3. An original that comes
 * after its repetition ends here, and by the D-SACK its sender learns that it was only late. */
static RARE enum verdict refuse_old_duplicate(struct tcp *t, const struct segment *seg)
{
	if (seq_lt(seg->seq, t->tcb->rcv.nxt))
		tell_of_an_old_copy(t, seg);
	return answer_with_ack(t, seg, RULE_PAWS);
}

/* First, check sequence number. RFC 7323 §5.3 puts PAWS before it. */
static enum verdict first_check_sequence_number(struct tcp *t, const struct segment *seg)
{
	const struct tcb *tcb = t->tcb;
	bool rst = (seg->flags & RST) != 0;

	/* Not so a SYN, which RFC 5961 §4 has answered in any case. */
	if (tcb->ts.on && !(seg->flags & (RST | SYN)) && !(seg->options.has & HAS_TIMESTAMPS) &&
	    !t->profile->ts_may_miss)
		return drop(t, RULE_TS_MISSING);
	if (!rst && timestamp_is_too_old(t, seg))
		return refuse_old_duplicate(t, seg);
	if (!is_acceptable(tcb, seg))
		return is_outside_window(t, seg);
	if (t->profile->takes_whole && refuse_over_edge(t, seg) == DONE)
		return DONE;
	if (!rst) /* RFC 7323 §5.2: a RST's timestamp changes nothing */
		take_timestamp(t, seg);
	return NEXT;
}

/* And may go back there: its user has neither closed nor got any text meanwhile. */
bool came_from_listen(const struct tcb *tcb)
{
	return tcb->passive && !was_reopened(tcb) && !tcb->snd.fin_queued &&
	       tcb->fast_open.role != FAST_OPEN_TAKES;
}

/* What the application chose in LISTEN holds for whoever comes next, too. */
static void recall_choices(struct tcp *t, const struct tcb *failed)
{
	struct tcb *tcb = t->tcb;

	tcb->snd.buffer = failed->snd.buffer;
	tcb->nagle_off = failed->nagle_off;
	tcb->keepalive.on = failed->keepalive.on;
	tcb->marks.corked = failed->marks.corked;
	if (!failed->uto.changeable)
		tcb->uto = failed->uto;
	if (!counts_memory(&failed->rcv) || failed->rcv.memory.fixed) {
		tcb->rcv.buffer = failed->rcv.buffer;
		tcb->rcv.promised = failed->rcv.buffer;
		tcb->rcv.memory.fixed = failed->rcv.memory.fixed;
	}
}

void back_to_listen(struct tcp *t, enum rule rule)
{
	struct tcb *tcb = t->tcb;
	const struct tcb failed = *tcb;
	struct endpoint local = tcb->local;
	bool any_local = tcb->any_local;

	if (any_local)
		local.address = (struct address){.version = 0};
	for (int timer = 0; timer < TIMER_COUNT; timer++)
		stop_timer(t, (enum timer)timer, rule);
	set_state(t, LISTEN, rule);
	tcb_begin(t, &local);
	tcb->passive = true;
	tcb->any_local = any_local;
	recall_choices(t, &failed);
}

/* RFC 5961 believes only the one number; RFC 793 any in the window. */
static enum rule why_rst_resets(const struct tcp *t, const struct segment *seg)
{
	if (seq_eq(seg->seq, t->tcb->rcv.nxt))
		return RULE_RST_RESET;
	return is_acceptable(t->tcb, seg) ? RULE_RST_IN_WINDOW : RULE_RST_UNCHECKED;
}

/* Second, check the RST bit. */
static enum verdict second_check_rst(struct tcp *t, const struct segment *seg)
{
	struct tcb *tcb = t->tcb;

	if (!(seg->flags & RST))
		return NEXT;
	if (tcb->state == TIME_WAIT && t->profile->rfc1337)
		return drop(t, RULE_RST_IGNORED_TIME_WAIT);
	if (t->profile->rfc5961 && !t->profile->rst_in_window && !seq_eq(seg->seq, tcb->rcv.nxt))
		return is_in_window(tcb, seg->seq) || is_in_room(t, seg)
			       ? challenge(t, RULE_RST_CHALLENGE)
			       : drop(t, RULE_OUTSIDE_WINDOW_RST);

	switch ((enum tcp_state)tcb->state) {
	case SYN_RECEIVED:
		if (came_from_listen(tcb))
			back_to_listen(t, RULE_RST_RETURNS_TO_LISTEN);
		else if (was_reopened(tcb))
			back_to_time_wait(t, RULE_RST_RETURNS_TO_TIME_WAIT);
		else if (tcb->passive)
			end_connection(t, ENDING_RESET, RULE_RST_RESET);
		else
			end_connection(t, ENDING_REFUSED, RULE_RST_REFUSED);
		return DONE;
	case CLOSING:
	case LAST_ACK:
		if (t->profile->rst_is_told) {
			end_connection(t, ENDING_RESET, RULE_RST_TOLD_LATE);
			return DONE;
		}
		/* fall through */
	case TIME_WAIT: end_connection(t, ENDING_CLOSED, RULE_RST_CLOSES); return DONE;
	default: end_connection(t, ENDING_RESET, why_rst_resets(t, seg)); return DONE;
	}
}

/* Fourth, check the SYN bit; the third is about security. */
static enum verdict fourth_check_syn(struct tcp *t, const struct segment *seg)
{
	struct tcb *tcb = t->tcb;

	if (!(seg->flags & SYN))
		return NEXT;
	if ((seg->flags & FIN) && t->profile->drops_syn_fin)
		return drop(t, RULE_SYN_FIN_DROPPED);
	/* RFC 5961 §4 also for SYN-RECEIVED, where the RFC would go back to LISTEN:
	 * else one blind SYN in the window ends a handshake. */
	if (t->profile->rfc5961 && (!t->profile->syn_in_window || tcb->state <= SYN_RECEIVED))
		return challenge(t, RULE_SYN_CHALLENGE);
	if (t->profile->syn_in_window) {
		reset_peer(t, tcb->snd.nxt, RULE_SYN_IN_WINDOW);
		end_connection(t, ENDING_RESET, RULE_SYN_IN_WINDOW);
		return DONE;
	}
	if (tcb->state == SYN_RECEIVED && came_from_listen(tcb)) {
		back_to_listen(t, RULE_SYN_RETURNS_TO_LISTEN);
		return DONE;
	}
	if (seg->flags & ACK) /* §3.5.2 */
		reply_with(t, seg->ack, seq_of(0), RST, RULE_SYN_RESETS);
	else
		reply_with(t, seq_of(0), segment_end(seg), RST | ACK, RULE_SYN_RESETS);
	end_connection(t, ENDING_RESET, RULE_SYN_RESETS);
	return DONE;
}

/* The peer has shown that it lives: R2 and the user timeout count from now. It
 * may keep its window closed for as long as it answers (SHLD-17, MUST-37). */
static void be_patient(struct tcp *t)
{
	struct tcb *tcb = t->tcb;

	tcb->rtt.transmissions_again = 0;
	tcb->rtt.since = t->now;
	if (tcb->timers[TIMER_USER_TIMEOUT] != NANOS_NEVER)
		user_timeout_guard(t);
}

void advance_una(struct tcp *t, const struct segment *seg)
{
	struct tcb *tcb = t->tcb;
	struct send_variables *snd = &tcb->snd;
	uint32_t acked = (uint32_t)seq_diff(seg->ack, snd->una);
	bool syn = !snd->syn_acked;
	uint16_t again = tcb->rtt.transmissions_again;
	/* RFC 6582 §3.2 (3): only the first partial ACK restarts the timer. */
	bool impatient = tcb->cc.fast_recovery && tcb->cc.first_partial;

	snd->una = seg->ack;
	snd->una_offset += acked;
	snd->syn_acked = true;
	flight_acked(t);
	snd->rtx = seq_max(snd->rtx, snd->una);
	snd->rtx_end = seq_max(snd->rtx_end, snd->una);
	if (snd->urgent && seq_ge(snd->una, snd->up))
		snd->urgent = false;
	if (seq_ge(snd->una, snd->nxt))
		snd->probing = false;
	if (acked > syn) /* of the SYN the transition tells */
		note(t, RULE_ACK_ADVANCES);
	rtt_acked(t, seg);
	be_patient(t);
	path_acked(t);
	if (syn && again > 0) {
		rtt_syn_was_repeated(t);
		congestion_syn_was_repeated(t, again);
	}
	if (syn)
		keepalive_heard(t);
	acked -= syn;
	if (acked > 0) {
		recovery_acked(t, acked, seg);
		notify(t, NOTICE_ROOM);
	}
	if (tcb_outstanding(tcb) == 0) {
		stop_timer(t, TIMER_RETRANSMISSION, RULE_RTO_STOPPED);
		stop_timer(t, TIMER_USER_TIMEOUT, RULE_RTO_STOPPED);
		stop_timer(t, TIMER_REORDERING, RULE_RTO_STOPPED);
		if (!something_waits(tcb)) /* nor is there anything to probe with */
			stop_timer(t, TIMER_PERSIST, RULE_RTO_STOPPED);
	} else if (tcb->timers[TIMER_RETRANSMISSION] != NANOS_NEVER &&
		   !(impatient && tcb->cc.fast_recovery)) {
		start_timer(t, TIMER_RETRANSMISSION, t->now + tcb->rtt.rto, RULE_RTO_RESTARTED);
	}
	tlp_schedule(t);
}

static RARE enum verdict established_by_ack(struct tcp *t, const struct segment *seg)
{
	struct tcb *tcb = t->tcb;
	bool syn_was_repeated = tcb->rtt.transmissions_again > 0;

	if (seq_le(seg->ack, tcb->snd.una) || seq_gt(seg->ack, tcb->snd.nxt)) {
		reply_with(t, seg->ack, seq_of(0), RST, RULE_SYN_RECEIVED_BAD_ACK);
		return drop(t, RULE_SYN_RECEIVED_BAD_ACK);
	}
	if (t->profile->defer_accept > 0 && accept_is_deferred(t, seg))
		return drop(t, RULE_ACCEPT_DEFERRED);
	set_state(t, ESTABLISHED, RULE_SYN_RECEIVED_ESTABLISHED);
	ecn_establishes(t, seg);
	advance_una(t, seg);
	fast_open_established(t, syn_was_repeated);
	take_window(t, seg);
	notify(t, NOTICE_CONNECTED);
	memset(&tcb->last, 0, sizeof tcb->last); /* it was no old duplicate */
	if (tcb->rcv.urgent)                     /* it came with the SYN */
		notify(t, NOTICE_URGENT);
	if (tcb->snd.fin_queued)
		set_state(t, FIN_WAIT_1, RULE_CLOSE_SENDS_FIN);
	return NEXT;
}

/* Fifth, check the ACK field. */
static enum verdict fifth_check_ack(struct tcp *t, const struct segment *seg)
{
	struct tcb *tcb = t->tcb;

	if (!(seg->flags & ACK))
		return drop(t, RULE_ACK_BIT_OFF);
	if (tcb->state == SYN_RECEIVED)
		return established_by_ack(t, seg);
	if (seq_gt(seg->ack, tcb->snd.nxt))
		return answer_with_ack(t, seg, RULE_ACK_OF_UNSENT);
	if (t->profile->rfc5961 && seq_lt(seg->ack, seq_sub(tcb->snd.una, tcb->snd.max_wnd)))
		return answer_with_ack(t, seg, RULE_ACK_OUT_OF_RANGE);

	congestion_check_app_limited(t);
	sack_arrives(t, seg);
	ecn_acked(t, seg);
	if (seq_gt(seg->ack, tcb->snd.una)) /* SND.UNA < SEG.ACK =< SND.NXT */
		advance_una(t, seg);
	else
		consider_duplicate_ack(t, seg);
	congestion_sampled(t);
	if (seq_ge(seg->ack, tcb->snd.una)) {
		if (window_is_fresh(tcb, seg))
			take_window(t, seg);
		else
			note(t, RULE_WINDOW_OLD);
	}
	if (tcb->snd.wnd == 0 || tcb->snd.probing)
		be_patient(t);
	if (!our_fin_is_acked(tcb))
		return NEXT;
	switch ((enum tcp_state)tcb->state) {
	case FIN_WAIT_1:
		set_state(t, FIN_WAIT_2, RULE_FIN_ACKED_WAITS);
		start_fin_wait_2(t);
		return NEXT;
	case CLOSING: enter_time_wait(t, RULE_FIN_ACKED_TIME_WAIT); return DONE;
	case LAST_ACK: end_connection(t, ENDING_CLOSED, RULE_FIN_ACKED_CLOSED); return DONE;
	default: return NEXT;
	}
}

/* RCV.UP <- max(RCV.UP, SEG.UP); true where that is news. */
bool take_urgent_pointer(struct tcp *t, const struct segment *seg)
{
	struct receive_variables *rcv = &t->tcb->rcv;
	struct seq up = seq_add(seg->seq, seg->up + (uint32_t)t->profile->urgent_at_last);

	if ((rcv->urgent && seq_le(up, rcv->up)) || seq_le(up, seq_sub(rcv->nxt, rcv->unread)))
		return false;
	rcv->up = up;
	rcv->urgent = true;
	note(t, RULE_URGENT_ARRIVES);
	return true;
}

/* Sixth, check the URG bit. */
void sixth_check_urg(struct tcp *t, const struct segment *seg)
{
	if (!(seg->flags & URG))
		return;
	if (!peer_may_send(t->tcb))
		note(t, RULE_URGENT_LATE);
	else if (take_urgent_pointer(t, seg))
		notify(t, NOTICE_URGENT);
}

/* Seventh, process the segment text. */
enum verdict seventh_process_text(struct tcp *t, const struct segment *seg)
{
	if (!peer_may_send(t->tcb)) {
		if (seg->len > 0)
			note(t, RULE_TEXT_LATE);
		return NEXT;
	}
	if (t->tcb->reads_no_more && text_is_lost(t, seg)) {
		reset_for_late_text(t, seg);
		return DONE;
	}
	if (t->profile->takes_whole)
		reach_over_edge(t, seg);
	process_text(t, seg);
	return NEXT;
}

/* Eighth, check the FIN bit. */
void eighth_check_fin(struct tcp *t, const struct segment *seg)
{
	const struct receive_variables *rcv = &t->tcb->rcv;

	if (seg->flags & FIN)
		remember_fin(t, seg);
	/* It counts when all before it has arrived. */
	if (!rcv->fin_seen || !seq_eq(rcv->nxt, rcv->fin))
		return;
	take_fin(t);
	if (t->profile->fin_ends_sack)
		t->tcb->rcv.dsack = false;
	switch ((enum tcp_state)t->tcb->state) {
	case ESTABLISHED:
		set_state(t, CLOSE_WAIT, RULE_FIN_TO_CLOSE_WAIT);
		if (t->profile->quick_acks > 0)
			quick_acks_fin_arrived(t);
		else
			owe_ack(t, RULE_FIN_TO_CLOSE_WAIT);
		break;
	case FIN_WAIT_1: /* our FIN is not acknowledged: fifth would have moved on */
		set_state(t, CLOSING, RULE_FIN_TO_CLOSING);
		owe_ack(t, RULE_FIN_TO_CLOSING);
		break;
	case FIN_WAIT_2:
		enter_time_wait(t, RULE_FIN_TO_TIME_WAIT);
		owe_ack(t, RULE_FIN_TO_TIME_WAIT);
		break;
	default: break; /* remain; a repeated FIN was answered in the first step */
	}
}

/* MAY-2, before anything else. */
static RARE enum verdict arrives_in_time_wait(struct tcp *t, const struct segment *seg)
{
	if ((seg->flags & (SYN | FIN)) == (SYN | FIN) && t->profile->drops_syn_fin)
		return drop(t, RULE_SYN_FIN_DROPPED);
	return t->profile->time_wait_bsd ? arrives_in_time_wait_of_bsd(t, seg)
					 : new_connection_in_time_wait(t, seg);
}

void arrives_in_other_states(struct tcp *t, const struct segment *arrived)
{
	const struct segment *seg = arrived;
	struct segment ack;

	if (t->tcb->state == TIME_WAIT && arrives_in_time_wait(t, seg) == DONE)
		return;
	if (first_check_sequence_number(t, seg) == DONE)
		return;
	if (second_check_rst(t, seg) == DONE)
		return;
	if (fourth_check_syn(t, seg) == DONE)
		return;
	if (t->tcb->state != TIME_WAIT)
		keepalive_heard(t);
	take_user_timeout(t, seg);
	if (is_window_probe(t->tcb, seg)) {
		ack = without_text(seg);
		seg = &ack;
	}
	if (fifth_check_ack(t, seg) == DONE)
		return;
	route_arrives(t);
	ecn_arrives(t, arrived); /* of the whole: a window probe's mark counts, too */
	sixth_check_urg(t, seg);
	if (seventh_process_text(t, seg) == DONE)
		return;
	eighth_check_fin(t, seg);
}
