/* fates_acked.c — an acknowledgment passes: which copies of what it covers
 * arrived, and which were lost? */
#include "source/fates_inside.h"

#include <string.h>

/* The newest copy that the answer at `time` can be for, or else the oldest. A
 * quarter is taken off the shortest answer time that was seen: small packets may
 * be quicker than those it was seen with. */
static uint32_t answered_copy(const struct finder *f, enum side sender, uint32_t newest, nanos time)
{
	const struct unacked *u = &f->senders[sender].unacked;
	nanos shortest = nanos_max(f->fates->vantage.answer[other_side(sender)], 0);
	nanos answer = shortest - shortest / 4;
	uint32_t at = newest;

	for (;;) {
		const struct carrier *c = unacked_carrier(u, at);

		if (time_of(f, c->packet) <= time - answer || c->older == COPY_NONE)
			return at;
		at = c->older;
	}
}

/* All copies behind `at` were lost. */
static void lose_older(struct finder *f, enum side side, const struct unacked_range *range,
		       uint32_t at)
{
	struct sender *sender = &f->senders[side];

	while (unacked_carrier(&sender->unacked, at)->older != COPY_NONE) {
		const struct carrier *newer = unacked_carrier(&sender->unacked, at);
		const struct carrier *lost = unacked_carrier(&sender->unacked, newer->older);

		at = newer->older;
		if (!lost->begins)
			continue;
		mark_lost(f, lost->packet, newer->passed ? EVIDENCE_PASSED : EVIDENCE_REPEATED);
		sender->verdicts[sender->verdict_count++ % VERDICTS_KEPT] =
			(struct verdict){range->left, range->right, lost->packet};
	}
}

static void note_answer(struct finder *f, const struct carrier *carrier, const struct passing *ack)
{
	struct fate *fate = &f->fates->of[carrier->packet];

	if (!carrier->begins || fate->answer != ANSWER_NONE)
		return;
	fate->answer = ack->number;
	f->settled++;
	f->newest_settled = carrier->packet;
}

/* The range is there at the other end: with which of its copies did it come? */
static void settle(struct finder *f, enum side side, struct unacked_range *range,
		   const struct passing *ack)
{
	const struct unacked *u = &f->senders[side].unacked;
	uint32_t at;

	if (range->newest == COPY_NONE) {
		add_unseen_text(f, side, range->left, range->right, range->jump,
				EVIDENCE_ACKNOWLEDGED);
		return;
	}
	at = answered_copy(f, side, range->newest, ack->time);
	if (range->twice && unacked_carrier(u, at)->older != COPY_NONE)
		at = unacked_carrier(u, at)->older;
	note_answer(f, unacked_carrier(u, at), ack);
	lose_older(f, side, range, at);
}

/* Some receivers leave the FIN out of what they report with SACK: it has come
 * with the text before it. */
static bool lacks_only_fin(const struct finder *f, const struct unacked *u,
			   const struct unacked_range *range, int64_t right)
{
	struct packet packet;

	if (range->right != right + 1 || range->left == right || range->newest == COPY_NONE)
		return false;
	captured_packet(f->captured, unacked_carrier(u, range->newest)->packet, &packet);
	return (packet.tcp.flags & FIN) != 0;
}

static void report(struct finder *f, enum side side, int64_t left, int64_t right,
		   const struct passing *ack)
{
	struct unacked *u = &f->senders[side].unacked;

	if (right > u->highest || left >= right)
		return; /* of what was never sent */
	for (uint32_t n = unacked_find(u, left); n < u->count; n++) {
		struct unacked_range *range = unacked_at(u, n);

		if (range->right > right && !lacks_only_fin(f, u, range, right))
			break;
		if (range->left < left || range->reported)
			continue;
		/* A gap may yet be filled by a packet that the capture has late. */
		if (range->newest == COPY_NONE)
			continue;
		range->reported = true;
		settle(f, side, range, ack);
	}
	if (right > u->reported)
		u->reported = right;
}

/* RFC 2883: what came twice is named in the first block. */
static void report_twice(struct finder *f, enum side side, int64_t left, int64_t right)
{
	struct sender *sender = &f->senders[side];
	struct unacked *u = &sender->unacked;

	for (uint32_t i = 0; i < VERDICTS_KEPT && i < sender->verdict_count; i++) {
		const struct verdict *v = &sender->verdicts[i];
		struct fate *fate = &f->fates->of[v->packet];

		if (v->left >= left && v->right <= right && fate->kind == FATE_LOST)
			fate->kind = FATE_ARRIVED;
	}
	for (uint32_t n = unacked_find(u, left); n < u->count; n++) {
		if (unacked_at(u, n)->right > right)
			break;
		unacked_at(u, n)->twice = true;
	}
}

