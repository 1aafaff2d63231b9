#include "tests/diff/peer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { NEAR = 16384, FAR_AWAY = INT32_MAX };

struct peer peer_of(const struct plan *plan, const struct address *ours,
		    const struct address *theirs)
{
	return (struct peer){.plan = plan,
			     .ours = *ours,
			     .theirs = *theirs,
			     .rcv_nxt = seq_of(plan->iss),
			     .edge = seq_of(plan->iss + 65535),
			     .clock = plan->ts_val};
}

void peer_goes_on(struct peer *peer)
{
	peer->before_nxt = peer->rcv_nxt;
	peer->before_edge = peer->edge;
	peer->clock++;
}

/* ---- what we send ---- */

static struct seq resolve_seq(const struct peer *peer, const struct sketch *sketch)
{
	struct seq from = peer->rcv_nxt;

	switch ((enum seq_from)sketch->seq_from) {
	case SEQ_NXT: break;
	case SEQ_EDGE: from = peer->edge; break;
	case SEQ_IRS: from = seq_of(peer->plan->iss); break;
	case SEQ_FAR: from = seq_add(from, FAR_AWAY); break;
	}
	return seq_add(from, (uint32_t)sketch->seq);
}

static struct seq resolve_ack(const struct peer *peer, const struct sketch *sketch)
{
	struct seq from = peer->snd_nxt;

	switch ((enum ack_from)sketch->ack_from) {
	case ACK_NXT: break;
	case ACK_UNA: from = peer->snd_una; break;
	case ACK_ISS: from = peer->iss; break;
	}
	return seq_add(from, (uint32_t)sketch->ack);
}

static void put_timestamps(const struct peer *peer, const struct sketch *sketch,
			   struct options *options)
{
	bool syn = (sketch->flags & SYN) != 0;
	uint32_t val = peer->clock;
	uint32_t ecr = peer->ts_val;

	if (!peer->plan->timestamps || sketch->ts == TS_MISSING || (!syn && !peer->stamped))
		return;
	if (sketch->ts == TS_OLD)
		val = peer->plan->ts_val - 1000;
	if (sketch->ts == TS_ECHO_WRONG)
		ecr += 1000000;
	if (!syn) {
		options_put_nop(options);
		options_put_nop(options);
	}
	options_put_timestamps(options, val, syn && !(sketch->flags & ACK) ? 0 : ecr);
}

static void put_options(const struct peer *peer, const struct sketch *sketch,
			struct options *options)
{
	const struct plan *plan = peer->plan;
	struct sack_block block = {seq_add(peer->snd_una, sketch->left),
				   seq_add(peer->snd_una, sketch->right)};

	if (sketch->flags & SYN) {
		options_put_mss(options, plan->mss);
		if (plan->sack)
			options_put_sack_permitted(options);
		if (plan->scaling)
			options_put_window_scale(options, plan->shift);
	}
	put_timestamps(peer, sketch, options);
	if (sketch->sack)
		options_put_sack(options, &block, 1);
}

/* Each octet is as its sequence number says. */
static void write_text(const struct peer *peer, const struct segment *seg, uint8_t *text)
{
	uint32_t first = seg->seq.v - peer->plan->iss + ((seg->flags & SYN) != 0);

	for (uint32_t i = 0; i < seg->len; i++)
		text[i] = (uint8_t)((first + i) * 31 + ((first + i) >> 8));
}

struct packet peer_draws(struct peer *peer, const struct sketch *sketch, uint8_t *text)
{
	struct packet packet = {.src = peer->ours,
				.dst = peer->theirs,
				.ttl = 64,
				.dont_fragment = true,
				.kind = PACKET_TCP};
	struct segment *seg = &packet.tcp;

	seg->src_port = peer->plan->peers_port;
	seg->dst_port = peer->plan->port;
	seg->flags = sketch->flags;
	seg->seq = resolve_seq(peer, sketch);
	if (seg->flags & ACK)
		seg->ack = resolve_ack(peer, sketch);
	seg->wnd = sketch->wnd;
	seg->up = sketch->up;
	seg->len = sketch->len;
	put_options(peer, sketch, &seg->options);
	write_text(peer, seg, text);
	return packet;
}

/* Whether all that was sent with it may be true. */
static void compare_ends(struct peer *peer, const struct segment *seg)
{
	struct seq end = segment_end(seg);

	if (!peer->knows_iss || (seg->flags & (SYN | RST)) || seq_eq(end, seg->seq) ||
	    seq_le(end, peer->rcv_nxt) || seq_gt(seg->seq, peer->edge))
		return;
	if (seg->flags & FIN) {
		struct seq fin = seq_sub(end, 1);

		peer->torn |= peer->has_fin && !seq_eq(peer->fin, fin);
		peer->has_fin = true;
		peer->fin = fin;
		end = fin;
	}
	if (seg->len > 0)
		peer->text_end = peer->has_text ? seq_max(peer->text_end, end) : end;
	peer->has_text |= seg->len > 0;
	peer->torn |= peer->has_fin && peer->has_text && seq_gt(peer->text_end, peer->fin);
}

