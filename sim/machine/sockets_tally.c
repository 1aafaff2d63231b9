/* sockets_tally.c — what TCP_INFO counts and a TCB does not: the segments of a connection, as
 * they go in and out. */
#include "machine/sockets_inside.h"

#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

enum { AGAIN_MOST = 256 };

/* A segment that went again. */
struct again {
	struct seq left;
	struct seq right;
};

struct tally {
	struct endpoint local;
	struct endpoint remote;
	struct tally_counts counts;
	struct seq sent_end; /* after the highest octet that went out */
	bool sends;          /* sent_end holds */
	struct again again[AGAIN_MOST];
	unsigned again_count;
};

static struct tally *tally_between(const struct sockets *all, const struct endpoint *local,
				   const struct endpoint *remote)
{
	for (uint32_t i = all->tally_count; i-- > 0;) {
		if (endpoint_eq(&all->tallies[i]->local, local) &&
		    endpoint_eq(&all->tallies[i]->remote, remote))
			return all->tallies[i];
	}
	return NULL;
}

static struct tally *tally_for(struct sockets *all, const struct endpoint *local,
			       const struct endpoint *remote, bool begins)
{
	struct tally *t = tally_between(all, local, remote);

	if (t == NULL) {
		t = memory_get(sizeof *t);
		all->tallies = memory_grow(all->tallies, &all->tally_capacity, all->tally_count + 1,
					   sizeof(struct tally *));
		all->tallies[all->tally_count++] = t;
		begins = true;
	}
	if (begins) {
		memset(t, 0, sizeof *t);
		t->local = *local;
		t->remote = *remote;
	}
	return t;
}

/* ---- out ---- */

static void went_again(struct tally *t, struct seq left, struct seq right)
{
	for (unsigned i = 0; i < t->again_count; i++) {
		if (seq_eq(t->again[i].left, left))
			return;
	}
	if (t->again_count < AGAIN_MOST)
		t->again[t->again_count++] = (struct again){left, right};
}

static void goes_out(struct tally *t, nanos now, const struct segment *seg)
{
	struct tally_counts *c = &t->counts;
	bool repeats = t->sends && segment_len(seg) > 0 && seq_lt(seg->seq, t->sent_end);

	/* The SYN,ACK of a listener is nobody's yet. */
	c->segments_out += (seg->flags & (SYN | ACK)) != (SYN | ACK);
	c->text_out += seg->len > 0;
	c->octets_out += seg->len;
	if (seg->len > 0)
		c->last_text_out = now;
	if (repeats) {
		c->repeats++;
		c->octets_again += seg->len;
		went_again(t, seg->seq, segment_end(seg));
	}
	if (!t->sends || seq_gt(segment_end(seg), t->sent_end))
		t->sent_end = segment_end(seg);
	t->sends = true;
}

/* ---- in ---- */

/* RFC 2883 §4: the first block lies below the ACK, or inside the second. */
static bool tells_of_a_duplicate(const struct segment *seg)
{
	const struct options *o = &seg->options;

	if (o->sack_count == 0)
		return false;
	if (seq_le(o->sack[0].right, seg->ack))
		return true;
	return o->sack_count > 1 && seq_ge(o->sack[0].left, o->sack[1].left) &&
	       seq_le(o->sack[0].right, o->sack[1].right);
}

/* Linux counts from then on when text came, and went, last. */
static bool ends_handshake(const struct tcb *tcb, const struct segment *seg)
{
	return tcb != NULL && (seg->flags & ACK) != 0 &&
	       (tcb->state == SYN_RECEIVED || (tcb->state == SYN_SENT && (seg->flags & SYN)));
}

static void comes_in(const struct sockets *all, struct tally *t, nanos now,
		     const struct segment *seg)
{
	struct tally_counts *c = &t->counts;
	const struct tcb *tcb = host_tcb(all->host, host_find(all->host, &t->local, &t->remote));

	c->segments_in += (seg->flags & (SYN | ACK)) != SYN;
	c->text_in += seg->len > 0;
	if (ends_handshake(tcb, seg))
		c->last_text_in = c->last_text_out = now;
	if (seg->len > 0)
		c->last_text_in = now;
	if (seg->flags & ACK)
		c->last_ack_in = now;
	c->duplicates_told += (seg->flags & ACK) && tells_of_a_duplicate(seg);
	if (tcb != NULL && tcb->ecn.mode == ECN_CLASSIC && (seg->flags & ECE) &&
	    seq_gt(seg->ack, tcb->snd.una))
		c->echoed += ((uint32_t)seq_diff(seg->ack, tcb->snd.una) + mss_now(tcb) - 1) /
			     mss_now(tcb);
	c->out_of_order += tcb != NULL && tcb->state >= ESTABLISHED && seg->len > 0 &&
			   seq_gt(seg->seq, tcb->rcv.nxt);
}

void sockets_see(struct sockets *all, nanos now, const struct packet *packet, bool out)
{
	const struct segment *seg = &packet->tcp;
	struct endpoint from = {.address = packet->src, .port = seg->src_port};
	struct endpoint to = {.address = packet->dst, .port = seg->dst_port};
	struct tally *t;

	if (packet->kind == PACKET_ICMP_ERROR && !out)
		errors_hear_icmp(all, &packet->icmp);
	if (packet->kind != PACKET_TCP)
		return;
	if (out) {
		t = tally_for(all, &from, &to, false);
		goes_out(t, now, seg);
		marks_leave(all, now, seg, &from, &to);
	} else {
		t = tally_for(all, &to, &from,
			      (seg->flags & (SYN | ACK)) == SYN &&
				      host_find(all->host, &to, &from) == EVENT_NONE);
		comes_in(all, t, now, seg);
	}
}

/* ---- looking ---- */

const struct tally_counts *tally_of(const struct sockets *all, const struct socket *s)
{
	static const struct tally_counts nothing;
	const struct tally *t = tally_between(all, &s->local, &s->remote);

	return t != NULL ? &t->counts : &nothing;
}

uint32_t tally_repeats_under_way(const struct sockets *all, const struct socket *s, struct seq una)
{
	const struct tally *t = tally_between(all, &s->local, &s->remote);
	uint32_t count = 0;

	for (unsigned i = 0; t != NULL && i < t->again_count; i++)
		count += seq_gt(t->again[i].right, una);
	return count;
}

void tallies_free(struct sockets *all)
{
	for (uint32_t i = 0; i < all->tally_count; i++)
		free(all->tallies[i]);
	free(all->tallies);
}
