/* sockets_open.c — connections come about: listen(), accept(), connect(). */
#include "machine/sockets_inside.h"

#include <string.h>

/* ---- passive ---- */

static struct host_open as_options_say(const struct sockets *all, const struct socket *s,
				       struct profile *profile)
{
	return (struct host_open){
		.tag = s->number + 1,
		.profile = socket_profile(all, s, profile) ? profile : NULL,
		.ds = socket_ds(s),
		.hop_limit = socket_hop_limit(s),
	};
}

static int32_t listens(struct sockets *all, nanos now, struct socket *s)
{
	struct endpoint anywhere = {.port = s->local.port};
	unsigned flags = LISTEN_IN_LINE;
	struct profile profile;
	struct host_open how = as_options_say(all, s, &profile);
	uint32_t conn;

	/* An address that is the only one is as good as any, and a listener for all of them
	 * learns the MSS with the SYN. */
	if (!all->profile.bsd_options)
		flags |= LISTEN_KEEPS_RESET;
	if (host_open_passive_as(all->host, now, &anywhere, flags, &how, &conn) != CALL_OK)
		return DRILL_EADDRINUSE;
	s->phase = SOCKET_LISTENING;
	s->conn = EVENT_NONE;
	return 0;
}

/* As Linux gives one to who did not bind(). */
bool socket_finds_port(struct sockets *all, struct socket *s)
{
	for (uint16_t port = 32768; port < 61000; port++) {
		bool taken = false;

		for (uint32_t i = 0; i < all->count && !taken; i++)
			taken = all->table[i]->local.port == port;
		if (taken)
			continue;
		s->local = (struct endpoint){.port = port};
		s->bound = true;
		return true;
	}
	return false;
}

static void call_listen(struct attempt *a)
{
	struct socket *s = stream_argument(a, 0);
	int64_t backlog;
	int32_t error = 0;

	if (s == NULL || !number_or(a, 1, DRILL_SOMAXCONN, &backlog))
		return;
	if (s->kind != SOCKET_STREAM)
		error = DRILL_EOPNOTSUPP;
	else if (s->phase == SOCKET_CONNECTED || s->phase == SOCKET_CONNECTING)
		error = DRILL_EINVAL;
	else if (s->phase != SOCKET_LISTENING && (s->bound || socket_finds_port(a->all, s)))
		error = listens(a->all, a->now, s);
	s->backlog = (uint32_t)(backlog < 0 ? DRILL_SOMAXCONN : backlog);
	if (error != 0)
		fails(a, error);
	else
		returns(a, 0);
}

/* Options go over to who is accepted. It may have ended already, and hears of that at once. */
static struct socket *accepted(struct sockets *all, nanos now, const struct socket *listener)
{
	struct socket *s = socket_add(all, SOCKET_STREAM);
	uint32_t conn;

	memcpy(s->option, listener->option, sizeof s->option);
	memcpy(s->option_set, listener->option_set, sizeof s->option_set);
	memcpy(s->congestion, listener->congestion, sizeof s->congestion);
	s->phase = SOCKET_CONNECTED;
	all->accepting = s;
	host_accept(all->host, now, listener->local.port, &conn);
	all->accepting = NULL;
	return s;
}

static void accept_with(struct attempt *a, int64_t flags)
{
	struct socket *s = stream_argument(a, 0);
	struct socket *new_one;

	if (s == NULL)
		return;
	if (s->kind != SOCKET_STREAM) {
		fails(a, DRILL_EOPNOTSUPP);
		return;
	}
	if (s->phase != SOCKET_LISTENING) {
		fails(a, DRILL_EINVAL);
		return;
	}
	if (!host_has_in_line(a->all->host, s->local.port)) {
		if (waits_not(a, s, 0) || !blocks(a, patience_of(s->option[OPTION_SO_RCVTIMEO])))
			fails(a, DRILL_EAGAIN);
		return;
	}
	new_one = accepted(a->all, a->now, s);
	new_one->nonblocking = (flags & DRILL_SOCK_NONBLOCK) != 0;
	hands_back_address(a, argument(a, 1), "the peer's address", &new_one->remote);
	if (!a->outcome.unsupported)
		returns_descriptor(a, new_one);
	if (socket_reads_at_once(a->all) && !new_one->ended)
		host_receive_all(a->all->host, a->now, new_one->conn, true);
}

static void call_accept(struct attempt *a)
{
	accept_with(a, 0);
}

static void call_accept4(struct attempt *a)
{
	int64_t flags;

	if (number_argument(a, 3, &flags))
		accept_with(a, flags);
}

