/* sockets_reading.c — text comes out of a socket: read(), readv(), recv(), recvfrom().
 */
#include "machine/sockets_inside.h"

#include <string.h>

/* The octets that an array of buffers has room for. */
bool buffers_length(struct attempt *a, const struct expression *list, int64_t *total)
{
	*total = 0;
	if (list == NULL || list->kind != EXPRESSION_LIST) {
		wrong(a, "%s() needs a list of buffers", a->call->name);
		return false;
	}
	for (const struct expression *e = list->first; e != NULL; e = e->next) {
		int64_t len;

		if (!number_of(a, expression_part(e, "iov_len", 1), &len))
			return false;
		*total += len;
	}
	return true;
}

static void take(struct attempt *a, struct socket *s, uint64_t len)
{
	uint32_t taken;

	if (a->all->setup.settings->standing_read)
		s->read += len;
	else if (s->ended)
		s->left -= len;
	else
		host_receive(a->all->host, a->now, s->conn, NULL, (uint32_t)len, &taken);
}

/* Nothing is there, nor will it be; or not yet. */
static void comes_away_empty(struct attempt *a, struct socket *s, int64_t flags)
{
	const struct tcb *tcb = socket_tcb(a->all, s);

	if (s->done || (tcb != NULL && tcb_fin_taken(tcb)))
		returns(a, 0);
	else if (s->error != 0)
		fails(a, socket_take_error(s));
	else if (s->shut_read)
		returns(a, 0);
	else if (tcb == NULL)
		fails(a, DRILL_ENOTCONN);
	else if (waits_not(a, s, flags) || !blocks(a, patience_of(s->option[OPTION_SO_RCVTIMEO])))
		fails(a, DRILL_EAGAIN);
}

static bool more_may_come(const struct attempt *a, const struct socket *s)
{
	const struct tcb *tcb = socket_tcb(a->all, s);

	return tcb != NULL && !tcb_fin_taken(tcb) && !s->done && s->error == 0 && !s->shut_read &&
	       !s->ended;
}

static int64_t enough(const struct socket *s, int64_t len, int64_t flags)
{
	int64_t low = s->option[OPTION_SO_RCVLOWAT];

	if (flags & DRILL_MSG_WAITALL)
		return len;
	return low < 1 ? 1 : low < len ? low : len;
}

/* A read ends before the urgent octet, and another begins behind it, or with it. */
static int64_t text_there(struct attempt *a, struct socket *s, int64_t flags)
{
	int64_t there = (int64_t)socket_unread(a->all, s);
	int64_t ahead = urgent_ahead(a->all, s);

	if (ahead < 0 || ahead >= there)
		return there;
	if (ahead > 0 || a->done > 0)
		return ahead;
	if (urgent_is_inline(s))
		return there;
	if (!(flags & DRILL_MSG_PEEK))
		take(a, s, 1);
	return there - 1;
}

void stream_reads(struct attempt *a, struct socket *s, int64_t len, int64_t flags)
{
	int64_t there;
	int64_t part;

	if (s->phase == SOCKET_LISTENING) {
		fails(a, DRILL_ENOTCONN);
		return;
	}
	if (len == 0) {
		returns(a, 0);
		return;
	}
	if (a->all->setup.settings->standing_later && s->conn != EVENT_NONE && !s->ended)
		host_receive_all(a->all->host, a->now, s->conn, true);
	there = text_there(a, s, flags);
	part = there < len - a->done ? there : len - a->done;
	if (part > 0 && !(flags & DRILL_MSG_PEEK))
		take(a, s, (uint64_t)part);
	if (flags & DRILL_MSG_PEEK)
		a->done = part;
	else
		a->done += part;
	if (a->done == 0)
		comes_away_empty(a, s, flags);
	else if (a->done >= enough(s, len, flags) || !more_may_come(a, s) ||
		 urgent_ahead(a->all, s) == 0 || waits_not(a, s, flags) ||
		 !blocks(a, patience_of(s->option[OPTION_SO_RCVTIMEO])))
		returns(a, a->done);
}

void socket_receives(struct attempt *a, int64_t len, int64_t flags, const struct expression *from)
{
	struct socket *s = socket_argument(a, 0);
	const int64_t known = DRILL_MSG_PEEK | DRILL_MSG_DONTWAIT | DRILL_MSG_WAITALL |
			      DRILL_MSG_TRUNC | DRILL_MSG_NOSIGNAL | DRILL_MSG_CMSG_CLOEXEC |
			      DRILL_MSG_ERRQUEUE | DRILL_MSG_OOB;

	if (s == NULL)
		return;
	if (flags & ~known)
		unsupported(a, "%s() is not supported with the flags 0x%llx", a->call->name,
			    (unsigned long long)(flags & ~known));
	else if (len < 0)
		fails(a, DRILL_EINVAL);
	else if ((flags & DRILL_MSG_ERRQUEUE) != 0 &&
		 (s->kind == SOCKET_STREAM || s->kind == SOCKET_DATAGRAM))
		errors_read(a, s, len);
	else if (s->kind == SOCKET_STREAM && (flags & DRILL_MSG_OOB))
		urgent_reads(a, s, len, flags);
	else if (s->kind == SOCKET_STREAM)
		stream_reads(a, s, len, flags);
	else if (s->kind == SOCKET_DATAGRAM)
		datagram_reads(a, s, len, flags, from);
	else if (s->kind == SOCKET_PIPE)
		pipe_reads(a, s, len);
	else if (s->kind == SOCKET_FILE)
		returns(a, len);
	else
		unsupported(a, "%s() from such a descriptor is not supported", a->call->name);
}

static void call_read(struct attempt *a)
{
	int64_t len;

	if (number_argument(a, 2, &len) && (len == 0 || !has_no_buffer(a, 1)))
		socket_receives(a, len, 0, NULL);
}

static void call_readv(struct attempt *a)
{
	int64_t len;

	if (buffers_length(a, argument(a, 1), &len))
		socket_receives(a, len, 0, NULL);
}

static void call_recv(struct attempt *a)
{
	int64_t len;
	int64_t flags;

	if (number_argument(a, 2, &len) && number_argument(a, 3, &flags) &&
	    (len == 0 || !has_no_buffer(a, 1)))
		socket_receives(a, len, flags, argument(a, 4));
}

const struct known_call calls_of_reading[] = {
	{"read", 3, 3, call_read},
	{"readv", 3, 3, call_readv},
	{"recv", 4, 4, call_recv},
	{"recvfrom", 6, 6, call_recv},
	{.name = NULL},
};
