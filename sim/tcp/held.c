/* held.c — text that arrived ahead of a gap: which octets are there, and
 * telling the peer. RFC 9293 §3.10.7.4 (SHLD-31), RFC 2018.
 *
 * A FIN that waits is the last number of the last range: it need not be sent
 * again, and the blocks say so. */
#include "tcp/turn.h"

#include <assert.h>
#include <string.h>

enum {
	SACK_LEN = 4, /* two NOPs, kind, length */
	SACK_BLOCK_LEN = 8,
};

/* Of `before` ranges, first … last−1 have become one, `first`, which is now the newest. */
static void reorder(struct held *held, unsigned before, unsigned first, unsigned last)
{
	uint8_t order[HELD_MAX];
	unsigned count = 0;

	order[count++] = (uint8_t)first;

	for (unsigned i = 0; i < before; i++) {
		unsigned index = held->order[i];

		if (index >= first && index < last)
			continue;
		order[count++] = (uint8_t)(index < first ? index : index + 1 - (last - first));
	}
	memcpy(held->order, order, count);
}

/* Adds left … right−1, joining the ranges that it touches; false where there
 * is no place for another. */
bool hold(struct tcp *t, struct seq left, struct seq right)
{
	struct held *held = t->held;
	unsigned before = t->tcb->rcv.held_count;
	unsigned room = held != NULL ? HELD_MAX : 0;
	unsigned first = before;
	unsigned last;

	/* From behind, where most of what is new lies. */
	while (first > 0 && seq_ge(held->ranges[first - 1].right, left))
		first--;
	last = first;
	while (last < before && seq_le(held->ranges[last].left, right)) {
		left = seq_min(left, held->ranges[last].left);
		right = seq_max(right, held->ranges[last].right);
		last++;
	}
	if (last == first && before == room)
		return false;
	memmove(&held->ranges[first + 1], &held->ranges[last],
		(before - last) * sizeof held->ranges[0]);
	held->ranges[first] = (struct held_range){left, right};
	t->tcb->rcv.held_count = (uint8_t)(before + 1 - (last - first));
	reorder(held, before, first, last);
	return true;
}

/* The first `gone` ranges leave the list. */
static void forget(struct tcp *t, unsigned gone)
{
	struct held *held = t->held;
	unsigned before = t->tcb->rcv.held_count;
	unsigned count = 0;

	for (unsigned i = 0; i < before; i++) {
		if (held->order[i] >= gone)
			held->order[count++] = (uint8_t)(held->order[i] - gone);
	}
	memmove(&held->ranges[0], &held->ranges[gone], count * sizeof held->ranges[0]);
	t->tcb->rcv.held_count = (uint8_t)count;
}

/* RCV.NXT passes over the ranges that it has reached; up to the FIN, which is
 * no text and has its turn in the eighth step. */
void absorb_held(struct tcp *t)
{
	struct receive_variables *rcv = &t->tcb->rcv;
	unsigned gone = 0;

	while (gone < rcv->held_count && seq_le(t->held->ranges[gone].left, rcv->nxt)) {
		struct seq right = t->held->ranges[gone].right;

		if (rcv->fin_seen)
			right = seq_min(right, rcv->fin);
		if (seq_gt(right, rcv->nxt)) {
			rcv->nxt_offset += seq_diff(right, rcv->nxt);
			rcv->nxt = right;
		}
		gone++;
	}
	if (gone > 0)
		forget(t, gone);
}

/* What is held from `left` on leaves the list. */
void drop_held_from(struct tcp *t, struct seq left)
{
	struct held *held = t->held;
	unsigned before = t->tcb->rcv.held_count;
	unsigned kept = before;
	unsigned count = 0;

	while (kept > 0 && seq_ge(held->ranges[kept - 1].left, left))
		kept--;
	if (kept > 0)
		held->ranges[kept - 1].right = seq_min(held->ranges[kept - 1].right, left);
	for (unsigned i = 0; i < before; i++) {
		if (held->order[i] < kept)
			held->order[count++] = held->order[i];
	}
	t->tcb->rcv.held_count = (uint8_t)kept;
}

/* Octets that the application has not read, in order or not. */
uint32_t waiting_text(const struct tcp *t)
{
	const struct receive_variables *rcv = &t->tcb->rcv;
	uint32_t text = rcv->unread;

	for (unsigned i = 0; i < rcv->held_count; i++)
		text += (uint32_t)seq_diff(t->held->ranges[i].right, t->held->ranges[i].left);
	return text;
}

/* The held ranges are sorted, apart, beyond RCV.NXT (where the text of a SYN
 * waits), inside the window and not beyond the FIN; each is in the order once. */
void held_check(const struct tcp *t)
{
	const struct receive_variables *rcv = &t->tcb->rcv;
	bool seen[HELD_MAX] = {false};

	for (unsigned i = 0; i < rcv->held_count; i++) {
		const struct held_range *held = &t->held->ranges[i];

		assert(seq_lt(held->left, held->right));
		assert(seq_ge(held->left, rcv->nxt));
		assert(seq_le(held->right, rcv->edge));
		assert(!rcv->fin_seen || seq_le(held->right, seq_add(rcv->fin, 1)));
		if (i > 0)
			assert(seq_lt(t->held->ranges[i - 1].right, held->left));
		assert(t->held->order[i] < rcv->held_count && !seen[t->held->order[i]]);
		seen[t->held->order[i]] = true;
	}
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
		twice.left = seq_max(left, t->held->ranges[i].left);
		twice.right = seq_min(right, t->held->ranges[i].right);
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
void add_sack(const struct tcp *t, struct segment *seg)
{
	const struct tcb *tcb = t->tcb;
	struct sack_block blocks[SACK_BLOCKS_MAX];
	unsigned count = sack_count(tcb, seg->len > 0);

	if (count == 0 || (seg->flags & SYN))
		return;
	if (tcb->rcv.dsack)
		blocks[0] = (struct sack_block){tcb->rcv.twice.left, tcb->rcv.twice.right};
	for (unsigned i = tcb->rcv.dsack; i < count; i++) {
		unsigned index = t->held->order[i - tcb->rcv.dsack];
		const struct held_range *held = &t->held->ranges[index];

		blocks[i] = (struct sack_block){held->left, held->right};
	}
	options_put_nop(&seg->options);
	options_put_nop(&seg->options);
	options_put_sack(&seg->options, blocks, count);
}
