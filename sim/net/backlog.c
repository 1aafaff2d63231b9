/* backlog.c — what a listener and the connections that came out of it share:
 * the engine's count of handshakes, its SYN cache, and the line of those who
 * wait for an application to take them. */
#include "net/host_inside.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

static struct backlog *backlog_of(const struct host *host, const struct connection *c)
{
	return c->backlog != EVENT_NONE ? &host->backlogs[c->backlog] : NULL;
}

static uint32_t free_place(struct host *host)
{
	for (uint32_t i = 0; i < host->backlog_count; i++) {
		if (host->backlogs[i].connections == 0)
			return i;
	}
	host->backlogs = memory_grow(host->backlogs, &host->backlog_capacity,
				     host->backlog_count + 1, sizeof *host->backlogs);
	return host->backlog_count++;
}

void backlog_new(struct host *host, struct connection *c, unsigned flags)
{
	struct backlog *b;

	assert(!(flags & LISTEN_ONCE) || !(flags & LISTEN_IN_LINE));
	c->backlog = free_place(host);
	b = backlog_of(host, c);
	memset(b, 0, sizeof *b);
	b->connections = 1;
	b->first = b->last = EVENT_NONE;
	b->in_line = (flags & LISTEN_IN_LINE) != 0;
	b->keeps_reset = (flags & LISTEN_KEEPS_RESET) != 0;
	if (profile_of(host, c)->syn_defence == SYN_DEFENCE_CACHE) {
		b->cache = memory_get(sizeof *b->cache);
		memset(b->cache, 0, sizeof *b->cache);
	}
}

void backlog_join(struct host *host, struct connection *c)
{
	const struct backlog *b = backlog_of(host, c);

	c->untaken = b != NULL && b->in_line;
}

void backlog_share(struct host *host, struct connection *c, struct connection *listener)
{
	struct backlog *b = backlog_of(host, c);

	if (b == NULL)
		return;
	listener->backlog = c->backlog;
	b->connections++;
	backlog_join(host, c);
}

void backlog_hand_in(struct turn *turn)
{
	struct backlog *b = backlog_of(turn->host, turn->c);

	turn->tcp.listener = b != NULL ? &b->listener : NULL;
	turn->tcp.syn_cache = b != NULL ? b->cache : NULL;
}

/* ---- the line ---- */

void backlog_get_in_line(struct turn *turn)
{
	struct host *host = turn->host;
	struct connection *c = turn->c;
	struct backlog *b = backlog_of(host, c);

	if (!c->untaken || c->in_line)
		return;
	/* One whose SYN brought text can be served before the handshake is done. */
	if (!state_is_synchronized((enum tcp_state)c->tcb.state) &&
	    c->tcb.fast_open.role != FAST_OPEN_TAKES)
		return;
	if (b->first == EVENT_NONE)
		b->first = c->number;
	else
		connections_get(&host->connections, b->last)->next_taken = c->number;
	b->last = c->number;
	b->listener.untaken++;
	c->in_line = true;
	if (host->user.in_line != NULL)
		host->user.in_line(host->user.user, turn->tcp.now, c->tcb.local.port, c->tag);
}

bool backlog_keeps(const struct host *host, const struct connection *c)
{
	return c->in_line && backlog_of(host, c)->keeps_reset;
}

static void leave_line(struct host *host, struct backlog *b, struct connection *c)
{
	struct connection *before = NULL;

	if (!c->in_line)
		return;
	for (uint32_t n = b->first; n != c->number; n = before->next_taken)
		before = connections_get(&host->connections, n);
	if (before != NULL)
		before->next_taken = c->next_taken;
	else
		b->first = c->next_taken;
	if (b->last == c->number)
		b->last = before != NULL ? before->number : EVENT_NONE;
	c->next_taken = EVENT_NONE;
	c->in_line = false;
	b->listener.untaken--;
}

static struct connection *first_in_line(const struct host *host, uint16_t port)
{
	for (uint32_t i = 0; i < host->backlog_count; i++) {
		const struct backlog *b = &host->backlogs[i];
		uint32_t n = b->connections > 0 ? b->first : EVENT_NONE;

		while (n != EVENT_NONE) {
			struct connection *c = connections_get(&host->connections, n);

			if (c->tcb.local.port == port && !c->dead)
				return c;
			n = c->next_taken;
		}
	}
	return NULL;
}

bool host_has_in_line(const struct host *host, uint16_t port)
{
	return first_in_line(host, port) != NULL;
}

enum call_answer host_accept(struct host *host, nanos now, uint16_t port, uint32_t *conn)
{
	struct connection *c = first_in_line(host, port);
	const struct endpoint local = {.port = port};
	struct connection *listener;
	struct turn turn;

	*conn = EVENT_NONE;
	if (c == NULL)
		return CALL_NO_CONNECTION;
	leave_line(host, backlog_of(host, c), c);
	c->untaken = false;
	*conn = c->number;
	listener = connections_listener(&host->connections, &local);
	if (host->user.accepted != NULL)
		host->user.accepted(host->user.user, now, c->number, c->tag,
				    listener != NULL ? listener->number : EVENT_NONE);
	turn_begin(&turn, host, c, now);
	turn_end(&turn); /* what it has not heard yet */
	return CALL_OK;
}

/* Nobody would ever take them; a late ACK meets no connection then, and gets a RST. */
static void forget_half_open(struct host *host, uint32_t backlog)
{
	for (uint32_t i = 0; i < host->connections.count; i++) {
		struct connection *c = connections_get(&host->connections, i);

		if (c == NULL || c->backlog != backlog || !c->untaken || c->in_line || c->dead ||
		    c->tcb.state != SYN_RECEIVED)
			continue;
		if (host->recording != NULL && c->recorded != EVENT_NONE)
			recording_drop_tcb(host->recording, c->recorded);
		host_remove(host, c);
	}
}

void backlog_turn_away(struct host *host, nanos now, const struct connection *listener)
{
	struct backlog *b = backlog_of(host, listener);

	if (listener->listens && b != NULL && b->in_line)
		forget_half_open(host, listener->backlog);
	while (listener->listens && b != NULL && b->first != EVENT_NONE) {
		struct connection *c = connections_get(&host->connections, b->first);

		leave_line(host, b, c);
		host_abort(host, now, c->number);
	}
}

/* ---- the end ---- */

void backlog_leave(struct host *host, struct connection *c)
{
	struct backlog *b = backlog_of(host, c);

	if (b == NULL)
		return;
	leave_line(host, b, c);
	if (--b->connections > 0)
		return;
	free(b->cache);
	b->cache = NULL;
}

void backlog_free(struct host *host)
{
	for (uint32_t i = 0; i < host->backlog_count; i++)
		free(host->backlogs[i].cache);
	free(host->backlogs);
}
