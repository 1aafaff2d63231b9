/* arrives.c — SEGMENT ARRIVES, RFC 9293 §3.10.7: the states CLOSED, LISTEN
 * and SYN-SENT (§3.10.7.1–3), and the way to the others, which are in
 * arrives_others.c (§3.10.7.4).
 *
 * The functions are the RFC's numbered paragraphs in its order; DONE is its
 * "and return". The third paragraphs, security and compartment, are unused on
 * today's Internet; whether a segment is signed as it must be is looked at
 * before all else: signature.c. */
#include "tcp/arrives.h"
#include "tcp/syn_defence.h"

#include <assert.h>
#include <string.h>

/* Tests go both ways each time. */
#ifdef TCPLAB_THOROUGH
enum { THOROUGH = true };
#else
enum { THOROUGH = false };
#endif

void begin_sample(struct tcp *t, const struct segment *seg)
{
	memset(&t->ack, 0, sizeof t->ack);
	t->ack.fack = t->tcb->rack.fack;
	t->ack.echoes = timestamp_is_echoed(t, seg);
	t->ack.echo = seg->options.ts_ecr;
	t->ecn_echoed = false;
}

void arrives_unpredicted(struct tcp *t, const struct segment *seg)
{
	begin_sample(t, seg);
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

void tcp_arrives(struct tcp *t, const struct segment *seg)
{
	t->part_count = 0;
	t->tcb->marks.more = false; /* what waits is looked at anew */
	if (!is_predicted(t, seg))
		arrives_unpredicted(t, seg);
	else if (THOROUGH)
		arrives_beside_twin(t, seg);
	else
		arrives_as_predicted(t, seg);
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
	if (seg->flags & FIN)
		remember_fin(t, seg);
	if (seg->flags & URG)
		take_urgent_pointer(t, seg);
}

/* Who sends a segment to a connection in LISTEN, and to which address of ours. */
struct stranger {
	const struct endpoint *from;
	const struct endpoint *to;
};

static void speak_to(struct tcp *t, struct stranger who)
{
	t->tcb->remote = *who.from;
	t->tcb->local = *who.to;
}

/* First, check for a RST. */
static enum verdict first_check_for_rst(struct tcp *t, const struct segment *seg,
					struct stranger who)
{
	if (!(seg->flags & RST))
		return NEXT;
	return drop(t, syn_cache_reset(t, seg, who.from, who.to) ? RULE_SYN_CACHE_RESET
								 : RULE_LISTEN_RST);
}

/* Second, check for an ACK. */
static enum verdict second_check_for_ack(struct tcp *t, const struct segment *seg,
					 struct stranger who)
{
	if (!(seg->flags & ACK))
		return NEXT;
	if (ack_may_complete(t, seg, who.from, who.to) == DONE) {
		if (t->tcb->state != LISTEN)
			route_arrives(t);
		return DONE;
	}
	speak_to(t, who);
	reply_with(t, seg->ack, seq_of(0), RST, RULE_LISTEN_ACK);
	return drop(t, RULE_LISTEN_ACK);
}

/* Third, check for a SYN. */
static enum verdict third_check_for_syn(struct tcp *t, const struct segment *seg,
					struct stranger who)
{
	if (!(seg->flags & SYN))
		return NEXT;
	if ((seg->flags & FIN) && t->profile->drops_syn_fin)
		return drop(t, RULE_SYN_FIN_DROPPED);
	if (address_is_unusable(&who.from->address) || address_is_unusable(&who.to->address) ||
	    endpoint_eq(who.from, who.to))
		return drop(t, RULE_LISTEN_BAD_SOURCE);  /* MUST-57, MUST-63 */
	memset(&t->tcb->reply, 0, sizeof t->tcb->reply); /* it was for someone else */
	/* Who brings a cookie of ours is no stranger. */
	if (!fast_open_accepts(t, seg, who.from, who.to) &&
	    defend_against_syn(t, seg, who.from, who.to) == DONE)
		return DONE;
	speak_to(t, who);
	begin_sending(t, isn_select(t));
	set_state(t, SYN_RECEIVED, RULE_LISTEN_SYN);
	route_arrives(t);
	take_syn(t, seg);
	return DONE;
}

void tcp_arrives_in_listen(struct tcp *t, const struct segment *seg, const struct endpoint *from,
			   const struct endpoint *to)
{
	struct stranger who = {from, to};

	assert(t->tcb->state == LISTEN);
	t->part_count = 0;
	memset(&t->ack, 0, sizeof t->ack);
	t->ack.fack = t->tcb->rack.fack;
	if (check_signature(t, seg, t->signing.kind) == DONE)
		return;
	if (first_check_for_rst(t, seg, who) == DONE)
		return;
	if (second_check_for_ack(t, seg, who) == DONE)
		return;
	if (third_check_for_syn(t, seg, who) == DONE)
		return;
	drop(t, RULE_LISTEN_OTHER); /* Fourth, other data or control: should not be reached. */
}

/* 3.10.7.3 SYN-SENT */

/* First, check the ACK bit. */
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

/* Second, check the RST bit. */
static enum verdict second_check_rst(struct tcp *t, const struct segment *seg)
{
	if (!(seg->flags & RST))
		return NEXT;
	if (!(seg->flags & ACK))
		return drop(t, RULE_SYN_SENT_RST_NO_ACK);
	if (ecn_tries_without(t))
		return drop(t, RULE_ECN_RST_ANSWERED);
	end_connection(t, ENDING_REFUSED, RULE_SYN_SENT_REFUSED);
	return DONE;
}

/* Fourth, check the SYN bit; the third is about security. */
static enum verdict fourth_check_syn(struct tcp *t, const struct segment *seg)
{
	struct tcb *tcb = t->tcb;

	if (!(seg->flags & SYN))
		return NEXT;
	if ((seg->flags & FIN) && t->profile->drops_syn_fin)
		return drop(t, RULE_SYN_FIN_DROPPED);
	route_arrives(t);
	if (!(seg->flags & ACK)) {
		set_state(t, SYN_RECEIVED, RULE_SYN_SENT_SIMULTANEOUS);
		take_syn(t, seg);
		tcb->fast_open.role = FAST_OPEN_OFF; /* there is no server to ask */
		send_again(t, tcb->snd.iss, fast_open_syn_end(tcb), RULE_SYN_SENT_SIMULTANEOUS);
		return DONE;
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
	return DONE;
}

void arrives_in_syn_sent(struct tcp *t, const struct segment *seg)
{
	if (first_check_ack(t, seg) == DONE)
		return;
	if (second_check_rst(t, seg) == DONE)
		return;
	if (fourth_check_syn(t, seg) == DONE)
		return;
	drop(t, RULE_SYN_SENT_OTHER); /* Fifth, if neither of the SYN or RST bits is set. */
}
