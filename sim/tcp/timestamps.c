/* timestamps.c — the timestamps option and PAWS. RFC 7323 §3–§5. */
#include "tcp/turn.h"

/* The clock ticks once in a millisecond, as §5.4 allows. */
uint32_t timestamp_at(const struct tcp *t, nanos when)
{
	return (uint32_t)((uint64_t)when / 1000000) + t->tcb->ts.offset;
}

uint32_t timestamp_now(const struct tcp *t)
{
	return timestamp_at(t, t->now);
}

/* §3.2: TSecr means something in an ACK. 0 is what many send who have none. */
bool timestamp_is_echoed(const struct tcp *t, const struct segment *seg)
{
	return t->tcb->ts.on && (seg->flags & ACK) && (seg->options.has & HAS_TIMESTAMPS) &&
	       seg->options.ts_ecr != 0;
}

/* After 24 days without a segment the peer's clock may have wrapped: §5.5. */
static bool recent_is_valid(const struct tcp *t)
{
	return t->now - t->tcb->ts.recent_age < nanos_from_s(24 * 86400);
}

bool timestamp_is_too_old(struct tcp *t, const struct segment *seg)
{
	if (!t->tcb->ts.on || !(seg->options.has & HAS_TIMESTAMPS))
		return false;
	return (int32_t)(seg->options.ts_val - t->tcb->ts.recent) < 0 && recent_is_valid(t);
}

/* §4.3: only a segment that reaches back to our last ACK may set TS.Recent,
 * so that what we echo belongs to the oldest segment not yet acknowledged. */
void take_timestamp(struct tcp *t, const struct segment *seg)
{
	struct timestamp_variables *ts = &t->tcb->ts;

	if (!ts->on || !(seg->options.has & HAS_TIMESTAMPS))
		return;
	if (seq_gt(seg->seq, ts->last_ack_sent))
		return;
	if ((int32_t)(seg->options.ts_val - ts->recent) < 0 && recent_is_valid(t))
		return;
	ts->recent = seg->options.ts_val;
	ts->recent_age = t->now;
}

void add_timestamps(struct tcp *t, struct segment *seg)
{
	if (!t->tcb->ts.on)
		return;
	options_put_timestamps_aligned(&seg->options, timestamp_now(t),
				       seg->flags & ACK ? t->tcb->ts.recent : 0);
}
