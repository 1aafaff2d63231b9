/* sockets_urgent.c — urgent text, as sockets have it. RFC 6093 §3 and §6.
 *
 * TCP's urgent text is all that lies before the urgent pointer. Sockets make one octet of that, the
 * last one, and read it apart: recv(MSG_OOB). read() ends before it, and the next one goes on
 * behind it. With SO_OOBINLINE it is text as any other, which RFC 6093 would have everybody ask
 * for; a read that began before it ends there all the same. */
#include "machine/sockets_inside.h"

int64_t urgent_ahead(const struct sockets *all, const struct socket *s)
{
	const struct tcb *tcb = s->ended ? NULL : socket_tcb(all, s);
	bool heeds = !all->setup.settings->standing_read;

	return tcb != NULL && heeds ? (int64_t)tcb_urgent_left(tcb) - 1 : -1;
}

bool urgent_is_inline(const struct socket *s)
{
	return s->option[OPTION_SO_OOBINLINE] != 0;
}

/* Where it lies in all that has come, plus 1. */
static int64_t place_of(const struct tcb *tcb)
{
	return tcb_taken_offset(tcb) + tcb_urgent_left(tcb);
}

bool urgent_is_there(const struct sockets *all, const struct socket *s)
{
	const struct tcb *tcb = s->ended ? NULL : socket_tcb(all, s);
	uint32_t left = tcb != NULL ? tcb_urgent_left(tcb) : 0;

	return left > 0 && left <= tcb->rcv.unread && s->urgent_read != place_of(tcb);
}

int64_t urgent_readable(const struct sockets *all, const struct socket *s)
{
	int64_t unread = (int64_t)socket_unread(all, s);
	int64_t ahead = urgent_ahead(all, s);

	return ahead >= 0 && ahead < unread && !urgent_is_inline(s) ? ahead : unread;
}

void urgent_reads(struct attempt *a, struct socket *s, int64_t len, int64_t flags)
{
	const struct tcb *tcb = socket_tcb(a->all, s);

	if (s->phase == SOCKET_LISTENING || tcb == NULL) {
		fails(a, DRILL_ENOTCONN);
	} else if (urgent_ahead(a->all, s) < 0 || urgent_is_inline(s) ||
		   s->urgent_read == place_of(tcb)) {
		fails(a, DRILL_EINVAL);
	} else if (!urgent_is_there(a->all, s)) { /* and never waited for */
		if (s->shut_read || tcb_fin_taken(tcb))
			returns(a, 0);
		else
			fails(a, DRILL_EAGAIN);
	} else {
		if (!(flags & DRILL_MSG_PEEK))
			s->urgent_read = place_of(tcb);
		a->message_flags |= DRILL_MSG_OOB;
		returns(a, len > 0);
	}
}
