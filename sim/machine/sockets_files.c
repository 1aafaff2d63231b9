/* sockets_files.c — what text comes from and goes to beside sockets: pipe(), open(), sendfile(),
 * splice(). A file is as long as one likes, and full of zeros; a pipe only knows how many
 * octets are in it. */
#include "machine/sockets_inside.h"

enum { PIPE_MOST = 65536 };

/* ---- pipes ---- */

/* Two descriptors that name one thing: what goes into it comes out of it. */
static void call_pipe(struct attempt *a)
{
	const struct expression *list = argument(a, 0);
	const struct expression *first = inside_list(list);
	struct socket *pipe;
	int64_t numbers[2] = {-1, -1};

	if (list != NULL && list->kind == EXPRESSION_LIST) {
		if (first == NULL || first->next == NULL || !number_of(a, first, &numbers[0]) ||
		    !number_of(a, first->next, &numbers[1]))
			return;
	}
	pipe = socket_add(a->all, SOCKET_PIPE);
	for (int i = 0; i < 2; i++)
		descriptor_add(a->all, pipe, numbers[i]);
	returns(a, 0);
}

void pipe_writes(struct attempt *a, struct socket *s, int64_t len)
{
	int64_t room = PIPE_MOST - (int64_t)s->left;

	if (room == 0 && (s->nonblocking || !blocks(a, NANOS_NEVER))) {
		fails(a, DRILL_EAGAIN);
	} else if (room > 0) {
		len = len < room ? len : room;
		s->left += (uint64_t)len;
		returns(a, len);
	}
}

void pipe_reads(struct attempt *a, struct socket *s, int64_t len)
{
	if (s->left == 0) {
		if (s->nonblocking || !blocks(a, NANOS_NEVER))
			fails(a, DRILL_EAGAIN);
		return;
	}
	len = len < (int64_t)s->left ? len : (int64_t)s->left;
	s->left -= (uint64_t)len;
	returns(a, len);
}

/* ---- files ---- */

static void call_open(struct attempt *a)
{
	returns_descriptor(a, socket_add(a->all, SOCKET_FILE));
}

static void call_sendfile(struct attempt *a)
{
	struct socket *to = socket_argument(a, 0);
	struct socket *from = socket_argument(a, 1);
	int64_t len;

	if (to == NULL || from == NULL || !number_argument(a, 3, &len))
		return;
	if (from->kind != SOCKET_FILE || to->kind != SOCKET_STREAM)
		fails(a, DRILL_EINVAL);
	else
		stream_writes(a, to, len, 0);
}

/* Urgent octets do not go into a pipe, nor what lies behind them: tcp_read_sock(). */
static int64_t before_urgent(const struct attempt *a, const struct socket *s, int64_t len)
{
	int64_t ahead = a->all->profile.bsd_options ? -1 : urgent_ahead(a->all, s);

	return ahead >= 0 && len > ahead ? ahead : len;
}

/* One end is a pipe. */
static void call_splice(struct attempt *a)
{
	struct socket *from = socket_argument(a, 0);
	struct socket *to = socket_argument(a, 2);
	int64_t flags;
	int64_t len;

	if (from == NULL || to == NULL || !number_argument(a, 4, &len) ||
	    !number_or(a, 5, 0, &flags))
		return;
	if (from->kind == SOCKET_STREAM && to->kind == SOCKET_PIPE) {
		int64_t room = PIPE_MOST - (int64_t)to->left;

		stream_reads(a, from, before_urgent(a, from, len < room ? len : room),
			     flags & DRILL_SPLICE_F_NONBLOCK ? DRILL_MSG_DONTWAIT : 0);
		if (!a->outcome.blocked && a->outcome.result > 0)
			to->left += (uint64_t)a->outcome.result;
	} else if (from->kind == SOCKET_PIPE && to->kind == SOCKET_STREAM) {
		if (from->left == 0) {
			fails(a, DRILL_EAGAIN);
			return;
		}
		stream_writes(a, to, len < (int64_t)from->left ? len : (int64_t)from->left,
			      flags & DRILL_SPLICE_F_MORE ? DRILL_MSG_MORE : 0);
		if (!a->outcome.blocked && a->outcome.result > 0)
			from->left -= (uint64_t)a->outcome.result;
	} else {
		fails(a, DRILL_EINVAL);
	}
}

/* What a process may do is of no consequence here. */
static void call_cap_set(struct attempt *a)
{
	returns(a, 0);
}

const struct known_call calls_of_files[] = {
	{"pipe", 1, 1, call_pipe},         {"open", 2, 3, call_open},
	{"sendfile", 4, 4, call_sendfile}, {"splice", 6, 6, call_splice},
	{"cap_set", 0, 4, call_cap_set},   {.name = NULL},
};
