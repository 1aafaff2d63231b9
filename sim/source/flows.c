#include "source/flows.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

enum { FIRST_TABLE = 1024 };

/* A sequence number this far from its predecessors belongs to something else:
 * damage, or a forged segment. Windows are smaller (RFC 7323 §2.3). */
enum { SEQ_JUMP_MAX = 1 << 30 };
enum { SHIFT_MAX = 14 }; /* RFC 7323 §2.3 */

/* ---- the table: a pair of endpoints, in either order, to a connection ---- */

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * UINT64_C(0x9fb21c651e98df25);
	return h ^ (h >> 29);
}

static uint64_t endpoint_hash(const struct endpoint *e)
{
	uint64_t halves[2];

	memcpy(halves, e->address.bytes, sizeof halves);
	return mix(mix(mix(e->port, halves[0]), halves[1]), e->address.version);
}

/* The same for (a, b) and (b, a). */
static uint32_t pair_hash(const struct endpoint *a, const struct endpoint *b)
{
	uint64_t sum = endpoint_hash(a) + endpoint_hash(b);

	return (uint32_t)(mix(sum, sum >> 32) >> 32);
}

static bool joins(const struct flow *c, const struct endpoint *a, const struct endpoint *b)
{
	return (endpoint_eq(&c->ends[CLIENT], a) && endpoint_eq(&c->ends[SERVER], b)) ||
	       (endpoint_eq(&c->ends[CLIENT], b) && endpoint_eq(&c->ends[SERVER], a));
}

/* Where in the table the pair is, or belongs. */
static uint32_t *table_slot(const struct flows *all, const struct endpoint *a,
			    const struct endpoint *b)
{
	uint32_t at = pair_hash(a, b) & (all->table_size - 1);

	while (all->table[at] != 0 && !joins(&all->all[all->table[at] - 1], a, b))
		at = (at + 1) & (all->table_size - 1);
	return &all->table[at];
}

/* Connections stand in their order, so the newest on its ports is put in last. */
static void fill_table(struct flows *all)
{
	memset(all->table, 0, all->table_size * sizeof *all->table);
	for (uint32_t i = 0; i < all->count; i++) {
		const struct flow *c = &all->all[i];

		*table_slot(all, &c->ends[CLIENT], &c->ends[SERVER]) = i + 1;
	}
}

static void grow_table(struct flows *all)
{
	if (all->count * 2 < all->table_size)
		return;
	all->table_size = all->table_size > 0 ? all->table_size * 2 : FIRST_TABLE;
	free(all->table);
	all->table = memory_get(all->table_size * sizeof *all->table);
	fill_table(all);
}

void flows_forget(struct flows *all, const bool *goes)
{
	uint32_t *moved = memory_get((all->count + 1) * sizeof *moved);
	uint32_t count = 0;

	for (uint32_t i = 0; i < all->count; i++) {
		struct flow *c = &all->all[i];

		moved[i] = goes[i] ? FLOW_NONE : count;
		if (goes[i])
			continue;
		if (c->older != FLOW_NONE)
			c->older = moved[c->older];
		all->all[count++] = *c;
	}
	free(moved);
	all->count = count;
	if (all->table_size > 0)
		fill_table(all);
}

/* ---- which connection a packet belongs to ---- */

bool flow_is_done(const struct flow *c)
{
	const struct way *w = c->ways;

	return w[CLIENT].rst_seen || w[SERVER].rst_seen ||
	       (w[CLIENT].fin_seen && w[SERVER].fin_seen);
}

static bool begins_another(const struct flow *c, const struct segment *seg, enum side side)
{
	const struct way *way = &c->ways[side];
	const struct way *other = &c->ways[other_side(side)];
	bool with_ack = (seg->flags & ACK) != 0;

	if ((seg->flags & (SYN | RST)) != SYN)
		return false;
	if (way->syn_seen)
		return !seq_eq(way->isn, seg->seq) || (!with_ack && flow_is_done(c));
	/* What was seen before came without a SYN: the end of an older connection. */
	return way->packets > 0 || (!with_ack && other->packets > 0 && !other->syn_seen);
}

/* Without a SYN: servers have the lower ports. */
static bool sender_is_client(const struct packet *p)
{
	if ((p->tcp.flags & SYN) != 0)
		return (p->tcp.flags & ACK) == 0;
	return p->tcp.src_port >= p->tcp.dst_port;
}

static struct flow *new_flow(struct flows *all, const struct packet *p, const struct endpoint *src,
			     const struct endpoint *dst)
{
	enum side side = sender_is_client(p) ? CLIENT : SERVER;
	struct flow *c;

	assert(all->count < FLOW_NONE - 1);
	all->all = memory_grow(all->all, &all->capacity, all->count + 1, sizeof *all->all);
	c = &all->all[all->count++];
	*c = (struct flow){.older = FLOW_NONE, .number = ++all->numbered};
	c->ends[side] = *src;
	c->ends[other_side(side)] = *dst;
	return c;
}

