/* fates_sent.c — a packet with sequence space passes: new, again, or late? */
#include "source/fates_inside.h"

enum { RANGES_OF_A_PACKET = 64, LOOK_BACK = 256 };

/* What fills a gap: the delayed original, or a copy of what was lost before
 * it came here? Without marks time tells: nobody can repeat a segment before
 * the news of its loss can have reached him. */
static bool is_delayed(struct finder *f, const struct passing *p, uint32_t jump)
{
	const struct sender *sender = &f->senders[p->side];
	struct sending_mark late = sending_mark_of(&p->packet);
	struct sending_mark before;
	struct packet packet;

	captured_packet(f->captured, jump, &packet);
	before = sending_mark_of(&packet);
	switch (lateness(&sender->ids, &late, &before)) {
	case LATE_OVERTAKEN: return true;
	case LATE_AGAIN: return false;
	default: return p->time - time_of(f, jump) < f->fates->vantage.answer[p->side];
	}
}

/* The packet fills all of gap `n`. */
static void fill_gap(struct finder *f, const struct passing *p, uint32_t n)
{
	struct unacked *u = &f->senders[p->side].unacked;
	struct unacked_range *gap = unacked_at(u, n);
	struct fate *fate = &f->fates->of[p->number];

	if (is_delayed(f, p, gap->jump)) {
		fate->kind = FATE_OVERTAKEN;
		fate->other = gap->jump;
	} else {
		add_unseen_text(f, p->side, gap->left, gap->right, gap->jump, EVIDENCE_FILLED);
	}
	unacked_carry(u, n, p->number, true);
}

/* Octets left … right−1 pass again, or late. */
static void pass_again(struct finder *f, const struct passing *p, int64_t left, int64_t right)
{
	struct unacked *u = &f->senders[p->side].unacked;
	uint32_t n = unacked_find(u, left);

	for (unsigned i = 0; i < RANGES_OF_A_PACKET && n < u->count; i++, n++) {
		struct unacked_range *range = unacked_at(u, n);

		if (range->left >= right)
			return;
		if (range->newest != COPY_NONE) {
			unacked_carry(u, n, p->number, i == 0);
			continue;
		}
		/* Of a gap only what the packet carries. */
		if (range->left < left && unacked_cut(u, n, left))
			range = unacked_at(u, ++n);
		if (range->right > right && !unacked_cut(u, n, right))
			return;
		fill_gap(f, p, n);
	}
}

/* A segment that repeats what the other end has acknowledged long ago: the
 * ACKs of it were lost. Only pure ones can be told to be. */
static void find_lost_acks(struct finder *f, const struct passing *p)
{
	nanos answer = f->fates->vantage.answer[p->side];
	struct seq end = segment_end(&p->packet.tcp);
	struct packet packet;

	if (answer == ANSWER_UNKNOWN)
		return;
	for (uint32_t i = 1; i <= LOOK_BACK && i <= p->number; i++) {
		uint32_t n = p->number - i;
		const struct captured_packet *kept = captured_at(f->captured, n);

		if (kept->side == p->side || kept->icmp)
			continue;
		captured_packet(f->captured, n, &packet);
		if (seq_lt(packet.tcp.ack, end))
			return;
		if (p->time - kept->time < 2 * answer)
			return; /* it may just be on its way */
		if ((packet.tcp.flags & (ACK | SYN | FIN | RST)) == ACK && packet.tcp.len == 0)
			mark_lost(f, n, EVIDENCE_ASKED_AGAIN);
	}
}

/* A capture can have an ACK before what it acknowledges. Then what was thought
 * to be missed is this packet. */
static bool was_acknowledged_unseen(struct finder *f, const struct passing *p, int64_t left,
				    int64_t right)
{
	struct fates *fates = f->fates;
	const struct unacked *u = &f->senders[p->side].unacked;

	for (uint32_t i = 0; i < RECENT && i < fates->unseen_count; i++) {
		struct unseen *unseen = &fates->unseen[fates->unseen_count - 1 - i];
		int64_t start = left;

		if (unseen->side != p->side || !unseen->before_ack || (unseen->flags & SYN) != 0 ||
		    !unacked_position(u, unseen->seq, &start) || start != left ||
		    left + unseen->len < right)
			continue;
		fates->of[p->number].kind = FATE_OVERTAKEN;
		fates->of[p->number].other = unseen->before;
		unseen->seq = unacked_seq(u, right);
		unseen->len -= (uint32_t)(right - left);
		if (unseen->len == 0)
			*unseen = fates->unseen[--fates->unseen_count];
		return true;
	}
	return false;
}

/* An octet that the other end has no room for asks whether it has (RFC 9293
 * §3.8.6.1). It counts only when it is acknowledged. */
static bool is_window_probe(struct sender *sender, const struct passing *p, int64_t left)
{
	if (p->packet.tcp.len != 1 || left != sender->unacked.highest || !sender->edge_known ||
	    seq_lt(p->packet.tcp.seq, sender->window_edge))
		return false;
	sender->probe = left;
	sender->probe_packet = p->number;
	return true;
}

/* Where both open at once, either answers the other's SYN with SYN,ACK: it has
 * the number of its SYN, and repeats it only if it has to. */
static bool is_simultaneous_open(const struct finder *f, const struct passing *p, int64_t left)
{
	const struct way *ways = f->captured->flow.ways;

	return (p->packet.tcp.flags & (SYN | ACK)) == (SYN | ACK) && left == 0 &&
	       ways[other_side(p->side)].syn_ack_seen && f->senders[p->side].plain_syn;
}

void fates_take_sent(struct finder *f, const struct passing *p)
{
	struct sender *sender = &f->senders[p->side];
	struct unacked *u = &sender->unacked;
	int64_t left;
	int64_t right;

	unacked_begin(u, p->packet.tcp.seq);
	if (!unacked_position(u, p->packet.tcp.seq, &left))
		return;
	right = left + segment_len(&p->packet.tcp);
	if (is_window_probe(sender, p, left))
		return;
	if (is_simultaneous_open(f, p, left)) {
		sender->plain_syn = false; /* the next one does repeat it */
		return;
	}
	sender->plain_syn |= (p->packet.tcp.flags & (SYN | ACK)) == SYN;
	if (right <= u->acked) {
		bool keep_alive = right - left <= 1 && right == u->acked &&
				  (p->packet.tcp.flags & (SYN | FIN)) == 0;

		if (!was_acknowledged_unseen(f, p, left, right) && !keep_alive)
			find_lost_acks(f, p);
		return;
	}
	if (left < u->highest)
		pass_again(f, p, left, right < u->highest ? right : u->highest);
	if (left > u->highest)
		unacked_add_gap(u, left, p->number);
	if (right > u->highest)
		unacked_add(u, right, p->number);
}
