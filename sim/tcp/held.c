/* held.c — text that arrived ahead of a gap: which octets are there, and
 * telling the peer. RFC 9293 §3.10.7.4 (SHLD-31), RFC 2018.
 *
 * rcv.held has the ranges sorted, with gaps between them; rcv.held_order has
 * their indices in the order in which they grew, the last one first. The
 * entries behind held_count are 0. A FIN that waits is the last number of the
 * last range: it need not be sent again, and the blocks say so. */
#include "tcp/turn.h"

#include <string.h>

enum {
	SACK_LEN = 4, /* two NOPs, kind, length */
	SACK_BLOCK_LEN = 8,
};

/* Ranges first … last−1 have become one, `first`, which is now the newest. */
static void reorder(struct receive_variables *rcv, unsigned first, unsigned last)
{
	uint8_t order[HELD_MAX] = {(uint8_t)first};
	unsigned count = 1;

	for (unsigned i = 0; i + 1 < rcv->held_count + last - first; i++) {
		unsigned index = rcv->held_order[i];

		if (index >= first && index < last)
			continue;
		order[count++] = (uint8_t)(index < first ? index : index + 1 - (last - first));
	}
	memcpy(rcv->held_order, order, sizeof order);
}

/* Adds left … right−1, joining the ranges that it touches; false where there
 * is no place for another. */
bool hold(struct receive_variables *rcv, struct seq left, struct seq right)
{
	unsigned before = rcv->held_count;
	unsigned first = 0;
	unsigned last;

	while (first < before && seq_lt(rcv->held[first].right, left))
		first++;
	last = first;
	while (last < before && seq_le(rcv->held[last].left, right)) {
		left = seq_min(left, rcv->held[last].left);
		right = seq_max(right, rcv->held[last].right);
		last++;
	}
	if (last == first && before == HELD_MAX)
		return false;
	memmove(&rcv->held[first + 1], &rcv->held[last], (before - last) * sizeof rcv->held[0]);
	rcv->held[first] = (struct held_range){left, right};
	rcv->held_count = (uint8_t)(before + 1 - (last - first));
	if (before > rcv->held_count)
		memset(&rcv->held[rcv->held_count], 0,
		       (before - rcv->held_count) * sizeof rcv->held[0]);
	reorder(rcv, first, last);
	return true;
}

/* The first `gone` ranges leave the list. */
static void forget(struct receive_variables *rcv, unsigned gone)
{
	unsigned left = rcv->held_count - gone;
	uint8_t order[HELD_MAX] = {0};
	unsigned count = 0;

	for (unsigned i = 0; i < rcv->held_count; i++) {
		if (rcv->held_order[i] >= gone)
			order[count++] = (uint8_t)(rcv->held_order[i] - gone);
	}
	memcpy(rcv->held_order, order, sizeof order);
	memmove(&rcv->held[0], &rcv->held[gone], left * sizeof rcv->held[0]);
	memset(&rcv->held[left], 0, gone * sizeof rcv->held[0]);
	rcv->held_count = (uint8_t)left;
}

/* RCV.NXT passes over the ranges that it has reached; up to the FIN, which is
 * no text and has its turn in the eighth step. */
void absorb_held(struct receive_variables *rcv)
{
	unsigned gone = 0;

	while (gone < rcv->held_count && seq_le(rcv->held[gone].left, rcv->nxt)) {
		struct seq right = rcv->held[gone].right;

		if (rcv->fin_seen)
			right = seq_min(right, rcv->fin);
		if (seq_gt(right, rcv->nxt)) {
			rcv->nxt_offset += seq_diff(right, rcv->nxt);
			rcv->nxt = right;
		}
		gone++;
	}
	if (gone > 0)
		forget(rcv, gone);
}

/* ---- SACK ---- */

/* Blocks that have a place in `room` octets, beside other options. */
static unsigned most_blocks(unsigned room, unsigned others)
{
	return room < others + SACK_LEN ? 0 : (room - others - SACK_LEN) / SACK_BLOCK_LEN;
}

/* As many blocks as 40 octets of options hold. With text no more than leave it
 * half of the segment: else a small MSS would be all options. */
static unsigned sack_count(const struct tcb *tcb, bool with_text)
{
	unsigned others;
	unsigned most;

	if (!sack_has_blocks(tcb))
		return 0;
	others = (tcb->ts.on ? 12 : 0) + signature_len(tcb) + accecn_len(tcb, with_text);
	most = most_blocks(OPTIONS_LEN_MAX, others);
	if (with_text)
		most = least(most, most_blocks(tcb->snd.mss / 2, others));
	return least(most, tcb->rcv.held_count + tcb->rcv.dsack);
}

uint32_t sack_len(const struct tcb *tcb, bool with_text)
{
	unsigned count = sack_count(tcb, with_text);

	return count > 0 ? SACK_LEN + count * SACK_BLOCK_LEN : 0;
}

/* Octets left … right−1 have arrived: if some were there already, the next ACK
 * says so. RFC 2883 §4. */
void note_what_came_twice(struct tcp *t, struct seq left, struct seq right)
{
	struct receive_variables *rcv = &t->tcb->rcv;
	struct held_range twice = {left, seq_min(right, rcv->nxt)};

	if (!t->tcb->sack_on || !t->profile->dsack || seq_ge(left, right))
		return;
	if (seq_ge(left, rcv->edge)) /* far ahead, its end lies behind on the circle */
		return;
	for (unsigned i = 0; i < rcv->held_count && seq_ge(twice.left, twice.right); i++) {
		twice.left = seq_max(left, rcv->held[i].left);
		twice.right = seq_min(right, rcv->held[i].right);
	}
	if (seq_ge(twice.left, twice.right))
		return;
	rcv->dsack = true;
	rcv->twice = twice;
	note(t, RULE_DSACK_SENT);
}

/* RFC 2018 §4: first the block that the newest segment is in, then those that
 * were reported last. So each is reported several times, should ACKs be lost.
 * Before them what came twice, which is reported once (RFC 2883 §4). */
void add_sack(const struct tcb *tcb, struct segment *seg)
{
	struct sack_block blocks[SACK_BLOCKS_MAX];
	unsigned count = sack_count(tcb, seg->len > 0);

	if (count == 0 || (seg->flags & SYN))
		return;
	if (tcb->rcv.dsack)
		blocks[0] = (struct sack_block){tcb->rcv.twice.left, tcb->rcv.twice.right};
	for (unsigned i = tcb->rcv.dsack; i < count; i++) {
		unsigned index = tcb->rcv.held_order[i - tcb->rcv.dsack];
		const struct held_range *held = &tcb->rcv.held[index];

		blocks[i] = (struct sack_block){held->left, held->right};
	}
	options_put_nop(&seg->options);
	options_put_nop(&seg->options);
	options_put_sack(&seg->options, blocks, count);
}
