#include "tests/arena.h"

#include <assert.h>
#include <string.h>

enum { ANSWERS_MAX = 4, DRAIN_MAX = 4000, REST_MAX = 30000, POISON = 0xa5 };

static const struct isn_secret secret = {{11, 12}};

static struct tcp turn(struct arena *a, int who, struct journal *journal)
{
	journal->count = 0;
	return (struct tcp){.tcb = a->ends[who].tcb,
			    .profile = &a->ends[who].profile,
			    .secret = &secret,
			    .journal = journal,
			    .now = a->now,
			    .held = a->ends[who].held,
			    .records = a->ends[who].records,
			    .record_room = ARENA_SENT_RECORDS};
}

static struct endpoint endpoint_of(int who)
{
	return (struct endpoint){.address = {.version = 4, .bytes = {10, 0, 0, (uint8_t)(who + 1)}},
				 .port = (uint16_t)(80 + who)};
}

static void tell(const struct arena *a, int from, int event, int to)
{
	if (a->transition != NULL)
		a->transition(from, event, to);
}

/* ---- what comes out ---- */

static void stir(struct arena *a, uint64_t word)
{
	a->said = (a->said ^ word) * UINT64_C(0x100000001b3);
	a->said ^= a->said >> 29;
}

static void say(struct arena *a, int who, const struct segment *seg, int64_t offset)
{
	stir(a, (uint64_t)a->now);
	stir(a, (uint64_t)seg->flags << 48 | (uint64_t)who << 40 | seg->options.len);
	stir(a, (uint64_t)seg->seq.v << 32 | seg->ack.v);
	stir(a, (uint64_t)seg->len << 32 | (uint32_t)seg->wnd << 16 | seg->up);
	stir(a, (uint64_t)offset);
	for (unsigned i = 0; i < seg->options.len; i++)
		stir(a, seg->options.bytes[i]);
}

/* Where the air is full the oldest is lost. */
static void fly(struct arena *a, int to, const struct segment *seg, int64_t offset)
{
	if (a->in_the_air == ARENA_AIR_MAX)
		memmove(&a->air[0], &a->air[1], --a->in_the_air * sizeof a->air[0]);
	a->air[a->in_the_air++] =
		(struct arena_flying){.seg = *seg, .offset = offset, .to = (uint8_t)to};
}

static void check(struct arena *a, int who)
{
	struct journal journal;
	struct tcp t = turn(a, who, &journal);

	tcp_check(t.tcb, t.profile, a->now);
	flight_check(&t);
	held_check(&t);
}

static void drain(struct arena *a, int who)
{
	unsigned answers = 0;
	unsigned count = 0;

	for (;;) {
		struct journal journal;
		struct tcp t = turn(a, who, &journal);
		struct segment seg;
		int64_t offset;
		enum rule rule = RULE_NONE;

		if (!tcp_next_segment(&t, &seg, &offset, &rule))
			break;
		assert(rule != RULE_NONE);
		answers += segment_len(&seg) == 0;
		assert(answers <= ANSWERS_MAX && ++count < DRAIN_MAX);
		say(a, who, &seg, offset);
		fly(a, 1 - who, &seg, offset);
	}
	while (tcp_next_notice(a->ends[who].tcb) != 0)
		;
	check(a, who);
}

/* To the other house; what is not this connection's is spoilt. */
static void move_house(struct arena_end *end)
{
	struct arena_house *from = &end->houses[end->tcb == &end->houses[1].tcb];
	struct arena_house *to = &end->houses[from == &end->houses[0]];

	memset(to, POISON, sizeof *to);
	to->tcb = from->tcb;
	memcpy(&to->records[from->tcb.flight.first], &from->records[from->tcb.flight.first],
	       from->tcb.flight.count * sizeof from->records[0]);
	memcpy(to->held.ranges, from->held.ranges,
	       from->tcb.rcv.held_count * sizeof from->held.ranges[0]);
	memcpy(to->held.order, from->held.order, from->tcb.rcv.held_count);
	memset(from, POISON, sizeof *from);
	end->tcb = &to->tcb;
	end->records = to->records;
	end->held = &to->held;
}

/* ---- what goes in ---- */

/* It listens again, or a new connection begins where another was: with streams of its own. */
static void forget(struct arena_end *end)
{
	memset(end->kept, 0, sizeof end->kept);
	end->kept_count = 0;
	end->queued = 0;
}

static void keep(struct arena *a, int who, const struct tcp *t, const struct arena_flying *f,
		 bool theirs)
{
	struct arena_end *end = &a->ends[who];

	for (unsigned i = 0; i < t->part_count; i++) {
		const struct text_part *part = &t->parts[i];

		assert(part->len > 0 && part->skip + part->len <= f->seg.len && part->offset >= 0);
		assert(!theirs || a->forged || part->offset == f->offset + part->skip);
		for (uint32_t k = 0; k < part->len; k++) {
			int64_t at = part->offset + k;

			if (at >= ARENA_KEPT_MAX)
				break;
			assert(!(end->kept[at / 8] >> at % 8 & 1));
			end->kept[at / 8] |= (uint8_t)(1 << at % 8);
			end->kept_count++;
		}
	}
}

