/* drill_calls.c — a script's system calls as real ones. Each is a row of a table; its
 * arguments are read, the call is made, and what it hands back is held against the script. */
#define _GNU_SOURCE /* accept4() */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "live/drill_inside.h"
#include "record/memory.h"

enum { OCTETS_MAX = 1 << 26, OPTION_MAX = 64, WAITED_FOR_MAX = 16 };

/* One call that is being made. */
struct making {
	struct drill_kernel *k;
	const struct system_call *call;
	struct call_outcome outcome;
};

static bool refuse(struct making *m, bool unsupported, const char *what)
{
	m->outcome.unsupported = unsupported;
	return error_set(&m->outcome.wrong, "%s(): %s", m->call->name, what);
}

static void returns(struct making *m, int64_t result)
{
	m->outcome.error = result < 0 ? errno : 0;
	m->outcome.result = result;
}

/* ---- arguments ---- */

static const struct expression *argument(const struct making *m, unsigned i)
{
	const struct expression *e = m->call->arguments;

	while (e != NULL && i-- > 0)
		e = e->next;
	return e;
}

static bool is_any(const struct expression *e)
{
	return e == NULL || e->kind == EXPRESSION_ANY;
}

static bool number_of(struct making *m, const struct expression *e, int64_t *value)
{
	int64_t one;

	*value = 0;
	switch (e != NULL ? (enum expression_kind)e->kind : EXPRESSION_ANY) {
	case EXPRESSION_NUMBER: *value = e->value; return true;
	case EXPRESSION_OR:
		for (const struct expression *part = e->first; part != NULL; part = part->next) {
			if (!number_of(m, part, &one))
				return false;
			*value |= one;
		}
		return true;
	case EXPRESSION_NOT:
		if (!number_of(m, e->first, &one))
			return false;
		*value = ~one;
		return true;
	case EXPRESSION_FUNCTION: /* htons(80) is port 80 */
		if (strncmp(e->text, "hton", 4) == 0 || strncmp(e->text, "ntoh", 4) == 0)
			return number_of(m, e->first, value);
		return refuse(m, true, "such a function is not supported");
	case EXPRESSION_ANY:
	case EXPRESSION_NAME:
	case EXPRESSION_STRING:
	case EXPRESSION_LIST:
	case EXPRESSION_STRUCT:
	case EXPRESSION_RANGE: break;
	}
	return refuse(m, true, "such an argument is not supported with the kernel");
}

static bool number_at(struct making *m, unsigned i, int64_t *value)
{
	return number_of(m, argument(m, i), value);
}

static bool socket_at(struct making *m, unsigned i, int *fd)
{
	int64_t number;

	if (!number_at(m, i, &number))
		return false;
	/* One that is none is none for the kernel either. */
	*fd = number >= 0 && number < KERNEL_SOCKETS_MAX ? m->k->sockets[number] : -1;
	return true;
}

/* A new descriptor is called what the script expects. */
static void returns_socket(struct making *m, int fd)
{
	const struct expression *e = m->call->result;
	int64_t number = e != NULL && e->kind == EXPRESSION_NUMBER ? e->value : fd;

	returns(m, fd);
	if (fd < 0)
		return;
	if (number < 0 || number >= KERNEL_SOCKETS_MAX || m->k->sockets[number] >= 0) {
		close(fd);
		refuse(m, true, "the script has no good number for its descriptor");
		return;
	}
	m->k->sockets[number] = fd;
	m->k->newest = fd;
	m->outcome.result = number;
}

/* ---- addresses ---- */

static socklen_t put_address(const struct address *address, uint16_t port, bool mapped,
			     struct sockaddr_storage *out)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

	memset(out, 0, sizeof *out);
	if (address->version == 4 && !mapped) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		memcpy(&v4->sin_addr, address->bytes, 4);
		return sizeof *v4;
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(port);
	if (address->version == 6) {
		memcpy(&v6->sin6_addr, address->bytes, 16);
	} else {
		v6->sin6_addr.s6_addr[10] = 0xff;
		v6->sin6_addr.s6_addr[11] = 0xff;
		memcpy(&v6->sin6_addr.s6_addr[12], address->bytes, 4);
	}
	return sizeof *v6;
}

/* "...": that of the script's machine, or of its peer. */
static bool address_at(struct making *m, unsigned i, bool peer, struct sockaddr_storage *out,
		       socklen_t *len)
{
	const struct drill_addresses *a = &m->k->addresses;
	const struct expression *e = argument(m, i);

	*len = put_address(peer ? &a->remote : &a->local, peer ? a->connect_port : a->bind_port,
			   a->mapped, out);
	return is_any(e) || refuse(m, true,
				   "an address that is said is not supported with the "
				   "kernel: write ...");
}

/* ---- opening and closing ---- */

