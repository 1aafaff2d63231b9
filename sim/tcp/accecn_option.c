/* accecn_option.c — the AccECN option: how many octets of text arrived with
 * each codepoint, so that the sender need not guess how often the three bits
 * of the ACE field went round. RFC 9768 §3.2.3.
 *
 * Three fields of 24 bits in one of two orders, from which trailing ones may
 * be left out. Each ACK carries the counters that ever changed, where one of
 * them has changed since the last option (§3.2.3.3's simple scheme). Besides,
 * the handshake and the client's first text carry one with all fields, to
 * learn whether the path lets it through. What goes again carries none.
 *
 * With profile.accecn_option 2 it goes as Linux sends it: with every segment, what goes
 * again too, once the peer has sent one; always in the second order, ECT(1) first. */
#include "tcp/accecn.h"

enum {
	FIELDS = 3,
	FIELD_LEN = 3,
	KIND_AND_LENGTH = 2,
	FIELD_RANGE = 0xffffff,
	TIMESTAMPS_LEN = 12, /* with two NOPs before */
	SACK_LEN = 4,
	SACK_BLOCK_LEN = 8,
	SEGMENT_SHARE = 4, /* the option takes no more than this part of a segment */
};

/* ---- which fields, and in which order ---- */

struct choice {
	bool order1;
	unsigned count; /* of fields */
};

/* How many fields it takes to reach the last one that is wanted. */
static unsigned fields_to_last(unsigned wanted, bool order1)
{
	unsigned last = order1 ? ACCECN_E0B : ACCECN_E1B;

	if (wanted & last)
		return 3;
	if (wanted & ACCECN_CEB)
		return 2;
	return wanted != 0;
}

static unsigned option_len(unsigned count)
{
	return (KIND_AND_LENGTH + count * FIELD_LEN + 3) & ~3u;
}

static unsigned not_told(const struct ecn_variables *ecn)
{
	return (ecn->r.e0b != ecn->told.e0b ? ACCECN_E0B : 0u) |
	       (ecn->r.ceb != ecn->told.ceb ? ACCECN_CEB : 0u) |
	       (ecn->r.e1b != ecn->told.e1b ? ACCECN_E1B : 0u);
}

/* All that ever changed, or where there is no room at least what has changed
 * since the last option; otherwise no option (count 0). */
static struct choice choose(const struct ecn_variables *ecn, unsigned room)
{
	const unsigned wanted[] = {ecn->counted, not_told(ecn)};

	for (unsigned i = 0; i < 2 && wanted[1] != 0; i++) {
		unsigned in0 = fields_to_last(wanted[i], false);
		unsigned in1 = fields_to_last(wanted[i], true);
		struct choice choice = {in1 < in0, least(in0, in1)};

		if (option_len(choice.count) <= room)
			return choice;
	}
	return (struct choice){false, 0};
}

static bool tests_path(const struct tcb *tcb, bool text)
{
	return text ? tcb->ecn.first_text : tcb->ecn.handshake_ack;
}

/* What there is of it beside timestamps and as many SACK blocks as are there,
 * but not more than two: §3.2.3.3. Most of a segment with text is for that. */
static unsigned room(const struct tcb *tcb, bool text)
{
	unsigned blocks = tcb->sack_on ? least(tcb->rcv.held_count + tcb->rcv.dsack, 2) : 0;
	unsigned taken = (tcb->ts.on ? TIMESTAMPS_LEN : 0) + signature_len(tcb) +
			 (blocks > 0 ? SACK_LEN + blocks * SACK_BLOCK_LEN : 0);
	unsigned left = taken < OPTIONS_LEN_MAX ? OPTIONS_LEN_MAX - taken : 0;

	return text ? least(left, tcb->snd.mss / SEGMENT_SHARE) : left;
}

/* To who has sent one, as many fields as fit; those that are news, or none. As Linux does it,
 * which thinks of ECT(1) first. */
