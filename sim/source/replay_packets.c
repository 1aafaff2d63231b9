#include "source/replay_inside.h"

/* How far back the headers of a packet that was not captured are looked for. */
enum { LOOK_BACK = 256 };

enum side replay_side(const struct replay *r, uint32_t packet)
{
	if (packet < r->captured.count)
		return (enum side)captured_at(&r->captured, packet)->side;
	return (enum side)r->fates.unseen[packet - r->captured.count].side;
}

/* The newest packet of the same side that is like the one that was not
 * captured: not a SYN, unless that is one. */
static bool find_like(const struct replay *r, const struct unseen *unseen, struct packet *out)
{
	uint32_t n = unseen->before;

	for (unsigned i = 0; i < LOOK_BACK; i++, n--) {
		const struct captured_packet *kept = captured_at(&r->captured, n);

		if (kept->side == unseen->side && !kept->icmp) {
			captured_packet(&r->captured, n, out);
			if ((out->tcp.flags & (SYN | RST)) == 0 && (unseen->flags & SYN) == 0)
				return true;
		}
		if (n == 0)
			break;
	}
	return false;
}

/* As its host would have made it, for all that is known. */
static void invent(const struct replay *r, const struct unseen *unseen, struct packet *out)
{
	const struct endpoint *ends = r->captured.flow.ends;
	enum side side = (enum side)unseen->side;
	const struct profile *p = &r->profiles[side].profile;
	struct packet answer;

	captured_packet(&r->captured, unseen->before, &answer);
	*out = (struct packet){.src = ends[side].address,
			       .dst = ends[other_side(side)].address,
			       .kind = PACKET_TCP,
			       .ttl = 64};
	out->tcp.src_port = ends[side].port;
	out->tcp.dst_port = ends[other_side(side)].port;
	out->tcp.wnd = UINT16_MAX;
	/* The segment that acknowledges it began where it left off. */
	out->tcp.ack = answer.tcp.seq;
	if ((unseen->flags & SYN) == 0)
		return;
	if (p->mss > 0)
		options_put_mss(&out->tcp.options, (uint16_t)p->mss);
	if (p->sack)
		options_put_sack_permitted(&out->tcp.options);
	if (p->timestamps)
		options_put_timestamps(&out->tcp.options, 0, 0);
	if (p->window_scaling)
		options_put_window_scale(&out->tcp.options, (uint8_t)p->window_scale);
}

static void unseen_packet(const struct replay *r, const struct unseen *unseen, struct packet *out)
{
	struct options options = {.len = 0};

	if (find_like(r, unseen, out)) {
		if ((out->tcp.options.has & HAS_TIMESTAMPS) != 0)
			options_put_timestamps(&options, out->tcp.options.ts_val,
					       out->tcp.options.ts_ecr);
		out->tcp.options = options;
		out->tcp.up = 0;
		out->id = 0;
	} else {
		invent(r, unseen, out);
	}
	out->tcp.seq = unseen->seq;
	out->tcp.len = unseen->len;
	out->tcp.flags = unseen->flags;
	if ((unseen->flags & ACK) == 0)
		out->tcp.ack = seq_of(0);
}

void replay_packet(const struct replay *r, uint32_t packet, struct packet *out)
{
	if (packet < r->captured.count)
		captured_packet(&r->captured, packet, out);
	else
		unseen_packet(r, &r->fates.unseen[packet - r->captured.count], out);
}

/* ---- resets ---- */

void replay_find_survivors(struct replay *r)
{
	bool goes_on[SIDES] = {false, false};
	struct packet packet;

	r->survives[CLIENT] = r->survives[SERVER] = 0;
	for (uint32_t i = r->captured.count; i-- > 0;) {
		enum side side = replay_side(r, i);

		if (captured_at(&r->captured, i)->icmp)
			continue;
		if (r->survives[other_side(side)] == 0 && goes_on[other_side(side)])
			r->survives[other_side(side)] = i;
		replay_packet(r, i, &packet);
		goes_on[side] |= (packet.tcp.flags & RST) == 0;
	}
}

bool replay_is_forged(const struct replay *r, uint32_t packet, const struct packet *p)
{
	return packet < r->captured.count && p->kind == PACKET_TCP && (p->tcp.flags & RST) != 0 &&
	       packet < r->survives[replay_side(r, packet)];
}