static uint32_t find_or_begin(struct flows *all, const struct packet *p, enum side *side)
{
	struct endpoint src = {.address = p->src, .port = p->tcp.src_port};
	struct endpoint dst = {.address = p->dst, .port = p->tcp.dst_port};
	struct flow *c;
	uint32_t *slot;
	uint32_t older = FLOW_NONE;

	grow_table(all);
	slot = table_slot(all, &src, &dst);
	if (*slot != 0) {
		c = &all->all[*slot - 1];
		*side = endpoint_eq(&c->ends[CLIENT], &src) ? CLIENT : SERVER;
		if (!begins_another(c, &p->tcp, *side))
			return *slot - 1;
		older = *slot - 1;
	}
	c = new_flow(all, p, &src, &dst);
	c->older = older;
	*slot = all->count;
	*side = endpoint_eq(&c->ends[CLIENT], &src) ? CLIENT : SERVER;
	return *slot - 1;
}

/* ---- what a packet adds to what is known of its connection ---- */

/* A copy of the last octet, which the other side has: RFC 9293 §3.8.4. */
static bool is_keep_alive(const struct way *way, const struct way *other, const struct segment *seg,
			  int64_t start)
{
	return (seg->flags & (SYN | FIN)) == 0 && seg->len == 1 && start == way->highest - 1 &&
	       seq_ge(other->acked, segment_end(seg));
}

static void count_sequence_space(struct way *way, const struct way *other, const struct packet *p)
{
	const struct segment *seg = &p->tcp;
	struct sending_mark mark = sending_mark_of(p);
	int32_t jump = seq_diff(seg->seq, seq_add(way->base, (uint32_t)way->highest));
	int64_t start = way->highest + jump;
	int64_t end = start + segment_len(seg);
	bool first_syn_ack = (seg->flags & (SYN | ACK)) == (SYN | ACK) && !way->syn_ack_seen;

	if (jump >= SEQ_JUMP_MAX || jump <= -SEQ_JUMP_MAX)
		return;
	if (start < way->highest && !first_syn_ack && !is_keep_alive(way, other, seg, start)) {
		enum lateness late = lateness(&way->ids, &mark, &way->leader);

		way->again += late == LATE_AGAIN || late == LATE_UNKNOWN;
	}
	if (start < way->first)
		way->first = start;
	if (end > way->highest) {
		way->highest = end;
		way->leader = mark;
	}
}

/* The window that a side offers. Where a SYN is missing, it may be scaled by anything. */
static void take_window(struct flow *c, enum side side, const struct segment *seg)
{
	struct way *way = &c->ways[side];
	const struct way *other = &c->ways[other_side(side)];
	bool known = way->syn_seen && other->syn_seen && !way->syn_cut && !other->syn_cut;
	bool scaled = !known || (way->has_scale && other->has_scale && !(seg->flags & SYN));

	way->window = (uint32_t)seg->wnd << (!scaled ? 0 : known ? way->scale : SHIFT_MAX);
	way->acked = seg->ack;
	way->acks = true;
}

/* A RST outside the window is ignored, RFC 9293 §3.10.7.4: whoever sent it. The octet before
 * the window is let through, as a peer's FIN may have been counted since. */
static bool reset_counts(const struct way *way, const struct way *other, struct seq seq)
{
	struct seq left = seq_sub(other->acked, 1);

	return way->packets == 1 || !other->acks ||
	       seq_within(seq, left, seq_add(other->acked, other->window + 1));
}

static void take_note(struct flow *c, enum side side, const struct packet *p)
{
	struct way *way = &c->ways[side];
	const struct segment *seg = &p->tcp;
	const uint32_t other_mss = c->ways[other_side(side)].mss;

	if (way->packets++ == 0)
		way->base = seg->seq;
	if ((seg->flags & RST) != 0) {
		bool counts = reset_counts(way, &c->ways[other_side(side)], seg->seq);

		if (counts && !way->rst_seen)
			way->heard = c->ways[other_side(side)].packets;
		way->rst_seen |= counts;
		way->strange_resets += !counts;
		return;
	}
	/* Who answers after a RST has not sent it. */
	if (way->rst_seen && c->ways[other_side(side)].packets > way->heard)
		way->rst_seen = false;
	id_habit_learn(&way->ids, p);
	if (other_mss > 0 && seg->len > other_mss)
		way->joined++;
	if (segment_len(seg) > 0)
		count_sequence_space(way, &c->ways[other_side(side)], p);
	if ((seg->flags & SYN) != 0) {
		const struct way *other = &c->ways[other_side(side)];

		if ((seg->options.has & HAS_MSS) != 0)
			way->mss = seg->options.mss;
		way->has_scale = (seg->options.has & HAS_WINDOW_SCALE) != 0;
		way->scale = seg->options.window_scale < SHIFT_MAX ? seg->options.window_scale
								   : SHIFT_MAX;
		way->isn = seg->seq;
		way->syn_seen = true;
		way->syn_ack_seen |= (seg->flags & ACK) != 0;
		c->answered |= way->syn_ack_seen && other->syn_seen &&
			       seq_eq(seg->ack, seq_add(other->isn, 1));
	}
	way->fin_seen |= (seg->flags & FIN) != 0;
	if ((seg->flags & ACK) != 0)
		take_window(c, side, seg);
}