static void make_socket(struct making *m)
{
	const struct drill_addresses *a = &m->k->addresses;
	int family = a->local.version == 6 || a->mapped ? AF_INET6 : AF_INET;
	int64_t number;
	int64_t type;
	int64_t protocol;

	if (!is_any(argument(m, 0)) && !number_at(m, 0, &number))
		return;
	if (!is_any(argument(m, 0)))
		family = (int)number;
	if (number_at(m, 1, &type) && number_at(m, 2, &protocol))
		returns_socket(m, socket(family, (int)type | SOCK_CLOEXEC, (int)protocol));
}

static void make_bind(struct making *m)
{
	struct sockaddr_storage address;
	socklen_t len;
	int fd;

	if (socket_at(m, 0, &fd) && address_at(m, 1, false, &address, &len))
		returns(m, bind(fd, (struct sockaddr *)&address, len));
}

static void make_connect(struct making *m)
{
	struct sockaddr_storage address;
	socklen_t len;
	int fd;

	if (socket_at(m, 0, &fd) && address_at(m, 1, true, &address, &len))
		returns(m, connect(fd, (struct sockaddr *)&address, len));
}

static void make_listen(struct making *m)
{
	int64_t backlog;
	int fd;

	if (socket_at(m, 0, &fd) && number_at(m, 1, &backlog))
		returns(m, listen(fd, (int)backlog));
}

static void make_accept(struct making *m)
{
	int64_t flags = 0;
	int fd;

	if (socket_at(m, 0, &fd) && (m->call->argument_count < 4 || number_at(m, 3, &flags)))
		returns_socket(m, accept4(fd, NULL, NULL, (int)flags | SOCK_CLOEXEC));
}

static void make_close(struct making *m)
{
	int64_t number;
	int fd;

	if (!socket_at(m, 0, &fd) || !number_at(m, 0, &number))
		return;
	if (fd >= 0)
		m->k->sockets[number] = -1;
	if (fd == m->k->newest)
		m->k->newest = -1;
	returns(m, close(fd));
}

static void make_shutdown(struct making *m)
{
	int64_t how;
	int fd;

	if (socket_at(m, 0, &fd) && number_at(m, 1, &how))
		returns(m, shutdown(fd, (int)how));
}

/* ---- text: octets of 0 ---- */

static bool octets_at(struct making *m, unsigned i, int64_t *count, uint8_t **octets)
{
	if (!number_at(m, i, count))
		return false;
	if (*count < 0 || *count > OCTETS_MAX)
		return refuse(m, true, "so many octets are not supported with the kernel");
	*octets = memory_get((size_t)*count + 1);
	memset(*octets, 0, (size_t)*count + 1);
	return true;
}

/* write(), send() and sendto() differ in what follows the octets. */
static void make_write(struct making *m)
{
	struct sockaddr_storage address;
	socklen_t len = 0;
	bool has_address = strcmp(m->call->name, "sendto") == 0 && !is_any(argument(m, 3)) &&
			   m->call->argument_count > 4;
	int64_t flags = MSG_NOSIGNAL;
	uint8_t *octets;
	int64_t count;
	int64_t more;
	int fd;

	if (m->call->argument_count > 3) {
		if (!number_at(m, 3, &more))
			return;
		flags |= more;
	}
	if (has_address && !address_at(m, 4, true, &address, &len))
		return;
	if (!socket_at(m, 0, &fd) || !octets_at(m, 2, &count, &octets))
		return;
	returns(m, sendto(fd, octets, (size_t)count, (int)flags,
			  len > 0 ? (struct sockaddr *)&address : NULL, len));
	free(octets);
}

static void make_read(struct making *m)
{
	int64_t flags = 0;
	uint8_t *octets;
	int64_t count;
	int fd;

	if (!socket_at(m, 0, &fd) || (m->call->argument_count > 3 && !number_at(m, 3, &flags)) ||
	    !octets_at(m, 2, &count, &octets))
		return;
	returns(m, recv(fd, octets, (size_t)count, (int)flags));
	free(octets);
}

/* ---- options ---- */

/* [n], or {onoff=1, linger=0} and {tv_sec=1, tv_usec=0}, whose numbers follow each other. */
static bool option_at(struct making *m, unsigned i, uint8_t out[OPTION_MAX], socklen_t *len)
{
	const struct expression *e = argument(m, i);
	bool wide = e != NULL && e->kind == EXPRESSION_STRUCT && e->first != NULL &&
		    e->first->name != NULL && strncmp(e->first->name, "tv_", 3) == 0;

	*len = 0;
	if (e != NULL && e->kind == EXPRESSION_STRING) {
		*len = (socklen_t)(e->length < OPTION_MAX ? e->length : OPTION_MAX);
		memcpy(out, e->text, *len);
		return true;
	}
	if (e == NULL || (e->kind != EXPRESSION_LIST && e->kind != EXPRESSION_STRUCT))
		return refuse(m, true, "such an option is not supported with the kernel");
	for (const struct expression *part = e->first; part != NULL; part = part->next) {
		int64_t value;
		int32_t word;

		if (!number_of(m, part, &value))
			return false;
		if (*len + sizeof value > OPTION_MAX)
			return refuse(m, true, "so long an option is not supported");
		word = (int32_t)value;
		memcpy(out + *len, wide ? (void *)&value : (void *)&word, wide ? 8 : 4);
		*len += wide ? 8 : 4;
	}
	return true;
}

