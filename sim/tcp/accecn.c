/* accecn.c — Accurate ECN: the receiver tells how many packets came marked,
 * in each segment, instead of once in a round trip that there were any.
 * RFC 9768.
 *
 * After the handshake the flags AE, CWR and ECE are one field of three bits,
 * ACE: the lowest of r.cep, the packets that arrived with CE. The sender
 * keeps s.cep in step with it. During the handshake each side tells in them
 * with which codepoint the other's SYN arrived, so that both know whether the
 * path changes codepoints. The counters of octets are in accecn_option.c.
 *
 * Both ends stay in this mode whatever happens to the path; what may end is
 * sending ECT, and believing the peer. */
#include "tcp/accecn.h"

#include "tcp/congestion.h"

enum {
	ACE_SHIFT = 6, /* ECE is its lowest bit */
	ACE_FIELD = AE | CWR | ECE,
	ACE_RANGE = 8,
	CEP_AT_FIRST = 5, /* §3.2.1: not 0, so that a zeroed field shows */
	OCTETS_AT_FIRST = 1,
	SYN_ACKS_THAT_AGREE = 2, /* §3.2.3.2.2 */
};

/* §3.2.2.5.1: marks since the last ACK that bring about one. */
enum { MARKS_WITH_TEXT = 2, MARKS_WITHOUT = 3 };

static unsigned ace_of(uint16_t flags)
{
	return (unsigned)(flags & ACE_FIELD) >> ACE_SHIFT;
}

/* ---- the handshake, §3.1 ---- */

/* Table 2. Combinations that nobody sends yet ask for AccECN, too: §3.1.3. */
enum ecn_mode accecn_flags_ask(uint16_t bits)
{
	if (bits == 0)
		return ECN_OFF;
	return bits == (CWR | ECE) ? ECN_CLASSIC : ECN_ACCURATE;
}

enum ecn_mode accecn_flags_agree(uint16_t bits)
{
	if (bits == 0 || bits == ACE_FIELD) /* the latter reflects our SYN */
		return ECN_OFF;
	return bits == ECE ? ECN_CLASSIC : ECN_ACCURATE;
}

/* Tables 2 and 3: how a handshake segment arrived, as its answer tells. */
static const uint8_t handshake_codes[] = {[NOT_ECT] = 2, [ECT1] = 3, [ECT0] = 4, [CE] = 6};

/* The codepoint that a code stands for. What has no meaning yet says: unchanged. */
static enum ecn_codepoint codepoint_of(unsigned code)
{
	for (unsigned i = NOT_ECT; i <= CE; i++) {
		if (handshake_codes[i] == code)
			return (enum ecn_codepoint)i;
	}
	return NOT_ECT;
}

void accecn_begin(struct tcp *t)
{
	struct ecn_variables *ecn = &t->tcb->ecn;

	ecn->r = (struct ecn_counters){
		.cep = CEP_AT_FIRST, .e0b = OCTETS_AT_FIRST, .e1b = OCTETS_AT_FIRST};
	ecn->s = ecn->r;
	ecn->told = ecn->r;
	ecn->cep_at_option = ecn->s.cep;
	ecn->ts_val = t->tcb->ts.recent;
	ecn->option = (uint8_t)t->profile->accecn_option;
	note(t, RULE_ACCECN_AGREED);
}

void accecn_answer(struct tcp *t, struct segment *syn_ack)
{
	const struct tcb *tcb = t->tcb;

	if (tcb->rtt.transmissions_again >= SYN_ACKS_THAT_AGREE) {
		note(t, RULE_ACCECN_SYN_ACK_PLAIN);
		return;
	}
	syn_ack->flags |= (uint16_t)(handshake_codes[tcb->ecn.arrived] << ACE_SHIFT);
	note(t, RULE_ACCECN_SYN_ACK);
	if (tcb->ecn.option == ACCECN_OPTION_CHANGES)
		accecn_add_test_option(t, syn_ack);
}

/* We send handshake segments as Not-ECT: anything else that arrives there is
 * the path's doing. It may do so later too, where ECT would then mislead. */
static void learn_how_it_arrived(struct tcp *t, enum ecn_codepoint codepoint)
{
	struct congestion_variables *cc = &t->tcb->cc;

	if (codepoint == NOT_ECT)
		return;
	if (t->profile->accecn_trusts) {
		note(t, RULE_ACCECN_TRUSTED);
		return;
	}
	t->tcb->ecn.incapable = true;
	note(t, RULE_ACCECN_MANGLED);
	if (codepoint == CE && cc->cwnd > t->tcb->snd.mss) { /* as when a SYN is lost */
		cc->cwnd = t->tcb->snd.mss;
		note(t, RULE_ACCECN_SYN_MARKED);
	}
}

