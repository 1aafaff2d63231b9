/* drill_calls.c — a script's system calls as real ones. Each is a row of a table; its
 * arguments are read, the call is made, and what it hands back is held against the script. */
#define _GNU_SOURCE /* accept4() */

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "live/drill_making.h"
#include "record/memory.h"

/* ---- opening and closing ---- */

static void returns_socket(struct making *m, int fd)
{
	making_returns_descriptor(m, fd);
	if (m->outcome.result >= 0 && !m->outcome.unsupported)
		m->k->newest = fd;
}

/* The one that the script, or an installed kernel, has. */
static int with_congestion_control(const struct drill_kernel *k, int fd, int64_t type)
{
	if (fd >= 0 && (type & 0xf) == SOCK_STREAM && k->congestion[0] != '\0')
		setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, k->congestion,
			   (socklen_t)strlen(k->congestion));
	return fd;
}

static void make_socket(struct making *m)
{
	const struct drill_addresses *a = &m->k->addresses;
	int family = a->local.version == 6 || a->mapped ? AF_INET6 : AF_INET;
	int64_t number;
	int64_t type;
	int64_t protocol;

	if (!making_is_any(making_argument(m, 0)) && !making_number_at(m, 0, &number))
		return;
	if (!making_is_any(making_argument(m, 0)))
		family = (int)number;
	if (making_number_at(m, 1, &type) && making_number_at(m, 2, &protocol))
		returns_socket(m, with_congestion_control(
					  m->k,
					  socket(family, (int)type | SOCK_CLOEXEC, (int)protocol),
					  type));
}

static void make_bind(struct making *m)
{
	struct sockaddr_storage address;
	socklen_t len;
	int fd;

	if (making_socket_at(m, 0, &fd) &&
	    making_address_of(m, making_argument(m, 1), false, &address, &len))
		making_returns(m, bind(fd, (struct sockaddr *)&address, len));
}

static void make_connect(struct making *m)
{
	struct sockaddr_storage address;
	socklen_t len;
	int fd;

	if (making_socket_at(m, 0, &fd) &&
	    making_address_of(m, making_argument(m, 1), true, &address, &len))
		making_returns(m, connect(fd, (struct sockaddr *)&address, len));
}

static void make_listen(struct making *m)
{
	int64_t backlog;
	int fd;

	if (making_socket_at(m, 0, &fd) && making_number_at(m, 1, &backlog))
		making_returns(m, listen(fd, (int)backlog));
}

static void make_accept(struct making *m)
{
	struct sockaddr_storage from = {.ss_family = AF_UNSPEC};
	socklen_t len = sizeof from;
	int64_t flags = 0;
	int fd;

	if (!making_socket_at(m, 0, &fd) ||
	    (m->call->argument_count > 3 && !making_number_at(m, 3, &flags)))
		return;
	returns_socket(m, accept4(fd, (struct sockaddr *)&from, &len, (int)flags | SOCK_CLOEXEC));
	if (m->outcome.result >= 0)
		making_hands_back_address(m, making_argument(m, 1), "the peer's address", &from);
}

static void make_getsockname(struct making *m)
{
	bool peer = strcmp(m->call->name, "getpeername") == 0;
	struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
	socklen_t len = sizeof address;
	int fd;

	if (!making_socket_at(m, 0, &fd))
		return;
	making_returns(m, peer ? getpeername(fd, (struct sockaddr *)&address, &len)
			       : getsockname(fd, (struct sockaddr *)&address, &len));
	if (m->outcome.result == 0)
		making_hands_back_address(m, making_argument(m, 1), "the address", &address);
}

static void make_close(struct making *m)
{
	int64_t number;
	int fd;

	if (!making_socket_at(m, 0, &fd) || !making_number_at(m, 0, &number))
		return;
	if (fd >= 0)
		m->k->sockets[number] = -1;
	if (fd == m->k->newest)
		m->k->newest = -1;
	making_returns(m, close(fd));
}

