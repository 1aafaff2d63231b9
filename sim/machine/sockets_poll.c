/* sockets_poll.c — waiting for several descriptors at once: poll(), epoll_wait(). What is ready
 * follows tcp_poll() of Linux. */
#include "machine/sockets_inside.h"

#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

enum {
	READS = DRILL_POLLIN | DRILL_POLLRDNORM,
	WRITES = DRILL_POLLOUT | DRILL_POLLWRNORM,
	ALWAYS = DRILL_POLLERR | DRILL_POLLHUP, /* whether asked for or not */
};

/* ---- what is ready ---- */

/* Who finds that it cannot will hear when it can. */
static bool can_write(const struct sockets *all, const struct socket *s)
{
	struct socket *own = all->table[s->number];

	if (queue_is_writable(all, own))
		return true;
	own->no_space = true;
	return false;
}

static bool can_read(const struct sockets *all, const struct socket *s)
{
	int64_t low = s->option[OPTION_SO_RCVLOWAT];

	int64_t apart = urgent_ahead(all, s) == 0 && !urgent_is_inline(s);

	return (int64_t)socket_unread(all, s) - apart >= (low > 1 ? low : 1);
}

static uint32_t stream_events(const struct sockets *all, const struct socket *s)
{
	enum tcp_state state = socket_state(all, s);
	const struct tcb *tcb = socket_tcb(all, s);
	bool no_more = s->shut_read || (tcb != NULL && tcb_fin_taken(tcb));
	uint32_t events = s->error != 0 || s->error_count > 0 ? DRILL_POLLERR : 0;

	if (s->phase == SOCKET_LISTENING)
		return host_has_in_line(all->host, s->local.port) ? READS : 0;
	if ((no_more && s->shut_write) || state == CLOSED)
		events |= DRILL_POLLHUP;
	if (no_more)
		events |= READS | DRILL_POLLRDHUP;
	if (state == SYN_SENT || (state == SYN_RECEIVED && s->phase == SOCKET_CONNECTING))
		return events | (s->deferred ? WRITES : 0);
	if (can_read(all, s))
		events |= READS;
	if (urgent_is_there(all, s))
		events |= DRILL_POLLPRI;
	if (s->shut_write || can_write(all, s))
		events |= WRITES;
	return events;
}

uint32_t socket_events(const struct sockets *all, const struct socket *s)
{
	switch ((enum socket_kind)s->kind) {
	case SOCKET_STREAM: return stream_events(all, s);
	case SOCKET_DATAGRAM:
		return WRITES | (s->datagram_count > 0 ? READS : 0) |
		       (s->error != 0 || s->error_count > 0 ? DRILL_POLLERR : 0);
	case SOCKET_PIPE: return s->left > 0 ? READS : WRITES;
	default: return READS | WRITES;
	}
}

static nanos patience_in_ms(int64_t timeout)
{
	return timeout < 0 ? NANOS_NEVER : nanos_from_ms(timeout);
}

/* ---- poll ---- */

struct polled {
	const struct expression *said;
	uint32_t found;
};

static bool look_at(struct attempt *a, const struct expression *e, struct polled *out)
{
	const struct socket *s;
	int64_t number;
	int64_t wanted;

	*out = (struct polled){.said = e};
	if (!number_of(a, expression_part(e, "fd", 0), &number) ||
	    !number_of(a, expression_part(e, "events", 1), &wanted))
		return false;
	if (number < 0)
		return true;
	s = socket_at(a->all, number);
	if (s == NULL)
		out->found = DRILL_POLLNVAL;
	else
		out->found = socket_events(a->all, s) & ((uint32_t)wanted | ALWAYS);
	return true;
}

static void call_poll(struct attempt *a)
{
	const struct expression *list = argument(a, 0);
	struct polled polled;
	int64_t timeout;
	int64_t ready = 0;

	if (!number_argument(a, 2, &timeout))
		return;
	if (list == NULL || list->kind != EXPRESSION_LIST) {
		wrong(a, "poll() needs a list of descriptors");
		return;
	}
	for (const struct expression *e = list->first; e != NULL; e = e->next) {
		if (!look_at(a, e, &polled))
			return;
		ready += polled.found != 0;
	}
	if (ready == 0 && blocks(a, patience_in_ms(timeout)))
		return;
	for (const struct expression *e = list->first; e != NULL; e = e->next) {
		if (look_at(a, e, &polled))
			hands_back(a, expression_part(e, "revents", 2), "revents", polled.found);
	}
	returns(a, ready);
}

/* ---- epoll ---- */

struct interest {
	const struct socket *socket;
	int64_t number; /* of the descriptor */
	uint32_t events;
	int64_t data;
	uint64_t told; /* with EPOLLET: how it stood when it was told last, plus 1 */
	bool spent;    /* with EPOLLONESHOT */
};

/* Grows with everything that would wake up who waits. */
static uint64_t how_far(const struct sockets *all, const struct socket *s)
{
	const struct tcb *tcb = socket_tcb(all, s);
	uint64_t far = socket_events(all, s);

	if (tcb != NULL)
		far += ((uint64_t)tcb->rcv.nxt_offset + s->spaces + s->errors_told + 1) << 16;
	return far + 1;
}

