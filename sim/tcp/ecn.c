/* ecn.c — Explicit Congestion Notification: a router marks a packet that it
 * would otherwise lose, and the sender slows down without a loss. RFC 3168.
 *
 *     data, ECT(0) ───────▶ router: CE ───────▶ receiver
 *     sender ◀─────────── ACK with ECE ──────── … on each ACK, until
 *     next new data, CWR ─────────────────────▶ … this arrives
 *
 * Both ends must have agreed in their SYNs. The feedback mode that they agree
 * on is entered once; accecn.c has what RFC 9768 does differently.
 *
 * A mark counts as a loss does: one reduction in a window of data, whatever
 * brought it. Nothing goes again for it. */
#include "tcp/accecn.h"

#include <assert.h>

#include "tcp/congestion.h"

static enum ecn_mode flags_ask(uint16_t flags, enum ecn_mode known)
{
	uint16_t bits = flags & (AE | CWR | ECE);

	if (known == ECN_ACCURATE)
		return accecn_flags_ask(bits);
	return known == ECN_CLASSIC && (bits & (CWR | ECE)) == (CWR | ECE) ? ECN_CLASSIC : ECN_OFF;
}

/* ---- the handshake, §6.1.1 ---- */

static RARE void ask(struct tcp *t, struct segment *syn)
{
	if (t->profile->ecn == ECN_OFF || t->profile->ecn_passive || !ecn_may_ask(t))
		return;
	syn->flags |= t->profile->ecn == ECN_ACCURATE ? AE | CWR | ECE : CWR | ECE;
	note(t, t->profile->ecn == ECN_ACCURATE ? RULE_ACCECN_ASKED : RULE_ECN_ASKED);
}

static RARE void answer(struct tcp *t, struct segment *syn_ack)
{
	switch ((enum ecn_mode)t->tcb->ecn.mode) {
	case ECN_OFF: break;
	case ECN_CLASSIC: syn_ack->flags |= ECE; break;
	case ECN_ACCURATE: accecn_answer(t, syn_ack); break;
	}
}

static void enter_mode(struct tcp *t, enum ecn_mode mode)
{
	struct ecn_variables *ecn = &t->tcb->ecn;

	ecn->mode = (uint8_t)mode;
	if (mode == ECN_CLASSIC)
		note(t, RULE_ECN_AGREED);
	if (mode == ECN_ACCURATE)
		accecn_begin(t);
	/* Whoever sent a SYN without asking MUST NOT set ECT. */
	if (mode == ECN_CLASSIC && ecn->plain_syn) {
		ecn->incapable = true;
		note(t, RULE_ECN_NOT_CAPABLE);
	}
}

/* A SYN that asks, or does not: when it is the first, it decides. */
void ecn_takes_syn(struct tcp *t, const struct segment *syn)
{
	struct ecn_variables *ecn = &t->tcb->ecn;

	ecn->arrived = t->ecn_arrived;
	enter_mode(t, flags_ask(syn->flags, (enum ecn_mode)t->profile->ecn));
	if (ecn->mode == ECN_ACCURATE && ecn->plain_syn) /* both ends open at once */
		ecn->incapable = true;
}

static enum ecn_mode what_is_agreed(const struct tcp *t, uint16_t flags)
{
	switch ((enum ecn_mode)t->tcb->ecn.asked) {
	case ECN_CLASSIC: return (flags & (CWR | ECE)) == ECE ? ECN_CLASSIC : ECN_OFF;
	case ECN_ACCURATE: return accecn_flags_agree(flags & (AE | CWR | ECE));
	default: return ECN_OFF;
	}
}

void ecn_takes_syn_ack(struct tcp *t, const struct segment *syn_ack)
{
	struct ecn_variables *ecn = &t->tcb->ecn;
	enum ecn_mode mode = what_is_agreed(t, syn_ack->flags);

	ecn->arrived = t->ecn_arrived;
	enter_mode(t, mode);
	ecn_setup_ends(t, mode);
	if (mode == ECN_ACCURATE)
		accecn_syn_ack(t, syn_ack);
	else if (mode == ECN_OFF && ecn->asked != ECN_OFF)
		note(t, (syn_ack->flags & CWR) && (syn_ack->flags & ECE) ? RULE_ECN_REFLECTED
									 : RULE_ECN_REFUSED);
}

/* During the handshake a second SYN asks for something else than the first. */
static enum verdict syn_differs(struct tcp *t, const struct segment *syn)
{
	struct ecn_variables *ecn = &t->tcb->ecn;
	enum ecn_mode asked = flags_ask(syn->flags, (enum ecn_mode)t->profile->ecn);
	struct seq nxt = t->tcb->snd.nxt;

