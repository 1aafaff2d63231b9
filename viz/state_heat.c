#include "viz/state_heat.h"

#include <assert.h>
#include <string.h>

/* Of this end, and of no connection with somebody else. */
static bool is_transition(const struct scene *s, const struct event *event, enum side side)
{
	enum side at;

	return event->kind == EVENT_TRANSITION && event->host == s->focus.host[side] &&
	       focus_holds(s->recording, &s->focus, event, &at);
}

/* The newest transition of the end's connection at the cursor, looking back
 * as far as is quick; EVENT_NONE where there is none. */
static uint32_t last_transition(const struct scene *s, uint32_t conn, enum side side)
{
	enum { BACK = 20000 };
	uint32_t n = s->cursor.event;

	for (int i = 0; i < BACK && n != EVENT_NONE; i++, n--) {
		struct event event = recording_event(s->recording, n);

		if (is_transition(s, &event, side) && (conn == EVENT_NONE || event.conn == conn))
			return n;
	}
	return EVENT_NONE;
}

/* What made a connection go to CLOSED: the input of the turn. */
static const char *reason_of(const struct recording *r, const struct event *transition)
{
	uint32_t first;
	uint32_t count;
	struct event input;

	recording_turn(r, transition->turn, &first, &count);
	input = recording_event(r, first);
	if (input.kind == EVENT_TIMER)
		return input.timer == TIMER_TIME_WAIT ? NULL : "timed out";
	if (input.kind == EVENT_CALL)
		return input.call == CALL_ABORT    ? "ABORT"
		       : input.call == CALL_REBOOT ? "reboot"
						   : NULL;
	if (input.kind == EVENT_ARRIVE && input.packet != EVENT_NONE) {
		struct packet_record p;

		recording_packet(r, input.packet, &p);
		return p.packet.kind != PACKET_TCP       ? "ICMP"
		       : (p.packet.tcp.flags & RST) != 0 ? "rcv RST"
							 : NULL;
	}
	return NULL;
}

static void heat_edge(struct diagram_heat *h, const struct diagram_edge *edge, enum heat heat)
{
	unsigned count;
	const struct diagram_edge *edges = diagram_edges(&count);

	if (edge && h->heat[edge - edges] < heat)
		h->heat[edge - edges] = heat;
}

static void heat_step(struct diagram_heat *h, const struct scene *s, enum side side)
{
	uint32_t first;
	uint32_t count;

	if (cursor_is_at_start(s->cursor))
		return;
	recording_turn(s->recording, cursor_turn(s->recording, s->cursor), &first, &count);
	for (uint32_t n = first; n <= s->cursor.event; n++) {
		struct event event = recording_event(s->recording, n);

		if (is_transition(s, &event, side))
			heat_edge(
				h,
				diagram_edge((enum tcp_state)event.from, (enum tcp_state)event.to),
				HEAT_NOW);
	}
}

void diagram_heat_find(struct diagram_heat *h, const struct scene *s, enum side side)
{
	unsigned count;
	const struct diagram_edge *edges = diagram_edges(&count);
	const struct diagram_edge *came_by = NULL;
	struct end end;
	uint32_t last;

	memset(h, 0, sizeof *h);
	assert(count <= DIAGRAM_EDGES_MAX);
	focus_end(s->recording, &s->focus, side, s->cursor, &end);
	last = last_transition(s, end.conn, side);
	if (last != EVENT_NONE) {
		struct event event = recording_event(s->recording, last);

		came_by = diagram_edge((enum tcp_state)event.from, (enum tcp_state)event.to);
		h->reason = reason_of(s->recording, &event);
		/* A host that restarts leaves its state by no edge. */
		if ((enum tcp_state)event.to == end.state)
			heat_edge(h, came_by, HEAT_LAST);
	}
	heat_step(h, s, side);
	h->inferred = end.inferred;
	h->node = diagram_node(end.state, came_by);
	for (unsigned i = 0; i < count; i++)
		if (edges[i].from == h->node && !edges[i].rare)
			heat_edge(h, &edges[i], HEAT_NEXT);
}