/* ---- active ---- */

int32_t socket_connects(struct sockets *all, nanos now, struct socket *s,
			const struct endpoint *remote, bool fast, const void *text, int64_t len)
{
	struct profile profile;
	struct host_open how = as_options_say(all, s, &profile);
	struct endpoint local = {.port = s->bound ? s->local.port : 0};
	enum call_answer answer;
	uint32_t conn;

	how.fast = fast;
	how.text = text;
	how.len = len;
	s->remote = *remote;
	s->ended = false;
	s->done = s->shut_read = s->shut_write = false;
	s->error = 0;
	s->deferred = false;
	s->phase = SOCKET_CONNECTING;
	answer = host_open_active_as(all->host, now, &local, remote, &how, &conn);
	if (answer != CALL_OK) {
		s->phase = SOCKET_UNCONNECTED;
		return answer == CALL_EXISTS ? DRILL_EADDRNOTAVAIL : DRILL_ENETUNREACH;
	}
	socket_takes_connection(all, s, conn);
	if (socket_reads_at_once(all))
		host_receive_all(all->host, now, conn, true);
	return 0;
}

/* How a handshake stands that an earlier call has begun. */
static void connection_goes_on(struct attempt *a, struct socket *s, int32_t not_yet)
{
	enum tcp_state state = socket_state(a->all, s);

	if (state == SYN_SENT || state == SYN_RECEIVED) {
		if (waits_not(a, s, 0) || !blocks(a, patience_of(s->option[OPTION_SO_SNDTIMEO])))
			fails(a, not_yet);
		return;
	}
	if (s->ended) {
		s->phase = SOCKET_UNCONNECTED;
		s->bound = s->shut_read = s->shut_write = s->done = false;
		fails(a, s->error != 0 ? socket_take_error(s) : DRILL_ECONNABORTED);
		return;
	}
	s->phase = SOCKET_CONNECTED;
	returns(a, 0);
}

static void disconnect(struct attempt *a, struct socket *s)
{
	if (s->phase == SOCKET_LISTENING || s->conn != EVENT_NONE)
		socket_resets(a->all, a->now, s);
	s->phase = SOCKET_UNCONNECTED;
	s->bound = false;
	s->remote = (struct endpoint){.port = 0};
	s->shut_read = s->shut_write = s->done = false;
	returns(a, 0);
}

static void call_connect(struct attempt *a)
{
	struct endpoint remote = {.port = a->all->addresses.connect_port};
	struct socket *s = stream_argument(a, 0);
	bool unspecified;
	int32_t error;

	remote.address = a->all->addresses.remote;
	if (s == NULL || !address_argument(a, 1, &remote, &remote, &unspecified))
		return;
	if (unspecified) {
		disconnect(a, s);
		return;
	}
	if (s->deferred && !a->again) {
		fails(a, DRILL_EISCONN);
		return;
	}
	if (a->again) {
		connection_goes_on(a, s, DRILL_EINPROGRESS);
		return;
	}
	if (s->kind == SOCKET_DATAGRAM) {
		datagram_connects(a, s, &remote);
		return;
	}
	switch ((enum socket_phase)s->phase) {
	case SOCKET_CONNECTED:
	case SOCKET_LISTENING: fails(a, DRILL_EISCONN); return;
	case SOCKET_CONNECTING: connection_goes_on(a, s, DRILL_EALREADY); return;
	case SOCKET_UNCONNECTED: break;
	}
	if (address_is_unusable(&remote.address) || remote.port == 0) {
		fails(a, remote.port == 0 ? DRILL_ECONNREFUSED : DRILL_ENETUNREACH);
		return;
	}
	if (s->option[OPTION_TCP_FASTOPEN_CONNECT] != 0) {
		s->deferred = fast_open_has_cookie(a->all, s, a->now, &remote);
		if (s->deferred) {
			s->remote = remote;
			returns(a, 0);
			return;
		}
	}
	error = socket_connects(a->all, a->now, s, &remote,
				s->option[OPTION_TCP_FASTOPEN_CONNECT] != 0, NULL, 0);
	if (error != 0)
		fails(a, error);
	else
		connection_goes_on(a, s, DRILL_EINPROGRESS);
}

const struct known_call calls_of_opening[] = {
	{"listen", 2, 2, call_listen},
	{"accept", 3, 3, call_accept},
	{"accept4", 4, 4, call_accept4},
	{"connect", 3, 3, call_connect},
	{.name = NULL},
};
