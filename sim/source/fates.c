#include "source/fates.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "source/fates_inside.h"

const char *evidence_text(enum evidence evidence)
{
	static const char *const texts[EVIDENCE_COUNT] = {
		[EVIDENCE_NONE] = "",
		[EVIDENCE_REPEATED] = "it was not acknowledged before it was sent again",
		[EVIDENCE_PASSED] = "octets behind it were acknowledged before it",
		[EVIDENCE_IGNORED] = "later packets of the other end do not acknowledge it",
		[EVIDENCE_NO_ANSWER] = "nothing in the capture answers it",
		[EVIDENCE_FILLED] = "the capture has a gap here, which a copy fills later",
		[EVIDENCE_ACKNOWLEDGED] = "the capture missed it: it is acknowledged",
		[EVIDENCE_ASKED_AGAIN] = "the other end repeats what it acknowledges",
	};

	assert(evidence < EVIDENCE_COUNT);
	return texts[evidence];
}

void mark_lost(struct finder *f, uint32_t packet, enum evidence evidence)
{
	struct fate *fate = &f->fates->of[packet];

	if (fate->kind == FATE_ARRIVED) {
		fate->kind = FATE_LOST;
		fate->evidence = (uint8_t)evidence;
	}
}

static void add_unseen(struct finder *f, const struct unseen *unseen)
{
	struct fates *fates = f->fates;

	fates->unseen = memory_grow(fates->unseen, &fates->unseen_capacity, fates->unseen_count + 1,
				    sizeof *fates->unseen);
	fates->unseen[fates->unseen_count++] = *unseen;
}

void add_unseen_text(struct finder *f, enum side side, int64_t left, int64_t right, uint32_t before,
		     enum evidence evidence)
{
	bool arrived = evidence == EVIDENCE_ACKNOWLEDGED;
	const struct unseen unseen = {
		.before = before,
		.before_ack = captured_at(f->captured, before)->side != side,
		.side = (uint8_t)side,
		.kind = arrived ? FATE_ARRIVED : FATE_LOST,
		.evidence = (uint8_t)evidence,
		.flags = ACK,
		.seq = unacked_seq(&f->senders[side].unacked, left),
		.len = (uint32_t)(right - left),
	};

	add_unseen(f, &unseen);
}

/* ---- the same packet twice ---- */

/* Captures at a switch or a bridge can hold each packet twice. Only a sender
 * that counts its packets shows it. */
static bool is_captured_twice(struct finder *f, const struct passing *p)
{
	struct sender *sender = &f->senders[p->side];
	const struct segment *seg = &p->packet.tcp;
	struct recent this = {
		sending_mark_of(&p->packet), seg->seq, seg->ack, seg->len, p->number, seg->flags};

	for (uint32_t i = 0; i < RECENT && i < sender->recent_count; i++) {
		const struct recent *r = &sender->recent[i];

		if (r->flags == this.flags && r->len == this.len && seq_eq(r->seq, this.seq) &&
		    seq_eq(r->ack, this.ack) &&
		    lateness(&sender->ids, &this.mark, &r->mark) == LATE_SAME) {
			f->fates->of[p->number].kind = FATE_COPY;
			f->fates->of[p->number].other = r->packet;
			return true;
		}
	}
	sender->recent[sender->recent_count++ % RECENT] = this;
	return false;
}

/* ---- beginning and end ---- */

static void take_window(struct finder *f, const struct passing *p)
{
	struct sender *sender = &f->senders[other_side(p->side)];
	const struct segment *seg = &p->packet.tcp;
	uint8_t shift = (seg->flags & SYN) != 0 ? 0 : f->shift[p->side];

	sender->window_edge = seq_add(seg->ack, (uint32_t)seg->wnd << shift);
	sender->edge_known = f->shift_known;
}

/* Its SYN was seen, with all its options. */
static bool is_whole(const struct way *way)
{
	return way->syn_seen && !way->syn_cut;
}

/* Shifts of RFC 7323 count where both SYNs have the option. */
static void find_shifts(struct finder *f)
{
	bool offered[SIDES] = {false, false};
	struct packet packet;

	f->shift_known = is_whole(&f->captured->flow.ways[CLIENT]) &&
			 is_whole(&f->captured->flow.ways[SERVER]);
	for (uint32_t i = 0; f->shift_known && i < f->captured->count; i++) {
		enum side side = (enum side)captured_at(f->captured, i)->side;

		if (captured_at(f->captured, i)->icmp)
			continue;
		captured_packet(f->captured, i, &packet);
		if ((packet.tcp.flags & SYN) == 0)
			break;
		offered[side] = (packet.tcp.options.has & HAS_WINDOW_SCALE) != 0;
		f->shift[side] =
			packet.tcp.options.window_scale < 14 ? packet.tcp.options.window_scale : 14;
	}
	if (!offered[CLIENT] || !offered[SERVER])
		memset(f->shift, 0, sizeof f->shift);
}