static void make_shutdown(struct making *m)
{
	int64_t how;
	int fd;

	if (making_socket_at(m, 0, &fd) && making_number_at(m, 1, &how))
		making_returns(m, shutdown(fd, (int)how));
}

/* ---- text: octets of 0 ---- */

/* NULL where the script has no buffer: the kernel is asked all the same. */
static bool octets_at(struct making *m, int64_t *count, uint8_t **octets)
{
	const struct expression *buffer = making_argument(m, 1);

	if (!making_number_at(m, 2, count))
		return false;
	if (*count < 0 || *count > OCTETS_MAX)
		return making_refuse(m, "so many octets are not supported with the kernel");
	*octets = NULL;
	if (buffer != NULL && buffer->kind == EXPRESSION_NUMBER && buffer->value == 0)
		return true;
	*octets = memory_get((size_t)*count + 1);
	memset(*octets, 0, (size_t)*count + 1);
	return true;
}

/* write(), send() and sendto() differ in what follows the octets. */
static void make_write(struct making *m)
{
	struct sockaddr_storage address;
	socklen_t len = 0;
	int64_t flags = 0;
	uint8_t *octets;
	int64_t count;
	ssize_t done;
	int fd;

	if (m->call->argument_count > 3 && !making_number_at(m, 3, &flags))
		return;
	if (m->call->argument_count > 4 &&
	    (!making_is_any(making_argument(m, 4)) || (flags & MSG_FASTOPEN) != 0) &&
	    !making_address_of(m, making_argument(m, 4), true, &address, &len))
		return;
	if (!making_socket_at(m, 0, &fd) || !octets_at(m, &count, &octets))
		return;
	done = sendto(fd, octets, (size_t)count, (int)flags | MSG_NOSIGNAL,
		      len > 0 ? (struct sockaddr *)&address : NULL, len);
	if (done < 0 && errno == ENOTSOCK && m->call->argument_count == 3)
		done = write(fd, octets, (size_t)count);
	making_returns(m, done);
	if (!(flags & MSG_ZEROCOPY)) /* until the kernel is done with them they are its own */
		free(octets);
}

static void make_read(struct making *m)
{
	struct sockaddr_storage from = {.ss_family = AF_UNSPEC};
	socklen_t len = sizeof from;
	int64_t flags = 0;
	uint8_t *octets;
	int64_t count;
	ssize_t done;
	int fd;

	if (!making_socket_at(m, 0, &fd) ||
	    (m->call->argument_count > 3 && !making_number_at(m, 3, &flags)) ||
	    !octets_at(m, &count, &octets))
		return;
	done = recvfrom(fd, octets, (size_t)count, (int)flags, (struct sockaddr *)&from, &len);
	if (done < 0 && errno == ENOTSOCK && m->call->argument_count == 3)
		done = read(fd, octets, (size_t)count);
	making_returns(m, done);
	if (done >= 0 && len > 0)
		making_hands_back_address(m, making_argument(m, 4), "the sender's address", &from);
	free(octets);
}

/* ---- the table ---- */

static const struct kernel_row calls[] = {
	{"socket", make_socket},
	{"bind", make_bind},
	{"listen", make_listen},
	{"accept", make_accept},
	{"accept4", make_accept},
	{"connect", make_connect},
	{"getsockname", make_getsockname},
	{"getpeername", make_getsockname},
	{"write", make_write},
	{"send", make_write},
	{"sendto", make_write},
	{"read", make_read},
	{"recv", make_read},
	{"recvfrom", make_read},
	{"close", make_close},
	{"shutdown", make_shutdown},
	{.name = NULL},
};

struct call_outcome kernel_call(struct drill_kernel *k, const struct system_call *call)
{
	static const struct kernel_row *const lists[] = {calls, kernel_options, kernel_messages,
							 kernel_waiting, kernel_files};
	struct making m = {.k = k, .call = call};

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		for (const struct kernel_row *row = lists[i]; row->name != NULL; row++) {
			if (strcmp(row->name, call->name) != 0)
				continue;
			row->make(&m);
			return m.outcome;
		}
	}
	making_refuse(&m, "this call is not supported with the kernel");
	return m.outcome;
}