static struct choice choose_always(const struct ecn_variables *ecn, unsigned room)
{
	unsigned least_count = fields_to_last(not_told(ecn), true);
	struct choice choice = {true, ecn->option_seen ? FIELDS : 0};

	while (choice.count > 0 && option_len(choice.count) > room)
		choice.count--;
	if (choice.count < least_count)
		choice.count = 0;
	return choice;
}

static struct choice plan_option(const struct tcb *tcb, bool text)
{
	if (tcb->ecn.mode != ECN_ACCURATE || tcb->ecn.option == ACCECN_OPTION_OFF)
		return (struct choice){false, 0};
	if (tcb->ecn.option == ACCECN_OPTION_ALWAYS)
		return choose_always(&tcb->ecn, room(tcb, text));
	if (tests_path(tcb, text) && option_len(FIELDS) <= room(tcb, text))
		return (struct choice){false, FIELDS};
	return choose(&tcb->ecn, room(tcb, text));
}

uint32_t accecn_len(const struct tcb *tcb, bool text)
{
	unsigned count = plan_option(tcb, text).count;

	return count > 0 ? option_len(count) : 0;
}

/* ---- sending ---- */

static void put(struct tcp *t, struct segment *seg, struct choice choice)
{
	const struct ecn_counters *r = &t->tcb->ecn.r;

	if (choice.count == 0 ||
	    !options_put_accecn(&seg->options, choice.order1, choice.count, r->e0b, r->ceb, r->e1b))
		return;
	note(t, RULE_ACCECN_OPTION_SENT);
	/* What follows it begins at a multiple of four. */
	while (t->tcb->ecn.option == ACCECN_OPTION_ALWAYS && seg->options.len % 4 != 0)
		options_put_nop(&seg->options);
}

/* §3.2.3.2.2: a SYN,ACK that goes again has none, in case the first was lost for that. */
void accecn_add_test_option(struct tcp *t, struct segment *seg)
{
	if (t->tcb->ecn.mode == ECN_ACCURATE && t->tcb->rtt.transmissions_again == 0)
		put(t, seg, (struct choice){t->tcb->ecn.option == ACCECN_OPTION_ALWAYS, FIELDS});
}

void accecn_add_option(struct tcp *t, struct segment *seg)
{
	bool always = t->tcb->ecn.option == ACCECN_OPTION_ALWAYS;
	bool again = segment_len(seg) > 0 && seq_lt(seg->seq, t->tcb->snd.nxt);

	if (always || !again)
		put(t, seg, plan_option(t->tcb, seg->len > 0));
}

/* ---- receiving ---- */

/* §3.2.3.1: the smallest step forward, of 24 bits. */
static uint32_t follow(uint32_t *counter, uint32_t field)
{
	uint32_t step = (field - *counter) & FIELD_RANGE;

	*counter += step;
	return step;
}

/* §3.2.3.2.4: the counters of ECT do not begin with 0. */
static bool is_zeroed(const struct options *o)
{
	return ((o->accecn_fields & ACCECN_E0B) && o->accecn_e0b == 0) ||
	       ((o->accecn_fields & ACCECN_E1B) && o->accecn_e1b == 0);
}

uint32_t accecn_take_option(struct tcp *t, const struct segment *seg)
{
	struct ecn_variables *ecn = &t->tcb->ecn;
	const struct options *o = &seg->options;

	if (o->accecn_fields == 0)
		return 0;
	if (!ecn->option_seen && is_zeroed(o)) {
		ecn->option_ignored = true;
		note(t, RULE_ACCECN_OPTION_ZEROED);
	}
	ecn->option_seen = true;
	if (ecn->option_ignored)
		return 0;
	if (o->accecn_fields & ACCECN_E0B)
		follow(&ecn->s.e0b, o->accecn_e0b);
	if (o->accecn_fields & ACCECN_E1B)
		follow(&ecn->s.e1b, o->accecn_e1b);
	return o->accecn_fields & ACCECN_CEB ? follow(&ecn->s.ceb, o->accecn_ceb) : 0;
}
