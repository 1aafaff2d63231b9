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

#include "tests/arena.h"
#include "tests/fuzz/triples.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RECORDS_MAX = 400, KEPT_MAX = 1 << 18, ANSWERS_MAX = 3 };

static const struct isn_secret secret = {{11, 12}};
static const struct endpoint us = {.address = {.version = 4, .bytes = {10, 0, 0, 1}}, .port = 80};
static const struct endpoint peer = {.address = {.version = 4, .bytes = {10, 0, 0, 2}}, .port = 9};

struct run {
	struct tcb tcb;
	struct held held;
	struct sent_record records[ARENA_SENT_RECORDS];
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
			    .now = r->now,
			    .held = &r->held,
			    .records = r->records,
			    .record_room = ARENA_SENT_RECORDS};
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
	held_check(&(struct tcp){.tcb = &r->tcb, .held = &r->held});
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

static void arrives(struct run *r, const uint8_t *b)
{
	struct segment seg = arena_forged(&r->tcb, &r->held, r->peer_next, r->now, b);
	struct tcb before = r->tcb;
	struct journal journal;
	struct tcp t = turn(r, &journal);
	struct segment reply;
	enum rule rule;

	seg.src_port = peer.port;
	seg.dst_port = us.port;
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
	triples_count(before.state, seg.flags & 0x3f, r->tcb.state);
	if (arena_begins_anew(before.state, r->tcb.state)) {
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
	nanos next = tcp_next_deadline(&r->tcb);

	if (b[1] & 1)
		pass(r, next == NANOS_NEVER || next < r->now ? 0 : next - r->now);
	else if (b[1] < 8)
		pass(r, nanos_from_s(25LL * 86400));
	else
		pass(r, arena_while(b));
}

static void begin(struct run *r, const uint8_t *b)
{
	static const uint32_t firsts[] = {0, INT32_MAX - 100u, UINT32_MAX - 100u, 1000};
	struct profile *p = &r->profile;

	memset(r, 0, sizeof *r);
	*p = arena_profile(b);
	r->peer_next = seq_of(firsts[(b[0] >> 4) % 4]);
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

	if (size < ARENA_RECORD)
		return 0;
	begin(&r, data);
	call(&r, (const uint8_t[ARENA_RECORD]){[1] = 7, [2] = data[6]});
	for (size_t at = ARENA_RECORD; at + ARENA_RECORD <= size && at < ARENA_RECORD * RECORDS_MAX;
	     at += ARENA_RECORD) {
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