/* §3.2.2.2: one mark on a SYN,ACK is counted, however many are there. */
static void take_mark_of_syn_ack(struct tcp *t)
{
	struct ecn_variables *ecn = &t->tcb->ecn;

	ecn->handshake_ack = true;
	if (t->ecn_arrived != CE || ecn->syn_ack_counted)
		return;
	ecn->syn_ack_counted = true;
	ecn->r.cep++;
}

void accecn_syn_ack(struct tcp *t, const struct segment *syn_ack)
{
	learn_how_it_arrived(t, codepoint_of(ace_of(syn_ack->flags)));
	take_mark_of_syn_ack(t);
	t->tcb->ecn.first_text = true;
	if (syn_ack->options.has & HAS_ACCECN)
		accecn_take_option(t, syn_ack);
	else
		note(t, RULE_ACCECN_OPTION_ABSENT);
}

void accecn_syn_again(struct tcp *t, const struct segment *syn)
{
	struct tcb *tcb = t->tcb;

	if (!(syn->flags & ACK)) {
		tcb->ecn.arrived = t->ecn_arrived; /* the latest counts, §3.1.5 */
	} else if (seq_eq(syn->ack, seq_add(tcb->snd.iss, 1))) {
		tcb->ecn.arrived = t->ecn_arrived;
		take_mark_of_syn_ack(t);
	}
}

static bool is_pure_ack(const struct segment *seg)
{
	return segment_len(seg) == 0 && !(seg->options.has & HAS_SACK);
}

/* §3.2.2.1, Table 4: the ACK of our SYN,ACK. */
void accecn_establishes(struct tcp *t, const struct segment *seg)
{
	struct ecn_variables *ecn = &t->tcb->ecn;
	unsigned code = ace_of(seg->flags);

	if (seg->options.has & HAS_ACCECN)
		accecn_take_option(t, seg);
	else
		note(t, RULE_ACCECN_OPTION_ABSENT);
	if (!is_pure_ack(seg)) { /* that one was lost; this one counts */
		accecn_acked(t, seg);
		return;
	}
	if (code == 0 && t->profile->accecn_trusts) {
		note(t, RULE_ACCECN_TRUSTED);
		return;
	}
	if (code == 0) { /* Note 1 */
		ecn->incapable = true;
		ecn->unbelieved = true;
		note(t, RULE_ACCECN_ZEROED);
		return;
	}
	if (codepoint_of(code) == CE)
		ecn->s.cep++;
	learn_how_it_arrived(t, codepoint_of(code));
}

/* ---- the receiver, §3.2 ---- */

static void count(struct tcp *t, uint32_t len)
{
	struct ecn_variables *ecn = &t->tcb->ecn;

	switch ((enum ecn_codepoint)t->ecn_arrived) {
	case CE:
		ecn->r.cep++;
		ecn->r.ceb += len;
		ecn->counted |= len > 0 ? ACCECN_CEB : 0;
		note(t, RULE_ACCECN_CE_ARRIVES);
		break;
	case ECT0:
		ecn->r.e0b += len;
		ecn->counted |= len > 0 ? ACCECN_E0B : 0;
		break;
	case ECT1:
		ecn->r.e1b += len;
		ecn->counted |= len > 0 ? ACCECN_E1B : 0;
		break;
	default: break;
	}
}

void accecn_arrives(struct tcp *t, const struct segment *seg)
{
	struct tcb *tcb = t->tcb;
	struct ecn_variables *ecn = &tcb->ecn;
	bool marked = t->ecn_arrived == CE;
	bool text = seg->len > 0 || tcb->unacked_text > 0;
	uint32_t untold;

	count(t, seg->len);
	untold = ecn->r.cep - ecn->told.cep;
	if (marked && seg->len > 0 && !ecn->last_was_marked)
		owe_ack(t, RULE_ACCECN_CHANGE_ACK);
	else if (marked && text && untold >= MARKS_WITH_TEXT)
		owe_ack(t, RULE_ACCECN_INCREMENT_ACK);
	else if (marked && untold >= MARKS_WITHOUT)
		owe_ack(t, RULE_ACCECN_ACK_OF_ACKS);
	ecn->last_was_marked = marked;
}

/* ---- the sender, §3.2.2.2 ---- */

/* Not superseded by another that came before it: Appendix A.1. An ACK that
 * acknowledges nothing new may still be a later one. */
static bool is_news(const struct tcp *t, const struct segment *seg)
{
	const struct tcb *tcb = t->tcb;

	if (!seq_eq(seg->ack, tcb->snd.una))
		return seq_gt(seg->ack, tcb->snd.una);
	if (seq_gt(seg->seq, tcb->snd.wl1))
		return true;
	return tcb->ts.on && (seg->options.has & HAS_TIMESTAMPS) &&
	       (int32_t)(seg->options.ts_val - tcb->ecn.ts_val) > 0;
}

enum { MEAN_BITS = 6, ACKED_AT_ONCE = 4 };