bool arena_begins_anew(int from, int to)
{
	return from <= SYN_SENT || to <= SYN_SENT || (from == TIME_WAIT && to == SYN_RECEIVED) ||
	       (from == SYN_RECEIVED && to == TIME_WAIT);
}

static void arrives(struct arena *a, const struct arena_flying *f, bool theirs)
{
	int who = f->to;
	struct arena_end *end = &a->ends[who];
	struct tcb before = *end->tcb;
	struct endpoint from = endpoint_of(1 - who);
	struct endpoint to = endpoint_of(who);
	struct journal journal;
	struct tcp t = turn(a, who, &journal);
	struct segment reply;
	enum rule rule;

	if (before.state == CLOSED) {
		bool answer = tcp_arrives_in_closed(&f->seg, &reply, &rule);

		assert(answer == !(f->seg.flags & RST));
		if (answer)
			fly(a, 1 - who, &reply, -1);
		return;
	}
	if (before.state == LISTEN)
		tcp_arrives_in_listen(&t, &f->seg, &from, &to);
	else
		tcp_arrives(&t, &f->seg);
	keep(a, who, &t, f, theirs);
	tell(a, before.state, f->seg.flags & 0x3f, end->tcb->state);
	if (before.state != LISTEN && end->tcb->state == LISTEN)
		forget(end);
	else if (arena_begins_anew(before.state, end->tcb->state))
		return;
	else
		assert(seq_ge(end->tcb->snd.una, before.snd.una) &&
		       seq_ge(end->tcb->rcv.nxt, before.rcv.nxt));
}

