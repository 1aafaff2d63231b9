/* sockets_table.c — descriptors and what they name. A descriptor has the number that the script
 * expects; sockets are counted, for more than one may name the same. */
#include "machine/sockets_inside.h"

#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

enum { DESCRIPTOR_FIRST = 3 };

struct socket *socket_add(struct sockets *all, enum socket_kind kind)
{
	struct socket *s = memory_get(sizeof *s);

	memset(s, 0, sizeof *s);
	s->kind = (uint8_t)kind;
	s->version = all->addresses.local.version;
	s->conn = EVENT_NONE;
	s->number = all->count;
	socket_begin_options(all, s);
	all->table =
		memory_grow(all->table, &all->capacity, all->count + 1, sizeof(struct socket *));
	all->table[all->count++] = s;
	return s;
}

void socket_free(struct socket *s)
{
	free(s->datagrams);
	free(s->interests);
	free(s->errors);
	free(s->marks);
	free(s->chunks);
	free(s);
}

static struct descriptor *descriptor_at(const struct sockets *all, int64_t number)
{
	for (uint32_t i = 0; i < all->descriptor_count; i++) {
		if (all->descriptors[i].number == number)
			return &all->descriptors[i];
	}
	return NULL;
}

static int32_t lowest_free(const struct sockets *all)
{
	int32_t number = DESCRIPTOR_FIRST;

	while (descriptor_at(all, number) != NULL)
		number++;
	return number;
}

int32_t descriptor_add(struct sockets *all, struct socket *s, int64_t wanted)
{
	int32_t number = wanted >= 0 && wanted <= INT32_MAX && descriptor_at(all, wanted) == NULL
				 ? (int32_t)wanted
				 : lowest_free(all);

	all->descriptors = memory_grow(all->descriptors, &all->descriptor_capacity,
				       all->descriptor_count + 1, sizeof *all->descriptors);
	all->descriptors[all->descriptor_count++] = (struct descriptor){number, s};
	s->users++;
	return number;
}

void returns_descriptor(struct attempt *a, struct socket *s)
{
	const struct expression *result = a->call->result;
	int64_t wanted = result != NULL && result->kind == EXPRESSION_NUMBER ? result->value : -1;

	returns(a, descriptor_add(a->all, s, wanted));
}

struct socket *socket_at(const struct sockets *all, int64_t number)
{
	const struct descriptor *d = descriptor_at(all, number);

	return d != NULL ? d->socket : NULL;
}

struct socket *socket_argument(struct attempt *a, unsigned i)
{
	const struct descriptor *d;
	int64_t number;

	if (!number_argument(a, i, &number))
		return NULL;
	d = descriptor_at(a->all, number);
	if (d == NULL) {
		fails(a, DRILL_EBADF);
		return NULL;
	}
	return d->socket;
}

struct socket *stream_argument(struct attempt *a, unsigned i)
{
	struct socket *s = socket_argument(a, i);

	if (s != NULL && s->kind != SOCKET_STREAM && s->kind != SOCKET_DATAGRAM) {
		fails(a, DRILL_ENOTSOCK);
		return NULL;
	}
	return s;
}

void descriptor_remove(struct sockets *all, int64_t number)
{
	struct descriptor *d = descriptor_at(all, number);

	*d = all->descriptors[--all->descriptor_count];
}

/* Its place in the table stays: connections may still have its number. */
void socket_let_go(struct sockets *all, struct socket *s)
{
	(void)all;
	s->closed = true;
}
