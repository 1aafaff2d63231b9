/* reordering.c — how far segments overtake each other on this path, and a
 * DupThresh that waits as long. RFC 2883 §5.2, for profiles with reordering_max.
 *
 * Three segments behind a gap tell of a loss where packets keep their order.
 * Where they do not, each late one would cost half of the window. What has
 * arrived late shows how late it may be: so many segments were in front of it.
 * If it had gone again by then, a D-SACK or a timestamp tells that this was for
 * nothing. Twice the distance counts from then on, as the next burst may be denser
 * than that one was; Linux, whose tcp_max_reordering this is, takes it once.
 *
 * A lost segment must not wait for ever: as RFC 4653 has it, half of what is
 * under way is enough, which is about a round trip, as each duplicate lets a
 * new segment out. And after a time-out all of it is forgotten. */
#include "tcp/turn.h"

/* DupThresh of RFC 5681 and RFC 6675; 0: duplicates mean nothing. */
uint32_t dup_threshold(const struct tcp *t)
{
	uint32_t usual = t->profile->dup_ack_threshold;
	uint32_t learnt = t->tcb->cc.reordering;
	uint32_t half;

	if (usual == 0 || learnt <= usual)
		return usual;
	half = tcb_outstanding(t->tcb) / 2 / effective_send_mss(t->tcb);
	learnt = least(learnt, half);
	return learnt > usual ? learnt : usual;
}

bool waits_for_late_ones(const struct tcp *t)
{
	return t->tcb->cc.reordering > t->profile->dup_ack_threshold;
}

static uint32_t segments_in(const struct tcp *t, uint32_t octets)
{
	uint32_t smss = effective_send_mss(t->tcb);

	return (octets + smss - 1) / smss;
}

static void learn(struct tcp *t, uint32_t segments)
{
	struct congestion_variables *cc = &t->tcb->cc;

	segments = least(segments, t->profile->reordering_max);
	if (segments <= cc->reordering || segments <= t->profile->dup_ack_threshold)
		return;
	cc->reordering = (uint16_t)segments;
	note(t, RULE_REORDERING_MEASURED);
}

/* What is in this record has arrived, below what had arrived before. */
void reordering_delivered(struct tcp *t, const struct sent_record *record)
{
	struct congestion_variables *cc = &t->tcb->cc;
	uint32_t segments;

	if (t->profile->reordering_max == 0 || seq_ge(record->right, t->ack.fack))
		return;
	segments = segments_in(t, (uint32_t)seq_diff(t->ack.fack, record->left));
	if (!record->repeated)
		learn(t, segments);
	else if (segments > cc->overtaken)
		cc->overtaken = (uint16_t)least(segments, UINT16_MAX);
}

/* Without SACK: what waited behind the gap is acknowledged with it. */
void reordering_acked(struct tcp *t, uint32_t acked)
{
	struct congestion_variables *cc = &t->tcb->cc;
	uint32_t segments = segments_in(t, acked);

	if (cc->fast_recovery && segments > cc->overtaken)
		cc->overtaken = (uint16_t)least(segments, UINT16_MAX);
}

/* What had gone again was not lost, but overtaken. */
void reordering_confirmed(struct tcp *t)
{
	learn(t, 2u * t->tcb->cc.overtaken);
	rack_was_overtaken(t);
}

/* Duplicates came, and the timer fired all the same: something was lost. */
void reordering_timed_out(struct tcp *t)
{
	struct congestion_variables *cc = &t->tcb->cc;

	if (!waits_for_late_ones(t) || cc->dup_acks < t->profile->dup_ack_threshold)
		return;
	cc->reordering = 0;
	note(t, RULE_REORDERING_FORGOTTEN);
}
