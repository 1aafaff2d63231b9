/* ladder_tracks.c — the states along the lifelines, and the timers that fire. */
#include "viz/ladder_build.h"

#include <math.h>

#include "record/memory.h"

/* ---- lifelines ---- */

static struct ladder_track *add_track(struct ladder_layout *l)
{
	l->tracks = memory_grow(l->tracks, &l->track_room, l->track_count + 1, sizeof l->tracks[0]);
	return &l->tracks[l->track_count++];
}

/* Of the connection that is followed at that moment, which may change. */
static bool is_followed(const struct scene *s, enum side side, uint32_t n)
{
	const struct focus *f = &s->focus;
	uint32_t conn = recording_event(s->recording, n).conn;

	if (f->conn[side] != EVENT_NONE)
		return conn == f->conn[side];
	if (recording_conn_at(s->recording, f->host[side], f->host[other_side(side)], n) == conn)
		return true;
	/* It may have ended here. */
	return n > 0 && recording_conn_at(s->recording, f->host[side], f->host[other_side(side)],
					  n - 1) == conn;
}

static void start_tracks(struct ladder_layout *l, const struct scene *s)
{
	struct cursor before = {l->rows.first_event > 0 ? l->rows.first_event - 1 : EVENT_NONE};
	double top = l->columns.body.y;

	if (l->rows.from_start && l->rows.count > 0)
		top = l->rows.rows[0].y - LADDER_LEAD_IN * l->scale.pitch + l->scale.pitch * 0.4;
	for (int side = CLIENT; side <= SERVER; side++) {
		struct end end;

		focus_end(s->recording, &s->focus, (enum side)side, before, &end);
		*add_track(l) = (struct ladder_track){
			.side = (enum side)side,
			.state = end.state,
			.inferred = end.inferred,
			.named = l->rows.from_start,
			.since = EVENT_NONE,
			.top = top,
		};
	}
}

/* The state that the event brings to its host's lifeline; false for none. */
static bool new_state(const struct scene *s, uint32_t n, enum side *side, enum tcp_state *state)
{
	struct event event = recording_event(s->recording, n);

	if (!focus_side(&s->focus, event.host, side))
		return false;
	if (event.kind == EVENT_CALL && event.call == CALL_REBOOT) {
		*state = CLOSED; /* no transition: the host has forgotten there was a state */
		return true;
	}
	*state = (enum tcp_state)event.to;
	return event.kind == EVENT_TRANSITION && is_followed(s, *side, n);
}

void ladder_find_tracks(struct ladder_layout *l, const struct scene *s)
{
	struct rect body = l->columns.body;
	double bottom = bottom_of(body);
	uint32_t open[SIDES] = {0, 1}; /* the track that goes on */

	l->track_count = 0;
	start_tracks(l, s);
	for (uint32_t n = l->rows.first_event; n < l->rows.end_event; n++) {
		enum side side;
		enum tcp_state state;
		double y;

		if (!new_state(s, n, &side, &state) ||
		    (s->hide_future && !scene_has_happened(s, n)) ||
		    l->tracks[open[side]].state == state)
			continue;
		y = ladder_height_of(l, n);
		l->tracks[open[side]].bottom = y;
		open[side] = l->track_count;
		*add_track(l) = (struct ladder_track){
			.side = side,
			.state = state,
			.inferred = l->tracks[side].inferred,
			.named = true,
			.current = ladder_is_in_step(s, n),
			.since = n,
			.top = y,
		};
	}
	if (l->rows.to_end && l->rows.count > 0)
		bottom = ladder_rows_bottom(&l->rows) + l->scale.pitch;
	for (int side = CLIENT; side <= SERVER; side++)
		l->tracks[open[side]].bottom = fmax(bottom, l->tracks[open[side]].top);
}

/* ---- timers ---- */

static struct ladder_bracket *add_bracket(struct ladder_layout *l)
{
	l->brackets = memory_grow(l->brackets, &l->bracket_room, l->bracket_count + 1,
				  sizeof l->brackets[0]);
	return &l->brackets[l->bracket_count++];
}

/* A bracket per side at a time; an earlier one of a timer that matters less
 * gives way. */
static bool has_room(const struct ladder_layout *l, const struct ladder_bracket *b)
{
	for (uint32_t i = 0; i < l->bracket_count; i++) {
		const struct ladder_bracket *other = &l->brackets[i];

		if (other->side == b->side && other->top < b->bottom && other->bottom > b->top)
			return false;
	}
	return true;
}

static void consider_timer(struct ladder_layout *l, const struct scene *s, uint32_t n)
{
	struct event event = recording_event(s->recording, n);
	struct event started;
	struct ladder_bracket b = {.timer = (enum timer)event.timer, .fires = n};

	if (event.cause == EVENT_NONE || !focus_holds(s->recording, &s->focus, &event, &b.side))
		return;
	started = recording_event(s->recording, event.cause);
	/* That a timer is going to fire is a thing to predict. */
	if (started.kind != EVENT_TIMER_STARTED || (s->hide_future && !scene_has_happened(s, n)))
		return;
	b.length = event.time - started.time;
	b.top = event.cause < l->rows.first_event ? l->columns.body.y - l->columns.body.h
						  : ladder_height_of(l, event.cause);
	b.bottom = n < l->rows.end_event ? ladder_height_of(l, n)
					 : bottom_of(l->columns.body) + l->columns.body.h;
	b.when = scene_has_happened(s, n)             ? WHEN_PAST
		 : scene_has_happened(s, event.cause) ? WHEN_UNDER_WAY
						      : WHEN_FUTURE;
	if (b.bottom > l->columns.body.y && b.top < bottom_of(l->columns.body) && has_room(l, &b))
		*add_bracket(l) = b;
}

void ladder_find_brackets(struct ladder_layout *l, const struct scene *s)
{
	/* A timer that is started in sight may fire a little later. */
	enum { AHEAD = 512 };
	uint32_t events = recording_events(s->recording);
	uint32_t end = l->rows.end_event;

	end = events - end < AHEAD ? events : end + AHEAD;
	l->bracket_count = 0;
	for (uint32_t n = l->rows.first_event; n < end; n++) {
		struct event event = recording_event(s->recording, n);

		if (event.kind == EVENT_TIMER && event.timer != TIMER_DELAYED_ACK)
			consider_timer(l, s, n);
	}
	for (uint32_t n = l->rows.first_event; n < end; n++) {
		struct event event = recording_event(s->recording, n);

		if (event.kind == EVENT_TIMER && event.timer == TIMER_DELAYED_ACK)
			consider_timer(l, s, n);
	}
}