static char *doubt_of(struct peer *peer, uint32_t stamp)
{
	uint32_t step = stamp - peer->plan->ts_val;

	return step <= PLAN_STEPS_MAX ? &peer->doubts[step] : NULL;
}

/* Its timestamp may be remembered by one and not by the other: '~', its sequence number is as it
 * should be, its SYN or ACK is not; '^', all of it was there before, to its end at RCV.NXT. */
static char is_doubtful(const struct peer *peer, const struct segment *seg)
{
	if (!peer->heard_ack)
		return '\0';
	if (seq_lt(seg->seq, peer->rcv_nxt) && seq_eq(segment_end(seg), peer->rcv_nxt))
		return '^';
	if ((seg->flags & (SYN | ACK)) != ACK || seq_eq(seg->ack, peer->iss) ||
	    seq_lt(seg->ack, peer->snd_una) || seq_gt(seg->ack, peer->snd_nxt))
		return '~';
	return '\0';
}

void peer_sends(struct peer *peer, const struct segment *seg)
{
	*doubt_of(peer, peer->clock) = is_doubtful(peer, seg);
	compare_ends(peer, seg);
	peer->doubtful |=
		seg->len > 0 && ((seg->flags & SYN) || ((seg->flags & ACK) && peer->knows_iss &&
							seq_lt(seg->ack, peer->snd_una)));
	if ((seg->flags & ACK) && peer->knows_iss && !(seg->flags & RST) &&
	    seq_gt(seg->ack, peer->snd_una) && seq_le(seg->ack, peer->snd_nxt))
		peer->snd_una = seg->ack;
}

/* ---- in words ---- */

static void say(char words[WORDS_MAX], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void say(char words[WORDS_MAX], const char *format, ...)
{
	size_t len = strlen(words);
	va_list args;

	va_start(args, format);
	vsnprintf(words + len, WORDS_MAX - len, format, args);
	va_end(args);
}

static void say_flags(char words[WORDS_MAX], uint16_t flags)
{
	static const char letters[] = "FSRPAUEWX"; /* by bit: W is CWR, X is AE */

	for (unsigned bit = 0; bit < sizeof letters - 1; bit++) {
		if (flags & 1u << bit)
			say(words, "%c", letters[bit]);
	}
	if ((flags & 0x1ff) == 0)
		say(words, "none");
}

static const char *how_seq_lies(const struct peer *peer, const struct segment *seg)
{
	struct seq end = segment_end(seg);

	if (seq_eq(seg->seq, peer->rcv_nxt))
		return seq_gt(end, peer->edge) ? "next-over-edge" : "next";
	if (seq_lt(seg->seq, peer->rcv_nxt))
		return seq_gt(end, peer->rcv_nxt) ? "overlap" : "old";
	if (seq_gt(seg->seq, peer->edge))
		return "beyond";
	if (seq_eq(seg->seq, peer->edge))
		return "edge";
	return seq_gt(end, peer->edge) ? "over-edge" : "ahead";
}

static const char *how_ack_lies(const struct peer *peer, const struct segment *seg)
{
	if (!(seg->flags & ACK))
		return "none";
	if (!peer->knows_iss)
		return "stray";
	if (seq_eq(seg->ack, peer->snd_una))
		return "dup";
	if (seq_gt(seg->ack, peer->snd_nxt))
		return "unsent";
	if (seq_gt(seg->ack, peer->snd_una))
		return "new";
	return seq_lt(seg->ack, seq_sub(peer->snd_una, 60000)) ? "ancient" : "old";
}

void peer_situation(const struct peer *peer, const struct sketch *sketch, const struct segment *seg,
		    char words[WORDS_MAX])
{
	static const char *const stamps[] = {"ts", "no-ts", "old-ts", "wrong-ecr"};
	struct peer after = *peer;

	compare_ends(&after, seg);
	words[0] = '\0';
	say_flags(words, seg->flags);
	say(words, " seq %s, ack %s, %s", how_seq_lies(peer, seg), how_ack_lies(peer, seg),
	    seg->len > 0 ? "text" : "empty");
	if (peer->plan->timestamps)
		say(words, ", %s", stamps[sketch->ts]);
	if (sketch->sack)
		say(words, ", sack");
	if (seg->wnd == 0)
		say(words, ", win0");
	if (after.torn)
		say(words, ", torn");
	if (peer->doubtful)
		say(words, ", doubtful");
}

static void say_number(const struct peer *peer, struct seq seq, char words[WORDS_MAX])
{
	int32_t from_nxt = seq_diff(seq, peer->before_nxt);
	int32_t from_edge = seq_diff(seq, peer->before_edge);

	if (from_nxt > -NEAR && from_nxt < NEAR)
		say(words, "%+d", from_nxt);
	else if (from_edge > -NEAR && from_edge < NEAR)
		say(words, "edge%+d", from_edge);
	else
		say(words, "far%+d", seq_diff(seq, seq_of(peer->plan->iss)));
}

uint32_t text_hash(const uint8_t *text, size_t len)
{
	uint32_t hash = 2166136261;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ text[i]) * 16777619;
	return hash;
}