static void make_setsockopt(struct making *m)
{
	uint8_t option[OPTION_MAX];
	socklen_t len;
	int64_t level;
	int64_t name;
	int fd;

	if (socket_at(m, 0, &fd) && number_at(m, 1, &level) && number_at(m, 2, &name) &&
	    option_at(m, 3, option, &len))
		returns(m, setsockopt(fd, (int)level, (int)name, option, len));
}

static void make_getsockopt(struct making *m)
{
	uint8_t expected[OPTION_MAX];
	uint8_t option[OPTION_MAX] = {0};
	socklen_t len;
	socklen_t got = sizeof option;
	int64_t level;
	int64_t name;
	int fd;

	if (!socket_at(m, 0, &fd) || !number_at(m, 1, &level) || !number_at(m, 2, &name) ||
	    !option_at(m, 3, expected, &len))
		return;
	returns(m, getsockopt(fd, (int)level, (int)name, option, &got));
	if (m->outcome.result == 0 && (got < len || memcmp(option, expected, len) != 0)) {
		int32_t value;

		memcpy(&value, option, sizeof value);
		error_set(&m->outcome.wrong,
			  "the option is %" PRId32 ", and the script expects something else",
			  value);
	}
}

static void make_fcntl(struct making *m)
{
	int64_t command;
	int64_t value = 0;
	int fd;

	if (!socket_at(m, 0, &fd) || !number_at(m, 1, &command) ||
	    (m->call->argument_count > 2 && !number_at(m, 2, &value)))
		return;
	returns(m, fcntl(fd, (int)command, (long)value));
}

static void make_ioctl(struct making *m)
{
	const struct expression *e = argument(m, 2);
	int64_t request;
	int64_t expected = 0;
	int value = 0;
	int fd;

	if (e != NULL && e->kind == EXPRESSION_LIST)
		e = e->first;
	if (!socket_at(m, 0, &fd) || !number_at(m, 1, &request) ||
	    (!is_any(e) && !number_of(m, e, &expected)))
		return;
	returns(m, ioctl(fd, (unsigned long)request, &value));
	if (m->outcome.result == 0 && !is_any(e) && value != expected)
		error_set(&m->outcome.wrong, "it answers %d, and the script expects %" PRId64,
			  value, expected);
}

/* ---- waiting ---- */

static const struct expression *part_named(const struct expression *e, const char *name)
{
	for (const struct expression *part = e->first; part != NULL; part = part->next)
		if (part->name != NULL && strcmp(part->name, name) == 0)
			return part;
	return NULL;
}

static void make_poll(struct making *m)
{
	const struct expression *list = argument(m, 0);
	struct pollfd fds[WAITED_FOR_MAX];
	int64_t revents[WAITED_FOR_MAX];
	int64_t timeout;
	nfds_t count = 0;

	if (list == NULL || list->kind != EXPRESSION_LIST || !number_at(m, 2, &timeout)) {
		refuse(m, true, "such a call is not supported with the kernel");
		return;
	}
	for (const struct expression *e = list->first; e != NULL; e = e->next, count++) {
		int64_t number;
		int64_t events;

		if (count == WAITED_FOR_MAX || !number_of(m, part_named(e, "fd"), &number) ||
		    !number_of(m, part_named(e, "events"), &events) ||
		    !number_of(m, part_named(e, "revents"), &revents[count]))
			return;
		fds[count] = (struct pollfd){.fd = number >= 0 && number < KERNEL_SOCKETS_MAX
							   ? m->k->sockets[number]
							   : -1,
					     .events = (short)events};
	}
	returns(m, poll(fds, count, (int)timeout));
	for (nfds_t i = 0; i < count; i++)
		if (fds[i].revents != revents[i])
			error_set(&m->outcome.wrong, "revents is %#x, and the script expects %#x",
				  (unsigned)fds[i].revents, (unsigned)revents[i]);
}

/* ---- the table ---- */

static const struct {
	const char *name;
	void (*make)(struct making *m);
} calls[] = {
	{"socket", make_socket},
	{"bind", make_bind},
	{"listen", make_listen},
	{"accept", make_accept},
	{"accept4", make_accept},
	{"connect", make_connect},
	{"write", make_write},
	{"send", make_write},
	{"sendto", make_write},
	{"read", make_read},
	{"recv", make_read},
	{"recvfrom", make_read},
	{"close", make_close},
	{"shutdown", make_shutdown},
	{"setsockopt", make_setsockopt},
	{"getsockopt", make_getsockopt},
	{"fcntl", make_fcntl},
	{"ioctl", make_ioctl},
	{"poll", make_poll},
};

struct call_outcome kernel_call(struct drill_kernel *k, const struct system_call *call)
{
	struct making m = {.k = k, .call = call};

	for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
		if (strcmp(calls[i].name, call->name) != 0)
			continue;
		calls[i].make(&m);
		return m.outcome;
	}
	refuse(&m, true, "this call is not supported with the kernel");
	return m.outcome;
}
