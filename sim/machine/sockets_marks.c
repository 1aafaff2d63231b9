/* sockets_marks.c — writes that the application wants to hear of again: with MSG_ZEROCOPY, when
 * their text has been acknowledged and its buffer is free; with SO_TIMESTAMPING, when their last
 * octet left and was acknowledged. A mark stands behind that octet until then. */
#include "machine/sockets_inside.h"

#include <string.h>

#include "record/memory.h"

enum {
	STAMPS = DRILL_SOF_TIMESTAMPING_TX_SCHED | DRILL_SOF_TIMESTAMPING_TX_SOFTWARE |
		 DRILL_SOF_TIMESTAMPING_TX_ACK,
};

/* A write of which `len` octets are about to be queued, its last. */
void marks_add(struct attempt *a, struct socket *s, int64_t len, int64_t flags)
{
	const struct tcb *tcb = socket_tcb(a->all, s);
	struct sent_mark mark = {.stamps = (uint32_t)(s->option[OPTION_SO_TIMESTAMPING] & STAMPS)};

	if (a->stamps_said)
		mark.stamps = (uint32_t)(a->stamps & STAMPS);
	mark.copies = (flags & DRILL_MSG_ZEROCOPY) != 0 && s->option[OPTION_SO_ZEROCOPY] != 0;
	if (tcb == NULL || s->ended || (mark.stamps == 0 && !mark.copies))
		return;
	mark.end = seq_add(tcb->snd.end, (uint32_t)len);
	mark.key = seq_diff(mark.end, s->stamp_base) - 1;
	if (mark.copies)
		mark.copy = s->copies++;
	s->marks = memory_grow(s->marks, &s->mark_capacity, s->mark_count + 1, sizeof *s->marks);
	s->marks[s->mark_count++] = mark;
}

void marks_take_back(struct socket *s, int64_t missing, bool all)
{
	struct sent_mark *mark = &s->marks[s->mark_count - 1];

	mark->end = seq_sub(mark->end, (uint32_t)missing);
	mark->key -= (int32_t)missing;
	if (all && mark->copies)
		s->copies--;
	s->mark_count -= all;
}

void marks_count_from(const struct sockets *all, struct socket *s, bool from_end)
{
	const struct tcb *tcb = socket_tcb(all, s);

	s->stamp_base = from_end ? tcb->snd.end : tcb->snd.una;
}

/* ---- what becomes of them ---- */

/* An octet goes each time that its segment does: through the queue of the interface, and on. */
static void leaves(struct socket *s, nanos now, const struct segment *seg)
{
	for (uint32_t i = 0; i < s->mark_count; i++) {
		const struct sent_mark *mark = &s->marks[i];
		bool carries = seq_lt(seg->seq, mark->end) &&
			       seq_ge(seq_add(seg->seq, seg->len), mark->end);

		if (!carries)
			continue;
		if (mark->stamps & DRILL_SOF_TIMESTAMPING_TX_SCHED)
			errors_add_stamp(s, now, DRILL_SCM_TSTAMP_SCHED, mark->key);
		if (mark->stamps & DRILL_SOF_TIMESTAMPING_TX_SOFTWARE)
			errors_add_stamp(s, now, DRILL_SCM_TSTAMP_SND, mark->key);
	}
}

void marks_leave(struct sockets *all, nanos now, const struct segment *seg,
		 const struct endpoint *from, const struct endpoint *to)
{
	for (uint32_t i = 0; i < all->count; i++) {
		struct socket *s = all->table[i];

		if (s->mark_count > 0 && !s->ended && endpoint_eq(&s->local, from) &&
		    endpoint_eq(&s->remote, to))
			leaves(s, now, seg);
	}
}

static void is_done(struct socket *s, nanos now, const struct sent_mark *mark, bool acked)
{
	if (acked && (mark->stamps & DRILL_SOF_TIMESTAMPING_TX_ACK) != 0)
		errors_add_stamp(s, now, DRILL_SCM_TSTAMP_ACK, mark->key);
	if (mark->copies)
		errors_add_copy(s, mark->copy);
}

void marks_look(const struct sockets *all, nanos now, struct socket *s)
{
	const struct tcb *tcb = socket_tcb(all, s);
	uint32_t kept = 0;

	if (s->mark_count == 0 || tcb == NULL)
		return;
	for (uint32_t i = 0; i < s->mark_count; i++) {
		struct sent_mark mark = s->marks[i];
		bool acked = seq_ge(tcb->snd.una, mark.end);

		if (acked || s->ended) /* what was not acknowledged is thrown away */
			is_done(s, now, &mark, acked);
		else
			s->marks[kept++] = mark;
	}
	s->mark_count = kept;
}