static bool is_d_sack(const struct options *o, struct seq ack)
{
	const struct sack_block *first = &o->sack[0];

	if (seq_le(first->right, ack))
		return true;
	return o->sack_count > 1 && seq_ge(first->left, o->sack[1].left) &&
	       seq_le(first->right, o->sack[1].right);
}

static bool was_reported(const struct sender *sender, const struct sack_block *block)
{
	for (uint32_t i = 0; i < sender->reported_count; i++)
		if (seq_eq(sender->reported[i].left, block->left) &&
		    seq_eq(sender->reported[i].right, block->right))
			return true;
	return false;
}

static void take_sack(struct finder *f, enum side side, const struct passing *ack)
{
	struct sender *sender = &f->senders[side];
	const struct options *o = &ack->packet.tcp.options;
	unsigned first = 0;
	int64_t left;
	int64_t right;

	if ((o->has & HAS_SACK) == 0)
		return;
	if (o->sack_count > 0 && is_d_sack(o, ack->packet.tcp.ack)) {
		first = 1;
		if (unacked_position(&sender->unacked, o->sack[0].left, &left) &&
		    unacked_position(&sender->unacked, o->sack[0].right, &right))
			report_twice(f, side, left, right);
	}
	for (unsigned i = first; i < o->sack_count; i++)
		if (!was_reported(sender, &o->sack[i]) &&
		    unacked_position(&sender->unacked, o->sack[i].left, &left) &&
		    unacked_position(&sender->unacked, o->sack[i].right, &right))
			report(f, side, left, right, ack);
	sender->reported_count = o->sack_count;
	memcpy(sender->reported, o->sack, sizeof sender->reported);
}

/* The ACK reaches beyond all that was seen. */
static void acknowledge_unseen(struct finder *f, enum side side, int64_t ack,
			       const struct passing *p)
{
	struct sender *sender = &f->senders[side];
	struct unacked *u = &sender->unacked;

	if (sender->probe == u->highest && ack > sender->probe)
		unacked_add(u, sender->probe + 1, sender->probe_packet);
	if (ack <= u->highest)
		return;
	unacked_add_gap(u, ack, p->number);
}

void fates_take_ack(struct finder *f, enum side side, const struct passing *p)
{
	struct sender *sender = &f->senders[side];
	struct unacked *u = &sender->unacked;
	int64_t ack;

	unacked_begin(u, p->packet.tcp.ack);
	if (!unacked_position(u, p->packet.tcp.ack, &ack))
		return;
	f->settled = 0;
	take_sack(f, side, p);
	acknowledge_unseen(f, side, ack, p);
	while (u->count > 0 && unacked_at(u, 0)->right <= ack) {
		if (!unacked_at(u, 0)->reported)
			settle(f, side, unacked_at(u, 0), p);
		unacked_drop_first(u);
	}
	if (f->settled == 1)
		f->fates->of[f->newest_settled].alone = true;
	if (ack > u->acked)
		u->acked = ack;
	if (ack > u->reported)
		u->reported = ack;
	sender->newest_answer = p->number;
	sender->answered = true;
}

/* What is left at the end was never acknowledged. */
void fates_settle_rest(struct finder *f, enum side side)
{
	struct sender *sender = &f->senders[side];
	const struct unacked *u = &sender->unacked;
	const struct flow *flow = &f->captured->flow;
	nanos answer = nanos_max(f->fates->vantage.answer[other_side(side)], 0);

	for (uint32_t n = 0; n < u->count; n++) {
		const struct unacked_range *range = unacked_at(u, n);
		const struct carrier *newest;

		if (range->newest == COPY_NONE || range->reported)
			continue;
		newest = unacked_carrier(u, range->newest);
		lose_older(f, side, range, range->newest);
		if (sender->over || !newest->begins)
			continue;
		if (flow->ways[other_side(side)].packets == 0) {
			if (flow->ways[side].syn_seen && flow_text(flow, side) == 0)
				mark_lost(f, newest->packet, EVIDENCE_NO_ANSWER);
		} else if (n == 0 && sender->answered && range->left == u->acked &&
			   time_of(f, sender->newest_answer) - time_of(f, newest->packet) >
				   2 * answer) {
			mark_lost(f, newest->packet, EVIDENCE_IGNORED);
		}
	}
}
