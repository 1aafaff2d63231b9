/* sockets_closing.c — a socket is done with: close(), shutdown(). */
#include "machine/sockets_inside.h"

/* ---- what becomes of the connection ---- */

/* Those that wait in its line are turned away. */
static void listens_no_more(struct sockets *all, nanos now, struct socket *s)
{
	uint32_t conn = listening_connection(all, s);

	if (conn != EVENT_NONE)
		host_close(all->host, now, conn);
}

void socket_resets(struct sockets *all, nanos now, struct socket *s)
{
	if (s->phase == SOCKET_LISTENING) {
		listens_no_more(all, now, s);
		return;
	}
	if (s->conn == EVENT_NONE)
		return;
	host_abort(all->host, now, s->conn);
	s->error = DRILL_ECONNRESET;
}

void socket_goes(struct sockets *all, nanos now, struct socket *s)
{
	socket_let_go(all, s);
	if (s->phase == SOCKET_LISTENING)
		listens_no_more(all, now, s);
	else if (s->conn != EVENT_NONE && s->option[OPTION_SO_LINGER] == 0)
		host_abort(all->host, now, s->conn);
	else if (s->conn != EVENT_NONE)
		host_close_both(all->host, now, s->conn);
}

/* ---- close ---- */

static bool lingers(const struct sockets *all, const struct socket *s)
{
	enum tcp_state state = socket_state(all, s);

	return s->option[OPTION_SO_LINGER] > 0 && s->phase != SOCKET_LISTENING &&
	       (state == FIN_WAIT_1 || state == CLOSING || state == LAST_ACK ||
		state == CLOSE_WAIT);
}

static void wait_until_it_is_gone(struct attempt *a)
{
	struct socket *s = a->waits_in;

	if (!lingers(a->all, s) || !blocks(a, nanos_from_s(s->option[OPTION_SO_LINGER])))
		returns(a, 0);
}

static void call_close(struct attempt *a)
{
	struct socket *s;
	int64_t number;

	if (a->again) {
		wait_until_it_is_gone(a);
		return;
	}
	s = socket_argument(a, 0);
	if (s == NULL || !number_argument(a, 0, &number))
		return;
	descriptor_remove(a->all, number);
	if (--s->users == 0)
		socket_goes(a->all, a->now, s);
	a->waits_in = s;
	if (s->users == 0)
		wait_until_it_is_gone(a);
	else
		returns(a, 0);
}

/* ---- shutdown ---- */

static void call_shutdown(struct attempt *a)
{
	struct socket *s = stream_argument(a, 0);
	enum tcp_state state;
	int64_t how;

	if (s == NULL || !number_argument(a, 1, &how))
		return;
	state = socket_state(a->all, s);
	if (how < DRILL_SHUT_RD || how > DRILL_SHUT_RDWR) {
		fails(a, DRILL_EINVAL);
		return;
	}
	if (s->phase == SOCKET_LISTENING) {
		if (how != DRILL_SHUT_WR) {
			socket_resets(a->all, a->now, s);
			s->phase = SOCKET_UNCONNECTED;
		}
		returns(a, 0);
		return;
	}
	s->shut_read = s->shut_read || how != DRILL_SHUT_WR;
	s->shut_write = s->shut_write || how != DRILL_SHUT_RD;
	if (state == CLOSED) {
		fails(a, DRILL_ENOTCONN);
		return;
	}
	if (state == SYN_SENT) {
		socket_resets(a->all, a->now, s);
		s->phase = SOCKET_UNCONNECTED;
	} else if (how != DRILL_SHUT_RD) {
		host_close(a->all->host, a->now, s->conn);
	}
	returns(a, 0);
}

const struct known_call calls_of_closing[] = {
	{"close", 1, 1, call_close},
	{"shutdown", 2, 2, call_shutdown},
	{.name = NULL},
};
