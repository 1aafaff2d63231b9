/* fuzz_engine.c — one engine, and a peer that may send anything.
 *
 * The input is a profile and a list of records: a segment whose numbers are
 * relative to the TCB, a call, or time. So a few bytes reach every state. What
 * must hold after each: tcp_check(), numbers that only move forward, text that
 * is kept once, nothing new beyond the peer's window, an edge that stays
 * offered, few answers, and time that goes on.
 *
 * Transitions are fed back to the fuzzer as coverage. */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "tcp/tcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RECORD = 8, RECORDS_MAX = 400, KEPT_MAX = 1 << 18, ANSWERS_MAX = 3 };

/* state × flags × state */
__attribute__((section(
	"__libfuzzer_extra_counters"))) static uint8_t transitions[STATE_COUNT * 64 * STATE_COUNT];

static const struct isn_secret secret = {{11, 12}};
static const struct endpoint us = {.address = {.version = 4, .bytes = {10, 0, 0, 1}}, .port = 80};
static const struct endpoint peer = {.address = {.version = 4, .bytes = {10, 0, 0, 2}}, .port = 9};

struct run {
	struct tcb tcb;
	struct profile profile;
	nanos now;
	struct seq edge;      /* the furthest that we have offered */
	struct seq peer_next; /* where the peer's numbers begin before there is a TCB */
	bool offered;
	uint32_t number; /* of this run: marks what it has kept */
};

/* Which run kept the octet at this offset last. */
static uint32_t kept[KEPT_MAX];
static uint32_t runs;

static struct tcp turn(struct run *r, struct journal *journal)
{
	journal->count = 0;
	return (struct tcp){.tcb = &r->tcb,
			    .profile = &r->profile,
			    .secret = &secret,
			    .journal = journal,
			    .now = r->now};
}

static bool has_numbers(const struct tcb *tcb)
{
	return tcb->state > SYN_SENT;
}

/* ---- what comes out ---- */

static bool is_inside(const struct tcb *before, const struct segment *seg)
{
	struct seq limit = seq_add(before->snd.una, before->snd.wnd);

	return seq_le(segment_end(seg), limit) || seq_le(segment_end(seg), before->snd.nxt) ||
	       (seg->flags & SYN) != 0;
}

/* New text lies inside the window; only a probe is one octet beyond. */
static void check_sent(struct run *r, const struct tcb *before, const struct segment *seg)
{
	uint8_t shift = seg->flags & SYN ? 0 : r->tcb.rcv.shift;
	struct seq edge = seq_add(seg->ack, (uint32_t)seg->wnd << shift);

	if (seg->flags & RST || !(seg->flags & ACK))
		return;
	assert(is_inside(before, seg) || (segment_len(seg) == 1 && r->tcb.snd.probing));
	assert(seg->len <= before->snd.mss);
	assert(seq_eq(seg->ack, before->rcv.nxt));
	/* RFC 7323 §2.4: less than a step may be taken back. A SYN cannot say more than 65535. */
	if (r->offered && !(seg->flags & SYN))
		assert(seq_diff(r->edge, edge) < 1 << shift);
	r->edge = r->offered ? seq_max(r->edge, edge) : edge;
	r->offered = true;
}

/* Pulls until there is nothing: segments without new text are few, whatever came. */
static void drain(struct run *r)
{
	struct journal journal;
	unsigned answers = 0;
	unsigned count = 0;

	for (;;) {
		struct tcp t = turn(r, &journal);
		struct tcb before = r->tcb;
		struct segment seg;
		int64_t offset;
		enum rule rule = RULE_NONE;

		if (!tcp_next_segment(&t, &seg, &offset, &rule))
			break;
		assert(rule != RULE_NONE);
		if (has_numbers(&before))
			check_sent(r, &before, &seg);
		answers += segment_len(&seg) == 0;
		assert(answers <= ANSWERS_MAX);
		assert(++count < 70000);
	}
	tcp_check(&r->tcb, &r->profile, r->now);
}

/* ---- what goes in ---- */

static void keep(struct run *r, const struct tcp *t, const struct segment *seg)
{
	for (unsigned i = 0; i < t->part_count; i++) {
		const struct text_part *part = &t->parts[i];

		assert(part->len > 0 && part->skip + part->len <= seg->len);
		assert(part->offset >= 0);
		for (uint32_t k = 0; k < part->len && part->offset + k < KEPT_MAX; k++) {
			assert(kept[part->offset + k] != r->number);
			kept[part->offset + k] = r->number;
		}
	}
}

