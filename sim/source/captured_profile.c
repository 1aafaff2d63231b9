#include "source/captured_profile.h"

#include <assert.h>

enum { SHIFT_MAX = 14, MSS_LEAST = 48, BUFFER_MAX = 1 << 30 };

/* What is seen of one side. */
struct seen {
	struct options syn; /* of its first SYN, where any */
	uint16_t syn_flags;
	uint16_t syn_window;
	uint16_t options;      /* HAS_ bits of all its segments */
	uint16_t widest;       /* window field but in a SYN */
	uint32_t largest_text; /* in one segment that it sent */
	struct seq acked;      /* the newest that it sent, with … */
	uint16_t window;       /* … its window */
	uint8_t least_shift;   /* that explains what the other side sent */
	struct seq sent;       /* after the highest octet that it sent, where any */
	bool acked_known;
	bool has_sent;
	bool hurries; /* sent a small segment while others were unacknowledged */
	bool syn_seen;
	bool syn_answers; /* … with ACK: its options answer those of the other's */
};

/* The other side has sent up to `end`: how large was the window of `receiver`? */
static void learn_shift(struct seen *receiver, struct seq end)
{
	int32_t used = seq_diff(end, receiver->acked);

	/* An octet more may be a probe. */
	if (!receiver->acked_known || receiver->window == 0 || used <= 1)
		return;
	while (receiver->least_shift < SHIFT_MAX && used > (int32_t)receiver->window
								    << receiver->least_shift)
		receiver->least_shift++;
}

/* Who sends a small segment with others under way does without Nagle's
 * algorithm (RFC 9293 §3.7.4). A FIN may go at any time. */
static void learn_nagle(struct seen *sender, const struct seen *receiver, const struct segment *seg)
{
	uint32_t options = (seg->options.has & HAS_TIMESTAMPS) != 0 ? 12 : 0;
	bool known = receiver->acked_known && (receiver->syn.has & HAS_MSS) != 0;

	if (known && sender->has_sent && seq_ge(seg->seq, sender->sent) &&
	    seq_gt(seg->seq, receiver->acked) && seg->len + options < receiver->syn.mss &&
	    (seg->flags & (SYN | FIN)) == 0)
		sender->hurries = true;
	sender->sent =
		sender->has_sent ? seq_max(sender->sent, segment_end(seg)) : segment_end(seg);
	sender->has_sent = true;
}

static void learn(struct seen seen[SIDES], enum side side, const struct segment *seg, bool cut)
{
	struct seen *s = &seen[side];

	if ((seg->flags & RST) != 0)
		return;
	s->options |= seg->options.has;
	if ((seg->flags & SYN) != 0 && !cut) {
		if (!s->syn_seen) {
			s->syn = seg->options;
			s->syn_flags = seg->flags;
			s->syn_window = seg->wnd;
			s->syn_answers = (seg->flags & ACK) != 0;
		}
		s->syn_seen = true;
	}
	if ((seg->flags & SYN) == 0 && seg->wnd > s->widest)
		s->widest = seg->wnd;
	if (seg->len > s->largest_text)
		s->largest_text = seg->len;
	if (seg->len > 0) {
		learn_shift(&seen[other_side(side)], seq_add(seg->seq, seg->len));
		learn_nagle(s, &seen[other_side(side)], seg);
	}
	if ((seg->flags & ACK) != 0 && (seg->flags & SYN) == 0) {
		s->acked = seg->ack;
		s->window = seg->wnd;
		s->acked_known = true;
	}
}

/* A SYN asks as much as its host is willing to, and a SYN,ACK says what was
 * agreed on: RFC 9768 §3.1.2, Table 2. */
static enum ecn_mode ecn_of(const struct seen *seen)
{
	uint16_t bits = seen->syn_flags & (AE | CWR | ECE);

	if (bits == 0 || (seen->syn_answers && bits == (AE | CWR | ECE)))
		return ECN_OFF;
	return bits == (seen->syn_answers ? ECE : CWR | ECE) ? ECN_CLASSIC : ECN_ACCURATE;
}

static void from_syn(struct profile *p, const struct seen *seen)
{
	const struct options *o = &seen->syn;

	p->window_scaling = (o->has & HAS_WINDOW_SCALE) != 0;
	p->window_scale = o->window_scale < SHIFT_MAX ? o->window_scale : SHIFT_MAX;
	p->timestamps = (o->has & HAS_TIMESTAMPS) != 0;
	p->sack = (o->has & HAS_SACK_PERMITTED) != 0;
	p->ecn = ecn_of(seen);
	p->ecn_passive = false;
	if ((o->has & HAS_MSS) != 0)
		p->mss = o->mss > MSS_LEAST ? o->mss : MSS_LEAST;
	p->receive_buffer = seen->syn_window > 0 ? seen->syn_window : 1;
}

static void from_use(struct profile *p, const struct seen *seen, const struct seen *other)
{
	/* What both must have offered in their SYNs shows in either. */
	uint16_t options = seen->options | other->options;

	p->timestamps = (options & HAS_TIMESTAMPS) != 0;
	p->sack = (options & HAS_SACK) != 0;
	p->window_scaling = seen->least_shift > 0 || other->least_shift > 0;
	p->window_scale = seen->least_shift;
	p->mss = other->largest_text > MSS_LEAST ? other->largest_text : 0;
	p->receive_buffer = UINT16_MAX;
	if (!other->syn_answers)
		return;
	p->timestamps = (other->syn.has & HAS_TIMESTAMPS) != 0;
	p->sack = (other->syn.has & HAS_SACK_PERMITTED) != 0;
	p->window_scaling = (other->syn.has & HAS_WINDOW_SCALE) != 0;
}

/* Windows are scaled where both have said so. */
static void find_largest_windows(struct captured_profile out[SIDES], const struct seen seen[SIDES])
{
	bool scaled = out[CLIENT].profile.window_scaling && out[SERVER].profile.window_scaling;

	for (enum side side = CLIENT; side < SIDES; side++)
		out[side].largest_window = (uint32_t)seen[side].widest
					   << (scaled ? out[side].profile.window_scale : 0);
}

void captured_profiles(struct captured_profile out[SIDES], const struct captured *captured)
{
	struct seen seen[SIDES] = {{.acked_known = false}, {.acked_known = false}};
	struct packet packet;

	for (uint32_t i = 0; i < captured->count; i++) {
		if (captured_at(captured, i)->icmp)
			continue;
		captured_packet(captured, i, &packet);
		learn(seen, (enum side)captured_at(captured, i)->side, &packet.tcp,
		      captured_at(captured, i)->cut);
	}
	for (enum side side = CLIENT; side < SIDES; side++) {
		const struct way *way = &captured->flow.ways[side];
		const struct seen *s = &seen[side];
		struct profile *p = &out[side].profile;
		bool known = profile_named("linux", p);

		assert(known);
		out[side].from_syn = s->syn_seen;
		if (s->syn_seen)
			from_syn(p, s);
		else
			from_use(p, s, &seen[other_side(side)]);
		p->nagle = !s->hurries;
		p->send_buffer = BUFFER_MAX;
		p->isn_fixed = true;
		p->isn = way->syn_seen ? way->isn.v : way->base.v - 1;
	}
	find_largest_windows(out, seen);
}