/* Which of our timestamps it is, and what is doubtful of that: "-2", "+0~". */
static void say_echo(struct peer *peer, uint32_t ecr, char words[WORDS_MAX])
{
	const char *doubt = doubt_of(peer, ecr);

	say(words, "%+d", (int32_t)(ecr - peer->clock));
	if (doubt != NULL && *doubt != '\0')
		say(words, "%c", *doubt);
}

static void say_options(struct peer *peer, const struct segment *seg, struct heard *heard)
{
	const struct options *o = &seg->options;

	if (o->has & HAS_MSS)
		say(heard->answer, " mss=%u", o->mss);
	if (o->has & HAS_WINDOW_SCALE)
		say(heard->answer, " ws");
	if (o->has & HAS_SACK_PERMITTED)
		say(heard->answer, " sackok");
	if (o->has & HAS_TIMESTAMPS) {
		say(heard->answer, " ts");
		if (o->ts_ecr == 0)
			say(heard->echo, "0");
		else
			say_echo(peer, o->ts_ecr, heard->echo);
	}
	for (unsigned i = 0; i < o->sack_count; i++) {
		say(heard->sack, i > 0 ? " " : "");
		say_number(peer, o->sack[i].left, heard->sack);
		say(heard->sack, ":");
		say_number(peer, o->sack[i].right, heard->sack);
	}
	if (o->has & (uint16_t) ~(HAS_MSS | HAS_WINDOW_SCALE | HAS_SACK_PERMITTED | HAS_TIMESTAMPS |
				  HAS_SACK))
		say(heard->answer, " other");
}

/* ---- what we hear ---- */

static void learn(struct peer *peer, const struct segment *seg)
{
	struct seq end = segment_end(seg);
	bool first = (seg->flags & SYN) && !(peer->knows_iss && seq_eq(seg->seq, peer->iss));
	uint32_t wnd = seg->wnd;

	if (seg->flags & RST)
		return;
	if (first) {
		peer->knows_iss = true;
		peer->heard_ack = false;
		peer->iss = seg->seq;
		peer->snd_una = seg->seq;
		peer->snd_nxt = end;
		peer->shift = seg->options.window_scale;
		peer->scaled = (seg->options.has & HAS_WINDOW_SCALE) && peer->plan->scaling;
	} else if (peer->scaled && !(seg->flags & SYN)) {
		wnd <<= peer->shift;
	}
	peer->snd_nxt = seq_max(peer->snd_nxt, end);
	if (seg->options.has & HAS_TIMESTAMPS) {
		peer->stamped = true;
		peer->ts_val = seg->options.ts_val;
	}
	if (seg->flags & ACK) {
		/* The first is what there is to begin with, wherever our SYN was. */
		peer->rcv_nxt = peer->heard_ack ? seq_max(peer->rcv_nxt, seg->ack) : seg->ack;
		peer->heard_ack = true;
		peer->edge = seq_add(seg->ack, wnd);
	}
}

void peer_hears(struct peer *peer, const struct packet *packet, const uint8_t *text,
		struct heard *heard)
{
	const struct segment *seg = &packet->tcp;
	char *words = heard->answer;
	bool bare = seg->len == 0 && !(seg->flags & (SYN | FIN | RST));

	learn(peer, seg);
	*heard = (struct heard){.answer = ""};
	say_flags(words, seg->flags & (uint16_t)~PSH);
	say(heard->push, seg->flags & PSH ? "P" : ".");
	if (seg->seq.v == 0 && (seg->flags & RST))
		say(words, " zero");
	else
		say(bare ? heard->seq : words, bare ? "%d" : " %d", seq_diff(seg->seq, peer->iss));
	if (seg->len > 0)
		say(words, ":%d #%x", seq_diff(segment_end(seg), peer->iss),
		    text_hash(text, seg->len));
	if (seg->flags & ACK) {
		say(words, " ack");
		say_number(peer, seg->ack, words);
	}
	if (seg->wnd == 0 && !(seg->flags & RST))
		say(words, " win0");
	if (seg->up != 0)
		say(words, " up%u", seg->up);
	say_options(peer, seg, heard);
}