static struct seq relative_seq(const struct run *r, unsigned choice, int8_t by)
{
	const struct receive_variables *rcv = &r->tcb.rcv;
	struct seq base = rcv->nxt;

	switch (choice % 8) {
	case 1: base = rcv->edge; break;
	case 2: base = rcv->irs; break;
	case 3: base = seq_add(rcv->nxt, rcv->wnd / 2); break;
	case 4: base = rcv->held_count > 0 ? rcv->held[0].left : rcv->nxt; break;
	case 5: base = rcv->held_count > 0 ? rcv->held[rcv->held_count - 1].right : rcv->nxt; break;
	case 6: base = rcv->fin_seen ? rcv->fin : rcv->nxt; break;
	case 7: base = seq_add(rcv->nxt, 1u << 31); break;
	default: break;
	}
	if (!has_numbers(&r->tcb))
		base = r->peer_next;
	return seq_add(base, (uint32_t)(by * (choice & 8 ? 100 : 1)));
}

static struct seq relative_ack(const struct tcb *tcb, unsigned choice, int8_t by)
{
	const struct send_variables *snd = &tcb->snd;
	struct seq base = snd->nxt;

	switch (choice % 4) {
	case 1: base = snd->una; break;
	case 2: base = snd->iss; break;
	case 3: base = seq_sub(snd->una, snd->max_wnd); break;
	default: break;
	}
	return seq_add(base, (uint32_t)(by * (choice & 4 ? 100 : 1)));
}

static void add_options(const struct run *r, struct segment *seg, uint8_t choice)
{
	struct options *o = &seg->options;

	if (seg->flags & SYN) {
		if (choice & 1)
			options_put_mss(o, (uint16_t)(choice * 13));
		if (choice & 2)
			options_put_sack_permitted(o);
		if (choice & 4)
			options_put_window_scale(o, choice >> 4);
	}
	if (!(choice & 8) == !r->tcb.ts.on || (seg->flags & SYN && choice & 8))
		options_put_timestamps(o, r->tcb.ts.recent + (choice & 0x80 ? -5u : choice >> 5),
				       (uint32_t)(r->now / 1000000) - (choice & 0x70));
}

static struct segment segment_from(const struct run *r, const uint8_t *b)
{
	static const uint32_t lens[] = {0, 0, 0, 1, 2, 10, 100, 500, 1000, 1460, 3000, 9000, 65000};
	static const uint16_t windows[] = {0, 1, 10, 100, 1000, 5000, 30000, UINT16_MAX};
	struct segment seg = {.flags = (uint16_t)(b[1] | (b[0] & 0x20 ? AE : 0))};

	seg.src_port = peer.port;
	seg.dst_port = us.port;
	seg.seq = relative_seq(r, b[2] & 15, (int8_t)b[3]);
	seg.ack = relative_ack(&r->tcb, b[2] >> 4, (int8_t)b[4]);
	seg.len = lens[b[5] % 13];
	seg.wnd = windows[(b[5] >> 4) % 8];
	seg.up = (uint16_t)(b[6] * 7);
	add_options(r, &seg, b[7]);
	if (b[0] & 0x20)
		options_put_accecn(&seg.options, b[6] & 1, b[6] % 4, b[4], b[3] * 100u, b[7]);
	return seg;
}

static bool begins_anew(int from, int to)
{
	return from <= SYN_SENT || to <= SYN_SENT || (from == TIME_WAIT && to == SYN_RECEIVED) ||
	       (from == SYN_RECEIVED && to == TIME_WAIT);
}

static void arrives(struct run *r, const uint8_t *b)
{
	struct segment seg = segment_from(r, b);
	struct tcb before = r->tcb;
	struct journal journal;
	struct tcp t = turn(r, &journal);
	struct segment reply;
	enum rule rule;

	t.ecn_arrived = b[0] >> 3 & ECN_MASK;
	if (r->tcb.state == CLOSED) {
		assert(tcp_arrives_in_closed(&seg, &reply, &rule) == !(seg.flags & RST));
		return;
	}
	if (r->tcb.state == LISTEN)
		tcp_arrives_in_listen(&t, &seg, &peer, &us);
	else
		tcp_arrives(&t, &seg);
	keep(r, &t, &seg);
	transitions[(before.state * 64 + (seg.flags & 0x3f)) * STATE_COUNT + r->tcb.state]++;
	if (begins_anew(before.state, r->tcb.state)) {
		r->offered = false;
		if (before.state == SYN_RECEIVED)
			r->number = ++runs; /* what it kept does not count */
		return;
	}
	if (r->tcb.state != CLOSED)
		assert(seq_ge(r->tcb.snd.una, before.snd.una) &&
		       seq_ge(r->tcb.rcv.nxt, before.rcv.nxt));
}

