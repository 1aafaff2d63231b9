/* sockets_names.c — a socket comes into being, and gets an address: socket(), bind(),
 * getsockname(), getpeername(), dup(). */
#include "machine/sockets_inside.h"

static void call_socket(struct attempt *a)
{
	int64_t domain;
	int64_t type;
	int64_t protocol;
	struct socket *s;

	if (!number_or(a, 0, DRILL_AF_INET, &domain) || !number_argument(a, 1, &type) ||
	    !number_or(a, 2, 0, &protocol))
		return;
	if (domain != DRILL_AF_INET && domain != DRILL_AF_INET6) {
		unsupported(a, "sockets of address family %lld are not supported",
			    (long long)domain);
		return;
	}
	if ((type & 0xf) == DRILL_SOCK_STREAM && (protocol == 0 || protocol == DRILL_IPPROTO_TCP)) {
		s = socket_add(a->all, SOCKET_STREAM);
	} else if ((type & 0xf) == DRILL_SOCK_DGRAM &&
		   (protocol == 0 || protocol == DRILL_IPPROTO_UDP)) {
		s = socket_add(a->all, SOCKET_DATAGRAM);
	} else {
		unsupported(a, "sockets of type %lld and protocol %lld are not supported",
			    (long long)type, (long long)protocol);
		return;
	}
	s->nonblocking = (type & DRILL_SOCK_NONBLOCK) != 0;
	returns_descriptor(a, s);
}

/* ---- bind ---- */

static bool is_ours(const struct sockets *all, const struct address *address)
{
	return address->version == 0 || address_eq(address, &all->addresses.local);
}

/* A connection has it for as long as it lasts, TIME-WAIT and all. */
static bool has_its_port(const struct socket *s)
{
	return !s->closed || (s->conn != EVENT_NONE && !s->ended);
}

/* Somebody has this port already; with SO_REUSEADDR it may be shared as long as nobody
 * listens. */
static bool is_taken(const struct sockets *all, const struct socket *s,
		     const struct endpoint *local)
{
	for (uint32_t i = 0; i < all->count; i++) {
		const struct socket *other = all->table[i];
		bool shares = s->option[OPTION_SO_REUSEADDR] != 0 &&
			      other->option[OPTION_SO_REUSEADDR] != 0 &&
			      other->phase != SOCKET_LISTENING;

		shares = shares || (s->option[OPTION_SO_REUSEPORT] != 0 &&
				    other->option[OPTION_SO_REUSEPORT] != 0);
		if (other != s && other->kind == s->kind && other->bound && has_its_port(other) &&
		    other->local.port == local->port && !shares)
			return true;
	}
	return false;
}

static void call_bind(struct attempt *a)
{
	struct endpoint local = {.port = a->all->addresses.bind_port};
	struct socket *s = stream_argument(a, 0);
	bool unspecified;

	local.address = a->all->addresses.local;
	if (s == NULL || !address_argument(a, 1, &local, &local, &unspecified))
		return;
	if (s->bound)
		fails(a, DRILL_EINVAL);
	else if (!is_ours(a->all, &local.address))
		fails(a, DRILL_EADDRNOTAVAIL);
	else if (is_taken(a->all, s, &local))
		fails(a, DRILL_EADDRINUSE);
	else {
		s->local = local;
		s->bound = local.port != 0;
		returns(a, 0);
	}
}

/* ---- who is where ---- */

static void hands_back_length(struct attempt *a)
{
	const struct expression *len = argument(a, 2);
	bool v6 = a->all->addresses.local.version == 6 || a->all->addresses.mapped;

	if (len != NULL && len->kind == EXPRESSION_LIST)
		hands_back(a, len, "the length of the address", v6 ? 28 : 16);
}

static void call_getsockname(struct attempt *a)
{
	struct socket *s = stream_argument(a, 0);

	if (s == NULL)
		return;
	hands_back_address(a, argument(a, 1), "the socket's address", &s->local);
	hands_back_length(a);
	if (!a->outcome.unsupported)
		returns(a, 0);
}

static void call_getpeername(struct attempt *a)
{
	struct socket *s = stream_argument(a, 0);
	enum tcp_state state;

	if (s == NULL)
		return;
	state = socket_state(a->all, s);
	if (s->remote.port == 0 ||
	    (s->kind == SOCKET_STREAM && (state == CLOSED || state == SYN_SENT))) {
		fails(a, DRILL_ENOTCONN);
		return;
	}
	hands_back_address(a, argument(a, 1), "the peer's address", &s->remote);
	hands_back_length(a);
	if (!a->outcome.unsupported)
		returns(a, 0);
}

static void call_dup(struct attempt *a)
{
	struct socket *s = socket_argument(a, 0);

	if (s != NULL)
		returns_descriptor(a, s);
}

const struct known_call calls_of_names[] = {
	{"socket", 3, 3, call_socket},
	{"bind", 3, 3, call_bind},
	{"getsockname", 3, 3, call_getsockname},
	{"getpeername", 3, 3, call_getpeername},
	{"dup", 1, 1, call_dup},
	{.name = NULL},
};
