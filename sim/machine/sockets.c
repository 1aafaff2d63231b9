#include "machine/sockets_inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

/* ---- the answers ---- */

void returns(struct attempt *a, int64_t value)
{
	a->outcome.result = value;
	a->outcome.error = 0;
	a->outcome.blocked = false;
}

void fails(struct attempt *a, int32_t error)
{
	a->outcome.result = -1;
	a->outcome.error = error;
	a->outcome.blocked = false;
}

bool blocks(struct attempt *a, nanos patience)
{
	a->deadline = patience > NANOS_NEVER - a->began ? NANOS_NEVER : a->began + patience;
	a->outcome.blocked = a->now < a->deadline;
	return a->outcome.blocked;
}

static void say(struct attempt *a, const char *format, va_list list)
{
	if (a->outcome.wrong.text[0] == '\0') /* the first mistake is told */
		vsnprintf(a->outcome.wrong.text, sizeof a->outcome.wrong.text, format, list);
}

void wrong(struct attempt *a, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	say(a, format, list);
	va_end(list);
}

void unsupported(struct attempt *a, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	say(a, format, list);
	va_end(list);
	a->outcome.unsupported = true;
	fails(a, DRILL_ENOSYS);
}

/* ---- calls ---- */

static const struct known_call *const lists[] = {
	calls_of_names,   calls_of_opening, calls_of_reading, calls_of_writing, calls_of_closing,
	calls_of_options, calls_of_control, calls_of_polling, calls_of_files,   calls_of_messages,
};

static const struct known_call *call_named(const char *name)
{
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		for (const struct known_call *call = lists[i]; call->name != NULL; call++) {
			if (strcmp(call->name, name) == 0)
				return call;
		}
	}
	return NULL;
}

static void attempt(struct attempt *a)
{
	const struct known_call *known = call_named(a->call->name);

	a->outcome = (struct call_outcome){.blocked = false};
	if (known == NULL && why_refused(a->call->name) != NULL)
		unsupported(a, "the call %s() is not supported: %s", a->call->name,
			    why_refused(a->call->name));
	else if (known == NULL)
		unsupported(a, "the call %s() is not supported", a->call->name);
	else if (a->call->argument_count < known->least || a->call->argument_count > known->most)
		unsupported(a, "%s() is not supported with %u arguments", a->call->name,
			    (unsigned)a->call->argument_count);
	else
		known->attempt(a);
	if (a->outcome.unsupported)
		a->outcome.blocked = false;
	a->again = true;
}

struct call_outcome sockets_call(struct sockets *all, nanos now, const struct system_call *call)
{
	struct attempt a = {.all = all,
			    .now = now,
			    .began = now,
			    .deadline = NANOS_NEVER,
			    .call = call,
			    .class_said = -1};

	attempt(&a);
	if (a.outcome.blocked && all->pending.outcome.blocked)
		unsupported(&a, "%s() waits, and so does %s(): one at a time may", call->name,
			    all->pending.call->name);
	else if (a.outcome.blocked)
		all->pending = a;
	limits_look(all, now);
	return a.outcome;
}

bool sockets_go_on(struct sockets *all, nanos now)
{
	struct attempt *a = &all->pending;

	if (a->outcome.blocked) {
		a->now = now;
		attempt(a);
	}
	limits_look(all, now);
	if (!a->again || a->outcome.blocked)
		return false;
	a->again = false;
	all->returned = now;
	a->deadline = NANOS_NEVER;
	return true;
}

struct call_outcome sockets_pending(const struct sockets *all, nanos *returned)
{
	*returned = all->returned;
	return all->pending.outcome;
}

nanos sockets_deadline(const struct sockets *all)
{
	nanos deadline = all->pending.outcome.blocked ? all->pending.deadline : NANOS_NEVER;

	return deadline;
}

/* ---- beginning and end ---- */

struct sockets *sockets_new(const struct sockets_setup *setup)
{
	struct sockets *all = memory_get(sizeof *all);

	memset(all, 0, sizeof *all);
	all->setup = *setup;
	all->host = setup->host;
	all->profile = setup->settings->profile;
	all->addresses = setup->settings->addresses;
	all->newest = EVENT_NONE;
	sockets_listen_to(all);
	return all;
}

void sockets_free(struct sockets *all)
{
	if (all == NULL)
		return;
	for (uint32_t i = 0; i < all->count; i++)
		socket_free(all->table[i]);
	tallies_free(all);
	free(all->table);
	free(all->descriptors);
	free(all);
}