/* A SYN that must have been sent, with the first packet that shows it. */
static void add_unseen_syn(struct finder *f, enum side side, uint32_t before, struct seq isn,
			   uint16_t flags)
{
	const struct unseen unseen = {
		.before = before,
		.before_ack = true,
		.side = (uint8_t)side,
		.kind = FATE_ARRIVED,
		.evidence = EVIDENCE_ACKNOWLEDGED,
		.flags = flags,
		.seq = isn,
	};

	unacked_begin(&f->senders[side].unacked, isn);
	f->senders[side].unacked.highest = 1;
	f->senders[side].unacked.acked = 1;
	add_unseen(f, &unseen);
}

/* One SYN was captured and the other was not: its acknowledgment tells of it. */
static void find_unseen_syn(struct finder *f)
{
	const struct way *ways = f->captured->flow.ways;
	struct packet packet;

	if (ways[CLIENT].syn_seen == ways[SERVER].syn_seen)
		return;
	for (uint32_t i = 0; i < f->captured->count; i++) {
		const struct captured_packet *kept = captured_at(f->captured, i);
		enum side unseen = other_side((enum side)kept->side);

		if (kept->icmp)
			continue;
		captured_packet(f->captured, i, &packet);
		if ((packet.tcp.flags & (ACK | RST)) != ACK || ways[unseen].syn_seen)
			continue;
		add_unseen_syn(f, unseen, i, seq_sub(packet.tcp.ack, 1),
			       (packet.tcp.flags & SYN) != 0 ? SYN : SYN | ACK);
		return;
	}
}

/* The other side ignores it outside its window, RFC 9293 §3.10.7.4. */
static bool reset_counts(const struct finder *f, const struct passing *p)
{
	const struct sender *sender = &f->senders[p->side];
	struct seq seq = p->packet.tcp.seq;
	int64_t at;

	if (!sender->unacked.begun)
		return true;
	return unacked_position(&sender->unacked, seq, &at) && at >= sender->unacked.acked - 1 &&
	       (!sender->edge_known || seq_le(seq, sender->window_edge));
}

static void pass(struct finder *f, const struct passing *p)
{
	uint16_t flags = p->packet.tcp.flags;

	if (is_captured_twice(f, p))
		return;
	id_habit_learn(&f->senders[p->side].ids, &p->packet);
	if ((flags & RST) != 0 && !reset_counts(f, p))
		return;
	if ((flags & RST) != 0) {
		f->senders[CLIENT].over = f->senders[SERVER].over = true;
		return;
	}
	if (segment_len(&p->packet.tcp) > 0)
		fates_take_sent(f, p);
	else
		unacked_begin(&f->senders[p->side].unacked, p->packet.tcp.seq);
	if ((flags & ACK) == 0)
		return;
	fates_take_ack(f, other_side(p->side), p);
	take_window(f, p);
}

void fates_find(struct fates *out, const struct captured *captured)
{
	struct finder *f = memory_get(sizeof *f);
	struct passing p;

	*out = (struct fates){.vantage = vantage_of(captured)};
	out->of = memory_get(captured->count * sizeof *out->of);
	for (uint32_t i = 0; i < captured->count; i++)
		out->of[i] = (struct fate){.answer = ANSWER_NONE};
	*f = (struct finder){.captured = captured, .fates = out};
	f->senders[CLIENT].probe = f->senders[SERVER].probe = -1;
	find_shifts(f);
	find_unseen_syn(f);
	for (p.number = 0; p.number < captured->count; p.number++) {
		const struct captured_packet *kept = captured_at(captured, p.number);

		if (kept->icmp)
			continue;
		p.side = (enum side)kept->side;
		p.time = kept->time;
		captured_packet(captured, p.number, &p.packet);
		pass(f, &p);
	}
	fates_settle_rest(f, CLIENT);
	fates_settle_rest(f, SERVER);
	unacked_free(&f->senders[CLIENT].unacked);
	unacked_free(&f->senders[SERVER].unacked);
	free(f);
}

void fates_free(struct fates *fates)
{
	free(fates->of);
	free(fates->unseen);
	*fates = (struct fates){.unseen_count = 0};
}