static void call(struct run *r, const uint8_t *b)
{
	struct journal journal;
	struct tcp t = turn(r, &journal);
	uint32_t amount = b[2] | (uint32_t)b[3] << 8;
	uint32_t taken;

	switch (b[1] % 8) {
	case 0:
	case 1: tcp_send(&t, amount, SEND_PUSH, &taken); break;
	case 2: tcp_send(&t, amount, SEND_URGENT, &taken); break;
	case 3:
	case 4: tcp_receive(&t, amount, &taken); break;
	case 5: tcp_close(&t); break;
	case 6:
		if (b[2] < 32)
			tcp_abort(&t);
		break;
	default:
		if (r->tcb.state == CLOSED)
			r->number = ++runs; /* with streams of its own */
		if (b[2] & 1)
			tcp_open_passive(&t, &us);
		else
			tcp_open_active(&t, &us, &peer);
		break;
	}
}

/* Timers that are due fire on the way, each at its time. */
static void pass(struct run *r, nanos how_long)
{
	nanos until = r->now + how_long;
	unsigned fired = 0;

	while (tcp_next_deadline(&r->tcb) <= until) {
		struct journal journal;
		nanos next = tcp_next_deadline(&r->tcb);
		bool waits = tcb_outstanding(&r->tcb) > 0 || tcb_queued(&r->tcb) > 0 ||
			     r->tcb.snd.fin_queued;
		struct tcp t;

		fired = next > r->now ? 0 : fired + 1;
		assert(fired <= TIMER_COUNT);
		r->now = next > r->now ? next : r->now;
		t = turn(r, &journal);
		tcp_timeout(&t);
		assert(r->tcb.ending != ENDING_TIMED_OUT || waits);
		drain(r);
	}
	r->now = until;
}

static void time_passes(struct run *r, const uint8_t *b)
{
	static const nanos steps[] = {1000, 1000000, 100000000, 500000000, 1000000000, 60000000000};
	nanos next = tcp_next_deadline(&r->tcb);

	if (b[1] & 1)
		pass(r, next == NANOS_NEVER || next < r->now ? 0 : next - r->now);
	else if (b[1] < 8)
		pass(r, nanos_from_s(25LL * 86400));
	else
		pass(r, steps[b[2] % 6] * (1 + b[3] % 8));
}

static void begin(struct run *r, const uint8_t *b)
{
	static const char *const names[] = {"rfc", "plain", "linux", "rfc793"};
	static const uint32_t buffers[] = {1, 100, 1000, 4000, 9000, 20000, 70000};
	static const uint32_t isns[] = {0, INT32_MAX - 100u, UINT32_MAX - 100u, 1000};
	struct profile *p = &r->profile;

	memset(r, 0, sizeof *r);
	if (!profile_named(names[b[0] % 4], p))
		assert(false);
	p->isn_fixed = true;
	p->isn = isns[(b[0] >> 2) % 4];
	r->peer_next = seq_of(isns[(b[0] >> 4) % 4]);
	p->mss = 48 + b[1] * 8u;
	p->send_buffer = buffers[b[2] % 7];
	p->receive_buffer = buffers[(b[2] >> 4) % 7];
	p->window_scale = b[3] % 15;
	p->nagle = b[4] & 1;
	p->congestion_off = (b[4] & 6) == 6;
	p->rfc1337 = b[4] & 8;
	p->user_timeout = b[4] & 16 ? nanos_from_s(7) : 0;
	p->initial_window = b[4] >> 5;
	p->r1 = 1 + b[5] % 4;
	p->ecn = (b[5] >> 4) % ECN_MODE_COUNT;
	p->ecn_passive = b[5] & 8;
	r->now = nanos_from_s(1);
	r->number = ++runs;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct run r;

	if (size < RECORD)
		return 0;
	begin(&r, data);
	call(&r, (const uint8_t[RECORD]){[1] = 7, [2] = data[6]});
	for (size_t at = RECORD; at + RECORD <= size && at < RECORD * RECORDS_MAX; at += RECORD) {
		const uint8_t *b = data + at;

		switch (b[0] % 8) {
		case 6: call(&r, b); break;
		case 7:
			drain(&r);
			time_passes(&r, b);
			break;
		default: arrives(&r, b); break;
		}
		if (!(b[0] & 0x80)) /* else the host is slow to pull */
			drain(&r);
		while (b[0] & 0x40 && tcp_next_notice(&r.tcb) != 0)
			;
	}
	drain(&r);
	return 0;
}