/* The nth in the air, which stays there if `twice`. */
static void deliver(struct arena *a, unsigned n, bool twice)
{
	struct arena_flying f = a->air[n];

	if (!twice)
		memmove(&a->air[n], &a->air[n + 1], (--a->in_the_air - n) * sizeof a->air[0]);
	arrives(a, &f, true);
	drain(a, f.to);
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* So much that few thousand segments carry it, and all of them fit into the air. */
static uint32_t most_to_send(const struct arena *a, int who)
{
	const struct profile *us = &a->ends[who].profile;
	const struct profile *them = &a->ends[1 - who].profile;

	return least(least(50 * least(us->send_buffer, them->receive_buffer),
			   80 * least(us->mss, them->mss)),
		     ARENA_KEPT_MAX / 2);
}

static void call(struct arena *a, const uint8_t *b)
{
	int who = b[0] >> 3 & 1;
	struct arena_end *end = &a->ends[who];
	int before = end->tcb->state;
	struct journal journal;
	struct tcp t = turn(a, who, &journal);
	uint32_t amount = b[2] | (uint32_t)b[3] << 8;
	uint32_t taken = 0;

	if (end->queued + amount > most_to_send(a, who))
		amount = 0;
	switch (b[1] % 8) {
	case 0:
	case 1: tcp_send(&t, amount, SEND_PUSH, &taken); break;
	case 2: tcp_send(&t, amount, SEND_URGENT, &taken); break;
	case 3:
	case 4: tcp_receive(&t, amount, &(uint32_t){0}); break;
	case 5: tcp_close(&t); break;
	case 6:
		if (b[2] < 16) {
			a->aborted = true;
			tcp_abort(&t);
		}
		break;
	default:
		if (b[2] < 64)
			tcp_set_keepalive(&t, b[2] & 1);
		break;
	}
	end->queued += taken;
	tell(a, before, ARENA_CALL + b[1] % 8, end->tcb->state);
	drain(a, who);
}

static void time_out(struct arena *a, int who)
{
	int before = a->ends[who].tcb->state;
	struct journal journal;
	struct tcp t = turn(a, who, &journal);

	tcp_timeout(&t);
	tell(a, before, ARENA_TIMEOUT, a->ends[who].tcb->state);
	drain(a, who);
}

/* To the next deadline, if it comes before `until`; whose it is, or −1. */
static int next_timer(struct arena *a, nanos until)
{
	nanos first = tcp_next_deadline(a->ends[0].tcb);
	nanos second = tcp_next_deadline(a->ends[1].tcb);

	if (nanos_min(first, second) > until || nanos_min(first, second) == NANOS_NEVER)
		return -1;
	assert(nanos_min(first, second) >= a->now);
	a->now = nanos_min(first, second);
	return second < first;
}

static void pass(struct arena *a, const uint8_t *b)
{
	nanos until = a->now + arena_while(b);
	unsigned fired = 0;
	int who;

	if (b[1] & 1)
		until = nanos_min(tcp_next_deadline(a->ends[0].tcb),
				  tcp_next_deadline(a->ends[1].tcb));
	while (until != NANOS_NEVER && (who = next_timer(a, until)) >= 0) {
		time_out(a, who);
		if (++fired > 100)
			return;
	}
	a->now = until == NANOS_NEVER ? a->now : nanos_max(a->now, until);
}

static void forge(struct arena *a, const uint8_t *b)
{
	struct arena_flying f = {.to = b[0] >> 3 & 1, .offset = -1};

	a->forged = true;
	f.seg = arena_forged(a->ends[f.to].tcb, a->ends[f.to].held, seq_of(0), a->now, b);
	arrives(a, &f, false);
	drain(a, f.to);
}

static void record(struct arena *a, const uint8_t *b)
{
	unsigned n = a->in_the_air > 0 ? b[1] % a->in_the_air : 0;

	switch (b[0] % 8) {
	case 0:
	case 1: /* in order */
		for (unsigned count = 1 + b[1] % 16; count > 0 && a->in_the_air > 0; count--)
			deliver(a, 0, false);
		break;
	case 2:
		if (a->in_the_air > 0)
			deliver(a, n, b[2] & 1);
		break;
	case 3:
		if (a->in_the_air > 0)
			memmove(&a->air[n], &a->air[n + 1],
				(--a->in_the_air - n) * sizeof a->air[0]);
		break;
	case 4: pass(a, b); break;
	case 5: forge(a, b); break;
	default: call(a, b); break;
	}
}

/* ---- the end ---- */

static bool rests(const struct arena *a)
{
	return a->in_the_air == 0 && tcp_next_deadline(a->ends[0].tcb) == NANOS_NEVER &&
	       tcp_next_deadline(a->ends[1].tcb) == NANOS_NEVER;
}

static void read_all(struct arena *a, int who)
{
	struct journal journal;
	struct tcp t = turn(a, who, &journal);
	uint32_t taken;

	tcp_set_keepalive(&t, false);
	tcp_receive(&t, UINT32_MAX, &taken);
	drain(a, who);
}

static bool went_well(const struct arena_end *end)
{
	return end->tcb->ending == ENDING_NONE || end->tcb->ending == ENDING_CLOSED;
}

/* The network is well and applications read: all that was sent arrives, and there is an end. */
static void come_to_rest(struct arena *a)
{
	unsigned steps = 0;
	int who;

	for (;;) {
		read_all(a, 0);
		read_all(a, 1);
		if (rests(a))
			break;
		if (a->in_the_air > 0)
			deliver(a, 0, false);
		else if ((who = next_timer(a, NANOS_NEVER - 1)) >= 0)
			time_out(a, who);
		assert(++steps < REST_MAX);
	}
	for (who = 0; who < 2; who++) {
		const struct arena_end *end = &a->ends[who];
		const struct arena_end *other = &a->ends[1 - who];

		if (went_well(end) && went_well(other) && end->tcb->state > LISTEN &&
		    other->tcb->state > LISTEN)
			assert(end->kept_count == other->queued);
		assert(tcb_outstanding(end->tcb) == 0 || end->tcb->state == CLOSED);
	}
}

static void begin(struct arena *a, const uint8_t *head)
{
	struct endpoint us = endpoint_of(0);
	struct endpoint them = endpoint_of(1);
	struct profile *profile;
	struct journal journal;
	struct tcp t;

	a->now = nanos_from_s(1);
	for (int who = 0; who < 2; who++) {
		a->ends[who].tcb = &a->ends[who].houses[0].tcb;
		a->ends[who].records = a->ends[who].houses[0].records;
		a->ends[who].held = &a->ends[who].houses[0].held;
		profile = &a->ends[who].profile;
		*profile = arena_profile(head + 8 * who);
		arena_flip_switches(profile, head + 8 * who);
		/* Nobody gives up what a slow but well network carries. */
		profile->r2 = nanos_from_s(864000);
		profile->syn_r2 = nanos_from_s(864000);
		profile->user_timeout = 0;
	}
	t = turn(a, 0, &journal);
	assert(tcp_open_active(&t, &us, &them) == CALL_OK);
	t = turn(a, 1, &journal);
	if (head[7] & 0x80)
		assert(tcp_open_active(&t, &them, &us) == CALL_OK);
	else
		assert(tcp_open_passive(&t, &them) == CALL_OK);
	drain(a, 0);
	drain(a, 1);
}

uint64_t arena_run(struct arena *a, const uint8_t *data, size_t size)
{
	size_t end = ARENA_HEAD + (size_t)ARENA_RECORD * ARENA_RECORDS_MAX;

	if (size < ARENA_HEAD)
		return 0;
	begin(a, data);
	for (size_t at = ARENA_HEAD; at + ARENA_RECORD <= size && at < end; at += ARENA_RECORD) {
		record(a, data + at);
		check(a, 0);
		check(a, 1);
		if (a->moving) {
			move_house(&a->ends[0]);
			move_house(&a->ends[1]);
		}
	}
	if (!a->forged && !a->aborted)
		come_to_rest(a);
	return a->said;
}
