#include "source/steps.h"

#include <stdlib.h>
#include <string.h>

/* At one time, things stand in the order of the captured packets they belong
 * to; before each there is room for what is squeezed in. */
enum { SQUEEZED = 0, ITSELF = 4 };

struct rank {
	uint32_t place;
	uint8_t within;
};

/* One packet, from end to end. */
struct passage {
	uint32_t packet;
	enum side side; /* that sends it */
	nanos sent;
	nanos arrived;
	struct rank sent_rank;
	struct rank arrived_rank;
};

static struct rank rank_of(uint32_t packet)
{
	return (struct rank){packet, ITSELF};
}

static struct rank rank_before(uint32_t packet)
{
	return (struct rank){packet, SQUEEZED};
}

/* As it was captured. */
static struct passage passage_of(const struct captured *captured, const struct vantage *v,
				 uint32_t n)
{
	const struct captured_packet *packet = captured_at(captured, n);
	enum side side = (enum side)packet->side;

	return (struct passage){
		.packet = n,
		.side = side,
		.sent = vantage_sent(v, side, packet->time),
		.arrived = vantage_arrived(v, side, packet->time),
		.sent_rank = rank_of(n),
		.arrived_rank = rank_of(n),
	};
}

/* It left before packet `n` of the same side. */
static void leave_before(struct passage *p, const struct captured *captured,
			 const struct vantage *v, uint32_t n)
{
	const struct captured_packet *packet = captured_at(captured, n);

	p->sent = vantage_sent(v, (enum side)packet->side, packet->time);
	p->sent_rank = rank_before(n);
}

/* It arrived before the other side sent packet `n`. */
static void arrive_before(struct passage *p, const struct captured *captured,
			  const struct vantage *v, uint32_t n)
{
	const struct captured_packet *packet = captured_at(captured, n);

	p->arrived = vantage_sent(v, (enum side)packet->side, packet->time);
	p->sent = p->arrived - v->flight;
	p->sent_rank = p->arrived_rank = rank_before(n);
}

/* The steps are found in four passes over the packets, so that those of one
 * pass come nearly in order: what the near end does, what the far end sends,
 * what it gets, and what is lost. */
enum { PASSES = 4 };

struct finder {
	struct steps *steps;
	const struct captured *captured;
	const struct fates *fates;
	nanos newest; /* of the arrivals at the far end */
	unsigned pass;
};

static unsigned pass_of(const struct finder *f, enum step_kind kind, enum side sender)
{
	bool at_near = (kind == STEP_ARRIVE) != (sender == f->fates->vantage.near);

	if (kind == STEP_LOSE)
		return 3;
	if (at_near)
		return 0;
	return kind == STEP_ARRIVE ? 2 : 1;
}

static void add(struct finder *f, enum step_kind kind, const struct passage *p, nanos time,
		struct rank rank)
{
	struct steps *steps = f->steps;

	if (pass_of(f, kind, p->side) != f->pass)
		return;
	steps->all =
		memory_grow(steps->all, &steps->capacity, steps->count + 1, sizeof *steps->all);
	steps->all[steps->count++] = (struct step){
		.time = time,
		.place = rank.place,
		.packet = p->packet,
		.within = (uint8_t)(rank.within + kind),
		.kind = (uint8_t)kind,
	};
}

static void add_passage(struct finder *f, const struct passage *p, enum fate_kind fate)
{
	add(f, fate == FATE_COPY ? STEP_COPY : STEP_SEND, p, p->sent, p->sent_rank);
	if (fate == FATE_LOST)
		add(f, STEP_LOSE, p, p->sent + (p->arrived - p->sent) / 2, p->sent_rank);
	else
		add(f, STEP_ARRIVE, p, p->arrived, p->arrived_rank);
}

/* Delayed ACKs are not sent sooner than this, by any known host. */
#define DELAYED_ACK_MIN nanos_from_ms(35)

/* To the far end: as late as the first ACK says, and behind the packets before. */
static void arrive_with_answer(struct finder *f, struct passage *p)
{
	const struct fate *fate = &f->fates->of[p->packet];

	if (fate->answer == ANSWER_NONE) {
		p->arrived = nanos_max(p->arrived, f->newest);
	} else {
		const struct captured_packet *answer = captured_at(f->captured, fate->answer);
		nanos answered =
			vantage_sent(&f->fates->vantage, (enum side)answer->side, answer->time);

		if (answered < p->sent)
			return; /* the clock of the capture went astray */
		if (!fate->alone || answered - p->arrived < DELAYED_ACK_MIN)
			p->arrived = answered;
		p->arrived = nanos_max(p->arrived, nanos_min(f->newest, answered));
		if (p->arrived == answered)
			p->arrived_rank = rank_before(fate->answer);
	}
	f->newest = nanos_max(f->newest, p->arrived);
}