static struct interest *interest_in(struct socket *epoll, int64_t number)
{
	for (uint32_t i = 0; i < epoll->interest_count; i++) {
		if (epoll->interests[i].number == number)
			return &epoll->interests[i];
	}
	return NULL;
}

static void call_epoll_create(struct attempt *a)
{
	int64_t size;

	if (!number_argument(a, 0, &size))
		return;
	if (size <= 0 && a->call->name[sizeof "epoll_create" - 1] != '1')
		fails(a, DRILL_EINVAL);
	else
		returns_descriptor(a, socket_add(a->all, SOCKET_EPOLL));
}

static bool read_event(struct attempt *a, const struct expression *e, struct interest *out)
{
	const struct expression *data = expression_part(e, "fd", 1);
	int64_t events;

	if (!number_of(a, expression_part(e, "events", 0), &events))
		return false;
	if (data == NULL)
		data = expression_part(e, "ptr", NO_PLACE);
	if (data == NULL)
		data = expression_part(e, "u32", NO_PLACE);
	if (data == NULL)
		data = expression_part(e, "u64", NO_PLACE);
	out->events = (uint32_t)events;
	out->data = 0;
	return is_any(data) || number_of(a, data, &out->data);
}

static void add_interest(struct socket *epoll, const struct interest *interest)
{
	epoll->interests = memory_grow(epoll->interests, &epoll->interest_capacity,
				       epoll->interest_count + 1, sizeof *epoll->interests);
	epoll->interests[epoll->interest_count++] = *interest;
}

static struct socket *epoll_argument(struct attempt *a)
{
	struct socket *epoll = socket_argument(a, 0);

	if (epoll != NULL && epoll->kind != SOCKET_EPOLL) {
		fails(a, DRILL_EINVAL);
		return NULL;
	}
	return epoll;
}

static void call_epoll_ctl(struct attempt *a)
{
	struct socket *epoll = epoll_argument(a);
	struct interest interest = {.socket = NULL};
	struct interest *known;
	int64_t what;

	if (epoll == NULL || !number_argument(a, 1, &what) ||
	    !number_argument(a, 2, &interest.number))
		return;
	interest.socket = socket_argument(a, 2);
	if (interest.socket == NULL)
		return;
	known = interest_in(epoll, interest.number);
	if (what != DRILL_EPOLL_CTL_DEL && !read_event(a, argument(a, 3), &interest))
		return;
	if (what == DRILL_EPOLL_CTL_ADD && known != NULL) {
		fails(a, DRILL_EEXIST);
		return;
	}
	if (what != DRILL_EPOLL_CTL_ADD && known == NULL) {
		fails(a, DRILL_ENOENT);
		return;
	}
	if (what == DRILL_EPOLL_CTL_ADD)
		add_interest(epoll, &interest);
	else if (what == DRILL_EPOLL_CTL_MOD)
		*known = interest;
	else
		*known = epoll->interests[--epoll->interest_count];
	returns(a, 0);
}

static uint32_t ready_events(const struct sockets *all, const struct interest *interest)
{
	uint32_t events =
		socket_events(all, interest->socket) & (interest->events | (uint32_t)ALWAYS);

	if (interest->spent || ((interest->events & (uint32_t)DRILL_EPOLLET) != 0 &&
				interest->told == how_far(all, interest->socket)))
		return 0;
	return events;
}

static void tell(struct attempt *a, struct interest *interest, const struct expression *e)
{
	struct interest expected = {.socket = NULL};
	uint32_t events = ready_events(a->all, interest);

	interest->told = how_far(a->all, interest->socket);
	interest->spent = (interest->events & (uint32_t)DRILL_EPOLLONESHOT) != 0;
	if (is_any(e) || e->kind != EXPRESSION_STRUCT || !read_event(a, e, &expected))
		return;
	if (expected.events != events)
		wrong(a, "events is 0x%x, and the script expects 0x%x", (unsigned)events,
		      (unsigned)expected.events);
	if (expected.data != interest->data)
		wrong(a, "the data of the event is %lld, and the script expects %lld",
		      (long long)interest->data, (long long)expected.data);
}

static void call_epoll_wait(struct attempt *a)
{
	struct socket *epoll = epoll_argument(a);
	const struct expression *e = argument(a, 1);
	int64_t most;
	int64_t timeout;
	int64_t count = 0;

	if (epoll == NULL || !number_argument(a, 2, &most) || !number_argument(a, 3, &timeout))
		return;
	if (most <= 0) {
		fails(a, DRILL_EINVAL);
		return;
	}
	if (e != NULL && e->kind == EXPRESSION_LIST)
		e = e->first;
	for (uint32_t i = 0; i < epoll->interest_count && count < most; i++) {
		struct interest *interest = &epoll->interests[i];

		if (ready_events(a->all, interest) == 0)
			continue;
		tell(a, interest, e);
		e = e != NULL ? e->next : NULL;
		count++;
	}
	if (count > 0 || !blocks(a, patience_in_ms(timeout)))
		returns(a, count);
}

const struct known_call calls_of_polling[] = {
	{"poll", 3, 3, call_poll},
	{"epoll_create", 1, 1, call_epoll_create},
	{"epoll_create1", 1, 1, call_epoll_create},
	{"epoll_ctl", 3, 4, call_epoll_ctl},
	{"epoll_wait", 4, 4, call_epoll_wait},
	{.name = NULL},
};