	if (asked == (enum ecn_mode)ecn->mode || ecn->mode == ECN_OFF)
		return NEXT;
	if (asked == ECN_OFF) {
		ecn->incapable = true;
		note(t, RULE_ECN_NOT_CAPABLE);
		return NEXT;
	}
	/* RFC 9768 §3.1.5: neither end could know what the other took. */
	end_connection(t, ENDING_RESET, RULE_ACCECN_MIXED);
	reply_with(t, nxt, seq_of(0), RST, RULE_ACCECN_MIXED);
	return DONE;
}

/* The peer's SYN again, or its SYN,ACK: what we sent since did not arrive. */
enum verdict ecn_takes_syn_again(struct tcp *t, const struct segment *syn)
{
	struct ecn_variables *ecn = &t->tcb->ecn;
	bool during_handshake = !t->tcb->snd.syn_acked;

	if (!(syn->flags & SYN) || !seq_eq(syn->seq, t->tcb->rcv.irs))
		return NEXT;
	if (ecn->mode == ECN_ACCURATE)
		accecn_syn_again(t, syn);
	if (!during_handshake || (syn->flags & ACK) || t->profile->ecn == ECN_OFF)
		return NEXT;
	return syn_differs(t, syn);
}

/* ---- the receiver, §6.1.3 ---- */

static void classic_arrives(struct tcp *t, const struct segment *seg)
{
	struct ecn_variables *ecn = &t->tcb->ecn;

	if (ecn->echo && (seg->flags & CWR)) {
		ecn->echo = false;
		note(t, RULE_ECN_ECHO_ENDS);
	}
	if ((seg->flags & CWR) && t->profile->cwr_acks) {
		note(t, RULE_CWR_ACKED);
		owe_ack(t, RULE_CWR_ACKED);
	}
	/* Only text: pure ACKs must not be marked, so that this one is no sign. */
	if (t->ecn_arrived == CE && seg->len > 0) {
		ecn->echo = true;
		note(t, RULE_ECN_CE_ARRIVES);
	}
}

void ecn_arrives(struct tcp *t, const struct segment *seg)
{
	switch ((enum ecn_mode)t->tcb->ecn.mode) {
	case ECN_OFF: break;
	case ECN_CLASSIC: classic_arrives(t, seg); break;
	case ECN_ACCURATE: accecn_arrives(t, seg); break;
	}
}

/* ---- the sender, §6.1.2 ---- */

static void window_is_reduced(struct tcp *t, bool by_echo)
{
	struct ecn_variables *ecn = &t->tcb->ecn;

	ecn->reduced = true;
	ecn->by_echo = by_echo;
	ecn->reduced_to = t->tcb->snd.nxt;
	ecn->cwr = ecn->mode == ECN_CLASSIC;
}

/* The floor is one segment, not the two below which ssthresh does not go. */
static RARE void reduce(struct tcp *t)
{
	struct congestion_variables *cc = &t->tcb->cc;
	uint32_t smss = t->tcb->snd.mss;
	uint32_t before = cc->cwnd;

	assert(!t->tcb->ecn.reduced);
	prr_begin(t);
	cc->ssthresh = cwv_reduced(t, congestion_control(cc->control)->reduced(t));
	cc->cwnd = cc->ssthresh;
	cwv_reset(t); /* nothing is to be repaired */
	if (cc->cwnd >= before)
		cc->cwnd = before / 2 > smss ? before / 2 : smss;
	cc->acked = 0;
	window_is_reduced(t, true);
	note(t, RULE_ECN_REDUCES);
	if (before > smss) {
		if (prr_glides(t))
			cc->cwnd = before; /* and what arrives takes it down */
		return;
	}
	/* It cannot become smaller: the next segment waits for as long as RTO. */
	cc->next_send = t->now + t->tcb->rtt.rto;
	if (t->tcb->timers[TIMER_RETRANSMISSION] != NANOS_NEVER)
		start_timer(t, TIMER_RETRANSMISSION, cc->next_send, RULE_ECN_PAUSES);
	note(t, RULE_ECN_PAUSES);
}

static bool echoes_congestion(struct tcp *t, const struct segment *seg)
{
	switch ((enum ecn_mode)t->tcb->ecn.mode) {
	case ECN_CLASSIC: return (seg->flags & ECE) && seq_ge(seg->ack, t->tcb->snd.una);
	case ECN_ACCURATE: return accecn_acked(t, seg);
	default: return false;
	}
}

void ecn_acked(struct tcp *t, const struct segment *seg)
{
	struct ecn_variables *ecn = &t->tcb->ecn;

	/* Until CWR has gone, an echo tells nothing new. */
	if (ecn->reduced && !ecn->cwr && seq_gt(seg->ack, ecn->reduced_to)) {
		if (prr_glides(t))
			prr_glided(t);
		ecn->reduced = false;
	}
	t->ecn_echoed = echoes_congestion(t, seg);
	if (!t->ecn_echoed)
		return;
	if (ecn->reduced)
		note(t, RULE_ECN_REDUCED_ALREADY);
	else
		reduce(t);
}

/* The ACK that ends the handshake for who answered the SYN. */
void ecn_establishes(struct tcp *t, const struct segment *seg)
{
	if (t->tcb->ecn.mode == ECN_ACCURATE)
		accecn_establishes(t, seg);
}

