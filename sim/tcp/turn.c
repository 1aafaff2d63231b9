#include "tcp/turn.h"

#include <assert.h>
#include <string.h>

#include "tcp/syn_defence.h"

void write_note(struct tcp *t, struct note note)
{
	struct journal *journal = t->journal;

	assert(journal->count < JOURNAL_MAX);
	journal->notes[journal->count++] = note;
}

enum verdict drop(struct tcp *t, enum rule rule)
{
	note(t, rule);
	return DONE;
}

void set_state(struct tcp *t, enum tcp_state state, enum rule rule)
{
	enum tcp_state from = (enum tcp_state)t->tcb->state;

	assert(state_arrow(from, state) != ARROW_NONE);
	t->tcb->state = (uint8_t)state;
	listener_counts(t, from, state);
	if (t->journal != NULL)
		write_note(t, (struct note){.rule = (uint16_t)rule,
					    .kind = NOTE_TRANSITION,
					    .from = (uint8_t)from,
					    .to = (uint8_t)state});
}

/* Where a host looks at its timers only now and then, they fire late. */
static nanos next_tick(const struct tcp *t, enum timer timer, nanos deadline)
{
	nanos tick = timer == TIMER_DELAYED_ACK ? t->profile->fast_tick : t->profile->slow_tick;

	return tick > 0 ? (deadline + tick - 1) / tick * tick : deadline;
}

void start_timer(struct tcp *t, enum timer timer, nanos deadline, enum rule rule)
{
	assert(deadline >= t->now && deadline != NANOS_NEVER);
	deadline = next_tick(t, timer, deadline);
	t->tcb->timers[timer] = deadline;
	if (t->journal != NULL)
		write_note(t, (struct note){.when = deadline,
					    .rule = (uint16_t)rule,
					    .kind = NOTE_TIMER_STARTED,
					    .from = (uint8_t)timer});
}

void owe_ack(struct tcp *t, enum rule rule)
{
	stop_timer(t, TIMER_DELAYED_ACK, rule);
	t->tcb->ack_owed = ACK_NOW;
	t->tcb->ack_rule = (uint16_t)rule;
}

void delay_ack(struct tcp *t, nanos length, enum rule rule)
{
	t->tcb->ack_owed = ACK_DELAYED;
	start_timer(t, TIMER_DELAYED_ACK, t->now + length, RULE_ACK_DELAYED);
	note(t, rule);
}

/* RFC 5961 §7 wants a limit. Who can count up to it learns from what is left
 * unanswered whether others' segments hit a connection: a limit that is drawn
 * anew each second tells nothing. */
static uint32_t challenges_allowed(const struct tcp *t)
{
	uint32_t limit = t->profile->challenge_limit;
	uint32_t second = (uint32_t)(t->now / nanos_from_s(1));

	if (!t->profile->challenge_random)
		return limit;
	return limit / 2 + limit % 2 + chance_below(t, limit, second);
}

/* Linux limits them by a distance, tcp_invalid_ratelimit. */
static bool comes_too_soon(struct tcp *t)
{
	struct tcb *tcb = t->tcb;

	if (tcb->challenge_allowed > 0 && t->now - tcb->challenge_since < t->profile->challenge_gap)
		return true;
	tcb->challenge_allowed = 1;
	tcb->challenge_since = t->now;
	return false;
}

static bool is_beyond_limit(struct tcp *t)
{
	struct tcb *tcb = t->tcb;

	if (tcb->challenge_allowed == 0 || t->now - tcb->challenge_since >= nanos_from_s(1)) {
		tcb->challenge_since = t->now;
		tcb->challenge_count = 0;
		tcb->challenge_allowed = challenges_allowed(t);
	}
	if (tcb->challenge_count >= tcb->challenge_allowed)
		return true;
	tcb->challenge_count++;
	return false;
}

enum verdict challenge(struct tcp *t, enum rule rule)
{
	if (t->profile->challenge_gap > 0 ? comes_too_soon(t) : is_beyond_limit(t))
		return drop(t, RULE_CHALLENGE_LIMITED);
	owe_ack(t, rule);
	return drop(t, rule);
}

/* RFC 9293 Appendix A.2 leaves it to us how two ends that find each other's
 * ACKs unacceptable come to rest. What takes up sequence space is always
 * answered: its sender waits for that. */
enum verdict answer_with_ack(struct tcp *t, const struct segment *seg, enum rule rule)
{
	if (segment_len(seg) == 0)
		return challenge(t, rule);
	owe_ack(t, rule);
	return drop(t, rule);
}

void reply_with(struct tcp *t, struct seq seq, struct seq ack, uint16_t flags, enum rule rule)
{
	t->tcb->reply =
		(struct reply){.seq = seq, .ack = ack, .flags = flags, .rule = (uint16_t)rule};
}

/* RFC 9293 §3.10.5 has an RST without ACK. Systems set that too: it is by its SEQ
 * that a RST is judged (§3.5.3), and the ACK does no harm. */
void reset_peer(struct tcp *t, struct seq nxt, enum rule rule)
{
	const struct tcb *tcb = t->tcb;

	if (t->profile->rst_acks)
		reply_with(t, nxt, tcb->rcv.nxt, RST | ACK, rule);
	else
		reply_with(t, nxt, seq_of(0), RST, rule);
}

void notify(struct tcp *t, enum notice notice)
{
	t->tcb->notices |= (uint16_t)notice;
}

void end_connection(struct tcp *t, enum ending ending, enum rule rule)
{
	struct tcb *tcb = t->tcb;

	if (tcb->state != TIME_WAIT && ending != ENDING_TIMED_OUT)
		sharing_save(t);
	tcb->ending = (uint8_t)ending;
	tcb->ack_owed = ACK_NOT_OWED;
	tcb->snd.rtx = tcb->snd.rtx_end;
	flight_clear(tcb);
	for (int timer = 0; timer < TIMER_COUNT; timer++)
		stop_timer(t, (enum timer)timer, rule);
	set_state(t, CLOSED, rule);
	notify(t, NOTICE_ENDED);
}

void enter_time_wait(struct tcp *t, enum rule rule)
{
	sharing_save(t);
	set_state(t, TIME_WAIT, rule);
	for (int timer = 0; timer < TIMER_COUNT; timer++)
		stop_timer(t, (enum timer)timer, rule);
	restart_time_wait(t);
}

void restart_time_wait(struct tcp *t)
{
	nanos length = t->profile->time_wait > 0 ? t->profile->time_wait : 2 * t->profile->msl;

	start_timer(t, TIMER_TIME_WAIT, t->now + length, RULE_TIME_WAIT_STARTED);
}
