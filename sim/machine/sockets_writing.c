/* sockets_writing.c — text goes into a socket: write(), writev(), send(), sendto(). */
#include "machine/sockets_inside.h"

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

/* What is done with the octets of this write, as far as they go. */
static unsigned how_to_send(int64_t flags)
{
	bool more = (flags & DRILL_MSG_MORE) != 0;

	return (more ? SEND_MORE : SEND_PUSH) | (flags & DRILL_MSG_OOB ? SEND_URGENT : 0) |
	       (flags & DRILL_MSG_EOR ? SEND_RECORD : 0);
}

void stream_writes(struct attempt *a, struct socket *s, int64_t len, int64_t flags)
{
	enum tcp_state state = socket_state(a->all, s);
	uint32_t marks = s->mark_count;
	int64_t part;

	if (cannot_send(a, s))
		return;
	if (!a->all->setup.settings->standing_read &&
	    (state == SYN_SENT || (state == SYN_RECEIVED && s->phase == SOCKET_CONNECTING))) {
		is_full(a, s, flags);
		return;
	}
	if (a->again && s->no_space) {
		is_full(a, s, flags);
		return;
	}
	if (a->done == 0 && len > 0)
		marks_add(a, s, len, flags);
	part = queue_put(a->all, a->now, s, (uint32_t)(len - a->done), how_to_send(flags));
	if (s->mark_count > marks && part < len && (part == 0 || waits_not(a, s, flags)))
		marks_take_back(s, len - part, part == 0);
	a->done += part;
	if (a->done == len)
		returns(a, len);
	else
		is_full(a, s, flags);
}

/* `to`: the argument with an address, or none. */
static void stream_sends(struct attempt *a, struct socket *s, int64_t len, int64_t flags,
			 const struct expression *to)
{
	struct endpoint remote = {.port = a->all->addresses.connect_port};
	bool implied = a->all->profile.bsd_options && s->phase == SOCKET_UNCONNECTED && to != NULL;
	bool unspecified;

	remote.address = a->all->addresses.remote;
	if (s->deferred)
		fast_open_writes(a, s, &s->remote, len, flags);
	else if (!(flags & DRILL_MSG_FASTOPEN) && !implied)
		stream_writes(a, s, len, flags);
	else if (!address_of(a, to, &remote, &remote, &unspecified))
		return;
	else if (unspecified) /* there is nobody to open it to */
		fails(a, DRILL_EOPNOTSUPP);
	else if (implied)
		implied_connect_writes(a, s, &remote, len);
	else
		fast_open_writes(a, s, &remote, len, flags);
}

void socket_sends(struct attempt *a, int64_t len, int64_t flags, const struct expression *to)
{
	const int64_t known = DRILL_MSG_DONTWAIT | DRILL_MSG_NOSIGNAL | DRILL_MSG_OOB |
			      DRILL_MSG_EOR | DRILL_MSG_MORE | DRILL_MSG_FASTOPEN |
			      DRILL_MSG_ZEROCOPY | DRILL_MSG_CONFIRM | DRILL_MSG_DONTROUTE;
	struct socket *s = socket_argument(a, 0);

	if (s == NULL)
		return;
	if (flags & ~known)
		unsupported(a, "%s() is not supported with the flags 0x%llx", a->call->name,
			    (unsigned long long)(flags & ~known));
	else if (len < 0 || len > INT32_MAX)
		fails(a, DRILL_EINVAL);
	else if (s->kind == SOCKET_STREAM)
		stream_sends(a, s, len, flags, to);
	else if (s->kind == SOCKET_DATAGRAM)
		datagram_sends(a, s, len, to);
	else if (s->kind == SOCKET_PIPE)
		pipe_writes(a, s, len);
	else
		unsupported(a, "%s() to such a descriptor is not supported", a->call->name);
}

static void call_write(struct attempt *a)
{
	int64_t len;

	if (number_argument(a, 2, &len) && (len == 0 || !has_no_buffer(a, 1)))
		socket_sends(a, len, 0, NULL);
}

static void call_writev(struct attempt *a)
{
	int64_t len;

	if (buffers_length(a, argument(a, 1), &len))
		socket_sends(a, len, 0, NULL);
}

static void call_send(struct attempt *a)
{
	int64_t len;
	int64_t flags;

	if (number_argument(a, 2, &len) && number_argument(a, 3, &flags) &&
	    (len == 0 || !has_no_buffer(a, 1)))
		socket_sends(a, len, flags, argument(a, 4));
}

const struct known_call calls_of_writing[] = {
	{"write", 3, 3, call_write},
	{"writev", 3, 3, call_writev},
	{"send", 4, 4, call_send},
	{"sendto", 6, 6, call_send},
	{.name = NULL},
};