static void leave_out(struct left_out *out, enum packet_problem problem)
{
	switch (problem) {
	case PACKET_FRAGMENT: out->fragments++; return;
	case PACKET_NOT_TCP:
	case PACKET_BAD_ICMP: out->not_tcp++; return;
	default: out->damaged++; return;
	}
}

/* An ICMP error belongs to the connection that it quotes, if there is one. */
static uint32_t add_icmp(struct flows *all, const struct icmp_error *icmp)
{
	uint32_t number =
		all->table_size == 0 ? 0 : *table_slot(all, &icmp->quoted_src, &icmp->quoted_dst);

	if (number == 0) {
		all->left_out.not_tcp++;
		return FLOW_NONE;
	}
	all->all[number - 1].icmp_errors++;
	return number - 1;
}

uint32_t flows_add(struct flows *all, const struct trace_packet *frame)
{
	const uint8_t *text;
	size_t text_len;
	struct packet packet;
	enum packet_problem problem;
	enum side side;
	uint32_t number;
	struct flow *c;

	if (frame->bytes == NULL) {
		all->left_out.not_ip++;
		return FLOW_NONE;
	}
	problem = packet_parse(&packet, frame->bytes, frame->len, frame->wire_len,
			       PACKET_VERIFY | PACKET_TAKE_CUT, &text, &text_len);
	if (!packet_is_filled_in(problem)) {
		leave_out(&all->left_out, problem);
		return FLOW_NONE;
	}
	if (packet.kind == PACKET_ICMP_ERROR)
		return add_icmp(all, &packet.icmp);
	number = find_or_begin(all, &packet, &side);
	c = &all->all[number];
	if (c->first_packet == 0) {
		c->first_packet = frame->number;
		c->began = frame->time;
	}
	c->last_packet = frame->number;
	if (frame->time > c->ended)
		c->ended = frame->time;
	c->ways[side].unverified += problem != PACKET_OK && problem != PACKET_OPTIONS_CUT;
	c->ways[side].cut += problem == PACKET_OPTIONS_CUT;
	c->ways[side].syn_cut |= problem == PACKET_OPTIONS_CUT && (packet.tcp.flags & SYN) != 0;
	take_note(c, side, &packet);
	return number;
}

/* ---- all of a capture ---- */

/* Why a capture without a connection has none. */
static void refuse(const struct flows *all, const struct trace *trace, struct error *err)
{
	const struct left_out *left = &all->left_out;
	const struct trace_health *health = trace_health(trace);
	char buf[512];
	struct text text = text_in(buf, sizeof buf);

	if (health->packets == 0) {
		trace_complaint(trace, 0, err);
		return;
	}
	if (left->not_ip > 0)
		text_addf(&text, "; not IP, or in a tunnel: %" PRIu64, left->not_ip);
	if (left->not_tcp > 0)
		text_addf(&text, "; IP, but not TCP: %" PRIu64, left->not_tcp);
	if (left->fragments > 0)
		text_addf(&text, "; IP fragments: %" PRIu64, left->fragments);
	if (left->damaged > 0)
		text_addf(&text, "; headers cut off or impossible: %" PRIu64, left->damaged);
	if (left->damaged > 0 && health->cut > 0)
		text_add(&text, " (capture at least 128 bytes of each packet: tcpdump -s 128)");
	error_set(err, "%s: there is no TCP connection in it. Packets: %" PRIu64 "%s",
		  trace_name(trace), health->packets, buf);
}

bool flows_find(struct flows *out, struct trace *trace, struct error *err)
{
	struct trace_packet frame;

	*out = (struct flows){0};
	if (!trace_rewind(trace, err))
		return false;
	while (trace_next(trace, &frame))
		flows_add(out, &frame);
	if (out->count > 0)
		return true;
	refuse(out, trace, err);
	flows_free(out);
	return false;
}

void flows_free(struct flows *all)
{
	free(all->all);
	free(all->table);
	*all = (struct flows){0};
}

uint32_t flows_default(const struct flows *all)
{
	for (uint32_t i = 0; i < all->count; i++)
		if (all->all[i].answered)
			return i;
	for (uint32_t i = 0; i < all->count; i++)
		if (all->all[i].ways[CLIENT].packets > 0 && all->all[i].ways[SERVER].packets > 0)
			return i;
	return 0;
}

uint64_t flow_text(const struct flow *c, enum side side)
{
	const struct way *way = &c->ways[side];
	int64_t space = way->highest - way->first - way->syn_seen - way->fin_seen;

	return space > 0 ? (uint64_t)space : 0;
}
