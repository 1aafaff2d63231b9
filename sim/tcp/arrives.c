/* arrives.c — SEGMENT ARRIVES, RFC 9293 §3.10.7: the states CLOSED, LISTEN
 * and SYN-SENT (§3.10.7.1–3), and the way to the others, which are in
 * arrives_others.c (§3.10.7.4).
 *
 * The functions are the RFC's numbered paragraphs in its order; DONE is its
 * "and return". Security and compartment are unused on today's Internet. */
#include "tcp/syn_defence.h"

#include <assert.h>
#include <string.h>

void tcp_arrives(struct tcp *t, const struct segment *seg)
{
	t->part_count = 0;
	memset(&t->ack, 0, sizeof t->ack);
	t->ecn_echoed = false;
	if (check_signature(t, seg, t->tcb->signature) == DONE)
		return;
	switch ((enum tcp_state)t->tcb->state) {
	case CLOSED:
	case LISTEN:
		assert(false); /* the caller has other calls for these */
		break;
	case SYN_SENT: arrives_in_syn_sent(t, seg); break;
	default: arrives_in_other_states(t, seg); break;
	}
}

/* 3.10.7.1 CLOSED */

bool tcp_arrives_in_closed(const struct segment *seg, struct segment *reply, enum rule *rule)
{
	*reply = (struct segment){.src_port = seg->dst_port, .dst_port = seg->src_port};
	if (seg->flags & RST) {
		*rule = RULE_CLOSED_RST;
		return false;
	}
	*rule = RULE_CLOSED_ANSWER;
	if (seg->flags & ACK) {
		reply->seq = seg->ack;
		reply->flags = RST;
	} else {
		reply->ack = segment_end(seg);
		reply->flags = RST | ACK;
	}
	return true;
}

/* 3.10.7.2 LISTEN */

void take_syn(struct tcp *t, const struct segment *seg)
{
	begin_receive_window(t, seg);
	take_syn_options(t, seg);
	ecn_takes_syn(t, seg);
	take_window(t, seg);
	/* Other control and text is queued for when the handshake is done. */
	take_text_of_syn(t, seg);
	remember_fin(t, seg);
	if (seg->flags & URG)
		take_urgent_pointer(t, seg);
}

void tcp_arrives_in_listen(struct tcp *t, const struct segment *seg, const struct endpoint *from,
			   const struct endpoint *to)
{
	struct tcb *tcb = t->tcb;

	assert(tcb->state == LISTEN);
	t->part_count = 0;
	memset(&t->ack, 0, sizeof t->ack);
	if (check_signature(t, seg, t->signing.kind) == DONE)
		return;
	/* First, check for a RST. */
	if (seg->flags & RST) {
		drop(t, syn_cache_reset(t, seg, from, to) ? RULE_SYN_CACHE_RESET : RULE_LISTEN_RST);
		return;
	}
	/* Second, check for an ACK. */
	if (seg->flags & ACK) {
		if (ack_may_complete(t, seg, from, to) == DONE)
			return;
		drop(t, RULE_LISTEN_ACK);
		tcb->remote = *from;
		tcb->local = *to;
		reply_with(t, seg->ack, seq_of(0), RST, RULE_LISTEN_ACK);
		return;
	}
	/* Fourth, other data or control: should not be reached. */
	if (!(seg->flags & SYN)) {
		drop(t, RULE_LISTEN_OTHER);
		return;
	}
	/* Third, check for a SYN. */
	if (address_is_unusable(&from->address) || address_is_unusable(&to->address) ||
	    endpoint_eq(from, to)) {
		drop(t, RULE_LISTEN_BAD_SOURCE); /* MUST-57, MUST-63 */
		return;
	}
	memset(&tcb->reply, 0, sizeof tcb->reply); /* it was for someone else */
	/* Who brings a cookie of ours is no stranger. */
	if (!fast_open_accepts(t, seg, from) && defend_against_syn(t, seg, from, to) == DONE)
		return;
	tcb->remote = *from;
	tcb->local = *to;
	begin_sending(t, isn_select(t));
	set_state(t, SYN_RECEIVED, RULE_LISTEN_SYN);
	take_syn(t, seg);
}

/* 3.10.7.3 SYN-SENT */

static enum verdict first_check_ack(struct tcp *t, const struct segment *seg)
{
	const struct tcb *tcb = t->tcb;

	if (!(seg->flags & ACK))
		return NEXT;
	if (seq_gt(seg->ack, tcb->snd.iss) && seq_le(seg->ack, tcb->snd.nxt))
		return NEXT;
	if (seg->flags & RST)
		return drop(t, RULE_SYN_SENT_BAD_ACK_RST);
	reply_with(t, seg->ack, seq_of(0), RST, RULE_SYN_SENT_BAD_ACK);
	return drop(t, RULE_SYN_SENT_BAD_ACK);
}

static enum verdict second_check_rst(struct tcp *t, const struct segment *seg)
{
	if (!(seg->flags & RST))
		return NEXT;
	if (!(seg->flags & ACK))
		return drop(t, RULE_SYN_SENT_RST_NO_ACK);
	end_connection(t, ENDING_REFUSED, RULE_SYN_SENT_REFUSED);
	return DONE;
}

/* Fourth, check the SYN bit; the third is about security. */
static void fourth_check_syn(struct tcp *t, const struct segment *seg)
{
	struct tcb *tcb = t->tcb;

	if (!(seg->flags & SYN)) {
		drop(t, RULE_SYN_SENT_OTHER); /* Fifth */
		return;
	}
	if (!(seg->flags & ACK)) {
		set_state(t, SYN_RECEIVED, RULE_SYN_SENT_SIMULTANEOUS);
		take_syn(t, seg);
		tcb->fast_open.role = FAST_OPEN_OFF; /* there is no server to ask */
		send_again(t, tcb->snd.iss, fast_open_syn_end(tcb), RULE_SYN_SENT_SIMULTANEOUS);
		return;
	}
	set_state(t, ESTABLISHED, RULE_SYN_SENT_ESTABLISHED);
	begin_receive_window(t, seg);
	take_syn_options(t, seg);
	ecn_takes_syn_ack(t, seg);
	advance_una(t, seg);
	fast_open_answered(t, seg);
	take_window(t, seg);
	notify(t, NOTICE_CONNECTED);
	owe_ack(t, RULE_SYN_SENT_ESTABLISHED);
	/* Other controls or text: on from the sixth step of §3.10.7.4. */
	sixth_check_urg(t, seg);
	seventh_process_text(t, seg);
	eighth_check_fin(t, seg);
}

void arrives_in_syn_sent(struct tcp *t, const struct segment *seg)
{
	if (first_check_ack(t, seg) == DONE)
		return;
	if (second_check_rst(t, seg) == DONE)
		return;
	fourth_check_syn(t, seg);
}
