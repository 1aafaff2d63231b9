/* sack.c — what the peer's SACK blocks say. RFC 2018 §5, RFC 2883 §4.
 *
 * A block is advice: what it names need not be sent again soon, but is kept
 * until SND.UNA passes it. What cannot be true is not believed. */
#include "tcp/turn.h"

/* RFC 2883 §4: the first block lies below SEG.ACK, or inside the second. */
static bool is_dsack(const struct segment *seg)
{
	const struct sack_block *first = &seg->options.sack[0];
	const struct sack_block *second = &seg->options.sack[1];

	if (seq_le(first->right, seg->ack))
		return true;
	return seg->options.sack_count > 1 && seq_ge(first->left, second->left) &&
	       seq_le(first->right, second->right);
}

static bool can_be_true(const struct tcb *tcb, const struct sack_block *block)
{
	return seq_lt(block->left, block->right) && seq_gt(block->left, tcb->snd.una) &&
	       seq_le(block->right, tcb->snd.nxt);
}

/* Not older than a window, or it is a number that has come round. */
static bool may_have_been_sent(const struct tcb *tcb, const struct sack_block *block)
{
	return seq_lt(block->left, block->right) && seq_le(block->right, tcb->snd.nxt) &&
	       seq_ge(block->left, seq_sub(tcb->snd.una, tcb->snd.max_wnd)) &&
	       seq_gt(block->left, tcb->snd.iss);
}

/* Octets that are not known to have arrived. */
static RARE bool names_news(const struct tcp *t, const struct sack_block *block)
{
	unsigned i = flight_find(t, block->left);

	return i < t->tcb->flight.count && (flight_at(t, i)->fate != FLIGHT_SACKED ||
					    seq_lt(flight_at(t, i)->right, block->right));
}

void sack_arrives(struct tcp *t, const struct segment *seg)
{
	struct tcb *tcb = t->tcb;
	const struct options *options = &seg->options;
	unsigned from = 0;

	if (!has_scoreboard(t) || !(options->has & HAS_SACK) || (seg->flags & SYN))
		return;
	if (is_dsack(seg)) {
		from = 1;
		if (may_have_been_sent(tcb, &options->sack[0])) {
			t->ack.is_dsack = true;
			t->ack.dsack_left = options->sack[0].left;
			t->ack.dsack_right = options->sack[0].right;
			note(t, RULE_DSACK_ARRIVES);
		}
	}
	for (unsigned i = from; i < options->sack_count; i++) {
		const struct sack_block *block = &options->sack[i];

		if (seq_le(block->right, seg->ack))
			continue;
		if (!can_be_true(tcb, block))
			note(t, RULE_SACK_UNBELIEVABLE);
		else if (flight_is_too_ragged(t, block->left, block->right))
			note(t, RULE_SACK_TOO_MANY);
		else if (flight_sacked(t, block->left, block->right) > 0)
			t->ack.is_sack = true;
		else if (t->profile->sack_whole && names_news(t, block))
			note(t, RULE_SACK_OF_A_PART);
	}
	if (t->ack.is_sack)
		note(t, RULE_SACK_ARRIVES);
}
