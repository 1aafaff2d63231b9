/* sockets_limits.c — what a sender spent its time with, as TCP_INFO of Linux tells it: with text
 * to send at all (busy), and of this, waiting for the peer's window or for the application, which
 * found the send buffer full. */
#include "machine/sockets_inside.h"

/* The next segment, or all that waits, is more than the window has room for. */
static bool window_is_small(const struct tcb *tcb)
{
	int32_t room = seq_diff(seq_add(tcb_send_first(tcb), tcb->snd.wnd), tcb->snd.nxt);
	int32_t waits = seq_diff(tcb->snd.end, tcb->snd.nxt);
	int32_t len = waits < (int32_t)mss_now(tcb) ? waits : (int32_t)mss_now(tcb);

	return waits > 0 && room < len &&
	       (uint64_t)tcb_outstanding(tcb) + (uint32_t)len <= tcb->cc.cwnd;
}

static enum limit limit_of(const struct sockets *all, const struct socket *s)
{
	const struct tcb *tcb = socket_tcb(all, s);

	if (tcb == NULL || s->ended || !tcb->snd.syn_acked || tcb_queued(tcb) == 0)
		return LIMIT_NONE;
	if (window_is_small(tcb))
		return LIMIT_WINDOW;
	if (!s->no_space || seq_lt(tcb->snd.nxt, tcb->snd.end))
		return LIMIT_BUSY;
	/* Linux finds out when it has sent the last of what there was. */
	return s->limit == LIMIT_BUFFER || seq_gt(tcb->snd.nxt, s->limit_nxt) ? LIMIT_BUFFER
									      : LIMIT_BUSY;
}

void sockets_hear(struct sockets *all, nanos now)
{
	for (uint32_t i = 0; i < all->count; i++) {
		marks_look(all, now, all->table[i]);
		queue_heard(all, all->table[i]);
	}
	limits_look(all, now);
}

void limits_look(struct sockets *all, nanos now)
{
	for (uint32_t i = 0; i < all->count; i++) {
		struct socket *s = all->table[i];

		if (s->kind != SOCKET_STREAM)
			continue;
		s->spent[s->limit] += now - s->limit_since;
		s->limit_since = now;
		s->limit = (uint8_t)limit_of(all, s);
		if (socket_tcb(all, s) != NULL)
			s->limit_nxt = socket_tcb(all, s)->snd.nxt;
	}
}

nanos limits_spent(const struct socket *s, nanos now, enum limit limit)
{
	return s->spent[limit] + (s->limit == limit ? now - s->limit_since : 0);
}
