/* marks.c — where the text of one SEND ends, and what the application said of what follows.
 * RFC 9293 §3.9.1.2: the PUSH flag of SEND.
 *
 * TCP carries octets, not messages. An application may say all the same that its text is to be
 * passed on now (PUSH), that more follows at once (Linux: MSG_MORE, TCP_CORK), or that a record
 * ends which no segment is to reach across (MSG_EOR). The RFC leaves it to a TCP to heed PUSH
 * (MAY-15); one that does not has PSH where nothing more is queued (MUST-61). One that does puts
 * it where pushed text ends, and there again when that goes again.
 *
 * Marks lie in order, and are kept until their text is acknowledged; few are needed. Text that
 * joins what still waits takes the mark away: the receiver need not hear of an end that was none.
 * Where there are too many, one is forgotten that says nothing of a record: then a segment
 * lacks its PSH. */
#include "tcp/turn.h"

#include <assert.h>
#include <string.h>

static void forget(struct mark_variables *marks, unsigned i)
{
	assert(i < marks->count);
	marks->count--;
	memmove(&marks->at[i], &marks->at[i + 1], (marks->count - i) * sizeof marks->at[0]);
	memmove(&marks->kind[i], &marks->kind[i + 1], marks->count - i);
	marks->at[marks->count] = (struct seq){0}; /* equal TCBs are equal octets */
	marks->kind[marks->count] = 0;
}

static void forget_acknowledged(struct tcb *tcb)
{
	while (tcb->marks.count > 0 && seq_le(tcb->marks.at[0], tcb->snd.una))
		forget(&tcb->marks, 0);
}

/* One that can be done without: of text that was sent, or the last that ends no record.
 * MARKS_MAX: none. */
static unsigned dispensable(const struct tcb *tcb)
{
	const struct mark_variables *marks = &tcb->marks;
	unsigned i = marks->count;

	if (marks->count > 0 && seq_le(marks->at[0], tcb->snd.nxt))
		return 0;
	while (i > 0 && (marks->kind[i - 1] & MARK_RECORD))
		i--;
	return i > 0 ? i - 1 : MARKS_MAX;
}

bool marks_have_room(const struct tcb *tcb)
{
	return tcb->marks.count < MARKS_MAX || dispensable(tcb) < MARKS_MAX;
}

static void add_mark(struct tcb *tcb, struct seq at, uint8_t kind)
{
	struct mark_variables *marks = &tcb->marks;

	if (marks->count > 0 && seq_eq(marks->at[marks->count - 1u], at)) {
		marks->kind[marks->count - 1u] |= kind;
		return;
	}
	if (marks->count == MARKS_MAX) {
		unsigned i = dispensable(tcb);

		if (i == MARKS_MAX || (i > 0 && !(kind & MARK_RECORD)))
			return; /* the nearer ones are missed sooner */
		forget(marks, i);
	}
	marks->at[marks->count] = at;
	marks->kind[marks->count++] = kind;
}

/* Text goes on behind `end`. If it joins what still waits there, that was no end. */
static void go_on_behind(struct tcb *tcb, struct seq end, bool apart)
{
	struct mark_variables *marks = &tcb->marks;
	unsigned last = marks->count - 1u;

	if (apart)
		add_mark(tcb, end, MARK_STRETCH);
	else if (marks->count > 0 && seq_eq(marks->at[last], end) &&
		 marks->kind[last] == MARK_PUSH && seq_lt(tcb->snd.nxt, end))
		forget(marks, last);
}

void mark_send(struct tcp *t, uint32_t len, unsigned flags)
{
	struct tcb *tcb = t->tcb;
	uint8_t kind = 0;

	forget_acknowledged(tcb);
	if (len > 0)
		go_on_behind(tcb, seq_sub(tcb->snd.end, len), (flags & SEND_APART) != 0);
	tcb->marks.more = (flags & SEND_MORE) != 0;
	tcb->marks.lifted = false;
	if ((flags & SEND_PUSH) && t->profile->push_marks)
		kind |= MARK_PUSH;
	if (flags & SEND_RECORD)
		kind |= MARK_RECORD;
	if (kind != 0)
		add_mark(tcb, tcb->snd.end, kind);
}

void marks_lift(struct tcb *tcb)
{
	tcb->marks.more = false;
	tcb->marks.lifted = true;
}

/* Index of the first mark at `s` or behind it. */
static unsigned first_from(const struct mark_variables *marks, struct seq s)
{
	unsigned i = 0;

	while (i < marks->count && seq_lt(marks->at[i], s))
		i++;
	return i;
}

static uint8_t kind_at(const struct tcb *tcb, struct seq s)
{
	unsigned i = first_from(&tcb->marks, s);

	return i < tcb->marks.count && seq_eq(tcb->marks.at[i], s) ? tcb->marks.kind[i] : 0;
}

bool mark_ends_stretch(const struct tcb *tcb, struct seq end)
{
	return (kind_at(tcb, end) & (MARK_STRETCH | MARK_RECORD)) != 0;
}

struct seq mark_before(const struct tcb *tcb, struct seq from, struct seq end)
{
	const struct mark_variables *marks = &tcb->marks;

	for (unsigned i = first_from(marks, seq_add(from, 1)); i < marks->count; i++) {
		if (seq_ge(marks->at[i], end))
			break;
		if (marks->kind[i] & (MARK_STRETCH | MARK_RECORD))
			return marks->at[i];
	}
	return end;
}

/* PSH where nothing more is queued behind (MUST-61), or where the application wants it. What a
 * timer has sent waits for nothing, and so should its reader not. */
bool is_pushed(const struct tcp *t, struct seq end, bool syn)
{
	const struct tcb *tcb = t->tcb;

	if (!t->profile->push_marks)
		return seq_eq(end, tcb->snd.end);
	return tcb->snd.override || (!syn && (kind_at(tcb, end) & MARK_PUSH) != 0);
}

/* Of the last text that is queued, where it fills no segment. */
enum rule why_more_waits(const struct tcp *t)
{
	const struct tcb *tcb = t->tcb;

	if (tcb->snd.override || tcb->snd.urgent || tcb->marks.lifted)
		return RULE_NONE;
	return tcb->marks.corked ? RULE_CORK_WAITS : tcb->marks.more ? RULE_MORE_WAITS : RULE_NONE;
}
