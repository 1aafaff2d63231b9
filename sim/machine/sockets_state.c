/* sockets_state.c — a socket and its connection: how it stands, and what the host tells. */
#include "machine/sockets_inside.h"

#include <assert.h>

/* A connection's tag is the number of its socket, plus 1. 0: nobody has it. */
static struct socket *socket_of_tag(const struct sockets *all, uint64_t tag)
{
	return tag > 0 ? all->table[tag - 1] : NULL;
}

const struct tcb *socket_tcb(const struct sockets *all, const struct socket *s)
{
	if (s->ended)
		return &s->last;
	return s->conn != EVENT_NONE ? host_tcb(all->host, s->conn) : NULL;
}

enum tcp_state socket_state(const struct sockets *all, const struct socket *s)
{
	const struct tcb *tcb = socket_tcb(all, s);

	if (s->phase == SOCKET_LISTENING)
		return LISTEN;
	return tcb != NULL ? (enum tcp_state)tcb->state : CLOSED;
}

uint64_t socket_unread(const struct sockets *all, const struct socket *s)
{
	const struct tcb *tcb = socket_tcb(all, s);

	if (all->setup.settings->standing_read)
		return s->arrived - s->read;
	if (s->ended)
		return s->left;
	return tcb != NULL ? tcb->rcv.unread : 0;
}

uint32_t socket_room(const struct sockets *all, const struct socket *s)
{
	const struct tcb *tcb = socket_tcb(all, s);
	uint32_t queued;

	if (tcb == NULL || s->ended)
		return 0;
	queued = tcb_queued(tcb);
	return tcb->snd.buffer > queued ? tcb->snd.buffer - queued : 0;
}

int32_t socket_take_error(struct socket *s)
{
	int32_t error = s->error;

	s->error = 0;
	return error;
}

nanos patience_of(int64_t timeout)
{
	return timeout > 0 ? timeout : NANOS_NEVER;
}

bool waits_not(const struct attempt *a, const struct socket *s, int64_t flags)
{
	(void)a;
	return s->nonblocking || (flags & DRILL_MSG_DONTWAIT) != 0;
}

void socket_takes_connection(struct sockets *all, struct socket *s, uint32_t conn)
{
	const struct tcb *tcb = host_tcb(all->host, conn);

	s->conn = conn;
	s->ended = false;
	s->chunk_count = 0;
	s->cut = 0;
	s->urgent_read = 0;
	s->pushed = 0;
	s->grown = 0;
	s->widest = 0;
	s->bound = true;
	if (tcb != NULL) {
		s->local = tcb->local;
		s->remote = tcb->remote;
	}
	host_set_tag(all->host, conn, s->number + 1);
	if (all->setup.settings->standing_read)
		s->arrived = 0;
	all->newest = s->number;
}

uint32_t listening_connection(const struct sockets *all, const struct socket *s)
{
	for (uint32_t i = 0; i < host_connections(all->host); i++) {
		const struct tcb *tcb = host_tcb(all->host, i);

		if (tcb != NULL && tcb->state == LISTEN && host_tag(all->host, i) == s->number + 1)
			return i;
	}
	return EVENT_NONE;
}

/* ---- what the host tells ---- */

int32_t error_of_network(uint8_t error)
{
	switch ((enum network_error)error) {
	case ERROR_NET_UNREACHABLE: return DRILL_ENETUNREACH;
	case ERROR_HOST_UNREACHABLE:
	case ERROR_PROHIBITED:
	case ERROR_TIME_EXCEEDED: return DRILL_EHOSTUNREACH;
	case ERROR_PROTOCOL_UNREACHABLE: return DRILL_ENOPROTOOPT;
	case ERROR_PORT_UNREACHABLE: return DRILL_ECONNREFUSED;
	case ERROR_TOO_BIG: return DRILL_EMSGSIZE;
	case ERROR_SOURCE_ROUTE_FAILED: return DRILL_EOPNOTSUPP;
	case ERROR_PARAMETER_PROBLEM: return DRILL_EPROTO;
	default: return 0;
	}
}

/* icmp_errmap() and icmp6_errmap() of FreeBSD: refused or out of reach, and no more. */
static int32_t error_of_network_bsd(uint8_t error)
{
	switch ((enum network_error)error) {
	case ERROR_PROHIBITED:
	case ERROR_PROTOCOL_UNREACHABLE:
	case ERROR_PARAMETER_PROBLEM:
	case ERROR_PORT_UNREACHABLE: return DRILL_ECONNREFUSED;
	case ERROR_TOO_BIG: return DRILL_EMSGSIZE;
	case ERROR_NONE: return 0;
	default: return DRILL_EHOSTUNREACH;
	}
}

/* Linux tells a RST after the peer's FIN, which answers what we went on to send, as a pipe without
 * a reader. */
static int32_t error_of_ending(const struct sockets *all, const struct tcb *tcb)
{
	bool bsd = all->profile.bsd_options;
	int32_t network =
		bsd ? error_of_network_bsd(tcb->path.error) : error_of_network(tcb->path.error);

	switch ((enum ending)tcb->ending) {
	case ENDING_RESET: return tcb_fin_taken(tcb) && !bsd ? DRILL_EPIPE : DRILL_ECONNRESET;
	case ENDING_REFUSED: return DRILL_ECONNREFUSED;
	case ENDING_TIMED_OUT: return network != 0 ? network : DRILL_ETIMEDOUT;
	case ENDING_UNREACHABLE: return network != 0 ? network : DRILL_EHOSTUNREACH;
	default: return 0;
	}
}