static void add_captured(struct finder *f, uint32_t n)
{
	const struct vantage *v = &f->fates->vantage;
	const struct fate *fate = &f->fates->of[n];
	struct passage p = passage_of(f->captured, v, n);

	if (fate->kind == FATE_OVERTAKEN && captured_at(f->captured, fate->other)->side == p.side)
		leave_before(&p, f->captured, v, fate->other);
	else if (fate->kind == FATE_OVERTAKEN)
		arrive_before(&p, f->captured, v, fate->other);
	if (p.side == v->near && fate->kind == FATE_ARRIVED)
		arrive_with_answer(f, &p);
	add_passage(f, &p, (enum fate_kind)fate->kind);
}

static void add_unseen(struct finder *f, uint32_t n)
{
	const struct vantage *v = &f->fates->vantage;
	const struct unseen *unseen = &f->fates->unseen[n];
	struct passage p = passage_of(f->captured, v, unseen->before);

	p.packet = f->captured->count + n;
	p.side = (enum side)unseen->side;
	if (unseen->before_ack) {
		arrive_before(&p, f->captured, v, unseen->before);
	} else {
		leave_before(&p, f->captured, v, unseen->before);
		p.arrived_rank = rank_before(unseen->before);
	}
	add_passage(f, &p, (enum fate_kind)unseen->kind);
}

/* ---- order ---- */

static bool comes_first(const struct step *a, const struct step *b)
{
	if (a->time != b->time)
		return a->time < b->time;
	if (a->place != b->place)
		return a->place < b->place;
	if (a->within != b->within)
		return a->within < b->within;
	return a->packet < b->packet;
}

/* The end of the steps from `at` on that are in order. */
static uint32_t run_end(const struct step *all, uint32_t at, uint32_t count)
{
	at++;
	while (at < count && !comes_first(&all[at], &all[at - 1]))
		at++;
	return at;
}

static void merge(const struct step *a, uint32_t a_count, const struct step *b, uint32_t b_count,
		  struct step *out)
{
	while (a_count > 0 && b_count > 0) {
		if (comes_first(b, a)) {
			*out++ = *b++;
			b_count--;
		} else {
			*out++ = *a++;
			a_count--;
		}
	}
	memcpy(out, a, a_count * sizeof *a);
	memcpy(out + a_count, b, b_count * sizeof *b);
}

/* Merges neighbouring runs until one is left. There are few and long ones: what
 * either end sent, and what it got, each in order but for rare exceptions. */
static void sort(struct steps *steps)
{
	struct step *other = memory_get(steps->count * sizeof *other);

	while (steps->count > 0 && run_end(steps->all, 0, steps->count) < steps->count) {
		struct step *merged = other;

		for (uint32_t at = 0; at < steps->count;) {
			uint32_t middle = run_end(steps->all, at, steps->count);
			uint32_t end = middle < steps->count
					       ? run_end(steps->all, middle, steps->count)
					       : middle;

			merge(&steps->all[at], middle - at, &steps->all[middle], end - middle,
			      &merged[at]);
			at = end;
		}
		other = steps->all;
		steps->all = merged;
		steps->capacity = steps->count;
	}
	free(other);
}

/* What left the far end first may have left before the first packet passed. */
static void begin_at_zero(struct steps *steps, nanos epoch)
{
	nanos first = steps->count > 0 ? steps->all[0].time : 0;

	for (uint32_t i = 0; i < steps->count; i++)
		steps->all[i].time -= first;
	steps->epoch = epoch + first;
}

void steps_find(struct steps *out, const struct captured *captured, const struct fates *fates)
{
	struct finder f = {.steps = out, .captured = captured, .fates = fates};

	*out = (struct steps){.count = 0};
	for (f.pass = 0; f.pass < PASSES; f.pass++) {
		f.newest = INT64_MIN;
		for (uint32_t n = 0; n < captured->count; n++)
			add_captured(&f, n);
		for (uint32_t n = 0; n < fates->unseen_count; n++)
			add_unseen(&f, n);
	}
	sort(out);
	begin_at_zero(out, captured->epoch);
}

void steps_free(struct steps *steps)
{
	free(steps->all);
	*steps = (struct steps){.count = 0};
}
