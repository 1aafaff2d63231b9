#include "source/steps.h"

#include <stdlib.h>

/* At one time, things stand in the order of the captured packets they belong
 * to; before each there is room for what is squeezed in. */
enum { RANK_SQUEEZED = 0, RANK_ITSELF = 4, RANKS = 8 };

/* One packet, from end to end. */
struct passage {
	uint32_t packet;
	nanos sent;
	nanos arrived;
	uint64_t sent_rank;
	uint64_t arrived_rank;
};

static uint64_t rank_of(uint32_t packet)
{
	return (uint64_t)packet * RANKS + RANK_ITSELF;
}

static uint64_t rank_before(uint32_t packet)
{
	return (uint64_t)packet * RANKS + RANK_SQUEEZED;
}

/* As it was captured. */
static struct passage passage_of(const struct captured *captured, const struct vantage *v,
				 uint32_t n)
{
	const struct captured_packet *packet = captured_at(captured, n);
	enum side side = (enum side)packet->side;

	return (struct passage){
		.packet = n,
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

static void add(struct steps *steps, enum step_kind kind, uint32_t packet, nanos time,
		uint64_t rank)
{
	steps->all =
		memory_grow(steps->all, &steps->capacity, steps->count + 1, sizeof *steps->all);
	steps->all[steps->count++] = (struct step){
		.time = time, .rank = rank + kind, .packet = packet, .kind = (uint8_t)kind};
}

static void add_passage(struct steps *steps, const struct passage *p, enum fate_kind fate)
{
	add(steps, fate == FATE_COPY ? STEP_COPY : STEP_SEND, p->packet, p->sent, p->sent_rank);
	if (fate == FATE_LOST)
		add(steps, STEP_LOSE, p->packet, p->sent + (p->arrived - p->sent) / 2,
		    p->sent_rank);
	else
		add(steps, STEP_ARRIVE, p->packet, p->arrived, p->arrived_rank);
}

/* Delayed ACKs are not sent sooner than this, by any known host. */
#define DELAYED_ACK_MIN nanos_from_ms(35)

/* To the far end: as late as the first ACK says, and behind the packets before. */
static void arrive_with_answer(struct passage *p, const struct captured *captured,
			       const struct fates *fates, nanos *newest)
{
	const struct fate *fate = &fates->of[p->packet];
	nanos answered;

	if (fate->answer == ANSWER_NONE) {
		p->arrived = nanos_max(p->arrived, *newest);
	} else {
		const struct captured_packet *answer = captured_at(captured, fate->answer);

		answered = vantage_sent(&fates->vantage, (enum side)answer->side, answer->time);
		if (!fate->alone || answered - p->arrived < DELAYED_ACK_MIN)
			p->arrived = answered;
		p->arrived = nanos_max(p->arrived, nanos_min(*newest, answered));
		if (p->arrived == answered)
			p->arrived_rank = rank_before(fate->answer);
	}
	*newest = nanos_max(*newest, p->arrived);
}

static void add_captured(struct steps *steps, const struct captured *captured,
			 const struct fates *fates, uint32_t n, nanos *newest)
{
	const struct fate *fate = &fates->of[n];
	struct passage p = passage_of(captured, &fates->vantage, n);

	if (fate->kind == FATE_OVERTAKEN &&
	    captured_at(captured, fate->other)->side == captured_at(captured, n)->side)
		leave_before(&p, captured, &fates->vantage, fate->other);
	else if (fate->kind == FATE_OVERTAKEN)
		arrive_before(&p, captured, &fates->vantage, fate->other);
	if (captured_at(captured, n)->side == fates->vantage.near && fate->kind == FATE_ARRIVED)
		arrive_with_answer(&p, captured, fates, newest);
	add_passage(steps, &p, (enum fate_kind)fate->kind);
}

static void add_unseen(struct steps *steps, const struct captured *captured,
		       const struct fates *fates, uint32_t n)
{
	const struct unseen *unseen = &fates->unseen[n];
	struct passage p = passage_of(captured, &fates->vantage, unseen->before);

	p.packet = captured->count + n;
	if (unseen->before_ack) {
		arrive_before(&p, captured, &fates->vantage, unseen->before);
	} else {
		leave_before(&p, captured, &fates->vantage, unseen->before);
		p.arrived_rank = rank_before(unseen->before);
	}
	add_passage(steps, &p, (enum fate_kind)unseen->kind);
}

static int in_order(const void *a, const void *b)
{
	const struct step *x = a;
	const struct step *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->packet < y->packet ? -1 : x->packet > y->packet;
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
	nanos newest = INT64_MIN;

	*out = (struct steps){.count = 0};
	for (uint32_t n = 0; n < captured->count; n++)
		add_captured(out, captured, fates, n, &newest);
	for (uint32_t n = 0; n < fates->unseen_count; n++)
		add_unseen(out, captured, fates, n);
	if (out->count > 0)
		qsort(out->all, out->count, sizeof *out->all, in_order);
	begin_at_zero(out, captured->epoch);
}

void steps_free(struct steps *steps)
{
	free(steps->all);
	*steps = (struct steps){.count = 0};
}
