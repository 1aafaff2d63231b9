/* drill_waiting.c — waiting for several descriptors at once: poll(), epoll_wait(). */
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>

#include "live/drill_making.h"

enum { WAITED_FOR_MAX = 16 };

/* ---- poll ---- */

static bool take_polled(struct making *m, const struct expression *e, struct pollfd *out)
{
	int64_t number;
	int64_t events;

	if (!making_number_of(m, expression_part(e, "fd", 0), &number) ||
	    !making_number_of(m, expression_part(e, "events", 1), &events))
		return false;
	*out = (struct pollfd){.fd = number < 0 ? -1 : making_descriptor_of(m, number),
			       .events = (short)events};
	/* A number that nobody has is looked at too, and POLLNVAL. */
	if (number >= 0 && out->fd < 0)
		out->fd = KERNEL_NO_DESCRIPTOR;
	return true;
}

static void hold_polled(struct making *m, const struct expression *e, const struct pollfd *came)
{
	const struct expression *revents = expression_part(e, "revents", 2);
	int64_t expected;

	if (!making_is_any(revents) && making_number_of(m, revents, &expected) &&
	    came->revents != expected)
		making_is_wrong(m, "revents is %#x, and the script expects %#x",
				(unsigned)came->revents, (unsigned)expected);
}

static void make_poll(struct making *m)
{
	const struct expression *list = making_argument(m, 0);
	struct pollfd fds[WAITED_FOR_MAX];
	int64_t timeout;
	nfds_t count = 0;

	if (!making_number_at(m, 2, &timeout))
		return;
	if (list == NULL || list->kind != EXPRESSION_LIST) {
		making_refuse(m, "it needs a list of descriptors");
		return;
	}
	for (const struct expression *e = list->first; e != NULL; e = e->next) {
		if (count == WAITED_FOR_MAX) {
			making_refuse(m, "so many descriptors are not supported with the kernel");
			return;
		}
		if (!take_polled(m, e, &fds[count++]))
			return;
	}
	making_returns(m, poll(fds, count, (int)timeout));
	count = 0;
	for (const struct expression *e = list->first; e != NULL; e = e->next)
		hold_polled(m, e, &fds[count++]);
}

/* ---- epoll ---- */

static void make_epoll_create(struct making *m)
{
	int64_t size;
	bool with_flags = strcmp(m->call->name, "epoll_create1") == 0;

	if (making_number_at(m, 0, &size))
		making_returns_descriptor(m, with_flags ? epoll_create1((int)size | EPOLL_CLOEXEC)
							: epoll_create((int)size));
}

/* The data of an event has one of four names. */
static bool take_event(struct making *m, const struct expression *e, struct epoll_event *out)
{
	static const char *const names[] = {"fd", "ptr", "u32", "u64"};
	const struct expression *data = NULL;
	int64_t events;
	int64_t value = 0;

	for (unsigned i = 0; i < sizeof names / sizeof names[0] && data == NULL; i++)
		data = expression_part(e, names[i], i == 0 ? 1 : NO_PLACE);
	if (!making_number_of(m, expression_part(e, "events", 0), &events) ||
	    (!making_is_any(data) && !making_number_of(m, data, &value)))
		return false;
	*out = (struct epoll_event){.events = (uint32_t)events, .data.u64 = (uint64_t)value};
	return true;
}

static void make_epoll_ctl(struct making *m)
{
	struct epoll_event event = {.events = 0};
	int64_t what;
	int epoll;
	int fd;

	if (!making_socket_at(m, 0, &epoll) || !making_number_at(m, 1, &what) ||
	    !making_socket_at(m, 2, &fd) ||
	    (!making_is_any(making_argument(m, 3)) &&
	     !take_event(m, making_argument(m, 3), &event)))
		return;
	making_returns(m, epoll_ctl(epoll, (int)what, fd, &event));
}

static void hold_event(struct making *m, const struct expression *e, const struct epoll_event *came)
{
	struct epoll_event expected;

	if (making_is_any(e) || e->kind != EXPRESSION_STRUCT || !take_event(m, e, &expected))
		return;
	if (came->events != expected.events)
		making_is_wrong(m, "events is %#x, and the script expects %#x",
				(unsigned)came->events, (unsigned)expected.events);
	else if (came->data.u64 != expected.data.u64)
		making_is_wrong(m, "the data of the event is %llu, and the script expects %llu",
				(unsigned long long)came->data.u64,
				(unsigned long long)expected.data.u64);
}

static void make_epoll_wait(struct making *m)
{
	const struct expression *e = making_argument(m, 1);
	struct epoll_event events[WAITED_FOR_MAX];
	int64_t most;
	int64_t timeout;
	int epoll;

	if (!making_socket_at(m, 0, &epoll) || !making_number_at(m, 2, &most) ||
	    !making_number_at(m, 3, &timeout))
		return;
	making_returns(m, epoll_wait(epoll, events,
				     (int)(most < WAITED_FOR_MAX ? most : WAITED_FOR_MAX),
				     (int)timeout));
	if (e != NULL && e->kind == EXPRESSION_LIST)
		e = e->first;
	for (int64_t i = 0; i < m->outcome.result && e != NULL; i++, e = e->next)
		hold_event(m, e, &events[i]);
}

const struct kernel_row kernel_waiting[] = {
	{"poll", make_poll},
	{"epoll_create", make_epoll_create},
	{"epoll_create1", make_epoll_create},
	{"epoll_ctl", make_epoll_ctl},
	{"epoll_wait", make_epoll_wait},
	{.name = NULL},
};