/* A moving mean of what an ACK covers; 1/64 of each counts. */
static void count_acked(struct ecn_variables *ecn, uint32_t acked)
{
	uint32_t mean = ecn->acked_mean;

	if (acked == 0)
		return;
	acked = least(acked, UINT16_MAX >> MEAN_BITS) << MEAN_BITS;
	mean = mean == 0 ? acked : ((mean << MEAN_BITS) - mean + acked) >> MEAN_BITS;
	ecn->acked_mean = (uint16_t)least(mean, UINT16_MAX);
}

/* On such a path packets or ACKs are put together, or ACKs left out. */
static bool acks_are_thinned(const struct tcp *t)
{
	return t->profile->accecn_thinned && t->tcb->ecn.acked_mean > ACKED_AT_ONCE << MEAN_BITS;
}

/* §3.2.2.5.2, Appendix A.2: `acked` packets, of which `least` or 8, 16 … more
 * were marked. What the option says of octets makes the larger number unlikely. */
static uint32_t marks(struct tcp *t, uint32_t acked, uint32_t least_marks, bool has_octets,
		      uint32_t octets)
{
	uint32_t smss = effective_send_mss(t->tcb);
	uint32_t most;

	if (acked <= least_marks)
		return least_marks;
	most = acked - (acked - least_marks) % ACE_RANGE;
	if (most == least_marks)
		return least_marks;
	if (has_octets && octets <= smss * least_marks && octets / most < smss / 2)
		return least_marks;
	if (!has_octets && acks_are_thinned(t)) {
		note(t, RULE_ACCECN_THINNED);
		return least_marks;
	}
	note(t, RULE_ACCECN_WENT_ROUND);
	return most;
}

/* §3.2.2.4 */
static void test_first_feedback(struct tcp *t, unsigned ace)
{
	struct ecn_variables *ecn = &t->tcb->ecn;

	if (ecn->fed_back)
		return;
	ecn->fed_back = true;
	if (ace != 0 || ecn->unbelieved)
		return;
	ecn->incapable = true;
	ecn->unbelieved = true;
	note(t, RULE_ACCECN_ZEROED);
}

/* §3.2.3.2.5: octets that were marked came in packets that were. */
static void test_consistency(struct tcp *t, uint32_t octets, uint32_t acked)
{
	struct ecn_variables *ecn = &t->tcb->ecn;

	if (octets > 0 && ecn->s.cep == ecn->cep_at_option && acked < ACE_RANGE &&
	    !ecn->incapable) {
		ecn->incapable = true;
		note(t, RULE_ACCECN_INCONSISTENT);
	}
	ecn->cep_at_option = ecn->s.cep;
}

bool accecn_acked(struct tcp *t, const struct segment *seg)
{
	struct tcb *tcb = t->tcb;
	struct ecn_variables *ecn = &tcb->ecn;
	unsigned ace = ace_of(seg->flags);
	uint32_t smss = effective_send_mss(tcb);
	bool has_octets = !ecn->option_ignored && (seg->options.accecn_fields & ACCECN_CEB);
	uint32_t octets;
	uint32_t acked;
	uint32_t marked;

	if (!is_news(t, seg))
		return false;
	test_first_feedback(t, ace);
	acked = ((uint32_t)seq_diff(seg->ack, tcb->snd.una) + smss - 1) / smss;
	octets = accecn_take_option(t, seg);
	count_acked(ecn, acked);
	marked = marks(t, acked, (ace - ecn->s.cep) % ACE_RANGE, has_octets, octets);
	ecn->s.cep += marked;
	if (has_octets)
		test_consistency(t, octets, acked);
	if (seg->options.has & HAS_TIMESTAMPS)
		ecn->ts_val = seg->options.ts_val;
	if (marked == 0)
		return false;
	note(t, ecn->unbelieved ? RULE_ACCECN_UNBELIEVED : RULE_ACCECN_MARKS_TOLD);
	return !ecn->unbelieved;
}

/* ---- sending ---- */

void add_accecn(struct tcp *t, struct segment *seg)
{
	const struct ecn_variables *ecn = &t->tcb->ecn;
	unsigned ace = ecn->r.cep % ACE_RANGE;

	if (ecn->handshake_ack && is_pure_ack(seg)) {
		ace = handshake_codes[ecn->arrived];
		note(t, RULE_ACCECN_HANDSHAKE_ACK);
	}
	seg->flags |= (uint16_t)(ace << ACE_SHIFT);
	if (ecn->option == ACCECN_OPTION_CHANGES)
		accecn_add_option(t, seg);
}

void accecn_sent(struct tcp *t, const struct segment *seg)
{
	struct ecn_variables *ecn = &t->tcb->ecn;

	if (seg->len > 0)
		ecn->first_text = false;
	if (is_pure_ack(seg))
		ecn->handshake_ack = false;
	ecn->told.cep = ecn->r.cep;
	if (!(seg->options.has & HAS_ACCECN))
		return;
	ecn->told = ecn->r;
}
