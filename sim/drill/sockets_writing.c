/* sockets_writing.c — text goes into a socket: write(), writev(), send(), sendto(), sendmsg(). */
#include "drill/sockets_inside.h"

#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

/* Octets of 0, for scripts say how many there are and not which. */
static uint32_t put(struct attempt *a, struct socket *s, uint32_t len, unsigned how)
{
	uint8_t *text = memory_get(len);
	uint32_t taken = len;

	memset(text, 0, len);
	if (a->all->setup.settings->standing_read)
		host_send_all(a->all->host, a->now, s->conn, text, len, how);
	else
		host_send(a->all->host, a->now, s->conn, text, len, how, &taken);
	free(text);
	return taken;
}

/* Nothing, or nothing more, can be taken now. */
static void is_full(struct attempt *a, struct socket *s, int64_t flags)
{
	if (waits_not(a, s, flags) || !blocks(a, patience_of(s->option[OPTION_SO_SNDTIMEO]))) {
		if (a->done > 0)
			returns(a, a->done);
		else
			fails(a, DRILL_EAGAIN);
	}
}

static bool cannot_send(struct attempt *a, struct socket *s)
{
	bool never = s->phase == SOCKET_UNCONNECTED || s->phase == SOCKET_LISTENING;

	if (s->error == 0 && !s->shut_write && !never)
		return false;
	if (a->done > 0)
		returns(a, a->done);
	else
		fails(a, s->error != 0 ? socket_take_error(s) : DRILL_EPIPE);
	return true;
}

void stream_writes(struct attempt *a, struct socket *s, int64_t len, int64_t flags)
{
	enum tcp_state state = socket_state(a->all, s);
	unsigned how = SEND_PUSH | (flags & DRILL_MSG_OOB ? SEND_URGENT : 0);
	uint32_t room;
	int64_t part;

	if (cannot_send(a, s))
		return;
	if (state == SYN_SENT || (state == SYN_RECEIVED && s->phase == SOCKET_CONNECTING)) {
		is_full(a, s, flags);
		return;
	}
	room = a->all->setup.settings->standing_read ? UINT32_MAX : socket_room(a->all, s);
	part = len - a->done < room ? len - a->done : room;
	if (part > 0)
		a->done += put(a, s, (uint32_t)part, how);
	if (a->done == len)
		returns(a, len);
	else
		is_full(a, s, flags);
}

static void sends(struct attempt *a, int64_t len, int64_t flags)
{
	const int64_t known =
		DRILL_MSG_DONTWAIT | DRILL_MSG_NOSIGNAL | DRILL_MSG_OOB | DRILL_MSG_EOR;
	struct socket *s = socket_argument(a, 0);

	if (s == NULL)
		return;
	if (flags & ~known)
		unsupported(a, "%s() is not supported with the flags 0x%llx", a->call->name,
			    (unsigned long long)(flags & ~known));
	else if (len < 0 || len > INT32_MAX)
		fails(a, DRILL_EINVAL);
	else if (s->kind == SOCKET_STREAM)
		stream_writes(a, s, len, flags);
	else
		unsupported(a, "%s() to such a descriptor is not supported", a->call->name);
}

static void call_write(struct attempt *a)
{
	int64_t len;

	if (number_argument(a, 2, &len))
		sends(a, len, 0);
}

static void call_writev(struct attempt *a)
{
	int64_t len;

	if (buffers_length(a, argument(a, 1), &len))
		sends(a, len, 0);
}

static void call_send(struct attempt *a)
{
	int64_t len;
	int64_t flags;

	if (number_argument(a, 2, &len) && number_argument(a, 3, &flags))
		sends(a, len, flags);
}

static void call_sendmsg(struct attempt *a)
{
	int64_t len;
	int64_t flags;

	if (buffers_length(a, part_of(argument(a, 1), "msg_iov", UINT32_MAX), &len) &&
	    number_argument(a, 2, &flags))
		sends(a, len, flags);
}

const struct known_call calls_of_writing[] = {
	{"write", 3, 3, call_write}, {"writev", 3, 3, call_writev},   {"send", 4, 4, call_send},
	{"sendto", 6, 6, call_send}, {"sendmsg", 3, 3, call_sendmsg}, {.name = NULL},
};