/* A loss brings ssthresh down, unless a mark in the same window of data has. */
void reduce_for_loss(struct tcp *t)
{
	struct congestion_variables *cc = &t->tcb->cc;

	if (t->tcb->ecn.reduced && t->tcb->ecn.by_echo) {
		cc->pipe_prev = cc->ssthresh; /* the loss may prove none, the mark stays */
		note(t, RULE_ECN_LOSS_KNOWN);
	} else {
		cc->ssthresh = cwv_reduced(t, congestion_control(cc->control)->reduced(t));
	}
	window_is_reduced(t, false);
}

/* ---- sending ---- */

/* Not what goes again (§6.1.5), nor a window probe (§6.1.6), an ACK (§6.1.4), a SYN. */
static bool is_new_text(const struct tcp *t, const struct segment *seg)
{
	return seg->len > 0 && seq_ge(seg->seq, t->tcb->snd.nxt) &&
	       (!t->tcb->snd.probing || t->profile->ecn_probes) && !(seg->flags & SYN);
}

static void add_classic(struct tcp *t, struct segment *seg)
{
	const struct ecn_variables *ecn = &t->tcb->ecn;

	if (ecn->echo)
		seg->flags |= ECE;
	if (!ecn->cwr)
		return;
	if (is_new_text(t, seg)) {
		seg->flags |= CWR;
		note(t, RULE_ECN_CWR_SENT);
	} else if (t->profile->cwr_at_once) {
		seg->flags |= CWR;
		note(t, RULE_ECN_CWR_AT_ONCE);
	}
}

/* A SYN,ACK that a router would otherwise lose costs the client seconds. One that went without
 * an answer may have been lost for its codepoint: RFC 5562 §3 sends it again as Not-ECT. */
static bool syn_ack_is_capable(const struct tcp *t)
{
	const struct tcb *tcb = t->tcb;

	return t->profile->ecn_control >= ECN_CONTROL_SYN_ACK && tcb->ecn.mode != ECN_OFF &&
	       !tcb->ecn.incapable && tcb->rtt.transmissions_again == 0;
}

static RARE void add_to_syn(struct tcp *t, struct segment *syn)
{
	enum ecn_control control = (enum ecn_control)t->profile->ecn_control;

	if (syn->flags & ACK)
		answer(t, syn);
	else
		ask(t, syn);
	if ((syn->flags & ACK) && syn_ack_is_capable(t)) {
		t->ecn_to_send = ECT0;
		note(t, RULE_ECN_SYN_ACK_CAPABLE);
	} else if (control == ECN_CONTROL_ALL && (syn->flags & (ACK | ECE)) == ECE) {
		t->ecn_to_send = ECT0;
		note(t, RULE_ECN_SYN_CAPABLE);
	}
}

static bool is_capable_segment(const struct tcp *t, const struct segment *seg)
{
	const struct profile *profile = t->profile;

	return is_new_text(t, seg) || profile->ecn_control == ECN_CONTROL_ALL ||
	       (profile->ecn_generalized && t->tcb->ecn.mode == ECN_ACCURATE);
}

void add_ecn(struct tcp *t, struct segment *seg)
{
	const struct ecn_variables *ecn = &t->tcb->ecn;

	if (seg->flags & SYN) {
		add_to_syn(t, seg);
		return;
	}
	if (t->tcb->state == TIME_WAIT && t->profile->time_wait_bsd)
		return; /* what is left of the connection knows nothing of ECN */
	if (ecn->mode == ECN_CLASSIC)
		add_classic(t, seg);
	else if (ecn->mode == ECN_ACCURATE)
		add_accecn(t, seg);
	if (ecn->mode == ECN_OFF || ecn->incapable)
		return;
	if (is_capable_segment(t, seg))
		t->ecn_to_send = ECT0;
}

static RARE void sent_syn(struct tcp *t, const struct segment *seg)
{
	struct ecn_variables *ecn = &t->tcb->ecn;
	bool plain = (seg->flags & (AE | CWR | ECE)) == 0;

	if (plain)
		ecn->plain_syn = true;
	/* §6.1.1, and RFC 9768 §3.1.5 of a server. */
	if (plain && (seg->flags & ACK) && ecn->mode != ECN_OFF)
		ecn->incapable = true;
	if (!plain && !(seg->flags & ACK))
		ecn->asked = (uint8_t)flags_ask(seg->flags, (enum ecn_mode)t->profile->ecn);
}

void ecn_sent(struct tcp *t, const struct segment *seg)
{
	struct ecn_variables *ecn = &t->tcb->ecn;

	if (seg->flags & SYN)
		sent_syn(t, seg);
	else if (ecn->mode == ECN_CLASSIC && (seg->flags & CWR))
		ecn->cwr = false;
	else if (ecn->mode == ECN_ACCURATE)
		accecn_sent(t, seg);
}
