/* drill_arguments.c — reading what a script says of a call that a kernel is to be asked for. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "live/drill_making.h"

bool making_refuse(struct making *m, const char *why)
{
	m->outcome.unsupported = true;
	return error_set(&m->outcome.wrong, "%s(): %s", m->call->name, why);
}

void making_returns(struct making *m, int64_t result)
{
	m->outcome.error = result < 0 ? errno : 0;
	m->outcome.result = result;
}

void making_is_wrong(struct making *m, const char *format, ...)
{
	va_list list;

	if (m->outcome.wrong.text[0] != '\0')
		return;
	va_start(list, format);
	vsnprintf(m->outcome.wrong.text, sizeof m->outcome.wrong.text, format, list);
	va_end(list);
}

/* ---- numbers ---- */

const struct expression *making_argument(const struct making *m, unsigned i)
{
	const struct expression *e = m->call->arguments;

	while (e != NULL && i-- > 0)
		e = e->next;
	return e;
}

bool making_is_any(const struct expression *e)
{
	return e == NULL || e->kind == EXPRESSION_ANY;
}

bool making_number_of(struct making *m, const struct expression *e, int64_t *value)
{
	return expression_number(e, value) ||
	       making_refuse(m, "such an argument is not supported with the kernel");
}

bool making_number_at(struct making *m, unsigned i, int64_t *value)
{
	return making_number_of(m, making_argument(m, i), value);
}

/* ---- descriptors ---- */

int making_descriptor_of(const struct making *m, int64_t number)
{
	return number >= 0 && number < KERNEL_SOCKETS_MAX ? m->k->sockets[number] : -1;
}

bool making_socket_at(struct making *m, unsigned i, int *fd)
{
	int64_t number;

	if (!making_number_at(m, i, &number))
		return false;
	/* One that is none is none for the kernel either. */
	*fd = making_descriptor_of(m, number);
	return true;
}

void making_returns_descriptor(struct making *m, int fd)
{
	const struct expression *e = m->call->result;
	int64_t number = e != NULL && e->kind == EXPRESSION_NUMBER ? e->value : fd;

	making_returns(m, fd);
	if (fd < 0)
		return;
	if (number < 0 || number >= KERNEL_SOCKETS_MAX || m->k->sockets[number] >= 0) {
		close(fd);
		making_refuse(m, "the script has no good number for its descriptor");
		return;
	}
	m->k->sockets[number] = fd;
	m->outcome.result = number;
}

/* ---- addresses ---- */

static socklen_t put_address(const struct endpoint *endpoint, bool mapped,
			     struct sockaddr_storage *out)
{
	const struct address *address = &endpoint->address;
	struct sockaddr_in *v4 = (struct sockaddr_in *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

	memset(out, 0, sizeof *out);
	if (address->version == 4 && !mapped) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(endpoint->port);
		memcpy(&v4->sin_addr, address->bytes, 4);
		return sizeof *v4;
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(endpoint->port);
	if (address->version == 6) {
		memcpy(&v6->sin6_addr, address->bytes, 16);
	} else {
		v6->sin6_addr.s6_addr[10] = 0xff;
		v6->sin6_addr.s6_addr[11] = 0xff;
		memcpy(&v6->sin6_addr.s6_addr[12], address->bytes, 4);
	}
	return sizeof *v6;
}

bool making_address_of(struct making *m, const struct expression *e, bool peer,
		       struct sockaddr_storage *out, socklen_t *len)
{
	const struct drill_addresses *a = &m->k->addresses;
	struct endpoint any = {.address = peer ? a->remote : a->local,
			       .port = peer ? a->connect_port : a->bind_port};
	uint8_t version = any.address.version;
	struct endpoint said;
	struct error why;
	bool unspecified;

	if (!expression_endpoint(e, &any, &said, &unspecified, &why))
		return making_refuse(m, why.text);
	if (said.address.version == 0) /* 0.0.0.0, or :: */
		said.address = (struct address){.version = version};
	*len = put_address(&said, a->mapped, out);
	if (unspecified)
		out->ss_family = AF_UNSPEC;
	return true;
}

void making_hands_back_address(struct making *m, const struct expression *e, const char *what,
			       const struct sockaddr_storage *came)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)came;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)came;
	struct endpoint value = {.port = ntohs(v4->sin_port)};
	struct error why;

	if (making_is_any(e))
		return;
	if (came->ss_family == AF_INET) {
		value.address.version = 4;
		memcpy(value.address.bytes, &v4->sin_addr, 4);
	} else if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
		value.address.version = 4;
		memcpy(value.address.bytes, &v6->sin6_addr.s6_addr[12], 4);
	} else {
		value.address.version = 6;
		memcpy(value.address.bytes, &v6->sin6_addr, 16);
	}
	if (!endpoint_is_expected(e, &value, what, &why))
		making_is_wrong(m, "%s", why.text);
}
