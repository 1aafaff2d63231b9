#include "record/lines_tcbs.h"

#include <stdlib.h>

#include "record/memory.h"
#include "tcp/variables.h"

/* A TCB stored at an event that is about another connection, or about none. */
struct lines_stray {
	uint32_t event;
	uint32_t conn;
};

static void put_variable(struct lines *l, const struct variable *variable, const struct tcb *tcb)
{
	int64_t value = tcb_value(tcb, variable);

	switch (variable->kind) {
	case VARIABLE_BOOL: lines_bool(l, variable->name, value != 0); break;
	case VARIABLE_STATE:
		lines_string(l, variable->name, state_name((enum tcp_state)value));
		break;
	case VARIABLE_DEADLINE:
		if (value == NANOS_NEVER) {
			lines_null(l, variable->name);
			break;
		} /* fall through */
	default: lines_number(l, variable->name, value); break;
	}
}

/* Moves the connection's walk to event `n` and writes which variables are new: all where
 * there was no TCB, null where there is none any more. */
static void put_changes(struct lines_tcbs *w, struct lines *l, uint32_t conn, uint32_t n)
{
	struct tcb_walk *walk = &w->walks[conn];
	struct tcb_walk before = *walk;
	bool any = false;
	unsigned count;
	const struct variable *variables = tcb_variables(&count);

	while (tcb_walk_peek(walk) == n)
		tcb_walk_next(walk);
	if (!walk->exists) {
		lines_null(l, "tcb");
		return;
	}
	for (unsigned i = 0; i < count; i++) {
		if (before.exists && tcb_value(&walk->now.tcb, &variables[i]) ==
					     tcb_value(&before.now.tcb, &variables[i]))
			continue;
		if (!any)
			lines_begin(l, "tcb", '{');
		any = true;
		put_variable(l, &variables[i], &walk->now.tcb);
	}
	if (any)
		lines_end(l, '}');
}

static void put_strays(struct lines_tcbs *w, struct lines *l, uint32_t n)
{
	if (w->next_stray == w->stray_count || w->strays[w->next_stray].event != n)
		return;
	lines_begin(l, "others", '[');
	while (w->next_stray < w->stray_count && w->strays[w->next_stray].event == n) {
		uint32_t conn = w->strays[w->next_stray++].conn;

		lines_begin(l, NULL, '{');
		lines_unsigned(l, "conn", conn);
		put_changes(w, l, conn, n);
		lines_end(l, '}');
	}
	lines_end(l, ']');
}

static int compare_strays(const void *a, const void *b)
{
	const struct lines_stray *x = a;
	const struct lines_stray *y = b;

	if (x->event != y->event)
		return x->event < y->event ? -1 : 1;
	return (x->conn > y->conn) - (x->conn < y->conn);
}

static void find_strays(struct lines_tcbs *w)
{
	for (uint32_t conn = 0; conn < recording_conns(w->r); conn++) {
		uint32_t last = EVENT_NONE;
		struct tcb_walk walk;

		tcb_walk_start(&walk, w->r, conn);
		while (tcb_walk_next(&walk)) {
			if (walk.event == last || recording_event(w->r, walk.event).conn == conn)
				continue;
			last = walk.event;
			w->strays = memory_grow(w->strays, &w->stray_room, w->stray_count + 1,
						sizeof *w->strays);
			w->strays[w->stray_count++] = (struct lines_stray){walk.event, conn};
		}
	}
	if (w->stray_count > 0)
		qsort(w->strays, w->stray_count, sizeof *w->strays, compare_strays);
}

void lines_tcbs_start(struct lines_tcbs *w, const struct recording *r)
{
	uint32_t conns = recording_conns(r);

	*w = (struct lines_tcbs){.r = r, .walks = memory_get(conns * sizeof *w->walks)};
	for (uint32_t conn = 0; conn < conns; conn++)
		tcb_walk_start(&w->walks[conn], r, conn);
	find_strays(w);
}

void lines_tcbs_put(struct lines_tcbs *w, struct lines *l, uint32_t n)
{
	uint32_t conn = recording_event(w->r, n).conn;

	if (conn != EVENT_NONE && tcb_walk_peek(&w->walks[conn]) == n)
		put_changes(w, l, conn, n);
	put_strays(w, l, n);
}

void lines_tcbs_free(struct lines_tcbs *w)
{
	free(w->walks);
	free(w->strays);
}