static void ends(struct sockets *all, nanos now, struct socket *s)
{
	const struct tcb *tcb = host_tcb(all->host, s->conn);

	if (all->setup.settings->standing_read)
		host_take_rest(all->host, now, s->conn);
	s->last = *tcb;
	s->left = tcb->rcv.unread;
	s->ended = true;
	s->done = s->done || tcb_fin_taken(tcb);
	s->error = error_of_ending(all, tcb);
	s->shut_read = true; /* as tcp_done() of Linux leaves it */
	s->shut_write = true;
	s->chunk_count = 0;
	s->no_space = false;
	s->conn = EVENT_NONE;
	marks_look(all, now, s);
}

static void notice(void *user, nanos now, uint32_t conn, uint64_t tag, enum notice notice)
{
	struct sockets *all = user;
	struct socket *s = socket_of_tag(all, tag);

	if (notice == NOTICE_ENDED && s != NULL && s->conn == conn)
		ends(all, now, s);
}

static void delivered(void *user, nanos now, uint32_t conn, uint64_t tag, int64_t offset,
		      const uint8_t *octets, uint32_t len)
{
	struct sockets *all = user;
	struct socket *s = socket_of_tag(all, tag);

	(void)now;
	(void)offset;
	(void)octets;
	if (s != NULL && s->conn == conn)
		s->arrived += len;
}

static void taken(void *user, nanos now, uint32_t conn, uint64_t tag, uint32_t listener)
{
	struct sockets *all = user;

	(void)now;
	(void)tag;
	(void)listener;
	if (all->accepting != NULL)
		socket_takes_connection(all, all->accepting, conn);
}

void sockets_listen_to(struct sockets *all)
{
	const struct host_user user = {
		.user = all, .notice = notice, .accepted = taken, .delivered = delivered};

	host_set_user(all->host, &user);
}

/* ---- all connections ---- */

struct named_state {
	const char *name;
	enum tcp_state state;
};

/* As ss and sockstat have them, letters and digits alone. */
static const struct named_state named_states[] = {
	{"CLOSED", CLOSED},
	{"UNCONN", CLOSED},
	{"LISTEN", LISTEN},
	{"SYNSENT", SYN_SENT},
	{"SYNRECV", SYN_RECEIVED},
	{"SYNRCVD", SYN_RECEIVED},
	{"SYNRECEIVED", SYN_RECEIVED},
	{"ESTAB", ESTABLISHED},
	{"ESTABLISHED", ESTABLISHED},
	{"FINWAIT1", FIN_WAIT_1},
	{"FINWAIT2", FIN_WAIT_2},
	{"CLOSEWAIT", CLOSE_WAIT},
	{"CLOSING", CLOSING},
	{"LASTACK", LAST_ACK},
	{"TIMEWAIT", TIME_WAIT},
};

static bool same_letters(const char *said, const char *name)
{
	for (; *said != '\0'; said++) {
		if (*said == '-' || *said == '_' || *said == ' ')
			continue;
		if (*name == '\0' || (*said & ~0x20) != (*name & ~0x20))
			return false;
		name++;
	}
	return *name == '\0';
}

/* Sockets without a connection, that a descriptor names. */
static int64_t count_closed(const struct sockets *all)
{
	int64_t count = 0;

	for (uint32_t i = 0; i < all->count; i++) {
		const struct socket *s = all->table[i];

		count += s->kind == SOCKET_STREAM && !s->closed && socket_state(all, s) == CLOSED;
	}
	return count;
}

static int64_t count_in(const struct sockets *all, enum tcp_state state)
{
	int64_t count = 0;

	if (state == CLOSED)
		return count_closed(all);
	for (uint32_t i = 0; i < host_connections(all->host); i++) {
		const struct tcb *tcb = host_tcb(all->host, i);

		count += tcb != NULL && tcb->state == state;
	}
	return count;
}

/* NULL: there is none. */
static const struct named_state *state_named(const char *name)
{
	for (size_t i = 0; i < sizeof named_states / sizeof named_states[0]; i++) {
		if (same_letters(name, named_states[i].name))
			return &named_states[i];
	}
	return NULL;
}

int64_t sockets_count_in_state(const struct sockets *all, const char *state)
{
	const struct named_state *named = state_named(state);

	return named != NULL ? count_in(all, named->state) : -1;
}

bool sockets_drop(struct sockets *all, nanos now, const char *state)
{
	const struct named_state *named = state != NULL ? state_named(state) : NULL;

	if (state != NULL && named == NULL)
		return false;
	for (uint32_t i = 0; i < host_connections(all->host); i++) {
		const struct tcb *tcb = host_tcb(all->host, i);
		struct socket *s = socket_of_tag(all, tcb != NULL ? host_tag(all->host, i) : 0);

		if (tcb == NULL || tcb->state == LISTEN ||
		    (named != NULL && tcb->state != named->state))
			continue;
		host_abort(all->host, now, i);
		if (s != NULL && s->ended)
			s->error = DRILL_ECONNABORTED;
	}
	return true;
}
