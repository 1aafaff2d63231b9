/* sockets_cork.c — TCP_CORK and MSG_MORE: segments that are not full wait for more text, but
 * not longer than 200 ms.
 * MSG_MORE is of one write: as Linux does it, the next ACK sends what that held where
 * Nagle's algorithm does not. */
#include "drill/sockets_inside.h"

#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

#define CORK_HOLDS nanos_from_ms(200)

/* Octets of 0, for scripts say how many there are and not which. */
static void put(struct sockets *all, nanos now, struct socket *s, uint32_t len, unsigned how)
{
	uint8_t *text;
	uint32_t taken;

	if (len == 0)
		return;
	text = memory_get(len);
	memset(text, 0, len);
	if (all->setup.settings->standing_read)
		host_send_all(all->host, now, s->conn, text, len, how);
	else
		host_send(all->host, now, s->conn, text, len, how, &taken);
	free(text);
}

void cork_send(struct sockets *all, nanos now, struct socket *s, uint32_t len, unsigned how,
	       bool more)
{
	uint32_t whole = s->corked + len;
	uint32_t rest = more ? whole % mss_now(socket_tcb(all, s)) : 0;

	if (rest > 0 && (s->corked == 0 || rest < whole))
		s->cork_due = now + CORK_HOLDS;
	s->corked = rest;
	put(all, now, s, whole - rest, how);
}

void cork_ends(struct sockets *all, nanos now, struct socket *s)
{
	if (s->corked > 0 && !s->ended)
		cork_send(all, now, s, 0, SEND_PUSH, false);
}

void cork_closes(struct sockets *all, nanos now, struct socket *s, bool both)
{
	uint32_t len = s->corked;
	uint8_t *text;
	uint32_t taken;

	s->corked = 0;
	if (len == 0 || s->ended) {
		if (both)
			host_close_both(all->host, now, s->conn);
		else
			host_close(all->host, now, s->conn);
		return;
	}
	text = memory_get(len);
	memset(text, 0, len);
	host_send_last(all->host, now, s->conn, text, len, both, &taken);
	free(text);
}

void sockets_hear(struct sockets *all, nanos now)
{
	for (uint32_t i = 0; i < all->count; i++) {
		struct socket *s = all->table[i];

		marks_look(all, now, s);
		if (s->corked == 0 || s->ended || s->option[OPTION_TCP_CORK] != 0)
			continue;
		if (s->option[OPTION_TCP_NODELAY] != 0 || tcb_outstanding(socket_tcb(all, s)) == 0)
			cork_ends(all, now, s);
	}
}

nanos corks_deadline(const struct sockets *all)
{
	nanos first = NANOS_NEVER;

	for (uint32_t i = 0; i < all->count; i++) {
		const struct socket *s = all->table[i];

		if (s->corked > 0 && !s->ended)
			first = nanos_min(first, s->cork_due);
	}
	return first;
}

void corks_pop(struct sockets *all, nanos now)
{
	for (uint32_t i = 0; i < all->count; i++) {
		struct socket *s = all->table[i];

		if (s->corked > 0 && s->cork_due <= now)
			cork_ends(all, now, s);
	}
}
